"""Same story: articles that print one text, across editions and the main site.

Kept in step as articles are stored: `place` is called in the transaction that
stores one. A story is a connected group: each member has another whose text
is the same, or nearly. `fingerprint` decides what is nearly the same; here it
is looked up and written down.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from scraper.archive import fingerprint
from scraper.archive.connect import writing
from scraper.archive.database import Database

_CANDIDATES = 12
"""Compared in full at most; the most alike come first."""
_DAYS_APART = 30
"""Near copies are printed within days; what comes back later with small changes is a series."""
_NEWEST = 200
"""Articles looked up for one band at most: a band that more share is a phrase of the trade, and copies come soon."""
_BATCH = 500
_MANY = 3_000
"""Articles whose stories are found sooner by reading all that there are."""
_PART = 200
"""Articles whose stories are looked up at once."""

_HOLES = ", ".join("?" * fingerprint.BANDS)
_COLUMNS = ", ".join(f"b{number}" for number in range(fingerprint.BANDS))
_ALIKE = (
    "SELECT article FROM ("
    + " UNION ALL ".join(
        f"SELECT * FROM (SELECT article FROM fingerprints WHERE b{n} = ? ORDER BY article DESC LIMIT {_NEWEST})"
        for n in range(fingerprint.BANDS)
    )
    + f") WHERE article <> ? GROUP BY article HAVING count(*) >= {fingerprint.SHARED}"
    + f" ORDER BY count(*) DESC, article LIMIT {_CANDIDATES}"
)


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story."""

    article: int
    url: str
    site: str
    region: str
    title: str
    source: str | None
    editor: str | None
    published_at: str
    how: str
    """`first`, `exact` or `near`, beside the first one."""
    likeness: float


@dataclass(frozen=True, slots=True)
class Story:
    id: int
    members: tuple[Member, ...]
    """In order of publication: the first publisher first."""

    @property
    def first(self) -> Member:
        return self.members[0]


# --- asking ------------------------------------------------------------------------------


def story_of(db: Database, article: int) -> Story | None:
    """The story that an article prints, None where nobody else prints it."""
    row = db.execute("SELECT story FROM story_members WHERE article = ?", [article]).fetchone()
    return load_story(db, row[0]) if row else None


def load_story(db: Database, identity: int) -> Story | None:
    rows = db.execute(
        "SELECT a.id, a.url, a.site, a.region, a.title, a.source, a.editor, a.published_at, m.how, m.likeness"
        " FROM story_members m JOIN articles a ON a.id = m.article WHERE m.story = ? ORDER BY a.published_at, a.id",
        [identity],
    ).fetchall()
    return Story(identity, tuple(Member(*row) for row in rows)) if rows else None


def stories_since(db: Database, since: str = "") -> Iterator[Story]:
    """Every story first printed on or after a day (`2022`, `2022-07`, `2022-07-20`; all by default), newest first."""
    rows = db.execute("SELECT id FROM stories WHERE published_at >= ? ORDER BY published_at DESC, id DESC", [since])
    for (identity,) in rows.fetchall():
        story = load_story(db, identity)
        if story is not None:
            yield story


def stories_by_article(db: Database, articles: Iterable[int]) -> dict[int, int]:
    """The story of each of these articles that prints one."""
    if not db.has_table("story_members"):  # an archive of an older version, which nobody may write to
        return {}
    wanted = list(articles)
    if len(wanted) > _MANY:
        known = dict(db.execute("SELECT article, story FROM story_members").fetchall())
        return {article: known[article] for article in wanted if article in known}
    rows = db.execute(
        "SELECT article, story FROM story_members WHERE article IN (SELECT value FROM json_each(?))",
        [json.dumps(wanted)],
    )
    return dict(rows.fetchall())


def repeated(db: Database, articles: Iterable[int]) -> int:
    """How many of these articles print what another of them prints."""
    found = stories_by_article(db, articles)
    return len(found) - len(set(found.values()))


def repeated_in(db: Database, sql: str, parameters: Sequence[object], *, but: bool = False) -> int:
    """As `repeated`, of the articles whose ids a SELECT gives, or of all but these."""
    if not db.has_table("story_members"):
        return 0
    members, told = db.execute(
        f"SELECT count(*), count(DISTINCT story) FROM story_members WHERE article {'NOT ' if but else ''}IN ({sql})",
        parameters,
    ).fetchone()
    return int(members - told)


def each_once(db: Database, articles: Iterator[tuple[int, float]]) -> Iterator[tuple[int, float]]:
    """Articles with their scores, of each story the first that comes."""
    told: set[int] = set()
    for part in iter(lambda: list(islice(articles, _PART)), []):
        found = stories_by_article(db, [identity for identity, _ in part])
        for identity, score in part:
            story = found.get(identity)
            if story is None or story not in told:
                yield identity, score
            if story is not None:
                told.add(story)


def members_of(db: Database, articles: Iterable[int]) -> dict[int, tuple[Member, ...]]:
    """For each of these articles that prints a story, all that print it, in order of publication."""
    found = {}
    for article, story in stories_by_article(db, articles).items():
        loaded = load_story(db, story)
        if loaded is not None:
            found[article] = loaded.members
    return found


def differences(first: Member, other: Member) -> dict[str, Any]:
    """What another edition changed: title, editor, source, and how many minutes later it printed it."""
    found: dict[str, Any] = {
        name: getattr(other, name)
        for name in ("title", "editor", "source")
        if getattr(other, name) != getattr(first, name)
    }
    apart = datetime.fromisoformat(other.published_at) - datetime.fromisoformat(first.published_at)
    return found | {"minutes_later": round(apart.total_seconds() / 60)}


# --- keeping in step -----------------------------------------------------------------------


def place(db: Database, article: int) -> None:
    """Find an article's story by its text as stored now. The caller holds the transaction."""
    row = db.execute("SELECT body, captions FROM articles WHERE id = ?", [article]).fetchone()
    if row is None:
        return
    ready = fingerprint.prepare(fingerprint.story_text(*row))
    digest = fingerprint.digest(ready.text) if len(ready.text) >= fingerprint.SHORTEST else None
    known = db.execute("SELECT digest FROM fingerprints WHERE article = ?", [article]).fetchone()
    if known and known[0] == digest:
        _settle_of(db, article)
        return
    if known:
        _take_out(db, article)
    near = len(ready.text) >= fingerprint.SHORTEST_NEAR
    values: list[int | None] = fingerprint.bands(ready) if near else [None] * fingerprint.BANDS
    db.execute(
        f"INSERT INTO fingerprints (article, digest, length, {_COLUMNS}) VALUES (?, ?, ?, {_HOLES})",
        [article, digest, len(ready.text), *values],
    )
    if digest is not None:
        _link(db, article, ready, digest, values)


def leave(db: Database, article: int) -> None:
    """Before an article is removed: the others have another first one then. The caller holds the transaction."""
    if _story_id(db, article) is not None:
        _take_out(db, article)


def _take_out(db: Database, article: int) -> None:
    """Forget an article's old text; the others of its story are linked anew, for it may have been what joined them."""
    others = db.execute(
        "SELECT article FROM story_members WHERE article <> ?1"
        " AND story = (SELECT story FROM story_members WHERE article = ?1) ORDER BY article",
        [article],
    ).fetchall()
    db.execute("DELETE FROM fingerprints WHERE article = ?", [article])
    db.execute(
        "DELETE FROM stories WHERE id = (SELECT story FROM story_members WHERE article = ?)",
        [article],
    )
    for (other,) in others:
        digest, *values = db.execute(
            f"SELECT digest, {_COLUMNS} FROM fingerprints WHERE article = ?", [other]
        ).fetchone()
        _link(db, other, _ready(db, other), digest, values)


def _link(db: Database, article: int, ready: fingerprint.Story, digest: bytes, values: list[int | None]) -> None:
    same = db.execute(
        "SELECT article FROM fingerprints WHERE digest = ? AND article <> ? ORDER BY article LIMIT 1", [digest, article]
    ).fetchone()
    if same:
        _join(db, article, same[0])
    if all(value is None for value in values):
        return
    for (candidate,) in db.execute(_ALIKE, [*values, article]).fetchall():
        theirs = _story_id(db, candidate)
        if theirs is not None and theirs == _story_id(db, article):
            continue
        if _close_in_time(db, article, candidate) and fingerprint.compare(ready, _ready(db, candidate)).is_same:
            _join(db, article, candidate)


def _ready(db: Database, article: int) -> fingerprint.Story:
    row = db.execute("SELECT body, captions FROM articles WHERE id = ?", [article]).fetchone()
    return fingerprint.prepare(fingerprint.story_text(*row))


def _close_in_time(db: Database, one: int, other: int) -> bool:
    apart = db.execute(
        "SELECT abs(julianday(a.published_at) - julianday(b.published_at)) FROM articles a, articles b"
        " WHERE a.id = ? AND b.id = ?",
        [one, other],
    ).fetchone()
    return apart is not None and apart[0] is not None and apart[0] <= _DAYS_APART


def _story_id(db: Database, article: int) -> int | None:
    row = db.execute("SELECT story FROM story_members WHERE article = ?", [article]).fetchone()
    return int(row[0]) if row else None


def _join(db: Database, one: int, other: int) -> None:
    """Make two articles one story, with all that belong to either."""
    mine, theirs = _story_id(db, one), _story_id(db, other)
    if mine is None and theirs is None:
        theirs = db.execute("INSERT INTO stories (publisher, published_at) VALUES ('', '') RETURNING id").fetchone()[0]
        _enter(db, other, theirs)
    elif mine is not None and theirs is not None:
        db.execute("UPDATE story_members SET story = ? WHERE story = ?", [min(mine, theirs), max(mine, theirs)])
        db.execute("DELETE FROM stories WHERE id = ?", [max(mine, theirs)])
    story = min(found for found in (mine, theirs) if found is not None)
    for article in (one, other):
        _enter(db, article, story)
    _settle(db, story)


def _enter(db: Database, article: int, story: int) -> None:
    db.execute(
        "INSERT INTO story_members (article, story, how, likeness) VALUES (?, ?, 'near', -1)"
        " ON CONFLICT (article) DO NOTHING",
        [article, story],
    )


def _settle_of(db: Database, article: int) -> None:
    """An article whose text is the same may have another time now, and be the first or no longer."""
    story = _story_id(db, article)
    if story is not None:
        _settle(db, story)


def _settle(db: Database, story: int) -> None:
    """Name the first publisher, and measure the members against it: all of them if it is a new one."""
    first, site, published_at, digest = db.execute(
        "SELECT a.id, a.site, a.published_at, f.digest FROM story_members m JOIN articles a ON a.id = m.article"
        " JOIN fingerprints f ON f.article = a.id WHERE m.story = ? ORDER BY a.published_at, a.id LIMIT 1",
        [story],
    ).fetchone()
    before = db.execute("SELECT first FROM stories WHERE id = ?", [story]).fetchone()[0]
    db.execute(
        "UPDATE stories SET first = ?, publisher = ?, published_at = ? WHERE id = ?", [first, site, published_at, story]
    )
    if before != first:
        db.execute("UPDATE story_members SET likeness = -1 WHERE story = ?", [story])
    unmeasured = db.execute(
        "SELECT m.article, f.digest FROM story_members m JOIN fingerprints f ON f.article = m.article"
        " WHERE m.story = ? AND m.likeness < 0",
        [story],
    ).fetchall()
    ready = _ready(db, first) if any(other != digest for _, other in unmeasured) else None
    for member, other in unmeasured:
        how = "first" if member == first else "exact" if other == digest else "near"
        likeness = 1.0 if ready is None or how != "near" else fingerprint.compare(ready, _ready(db, member)).jaccard
        db.execute(
            "UPDATE story_members SET how = ?, likeness = ? WHERE article = ?", [how, round(likeness, 3), member]
        )


# --- all of it -------------------------------------------------------------------------------


def waiting(db: Database) -> int:
    """How many articles have not been compared yet: stored by an older version, or by another tool."""
    found = db.execute("SELECT count(*) FROM articles WHERE id NOT IN (SELECT article FROM fingerprints)").fetchone()
    return int(found[0])


def catch_up(db: Database, report: Callable[[int], None] = lambda _: None) -> int:
    """Place what was never compared, a batch a transaction; returns how many."""
    done = 0
    while True:
        rows = db.execute(
            "SELECT id FROM articles WHERE id NOT IN (SELECT article FROM fingerprints)"
            " ORDER BY published_at, id LIMIT ?",
            [_BATCH],
        ).fetchall()
        if not rows:
            return done
        with writing(db):
            for (article,) in rows:
                place(db, article)
        done += len(rows)
        report(done)


def rebuild(db: Database, report: Callable[[int], None] = lambda _: None) -> int:
    """Compare every article anew; returns how many. Killed half-way, the next look goes on where it stopped."""
    with writing(db):
        db.execute("DELETE FROM story_members")
        db.execute("DELETE FROM stories")
        db.execute("DELETE FROM fingerprints")
    return catch_up(db, report)

"""What became of each article: every content it has had, when it was gone and back, and what changed across editions.

The present content stands in `articles`; a revision gets its record written
down when the next one takes its place.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scraper.archive import proof
from scraper.archive.compression import HIGHEST, compress, decompress
from scraper.archive.database import Database
from scraper.archive.difference import difference
from scraper.errors import ArchiveDamaged
from scraper.text import minutes_of

CONTENT = ("first", "page", "reading")
KINDS = ("edited", "gone", "returned")
_CAUSES = {"page": "edited", "gone": "gone", "returned": "returned"}


@dataclass(frozen=True, slots=True)
class Revision:
    id: int
    number: int
    """1, 2, … within the article."""
    seen_at: str
    capture: int | None
    digest: str
    cause: str
    """`first`, `page` (the page changed), `reading` (our rules did), `gone` or `returned`."""
    how: str | None = None
    """Of `gone`: `404`, `410` or `soft`; of `first`, the time since which it is known, where that is earlier."""


@dataclass(frozen=True, slots=True)
class Change:
    """An article that was edited, disappeared or came back."""

    article: int
    site: str
    url: str
    title: str
    when: str
    kind: str
    """`edited`, `gone` or `returned`."""
    number: int
    """The revision that shows it."""
    fields: tuple[str, ...] = ()
    """What was edited."""
    how: str | None = None


# --- writing ------------------------------------------------------------------------------------


def keep_present(db: Database, article: int) -> None:
    """Write down the content that stands in `articles`, which is about to be replaced."""
    row = db.execute(
        f"SELECT id FROM revisions WHERE article = ? AND cause IN {CONTENT} ORDER BY number DESC LIMIT 1", [article]
    ).fetchone()
    if row is not None:
        text = compress(proof.present_record(db, article), level=HIGHEST)
        db.execute("UPDATE revisions SET record = ? WHERE id = ? AND record IS NULL", [text, row[0]])


def add_revision(
    db: Database, article: int, *, cause: str, capture: int | None, now: str, digest: str, how: str | None = None
) -> int:
    """Note what `articles` holds from now on, or that it was gone or back; returns the revision's id."""
    last = db.execute(
        "SELECT number, chain FROM revisions WHERE article = ? ORDER BY number DESC LIMIT 1", [article]
    ).fetchone()
    number, chain = last or (0, "")
    row = {
        "article": article,
        "number": number + 1,
        "seen_at": now,
        "cause": cause,
        "how": how,
        "capture": capture,
        "digest": digest,
        "sha256": hashlib.sha256(proof.present_record(db, article)).hexdigest(),
    }
    row["chain"] = proof.chained(chain, proof.revision_link(row))
    holes = ", ".join(f":{name}" for name in row)
    found = db.execute(f"INSERT INTO revisions ({', '.join(row)}) VALUES ({holes}) RETURNING id", row).fetchone()
    return int(found[0])


def first_seen(db: Database, article: int, moment: str) -> None:
    """Note that an article was there at a moment, if that is earlier than what is known.

    An import may know of a time from which it has no content. Then the first
    revision's `how` says so, under the chain.
    """
    (known,) = db.execute("SELECT first_seen FROM articles WHERE id = ?", [article]).fetchone()
    rows = db.execute(
        f"SELECT id, {', '.join(proof.REVISION_COLUMNS)} FROM revisions WHERE article = ? ORDER BY number", [article]
    ).fetchall()
    earliest = min(known, moment)
    how = earliest if rows and earliest < dict(zip(_WITH_ID, rows[0], strict=True))["seen_at"] else None
    db.execute("UPDATE articles SET first_seen = ? WHERE id = ? AND first_seen <> ?", [earliest, article, earliest])
    chain = ""
    for row in (dict(zip(_WITH_ID, values, strict=True)) for values in rows):
        if row["number"] == 1:
            if row["how"] == how:
                return
            row["how"] = how
        chain = proof.chained(chain, proof.revision_link(row))
        db.execute("UPDATE revisions SET how = ?, chain = ? WHERE id = ?", [row["how"], chain, row["id"]])


_WITH_ID = ("id", *proof.REVISION_COLUMNS)


# --- reading ------------------------------------------------------------------------------------


def revisions_of(db: Database, article: int) -> list[Revision]:
    """All that became of an article, oldest first."""
    rows = db.execute(
        "SELECT id, number, seen_at, capture, digest, cause, how FROM revisions WHERE article = ? ORDER BY number",
        [article],
    )
    return [Revision(*row) for row in rows.fetchall()]


def record_of_revision(db: Database, revision_id: int) -> dict[str, Any]:
    """The whole record as it was then; of `gone` and `returned`, the content that was known.

    Raises `KeyError` for an unknown revision and `ArchiveDamaged` where the stored record is not whole.
    """
    row = db.execute(
        "SELECT c.record, c.article FROM revisions r JOIN revisions c ON c.article = r.article AND c.number <= r.number"
        f" WHERE r.id = ? AND c.cause IN {CONTENT} ORDER BY c.number DESC LIMIT 1",
        [revision_id],
    ).fetchone()
    if row is None:
        raise KeyError(revision_id)
    try:
        text = decompress(row[0]) if row[0] is not None else proof.present_record(db, row[1])
        record: dict[str, Any] = json.loads(text)
    except ValueError as error:  # a list of the article is none: another tool wrote it
        raise ArchiveDamaged(f"the record of article {row[1]} holds no JSON: {error}") from error
    return record


class Unchanged(LookupError):
    """There is one version: nothing to compare, and nothing wrong."""


def content_pair(revisions: Sequence[Revision], before: int | None, after: int | None) -> tuple[Revision, Revision]:
    """The two revisions to compare: those of the numbers given, else the newest content and the one before it.

    Raises `LookupError`, saying which is missing; `Unchanged` without numbers where there is one version.
    """
    contents = [revision for revision in revisions if revision.cause in CONTENT]
    if before is None:
        if len(contents) < 2:
            raise Unchanged("it has not changed: there is one version")
        return contents[-2], contents[-1]
    numbers = {revision.number: revision for revision in revisions}
    wanted = after if after is not None else contents[-1].number
    for number in (before, wanted):
        if number not in numbers:
            raise LookupError(f"there is no version {number}; it has 1 to {len(revisions)}")
    return numbers[before], numbers[wanted]


def changes(
    db: Database,
    *,
    since: str,
    sites: Sequence[str] = (),
    until: str = "",
    kinds: Sequence[str] = KINDS,
    limit: int = -1,
    offset: int = 0,
) -> list[Change]:
    """Articles edited, gone and returned from `since` on, newest first; `limit` -1 means all.

    `since` and `until` are days, months or years as Beijing counts them
    (`2024-05-06`, `2024-05`), both inclusive. What only our rules read otherwise is
    no edit. An article that is new is none either.
    """
    condition, parameters = _which(since, until, sites, kinds)
    rows = db.execute(
        "SELECT a.id, a.site, a.url, a.title, r.seen_at, r.cause, r.number, r.how, r.id"
        f" FROM revisions r JOIN articles a ON a.id = r.article WHERE {condition}"
        " ORDER BY r.seen_at DESC, r.id DESC LIMIT ? OFFSET ?",
        [*parameters, limit, offset],
    ).fetchall()
    return [
        Change(
            article=article,
            site=site,
            url=url,
            title=title,
            when=when,
            kind=_CAUSES[cause],
            number=number,
            fields=_fields_changed(db, article, number, revision) if cause == "page" else (),
            how=how,
        )
        for article, site, url, title, when, cause, number, how, revision in rows
    ]


def _which(since: str, until: str, sites: Sequence[str], kinds: Sequence[str]) -> tuple[str, list[str]]:
    wanted = [cause for cause, kind in _CAUSES.items() if kind in kinds]
    conditions = ["r.seen_at >= ?", "r.seen_at < ?", f"r.cause IN ({', '.join('?' * len(wanted))})"]
    parameters = [*_moments(since, until), *wanted]
    if sites:
        conditions.append(f"a.site IN ({', '.join('?' * len(sites))})")
        parameters += sites
    return " AND ".join(conditions), parameters


def _moments(since: str, until: str) -> tuple[str, str]:
    """From which moment on, in UTC as the archive has it, and before which."""
    # Every moment that begins like a minute sorts before it with a character above all digits behind it.
    return minutes_of(since)[0] if since else "", (minutes_of(until)[1] if until else "") + "~"


def change_counts(db: Database, *, since: str = "", until: str = "") -> dict[tuple[str, str], int]:
    """How many `changes` there are by edition and kind."""
    rows = db.execute(
        "SELECT a.site, r.cause, count(*) FROM revisions r JOIN articles a ON a.id = r.article"
        " WHERE r.seen_at >= ? AND r.seen_at < ? AND r.cause IN ('page', 'gone', 'returned') GROUP BY 1, 2",
        [*_moments(since, until)],
    )
    return {(site, _CAUSES[cause]): times for site, cause, times in rows.fetchall()}


def _fields_changed(db: Database, article: int, number: int, revision: int) -> tuple[str, ...]:
    before = db.execute(
        f"SELECT id FROM revisions WHERE article = ? AND number < ? AND cause IN {CONTENT} ORDER BY number DESC LIMIT 1",
        [article, number],
    ).fetchone()
    if before is None:
        return ()
    try:
        found = difference(record_of_revision(db, before[0]), record_of_revision(db, revision))
    except ArchiveDamaged:  # one record that is not whole takes no other change away; `verify` names it
        return ()
    return tuple(one.field for one in found)

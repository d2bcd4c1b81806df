"""Removing articles for good: text, bytes, revisions, index entries, and what a dictionary may hold of them.

What stays is a tombstone, the links that keep the chains of captures whole,
and whatever other pages say: a headline on a listing is that page's.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from scraper.archive import compaction, dictionaries, headers, history, index, media, proof, stories
from scraper.archive.connect import writing
from scraper.archive.database import Database
from scraper.archive.tombstones import bury
from scraper.errors import ArchiveDamaged

_PHRASE = re.compile(r"[^，。；：！？、\s]{6,}")
_CHARSETS = ("gb18030", "utf-8", "big5")


@dataclass(frozen=True, slots=True)
class Doomed:
    """A page that a pattern names."""

    page: int
    url: str
    site: str
    title: str
    captures: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    pages: int
    articles: int
    captures: int
    bodies: int
    dictionaries: int
    """Dictionaries that held some of the text and were made anew."""


def find_doomed(db: Database, pattern: str) -> list[Doomed]:
    """The pages at an address, or at all addresses that fit a pattern in which `*` stands for anything."""
    rows = db.execute(
        "SELECT id FROM pages WHERE kind = 'article' AND (url GLOB :glob"
        " OR id IN (SELECT page FROM aliases WHERE url GLOB :glob)"
        " OR id IN (SELECT page FROM articles WHERE url GLOB :glob)) ORDER BY id",
        {"glob": _glob(pattern)},
    )
    pages = dict.fromkeys(row[0] for row in rows.fetchall())
    waiting = list(pages)
    while waiting:
        found = db.execute(_SAME_ARTICLE, {"page": waiting.pop()}).fetchall()
        new = [page for (page,) in found if page not in pages]
        pages |= dict.fromkeys(new)
        waiting += new
    return [_doomed(db, page) for page in pages]


# An article can have been read through two addresses: what is forgotten at one is forgotten at the other.
_SAME_ARTICLE = """
SELECT page FROM articles WHERE page IS NOT NULL AND url = (SELECT url FROM pages WHERE id = :page)
UNION SELECT c.page FROM revisions r JOIN captures c ON c.id = r.capture WHERE r.article IN (
  SELECT r.article FROM revisions r JOIN captures c ON c.id = r.capture WHERE c.page = :page
  UNION SELECT id FROM articles WHERE page = :page)
"""


def _doomed(db: Database, page: int) -> Doomed:
    row = db.execute(
        "SELECT p.id, p.url, p.site, coalesce((SELECT title FROM articles WHERE page = p.id OR url = p.url), ''),"
        " (SELECT count(*) FROM captures WHERE page = p.id) FROM pages p WHERE p.id = ?",
        [page],
    ).fetchone()
    return Doomed(*row)


def _glob(pattern: str) -> str:
    """Only `*` means something.

    >>> _glob("https://x/a?id=[1]*")
    'https://x/a[?]id=[[]1]*'
    """
    return re.sub(r"[\[?]", r"[\g<0>]", pattern)


def forget(db: Database, doomed: Sequence[Doomed], *, reason: str, now: datetime) -> Forgotten:
    """Remove pages and all that is known of them, in one transaction, and then the space they took.

    The caller holds the crawl's lock. Raises `ArchiveLocked` when another
    program's reading keeps the old bytes in the write-ahead log: what was
    to be forgotten is, and `compact --vacuum` removes the bytes later.
    """
    db.execute("PRAGMA secure_delete = ON")
    with writing(db):
        index.flush(db)
        phrases = _phrases(_texts(db, doomed))
        articles = sum(_remove_articles(db, one) for one in doomed)
        captured = sum(_remove_captures(db, one) for one in doomed)
        bodies = _remove_bodies(db)
        for one in doomed:
            _remove_page(db, one, reason, now)
        index.flush(db)
        made_anew = _clean_dictionaries(db, phrases, now)
        compaction.merge_index(db)
    dictionaries.forget_loaded()
    compaction.wipe(db)
    return Forgotten(len(doomed), articles, captured, bodies, made_anew)


def _texts(db: Database, doomed: Sequence[Doomed]) -> list[str]:
    texts = []
    for one in doomed:
        where = {"page": one.page, "url": one.url}
        for row in db.execute(f"SELECT id, title, body, captions FROM articles WHERE {_ARTICLES}", where).fetchall():
            texts += row[1:]
            for revision in history.revisions_of(db, row[0]):
                record = history.record_of_revision(db, revision.id)
                texts += [record.get("title", ""), record.get("body", "")]
    return texts


def _phrases(texts: Iterable[str]) -> set[str]:
    return {phrase for text in texts for phrase in _PHRASE.findall(text)}


_ARTICLES = (
    "page = :page OR url = :url OR id IN"
    " (SELECT r.article FROM revisions r JOIN captures c ON c.id = r.capture WHERE c.page = :page)"
)


def _remove_articles(db: Database, one: Doomed) -> int:
    """Articles with their revisions, images and kept pictures; the triggers note what the index must drop."""
    where = {"page": one.page, "url": one.url}
    for (article,) in db.execute(f"SELECT id FROM articles WHERE {_ARTICLES}", where).fetchall():
        media.remove_pictures(db, article)
        stories.leave(db, article)
    return int(db.execute(f"DELETE FROM articles WHERE {_ARTICLES}", where).rowcount)


def _remove_captures(db: Database, one: Doomed) -> int:
    columns = ", ".join(proof.CAPTURE_COLUMNS)
    rows = db.execute(f"SELECT id, run, chain, {columns} FROM captures WHERE page = ?", [one.page]).fetchall()
    for identity, run, chain, *values in rows:
        link = proof.capture_link(headers.whole(db, dict(zip(proof.CAPTURE_COLUMNS, values, strict=True))))
        db.execute(
            "INSERT INTO forgotten_captures (capture, run, link, chain) VALUES (?, ?, ?, ?)",
            [identity, run, link, chain],
        )
        db.execute("DELETE FROM captures WHERE id = ?", [identity])
    return len(rows)


def _remove_bodies(db: Database) -> int:
    """Bytes that no capture has any more."""
    return int(
        db.execute(
            "DELETE FROM bodies WHERE NOT EXISTS (SELECT 1 FROM captures c WHERE c.sha256 = bodies.sha256)"
        ).rowcount
    )


def _remove_page(db: Database, one: Doomed, reason: str, now: datetime) -> None:
    when = now.isoformat(timespec="seconds")
    for (alias,) in db.execute("SELECT url FROM aliases WHERE page = ?", [one.page]).fetchall():
        bury(db, alias, one.site, reason=reason, now=when)
    bury(db, one.url, one.site, reason=reason, now=when)
    db.execute("UPDATE drift SET example = '' WHERE example = ?", [one.url])
    db.execute("DELETE FROM aliases WHERE page = ?", [one.page])
    db.execute("DELETE FROM problems WHERE page = ?", [one.page])
    stem, _, ending = one.url.rpartition(".")
    later = _glob(stem) + "_*." + _glob(ending)  # the article's later pages are named after it
    db.execute("DELETE FROM skips WHERE url = ?1 OR found_on = ?1 OR url GLOB ?2", [one.url, later])
    db.execute("UPDATE pages SET discovered_on = NULL WHERE discovered_on = ?", [one.url])
    db.execute("DELETE FROM pages WHERE id = ?", [one.page])


def _clean_dictionaries(db: Database, phrases: set[str], now: datetime) -> int:
    """Dictionaries hold what several pages share. Where that is a phrase of these, another takes its place."""
    forbidden = {phrase.encode(charset, "ignore") for phrase in phrases for charset in _CHARSETS} - {b""}
    count = 0
    for identity, site in db.execute("SELECT id, site FROM dictionaries ORDER BY id").fetchall():
        try:
            content = dictionaries.load_dictionary(db, identity)
        except ArchiveDamaged:
            continue
        if any(phrase in content for phrase in forbidden if len(phrase) > 8):
            compaction.replace_dictionary(db, identity, site, forbidden, now)
            count += 1
    return count

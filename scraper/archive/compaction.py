"""Compressing again what was stored without a dictionary, batch by batch, each body checked before it is replaced."""

import hashlib
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from scraper.archive import dictionaries
from scraper.archive.captures import load_body
from scraper.archive.compression import HIGHEST, compress, decompress
from scraper.archive.connect import writing
from scraper.archive.database import Database
from scraper.archive.dictionaries import Compacted
from scraper.errors import ArchiveDamaged, ArchiveLocked, DiskFull

_BATCH = 100
_MOST_AT_ONCE = 1_000
"""Bodies compressed again at the end of one crawl: half a minute at most."""


def compact_due(db: Database, sites: Iterable[str], now: datetime) -> list[Compacted]:
    """At the end of a crawl: a dictionary for each edition that has pages enough, and those pages with it."""
    done = []
    left = _MOST_AT_ONCE
    for site in sites:
        if left > 0 and dictionaries.is_due(db, site):
            if dictionaries.newest_dictionary(db, site) is not None:
                _make(db, site, dictionaries.latest_articles(db, site), now)
            done.append(compact(db, site, now, most=left))
            left -= done[-1].bodies
    return done


def compact(
    db: Database,
    site: str,
    now: datetime,
    *,
    most: int | None = None,
    report: Callable[[int, int], None] = lambda *_: None,
) -> Compacted:
    """Compress again what no dictionary serves yet, a dictionary for every thousand bodies.

    Each batch is one transaction; a body is replaced only when what was
    written gives its SHA-256 again. What can't be read is left as it is.
    """
    waiting = dictionaries.bodies_without(db, site)[:most]
    before, made, total = _stored(db, waiting), 0, 0
    for start in range(0, len(waiting), dictionaries.STALE):
        group = waiting[start : start + dictionaries.STALE]
        dictionary = dictionaries.newest_dictionary(db, site)
        if len(group) >= dictionaries.ENOUGH:
            newer = _make(db, site, group, now)
            made += newer is not None
            dictionary = newer or dictionary
        if dictionary is not None:
            for first in range(0, len(group), _BATCH):
                with writing(db):
                    total += compress_again(db, group[first : first + _BATCH], dictionary)
                report(total, len(waiting))
    return Compacted(site, total, before, _stored(db, waiting), made)


def _make(db: Database, site: str, digests: Sequence[str], now: datetime) -> int | None:
    content = dictionaries.make_dictionary(_readable(db, dictionaries.sample_of(digests)))
    if not content:
        return None
    with writing(db):
        return dictionaries.save_dictionary(db, site, content, now)


def compress_again(db: Database, digests: Sequence[str], dictionary: int | None) -> int:
    """Put bodies under a dictionary, or under none; how many. The caller holds the transaction."""
    count = 0
    content = dictionaries.content_of(db, dictionary)
    for digest in digests:
        try:
            body = load_body(db, digest)
        except ArchiveDamaged:
            continue  # for `verify` to report; what is left of it is not touched
        data = compress(body, content, level=HIGHEST)
        if hashlib.sha256(decompress(data, content)).hexdigest() != digest:
            continue
        db.execute("UPDATE bodies SET data = ?, dictionary = ? WHERE sha256 = ?", [data, dictionary, digest])
        count += 1
    return count


def replace_dictionary(db: Database, identity: int, site: str, forbidden: Collection[bytes], now: datetime) -> None:
    """Put a dictionary's bodies under another that holds none of these phrases, and remove it."""
    rows = db.execute("SELECT sha256 FROM bodies WHERE dictionary = ?", [identity]).fetchall()
    digests = [row[0] for row in rows]
    content = dictionaries.make_dictionary(_readable(db, dictionaries.sample_of(digests)), without=forbidden)
    newer = dictionaries.save_dictionary(db, site, content, now) if content else None
    compress_again(db, digests, newer)
    if db.execute("SELECT 1 FROM bodies WHERE dictionary = ?", [identity]).fetchone() is not None:
        raise ArchiveDamaged("pages that need the old dictionary can't be read; run `scraper verify`, mend them first")
    db.execute("DELETE FROM dictionaries WHERE id = ?", [identity])


def _readable(db: Database, digests: Sequence[str]) -> list[bytes]:
    bodies = []
    for digest in digests:
        try:
            bodies.append(load_body(db, digest))
        except ArchiveDamaged:
            continue
    return bodies


def _stored(db: Database, digests: Sequence[str]) -> int:
    sizes = (db.execute("SELECT length(data) FROM bodies WHERE sha256 = ?", [digest]).fetchone() for digest in digests)
    return sum(int(size[0]) for size in sizes)


def merge_index(db: Database) -> None:
    """Write the index's segments as one: a third smaller, and nothing left of what was deleted from it."""
    db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('optimize')")


def wipe(db: Database) -> None:
    """Write the file anew without what was deleted, and empty the write-ahead log."""
    db.execute("PRAGMA secure_delete = ON")
    try:
        db.conn.execute("VACUUM")
    except sqlite3.OperationalError as error:
        if "full" not in str(error):
            raise
        raise DiskFull(
            "what was to be removed is, but there is no room to write the file anew: free as much as the archive takes"
            " and run `scraper compact --vacuum` to clear the last bytes"
        ) from error
    busy, *_ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise ArchiveLocked(
            "it is removed, but another program still reads the archive as it was; when that is done, run"
            " `scraper compact --vacuum` to clear the last bytes"
        )

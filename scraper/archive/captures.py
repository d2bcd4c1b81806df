"""Captures: every response kept, every distinct body once, compressed.

Bytes come first: a rule can be mended, a lost page cannot.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from sqlite_utils import Database

from scraper.archive import dictionaries, proof
from scraper.archive.compression import HIGHEST, LEVEL, compress, decompress
from scraper.archive.connect import writing
from scraper.archive.dictionaries import Compacted
from scraper.errors import ArchiveDamaged
from scraper.models import Capture

_BATCH = 100
_MOST_AT_ONCE = 1_000
"""Bodies compressed again at the end of one crawl: half a minute at most."""


def save_capture(db: Database, page: int, run: int | None, capture: Capture) -> int:
    """Store a response and, if new, its body; returns the capture's id. The caller holds the transaction."""
    digest = _save_body(db, page, capture.body) if capture.status != 304 else None
    row = {
        "page": page,
        "run": run,
        "url": capture.url,
        "final_url": capture.final_url,
        "status": capture.status,
        "content_type": capture.header("content-type"),
        "headers": json.dumps(capture.headers, ensure_ascii=False),
        "request_headers": json.dumps(capture.request_headers, ensure_ascii=False),
        "redirects": json.dumps(capture.redirects),
        "peer": capture.peer,
        "fetched_at": capture.fetched_at.isoformat(timespec="milliseconds"),
        "elapsed": capture.elapsed,
        "wire_size": capture.wire_size,
        "sha256": digest,
    }
    row["chain"] = proof.chained(_end_of_chain(db, run), proof.capture_link(row))
    columns = ", ".join(row)
    holes = ", ".join(f":{name}" for name in row)
    found = db.execute(f"INSERT INTO captures ({columns}) VALUES ({holes}) RETURNING id", row).fetchone()
    db.execute("UPDATE runs SET chain = ? WHERE id = ?", [row["chain"], run])
    return int(found[0])


def _end_of_chain(db: Database, run: int | None) -> str:
    if run is not None:
        row = db.execute("SELECT chain FROM runs WHERE id = ?", [run]).fetchone()
        return str(row[0] or "") if row else ""
    row = db.execute("SELECT chain FROM captures WHERE run IS NULL ORDER BY id DESC LIMIT 1").fetchone()
    return str(row[0]) if row else ""


def _save_body(db: Database, page: int, body: bytes) -> str:
    digest = hashlib.sha256(body).hexdigest()
    if db.execute("SELECT 1 FROM bodies WHERE sha256 = ?", [digest]).fetchone() is None:
        (site,) = db.execute("SELECT site FROM pages WHERE id = ?", [page]).fetchone() or ("",)
        dictionary = dictionaries.newest_dictionary(db, site)
        db.execute(
            "INSERT INTO bodies (sha256, size, data, dictionary) VALUES (?, ?, ?, ?)",
            [digest, len(body), compress(body, _content(db, dictionary), level=LEVEL), dictionary],
        )
    return digest


def _content(db: Database, dictionary: int | None) -> bytes | None:
    return dictionaries.load_dictionary(db, dictionary) if dictionary is not None else None


def load_body(db: Database, sha256: str) -> bytes:
    """The bytes of a body as they were received.

    Raises `KeyError` for an unknown digest, `ArchiveDamaged` where they are no longer whole.
    """
    row = db.execute("SELECT data, dictionary FROM bodies WHERE sha256 = ?", [sha256]).fetchone()
    if row is None:
        raise KeyError(sha256)
    try:
        return decompress(row[0], _content(db, row[1]))
    except KeyError as error:
        raise ArchiveDamaged(f"the dictionary of body {sha256} is missing") from error


# --- compressing again -------------------------------------------------------------------------


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
    content = _content(db, dictionary)
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


def pages_of_site(db: Database, site: str, limit: int = 60) -> list[tuple[bytes, str, str]]:
    """The latest good capture of each page of an edition, newest first: (body, address, Content-Type)."""
    rows = db.execute(
        "SELECT c.sha256, c.final_url, c.content_type FROM captures c JOIN pages p ON p.id = c.page"
        " WHERE p.site = ? AND p.kind = 'article' AND c.status = 200 AND c.sha256 IS NOT NULL"
        " AND c.id = (SELECT max(id) FROM captures WHERE page = p.id AND url = p.url AND status = 200)"
        " ORDER BY c.id DESC LIMIT ?",
        [site, limit],
    ).fetchall()
    return [(load_body(db, sha256), url, content_type) for sha256, url, content_type in rows]

"""Captures: every response kept, every distinct body once, compressed.

Bytes come first: a rule can be mended, a lost page cannot.
"""

import hashlib
import json
from typing import Any

from scraper.archive import dictionaries, headers, proof
from scraper.archive.compression import LEVEL, compress, decompress
from scraper.archive.database import Database
from scraper.errors import ArchiveDamaged
from scraper.models import Capture


def save_capture(db: Database, page: int, run: int | None, capture: Capture) -> int:
    """Store a response and, if new, its body; returns the capture's id. The caller holds the transaction."""
    digest = _save_body(db, page, capture.body) if capture.status != 304 else None
    row: dict[str, Any] = {
        "id": _next_id(db),
        "page": page,
        "run": run,
        "url": capture.url,
        "final_url": capture.final_url,
        "status": capture.status,
        "content_type": capture.header("content-type"),
        "headers": headers.text_of(capture.headers),
        "request_headers": headers.text_of(capture.request_headers),
        "redirects": json.dumps(capture.redirects),
        "peer": capture.peer,
        "fetched_at": capture.fetched_at.isoformat(timespec="milliseconds"),
        "elapsed": capture.elapsed,
        "wire_size": capture.wire_size,
        "sha256": digest,
    }
    row["chain"] = proof.chained(_end_of_chain(db, run), proof.capture_link(row))
    row |= {name: headers.pack(db, row[name]) for name in ("headers", "request_headers")}
    columns = ", ".join(row)
    holes = ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO captures ({columns}) VALUES ({holes})", row)
    db.execute("UPDATE runs SET chain = ? WHERE id = ?", [row["chain"], run])
    return int(row["id"])


def _next_id(db: Database) -> int:
    """Behind those that were forgotten, too: their links keep their places in the chains."""
    (last,) = db.execute(
        "SELECT max(coalesce((SELECT max(id) FROM captures), 0), coalesce((SELECT max(capture) FROM forgotten_captures), 0))"
    ).fetchone()
    return int(last) + 1


def _end_of_chain(db: Database, run: int | None) -> str:
    if run is not None:
        row = db.execute("SELECT chain FROM runs WHERE id = ?", [run]).fetchone()
        return str(row[0] or "") if row else ""
    row = db.execute(
        "SELECT chain, id FROM captures WHERE run IS NULL"
        " UNION ALL SELECT chain, capture FROM forgotten_captures WHERE run IS NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return str(row[0]) if row else ""


def _save_body(db: Database, page: int, body: bytes) -> str:
    digest = hashlib.sha256(body).hexdigest()
    if db.execute("SELECT 1 FROM bodies WHERE sha256 = ?", [digest]).fetchone() is None:
        (site,) = db.execute("SELECT site FROM pages WHERE id = ?", [page]).fetchone() or ("",)
        dictionary = dictionaries.newest_dictionary(db, site)
        db.execute(
            "INSERT INTO bodies (sha256, size, data, dictionary) VALUES (?, ?, ?, ?)",
            [digest, len(body), compress(body, dictionaries.content_of(db, dictionary), level=LEVEL), dictionary],
        )
    return digest


def load_body(db: Database, sha256: str) -> bytes:
    """The bytes of a body as they were received.

    Raises `KeyError` for an unknown digest, `ArchiveDamaged` where they are no longer whole.
    """
    row = db.execute("SELECT data, dictionary FROM bodies WHERE sha256 = ?", [sha256]).fetchone()
    if row is None:
        raise KeyError(sha256)
    try:
        return decompress(row[0], dictionaries.content_of(db, row[1]))
    except KeyError as error:
        raise ArchiveDamaged(f"the dictionary of body {sha256} is missing") from error


def pages_of_site(db: Database, site: str, limit: int = 60) -> list[tuple[bytes, str, str]]:
    """The latest good capture of each page of an edition, newest first: (body, address, Content-Type)."""
    rows = db.execute(
        "SELECT c.sha256, c.final_url, c.content_type FROM captures c JOIN pages p ON p.id = c.page"
        " WHERE p.site = ? AND p.kind = 'article' AND c.status = 200 AND c.sha256 IS NOT NULL AND c.withheld IS NULL"
        " AND c.id = (SELECT max(id) FROM captures WHERE page = p.id AND url = p.url AND status = 200)"
        " ORDER BY c.id DESC LIMIT ?",
        [site, limit],
    ).fetchall()
    return [(load_body(db, sha256), url, content_type) for sha256, url, content_type in rows]

"""Captures: every response kept, every distinct body once, compressed.

Bytes come first: a rule can be mended, a lost page cannot.
"""

import hashlib
import json
import sys

from sqlite_utils import Database

from scraper.models import Capture

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_LEVEL = 10


def save_capture(db: Database, page: int, run: int | None, capture: Capture) -> int:
    """Store a response and, if new, its body; returns the capture's id. The caller holds the transaction."""
    digest = _save_body(db, capture.body) if capture.status != 304 else None
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
    columns = ", ".join(row)
    holes = ", ".join(f":{name}" for name in row)
    found = db.execute(f"INSERT INTO captures ({columns}) VALUES ({holes}) RETURNING id", row).fetchone()
    return int(found[0])


def _save_body(db: Database, body: bytes) -> str:
    digest = hashlib.sha256(body).hexdigest()
    if db.execute("SELECT 1 FROM bodies WHERE sha256 = ?", [digest]).fetchone() is None:
        db.execute(
            "INSERT INTO bodies (sha256, size, data) VALUES (?, ?, ?)",
            [digest, len(body), zstd.compress(body, _LEVEL)],
        )
    return digest


def load_body(db: Database, sha256: str) -> bytes:
    """The bytes of a body as they were received. Raises `KeyError` for an unknown digest."""
    row = db.execute("SELECT data FROM bodies WHERE sha256 = ?", [sha256]).fetchone()
    if row is None:
        raise KeyError(sha256)
    return bytes(zstd.decompress(row[0]))


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

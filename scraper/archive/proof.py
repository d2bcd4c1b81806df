"""What proves that nothing stored has changed: digests of records and captures, and the chains through them.

The forms in here are for ever: an archive's proofs are checked against them
years later. A new form needs a new column, not another function body.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from scraper.archive.database import Database

CAPTURE_COLUMNS = (
    "page",
    "url",
    "final_url",
    "status",
    "content_type",
    "headers",
    "request_headers",
    "redirects",
    "peer",
    "fetched_at",
    "elapsed",
    "wire_size",
    "sha256",
)
REVISION_COLUMNS = ("article", "number", "seen_at", "cause", "how", "capture", "digest", "sha256")
RECORD_COLUMNS = (
    "url",
    "site",
    "region",
    "kind",
    "layout",
    "agreement",
    "channel",
    "title",
    "published_at",
    "source",
    "editor",
    "authors",
    "contributors",
    "body",
    "sections",
    "next_page",
    "rights",
    "pages",
    "charset",
    "replaced",
    "disagreements",
)
JSON_COLUMNS = ("authors", "contributors", "sections", "disagreements")
IMAGE_COLUMNS = ("src", "alt", "caption", "credit", "position")


def canonical(record: Any) -> bytes:
    """JSON in the one form that is hashed: keys sorted, no blanks, UTF-8.

    >>> canonical({"b": "溪口", "a": 1}).decode()
    '{"a":1,"b":"溪口"}'
    """
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def capture_link(row: Mapping[str, Any]) -> str:
    """What one capture adds to its run's chain: the digest of all that is known of it, its body's digest included."""
    values = [float(row[name]) if name == "elapsed" else row[name] for name in CAPTURE_COLUMNS]
    return hashlib.sha256(canonical(values)).hexdigest()


def revision_link(row: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical([row[name] for name in REVISION_COLUMNS])).hexdigest()


def chained(before: str, link: str) -> str:
    """The next value of a chain; `before` is `""` at its start."""
    return hashlib.sha256(f"{before}{link}".encode()).hexdigest()


def content_digest(record: Mapping[str, Any]) -> str:
    """SHA-256 of what makes a revision: title, body, captions, source, editor and time."""
    names = ("title", "body", "captions", "source", "editor", "published_at")
    return hashlib.sha256(json.dumps([record[name] for name in names], ensure_ascii=False).encode()).hexdigest()


def present_record(db: Database, article: int) -> bytes:
    """The whole record of an article as the tables hold it now, in canonical form.

    Raises `KeyError` for an unknown article, `ValueError` where a column that should hold JSON does not.
    """
    columns = ", ".join(RECORD_COLUMNS)
    row = db.execute(f"SELECT {columns} FROM articles WHERE id = ?", [article]).fetchone()
    if row is None:
        raise KeyError(article)
    record = dict(zip(RECORD_COLUMNS, row, strict=True))
    for name in JSON_COLUMNS:
        record[name] = json.loads(record[name])
    images = db.execute(f"SELECT {', '.join(IMAGE_COLUMNS)} FROM images WHERE article = ? ORDER BY number", [article])
    return canonical(record | {"images": [dict(zip(IMAGE_COLUMNS, image, strict=True)) for image in images]})

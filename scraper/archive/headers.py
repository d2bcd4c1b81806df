"""Headers of captures: what a server says every time is kept once, what differs stands with the capture.

Half a kilobyte of headers a capture is much beside a body of two and a half;
all but dates, tags and the traces of caches is the same on every page of an
edition. The proof of a capture is over the whole headers, as before.
"""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from scraper.archive.database import Database
from scraper.errors import ArchiveDamaged

# Whose values are the same from one answer to the next. A name that is not here may say anything, so it makes no set.
_CONSTANT = frozenset(
    "accept accept-charset accept-encoding accept-language accept-ranges access-control-allow-origin allow"
    " cache-control connection content-encoding content-language content-type from host keep-alive p3p pragma"
    " referrer-policy server strict-transport-security te transfer-encoding upgrade-insecure-requests user-agent vary"
    " x-aspnet-version x-content-type-options x-frame-options x-powered-by x-robots-tag x-ua-compatible"
    " x-xss-protection".split()
)
_LONGEST = 200
"""Characters of a value that a set takes: beyond, it is no constant."""

Pairs = Sequence[tuple[str, str]]


def text_of(pairs: Pairs) -> str:
    """Headers as they are hashed: a JSON list of [name, value], as received."""
    return json.dumps([list(pair) for pair in pairs], ensure_ascii=False)


def pack(db: Database, text: str) -> str:
    """What is stored in place of a text of `text_of`: `[set, value, …]`, the set made if it is new.

    Where that would not give the same text again, it is stored as it is. The
    caller holds the transaction.
    """
    try:
        pairs = pairs_of(text)
    except (ValueError, TypeError):
        return text
    are_texts = all(isinstance(part, str) for pair in pairs for part in pair)
    if not pairs or not are_texts or text_of(pairs) != text:
        return text
    kept = [[name, value if _is_constant(name, value) else None] for name, value in pairs]
    values = [value for (_, constant), (_, value) in zip(kept, pairs, strict=True) if constant is None]
    return json.dumps([_set(db, json.dumps(kept, ensure_ascii=False)), *values], ensure_ascii=False)


def unpack(db: Database, stored: str) -> str:
    """The text of `text_of` that was packed. Raises `ArchiveDamaged` where it can't be had again."""
    try:
        number, *values = json.loads(stored) or [None]
        if type(number) is not int:
            return stored
        waiting = iter(values)
        kept = _pairs(_template(db, number))
        pairs = [(name, next(waiting) if value is None else value) for name, value in kept]
    except (ValueError, TypeError, StopIteration) as error:
        raise ArchiveDamaged(f"its headers can't be read ({error})") from error
    return text_of(pairs)


def whole(db: Database, row: dict[str, Any]) -> dict[str, Any]:
    """A row of `captures` with the headers as they were received, in the form that is hashed."""
    return row | {name: unpack(db, row[name]) for name in ("headers", "request_headers")}


def pairs_of(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in json.loads(text))


def digest(template: str) -> str:
    return hashlib.sha256(template.encode("utf-8", "surrogatepass")).hexdigest()


def _is_constant(name: str, value: str) -> bool:
    return name.lower() in _CONSTANT and len(value) <= _LONGEST


def _set(db: Database, template: str) -> int:
    sha256 = digest(template)
    row = db.execute("SELECT id FROM header_sets WHERE sha256 = ?", [sha256]).fetchone()
    row = (
        row
        or db.execute(
            "INSERT INTO header_sets (sha256, template) VALUES (?, ?) RETURNING id", [sha256, template]
        ).fetchone()
    )
    return int(row[0])


def _template(db: Database, number: int) -> str:
    try:
        row = db.execute("SELECT template FROM header_sets WHERE id = ?", [number]).fetchone()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise ArchiveDamaged(f"header set {number} can't be read ({error})") from error
    if row is None:
        raise ArchiveDamaged(f"header set {number} is missing")
    return str(row[0])


@lru_cache(maxsize=500)
def _pairs(template: str) -> list[list[Any]]:
    found: list[list[Any]] = json.loads(template)
    return found

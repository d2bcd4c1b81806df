"""Addresses that were removed for good: never fetched or imported again.

Kept as digests, so that the archive does not say what it forgot.
"""

import hashlib
from dataclasses import dataclass

from scraper.archive.database import Database


@dataclass(frozen=True, slots=True)
class Tombstone:
    forgotten_at: str
    reason: str


def is_forgotten(db: Database, url: str) -> bool:
    return tombstone(db, url) is not None


def tombstone(db: Database, url: str) -> Tombstone | None:
    """When and why an address was forgotten, or None."""
    row = db.execute(
        "SELECT forgotten_at, reason FROM forgotten WHERE url_sha256 = ?", [digest_of_address(url)]
    ).fetchone()
    return Tombstone(*row) if row else None


def bury(db: Database, url: str, site: str, *, reason: str, now: str) -> None:
    db.execute(
        "INSERT INTO forgotten (url_sha256, site, forgotten_at, reason) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [digest_of_address(url), site, now, reason],
    )


def digest_of_address(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()

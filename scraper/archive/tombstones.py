"""Addresses that were removed for good: an import leaves them alone."""

import hashlib

from sqlite_utils import Database


def is_forgotten(db: Database, url: str) -> bool:
    """Whether an address has a tombstone in `forgotten`; never, in an archive without that table."""
    if not db["forgotten"].exists():
        return False
    digest = hashlib.sha256(url.encode()).hexdigest()
    return db.execute("SELECT 1 FROM forgotten WHERE url_sha256 = ?", [digest]).fetchone() is not None

"""An archive for a reader that needs today's tables: migrated first where an older version made it."""

from pathlib import Path

from sqlite_utils import Database

from scraper.archive.connect import open_for_reading, open_for_writing
from scraper.archive.schema import migrations


def open_current(path: Path) -> Database:
    """The archive at `path`, read-only, with every table this version knows.

    Raises what `open_for_reading` raises, and `ArchiveReadOnly` or
    `ArchiveLocked` where it must be migrated and can't be.
    """
    db = open_for_reading(path)
    if not migrations.pending(db):
        return db
    db.close()
    open_for_writing(path).close()
    return open_for_reading(path)

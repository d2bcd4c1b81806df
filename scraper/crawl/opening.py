"""The archive of a crawl, opened where a crawl may begin: one at a time, with room, its tables made."""

from collections.abc import Iterator
from contextlib import contextmanager

from scraper.archive.connect import CRAWL_WAITS, open_for_writing, sqlite_errors
from scraper.archive.database import Database
from scraper.archive.lock import crawl_lock
from scraper.crawl.options import CrawlOptions, require_room
from scraper.errors import UsageError


@contextmanager
def opened(options: CrawlOptions) -> Iterator[Database]:
    """The archive, this crawl's alone, closed in the end.

    Raises `AlreadyRunning`, `ConfigError`, `UsageError`, `DiskFull` and the errors of opening an archive.
    """
    options = options.checked()
    if not options.db.parent.is_dir():
        raise UsageError(f"{options.db.parent} is not a folder; make it first, or choose another --db")
    require_room(options)
    with crawl_lock(options.db), sqlite_errors(options.db):
        db = open_for_writing(options.db, patience=CRAWL_WAITS)
        try:
            yield db
        finally:
            db.close()

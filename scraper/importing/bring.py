"""One import, start to end: what a path holds is found out by looking, then handed to its reader."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from scraper.archive import index
from scraper.archive.connect import CRAWL_WAITS, open_for_writing, sqlite_errors
from scraper.archive.database import Database
from scraper.archive.lock import crawl_lock
from scraper.archive.merge import merge
from scraper.errors import UnreadableInput, UsageError
from scraper.importing.folder import import_folder
from scraper.importing.jsonl import import_jsonl
from scraper.importing.pages import Imported, PageImport, label
from scraper.importing.warc import import_warc

KINDS = ("archive", "warc", "jsonl", "folder")
_HOLDING = ("articles", "captures", "pages", "watches")
"""Tables, any of which holds something once anything was stored."""


def bring(
    path: Path, archive: Path, *, honour_noarchive: bool = True, report: Callable[[str], None] = lambda _: None
) -> Imported:
    """Import one path into the archive, which is made where there is none.

    Holds the crawl's lock: only one program adds to an archive at a time. One
    that was made for an import that failed is gone again, if nothing is in it.
    Raises `UnreadableInput`, `UsageError` and the errors of opening archives.
    """
    kind = kind_of(path)
    with crawl_lock(archive), sqlite_errors(archive):
        is_new = not archive.exists()
        db = open_for_writing(archive, patience=CRAWL_WAITS)
        is_left = True
        try:
            index.catch_up(db)
            counts = _brought(db, path, archive, kind, honour_noarchive, report)
            is_left = not (is_new and counts.damaged and _is_empty(db))
            return counts
        except BaseException:
            is_left = not (is_new and _is_empty(db))
            raise
        finally:
            db.close()
            if not is_left:
                _remove(archive)


def _is_empty(db: Database) -> bool:
    try:
        return not any(db.execute(f"SELECT EXISTS (SELECT 1 FROM {table})").fetchone()[0] for table in _HOLDING)
    except sqlite3.Error:  # what can't be read is not known to be empty
        return False


def _remove(archive: Path) -> None:
    for ending in ("-wal", "-shm", ""):
        archive.with_name(archive.name + ending).unlink(missing_ok=True)


def _brought(
    db: Database, path: Path, archive: Path, kind: str, honour_noarchive: bool, report: Callable[[str], None]
) -> Imported:
    if kind in ("archive", "jsonl"):
        counts = Imported()
        if kind == "archive":
            merge(db, archive, path, counts)
        else:
            import_jsonl(db, path, counts)
        return counts
    with PageImport(db, label(path), honour_noarchive=honour_noarchive, report=report) as into:
        import_warc(into, path) if kind == "warc" else import_folder(into, path)
        return into.finish()


def kind_of(path: Path) -> str:
    """What a path holds, by its first bytes."""
    if path.is_dir():
        return "folder"
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror or error}") from error
    if head.startswith(b"SQLite format 3\0"):
        return "archive"
    if head.startswith((b"WARC/", b"\x1f\x8b")):
        return "warc"
    if head.lstrip().startswith(b"{"):
        return "jsonl"
    if head.startswith(b"PK\x03\x04"):
        raise UnreadableInput(f"{path} is a zip; of a WACZ unpack it and import the .warc.gz in its folder archive/")
    raise UnreadableInput(
        f"{path} is no WARC, no archive.db, no JSON Lines and no folder of saved pages; nothing was imported"
    )

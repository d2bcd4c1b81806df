"""One import, start to end: what a path holds is found out by looking, then handed to its reader."""

from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from scraper.archive import index
from scraper.archive.connect import CRAWL_WAITS, open_for_writing, sqlite_errors
from scraper.archive.lock import crawl_lock
from scraper.archive.merge import merge
from scraper.errors import UnreadableInput, UsageError
from scraper.importing.folder import import_folder
from scraper.importing.jsonl import import_jsonl
from scraper.importing.pages import Imported, PageImport, label
from scraper.importing.warc import import_warc

KINDS = ("archive", "warc", "jsonl", "folder")


def bring(
    path: Path, archive: Path, *, honour_noarchive: bool = True, report: Callable[[str], None] = lambda _: None
) -> Imported:
    """Import one path into the archive, which is made where there is none.

    Holds the crawl's lock: only one program adds to an archive at a time.
    Raises `UnreadableInput`, `UsageError` and the errors of opening archives.
    """
    kind = kind_of(path)
    with crawl_lock(archive), sqlite_errors(archive):
        db = open_for_writing(archive, patience=CRAWL_WAITS)
        try:
            index.catch_up(db)
            return _brought(db, path, archive, kind, honour_noarchive, report)
        finally:
            db.close()


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
    raise UnreadableInput(
        f"{path} is no WARC, no archive.db, no JSON Lines and no folder of saved pages; nothing was imported"
    )

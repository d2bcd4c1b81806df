"""Copies of archive.db that are whole, checked, and few: made while a crawl writes, and put back with care."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scraper.archive.connect import copy_database, open_for_reading, sqlite_errors
from scraper.archive.database import Database
from scraper.archive.verify import Verdict, verify
from scraper.errors import ArchiveDamaged, ArchiveError, ArchiveReadOnly, NoArchive, UsageError

_COUNTED = ("articles", "revisions", "captures", "bodies", "pages")
_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Backup:
    path: Path
    size: int
    counts: dict[str, int]
    removed: tuple[Path, ...]
    """Older copies that were more than were to be kept."""


def backup(source: Path, target: Path, *, keep: int | None, now: datetime, is_folder: bool = False) -> Backup:
    """Copy the archive to a file, or into a folder under a name with the time; checked before it gets that name.

    A target that is to be a folder (`is_folder`, or where copies are counted) is made where it is missing. Raises
    `ArchiveDamaged` when the copy is not whole, `DiskFull`, `ArchiveReadOnly`, `UsageError` for a target
    that is something else.
    """
    try:
        return _backed_up(source, target, keep=keep, now=now, is_folder=is_folder or keep is not None)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise ArchiveReadOnly(f"{target} can't be written: {error.strerror or error}") from error


def _backed_up(source: Path, target: Path, *, keep: int | None, now: datetime, is_folder: bool) -> Backup:
    if is_folder:
        _make_folder(source, target)
    path = target / f"{source.stem}-{now:%Y%m%dT%H%M%SZ}.db" if target.is_dir() else target
    _refuse_target(source, path)
    unchecked = path.with_name(path.name + ".unchecked")
    try:
        with sqlite_errors(path), closing(open_for_reading(source).conn) as connection:
            connection.execute("BEGIN")
            counts = _counts(Database(connection))  # begins the snapshot that is copied
            copy_database(connection, unchecked)
        _check_copy(unchecked, counts)
        unchecked.replace(path)
    finally:
        unchecked.unlink(missing_ok=True)
    removed = _remove_old(source, target, keep) if keep is not None and target.is_dir() else ()
    return Backup(path, path.stat().st_size, counts, removed)


def _make_folder(source: Path, folder: Path) -> None:
    if folder.is_dir():
        return
    if folder.exists():
        raise UsageError(f"{folder} is there and is no folder; name another")
    open_for_reading(source).close()  # no folder is left behind where there is nothing to copy
    if not folder.absolute().parent.is_dir():
        raise UsageError(f"{folder.absolute().parent} is not a folder; make it first")
    folder.mkdir()


def _refuse_target(source: Path, path: Path) -> None:
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent} is not a folder; make it first")
    if not path.exists():
        return
    if source.exists() and path.samefile(source):
        raise UsageError(f"{path} is the archive itself; name another file or a folder")
    try:
        open_for_reading(path).close()
    except ArchiveError as error:
        raise UsageError(f"{path} is there and is no archive; nothing is written over it") from error


def _counts(db: Database) -> dict[str, int]:
    return {table: int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in _COUNTED}


def _check_copy(path: Path, counts: dict[str, int]) -> None:
    with sqlite_errors(path), closing(open_for_reading(path).conn) as connection:
        db = Database(connection)
        if _counts(db) != counts:
            raise ArchiveDamaged(f"the copy does not hold what the archive holds; {path} was not kept")
        verdict = verify(db, sample=_SAMPLE)
    if not verdict.is_whole:
        first = verdict.damages[0]
        raise ArchiveDamaged(
            f"the archive is damaged ({first.text}{' at ' + first.url if first.url else ''}), so no backup was made of it;"
            " `scraper verify` lists all"
        )


def _remove_old(source: Path, folder: Path, keep: int) -> tuple[Path, ...]:
    pattern = f"{source.stem}-" + "[0-9]" * 8 + "T" + "[0-9]" * 6 + "Z.db"
    old = sorted(folder.glob(pattern))[:-keep] if keep else []
    for path in old:
        path.unlink()
    return tuple(old)


def require_backup(path: Path) -> None:
    """Raise what opening an archive raises, in words for a backup, unless one lies there."""
    with _opened(path):
        pass


def check(path: Path) -> Verdict:
    """Whether a backup is whole; everything in it is read. Raises as `require_backup`."""
    with _opened(path) as db:
        return verify(db)


@contextmanager
def _opened(path: Path) -> Iterator[Database]:
    if not path.is_file():
        raise NoArchive(f"there is no backup at {path}")
    try:
        with sqlite_errors(path), closing(open_for_reading(path).conn) as connection:
            yield Database(connection)
    except ArchiveDamaged as error:
        # What the keeper of an archive is told to do (restore a backup) is no help with a backup.
        raise ArchiveDamaged(f"{path} is no whole backup: it is damaged or another file; choose another") from error


def restore(source: Path, archive: Path, *, force: bool, now: datetime) -> Path | None:
    """Put a whole backup in the archive's place; where what stood there is kept now, if anything did.

    The caller holds the crawl's lock. Raises `ArchiveDamaged` for a backup that is not whole, `UsageError` where an
    archive stands and `force` is not given.
    """
    if archive.exists() and not force:
        raise UsageError(f"{archive} is there; give --force to put it aside, or name another place with --db")
    if archive.exists() and source.exists() and archive.samefile(source):
        raise UsageError(f"{source} is the archive itself")
    verdict = check(source)
    if not verdict.is_whole:
        raise ArchiveDamaged(f"{source} is damaged in {len(verdict.damages)} places; `restore --check` lists them")
    fresh = archive.with_name(archive.name + ".restored")
    with sqlite_errors(archive), closing(open_for_reading(source).conn) as connection:
        copy_database(connection, fresh)
    aside = _put_aside(archive, now) if archive.exists() else None
    fresh.replace(archive)
    return aside


def _put_aside(archive: Path, now: datetime) -> Path:
    """With its write-ahead log, which may hold its last transactions."""
    aside = archive.with_name(f"{archive.name}.replaced-{now:%Y%m%dT%H%M%SZ}")
    for ending in ("-wal", "-shm", ""):
        part = archive.with_name(archive.name + ending)
        if part.exists():
            shutil.move(part, aside.with_name(aside.name + ending))
    return aside

"""Opening archive.db: one writer with everything durable, readers that cannot write.

Every SQLite error becomes one of ours here, with the path and what to do.
"""

import errno
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from scraper.archive import schema
from scraper.archive.database import Database
from scraper.archive.schema.triggers import ensure_triggers
from scraper.errors import (
    ArchiveDamaged,
    ArchiveError,
    ArchiveLocked,
    ArchiveReadOnly,
    ArchiveTooNew,
    DiskFull,
    NoArchive,
)

# "scrp" in ASCII: `file archive.db` and a stranger can tell whose file this is.
APPLICATION_ID = 0x73637270
_log = logging.getLogger(__name__)
_BUSY_MS = 5_000
# A compressed page and an article's row take 2 to 3 kB each: pages of 4 kB would leave a third of them empty (bench/storage).
_PAGE_SIZE = 16_384
_READ_CACHE_KB = 32_768
"""At most. A search reads a few hundred rows of an article each; the 2 MB that SQLite keeps of itself hold 125 pages."""
CRAWL_WAITS = 30.0
"""Seconds a crawl waits for another program's transaction; nobody sits before it."""


def open_for_writing(path: Path, *, patience: float = _BUSY_MS / 1000, is_copy: bool = False) -> Database:
    """The archive at `path`, made or migrated as needed; `patience` is how many seconds to wait for other writers.

    Of what `is_copy` already, none is kept before its tables change.

    Raises `ArchiveTooNew`, `ArchiveLocked`, `ArchiveReadOnly`, `ArchiveDamaged` or `DiskFull`.
    """
    with sqlite_errors(path), _readable_schema(path):
        if not path.parent.is_dir():
            raise NoArchive(f"{path.parent} is not a folder; make it first, or choose another --db")
        # A crawl writes in a thread of its own.
        connection = sqlite3.connect(path, timeout=patience, check_same_thread=False)
        db = Database(connection)
        try:
            _refuse_foreign(db, path)
            _refuse_newer(db, path)
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA synchronous = FULL")
            db.execute(f"PRAGMA page_size = {_PAGE_SIZE}")  # of a new file; one that is there keeps its own
            db.execute("PRAGMA journal_mode = WAL")
            pending = schema.pending(db)
            if pending:
                if not is_copy:
                    _keep_copy(connection, path, pending[0])
                schema.apply(db)
            _sign(db)
            ensure_triggers(db)
        except BaseException:
            connection.close()
            raise
    return db


def _keep_copy(connection: sqlite3.Connection, path: Path, migration: str) -> None:
    """Copy an archive that holds articles beside itself before its tables change; the copy stays, and is said."""
    try:
        if connection.execute("SELECT 1 FROM articles LIMIT 1").fetchone() is None:
            return
    except sqlite3.OperationalError:
        return  # a new file has no tables
    kept = path.with_name(f"{path.name}.before-{migration.partition('_')[0]}")
    if not kept.exists():
        copy_database(connection, kept)
    _log.warning("%s gets new tables; the archive as it was is kept in %s", path, kept)


def copy_database(connection: sqlite3.Connection, target: Path) -> None:
    """A whole and consistent copy, whoever writes meanwhile: under another name first, so that half a copy is none."""
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    try:
        copy = sqlite3.connect(partial)
        try:
            copy.execute("PRAGMA journal_mode = OFF")  # nobody needs half a copy back
            # All pages in one step: a crawl that writes between two steps would make it start over.
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()
        _sync(partial)
        partial.replace(target)
        _sync(target.parent)
    except BaseException:
        for ending in ("", "-journal", "-wal", "-shm"):
            partial.with_name(partial.name + ending).unlink(missing_ok=True)
        raise


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sign(db: Database) -> None:
    """Mark the file as ours; again at every opening, in case the first was killed before it came to that."""
    for name, value in (("user_version", _known_version()), ("application_id", APPLICATION_ID)):
        if db.execute(f"PRAGMA {name}").fetchone()[0] != value:
            db.execute(f"PRAGMA {name} = {value}")


def open_for_reading(path: Path) -> Database:
    """The archive at `path`, read-only: a reader that can't checkpoint can't harm a crawl.

    Raises `NoArchive` where there is none, and the errors of `open_for_writing`.
    """
    if not path.is_file():
        raise NoArchive(f"there is no archive at {path}; make one with `scraper crawl`, or name another with --db")
    with sqlite_errors(path), _readable_schema(path):
        connection = _connect_read_only(path)
        connection.execute(f"PRAGMA cache_size = -{_READ_CACHE_KB}")
        db = Database(connection)
        try:
            _refuse_foreign(db, path)
            _refuse_newer(db, path)
            if not db.has_table("articles"):
                raise ArchiveDamaged(f"{path} is a SQLite database, but not an archive; name another with --db")
        except BaseException:
            connection.close()
            raise
    return db


def open_current(path: Path) -> Database:
    """As `open_for_reading`; an archive of an older version is brought up to date first.

    Raises the errors of both ways of opening.
    """
    db = open_for_reading(path)
    with sqlite_errors(path):
        if not schema.pending(db):
            return db
        db.close()
    open_for_writing(path).close()
    return open_for_reading(path)


def _connect_read_only(path: Path) -> sqlite3.Connection:
    name = f"file:{quote(str(path.resolve()))}?mode=ro"
    connection = sqlite3.connect(name, uri=True, timeout=_BUSY_MS / 1000, check_same_thread=False)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if "unable to open" not in str(error) and "readonly" not in str(error):
            raise
        # A WAL archive in a folder that can't be written has no -shm file to be made.
        connection = sqlite3.connect(f"{name}&immutable=1", uri=True, check_same_thread=False)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return connection


def _known_version() -> int:
    return len(schema.MIGRATIONS)


def _refuse_foreign(db: Database, path: Path) -> None:
    names = set(db.table_names())
    if names and not names & {"articles", "_sqlite_migrations"}:
        raise ArchiveDamaged(f"{path} is a SQLite database, but not an archive; name another with --db")


def _refuse_newer(db: Database, path: Path) -> None:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if set(schema.applied(db)) - set(schema.MIGRATIONS) or version > _known_version():
        raise ArchiveTooNew(f"{path} was made by a newer version of scraper; upgrade the program to open it")


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """One transaction, or a part of the one that is open.

    It takes the write lock at once: a transaction that reads first and writes
    then fails without waiting when another program wrote in between.
    """
    if db.conn.in_transaction:
        with db.atomic():
            yield
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        # A commit that fails leaves its transaction open: what came next would be a part of it, and never be kept.
        db.conn.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, each naming the file and the next step."""
    try:
        yield
    except ArchiveError:
        raise
    except sqlite3.Error as error:
        raise _translated(error, path) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(f"no room left to write {path}; nothing is lost, free some space and run again") from error
        raise


@contextmanager
def _readable_schema(path: Path) -> Iterator[None]:
    """SQLite's word on a damaged schema repeats its bytes; where they are no UTF-8, sqlite3 fails over the message."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise ArchiveDamaged(f"{path} is damaged (its schema can't be read); restore a backup") from error


def is_full(error: sqlite3.Error) -> bool:
    """Whether there was no room. A quota or a limit of file size is to SQLite only a write that failed."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF == sqlite3.SQLITE_FULL or "disk is full" in str(error) or code in _FAILED_WRITES


_FAILED_WRITES = (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_TRUNCATE, sqlite3.SQLITE_IOERR_SHMSIZE)


def _translated(error: sqlite3.Error, path: Path) -> ArchiveError:
    text = str(error)
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or "locked" in text:
        return ArchiveLocked(f"another program is writing to {path}; try again when it is done")
    if is_full(error):
        return DiskFull(f"no room left to write {path}; nothing is lost, free some space and run again")
    if code == sqlite3.SQLITE_READONLY or "readonly" in text:
        return ArchiveReadOnly(f"{path} can't be written; change its permissions or choose another --db")
    if code == sqlite3.SQLITE_CANTOPEN or "unable to open" in text:
        return ArchiveReadOnly(f"{path} can't be opened; check that its folder exists and can be written")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or "malformed" in text or "not a database" in text:
        return ArchiveDamaged(
            f"{path} is damaged or not a database ({text}); restore a backup, name another --db, or, where only search fails, try `scraper index --rebuild`"
        )
    return ArchiveError(f"{path}: {text}")

"""Opening an archive: made as promised, never somebody else's file, and every trouble named."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from scraper.archive import schema
from scraper.archive.connect import APPLICATION_ID, open_for_reading, open_for_writing, sqlite_errors
from scraper.archive.database import Database
from scraper.errors import (
    ArchiveDamaged,
    ArchiveError,
    ArchiveLocked,
    ArchiveReadOnly,
    ArchiveTooNew,
    DiskFull,
    NoArchive,
)
from tests.archive.samples import unwritable
from tests.pages import seconds

Open = Callable[[Path], Database]
BOTH = pytest.mark.parametrize("opened", [open_for_reading, open_for_writing])


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    open_for_writing(path).close()
    return path


def value(db: Database, sql: str) -> object:
    return db.execute(sql).fetchone()[0]


# --- a new archive ---------------------------------------------------------------------------------


def test_a_new_archive_says_whose_it_is(archive: Path) -> None:
    db = open_for_reading(archive)

    assert value(db, "PRAGMA application_id") == APPLICATION_ID
    assert value(db, "PRAGMA user_version") == len(schema.applied(db))
    assert archive.read_bytes()[68:72] == b"scrp"


def test_the_writer_has_everything_durable_and_checked(archive: Path) -> None:
    db = open_for_writing(archive)

    assert value(db, "PRAGMA journal_mode") == "wal"
    assert value(db, "PRAGMA synchronous") == 2  # FULL
    assert value(db, "PRAGMA foreign_keys") == 1
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("INSERT INTO aliases VALUES ('https://x/', 404)")


def test_every_table_is_strict(archive: Path) -> None:
    tables = open_for_reading(archive).execute("PRAGMA table_list").fetchall()

    ours = {name: strict for _, name, kind, _, _, strict in tables if kind == "table" and not name.startswith("_")}
    loose = {name for name, strict in ours.items() if not strict and not name.startswith("sqlite_")}
    assert loose == set()
    assert len(ours) > 10


def test_a_reader_cannot_write(archive: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        open_for_reading(archive).execute("DELETE FROM pages")


def test_opening_again_changes_nothing(archive: Path) -> None:
    before = archive.read_bytes()

    open_for_writing(archive).close()
    open_for_reading(archive).close()

    assert archive.read_bytes() == before


@pytest.mark.parametrize("name", ["归档 1.db", "a?b#c%20d.db", "mode=memory&x.db", "it's.db"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name

    open_for_writing(path).close()

    assert value(open_for_reading(path), "SELECT count(*) FROM articles") == 0
    assert [file.name for file in tmp_path.iterdir() if not file.name.endswith(("-wal", "-shm"))] == [name]


def test_an_empty_file_becomes_an_archive_when_written(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.touch()

    with pytest.raises(ArchiveDamaged):
        open_for_reading(path)
    open_for_writing(path).close()

    assert value(open_for_reading(path), "SELECT count(*) FROM articles") == 0


def test_a_making_that_was_killed_halfway_is_finished_at_the_next_opening(tmp_path: Path) -> None:
    """Killed after the tables were committed, before the file got its mark."""
    path = tmp_path / "archive.db"
    with closing(sqlite3.connect(path)) as connection:
        schema.apply(Database(connection))

    db = open_for_writing(path)

    assert value(db, "PRAGMA application_id") == APPLICATION_ID
    assert value(db, "PRAGMA user_version") == len(schema.applied(db))


# --- files that are not ours to open -------------------------------------------------------------------


@BOTH
def test_an_archive_of_a_newer_version_is_refused_and_left_alone(archive: Path, opened: Open) -> None:
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute("PRAGMA user_version = 9999")
    before = archive.read_bytes()

    with pytest.raises(ArchiveTooNew, match=r"archive\.db.*newer version") as caught:
        opened(archive)

    assert caught.value.exit_code == 78
    assert archive.read_bytes() == before


@BOTH
def test_a_migration_unknown_here_is_a_newer_version_too(archive: Path, opened: Open) -> None:
    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('scraper', 'm999', '2030')"
        )

    with pytest.raises(ArchiveTooNew):
        opened(archive)


@BOTH
def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path, opened: Open) -> None:
    path = tmp_path / "history.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE visits (url TEXT)")
    before = path.read_bytes()

    with pytest.raises(ArchiveDamaged, match=r"history\.db is a SQLite database, but not an archive") as caught:
        opened(path)

    assert caught.value.exit_code == 6
    assert path.read_bytes() == before


def page_scribbled(raw: bytes) -> bytes:
    return raw[:100] + b"\xff" * 16_284 + raw[16_384:]


DAMAGED = {
    "text": lambda raw: "<html>溪口镇</html>".encode() * 400,
    "half": lambda raw: raw[: len(raw) // 2],
    "one page": lambda raw: raw[:16_384],
    "no whole page": lambda raw: raw[:1000],
    "a header and rubbish": lambda raw: raw[:100] + b"\xff" * (len(raw) - 100),
    "the first page scribbled": page_scribbled,
}


@BOTH
@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_named(archive: Path, name: str, opened: Open) -> None:
    damage: Callable[[bytes], bytes] = DAMAGED[name]
    path = archive.with_name("damaged.db")
    path.write_bytes(damage(archive.read_bytes()))

    with pytest.raises(ArchiveDamaged, match=r"damaged\.db"):
        opened(path)


def test_damage_met_later_is_named_too(archive: Path) -> None:
    with closing(open_for_writing(archive)) as db:
        db.execute("INSERT INTO sites VALUES ('tj', '天津', 'www.tj.chinanews.com.cn', '')")
        root = value(db, "SELECT rootpage FROM sqlite_master WHERE name = 'sites'")
        size = value(db, "PRAGMA page_size")
    assert isinstance(root, int) and isinstance(size, int)
    raw = bytearray(archive.read_bytes())
    raw[(root - 1) * size : root * size] = b"\xff" * size
    archive.write_bytes(raw)

    db = open_for_reading(archive)
    with pytest.raises(ArchiveDamaged, match=r"archive\.db is damaged"), sqlite_errors(archive):
        db.execute("SELECT * FROM sites").fetchall()


def test_reading_an_archive_that_is_not_there_makes_none(tmp_path: Path) -> None:
    with pytest.raises(NoArchive, match=r"scraper crawl") as caught:
        open_for_reading(tmp_path / "archive.db")

    assert caught.value.exit_code == 2
    assert list(tmp_path.iterdir()) == []


@BOTH
def test_a_folder_that_is_not_there_is_no_archive(tmp_path: Path, opened: Open) -> None:
    with pytest.raises(NoArchive):
        opened(tmp_path / "no-such" / "archive.db")


@BOTH
def test_a_folder_is_no_archive(tmp_path: Path, opened: Open) -> None:
    with pytest.raises(ArchiveError, match=tmp_path.name):
        opened(tmp_path)


# --- others at work ---------------------------------------------------------------------------------------


@contextmanager
def writing(path: Path, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
    """Another program in the middle of a transaction."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(begin)
        yield
        other.execute("ROLLBACK")


def test_a_write_while_another_program_writes_is_said_to_be_locked(archive: Path) -> None:
    db = open_for_writing(archive)
    db.execute("PRAGMA busy_timeout = 20")

    with writing(archive), pytest.raises(ArchiveLocked, match=r"another program") as caught, sqlite_errors(archive):
        db.execute("INSERT INTO sites VALUES ('tj', '天津', 'www.tj.chinanews.com.cn', '')")

    assert caught.value.exit_code == 75


def test_reading_goes_on_while_another_program_writes(archive: Path) -> None:
    with writing(archive), seconds(1):
        assert value(open_for_reading(archive), "SELECT count(*) FROM articles") == 0


def test_a_full_disk_is_said_and_nothing_is_lost(archive: Path) -> None:
    db = open_for_writing(archive)
    db.execute("INSERT INTO sites VALUES ('tj', '天津', 'www.tj.chinanews.com.cn', '')")
    db.execute(f"PRAGMA max_page_count = {value(db, 'PRAGMA page_count')}")

    with pytest.raises(DiskFull, match=r"nothing is lost") as caught, sqlite_errors(archive), db.atomic():
        db.execute("UPDATE sites SET name = 'x'")
        db.execute("INSERT INTO bodies (sha256, size, data) VALUES ('digest', 1, zeroblob(1000000))")

    assert caught.value.exit_code == 7
    assert value(db, "SELECT name FROM sites") == "天津"
    assert value(db, "PRAGMA integrity_check") == "ok"


# --- what may not be written ----------------------------------------------------------------------------------


@pytest.fixture
def read_only(archive: Path) -> Iterator[Path]:
    with unwritable(archive) as path:
        yield path


def test_writing_where_nothing_may_be_written_is_said(read_only: Path) -> None:
    with pytest.raises(ArchiveReadOnly, match=r"archive\.db") as caught:
        open_for_writing(read_only)

    assert caught.value.exit_code == 78


def test_a_new_archive_where_nothing_may_be_written_is_said(read_only: Path) -> None:
    with pytest.raises(ArchiveReadOnly):
        open_for_writing(read_only.with_name("new.db"))


def test_reading_needs_no_right_to_write(read_only: Path) -> None:
    db = open_for_reading(read_only)

    assert value(db, "SELECT count(*) FROM articles") == 0


def test_an_error_of_ours_passes_through_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(ArchiveTooNew, match=r"^it$"), sqlite_errors(tmp_path):
        raise ArchiveTooNew("it")

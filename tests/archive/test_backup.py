"""Copies are whole, checked and few; an archive is put back with care."""

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.archive import backup as copies
from scraper.archive.connect import copy_database, open_for_reading, open_for_writing
from scraper.archive.verify import verify
from scraper.errors import ArchiveDamaged, ArchiveError, ArchiveTooNew, NoArchive, UsageError
from tests.archive.samples import NOW, new_archive, numbered, put


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    db = new_archive(path)
    put(db, *(numbered(number) for number in range(1, 6)))
    db.close()
    return path


def titles(path: Path) -> list[str]:
    db = open_for_reading(path)
    return [row[0] for row in db.execute("SELECT title FROM articles ORDER BY id").fetchall()]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_is_one_file_that_holds_everything(archive: Path, tmp_path: Path) -> None:
    made = copies.backup(archive, tmp_path / "copy.db", keep=None, now=NOW)

    assert made.counts["articles"] == 5
    assert verify(open_for_reading(made.path)).is_whole
    assert [name for name in names(tmp_path) if name.startswith("copy")] == ["copy.db"]


def test_a_backup_made_while_somebody_writes_holds_what_was_committed(archive: Path, tmp_path: Path) -> None:
    writer = open_for_writing(archive)
    put(writer, numbered(6))
    writer.conn.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE articles SET title = 'not yet'")

    made = copies.backup(archive, tmp_path / "copy.db", keep=None, now=NOW)

    assert titles(made.path) == [numbered(1).title] * 6
    writer.rollback()
    writer.close()


def test_a_folder_keeps_the_newest(archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    (folder / "archive-notes.db").write_text("mine")

    made = [copies.backup(archive, folder, keep=2, now=NOW + timedelta(hours=hour)) for hour in range(4)]

    assert names(folder) == ["archive-20240506T033000Z.db", "archive-20240506T043000Z.db", "archive-notes.db"]
    assert [path.name for path in made[-1].removed] == ["archive-20240506T023000Z.db"]


def test_no_backup_is_made_of_what_is_damaged_and_the_older_one_stays(archive: Path, tmp_path: Path) -> None:
    copies.backup(archive, tmp_path / "copy.db", keep=None, now=NOW)
    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute("UPDATE bodies SET data = x'00'")

    with pytest.raises(ArchiveDamaged, match="no backup was made"):
        copies.backup(archive, tmp_path / "copy.db", keep=None, now=NOW)

    assert verify(open_for_reading(tmp_path / "copy.db")).is_whole
    assert not [name for name in names(tmp_path) if "unchecked" in name or "partial" in name]


def test_what_a_backup_would_overwrite_is_left_alone(archive: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("mine")

    for target, message in (
        (notes, "no archive"),
        (archive, "the archive itself"),
        (tmp_path / "no" / "x.db", "not a folder"),
    ):
        with pytest.raises(UsageError, match=message):
            copies.backup(archive, target, keep=None, now=NOW)

    assert notes.read_text() == "mine"


def test_there_is_no_backup_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(NoArchive):
        copies.backup(tmp_path / "archive.db", tmp_path / "copy.db", keep=None, now=NOW)


def test_half_a_copy_is_none(archive: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "locked.db")) as source:
        source.close()
        with pytest.raises(sqlite3.ProgrammingError):
            copy_database(source, tmp_path / "copy.db")

    assert not [name for name in names(tmp_path) if name.startswith("copy")]


def test_an_archive_is_restored_and_the_other_put_aside(archive: Path, tmp_path: Path) -> None:
    made = copies.backup(archive, tmp_path / "copy.db", keep=None, now=NOW)
    writer = open_for_writing(archive)
    put(writer, numbered(6))  # stands in the write-ahead log
    shutil.copy(archive, tmp_path / "other.db")

    with pytest.raises(UsageError, match="--force"):
        copies.restore(made.path, archive, force=False, now=NOW)
    writer.close()
    aside = copies.restore(made.path, archive, force=True, now=NOW)

    assert aside is not None
    assert (len(titles(archive)), len(titles(aside))) == (5, 6)
    db = open_for_writing(archive)
    put(db, numbered(7))
    assert verify(db).is_whole


def test_a_damaged_or_newer_backup_is_not_put_in_place(archive: Path, tmp_path: Path) -> None:
    made = copies.backup(archive, tmp_path / "copy.db", keep=None, now=NOW)
    before = archive.read_bytes()
    with closing(sqlite3.connect(made.path)) as connection, connection:
        connection.execute("UPDATE articles SET body = '改过的。'")

    assert not copies.check(made.path).is_whole
    with pytest.raises(ArchiveDamaged, match="--check"):
        copies.restore(made.path, archive, force=True, now=NOW)
    with closing(sqlite3.connect(made.path)) as connection:
        connection.execute("PRAGMA user_version = 9999")
    with pytest.raises(ArchiveTooNew):
        copies.restore(made.path, archive, force=True, now=NOW)

    assert archive.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"text", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "copy.db"
    path.write_bytes(content)

    with pytest.raises(ArchiveError):
        copies.check(path)

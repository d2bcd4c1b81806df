"""Pieces of work that share a commit: each whole or not there, nobody told before it is on the disk."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from scraper.archive.database import Database
from scraper.crawl.commits import Commits


@pytest.fixture
def db(tmp_path: Path) -> Database:
    db = Database(sqlite3.connect(tmp_path / "any.db", isolation_level=None, check_same_thread=False))
    db.conn.execute("CREATE TABLE notes (text TEXT CHECK (text <> 'bad'))")
    return db


def write(db: Database, text: str, *, then: Exception | None = None) -> str:
    db.conn.execute("INSERT INTO notes VALUES (?)", [text])
    if then:
        raise then
    return text


def notes(path: Path) -> list[str]:
    with sqlite3.connect(path / "any.db") as other:
        return [text for (text,) in other.execute("SELECT text FROM notes")]


def test_work_is_on_the_disk_when_its_owner_goes_on(db: Database, tmp_path: Path) -> None:
    async def owner() -> tuple[str, list[str]]:
        return await Commits(db).do(lambda: write(db, "one")), notes(tmp_path)

    assert asyncio.run(owner()) == ("one", ["one"])


def test_a_piece_that_fails_takes_no_other_with_it(db: Database, tmp_path: Path) -> None:
    async def owners() -> list[object]:
        commits = Commits(db)
        works = (
            commits.do(lambda: write(db, "one")),
            commits.do(lambda: write(db, "two", then=ValueError("no"))),
            commits.do(lambda: write(db, "three")),
        )
        return list(await asyncio.gather(*works, return_exceptions=True))

    one, two, three = asyncio.run(owners())

    assert (one, type(two), three) == ("one", ValueError, "three")
    assert notes(tmp_path) == ["one", "three"]


def test_what_sqlite_refuses_is_everybodys_failure_and_nothing_stands(db: Database, tmp_path: Path) -> None:
    async def owners() -> list[object]:
        commits = Commits(db)
        works = [commits.do(lambda text=text: write(db, text)) for text in ("one", "bad", "three")]  # type: ignore[misc]
        return await asyncio.gather(*works, return_exceptions=True)

    assert [type(found) for found in asyncio.run(owners())] == [sqlite3.IntegrityError] * 3
    assert notes(tmp_path) == []


def test_many_pieces_are_one_commit(db: Database) -> None:
    said: list[str] = []
    db.conn.set_trace_callback(said.append)

    async def owners() -> None:
        commits = Commits(db)
        await asyncio.gather(*(commits.do(lambda: write(db, "x")) for _ in range(20)))

    asyncio.run(owners())

    assert said.count("COMMIT") == 1


def test_work_whose_owner_has_gone_is_not_done(db: Database, tmp_path: Path) -> None:
    async def owners() -> None:
        commits = Commits(db)
        gone = asyncio.create_task(commits.do(lambda: write(db, "gone")))
        await asyncio.sleep(0)
        gone.cancel()
        await commits.do(lambda: write(db, "here"))

    asyncio.run(owners())

    assert notes(tmp_path) == ["here"]


def test_after_a_commit_that_failed_what_is_acknowledged_is_on_the_disk(db: Database, tmp_path: Path) -> None:
    """The transaction stayed open, and all that followed was a part of it, told to its owners and never kept."""
    db.conn.execute("PRAGMA foreign_keys = ON")
    db.conn.execute("CREATE TABLE authors (id INTEGER PRIMARY KEY)")
    db.conn.execute("CREATE TABLE books (author INTEGER REFERENCES authors(id) DEFERRABLE INITIALLY DEFERRED)")

    async def owners() -> tuple[object, str, list[str]]:
        commits = Commits(db)
        (failed,) = await asyncio.gather(
            commits.do(lambda: db.conn.execute("INSERT INTO books VALUES (7)")), return_exceptions=True
        )
        return failed, await commits.do(lambda: write(db, "one")), notes(tmp_path)

    failed, one, kept = asyncio.run(owners())

    assert (type(failed), one, kept) == (sqlite3.IntegrityError, "one", ["one"])

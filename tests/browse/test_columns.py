"""What is counted from memory is what is counted from the archive, whatever was written since, and by whom."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.archive import index
from scraper.archive.connect import open_for_reading, open_for_writing
from scraper.archive.database import Database
from scraper.archive.facets import facet_counts
from scraper.archive.forget import find_doomed, forget
from scraper.archive.search import Filters
from scraper.browse import columns, searching
from scraper.browse.searching import FACETS, Chosen
from scraper.errors import ArchiveLocked
from tests.browse.conftest import BY_CHANCE, NOW, PLAIN, REALLY, STORY, _add

QUERIES = (
    "",
    "居民",
    "的",
    "图书 OR 书屋",
    "居民 -上海",
    "甲乙丙丁",
    "title:老街",
    "site:ha 乡村",
    "since:2020 河",
    "没有这样的词语",
)
CHOSEN = (Chosen(), Chosen(sites=("ha", "sh")), Chosen(editor="方知秋"), Chosen(since="2019", until="2022-07"))


@pytest.fixture
def reader(demo_path: Path) -> Iterator[Database]:
    """As Datasette connects: what is no tuple is equal to none."""
    with closing(open_for_reading(demo_path)) as db:
        db.conn.row_factory = sqlite3.Row
        yield db


@pytest.fixture
def writer(demo_path: Path) -> Iterator[Database]:
    with closing(open_for_writing(demo_path)) as db:
        yield db


def _told(db: Database, text: str, chosen: Chosen, *, unique: bool = False) -> dict[str, list[tuple[str, int]]]:
    """From the archive itself."""
    return facet_counts(db, text, chosen.filters, FACETS, unique=unique, everything=not text)


@pytest.mark.parametrize("unique", [False, True])
@pytest.mark.parametrize("chosen", CHOSEN, ids=str)
@pytest.mark.parametrize("text", QUERIES)
def test_every_search_is_counted_as_the_archive_counts_it(
    archive: Database, text: str, chosen: Chosen, unique: bool
) -> None:
    counted = searching.counts(archive, text, chosen, unique=unique)
    again = searching.counts(archive, text, chosen, unique=unique)

    assert columns.current(archive) is not None
    assert counted == again == _told(archive, text, chosen, unique=unique)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("edition", "ha"), ("channel", "测试栏目"), ("source", "溪口日报"), ("editor", "方知秋"), ("author", "张三")],
)
def test_the_articles_of_a_name_are_those_that_bear_it(archive: Database, kind: str, name: str) -> None:
    chosen = searching.condition_of(kind, name)
    found = searching.find(archive, "", chosen, sort="date", limit=5)

    parts = searching.parts_of(archive, kind, name, 5)

    assert (parts.total, parts.newest) == (found.total, found.ids)
    assert parts.counts == facet_counts(archive, "", chosen.filters, (*FACETS, "month"))


def test_of_many_names_the_most_frequent_are_told_and_of_equals_those_that_sort_first() -> None:
    editors = [None, "最多", "最多", "最少", *(f"甲{number:03}" for number in range(columns.MOST_VALUES, 0, -1))]
    values = {name: list(editors) for name in ("site", "editor")}
    held = columns.Columns((), 0, values, len(editors) - 1, ())

    counted = held.whole(("editor",))["editor"]

    assert len(counted) == columns.MOST_VALUES
    assert counted[:3] == [("最多", 2), ("最少", 1), ("甲001", 1)]
    assert counted[-1] == (f"甲{columns.MOST_VALUES - 2:03}", 1)


def _stored_again(db: Database) -> None:
    with db.atomic():
        _add(db, replace(PLAIN, channel="另一栏目", editor="顾南枝"), b"<html>again</html>")


def _stored_anew(db: Database) -> None:
    with db.atomic():
        _add(db, replace(PLAIN, url=PLAIN.url.replace("1.shtml", "77.shtml"), source="新来源"))


def _forgotten(db: Database) -> None:
    with suppress(ArchiveLocked):  # the reader keeps the old bytes in the log; the rows are gone all the same
        forget(db, find_doomed(db, STORY.url), reason="测试", now=NOW)


def _forgotten_and_stored(db: Database) -> None:
    _forgotten(db)
    _stored_anew(db)


def _changed_by_another_tool(db: Database) -> None:
    db.execute("UPDATE articles SET source = '别的工具' WHERE url = ?", [BY_CHANCE.url])


def _changed_by_both(db: Database) -> None:
    _changed_by_another_tool(db)
    _stored_anew(db)
    db.execute("DELETE FROM articles WHERE url = ?", [REALLY.url])


@pytest.mark.parametrize(
    "change", [_stored_again, _stored_anew, _forgotten, _forgotten_and_stored, _changed_by_another_tool, _changed_by_both]
)  # fmt: skip
def test_what_is_written_is_counted_at_once(
    reader: Database, writer: Database, change: Callable[[Database], None]
) -> None:
    before = searching.counts(reader, "", Chosen())

    change(writer)
    unindexed = searching.counts(reader, "", Chosen())
    index.catch_up(writer)
    indexed = searching.counts(reader, "", Chosen())

    assert before != unindexed == indexed == _told(reader, "", Chosen())


def test_what_only_texts_can_tell_is_read_once(reader: Database) -> None:
    columns.current(reader)
    first = searching.find(reader, "中新网河南", Chosen(), sort="date", limit=1)

    asked: list[str] = []
    reader.conn.set_trace_callback(asked.append)
    again = searching.find(reader, "中新网河南", Chosen(), sort="date", limit=1)
    counted = searching.counts(reader, "中新网河南", Chosen())
    reader.conn.set_trace_callback(None)

    assert first.total == again.total == sum(times for _, times in counted["site"]) > 1
    assert [sql for sql in asked if "instr(" in sql] == []


def test_only_what_was_stored_since_is_read_again(reader: Database, writer: Database) -> None:
    columns.current(reader)
    _stored_anew(writer)
    index.catch_up(writer)

    asked: list[str] = []
    reader.conn.set_trace_callback(asked.append)
    held = columns.current(reader)
    reader.conn.set_trace_callback(None)

    assert held is not None and held.values["source"][-1] == "新来源"
    assert [sql for sql in asked if "published_at FROM articles" in sql and "revisions" not in sql] == []


def test_a_large_archive_is_read_aside(reader: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_AT_ONCE", 10)

    first, counted = columns.current(reader), searching.counts(reader, "居民", Chosen())
    deadline = time.monotonic() + 20
    while columns.current(reader) is None and time.monotonic() < deadline:
        time.sleep(0.01)

    assert first is None
    assert columns.current(reader) is not None
    assert searching.counts(reader, "居民", Chosen()) == counted


def test_an_archive_in_memory_is_counted_the_slow_way() -> None:
    db = Database(sqlite3.connect(":memory:"))

    assert columns.current(db) is None


def test_filters_are_those_of_the_command(archive: Database) -> None:
    assert Chosen(sites=("ha",), editor="方知秋").filters == Filters(sites=("ha",), editor="方知秋", whole=True)

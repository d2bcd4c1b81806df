"""The index follows the articles, whoever writes them and however."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlite_utils

from scraper.archive import frontier, index, store, tokens
from scraper.archive.connect import open_for_writing
from scraper.archive.database import Database
from scraper.archive.search import matching_ids, open_searchable
from scraper.archive.texts import TEXT_COLUMNS, texts_of
from scraper.archive.tokens import tokens_of
from tests.archive.samples import ARTICLE, NOW, fixture_articles, new_archive, numbered, put
from tests.pages import seconds

FIRST = replace(numbered(1), title="第一篇", images=(), body="老桥修缮")
SECOND = replace(numbered(2), title="第二篇", images=(), body="白鹭归来")
THIRD = replace(numbered(3), title="第三篇", images=(), body="草莓上市")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive of three articles, indexed."""
    path = tmp_path / "archive.db"
    with closing(new_archive(path)) as db:
        put(db, FIRST, SECOND, THIRD)
    return path


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    archive = open_for_writing(path)
    yield archive
    archive.close()


def indexed(db: Database) -> set[tuple[int, str]]:
    """Every (article, token) that the index holds."""
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.held USING fts5vocab(main, articles_fts, instance)")
    return {(article, term) for term, article in db.execute("SELECT term, doc FROM temp.held")}


def wanted(db: Database) -> set[tuple[int, str]]:
    """What it should hold, worked out from the articles as they are."""
    found = db.execute(f"SELECT id, {', '.join(TEXT_COLUMNS)} FROM articles").fetchall()
    return {(identity, token) for identity, *text in found for token in tokens_of(*text).split("\n")}


def assert_in_step(db: Database) -> None:
    db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('integrity-check')")
    assert indexed(db) == wanted(db)
    assert (
        db.execute("SELECT count(*) FROM articles_fts").fetchone()
        == db.execute("SELECT count(*) FROM articles").fetchone()
    )


def elsewhere(path: Path, *statements: str) -> None:
    """Another program writes, by Python's own sqlite3 and nothing of ours."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


COLUMNS = "id, url, site, region, kind, layout, title, published_at, body, digest, first_seen, changed_at"
VALUES = "'tj', '天津', 'article', 'labels', '{title}', '2024-05-07T08:00+08:00', '{body}', 'x', 'x', 'x'"


def row(identity: str, url: str, title: str, body: str) -> str:
    return f"INTO articles ({COLUMNS}) VALUES ({identity}, '{url}', {VALUES.format(title=title, body=body)})"


# --- the queue ---------------------------------------------------------------------------------------


def test_a_crawl_leaves_nothing_in_the_queue(db: Database) -> None:
    assert index.is_current(db)
    assert_in_step(db)


def test_flush_says_how_many_articles_it_indexed(db: Database) -> None:
    with db.atomic():
        db.execute("UPDATE articles SET title = title || '一'")
        db.execute("UPDATE articles SET body = body || '二' WHERE id < 3")

        assert index.flush(db) == 3
        assert index.flush(db) == 0
    assert_in_step(db)


def test_a_transaction_that_is_rolled_back_leaves_the_index_as_it_was(db: Database) -> None:
    before = indexed(db)

    with pytest.raises(ZeroDivisionError), db.atomic():
        db.execute("UPDATE articles SET title = '别的'")
        index.flush(db)
        raise ZeroDivisionError

    assert indexed(db) == before
    assert index.is_current(db)


WRITES: dict[str, tuple[str, ...]] = {
    "insert": ("INSERT " + row("NULL", "https://x/4", "新", "麦收"),),
    "insert with an id": ("INSERT " + row("77", "https://x/4", "新", "麦收"),),
    "insert or ignore": ("INSERT OR IGNORE " + row("NULL", FIRST.url, "新", "麦收"),),
    "update of the title": ("UPDATE articles SET title = '新题目' WHERE id = 1",),
    "update of the body": ("UPDATE articles SET body = '新正文' WHERE id = 1",),
    "update of captions": ("UPDATE articles SET captions = '新图说' WHERE id = 1",),
    "update of the day": ("UPDATE articles SET published_at = '1999-12-31T00:00+08:00' WHERE id = 1",),
    "update of the edition": ("UPDATE articles SET site = 'sh' WHERE id = 1",),
    "update of the id": ("UPDATE articles SET id = 90 WHERE id = 1",),
    "update of all": ("UPDATE articles SET body = body || '又'",),
    "update twice": ("UPDATE articles SET body = '甲' WHERE id = 1", "UPDATE articles SET body = '乙' WHERE id = 1"),
    "update there and back": (
        "UPDATE articles SET body = '甲' WHERE id = 1",
        f"UPDATE articles SET body = '{FIRST.body}' WHERE id = 1",
    ),
    "update of nothing indexed": ("UPDATE articles SET source = '别处'",),
    "delete": ("DELETE FROM articles WHERE id = 2",),
    "delete of all": ("DELETE FROM articles",),
    "insert, then delete": ("INSERT " + row("4", "https://x/4", "新", "麦收"), "DELETE FROM articles WHERE id = 4"),
    "delete, then the id again": (
        "DELETE FROM articles WHERE id = 3",
        "INSERT " + row("3", "https://x/4", "新", "麦收"),
    ),
    "insert, then update": (
        "INSERT " + row("4", "https://x/4", "新", "麦收"),
        "UPDATE articles SET body = '再改' WHERE id = 4",
    ),
    "replace by id": ("INSERT OR REPLACE " + row("1", "https://x/4", "新", "麦收"),),
    "replace by address": ("INSERT OR REPLACE " + row("NULL", FIRST.url, "新", "麦收"),),
    "replace of two at once": ("INSERT OR REPLACE " + row("1", SECOND.url, "新", "麦收"),),
    "replace twice": (
        "REPLACE " + row("1", FIRST.url, "新", "麦收"),
        "REPLACE " + row("1", FIRST.url, "更新", "秋收"),
    ),
    "replace, then delete": ("REPLACE " + row("1", FIRST.url, "新", "麦收"), "DELETE FROM articles WHERE id = 1"),
    "upsert": ("INSERT " + row("NULL", FIRST.url, "新", "麦收") + " ON CONFLICT (url) DO UPDATE SET title = '冲突'",),
    "update or replace": (f"UPDATE OR REPLACE articles SET url = '{THIRD.url}' WHERE id = 1",),
    "update or replace, then the id again": (
        f"UPDATE OR REPLACE articles SET url = '{THIRD.url}' WHERE id = 1",
        "INSERT " + row("3", "https://x/4", "新", "麦收"),
    ),
}


@pytest.mark.parametrize("name", WRITES)
def test_what_another_program_writes_is_noticed(path: Path, db: Database, name: str) -> None:
    elsewhere(path, *WRITES[name])

    index.catch_up(db)

    assert index.is_current(db)
    assert_in_step(db)


def test_what_another_program_writes_is_found_when_we_next_search(path: Path) -> None:
    elsewhere(path, "UPDATE articles SET body = '麦收时节' WHERE id = 1", "DELETE FROM articles WHERE id = 2")

    with closing(open_searchable(path)) as db:
        found = {word: matching_ids(db, word) for word in ("麦收时节", "老桥", "白鹭", "草莓")}

    assert found == {"麦收时节": [1], "老桥": [], "白鹭": [], "草莓": [3]}


def test_a_search_goes_on_with_what_is_indexed_while_another_program_writes(path: Path) -> None:
    elsewhere(path, "UPDATE articles SET body = '麦收时节' WHERE id = 1")

    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with seconds(10), closing(open_searchable(path)) as db:
            found = matching_ids(db, "草莓")
        writer.execute("ROLLBACK")

    assert found == [3]


# --- triggers that went missing --------------------------------------------------------------------------


def transformed(path: Path, *, then: Callable[[Database], None] = lambda _: None) -> None:
    """`sqlite-utils transform`, which makes the table anew and drops its triggers."""
    with closing(sqlite3.connect(path)) as connection:
        other = sqlite_utils.Database(connection)
        other.table("articles").transform(column_order=["id", "title"])
        then(Database(connection))


def test_triggers_that_a_transform_dropped_are_back_at_the_next_opening(path: Path) -> None:
    transformed(path)
    open_for_writing(path).close()
    elsewhere(path, "UPDATE articles SET body = '麦收时节' WHERE id = 1")

    with closing(open_searchable(path)) as db:
        assert matching_ids(db, "麦收时节") == [1]
        assert matching_ids(db, "老桥") == []


def test_what_was_written_while_the_triggers_were_gone_is_found_too(path: Path) -> None:
    def rewrite(other: Database) -> None:
        other.execute("UPDATE articles SET body = '麦收时节' WHERE id = 1")

    transformed(path, then=rewrite)

    with closing(open_searchable(path)) as db:
        assert matching_ids(db, "麦收时节") == [1]
        assert matching_ids(db, "老桥") == []


def test_a_missing_trigger_is_mended_by_the_next_search(path: Path) -> None:
    transformed(path)
    open_searchable(path).close()

    elsewhere(path, "UPDATE articles SET body = '麦收时节' WHERE id = 1")

    with closing(open_searchable(path)) as db:
        assert matching_ids(db, "麦收时节") == [1]


# --- rebuilding ----------------------------------------------------------------------------------------------


def test_rebuilding_gives_the_same_index(tmp_path: Path) -> None:
    with closing(new_archive(tmp_path / "archive.db")) as db:
        put(db, *fixture_articles()[::3])
        db.execute("UPDATE articles SET body = body || '又' WHERE id % 3 = 0")
        db.execute("DELETE FROM articles WHERE id % 5 = 0")
        index.catch_up(db)
        incremental = indexed(db)

        with db.atomic():
            count = index.rebuild(db)

        assert count == db.execute("SELECT count(*) FROM articles").fetchone()[0]
        assert indexed(db) == incremental
        assert_in_step(db)


@pytest.mark.parametrize("version", ["DELETE FROM articles_fts_version", "UPDATE articles_fts_version SET version = 0"])
def test_an_index_of_other_rules_is_made_anew(path: Path, version: str) -> None:
    # An index whose tokens are not ours: deleting by our tokens would corrupt it.
    elsewhere(
        path,
        version,
        "INSERT INTO articles_fts(articles_fts) VALUES ('delete-all')",
        "INSERT INTO articles_fts(rowid, tokens) VALUES (1, 'other rules')",
        "UPDATE articles SET body = '麦收时节' WHERE id = 1",
    )

    with closing(open_searchable(path)) as db:
        assert matching_ids(db, "麦收时节") == [1]
        assert index.is_current(db)
    with closing(open_for_writing(path)) as db:
        assert db.execute("SELECT version FROM articles_fts_version").fetchall() == [(tokens.VERSION,)]
        assert_in_step(db)


def test_an_empty_archive_is_in_step(tmp_path: Path) -> None:
    with closing(new_archive(tmp_path / "archive.db")) as db:
        index.catch_up(db)

        assert_in_step(db)
        put(db, ARTICLE)
        assert_in_step(db)


def test_what_was_worked_out_ahead_is_the_index_entry_of_its_text_and_of_no_other(db: Database) -> None:
    ahead = index.Ahead()
    ahead.put(texts_of(numbered(4)), tokens_of(*texts_of(numbered(4))))
    ahead.put(texts_of(numbered(5, title="老桥停用")), "tokens\nof\nanother")
    with db.atomic():
        for article in (numbered(4), numbered(5, title="老桥通行")):
            store.save_article(db, article, page=1, capture=None, now=frontier.stamp(NOW))

        index.flush(db, ahead)

    assert_in_step(db)


def test_of_what_nobody_takes_only_the_last_is_kept() -> None:
    ahead = index.Ahead()
    many = [texts_of(numbered(number, title=f"第{number}号")) for number in range(200)]
    for texts in many:
        ahead.put(texts, "ahead")

    found = [ahead.take(texts) == "ahead" for texts in many]

    assert found == [False] * (200 - index.MOST_AHEAD) + [True] * index.MOST_AHEAD

"""Where the index can't be believed, the articles are read instead: never a wrong answer."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from scraper.archive import index
from scraper.archive.by_date import newest
from scraper.archive.connect import open_for_reading, open_for_writing
from scraper.archive.database import Database
from scraper.archive.facets import counts_by
from scraper.archive.matches import Matches
from scraper.archive.search import Filters, matching_ids, open_searchable, search, understood
from tests.archive.samples import fixture_articles, new_archive, numbered, put

FIRST, SECOND, THIRD = (
    numbered(1, title="第一篇", images=(), body="老桥修缮", published_at="2024-01-01T00:00+08:00"),
    numbered(2, title="第二篇", images=(), body="白鹭归来", published_at="2024-01-02T00:00+08:00"),
    numbered(3, title="第三篇", images=(), body="草莓上市", published_at="2024-01-03T00:00+08:00"),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    with closing(new_archive(path)) as db:
        put(db, FIRST, SECOND, THIRD)
    return path


def written(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


CHANGES = {
    "changed": ("UPDATE articles SET body = '草莓与老桥修缮工程' WHERE id = 3",),
    "deleted": ("UPDATE articles SET body = '草莓与老桥修缮工程' WHERE id = 3", "DELETE FROM articles WHERE id = 2"),
    "without an index": (
        "UPDATE articles SET body = '草莓与老桥修缮工程' WHERE id = 3",
        "DROP TABLE articles_fts",
    ),
    "of other rules": (
        "UPDATE articles SET body = '草莓与老桥修缮工程' WHERE id = 3",
        "DELETE FROM articles_fts_version",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_an_archive_that_cannot_be_indexed_now_is_searched_rightly(path: Path, name: str) -> None:
    written(path, *CHANGES[name])

    with closing(open_for_reading(path)) as db:
        assert index.waiting(db) != []
        assert matching_ids(db, "老桥修缮") == [3, 1]
        assert matching_ids(db, "老桥 -草莓") == [1]
        assert matching_ids(db, "草莓上市") == []
        assert sorted(hit.id for hit in search(db, "老桥").hits) == [1, 3]
        assert search(db, "老桥", limit=1).total == 2
        assert counts_by(db, "老桥", None, "year") == [("2024", 2)]
        assert (
            matching_ids(db, "", Filters(sites=("tj",))) == [3, 2, 1][: 2 if name == "deleted" else 3]
            or name == "deleted"
        )


def test_an_index_that_was_dropped_is_made_anew_at_the_next_search(path: Path) -> None:
    written(path, "DROP TABLE articles_fts")

    with closing(open_searchable(path)) as db:
        assert index.is_current(db)
        assert matching_ids(db, "老桥") == [1]


def test_an_archive_of_the_first_version_opens_and_is_searched_by_field(tmp_path: Path) -> None:
    from scraper.archive.schema import m001_archive

    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        db = Database(connection)
        m001_archive.apply(db)
        db.execute("CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT)")
        db.execute("INSERT INTO _sqlite_migrations VALUES ('scraper', 'm001_archive', '2026-01-01')")
        db.execute("INSERT INTO sites VALUES ('tj', '天津', 'x', 'x')")
        db.execute(
            "INSERT INTO articles (url, site, region, kind, layout, title, published_at, editor, body, digest, first_seen,"
            " changed_at) VALUES ('u', 'tj', '天津', 'article', 'l', '老桥', '2020-01-01', '张三', '文', 'x', 'x', 'x')"
        )
        connection.commit()

    with closing(open_searchable(path)) as db:
        assert matching_ids(db, "老桥 editor:张") == [1]


# --- check ------------------------------------------------------------------------------------------


def removed(db: Database) -> None:
    row = db.execute(
        "SELECT title, body, captions, site, published_at, source, editor, authors, channel, sections FROM articles WHERE id = 1"
    ).fetchone()
    from scraper.archive.tokens import tokens_of

    db.execute("INSERT INTO articles_fts(articles_fts, rowid, tokens) VALUES ('delete', 1, ?)", [tokens_of(*row)])


BREAKS: dict[str, tuple[Callable[[Database], object], str]] = {
    "nothing": (lambda db: None, ""),
    "a missing entry": (removed, "missing"),
    "a word too many": (lambda db: db.execute("INSERT INTO articles_fts(rowid, tokens) VALUES (2, '黄河')"), "stale"),
    "an entry of nothing": (
        lambda db: db.execute("INSERT INTO articles_fts(rowid, tokens) VALUES (99, '黄河')"),
        "extra",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_check_says_what_is_out_of_step(path: Path, name: str) -> None:
    damage, kind = BREAKS[name]
    with closing(open_for_writing(path)) as db:
        damage(db)
        db.conn.commit()

        found = index.check(db)

    assert found.in_step == (kind == "")
    assert [name for name in ("missing", "stale", "extra") if getattr(found, name)] == ([kind] if kind else [])


def test_what_waits_to_be_indexed_is_no_fault(path: Path) -> None:
    written(path, "UPDATE articles SET body = '麦收' WHERE id = 1")

    with closing(open_for_reading(path)) as db:
        found = index.check(db)

    assert (found.in_step, found.waiting) == (True, 1)


# --- pages ------------------------------------------------------------------------------------------


def scattered(n: int) -> str:
    """A time over sixty years that has nothing to do with the order of storing."""
    return f"{1960 + n % 60}-{1 + n % 12:02}-{1 + n % 28:02}T{n % 24:02}:00+08:00"


def day_by_day(n: int) -> str:
    """A time as a crawl finds it: thirty articles a day, some of an earlier day, many of one moment, a few from the past."""
    if n % 50 == 7:
        return scattered(n)
    day = date(2030, 1, 1) + timedelta(n // 30 - n % 7 // 6 - 20 * (n == 650))
    return f"{day}T00:00+08:00" if n % 3 else f"{day}T{n % 24:02}:30+08:00"


@pytest.fixture(scope="module", params=[scattered, day_by_day])
def many(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine hundred articles, most with the same word: more than are ranked."""
    path = tmp_path_factory.mktemp("many") / "archive.db"
    with closing(new_archive(path)) as db:
        with db.atomic():
            put(db, fixture_articles()[0])
        columns = "url, site, region, kind, layout, title, published_at, body, digest, first_seen, changed_at"
        with db.atomic():
            for n in range(900):
                body = "居民到老桥。" if n % 9 else "黄河边。"
                db.execute(
                    f"INSERT INTO articles ({columns}) VALUES (?, 'tj', '天津', 'article', 'l', ?, ?, ?, 'x', 'x', 'x')",
                    [f"https://x/{n}", f"新闻{n}", request.param(n), body * (1 + n % 4)],
                )
            index.flush(db)
    shutil.copy(path, f"{path}.copy")
    return path


QUERIES = [
    "居民",
    "居民 老桥",
    "居民到老桥",
    "新闻",
    "居民 since:1970-06-15 until:2001",
    "居民 -新闻1",
    "居民 since:2030-01-28",
    "黄河 until:2030-01-20",
]


@pytest.mark.parametrize("query", QUERIES)
def test_pages_lead_through_every_match_once(many: Path, query: str) -> None:
    with closing(open_for_reading(many)) as db:
        rows = db.execute("SELECT id FROM articles ORDER BY published_at DESC, id DESC").fetchall()
        by_date = matching_ids(db, query)
        for sort in ("date", "relevance"):
            pages = [search(db, query, sort=sort, limit=70, offset=at) for at in range(0, 980, 70)]
            shown = [hit.id for page in pages for hit in page.hits]

            assert len(shown) == len(set(shown))
            assert sorted(shown) == sorted(by_date)
            assert {page.total for page in pages} == {len(by_date)}
        order = [identity for (identity,) in rows]

    assert by_date == sorted(by_date, key=order.index)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("page", [3, 20])
def test_a_short_page_and_all_behind_it_come_by_date(many: Path, query: str, page: int) -> None:
    with closing(open_for_reading(many)) as db:
        found = Matches(db, understood(query))
        order = dict(db.execute("SELECT id, published_at FROM articles").fetchall())
        source, parameters = found.source()
        wanted = [identity for (identity,) in db.execute(f"SELECT articles.id FROM {source}", parameters)]

        shown = list(newest(found, page))

    assert shown == sorted(wanted, key=lambda identity: (order[identity], identity), reverse=True)


@pytest.mark.parametrize("facet", ["site", "channel", "source", "editor", "author", "year", "month"])
def test_counts_by_a_facet_add_up(many: Path, facet: str) -> None:
    with closing(open_for_reading(many)) as db:
        counts = counts_by(db, "居民", None, facet)

    assert len({value for value, _ in counts}) == len(counts)
    if facet in ("site", "year", "month"):
        assert sum(count for _, count in counts) == 800
    if facet in ("year", "month"):
        assert counts == sorted(counts, reverse=True)

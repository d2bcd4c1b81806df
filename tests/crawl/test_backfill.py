"""The main site's archive of days, read by `--since` and `--until` from a server that has many of them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scraper.errors import UsageError
from scraper.sites import all_sites
from scraper.text import BEIJING
from tests.crawl.crawling import change, rows, run
from tests.servers import Answer, Edition, Server, answer, article_page, listing_page, serving

WWW = all_sites()["www"].hosts[0]
FIRST = date(2023, 12, 28)
DAYS = 8
A_DAY = 3
"""Articles of each day."""
MISSING = date(2023, 12, 31)
"""A day of which the site has no list."""


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


def list_of(day: date) -> str:
    return f"/scroll-news/{day:%Y/%m%d}/news.shtml"


def articles_of(day: date) -> list[str]:
    return [f"/gn/{day:%Y/%m-%d}/{1_000_000 + day.toordinal() * 10 + number}.shtml" for number in range(A_DAY)]


def archive_of_days() -> dict[str, Answer]:
    """Eight days over the turn of a year, one without a list; the home page links one article of the last."""
    days = [FIRST + timedelta(days=number) for number in range(DAYS)]
    pages: dict[str, Answer] = {list_of(day): listing_page(articles_of(day)) for day in days if day != MISSING}
    for number, path in enumerate(path for day in days for path in articles_of(day)):
        pages[path] = article_page(number + 1)
    pages |= Edition("www", articles=0).answers()
    pages |= {key: listing_page(articles_of(days[-1])[:1]) for key in pages if key.startswith(f"{WWW}/")}
    return pages | {f"{WWW}/robots.txt": answer(b"", 404)}


def lists_asked(server: Server) -> list[str]:
    return [request.path for request in server.requests if "/scroll-news/2" in request.path]


def archived_days(db: Path) -> dict[str, int]:
    found = rows(db, "SELECT p.dated, count(*) FROM articles a JOIN pages p ON p.url = a.url GROUP BY 1 ORDER BY 1")
    return dict(found)


def test_the_days_asked_for_are_read_from_the_latest_back_and_their_articles_alone(db: Path) -> None:
    since, until = date(2023, 12, 29), date(2024, 1, 2)
    with serving(archive_of_days()) as server:
        outcome = run(server, db, "www", since=since, until=until)

    days = [until - timedelta(days=number) for number in range(5)]
    assert lists_asked(server) == [list_of(day) for day in days]
    assert archived_days(db) == {f"{day}": A_DAY for day in sorted(days) if day != MISSING}
    assert rows(db, f"SELECT state, last_status FROM pages WHERE url = 'https://{WWW}{list_of(MISSING)}'") == [
        ("gone", 404)
    ]
    assert outcome.exit_code == 0


def test_a_past_day_is_read_once_and_a_lost_list_is_asked_for_again(db: Path) -> None:
    asked: dict[str, date] = {"since": date(2023, 12, 29), "until": date(2024, 1, 2)}
    with serving(archive_of_days()) as server:
        run(server, db, "www", **asked)
        server.requests.clear()
        run(server, db, "www", **asked)

    assert lists_asked(server) == [list_of(MISSING)]
    assert [request.path for request in server.requests if request.path.startswith("/gn/")] == []


def test_a_backfill_that_was_cut_short_goes_on(db: Path) -> None:
    asked: dict[str, date] = {"since": FIRST, "until": FIRST + timedelta(days=DAYS - 1)}
    with serving(archive_of_days()) as server:
        run(server, db, "www", limit=4, **asked)
        change(db, "UPDATE runs SET outcome = 'killed'")
        run(server, db, "www", **asked)

    assert sum(archived_days(db).values()) == (DAYS - 1) * A_DAY
    paths = [request.path for request in server.requests if request.path.startswith("/gn/")]
    assert len(paths) == len(set(paths))


def test_later_pages_within_a_day_are_read(db: Path) -> None:
    first, second = list_of(FIRST), list_of(FIRST).replace(".shtml", "_2.shtml")
    pages = archive_of_days()
    one, two, three = articles_of(FIRST)
    links = f'<ul><li><a href="{one}">溪口镇新闻</a></li><li><a href="{two}">溪口镇要闻</a></li></ul>'
    pages[first] = answer(f'<title>滚动新闻</title>{links}<a href="{second}">下一页</a>'.encode())
    pages[second] = listing_page([three])
    with serving(pages) as server:
        run(server, db, "www", since=FIRST, until=FIRST)

    assert lists_asked(server) == [first, second]
    assert archived_days(db) == {f"{FIRST}": A_DAY}


def test_days_to_come_are_not_asked_for(db: Path) -> None:
    today = datetime.now(UTC).astimezone(BEIJING).date()
    with serving(archive_of_days()) as server:
        run(server, db, "www", since=today - timedelta(days=1), until=today + timedelta(days=30), limit=0)
        asked = lists_asked(server)
        server.requests.clear()
        run(server, db, "www", since=today + timedelta(days=2), limit=0)

    assert asked[0] in (list_of(today), list_of(today + timedelta(days=1)))  # midnight in Beijing may come between
    assert len(asked) == 2
    assert lists_asked(server) == []


def test_days_the_wrong_way_round_are_a_mistake(db: Path) -> None:
    with serving(archive_of_days()) as server, pytest.raises(UsageError, match="--since 2024-01-02 is later than"):
        run(server, db, "www", since=date(2024, 1, 2), until=date(2024, 1, 1))

    assert server.requests == []


def test_another_edition_has_no_archive_of_days(db: Path) -> None:
    with serving(Edition(articles=2).answers()) as server:
        outcome = run(server, db, since=date(2024, 5, 6))
        later = run(server, db, since=date(2024, 5, 7))

    assert lists_asked(server) == []
    assert (outcome.counts["tj"].archived, later.counts["tj"].visited) == (2, 0)

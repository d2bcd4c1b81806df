"""What a crawl finds beyond its configured lists, what it leaves out, and what it writes down about both."""

import gzip
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scraper.errors import UsageError
from tests.crawl.crawling import TJ, change, make_articles_due, page_rows, rows, run
from tests.servers import (
    Answer,
    Connection,
    Edition,
    Request,
    answer,
    article_bytes,
    article_path,
    in_turn,
    listing_page,
    moved,
    serving,
)

HOME = f"https://{TJ}"


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


def list_with_next(numbers: range, following: str) -> bytes:
    links = "".join(f'<li><a href="{article_path(number)}">新闻{number}</a></li>' for number in numbers)
    return answer(f'<html><ul>{links}</ul><a href="{following}">下一页</a></html>'.encode())


def sitemap(*paths: str, tag: str = "url") -> bytes:
    root = {"url": "urlset", "sitemap": "sitemapindex"}[tag]
    entries = "".join(f"<{tag}><loc>{HOME}{path}</loc></{tag}>" for path in paths)
    return f"<?xml version='1.0'?><{root}>{entries}</{root}>".encode()


def articles(db: Path) -> set[str]:
    return {url.removeprefix(HOME) for (url,) in rows(db, "SELECT url FROM articles")}


# --- next pages -----------------------------------------------------------------------------------------


def test_the_next_pages_of_a_list_are_read_as_long_as_there_is_something_new(db: Path) -> None:
    extra: dict[str, Answer] = {
        "/": list_with_next(range(1, 3), "/index_2.shtml"),
        "/index.shtml": list_with_next(range(1, 3), "/index_2.shtml"),
        "/index_2.shtml": list_with_next(range(3, 5), "/index_3.shtml"),
        "/index_3.shtml": list_with_next(range(1, 3), "/index_4.shtml"),
    }
    with serving(Edition(articles=4, extra=extra).answers()) as server:
        run(server, db)
        first = list(server.pages)
        server.requests.clear()
        run(server, db)

    assert [url for url in first if "index_" in url] == [f"{TJ}/index_2.shtml", f"{TJ}/index_3.shtml"]
    assert len(articles(db)) == 4
    assert server.pages == [f"{TJ}/", f"{TJ}/index.shtml"]
    assert rows(db, "SELECT part FROM pages WHERE url LIKE '%index_3.shtml'") == [(3,)]


def test_a_list_without_end_ends_after_twenty_pages(db: Path) -> None:
    extra: dict[str, Answer] = {
        f"/index_{page}.shtml": list_with_next(range(page, page + 1), f"/index_{page + 1}.shtml")
        for page in range(2, 40)
    }
    extra["/"] = list_with_next(range(1, 2), "/index_2.shtml")
    with serving(Edition(articles=1, extra=extra).answers()) as server:
        run(server, db, limit=0)

    assert sum("index_" in url for url in server.pages) == 19


def test_a_list_that_leads_round_in_a_circle_is_left(db: Path) -> None:
    extra: dict[str, Answer] = {
        "/": list_with_next(range(1, 2), "/index_2.shtml"),
        "/index_2.shtml": list_with_next(range(2, 3), "/"),
    }
    with serving(Edition(articles=2, extra=extra).answers()) as server:
        outcome = run(server, db)

    assert server.pages.count(f"{TJ}/") == 1
    assert outcome.exit_code == 0


# --- what robots.txt names ----------------------------------------------------------------------------------


def test_sitemaps_and_feeds_that_robots_txt_names_are_lists(db: Path) -> None:
    robots = f"Sitemap: {HOME}/sitemap.xml\nSitemap: /rss.xml\nSitemap: https://example.com/sitemap.xml\n"
    rss = f"<rss><channel><item><title>九</title><link>{HOME}{article_path(9)}</link></item></channel></rss>"
    extra: dict[str, Answer] = {
        "/sitemap.xml": answer(sitemap("/map1.xml.gz", "/map2.xml", tag="sitemap"), content_type="text/xml"),
        "/map1.xml.gz": answer(gzip.compress(sitemap(article_path(7))), content_type="application/x-gzip"),
        "/map2.xml": answer(sitemap(article_path(8), "/about.html"), content_type="application/xml"),
        "/rss.xml": answer(rss.encode(), content_type="application/rss+xml"),
    }
    for number in (7, 8, 9):
        extra[article_path(number)] = answer(article_bytes(number))
    with serving(Edition(articles=1, robots=answer(robots.encode()), extra=extra).answers()) as server:
        outcome = run(server, db)

    assert articles(db) == {article_path(number) for number in (1, 7, 8, 9)}
    assert rows(db, "SELECT count(*) FROM pages WHERE kind = 'listing' AND state = 'done'") == [(6,)]
    assert (outcome.exit_code, outcome.counts["tj"].listings) == (0, 6)


def bomb(connection: Connection, _: Request) -> None:
    """Made when it is asked for: it takes a while."""
    body = gzip.compress(b"<urlset>" + b" " * 40_000_000, mtime=0)
    connection.write(answer(body, content_type="application/gzip"))


@pytest.mark.parametrize(
    ("served", "slug"),
    [
        (answer(b"<!DOCTYPE x [<!ENTITY a 'b'>]><urlset><url><loc>&a;</loc></url></urlset>"), "hostile"),
        (bomb, "hostile"),
        (answer(b"<urlset><url>"), "page"),
        (answer(sitemap("/about.html")), "nothing-listed"),
    ],
)
def test_a_sitemap_that_cannot_be_used_is_a_row_and_no_more(db: Path, served: Answer, slug: str) -> None:
    robots = answer(f"Sitemap: {HOME}/sitemap.xml\n".encode())
    with serving(Edition(articles=1, robots=robots, extra={"/sitemap.xml": served}).answers()) as server:
        outcome = run(server, db)

    assert page_rows(db)["/sitemap.xml"] == ("failed", slug)
    assert (outcome.exit_code, outcome.counts["tj"].archived) == (0, 1)


def test_a_huge_sitemap_is_taken_in_portions(db: Path) -> None:
    paths = [f"/news/2024/05{day:02}/{number:05}.shtml" for day in (5, 6) for number in range(1_000)]
    robots = answer(f"Sitemap: {HOME}/sitemap.xml\n".encode())
    served = answer(sitemap(*paths), etag='"1"')
    with serving(Edition(articles=0, robots=robots, extra={"/sitemap.xml": served}).answers()) as server:
        run(server, db, limit=0)
        first = rows(db, "SELECT min(dated), count(*) FROM pages WHERE kind = 'article'")
        run(server, db, limit=0)

    assert first == [("2024-05-06", 1000)]
    assert rows(db, "SELECT count(*) FROM pages WHERE kind = 'article'") == [(2000,)]


# --- days ---------------------------------------------------------------------------------------------------


def test_only_articles_of_the_days_asked_for_are_fetched_and_the_others_wait(db: Path) -> None:
    paths = [f"/news/2024/05{day:02}/00001.shtml" for day in (4, 5, 6, 7)]
    extra: dict[str, Answer] = {path: answer(article_bytes(number)) for number, path in enumerate(paths)}
    extra["/"] = listing_page(paths)
    with serving(Edition(articles=0, extra=extra).answers()) as server:
        run(server, db, since=date(2024, 5, 5), until=date(2024, 5, 6))
        first = articles(db)
        run(server, db)

    assert first == set(paths[1:3])
    assert articles(db) == set(paths)


def test_the_main_sites_archive_is_read_day_by_day_and_a_past_day_once(db: Path) -> None:
    host = "www.chinanews.com.cn"
    days = {f"/scroll-news/2024/{day}/news.shtml": f"/sh/2024/05-0{day[-1]}/100000{day[-1]}.shtml" for day in ("0505", "0506")}  # fmt: skip
    extra: dict[str, Answer] = {day: listing_page([path]) for day, path in days.items()}
    extra |= {path: answer(article_bytes(number)) for number, path in enumerate(days.values())}
    with serving(Edition("www", articles=0, extra=extra).answers()) as server:
        run(server, db, "www", since=date(2024, 5, 5), until=date(2024, 5, 6))
        first = [url for url in server.pages if "/2024/" in url]
        server.requests.clear()
        run(server, db, "www", since=date(2024, 5, 5), until=date(2024, 5, 6))

    assert first == [f"{host}{path}" for path in [*reversed(days), *reversed(days.values())]]
    assert not any("/2024/" in url for url in server.pages)


def test_days_the_wrong_way_round_are_said(db: Path) -> None:
    with serving({}) as server, pytest.raises(UsageError, match="later than --until"):
        run(server, db, since=date(2024, 5, 7), until=date(2024, 5, 6))


# --- pages that are gone without saying so ---------------------------------------------------------------------

SOFT: dict[str, Any] = {
    "a page that says so": answer("<title>页面不存在</title><p>返回首页</p>".encode(), content_type="text/html; charset=utf-8"),
    "the home page": moved(f"{HOME}/"),
    "an error page": moved("/404.html"),
}  # fmt: skip


@pytest.mark.parametrize("name", SOFT)
def test_a_soft_404_marks_a_known_article_gone_and_a_new_one_failed(db: Path, name: str) -> None:
    edition = Edition(articles=2, extra={article_path(2): SOFT[name], "/404.html": answer(b"<h1>404</h1>")})
    with serving(edition.answers()) as server:
        run(server, db)
        first = page_rows(db)
        make_articles_due(db)
        server.answers[f"{TJ}{article_path(1)}"] = SOFT[name]
        run(server, db)

    assert first[article_path(2)] == ("failed", "soft-404")
    assert page_rows(db)[article_path(1)] == ("gone", "soft-404")
    assert rows(db, "SELECT title, gone_at IS NOT NULL FROM articles") == [("溪口镇新闻之1", 1)]


def test_an_article_that_comes_back_is_there_again(db: Path) -> None:
    back = answer(article_bytes(1))
    edition = Edition(articles=1, extra={article_path(1): in_turn(back, SOFT["a page that says so"], back)})
    with serving(edition.answers()) as server:
        run(server, db)
        make_articles_due(db)
        run(server, db)
        change(db, "UPDATE pages SET last_visit = '2024-01-01T00:00:00.000+00:00' WHERE state = 'gone'")
        run(server, db)  # the list still has it, and is asked first
        run(server, db)

    assert rows(db, "SELECT state FROM pages WHERE kind = 'article'") == [("done",)]
    assert rows(db, "SELECT gone_at FROM articles") == [(None,)]


# --- what is written down ------------------------------------------------------------------------------------------


def test_the_line_of_robots_txt_is_kept_with_what_it_forbids(db: Path) -> None:
    robots = answer(f"User-agent: *\nDisallow: {article_path(2)}\n".encode())
    with serving(Edition(articles=2, robots=robots).answers()) as server:
        outcome = run(server, db)

    kept = rows(db, "SELECT url, error, robots_rule, next_visit > last_visit FROM pages WHERE error IS NOT NULL")
    rule = f"2: Disallow: {article_path(2)}"
    assert kept == [(f"{HOME}{article_path(2)}", "robots", rule, 1)]
    assert rows(db, "SELECT slug, robots_rule, status FROM problems") == [("robots", rule, None)]
    assert (outcome.counts["tj"].skipped, outcome.counts["tj"].failed, outcome.exit_code) == (1, 0, 0)


def test_links_that_are_not_taken_are_kept_with_the_reason(db: Path) -> None:
    links = [
        article_path(1),
        "/about.html",
        "https://example.com/a",
        "https://www.sh.chinanews.com.cn/2024-05-06/1.shtml",
    ]
    with serving(Edition(articles=1, extra={"/": listing_page(links)}).answers()) as server:
        run(server, db)
        run(server, db)

    skips = dict(rows(db, f"SELECT url, reason FROM skips WHERE found_on = '{HOME}/'"))
    assert skips == {
        f"{HOME}/about.html": "no article",
        "https://example.com/a": "another host",
        "https://www.sh.chinanews.com.cn/2024-05-06/1.shtml": "another edition",
    }


def test_every_failed_visit_is_kept(db: Path) -> None:
    edition = Edition(articles=1, extra={article_path(1): in_turn(answer(b"no", 403), answer(b"no", 418))})
    with serving(edition.answers()) as server:
        run(server, db)
        change(db, "UPDATE pages SET next_visit = discovered_at WHERE kind = 'article'")
        run(server, db)

    assert rows(db, "SELECT run, slug, text, status FROM problems ORDER BY id") == [
        (1, "bad-status", "the site answers 403", 403),
        (2, "bad-status", "the site answers 418", 418),
    ]


def test_a_run_keeps_its_arguments_counts_and_end_edition_by_edition(db: Path) -> None:
    with serving(Edition(articles=2).answers() | Edition("hk", articles=1).answers()) as server:
        run(server, db, "tj", "hk", limit=1)

    ((outcome, code, arguments),) = rows(db, "SELECT outcome, exit_code, arguments FROM runs")
    editions = rows(db, "SELECT site, archived, requests, note, ended_at >= started_at, bytes > 0 FROM run_sites ORDER BY site")  # fmt: skip
    assert (outcome, code, '"limit": 1' in arguments) == ("ok", 0, True)
    assert editions == [("hk", 1, 4, None, 1, 1), ("tj", 1, 4, None, 1, 1)]


def test_an_answer_of_304_to_who_has_nothing_is_no_article(db: Path) -> None:
    with serving(Edition(articles=1, extra={article_path(1): answer(status=304)}).answers()) as server:
        run(server, db)

    assert page_rows(db)[article_path(1)] == ("failed", "bad-status")


@pytest.mark.parametrize("content_type", ["image/jpeg", "application/pdf", "video/mp4", "application/octet-stream"])
def test_what_says_it_is_no_page_is_kept_and_not_read(db: Path, content_type: str) -> None:
    lying = answer(article_bytes(1), content_type=content_type)
    with serving(Edition(articles=1, extra={article_path(1): lying}).answers()) as server:
        run(server, db)

    assert page_rows(db)[article_path(1)] == ("failed", "undecodable")
    assert rows(db, "SELECT content_type, sha256 IS NOT NULL FROM captures WHERE url LIKE '%00001.shtml'") == [
        (content_type, 1)
    ]


@pytest.mark.parametrize("body", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, b"PK\x03\x04" + bytes(2000), b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9])  # fmt: skip
def test_a_picture_that_says_it_is_a_page_is_not_read(db: Path, body: bytes) -> None:
    with serving(Edition(articles=1, extra={article_path(1): answer(body)}).answers()) as server:
        run(server, db)

    state, slug = page_rows(db)[article_path(1)]
    assert (state, slug) == ("failed", "undecodable")

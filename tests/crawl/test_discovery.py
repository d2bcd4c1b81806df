"""Where articles are found: which links count, which page of a list comes next, which days there are."""

from datetime import date

import pytest

from scraper.crawl.discovery import FIRST_DAY, day_listings, listing_addresses, next_part, own_addresses, sort_links
from scraper.models import Link
from scraper.sites import all_sites
from tests.pages import seconds

TJ = all_sites()["tj"]
HOME = "https://www.tj.chinanews.com.cn"
ARTICLE = "/news/2024/0506/00001.shtml"

LINKS = {
    ARTICLE: "",
    f"http://www.tj.chinanews.com{ARTICLE}": "",
    "/news/2024/0506/00001_2.shtml": "later page",
    "/about/": "no article",
    "https://www.sh.chinanews.com.cn/news/2024-05-06/12345.shtml": "another edition",
    "https://example.com/2024/0506/00001.shtml": "another host",
    "//example.com/": "another host",
    "javascript:void(0)": "no address",
    "http://\\@127.0.0.1/": "another host",
}


@pytest.mark.parametrize("url", LINKS)
def test_why_a_link_is_taken_or_not(url: str) -> None:
    found = sort_links(TJ, [Link(url)], f"{HOME}/")

    assert ([reason for _, reason in found.skips] or [""]) == [LINKS[url]]
    assert len(found.articles) == (not LINKS[url])


def test_ten_thousand_links_are_not_slow() -> None:
    links = [Link(f"/news/2024/0506/{number:05}.shtml") for number in range(10_000)]
    links += [Link(f"https://example.com/{number}") for number in range(10_000)]

    with seconds(5):
        found = sort_links(TJ, links, f"{HOME}/")

    assert (len(found.articles), len(found.skips)) == (10_000, 300)


NEXT = [
    ("/", [("下一页", "/index_2.shtml")], "/index_2.shtml"),
    ("/", [("2", "/index_2.shtml"), ("3", "/index_3.shtml")], "/index_2.shtml"),
    ("/index_2.shtml", [("上一页", "/"), ("3", "/index_3.shtml")], "/index_3.shtml"),
    ("/yw/index.shtml", [("下一页>>", "page2.shtml")], "/yw/page2.shtml"),
    ("/yw/index.shtml", [(">", "/yw/more.shtml"), ("2", "/yw/index_1.shtml")], "/yw/more.shtml"),
    ("/gsyw1/m1.html", [("第4页", "/gsyw1/m4.html"), ("2", "/gsyw1/m2.html")], "/gsyw1/m2.html"),
    ("/yw.d.html?nid=63", [("2", "/yw.d.html?nid=63&p=2")], "/yw.d.html?nid=63&p=2"),
    ("/yw.d.html?nid=63&p=9", [("11", "/yw.d.html?nid=63&p=11"), ("10", "/yw.d.html?nid=63&p=10")], "/yw.d.html?nid=63&p=10"),
    # Nothing is followed that is not there, is elsewhere, or is an article.
    ("/", [("首页", "/"), ("末页", "/index_99.shtml")], None),
    ("/yw/index.shtml", [("下一页", "/other/index_2.shtml")], None),
    ("/yw/index.shtml", [("下一页", "https://example.com/yw/index_2.shtml")], None),
    ("/news/2024/0506/index.shtml", [("下一页", "/news/2024/0506/00002.shtml")], None),
    ("/index_2.shtml", [("下一页", "/index_2.shtml")], None),
    ("/index_2.shtml", [("下一页", "javascript:next()")], None),
]  # fmt: skip


@pytest.mark.parametrize(("here", "links", "following"), NEXT)
def test_the_next_page_of_a_list(here: str, links: list[tuple[str, str]], following: str | None) -> None:
    found = next_part(TJ, [Link(url, text) for text, url in links], f"{HOME}{here}")

    assert found == (f"{HOME}{following}" if following else None)


def test_sitemaps_of_others_are_not_the_editions() -> None:
    urls = ("/sitemap.xml", "http://www.tj.chinanews.com/sitemap.xml#x", "https://example.com/s.xml", "http://127.0.0.1/s.xml", "file:///etc/passwd")  # fmt: skip

    assert own_addresses(TJ, urls) == [f"{HOME}/sitemap.xml"]


WWW = all_sites()["www"]
TODAY = date(2024, 5, 6)


def test_the_archive_of_days_is_the_main_sites_latest_first() -> None:
    found = day_listings(WWW, date(2024, 5, 4), None, TODAY)

    assert [url for url, _ in found] == [
        f"https://www.chinanews.com.cn/scroll-news/2024/{day}/news.shtml" for day in ("0506", "0505", "0504")
    ]
    assert [day for _, day in found] == [date(2024, 5, 6), date(2024, 5, 5), date(2024, 5, 4)]


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (None, None, 0),
        (date(2024, 5, 6), date(2024, 5, 6), 1),
        (date(2024, 5, 7), None, 0),
        (date(2024, 5, 1), date(2099, 1, 1), 6),
        (date(1990, 1, 1), FIRST_DAY, 1),
        (None, FIRST_DAY, 1),
    ],
)
def test_no_day_before_the_first_nor_after_today(since: date | None, until: date | None, days: int) -> None:
    assert len(day_listings(WWW, since, until, TODAY)) == days


def test_other_editions_have_no_archive_of_days() -> None:
    assert day_listings(TJ, date(2024, 5, 1), None, TODAY) == []


def test_the_home_page_is_the_first_list_of_every_edition() -> None:
    assert all(listing_addresses(site)[0] == f"https://{site.hosts[0]}/" for site in all_sites().values())

"""The search page: what `scraper search` finds, in its order; facets, dates, feed and JSON that agree with it."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import pytest

from scraper.archive.database import Database
from scraper.archive.query import parse
from scraper.archive.search import Filters, search
from tests.browse.conftest import HOSTILE, PLAIN, STORY, Browser, id_of

ATOM = "{http://www.w3.org/2005/Atom}"
QUERIES = (
    "居民",
    "黄河",
    "古树 体检",
    "圖書館",
    "图书 OR 书屋",
    "居民 -上海",
    "甲乙丙丁",
    "title:老街",
    "site:ha 乡村",
    '"邻居团"',
    "没有这样的词语",
)


def _hits(browser: Browser, **asked: str) -> list[int]:
    """The ids of every page of a search, one page after another."""
    found: list[int] = []
    record = _record(browser, **asked)
    while True:
        found += [hit["id"] for hit in record["hits"]]
        if not record["next"]:
            return found
        record = _record(browser, **dict(parse_qsl(urlsplit(record["next"]).query)))


def _record(browser: Browser, **asked: str) -> Any:
    response = browser.get("/-/search.json", **asked)
    assert response.status_code == 200, response.text[:300]
    return response.json()


@pytest.mark.parametrize(
    ("asked", "shown", "leads"),
    [
        ({"q": "居民", "editor": "无此人"}, "居民", {"q": "居民"}),
        ({"q": "居民 没有这词", "site": "ha"}, "居民 · 地方版 河南", {"q": "居民", "site": "ha"}),
        ({"q": "title:居民", "since": "2015"}, "居民 · 自 2015年", {"q": "居民", "since": "2015"}),
    ],
)
def test_where_nothing_is_found_the_page_offers_what_is(
    browser: Browser, asked: dict[str, str], shown: str, leads: dict[str, str]
) -> None:
    page, record = browser.html("/-/search", **asked), _record(browser, **asked)

    offered = {
        unescape(label): unescape(href)
        for href, label in re.findall(r'<li><a href="([^"]+)" rel="nofollow">([^<]+)</a> <span>\d+ 篇文章', page)
    }
    assert record["total"] == 0
    assert dict(parse_qsl(urlsplit(offered[shown]).query)) == leads
    assert all(_record(browser, **dict(parse_qsl(urlsplit(href).query)))["total"] for href in offered.values())
    assert [one["total"] for one in record["suggestions"]] == [
        _record(browser, **dict(parse_qsl(urlsplit(one["page"]).query)))["total"] for one in record["suggestions"]
    ]


@pytest.mark.parametrize(
    "query",
    [
        "居民 " * 400,
        "居民 OR",
        "-居民",
        "居民 ！！",
        "(" * 14 + "居民" + ")" * 14,
        "(居民",
        '"居民',
        "居民 or 河",
        "居民 site:某地",
        "居民 since:昨天",
    ],
)
def test_what_was_read_otherwise_is_said_in_chinese(browser: Browser, query: str) -> None:
    said = re.findall(r'<div class="notes" role="status">(.*?)</div>', browser.html("/-/search", q=query), re.S)
    english = [note for note in parse(query).notes if note in unescape(said[0])]

    assert len(said) == 1
    assert parse(query).notes
    assert english == []


def test_the_order_is_not_asked_of_nothing(browser: Browser) -> None:
    assert 'class="order"' not in browser.html("/-/search", q="没有这样的词语")


@pytest.mark.parametrize("sort", ["relevance", "date"])
@pytest.mark.parametrize("query", QUERIES)
def test_the_page_finds_what_the_command_finds_in_its_order(
    browser: Browser, archive: Database, query: str, sort: str
) -> None:
    expected = [hit.id for hit in search(archive, query, sort=sort, limit=1000).hits]

    found = _hits(browser, q=query, sort=sort)

    assert found == expected
    assert _record(browser, q=query)["total"] == len(expected)


def test_dates_and_editions_narrow_as_in_the_command(browser: Browser, archive: Database) -> None:
    filters = Filters(sites=("ha",), since="2022-07", until="2026-10-01")
    expected = [hit.id for hit in search(archive, "镇", filters, limit=1000).hits]

    found = _hits(browser, q="镇", site="ha", since="2022-07", until="2026-10-01")

    assert found == expected != []


def test_hits_are_marked_in_the_original_text(browser: Browser) -> None:
    page = browser.html("/-/search", q="老桥")

    assert "溪口镇<mark>老桥</mark>修缮完工" in page
    assert re.search(r'<p class="snippet" lang="zh-CN">[^<]*<mark>老桥</mark>', page)


def test_every_count_of_a_facet_is_what_choosing_it_finds(browser: Browser) -> None:
    page = browser.html("/-/search", q="镇")
    aside = page[page.index("<aside") :].split("</aside>")[0]
    choices = re.findall(r'<li><a href="([^"]+)" rel="nofollow">[^<]*</a> <span>(\d+)</span>', aside)

    for href, count in choices[::3]:
        address = urlsplit(unescape(href))
        asked = dict(parse_qsl(address.query))
        assert _record(browser, **asked)["total"] == int(count), href
    assert len(choices) > 10


def test_facets_combine_and_can_be_taken_away(browser: Browser) -> None:
    asked = {"site": "ha", "editor": "方知秋", "channel": "测试栏目", "source": "溪口日报"}

    page = browser.html("/-/search", q="溪口", **asked)

    chips = page[page.index('class="chips"') :].split("</ul>")[0]
    hrefs = [unescape(href) for href in re.findall(r'href="([^"]+)"', chips)]
    assert all(text in chips for text in ("地方版 河南", "编辑 方知秋", "栏目 测试栏目", "来源 溪口日报"))
    for name in asked:
        without = [href for href in hrefs if f"{name}=" not in href and "?" in href]
        assert without, name


def test_an_author_is_found_by_the_whole_name_only(browser: Browser, archive: Database) -> None:
    assert _hits(browser, author="张三") == [id_of(archive, STORY)]
    assert _hits(browser, author="张") == []
    assert _hits(browser, author="张三", q="第二段") == [id_of(archive, STORY)]


def test_without_words_the_newest_come_first(browser: Browser, archive: Database) -> None:
    rows = archive.execute("SELECT id FROM articles ORDER BY published_at DESC, id DESC").fetchall()

    assert _hits(browser) == [row[0] for row in rows]
    assert _hits(browser, sort="oldest") == [row[0] for row in rows][::-1]


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "？！"},
        {"q": "居民", "page": "999999"},
        {"q": "居民", "page": "-1"},
        {"q": "居民", "page": "²"},
        {"q": "居民", "sort": "x"},
        {"q": "居民", "since": "昨天"},
        {"q": "居民", "since": "2022-07-20'--"},
        {"q": "NEAR(居民 上海)"},
        {"q": '"' * 900},
        {"site": "zz"},
        {"q": "\x00居民"},
    ],
    ids=str,
)
def test_odd_questions_are_answered_in_words(browser: Browser, asked: dict[str, str]) -> None:
    for extension in ("", ".atom"):
        assert browser.get(f"/-/search{extension}", **asked).status_code == 200


def test_what_is_wrong_is_said(browser: Browser) -> None:
    assert "没有可检索的字" in browser.html("/-/search", q="？！")
    assert "没有找到文章" in browser.html("/-/search", q="没有这样的词语")


@pytest.mark.parametrize(
    ("argument", "value", "said"),
    [
        ("since", "昨天", "“昨天”不是日期"),
        ("until", "2022-13", "“2022-13”不是日期"),
        ("sort", "x", "sort 没有“x”这个值，未用。可以用：relevance、date、oldest"),
        ("page", "-1", "“-1”不是页码"),
        ("page", "0", "“0”不是页码"),
        ("page", "²", "“²”不是页码"),
    ],
)
def test_an_argument_that_says_nothing_is_a_note_on_the_page_and_refused_to_programs(
    browser: Browser, argument: str, value: str, said: str
) -> None:
    page = browser.html("/-/search", q="居民", **{argument: value})
    answer = browser.get("/-/search.json", q="居民", **{argument: value})

    assert said in page
    assert '<ol class="cards">' in page
    assert (answer.status_code, answer.json()["ok"]) == (400, False)
    assert said in answer.json()["error"]


@pytest.mark.parametrize("page", ["3", "99", "999999"])
def test_a_page_behind_the_last_says_so_and_leads_to_the_last(browser: Browser, page: str) -> None:
    told = browser.html("/-/search", site="ha", since="2026-08-15", page=page)

    assert f"没有第 {page} 页。" in told
    assert '<a href="/-/search?site=ha&amp;since=2026-08-15&amp;page=2">末页是第 2 页</a>' in told
    assert 'rel="prev"' not in told
    assert browser.get("/-/search.json", site="ha", since="2026-08-15", page=page).json()["hits"] == []
    assert "末页" not in browser.html("/-/search", site="ha", since="2026-08-15", page="2")


def test_hostile_text_stays_text_in_results(browser: Browser) -> None:
    page = browser.html("/-/search", q='恶意 OR "><script>alert(1)</script>')

    assert "&lt;script&gt;document.title" in page
    assert "<script>" not in page
    assert "<svg onload" not in page
    assert "<img" not in page


def test_another_archive_can_be_asked(archive_path: Any, demo_path: Any) -> None:
    browser = Browser(archive_path, demo_path)
    other = next(name for name in browser.datasette.databases if name.startswith("demo"))

    page = browser.html("/-/search", q="老桥", archive=other)

    assert f'name="archive" value="{other}"' in page
    assert browser.get("/-/search", q="老桥", archive="nothing").status_code == 404


# --- the feed --------------------------------------------------------------------------


def _feed(browser: Browser, **asked: str) -> ElementTree.Element:
    response = browser.get("/-/search.atom", **asked)
    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.text)


def test_the_feed_has_what_atom_demands(browser: Browser) -> None:
    feed = _feed(browser, q="溪口")

    moment = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
        updated = element.findtext(f"{ATOM}updated")
        assert updated and moment.fullmatch(updated)
        assert re.match(r"https?://", element.findtext(f"{ATOM}id") or "")
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    assert {link.get("rel") for link in feed.findall(f"{ATOM}link")} == {"self", "alternate"}
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)) > 3


def test_the_feed_is_newest_first_and_holds_snippets_only(browser: Browser, archive: Database) -> None:
    feed = _feed(browser, q="溪口")

    times = [entry.findtext(f"{ATOM}published") or "" for entry in feed.findall(f"{ATOM}entry")]
    summaries = [entry.find(f"{ATOM}summary") for entry in feed.findall(f"{ATOM}entry")]
    assert times == sorted(times, reverse=True)
    assert all(summary is not None and len(summary.text or "") <= 100 for summary in summaries)
    assert all(summary is not None and summary.get("type") in (None, "text") for summary in summaries)


def test_a_hostile_title_is_text_in_the_feed(browser: Browser) -> None:
    titles = [entry.findtext(f"{ATOM}title") for entry in _feed(browser, q="恶意").findall(f"{ATOM}entry")]

    assert titles == [HOSTILE.title]


def test_the_page_names_its_feed(browser: Browser) -> None:
    page = browser.html("/-/search", q="老桥", site="ha")

    href = re.search(r'<link rel="alternate" type="application/atom\+xml" title="Atom" href="([^"]+)"', page)
    assert href
    feed = ElementTree.fromstring(browser.get(unescape(href.group(1))).text)
    assert PLAIN.url in [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]

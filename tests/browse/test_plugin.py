"""Datasette with the plugin: the right articles, readable pages, and nothing that the text could do."""

import re
import sqlite3
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import sqlite_utils
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.archive.connect import open_for_writing
from scraper.archive.database import Database
from scraper.archive.folding import units
from scraper.archive.query import All, Node, Not, Term, parse
from scraper.archive.search import matching_ids
from scraper.browse import listing, matching, metadata
from scraper.browse.serve import SETTINGS
from tests.browse.conftest import BY_CHANCE, HOSTILE, PLAIN, REALLY, SAME_MOMENT, STORY, Browser, id_of

QUERIES = (
    "居民",
    "书",
    "黄河",
    "圖書館",
    "古树 体检",
    "图书 OR 书屋",
    "图书｜书屋",
    "居民 -上海",
    "居民 NOT 上海 -河南",
    "一条老街的四季修补术",
    "甲乙丙丁",
    "甲乙丙丁 OR 溪口镇的老桥",
    "-甲乙丙丁 甲乙丙",
    "title:老街",
    "title:一条老街的四季",
    '"邻居团"',
    "「气象枣园」",
    "site:ha",
    "site:ha date:2022 乡村",
    "Python",
    "ＰＹＴＨＯＮ",
    "没有这样的词语",
)
HOSTILE_QUERIES = (
    "",
    " ",
    '"',
    '""""',
    '"居民',
    "'; DROP TABLE articles; --",
    "居民 AND",
    "AND OR NOT",
    "NOT",
    "-居民",
    "*",
    "居民*",
    "^居民",
    "NEAR(居民 上海)",
    "{title body}: 居民",
    "tokens:居民",
    "((((((((居民",
    "居民\x00上海",
    "\x00",
    "\x1b[31m居民",
    "居\u202e民",
    "\ufffd",
    "🀄🀄",
    "%",
    "_%_",
    "\\",
    "居民" * 2000,
    "居 " * 2000,
    "？！。，、；：",
)


@pytest.mark.parametrize("query", QUERIES)
def test_search_finds_what_the_command_line_finds(browser: Browser, archive: Database, query: str) -> None:
    found = browser.ids(query)

    assert sorted(found) == sorted(matching_ids(archive, query))


@pytest.mark.parametrize("query", HOSTILE_QUERIES, ids=lambda query: repr(query[:20]))
def test_anything_typed_is_answered_without_an_error(browser: Browser, archive: Database, query: str) -> None:
    found = browser.ids(query)

    assert sorted(found) == sorted(matching_ids(archive, query))
    assert browser.get("/archive/articles", _search=query, _size=5).status_code == 200


@pytest.mark.parametrize("query", ["居" * 10_000, '"' * 10_000, "-a " * 3000])
def test_ten_thousand_characters_are_answered(browser: Browser, query: str) -> None:
    for path, following in (("/archive/articles", "&_next=2020,0"), ("/archive/articles.json", "")):
        status, _ = browser.answer(path, f"_search={quote(query)}{following}")

        assert status == 200


def test_hundreds_of_unwanted_words_do_not_overflow_the_parser(browser: Browser) -> None:
    query = "居民 " + " ".join(f"-{chr(0x4E10 + n)}" for n in range(300))

    assert set(browser.ids(query)) <= set(browser.ids("居民"))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    """An index as an archive has it, empty."""
    path = tmp_path_factory.mktemp("index") / "empty.db"
    open_for_writing(path).close()
    connection = sqlite3.connect(path)
    matching.register(connection)
    return connection


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_every_expression_is_one_that_fts5_reads(index: sqlite3.Connection, text: str) -> None:
    rows = index.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH escape_fts(?)", [text]).fetchall()

    assert rows == []


@given(st.text(alphabet="甲乙丙丁後后 ，A·ａ\x1e", max_size=12), st.text(alphabet="甲乙丙丁後后 ，A·ａ\n", max_size=30))
@settings(max_examples=150, deadline=None)
def test_the_shortcut_of_holds_says_what_the_units_say(query: str, body: str) -> None:
    def read(node: Node) -> bool:
        if isinstance(node, Not):
            return not read(node.node)
        if isinstance(node, Term):
            return node.units in units("题") or node.units in units(body)
        return isinstance(node, All) and all(map(read, node.nodes))

    assert matching.article_holds(query, "题", body, "") == read(parse(query).root)


def test_long_terms_that_only_overlap_are_left_out(browser: Browser, archive: Database) -> None:
    found = browser.ids("甲乙丙丁")

    assert id_of(archive, REALLY) in found
    assert id_of(archive, BY_CHANCE) not in found


def test_the_newest_come_first(browser: Browser) -> None:
    rows = browser.get("/archive/articles.json", _size="max", _shape="array").json()

    times = [row["published_at"] for row in rows]
    assert times == sorted(times, reverse=True)


def test_the_name_of_the_file_does_not_matter(demo_path: Path, archive: Database) -> None:
    browser = Browser(demo_path)
    name = browser.datasette.urls.database(demo_path.stem).strip("/")

    assert sorted(browser.ids("甲乙丙丁", name)) == matching_ids(archive, "甲乙丙丁")
    assert 'class="cards"' in browser.html(f"/{name}/articles")


def test_another_database_stays_as_datasette_shows_it(archive_path: Path, tmp_path: Path) -> None:
    other = sqlite_utils.Database(tmp_path / "other.db")
    articles = other.table("articles")
    articles.insert_all([{"id": 1, "title": "red fox"}, {"id": 2, "title": "fox AND hound"}], pk="id")
    articles.enable_fts(["title"])
    other.close()
    browser = Browser(archive_path, tmp_path / "other.db")

    page = browser.html("/other/articles", _search="fox AND")

    assert "rows-and-columns" in page
    assert "chinanews" not in page
    assert browser.ids("red fo", "other") == []
    assert browser.ids("red fox", "other") == [1]


def test_without_an_archive_nothing_changes(tmp_path: Path) -> None:
    sqlite_utils.Database(tmp_path / "other.db").table("dogs").insert({"id": 1})
    browser = Browser(tmp_path / "other.db")

    home = browser.get("/")

    assert "chinanews" not in home.text
    assert "content-security-policy" not in home.headers
    assert browser.get("/robots.txt").status_code == 404


# --- tables ------------------------------------------------------------------------------


def test_plumbing_is_hidden_and_the_rest_is_not(browser: Browser) -> None:
    tables = browser.get("/archive.json").json()["tables"]

    shown = {table["name"] for table in tables if not table["hidden"]}
    assert shown == {"articles", "images", "sites", "drift"}
    assert {"latest", "failures"} <= set(re.findall(r'href="/archive/(\w+)"', browser.html("/archive")))


def test_every_column_that_is_shown_is_described(archive: Database) -> None:
    described = {table: set(about["columns"]) for table, about in metadata.table_metadata().items()}

    for table, columns in described.items():
        real = set(archive.columns(table))
        assert columns - {"id"} == real - {"id"}, table


def test_facets_count_editions_channels_sources_editors_years_and_months(browser: Browser, archive: Database) -> None:
    found = browser.get("/archive/articles.json", _extra="facet_results", _size=0).json()["facet_results"]
    facets: dict[str, Any] = found.get("results", found)

    assert set(facets) == {"site", "channel", "source", "editor", "year", "month"}
    by_site = {result["value"]: (result["label"], result["count"]) for result in facets["site"]["results"]}
    count = archive.execute("SELECT count(*) FROM articles WHERE site = 'ha'").fetchone()[0]
    assert by_site["ha"] == ("河南", count)
    years = [result["value"] for result in facets["year"]["results"]]
    assert years == sorted(years, reverse=True)
    chosen = facets["year"]["results"][0]
    narrowed = chosen["toggle_url"].removeprefix("http://localhost").replace("/articles.json", "/articles")
    assert f"{chosen['count']} 篇文章" in browser.html(narrowed.replace("_size=0", "_size=5"))


def test_headlines_of_the_short_table_lead_to_the_articles(browser: Browser) -> None:
    assert re.search(r'<a href="/archive/articles/\d+">', browser.html("/archive/latest"))


# --- the list ------------------------------------------------------------------------------


def test_the_list_shows_headline_time_edition_source_editor_and_marks(browser: Browser, archive: Database) -> None:
    page = browser.html("/archive/articles", _search="老桥 修缮工程")

    card = page[page.index(f'href="/archive/articles/{id_of(archive, PLAIN)}"') :].split("</li>")[0]
    assert "溪口镇<mark>老桥</mark>修缮完工" in card
    assert "<mark>老桥</mark><mark>修缮工程</mark>" in card or "<mark>老桥修缮工程</mark>" in card
    for text in ("2026年10月1日 08:00", "河南 · 测试栏目", "溪口日报", "编辑 方知秋"):
        assert text in _text(card)
    assert "rows-and-columns" not in page


def test_what_is_chosen_can_be_taken_away(browser: Browser) -> None:
    page = browser.html("/archive/articles?site=ha&_search=老桥&published_at__startswith=2026-10&_next=x,0")

    chips = page[page.index('class="chips"') :].split("</ul>")[0]
    hrefs = [unescape(href) for href in re.findall(r'href="([^"]+)"', chips)]
    assert "地方版 河南" in chips
    assert "2026年10月" in chips
    assert "/archive/articles?site=ha&published_at__startswith=2026-10" in hrefs
    assert not any("_next" in href for href in hrefs)


def _walk(browser: Browser, path: str) -> list[list[int]]:
    pages = []
    while path:
        page = browser.html(path)
        pages.append([int(found) for found in re.findall(r'<h2><a href="/archive/articles/(\d+)"', page)])
        following = re.search(r'<a href="([^"]+)" rel="next">', page)
        path = unescape(following.group(1)).removeprefix("http://localhost") if following else ""
    return pages


@pytest.mark.parametrize("query", ["", "&_search=溪口", "&_sort_desc=source"])
def test_turning_pages_meets_every_article_once(browser: Browser, query: str) -> None:
    rows = browser.get(f"/archive/articles.json?_size=max&_shape=array{query}").json()

    pages = _walk(browser, f"/archive/articles?_size=45{query}")

    met = [identity for page in pages for identity in page]
    assert sorted(met) == sorted(row["id"] for row in rows)


def test_a_page_of_one_moment_loses_nobody(browser: Browser, archive: Database) -> None:
    pages = _walk(browser, "/archive/articles?_size=10&title__startswith=同日")

    assert {identity for page in pages for identity in page} == {id_of(archive, one) for one in SAME_MOMENT}


def test_later_pages_count_the_whole(browser: Browser) -> None:
    first = browser.html("/archive/articles?_size=10&site=ha")
    following = re.search(r'<a href="([^"]+)" rel="next">', first)
    assert following

    second = browser.html(unescape(following.group(1)))

    facets = [
        re.findall(r"<li><a [^>]+>([^<]+)</a> <span>([^<]+)", page.split("<aside")[1]) for page in (first, second)
    ]
    assert facets[0] == facets[1] != []


def test_facets_that_a_reader_adds_are_shown_too(browser: Browser) -> None:
    page = browser.html("/archive/articles?_facet_array=authors&_facet=kind&_size=5")

    aside = page.split("<aside")[1]
    assert "authors__arraycontains=%" in aside
    assert 'kind=gallery"' in aside


def test_chosen_columns_give_datasettes_table(browser: Browser) -> None:
    page = browser.html("/archive/articles?_col=title&_col=region")

    assert "rows-and-columns" in page
    assert 'class="cards"' not in page


def test_an_empty_search_says_so(browser: Browser) -> None:
    page = browser.html("/archive/articles", _search="？！")

    assert "没有可检索的字" in page


# --- the article -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def story(browser: Browser, archive: Database) -> str:
    return browser.html(f"/archive/articles/{id_of(archive, STORY)}")


OURS = ["/-/chinanews/reading.js"]


def scripts(page: str) -> list[str]:
    """Where the scripts of a page come from; "" for one that stands in the page."""
    return [
        re.sub(r"\?.*", "", found.group(1)) if (found := re.search(r'src="([^"]*)"', tag)) else ""
        for tag in re.findall(r"<script[^>]*>", page)
    ]


def _text(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def test_the_article_reads_in_its_order(story: str) -> None:
    assert '<html lang="zh-CN">' in story
    places = [
        story.index(part)
        for part in (
            "<h1>五幅图片的故事</h1>",
            "桥的全景。",
            "<p>第一段。</p>",
            "<h2>小标题在此</h2>",
            "<p>第二段。</p>",
            "<figcaption>同一说明</figcaption>",
            "<tr><td>名称</td><td>数量</td></tr><tr><td>石板</td><td>三十四块</td></tr>",
            "<p>末段(完)</p>",
            '<p class="rights">未经授权禁止转载。</p>',
        )
    ]
    assert places == sorted(places)


def test_a_caption_stands_once_with_its_credit(story: str) -> None:
    assert story.count("同一说明") == 1
    assert story.count("桥的全景。") == 1
    assert '<span class="credit">王五 摄</span>' in story
    assert "<img" not in story
    for name in "abc":
        assert story.count(f'href="https://i.example.cn/{name}.jpg" rel="noreferrer') == 1


def test_the_article_says_what_the_archive_knows(story: str) -> None:
    text = _text(story)

    assert "2026年9月30日 来源 溪口日报 作者 张三 、 李四 编辑 方知秋" in text
    assert "供稿 溪口文化站" in text
    assert "2026年11月21日 04:05 (北京时间)" in text
    assert "模板 ha-neiron · 两种读法吻合 93%" in text
    assert re.search(r"SHA-256 [0-9a-f]{64}", text)
    assert "版本 3" in text
    assert "网页有改动" in text
    assert "原网站已不再提供此文" in text
    assert f'<a href="{STORY.url}" rel="noreferrer' in story
    assert f'<a href="{STORY.next_page}" rel="noreferrer' in story


def test_a_page_that_asks_not_to_be_kept_says_so_instead_of_its_text(
    browser: Browser, archive: Database, demo_path: Path
) -> None:
    db = open_for_writing(demo_path)
    with db.atomic():
        db.execute("UPDATE articles SET body = '', noarchive = 1, withheld = 'noarchive' WHERE url = ?", [PLAIN.url])
        db.execute(
            "UPDATE articles SET title = '', published_at = '2026-10-01T07:59+08:00' WHERE url = ?", [REALLY.url]
        )
    db.close()

    page = Browser(demo_path).html(f"/demo~20~E5~AD~98~E6~A1~A3/articles/{id_of(archive, PLAIN)}")

    assert "网页声明不许存档或挖掘" in page
    assert "此文没有文字" not in page
    assert "网页注明 noarchive" in page
    assert re.search(r'class="headline" lang="zh-CN">（无标题）', page)


def test_neighbours_are_of_the_same_channel(browser: Browser, archive: Database) -> None:
    page = browser.html(f"/archive/articles/{id_of(archive, PLAIN)}")
    rows = archive.execute(
        "SELECT id FROM articles WHERE site = 'ha' AND channel = ? ORDER BY published_at, id", [PLAIN.channel]
    ).fetchall()
    ids = [row[0] for row in rows]
    at = ids.index(id_of(archive, PLAIN))

    newer = re.search(r'class="newer"[^>]*href="/archive/articles/(\d+)"', page)
    older = re.search(r'class="older"[^>]*href="/archive/articles/(\d+)"', page)

    assert older and int(older.group(1)) == ids[at - 1]
    assert (int(newer.group(1)) if newer else None) == (ids[at + 1] if at + 1 < len(ids) else None)


def test_every_fixture_has_a_page_with_all_its_paragraphs_and_captions(browser: Browser, archive: Database) -> None:
    for identity, body in archive.execute("SELECT id, body FROM articles WHERE id % 4 = 0").fetchall():
        text = "".join(_text(browser.html(f"/archive/articles/{identity}")).split())
        captions = archive.execute("SELECT DISTINCT caption FROM images WHERE article = ? AND caption > ''", [identity])
        for part in [*body.split("\n\n"), *(row[0] for row in captions)]:
            assert "".join(part.split()) in text


def test_an_article_that_is_not_there_is_not_found(browser: Browser) -> None:
    for path in ("/archive/articles/999999", "/archive/nothing", "/no/such/place/at/all"):
        response = browser.get(path)

        assert response.status_code == 404
        assert "没有这一页" in response.text
    assert browser.get("/archive/articles/999999.json").json()["status"] == 404


# --- text that means harm ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "query", ["", "?_search=恶意", "?_search=script", "?_sort=published_at", "?_col=title&_col=source"]
)
def test_hostile_text_stays_text_in_lists(browser: Browser, query: str) -> None:
    page = browser.html(f"/archive/articles{query}")

    assert "<script>document" not in page
    assert "<svg onload" not in page
    assert "<img src=x" not in page
    assert "<mark>假的" not in page


def test_hostile_text_stays_text_in_the_article(browser: Browser, archive: Database) -> None:
    page = browser.html(f"/archive/articles/{id_of(archive, HOSTILE)}")

    assert HOSTILE.title in _text(page)
    assert "&lt;img src=x onerror=alert(2)&gt;" in page
    assert scripts(page) == OURS
    assert "<img" not in page
    assert "<svg" not in page
    assert "onmouseover=" not in re.sub(r"&#34; onmouseover=&#34;", "", page)
    assert not re.search(r'href="(?!https?://|/|#|\?)', page)
    assert "恶意图说" in page


def test_a_hostile_search_is_echoed_as_text(browser: Browser) -> None:
    page = browser.html("/archive/articles", _search='"><script>alert(1)</script>', site="<b>x</b>")

    assert scripts(page) == OURS
    assert "<b>x" not in page


# --- the server ------------------------------------------------------------------------------


PAGES = (
    "/",
    "/archive",
    "/archive/articles",
    "/archive/articles.json",
    "/archive/images",
    "/-/search?q=%E6%BA%AA%E5%8F%A3",
    "/-/search.json?q=%E6%BA%AA%E5%8F%A3",
    "/-/search.atom?q=%E6%BA%AA%E5%8F%A3",
    "/-/edition/ha",
    "/-/editor/nobody",
    "/-/health",
    "/-/article/1.json",
    "/archive/articles.csv",
    "/?_lang=en",
    "/nothing",
    "/nothing/there/at/all",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_has_the_headers(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers

    for directive in (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ):
        assert directive in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers.get_list("referrer-policy") == ["no-referrer"]
    assert headers["x-robots-tag"].startswith("noindex")


@pytest.mark.parametrize(
    ("path", "inline"),
    [
        ("/", False),
        ("/archive/articles", False),
        ("/archive/articles/1", False),
        ("/-/search", False),
        ("/-/edition/ha", False),
        ("/-/health", False),
        ("/-/editor/nobody", False),
        ("/archive/images", True),
    ],
)
def test_our_pages_allow_no_inline_script(browser: Browser, path: str, inline: bool) -> None:
    response = browser.get(path)

    assert ("'unsafe-inline'" in response.headers["content-security-policy"]) is inline
    assert bool(re.search(r"<script(?! src=)|<style| style=", response.text)) is inline


def test_our_pages_load_nothing_from_elsewhere(browser: Browser) -> None:
    for path in ("/", "/archive/articles", "/-/search", "/-/edition/ha", "/-/health"):
        assert not re.search(r'(?:src|<link[^>]+href)="(?:https?:)?//(?!localhost/)', browser.html(path))


@pytest.mark.parametrize(
    "path", ["/", "/-/search", "/-/health", "/-/chinanews/pages.css", "/robots.txt", "/-/changes.json"]
)
def test_our_pages_take_nothing(browser: Browser, path: str) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert browser.run(browser.datasette.client.request(method, path)).status_code == 405


def test_a_refusal_is_told_on_a_page_of_ours(archive_path: Path) -> None:
    served = Browser(archive_path, settings=SETTINGS)
    response = served.get("/archive/articles", _where="<b>1</b>")

    assert response.status_code == 403
    assert "不能这样问" in response.text
    assert "_where= is not allowed" in response.text
    assert "x-robots-tag" in response.headers


def test_robots_are_asked_to_stay_away(browser: Browser) -> None:
    assert browser.html("/robots.txt") == "User-agent: *\nDisallow: /\n"


def test_style_sheets_are_served_and_nothing_else(browser: Browser) -> None:
    sheet = re.search(r'href="(/-/chinanews/pages\.css\?\w+)"', browser.html("/"))
    assert sheet

    response = browser.get(sheet.group(1))

    assert response.headers["content-type"].startswith("text/css")
    assert "url(" not in response.text
    assert "@import" not in response.text
    assert browser.get("/-/chinanews/plugin.css").status_code == 404
    assert browser.get("/-/chinanews/plugin.js").status_code == 404


def test_the_first_page_says_what_the_archive_holds(browser: Browser, archive: Database) -> None:
    page = browser.html("/")
    total, editions = archive.execute("SELECT count(*), count(DISTINCT site) FROM articles").fetchone()

    text = _text(page)
    assert f"{total} 篇文章，来自总网和 {editions - 1} 个地方版" in text
    assert 'action="/-/search"' in page
    assert re.search(r'<a href="/-/edition/ha"><span class="place" lang="zh-CN">河南</span>', page)
    assert HOSTILE.title in text
    assert scripts(page) == OURS


def test_the_first_page_keeps_what_a_visitor_may_not_read(archive_path: Path) -> None:
    rule = {"databases": {"archive": {"tables": {"articles": {"allow": {"id": "root"}}}}}}
    key = "config" if hasattr(Browser(archive_path).datasette, "set_instance_metadata") else "metadata"
    browser = Browser(archive_path, **{key: rule})

    assert "溪口" not in browser.get("/").text
    assert browser.get("/archive/articles").status_code == 403


def test_the_json_of_datasette_is_unchanged(browser: Browser, archive: Database) -> None:
    rows = browser.get("/archive/articles.json", _search="甲乙丙丁", _shape="array").json()

    assert [row["title"] for row in rows] == [REALLY.title]
    assert set(rows[0]) == set(archive.columns("articles"))


def test_labels_of_the_list_name_known_columns(archive: Database) -> None:
    columns = set(archive.columns("articles"))

    assert set(listing._TABLE_COLUMNS) <= columns

"""Home, people and sources, health, articles: what each page says, and that its JSON twin says the same."""

import json
import re
import shutil
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from scraper.archive.connect import open_for_writing
from scraper.archive.database import Database
from scraper.browse import charts, questions, tiles, troubles, words
from scraper.browse.home import freshness
from scraper.browse.sentences import TEXTS
from scraper.browse.words import Words
from scraper.errors import FetchError, PageError, ScraperError
from scraper.sites import all_sites
from tests.browse.conftest import HOSTILE, PLAIN, STORY, Browser, id_of

TEMPLATES = Path(words.__file__).parent / "templates"


def _text(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


# --- people, sources, channels, editions --------------------------------------------------

PROFILES = (
    ("editor", PLAIN.editor, "editor = ?"),
    ("source", PLAIN.source, "source = ?"),
    ("channel", PLAIN.channel, "channel = ?"),
    ("edition", "ha", "site = ?"),
    ("editor", HOSTILE.editor, "editor = ?"),
    ("source", HOSTILE.source, "source = ?"),
)


@pytest.mark.parametrize(("kind", "name", "condition"), PROFILES)
def test_a_page_counts_the_articles_of_its_name(
    browser: Browser, archive: Database, kind: str, name: str, condition: str
) -> None:
    total = archive.execute(f"SELECT count(*) FROM articles WHERE {condition}", [name]).fetchone()[0]
    address = f"/-/{kind}/{quote(name, safe='')}"

    page, record = browser.html(address), browser.get(f"{address}.json").json()

    assert f"{total} 篇文章" in page
    assert record["total"] == total == sum(record["months"].values())
    assert record["name"] == name
    assert "<svg onload" not in page
    assert "<i>" not in page


def test_an_author_has_a_page_with_a_timeline(browser: Browser, archive: Database) -> None:
    page = browser.html("/-/author/" + quote("张三"))
    others = browser.html("/-/editor/" + quote("方知秋"))

    assert STORY.title in page
    assert "<span>2026年9月</span>" in page
    assert "<svg" not in page  # a drawing of one month says nothing
    assert re.search(r'<svg [^>]*role="img" aria-labelledby="time-title time-about">', others)
    assert "<title" in others.split("<svg", 1)[1]


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (["2026-01", "2026-03"], ["2026年1月", "2026年3月"]),
        (["2021-03", "2023-02"], ["2021年3月", "2023年2月"]),
        (["2020-06", "2023-02"], ["2021年", "2022年", "2023年"]),
        (["1999-01", "2026-08"], ["2000年", "2005年", "2010年", "2015年", "2020年", "2025年"]),
        (["1000-01", "2026-08"], ["1000年", "1200年", "1400年", "1600年", "1800年", "2000年"]),
    ],
)
def test_years_stand_under_their_bars(months: list[str], expected: list[str]) -> None:
    chart = charts.over_time(dict.fromkeys(months, 1), Words("zh"))

    assert chart
    places = {bar.label[:5]: (bar.x + 4) / chart.width * 100 for bar in reversed(chart.bars)}
    assert [mark.label for mark in chart.axis] == expected
    assert all(abs(mark.at - places[mark.label[:5]]) < 0.01 for mark in chart.axis if len(mark.label) == 5)


def test_names_lead_from_an_article_to_their_pages(browser: Browser, archive: Database) -> None:
    for article in (STORY, HOSTILE):
        page = browser.html(f"/archive/articles/{id_of(archive, article)}")
        hrefs = re.findall(r'href="(/-/(?:editor|author|source|edition)/[^"]+)"', page)

        assert len(hrefs) >= 4
        for href in hrefs:
            assert browser.get(unescape(href)).status_code == 200, href


@pytest.mark.parametrize("name", ["没有此人", "..", "%00", "a" * 5000, "<script>"])
def test_a_name_that_nobody_bears_is_not_found(browser: Browser, name: str) -> None:
    response = browser.get(f"/-/editor/{quote(name, safe='')}")

    # Datasette 1.0 takes the dots for a path and leads there, which is no page either.
    assert response.status_code == 404 or (name == ".." and response.status_code == 301)


def test_names_that_look_like_paths_have_pages(archive_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "odd.db"
    shutil.copy(archive_path, path)
    db = open_for_writing(path)
    names = [".", "..", "a/b", "x.json", "50%", "a?b#c", "甲 乙"]
    with db.atomic():
        for at, name in enumerate(names, 1):
            db.execute("UPDATE articles SET editor = ? WHERE id = ?", [name, at])
    db.close()
    browser = Browser(path)

    for at, name in enumerate(names, 1):
        page = browser.html(f"/odd/articles/{at}")
        href = re.search(r'href="(/-/editor[^"]+)"', page)
        assert href
        assert f">{name}</h1>" in unescape(browser.html(unescape(href.group(1)))), name


# --- home --------------------------------------------------------------------------------


def test_the_map_has_every_edition_once_with_its_count(browser: Browser, archive: Database) -> None:
    page = browser.html("/")

    counts = dict(archive.execute("SELECT site, count(*) FROM articles GROUP BY site").fetchall())
    places = page[page.index('class="map"') :].split("</ul>")[0]
    for code, site in all_sites().items():
        tile = re.search(rf'<a href="[^"]*[/=]{code}">.*?</a>', places, re.S)
        assert tile, code
        assert site.name in tile.group()
        assert f'class="many">{counts.get(code, 0)}<' in tile.group()
    assert set(tiles.PLACES) == set(all_sites())
    assert len(set(tiles.PLACES.values())) == len(all_sites())


def test_what_was_edited_or_removed_is_told(browser: Browser) -> None:
    page = browser.html("/")

    for heading in ("最近改动", "最近撤下"):
        section = page[page.index(f"<h2>{heading}</h2>") :].split("</section>")[0]
        assert STORY.title in section


def test_home_says_the_same_to_programs(browser: Browser, archive: Database) -> None:
    record = browser.get("/-/home.json").json()

    total = archive.execute("SELECT count(*) FROM articles").fetchone()[0]
    assert record["articles"] == total == sum(edition["articles"] for edition in record["editions"])
    assert sum(record["by_month"].values()) == total
    assert [hit["title"] for hit in record["gone"]] == [STORY.title]


@pytest.mark.parametrize(
    ("read_at", "expected"),
    [
        ("2026-11-20T12:00:00+00:00", "fresh"),
        ("2026-11-15T12:00:00+00:00", "recent"),
        ("2026-10-01T12:00:00+00:00", "stale"),
        (None, "never"),
        ("gestern", "never"),
        ("2026-11-15T12:00:00", "never"),
    ],
)
def test_freshness_is_told_from_the_last_listing(read_at: str | None, expected: str) -> None:
    assert freshness(read_at, datetime(2026, 11, 21, tzinfo=UTC)) == expected


def test_a_chart_has_a_bar_for_every_article(archive: Database) -> None:
    months = dict(archive.execute("SELECT substr(published_at, 1, 7), count(*) FROM articles GROUP BY 1").fetchall())

    chart = charts.over_time(months, Words("zh"))
    by_year = charts.over_time({"1950-01": 3, "2026-02": 4}, Words("en"))

    assert chart and sum(bar.count for bar in chart.bars) == sum(months.values())
    assert max(bar.height for bar in chart.bars) == 100
    assert by_year and by_year.unit_key == "year"
    assert charts.over_time({"不详": 3, "": 1}, Words("zh")) is None


# --- health ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def troubled(archive_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """An archive with a crawl, drift, failures and a host at rest."""
    path = tmp_path_factory.mktemp("health") / "troubled.db"
    shutil.copy(archive_path, path)
    db = open_for_writing(path)
    with db.atomic():
        db.execute(
            "INSERT INTO runs (id, started_at, ended_at, outcome, version, pid, arguments)"
            " VALUES (7, '2026-11-20T20:00:00.000+00:00', '2026-11-20T20:05:00.000+00:00', 'ok', '0', 1, '{}')"
        )
        db.execute(
            "INSERT INTO run_sites (run, site, listings, archived, failed, bytes) VALUES (7, 'ha', 3, 9, 2, 52000)"
        )
        for resolved in (None, "2026-11-19T00:00:00.000+00:00"):
            db.execute(
                "INSERT INTO drift (site, field, since, run, expected, seen, example, resolved_at)"
                " VALUES ('ha', 'editor', '2026-11-18T00:00:00.000+00:00', 7, 0.97, 0.1, 'javascript:alert(1)', ?)",
                [resolved],
            )
        for at, slug in enumerate(("robots", "missing-body", "missing-body"), 1):
            db.execute(
                "UPDATE pages SET error = ?, error_text = '<b>x', last_visit = ? WHERE id = ?",
                [slug, f"2026-11-20T20:0{at}:00.000+00:00", at],
            )
        db.execute("UPDATE pages SET next_visit = '2026-01-01T00:00:00.000+00:00' WHERE id = 5")
        db.execute(
            "INSERT INTO hosts (host, backoff_until, failures) VALUES ('www.ha.chinanews.com.cn', '2999-01-01T00:00:00.000+00:00', 4)"
        )
    db.close()
    return Browser(path)


def test_health_tells_crawls_drift_failures_and_rest(troubled: Browser) -> None:
    page = troubled.html("/-/health")

    text = _text(page)
    assert "7 2026年11月21日 04:00 5:00 正常 ok 1 3 9 0 0 2 0 0 0:00 52 kB" in text
    assert "河南 编辑 editor 97% 10%" in text
    assert "未解决" in text
    failures, skipped = re.split("不再抓取(?! [0-9])", text)
    assert "读不到正文 missing-body" in failures
    assert "robots.txt 不许 robots" in skipped
    assert "版式变化 1 读取失败的页面" in text
    assert "www.ha.chinanews.com.cn 2999年1月1日" in text
    assert 'href="javascript' not in page
    assert "<b>x" not in page


@pytest.mark.parametrize(
    ("kept", "chinese"),
    [
        ("the site answers 404", "网站回应 404"),
        ("the page has no body", "读不到正文"),
        ("rests until 2026-11-21 04:05, after 3 failures in a row", "连续失败 3 次，休息至 2026-11-21 04:05"),
        ("what nobody foresaw", "what nobody foresaw"),
        (None, ""),
    ],
)
def test_what_the_crawler_says_is_told_in_chinese_where_it_is_known(kept: str | None, chinese: str) -> None:
    assert troubles.told(kept, Words("zh")) == chinese
    assert troubles.told(kept, Words("en")) == (kept or "")


def _slugs(kind: type[ScraperError]) -> set[str]:
    return {kind.slug}.union(*(_slugs(one) for one in kind.__subclasses__()))


def test_every_failure_of_a_page_has_a_name() -> None:
    for slug in (_slugs(PageError) | _slugs(FetchError)) - {"missing-field"}:
        assert troubles.named(slug, Words("zh")), slug
        assert troubles.named(slug, Words("en")), slug


def test_health_says_the_same_to_programs(troubled: Browser) -> None:
    record = troubled.get("/-/health.json").json()

    assert record["runs"][0]["archived"] == 9
    assert [drift["resolved_at"] is None for drift in record["drift"]] == [True, False]
    assert sum(row["pages"] for row in record["failures"]) == 2
    assert [row["error"] for row in record["skipped"]] == ["robots"]
    assert sum(row["due_now"] for row in record["due"]) >= 1
    assert [row["host"] for row in record["resting"]] == ["www.ha.chinanews.com.cn"]


def test_the_first_page_says_what_waits_for_the_keeper(troubled: Browser) -> None:
    assert "上次抓取 2026年11月21日 04:05，1 处版式变化待看，3 个页面读取失败" in _text(troubled.html("/"))


def test_sql_of_ones_own_is_refused_in_words(archive_path: Path) -> None:
    closed = Browser(archive_path, settings={"default_allow_sql": False})

    answer = closed.get("/archive", sql="select 1")
    if answer.status_code == 302:  # Datasette 1.0 asks elsewhere
        answer = closed.get(answer.headers["location"])

    assert answer.status_code == 403
    assert "不接受自写的 SQL" in answer.text
    assert "execute-sql" not in answer.text


# --- one article ----------------------------------------------------------------------------


def test_an_article_can_be_cited(browser: Browser, archive: Database) -> None:
    page = unescape(browser.html(f"/archive/articles/{id_of(archive, STORY)}"))

    assert f"张三, 李四. 五幅图片的故事[EB/OL]. 溪口日报, (2026-09-30)[2026-11-21]. {STORY.url}." in page
    assert "author = {{张三} and {李四}}" in page
    assert re.search(r'<button type="button" data-copy="gb7714" data-done="已复制" hidden>', page)


def test_the_record_of_an_article_is_whole(browser: Browser, archive: Database) -> None:
    identity = id_of(archive, STORY)

    record = browser.get(f"/-/article/{identity}.json").json()

    assert record["title"] == STORY.title
    assert record["authors"] == list(STORY.authors)
    assert [image["src"] for image in record["images"]] == [image.src for image in STORY.images]
    assert [one["cause"] for one in record["revisions"]] == ["gone", "page", "first"]
    assert record["capture_record"]["status"] == 200
    assert "EB/OL" in record["citation"]["gb7714"]
    assert browser.get(f"/-/article/{identity}").headers["location"] == f"/archive/articles/{identity}"
    assert browser.get("/-/article/999999.json").status_code == 404


# --- language -------------------------------------------------------------------------------


def test_the_interface_speaks_english_and_the_article_stays_chinese(browser: Browser, archive: Database) -> None:
    path = f"/archive/articles/{id_of(archive, PLAIN)}"
    english = {"accept-language": "en-GB,en;q=0.8"}

    page = browser.run(browser.datasette.client.get(path, headers=english)).text

    assert '<html lang="en">' in page
    assert '<article lang="zh-CN">' in page
    assert "Provenance" in page
    assert PLAIN.body in page
    assert "编辑" not in page.replace(PLAIN.title, "")


def test_english_results_name_their_editions_in_english(browser: Browser) -> None:
    english = {"accept-language": "en"}

    page = browser.run(browser.datasette.client.get("/-/search?q=老桥", headers=english)).text

    assert "<span>Henan · " in page
    assert browser.get("/-/search.json", q="老桥").json()["hits"][0]["region"] == "河南"


def test_the_switch_keeps_the_address_and_is_remembered(browser: Browser) -> None:
    response = browser.get("/-/search?q=%E8%80%81%E6%A1%A5&_lang=en")

    assert response.status_code == 302
    assert response.headers["location"] == "?q=%E8%80%81%E6%A1%A5"
    cookie = response.headers["set-cookie"].partition(";")[0]
    page = browser.run(
        browser.datasette.client.get(
            "/-/search?q=%E8%80%81%E6%A1%A5", headers={"cookie": cookie, "accept-language": "zh"}
        )
    )
    assert '<html lang="en">' in page.text
    assert "vary" in page.headers


@pytest.mark.parametrize("path", ["//evil.example/?_lang=en", "/\\evil.example?_lang=en"])
def test_the_switch_leads_nowhere_else(browser: Browser, path: str) -> None:
    address, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "path": address,
        "raw_path": address.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost")],
        "scheme": "http",
    }
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    browser.run(browser.datasette.app()(scope, receive, send))

    assert dict(sent[0]["headers"])[b"location"] == b"/"


def test_an_unknown_language_changes_nothing(browser: Browser) -> None:
    assert browser.get("/?_lang=xx").status_code == 200


def test_every_word_of_the_templates_is_in_the_table_and_none_is_left_over() -> None:
    source = "\n".join(
        path.read_text("utf-8") for path in sorted(TEMPLATES.parent.rglob("*")) if path.suffix in (".html", ".py")
    )
    used = set(re.findall(r"""\bt\("(\w+)\"""", source)) | set(re.findall(r"""\bt\('(\w+)'""", source))

    assert used - set(TEXTS) == set()
    assert [key for key in TEXTS if source.count(f'"{key}"') + source.count(f"'{key}'") < 2] == []
    for path in TEMPLATES.glob("chinanews_*.html"):
        assert not re.search(r"[\u4e00-\u9fff]", path.read_text("utf-8")), path.name
    for chinese, english in TEXTS.values():
        assert sorted(re.findall(r"{\w+}", chinese)) == sorted(re.findall(r"{\w+}", english))


# --- stored questions ---------------------------------------------------------------------------

ASKED = {
    "find": {"words": "甲乙丙丁"},
    "by_month": {"site": "ha"},
    "by_editor": {"editor": "方知秋"},
    "by_source": {"source": "溪口日报"},
}


@pytest.mark.parametrize("name", questions.QUESTIONS)
def test_stored_questions_are_answered_though_nobody_may_type_sql(archive_path: Path, name: str) -> None:
    browser = Browser(archive_path, settings={"default_allow_sql": False})

    response = browser.get(f"/archive/{name}.json", _shape="array", **ASKED.get(name, {}))

    assert response.status_code == 200, response.text[:300]
    rows = json.loads(response.text)
    assert rows
    if name == "find":
        assert [row["title"] for row in rows] == ["确有"]

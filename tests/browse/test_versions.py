"""What became of articles: versions side by side, changes across editions, copies elsewhere, kept pictures, old archives."""

import hashlib
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from scraper.archive import index, media
from scraper.archive.connect import open_for_writing
from scraper.archive.database import Database
from scraper.archive.runs import save_sites
from scraper.archive.store import mark_gone, mark_returned
from scraper.models import Article, Disagreement, Image
from scraper.sites import all_sites
from tests.archive.story_pairs import wire_texts
from tests.browse.conftest import HOSTILE, PLAIN, Browser, _add, id_of

ATOM = "{http://www.w3.org/2005/Atom}"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x03\x08\x06\x00\x00\x00"
PARAGRAPHS = ("开头一段。", "这里说有12人到场。", "中间一。", "中间二。", "中间三。", "中间四。", "结尾一段。")

EDITED = replace(
    PLAIN,
    url=PLAIN.url.replace("1.shtml", "71.shtml"),
    title="老桥<b>通车</b>",
    body="\n\n".join(PARAGRAPHS).replace("12人", "21人") + "\n\n新加<script>alert(1)</script>一段。",
    images=(Image("https://i.example.cn/kept.png", caption="留存的图", position=0),),
    disagreements=(Disagreement("editor", "<i>别人</i>", "页脚"),),
)
BEFORE = replace(EDITED, title="老桥封闭", body="\n\n".join(PARAGRAPHS))
FIRST = replace(PLAIN, url=PLAIN.url.replace("1.shtml", "72.shtml"), body=wire_texts()[0], title="通稿")
COPY = replace(
    FIRST,
    url="https://www.sh.chinanews.com.cn/bdrd/2026-10-01/73.shtml",
    site="sh",
    region="上海",
    title="<u>改过的题</u>",
    editor=None,
    published_at="2026-10-01T11:05+08:00",
)
GONE = replace(PLAIN, url=PLAIN.url.replace("1.shtml", "74.shtml"), title="撤下的文章")
BACK = replace(PLAIN, url="https://www.sh.chinanews.com.cn/bdrd/2026-10-01/75.shtml", site="sh", title="撤下又重来")
DAYS = [f"2026-11-2{day}T01:00:00.000+00:00" for day in range(1, 5)]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("versions") / "archive.db"
    db = open_for_writing(path)
    with db.atomic():
        save_sites(db, all_sites().values())
        for article in (BEFORE, FIRST, COPY, GONE, BACK, HOSTILE):
            _add(db, article, article.url.encode())
        _add(db, EDITED, b"<html>later</html>")
        _add(db, replace(HOSTILE, title=HOSTILE.title + "二"), b"<html>hostile</html>")
        mark_gone(db, -1, GONE.url, DAYS[0], how="404")
        mark_gone(db, -1, BACK.url, DAYS[1], how="soft")
        mark_returned(db, BACK.url, None, DAYS[2])
        picture = media.inspect(PNG)
        assert picture
        media.save_picture(db, EDITED.images[0].src, picture, PNG, status=200, content_type="text/html", now=DAYS[0])
        db.execute("UPDATE images SET media = ? WHERE src = ?", [hashlib.sha256(PNG).hexdigest(), EDITED.images[0].src])
    index.catch_up(db)
    db.close()
    return path


@pytest.fixture(scope="module")
def db(path: Path) -> Database:
    return Database(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True))


@pytest.fixture(scope="module")
def reader(path: Path) -> Browser:
    return Browser(path)


def _diff(article: Article, db: Database, extension: str = "") -> str:
    return f"/-/article/{id_of(db, article)}/diff{extension}"


def _page(article: Article, db: Database) -> str:
    return f"/archive/articles/{id_of(db, article)}"


# --- two versions -------------------------------------------------------------------------


def test_two_versions_stand_side_by_side_by_paragraph(reader: Browser, db: Database) -> None:
    page = reader.html(_diff(EDITED, db))

    assert "<del>封闭</del>" in page
    assert "<ins>&lt;b&gt;通车&lt;/b&gt;</ins>" in page
    assert "这里说有<del>12</del>人到场。" in page
    assert "这里说有<ins>21</ins>人到场。" in page
    assert "<ins>新加&lt;script&gt;alert(1)&lt;/script&gt;一段。</ins>" in page
    assert "<script>alert" not in page
    assert "5 段未变" in page


def test_the_pieces_are_the_two_versions_whole(reader: Browser, db: Database) -> None:
    record = reader.get(_diff(EDITED, db, ".json"), a=1, b=2).json()

    body = next(one["pieces"] for one in record["fields"] if one["field"] == "body")
    assert "".join(piece["text"] for piece in body if piece["kind"] != "added") == BEFORE.body
    assert "".join(piece["text"] for piece in body if piece["kind"] != "removed") == EDITED.body
    assert [one["field"] for one in record["fields"]] == ["title", "body"]
    assert (record["before"], record["after"]) == (1, 2)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"a": "2", "b": "2"}, "读者看到的内容相同"),
        ({"a": "", "b": ""}, "<del>封闭</del>"),
        ({"b": "2"}, "<del>封闭</del>"),
        ({"b": "1"}, "没有可以对照的版本"),
    ],
    ids=str,
)
def test_odd_numbers_are_answered_in_words(reader: Browser, db: Database, asked: dict[str, str], said: str) -> None:
    assert said in reader.html(_diff(EDITED, db), **asked)
    assert reader.get(_diff(EDITED, db, ".json"), **asked).status_code == 200


@pytest.mark.parametrize(
    "asked", [{"a": "1", "b": "9"}, {"a": "9"}, {"b": "9"}, {"a": "x", "b": "-1"}, {"a": "²"}, {"a": "0"}], ids=str
)
def test_a_version_that_is_not_there_is_not_found(reader: Browser, db: Database, asked: dict[str, str]) -> None:
    page, record = (reader.get(_diff(EDITED, db, extension), **asked) for extension in ("", ".json"))

    assert (page.status_code, record.status_code) == (404, 404)
    assert "没有这个版本，此文共有 2 个版本" in page.text
    assert record.json()["ok"] is False
    assert "没有这个版本" in record.json()["error"]


def test_an_article_with_one_version_has_nothing_to_compare(reader: Browser, db: Database) -> None:
    assert "没有可以对照的版本" in reader.html(_diff(FIRST, db))
    assert reader.get("/-/article/999/diff").status_code == 404
    assert reader.get("/-/article/999/version/1.json").status_code == 404


def test_a_version_is_told_whole_as_it_was(reader: Browser, db: Database) -> None:
    record = reader.get(f"/-/article/{id_of(db, EDITED)}/version/1.json").json()

    assert record["title"] == BEFORE.title
    assert record["body"] == BEFORE.body
    assert record["version"]["cause"] == "first"


def test_what_became_of_an_article_is_told_in_words(reader: Browser, db: Database) -> None:
    page = reader.html(_page(BACK, db))

    assert re.findall(r'<span class="time">[^<]*</span> <span>([^<]+)</span>', page) == [
        "原网站重新刊出",
        "原网站撤下（页面只说没有）",
        "初次收录",
    ]
    assert "原网站撤下（状态 404）" in reader.html(_page(GONE, db))


def test_a_damaged_version_is_said_and_takes_nothing_else_away(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "archive.db"
    copy.write_bytes(path.read_bytes())
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE revisions SET record = x'00' WHERE record IS NOT NULL")
        identity = connection.execute("SELECT id FROM articles WHERE url = ?", [EDITED.url]).fetchone()[0]
    connection.close()
    broken = Browser(copy)

    assert "已损坏" in broken.html(f"/-/article/{identity}/diff")
    assert EDITED.url in [one["url"] for one in broken.get("/-/changes.json").json()["changes"]]


# --- changes across editions ----------------------------------------------------------------


def _changes(reader: Browser, **asked: Any) -> list[tuple[str, str]]:
    record = reader.get("/-/changes.json", **asked).json()
    assert record["total"] >= len(record["changes"])
    return [(one["kind"], one["title"]) for one in record["changes"]]


def test_a_list_that_is_none_takes_no_other_article_away(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "archive.db"
    shutil.copy(path, copy)
    with closing(open_for_writing(copy)) as db:
        broken = db.execute("SELECT article FROM revisions WHERE cause = 'page' ORDER BY id LIMIT 1").fetchone()[0]
        db.execute("UPDATE articles SET authors = 'no list' WHERE id = ?", [broken])
        index.catch_up(db)
    reader = Browser(copy)

    record = reader.get(f"/-/article/{broken}.json")

    assert reader.get("/-/changes").status_code == reader.get(f"/-/article/{broken}/diff").status_code == 200
    assert (record.status_code, record.json()["ok"]) == (503, False)
    assert "scraper verify" in record.json()["error"]


def test_changes_are_told_newest_first(reader: Browser) -> None:
    assert _changes(reader)[:3] == [("returned", BACK.title), ("gone", BACK.title), ("gone", GONE.title)]
    assert ("edited", EDITED.title) in _changes(reader)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"kind": "gone"}, [("gone", BACK.title), ("gone", GONE.title)]),
        ({"kind": "returned", "site": "sh"}, [("returned", BACK.title)]),
        ({"kind": "returned", "site": "ha"}, []),
        ({"since": "2026-11-22"}, [("returned", BACK.title), ("gone", BACK.title)]),
        ({"since": "2026-11-22", "until": "2026-11-22"}, [("gone", BACK.title)]),
    ],
    ids=str,
)
def test_changes_can_be_narrowed(reader: Browser, asked: dict[str, str], expected: list[Any]) -> None:
    assert _changes(reader, **asked) == expected


def test_every_count_beside_the_changes_is_what_choosing_it_finds(reader: Browser) -> None:
    record = reader.get("/-/changes.json").json()

    for kind, count in record["kinds"].items():
        assert len(_changes(reader, kind=kind)) == count
    for one in record["sites"]:
        assert len(_changes(reader, site=one["value"])) == one["count"]


@pytest.mark.parametrize(
    "asked",
    [{"page": "999999"}, {"page": "²"}, {"kind": "x"}, {"site": "'--"}, {"since": "昨天"}, {"since": "2022-13"}],
    ids=str,
)
def test_odd_questions_about_changes_are_answered(reader: Browser, asked: dict[str, str]) -> None:
    for extension in ("", ".atom"):
        assert reader.get(f"/-/changes{extension}", **asked).status_code == 200


@pytest.mark.parametrize(
    ("asked", "said"),
    [({"kind": "x"}, "kind 没有“x”这个值"), ({"since": "昨天"}, "“昨天”不是日期"), ({"page": "²"}, "“²”不是页码")],
    ids=str,
)
def test_what_is_no_kind_day_or_page_is_said_above_the_changes(
    reader: Browser, asked: dict[str, str], said: str
) -> None:
    answer = reader.get("/-/changes.json", **asked)

    assert said in reader.html("/-/changes", **asked)
    assert (answer.status_code, answer.json()["ok"]) == (400, False)
    assert said in answer.json()["error"]


def test_a_page_behind_the_last_changes_leads_to_the_last(reader: Browser) -> None:
    page = reader.html("/-/changes", page="7")

    assert "没有第 7 页。" in page
    assert '<a href="/-/changes">末页是第 1 页</a>' in page


def test_the_page_of_changes_leads_to_both_versions(reader: Browser) -> None:
    page = reader.html("/-/changes")

    hrefs = [unescape(href) for href in re.findall(r'href="(/-/article/\d+/diff[^"]*)"', page)]
    assert len(hrefs) == 2
    assert all("<del>" in reader.html(href) or "<ins>" in reader.html(href) for href in hrefs)
    assert "<b>通车" not in page
    assert "标题、正文" in page


def test_the_feed_of_changes_has_what_atom_demands(reader: Browser) -> None:
    response = reader.get("/-/changes.atom", kind="gone")
    feed = ElementTree.fromstring(response.text)

    entries = feed.findall(f"{ATOM}entry")
    assert response.headers["content-type"].startswith("application/atom+xml")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [f"撤下 · {BACK.title}", f"撤下 · {GONE.title}"]
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)
    assert feed.findtext(f"{ATOM}updated") == "2026-11-22T01:00:00Z"


def test_the_first_page_tells_what_the_pages_changed_and_not_what_our_rules_did(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "archive.db"
    copy.write_bytes(path.read_bytes())
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE revisions SET cause = 'reading' WHERE cause = 'page'")
    connection.close()

    assert {hit["title"] for hit in Browser(path).get("/-/home.json").json()["edited"]} >= {EDITED.title}
    assert Browser(copy).get("/-/home.json").json()["edited"] == []


# --- the same story elsewhere -----------------------------------------------------------------


def test_an_article_names_who_else_printed_it_and_what_they_changed(reader: Browser, db: Database) -> None:
    page = reader.html(_page(FIRST, db))
    section = page[page.index('class="elsewhere"') :].split("</details>")[0]

    assert f'href="{_page(COPY, db)}"' in section
    assert "晚 3 小时 5 分" in section
    assert "&lt;u&gt;改过的题&lt;/u&gt;" in section
    record = reader.get(f"/-/article/{id_of(db, COPY)}.json").json()
    (other,) = record["elsewhere"]
    assert (other["url"], other["is_first"], other["minutes_later"], other["title"]) == (FIRST.url, True, -185, "通稿")
    assert "elsewhere" not in reader.html(_page(GONE, db))


def test_the_switch_shows_each_story_once(reader: Browser) -> None:
    every = reader.get("/-/search.json", q="title:通稿 OR title:改过", sort="date").json()
    page = reader.html("/-/search", q="title:通稿 OR title:改过", sort="date", unique="1")

    assert every["total"] == 2
    assert "1 篇稿件" in page
    assert "另有同稿 1 篇" in page
    assert "列出全部同稿" in page
    assert "同稿只列一篇" in reader.html("/-/search", q="通稿")


# --- kept pictures, and what the page says twice -------------------------------------------------


def test_a_kept_picture_is_shown_from_here_and_from_nowhere_else(reader: Browser, db: Database) -> None:
    page = reader.html(_page(EDITED, db))

    (image,) = re.findall(r"<img [^>]+>", page)
    src = re.search(r'src="([^"]+)"', image)
    assert src and src[1] == f"/-/media/{hashlib.sha256(PNG).hexdigest()}.png"
    answer = reader.get(src[1])
    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in answer.headers["cache-control"]
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["0" * 64 + ".png", hashlib.sha256(PNG).hexdigest() + ".jpg", "x.png"])
def test_what_is_no_kept_picture_is_not_found(reader: Browser, name: str) -> None:
    assert reader.get(f"/-/media/{name}").status_code == 404


def test_bytes_that_are_no_picture_are_never_served(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "archive.db"
    copy.write_bytes(path.read_bytes())
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE media SET data = ?", [b"<html><script>alert(1)</script>"])
    connection.close()

    assert Browser(copy).get(f"/-/media/{hashlib.sha256(PNG).hexdigest()}.png").status_code == 404


def test_what_the_page_says_elsewhere_is_told(reader: Browser, db: Database) -> None:
    page = reader.html(_page(EDITED, db))

    assert "<dt>另一说</dt><dd>编辑 " in page
    assert "&lt;i&gt;别人&lt;/i&gt;</span> · 见于 页脚" in page
    (row,) = reader.get("/-/health.json").json()["disagreements"]
    assert (row["site"], row["field"], row["articles"]) == ("ha", "editor", 1)


# --- archives of an older version ----------------------------------------------------------------


@pytest.fixture(scope="module")
def older(path: Path, tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """Without the tables and columns that later versions brought."""
    copy = tmp_path_factory.mktemp("older") / "archive.db"
    copy.write_bytes(path.read_bytes())
    connection = sqlite3.connect(copy)
    connection.executescript(
        "DROP TABLE story_members; DROP TABLE stories; DROP TABLE problems; DROP TABLE skips;"
        "DROP TABLE revisions; DROP TABLE media_sources; PRAGMA foreign_keys = OFF; DROP TABLE media;"
    )
    connection.close()
    return Browser(copy)


@pytest.mark.parametrize(
    "address", ["/-/changes", "/-/changes.atom", "/-/health", "/-/article/1/diff", "/-/article/1.json"]
)
def test_an_older_archive_says_in_one_line_what_to_do(older: Browser, address: str) -> None:
    response = older.get(address)

    assert response.status_code == 503
    assert "scraper index" in response.text
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    "address", ["/", "/archive", "/archive/articles", "/archive/articles/1", "/archive/pages", "/-/search?q=%E8%80%81%E6%A1%A5", "/-/search?q=%E8%80%81%E6%A1%A5&unique=1", "/-/editor/%E6%96%B9%E7%9F%A5%E7%A7%8B"]
)  # fmt: skip
def test_what_an_older_archive_has_is_shown(older: Browser, address: str) -> None:
    assert older.get(address).status_code == 200


def test_the_first_page_of_an_older_archive_says_what_to_do(older: Browser) -> None:
    assert "scraper index" in older.html("/")

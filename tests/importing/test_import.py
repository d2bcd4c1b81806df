"""What goes out comes back, once; what is damaged, foreign or a lie is said so, and nothing is half-written."""

import gzip
import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.archive import schema
from scraper.archive.connect import open_for_reading, open_for_writing
from scraper.archive.database import Database
from scraper.archive.export.selection import Selection
from scraper.archive.export.write import export
from scraper.archive.readings import readings_of
from scraper.archive.verify import verify
from scraper.crawl.options import CrawlOptions
from scraper.crawl.run import crawl
from scraper.demo import fixture_site
from scraper.errors import ArchiveDamaged, ArchiveTooNew, ScraperError, UnreadableInput, UsageError
from scraper.importing.bring import bring
from scraper.importing.pages import Imported
from scraper.sites import all_sites
from tests.archive.samples import ARTICLE, NOW, new_archive, numbered, put
from tests.servers import Edition, article_bytes, article_path, serving, tagged

FULL = Selection(full_text=True, reserved=True)
TJ = "https://www.tj.chinanews.com.cn"
URL = f"{TJ}{article_path(1)}"


def exported(db: Path, kind: str, out: Path) -> bytes:
    archive = open_for_reading(db)
    export(archive, kind, out, FULL, archive=db)
    archive.close()
    return out.read_bytes()


def rows(db: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql).fetchall()


CONTENT = (
    "SELECT a.url, a.digest, a.body, a.pages, a.layout, a.charset, a.gone_at IS NULL,"
    " (SELECT count(*) FROM revisions WHERE article = a.id), (SELECT count(*) FROM images WHERE article = a.id)"
    " FROM articles a ORDER BY a.url"
)
CAPTURES = (
    "SELECT p.url, p.kind, c.url, c.final_url, c.status, h.headers, h.request_headers, c.redirects, c.peer,"
    " c.fetched_at, c.elapsed, c.wire_size, c.sha256 FROM captures c JOIN pages p ON p.id = c.page"
    " JOIN capture_headers h ON h.capture = c.id ORDER BY c.fetched_at, c.url"
)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two editions crawled from the fixture site (one of them with an article of several pages), and one twice."""
    db = tmp_path_factory.mktemp("crawled") / "archive.db"
    with fixture_site() as server:
        sites = tuple(all_sites()[code] for code in ("sh", "ha"))
        crawl(CrawlOptions(db=db, sites=sites, delay=0, connect_to=server.address))
    pages = {f"www.tj.chinanews.com.cn{article_path(1)}": tagged(article_bytes(1), '"v1"')}
    for edit in ({}, pages, {f"www.tj.chinanews.com.cn{article_path(1)}": tagged(article_bytes(9), '"v2"')}):
        with serving(Edition(articles=2).answers() | pages | edit) as one:
            crawl(CrawlOptions(db=db, sites=(all_sites()["tj"],), delay=0, connect_to=one.address))
        with closing(sqlite3.connect(db)) as connection, connection:
            connection.execute("UPDATE pages SET next_visit = discovered_at WHERE site = 'tj' AND kind = 'article'")
    return db


# --- there and back ----------------------------------------------------------------------------


def test_the_sample_has_every_kind_of_answer(crawled: Path) -> None:
    assert {status for (status,) in rows(crawled, "SELECT DISTINCT status FROM captures")} >= {200, 304}
    assert rows(crawled, "SELECT max(pages) FROM articles") > [(1,)]
    assert rows(
        crawled, "SELECT count(*) FROM revisions r JOIN articles a ON a.id = r.article WHERE a.site = 'tj'"
    ) == [(3,)]


def test_a_warc_that_comes_back_is_the_same_file_and_the_same_articles(crawled: Path, tmp_path: Path) -> None:
    before = exported(crawled, "warc", tmp_path / "a.warc.gz")

    bring(tmp_path / "a.warc.gz", tmp_path / "b.db")

    assert exported(tmp_path / "b.db", "warc", tmp_path / "b.warc.gz") == before
    assert rows(tmp_path / "b.db", CAPTURES) == rows(crawled, CAPTURES)
    assert rows(tmp_path / "b.db", CONTENT) == rows(crawled, CONTENT)


def test_json_lines_that_come_back_are_the_same_file(crawled: Path, tmp_path: Path) -> None:
    before = exported(crawled, "jsonl", tmp_path / "a.jsonl")

    bring(tmp_path / "a.jsonl", tmp_path / "b.db")

    assert exported(tmp_path / "b.db", "jsonl", tmp_path / "b.jsonl") == before


def test_an_archive_that_is_merged_into_an_empty_one_is_the_same(crawled: Path, tmp_path: Path) -> None:
    bring(crawled, tmp_path / "b.db")

    for kind in ("warc", "jsonl"):
        assert exported(tmp_path / "b.db", kind, tmp_path / "b") == exported(crawled, kind, tmp_path / "a")
    for sql in (
        CAPTURES,
        CONTENT,
        "SELECT seen_at, digest, record FROM revisions ORDER BY seen_at, digest",
        "SELECT url, state, etag, next_visit FROM pages ORDER BY url",
        "SELECT a.url, p.url FROM aliases a JOIN pages p ON p.id = a.page ORDER BY 1",
        "SELECT started_at, arguments, outcome FROM runs ORDER BY 1",
        "SELECT count(DISTINCT story), count(*) FROM story_members",
    ):
        assert rows(tmp_path / "b.db", sql) == rows(crawled, sql)


@pytest.mark.parametrize("kind", ["warc", "jsonl", "archive"])
def test_importing_again_changes_nothing(crawled: Path, tmp_path: Path, kind: str) -> None:
    source = crawled if kind == "archive" else tmp_path / "source"
    if kind != "archive":
        exported(crawled, kind, source)
    db = tmp_path / "b.db"
    bring(source, db)
    before = [rows(db, f"SELECT * FROM {table}") for table in ("captures", "articles", "revisions", "runs", "pages")]

    again = bring(source, db)

    after = [rows(db, f"SELECT * FROM {table}") for table in ("captures", "articles", "revisions", "runs", "pages")]
    assert after == before
    assert (again.captures, again.articles, again.changed) == (0, 0, 0)


# --- merging what overlaps ---------------------------------------------------------------------


def archive_of(path: Path, *versions: tuple[Any, int]) -> Path:
    """An archive that saw articles at hours."""
    db = new_archive(path)
    for article, hour in versions:
        put(db, article, now=NOW + timedelta(hours=hour))
        with db.atomic():
            when = (NOW + timedelta(hours=hour)).isoformat(timespec="milliseconds")
            db.execute("UPDATE captures SET fetched_at = ? WHERE id = (SELECT max(id) FROM captures)", [when])
    db.close()
    return path


def titles_of(path: Path, url: str) -> list[str]:
    """The titles an article has had, oldest first."""
    db = open_for_reading(path)
    (identity,) = db.execute("SELECT id FROM articles WHERE url = ?", [url]).fetchone()
    titles = [reading.article.title for reading in readings_of(db, identity)]
    db.close()
    return titles


def test_two_archives_that_overlap_give_one_history(tmp_path: Path) -> None:
    old, new, newest = (replace(ARTICLE, title=title) for title in ("旧题", "新题", "最新题"))
    mine = archive_of(tmp_path / "a.db", (old, 0), (newest, 5), (numbered(2), 1))
    theirs = archive_of(tmp_path / "b.db", (new, 3), (numbered(3), 1))

    bring(theirs, mine)

    assert rows(mine, "SELECT count(*) FROM articles") == [(3,)]
    assert rows(mine, "SELECT title, first_seen LIKE '2024-05-06T01%' FROM articles WHERE url LIKE '%00001%'") == [
        ("最新题", 1)
    ]
    assert titles_of(mine, ARTICLE.url) == ["旧题", "新题", "最新题"]
    assert rows(mine, "SELECT count(*) FROM captures") == [(5,)]


def test_merging_both_ways_gives_the_same_articles(tmp_path: Path) -> None:
    a = archive_of(tmp_path / "a.db", (ARTICLE, 0), (replace(ARTICLE, body="更正"), 5), (numbered(2), 1))
    b = archive_of(tmp_path / "b.db", (replace(ARTICLE, body="第二稿"), 3), (numbered(3), 1))
    bring(a, tmp_path / "ab.db")
    bring(b, tmp_path / "ab.db")

    bring(b, tmp_path / "ba.db")
    bring(a, tmp_path / "ba.db")

    sql = "SELECT a.url, r.seen_at, r.digest FROM revisions r JOIN articles a ON a.id = r.article ORDER BY 1, 2"
    assert rows(tmp_path / "ab.db", sql) == rows(tmp_path / "ba.db", sql)
    assert rows(tmp_path / "ab.db", CONTENT) == rows(tmp_path / "ba.db", CONTENT)


def test_what_a_crawl_noted_beside_the_articles_comes_along_once(tmp_path: Path) -> None:
    archive_of(tmp_path / "a.db", (ARTICLE, 2))
    archive_of(tmp_path / "b.db", (ARTICLE, 0))
    with closing(sqlite3.connect(tmp_path / "b.db")) as connection, connection:
        connection.execute("INSERT INTO problems (page, at, slug, text) VALUES (1, '2024', 'server', '500')")
        connection.execute("INSERT INTO skips VALUES ('https://x.cn/', 'tj', 'another host', 'https://y.cn/', '2024')")
        connection.execute(
            "INSERT INTO watches (name, query, created_at, last_article) VALUES ('桥', '老桥', '2024', 0)"
        )

    for _ in range(2):
        bring(tmp_path / "b.db", tmp_path / "a.db")

    assert rows(tmp_path / "a.db", "SELECT page, slug FROM problems") == [(1, "server")]
    assert rows(tmp_path / "a.db", "SELECT reason FROM skips") == [("another host",)]
    assert rows(tmp_path / "a.db", "SELECT name, last_article FROM watches") == [("桥", 1)]
    (discovered,) = rows(tmp_path / "b.db", "SELECT discovered_at FROM pages")
    assert rows(tmp_path / "a.db", "SELECT discovered_at FROM pages") == [discovered]


def test_json_lines_of_an_edited_article_leave_an_archive_that_is_whole(tmp_path: Path) -> None:
    archive_of(tmp_path / "a.db", (ARTICLE, 0), (replace(ARTICLE, title="溪口老桥通车"), 2))
    exported(tmp_path / "a.db", "jsonl", tmp_path / "a.jsonl")

    bring(tmp_path / "a.jsonl", tmp_path / "b.db")
    bring(tmp_path / "b.db", tmp_path / "c.db")

    for name in ("b.db", "c.db"):
        db = open_for_reading(tmp_path / name)
        assert verify(db).damages == []
        db.close()
        assert rows(tmp_path / name, "SELECT first_seen FROM articles") == rows(
            tmp_path / "a.db", "SELECT first_seen FROM articles"
        )
    with closing(sqlite3.connect(tmp_path / "c.db")) as connection, connection:
        connection.execute("UPDATE articles SET first_seen = '2023' || substr(first_seen, 5)")
    db = open_for_reading(tmp_path / "c.db")
    assert [damage.what for damage in verify(db).damages] == ["article"]
    db.close()


def test_pages_that_went_and_came_back_do_so_in_a_warc(tmp_path: Path) -> None:
    page = article_bytes(1)
    days = [(day, status) for day, status in enumerate((200, 404, 404, 200, 410, 200), 1)]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(answered(day, status, page) for day, status in days))

    bring(tmp_path / "a.warc.gz", tmp_path / "a.db")

    assert rows(tmp_path / "a.db", "SELECT cause, how FROM revisions ORDER BY number") == [
        ("first", None),
        ("gone", "404"),
        ("returned", None),
        ("gone", "410"),
        ("returned", None),
    ]
    db = open_for_reading(tmp_path / "a.db")
    assert verify(db).damages == []
    db.close()


def answered(day: int, status: int, page: bytes) -> bytes:
    """A response record of the article on a day of May 2024."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    http = StatusAndHeaders(f"{status} X", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    record = writer.create_warc_record(
        URL,
        "response",
        payload=io.BytesIO(page if status == 200 else b"gone"),
        http_headers=http,
        warc_headers_dict={"WARC-Date": f"2024-05-{day:02d}T01:30:00Z"},
    )
    writer.write_record(record)
    return out.getvalue()


def test_pictures_come_with_an_archive(tmp_path: Path) -> None:
    theirs = archive_of(tmp_path / "b.db", (ARTICLE, 0))
    with closing(sqlite3.connect(theirs)) as connection, connection:
        connection.execute("INSERT INTO media VALUES ('ab', 'image/png', 3, 1, 1, x'010203')")
        connection.execute(
            "INSERT INTO media_sources (url, media, fetched_at) VALUES (?, 'ab', '2024')", [ARTICLE.images[0].src]
        )

    bring(theirs, tmp_path / "a.db")

    assert rows(tmp_path / "a.db", "SELECT hex(data) FROM media JOIN images ON media = sha256") == [("010203",)]


def test_an_archive_of_an_older_version_is_migrated_on_a_copy(tmp_path: Path) -> None:
    theirs = tmp_path / "old.db"
    with closing(sqlite3.connect(theirs)) as connection:
        db = Database(connection)
        schema.apply(db, stop_before=schema.MIGRATIONS[1])
        db.execute("INSERT INTO sites VALUES ('tj', '天津', 'www.tj.chinanews.com.cn', '')")
        connection.commit()
    before = theirs.read_bytes()

    bring(theirs, tmp_path / "a.db")

    assert theirs.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_what_was_removed_for_good_does_not_come_back(tmp_path: Path) -> None:
    import hashlib

    theirs = archive_of(tmp_path / "b.db", (ARTICLE, 0), (numbered(2), 0))
    exported(theirs, "jsonl", tmp_path / "b.jsonl")
    mine = tmp_path / "a.db"
    archive_of(mine)
    with closing(sqlite3.connect(mine)) as connection, connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS forgotten (url_sha256 TEXT PRIMARY KEY, site TEXT, forgotten_at TEXT, reason TEXT)"
        )
        digest = hashlib.sha256(ARTICLE.url.encode()).hexdigest()
        connection.execute("INSERT INTO forgotten VALUES (?, 'tj', '2024', 'asked')", [digest])

    for source in (theirs, tmp_path / "b.jsonl"):
        bring(source, mine)

    assert rows(mine, "SELECT url FROM articles") == [(numbered(2).url,)]
    assert rows(mine, "SELECT url FROM pages") == [(numbered(2).url,)]


# --- other people's WARC ------------------------------------------------------------------------


def warc(*answers: tuple[str, bytes, dict[str, str]], version: str = "1.0", zipped: bool = True) -> bytes:
    """A WARC as other tools write them: address, payload, HTTP headers."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=zipped, warc_version=version)
    writer.write_record(writer.create_warcinfo_record("other.warc.gz", {"software": "other"}))
    for url, payload, headers in answers:
        given = StatusAndHeaders("200 OK", list(headers.items()), protocol="HTTP/1.1")
        record = writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(payload),
            length=len(payload),
            http_headers=given,
            warc_headers_dict={"WARC-Date": "2024-05-06T02:03:04Z"},
        )
        writer.write_record(record)
    return out.getvalue()


PAGE = article_bytes(1)
HTML = {"Content-Type": "text/html; charset=gb2312"}


def chunked(data: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (data[:100], data[100:])) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("payload", "headers"),
    [
        (PAGE, HTML),
        (gzip.compress(PAGE, mtime=0), HTML | {"Content-Encoding": "gzip"}),
        (chunked(PAGE), HTML | {"Transfer-Encoding": "chunked"}),
        (chunked(gzip.compress(PAGE, mtime=0)), HTML | {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}),
        (PAGE, HTML | {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}),
    ],
)
@pytest.mark.parametrize("zipped", [True, False])
def test_pages_of_other_tools_are_read_as_a_crawl_would(
    payload: bytes, headers: dict[str, str], zipped: bool, tmp_path: Path
) -> None:
    file = tmp_path / "other.warc.gz"
    file.write_bytes(warc(("http://www.tj.chinanews.com/news/2024/0506/00001.shtml", payload, headers), zipped=zipped))

    done = bring(file, tmp_path / "a.db")

    assert done == Imported(captures=1, articles=1)
    assert rows(tmp_path / "a.db", "SELECT url, title FROM articles") == [(URL, "溪口镇新闻之1")]
    assert rows(tmp_path / "a.db", "SELECT fetched_at FROM captures") == [("2024-05-06T02:03:04.000+00:00",)]


def test_only_the_editions_pages_are_taken_from_a_warc(tmp_path: Path) -> None:
    file = tmp_path / "other.warc.gz"
    file.write_bytes(
        warc(
            ("https://evil.example/news/2024/0506/00001.shtml", PAGE, HTML),
            (f"{TJ}/style.css", b"a{}", {"Content-Type": "text/css"}),
            ("urn:something", b"x", HTML),
            (URL, PAGE, HTML),
        )
    )

    done = bring(file, tmp_path / "a.db")

    assert (done.captures, done.articles, done.foreign) == (1, 1, 3)


def test_a_bomb_in_a_warc_is_left_out_and_the_rest_read(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(40 * 1024 * 1024))
    file = tmp_path / "other.warc.gz"
    file.write_bytes(warc((f"{TJ}{article_path(2)}", bomb, HTML | {"Content-Encoding": "gzip"}), (URL, PAGE, HTML)))

    done = bring(file, tmp_path / "a.db")

    assert (done.captures, done.damaged) == (1, 1)


def flipped(data: bytes) -> bytes:
    at = data.index(PAGE) + 300
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_a_record_whose_digest_differs_is_named_and_left_out(tmp_path: Path) -> None:
    file = tmp_path / "other.warc"
    file.write_bytes(flipped(warc((URL, PAGE, HTML), (f"{TJ}{article_path(2)}", article_bytes(2), HTML), zipped=False)))
    said: list[str] = []

    done = bring(file, tmp_path / "a.db", report=said.append)

    assert (done.captures, done.damaged) == (1, 1)
    assert URL in said[0]


def two() -> bytes:
    return warc((URL, PAGE, HTML), (f"{TJ}{article_path(2)}", article_bytes(2), HTML))


def broken_member(data: bytes) -> bytes:
    at = data.rindex(b"\x1f\x8b") + 200
    return data[:at] + bytes(40) + data[at + 40 :]


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda data: data[:-30], "cut off"),
        (broken_member, "damaged|is no WARC"),
        (lambda data: gzip.decompress(data)[:-400], "breaks off"),
        (lambda data: data + gzip.compress(b"<html>no WARC</html>"), "is no WARC"),
        (lambda data: data + gzip.compress(b"WARC/1.0\r\n" + b"X-Long: " + b"a" * 9_000_000), "no end"),
        (lambda data: data + gzip.compress(b"WARC/1.0\r\nX-Long: a"), "breaks off"),
    ],
)
def test_a_file_that_breaks_off_is_an_error_and_what_stood_before_is_kept(
    damage: Callable[[bytes], bytes], says: str, tmp_path: Path
) -> None:
    file, db = tmp_path / "other.warc.gz", tmp_path / "a.db"
    file.write_bytes(damage(two()))

    with pytest.raises(UnreadableInput, match=says):
        bring(file, db)
    kept = rows(db, "SELECT count(*) FROM captures")[0][0]
    file.write_bytes(two())
    done = bring(file, db)

    assert kept in (1, 2)
    assert (done.captures, done.known) == (2 - kept, kept)
    assert rows(db, "SELECT count(*) FROM articles") == [(2,)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        gzip.compress(b"hello", mtime=0),
        b"WARC/1.0\r\n",
        b"WARC/9.9\r\n\r\n",
        b"\x1f\x8b",
        b"\x1f\x8b" + b"a" * 99,
    ],
)
def test_what_is_no_warc_is_an_error(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "other.warc.gz"
    file.write_bytes(data)

    with pytest.raises(UnreadableInput):
        bring(file, tmp_path / "a.db")


# --- a folder ----------------------------------------------------------------------------------


def folder_of(path: Path, rows_of_manifest: list[dict[str, str]], name: str = "manifest.tsv") -> Path:
    path.mkdir()
    (path / "one.html").write_bytes(PAGE)
    if name.endswith(".tsv"):
        columns = ("file", "url", "fetched_at", "content_type")
        text = "\n".join("\t".join(row.get(column, "") for column in columns) for row in rows_of_manifest)
        (path / name).write_text("\t".join(columns) + "\n" + text + "\n", "utf-8")
    else:
        (path / name).write_text("\n".join(json.dumps(row) for row in rows_of_manifest), "utf-8")
    return path


ROW = {"file": "one.html", "url": URL, "fetched_at": "2024-05-06T10:03:04+08:00", "content_type": "text/html"}


@pytest.mark.parametrize("name", ["manifest.tsv", "manifest.jsonl"])
def test_a_folder_of_saved_pages_is_read_by_its_manifest(name: str, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "pages", [ROW], name)

    done = [bring(folder, tmp_path / "a.db") for _ in range(2)]

    assert done == [Imported(captures=1, articles=1), Imported(known=1)]
    assert rows(tmp_path / "a.db", "SELECT title FROM articles") == [("溪口镇新闻之1",)]
    assert rows(tmp_path / "a.db", "SELECT fetched_at FROM captures") == [("2024-05-06T02:03:04.000+00:00",)]


@pytest.mark.parametrize(
    ("lie", "says"),
    [
        ({"file": "two.html"}, "no file"),
        ({"file": "../a.db"}, "outside"),
        ({"file": "/etc/passwd"}, "outside"),
        ({"file": ""}, "no file"),
        ({"file": "a\0b"}, "no file name|no file"),
        ({"url": "https://evil.example/news/2024/0506/00001.shtml"}, "not a host"),
        ({"url": f"{TJ}/about.html"}, "no article"),
        ({"url": "javascript:alert(1)"}, "line 3"),
        ({"fetched_at": "yesterday"}, "ISO 8601"),
        ({"fetched_at": ""}, "no fetched_at"),
    ],
)
def test_a_manifest_that_lies_is_refused_whole(lie: dict[str, str], says: str, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "pages", [ROW, ROW | lie])

    with pytest.raises(UnreadableInput, match=says):
        bring(folder, tmp_path / "a.db")

    assert not (tmp_path / "a.db").exists()


def test_a_link_out_of_the_folder_is_outside(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_bytes(PAGE)
    folder = folder_of(tmp_path / "pages", [ROW | {"file": "link.html"}])
    (folder / "link.html").symlink_to(tmp_path / "secret.html")

    with pytest.raises(UnreadableInput, match="outside"):
        bring(folder, tmp_path / "a.db")


def test_a_folder_without_a_manifest_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="manifest"):
        bring(tmp_path, tmp_path / "a.db")


# --- JSON Lines and archives that can't be taken -------------------------------------------------


def record(**changes: object) -> dict[str, object]:
    from scraper.archive.store import record_of

    times = {"first_seen": "2024-05-06T01:30:00.000+00:00", "changed_at": "2024-05-06T01:30:00.000+00:00"}
    return json.loads(json.dumps(record_of(ARTICLE))) | times | changes  # type: ignore[no-any-return]  # JSON


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "https://evil.example/1.shtml"},
        {"site": "ha"},
        {"title": None},
        {"published_at": "soon"},
        {"first_seen": "soon"},
        {"images": [{"nothing": 1}]},
        {"images": None},
        {"images": [{"src": 1}]},
        {"sections": [{"title": "x"}]},
        {"pages": "many"},
        {"agreement": "much"},
        {"authors": [1]},
        {"gone_at": 5},
    ],
)
def test_a_line_that_is_no_record_stops_the_import_before_it_begins(wrong: dict[str, object], tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(json.dumps(one) for one in (record(), record(**wrong))), "utf-8")

    with pytest.raises(UnreadableInput, match="line 2"):
        bring(file, tmp_path / "a.db")

    assert not (tmp_path / "a.db").exists()


def test_an_export_without_texts_can_not_be_imported(tmp_path: Path) -> None:
    db = archive_of(tmp_path / "b.db", (ARTICLE, 0))
    archive = open_for_reading(db)
    export(archive, "jsonl", tmp_path / "a.jsonl", Selection(), archive=db)
    archive.close()

    with pytest.raises(UnreadableInput, match="--full-text"):
        bring(tmp_path / "a.jsonl", tmp_path / "a.db")


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA user_version = 999")


def overwritten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 : 4096 * 12] = b"\xa5" * (4096 * 11)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("spoil", "error"), [(newer, ArchiveTooNew), (overwritten, ArchiveDamaged)], ids=["newer", "damaged"]
)
def test_an_archive_that_can_not_be_taken_leaves_ours_as_it_was(
    spoil: Callable[[Path], None], error: type[ScraperError], tmp_path: Path
) -> None:
    theirs = archive_of(tmp_path / "b.db", (ARTICLE, 0))
    spoil(theirs)
    mine = archive_of(tmp_path / "a.db", (numbered(2), 0))

    with pytest.raises(error):
        bring(theirs, mine)

    assert rows(mine, "SELECT url FROM articles") == [(numbered(2).url,)]
    open_for_writing(mine).close()


def test_an_archive_is_not_merged_into_itself(tmp_path: Path) -> None:
    mine = archive_of(tmp_path / "a.db", (ARTICLE, 0))

    with pytest.raises(UsageError):
        bring(mine, mine)


def test_a_full_disk_leaves_whole_batches_and_the_import_goes_on_later(crawled: Path, tmp_path: Path) -> None:
    from scraper.errors import DiskFull

    mine = archive_of(tmp_path / "a.db")
    with closing(sqlite3.connect(mine)) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    db = open_for_writing(mine)
    db.execute(f"PRAGMA max_page_count = {pages + 20}")
    from scraper.archive.merge import merge

    with pytest.raises(DiskFull):
        merge(db, mine, crawled, Imported())
    db.close()
    assert rows(mine, "PRAGMA integrity_check") == [("ok",)]
    bring(crawled, mine)

    assert exported(mine, "warc", tmp_path / "b") == exported(crawled, "warc", tmp_path / "a")

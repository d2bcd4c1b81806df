"""Every version of an article with the reason for it, and the day it was gone."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.archive import captures, frontier, history, proof, schema, store
from scraper.archive.connect import open_current, open_for_writing
from scraper.archive.database import Database
from scraper.archive.verify import verify
from tests.archive.samples import ARTICLE, NOW, capture_of, new_archive, numbered, put

EDITED = replace(ARTICLE, title="溪口镇老桥通行", editor="李三")
LATER = NOW + timedelta(days=1)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    archive = new_archive(tmp_path / "archive.db")
    yield archive
    archive.close()


def gone(db: Database, how: str = "404") -> None:
    with db.atomic():
        store.mark_gone(db, -1, ARTICLE.url, frontier.stamp(LATER), how=how)


def causes(db: Database, article: int = 1) -> list[tuple[int, str, str | None]]:
    return [(one.number, one.cause, one.how) for one in history.revisions_of(db, article)]


def put_with_body(db: Database, article: object, body: bytes) -> None:
    with db.atomic():
        capture = captures.save_capture(db, 1, None, capture_of(ARTICLE.url, body))
        store.save_article(db, article, page=1, capture=capture, now=frontier.stamp(LATER))  # type: ignore[arg-type]  # an Article


def test_a_story_that_is_edited_vanishes_and_returns_has_all_of_it_in_its_history(db: Database) -> None:
    put(db, ARTICLE)
    put_with_body(db, EDITED, b"edited")
    gone(db, "410")
    put_with_body(db, EDITED, b"again")
    put_with_body(db, ARTICLE, b"as it was")

    assert causes(db) == [
        (1, "first", None),
        (2, "page", None),
        (3, "gone", "410"),
        (4, "returned", None),
        (5, "page", None),
    ]
    titles = [history.record_of_revision(db, one.id)["title"] for one in history.revisions_of(db, 1)]
    assert titles == [ARTICLE.title, EDITED.title, EDITED.title, EDITED.title, ARTICLE.title]
    assert verify(db).damages == []


def test_what_readers_do_not_read_makes_no_revision(db: Database) -> None:
    put(db, ARTICLE, replace(ARTICLE, layout="other", agreement=0.5, channel="社会"))

    assert causes(db) == [(1, "first", None)]


def test_the_same_bytes_read_otherwise_are_another_reading(db: Database) -> None:
    put(db, ARTICLE)

    put(db, EDITED)

    assert causes(db)[-1] == (2, "reading", None)


def test_the_record_of_a_version_is_whole(db: Database) -> None:
    put(db, ARTICLE, EDITED)
    first, second = history.revisions_of(db, 1)

    kept = [history.record_of_revision(db, one.id) for one in (first, second)]

    assert [proof.canonical(record) for record in kept] == [proof.canonical(_fields(one)) for one in (ARTICLE, EDITED)]
    with pytest.raises(KeyError):
        history.record_of_revision(db, 99)


def _fields(article: object) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(article)  # type: ignore[call-overload, no-any-return]  # an Article


def test_changes_name_what_was_edited_newest_first(db: Database) -> None:
    put(db, ARTICLE, numbered(2))
    put_with_body(db, EDITED, b"edited")
    gone(db)

    found = history.changes(db, since="2024-05-07")

    assert [(one.kind, one.fields, one.how) for one in found] == [
        ("gone", (), "404"),
        ("edited", ("title", "editor"), None),
    ]
    assert {one.url for one in found} == {ARTICLE.url}


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"since": "2024-05"}, 2),
        ({"since": "2024-05-08"}, 0),
        ({"since": "2024", "until": "2024-05-07"}, 2),
        ({"since": "2024", "until": "2024-05-06"}, 0),
        ({"since": "2024", "sites": ("tj", "sh")}, 2),
        ({"since": "2024", "sites": ("sh",)}, 0),
        ({"since": "2024", "kinds": ("gone",)}, 1),
        ({"since": "2024", "kinds": ("returned",)}, 0),
    ],
)
def test_changes_are_narrowed(db: Database, asked: dict[str, object], count: int) -> None:
    put(db, ARTICLE)
    put_with_body(db, EDITED, b"edited")
    gone(db)

    assert len(history.changes(db, **asked)) == count  # type: ignore[arg-type]  # a table of keywords


def test_the_versions_to_compare_are_the_last_two_or_those_named(db: Database) -> None:
    put(db, ARTICLE, EDITED)
    gone(db)
    revisions = history.revisions_of(db, 1)

    pairs = [history.content_pair(revisions, before, after) for before, after in ((None, None), (1, None), (2, 3))]

    assert [(old.number, new.number) for old, new in pairs] == [(1, 2), (1, 2), (2, 3)]
    with pytest.raises(LookupError, match="no version 7"):
        history.content_pair(revisions, 7, None)
    with pytest.raises(LookupError, match="not changed"):
        history.content_pair(revisions[:1], None, None)


# --- an archive of the first version ----------------------------------------------------------------


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """As the first version left it: an article edited once and gone, two captures in one run."""
    path = tmp_path / "archive.db"
    with closing(sqlite3.connect(path)) as connection:
        db = Database(connection)
        schema.apply(db, stop_before=schema.MIGRATIONS[1])
        with db.atomic():
            for statement in (TRIGGER_OF_THE_FIRST, *OLD):
                db.execute(statement)
    return path


TRIGGER_OF_THE_FIRST = """
CREATE TRIGGER articles_fts_ai AFTER INSERT ON articles BEGIN
  INSERT INTO articles_fts_queue(id, title, body, captions, site, published_at) VALUES (new.id, NULL, NULL, NULL, NULL, NULL);
END;
"""
ANSWERED = '[["Server", "nginx"], ["ETag", "\\"中-1\\""], ["Date", "Mon, 06 May 2024 01:30:00 GMT"]]'
OLD = (
    "INSERT INTO sites VALUES ('tj', '天津', 'www.tj.chinanews.com.cn', '')",
    "INSERT INTO runs VALUES (1, '2024-05-06', '2024-05-06', 'ok', '0.1.0', 1, '{}')",
    f"INSERT INTO pages (id, url, site, kind, discovered_at, last_status) VALUES (1, '{ARTICLE.url}', 'tj', 'article', '2024', 404)",
    *(
        "INSERT INTO captures (page, run, url, final_url, status, content_type, headers, request_headers, redirects, peer,"
        f" fetched_at, elapsed, wire_size) VALUES (1, 1, '{ARTICLE.url}', '{ARTICLE.url}', 304, '', '{ANSWERED}', '[]', '[]', '', '{when}', 1, 0)"
        for when in ("2024-05-06", "2024-05-07")
    ),
    "INSERT INTO articles (id, url, site, region, kind, layout, title, published_at, body, digest, page, capture,"
    f" first_seen, changed_at, gone_at) VALUES (1, '{ARTICLE.url}', 'tj', '天津', 'article', 'labels', '老桥', '2024-05-06',"
    " '正文。', '{digest}', 1, 2, '2024-05-06', '2024-05-07', '2024-05-08')".replace(
        "{digest}",
        proof.content_digest(
            {
                "title": "老桥",
                "body": "正文。",
                "captions": "",
                "source": None,
                "editor": None,
                "published_at": "2024-05-06",
            }
        ),
    ),
    """INSERT INTO revisions VALUES (1, 1, '2024-05-06', 1, 'before', '{"title": "旧桥", "images": []}')""",
    "INSERT INTO revisions SELECT 2, 1, '2024-05-07', 2, digest, '{}' FROM articles",
)


def test_an_archive_of_the_first_version_gets_its_history(old: Path, caplog: pytest.LogCaptureFixture) -> None:
    db = open_current(old)

    assert causes(db) == [(1, "first", None), (2, "page", None), (3, "gone", "404")]
    titles = [history.record_of_revision(db, one.id)["title"] for one in history.revisions_of(db, 1)]
    assert titles == ["旧桥", "老桥", "老桥"]
    assert [damage for damage in verify(db).damages if damage.what != "index"] == []
    answered = db.execute("SELECT DISTINCT headers, request_headers FROM capture_headers").fetchall()
    assert [(json.loads(headers), asked) for headers, asked in answered] == [(json.loads(ANSWERED), "[]")]
    kept = old.with_name("archive.db.before-m002")
    assert str(kept) in caplog.text
    with closing(sqlite3.connect(kept)) as copy:
        assert copy.execute("SELECT count(*), max(record) FROM revisions").fetchone()[0] == 2


def test_an_archive_without_articles_is_not_copied(tmp_path: Path) -> None:
    open_for_writing(tmp_path / "archive.db").close()

    assert [path.name for path in tmp_path.iterdir()] == ["archive.db"]

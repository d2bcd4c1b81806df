"""Every response kept, every distinct body once, byte for byte."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scraper.archive import frontier
from scraper.archive.captures import load_body, save_capture
from scraper.archive.database import Database
from scraper.models import Capture
from tests.archive.samples import NOW, capture_of, new_archive
from tests.pages import fixtures

URL = "https://www.tj.chinanews.com.cn/news/2024/0506/00001.shtml"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    archive = new_archive(tmp_path_factory.mktemp("captures") / "archive.db")
    with archive.atomic():
        frontier.add_article(archive, URL, "tj", found_on="", text="", now=NOW)
    yield archive
    archive.close()


def kept(db: Database, capture: Capture) -> tuple[int, str | None]:
    """Id and digest of a capture just saved."""
    with db.atomic():
        identity = save_capture(db, 1, None, capture)
    return identity, db.execute("SELECT sha256 FROM captures WHERE id = ?", [identity]).fetchone()[0]


def bodies(db: Database) -> int:
    return int(db.execute("SELECT count(*) FROM bodies").fetchone()[0])


def test_the_same_body_is_stored_once_and_every_response_is_a_row(db: Database) -> None:
    body = "溪口镇".encode("gb18030") * 100
    before = bodies(db)

    saved = [kept(db, replace(capture_of(URL, body), url=f"{URL}?{number}")) for number in range(3)]

    assert len({identity for identity, _ in saved}) == 3
    assert len({digest for _, digest in saved}) == 1
    assert bodies(db) == before + 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=st.binary(max_size=2_000))
def test_any_bytes_come_back_as_sent(db: Database, body: bytes) -> None:
    _, digest = kept(db, capture_of(URL, body))

    assert digest is not None
    assert load_body(db, digest) == body


def test_every_fixture_comes_back_as_sent_and_smaller(db: Database) -> None:
    saved = {fixture.raw: kept(db, capture_of(URL, fixture.raw))[1] for fixture in fixtures()}

    assert all(load_body(db, str(digest)) == raw for raw, digest in saved.items())
    size, stored = db.execute("SELECT sum(size), sum(length(data)) FROM bodies").fetchone()
    assert stored < size / 2


def test_what_was_not_modified_has_no_body(db: Database) -> None:
    before = bodies(db)

    _, digest = kept(db, capture_of(URL, b"", status=304))

    assert digest is None
    assert bodies(db) == before


@pytest.mark.parametrize("status", [200, 404])
def test_an_empty_body_is_a_body(db: Database, status: int) -> None:
    _, digest = kept(db, capture_of(URL, b"", status=status))

    assert load_body(db, str(digest)) == b""


def test_all_that_is_known_of_a_response_is_kept(db: Database) -> None:
    capture = replace(
        capture_of(URL, b"page"),
        final_url="https://www.tj.chinanews.com.cn/moved.shtml",
        headers=(
            ("content-type", "text/html; charset=gb2312"),
            ("x-note", "中文"),
            ("set-cookie", "a"),
            ("set-cookie", "b"),
        ),
        request_headers=(("host", "www.tj.chinanews.com.cn"),),
        redirects=(URL,),
        peer="203.0.113.7",
        wire_size=3,
    )

    identity, _ = kept(db, capture)

    names = (
        "url, final_url, status, content_type, peer, fetched_at, elapsed, wire_size,"
        " capture_headers.headers, capture_headers.request_headers, redirects"
    )
    *plain, headers, asked, redirects = db.execute(
        f"SELECT {names} FROM captures JOIN capture_headers ON capture = id WHERE id = ?", [identity]
    ).fetchone()
    assert plain == [
        URL,
        "https://www.tj.chinanews.com.cn/moved.shtml",
        200,
        "text/html; charset=gb2312",
        "203.0.113.7",
        "2024-05-06T01:30:00.000+00:00",
        0.1,
        3,
    ]
    assert json.loads(headers) == [list(header) for header in capture.headers]
    assert json.loads(asked) == [["host", "www.tj.chinanews.com.cn"]]
    assert json.loads(redirects) == [URL]


def test_an_unknown_digest_is_a_key_error(db: Database) -> None:
    with pytest.raises(KeyError):
        load_body(db, "no such digest")

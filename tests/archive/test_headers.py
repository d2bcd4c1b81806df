"""Headers are kept once a set, and come back to the letter."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.archive import captures, headers
from scraper.archive.connect import writing
from scraper.archive.database import Database
from scraper.archive.stored import stored_captures
from scraper.archive.verify import verify
from tests.archive.samples import ARTICLE, capture_of, new_archive, put

ANSWER = (("Server", "nginx"), ("Date", "Mon, 06 May 2024 01:30:00 GMT"), ("Vary", "Accept-Encoding"), ("ETag", '"1"'))
HEADERS = [
    (),
    ANSWER,
    (("Set-Cookie", "a"), ("Set-Cookie", "b"), ("x-note", '中文 \\ " \x7f\u2028')),
    (("Server", "n" * 5000),),
    (("", ""), ("Date", "")),
    tuple((f"x-{number}", "v") for number in range(200)),
]


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return new_archive(tmp_path / "archive.db")


@pytest.mark.parametrize("pairs", HEADERS)
def test_headers_come_back_to_the_letter(db: Database, pairs: headers.Pairs) -> None:
    text = headers.text_of(pairs)

    with writing(db):
        stored = headers.pack(db, text)

    assert headers.unpack(db, stored) == text
    assert headers.pairs_of(text) == tuple(pairs)


@pytest.mark.parametrize("text", ["[]", '[["a","b"]]', "no JSON", '{"a": 1}', "7", '[["a", null]]', '[["a", 7]]'])
def test_what_would_not_come_back_is_kept_as_it_is(db: Database, text: str) -> None:
    with writing(db):
        stored = headers.pack(db, text)

    assert stored == text


def test_answers_that_differ_in_date_and_tag_share_a_set(db: Database) -> None:
    later = (ANSWER[0], ("Date", "Tue, 07 May 2024 01:30:00 GMT"), ANSWER[2], ("ETag", '"2"'))

    with writing(db):
        stored = [json.loads(headers.pack(db, headers.text_of(pairs))) for pairs in (ANSWER, later)]

    assert stored[0][0] == stored[1][0]
    assert stored[1][1:] == ["Tue, 07 May 2024 01:30:00 GMT", '"2"']


def test_a_stranger_reads_them_in_a_view_and_an_export_as_they_were_sent(db: Database) -> None:
    put(db, ARTICLE)
    with writing(db):
        for pairs in HEADERS:
            captures.save_capture(db, 1, None, replace(capture_of(ARTICLE.url), headers=pairs, request_headers=pairs))

    shown = db.execute("SELECT headers, request_headers FROM capture_headers ORDER BY capture").fetchall()[1:]
    exported = [one.capture for one in stored_captures(db)][1:]

    wanted = [[list(pair) for pair in pairs] for pairs in HEADERS]
    assert [(json.loads(answered), json.loads(asked)) for answered, asked in shown] == [(one, one) for one in wanted]
    assert [(one.headers, one.request_headers) for one in exported] == [(one, one) for one in HEADERS]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE header_sets SET template = replace(template, 'nginx', 'Nginx')",
        "UPDATE header_sets SET template = 'x'",
        "DELETE FROM header_sets",
        "UPDATE captures SET headers = replace(headers, 'Mon', 'Tue')",
        "UPDATE captures SET headers = '[1]'",
        "UPDATE captures SET headers = '[99]'",
        "UPDATE captures SET headers = 'x'",
    ],
)
def test_a_change_in_a_set_or_its_values_is_found(db: Database, statement: str) -> None:
    put(db, ARTICLE)
    with writing(db):
        page = db.execute("SELECT id FROM pages").fetchone()[0]
        captures.save_capture(db, page, None, replace(capture_of(ARTICLE.url), headers=ANSWER))
    assert verify(db).is_whole

    with writing(db):
        db.execute(statement)

    assert {damage.url for damage in verify(db).damages if damage.what == "capture"} == {ARTICLE.url}

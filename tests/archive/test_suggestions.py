"""What is offered when a search finds nothing: it finds something, and is what was meant."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from scraper.archive.database import Database
from scraper.archive.suggestions import suggestions
from tests.archive.samples import new_archive, numbered, put


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with closing(new_archive(tmp_path_factory.mktemp("suggestions") / "archive.db")) as archive:
        put(
            archive,
            numbered(1, title="黄河大堤", body="麦收202天", images=(), published_at="2022-07-01T08:00+08:00"),
            numbered(2, title="黄花菜", body="麦收", images=(), published_at="2023-07-01T08:00+08:00"),
        )
        yield archive


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("2022年7月", ["published 2022-07"]),
        ("黄河堤", ["黄河大"]),
        ("黄河 白鹭", ["黄河"]),
        ("黄瓜", ["黄河", "黄花"]),
        ("2022头", []),
    ],
)
def test_what_is_offered_finds_something(db: Database, text: str, offered: list[str]) -> None:
    found = suggestions(db, text)

    assert [one.query for one in found] == offered
    assert all(one.total for one in found)

"""Everything known of one address."""

from pathlib import Path

import pytest

from scraper.archive import frontier, runs
from scraper.archive.database import Database
from scraper.archive.why import known_of
from tests.archive.samples import NOW, new_archive, numbered, put

URL = numbered(1).url
HOST = "www.tj.chinanews.com.cn"


@pytest.fixture
def db(tmp_path: Path) -> Database:
    archive = new_archive(tmp_path / "archive.db")
    put(archive, numbered(1))
    return archive


def test_article_that_was_read_is_told_whole(db: Database) -> None:
    db.execute(
        "INSERT INTO hosts (host, robots, robots_status, robots_at) VALUES (?, 'User-agent: *', 200, '2024')", [HOST]
    )

    known = known_of(db, URL, HOST)

    assert known.page is not None and known.page["discovered_at"] == frontier.stamp(NOW)
    assert [(visit.status, visit.size) for visit in known.visits] == [(200, len(b"<html></html>"))]
    assert known.article is not None and known.article["title"] == numbered(1).title
    assert known.host is not None and "robots" not in known.host and known.host["robots_status"] == 200


def test_address_under_which_it_was_linked_leads_to_it(db: Database) -> None:
    with db.atomic():
        frontier.add_alias(db, "http://www.tj.chinanews.com/other", URL)

    known = known_of(db, "http://www.tj.chinanews.com/other", HOST)

    assert known.url == URL
    assert known.aliases == ("http://www.tj.chinanews.com/other",)


def test_failure_is_told_with_its_slug(db: Database) -> None:
    with db.atomic():
        run = runs.begin_run(db, "1", "{}", NOW)
        page = frontier.lease(db, "tj", "article", run, NOW)
        assert page is not None
        frontier.failed(db, page, slug="http-503", text="the site answers 503", status=503, retry_after=None, now=NOW)

    known = known_of(db, URL, HOST)

    assert known.page is not None
    assert (known.page["error"], known.page["attempts"], known.page["state"]) == ("http-503", 1, "failed")


def test_address_never_seen_is_told_as_such(db: Database) -> None:
    known = known_of(db, "https://www.tj.chinanews.com.cn/none.shtml", HOST)

    assert (known.page, known.article, known.visits) == (None, None, ())

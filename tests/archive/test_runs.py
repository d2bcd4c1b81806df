"""What each crawl did: rows that say how it ended, also for those that could not say it themselves."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.archive import hosts, runs
from scraper.archive.database import Database
from scraper.archive.schema import m001_archive, m002_crawl
from tests.archive.samples import NOW, new_archive


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return new_archive(tmp_path / "archive.db")


def test_a_run_that_never_ended_was_killed(db: Database) -> None:
    with db.atomic():
        first, second = (runs.begin_run(db, "1.0", "{}", NOW + timedelta(hours=hours)) for hours in (0, 1))
        runs.begin_site(db, second, "tj", NOW + timedelta(hours=1))
        runs.end_run(db, first, "ok", NOW, 0)

        assert runs.close_killed(db) == 1
        assert runs.close_killed(db) == 0

    found = db.execute("SELECT outcome, exit_code, ended_at >= started_at FROM runs ORDER BY id").fetchall()
    assert found == [("ok", 0, 1), ("killed", None, 1)]
    assert db.execute("SELECT note, ended_at IS NOT NULL FROM run_sites").fetchall() == [("killed", 1)]
    assert runs.was_cut_short(db)


def test_only_the_last_run_counts_as_cut_short(db: Database) -> None:
    assert not runs.was_cut_short(db)
    with db.atomic():
        for outcome in ("interrupted", "ok"):
            runs.end_run(db, runs.begin_run(db, "1.0", "{}", NOW), outcome, NOW, 0)

    assert not runs.was_cut_short(db)


def test_both_clocks_of_a_host_survive_and_a_promise_never_shortens_a_pause(db: Database) -> None:
    later, latest = NOW + timedelta(seconds=5), NOW + timedelta(hours=1)
    with db.atomic():
        hosts.save_clock(db, "h", next_at=later, backoff_until=latest, failures=3, address="8.8.8.8", strain=4.0)
        hosts.promise_pause(db, "h", NOW)
        hosts.save_robots(db, "h", text="User-agent: *", status=200, read_at=NOW, crawl_delay=7.0)
    (row,) = hosts.load_hosts(db)

    assert (row.next_at, row.backoff_until, row.failures) == (later, latest, 3)
    assert (row.address, row.strain, row.crawl_delay, row.robots) == ("8.8.8.8", 4.0, 7.0, "User-agent: *")

    with db.atomic():
        hosts.promise_pause(db, "h", latest)
    assert hosts.load_hosts(db)[0].next_at == latest


def test_an_archive_of_the_first_version_learns_the_days_of_its_pages(tmp_path: Path) -> None:
    db = Database(sqlite3.connect(tmp_path / "old.db"))
    with db.atomic():
        m001_archive.apply(db)
        db.execute("INSERT INTO sites (code, name, host, evidence) VALUES ('tj', '天津', 'h', '')")
        for url in ("https://h/news/2024/0506/1.shtml", "https://h/docDetail.jsp?id=7"):
            db.execute(
                "INSERT INTO pages (url, site, kind, discovered_at) VALUES (?, 'tj', 'article', '2024-05-06')", [url]
            )

        m002_crawl.apply(db)

    assert db.execute("SELECT dated, part FROM pages ORDER BY id").fetchall() == [("2024-05-06", 1), (None, 1)]
    (made,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'pages'").fetchone()
    assert "line of robots.txt that keeps us out" in made

"""What the doctor finds in archives that are well, and in ones that are not."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scraper import doctor
from scraper.archive.captures import save_capture
from scraper.archive.lock import crawl_lock
from scraper.config import load_settings
from scraper.errors import NoArchive
from tests.archive.samples import NOW, capture_of, new_archive, numbered, put

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    archive = new_archive(path)
    put(archive, numbered(1), numbered(2))
    archive.close()
    return path


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def findings(path: Path, now: datetime = LATER, contact: str = "desk@example.org") -> dict[str, doctor.Finding]:
    settings = load_settings(path, environment={"SCRAPER_CONTACT": contact})
    return {finding.check: finding for finding in doctor.examine(path, settings, now=lambda: now)}


def test_archive_that_is_well_has_nothing_bad(db: Path) -> None:
    found = findings(db)

    assert [finding.check for finding in found.values() if finding.verdict == "bad"] == []
    assert doctor.exit_code(list(found.values())) == 0


def test_missing_contact_is_bad_and_a_matter_of_configuration(db: Path) -> None:
    found = findings(db, contact="")

    assert found["contact"].verdict == "bad"
    assert doctor.exit_code(list(found.values())) == 78


LEASED = "UPDATE pages SET state = 'leased' WHERE id = 1"
RUN = "INSERT INTO runs (started_at, ended_at, outcome, version, pid, arguments) VALUES ('2024-05-06', '{}', 'ok', '1', 1, '')"


@pytest.mark.parametrize(
    ("statements", "check", "verdict", "said"),
    [
        ([LEASED], "leases", "warning", "1 page leased to a crawl that died"),
        (["UPDATE bodies SET data = x'00'"], "stored bytes", "bad", "1 of 1 bodies"),
        (["UPDATE bodies SET data = (SELECT zeroblob(40))"], "stored bytes", "bad", "1 of 1 bodies"),
        (["UPDATE articles SET title = '新题' WHERE id = 1"], "search index", "warning", "1 article waiting"),
        (["INSERT INTO hosts (host, robots_status) VALUES ('h.cn', 503)"], "robots.txt", "warning", "h.cn (503)"),
        (["INSERT INTO hosts (host, robots_status) VALUES ('h.cn', 0)"], "robots.txt", "warning", "(unreachable)"),
        (
            ["INSERT INTO hosts (host, backoff_until, failures) VALUES ('h.cn', '2024-05-07T00:00:00.000+00:00', 6)"],
            "hosts",
            "warning",
            "h.cn until 2024-05-07 08:00 Beijing time",
        ),
        ([RUN.format("2024-05-01T00:00:00.000+00:00")], "last crawl", "warning", "run 1 ended"),
        ([RUN.format("2024-05-06T00:00:00.000+00:00")], "last crawl", "ok", "run 1 ended"),
        (["UPDATE captures SET fetched_at = '2031-01-01T00:00:00.000+00:00'"], "clock", "warning", "still to come"),
    ],
)
def test_doctor_sees_what_is_wrong(db: Path, statements: list[str], check: str, verdict: str, said: str) -> None:
    change(db, *statements)

    found = findings(db)[check]

    assert found.verdict == verdict
    assert said in found.said
    assert bool(found.todo) == (verdict != "ok")


def test_drift_is_bad_and_names_what_to_look_at(db: Path) -> None:
    change(
        db,
        RUN.format("2024-05-06T00:00:00.000+00:00"),
        "INSERT INTO drift (site, field, since, run, expected, seen, example)"
        " VALUES ('tj', 'source', '2024-05-05', 1, 0.9, 0.1, 'https://www.tj.chinanews.com.cn/1')",
    )

    found = findings(db)

    assert "tj source: 90% before, 10% now" in found["drift"].said
    assert doctor.exit_code(list(found.values())) == 4


def test_clock_that_is_apart_from_the_sites_is_seen(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive.db")
    put(archive, numbered(1))
    late = replace(capture_of(numbered(1).url), headers=(("Date", "Mon, 06 May 2024 00:30:00 GMT"),))
    with archive.atomic():
        for _ in range(3):
            save_capture(archive, 1, None, late)
    archive.close()

    found = findings(tmp_path / "archive.db")

    assert found["clock"].verdict == "warning"
    assert "60 minutes apart" in found["clock"].said


def test_pages_of_a_crawl_that_runs_are_no_orphans(db: Path) -> None:
    change(db, LEASED)

    with crawl_lock(db):
        found = findings(db)

    assert found["leases"].verdict == "ok"


def test_missing_index_entry_is_bad(db: Path) -> None:
    change(db, "DELETE FROM articles_fts_docsize WHERE id = 1")

    found = findings(db)

    assert found["search index"].verdict == "bad"
    assert doctor.exit_code(list(found.values())) == 6


def test_damaged_file_is_a_finding_and_no_traceback(db: Path) -> None:
    db.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)

    found = findings(db)

    assert found["archive"].verdict == "bad"
    assert doctor.exit_code(list(found.values())) == 6


def test_no_archive_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoArchive):
        findings(tmp_path / "none.db")


@pytest.mark.parametrize(
    ("version", "verdict"),
    [
        ((3, 40, 1), "warning"),
        ((3, 44, 6), "ok"),
        ((3, 45, 0), "warning"),
        ((3, 50, 7), "ok"),
        ((3, 51, 2), "warning"),
        ((3, 51, 3), "ok"),
        ((3, 53, 0), "ok"),
    ],
)
def test_sqlite_versions_with_the_wal_reset_bug_are_known(version: tuple[int, int, int], verdict: str) -> None:
    assert doctor.sqlite_version(version).verdict == verdict


@pytest.mark.parametrize(
    ("free", "verdict"), [(10 << 20, "bad"), (500 << 20, "warning"), (30 << 30, "warning"), (50 << 30, "ok")]
)
def test_little_room_is_said(free: int, verdict: str) -> None:
    assert doctor.free_disk(free, size=40 << 30).verdict == verdict


def test_now_defaults_to_the_machines_clock(db: Path) -> None:
    settings = load_settings(db, environment={})

    found = {finding.check: finding for finding in doctor.examine(db, settings)}

    assert f"{datetime.now(UTC).astimezone():%Y-%m-%d}" in found["clock"].said

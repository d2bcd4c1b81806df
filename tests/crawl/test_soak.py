"""`kill -9` at random moments over a crawl of all 33 editions: `make soak` two hundred times, `make soak-short` twelve.

Between kills nothing that was acknowledged may be lost or asked for again
within its interval, by the archive's word and by the server's own record; in
the end every table is what an undisturbed crawl makes it.
"""

import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, redirect_stderr
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from scraper.archive import frontier, index
from scraper.archive.connect import open_for_reading
from scraper.crawl.options import CrawlOptions
from scraper.crawl.run import crawl
from scraper.demo import FixtureServer, fixture_site
from scraper.sites import all_sites
from tests.crawl.crawling import FINAL, assert_whole, rows

KILLS = int(os.environ.get("SCRAPER_SOAK", "0"))
LONGEST = 3.0
"""Seconds a crawl is left to live."""


@dataclass
class Acknowledged:
    """What the archive has said is kept."""

    articles: set[tuple[str, str]] = field(default_factory=set)
    captures: set[tuple[int, str, str | None]] = field(default_factory=set)
    at_rest: set[str] = field(default_factory=set)
    """Addresses not due before some later time, without their scheme, as the server's record has them."""


def acknowledged(db: Path) -> Acknowledged:
    soon = frontier.stamp(datetime.now(UTC) + timedelta(minutes=2))
    with closing(sqlite3.connect(db)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'problems'").fetchone():
            return Acknowledged()
        resting = connection.execute(
            "SELECT url FROM pages WHERE kind = 'article' AND state IN ('done', 'gone', 'failed')"
            " AND coalesce(next_visit, '9999') > ?",
            [soon],
        )
        return Acknowledged(
            set(connection.execute("SELECT url, digest FROM articles")),
            set(connection.execute("SELECT id, url, sha256 FROM captures")),
            {url.removeprefix("https://") for (url,) in resting},
        )


def crawl_for(seconds: float, server: FixtureServer, db: Path) -> int | None:
    """A crawl killed after so many seconds; its exit code if it was quicker."""
    command = [sys.executable, "-m", "scraper", "crawl", "--db", str(db), "--delay", "0"]
    command += ["--connect-to", "{}:{}".format(*server.address)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, env={**os.environ, "SCRAPER_DB": ""}) as process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return None


def finish(server: FixtureServer, db: Path) -> None:
    options = CrawlOptions(db, tuple(all_sites().values()), delay=0, connect_to=server.address, retry_wait=0.01)
    assert crawl(options).exit_code == 0


def is_through(db: Path) -> bool:
    """Whether the last crawl had closed its run: another one asks for every listing anew, and is told 304."""
    if not db.exists() or not rows(db, "SELECT 1 FROM sqlite_master WHERE name = 'runs'"):
        return False
    return rows(db, "SELECT outcome FROM runs ORDER BY id DESC LIMIT 1") == [("ok",)]


@pytest.mark.skipif(not KILLS, reason="make soak")
def test_a_crawl_killed_at_any_moment_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    seed = int(os.environ.get("SCRAPER_SOAK_SEED", time.time()))
    print(f"SCRAPER_SOAK_SEED={seed}")
    chance = random.Random(seed)
    undisturbed, db = tmp_path / "undisturbed.db", tmp_path / "archive.db"
    killed = rounds = 0

    # The server's complaints about clients that vanish would hide what this prints.
    with redirect_stderr(StringIO()), fixture_site() as server:
        finish(server, undisturbed)
        expected = [rows(undisturbed, sql) for sql in FINAL]
        while killed < KILLS:
            before = acknowledged(db) if db.exists() else Acknowledged()
            asked_before = len(server.requests)
            code = crawl_for(0.3 + chance.random() * LONGEST, server, db)
            time.sleep(0.05)
            killed += code is None
            assert code in (None, 0)
            asked = set(server.requests[asked_before:])
            if db.exists():
                after = acknowledged(db)
                assert rows(db, "PRAGMA integrity_check") == [("ok",)]
                assert before.articles <= after.articles
                assert before.captures <= after.captures
            assert not before.at_rest & asked
            if code == 0 or is_through(db):
                # It got through between kills, or before the kill took it: compare, and kill on over a new archive.
                rounds += 1
                compare(db, expected)
                for file in tmp_path.glob("archive.db*"):
                    file.unlink()
        finish(server, db)

    compare(db, expected)
    print(f"{killed} kills, {rounds + 1} archives whole")


def compare(db: Path, expected: list[list[tuple[object, ...]]]) -> None:
    assert_whole(db)
    assert rows(db, "SELECT count(*) FROM pages WHERE state = 'leased'") == [(0,)]
    assert index.is_current(open_for_reading(db))
    for sql, wanted in zip(FINAL, expected, strict=True):
        assert rows(db, sql) == wanted, sql
    # A run that never said how it ended was killed, and the next one says so.
    outcomes = {outcome for (outcome,) in rows(db, "SELECT DISTINCT outcome FROM runs")}
    assert outcomes <= {"ok", "killed"}

"""What a crawl that was killed owes to a host, the one after it pays: both as processes, `kill -9` between them."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.archive.samples import empty_archive
from tests.crawl.crawling import TJ, assert_whole, rows
from tests.servers import Connection, Edition, Request, Server, answer, in_turn, late, listing_page, serving


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    path.write_bytes(empty_archive())
    return path


def command(server: Server, db: Path, *options: str) -> list[str]:
    to = "{}:{}".format(*server.address)
    return [
        sys.executable,
        "-m",
        "scraper",
        "crawl",
        "tj",
        "--db",
        str(db),
        "--connect-to",
        to,
        "--delay",
        "0",
        *options,
    ]


def kill_when(holds: Callable[[], bool], arguments: list[str]) -> None:
    """A crawl that is killed as soon as something holds."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(arguments, stdout=quiet, stderr=quiet, env=os.environ | {"SCRAPER_DB": ""}) as process:
        end = time.monotonic() + 40
        while not holds():
            assert process.poll() is None and time.monotonic() < end
            time.sleep(0.01)
        process.kill()


def again(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, capture_output=True, text=True, timeout=60, env=os.environ | {"SCRAPER_DB": ""})


def rests(db: Path) -> bool:
    return rows(db, f"SELECT 1 FROM hosts WHERE host = '{TJ}' AND backoff_until IS NOT NULL") != []


class Busy:
    """Asks for a rest, once, and remembers until when, by the clock that requests are timed with."""

    def __init__(self, header: Callable[[datetime], str], seconds: float) -> None:
        self.header = header
        self.seconds = seconds
        self.until = 0.0

    def __call__(self, connection: Connection, request: Request) -> None:
        self.until = time.monotonic() + self.seconds
        moment = datetime.now(UTC) + timedelta(seconds=self.seconds + 1)  # a date has no parts of seconds
        connection.write(answer(b"busy", 503, retry_after=self.header(moment)))


IN_SECONDS = {"seconds": lambda _: "2", "a date": lambda moment: format_datetime(moment, usegmt=True)}


@pytest.mark.parametrize("form", IN_SECONDS)
@pytest.mark.parametrize("path", ["/", "/robots.txt"])
def test_a_short_rest_that_was_asked_for_is_waited_out_by_the_next_process(db: Path, form: str, path: str) -> None:
    """It was waited for inside one visit, and nothing of it was written down until that was over."""
    busy = Busy(IN_SECONDS[form], 2.0)
    good = Edition(articles=2).answers()[f"{TJ}{path}"]

    with serving(Edition(articles=2, extra={path: in_turn(busy, good)}).answers()) as server:
        kill_when(lambda: rests(db), command(server, db))
        before = len(server.requests)
        done = again(command(server, db))

    assert done.returncode == 0, done.stderr
    assert server.requests[before].began >= busy.until
    assert rows(db, "SELECT count(*) FROM articles") == [(2,)]
    assert_whole(db)


def test_a_long_rest_is_kept_by_the_next_process_which_asks_for_nothing(db: Path) -> None:
    busy = answer(b"busy", 429, retry_after="3600")

    with serving(Edition(extra={"/": busy}).answers()) as server:
        kill_when(lambda: rests(db), command(server, db))
        before = len(server.requests)
        done = again(command(server, db))

    assert len(server.requests) == before
    assert "stopped: rests until" in done.stdout and done.returncode == 5


@pytest.mark.parametrize("path", ["/", "/robots.txt", "/index.shtml"])
def test_the_pause_after_a_request_that_nobody_lived_to_see_answered_is_kept(db: Path, path: str) -> None:
    """The first request of a crawl, the first whose Crawl-delay is known, and one that was leased with it."""
    robots = answer(b"User-agent: *\nCrawl-delay: 1.5\n", content_type="text/plain")
    page = robots if path == "/robots.txt" else listing_page([])
    edition = Edition(articles=1, robots=robots)
    edition.extra = {path: in_turn(late(30, page), page)}

    with serving(edition.answers()) as server:
        kill_when(lambda: f"{TJ}{path}" in server.urls, command(server, db, "--delay", "1"))
        asked, before = server.requests[-1], len(server.requests)
        again(command(server, db, "--delay", "1", "--limit", "0"))

    pause = 1.0 if path == "/robots.txt" else 1.5
    assert (
        server.requests[before].began - asked.began >= pause - 0.05
    )  # what was promised is reckoned before it is sent

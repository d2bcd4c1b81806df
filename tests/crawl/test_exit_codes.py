"""How the command ends, as cron sees it: every way out has its code, says why in a line, and leaves the archive whole."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.archive.samples import empty_archive
from tests.crawl.crawling import assert_whole, rows, run
from tests.pages import seconds
from tests.servers import (
    Answer,
    Edition,
    Server,
    answer,
    article_path,
    closed_port,
    drip,
    late,
    serving,
)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


def command(address: tuple[str, int], db: Path, delay: str = "0") -> list[str]:
    to = "{}:{}".format(*address)
    return [sys.executable, "-m", "scraper", "crawl", "tj", "--db", str(db), "--connect-to", to, "--delay", delay]


def ended(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, capture_output=True, text=True, timeout=60, env=os.environ | {"SCRAPER_DB": ""})


def test_0_when_all_is_well_and_3_when_more_fails_than_the_threshold_allows(db: Path, tmp_path: Path) -> None:
    lost: dict[str, Answer] = {article_path(number): answer(b"", 204) for number in range(1, 8)}
    with serving(Edition(articles=2).answers()) as good, serving(Edition(articles=8, extra=lost).answers()) as bad:
        well = ended(command(good.address, db))
        badly = ended(command(bad.address, tmp_path / "bad.db"))

    assert (well.returncode, badly.returncode) == (0, 3)
    assert "2 new articles from 1 edition\n" in well.stdout
    assert "failed: bad-status 7\n" in badly.stdout
    assert "exit code 3" in badly.stdout


def test_1_for_a_bug_that_says_how_to_report_it() -> None:
    program = "import typer\nfrom scraper.cli.speech import speaks_plainly\n"
    program += "@speaks_plainly\ndef broken() -> None:\n    raise LookupError('lost')\ntyper.run(broken)\n"

    done = ended([sys.executable, "-c", program])

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "a bug: LookupError: lost (set SCRAPER_DEBUG=1" in done.stderr


def test_5_when_nothing_can_be_reached(db: Path) -> None:
    done = ended(command(closed_port(), db))

    assert done.returncode == 5
    assert "stopped: robots.txt of www.tj.chinanews.com.cn can't be reached" in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 100


def test_75_at_once_when_another_crawl_holds_the_archive(db: Path) -> None:
    waiting = Edition(robots=late(30, answer(b"")))
    took: list[float] = []
    second = None

    with (
        serving(waiting.answers()) as server,
        crawling(server, db, lambda: bool(server.urls)) as first,
    ):
        while len(took) < 3 and not (took and min(took) < 3):  # a second, on a machine that has nothing else to do
            began = time.monotonic()
            second = ended(command(closed_port(), db))
            took.append(time.monotonic() - began)
        first.kill()

    assert second is not None and (second.returncode, second.stderr.count("\n")) == (75, 1)
    assert f"process {first.pid}" in second.stderr
    assert min(took) < 3


# --- signals ------------------------------------------------------------------------------------------------


@contextmanager
def crawling(
    server: Server, db: Path, until: Callable[[], bool], delay: str = "0"
) -> Iterator["subprocess.Popen[str]"]:
    """A crawl that has come so far."""
    with (
        seconds(50),
        subprocess.Popen(
            command(server.address, db, delay),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"SCRAPER_DB": ""},
        ) as process,
    ):
        while not until():
            assert process.poll() is None
            time.sleep(0.02)
        time.sleep(0.2)
        yield process


SLOW_BODY = drip(
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + b"Content-Length: 900000\r\n\r\n", b"a" * 1000, 0.2
)
MOMENTS: dict[str, tuple[Edition, str]] = {
    "robots.txt": (Edition(robots=late(30, answer(b""))), "/robots.txt"),
    "a slow body": (Edition(articles=2, extra={article_path(2): SLOW_BODY}), article_path(2)),
}


@pytest.mark.parametrize(
    ("name", "number", "code"), [("robots.txt", signal.SIGTERM, 143), ("a slow body", signal.SIGINT, 130)]
)
def test_a_signal_ends_it_within_ten_seconds_and_the_run_is_closed(
    db: Path, name: str, number: signal.Signals, code: int
) -> None:
    edition, path = MOMENTS[name]
    with (
        serving(edition.answers()) as server,
        crawling(server, db, lambda: any(url.endswith(path) for url in server.urls)) as process,
    ):
        began = time.monotonic()
        process.send_signal(number)
        out, error = process.communicate()

    assert process.returncode == code
    assert time.monotonic() - began < 13
    assert f"stopped by {number.name}, run again to go on" in out
    assert "Traceback" not in error
    assert rows(db, "SELECT outcome, exit_code FROM runs") == [("interrupted", code)]
    assert rows(db, "SELECT count(*) FROM pages WHERE state = 'leased'") == [(0,)]
    assert_whole(db)


def test_a_signal_in_a_polite_pause_ends_it_at_once(db: Path) -> None:
    with serving(Edition().answers()) as server, crawling(server, db, lambda: bool(server.urls), "40") as process:
        began = time.monotonic()
        process.terminate()
        process.communicate()

    assert process.returncode == 143
    assert time.monotonic() - began < 5


def test_two_signals_end_it_now_and_the_next_crawl_goes_on(db: Path) -> None:
    answers = Edition(articles=3, extra={article_path(2): SLOW_BODY}).answers()
    with serving(answers) as server:
        with crawling(server, db, lambda: any(url.endswith(article_path(2)) for url in server.urls)) as process:
            began = time.monotonic()
            process.terminate()
            time.sleep(0.3)
            process.terminate()
            process.communicate()
        took = time.monotonic() - began
        server.answers |= Edition(articles=3).answers()
        following = ended(command(server.address, db))

    assert process.returncode == 143
    assert took < 4
    assert following.returncode == 0
    assert rows(db, "SELECT count(*) FROM articles") == [(3,)]
    assert rows(db, "SELECT outcome FROM runs") == [("killed",), ("ok",)]
    assert_whole(db)


def test_a_signal_while_tidying_up_leaves_the_run_as_it_ended(db: Path) -> None:
    """SIGINT there made a crawl that was through say of itself that it had failed."""
    program = (
        "import os, signal, sys, time\n"
        "from scraper.archive import compaction\n"
        "def slow(*_):\n    os.kill(os.getpid(), signal.SIGINT)\n    time.sleep(30)\n"
        "compaction.compact_due = slow\n"
        "from scraper.cli import app\napp()\n"
    )
    with serving(Edition(articles=2).answers()) as server:
        done = ended([sys.executable, "-c", program, *command(server.address, db)[3:]])

    assert done.returncode == 0
    assert "2 new articles" in done.stdout
    assert rows(db, "SELECT outcome, exit_code FROM runs") == [("ok", 0)]


# --- while another program writes ------------------------------------------------------------------------------


class Held:
    """The archive's write lock, taken by another program as soon as something holds of the archive, until it is let go."""

    def __init__(self, db: Path, holds: str) -> None:
        self.connection = sqlite3.connect(db, isolation_level=None, timeout=0)
        self.holds = holds

    def take(self, process: "subprocess.Popen[str]") -> bool:
        """Whether it was had before the crawl was over."""
        while process.poll() is None:
            try:
                self.connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:  # the crawl is writing
                continue
            if self.connection.execute(self.holds).fetchone() is not None:
                return True
            self.connection.execute("ROLLBACK")
            time.sleep(0.0002)
        return False

    def let_go(self) -> None:
        self.connection.execute("ROLLBACK")
        self.connection.close()


ALL_BUT_CLOSED = (
    "SELECT 1 FROM runs JOIN run_sites s ON s.run = runs.id WHERE s.ended_at > '' AND runs.ended_at IS NULL"
)
AT_WORK = "SELECT 1 FROM pages WHERE kind = 'article' AND state = 'leased'"


@contextmanager
def crawling_while(held: str, server: Server, db: Path) -> Iterator[tuple["subprocess.Popen[str]", Held]]:
    """A crawl that can write nothing more, from a moment on. On a busy machine the moment may pass unseen: then another."""
    pipe = subprocess.PIPE
    environment = os.environ | {"SCRAPER_DB": ""}
    for _ in range(8):
        for path in db.parent.glob(f"{db.name}*"):
            path.unlink()
        db.write_bytes(empty_archive())
        lock = Held(db, held)
        with subprocess.Popen(
            command(server.address, db), stdout=pipe, stderr=pipe, text=True, env=environment
        ) as process:
            if lock.take(process):
                time.sleep(0.3)
                yield process, lock
                return
        lock.connection.close()
    pytest.fail("the moment passed unseen, eight times")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_during_the_last_commit_leaves_a_closed_run(db: Path, number: signal.Signals) -> None:
    with (
        serving(Edition(articles=2).answers()) as server,
        crawling_while(ALL_BUT_CLOSED, server, db) as (process, held),
    ):
        process.send_signal(number)
        time.sleep(0.5)
        still = process.poll()
        held.let_go()
        out, error = process.communicate()

    assert (still, process.returncode) == (None, 0), error
    assert "2 new articles from 1 edition\n" in out and "Traceback" not in error
    assert rows(db, "SELECT outcome, exit_code, ended_at IS NOT NULL FROM runs") == [("ok", 0, 1)]
    assert_whole(db)


@pytest.mark.parametrize("moment", [ALL_BUT_CLOSED, AT_WORK], ids=["at the last commit", "at work"])
def test_two_signals_end_it_now_whoever_writes(db: Path, moment: str) -> None:
    """SQLite waited for the other program, half a minute if need be, and nobody heard the signals."""
    with serving(Edition(articles=9).answers()) as server, crawling_while(moment, server, db) as (process, held):
        began = time.monotonic()
        process.terminate()
        time.sleep(0.3)
        process.terminate()
        process.communicate()
        took = time.monotonic() - began
        held.let_go()
        following = ended(command(server.address, db))

    assert process.returncode == 143
    assert took < 4
    assert following.returncode == 0
    assert rows(db, "SELECT outcome FROM runs") == [("killed",), ("ok",)]
    assert rows(db, "SELECT count(*) FROM articles") == [(9,)]
    assert_whole(db)


def test_a_signal_ends_it_in_time_as_a_signal_does_though_another_program_writes(db: Path) -> None:
    """It ended with 75, as if there had been another crawl."""
    db.write_bytes(empty_archive())
    other = sqlite3.connect(db, isolation_level=None, check_same_thread=False)

    def interrupt() -> None:
        while other.execute(AT_WORK).fetchone() is None:
            time.sleep(0.001)
        other.execute("BEGIN IMMEDIATE")
        os.kill(os.getpid(), signal.SIGTERM)

    with serving(Edition(articles=9).answers()) as server:
        thread = threading.Thread(target=interrupt)
        thread.start()
        began = time.monotonic()
        outcome = run(server, db, grace=0.5, delay=0.2)
        took = time.monotonic() - began
        thread.join()
        other.close()
        following = run(server, db)

    assert (outcome.exit_code, outcome.stopped_by) == (143, "SIGTERM")
    assert took < 4
    assert following.exit_code == 0
    assert rows(db, "SELECT outcome FROM runs") == [("killed",), ("ok",)]
    assert_whole(db)

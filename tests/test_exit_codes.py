"""Every exit code that docs/running.md names, reached by a command as a person types it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scraper.archive.lock import crawl_lock
from tests.archive.samples import new_archive
from tests.servers import Edition, Server, answer, closed_port, late, serving

ROOT = Path(__file__).resolve().parent.parent
SCRAPER = f"{sys.executable} -m scraper"
URL = "https://www.tj.chinanews.com.cn/news/2024/0506/00001.shtml"
NO_STORY = answer(b"<html><head><title>404</title></head><body><p>nothing here</p></body></html>")
BROKEN = Edition(articles=5, extra=dict.fromkeys(Edition(articles=5).paths, NO_STORY))
SLOW = Edition(extra={"/": late(20, NO_STORY)})

REACHED_BY = {
    0: f"{SCRAPER} --version",
    1: f"{SCRAPER} schedule 1</dev/null",  # an output that is open for reading only
    2: f"{SCRAPER} crawl nowhere",
    3: f"{SCRAPER} crawl tj --connect-to {{broken}} --delay 0",
    4: f"{SCRAPER} sites check tj --connect-to {{broken}} --delay 0",
    5: f"{SCRAPER} sites check tj --connect-to {{closed}}",
    6: f"{SCRAPER} status --db page.html",
    7: f"{SCRAPER} schedule --db archive.db > /dev/full",
    65: f"{SCRAPER} extract page.html --url {URL}",
    75: f"{SCRAPER} compact --db held.db",
    78: f"{SCRAPER} crawl tj",
}
BY_SIGNAL = {130: signal.SIGINT, 143: signal.SIGTERM}


@pytest.fixture(scope="module")
def places() -> Iterator[dict[str, str]]:
    with serving(BROKEN.answers()) as broken:
        yield {"broken": "{}:{}".format(*broken.address), "closed": "{}:{}".format(*closed_port())}


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SCRAPER_")}
    return kept | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"}


@pytest.mark.parametrize("code", REACHED_BY)
def test_exit_code_is_reached_and_explained(code: int, places: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(b"no page, and no archive either " * 20)
    new_archive(tmp_path / "held.db").close()

    with crawl_lock(tmp_path / "held.db"):
        done = subprocess.run(
            REACHED_BY[code].format(**places),
            shell=True,
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            timeout=60,
        )

    assert done.returncode == code, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert done.stdout or done.stderr


@pytest.mark.parametrize("command", ["--help", "sites", "schedule"])
def test_a_reader_that_goes_away_is_no_failure(command: str, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(
        [*SCRAPER.split(), command], cwd=tmp_path, env=environment(), stdout=writing, stderr=subprocess.PIPE, timeout=60
    )
    os.close(writing)

    assert done.returncode == 0, done.stderr.decode()
    assert b"Traceback" not in done.stderr and b"written" not in done.stderr


@pytest.mark.parametrize("code", BY_SIGNAL)
def test_crawl_that_is_told_to_stop_stops_in_order(code: int, tmp_path: Path) -> None:
    with serving(SLOW.answers()) as server:
        crawl = subprocess.Popen(
            [*SCRAPER.split(), "crawl", "tj", "--connect-to", "{}:{}".format(*server.address), "--delay", "0"],
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        wait_for_request(server)
        crawl.send_signal(BY_SIGNAL[code])
        told, complained = crawl.communicate(timeout=30)

    assert crawl.returncode == code, complained.decode()
    assert b"run again to go on" in told
    assert b"Traceback" not in complained


def test_every_documented_code_is_reached() -> None:
    page = (ROOT / "docs" / "running.md").read_text("utf-8")

    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.M)}

    assert documented == REACHED_BY.keys() | BY_SIGNAL.keys()


def wait_for_request(server: Server) -> None:
    deadline = time.monotonic() + 30
    while not any(url.endswith("/") for url in server.urls) and time.monotonic() < deadline:
        time.sleep(0.05)

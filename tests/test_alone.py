"""A crawl that goes on alone: the same command line, the same process, none of what read the command line."""

import os
import subprocess
import sys
from dataclasses import fields
from datetime import date
from pathlib import Path
from threading import main_thread

import pytest

from scraper.alone import Job, become, packed, unpacked
from scraper.archive.lock import crawl_lock
from scraper.crawl.options import CrawlOptions
from scraper.sites import all_sites
from tests.commands import run_process
from tests.servers import Connection, Edition, Request, answer, serving

OPTIONS = CrawlOptions(
    db=Path(os.fsdecode(b"/tmp/\xff archive.db")),
    sites=(all_sites()["tj"], all_sites()["ha"]),
    contact="you@example.org",
    delay=3.5,
    limit=7,
    connect_to=("127.0.0.1", 8080),
    failed_share=0.25,
    media=True,
    honour_noarchive=False,
    since=date(2024, 5, 6),
    until=date(2024, 5, 7),
)
NOT_OF_A_COMMAND_LINE = {"grace", "retry_wait", "limits", "free_space", "most_database_pages"}


def test_a_job_is_handed_over_whole() -> None:
    job = Job(OPTIONS, "https://ping.example/secret", 2.5, as_json=True)

    assert unpacked(packed(job)) == job
    assert unpacked(packed(Job(CrawlOptions(Path("a.db"), ())))) == Job(CrawlOptions(Path("a.db"), ()))


def test_every_option_that_a_command_line_can_set_is_handed_over() -> None:
    untouched = {each.name for each in fields(CrawlOptions) if getattr(OPTIONS, each.name) == each.default}

    assert untouched <= NOT_OF_A_COMMAND_LINE


def test_a_program_that_calls_the_command_is_not_replaced() -> None:
    become(Job(OPTIONS))  # this one would not come back


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="Linux shows what a process has loaded")
def test_a_crawl_holds_nothing_of_the_command_line(tmp_path: Path) -> None:
    """Seen from outside: which files of libraries the process has in its memory while it crawls."""
    mapped: list[str] = []

    def look(connection: Connection, request: Request) -> None:
        found = Path(f"/proc/self/task/{main_thread().native_id}/children").read_text().split()
        mapped.extend(Path(f"/proc/{pid}/maps").read_text() for pid in found)
        connection.write(answer(status=404))

    with serving(Edition().answers() | {"www.tj.chinanews.com.cn/robots.txt": look}) as server:
        done = run_process("crawl", "tj", "--delay", "0", "--connect-to", "{}:{}".format(*server.address), cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert mapped and any("_sqlite3" in one for one in mapped)
    assert not any("pydantic" in one for one in mapped)


@pytest.mark.parametrize("value", ["", "nonsense", "1:0", "999999:3"])
def test_what_was_handed_to_another_process_is_no_job_of_this_one(value: str) -> None:
    done = run_process("--version", SCRAPER_HANDED_OVER=value)

    assert done.returncode == 0 and done.stdout.startswith("scraper ")


def test_a_job_is_gone_from_the_environment_of_what_the_crawl_starts(tmp_path: Path) -> None:
    program = (
        "import os, sys; from scraper import alone\n"
        "os.environ[alone.HANDED_OVER] = '1:2'; assert alone.taken_over() is None\n"
        "print(alone.HANDED_OVER in os.environ)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout == "False\n"


def test_a_crawl_that_cannot_begin_is_told_to_the_monitor_all_the_same(tmp_path: Path) -> None:
    with serving({"/start": answer(b""), "/75": answer(b"")}) as monitor, crawl_lock(tmp_path / "archive.db"):
        url = "http://{}:{}".format(*monitor.address)
        (tmp_path / "scraper.toml").write_text(f'healthcheck_url = "{url}"\n')
        done = run_process("crawl", "tj", "--connect-to", "127.0.0.1:1", cwd=tmp_path)

    assert (done.returncode, done.stderr.count("\n")) == (75, 1)
    assert sorted(request.path for request in monitor.requests) == ["/75", "/start"]


def test_a_crawl_tells_the_monitor_once_that_it_began_and_how_it_ended(tmp_path: Path) -> None:
    told = {"/start": answer(b""), "/0": answer(b"")}
    with serving(told) as monitor, serving(Edition(articles=1).answers()) as server:
        url = "http://{}:{}".format(*monitor.address)
        (tmp_path / "scraper.toml").write_text(f'healthcheck_url = "{url}"\n')
        done = run_process("crawl", "tj", "--connect-to", "{}:{}".format(*server.address), "--delay", "0", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert [request.path for request in monitor.requests] == ["/start", "/0"]

"""`scraper serve`: on this machine only, with settings for strangers' text."""

import asyncio
import os
import re
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from scraper.browse.serve import RIGHTS, application, command, serve
from scraper.errors import ArchiveDamaged, NoArchive, UsageError
from tests.archive.samples import unwritable

REACHABLE = ("0.0.0.0", "::", "192.168.1.20", "8.8.8.8", "example.org", "")


@pytest.mark.parametrize("host", REACHABLE)
def test_an_address_that_others_reach_is_refused(archive_path: Path, host: str) -> None:
    with pytest.raises(UsageError, match=r"loopback|can be reached"):
        serve(archive_path, host=host)


def test_the_refusal_repeats_whose_the_articles_are_and_names_the_flag(archive_path: Path) -> None:
    with pytest.raises(UsageError, match=re.escape(RIGHTS)) as caught:
        serve(archive_path, host="0.0.0.0")

    assert "--public" in str(caught.value)


def _served(path: Path, *arguments: str) -> tuple[list[str], dict[str, int]]:
    """The lines `scraper serve` says, and its answers by Host header."""
    command = [sys.executable, "-m", "scraper", "serve", "--db", str(path), "--port", "0", *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | {"COLUMNS": "200"})
    try:
        assert process.stderr
        said = [process.stderr.readline()]
        port = int(re.findall(r":(\d+)/", said[0])[0])
        answers = {
            host: httpx.get(f"http://127.0.0.1:{port}/robots.txt", headers={"host": host}).status_code
            for host in (f"127.0.0.1:{port}", "localhost", "evil.example")
        }
    finally:
        process.send_signal(signal.SIGINT)
        said += process.stderr.read().splitlines() if process.stderr else []
        process.wait(timeout=10)
    return said, answers


def test_only_loopback_names_are_answered_on_loopback(archive_path: Path) -> None:
    said, answers = _served(archive_path)

    assert list(answers.values()) == [200, 200, 421]
    assert RIGHTS not in "".join(said)


def test_a_public_address_needs_the_flag_and_says_whose_the_articles_are(archive_path: Path) -> None:
    said, answers = _served(archive_path, "--host", "0.0.0.0", "--public")

    assert list(answers.values()) == [200, 200, 200]
    assert RIGHTS in "".join(said)


def _pages(path: Path) -> list[int]:
    app = application(path)

    async def ask() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            return [(await client.get(page)).status_code for page in ("/", "/-/search?q=老桥", "/archive/articles/1")]

    return asyncio.run(ask())


@pytest.fixture
def read_only(archive_path: Path) -> Iterator[Path]:
    _pages(archive_path)  # whoever root becomes may not read Python's own modules: they are loaded now
    with unwritable(archive_path) as path:
        yield path


def test_a_folder_that_cannot_be_written_is_shown_as_it_is(read_only: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _pages(read_only) == [200, 200, 200]
    assert "is shown as it is now" in capsys.readouterr().err


def test_what_a_crawl_writes_is_seen_at_once(archive_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    shutil.copy(archive_path, path)
    app = application(path)

    async def ask() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            before = (await client.get("/-/search.json?channel=新栏目")).json()["total"]
            with sqlite3.connect(path) as writer:
                writer.execute("BEGIN IMMEDIATE")
                writer.execute("UPDATE articles SET channel = '新栏目' WHERE id = 3")
                meanwhile = (await client.get("/-/search.json?channel=新栏目")).json()["total"]
            writer.close()
            return [before, meanwhile, (await client.get("/-/search.json?channel=新栏目")).json()["total"]]

    assert asyncio.run(ask()) == [0, 0, 1]


def test_a_port_in_use_is_named(archive_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(UsageError, match=rf"port {port} .* in use"):
            serve(archive_path, port=port)


@pytest.mark.parametrize("port", [-1, 70000])
def test_what_is_no_port_is_refused(archive_path: Path, port: int) -> None:
    with pytest.raises(UsageError, match="not a port"):
        serve(archive_path, port=port)


def test_no_archive_is_said_before_anything_is_served(tmp_path: Path) -> None:
    with pytest.raises(NoArchive, match="scraper crawl"):
        serve(tmp_path / "archive.db", port=0)


def test_another_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE dogs (id INTEGER)")
    connection.close()

    with pytest.raises(ArchiveDamaged):
        serve(path, port=0)


def test_the_command_is_one_that_a_shell_reads() -> None:
    program, *rest = shlex.split(command(Path("my archive.db")))

    assert rest == ["my archive.db"]
    assert Path(program).name == "datasette"
    assert program == "datasette" or Path(program).is_file()


def test_nobody_runs_sql_or_downloads_the_file(archive_path: Path) -> None:
    app = application(archive_path)

    async def ask() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            paths = ("/archive.json?sql=select+1", "/archive/-/query.json?sql=select+1", "/archive.db", "/")
            return [(await client.get(path)).status_code for path in paths]

    *forbidden, home = asyncio.run(ask())

    assert home == 200
    assert not any(200 <= status < 300 for status in forbidden)

"""`scraper serve`: on this machine only, with settings for strangers' text."""

import asyncio
import shlex
import socket
import sqlite3
from pathlib import Path

import httpx
import pytest

from scraper.browse.serve import application, command, serve
from scraper.errors import ArchiveDamaged, NoArchive, UsageError

REACHABLE = ("0.0.0.0", "::", "192.168.1.20", "8.8.8.8", "example.org", "")


@pytest.mark.parametrize("host", REACHABLE)
def test_an_address_that_others_reach_is_refused(archive_path: Path, host: str) -> None:
    with pytest.raises(UsageError, match=r"loopback|can be reached"):
        serve(archive_path, host=host)


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

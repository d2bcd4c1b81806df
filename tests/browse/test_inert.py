"""Exports that a spreadsheet opens, and requests under another name."""

import asyncio
import csv
import io
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.archive.connect import open_for_writing
from scraper.browse.gate import keeps_out_strangers, lets_only_read
from scraper.browse.inert import Inert, cell
from tests.browse.conftest import Browser

FORMULAS = ("=HYPERLINK(1)", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "＝1+1")


@pytest.fixture
def hostile(archive_path: Path, tmp_path: Path) -> Browser:
    path = tmp_path / "hostile.db"
    shutil.copy(archive_path, path)
    db = open_for_writing(path)
    with db.atomic():
        for at, formula in enumerate(FORMULAS, 1):
            db.execute("UPDATE articles SET title = ?, source = ? WHERE id = ?", [formula, f'{formula}"\n=2', at])
    db.close()
    return Browser(path)


@pytest.mark.parametrize("query", ["?_size=max", "?_stream=1", "?_size=max&_dl=1"])
def test_no_cell_of_an_export_is_a_formula(hostile: Browser, query: str) -> None:
    response = hostile.get(f"/hostile/articles.csv{query}")

    rows = list(csv.DictReader(io.StringIO(response.text, newline="")))
    assert response.status_code == 200
    assert len(rows) == len(hostile.get("/hostile/articles.json", _size="max", _shape="array").json())
    by_id = {row["id"]: row for row in rows}
    for at, formula in enumerate(FORMULAS, 1):
        assert by_id[str(at)]["title"] == f"'{formula}"
        assert by_id[str(at)]["source"] == f"'{formula}\"\n=2"


def test_numbers_of_an_export_stay_numbers(hostile: Browser) -> None:
    response = hostile.get("/hostile/images.csv?_size=max")

    positions = {row["position"] for row in csv.DictReader(io.StringIO(response.text, newline=""))}
    assert "-1" in positions


def test_exports_of_other_databases_stay_as_they_are(archive_path: Path, tmp_path: Path) -> None:
    from sqlite_utils import Database

    Database(tmp_path / "other.db").table("sums").insert({"id": 1, "sum": "=1+1"})
    browser = Browser(archive_path, tmp_path / "other.db")

    assert ",=1+1\r\n" in browser.get("/other/sums.csv").text


@given(
    st.lists(st.lists(st.text(alphabet='=+-@\t\r\n",一a1', max_size=6), min_size=2, max_size=3), max_size=5),
    st.integers(1, 9),
)
def test_pieces_of_any_size_give_the_same_cells(rows: list[list[str]], size: int) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    raw = out.getvalue().encode()
    inert = Inert()

    pieces = [inert.feed(raw[at : at + size]) for at in range(0, len(raw), size)]
    text = b"".join([*pieces, inert.feed(b"", last=True)]).decode()

    assert list(csv.reader(io.StringIO(text, newline=""))) == [[cell(value) for value in row] for row in rows]


# --- the gate -------------------------------------------------------------------------------


async def _hello(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8001", 200),
        ("localhost", 200),
        ("LOCALHOST.:80", 200),
        ("[::1]:8001", 200),
        ("evil.example", 421),
        ("evil.example:8001", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost@evil.example", 421),
        ("", 421),
    ],
)
def test_only_those_who_call_it_by_its_name_are_answered(host: str, status: int) -> None:
    app: Any = keeps_out_strangers(_hello, "127.0.0.1")

    async def ask() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            return (await client.get("/", headers={"host": host})).status_code

    assert asyncio.run(ask()) == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/-/search", 200),
        ("HEAD", "/", 200),
        ("POST", "/", 405),
        ("PUT", "/archive/articles/1", 405),
        ("DELETE", "/archive", 405),
        ("GET", "/-/databases.json", 404),
        ("GET", "/-/settings", 404),
        ("GET", "/-/messages/", 404),
        ("GET", "/-/search.json", 200),
    ],
)
def test_a_reader_can_only_read_and_learns_nothing_of_the_machine(method: str, path: str, status: int) -> None:
    app: Any = lets_only_read(_hello)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            return await client.request(method, path)

    answer = asyncio.run(ask())

    assert answer.status_code == status
    assert status == 200 or {"x-content-type-options", "content-security-policy", "x-robots-tag"} <= set(answer.headers)

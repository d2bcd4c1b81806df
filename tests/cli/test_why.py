"""`scraper why`: the same story under every form of an address, and why nothing comes of one."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from scraper.cli import app
from scraper.crawl.options import CrawlOptions
from scraper.crawl.run import crawl
from scraper.sites import all_sites
from tests.servers import Edition, answer, article_path, serving

HOST = "www.tj.chinanews.com.cn"
TWIN = f"http://www.tj.chinanews.com{article_path(1)}?utm_source=weixin#top"
URL = f"https://{HOST}{article_path(1)}"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crawl of two articles, one of them linked under another address, and a host that is busy in the end."""
    path = tmp_path_factory.mktemp("why") / "archive.db"
    links = f'<a href="{TWIN}">老桥</a><a href="{article_path(2)}">新桥</a><a href="/about.html">关于我们</a>'
    edition = Edition(articles=2, extra={"/": answer(links.encode())})
    with serving(edition.answers()) as server:
        options = CrawlOptions(db=path, sites=(all_sites()["tj"],), delay=0, connect_to=server.address)
        crawl(options)
        server.answers[f"{HOST}/index.shtml"] = answer(b"busy", 429, retry_after="7200")
        crawl(options)
    return path


def why(url: str, db: Path) -> dict[str, Any]:
    told = CliRunner().invoke(app, ["why", url, "--db", str(db), "--json"])
    assert told.exit_code == 0, told.stderr
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def lines(url: str, db: Path) -> dict[str, str]:
    """What is shown, by label; of several with one label the last."""
    shown = CliRunner().invoke(app, ["why", url, "--db", str(db)]).stdout.splitlines()
    return {line[:16].strip(): line[16:].strip() for line in shown}


FORMS = [
    URL,
    TWIN,
    f"http://{HOST}{article_path(1)}",
    f"https://m.tj.chinanews.com.cn{article_path(1)}",
    f"{URL}?from=timeline&isappinstalled=0",
    f"HTTPS://{HOST.upper()}:443{article_path(1)}",
    f"https://{HOST}/x/..{article_path(1)}",
]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_an_address_is_told_the_same_story(archive: Path, form: str) -> None:
    found = why(form, archive)

    assert (found["url"], found["page"]["state"]) == (URL, "done")
    assert found["aliases"] == [TWIN]
    assert found["page"]["discovered_on"] == f"https://{HOST}/"
    assert [visit["status"] for visit in found["visits"]] == [200]


def test_what_it_was_linked_as_is_said(archive: Path) -> None:
    assert lines(FORMS[3], archive)["also linked as"] == TWIN


def test_a_link_that_was_not_taken_says_so(archive: Path) -> None:
    told = lines(f"https://{HOST}/about.html", archive)

    assert told["state"] == "never seen on a listing"
    assert told["not taken"].startswith(f"no article, linked on https://{HOST}/")


def test_a_host_that_rests_is_said_with_every_address_of_it(archive: Path) -> None:
    for path in ("/index.shtml", article_path(2), "/never/seen.shtml"):
        assert lines(f"https://{HOST}{path}", archive)["host rests"].endswith("Beijing time after 1 failure")

    busy = why(f"https://{HOST}/index.shtml", archive)
    waits = datetime.fromisoformat(busy["host"]["backoff_until"]) - datetime.now(UTC)
    assert timedelta(minutes=110) < waits <= timedelta(hours=2)
    assert busy["page"]["error"] == "http-429"
    assert busy["page"]["next_visit"] >= busy["host"]["backoff_until"][:16]


def test_a_rest_that_is_over_is_not_told_as_one_that_goes_on(archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "later.db"
    with closing(sqlite3.connect(archive)) as source, closing(sqlite3.connect(path)) as target, target:
        source.backup(target)
        target.execute("UPDATE hosts SET backoff_until = '2024-05-06T00:00:00.000+00:00'")

    told = lines(URL, path)

    assert "host rests" not in told
    assert told["host rested"] == "until 2024-05-06 08:00 Beijing time after 1 failure"


def test_a_forgotten_address_says_so_under_every_form(archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "forgotten.db"
    with closing(sqlite3.connect(archive)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    CliRunner().invoke(app, ["forget", URL, "--reason", "court order 7", "--yes", "--db", str(path)])

    for form in FORMS:
        found, told = why(form, path), lines(form, path)
        assert found["forgotten"]["reason"] == "court order 7", form
        assert "court order 7" in told["forgotten"] and told["next visit"] == "none: it is never fetched again"
        assert found["article"] is None and found["visits"] == []

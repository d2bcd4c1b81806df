"""Servers that mean harm or are out of their depth, with asserts on what they saw."""

import asyncio
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from scraper.archive.connect import open_for_writing
from scraper.crawl.fetch import Limits
from scraper.crawl.run import _Crawl, crawl
from scraper.errors import DiskFull
from tests.crawl.crawling import TJ, assert_whole, change, options_for, page_rows, rows, run
from tests.pages import seconds
from tests.servers import (
    Answer,
    Connection,
    Edition,
    Request,
    answer,
    article_page,
    article_path,
    drip,
    in_turn,
    listing_page,
    moved,
    serving,
)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def endless_head(connection: Connection, _: Request) -> None:
    connection.write(OK)
    for number in range(100_000):
        connection.write(b"X-Header-%d: %s\r\n" % (number, b"a" * 1000))


def endless_body(connection: Connection, _: Request) -> None:
    connection.write(OK + b"\r\n")
    while True:
        connection.write(b"<p>" + b"a" * 60_000)


NASTY: dict[str, tuple[Answer, str]] = {
    "a hundred megabytes of headers": (endless_head, "broken"),
    "a body without end": (endless_body, "bad-body"),
    "a head that drips": (drip(OK, b"X-A: b\r\n", 0.05), "timeout"),
    "a body that drips": (drip(OK + b"Content-Length: 900\r\n\r\n", b"a", 0.05), "timeout"),
    "a chunk that drips": (drip(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n", 0.05), "timeout"),
    "interim answers without end": (drip(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 0.05), "timeout"),
    "a length that lies": (answer(b"<p>short</p>", content_length="5000"), "broken"),
    "two lengths": (OK + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello", "broken"),
    "a length below zero": (OK + b"Content-Length: -5\r\n\r\nhello", "broken"),
    "a chunk of no size": (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n", "broken"),
    "a chunk that ends early": (OK + b"Transfer-Encoding: chunked\r\n\r\nfffff\r\nhello", "broken"),
    "no last chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "broken"),
    "length and chunks": (OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "not-an-article"),
    "an encoding not asked for": (answer(b"abc", content_encoding="br"), "bad-body"),
    "no gzip": (answer(b"abc", content_encoding="gzip"), "bad-body"),
    "itself, for ever": (moved("/round.html"), "bad-status"),
    "metadata": (moved("http://169.254.169.254/latest/meta-data/"), "refused"),
    "loopback": (moved("http://127.0.0.1/"), "refused"),
    "loopback, short": (moved("http://127.1/"), "refused"),
    "loopback as a number": (moved("http://2130706433/"), "refused"),
    "loopback, mapped": (moved("http://[::ffff:127.0.0.1]/"), "refused"),
    "private, mapped": (moved("http://[::ffff:10.0.0.1]/"), "refused"),
    "behind a backslash": (moved(f"http://{TJ}\\@127.0.0.1/"), "refused"),
    "behind a user": (moved(f"http://{TJ}@127.0.0.1/"), "refused"),
    "another port": (moved(f"http://{TJ}:22/"), "refused"),
    "a file": (moved("file:///etc/passwd"), "refused"),
    "a host that begins alike": (moved(f"https://{TJ}.example.com/"), "refused"),
    "no protocol": (b"hello\r\n", "broken"),
    "nothing": (b"", "broken"),
}  # fmt: skip


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive whose crawl met all of them, a good article after each."""
    path = tmp_path_factory.mktemp("nasty") / "archive.db"
    extra: dict[str, Answer] = {
        article_path(2 * number + 1): served for number, (served, _) in enumerate(NASTY.values())
    }
    extra["/round.html"] = moved("/round.html")
    limits = Limits(wire=300_000, deadline=0.3)
    with serving(Edition(articles=2 * len(NASTY), extra=extra).answers()) as server, seconds(60):
        outcome = run(server, path, limits=limits)
    assert outcome.counts["tj"].archived == len(NASTY)
    assert {request.host for request in server.requests} == {TJ}
    assert_whole(path)
    return path


@pytest.mark.parametrize("name", NASTY)
def test_a_hostile_page_is_a_row_and_the_others_are_archived(nasty: Path, name: str) -> None:
    number = 2 * list(NASTY).index(name) + 1

    assert page_rows(nasty)[article_path(number)] == ("failed", NASTY[name][1])


def test_ten_thousand_links_are_kept_and_one_request_at_a_time_made(db: Path) -> None:
    paths = [article_path(number) for number in range(5_000)]
    others = [f"https://example.com/{number}" for number in range(5_000)]
    with serving(Edition(articles=0, extra={"/": listing_page(paths + others)}).answers()) as server, seconds(30):
        run(server, db, limit=2)

    assert rows(db, "SELECT count(*) FROM pages WHERE kind = 'article'") == [(5_000,)]
    assert len(server.pages) == 4


# --- too many requests -------------------------------------------------------------------------------------


def test_a_storm_of_429_is_one_request_and_a_rest(db: Path) -> None:
    everything = {f"{TJ}{path}": answer(b"slow down", 429, retry_after="600") for path in ("/", "/index.shtml")}
    with serving(everything) as server:
        outcomes = [run(server, db) for _ in range(3)]

    assert server.pages == [f"{TJ}/"]
    assert {outcome.exit_code for outcome in outcomes} == {5}


def test_429_without_a_time_is_waited_for_too(db: Path) -> None:
    """Ten seconds, which a crawl sits out; here the clock is looked at instead."""
    open_for_writing(db).close()
    change(db, f"INSERT INTO hosts (host, failures) VALUES ('{TJ}', 2)")
    with serving({f"{TJ}/": answer(b"", 429)}) as server:
        began = datetime.now(UTC)
        run(server, db)

    ((until,),) = rows(db, "SELECT backoff_until FROM hosts")
    assert server.pages == [f"{TJ}/"]
    assert datetime.fromisoformat(until) - began >= timedelta(seconds=40)


@pytest.mark.parametrize("retry_after", ["0", "-1", "99999999999999", "soon", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_an_absurd_retry_after_is_no_order(db: Path, retry_after: str) -> None:
    flapping = in_turn(answer(b"busy", 503, retry_after=retry_after), article_page(1))
    with serving(Edition(articles=1, extra={article_path(1): flapping}).answers()) as server, seconds(5):
        outcome = run(server, db)

    assert outcome.counts["tj"].archived == 1


def test_robots_txt_that_is_busy_rests_the_host(db: Path) -> None:
    with serving(Edition(robots=answer(b"", 503, retry_after="3600")).answers()) as server:
        first = run(server, db)
        run(server, db)

    assert server.urls == [f"{TJ}/robots.txt"]
    assert first.exit_code == 5
    assert rows(db, "SELECT backoff_until IS NOT NULL FROM hosts") == [(1,)]


def test_robots_txt_with_too_long_a_delay_skips_the_host_and_says_so(db: Path) -> None:
    with serving(Edition(robots=answer(b"User-agent: *\nCrawl-delay: 301\n")).answers()) as server:
        outcome = run(server, db)

    assert server.urls == [f"{TJ}/robots.txt"]
    assert "301 s between requests" in outcome.counts["tj"].note
    assert rows(db, "SELECT note LIKE '%skipped%' FROM run_sites") == [(1,)]
    assert ("2: Crawl-delay: 301",) in rows(db, "SELECT robots_rule FROM pages WHERE error = 'robots'")


ROBOTS = {
    "HTML": (answer(b"<html><body>Disallow: /</body></html>"), True),
    "empty": (answer(b""), True),
    "CR only": (answer(b"User-agent: *\rDisallow: /\r"), False),
    "a mark": (answer(b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n"), False),
    "NULs": (answer(b"\0User-agent: *\0\nDisallow: /\0\n"), False),
    "UTF-16": (answer("User-agent: *\nDisallow: /\n".encode("utf-16")), False),
    "forbidden": (answer(b"User-agent: *\nDisallow: /\n", 403), True),
    "gone": (answer(b"", 410), True),
    "out of order": (answer(b"User-agent: *\nAllow: /\n", 500), False),
    "five redirects": (moved("/r2.txt"), False),
    "a redirect away": (moved("https://example.com/robots.txt"), False),
    "cut off": (answer(b"User-agent: *\n", content_length="900"), False),
    "a bomb": (answer(b"\x1f\x8b\x08\x00rubbish", content_encoding="gzip"), False),
}  # fmt: skip


@pytest.mark.parametrize("name", ROBOTS)
def test_every_kind_of_robots_txt(db: Path, name: str) -> None:
    robots, allowed = ROBOTS[name]
    extra: dict[str, Answer] = {f"/r{number}.txt": moved(f"/r{number + 1}.txt") for number in range(2, 5)}
    extra["/r5.txt"] = answer(b"User-agent: *\nDisallow: /\n")
    with serving(Edition(articles=1, robots=robots, extra=extra).answers()) as server:
        run(server, db)

    pages = [url for url in server.pages if "/r" not in url]
    assert bool(pages) is allowed


def test_why_robots_txt_could_not_be_had_is_said(db: Path) -> None:
    with serving(Edition(robots=moved("https://example.com/robots.txt")).answers()) as server:
        outcome = run(server, db)

    assert "can't be reached (example.com is not a host of any edition)" in outcome.counts["tj"].note


TURNS_AWAY: dict[str, Answer] = {
    "forbidden": answer(b"", 403),
    "for legal reasons": answer(b"", 451),
    "bodies that are too long": endless_body,
}


@pytest.mark.parametrize("name", TURNS_AWAY)
def test_a_host_that_turns_every_page_away_is_left_alone(db: Path, name: str) -> None:
    site = Edition(articles=12)
    site.extra = dict.fromkeys(site.paths, TURNS_AWAY[name])
    with serving(site.answers() | Edition("hk", articles=12).answers()) as server:
        outcome = run(server, db, "tj", "hk", limits=Limits(wire=200_000))

    assert len([url for url in server.urls if "/2024/" in url and url.startswith(TJ)]) == 5
    assert "rests until" in outcome.counts["tj"].note
    assert outcome.counts["hk"].archived == 12


def test_one_page_that_is_forbidden_rests_nobody(db: Path) -> None:
    extra: dict[str, Answer] = {article_path(number): answer(b"", 403) for number in (1, 3, 5, 7, 9)}
    with serving(Edition(articles=10, extra=extra).answers()) as server:
        outcome = run(server, db)

    assert (outcome.counts["tj"].archived, outcome.counts["tj"].failed) == (5, 5)


# --- manners over a restart -------------------------------------------------------------------------------------


def test_the_pause_is_kept_by_the_next_crawl(db: Path) -> None:
    with serving(Edition(articles=0).answers()) as server:
        for _ in range(2):
            run(server, db, delay=0.3, limit=0)

    times = [(request.began, request.answered) for request in server.requests]
    assert min(after[0] - before[1] for before, after in pairwise(times)) >= 0.3


def test_the_pause_is_promised_before_the_request_in_case_nobody_lives(db: Path) -> None:
    with serving(Edition(articles=0).answers()) as server:
        archive = open_for_writing(db)
        doomed = _Crawl(archive, options_for(server, db, "tj", delay=7.0), lambda *_: None)
        doomed.begin()
        before = datetime.now(UTC)
        asyncio.run(doomed.commits.do(lambda: doomed.lease(doomed.options.sites[0], "listing")))
        archive.close()

    ((next_at,),) = rows(db, f"SELECT next_at FROM hosts WHERE host = '{TJ}'")
    assert datetime.fromisoformat(next_at) - before >= timedelta(seconds=6.9)


def test_what_was_promised_to_a_host_that_asks_for_five_minutes_is_believed(db: Path) -> None:
    """The pause that goes on when a page is leased, and the one after its request."""
    robots = answer(b"User-agent: *\nCrawl-delay: 300\n", content_type="text/plain")
    before = datetime.now(UTC)

    with serving(Edition(articles=0, robots=robots).answers()) as server:
        archive = open_for_writing(db)
        doomed = _Crawl(archive, options_for(server, db, "tj"), lambda *_: None)
        doomed.begin()
        asyncio.run(doomed.manners.robots.permit(f"https://{TJ}/"))
        asyncio.run(doomed.commits.do(lambda: doomed.lease(doomed.options.sites[0], "listing")))
        following = _Crawl(archive, options_for(server, db, "tj"), lambda *_: None).manners.gate.clock(TJ).next_at
        archive.close()

    assert following is not None and timedelta(seconds=300) <= following - before < timedelta(seconds=660)


def test_a_clock_that_was_wrong_keeps_nobody_waiting_for_ever(db: Path) -> None:
    open_for_writing(db).close()
    far = "2199-01-01T00:00:00.000+00:00"
    other = Edition("hk")
    change(db, f"INSERT INTO hosts (host, next_at) VALUES ('{TJ}', '{far}')")
    change(db, f"INSERT INTO hosts (host, robots, robots_status, robots_at) VALUES ('{other.host}', '', 200, '{far}')")

    with serving(other.answers()) as server:
        archive = open_for_writing(db)
        manners = _Crawl(archive, options_for(server, db, "tj"), lambda *_: None).manners
        archive.close()
        asyncio.run(manners.robots.permit(f"https://{other.host}/"))

    next_at = manners.gate.clock(TJ).next_at
    assert next_at is not None and next_at - datetime.now(UTC) < timedelta(minutes=6)
    assert server.urls == [f"{other.host}/robots.txt"]


def test_a_rest_that_a_wrong_clock_wrote_down_ends(db: Path) -> None:
    """It was made a week from now, by every crawl anew."""
    far = "2199-01-01T00:00:00.000+00:00"
    with serving(Edition(articles=2).answers()) as server:
        run(server, db)
        change(db, f"UPDATE hosts SET backoff_until = '{far}'")
        change(db, f"UPDATE pages SET next_visit = '{far}' WHERE kind = 'article'")
        archive = open_for_writing(db)
        doomed = _Crawl(archive, options_for(server, db, "tj"), lambda *_: None)
        doomed.begin()
        archive.close()

    until = doomed.manners.gate.clock(TJ).backoff_until
    assert until is not None and until - datetime.now(UTC) <= timedelta(seconds=30)
    assert rows(db, "SELECT count(*) FROM pages WHERE kind = 'article' AND next_visit < '2100'") == [(2,)]


def test_a_run_that_was_killed_is_said_to_be_so_by_the_next(db: Path) -> None:
    with serving(Edition(articles=1).answers()) as server:
        archive = open_for_writing(db)
        _Crawl(archive, options_for(server, db, "tj"), lambda *_: None).begin()
        archive.close()
        run(server, db)

    assert rows(db, "SELECT outcome, exit_code, ended_at IS NOT NULL FROM runs ORDER BY id") == [
        ("killed", None, 1),
        ("ok", 0, 1),
    ]


# --- a full disk ---------------------------------------------------------------------------------------------------


def test_a_full_disk_ends_the_crawl_with_its_code_and_the_next_goes_on(db: Path) -> None:
    open_for_writing(db).close()
    ((size,),) = rows(db, "PRAGMA page_count")
    with serving(Edition(articles=40).answers()) as server:
        with pytest.raises(DiskFull) as caught:
            run(server, db, most_database_pages=size + 5)
        assert_whole(db)
        before = {url.removeprefix("https://") for (url,) in rows(db, "SELECT url FROM articles")}
        outcomes = rows(db, "SELECT outcome FROM runs")
        server.requests.clear()

        outcome = run(server, db)

    assert caught.value.exit_code == 7
    assert outcomes in ([("disk full",)], [(None,)])
    assert outcome.exit_code == 0
    assert before.isdisjoint(server.pages)
    assert rows(db, "SELECT count(*) FROM articles") == [(40,)]
    assert_whole(db)


def test_a_full_disk_is_one_line_however_many_editions_meet_it(db: Path) -> None:
    """A limit of file size, as a quota, is to SQLite no full disk but a write that failed."""
    answers = {key: page for code in ("tj", "hk", "gz") for key, page in Edition(code, articles=60).answers().items()}
    with serving(answers) as server:
        host, port = server.address
        arguments = ["crawl", "tj", "hk", "gz", "--db", str(db), "--connect-to", f"{host}:{port}", "--delay", "0"]
        done = subprocess.run(
            ["bash", "-c", 'ulimit -f 1500; exec "$@"', "-", sys.executable, "-m", "scraper", *arguments],
            capture_output=True,
            text=True,
            timeout=120,
        )

    said = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert said == [f"scraper: no room left to write {db}; nothing is lost, free some space and run again"]
    assert done.returncode == 7
    assert_whole(db)


def test_what_is_said_has_been_committed(db: Path) -> None:
    """A line about an article is an acknowledgement: another program must find it in the archive by then."""
    missing: list[str] = []

    def look(_: str, __: object, line: str) -> None:
        if line.startswith("new "):
            with sqlite3.connect(db) as other:
                if not other.execute("SELECT 1 FROM articles WHERE title = ?", [line[4:]]).fetchone():
                    missing.append(line)

    with serving(Edition(articles=5).answers()) as server:
        crawl(options_for(server, db, "tj"), look)

    assert missing == []

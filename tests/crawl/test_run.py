"""One crawl, start to end, against the fixture site and against small editions that misbehave."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from scraper.archive import index, runs
from scraper.archive.captures import load_body
from scraper.archive.connect import open_for_reading, open_for_writing
from scraper.archive.lock import crawl_lock
from scraper.crawl.fetch import Limits
from scraper.demo import FixtureServer, fixture_site
from scraper.errors import AlreadyRunning, UsageError
from tests.crawl.crawling import FINAL, TJ, assert_whole, change, make_articles_due, page_rows, rows, run
from tests.pages import fixtures, seconds
from tests.servers import (
    Answer,
    Edition,
    Server,
    answer,
    article_bytes,
    article_page,
    article_path,
    in_turn,
    late,
    listing_page,
    moved,
    serving,
    tagged,
)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


# --- a good day -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fixture_server() -> Iterator[FixtureServer]:
    with fixture_site() as server:
        yield server


@pytest.fixture(scope="module")
def crawled(fixture_server: FixtureServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of Shanghai, Tianjin and Hong Kong after their first crawl."""
    path = tmp_path_factory.mktemp("run") / "archive.db"
    outcome = run(fixture_server, path, "sh", "tj", "hk")
    assert outcome.exit_code == 0
    return path


def test_the_first_crawl_archives_what_the_fixtures_say(crawled: Path) -> None:
    editions = [fixture for fixture in fixtures() if fixture.address.site.code in ("sh", "tj", "hk")]
    expected = {
        fixture.address.url: (fixture.expected["title"], fixture.expected["body"])
        for fixture in editions
        if "error" not in fixture.expected
    }
    listed = {link["url"] for fixture in editions for link in fixture.expected.get("links", [])}

    found = {url: (title, body) for url, title, body in rows(crawled, "SELECT url, title, body FROM articles")}

    assert found == {url: record for url, record in expected.items() if url in listed}
    assert len(found) >= 6


def test_every_response_is_kept_with_its_bytes(crawled: Path) -> None:
    pages = {fixture.address.url: fixture.raw for fixture in fixtures()}

    kept = rows(crawled, "SELECT url, sha256 FROM captures WHERE status = 200 AND redirects = '[]'")

    archive = open_for_reading(crawled)
    assert {url for url, _ in kept} >= {url for (url,) in rows(crawled, "SELECT url FROM articles")}
    assert all(load_body(archive, digest) == pages[url] for url, digest in kept)


def test_the_second_crawl_fetches_no_article_again(fixture_server: FixtureServer, crawled: Path) -> None:
    articles = {url.removeprefix("https://") for (url,) in rows(crawled, "SELECT url FROM articles")}
    before = len(fixture_server.requests)

    outcome = run(fixture_server, crawled, "sh", "tj", "hk")

    asked = fixture_server.requests[before:]
    assert outcome.exit_code == 0
    assert asked
    assert articles.isdisjoint(asked)
    assert not any(url.endswith("/robots.txt") for url in asked)


def test_a_new_link_on_a_listing_brings_its_article_only(db: Path) -> None:
    with serving(Edition(articles=2).answers()) as server:
        run(server, db)
        server.answers = Edition(articles=3).answers()
        server.requests.clear()

        outcome = run(server, db)

    assert server.pages == [f"{TJ}/", f"{TJ}/index.shtml", f"{TJ}{article_path(3)}"]
    assert outcome.counts["tj"].archived == 1


def test_an_unchanged_article_is_one_request_and_a_changed_one_a_revision(db: Path) -> None:
    edition = Edition(articles=2, extra={article_path(1): tagged(article_bytes(1), '"1"')})
    with serving(edition.answers()) as server:
        run(server, db)
        make_articles_due(db)
        server.answers[f"{TJ}{article_path(2)}"] = article_page(2, below="<p>　　更正：桥面青石为一百二十一块。</p>")

        outcome = run(server, db)

    counts = outcome.counts["tj"]
    revisions = rows(db, "SELECT a.url, count(*) FROM revisions r JOIN articles a ON a.id = r.article GROUP BY a.url")
    assert (counts.archived, counts.unchanged, counts.changed) == (0, 1, 1)
    assert dict(revisions) == {f"https://{TJ}{article_path(1)}": 1, f"https://{TJ}{article_path(2)}": 2}
    assert rows(db, "SELECT count(*) FROM captures WHERE status = 304 AND sha256 IS NULL") == [(1,)]


def test_limit_is_of_articles_and_the_rest_comes_next_time(db: Path) -> None:
    with serving(Edition(articles=5).answers()) as server:
        outcomes = [run(server, db, limit=2), run(server, db)]

    assert [outcome.counts["tj"].archived for outcome in outcomes] == [2, 3]


# --- articles of several pages -----------------------------------------------------------------------


def test_an_article_whose_second_page_failed_is_completed_at_the_next_visit(db: Path) -> None:
    """The first page is unchanged by then, and would say so with 304."""
    pages = {fixture.name: fixture for fixture in fixtures()}
    one, two = pages["ha/two-pages"], pages["ha/two-pages-2"]
    path = "/news/khn/2025/1121/64410.shtml"
    later = path.replace(".shtml", "_2.shtml")
    edition = Edition("ha", articles=0, extra={"/": listing_page([path]), path: tagged(one.raw, '"1"')})

    with serving(edition.answers()) as server:
        run(server, db, "ha", limit=1)
        first = rows(db, "SELECT body, pages FROM articles")
        server.answers[f"{edition.host}{later}"] = answer(two.raw)
        make_articles_due(db)
        run(server, db, "ha")

    assert first == [(one.expected["body"], 1)]
    assert rows(db, "SELECT body, pages FROM articles") == [(f"{one.expected['body']}\n\n{two.expected['body']}", 2)]


# --- pages that fail -----------------------------------------------------------------------------------


def test_a_page_that_is_gone_is_marked_and_its_article_kept(db: Path) -> None:
    """Also where the page had redirected to the article's own address."""
    edition = Edition(articles=3, extra={article_path(2): moved(article_path(9)), article_path(9): article_page(9)})
    with serving(edition.answers()) as server:
        run(server, db)
        make_articles_due(db)
        for number in (1, 2, 9):
            server.answers[f"{TJ}{article_path(number)}"] = answer(b"<title>404</title>", 404)

        outcome = run(server, db)

    kept = rows(db, "SELECT title, gone_at IS NOT NULL FROM articles ORDER BY url")
    assert kept == [("溪口镇新闻之1", 1), ("溪口镇新闻之3", 0), ("溪口镇新闻之9", 1)]
    assert page_rows(db)[article_path(1)] == ("gone", "gone")
    assert (outcome.counts["tj"].gone, outcome.exit_code) == (3, 0)


def test_a_server_error_is_tried_again_within_the_crawl_and_later(db: Path) -> None:
    down = answer(b"busy", 503)
    edition = Edition(articles=3, extra={article_path(1): in_turn(down, down, article_page(1)), article_path(2): down})

    with serving(edition.answers()) as server:
        outcome = run(server, db)

    counts = outcome.counts["tj"]
    assert [server.pages.count(f"{TJ}{article_path(number)}") for number in (1, 2, 3)] == [3, 3, 1]
    assert (counts.archived, counts.failed, outcome.exit_code) == (2, 1, 0)
    failures = rows(db, "SELECT url, state, error, attempts, next_visit > last_visit FROM pages WHERE error <> ''")
    assert failures == [(f"https://{TJ}{article_path(2)}", "failed", "http-503", 1, 1)]


HOPELESS = {
    "hostile": (answer(b"<div>" * 60_000), "hostile"),
    "a listing": (listing_page(["/news/"]), "not-an-article"),
    "a PDF": (answer(b"%PDF-1.7\n" + bytes(100), content_type="application/pdf"), "undecodable"),
    "empty": (answer(b""), "undecodable"),
    "too large": (answer(bytes(500_000)), "bad-body"),
    "a redirect away": (moved("https://example.com/"), "refused"),
    "forbidden": (answer(b"no", 403), "bad-status"),
    "a teapot": (answer(b"no", 418), "bad-status"),
}


@pytest.fixture(scope="module")
def hopeless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive whose crawl met all of the hopeless pages, a listing without links and one good article."""
    path = tmp_path_factory.mktemp("hopeless") / "archive.db"
    extra: dict[str, Answer] = {
        article_path(number): served for number, (served, _) in enumerate(HOPELESS.values(), start=2)
    }
    extra["/"] = listing_page([])
    with serving(Edition(articles=len(HOPELESS) + 1, extra=extra).answers()) as server:
        outcome = run(server, path, limits=Limits(wire=400_000))
    assert outcome.counts["tj"].archived == 1
    assert outcome.exit_code == 3  # many failures
    return path


@pytest.mark.parametrize("name", HOPELESS)
def test_a_hopeless_page_is_a_row_with_its_reason(hopeless: Path, name: str) -> None:
    number = list(HOPELESS).index(name) + 2

    assert page_rows(hopeless)[article_path(number)] == ("failed", HOPELESS[name][1])


@pytest.mark.parametrize("name", ["hostile", "a listing", "a PDF", "empty", "forbidden"])
def test_a_page_that_could_not_be_read_is_kept_as_it_came(hopeless: Path, name: str) -> None:
    url = f"https://{TJ}{article_path(list(HOPELESS).index(name) + 2)}"
    served, _ = HOPELESS[name]

    found = rows(hopeless, f"SELECT sha256 FROM captures WHERE url = '{url}'")

    assert isinstance(served, bytes)
    assert [load_body(open_for_reading(hopeless), digest) for (digest,) in found] == [served.partition(b"\r\n\r\n")[2]]


def test_a_listing_without_links_is_a_row(hopeless: Path) -> None:
    assert page_rows(hopeless)["/"] == ("failed", "nothing-listed")


POISON = (
    moved("data:text/html,hello"),
    moved("mailto:editor@example.org"),
    moved(f"/{'a' * 70_000}/2024-05-06/12345.shtml"),
    answer(b"busy", 503, retry_after="Mon, 06 May 99999999999 01:31:00 GMT"),
)


def test_no_answer_of_a_page_ends_the_crawl(db: Path) -> None:
    extra: dict[str, Answer] = {article_path(number): served for number, served in enumerate(POISON, 1)}
    with serving(Edition(articles=len(POISON) + 1, extra=extra).answers()) as server:
        outcome = run(server, db)

    assert (outcome.counts["tj"].archived, outcome.counts["tj"].failed) == (1, len(POISON))


def test_no_link_of_a_listing_ends_the_crawl_and_twins_are_one_article(db: Path) -> None:
    odd = [f"/{'a' * 70_000}/2024-05-06/12345.shtml", "/2024-05-06/%00%zz12345.shtml", "//", "http://[", "http://:0/"]
    twin = f"http://www.tj.chinanews.com{article_path(1)}?from=weibo#top"

    with serving(Edition(articles=1, extra={"/": listing_page([*odd, article_path(1), twin])}).answers()) as server:
        run(server, db)

    assert rows(db, "SELECT url FROM articles") == [(f"https://{TJ}{article_path(1)}",)]
    assert server.pages.count(f"{TJ}{article_path(1)}") == 1
    assert (twin,) in rows(db, "SELECT url FROM aliases")


def test_no_validator_of_a_page_ends_the_next_crawl(db: Path) -> None:
    """ETag and Last-Modified are bytes of the server's choice, and go back to it."""
    listing = listing_page([article_path(1)]).partition(b"\r\n\r\n")[2]
    odd: dict[str, Answer] = {
        "/": answer(listing, etag='"版本七"'),
        "/index.shtml": answer(listing, last_modified="2024年5月6日"),
    }

    with serving(Edition(articles=1, extra=odd).answers()) as server:
        run(server, db)
        outcome = run(server, db)

    assert outcome.exit_code == 0


# --- manners --------------------------------------------------------------------------------------------


def test_a_host_that_asks_for_an_hour_rests_and_the_next_crawl_remembers(db: Path) -> None:
    edition = Edition(extra={"/": answer(b"slow down", 429, retry_after="3600")})
    with serving(edition.answers()) as server:
        began = datetime.now(UTC)
        first = run(server, db)
        asked = list(server.pages)

        second = run(server, db)

    ((until,),) = rows(db, f"SELECT backoff_until FROM hosts WHERE host = '{TJ}'")
    wait = datetime.fromisoformat(until) - began
    assert asked == server.pages == [f"{TJ}/"]
    assert timedelta(seconds=3590) < wait < timedelta(seconds=3620)
    assert page_rows(db)["/"] == ("due", "http-429")
    assert [outcome.exit_code for outcome in (first, second)] == [5, 5]
    assert "rests until" in second.counts["tj"].note


def test_what_robots_txt_disallows_is_not_fetched_and_the_reason_kept(db: Path) -> None:
    with serving(Edition(robots=answer(b"User-agent: *\nDisallow: /\n")).answers()) as server:
        run(server, db)

    assert server.urls == [f"{TJ}/robots.txt"]
    reasons = rows(db, "SELECT state, error, error_text FROM pages")
    assert {(state, error) for state, error, _ in reasons} == {("failed", "robots")}
    assert all("disallows" in text for _, _, text in reasons)


def test_articles_that_robots_txt_disallows_are_rows_and_its_crawl_delay_is_kept(db: Path) -> None:
    robots = b"User-agent: *\nCrawl-delay: 0.2\nDisallow: /news/\nAllow: /news/2024/0506/00002.shtml\n"

    with serving(Edition(robots=answer(robots)).answers()) as server:
        outcome = run(server, db)

    times = [(request.began, request.answered) for request in server.requests][1:]
    assert server.pages == [f"{TJ}/", f"{TJ}/index.shtml", f"{TJ}{article_path(2)}"]
    assert min(after[0] - before[1] for before, after in pairwise(times)) >= 0.2
    assert page_rows(db)[article_path(1)] == ("failed", "robots")
    assert outcome.counts["tj"].archived == 1


@pytest.mark.parametrize("robots", [answer(b"busy", 503), b""])
def test_no_page_is_fetched_where_robots_txt_cannot_be_read(robots: bytes, db: Path) -> None:
    with serving(Edition(robots=robots).answers()) as server:
        outcome = run(server, db)

    assert server.pages == []
    assert outcome.exit_code == 5
    assert "robots.txt" in outcome.counts["tj"].note
    assert ("failed", "robots") in page_rows(db).values()


def test_one_request_per_edition_in_flight_and_the_gap_kept(db: Path) -> None:
    editions = [Edition("tj", articles=4), Edition("hk", articles=4)]
    answers = {url: late(0.03, page) for edition in editions for url, page in edition.answers().items()}
    twin = "www.tj.chinanews.com"
    answers[f"{TJ}/robots.txt"] = moved(f"https://{twin}/robots.txt")
    answers[f"{twin}/robots.txt"] = late(0.03, answer(b""))

    with serving(answers) as server:
        run(server, db, "tj", "hk", delay=0.05)

    spans: dict[str, list[tuple[float, float]]] = {"tj": [], "hk": []}
    for request in sorted(server.requests, key=lambda one: one.began):
        spans["tj" if ".tj." in request.host else "hk"].append((request.began, request.answered))
    gaps = [after[0] - before[1] for times in spans.values() for before, after in pairwise(times)]
    assert [len(times) for times in spans.values()] == [8, 7]
    assert min(gaps) >= 0.05
    assert any(one[0] < other[1] and other[0] < one[1] for one in spans["tj"] for other in spans["hk"])


class TooLong(Exception):
    """The crawl sat and waited."""


@contextmanager
def at_most(limit: float) -> Iterator[None]:
    """Interrupt a crawl that would sit and wait for a host."""

    def interrupt(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_host_that_keeps_failing_does_not_hold_up_the_crawl(db: Path) -> None:
    """With ten failures in a row behind it, its next rest is half an hour: the next crawl's business."""
    open_for_writing(db).close()
    change(db, f"INSERT INTO hosts (host, failures) VALUES ('{TJ}', 10)")

    with serving(Edition(extra={"/": answer(b"busy", 503)}).answers()) as server, at_most(5):
        outcome = run(server, db)

    assert "rests until" in outcome.counts["tj"].note


def test_a_host_is_left_alone_for_the_rest_of_the_crawl_after_five_failures(db: Path) -> None:
    extra: dict[str, Answer] = {path: answer(b"busy", 503) for path in ("/", "/index.shtml")}

    with serving(Edition(extra=extra).answers()) as server, at_most(5):
        outcome = run(server, db)

    assert len(server.pages) == 5
    assert outcome.exit_code == 5


# --- one crawl at a time, and crawls that are ended ---------------------------------------------------------


@contextmanager
def started(server: Server, db: Path, *codes: str) -> Iterator[subprocess.Popen[str]]:
    """`python -m scraper crawl`, running; killed if it still runs in the end."""
    command = [sys.executable, "-m", "scraper", "crawl", *(codes or ("tj",)), "--db", str(db), "--delay", "0"]
    command += ["--connect-to", "{}:{}".format(*server.address)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env={**os.environ, "SCRAPER_DB": ""})
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(holds: Callable[[], bool], limit: float = 40.0) -> None:
    end = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


def leased(db: Path) -> int:
    return int(rows(db, "SELECT count(*) FROM pages WHERE state = 'leased'")[0][0])


def test_two_crawls_of_one_archive_do_not_run_at_once(db: Path) -> None:
    holder = str(os.getpid())

    with serving({}) as server, crawl_lock(db), seconds(1), pytest.raises(AlreadyRunning, match=holder):
        run(server, db)

    assert server.requests == []


def test_a_crawl_waits_for_another_program_that_writes(db: Path) -> None:
    """An index being caught up, a correction by hand: short transactions, again and again."""
    open_for_writing(db).close()
    done = threading.Event()

    def keep_writing() -> None:
        with closing(sqlite3.connect(db, isolation_level=None, timeout=10)) as other:
            while not done.is_set():
                other.execute("BEGIN IMMEDIATE")
                other.execute("UPDATE articles SET source = '别处'")
                time.sleep(0.02)
                other.execute("COMMIT")
                time.sleep(0.02)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        with serving(Edition(articles=6).answers()) as server:
            outcome = run(server, db)
    finally:
        done.set()
        writer.join()

    assert outcome.counts["tj"].archived == 6


def test_sigterm_ends_a_crawl_in_order_and_the_next_one_completes_it(db: Path) -> None:
    slow = {path: late(0.2, article_page(number)) for number, path in enumerate(Edition(articles=6).paths, 1)}
    with serving(Edition(articles=6, extra=slow).answers()) as server:
        with started(server, db) as process:
            until(lambda: len(server.pages) >= 4)
            with pytest.raises(AlreadyRunning, match=str(process.pid)):
                run(server, db)
            process.send_signal(signal.SIGTERM)
            with seconds(10):
                code = process.wait()
            said = process.stdout.read() if process.stdout else ""

        assert code == 143
        assert "stopped by SIGTERM" in said
        assert rows(db, "SELECT outcome, ended_at IS NOT NULL FROM runs") == [("interrupted", 1)]
        assert leased(db) == 0
        assert_whole(db)
        archived = {url.removeprefix("https://") for (url,) in rows(db, "SELECT url FROM articles")}
        assert 1 <= len(archived) < 6

        server.answers = Edition(articles=6).answers()
        server.requests.clear()
        outcome = run(server, db)

    assert outcome.exit_code == 0
    assert archived.isdisjoint(server.pages)
    assert rows(db, "SELECT count(*) FROM articles") == [(6,)]


def test_sigterm_does_not_wait_for_the_pause_after_a_request(db: Path) -> None:
    """Nothing is in flight then, and nothing more is asked for."""
    patient = Edition(robots=answer(b"User-agent: *\nCrawl-delay: 60\n"))

    with serving(patient.answers()) as server, started(server, db) as process:
        until(lambda: len(server.pages) == 1)
        until(lambda: page_rows(db)["/"][0] == "done")
        process.send_signal(signal.SIGTERM)
        with seconds(5):
            assert process.wait() == 143

    assert server.pages == [f"{TJ}/"]
    assert leased(db) == 0


def test_a_second_signal_ends_a_crawl_at_once(db: Path) -> None:
    stuck = Edition(extra={article_path(1): late(30, article_page(1))})

    with serving(stuck.answers()) as server, started(server, db) as process:
        until(lambda: f"{TJ}{article_path(1)}" in server.pages)
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        with seconds(2):
            assert process.wait() == 130

    assert_whole(db)


def test_what_a_host_asked_for_survives_kill_nine(db: Path) -> None:
    hosts = Edition("tj", extra={"/": answer(b"", 429, retry_after="3600")}).answers()
    hosts |= Edition("hk", extra={article_path(1): late(30, b"")}).answers()

    with serving(hosts) as server, started(server, db, "tj", "hk") as process:
        until(lambda: any(article_path(1) in url for url in server.pages))
        until(lambda: page_rows(db)["/"][1] == "http-429")
        process.kill()
        process.wait()

    assert rows(db, f"SELECT backoff_until IS NOT NULL FROM hosts WHERE host = '{TJ}'") == [(1,)]


def test_after_kill_nine_at_any_moment_the_next_crawl_makes_it_whole(db: Path, tmp_path: Path) -> None:
    undisturbed = tmp_path / "undisturbed.db"
    picture = '<p><img src="/images/1.jpg"></p><p style="text-align:center">溪口老桥。李四 摄</p>'
    extra: dict[str, Answer] = {
        article_path(2): article_page(2, below=picture),
        article_path(3): answer(b"<title>404</title>", 404),
        article_path(4): listing_page(["/"]),
        article_path(5): moved(f"http://www.tj.chinanews.com{article_path(5)}"),
    }
    hosts = Edition("tj", articles=12, extra=extra).answers() | Edition("hk", articles=12).answers()
    hosts[f"www.tj.chinanews.com{article_path(5)}"] = article_page(5)
    chance = random.Random(7)
    children: list[int] = []

    with serving({url: late(0.01, page) for url, page in hosts.items()}) as server:
        run(server, undisturbed, "tj", "hk")
        for _ in range(8):
            server.requests.clear()
            moment = chance.randrange(6)
            with started(server, db, "tj", "hk") as process:
                until(lambda: len(server.requests) >= moment or process.poll() is not None)  # noqa: B023  # called at once
                time.sleep(chance.random() * 0.15)
                children += children_of(process.pid)
                process.kill()
                process.wait()
            if db.exists():
                assert rows(db, "PRAGMA integrity_check") == [("ok",)]
        server.requests.clear()
        done = {url.removeprefix("https://") for (url,) in rows(db, "SELECT url FROM articles")}
        outcome = run(server, db, "tj", "hk")

    assert outcome.exit_code == 0
    assert leased(db) == 0
    assert_whole(db)
    assert done.isdisjoint(server.pages)
    assert [rows(db, sql) for sql in FINAL] == [rows(undisturbed, sql) for sql in FINAL]
    assert index.is_current(open_for_reading(db))
    until(lambda: not any(Path(f"/proc/{child}/cmdline").exists() for child in children))


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


# --- what a crawl can't start with ---------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with serving({}) as server, pytest.raises(UsageError, match="no-such"):
        run(server, tmp_path / "no-such" / "archive.db")


def test_a_run_is_a_row_with_its_counts(crawled: Path) -> None:
    ((outcome, version, arguments),) = rows(crawled, "SELECT outcome, version, arguments FROM runs WHERE id = 1")
    counted = rows(crawled, "SELECT site, archived FROM run_sites WHERE run = 1")

    assert (outcome, bool(version)) == ("ok", True)
    assert json.loads(arguments)["sites"] == ["sh", "tj", "hk"]
    assert dict(counted) == dict(rows(crawled, "SELECT site, count(*) FROM articles GROUP BY site"))


# --- one article, two addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_an_article_that_another_address_leads_to_is_fetched_once(tmp_path: Path, order: tuple[int, int]) -> None:
    """Whichever of them is listed first; and from then on only the address where it is."""
    db = tmp_path / "archive.db"
    old, new = article_path(1), article_path(2)
    links = listing_page([article_path(number) for number in order])
    extra: dict[str, Answer] = {"/": links, "/index.shtml": links, old: moved(f"https://{TJ}{new}")}
    with serving(Edition(articles=2, extra=extra).answers()) as server:
        outcome = run(server, db)
        first = [url for url in server.urls if "/2024/" in url]
        server.requests.clear()
        make_articles_due(db)
        change(db, "UPDATE pages SET next_visit = NULL WHERE url LIKE '%00001.shtml'")
        run(server, db)
        again = [url for url in server.urls if "/2024/" in url]

    assert sorted(first) == [f"{TJ}{old}", f"{TJ}{new}"]
    assert again == [f"{TJ}{new}"]
    assert (outcome.counts["tj"].archived, outcome.counts["tj"].failed) == (1, 0)
    resting = rows(
        db, "SELECT url LIKE '%00001.shtml', next_visit IS NULL FROM pages WHERE kind = 'article' ORDER BY url"
    )
    assert resting == [(1, 1), (0, 0)]


def test_an_address_that_leads_to_an_unlisted_article_passes_its_visits_on(tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    extra: dict[str, Answer] = {article_path(1): moved(article_path(9)), article_path(9): article_page(9)}
    with serving(Edition(articles=1, extra=extra).answers()) as server:
        run(server, db)
        run(server, db)

    assert [url for url in server.urls if "/2024/" in url] == [f"{TJ}{article_path(1)}", f"{TJ}{article_path(9)}"]
    planned = rows(db, "SELECT url, next_visit IS NULL, discovered_on FROM pages WHERE kind = 'article' ORDER BY url")
    assert planned[0][1:2] == (1,)
    assert planned[1] == (f"https://{TJ}{article_path(9)}", 0, f"https://{TJ}{article_path(1)}")


def test_the_last_good_crawl_is_known_while_its_listings_fail(tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    with serving(Edition(articles=1).answers()) as server:
        run(server, db)
        for path in ("/", "/index.shtml"):
            server.answers[f"{TJ}{path}"] = answer(b"<title>new</title><p>nothing here</p>")
        run(server, db)

    archive = open_for_reading(db)
    (status,) = [row for row in runs.status(archive, datetime.now(UTC)) if row.site == "tj"]
    archive.close()
    (ended,) = rows(db, "SELECT ended_at FROM run_sites WHERE run = 1")
    assert status.failures == {"nothing-listed": 2}
    assert status.last_good_crawl == ended[0]

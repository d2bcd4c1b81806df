"""Attacks that go around a body's caps: framing, copies, cookies, answers to questions nobody asked, other editions' hosts."""

import gzip
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from scraper.crawl.fetch import Limits
from scraper.crawl.run import crawl
from scraper.crawl.urls import MAX_ADDRESS
from scraper.errors import DiskFull
from scraper.sites import all_sites
from tests.crawl.crawling import TJ, assert_whole, make_articles_due, options_for, page_rows, rows, run
from tests.pages import seconds
from tests.servers import (
    Answer,
    Connection,
    Edition,
    Request,
    answer,
    article_bytes,
    article_page,
    article_path,
    gzipped,
    in_turn,
    late,
    listing_page,
    moved,
    serving,
)

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gb2312\r\n"
HK = all_sites()["hk"].hosts[0]
EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


def flood(head: bytes, chunk: bytes) -> Answer:
    """As fast as the line allows, without end."""

    def write(connection: Connection, _: Request) -> None:
        connection.write(head)
        while True:
            connection.write(chunk)

    return write


def reset_after(size: int) -> Answer:
    """A good page until its connection is reset."""

    def write(connection: Connection, _: Request) -> None:
        connection.write(article_page(1)[:size])
        time.sleep(0.02)
        handle: socket.socket = connection._sock  # type: ignore[attr-defined]  # what a writer of socketserver writes to
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handle.close()

    return write


def compressed_twice(connection: Connection, _: Request) -> None:
    """Made when it is asked for: it takes a while."""
    connection.write(gzipped(gzip.compress(b"a" * 50_000_000)))


ATTACKS: dict[str, tuple[Answer, str]] = {
    "interim answers, as fast as can be": (flood(b"", EARLY_HINTS * 1_000), "broken"),
    "chunks that are all extension": (
        flood(OK + b"Transfer-Encoding: chunked\r\n\r\n", (b"1;" + b"a" * 8_000 + b"\r\na\r\n") * 10),
        "broken",
    ),
    "trailers without end": (
        flood(OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n", b"X: y\r\n" * 5_000),
        "broken",
    ),
    # Each costs our time, not the server's: it kept every other host waiting for its turn.
    "chunks of a byte": (flood(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n" * 8_000), "bad-body"),
    "another protocol": (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nhello", "broken"),
    "a preface of HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", "broken"),
    "a page without a head": (article_bytes(1), "broken"),
    "a chunk below zero": (OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n", "broken"),
    "four hundred thousand gzip members": (answer(gzip.compress(b"") * 400_000, content_encoding="gzip"), "bad-body"),
    "a length that is too short": (OK + b"Content-Length: 100\r\n\r\n" + article_bytes(1), "bad-body"),
    "an encoding, twice": (answer(gzip.compress(gzip.compress(b"a")), content_encoding="gzip, gzip"), "bad-body"),
    "gzip in gzip": (compressed_twice, "undecodable"),
    "a checksum that is wrong": (answer(gzip.compress(b"a" * 99)[:-8] + bytes(8), content_encoding="gzip"), "bad-body"),
    "a part": (answer(article_bytes(1), 206, content_range="bytes 0-9/20"), "bad-status"),
    "no content": (answer(b"", 204), "bad-status"),
    "a choice": (answer(article_bytes(1), 300), "bad-status"),
    "unchanged, to who has nothing": (answer(b"", 304), "bad-status"),
    "the way down from https": (moved(f"http://{TJ}/down.shtml"), "refused"),
    "an address of 64 KiB": (moved("/" + "a" * 64_000), "refused"),
    "a control character": (moved("/a\x01b"), "refused"),
    "an escaped host": (moved("http://%31%32%37.0.0.1/"), "refused"),
    "an octal host": (moved("http://0177.0.0.1/"), "refused"),
    "an empty host": (moved("http:///etc"), "refused"),
    "a reset before anything": (reset_after(0), "broken"),
    "a reset in the status line": (reset_after(10), "broken"),
    "a reset in the head": (reset_after(60), "broken"),
    "a reset in the body": (reset_after(700), "broken"),
}  # fmt: skip


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive whose crawl met all of them, a good article after each, another edition beside it."""
    path = tmp_path_factory.mktemp("attacked") / "archive.db"
    extra = {article_path(2 * number + 1): served for number, (served, _) in enumerate(ATTACKS.values())}
    answers = Edition(articles=2 * len(ATTACKS), extra=extra).answers() | Edition("hk", articles=2).answers()
    with serving(answers) as server, seconds(120):
        outcome = run(server, path, "tj", "hk", limits=Limits(deadline=20))
    assert [outcome.counts[code].archived for code in ("tj", "hk")] == [len(ATTACKS), 2]
    assert f"{TJ}/down.shtml" not in server.urls
    assert_whole(path)
    return path


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_a_row_and_the_others_are_archived(attacked: Path, name: str) -> None:
    number = 2 * list(ATTACKS).index(name) + 1

    assert page_rows(attacked)[article_path(number)] == ("failed", ATTACKS[name][1])


def test_cookies_never_come_back_not_even_while_their_page_is_being_read(db: Path) -> None:
    """With one jar for all, a host's cookie went out with the questions to others until its page had been read."""

    def slow_page(connection: Connection, _: Request) -> None:
        page = article_bytes(1)
        connection.write(OK + b"Set-Cookie: id=1; Path=/\r\nContent-Length: %d\r\n\r\n" % len(page))
        time.sleep(0.4)
        connection.write(page)

    extra: dict[str, Answer] = dict.fromkeys(Edition(articles=3).paths, slow_page)
    other = {path: late(0.05, article_page(1)) for path in Edition(articles=12).paths}
    answers = Edition(extra=extra).answers() | Edition("hk", articles=12, extra=other).answers()
    with serving(answers) as server:
        outcome = run(server, db, "tj", "hk")

    assert [outcome.counts[code].archived for code in ("tj", "hk")] == [3, 12]
    assert [request.header("Cookie") for request in server.requests if request.header("Cookie")] == []


# --- connections that stay open -----------------------------------------------------------------------------


@dataclass(slots=True)
class Lasting:
    """A server that keeps its connections and answers every question on them with what it is given."""

    address: tuple[str, int]
    connections: int = 0


@contextmanager
def lasting(answers: dict[str, bytes]) -> Iterator[Lasting]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = Lasting(("127.0.0.1", int(listener.getsockname()[1])))

    def talk(connection: socket.socket) -> None:
        received = b""
        with suppress(OSError), connection:
            while data := connection.recv(65536):
                received += data
                while b"\r\n\r\n" in received:
                    question, _, received = received.partition(b"\r\n\r\n")
                    path = question.split()[1].decode()
                    connection.sendall(answers.get(path, b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"))

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                server.connections += 1
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        listener.close()


def kept_open(page: bytes) -> bytes:
    return OK + b"Content-Length: %d\r\n\r\n" % len(page) + page


def test_what_comes_behind_an_answer_is_not_taken_for_the_next(db: Path) -> None:
    """A second answer behind a first was read as the answer to the next question, and so on for ever."""
    one, two, three = (article_path(number) for number in (1, 2, 3))
    links = listing_page([one, two, three]).partition(b"\r\n\r\n")[2]
    pages = {path: kept_open(links) for path in ("/", "/index.shtml")}
    pages |= {one: kept_open(article_bytes(1)) + kept_open(article_bytes(9)), two: kept_open(article_bytes(2))}
    pages |= {three: kept_open(article_bytes(3))}
    with lasting(pages) as server:
        run(server, db)  # type: ignore[arg-type]  # all it needs is an address

    titles = rows(db, "SELECT title FROM articles ORDER BY url")
    assert titles == [("溪口镇新闻之2",), ("溪口镇新闻之3",)]
    assert page_rows(db)[one] == ("failed", "bad-body")
    assert server.connections == 2  # the one that was lied on was given up


# --- other editions' hosts ------------------------------------------------------------------------------------


def test_a_host_met_by_a_redirect_is_the_one_that_rests_and_the_next_crawl_knows(db: Path) -> None:
    extra: dict[str, Answer] = {article_path(1): moved(f"https://{HK}{article_path(9)}")}
    answers = Edition(articles=2, extra=extra).answers()
    answers[f"{HK}{article_path(9)}"] = answer(b"", 429, retry_after="600")
    with serving(answers) as server:
        outcome = run(server, db)
        run(server, db, "hk")

    assert outcome.counts["tj"].archived == 1
    resting = rows(db, "SELECT host FROM hosts WHERE backoff_until > datetime('now')")
    assert resting == [(HK,)]
    assert [url for url in server.pages if url.startswith(HK)] == [f"{HK}{article_path(9)}"]


def test_an_edition_is_not_given_up_for_the_robots_txt_of_another(db: Path) -> None:
    extra: dict[str, Answer] = {article_path(1): moved(f"https://{HK}{article_path(9)}")}
    answers = Edition(articles=3, extra=extra).answers() | {f"{HK}/robots.txt": answer(b"", 500)}
    with serving(answers) as server:
        outcome = run(server, db)

    assert outcome.counts["tj"].archived == 2
    assert page_rows(db)[article_path(1)] == ("failed", "robots")


def test_robots_txt_of_a_host_that_was_busy_is_asked_for_again_by_the_next_crawl(db: Path) -> None:
    rules = answer(b"User-agent: *\nDisallow: /\n")
    busy = answer(b"", 429, retry_after="1")
    with serving(Edition(robots=in_turn(busy, busy, rules)).answers()) as server:
        run(server, db, limit=0)
        make_articles_due(db)
        server.requests.clear()
        run(server, db)

    assert server.urls[0] == f"{TJ}/robots.txt"
    assert len(server.pages) == 0


# --- too much ----------------------------------------------------------------------------------------------------


def test_addresses_of_a_hundred_kilobytes_are_neither_asked_for_nor_remembered(db: Path) -> None:
    long = [f"/news/2024/0506/{'1' * 100_000}{number}.shtml" for number in range(20)]
    odd = ["javascript:alert(1)", "data:text/html,hello", "https://example.com/" + "a" * 100_000]
    with serving(Edition(extra={"/": listing_page([*long, *odd, article_path(1)])}).answers()) as server:
        outcome = run(server, db)

    assert outcome.counts["tj"].archived == 3
    assert rows(db, f"SELECT count(*) FROM skips WHERE length(url) > {MAX_ADDRESS}") == [(0,)]
    assert rows(db, "SELECT count(*) FROM pages WHERE kind = 'article'") == [(3,)]


def test_a_crawl_is_not_begun_on_a_disk_that_is_nearly_full(db: Path) -> None:
    with serving(Edition().answers()) as server, pytest.raises(DiskFull, match=r"only 49 MB free .* less than 50 MB"):
        crawl(options_for(server, db, free_space=lambda _: (49_000_000, 10**12)))

    assert (server.requests, db.exists()) == ([], False)


def test_a_small_volume_is_asked_for_a_tenth_of_itself(db: Path) -> None:
    with serving(Edition().answers()) as server:
        assert run(server, db, free_space=lambda _: (9_000_000, 80_000_000)).exit_code == 0

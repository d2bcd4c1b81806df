"""A loopback HTTP server that behaves exactly as badly as a test says, and small editions to crawl on it.

An answer is bytes, written as they are, or a function that is given the
connection and may do anything. Every request is remembered with its times.
"""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import parse_headers
from http.server import ThreadingHTTPServer
from socketserver import StreamRequestHandler
from typing import Protocol

from scraper.sites import all_sites
from tests.pages import MORE_PROSE, PROSE, page_of


class Connection(Protocol):
    """The server's end of a connection."""

    def write(self, data: bytes, /) -> int: ...


Answer = bytes | Callable[[Connection, "Request"], None]


@dataclass(slots=True)
class Request:
    """One request as it arrived; times are monotonic seconds."""

    host: str
    path: str
    headers: list[tuple[str, str]]
    began: float
    answered: float = 0.0
    """When the answer was about to be written, before the client can have it."""

    @property
    def url(self) -> str:
        return f"{self.host}{self.path}"

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


# --- answers ----------------------------------------------------------------------------------


def answer(body: bytes = b"", status: int = 200, *, content_type: str = "text/html", **headers: str) -> bytes:
    """A well-formed response; `content_length="9"` makes a header lie."""
    fields = {"Content-Type": content_type, "Content-Length": str(len(body)), "Connection": "close"}
    fields |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode() + body


def gzipped(body: bytes) -> bytes:
    return answer(gzip.compress(body), content_encoding="gzip")


def moved(location: str, status: int = 302) -> bytes:
    return answer(status=status, location=location)


def drip(head: bytes, chunk: bytes, pause: float) -> Answer:
    """A head, and then a chunk after every pause, without end."""

    def write(connection: Connection, _: Request) -> None:
        connection.write(head)
        while True:
            connection.write(chunk)
            time.sleep(pause)

    return write


def late(seconds: float, then: Answer) -> Answer:
    def write(connection: Connection, request: Request) -> None:
        time.sleep(seconds)
        _write(then, connection, request)

    return write


def tagged(body: bytes, etag: str, *, content_type: str = "text/html; charset=gb2312") -> Answer:
    """A page that answers 304 to whoever has it."""

    def write(connection: Connection, request: Request) -> None:
        known = request.header("If-None-Match") == etag
        _write(
            answer(status=304, etag=etag) if known else answer(body, content_type=content_type, etag=etag),
            connection,
            request,
        )

    return write


def in_turn(*answers: Answer) -> Answer:
    """The first answer to the first request, and so on; the last one stays."""
    waiting = list(answers)

    def write(connection: Connection, request: Request) -> None:
        _write(waiting.pop(0) if len(waiting) > 1 else waiting[0], connection, request)

    return write


def _write(chosen: Answer, connection: Connection, request: Request) -> None:
    if not isinstance(chosen, bytes):
        chosen(connection, request)
        return
    request.answered = time.monotonic()
    connection.write(chosen)


NOT_FOUND = answer(b"<title>404</title>", 404)


# --- the server -------------------------------------------------------------------------------


class _Handler(StreamRequestHandler):
    server: "Server"

    def handle(self) -> None:
        began = time.monotonic()
        line = self.rfile.readline().decode("latin-1").split()
        if len(line) < 2:
            return
        headers = parse_headers(self.rfile).items()
        host = next((value for name, value in headers if name.lower() == "host"), "")
        request = Request(host, line[1], headers, began)
        self.server.requests.append(request)
        chosen = self.server.answers.get(request.url, self.server.answers.get(request.path, NOT_FOUND))
        with suppress(OSError):  # the client has had enough, which is what many of these answers are for
            _write(chosen, self.wfile, request)


class Server(ThreadingHTTPServer):
    """Answers by `host/path`, else by `/path`, else with 404."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, answers: dict[str, Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.requests: list[Request] = []

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", int(self.server_address[1])

    @property
    def urls(self) -> list[str]:
        """What was asked for, in order."""
        return [request.url for request in self.requests]

    @property
    def pages(self) -> list[str]:
        """What was asked for besides robots.txt."""
        return [url for url in self.urls if not url.endswith("/robots.txt")]


@contextmanager
def serving(answers: Mapping[str, Answer]) -> Iterator[Server]:
    server = Server(dict(answers))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def closed_port() -> tuple[str, int]:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return "127.0.0.1", int(probe.getsockname()[1])


# --- small editions ---------------------------------------------------------------------------


@dataclass(slots=True)
class Edition:
    """A few pages of an edition of the program's, laid out for the server."""

    code: str = "tj"
    articles: int = 3
    robots: Answer = NOT_FOUND
    extra: dict[str, Answer] = field(default_factory=dict)
    """Paths answered otherwise."""

    @property
    def host(self) -> str:
        return all_sites()[self.code].hosts[0]

    @property
    def paths(self) -> list[str]:
        return [article_path(number) for number in range(1, self.articles + 1)]

    def answers(self) -> dict[str, Answer]:
        listings = [listing.path for listing in all_sites()[self.code].listings]
        pages: dict[str, Answer] = {path: listing_page(self.paths) for path in ["/", *listings]}
        pages |= {path: article_page(number) for number, path in enumerate(self.paths, 1)}
        pages |= {"/robots.txt": self.robots} | self.extra
        return {f"{self.host}{path}": page for path, page in pages.items()}


def article_path(number: int) -> str:
    return f"/news/2024/0506/{number:05d}.shtml"


def listing_page(paths: list[str]) -> bytes:
    links = "".join(f'<li><a href="{path}">溪口镇新闻之{number}</a></li>' for number, path in enumerate(paths, 1))
    return answer(f"<html><head><title>要闻</title></head><body><ul>{links}</ul></body></html>".encode())


def article_page(number: int, *, below: str = "") -> bytes:
    return answer(article_bytes(number, below=below), content_type="text/html; charset=gb2312")


def article_bytes(number: int, *, below: str = "") -> bytes:
    story = f"<p>{PROSE}</p><p>{MORE_PROSE}</p><p>　　这是第{number}篇，写在溪口。</p>{below}"
    return page_of(story, title=f"溪口镇新闻之{number}")

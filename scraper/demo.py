"""The embedded fixture site: every page under fixtures/, served over loopback HTTP by host name.

It behaves like the real hosts where that matters to a crawl: robots.txt with
rules, listings, ETags, gzip, a twin domain that redirects, a page that is
gone, one that is slow. `scraper demo` crawls it with the same code a live
crawl runs.
"""

import gzip
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from scraper.crawl.discovery import listing_addresses
from scraper.crawl.urls import canonical
from scraper.errors import UsageError
from scraper.sites import all_sites, sites_by_host

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
SLOW_SECONDS = 1.2

_ROBOTS = "User-agent: *\nDisallow: /search/\nDisallow: /private/\n"


@dataclass(frozen=True, slots=True)
class ServedPage:
    body: bytes
    content_type: str
    status: int = 200
    slow: bool = False
    moved_to: str = ""


def load_pages(root: Path = FIXTURES) -> dict[str, ServedPage]:
    """Every fixture by its address without the scheme; an edition's other listings redirect to the one it has.

    Raises `UsageError` where the folder is missing: the demo runs from a checkout.
    """
    if not root.is_dir():
        raise UsageError(
            f"the demo needs the project's fixtures folder, which is not at {root}; run it from a checkout"
        )
    pages: dict[str, ServedPage] = {}
    listings: dict[str, str] = {}
    for folder in sorted(path.parent for path in root.glob("*/*/meta.json")):
        meta = json.loads((folder / "meta.json").read_text("utf-8"))
        page = ServedPage(
            (folder / "page.html").read_bytes(),
            meta["content_type"],
            status=404 if folder.name == "gone" else 200,
            slow=folder.name == "reporter-lead",
        )
        pages[_key(meta["url"])] = page
        # The mobile pages' desktop twins, which is where a crawl asks for them.
        pages.setdefault(_key(canonical(meta["url"]).url), page)
        if folder.name == "listing":
            listings[folder.parent.name] = meta["url"]
    for code, url in listings.items():
        for address in listing_addresses(all_sites()[code]):
            pages.setdefault(_key(address), ServedPage(b"", "text/html", status=302, moved_to=url))
    return pages


def fixtures_of(code: str) -> int:
    """How many page fixtures an edition has; 0 outside a checkout."""
    return sum(1 for _ in FIXTURES.glob(f"{code}/*/page.html"))


def _key(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}{'?' + parts.query if parts.query else ''}"


class _Handler(BaseHTTPRequestHandler):
    """Answers by Host header."""

    protocol_version = "HTTP/1.1"
    server: "FixtureServer"

    def do_GET(self) -> None:
        host = (self.headers.get("Host") or "").split(":")[0].lower()
        site = sites_by_host().get(host)
        self.server.requests.append(f"{host}{self.path}")
        if self.path == "/robots.txt":
            self.answer(ServedPage(_ROBOTS.encode(), "text/plain; charset=utf-8"))
        elif site and host in site.hosts[1:]:
            self.redirect(f"https://{site.hosts[0]}{self.path}")
        else:
            missing = ServedPage("<title>404</title><h1>页面不存在</h1>".encode(), "text/html; charset=utf-8", 404)
            self.answer(self.server.pages.get(f"{host}{self.path}", missing))

    def redirect(self, target: str, status: int = 301) -> None:
        self.send_response(status)
        self.send_header("Location", target)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer(self, page: ServedPage) -> None:
        if page.moved_to:
            self.redirect(page.moved_to, page.status)
            return
        etag = f'"{hashlib.sha256(page.body).hexdigest()[:16]}"'
        if page.slow:
            time.sleep(SLOW_SECONDS)
        if page.status == 200 and self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.send_header("ETag", etag)
            self.end_headers()
            return
        zipped = "gzip" in (self.headers.get("Accept-Encoding") or "")
        body = gzip.compress(page.body, mtime=0) if zipped else page.body
        self.send_response(page.status)
        self.send_header("Content-Type", page.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", etag)
        if zipped:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the crawl says what it does."""


class FixtureServer(ThreadingHTTPServer):
    """The fixture site on a free loopback port; `requests` holds what it was asked, `host/path`."""

    daemon_threads = True

    def __init__(self, pages: dict[str, ServedPage]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages = pages
        self.requests: list[str] = []

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", int(self.server_address[1])


@contextmanager
def fixture_site(pages: dict[str, ServedPage] | None = None) -> Iterator[FixtureServer]:
    """Serve the fixtures while the body runs."""
    server = FixtureServer(load_pages() if pages is None else pages)
    thread = threading.Thread(target=server.serve_forever, name="fixture-site", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""A whole crawl beside Scrapy's: `python -m bench.crawl --scrapy path/to/python [--pages 5000]`.

One loopback site of all editions, served by a process of its own; this
program and Scrapy crawl it in turn from the same listings, robots.txt obeyed,
one request in flight per host, delays off. This program keeps every response,
extracts, indexes and commits with a flush to the disk; Scrapy's pipeline
writes the same fields of a record into SQLite, with selectors of the same
layouts. Compared: articles a second, CPU a page, peak memory of all processes
(the sum of their proportional set sizes; the site's server left out).

`--budget` measures manners instead: delays on, and how much of the time that
they allow is used. `--pages 100000` shows that memory stays flat; it takes
most of an hour.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from scraper.crawl.discovery import listing_addresses
from scraper.crawl.politeness import DEFAULT_DELAY
from scraper.demo import FIXTURES
from scraper.sites import all_sites

PEER = Path(__file__).with_name("crawl_peer.py")
DELAY = DEFAULT_DELAY
"""Seconds, of the budget run: what a crawl waits unless it is told otherwise."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scrapy", default="", help="the Python that has Scrapy")
    parser.add_argument("--pages", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--budget", action="store_true", help="delays on: how much of the allowed time is used")
    options = parser.parse_args()
    per_site = max(options.pages // len(all_sites()), 1)
    if options.budget:
        measure_budget()
        return
    with serving(per_site) as (port, _), tempfile.TemporaryDirectory() as folder:
        for number in range(options.rounds):
            ours = measure(ours_command(port, Path(folder, f"ours{number}.db")))
            report("scraper", ours, articles(Path(folder, f"ours{number}.db")))
            if options.scrapy:
                theirs = measure(peer_command(options.scrapy, port, Path(folder, f"peer{number}.db")))
                report("Scrapy", theirs, articles(Path(folder, f"peer{number}.db")))


# --- running and measuring ----------------------------------------------------------------


@dataclass(slots=True)
class Measured:
    seconds: float = 0.0
    cpu: float = 0.0
    memory: list[int] = field(default_factory=list)
    """Bytes of all its processes together, ten times a second; what they share counts once (proportional set size)."""


def ours_command(port: int, db: Path) -> list[str]:
    return [
        sys.executable,
        "-m",
        "scraper",
        "crawl",
        "--db",
        str(db),
        "--delay",
        "0",
        "--connect-to",
        f"127.0.0.1:{port}",
    ]


def peer_command(python: str, port: int, db: Path) -> list[str]:
    editions = [
        {
            "hosts": site.hosts,
            "listings": listing_addresses(site),
            "layouts": [
                {"title": one.title, "body": one.body, "meta": one.meta, "editor": one.editor} for one in site.layouts
            ],
        }
        for site in all_sites().values()
    ]
    plan = db.with_suffix(".json")
    plan.write_text(json.dumps({"port": port, "db": str(db), "editions": editions}), "utf-8")
    return [python, str(PEER), str(plan)]


def measure(command: list[str]) -> Measured:
    measured = Measured()
    before = os.times()
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        measured.memory.append(sum(proportional(pid) for pid in family(process.pid)))
        time.sleep(0.1)
    measured.seconds = time.monotonic() - began
    after = os.times()
    measured.cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return measured


def family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in family(int(child)))]


def proportional(pid: int) -> int:
    try:
        found = re.search(r"^Pss:\s+(\d+) kB$", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


def articles(db: Path) -> int:
    with closing(sqlite3.connect(db)) as connection:
        return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])


def report(name: str, measured: Measured, pages: int) -> None:
    mib = [size / 2**20 for size in measured.memory]
    middle, end = mib[len(mib) // 3 : len(mib) // 2] or mib, mib[len(mib) // 2 :] or mib
    print(
        f"{name:<8} {pages} articles in {measured.seconds:.1f} s: {pages / measured.seconds:.0f} a second,"
        f" {measured.cpu / max(pages, 1) * 1000:.1f} ms CPU each; peak {max(mib):.0f} MiB"
        f" (halfway {statistics.mean(middle):.0f}, second half {statistics.mean(end):.0f})",
        flush=True,
    )


# --- manners ----------------------------------------------------------------------------------


def measure_budget(per_site: int = 12) -> None:
    with serving(per_site) as (port, log), tempfile.TemporaryDirectory() as folder:
        command = ours_command(port, Path(folder, "ours.db"))
        command[command.index("--delay") + 1] = str(DELAY)
        measure(command)
        requests: list[tuple[str, float, float]] = log()
    idle, owed = 0.0, 0.0
    by_host: dict[str, list[tuple[float, float]]] = {}
    for host, began, ended in requests:
        by_host.setdefault(host, []).append((began, ended))
    shortest = 9.9
    for times in by_host.values():
        for (_, ended), (began, _) in pairwise(times):
            idle += began - ended
            owed += DELAY
            shortest = min(shortest, began - ended)
    print(
        f"{len(requests)} requests to {len(by_host)} hosts, {DELAY:g} s apart: {owed / idle:.1%} of the allowed pace"
        f" (what the pauses are longer at random counts as lost); shortest gap {shortest:.3f} s"
    )


# --- the site ---------------------------------------------------------------------------------


class serving:  # noqa: N801  # used like a function
    """The site in a process of its own; gives its port and a function that fetches its log."""

    def __init__(self, per_site: int) -> None:
        self._ours, theirs = multiprocessing.get_context("spawn").Pipe()
        self._process = multiprocessing.get_context("spawn").Process(target=serve, args=(per_site, theirs), daemon=True)

    def __enter__(self) -> Any:
        self._process.start()
        return self._ours.recv(), self._log

    def _log(self) -> Any:
        self._ours.send("log")
        return self._ours.recv()

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()


def serve(per_site: int, pipe: "Connection") -> None:
    asyncio.run(_serve(Website(per_site), pipe))


async def _serve(website: "Website", pipe: "Connection") -> None:
    server = await asyncio.get_running_loop().create_server(lambda: _Protocol(website), "127.0.0.1", 0)
    pipe.send(server.sockets[0].getsockname()[1])
    threading.Thread(target=_answer_log, args=(website, pipe), daemon=True).start()
    await server.serve_forever()


def _answer_log(website: "Website", pipe: "Connection") -> None:
    while pipe.recv() == "log":
        pipe.send(list(website.log))


class Website:
    """Every edition with as many articles as wanted, made from one of its fixtures, each a little different."""

    def __init__(self, per_site: int) -> None:
        self.log: list[tuple[str, float, float]] = []
        self.templates: dict[str, tuple[bytes, str]] = {}
        self.listings: dict[str, bytes] = {}
        links = [f'<li><a href="{article_path(number)}">新闻第{number}条</a></li>' for number in range(per_site)]
        for site in all_sites().values():
            for host in site.hosts:
                self.templates[host] = template(site.code)
            for number, address in enumerate(listing_addresses(site)):
                chosen = links if number == 0 else links[:20]
                page = f"<html><head><title>要闻</title></head><body><ul>{''.join(chosen)}</ul></body></html>"
                self.listings.setdefault(address.removeprefix("https://"), page.encode())

    def answer(self, host: str, path: str) -> bytes:
        if path == "/robots.txt":
            return response(b"User-agent: *\nDisallow: /private/\n", "text/plain")
        listing = self.listings.get(f"{host}{path}")
        if listing is not None:
            return response(listing, "text/html; charset=utf-8")
        if path.startswith("/news/2024/0506/") and host in self.templates:
            body, content_type = self.templates[host]
            head, end, tail = body.rpartition(b"</p>")
            return response(head + b" No. " + path[16:-6].encode() + end + tail, content_type)
        return response(b"<title>404</title>", "text/html", 404)


def article_path(number: int) -> str:
    return f"/news/2024/0506/{number:06d}.shtml"


def template(code: str) -> tuple[bytes, str]:
    """The longest single-page article among an edition's fixtures."""
    found = []
    for folder in sorted(FIXTURES.glob(f"{code}/*/")):
        expected = json.loads((folder / "expected.json").read_text("utf-8"))
        if expected.get("body") and not expected.get("next_page"):
            raw = (folder / "page.html").read_bytes()
            found.append((len(raw), raw, json.loads((folder / "meta.json").read_text("utf-8"))["content_type"]))
    return max(found)[1:]


def response(body: bytes, content_type: str, status: int = 200) -> bytes:
    head = f"HTTP/1.1 {status} OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class _Protocol(asyncio.Protocol):
    def __init__(self, website: Website) -> None:
        self.website = website
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        began = time.monotonic()
        self.received += data
        while b"\r\n\r\n" in self.received:
            request, _, self.received = self.received.partition(b"\r\n\r\n")
            lines = request.decode("latin-1").split("\r\n")
            hosts = [line.partition(":")[2] for line in lines if line.lower().startswith("host:")]
            host = hosts[0].strip().partition(":")[0]
            self.transport.write(self.website.answer(host, lines[0].split()[1]))  # type: ignore[attr-defined]
            self.website.log.append((host, began, time.monotonic()))


if __name__ == "__main__":
    main()

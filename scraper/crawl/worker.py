"""Reading pages in a process of its own (`child`), which can be killed.

Parsing can't be interrupted, and a page that slips past the guard could hang
or bloat the parser. So a crawl reads its pages in one child process with a
memory limit; a page that takes too long costs that process, not the crawl.

The two speak JSON lines, the page's bytes behind the question: nothing that
comes back from a process that read hostile pages is ever unpickled.
"""

import asyncio
import contextlib
import json
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scraper.archive.index import Ahead
from scraper.archive.texts import texts_of
from scraper.errors import HostilePage, MissingField, NotAnArticle, PageError, ScraperError, SoftGone, UndecodablePage
from scraper.models import Article, Disagreement, Image, Link, Section

SECONDS = 2.0
"""Of the child's own processor time: on a busy machine a good page may take long by the clock."""
PATIENCE = 10
"""How many times as long by the clock."""
START_SECONDS = 30.0
_LONGEST_ANSWER = 64 * 1024 * 1024
_ERRORS: dict[str, type[ScraperError]] = {
    error.__name__: error for error in (UndecodablePage, HostilePage, NotAnArticle, PageError, SoftGone)
}


@dataclass(frozen=True, slots=True)
class ListingPage:
    """What a list of any kind names: links, and of a sitemap index further lists."""

    links: list[Link]
    lists: list[str]
    is_feed: bool = False


class PageReader:
    """Reads pages in a child process; one at a time, a new child after one was killed.

    With `ahead` the child works out the index tokens of articles, too: the
    crawl's own process, which has everything to write, is the busier one.
    """

    def __init__(self, *, seconds: float = SECONDS, ahead: Ahead | None = None) -> None:
        self._seconds = seconds
        self._ahead = ahead
        self._process: Process | None = None
        self._lock = asyncio.Lock()

    async def article(self, body: bytes, url: str, content_type: str) -> Article:
        """The record of an article page.

        Raises what `extract_article` raises, `SoftGone` for a page that says
        that there is none, and `HostilePage` for time or memory.
        """
        answer = await self._ask("article", body, url, content_type)
        article = _article(answer["found"])
        if self._ahead is not None:
            self._ahead.put(texts_of(article), answer["tokens"])
        return article

    async def links(self, body: bytes, url: str, content_type: str) -> list[Link]:
        """The links of a listing page. Raises what `listing` raises."""
        return (await self.listing(body, url, content_type)).links

    async def listing(self, body: bytes, url: str, content_type: str) -> ListingPage:
        """What an HTML list, a feed or a sitemap names. Raises what `links_of` and `read_feed` raise, and `HostilePage`."""
        found = (await self._ask("links", body, url, content_type))["found"]
        return ListingPage([Link(*link) for link in found["links"]], found["lists"], found["is_feed"])

    async def _ask(self, kind: str, body: bytes, url: str, content_type: str) -> dict[str, Any]:
        async with self._lock:
            process = await self._started()
            question: dict[str, Any] = {"kind": kind, "url": url, "content_type": content_type, "size": len(body)}
            if kind == "article":
                question["indexed"] = self._ahead is not None
            try:
                answer = await self._in_time(process, question, body)
            except TimeoutError as error:
                await self.close()
                raise HostilePage(f"the page takes longer than {self._seconds:g} s to read", url=url) from error
            except asyncio.CancelledError:
                await self.close()
                raise
            except (OSError, ValueError, asyncio.IncompleteReadError) as error:
                await self.close()
                raise HostilePage("the page needs more memory to read than any page should", url=url) from error
        if "error" in answer:
            raise _error(answer, url)
        return answer

    async def _in_time(self, process: Process, question: dict[str, Any], body: bytes) -> dict[str, Any]:
        """The answer. Raises `TimeoutError` when the child has worked, or everybody waited, too long."""
        exchange = asyncio.ensure_future(_exchange(process, question, body))
        worked_before = _worked(process.pid)
        try:
            for _ in range(PATIENCE):
                done, _waiting = await asyncio.wait([exchange], timeout=self._seconds)
                if done:
                    return exchange.result()
                if _worked(process.pid) - worked_before >= 0.9 * self._seconds:
                    break
            raise TimeoutError
        finally:
            exchange.cancel()

    async def _started(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "scraper.crawl.child",
                stdin=PIPE,
                stdout=PIPE,
                limit=_LONGEST_ANSWER,
                start_new_session=True,  # Ctrl-C is the parent's business
            )
            assert self._process.stdout is not None
            await asyncio.wait_for(self._process.stdout.readline(), START_SECONDS)
        return self._process

    async def close(self) -> None:
        """End the child, whatever it is doing."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        self._process = None


def _worked(pid: int) -> float:
    """Seconds of processor time a process has used; without /proc, any number of them."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return time.monotonic()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _exchange(process: Process, question: dict[str, Any], body: bytes) -> dict[str, Any]:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps(question).encode() + b"\n" + body)
    await process.stdin.drain()
    answer = json.loads((await process.stdout.readline()).decode("utf-8", "surrogatepass"))
    assert isinstance(answer, dict)
    return answer


def _article(fields: dict[str, Any]) -> Article:
    lists = {name: tuple(fields[name]) for name in ("authors", "contributors")}
    sections = tuple(Section(**section) for section in fields["sections"])
    images = tuple(Image(**image) for image in fields["images"])
    disagreements = tuple(Disagreement(**disagreement) for disagreement in fields["disagreements"])
    return Article(**{**fields, **lists, "sections": sections, "images": images, "disagreements": disagreements})


def _error(answer: dict[str, Any], url: str) -> Exception:
    name, message = answer["error"], answer["message"]
    if name == MissingField.__name__:
        return MissingField(answer["field"], url=url)
    return _ERRORS[name](message, url=url) if name in _ERRORS else RuntimeError(f"{name}: {message}")

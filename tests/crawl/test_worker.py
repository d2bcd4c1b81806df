"""Pages are read in a process that can be killed, and what comes back is the same as without it."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from scraper.archive.index import Ahead
from scraper.archive.texts import texts_of
from scraper.archive.tokens import tokens_of
from scraper.crawl.worker import PageReader
from scraper.demo import FIXTURES
from scraper.errors import HostilePage, MissingField, NotAnArticle, UndecodablePage
from scraper.extract.article import extract_article
from scraper.extract.listing import links_of
from scraper.models import Article, Link
from scraper.sites import all_sites

URL = "https://www.ha.chinanews.com.cn/news/hnxw/2022/0720/43512.shtml"
PAGE = (FIXTURES / "ha" / "five-stories" / "page.html").read_bytes()
LISTING = (FIXTURES / "ha" / "listing" / "page.html").read_bytes()
T = TypeVar("T")


def reading(ask: Callable[[PageReader], Awaitable[T]], *, seconds: float = 20.0) -> T:
    """Ask a reader something and end it."""

    async def run() -> T:
        reader = PageReader(seconds=seconds)
        try:
            return await ask(reader)
        finally:
            await reader.close()

    return asyncio.run(run())


def test_the_record_is_the_one_extract_gives() -> None:
    article = reading(lambda reader: reader.article(PAGE, URL, "text/html"))

    assert article == extract_article(PAGE, all_sites()["ha"], URL, content_type="text/html")


def test_the_tokens_come_with_the_record_where_they_are_wanted() -> None:
    ahead = Ahead()

    async def run() -> Article:
        reader = PageReader(seconds=20.0, ahead=ahead)
        try:
            return await reader.article(PAGE, URL, "text/html")
        finally:
            await reader.close()

    texts = texts_of(asyncio.run(run()))
    assert sorted(ahead.take(texts).split("\n")) == sorted(tokens_of(*texts).split("\n"))


def test_the_links_are_those_of_the_page() -> None:
    links = reading(lambda reader: reader.links(LISTING, URL, "text/html"))

    assert links == links_of(LISTING, content_type="text/html")


@pytest.mark.parametrize(
    ("page", "error"),
    [
        (b"%PDF-1.7", UndecodablePage),
        (LISTING, NotAnArticle),
        (b"<div>" * 100_000, HostilePage),
    ],
)
def test_errors_come_back_as_what_they_are(page: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        reading(lambda reader: reader.article(page, URL, ""))


def test_a_missing_field_comes_back_with_its_name() -> None:
    text = "　　溪口镇的老桥修缮工程完工，两百多名居民到场观看首次通行。" * 12
    page = f"<title>溪口老桥修缮完工</title><h1>溪口老桥修缮完工</h1><p>{text}</p>".encode()

    with pytest.raises((MissingField, NotAnArticle)) as raised:
        reading(lambda reader: reader.article(page, "https://www.ha.chinanews.com.cn/about/us.shtml", ""))

    assert str(raised.value)


def test_a_page_that_takes_too_long_costs_the_process_and_not_the_crawl() -> None:
    async def slow_then_good(reader: PageReader) -> str:
        with pytest.raises(HostilePage, match="longer than"):
            await reader.article(PAGE, URL, "")
        reader._seconds = 20.0  # the next page is given the time it needs
        return (await reader.article(PAGE, URL, "")).title

    title = reading(slow_then_good, seconds=0.0001)

    assert title == "河水清 麦穗黄 五地乡村夏日见闻"


def test_a_reader_that_was_killed_is_started_again() -> None:
    async def kill_between(reader: PageReader) -> list[str]:
        first = await reader.article(PAGE, URL, "")
        assert reader._process is not None
        reader._process.kill()
        await reader._process.wait()
        return [first.title, (await reader.article(PAGE, URL, "")).title]

    first, second = reading(kill_between)

    assert first == second


def test_many_ask_at_once_and_each_gets_its_own_answer() -> None:
    async def ask(reader: PageReader) -> list[object]:
        asked = [reader.article(PAGE, URL, ""), reader.links(LISTING, URL, ""), reader.article(b"", URL, "")]
        return list(await asyncio.gather(*asked, return_exceptions=True))

    article, links, error = reading(ask)

    assert getattr(article, "site", "") == "ha"
    assert isinstance(links, list)
    assert isinstance(error, UndecodablePage)


def test_a_page_is_not_called_hostile_because_the_machine_is_busy() -> None:
    """The limit is of the child's own work: held up for longer than that, it still answers."""

    async def read() -> list[Link]:
        reader = PageReader(seconds=0.3)
        try:
            await reader.links(b"<a href=/1>1</a>", URL, "text/html")
            process = reader._process
            assert process is not None
            process.send_signal(signal.SIGSTOP)
            asyncio.get_running_loop().call_later(1.0, process.send_signal, signal.SIGCONT)
            return await reader.links(b"<a href=/2>2</a>", URL, "text/html")
        finally:
            await reader.close()

    assert [link.url for link in asyncio.run(read())] == ["/2"]


def test_a_reader_whose_crawl_has_died_says_nothing() -> None:
    """Its traceback would be in the mail of cron."""
    process = subprocess.Popen(
        [sys.executable, "-m", "scraper.crawl.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None

    process.stdout.close()
    process.stdin.close()

    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(30) == 0

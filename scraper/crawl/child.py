"""The process that reads pages for a crawl: questions in, records and links out, until the questions end.

It is a program of its own, with nothing in it of network and database, so that
it takes little more than what parsing needs.
"""

import contextlib
import json
import os
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from scraper.archive.texts import texts_of
from scraper.archive.tokens import tokens_of
from scraper.crawl.urls import canonical
from scraper.errors import PageError, ScraperError, SoftGone
from scraper.extract.absent import reads_as_absent, says_absent
from scraper.extract.article import extract_article
from scraper.extract.feed import is_feed, read_feed
from scraper.extract.listing import links_of
from scraper.models import Article

MEMORY = 512 * 1024 * 1024
"""Bytes it may add to what it needs to start."""


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the questions end."""
    _limit_memory()
    answers.write(b"ready\n")
    answers.flush()
    while line := questions.readline():
        question = json.loads(line)
        body = questions.read(question.pop("size"))
        answer = json.dumps(_answer(body, **question), ensure_ascii=False)
        answers.write(answer.encode("utf-8", "surrogatepass") + b"\n")
        answers.flush()


def _limit_memory() -> None:
    with contextlib.suppress(OSError, ValueError):
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))


def _answer(body: bytes, kind: str, url: str, content_type: str, indexed: bool = False) -> dict[str, Any]:
    try:
        if kind == "links":
            return {"found": _listing(body, content_type)}
        article = _read_article(body, url, content_type)
        return {"found": asdict(article), "tokens": tokens_of(*texts_of(article)) if indexed else ""}
    except MemoryError:
        return {"error": "HostilePage", "message": "the page needs more memory to read than any page should"}
    except ScraperError as error:
        return {"error": type(error).__name__, "message": str(error), "field": getattr(error, "field", "")}
    except Exception as error:  # a bug becomes the page's row, with its name
        return {"error": type(error).__name__, "message": str(error)}


def _listing(body: bytes, content_type: str) -> dict[str, Any]:
    if is_feed(body):
        feed = read_feed(body)
        return {"links": [(link.url, link.title) for link in feed.links], "lists": feed.lists, "is_feed": True}
    links = links_of(body, content_type=content_type)
    return {"links": [(link.url, link.title) for link in links], "lists": [], "is_feed": False}


def _read_article(body: bytes, url: str, content_type: str) -> Article:
    address = canonical(url)
    try:
        article = extract_article(body, address.site, address.url, content_type=content_type)
    except PageError as error:
        if says_absent(body, content_type=content_type):
            raise SoftGone("the site answers 200 with a page that says there is none", url=url) from error
        raise
    if reads_as_absent(article):
        raise SoftGone("the site answers 200 with a page that says there is none", url=url)
    return article


if __name__ == "__main__":
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        os._exit(0)  # nobody waits for the answer; said aloud it would be a traceback in somebody's mail

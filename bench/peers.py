"""The readers that are measured: ours, the floors, and every peer in its best setting for Chinese news.

A peer gets the text that our decoder makes of the bytes, in the peer's time.
Its author is taken for the editor and its site's name for the source.
"""

import platform
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from selectolax.lexbor import LexborHTMLParser

from scraper.extract.article import extract_article
from scraper.extract.decode import decode
from scraper.models import Site


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of a page: "" where it finds nothing, None where it has no such field."""

    body: str
    title: str | None = None
    time: str | None = None
    """To the minute, as `minute_of` writes it."""
    source: str | None = None
    editor: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    raw: bytes
    content_type: str
    site: Site
    url: str
    text: str
    """Decoded beforehand, for the floor that only parses."""
    gold: Reading
    captions: tuple[str, ...]


Reader = Callable[[Page], Reading]
NOTHING = Reading("", "", "", "", "")


def ours(page: Page) -> Reading:
    record = extract_article(page.raw, page.site, page.url, content_type=page.content_type)
    return Reading(record.body, record.title, minute_of(record.published_at), record.source or "", record.editor or "")


def parse(page: Page) -> Reading:
    LexborHTMLParser(page.text)
    return NOTHING


def decode_and_parse(page: Page) -> Reading:
    LexborHTMLParser(decode(page.raw, page.content_type).text)
    return NOTHING


def load_peers() -> tuple[dict[str, Reader], dict[str, str]]:
    """The peers that are installed, and for each other one the reason."""
    found: dict[str, Reader] = {}
    missing: dict[str, str] = {}
    for name, load in _PEERS.items():
        try:
            found[name] = _with_text(load())
        except Exception as error:  # a half-installed peer can raise anything
            missing[name] = f"{type(error).__name__}: {error}"
    return found, missing


_TextReader = Callable[[str, str], Reading]


def _with_text(read: _TextReader) -> Reader:
    return lambda page: read(decode(page.raw, page.content_type).text, page.url)


def _trafilatura() -> _TextReader:
    from trafilatura import bare_extraction

    # Without the address: with it the date is the day in the path, never the minute (shared/extraction.md §3).
    dates = {"original_date": True, "extensive_search": True, "outputformat": "%Y-%m-%dT%H:%M"}

    def read(text: str, _: str) -> Reading:
        found = bare_extraction(text, include_comments=False, with_metadata=True, date_extraction_params=dates)
        if found is None:
            return NOTHING
        fields = (found.text, found.title, minute_of(found.date), found.sitename, found.author)
        return Reading(*(field or "" for field in fields))

    return read


def _newspaper4k() -> _TextReader:
    from newspaper import Article

    def read(text: str, url: str) -> Reading:
        found = Article(url, language="zh", fetch_images=False)
        found.download(input_html=text)
        found.parse()
        return Reading(found.text, found.title, minute_of(found.publish_date), editor=" ".join(found.authors))

    return read


def _gne() -> _TextReader:
    from gne import GeneralNewsExtractor

    def read(text: str, _: str) -> Reading:
        found = GeneralNewsExtractor().extract(text)
        return Reading(found["content"], found["title"], minute_of(found["publish_time"]), editor=found["author"])

    return read


def _magic_html() -> _TextReader:
    if sys.version_info < (3, 12):
        raise ImportError(f"it needs Python 3.12 or newer, and this is {platform.python_version()}")
    from magic_html import GeneralExtractor

    def read(text: str, url: str) -> Reading:
        found = GeneralExtractor().extract(text, base_url=url)
        return Reading(LexborHTMLParser(found["html"]).text(), found["title"] or "")

    return read


def _resiliparse() -> _TextReader:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    def read(text: str, _: str) -> Reading:
        tree = HTMLTree.parse(text)
        return Reading(extract_plain_text(tree, main_content=True, alt_texts=False), tree.title or "")

    return read


_PEERS: dict[str, Callable[[], _TextReader]] = {
    "trafilatura": _trafilatura,
    "newspaper4k": _newspaper4k,
    "gne": _gne,
    "magic-html": _magic_html,
    "resiliparse": _resiliparse,
}

_BEIJING = timezone(timedelta(hours=8))
_MINUTE = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D{1,3}(\d{1,2}):(\d\d)")


def minute_of(when: str | datetime | None) -> str:
    """A time in Beijing, however a reader gives it; "" if it is none to the minute.

    >>> minute_of("2024年5月6日 09:30:12"), minute_of("2024-05-06")
    ('2024-05-06-09-30', '')
    """
    if isinstance(when, datetime):
        when = (when.astimezone(_BEIJING) if when.tzinfo else when).isoformat()
    match = _MINUTE.search(when or "")
    return "-".join(part.zfill(2) for part in match.groups()) if match else ""

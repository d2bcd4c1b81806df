"""RSS, Atom and sitemaps: the addresses in them.

Read by the standard library's expat with what makes XML dangerous refused: a
document type (and with it every entity), depth, length, and gzip that
inflates beyond a limit.
"""

import re
import zlib
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from scraper.errors import HostilePage, PageError
from scraper.models import Link
from scraper.text import fold

MAX_INFLATED = 32 * 1024 * 1024
MAX_LINKS = 50_000
"""Of one sitemap at most, as sitemaps.org has it."""
MAX_DEPTH = 40
_LONGEST_TEXT = 4_000
_GZIP = b"\x1f\x8b"
_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(urlset|sitemapindex|rss|feed|RDF)[\s>]")
_PROLOGUE = re.compile(r"\s*<\?xml(?:[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"'])?[^>]*>")


@dataclass(slots=True)
class Feed:
    links: list[Link] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    """Further sitemaps that a sitemap index names, the latest first where it gives times."""


def is_feed(raw: bytes) -> bool:
    """Whether bytes are, after what an XML document may begin with, a feed or sitemap (also gzipped)."""
    head = raw[:2048]
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(31).decompress(raw[:4096], 2048)
        except zlib.error:
            return False
    text = _decoded(head)
    return bool(_ROOT.search(text)) and not re.search(r"<html[\s>]", text, re.I)


def read_feed(raw: bytes) -> Feed:
    """What a feed or sitemap names, in its order. Raises `HostilePage`, or `PageError` when there is nothing to read."""
    reader = _Reader()
    parser = expat.ParserCreate("utf-8", " ")
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.buffer_text = True
    text = _PROLOGUE.sub("", _decoded(_inflated(raw)), count=1).lstrip()
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        # What stands before the mistake is still what the site says.
        if not reader.found.links and not reader.children:
            raise PageError(f"not well-formed XML: {error}") from error
    reader.found.lists = [url for _, url in sorted(reader.children, key=lambda child: child[0], reverse=True)]
    return reader.found


def _refuse(*_: Any) -> None:
    raise HostilePage("the feed declares a document type or an entity")


class _Reader:
    def __init__(self) -> None:
        self.found = Feed()
        self.children: list[tuple[str, str]] = []
        self._path: list[str] = []
        self._text = ""
        self._entry: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        self._path.append(local)
        if len(self._path) > MAX_DEPTH:
            raise HostilePage(f"the feed nests deeper than {MAX_DEPTH}")
        self._text = ""
        if local in _ENTRIES:
            self._entry = {}
        # Atom gives the address as an attribute, and several for one entry.
        if local == "link" and attributes.get("rel", "alternate") == "alternate" and attributes.get("href"):
            self._entry.setdefault("link", attributes["href"])

    def text(self, text: str) -> None:
        if len(self._text) < _LONGEST_TEXT:
            self._text += text[:_LONGEST_TEXT]

    def end(self, name: str) -> None:
        local = self._path.pop()
        parent = self._path[-1] if self._path else ""
        if local in _ENTRIES:
            self._close(local)
        elif parent in _ENTRIES and local in ("loc", "link", "guid", "title", "lastmod") and self._text.strip():
            self._entry.setdefault(local, fold(self._text))
        self._text = ""

    def _close(self, local: str) -> None:
        entry = self._entry
        url = entry.get("loc") or entry.get("link") or entry.get("guid") or ""
        self._entry = {}
        if not url or len(self.found.links) + len(self.children) >= MAX_LINKS:
            return
        if local == "sitemap":
            self.children.append((entry.get("lastmod", ""), url))
        else:
            self.found.links.append(Link(url, entry.get("title", "")))


_ENTRIES = ("url", "sitemap", "item", "entry")


def _inflated(raw: bytes) -> bytes:
    if not raw.startswith(_GZIP):
        return raw
    try:
        inflater = zlib.decompressobj(31)
        body = inflater.decompress(raw, MAX_INFLATED)
    except zlib.error as error:
        raise PageError(f"not the gzip it claims to be: {error}") from error
    if inflater.unconsumed_tail:
        raise HostilePage(f"the feed inflates to more than {MAX_INFLATED:,} bytes")
    if not inflater.eof:
        raise PageError("the gzip data breaks off")
    return body


def _decoded(raw: bytes) -> str:
    """Text of XML by its mark or declaration; expat itself knows no Chinese encoding."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    declared = _PROLOGUE.match(raw[:200].decode("latin-1"))
    name = (declared[1] or "").lower() if declared else ""
    encoding = "gb18030" if name in ("gb2312", "gbk", "gb18030", "x-gbk") else "utf-8-sig"
    return raw.decode(encoding, "replace")

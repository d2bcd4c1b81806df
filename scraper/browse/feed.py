"""Any list of articles as an Atom feed (RFC 4287): headline, snippet, where the original is. Never a whole text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

from scraper.browse import typography
from scraper.browse.cards import Card
from scraper.browse.visit import Visit

_ATOM = "http://www.w3.org/2005/Atom"
# What XML 1.0 has no way to write, not even escaped.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PRINTED = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d)?)?")


def atom(visit: Visit, text: str, pairs: Sequence[tuple[str, str]], cards: Iterable[Card]) -> bytes:
    """The feed of a search, newest first."""
    shown = list(cards)
    here, page = (visit.absolute(visit.path(path, pairs)) for path in ("/-/search.atom", "/-/search"))
    said = " ".join(value for _, value in pairs)
    feed = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": "zh-CN"})
    _add(feed, "id", here)
    _add(feed, "title", f"{said} – {visit.t('name')}" if said else visit.t("name"))
    _add(feed, "updated", max((moment(card.changed_at) for card in shown), default="1970-01-01T00:00:00Z"))
    _link(feed, "self", here, "application/atom+xml")
    _link(feed, "alternate", page, "text/html")
    _add(feed, "rights", visit.t("rights"))
    _add(ElementTree.SubElement(feed, "author"), "name", visit.t("name"))
    for card in shown:
        _entry(feed, visit, card)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="unicode").encode()


@dataclass(frozen=True, slots=True)
class Entry:
    """A change of an article, as a feed tells it."""

    identity: str
    title: str
    updated: str
    href: str
    original: str
    region: str
    summary: str


def changes(visit: Visit, pairs: Sequence[tuple[str, str]], entries: Iterable[Entry]) -> bytes:
    """The feed of what was edited, removed and put back, newest first."""
    shown = list(entries)
    here, page = (visit.absolute(visit.path(path, pairs)) for path in ("/-/changes.atom", "/-/changes"))
    feed = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": visit.t.tag})
    _add(feed, "id", here)
    _add(feed, "title", f"{visit.t('changes')} – {visit.t('name')}")
    _add(feed, "updated", max((moment(entry.updated) for entry in shown), default="1970-01-01T00:00:00Z"))
    _link(feed, "self", here, "application/atom+xml")
    _link(feed, "alternate", page, "text/html")
    _add(ElementTree.SubElement(feed, "author"), "name", visit.t("name"))
    for entry in shown:
        told = ElementTree.SubElement(feed, "entry")
        _add(told, "id", entry.identity)
        _add(told, "title", entry.title)
        _add(told, "updated", moment(entry.updated))
        _link(told, "alternate", visit.absolute(entry.href), "text/html")
        if original := typography.link(entry.original):
            _link(told, "via", original, "text/html")
        ElementTree.SubElement(told, "category", {"term": clean(entry.region)})
        _add(told, "summary", entry.summary)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="unicode").encode()


def _entry(feed: ElementTree.Element, visit: Visit, card: Card) -> None:
    entry = ElementTree.SubElement(feed, "entry")
    # The original's address is the same in every copy of the archive.
    _add(entry, "id", card.url)
    _add(entry, "title", card.plain_title)
    _add(entry, "updated", moment(card.changed_at))
    _add(entry, "published", moment(card.published_at))
    _link(entry, "alternate", visit.absolute(card.href), "text/html")
    if original := typography.link(card.url):
        _link(entry, "via", original, "text/html")
    if card.source:
        _add(ElementTree.SubElement(entry, "author"), "name", card.source)
    for term in (card.region, card.channel):
        if term:
            ElementTree.SubElement(entry, "category", {"term": clean(term)})
    _add(entry, "summary", card.plain_snippet.text)


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = clean(text)


def _link(parent: ElementTree.Element, relation: str, href: str, kind: str) -> None:
    ElementTree.SubElement(parent, "link", {"rel": relation, "href": clean(href), "type": kind})


def clean(text: str) -> str:
    """The text without what XML cannot hold.

    >>> clean("一\\x00二\\ufffe三")
    '一二三'
    """
    return _NO_XML.sub("", text)


def moment(kept: str) -> str:
    """A time of the archive as RFC 3339 wants it.

    >>> moment("2022-07-20T09:50+08:00"), moment("2026-11-22T20:05:09.120+00:00")
    ('2022-07-20T09:50:00+08:00', '2026-11-22T20:05:09Z')
    >>> moment("2012-05-30"), moment("不详")
    ('2012-05-30T00:00:00+08:00', '1970-01-01T00:00:00Z')
    """
    if kept.endswith("+00:00"):
        try:
            return datetime.fromisoformat(kept).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        except ValueError:
            return "1970-01-01T00:00:00Z"
    found = _PRINTED.match(kept)
    if not found:
        return "1970-01-01T00:00:00Z"
    return f"{found[1]}T{found[2] or '00:00'}{found[3] or ':00'}+08:00"

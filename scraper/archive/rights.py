"""What an answer says about keeping and mining it, and what follows for what is kept.

Signals: `noarchive` in a robots meta element or an X-Robots-Tag header that
speaks to everybody or to us, and the TDM Reservation Protocol (W3C CG final
report, 10 May 2024) in header or meta. Parsing is pure and bounded; where two
signals disagree the stricter one counts.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import unescape
from typing import Generic, TypeVar

from scraper.archive.database import Database
from scraper.models import Article, Capture

AGENT = "chinanews-scraper"
_HEAD = 256 * 1024
"""Bytes of a page that are looked at: meta elements stand in the head."""
NOARCHIVE = "noarchive"

# Directives with a value of their own, which a name in front of a colon is not an agent of (Google's robots reference).
_VALUED = {"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"}
_ATTRIBUTE = re.compile(r"""([a-z:_-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)


@dataclass(frozen=True, slots=True)
class Signals:
    noarchive: bool = False
    tdm_reservation: bool | None = None
    """True where rights are reserved, False where expressly not, None where nothing is said."""
    tdm_policy: str | None = None


def signals_of(headers: Iterable[tuple[str, str]], body: bytes) -> Signals:
    """What headers and page say.

    >>> signals_of([("X-Robots-Tag", "otherbot: noarchive"), ("TDM-Reservation", "1")], b"")
    Signals(noarchive=False, tdm_reservation=True, tdm_policy=None)
    >>> signals_of([], b'<META content="NoArchive, nofollow" name=robots>').noarchive
    True
    """
    noarchive = False
    reservations: list[bool] = []
    policies: list[str] = []
    for name, value in headers:
        noarchive |= name.lower() == "x-robots-tag" and _tag_forbids(value)
        _read_tdm(name.lower(), value, reservations, policies)
    for name, content in _metas(body):
        noarchive |= name in ("robots", AGENT) and NOARCHIVE in re.split(r"[\s,;]+", content.lower())
        _read_tdm(name, content, reservations, policies)
    reservation = any(reservations) if reservations else None
    return Signals(noarchive, reservation, policies[0][:2000] if policies else None)


def _tag_forbids(value: str) -> bool:
    """Whether an X-Robots-Tag says noarchive to everybody or to us; a name before a colon speaks to that agent only."""
    agent = "*"
    for part in value.lower().split(","):
        name, colon, rest = part.strip().partition(":")
        if colon and name.strip() not in _VALUED:
            agent, part = name.strip(), rest
        if NOARCHIVE in part.split() and agent in ("*", AGENT):
            return True
    return False


def _read_tdm(name: str, value: str, reservations: list[bool], policies: list[str]) -> None:
    if name == "tdm-reservation" and value.strip() in ("0", "1"):
        reservations.append(value.strip() == "1")
    elif name == "tdm-policy" and value.strip():
        policies.append(value.strip())


def _metas(body: bytes) -> Iterator[tuple[str, str]]:
    """Name and content of the meta elements, comments and scripts left out. Linear in the bytes looked at."""
    text = _text(body[:_HEAD])
    at = 0
    while opening := _OPENING.search(text, at):
        at = opening.start() + 1
        if closing := _SILENT.get(opening.lastgroup or ""):
            end = closing.search(text, at + 1)
            if end is None:
                return
            at = end.end()
            continue
        close = text.find(">", at)
        if close < 0:
            return
        yield from _meta(text[at + 4 : min(close, at + 4999)])


# Only what is looked for is stopped at: to look at each tag of a page was a fifth of a crawl.
_OPENING = re.compile(
    "<(?:(?P<comment>!--)|(?P<script>script)|(?P<style>style)|(?P<noscript>noscript)|meta)", re.I | re.A
)
_SILENT = {"comment": re.compile("-->")} | {
    name: re.compile(f"</{name}", re.I | re.A) for name in ("script", "style", "noscript")
}


def _text(head: bytes) -> str:
    """Latin-1 is enough: names and directives are ASCII in every encoding the sites use, but UTF-16."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    return head.decode("latin-1")


def _meta(attributes: str) -> Iterator[tuple[str, str]]:
    found = {
        match[1].lower(): unescape(next(value for value in (*match.groups()[1:], "") if value is not None))
        for match in _ATTRIBUTE.finditer(attributes)
    }
    name = found.get("name") or found.get("http-equiv") or ""
    if name and "content" in found:
        yield name.strip().lower(), found["content"]


# --- what follows -----------------------------------------------------------------------------


def without_text(article: Article) -> Article:
    """The record's metadata: body, sub-headings and pictures dropped."""
    return replace(article, body="", sections=(), images=())


def without_bytes(capture: Capture) -> Capture:
    """The answer without its body."""
    return replace(capture, body=b"")


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Honoured(Generic[T]):
    """The answers for one page and what was read from them, less what may not be kept."""

    captures: list[Capture]
    reading: T | Article
    signals: tuple[Signals, ...]
    withheld: bool


def honour(found: list[Capture], reading: T | Article, wanted: bool) -> Honoured[T]:
    """What may be kept of a page: all of it, or with `wanted` and a noarchive on any of its answers, the metadata."""
    signals = tuple(signals_of(capture.headers, capture.body) for capture in found)
    if not wanted or not any(one.noarchive for one in signals):
        return Honoured(found, reading, signals, False)
    kept = without_text(reading) if isinstance(reading, Article) else reading
    return Honoured([without_bytes(capture) for capture in found], kept, signals, True)


def note_captures(db: Database, first: int, honoured: Honoured[T]) -> None:
    """Write down what the answers said; they were stored in this order from the id `first` on."""
    for identity, signals in enumerate(honoured.signals, first):
        note_capture(db, identity, signals, honoured.withheld)


def note_reading(db: Database, honoured: Honoured[T]) -> None:
    if isinstance(honoured.reading, Article):
        note_article(db, honoured.reading.url, honoured.signals[0], honoured.withheld)


def note_capture(db: Database, capture: int, signals: Signals, withheld: bool) -> None:
    """Write down what an answer said, and that its bytes were not kept. The caller holds the transaction."""
    if signals != Signals() or withheld:
        db.execute(
            "UPDATE captures SET noarchive = ?, tdm_reservation = ?, tdm_policy = ?, withheld = ? WHERE id = ?",
            [*_row(signals), NOARCHIVE if withheld else None, capture],
        )


def note_article(db: Database, url: str, signals: Signals, withheld: bool) -> None:
    """The same for the article that was read from it."""
    row = [*_row(signals), NOARCHIVE if withheld else None]
    db.execute(
        "UPDATE articles SET noarchive = ?, tdm_reservation = ?, tdm_policy = ?, withheld = ? WHERE url = ?"
        " AND (noarchive, tdm_reservation, tdm_policy, withheld) IS NOT (?, ?, ?, ?)",
        [*row, url, *row],
    )


def _row(signals: Signals) -> list[object]:
    reserved = None if signals.tdm_reservation is None else int(signals.tdm_reservation)
    return [int(signals.noarchive), reserved, signals.tdm_policy]

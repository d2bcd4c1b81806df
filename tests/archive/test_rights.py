"""Signals about keeping and mining, and what is kept then."""

import time

import pytest

from scraper.archive.rights import Honoured, Signals, honour, signals_of
from scraper.models import Article
from tests.archive.samples import ARTICLE, capture_of

RESERVED = Signals(tdm_reservation=True)
FORBIDDEN = Signals(noarchive=True)
NOTHING = Signals()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("noarchive", FORBIDDEN),
        ("NOINDEX, NoArchive", FORBIDDEN),
        ("chinanews-scraper: noarchive", FORBIDDEN),
        ("otherbot: noarchive", NOTHING),
        ("otherbot: noindex, noarchive", NOTHING),
        ("otherbot: noindex, *: noarchive", FORBIDDEN),
        ("unavailable_after: 25 Jun 2030 15:00:00 PST, noarchive", FORBIDDEN),
        ("max-snippet: 20, noarchive", FORBIDDEN),
        ("none", NOTHING),
        ("", NOTHING),
    ],
)
def test_x_robots_tag(value: str, expected: Signals) -> None:
    assert signals_of([("X-Robots-Tag", value)], b"") == expected


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ('<meta name="robots" content="noarchive">', FORBIDDEN),
        ("<META CONTENT='index, NOARCHIVE' NAME=Robots>", FORBIDDEN),
        ("<meta name=chinanews-scraper content=noarchive>", FORBIDDEN),
        ('<meta name="googlebot" content="noarchive">', NOTHING),
        ('<meta name="robots" content="index,follow">', NOTHING),
        ('<!-- <meta name="robots" content="noarchive"> -->', NOTHING),
        ('<script>"<meta name=robots content=noarchive>"</script>', NOTHING),
        ('<p>1 < 2 <meta name="robots" content="noarchive">', FORBIDDEN),
        ('<meta name="tdm-reservation" content="1">', RESERVED),
        ('<meta name="tdm-reservation" content="0">', Signals(tdm_reservation=False)),
        ('<meta name="tdm-reservation" content="yes">', NOTHING),
        ('<meta name="tdm-policy" content="https://a.example/p">', Signals(tdm_policy="https://a.example/p")),
        ("", NOTHING),
        ("<meta", NOTHING),
        ("<!--", NOTHING),
    ],
)
def test_meta_elements(page: str, expected: Signals) -> None:
    assert signals_of([], page.encode("gb18030")) == expected


def test_utf_16_pages_are_read() -> None:
    assert signals_of([], '<meta name="robots" content="noarchive">'.encode("utf-16")) == FORBIDDEN


def test_the_stricter_of_two_signals_counts() -> None:
    page = b'<meta name="tdm-reservation" content="0">'

    assert signals_of([("tdm-reservation", "1")], page) == RESERVED


@pytest.mark.parametrize("piece", [b"<", b"<!--", b"<meta ", b"<script", b"<meta a=", b"<!-- -->", b"<a b='"])
def test_hostile_heads_cost_no_time(piece: bytes) -> None:
    started = time.monotonic()

    signals_of([], piece * 200_000)

    assert time.monotonic() - started < 2


def test_of_a_noarchive_page_metadata_is_kept() -> None:
    capture = capture_of(ARTICLE.url, b"<meta name=robots content=noarchive>")

    kept: Honoured[Article] = honour([capture], ARTICLE, True)

    assert kept.withheld
    assert kept.captures[0].body == b""
    assert kept.reading.title == ARTICLE.title
    assert (kept.reading.body, kept.reading.images, kept.reading.sections) == ("", (), ())


def test_noarchive_is_only_noted_where_configuration_says_so() -> None:
    capture = capture_of(ARTICLE.url, b"<meta name=robots content=noarchive>")

    kept: Honoured[Article] = honour([capture], ARTICLE, False)

    assert not kept.withheld
    assert kept.signals == (FORBIDDEN,)
    assert (kept.captures, kept.reading) == ([capture], ARTICLE)

"""Damaged fixtures: whatever a server, a proxy or a broken disk makes of a page, it is read or refused, never a crash.

`SCRAPER_FUZZ=20000 pytest tests/extract/test_fuzz.py` looks longer.
"""

import os
import re
import tempfile
import zlib
from datetime import datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scraper.errors import PageError
from scraper.extract.article import extract_article
from scraper.extract.listing import links_of
from scraper.models import Article, Link
from tests.pages import Fixture, fixtures

everyday = settings(
    max_examples=int(os.environ.get("SCRAPER_FUZZ", "60")),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

pages = st.sampled_from(fixtures())
# Where damage begins, as a share of the page, so that one draw fits every page.
places = st.floats(0, 1, exclude_max=True)
_TAGS = re.compile(rb"</?[a-zA-Z][^<>]*>")


class Damaged:
    """No dataclass, because Hypothesis prints every field of those: a whole page."""

    def __init__(self, fixture: Fixture, raw: bytes) -> None:
        self.fixture = fixture
        self.raw = raw

    def __repr__(self) -> str:
        """A failing page is written beside the temporary files, not into the terminal."""
        path = Path(tempfile.gettempdir()) / f"damaged-{zlib.crc32(self.raw):08x}.html"
        path.write_bytes(self.raw)
        return f"{self.fixture.name} as {path}"


@st.composite
def damaged(draw: st.DrawFn) -> Damaged:
    fixture = draw(pages)
    raw = fixture.raw
    for damage in draw(
        st.lists(st.sampled_from([cut, doubled, swapped, overwritten, untagged, spliced]), min_size=1, max_size=4)
    ):
        raw = damage(draw, raw)
    return Damaged(fixture, raw)


def _span(draw: st.DrawFn, raw: bytes, longest: int) -> tuple[int, int]:
    start = int(draw(places) * len(raw))
    return start, start + draw(st.integers(1, longest))


def cut(draw: st.DrawFn, raw: bytes) -> bytes:
    start, stop = _span(draw, raw, 6_000)
    return raw[:start] + (raw[stop:] if draw(st.booleans()) else b"")


def doubled(draw: st.DrawFn, raw: bytes) -> bytes:
    start, stop = _span(draw, raw, 4_000)
    return raw[:stop] + raw[start:stop] * draw(st.integers(1, 3)) + raw[stop:]


def swapped(draw: st.DrawFn, raw: bytes) -> bytes:
    damaged_bytes = bytearray(raw)
    for _ in range(draw(st.integers(1, 8))):
        if len(raw) > 1:
            one, other = (int(draw(places) * len(raw)) for _ in range(2))
            damaged_bytes[one], damaged_bytes[other] = damaged_bytes[other], damaged_bytes[one]
    return bytes(damaged_bytes)


def overwritten(draw: st.DrawFn, raw: bytes) -> bytes:
    start, _ = _span(draw, raw, 1)
    noise = draw(st.binary(min_size=1, max_size=24))
    return raw[:start] + noise + raw[start + len(noise) :]


def untagged(draw: st.DrawFn, raw: bytes) -> bytes:
    """A few tags gone, opening or closing."""
    doomed = {int(place * 400) for place in draw(st.lists(places, min_size=1, max_size=12))}
    seen = iter(range(len(raw)))
    return _TAGS.sub(lambda tag: b"" if next(seen) % 400 in doomed else tag.group(), raw)


def spliced(draw: st.DrawFn, raw: bytes) -> bytes:
    """The head of one page and the tail of another."""
    other = draw(pages).raw
    return raw[: int(draw(places) * len(raw))] + other[int(draw(places) * len(other)) :]


@everyday
@given(damaged(), st.booleans())
def test_a_damaged_page_is_an_article_or_a_page_error(page: Damaged, layouts: bool) -> None:
    address = page.fixture.address

    try:
        article = extract_article(
            page.raw, address.site, address.url, content_type=page.fixture.content_type, layouts=layouts
        )
    except PageError as error:
        assert error.slug
        return

    assert_is_whole(article, address.url)


def assert_is_whole(article: Article, url: str) -> None:
    """What every record promises, however its page came about."""
    paragraphs = article.body.split("\n\n") if article.body else []

    assert article.url == url
    assert article.title and article.title == article.title.strip()
    assert datetime.fromisoformat(article.published_at).utcoffset() is not None
    assert article.body or article.images or article.kind == "video"
    assert all(paragraph.strip() for paragraph in paragraphs)
    assert all(paragraphs[section.start] == section.title for section in article.sections)
    assert all(-1 <= image.position < max(len(paragraphs), 1) for image in article.images)
    assert all(image.credit is None or image.credit in (image.caption or "") for image in article.images)
    assert article.agreement is None or 0 <= article.agreement <= 1
    assert "\0" not in article.body


@everyday
@given(damaged())
def test_a_damaged_listing_is_links_or_a_page_error(page: Damaged) -> None:
    try:
        links = links_of(page.raw, content_type=page.fixture.content_type)
    except PageError as error:
        assert error.slug
        return

    assert all(isinstance(link, Link) and link.url for link in links)
    assert len({link.url for link in links}) == len(links)


@everyday
@given(st.binary(max_size=600), st.sampled_from(["", "text/html; charset=gb2312", "text/html; charset=utf-16"]))
def test_noise_is_refused(noise: bytes, content_type: str) -> None:
    address = fixtures()[0].address

    try:
        article = extract_article(noise, address.site, address.url, content_type=content_type)
    except PageError as error:
        assert error.slug
        return

    assert_is_whole(article, address.url)

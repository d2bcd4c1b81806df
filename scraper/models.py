"""The nouns: frozen records that every room passes to the next, and nothing else."""

import re
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of an edition that lists its newest articles."""

    path: str
    """Path on the edition's canonical host, or a whole address on another of its hosts."""
    channel: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """One template of a site as CSS selectors.

    A layout matches a page when `title` and `body` both select something with
    text. `meta` selects what holds the printed date, source and editor;
    `date`, `source` and `editor` are only needed where they stand apart.
    """

    name: str
    title: str
    body: str
    meta: str = ""
    date: str = ""
    source: str = ""
    editor: str = ""
    drop: str = ""
    """Elements inside the body that are not the article's."""
    evidence: str = ""
    """Who saw it and when, in the marks of `docs/sites.md`."""


@dataclass(frozen=True, slots=True)
class Site:
    """An edition, as data."""

    code: str
    name: str
    hosts: tuple[str, ...]
    """Canonical host first; the others are its twins."""
    listings: tuple[Listing, ...]
    article_path: tuple[re.Pattern[str], ...]
    """Full-match patterns of article paths; named groups `channel`, `year`, `month`, `day`, `id`."""
    layouts: tuple[Layout, ...] = ()
    """Newest template first; the first that matches a page wins."""
    extra_hosts: tuple[str, ...] = ()
    """Hosts of this edition whose pages are other pages, not twins (mobile)."""
    mobile_prefix: str = ""
    """What stands before the path of an article's mobile twin on the same hosts: `/m`."""
    query_is_identity: bool = False
    """Whether the query string names the article (`docDetail.jsp?id=`)."""
    enabled: bool = True
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link found on a listing: canonical address and its text."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """One response as it came: bytes, status, headers, times."""

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    """The entity body, inflated; `wire_size` says how many bytes came over the wire."""
    wire_size: int
    fetched_at: datetime
    elapsed: float
    """Seconds from the first byte sent to the last received."""
    request_headers: tuple[tuple[str, str], ...] = ()
    redirects: tuple[str, ...] = ()
    peer: str = ""

    def header(self, name: str) -> str:
        """The first value of a header, `""` when absent. Names are case-insensitive (RFC 9110 §5.1)."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


@dataclass(frozen=True, slots=True)
class Drift:
    """A field of an edition's pages that stopped being what it was."""

    site: str
    field: str
    expected: float
    """Share of good pages before, 0 to 1."""
    seen: float
    example: str
    """Address of a page that shows it."""
    since: str = ""
    """UTC; when it was first seen."""


@dataclass(frozen=True, slots=True)
class Image:
    src: str
    alt: str = ""
    caption: str | None = None
    credit: str | None = None
    position: int = -1
    """Index of the paragraph it follows, -1 above the first."""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    start: int
    """Index of the sub-heading among the paragraphs of the body."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What another place of the page says of a field."""

    field: str
    value: str
    read_from: str
    """`hidden inputs`, `hidden text`, `head comment`, `address`, or the layout whose reader says so."""


@dataclass(frozen=True, slots=True)
class Article:
    """The record; every field is described in `docs/record.md`."""

    url: str
    site: str
    region: str
    kind: str
    layout: str
    agreement: float | None
    channel: str | None
    title: str
    published_at: str
    source: str | None
    editor: str | None
    authors: tuple[str, ...]
    contributors: tuple[str, ...]
    body: str
    sections: tuple[Section, ...]
    images: tuple[Image, ...]
    next_page: str | None
    rights: str | None
    pages: int = 1
    """How many pages were joined into this record."""
    disagreements: tuple[Disagreement, ...] = ()
    charset: str = field(default="", metadata={"internal": True})
    replaced: int = field(default=0, metadata={"internal": True})
    """How many characters could not be decoded and stand as U+FFFD in the page."""

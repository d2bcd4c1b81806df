"""A page as one list of lines and pictures in reading order, and the elements that hold them."""

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from scraper.text import fold

# Marks the edge of an inline element in a line's raw text; `fold` drops it.
EDGE = "\ufeff"
_GAP = re.compile(r"\s*(?:[\u3000\u00a0\ufeff]|\s{2}|\s[|｜丨·•/]\s)[\s\ufeff]*")
# 编　辑：张三
_SPACED_LABEL = re.compile(r"(?<![\u4e00-\u9fff])([编来时作责出])[\s\u3000\u00a0]{1,4}([辑源间者编处](?:\s*[:：]|$))")
# Blanks and edges that part nothing, as nothing stands before or behind them.
_AROUND = f" \t\r\n\u00a0\u3000{EDGE}"


@dataclass(slots=True, eq=False)
class Element:
    """A block element (or one that was asked for) and the span of items it holds."""

    parent: "Element | None"
    tag: str
    first: int
    hidden: bool
    centred: bool
    tone: str = ""
    """Colour and size of its text, as it and what is around it say; for comparing."""
    last: int = field(default=0, init=False)
    is_data: bool | None = field(default=None, init=False)
    """Whether it is a table row of several cells, once somebody has looked."""

    def is_within(self, outer: "Element") -> bool:
        at: Element | None = self
        while at and at is not outer:
            at = at.parent
        return at is outer

    @property
    def nesting(self) -> tuple[str, ...]:
        """The tags around it, its own first."""
        tags = []
        at: Element | None = self
        while at:
            tags.append(at.tag)
            at = at.parent
        return tuple(tags)


# What stands outside every element.
NOWHERE = Element(None, "body", 0, False, False)


@dataclass(slots=True, eq=False)
class Line:
    """A line of text: what stands between two block boundaries or line breaks."""

    text: str
    """Blanks folded."""
    raw: str
    """As it stands in the page, with a mark at the edges of inline elements."""
    element: Element
    size: int
    """Characters that are not blank."""
    link_size: int
    """How many of them are link text."""
    bold: bool
    """Every character of it is bold or in a heading."""
    hidden: bool
    indent: int
    """Blanks it opens with: full-width ones, &emsp; (two each), &ensp; and &nbsp; (one each)."""
    at: int
    """Its index among the page's items."""
    broken: bool
    """A line break ends it, not the end or beginning of an element."""
    tone: str = ""
    """Colour and size that all of it is set in, as the markup says: captions may differ from text in nothing else."""

    known_parts: tuple[str, ...] | None = field(default=None, init=False)
    """Its `parts`, once somebody has asked."""

    @property
    def bare(self) -> str:
        """Its characters that are not blank."""
        return self.text.replace(" ", "").replace("\t", "")  # folded, but for the tabs of a joined row

    @property
    def gaps(self) -> tuple[str, ...]:
        """Its parts where wide blanks or the edges of inline elements set them apart."""
        # They matter only where a label with its colon stands.
        return self.parts if "：" in self.text or ":" in self.text else (self.text,)

    @property
    def parts(self) -> tuple[str, ...]:
        """As `gaps`, label or not; bars part, too. A long line is one part."""
        if self.known_parts is None:
            self.known_parts = self._parted()
        return self.known_parts

    def _parted(self) -> tuple[str, ...]:
        if self.size > 160 or (" " not in self.text and self.raw.strip(_AROUND) == self.text):
            return (self.text,)
        raw = _SPACED_LABEL.sub(_without_gap, self.raw.strip())
        return tuple(part for part in map(fold, _GAP.split(raw)) if part)

    @property
    def is_mostly_link(self) -> bool:
        return self.link_size * 2 > self.size


def _without_gap(label: re.Match[str]) -> str:
    return label[1] + label[2]


@dataclass(slots=True, eq=False)
class Picture:
    src: str
    alt: str
    title: str
    href: str
    width: int
    """Pixels its attributes give, 0 when they don't say."""
    element: Element
    hidden: bool


@dataclass(slots=True)
class Page:
    url: str
    html: str
    title_tag: str
    head_comment: tuple[str, str] | None
    """Time and name of the CMS comment in the page's own head."""
    items: list[Line | Picture] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    """Those of the items that are lines."""
    elements: list[Element] = field(default_factory=list)
    links: list[LexborNode] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)
    """Hidden inputs by name, the first of a name."""
    scripts: list[str] = field(default_factory=list)
    """Inline scripts that hold gallery data."""
    wanted: dict[int, Element] = field(default_factory=dict)
    """The elements of the nodes that were asked for, by `mem_id`."""
    aside: frozenset[int] | None = None
    """Indexes of the items that are set aside, lists of links and the like, once somebody has looked."""
    prose: list[int] | None = None
    """Of each item how much prose a reader sees in it, once somebody has looked."""

"""A parsed page as one list of lines and pictures in reading order.

One walk over Lexbor's tree gives everything both readers work on: `Line`s of
text, `Picture`s, the block elements that hold them, links, hidden inputs.
What a reader of the page cannot see (scripts, styles, forms, display:none) is
left out or marked hidden.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.text import fold, squeeze

HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
BLOCKS = HEADINGS | {
    *("address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl", "dt"),
    *("fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "html", "legend", "li", "main", "nav"),
    *("ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
}
SKIPPED = frozenset(
    [
        *("script", "style", "noscript", "template", "iframe", "object", "embed", "applet", "select", "option"),
        *("optgroup", "button", "textarea", "canvas", "svg", "math", "audio", "map", "head", "title", "datalist"),
        *("frameset", "noframes"),
        # What is no element, and what has no name.
        *("-comment", "-document", "!doctype", ""),
    ]
)
_CHILDLESS = frozenset(["br", "img", "input"])
BOLD = frozenset(["b", "strong"]) | HEADINGS
# What an element says of itself that `Element` keeps.
_TELLING = "[style], [align], [hidden], font[color], font[size]"
# Where lazy loaders keep the real address while `src` shows a grey pixel.
_LAZY = ("data-original", "data-src", "data-url", "original", "_src")
_LONGEST_TITLE = 400
_BODY_TAG = re.compile(r"<[bB][oO][dD][yY]\b")
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_CENTRING = re.compile(r"text-align\s*:\s*center", re.I)
_HEAD_COMMENT = re.compile(
    r"<!--\s*\[[\d, ]+\]\s*published at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:[^>]*? by ([^\s>]+))?"
)


def _tag_ids(names: Iterable[str]) -> dict[int, str]:
    """The numbers under which Lexbor knows these tags."""
    create = LexborHTMLParser("").create_node
    return {create(name).tag_id: name for name in names}


_PLAIN_BLOCK_IDS = _tag_ids(BLOCKS - HEADINGS - {"pre"})
_TEXT_ID, _COMMENT_ID = (node.tag_id for node in LexborHTMLParser("text<!-- -->").css("body")[0].iter(True))
_SKIPPED_IDS = frozenset(_tag_ids(filter(str.isalpha, SKIPPED))) | {_COMMENT_ID}


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
_NOWHERE = Element(None, "body", 0, False, False)


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

    @property
    def bare(self) -> str:
        """Its characters that are not blank."""
        return "".join(self.text.split())

    @property
    def gaps(self) -> tuple[str, ...]:
        """Its parts where wide blanks or the edges of inline elements set them apart."""
        # They matter only where a label with its colon stands.
        return self.parts if "：" in self.text or ":" in self.text else (self.text,)

    @property
    def parts(self) -> tuple[str, ...]:
        """As `gaps`, label or not; bars part, too. A long line is one part."""
        if self.size > 160:
            return (self.text,)
        raw = _SPACED_LABEL.sub(r"\1\2", self.raw.strip())
        return tuple(part for part in map(fold, _GAP.split(raw)) if part)

    @property
    def is_mostly_link(self) -> bool:
        return self.link_size * 2 > self.size


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
    elements: list[Element] = field(default_factory=list)
    links: list[LexborNode] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)
    """Hidden inputs by name, the first of a name."""
    scripts: list[str] = field(default_factory=list)
    """Inline scripts that hold gallery data."""
    wanted: dict[int, Element] = field(default_factory=dict)
    """The elements of the nodes that were asked for, by `mem_id`."""
    listed: frozenset[int] | None = None
    """Indexes of the items in lists of links, once somebody has looked."""
    prose: list[int] | None = None
    """Of each item how much prose a reader sees in it, once somebody has looked."""


def flatten(tree: LexborHTMLParser, html: str, url: str, wanted: frozenset[int] = frozenset()) -> Page:
    """Walk the tree once. `wanted` are nodes (`mem_id`) that become elements even if inline."""
    body_tag = _BODY_TAG.search(html)
    comment = _HEAD_COMMENT.search(html, 0, body_tag.start() if body_tag else 4096)
    title_node = tree.css_first("title")
    page = Page(
        url=url,
        html=html,
        title_tag=fold(title_node.text())[:_LONGEST_TITLE] if title_node else "",
        head_comment=(comment.group(1), comment.group(2) or "") if comment else None,
    )
    root = tree.body or tree.root
    if root is not None:
        # To read the attributes of a node takes ten times what a step to the next one takes.
        telling = frozenset(node.mem_id for node in tree.css(_TELLING))
        _Walk(page, page.items, wanted, telling | wanted).run(root)
    if _holds_gallery(html):
        page.scripts += filter(_holds_gallery, (script.text() for script in tree.css("script")))
    return page


def _holds_gallery(script: str) -> bool:
    return "picsJson" in script or "vsimg" in script


_Marked = tuple[LexborNode, str, bool]
"""A node that is open and no plain block, its tag, and whether it became an element."""


@dataclass(slots=True)
class _Walk:
    """The state of one walk; every method is one event of it."""

    page: Page
    items: list[Line | Picture]
    wanted: frozenset[int]
    telling: frozenset[int]
    """The nodes (`mem_id`) whose attributes need a look, for style, alignment or being wanted."""
    open: list[Element] = field(default_factory=lambda: [_NOWHERE])
    """The elements that are open and hold something, outermost first."""
    empty: list[LexborNode] = field(default_factory=list)
    """The blocks open inside them that hold nothing yet: many never do, and become no `Element`."""
    links: list[LexborNode] = field(default_factory=list)
    bold: int = 0
    """How many bold elements are open."""
    preformatted: int = 0
    """How many <pre> are open."""
    tones: list[tuple[int, str]] = field(default_factory=list)
    """The inline elements (`mem_id`) that are open and say a colour or size, and what they say together."""
    parts: list[str] = field(default_factory=list)
    """The text of the line so far, then what of it is link text, and what is bold."""
    linked: list[str] = field(default_factory=list)
    bolded: list[str] = field(default_factory=list)
    toned: dict[str, list[str]] = field(default_factory=dict)
    """The text of the line so far by what `tones` say of it."""

    def run(self, root: LexborNode) -> None:
        # Two thirds of a page's nodes are blocks and the blanks between them. What they ask for stands here and
        # not in methods, they are told by their tags' numbers, and no tag is kept: a sixth of the walk's time.
        parts, empty, items, open_elements = self.parts, self.empty, self.items, self.open
        above: list[LexborNode | _Marked] = []
        node: LexborNode | None = root
        while True:
            if node is None:
                if not above:
                    return
                left = above.pop()
                if isinstance(left, tuple):
                    node = self.leave(left).next
                else:
                    if parts:
                        self.flush()
                    if empty:
                        empty.pop()
                    else:
                        open_elements.pop().last = len(items)
                    node = left.next
                if not above:
                    return
                continue
            tag_id = node.tag_id
            if tag_id == _TEXT_ID:
                if parts or not node.is_empty_text_node:
                    self.text(node.text_content or "")
            elif tag_id in _PLAIN_BLOCK_IDS:
                if parts:
                    self.flush()
                empty.append(node)
                if self.wanted:
                    self.note_wanted(node)
                above.append(node)
                node = node.first_child
                continue
            elif tag_id not in _SKIPPED_IDS:
                tag = node.tag or ""
                if tag in _CHILDLESS or (tag == "video" and node.attributes.get("poster")):
                    self.childless(node, tag)
                elif tag:
                    above.append((node, tag, self.enter(node, tag)))
                    node = node.first_child
                    continue
            node = node.next

    def childless(self, node: LexborNode, tag: str) -> None:
        if tag == "br":
            self.flush(broken=True)
        elif tag == "input":
            self.input(node.attributes)
        else:
            self.flush()
            self.picture(node.attributes, tag)

    def enter(self, node: LexborNode, tag: str) -> bool:
        """Whether the node, which is inline, a heading or <pre>, became an element."""
        if self.parts and tag in _EDGED:
            self.parts.append(EDGE)
        if tag == "a":
            self.links.append(node)
            self.page.links.append(node)
        elif tag in BOLD:
            self.bold += 1
        elif tag == "pre":
            self.preformatted += 1
        elif tag in _TONED and (tag == "small" or node.mem_id in self.telling):
            self.open_tone(node, tag)
        # A link is a block only if it was asked for.
        special = self.wanted if tag == "a" else self.telling
        if tag not in BLOCKS and not (special and node.mem_id in special and self.is_special(node, tag)):
            return False
        if self.parts:
            self.flush()
        self.empty.append(node)
        self.note_wanted(node)
        return True

    def open_tone(self, node: LexborNode, tag: str) -> None:
        tone = _tone_of(tag, node.attributes)
        if tone:
            self.tones.append((node.mem_id, (self.tones[-1][1] if self.tones else "") + tone))

    def is_special(self, node: LexborNode, tag: str) -> bool:
        """Whether it was asked for or hides what it holds."""
        if tag == "a" or node.mem_id in self.wanted:
            return True
        style = node.attributes.get("style")
        return bool(style and _HIDING.search(style))

    def note_wanted(self, node: LexborNode) -> None:
        if node.mem_id in self.wanted:
            self.page.wanted[node.mem_id] = self.innermost()

    def leave(self, marked: _Marked) -> LexborNode:
        node, tag, is_element = marked
        if is_element:
            if self.parts:
                self.flush()
            if self.empty:
                self.empty.pop()
            else:
                self.open.pop().last = len(self.items)
        if self.parts and tag in _EDGED:
            self.parts.append(EDGE)
        if tag == "a":
            self.links.pop()
        elif tag in BOLD:
            self.bold -= 1
        elif tag == "pre":
            self.preformatted -= 1
        elif self.tones and self.tones[-1][0] == node.mem_id:
            self.tones.pop()
        return node

    def innermost(self) -> Element:
        """The innermost element that is open, now that it holds something."""
        element = self.open[-1]
        for node in self.empty:
            tag = _PLAIN_BLOCK_IDS.get(node.tag_id) or node.tag or ""
            hidden, centred, tone = element.hidden, element.centred, element.tone
            if tag == "center" or node.mem_id in self.telling:
                attributes = node.attributes
                style = attributes.get("style") or ""
                hidden = hidden or "hidden" in attributes or _HIDING.search(style) is not None
                centred = _is_centred(tag, attributes.get("align"), style, centred)
                tone += _tone_of(tag, attributes)
            element = Element(element, tag, len(self.items), hidden, centred, tone)
            self.page.elements.append(element)
            self.open.append(element)
        self.empty.clear()
        return element

    def text(self, text: str) -> None:
        if self.preformatted and "\n" in text:
            self.text_of_lines(text)
            return
        self.parts.append(text)
        if self.links:
            self.linked.append(text)
        if self.bold:
            self.bolded.append(text)
        if self.tones:
            self.toned.setdefault(self.tones[-1][1], []).append(text)

    def text_of_lines(self, text: str) -> None:
        """In a <pre> every line is one."""
        first, *others = text.split("\n")
        self.preformatted, kept = 0, self.preformatted
        self.text(first)
        for line in others:
            self.flush(broken=True)
            self.text(line)
        self.preformatted = kept

    def flush(self, *, broken: bool = False) -> None:
        parts = self.parts
        if not parts:
            return
        raw = whole = parts[0]
        if len(parts) > 1:
            raw = "".join(parts)
            whole = raw.replace(EDGE, "")
        text = fold(whole)
        if text:
            element = self.innermost() if self.empty else self.open[-1]
            size = len(text) - text.count(" ")
            line = Line(
                text,
                raw,
                element,
                size,
                _size_of(self.linked, whole, size) if self.linked else 0,
                bool(self.bolded) and _size_of(self.bolded, whole, size) >= size,
                element.hidden,
                0 if raw[0] == text[0] else _indent(raw[: raw.find(text[0])]),
                len(self.items),
                broken,
                element.tone + (self.tone_of_line(whole, size) if self.toned else ""),
            )
            self.items.append(line)
        parts.clear()
        self.linked.clear()
        self.bolded.clear()
        self.toned.clear()

    def tone_of_line(self, whole: str, size: int) -> str:
        """What the elements inside a line say of all of it."""
        return next((tone for tone, parts in self.toned.items() if _size_of(parts, whole, size) >= size), "")

    def picture(self, attributes: dict[str, str | None], tag: str) -> None:
        element = self.innermost()
        link = self.links[-1].attributes.get("href") if self.links else None
        self.items.append(
            Picture(
                src=_address(attributes, tag).strip(),
                alt=(attributes.get("alt") or "").strip(),
                title=fold(attributes.get("title") or ""),
                href=link or "",
                width=_pixels(attributes.get("width")),
                element=element,
                hidden=element.hidden,
            )
        )

    def input(self, attributes: dict[str, str | None]) -> None:
        name = attributes.get("name") or attributes.get("id") or ""
        if name and (attributes.get("type") or "").lower() == "hidden":
            self.page.inputs.setdefault(name, attributes.get("value") or "")


# Marks the edge of an inline element in a line's raw text; `fold` drops it.
EDGE = "\ufeff"
_EDGED = frozenset(["a", "span", "em", "i", "font", "u", "label", "time", "small"])
_GAP = re.compile(r"\s*(?:[\u3000\u00a0\ufeff]|\s{2}|\s[|｜丨·•/]\s)[\s\ufeff]*")
# 编　辑：张三
_SPACED_LABEL = re.compile(r"(?<![\u4e00-\u9fff])([编来时作责出])[\s\u3000\u00a0]{1,4}([辑源间者编处](?:\s*[:：]|$))")
_NUMBER = re.compile(r"\s*(\d{1,5})")


def _size_of(parts: list[str], whole: str, size: int) -> int:
    """How many characters these parts of a text have, blanks not counted; mostly they are all of it."""
    text = "".join(parts)
    return size if text == whole else len(squeeze(text))


def _indent(lead: str) -> int:
    # Full-width blanks and &emsp; are a character wide, &nbsp; and &ensp; half of one.
    return (lead.count("\u3000") + lead.count("\u2003")) * 2 + lead.count("\u00a0") + lead.count("\u2002")


def _is_centred(tag: str, align: str | None, style: str, around: bool) -> bool:
    """As the element says; where it says nothing, as the one around it."""
    if tag == "center" or (align or "").lower() in ("center", "middle") or _CENTRING.search(style):
        return True
    return around and not align and "text-align" not in style


_TONED = frozenset(["font", "span", "small", "em", "i"])
_COLOUR_OR_SIZE = re.compile(r"(?:^|[;\s])(?:color|font-size)\s*:\s*[^;]+", re.I)


def _tone_of(tag: str, attributes: dict[str, str | None]) -> str:
    """Colour and size that an element gives its text, in a form that only serves comparison."""
    said = [attributes.get("color"), attributes.get("size"), "small" if tag == "small" else None]
    style = attributes.get("style")
    if style and ("olor" in style or "size" in style or "SIZE" in style or "OLOR" in style):
        said += _COLOUR_OR_SIZE.findall(style)
    return "".join(f"/{''.join(value.lower().split()).strip(';')}" for value in said if value)


def _address(attributes: dict[str, str | None], tag: str) -> str:
    if tag == "video":
        return attributes.get("poster") or ""
    for name in _LAZY:
        if address := attributes.get(name):
            return address
    return attributes.get("src") or ""


def _pixels(value: str | None) -> int:
    match = _NUMBER.match(value) if value else None
    return int(match.group(1)) if match else 0

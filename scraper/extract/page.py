"""A parsed page as one list of lines and pictures in reading order.

One walk over Lexbor's tree gives everything both readers work on: `Line`s of
text, `Picture`s, the block elements that hold them, links, hidden inputs.
What a reader of the page cannot see (scripts, styles, forms, display:none) is
left out or marked hidden.
"""

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.text import fold, squeeze

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "applet",
        "select",
        "option",
        "optgroup",
        "button",
        "textarea",
        "canvas",
        "svg",
        "math",
        "audio",
        "map",
        "head",
        "title",
        "datalist",
        "frameset",
        "noframes",
    ]
)
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
BOLD = frozenset(["b", "strong"]) | HEADINGS
# Where lazy loaders keep the real address while `src` shows a grey pixel.
_LAZY = ("data-original", "data-src", "data-url", "original", "_src")
_LONGEST_TITLE = 400
_BODY_TAG = re.compile(r"<body\b", re.I)
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_CENTRING = re.compile(r"text-align\s*:\s*center", re.I)
_HEAD_COMMENT = re.compile(
    r"<!--\s*\[[\d, ]+\]\s*published at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:[^>]*? by ([^\s>]+))?"
)


@dataclass(slots=True)
class Element:
    """A block element (or one that was asked for) and the span of items it holds."""

    parent: int
    tag: str
    first: int
    hidden: bool
    centred: bool
    last: int = 0


@dataclass(slots=True)
class Line:
    """A line of text: what stands between two block boundaries or line breaks."""

    text: str
    """Blanks folded."""
    element: int
    tag: str
    """Tag of the block element it stands in."""
    size: int
    """Characters that are not blank."""
    link_size: int
    """How many of them are link text."""
    bold: bool
    """Every character of it is bold or in a heading."""
    centred: bool
    hidden: bool
    indent: int
    """Blanks it opens with, counting full-width ones and &nbsp; only."""
    gaps: tuple[str, ...] = ()
    """Its parts where wide blanks or the edges of inline elements set them apart."""
    href: str = ""
    """Where it links to, if all of it is one link."""
    at: int = 0
    """Its index among the page's items."""
    broken: bool = False
    """A line break ends it, not the end or beginning of an element."""


@dataclass(slots=True)
class Picture:
    src: str
    alt: str
    title: str
    href: str
    width: int
    """Pixels its attributes give, 0 when they don't say."""
    element: int
    hidden: bool
    centred: bool


@dataclass(slots=True)
class Anchor:
    href: str
    text: str
    at: int
    """Index of the item the link stands in or before."""


@dataclass(slots=True)
class Page:
    url: str
    title_tag: str
    head_comment: tuple[str, str] | None
    """Time and name of the CMS comment in the page's own head."""
    items: list[Line | Picture] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)
    """Hidden inputs by name, the first of a name."""
    scripts: list[str] = field(default_factory=list)
    """Inline scripts that hold gallery data."""
    wanted: dict[int, int] = field(default_factory=dict)
    """Element index of the nodes that were asked for by `mem_id`."""

    def within(self, inner: int, outer: int) -> bool:
        while inner > outer:
            inner = self.elements[inner].parent
        return inner == outer


def flatten(tree: LexborHTMLParser, html: str, url: str, wanted: frozenset[int] = frozenset()) -> Page:
    """Walk the tree once. `wanted` are nodes (`mem_id`) that become elements even if inline."""
    body_tag = _BODY_TAG.search(html)
    comment = _HEAD_COMMENT.search(html, 0, body_tag.start() if body_tag else 4096)
    title_node = tree.css_first("title")
    page = Page(
        url=url,
        title_tag=fold(title_node.text())[:_LONGEST_TITLE] if title_node else "",
        head_comment=(comment.group(1), comment.group(2) or "") if comment else None,
    )
    root = tree.body or tree.root
    if root is not None:
        _Walk(page, wanted).run(root)
    if "picsJson" in html or "vsimg" in html:
        texts = (script.text() for script in tree.css("script"))
        page.scripts = [text for text in texts if "picsJson" in text or "vsimg" in text]
    return page


@dataclass(slots=True)
class _Walk:
    """The state of one walk; every method is one event of it."""

    page: Page
    wanted: frozenset[int]
    parts: list[str] = field(default_factory=list)
    links: list[Anchor] = field(default_factory=list)
    """The links that are open, outermost first."""
    link_size: int = 0
    link_href: str = ""
    bold_size: int = 0
    bold_depth: int = 0
    open: list[int] = field(default_factory=list)

    def run(self, root: LexborNode) -> None:
        stack: list[tuple[LexborNode, str, bool]] = []
        node: LexborNode | None = root
        while True:
            if node is None:
                if not stack:
                    break
                closed, tag, is_element = stack.pop()
                self.leave(tag, is_element)
                node = closed.next if stack else None
                continue
            tag = node.tag or ""
            if tag == "-text":
                self.text(node.text_content or "")
            elif tag == "br":
                self.flush(broken=True)
            elif tag == "img" or (tag == "video" and node.attributes.get("poster")):
                self.picture(node)
            elif tag == "input":
                self.input(node)
            elif tag not in SKIPPED and tag[:1] not in ("-", "!"):
                stack.append((node, tag, self.enter(node, tag)))
                node = node.child
                continue
            node = node.next if stack else None

    def enter(self, node: LexborNode, tag: str) -> bool:
        """Whether the node became an element."""
        if tag == "a":
            self.links.append(Anchor(node.attributes.get("href") or "", "", len(self.page.items)))
            self.page.anchors.append(self.links[-1])
        if tag in BOLD:
            self.bold_depth += 1
        if tag in _EDGED:
            self.parts.append(_EDGE)
        is_element = tag in BLOCKS or self.is_special(node, tag)
        if is_element:
            self.flush()
            self.open_element(node, tag)
        return is_element

    def is_special(self, node: LexborNode, tag: str) -> bool:
        """An inline node that was asked for, or that hides what it holds."""
        if self.wanted and node.mem_id in self.wanted:
            return True
        if tag == "a":
            return False
        style = node.attributes.get("style")
        return bool(style and _HIDING.search(style))

    def open_element(self, node: LexborNode, tag: str) -> None:
        attributes = node.attributes
        style = attributes.get("style") or ""
        parent = self.open[-1] if self.open else -1
        above = self.page.elements[parent] if parent >= 0 else None
        align = (attributes.get("align") or "").lower()
        centred = tag == "center" or align in ("center", "middle") or bool(_CENTRING.search(style))
        if not centred and not align and "text-align" not in style and above:
            centred = above.centred
        hidden = bool(above and above.hidden) or "hidden" in attributes or bool(_HIDING.search(style))
        index = len(self.page.elements)
        self.page.elements.append(Element(parent, tag, len(self.page.items), hidden, centred))
        self.open.append(index)
        if self.wanted and node.mem_id in self.wanted:
            self.page.wanted[node.mem_id] = index

    def leave(self, tag: str, is_element: bool) -> None:
        if is_element:
            self.flush()
            self.page.elements[self.open.pop()].last = len(self.page.items)
        if tag in BOLD:
            self.bold_depth -= 1
        if tag in _EDGED:
            self.parts.append(_EDGE)
        if tag == "a":
            self.links.pop()

    def text(self, text: str) -> None:
        self.parts.append(text)
        if (not self.links and not self.bold_depth) or text.isspace():
            return
        size = len(squeeze(text))
        if self.links and size:
            self.links[-1].text += text
            self.link_href = self.links[-1].href
            self.link_size += size
        if self.bold_depth:
            self.bold_size += size

    def flush(self, *, broken: bool = False) -> None:
        if not self.parts:
            return
        raw = "".join(self.parts)
        self.parts.clear()
        if not raw.isspace() and (text := fold(raw)):
            self.add_line(raw, text, len(squeeze(text)), broken)
        self.bold_size = self.link_size = 0

    def add_line(self, raw: str, text: str, size: int, broken: bool) -> None:
        index = self.open[-1] if self.open else -1
        element = self.page.elements[index] if index >= 0 else Element(-1, "body", 0, False, False)
        lead = raw[: raw.find(text[0])]
        # Parts matter only where a label with its colon stands.
        parted = size <= 160 and ("：" in text or ":" in text)
        gaps = tuple(part for part in map(fold, _GAP.split(raw.strip())) if part) if parted else (text,)
        self.page.items.append(
            Line(
                text=text,
                element=index,
                tag=element.tag,
                size=size,
                link_size=self.link_size,
                bold=self.bold_size >= size,
                centred=element.centred,
                hidden=element.hidden,
                indent=lead.count("\u3000") * 2 + lead.count("\u00a0"),
                gaps=gaps,
                href=self.link_href if self.link_size >= size else "",
                at=len(self.page.items),
                broken=broken,
            )
        )

    def picture(self, node: LexborNode) -> None:
        self.flush()
        attributes = node.attributes
        src = next((attributes[name] for name in _LAZY if attributes.get(name)), attributes.get("src")) or ""
        if node.tag == "video":
            src = attributes.get("poster") or ""
        index = self.open[-1] if self.open else -1
        element = self.page.elements[index] if index >= 0 else None
        self.page.items.append(
            Picture(
                src=src.strip(),
                alt=(attributes.get("alt") or "").strip(),
                title=fold(attributes.get("title") or ""),
                href=self.links[-1].href if self.links else "",
                width=_pixels(attributes.get("width")),
                element=index,
                hidden=bool(element and element.hidden),
                centred=bool(element and element.centred),
            )
        )

    def input(self, node: LexborNode) -> None:
        attributes = node.attributes
        name = attributes.get("name") or attributes.get("id") or ""
        if name and (attributes.get("type") or "").lower() == "hidden":
            self.page.inputs.setdefault(name, attributes.get("value") or "")


# Marks the edge of an inline element in a line's raw text; `fold` drops it.
_EDGE = "\ufeff"
_EDGED = frozenset(["a", "span", "em", "i", "font", "u", "label", "time"])
_GAP = re.compile(r"\s*(?:[\u3000\u00a0\ufeff]|\s{2})[\s\ufeff]*")


def _pixels(value: str | None) -> int:
    match = re.match(r"\s*(\d{1,5})", value or "")
    return int(match.group(1)) if match else 0

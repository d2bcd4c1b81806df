"""From a parsed page to its lines, pictures, elements, links and hidden inputs, in reading order.

One walk over Lexbor's tree gives everything both readers work on. What a
reader of the page cannot see (scripts, styles, forms, display:none) is left
out or marked hidden.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.extract.page import EDGE, NOWHERE, Element, Line, Page, Picture
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
_EDGED = frozenset(["a", "span", "em", "i", "font", "u", "label", "time", "small"])
# What an element says of itself that `Element` keeps.
_TELLING = "[style], [align], [hidden], font"
# Where lazy loaders keep the real address while `src` shows a grey pixel.
_LAZY = ("data-original", "data-src", "data-url", "original", "_src")
_LONGEST_TITLE = 400
_BODY_TAG = re.compile(r"<[bB][oO][dD][yY]\b")
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_CENTRING = re.compile(r"text-align\s*:\s*center", re.I)
_HEAD_COMMENT = re.compile(
    r"<!--\s*\[[\d, ]+\]\s*published at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:[^>]*? by ([^\s>]+))?"
)


_INLINE_COMPONENT = re.compile(r"-(?:text|span|icon|link|a|label|badge|em|strong)$")


def _is_component(tag: str) -> bool:
    """Whether it is an element that a site made up and sets as a block (<uni-view>); its letters may stand in <uni-text>."""
    return "-" in tag and not _INLINE_COMPONENT.search(tag)


def _tag_ids(names: Iterable[str]) -> dict[int, str]:
    """The numbers under which Lexbor knows these tags."""
    create = LexborHTMLParser("").create_node
    return {create(name).tag_id: name for name in names}


_PLAIN_BLOCK_IDS = frozenset(_tag_ids(BLOCKS - HEADINGS - {"pre"}))
_TAGS = _tag_ids(BLOCKS | BOLD | _CHILDLESS | _EDGED)
_LINK_ID = next(iter(_tag_ids(["a"])))
_TEXT_ID, _COMMENT_ID = (node.tag_id for node in LexborHTMLParser("text<!-- -->").css("body")[0].iter(True))
_SKIPPED_IDS = frozenset(_tag_ids(filter(str.isalpha, SKIPPED))) | {_COMMENT_ID}


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


_Open = tuple[LexborNode, str, bool, str]
"""A node that is open and no plain block, its tag, whether it became an element, and its tone."""


@dataclass(slots=True)
class _Walk:
    """The state of one walk; every method is one event of it."""

    page: Page
    items: list[Line | Picture]
    wanted: frozenset[int]
    telling: frozenset[int]
    """The nodes (`mem_id`) whose attributes need a look, for style, alignment or being wanted."""
    open: list[Element] = field(default_factory=lambda: [NOWHERE])
    """The elements that are open and hold something, outermost first."""
    empty: list[LexborNode] = field(default_factory=list)
    """The blocks open inside them that hold nothing yet: many never do, and become no `Element`."""
    links: list[LexborNode] = field(default_factory=list)
    setting: list[str] = field(default_factory=list)
    """What open elements say of how their text is set: bold, as it stands, or a colour or size."""
    parts: list[str] = field(default_factory=list)
    """The text of the line so far, then what of it is link text, and what is bold."""
    linked: list[str] = field(default_factory=list)
    bolded: list[str] = field(default_factory=list)
    toned: dict[str, list[str]] = field(default_factory=dict)
    """The text of the line so far by the colours and sizes that it is set in."""

    def run(self, root: LexborNode) -> None:
        # Four fifths of a page's nodes are blocks, links, texts and the blanks between them: what they ask for stands
        # here and not in methods, and they are told by their tags' numbers.
        parts, linked, empty, items, opened = self.parts, self.linked, self.empty, self.items, self.open
        links, setting, flush, wanted = self.links, self.setting, self.flush, self.wanted
        above: list[LexborNode | _Open] = []
        node: LexborNode | None = root
        while True:
            if node is None:
                if not above:
                    return
                left = above.pop()
                if isinstance(left, tuple):
                    node = self.leave(*left)
                else:
                    node = left
                    if node.tag_id == _LINK_ID:
                        links.pop()
                        if parts:
                            parts.append(EDGE)
                    else:
                        if parts:
                            flush()
                        if empty:
                            empty.pop()
                        else:
                            opened.pop().last = len(items)
                node = node.next
                if not above:
                    return
                continue
            tag_id = node.tag_id
            if tag_id == _TEXT_ID:
                if parts or not node.is_empty_text_node:
                    text = node.text_content or ""
                    if setting:
                        self.text(text)
                    else:
                        parts.append(text)
                        if links:
                            linked.append(text)
            elif tag_id in _PLAIN_BLOCK_IDS:
                if parts:
                    flush()
                empty.append(node)
                if wanted:
                    self.note_wanted(node)
                above.append(node)
                node = node.first_child
                continue
            elif tag_id == _LINK_ID and not (wanted and node.mem_id in wanted):
                if parts:
                    parts.append(EDGE)
                links.append(node)
                self.page.links.append(node)
                above.append(node)
                node = node.first_child
                continue
            elif tag_id not in _SKIPPED_IDS:
                tag = _TAGS.get(tag_id) or node.tag or ""
                if tag in _CHILDLESS or (tag == "video" and node.attributes.get("poster")):
                    self.childless(node, tag)
                elif tag:
                    above.append(self.enter(node, tag))
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

    def enter(self, node: LexborNode, tag: str) -> _Open:
        """Open a node that is inline, a heading or <pre>, or a link that was asked for."""
        if self.parts and tag in _EDGED:
            self.parts.append(EDGE)
        said = _setting_of(node, tag) if node.mem_id in self.telling or tag == "small" else _NOTHING
        tone = ""
        if tag == "a":
            self.links.append(node)
            self.page.links.append(node)
        elif tag in BOLD:
            tone = _BOLD_TEXT
        elif tag == "pre":
            tone = _PREFORMATTED
        elif tag in _TONED:
            tone = said.tone
        if tone:
            self.setting.append(tone)
        is_element = tag in BLOCKS or said.hides or node.mem_id in self.wanted or _is_component(tag)
        if is_element:
            self.flush()
            self.empty.append(node)
            self.note_wanted(node)
        return node, tag, is_element, tone

    def leave(self, node: LexborNode, tag: str, is_element: bool, tone: str) -> LexborNode:
        if is_element:
            self.flush()
            if self.empty:
                self.empty.pop()
            else:
                self.open.pop().last = len(self.items)
        if self.parts and tag in _EDGED:
            self.parts.append(EDGE)
        if tag == "a":
            self.links.pop()
        if tone:
            self.setting.pop()
        return node

    def note_wanted(self, node: LexborNode) -> None:
        if node.mem_id in self.wanted:
            self.page.wanted[node.mem_id] = self.innermost()

    def innermost(self) -> Element:
        """The innermost element that is open, now that it holds something."""
        element, first = self.open[-1], len(self.items)
        for node in self.empty:
            tag = _TAGS.get(node.tag_id) or node.tag or ""
            hidden, centred, tone = element.hidden, element.centred, element.tone
            if node.mem_id in self.telling or tag == "center":
                said = _setting_of(node, tag)
                hidden = hidden or said.hides or said.is_marked_hidden
                centred = centred if said.centred is None else said.centred
                tone += said.tone
            element = Element(element, tag, first, hidden, centred, tone)
            self.page.elements.append(element)
            self.open.append(element)
        self.empty.clear()
        return element

    def text(self, text: str) -> None:
        """Text that some element around it sets in a way of its own."""
        if _PREFORMATTED in self.setting and "\n" in text:
            first, *others = text.split("\n")
            self.set(first)
            for line in others:
                self.flush(broken=True)
                self.set(line)
        else:
            self.set(text)

    def set(self, text: str) -> None:
        self.parts.append(text)
        if self.links:
            self.linked.append(text)
        if _BOLD_TEXT in self.setting:
            self.bolded.append(text)
        tone = "".join(said for said in self.setting if said[0] == "/")
        if tone:
            self.toned.setdefault(tone, []).append(text)

    def flush(self, *, broken: bool = False) -> None:
        """Make a line of the text so far."""
        parts, linked = self.parts, self.linked
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
                _size_of(linked, whole, size) if linked else 0,
                bool(self.bolded) and _size_of(self.bolded, whole, size) >= size,
                element.hidden,
                0 if raw[0] == text[0] else _indent(raw[: raw.find(text[0])]),
                len(self.items),
                broken,
                element.tone + self.tone_of_line(whole, size) if self.toned else element.tone,
            )
            self.items.append(line)
            self.page.lines.append(line)
        parts.clear()
        linked.clear()
        if self.bolded or self.toned:
            self.bolded.clear()
            self.toned.clear()

    def tone_of_line(self, whole: str, size: int) -> str:
        """What the elements inside a line say of all of it."""
        return next((tone for tone, parts in self.toned.items() if _size_of(parts, whole, size) >= size), "")

    def picture(self, attributes: dict[str, str | None], tag: str) -> None:
        element = self.innermost()
        link = self.links[-1].attrs.get("href") if self.links else None
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


_NUMBER = re.compile(r"\s*(\d{1,5})")


def _size_of(parts: list[str], whole: str, size: int) -> int:
    """How many characters these parts of a text have, blanks not counted; mostly they are all of it."""
    text = "".join(parts) if len(parts) > 1 else parts[0]
    return size if text == whole else len(squeeze(text))


def _indent(lead: str) -> int:
    # Full-width blanks and &emsp; are a character wide, &nbsp; and &ensp; half of one.
    return (lead.count("\u3000") + lead.count("\u2003")) * 2 + lead.count("\u00a0") + lead.count("\u2002")


_BOLD_TEXT = "bold"
_PREFORMATTED = "as it stands"
_TONED = frozenset(["font", "span", "small", "em", "i"])
_COLOUR_OR_SIZE = re.compile(r"(?:^|[;\s])(?:color|font-size)\s*:\s*[^;]+", re.I)


class _Setting(NamedTuple):
    """What an element says of how its text is set."""

    hides: bool
    is_marked_hidden: bool
    centred: bool | None
    """None where it is as the element around it says."""
    tone: str
    """Colour and size that it gives its text, in a form that only serves comparison."""


_NOTHING = _Setting(False, False, None, "")


def _setting_of(node: LexborNode, tag: str) -> _Setting:
    attributes = node.attributes
    get = attributes.get
    return _setting(tag, get("style") or "", get("align") or "", "hidden" in attributes, get("color"), get("size"))


@lru_cache(maxsize=5_000)
def _setting(tag: str, style: str, align: str, hidden: bool, color: str | None, size: str | None) -> _Setting:
    centred = None if not align and "text-align" not in style else False
    if tag == "center" or align.lower() in ("center", "middle") or _CENTRING.search(style):
        centred = True
    said = [color, size, "small" if tag == "small" else None]
    if "olor" in style or "size" in style or "SIZE" in style or "OLOR" in style:
        said += _COLOUR_OR_SIZE.findall(style)
    tone = "".join(f"/{''.join(value.lower().split()).strip(';')}" for value in said if value)
    return _Setting(_HIDING.search(style) is not None, hidden, centred, tone)


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

"""A capture whose nodes know what they hold: which of the page's lines stand in each, and what the label reader made of them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from scraper.errors import PageError
from scraper.extract import labels, readers
from scraper.extract.article import extract_article
from scraper.extract.decode import decode
from scraper.extract.flatten import SKIPPED, flatten
from scraper.extract.induce.learned import MINIMUM, MOSTLY, REPEATED
from scraper.extract.page import Line, Page
from scraper.extract.pictures import is_story_picture
from scraper.extract.span import Span
from scraper.models import Article, Site
from scraper.text import squeeze


@dataclass(slots=True)
class Node:
    """An element and the part of the page's clock it holds: one tick a character, one a picture."""

    tag: str
    id: str
    classes: tuple[str, ...]
    marks: tuple[str, ...]
    """Its attributes that a template gives every page's, as selectors: `[itemprop='articleBody']`."""
    parent: int
    start: int
    end: int = 0


@dataclass(slots=True)
class Sample:
    """A capture that reads as an article."""

    raw: bytes
    url: str
    content_type: str
    record: Article
    """What the label reader makes of it."""
    tree: LexborHTMLParser
    page: Page
    nodes: list[Node]
    """In document order."""
    index_of: dict[int, int]
    """Of a node, by its `mem_id`."""
    starts: list[int]
    """Where each item of the page starts on the clock; one more at the end."""
    lead: int
    """The first item behind the date line."""
    span: Span
    story: set[int] = field(default_factory=set)
    """The items that are the article's text or pictures."""
    busy: frozenset[int] = frozenset()
    """The nodes that hold any of them."""
    boilerplate: frozenset[str] = frozenset()
    """Sentences of the text, less blanks, that other articles have, too."""
    bodies: dict[int, float] = field(default_factory=dict)
    """The nodes that hold all of the story, and how loosely."""

    def lines(self) -> Iterator[tuple[int, Line]]:
        return ((at, item) for at, item in enumerate(self.page.items) if isinstance(item, Line))

    def line(self, at: int) -> Line:
        line = self.page.items[at]
        assert isinstance(line, Line)
        return line

    def items_of(self, node: Node) -> range:
        """The items that stand in the node, wholly or in part."""
        if node.end <= node.start:
            return range(0)
        return range(bisect_right(self.starts, node.start) - 1, bisect_left(self.starts, node.end))

    def around(self, at: int) -> Iterator[int]:
        """The nodes that hold the item or a part of it, without the body element."""
        start, end = self.starts[at], self.starts[at + 1]
        for index, node in enumerate(self.nodes):
            if index and node.start < end and node.end > start and node.end > node.start:
                yield index

    def select(self, selector: str) -> list[LexborNode]:
        return select(self.tree, selector)

    def selected(self, selector: str) -> list[int]:
        """The nodes a selector finds, of those a reader can see."""
        found = (self.index_of.get(node.mem_id, -1) for node in self.select(selector))
        return [index for index in found if index >= 0]

    def first(self, selector: str) -> tuple[LexborNode | None, int]:
        """The node a layout's selector stands for, and how many it selects."""
        found = self.select(selector)
        return next((node for node in found if self.has_text(node)), None), len(found)

    def has_text(self, node: LexborNode) -> bool:
        index = self.index_of.get(node.mem_id, -1)
        shown = index >= 0 and self.nodes[index].end > self.nodes[index].start
        return shown or has_text(node)


def select(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        return tree.css(selector)
    except (SelectolaxError, ValueError):
        return []


def has_text(node: LexborNode) -> bool:
    return bool(squeeze(node.text()) or node.css_first("img"))


def sorted_out(
    pages: Sequence[tuple[bytes, str, str]], site: Site
) -> tuple[list[Sample], list[LexborHTMLParser | None]]:
    """The captures that read as articles, and the trees of the others (None for bytes that are no text)."""
    samples: list[Sample] = []
    strangers: list[LexborHTMLParser | None] = []
    for raw, url, content_type in {page[1]: page for page in pages}.values():
        try:
            record = extract_article(raw, site, url, content_type=content_type, layouts=False)
        except PageError:
            strangers.append(_tree(raw, content_type))
            continue
        sample = _sampled(raw, url, content_type, record)
        if sample:
            samples.append(sample)
    return samples, strangers


def _tree(raw: bytes, content_type: str) -> LexborHTMLParser | None:
    try:
        return LexborHTMLParser(decode(raw, content_type).text)
    except PageError:
        return None


def _sampled(raw: bytes, url: str, content_type: str, record: Article) -> Sample | None:
    tree = LexborHTMLParser(decode(raw, content_type).text)
    page = flatten(tree, "", url)
    reading = readers.read_labels(page)
    if reading is None:
        return None
    nodes, index_of = outline(tree)
    starts = [0]
    for item in page.items:
        starts.append(starts[-1] + (item.size if isinstance(item, Line) else 1))
    sample = Sample(
        raw, url, content_type, record, tree, page, nodes, index_of, starts, reading.span.lead, reading.span
    )
    sample.story = _story_items(sample)
    return sample


def outline(tree: LexborHTMLParser) -> tuple[list[Node], dict[int, int]]:
    """Every element `flatten` enters. What it passes over has no place on the clock."""
    nodes: list[Node] = []
    index_of: dict[int, int] = {}
    clock = 0
    open_nodes: list[tuple[LexborNode, int]] = []
    node: LexborNode | None = tree.body or tree.root
    while node is not None or open_nodes:
        if node is None:
            closed, index = open_nodes.pop()
            nodes[index].end = clock
            node = closed.next if open_nodes else None
            continue
        tag = node.tag or ""
        if tag == "-text":
            clock += len(squeeze(node.text_content or ""))
        elif tag == "img" or (tag == "video" and node.attributes.get("poster")):
            clock += 1
        elif tag not in SKIPPED and tag not in ("br", "input") and tag[:1] not in ("-", "!"):
            index_of[node.mem_id] = len(nodes)
            nodes.append(_node(node, tag, open_nodes[-1][1] if open_nodes else -1, clock))
            open_nodes.append((node, len(nodes) - 1))
            node = node.child
            continue
        node = node.next if open_nodes else None
    return nodes, index_of


# HTML's blanks only: U+3000 is a character of a class name like any other.
_BLANKS = re.compile(r"[ \t\n\f\r]+")


# What HTML of 2005 has instead of classes, and pages whose classes are made anew each time have beside them.
_PRESENTATION = frozenset(["align", "bgcolor", "color", "height", "size", "style", "valign", "width"])
_MEANING = frozenset(["itemprop", "property", "role"])
_LOOK = re.compile(r"[\w#:;,.% /()-]{1,40}")
# No day, no number, no channel: those are the article's.
_WORD = re.compile(r"[A-Za-z][\w:.-]{1,39}", re.ASCII)


def _node(node: LexborNode, tag: str, parent: int, clock: int) -> Node:
    attributes = node.attributes
    classes = dict.fromkeys(name for name in _BLANKS.split(attributes.get("class") or "") if name)
    marks = tuple(f"[{name}='{value}']" for name, value in attributes.items() if value and _is_mark(name, value))
    return Node(tag, attributes.get("id") or "", tuple(classes), marks, parent, clock)


def _is_mark(name: str, value: str) -> bool:
    if name in _MEANING or name.startswith("data-"):
        return _WORD.fullmatch(value) is not None
    return name in _PRESENTATION and _LOOK.fullmatch(value) is not None


def _story_items(sample: Sample) -> set[int]:
    """The lines the record's text and captions were made of, and the pictures of the story."""
    record = sample.record
    captions = [image.caption for image in record.images if image.caption]
    texts = [*record.body.split("\n\n"), *captions]
    whole = {squeeze(part) for text in texts for part in text.split("\t")}
    told = "\n".join(squeeze(text) for text in texts)
    found = set()
    for at in range(sample.span.lead, sample.span.last):
        item = sample.page.items[at]
        if item.hidden:
            continue
        if isinstance(item, Line):
            bare = squeeze(labels.without_editor(item.text))
            if bare in whole or (len(bare) >= 8 and bare in told):
                found.add(at)
        elif record.images and is_story_picture(sample.page, at):
            found.add(at)
    return found


def settle_story(samples: list[Sample]) -> None:
    """Forget boilerplate: a sentence in the text of every third article, or a word in most, is not any article's."""
    repeated = frozenset(
        repeated_lines(samples, lambda sample: sample.story, 8)
        | repeated_lines(samples, lambda sample: sample.story, 4, MOSTLY)
    )
    for sample in samples:
        sample.boilerplate = repeated
        sample.story = {
            at
            for at in sample.story
            if not isinstance(line := sample.page.items[at], Line) or squeeze(line.text) not in repeated
        }
        sample.busy = frozenset(
            index for index, node in enumerate(sample.nodes) if not sample.story.isdisjoint(sample.items_of(node))
        )


def repeated_lines(
    samples: list[Sample], where: Callable[[Sample], Iterable[int]], least: int, share: float = REPEATED
) -> set[str]:
    """The texts, of at least so many characters, that stand on such a share of the pages."""
    seen: dict[str, set[str]] = {}
    for sample in samples:
        for at in where(sample):
            item = sample.page.items[at]
            if isinstance(item, Line) and item.size >= least:
                seen.setdefault(squeeze(item.text), set()).add(sample.record.title)
    titles = len({sample.record.title for sample in samples})
    return {text for text, on in seen.items() if len(on) >= max(MINIMUM, titles * share)}

"""Layout induction: from a few captures of one host to the selectors that read them.

The label reader says what a page holds. This module finds the nodes that hold
it, the simplest selectors that find those nodes again on the other pages, and
tries what it proposes on every page it was learned from. It writes nothing:
what comes out is for a person to read and paste into the site's module.
"""

import difflib
import json
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from scraper.errors import PageError
from scraper.extract import chrome, labels, readers
from scraper.extract.article import agreement, extract_article
from scraper.extract.body import Span, compose
from scraper.extract.decode import decode
from scraper.extract.page import SKIPPED, Line, Page, flatten
from scraper.extract.pictures import is_story_picture
from scraper.models import Article, Layout, Site
from scraper.text import fold, squeeze

MINIMUM = 3
"""Captures of one template: from two, a chance likeness can't be told from a template."""
ENOUGH = 0.9
"""Mean agreement with the label reader below which a layout is not proposed."""
REPEATED = 0.3
"""Share of a template's pages on which a line must stand to be furniture."""
FIELDS = ("title", "date", "source", "editor", "body")


@dataclass(frozen=True, slots=True)
class LearnedLayout:
    """A template that several captures share."""

    layout: Layout
    captures: int
    """How many of the captures it reads."""
    filled: dict[str, int]
    """On how many of them its own selectors fill a field, before the label reader completes the record."""
    agreement: float
    """Mean agreement with the label reader over those captures."""
    instead_of: str
    """What reads most of them today: the name of a present layout, or `labels`."""
    first: str
    """The earliest day any of them was published, ISO 8601."""
    last: str
    examples: tuple[str, ...]
    """Addresses of three of them."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What the captures of one host teach."""

    layouts: tuple[LearnedLayout, ...]
    """The template with the most captures first."""
    articles: int
    """How many captures read as articles."""
    others: int
    """How many did not: listings, error pages, bytes that are no text."""
    unplaced: tuple[str, ...]
    """Addresses of articles that no proposed layout reads."""


def learn_layout(pages: Sequence[tuple[bytes, str, str]], site: Site) -> Learned | None:
    """Propose layouts for the captures of one host; None when fewer than three read as articles.

    `pages` are (raw bytes, canonical url, content type). Of several captures of
    one address the last counts. `layouts` is empty where the templates have no
    names to select by.
    """
    samples, strangers = _sorted_out(pages, site)
    if len(samples) < MINIMUM:
        return None
    _settle_story(samples)
    names = _Names.of(samples)
    taken = {layout.name for layout in site.layouts}
    learned: list[LearnedLayout] = []
    for group in _grouped(samples, names, strangers):
        proposal = _proposed(group, names, site, taken)
        if proposal:
            learned.append(proposal[0])
            taken.add(proposal[0].layout.name)
            samples = [sample for sample in samples if sample.url not in proposal[1]]
    learned.sort(key=lambda one: -one.captures)
    return Learned(
        layouts=tuple(learned),
        articles=sum(one.captures for one in learned) + len(samples),
        others=len(strangers),
        unplaced=tuple(sample.url for sample in samples),
    )


# --- a page whose nodes know what they hold ----------------------------------------------


@dataclass(slots=True)
class _Node:
    """An element and the part of the page's clock it holds: one tick a character, one a picture."""

    tag: str
    id: str
    classes: tuple[str, ...]
    parent: int
    start: int
    end: int = 0


@dataclass(slots=True)
class _Sample:
    """A capture that reads as an article."""

    raw: bytes
    url: str
    content_type: str
    record: Article
    """What the label reader makes of it."""
    tree: LexborHTMLParser
    page: Page
    nodes: list[_Node]
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

    def items_of(self, node: _Node) -> range:
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
        return _select(self.tree, selector)

    def selected(self, selector: str) -> list[int]:
        """The nodes a selector finds, of those a reader can see."""
        found = (self.index_of.get(node.mem_id, -1) for node in self.select(selector))
        return [index for index in found if index >= 0]

    def first(self, selector: str) -> tuple[LexborNode | None, int]:
        """The node a layout's selector stands for, and how many it selects."""
        found = self.select(selector)
        return next((node for node in found if self._has_text(node)), None), len(found)

    def _has_text(self, node: LexborNode) -> bool:
        index = self.index_of.get(node.mem_id, -1)
        shown = index >= 0 and self.nodes[index].end > self.nodes[index].start
        return shown or _has_text(node)


def _select(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        return tree.css(selector)
    except (SelectolaxError, ValueError):
        return []


def _has_text(node: LexborNode) -> bool:
    return bool(squeeze(node.text()) or node.css_first("img"))


def _sorted_out(
    pages: Sequence[tuple[bytes, str, str]], site: Site
) -> tuple[list[_Sample], list[LexborHTMLParser | None]]:
    """The captures that read as articles, and the trees of the others (None for bytes that are no text)."""
    samples: list[_Sample] = []
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


def _sampled(raw: bytes, url: str, content_type: str, record: Article) -> _Sample | None:
    tree = LexborHTMLParser(decode(raw, content_type).text)
    page = flatten(tree, "", url)
    reading = readers.read_labels(page)
    if reading is None:
        return None
    nodes, index_of = _outline(tree)
    starts = [0]
    for item in page.items:
        starts.append(starts[-1] + (item.size if isinstance(item, Line) else 1))
    sample = _Sample(
        raw, url, content_type, record, tree, page, nodes, index_of, starts, reading.span.lead, reading.span
    )
    sample.story = _story_items(sample)
    return sample


def _outline(tree: LexborHTMLParser) -> tuple[list[_Node], dict[int, int]]:
    """Every element `flatten` enters. What it passes over has no place on the clock."""
    nodes: list[_Node] = []
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


def _node(node: LexborNode, tag: str, parent: int, clock: int) -> _Node:
    attributes = node.attributes
    classes = dict.fromkeys(name for name in _BLANKS.split(attributes.get("class") or "") if name)
    return _Node(tag, attributes.get("id") or "", tuple(classes), parent, clock)


def _story_items(sample: _Sample) -> set[int]:
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
        elif record.images and is_story_picture(item, sample.url):
            found.add(at)
    return found


def _settle_story(samples: list[_Sample]) -> None:
    """Forget boilerplate: a sentence that stands in the text of every third article is not any article's."""
    repeated = frozenset(_repeated(samples, lambda sample: sample.story, 8))
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


def _repeated(samples: list[_Sample], where: Callable[[_Sample], Iterable[int]], least: int) -> set[str]:
    """The texts, of at least so many characters, that stand on REPEATED of the pages."""
    seen: dict[str, set[str]] = {}
    for sample in samples:
        for at in where(sample):
            item = sample.page.items[at]
            if isinstance(item, Line) and item.size >= least:
                seen.setdefault(squeeze(item.text), set()).add(sample.record.title)
    titles = len({sample.record.title for sample in samples})
    return {text for text, on in seen.items() if len(on) >= max(MINIMUM, titles * REPEATED)}


# --- selectors ---------------------------------------------------------------------------

# What a part of a selector costs: #id, .class, .class.class, tag.class, parent > child, parent child, tag.
_ID, _CLASS, _TWO_CLASSES, _TAG_CLASS, _CHILD, _DESCENDANT, _TAG = 0.0, 1.0, 2.0, 2.5, 3.0, 3.5, 8.0
# A child that is only a tag: the more such a parent has, the less it says.
_CHILD_TAGS = {"div": 1.5, "p": 2.5, "span": 2.5, "a": 2.5, "font": 2.0, "b": 2.0, "strong": 2.0, "td": 2.0, "tr": 2.0}
_WORST = 20.0
"""A cost at which a selector is worth nothing, however many pages it reads."""
# Tags that say enough to be the last resort on a page without names.
_TELLING_TAGS = frozenset(["h1", "h2", "article", "main"])
_PLAIN = re.compile(r"[A-Za-z_-][\w-]*", re.ASCII)
# The number of an article or a day: never a template's.
_NUMBERED = re.compile(r"\d{5}")


@dataclass(frozen=True, slots=True)
class _Names:
    """The classes and ids that stand on enough pages, each with how little it says of a node."""

    blur: dict[str, float]

    @classmethod
    def of(cls, samples: list[_Sample]) -> "_Names":
        pages: Counter[str] = Counter()
        uses: Counter[str] = Counter()
        for sample in samples:
            here = Counter(name for node in sample.nodes for name in (*node.classes, f"#{node.id}"))
            pages.update(here.keys())
            uses.update(here)
        return cls(
            {
                name: _ugliness(name) + min(0.6, 0.2 * (uses[name] / on - 1))
                for name, on in pages.items()
                if on >= MINIMUM and not _NUMBERED.search(name) and name != "#"
            }
        )

    def simple(self, node: _Node) -> list[tuple[str, float]]:
        """The ways to name a node by itself, as (selector, cost)."""
        found = [(f"#{escape(node.id)}", _ID + self.blur[f"#{node.id}"])] if f"#{node.id}" in self.blur else []
        known = sorted((self.blur[name], name) for name in node.classes if name in self.blur)
        found += [(f".{escape(name)}", _CLASS + blur) for blur, name in known]
        for (blur, name), (other_blur, other) in combinations(known[:5], 2):
            found.append((f".{escape(name)}.{escape(other)}", _TWO_CLASSES + blur + other_blur))
        found += [(f"{node.tag}.{escape(name)}", _TAG_CLASS + blur) for blur, name in known[:4]]
        return found

    def selectors(self, sample: _Sample, index: int, apart: bool) -> Iterator[tuple[str, float]]:
        """Every selector worth trying for a node, as (selector, cost).

        For a node that stands apart from the story no selector ends in a bare
        tag around the story: the next article may have such a tag in its text.
        """
        nodes, node = sample.nodes, sample.nodes[index]
        own = self.simple(node)
        yield from own
        named, bare = own[:4], (node.tag, _CHILD_TAGS.get(node.tag, 0.0))
        for steps, above in enumerate(_ancestors(nodes, index)):
            for outer, cost in self.simple(nodes[above])[:4]:
                glue, price = (" > ", _CHILD) if steps == 0 else (" ", _DESCENDANT + 0.2 * steps)
                for part, more in named if apart and above in sample.busy else [*named, bare]:
                    yield f"{outer}{glue}{part}", cost + price + more
        if not apart and node.tag in _TELLING_TAGS:
            yield node.tag, _TAG


def _ancestors(nodes: list[_Node], index: int) -> Iterator[int]:
    """The five elements around a node, the nearest first, <body> left out."""
    above = nodes[index].parent
    for _ in range(5):
        if above <= 0:
            return
        yield above
        above = nodes[above].parent


def _ugliness(name: str) -> float:
    return 0.3 * bool(re.search(r"\d", name)) + 0.3 * (_PLAIN.fullmatch(name.removeprefix("#")) is None)


def escape(name: str) -> str:
    """A class or id as a CSS identifier (CSSOM, "serialize an identifier").

    >>> escape("2col"), escape("md:w-1/2"), escape("-"), escape("正文")
    ('\\\\32 col', 'md\\\\:w-1\\\\/2', '\\\\-', '正文')
    """
    if name == "-":
        return "\\-"
    return "".join(_escaped(character, name[:at]) for at, character in enumerate(name))


def _escaped(character: str, before: str) -> str:
    if "0" <= character <= "9" and before in ("", "-"):
        return f"\\{ord(character):x} "
    if (character.isascii() and character.isalnum()) or character in "-_" or "\u3001" <= character <= "\ud7ff":
        return character
    # Beyond ASCII, Lexbor takes what CSS Syntax §4.2 calls an ident code point; a number stands for any.
    return f"\\{character}" if character.isascii() and character.isprintable() else f"\\{ord(character):x} "


@dataclass(slots=True)
class _Candidate:
    """A selector, and the pages on which it finds what it should with what that costs there."""

    selector: str
    cost: float
    pages: dict[int, float] = field(default_factory=dict)


_Targets = Callable[[_Sample], Iterable[int]]


def _candidates(
    samples: list[_Sample], names: _Names, targets: _Targets, least: int, apart: bool = False
) -> list[tuple[str, float]]:
    """The selectors that the target nodes of at least so many pages have in common, cheapest first."""
    pages: Counter[str] = Counter()
    costs: dict[str, float] = {}
    for sample in samples:
        here: dict[str, float] = {}
        for index in targets(sample):
            for selector, cost in names.selectors(sample, index, apart):
                here[selector] = min(cost, here.get(selector, cost))
        pages.update(here.keys())
        for selector, cost in here.items():
            costs[selector] = min(cost, costs.get(selector, cost))
    return sorted(((s, costs[s]) for s, on in pages.items() if on >= least), key=lambda one: (one[1], one[0]))


# --- templates: pages that one title and one body selector read ----------------------------


@dataclass(frozen=True, slots=True)
class _Group:
    title: str
    body: str
    samples: list[_Sample]


def _grouped(samples: list[_Sample], names: _Names, strangers: list[LexborHTMLParser | None]) -> list[_Group]:
    """The templates, those with names first: bare tags are tried on what is left."""
    for sample in samples:
        sample.bodies = _body_nodes(sample)
    titles = _tried(samples, _candidates(samples, names, _title_nodes, MINIMUM), _is_title, strangers)
    bodies = _tried(samples, _candidates(samples, names, lambda one: one.bodies, MINIMUM), _is_body, strangers)
    left = set(range(len(samples)))
    groups: list[_Group] = []
    for limit in (_TAG, _WORST):
        while len(left) >= MINIMUM:
            best = _best_pair(titles, bodies, left, limit)
            if best is None:
                break
            title, body, on = best
            groups.append(_Group(title, body, [samples[at] for at in sorted(on)]))
            left -= on
    return groups


_Check = Callable[[_Sample, str], float | None]


def _tried(
    samples: list[_Sample],
    candidates: list[tuple[str, float]],
    check: _Check,
    strangers: list[LexborHTMLParser | None],
) -> list[_Candidate]:
    """Each candidate on each page; one that also finds something on listings and error pages costs more."""
    found: list[_Candidate] = []
    for selector, cost in candidates:
        candidate = _Candidate(selector, cost)
        for at, sample in enumerate(samples):
            extra = check(sample, selector)
            if extra is not None:
                candidate.pages[at] = extra
        if len(candidate.pages) >= MINIMUM:
            candidate.cost += _found_on(strangers, selector)
            found.append(candidate)
    return found


def _found_on(strangers: list[LexborHTMLParser | None], selector: str) -> float:
    trees = [tree for tree in strangers if tree is not None][:10]
    hits = sum(any(_has_text(node) for node in _select(tree, selector)) for tree in trees)
    return hits / len(trees) if trees else 0.0


def _best_pair(
    titles: list[_Candidate], bodies: list[_Candidate], left: set[int], limit: float
) -> tuple[str, str, set[int]] | None:
    """The title and body selector that read the most pages for their cost."""
    best, best_score = None, 0.0
    for body in bodies:
        in_body = left & body.pages.keys()
        if len(in_body) < MINIMUM or body.cost >= limit:
            continue
        for title in titles:
            on = in_body & title.pages.keys()
            if len(on) < MINIMUM or len(on) <= best_score or title.cost >= limit:
                continue
            costs = sum(title.pages[at] + body.pages[at] for at in on) + (title.cost + body.cost) * len(on)
            score = len(on) - costs / _WORST
            if score > best_score:
                best, best_score = (title.selector, body.selector, on), score
    return best


def _title_nodes(sample: _Sample) -> list[int]:
    """The visible nodes that hold the title and nothing else."""
    size = len(squeeze(sample.record.title))
    fitting = {
        index
        for at, line in sample.lines()
        if not line.hidden and at < sample.span.last and squeeze(line.text)[:4] in squeeze(sample.record.title)
        for index in sample.around(at)
        if size <= sample.nodes[index].end - sample.nodes[index].start <= size + 8
    }
    return [index for index in sorted(fitting) if _opens_like_title(sample, sample.nodes[index])]


def _opens_like_title(sample: _Sample, node: _Node) -> bool:
    items = sample.items_of(node)
    texts = [line.text for at in items if isinstance(line := sample.page.items[at], Line)]
    return _same_title("".join(texts), sample.record.title)


def _same_title(text: str, title: str) -> bool:
    return squeeze(labels.without_page_number(fold(text))) == squeeze(title)


def _is_title(sample: _Sample, selector: str) -> float | None:
    node, count = sample.first(selector)
    if node is None or not _same_title(node.text(separator=""), sample.record.title):
        return None
    return 0.5 * (count > 1)


def _is_body(sample: _Sample, selector: str) -> float | None:
    node, count = sample.first(selector)
    looseness = sample.bodies.get(sample.index_of.get(node.mem_id, -1)) if node else None
    return None if looseness is None else looseness + 0.5 * (count > 1)


_LOOSE = 10.0


def _body_nodes(sample: _Sample) -> dict[int, float]:
    """The smallest node that holds all of the text, and those around it from which the same can be read."""
    if not sample.story:
        return {}
    # Pictures above the text may stand in a box of their own: they are looked for from the date line on.
    top = min(_text_lines(sample), default=min(sample.story))
    start, end = sample.starts[top], sample.starts[max(sample.story) + 1]
    around = [at for at, node in enumerate(sample.nodes) if at and node.start <= start and node.end >= end]
    if not around:
        return {}
    tight = set(sample.items_of(sample.nodes[around[-1]]))
    told = _told(sample, sample.nodes[around[-1]])
    found: dict[int, float] = {}
    for index in reversed(around):
        more = [at for at in sample.items_of(sample.nodes[index]) if at not in tight]
        shown = sum(isinstance(item := sample.page.items[at], Line) and not item.hidden for at in more)
        if shown > 40 or (shown and not told <= _told(sample, sample.nodes[index])):
            break
        found[index] = min(_LOOSE, 2.0 + 2.0 * shown) if shown else 0.0
    return found


def _text_lines(sample: _Sample) -> list[int]:
    """The lines of the story that stand in the body and are no captions."""
    captions = {squeeze(image.caption) for image in sample.record.images if image.caption}
    items = ((at, sample.page.items[at]) for at in sample.story)
    return [at for at, item in items if isinstance(item, Line) and squeeze(item.text) not in captions]


def _told(sample: _Sample, node: _Node) -> set[str]:
    """What a reader makes of the node as a body: its paragraphs and the addresses of its pictures."""
    items = sample.items_of(node)
    span = Span(sample.lead, max(items.start, sample.lead), items.stop)
    story = compose(sample.page, span, sample.record.title)
    return {*story.paragraphs, *(image.src for image in story.images)}


# --- the other selectors of a template -----------------------------------------------------


def _proposed(group: _Group, names: _Names, site: Site, taken: set[str]) -> tuple[LearnedLayout, set[str]] | None:
    """The group's layout as it proved itself, and the addresses of the pages it reads."""
    whole = _completed(group, names, _unused_name(group, site, taken))
    for layout in dict.fromkeys([whole, replace(whole, drop="")]):
        proof = _proof(layout, group.samples, site)
        if proof:
            return proof
    return None


def _unused_name(group: _Group, site: Site, taken: set[str]) -> str:
    """`ha-learned-2024`, for the newest article in the group."""
    name = f"{site.code}-learned-{max(sample.record.published_at for sample in group.samples)[:4]}"
    numbered = (f"{name}-{number}" for number in range(2, 100))
    return next(one for one in (name, *numbered) if one not in taken)


def _completed(group: _Group, names: _Names, name: str) -> Layout:
    meta, read = _meta_selector(group.samples, names)
    apart = {
        wanted: _apart_selector(group.samples, names, wanted, [wanted in found for found in read]) for wanted in _READ
    }
    return Layout(
        name=name,
        title=group.title,
        body=group.body,
        meta=meta,
        drop=_drop_selector(group, names),
        evidence=f"learned from {len(group.samples)} captures",
        **apart,
    )


def _wanted(sample: _Sample) -> dict[str, str]:
    record = sample.record
    values = {"date": record.published_at, "source": record.source, "editor": record.editor}
    return {name: value for name, value in values.items() if value}


def _date_in(texts: Sequence[str]) -> str | None:
    dates = [found for text in (*texts, " ".join(texts)) if (found := labels.find_date(text))]
    return next((date for date, timed in dates if timed), dates[0][0] if dates else None)


def _editor_in(texts: Sequence[str]) -> str | None:
    return next((found for text in texts if (found := labels.find_editor(text))), None)


def _source_in(texts: Sequence[str]) -> str | None:
    return labels.find_source(tuple(texts))


_READ: dict[str, Callable[[Sequence[str]], str | None]] = {
    "date": _date_in,
    "source": _source_in,
    "editor": _editor_in,
}
_META_SIZE = 400


def _meta_selector(samples: list[_Sample], names: _Names) -> tuple[str, list[set[str]]]:
    """Selectors for what holds the date line, and what they read on each page."""
    least = min(MINIMUM, max(2, len(samples) // 3))
    candidates = _candidates(samples, names, _meta_nodes, least, apart=True)
    reads = [
        (selector, cost + _foreign_lines(samples, selector), [_meta_read(sample, selector) for sample in samples])
        for selector, cost in candidates
    ]
    chosen: list[str] = []
    have: list[set[str]] = [set() for _ in samples]
    for _ in range(3):
        best = max(reads, key=lambda one: _gain(have, one[2], one[1]), default=None)
        if best is None or _gain(have, best[2], best[1]) < max(1.5, 0.1 * len(samples)):
            break
        chosen.append(best[0])
        have = [old | (new or set()) for old, new in zip(have, best[2], strict=True)]
    return ", ".join(chosen), have


def _gain(have: list[set[str]], new: Sequence[set[str] | None], cost: float) -> float:
    """Fields read anew, less those read wrongly; a simple selector is worth more."""
    more = sum(len(found - old) for old, found in zip(have, new, strict=True) if found)
    wrong = sum(found is None for found in new)
    return (more - 3 * wrong) * (1 - cost / _WORST)


def _meta_nodes(sample: _Sample) -> set[int]:
    """The nodes around the date line and the labels beside it, above the story."""
    wanted, top = _wanted(sample), min(sample.story, default=sample.span.first)
    shown = [(at, line) for at, line in sample.lines() if at < top and not line.hidden and line.size <= 160]
    found: set[int] = set()
    for at, line in shown:
        parts = (line.text, *line.gaps)
        named = any(value in (_READ[name](parts), line.text) for name, value in wanted.items())
        if named or (labels.has_source_label(line.text) and "source" in wanted):
            found.update(index for index in sample.around(at) if _is_small(sample, index, _META_SIZE))
    return found


def _is_small(sample: _Sample, index: int, most: int) -> bool:
    node = sample.nodes[index]
    return node.end - node.start <= most and index not in sample.busy


def _meta_read(sample: _Sample, selector: str) -> set[str] | None:
    """What a date line's selector reads; None where it reads something wrong or holds a part of the story."""
    found = sample.selected(selector)
    nodes = [sample.nodes[index] for index in found if sample.nodes[index].end > sample.nodes[index].start]
    if len(nodes) > 8 or not all(_is_small(sample, index, _META_SIZE) for index in found):
        return None
    top = min(sample.story, default=sample.span.first)
    if any(sample.items_of(node).start > top for node in nodes):
        return None
    texts = [text for node in nodes for text in _texts_of(sample, node)]
    wanted = _wanted(sample)
    read = {name: value for name, reader in _READ.items() if (value := reader(texts))}
    if "source" in wanted and wanted["source"] in texts and not labels.has_source_label(" ".join(texts)):
        read["source"] = wanted["source"]
    if any(value != wanted.get(name, value) for name, value in read.items()):
        return None
    return set(read)


def _foreign_lines(samples: list[_Sample], selector: str) -> float:
    """What it costs that a date line's selector holds lines that say neither date nor source nor editor."""
    lines = [
        line
        for sample in samples
        for index in sample.selected(selector)
        for at in sample.items_of(sample.nodes[index])
        if isinstance(line := sample.page.items[at], Line)
    ]
    foreign = sum(not any(reader((line.text, *line.gaps)) for reader in _READ.values()) for line in lines)
    return min(_LOOSE, 1.5 * foreign / len(samples))


def _texts_of(sample: _Sample, node: _Node) -> list[str]:
    """The lines of a node in their parts; of an inline node, its part of the line."""
    texts: list[str] = []
    for at in sample.items_of(node):
        line = sample.page.items[at]
        if not isinstance(line, Line) or line.size > 160:
            continue
        if node.start <= sample.starts[at] and sample.starts[at + 1] <= node.end:
            texts += line.gaps
            continue
        bare = squeeze(line.text)
        texts.append(bare[max(0, node.start - sample.starts[at]) : node.end - sample.starts[at]])
    return texts


def _apart_selector(samples: list[_Sample], names: _Names, wanted: str, known: list[bool]) -> str:
    """A selector for the field on the pages where the date line does not have it (【编辑:X】 below the text)."""
    missing = [sample for sample, is_known in zip(samples, known, strict=True) if not is_known]
    candidates = _candidates(missing, names, lambda sample: _nodes_apart(sample, wanted), 2, apart=True)
    best, best_score = "", 1.5
    for selector, cost in candidates:
        hits = [_read_apart(sample, selector, wanted) for sample in samples]
        score = (sum(hit or 0 for hit in hits) - 3 * hits.count(None)) * (1 - cost / _WORST)
        if score > best_score:
            best, best_score = selector, score
    return best


def _nodes_apart(sample: _Sample, wanted: str) -> set[int]:
    value = _wanted(sample).get(wanted)
    found: set[int] = set()
    for at, line in sample.lines() if value else ():
        if line.size <= 120 and at not in sample.story and _READ[wanted]((line.text,)) == value:
            found.update(index for index in sample.around(at) if _is_small(sample, index, 120))
    return found


def _read_apart(sample: _Sample, selector: str, wanted: str) -> int | None:
    """1 where it reads the field, 0 where it reads nothing, None where it reads something else."""
    found = sample.select(selector)
    if len(found) > 8 or any(sample.index_of.get(node.mem_id) in sample.busy for node in found):
        return None
    read = _READ[wanted]([fold(node.text(separator=" ")) for node in found])
    return 0 if read is None else 1 if read == _wanted(sample).get(wanted) else None


# --- what the body holds that is not the article's ------------------------------------------

_MOST_DROPPED = 6


def _drop_selector(group: _Group, names: _Names) -> str:
    """Selectors for furniture inside the body, those that cover the most of it first."""
    samples = group.samples
    noise = _noise(group)
    least = max(2, round(len(samples) * REPEATED))
    targets = {sample.url: _noise_nodes(sample, found) for sample, found in zip(samples, noise, strict=True)}
    candidates = _candidates(samples, names, lambda sample: targets[sample.url], least, apart=True)
    covers = [
        (selector, cost, cover)
        for selector, cost in candidates
        if (cover := _covered(samples, noise, selector)) is not None
    ]
    chosen: list[str] = []
    while covers and len(chosen) < _MOST_DROPPED:
        selector, _, cover = max(covers, key=lambda one: sum(map(len, one[2])) * (1 - one[1] / _WORST))
        if sum(map(bool, cover)) < least:
            break
        chosen.append(selector)
        covers = [
            (one, cost, [old - gone for old, gone in zip(rest, cover, strict=True)]) for one, cost, rest in covers
        ]
    return ", ".join(chosen)


def _noise(group: _Group) -> list[set[int]]:
    """For each page the lines inside the body that are furniture."""
    inside = {sample.url: _strange_lines(sample, group.body) for sample in group.samples}
    repeated = _repeated(group.samples, lambda sample: inside[sample.url], 2)
    return [{at for at in inside[sample.url] if _is_furniture(sample.line(at), repeated)} for sample in group.samples]


def _strange_lines(sample: _Sample, body: str) -> list[int]:
    node, _ = sample.first(body)
    index = sample.index_of.get(node.mem_id, -1) if node else -1
    items = sample.items_of(sample.nodes[index]) if index >= 0 else range(0)
    return [
        at
        for at in items
        if at >= sample.lead and at not in sample.story and isinstance(item := sample.page.items[at], Line)
        if not item.hidden
    ]


def _is_furniture(line: Line, repeated: set[str]) -> bool:
    return (
        line.link_size * 2 > line.size
        or squeeze(line.text) in repeated
        or chrome.is_chrome(line.text)
        or chrome.is_editor_line(line.text)
        or chrome.opens_afterwards(line.text)
    )


def _noise_nodes(sample: _Sample, noise: set[int]) -> set[int]:
    """The nodes that hold furniture and no part of title, date line or story."""
    found: set[int] = set()
    for at in noise:
        found.update(index for index in sample.around(at) if not _is_protected(sample, index))
    return found


def _is_protected(sample: _Sample, index: int) -> bool:
    items = sample.items_of(sample.nodes[index])
    return index in sample.busy or items.start < sample.lead < items.stop


def _covered(samples: list[_Sample], noise: list[set[int]], selector: str) -> list[set[int]] | None:
    """The furniture it hides on each page; None if it would hide anything of an article."""
    cover: list[set[int]] = []
    for sample, found in zip(samples, noise, strict=True):
        nodes = [sample.nodes[index] for index in sample.selected(selector)]
        hidden = {at for node in nodes for at in sample.items_of(node)}
        if hidden & sample.story or any(at < sample.lead for at in hidden):
            return None
        cover.append(hidden & found)
    return cover


# --- the proof ---------------------------------------------------------------------------


def _proof(layout: Layout, samples: list[_Sample], site: Site) -> tuple[LearnedLayout, set[str]] | None:
    """The layout tried on every page; None if the label reader alone reads them better."""
    trial = replace(site, layouts=(layout,))
    read: list[tuple[_Sample, Article]] = []
    for sample in samples:
        record = extract_article(sample.raw, trial, sample.url, content_type=sample.content_type)
        if record.layout == layout.name:
            read.append((sample, record))
    if len(read) < MINIMUM or _is_worse(read):
        return None
    mean = sum(agreement(record, sample.record) for sample, record in read) / len(read)
    if mean < ENOUGH:
        return None
    days = sorted(record.published_at[:10] for _, record in read)
    urls = [sample.url for sample, _ in read]
    return (
        LearnedLayout(
            layout=replace(layout, evidence=f"learned from {len(read)} captures"),
            captures=len(read),
            filled=_filled(layout, read),
            agreement=round(mean, 3),
            instead_of=_present([sample for sample, _ in read], site),
            first=days[0],
            last=days[-1],
            examples=tuple(urls[:3]),
        ),
        set(urls),
    )


def _is_worse(read: list[tuple[_Sample, Article]]) -> bool:
    """Whether any field is empty on more pages than the label reader leaves it, or the texts are others."""
    names = ("title", "published_at", "source", "editor", "body", "images")
    return sum(_likeness(sample, record) for sample, record in read) < ENOUGH * len(read) or any(
        sum(bool(getattr(record, name)) for _, record in read)
        < sum(bool(getattr(sample.record, name)) for sample, _ in read)
        for name in names
    )


def _likeness(sample: _Sample, record: Article) -> float:
    """The share of paragraphs that both readings have, boilerplate left aside."""
    one, other = (
        set(map(squeeze, text.split("\n\n"))) - sample.boilerplate for text in (record.body, sample.record.body)
    )
    return len(one & other) / len(one | other) if one or other else 1.0


def _filled(layout: Layout, read: list[tuple[_Sample, Article]]) -> dict[str, int]:
    filled = dict.fromkeys(FIELDS, 0)
    for sample, record in read:
        reading = _reading(layout, sample)
        found = (
            (reading.title, reading.published_at, reading.source, reading.editor, record.body)
            if reading
            else ("", "", "", "", "")
        )
        for name, value in zip(FIELDS, found, strict=True):
            filled[name] += bool(value)
    return filled


def _reading(layout: Layout, sample: _Sample) -> readers.Reading | None:
    """What the selectors say by themselves: `extract_article` fills their gaps with the labels."""
    match = readers.match_layout(sample.tree, (layout,))
    if match is None:
        return None
    wanted = frozenset({match.body.mem_id, *(node.mem_id for node in match.meta)})
    return readers.read_layout(flatten(sample.tree, "", sample.url, wanted), match, sample.tree)


def _present(samples: list[_Sample], site: Site) -> str:
    """What reads most of the pages today."""
    if not site.layouts:
        return "labels"
    today: Counter[str] = Counter()
    for sample in samples:
        match = readers.match_layout(sample.tree, site.layouts)
        today[match.layout.name if match else "labels"] += 1
    return today.most_common(1)[0][0]


# --- for a person to read --------------------------------------------------------------------


def as_python(learned: Learned, site: Site, label: str = "") -> str:
    """The proposals as entries of a site's `layouts=(…)`, newest template first.

    `label` opens the evidence of each: who looked and when, `REAL 2026-11`.
    Each stands below a comment that says how far it proved itself.
    """
    parts = [f"{_comment(one, site)}{_rendered(_labelled(one.layout, label))}" for one in _newest_first(learned)]
    return "".join(parts) or f"# {site.code}: no layout that reads {learned.articles} articles as well as the labels.\n"


def as_diff(learned: Learned, site: Site, label: str = "") -> str:
    """The site's present layouts and what would become of them, as a unified diff.

    A proposal takes the place and the name of the layout that reads its pages
    today, and leaves it what it has nothing better for; where none does it
    stands above the present ones, which stay: old pages keep their old template.
    """
    present = "".join(map(_rendered, site.layouts))
    after = "".join(map(_rendered, _merged(learned, site, label)))
    path = f"scraper/sites/{site.code}.py"
    lines = difflib.unified_diff(
        present.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{path}", f"b/{path}"
    )
    return "".join(lines)


def _merged(learned: Learned, site: Site, label: str) -> list[Layout]:
    present = {layout.name: layout for layout in site.layouts}
    added: list[Layout] = []
    for one in _newest_first(learned):
        layout = _labelled(one.layout, label)
        old = present.get(one.instead_of)
        if old is None or old not in site.layouts:
            added.append(layout)
        else:
            present[old.name] = _renewed(old, layout)
    return [*added, *present.values()]


def _renewed(old: Layout, new: Layout) -> Layout:
    """The present layout with what was learned; the same selectors are no news."""
    dropped = dict.fromkeys(part for drop in (old.drop, new.drop) for part in drop.split(", ") if part)
    kept = {name: getattr(old, name) for name in ("meta", "date", "source", "editor") if not getattr(new, name)}
    renewed = replace(new, **kept, name=old.name, drop=", ".join(dropped), evidence=old.evidence)
    if renewed == old:
        return old
    return replace(renewed, evidence="; ".join(filter(None, (old.evidence, new.evidence))))


def _newest_first(learned: Learned) -> list[LearnedLayout]:
    return sorted(learned.layouts, key=lambda one: one.last, reverse=True)


def _labelled(layout: Layout, label: str) -> Layout:
    return replace(layout, evidence=f"{label}, {layout.evidence}" if label else layout.evidence)


def _comment(one: LearnedLayout, site: Site) -> str:
    filled = ", ".join(f"{name} {one.filled[name]}" for name in FIELDS)
    return (
        f"        # {site.code}: {one.captures} captures published {one.first} to {one.last}, read by {one.instead_of} today;"
        f" {filled}; agreement {one.agreement:.3f}.\n"
    )


def _rendered(layout: Layout) -> str:
    names = ("name", "title", "meta", "date", "source", "body", "editor", "drop", "evidence")
    given = [(name, value) for name in names if (value := getattr(layout, name))]
    # JSON's strings are Python's, and double-quoted as the formatter wants them.
    lines = [f"            {name}={json.dumps(value, ensure_ascii=False)},\n" for name, value in given]
    return f"        Layout(\n{''.join(lines)}        ),\n"

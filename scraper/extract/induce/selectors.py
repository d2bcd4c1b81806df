"""The simplest selectors that find a node again, each with what it costs: ids before classes, classes before tags."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from scraper.extract.induce.learned import MINIMUM
from scraper.extract.induce.sample import Node, Sample

# What a part of a selector costs: #id, .class, .class.class, tag.class, parent > child, parent child, tag.
_ID, _CLASS, _TWO_CLASSES, _TAG_CLASS, _CHILD, _DESCENDANT, TAG_COST = 0.0, 1.0, 2.0, 2.5, 3.0, 3.5, 8.0
# Without class or id: custom-element, [itemprop='x'], td[width='700'], before + behind.
_CUSTOM_TAG, _MEANING, _PRESENTATION, _BEHIND = 1.5, 1.5, 5.5, 3.0
# A child that is only a tag: the more such a parent has, the less it says.
_CHILD_TAGS = {"div": 1.5, "p": 2.5, "span": 2.5, "a": 2.5, "font": 2.0, "b": 2.0, "strong": 2.0, "td": 2.0, "tr": 2.0}
WORST = 20.0
"""A cost at which a selector is worth nothing, however many pages it reads."""
# Tags that say enough to be the last resort on a page without names.
_TELLING_TAGS = frozenset(["h1", "h2", "article", "main"])
_PLAIN = re.compile(r"[A-Za-z_-][\w-]*", re.ASCII)
# The number of an article or a day: never a template's.
_NUMBERED = re.compile(r"\d{5}")


@dataclass(frozen=True, slots=True)
class Names:
    """The classes and ids that stand on enough pages, each with how little it says of a node."""

    blur: dict[str, float]

    @classmethod
    def of(cls, samples: list[Sample]) -> "Names":
        pages: Counter[str] = Counter()
        uses: Counter[str] = Counter()
        for sample in samples:
            here = Counter(name for node in sample.nodes for name in (*node.classes, f"#{node.id}", *node.marks))
            pages.update(here.keys())
            uses.update(here)
        return cls(
            {
                name: _ugliness(name) + min(0.6, 0.2 * (uses[name] / on - 1))
                for name, on in pages.items()
                if on >= MINIMUM and not _NUMBERED.search(name) and name != "#"
            }
        )

    def simple(self, node: Node) -> list[tuple[str, float]]:
        """The ways to name a node by itself, as (selector, cost)."""
        found = [(f"#{escape(node.id)}", _ID + self.blur[f"#{node.id}"])] if f"#{node.id}" in self.blur else []
        known = sorted((self.blur[name], name) for name in node.classes if name in self.blur)
        found += [(f".{escape(name)}", _CLASS + blur) for blur, name in known]
        for (blur, name), (other_blur, other) in combinations(known[:5], 2):
            found.append((f".{escape(name)}.{escape(other)}", _TWO_CLASSES + blur + other_blur))
        found += [(f"{node.tag}.{escape(name)}", _TAG_CLASS + blur) for blur, name in known[:4]]
        found += [self._marked(node, mark) for mark in node.marks if mark in self.blur]
        return [*found, (node.tag, _CUSTOM_TAG)] if "-" in node.tag else found

    def _marked(self, node: Node, mark: str) -> tuple[str, float]:
        if mark.startswith(("[itemprop", "[property", "[role", "[data-")):
            return mark, _MEANING + self.blur[mark]
        return f"{node.tag}{mark}", _PRESENTATION + self.blur[mark]

    def selectors(self, sample: Sample, index: int, apart: bool) -> Iterator[tuple[str, float]]:
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
            yield node.tag, TAG_COST
        if apart:
            yield from self._behind(nodes, index)

    def _behind(self, nodes: list[Node], index: int) -> Iterator[tuple[str, float]]:
        """By what stands before it: `.title + div`, and of the rows of a table `tr:has(> .title) + tr`."""
        node, before = nodes[index], _sibling_before(nodes, index)
        if before is None:
            return
        for outer, cost in self.simple(nodes[before])[:3]:
            yield f"{outer} + {node.tag}", _BEHIND + cost
        for child in (at for at in range(before + 1, index) if nodes[at].parent == before):
            for inner, cost in self.simple(nodes[child])[:3]:
                yield f"{nodes[before].tag}:has(> {inner}) + {node.tag}", _BEHIND + 1 + cost


def _ancestors(nodes: list[Node], index: int) -> Iterator[int]:
    """The five elements around a node, the nearest first, <body> left out."""
    above = nodes[index].parent
    for _ in range(5):
        if above <= 0:
            return
        yield above
        above = nodes[above].parent


def is_by_name(selector: str) -> bool:
    """Whether a selector says what a node is, and not only how it looks or what stands before it.

    >>> is_by_name(".ad"), is_by_name("[role='note']"), is_by_name("p[align='right']"), is_by_name(".ad + p")
    (True, True, False, False)
    """
    return " + " not in selector and re.search(r"\w\[", selector) is None


def _sibling_before(nodes: list[Node], index: int) -> int | None:
    parent = nodes[index].parent
    return next((at for at in range(index - 1, parent, -1) if nodes[at].parent == parent), None)


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
class Candidate:
    """A selector, and the pages on which it finds what it should with what that costs there."""

    selector: str
    cost: float
    pages: dict[int, float] = field(default_factory=dict)


_Targets = Callable[[Sample], Iterable[int]]


def candidate_selectors(
    samples: list[Sample], names: Names, targets: _Targets, least: int, apart: bool = False
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

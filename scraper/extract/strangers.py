"""What a site put above and below a story inside the story's own box: votes, players, polls, notices, whatever they say.

The paragraphs of a story are alike: children of one element, in boxes of one
make, or lines of one element. What stands before the first or behind the last
of them and is made otherwise is the story's only if it reads like text: each
of its lines is a sentence, or it is a table, a list, a quotation or a heading.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby, takewhile

from scraper.extract import captions, labels
from scraper.extract.flatten import HEADINGS
from scraper.extract.furniture import Item
from scraper.extract.page import Element, Line, Picture

_PROSE = 30
_SHORTEST_SENTENCE = 12
_DEEPEST = 3
"""Boxes around a paragraph that may be its own."""
_FARTHEST = 40
"""Items between a picture and what is said of it: other pictures, and what is said of those."""
_OF_TEXT = HEADINGS | set("blockquote center dd dl dt figcaption figure li ol pre table tbody td th tr ul".split())
"""What may stand beside paragraphs in a story."""
_CELLS = frozenset(["td", "th", "blockquote", "pre"])


@dataclass(frozen=True, slots=True)
class _Home:
    """Where a story's paragraphs stand."""

    box: Element
    make: tuple[str, ...]
    """The tags of the boxes around each paragraph inside that one; none where they are lines of it."""

    def holds(self, line: Line) -> bool:
        at: Element | None = line.element
        for tag in self.make:
            if at is None or at.tag != tag:
                return False
            at = at.parent
        return at is self.box


def parted(items: list[Item]) -> tuple[list[Item], list[Line]]:
    """What is the story's, and the lines above and below its paragraphs that are not."""
    home = _home(items)
    if home is None:
        return items, []
    at_home = [(at, item) for at, item in enumerate(items) if isinstance(item, Line) and home.holds(item)]
    (first, _), (last, closing) = at_home[0], at_home[-1]
    # A letter's name and day stand below its 敬礼, and otherwise.
    end = last + 1 if labels.ends_paragraph(closing.text) else len(items)
    outside = ((0, first), (end, len(items)))
    strangers = {line for start, stop in outside for line in _strangers(items, start, stop, home.box)}
    if not strangers:
        return items, []
    return [item for item in items if item not in strangers], sorted(strangers, key=lambda line: line.at)


def _home(items: list[Item]) -> _Home | None:
    """The home of three fifths of the sentences, the smallest one that there is."""
    prose = [
        item for item in items if isinstance(item, Line) and item.size >= _PROSE and labels.ends_sentence(item.text)
    ]
    for depth in range(_DEEPEST + 1):
        homes = Counter(home for line in prose if (home := _home_of(line, depth)))
        # A paragraph alone is no line of its element, but a child of the one around it.
        for home, number in homes.most_common(1):
            if number * 5 >= len(prose) * 3 and number > (not depth):
                return home if not _OF_TEXT.intersection(home.make) else None
    return None


def _home_of(line: Line, depth: int) -> _Home | None:
    make: tuple[str, ...] = ()
    at: Element | None = line.element
    while at and len(make) < depth:
        make += (at.tag,)
        at = at.parent
    return _Home(at, make) if at else None


def _strangers(items: list[Item], start: int, stop: int, box: Element) -> list[Line]:
    found: list[Line] = []
    around = _around(box)
    for stranger, group in groupby(range(start, stop), lambda at: _outermost(items[at].element, around)):
        indexes = list(group)
        lines = [item for at in indexes if isinstance(item := items[at], Line)]
        # Beside a picture stands what is said of it.
        if _is_below_picture(items, indexes[0]) or len(lines) < len(indexes):
            continue
        if stranger is not box and stranger.tag in _OF_TEXT:
            continue
        if not all(_reads_like_text(line) or _is_set_in(line, stranger) for line in lines):
            found += lines
    return found


def _is_below_picture(items: list[Item], at: int) -> bool:
    """Whether a picture stands above that has not had its line yet."""
    above = items[max(0, at - _FARTHEST) : at][::-1]
    said = next((number for number, item in enumerate(above) if isinstance(item, Picture)), len(above))
    shown = sum(1 for _ in takewhile(lambda item: isinstance(item, Picture), above[said:]))
    return said < shown


def _is_set_in(line: Line, box: Element) -> bool:
    """Whether a line stands in a cell or quotation inside a box."""
    at: Element | None = line.element
    while at and at is not box.parent:
        if at.tag in _CELLS:
            return True
        at = at.parent
    return False


def _around(box: Element) -> frozenset[Element]:
    """An element and all that it stands in."""
    found = [box]
    while found[-1].parent:
        found.append(found[-1].parent)
    return frozenset(found)


def _outermost(element: Element, around: frozenset[Element]) -> Element:
    """The largest element around this one that holds nothing of the paragraphs."""
    at = element
    while at.parent and at.parent not in around:
        at = at.parent
    return at


def _reads_like_text(line: Line) -> bool:
    if captions.opens_caption(line.text):
        return True
    is_told = line.size >= _SHORTEST_SENTENCE or line.indent >= 2
    return is_told and not line.is_mostly_link and labels.ends_sentence(line.text)

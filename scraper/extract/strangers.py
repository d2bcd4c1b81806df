"""What a site put above and below a story inside the story's own box: votes, players, polls, notices, whatever they say.

The paragraphs of a story are children of one element, and alike. What stands
before the first or behind the last of them in a box of another make is the
story's only if it reads like text: each of its lines is a sentence, or it is
a table, a list, a quotation or a heading.
"""

from collections import Counter
from itertools import groupby

from scraper.extract import captions, labels
from scraper.extract.page import Element, Line, Picture

Item = Line | Picture

_PROSE = 30
_SHORTEST_SENTENCE = 12
_OF_TEXT = frozenset(
    ["blockquote", "center", "dd", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "pre"]
    + ["table", "tbody", "td", "th", "tr", "ul"]
)
"""What may stand beside paragraphs in a story."""
_CELLS = frozenset(["td", "th", "blockquote", "pre"])


def parted(items: list[Item]) -> tuple[list[Item], list[Line]]:
    """What is the story's, and the lines above and below its paragraphs that are not."""
    home = _home(items)
    if home is None:
        return items, []
    box, tag = home
    at_home = [at for at, item in enumerate(items) if isinstance(item, Line) and _is_at_home(item, box, tag)]
    strangers = {
        item
        for start, stop in ((0, at_home[0]), (at_home[-1] + 1, len(items)))
        for item in _strangers(items, start, stop, box)
    }
    kept = [item for item in items if item not in strangers]
    return kept, [item for item in items if isinstance(item, Line) and item in strangers]


def _home(items: list[Item]) -> tuple[Element, str] | None:
    """The element that the paragraphs are children of, and their tag."""
    prose = [item for item in items if isinstance(item, Line) and item.size >= _PROSE and labels.ends_sentence(item.text)]
    homes = Counter((item.element.parent, item.element.tag) for item in prose if item.element.parent)
    if not homes:
        return None
    (box, tag), number = homes.most_common(1)[0]
    return (box, tag) if box and number * 5 >= len(prose) * 3 and tag not in _OF_TEXT else None


def _is_at_home(line: Line, box: Element, tag: str) -> bool:
    return line.element is box or (line.element.parent is box and line.element.tag == tag)


def _strangers(items: list[Item], start: int, stop: int, box: Element) -> list[Item]:
    found: list[Item] = []
    for stranger, group in groupby(range(start, stop), lambda at: _outermost(items[at].element, box)):
        indexes = list(group)
        above = items[indexes[0] - 1] if indexes[0] else None
        beside = [items[at] for at in indexes]
        if not isinstance(above, Picture) and not _may_be_text(stranger, beside):
            found += beside
    return found


def _outermost(element: Element, box: Element) -> Element:
    """The largest element around this one that holds nothing of the paragraphs."""
    at = element
    while at.parent and not box.is_within(at.parent):
        at = at.parent
    return at


def _may_be_text(box: Element, items: list[Item]) -> bool:
    lines = [item for item in items if isinstance(item, Line)]
    if box.tag in _OF_TEXT or len(lines) < len(items):  # a picture and what is said of it
        return True
    return all(_reads_like_text(line) for line in lines)


def _reads_like_text(line: Line) -> bool:
    if line.element.tag in _CELLS or captions.find_credit(line.text) or captions.opens_caption(line.text):
        return True
    return line.size >= _SHORTEST_SENTENCE and labels.ends_sentence(line.text)

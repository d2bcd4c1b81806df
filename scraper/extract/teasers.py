"""Other stories of which a page shows more than the headline: its opening, its picture, or all of the next one.

A teaser is a headline that is a link, above or below its day or source, with a
sentence or two that is none. Several of them, or one under a head such as
推荐阅读, are other stories. The next story stands under 下一篇.
"""

import re
from itertools import pairwise

from scraper.extract import chrome, labels
from scraper.extract.lists import BESIDE, is_link_line, is_own_link, with_head
from scraper.extract.page import Line, Page
from scraper.text import squeeze

_LONGEST_BESIDE = 60
_SHORTEST_HEADLINE = 6
_LARGEST_BOX = 8
"""Items of a teaser's box: picture, headline, opening, day, counts."""


def teasers(page: Page, lines: list[Line]) -> list[tuple[int, int]]:
    """First and behind-last item of each run of teasers, and of the next story; `lines` are those in sight."""
    return [*_runs(page, lines), *_next_stories(page, lines)]


def _runs(page: Page, lines: list[Line]) -> list[tuple[int, int]]:
    # In a list the line below a link is one, too.
    links = (at for at, (line, below) in enumerate(pairwise(lines)) if line.link_size and not below.link_size)
    found = [teaser for at in links if (teaser := _teaser(lines, at))]
    runs: list[list[_Teaser]] = []
    for teaser in found:
        if runs and 0 <= teaser[0] - runs[-1][-1][1] <= 1:
            runs[-1].append(teaser)
        else:
            runs.append([teaser])
    return [run for teasers in runs if (run := _whole(page, teasers))]


_Teaser = tuple[int, int, bool]
"""First and behind-last item, and whether a day or a source stands in it."""


def _teaser(lines: list[Line], at: int) -> _Teaser | None:
    head, below = lines[at], lines[at + 1 : at + 4]
    dated = _is_beside(below[0])
    text = below[1:2] if dated else below[:1]
    if not text or text[0].link_size or text[0].bold or not labels.reads_like_prose(text[0].text):
        return None
    if head.size < _SHORTEST_HEADLINE or not is_link_line(head) or is_own_link(head):
        return None
    stop = text[0].at + 1
    after = below[2:3] if dated else below[1:2]
    if after and _is_beside(after[0]):
        dated, stop = True, after[0].at + 1
    box = head.element.parent
    start = head.at
    if box and text[0].element.is_within(box) and head.at - box.first <= 1 and box.last - box.first <= _LARGEST_BOX:
        start, stop = box.first, box.last
    return start, stop, dated


def _is_beside(line: Line) -> bool:
    return line.size <= _LONGEST_BESIDE and BESIDE.match(line.text) is not None


def _whole(page: Page, teasers: list[_Teaser]) -> tuple[int, int] | None:
    """The run with its head; None where nothing says that it is other stories."""
    start, stop = teasers[0][0], teasers[-1][1]
    first = with_head(page, start, stop)
    headed = first < start and chrome.opens_afterwards(_text_at(page, first))
    return (first, stop) if headed or sum(dated for _, _, dated in teasers) > 1 else None


def _text_at(page: Page, index: int) -> str:
    item = page.items[index]
    return item.text if isinstance(item, Line) else ""


_NEXT = re.compile(r"(?:下一?篇|下一?条|接下来|继续阅读|接着看|即将播放)(?:文章|新闻|报道|内容|阅读)?\s*[:：>》]*")


def _next_stories(page: Page, lines: list[Line]) -> list[tuple[int, int]]:
    """From 下一篇 to the end of its box, where another headline and text stand below it."""
    return [
        (label.at, _end_of_next(label, head))
        for label, head in pairwise(lines)
        if head.bold
        and label.size <= 8
        and _NEXT.fullmatch(label.text)
        and 4 <= head.size <= 60
        and squeeze(head.text) not in squeeze(page.title_tag)
    ]


def _end_of_next(label: Line, head: Line) -> int:
    box = head.element.parent
    while box and not label.element.is_within(box):
        box = box.parent
    return box.last if box else head.at + 1

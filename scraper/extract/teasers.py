"""Other stories of which a page shows more than the headline: its opening, its picture, or all of the next one.

A teaser is a headline that is a link, above or below its day or source, with a
sentence or two that is none. Several of them, or one under a head such as
推荐阅读, are other stories. The next story stands under 下一篇.
"""

import re
from itertools import pairwise

from scraper.extract import chrome, labels
from scraper.extract.lists import BESIDE, is_link_line, is_linked, is_own_link, with_head
from scraper.extract.page import Element, Line, Page, Picture
from scraper.text import squeeze

_LONGEST_BESIDE = 60
_SHORTEST_HEADLINE = 6
_SHORTEST_OPENING = 12
_REACH = 8
_LARGEST_BOX = 8
"""Items of a teaser's box: picture, headline, opening, day, counts."""


def teasers(page: Page, lines: list[Line]) -> list[tuple[int, int]]:
    """First and behind-last item of each run of teasers; `lines` are those in sight."""
    # In a list the line below a link is one, too.
    links = (at for at, (line, below) in enumerate(pairwise(lines)) if line.link_size and not below.link_size)
    found = [teaser for at in links if (teaser := _teaser(page, lines, at))]
    runs: list[list[_Teaser]] = []
    for teaser in found:
        if runs and all(_parts_none(item) for item in page.items[runs[-1][-1][1] : teaser[0]]):
            runs[-1].append(teaser)
        else:
            runs.append([teaser])
    return [run for teasers in runs if (run := _whole(page, teasers))]


_Teaser = tuple[int, int, int]
"""First and behind-last item, and how much says that it is one: a day or a source, or a picture that is a link."""


def _parts_none(item: Line | Picture) -> bool:
    """Whether two teasers with this between them are one run still."""
    return item.hidden or isinstance(item, Picture)


def _teaser(page: Page, lines: list[Line], at: int) -> _Teaser | None:
    head, below = lines[at], lines[at + 1 : at + 4]
    if all(line.size < _SHORTEST_OPENING or line.link_size for line in below[:2]):
        return None
    dated = int(_is_beside(below[0]))
    text = below[1:2] if dated else below[:1]
    if not text or text[0].link_size or text[0].bold or not labels.reads_like_prose(text[0].text):
        return None
    if head.size < _SHORTEST_HEADLINE or not is_link_line(head) or is_own_link(head) or chrome.is_chrome(head.text):
        return None
    stop = text[0].at + 1
    after = below[2:3] if dated else below[1:2]
    if after and _is_beside(after[0]):
        dated, stop = 1, after[0].at + 1
    box = head.element.parent
    if box and text[0].element.is_within(box) and box.last - box.first <= _LARGEST_BOX and _opens(page, box, head):
        pictured = isinstance(above := page.items[box.first], Picture) and is_linked(above)
        return box.first, max(stop, box.last), 2 if pictured else dated
    return head.at, stop, dated


def _opens(page: Page, box: Element, head: Line) -> bool:
    """Whether a box begins with the headline, or with its picture."""
    return box.first == head.at or (box.first == head.at - 1 and isinstance(page.items[box.first], Picture))


def _is_beside(line: Line) -> bool:
    return line.size <= _LONGEST_BESIDE and BESIDE.match(line.text) is not None


def _whole(page: Page, teasers: list[_Teaser]) -> tuple[int, int] | None:
    """The run with its head; None where nothing says that it is other stories."""
    start, stop = teasers[0][0], teasers[-1][1]
    above = next((item for item in reversed(page.items[max(0, start - _REACH) : start]) if not item.hidden), None)
    headed = isinstance(above, Line) and chrome.opens_afterwards(above.text)
    if not headed and sum(signs for _, _, signs in teasers) < 2:
        return None
    return with_head(page, start, stop), stop


_NEXT = re.compile(r"(?:下一?篇|下一?条|接下来|继续阅读|接着看|即将播放)(?:文章|新闻|报道|内容|阅读)?\s*[:：>》]*")


# A page without any of these has no next story.
NEXT = ("下一", "下篇", "接下来", "继续阅读", "接着看", "即将播放")


def next_stories(page: Page, lines: list[Line]) -> list[tuple[int, int]]:
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

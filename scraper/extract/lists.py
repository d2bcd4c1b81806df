"""Lists of links: headlines of other stories, in whatever markup they stand, and the head above them.

A list is known by its lines alone: two or more in a row that are link text
but for a mark in front and a day behind. Its head is the short line right
above, whatever it says.
"""

import re

from scraper.extract import captions, chrome, labels, people
from scraper.extract.page import Element, Line, Page, Picture
from scraper.text import squeeze

_MARK = re.compile(
    r"^(?:[·•・●■◆▪►▶※○□◇>*\-–—]\s*|\d{1,2}\s*[.、．]?\s*(?=[^\d年月日:：./-])|[\[【][^\[\]【】]{2,6}[\]】]\s*)"
)
# The day behind or before a headline: 11-05, [2026-11-05 10:00], 11月5日.
_DAY = r"[\[(（]?\s*(?:\d{4}\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?\s*[\])）]?"
_DAY_BEHIND = re.compile(rf"(?<=[^\d\s.])\s*{_DAY}$")
_OPENS_DAY, _ENDS_DAY = "[(（", "])）日"
_DAY_BEFORE = re.compile(rf"^{_DAY}\s*(?=\D)")
# What stands in a list beside its headlines: a day, a rank, a count.
_FROM = r"来\s*源\s*[:：]\s*\S{2,16}"
BESIDE = re.compile(
    rf"^(?:{_DAY}(?:\s*{_FROM})?|{_FROM}(?:\s*{_DAY})?|\d{{1,2}}[:：]\d{{2}}|\d{{1,6}}\s*(?:次|人|阅读|评论|浏览)?|[\s>》»|·•.+]+)$"
)
# The abstract of another story closes with a link to it.
_OPENS_ELSEWHERE = re.compile(r"[\[【（(]?\s*(?:详细|详情|全文|阅读全文|查看全文|查看详情)\s*[\]】）)>》]{0,3}$")
_SHORTEST_HEADLINE = 12
_SHORT_NAME = re.compile(r"[\u4e00-\u9fff]{2,8}")
_LONGEST_HEADLINE = 60
_LONGEST_HEAD = 16
_BESIDE_HEAD = 40


def is_link_line(line: Line) -> bool:
    """Whether a line is a link, or a link with a mark in front or a day behind it."""
    if not line.link_size:
        return False
    text = line.text
    if ("详" in text or "全文" in text) and not line.indent and _OPENS_ELSEWHERE.search(text):
        return True
    if line.size > _LONGEST_HEADLINE + 20:
        return False
    if line.size <= _LONGEST_HEADLINE and line.link_size * 10 >= line.size * 8:
        return True
    size = line.size
    if line.link_size < size:
        size = len(squeeze(_headline_in(text)))
        # Edition and source as links, and the time: 广东 中国新闻网 2013-06-05 16:16.
        if size < _SHORTEST_HEADLINE and len(list(filter(_SHORT_NAME.fullmatch, line.parts))) > 1:
            return False
    return size <= _LONGEST_HEADLINE and line.link_size * 10 >= size * 8


# What a story itself links to: its annexes, an address spelled out.
_OWN_LINK = re.compile(r"^附(?:件|表|图)?\s*\d*\s*[:：.、]|^(?:https?:|www\.)|[:：]\s*(?:https?:|www\.)")


def is_own_link(line: Line) -> bool:
    text = line.text
    # Few lines can be one, and a look at what they need is cheaper than the pattern.
    return (":" in text or "：" in text or text[0] in "附w") and _OWN_LINK.search(text) is not None


def _headline_in(text: str) -> str:
    """A line less its mark and its day."""
    text = _MARK.sub("", text)
    if text[-1:].isdigit() or text[-1:] in _ENDS_DAY:
        text = _DAY_BEHIND.sub("", text)
    if text[:1].isdigit() or text[:1] in _OPENS_DAY:
        text = _DAY_BEFORE.sub("", text)
    return text


def lists(page: Page) -> list[tuple[int, int]]:
    """First and behind-last item of each list of links, its head included."""
    return [*_runs(page), *_tiles(page)]


def _runs(page: Page) -> list[tuple[int, int]]:
    """First and behind-last index of each list."""
    runs: list[tuple[int, int]] = []
    start, stop, links, targets = -1, -1, 0, set[str]()
    for index, item in enumerate(page.items):
        if item.hidden:
            continue
        if isinstance(item, Line) and item.link_size and is_link_line(item) and not is_own_link(item):
            start = index if start < 0 else start
            teases = isinstance(page.items[index - 1], Picture) and _is_teaser(page, index)
            stop, links = index + 1, links + (2 if teases else 1)
        elif isinstance(item, Line) and start >= 0 and BESIDE.match(item.text):
            last = page.items[stop - 1]
            stop = index + 1 if links and item.element.is_within(last.element.parent or last.element) else stop
        elif isinstance(item, Picture) and is_linked(item):
            start = index if start < 0 else start
            if item.alt and item.href not in targets:
                targets.add(item.href)
                # One may be the story's own, with a caption that is a link.
                links, stop = links + 1, index + 1 if len(targets) > 1 else stop
        elif start >= 0:
            runs += [(with_head(page, start, stop), stop)] if links > 1 else []
            start, stop, links, targets = -1, -1, 0, set()
    return runs + ([(with_head(page, start, stop), stop)] if links > 1 else [])


def _is_teaser(page: Page, index: int) -> bool:
    """A headline below the picture that links to the same story and has it for an alt."""
    line, above = page.items[index], page.items[index - 1] if index else None
    if not isinstance(above, Picture) or not isinstance(line, Line) or not is_linked(above):
        return False
    return not labels.ends_sentence(line.text) and line.size <= 30 and squeeze(above.alt) == line.bare


def _tiles(page: Page) -> list[tuple[int, int]]:
    """First and behind-last index of each run of linked pictures, each with the headline it leads to below it."""
    tiles = [at for at, item in enumerate(page.items) if isinstance(item, Picture) and _is_tile(page, at, item)]
    runs: list[tuple[int, int]] = []
    for at in tiles:
        if runs and _only_hidden_between(page, runs[-1][1], at):
            runs[-1] = (runs[-1][0], at + 2)
        else:
            runs.append((at, at + 2))
    targets = [{item.href for item in page.items[start:stop] if isinstance(item, Picture)} for start, stop in runs]
    return [
        (with_head(page, start, stop), stop) for (start, stop), seen in zip(runs, targets, strict=True) if len(seen) > 1
    ]


def _only_hidden_between(page: Page, stop: int, start: int) -> bool:
    return stop == start or (start - stop < _BESIDE_HEAD and all(item.hidden for item in page.items[stop:start]))


def _is_tile(page: Page, at: int, picture: Picture) -> bool:
    """A picture that is a link above a line that is none, both in a box of their own."""
    line = page.items[at + 1] if at + 1 < len(page.items) and not picture.hidden else None
    box = picture.element
    if not isinstance(line, Line) or box.last - box.first != 2 or not is_linked(picture) or line.link_size:
        return False
    if not 4 <= line.size <= _LONGEST_HEADLINE or labels.ends_sentence(line.text) or captions.find_credit(line.text):
        return False
    return line.element.is_within(box)


def is_linked(picture: Picture) -> bool:
    """Whether a picture leads to a page: to none in itself, to no picture."""
    href = picture.href.strip()
    return bool(href) and not href.startswith(("#", "javascript:")) and not _PICTURE_FILE.search(href)


_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp)(?:[?#].*)?$", re.I)


def with_head(page: Page, start: int, stop: int) -> int:
    at = start - 1
    while at >= 0 and page.items[at].hidden:
        at -= 1
    head = page.items[at] if at >= 0 else None
    return at if isinstance(head, Line) and _is_head(page, head, start, stop) else start


def _is_head(page: Page, head: Line, start: int, stop: int) -> bool:
    if chrome.opens_afterwards(head.text):
        return True
    if head.size > _LONGEST_HEAD or head.indent >= 2 or _ENDS_SAID.search(head.text):
        return False
    if labels.find_date(head.text) or labels.has_source_label(head.text) or chrome.is_editor_line(head.text):
        return False
    if captions.find_credit(head.text) or people.find_authors([head.text]):
        return False
    return _is_nearer_to_list(page, head, start) and not _parts_prose(page, head, stop)


# A question can head a list, what ends a sentence, a bracket or a name's label can't.
_ENDS_SAID = re.compile(r"[。！；”’」』…)）】》.!;]$")


def _is_nearer_to_list(page: Page, head: Line, start: int) -> bool:
    """Whether a line stands no deeper in a box with what precedes it than with the list below it."""
    before = next(
        (item for item in reversed(page.items[max(0, head.at - _BESIDE_HEAD) : head.at]) if not item.hidden), None
    )
    if before is None:
        return True
    below = page.items[start]
    return _depth_of_shared(head.element, before.element) <= _depth_of_shared(head.element, below.element)


def _parts_prose(page: Page, head: Line, stop: int) -> bool:
    """A sub-heading whose text follows behind links that somebody put between them."""
    near = (page.items[head.at - 1 : head.at], page.items[stop : stop + 1])
    lines = [item for items in near for item in items if isinstance(item, Line) and not item.link_size]
    same = len({line.element.nesting for line in (head, *lines)}) == 1
    return same and len(lines) == 2 and all(labels.ends_sentence(line.text) for line in lines)


def _depth_of_shared(one: Element, other: Element) -> int:
    """How many elements hold both."""
    around = set()
    at: Element | None = one
    while at:
        around.add(id(at))
        at = at.parent
    depth, at = 0, other
    while at:
        depth, at = depth + (id(at) in around), at.parent
    return depth

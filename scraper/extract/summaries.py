"""What a machine wrote about a story: the box under AI摘要, or above 摘要由AI生成."""

import re

from scraper.extract import chrome
from scraper.extract.page import EDGE, Element, Line, Page
from scraper.text import fold

# A page that names none of these has no summary.
MACHINES = ("AI", "智能", "大模型", "机器")
_SAYS_MACHINE = (
    r"(?:以[上下]|本文?|该|上述)?(?:内容|摘要|总结|导读|要点|提要|概要|速览)?由.{0,12}(?:AI|智能|大模型|机器).{0,24}"
)
_LABEL = re.compile(
    rf"[\s【\[]*(?:AI|(?:人工)?智能|大模型|机器)\s*(?:新闻|全文|文章|一键)?(?:摘要|总结|速览|速读|导读|概要|提要|提炼|概括)\s*[】\]]?\s*[:：]?(?:\s*{_SAYS_MACHINE})?",
    re.I,
)
_OPENS_TEXT = re.compile(
    r"[\s【\[]*(?:AI|智能)\s*(?:摘要|总结|速览|导读|概要|提要)\s*(?:[】\]]\s*[:：]?|[:：])\s*\S", re.I
)
_NOTICE = re.compile(rf"[（(*※]?\s*{_SAYS_MACHINE}", re.I)
_LONGEST_HEAD = 40
_LARGEST_BOX = 8
_REACH = 24
_PROSE = 36


def summaries(page: Page, lines: list[Line]) -> list[tuple[int, int]]:
    """First and behind-last item of each summary, the words above and below it included; `lines` are those in sight."""
    return [run for line in lines if (run := _summary(page, line))]


def _summary(page: Page, line: Line) -> tuple[int, int] | None:
    if line.size <= _LONGEST_HEAD and _LABEL.fullmatch(line.text):
        box = _box_of(page, line, opens=True)
        return (box.first, box.last) if box else _with_text_below(page, line)
    if _OPENS_TEXT.match(line.text) or _LABEL.fullmatch(fold(line.raw.strip().split(EDGE)[0])):
        return line.at, line.at + 1
    if line.size <= _LONGEST_HEAD and _NOTICE.fullmatch(line.text):
        box = _box_of(page, line, opens=False)
        return (box.first, box.last) if box else (line.at, line.at + 1)
    return None


def _box_of(page: Page, line: Line, *, opens: bool) -> Element | None:
    """The small box that the words open or close, with less text in it than follows it; the story's own box has more."""
    box = line.element if line.element.last - line.element.first > 1 else line.element.parent
    if box is None or not 1 < box.last - box.first <= _LARGEST_BOX:
        return None
    if line.at != (box.first if opens else box.last - 1):
        return None
    inside = _prose(page, box.first, box.last)
    return box if inside < _prose(page, box.last, box.last + _REACH) else None


def _with_text_below(page: Page, line: Line) -> tuple[int, int]:
    """Without a box of their own, the words and the paragraph below them, if a story follows that."""
    below = next((item for item in page.items[line.at + 1 : line.at + 4] if isinstance(item, Line)), line)
    return line.at, (below if _prose(page, below.at + 1, below.at + 1 + _REACH) else line).at + 1


def _prose(page: Page, first: int, last: int) -> int:
    lines = [item for item in page.items[first:last] if isinstance(item, Line) and not item.hidden]
    return sum(
        line.size for line in lines if line.size >= _PROSE and not line.link_size and not chrome.is_chrome(line.text)
    )

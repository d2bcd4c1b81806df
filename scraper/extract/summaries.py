"""What a machine wrote about a story: the box under AI摘要, or above 摘要由AI生成."""

import re

from scraper.extract.page import EDGE, Element, Line, Page
from scraper.text import fold

_SAYS_MACHINE = r"(?:以[上下]|本文?|该|上述)?(?:内容|摘要|总结|导读|要点|提要|概要|速览)?由.{0,12}(?:AI|智能|大模型|机器).{0,24}"
_LABEL = re.compile(
    rf"[\s【\[]*(?:AI|(?:人工)?智能|大模型|机器)\s*(?:新闻|全文|文章|一键)?(?:摘要|总结|速览|速读|导读|概要|提要|提炼|概括)\s*[】\]]?\s*[:：]?(?:\s*{_SAYS_MACHINE})?",
    re.I,
)
_OPENS_TEXT = re.compile(r"[\s【\[]*(?:AI|智能)\s*(?:摘要|总结|速览|导读|概要|提要)\s*(?:[】\]]\s*[:：]?|[:：])\s*\S", re.I)
_NOTICE = re.compile(rf"[（(*※]?\s*{_SAYS_MACHINE}", re.I)
_LONGEST_HEAD = 40
_LARGEST_BOX = 8
_PROSE = 36


def summaries(page: Page, lines: list[Line]) -> list[tuple[int, int]]:
    """First and behind-last item of each summary, the words above and below it included; `lines` are those in sight."""
    runs = [_summary(page, line) for line in lines if _names_machine(line.text)]
    return [run for run in runs if run]


def _names_machine(text: str) -> bool:
    return "AI" in text or "智能" in text or "大模型" in text or "机器" in text


def _summary(page: Page, line: Line) -> tuple[int, int] | None:
    if line.size <= _LONGEST_HEAD and _LABEL.fullmatch(line.text):
        box = _box_of(line, opens=True)
        return (box.first, box.last) if box else _with_text_below(page, line)
    if _OPENS_TEXT.match(line.text) or _LABEL.fullmatch(fold(line.raw.strip().split(EDGE)[0])):
        return line.at, line.at + 1
    if line.size <= _LONGEST_HEAD and _NOTICE.fullmatch(line.text):
        box = _box_of(line, opens=False)
        return (box.first, box.last) if box and _text_follows(page, box.last) else (line.at, line.at + 1)
    return None


def _box_of(line: Line, *, opens: bool) -> Element | None:
    """The small box that the words open or close, with a text beside them."""
    box = line.element if line.element.last - line.element.first > 1 else line.element.parent
    if box is None or not 1 < box.last - box.first <= _LARGEST_BOX:
        return None
    return box if line.at == (box.first if opens else box.last - 1) else None


def _with_text_below(page: Page, line: Line) -> tuple[int, int]:
    """Without a box of their own, the words and the paragraph below them."""
    below = next((item for item in page.items[line.at + 1 : line.at + 4] if isinstance(item, Line)), line)
    return line.at, (below if _text_follows(page, below.at + 1) else line).at + 1


def _text_follows(page: Page, index: int) -> bool:
    """Whether the page goes on with a text: the story, of which this was the summary."""
    return any(
        isinstance(item, Line) and item.size >= _PROSE and not item.link_size for item in page.items[index : index + 8]
    )

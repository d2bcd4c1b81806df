"""What of a span is the story's: its lines and pictures, less what the site put between and around them.

Leaves out date lines, links to other stories, advertisements, pagers and
notices; what the rest is (text, caption, heading) is `body`'s business.
"""

import re
from typing import TypeGuard

from scraper.extract import captions, chrome, labels
from scraper.extract.asides import set_aside
from scraper.extract.crew import is_crew_line
from scraper.extract.dateline import all_labelled
from scraper.extract.lists import is_link_line, is_own_link
from scraper.extract.page import Line, Page, Picture
from scraper.extract.pictures import is_story_picture
from scraper.extract.prompts import is_prompt
from scraper.extract.rows import row_of
from scraper.extract.span import Span
from scraper.text import squeeze

Item = Line | Picture

LONGEST_CAPTION = 220
"""Characters. The longest caption seen on these sites has about 180."""


def lead_pictures(page: Page, span: Span) -> list[Item]:
    """Pictures between the date line and the text, each with the lines that follow it."""
    kept: list[Item] = []
    for index in range(span.lead, span.first):
        item = page.items[index]
        if item.hidden or index in set_aside(page):
            continue
        if isinstance(item, Picture):
            if is_story_picture(page, index):
                kept.append(item)
        elif (
            kept
            and not (_is_furniture(page, item) or _COUNTER.fullmatch(item.text))
            and item.link_size * 2 <= item.size <= LONGEST_CAPTION
        ):
            kept.append(item)
    return kept


def without_furniture(page: Page, span: Span, title: str) -> list[Item]:
    kept: list[Item] = []
    titles: list[Item] = []
    bare_title = squeeze(title)
    aside = set_aside(page)
    set_in = _tags_of_indented(page, span)
    for index in range(span.first, span.last):
        item = page.items[index]
        if item.hidden:
            continue
        if isinstance(item, Picture):
            if is_story_picture(page, index):
                kept.append(item)
            continue
        if not kept and squeeze(labels.without_page_number(item.text)) == bare_title:
            titles = [item]
            continue
        if index in aside:
            continue
        if item.bold and kept and _heads_text(page, item):
            kept.append(item)
            continue
        if chrome.opens_comments(item.text) and _is_told(kept):
            break
        if chrome.opens_afterwards(item.text):
            if item.is_mostly_link and item.size > 8:
                continue
            if _only_links_follow(page, index + 1, span.last) or not _is_told(page.items[index + 1 : span.last]):
                break
            if _heads_links(page, index, span.last):
                continue
        if kept and set_in and _is_linked_notice(kept[-1], item, set_in):
            continue
        if not kept and _is_abstract(page, item, span):
            continue
        if _is_furniture(page, item) and not _is_value(page, item, span):
            continue
        if _is_stray_number(page, item, span) or (not item.bold and is_prompt(item.text)):
            continue
        if _is_meta_line(item) or _is_in_link_list(page, index, span) or _belongs_to_advertisement(page, index):
            continue
        kept.append(item)
    kept = _without_closing_links(_without_cut_in_tables(kept))
    # A page that only repeats its headline as a link has that line for a text.
    return kept or titles


_HEADING_SIZE = range(2, 17)
_NO_HEADING = re.compile(r"[:：\d>》→(（\[【]|^(?:相关|推荐|热门)")


def _heads_text(page: Page, line: Line) -> bool:
    """最新评论, bold between two paragraphs of one make: a sub-heading, whatever it sounds like."""
    if line.size not in _HEADING_SIZE or line.link_size or _NO_HEADING.search(line.text):
        return False
    above, below = (_neighbour(page, line, step) for step in (-1, 1))
    return _is_paragraph(above) and _is_paragraph(below) and above.element.nesting == below.element.nesting


def _neighbour(page: Page, line: Line, step: int) -> Line | None:
    at = line.at + step
    while 0 <= at < len(page.items):
        item = page.items[at]
        if isinstance(item, Picture):
            return None
        if not item.hidden:
            return item
        at += step
    return None


def _is_paragraph(line: Line | None) -> TypeGuard[Line]:
    return line is not None and line.size >= _PARAGRAPH and not line.link_size and labels.ends_paragraph(line.text)


_PARAGRAPH = 20


def _is_value(page: Page, line: Line, span: Span) -> bool:
    """暂停 in a row of a table is no button."""
    return line.size <= _LONGEST_HEAD and line.text not in _MOODS and bool(row_of(page, line, span.first))


def _is_told(items: list[Item]) -> bool:
    return sum(item.size for item in items if isinstance(item, Line)) >= 60


def _tags_of_indented(page: Page, span: Span) -> frozenset[str]:
    """In what its paragraphs stand, where most of a story's are indented."""
    prose = [item for item in page.items[span.first : span.last] if isinstance(item, Line) and item.size >= 40]
    indented = [line.element.tag for line in prose if line.indent >= 2]
    return frozenset(indented if len(indented) * 2 > len(prose) else ())


def _is_linked_notice(above: Item, line: Line, set_in: frozenset[str]) -> bool:
    """某地旅游推广：丝路等你来: between indented paragraphs a short line, half of it a link, in a box unlike theirs."""
    if isinstance(above, Picture) or line.indent or line.size > 40 or line.element.tag in set_in:
        return False
    return line.link_size * 5 >= line.size * 2 and not labels.ends_sentence(line.text) and not is_own_link(line)


_ABSTRACT = re.compile(r"[\s\[【]*(?:内容|文章|新闻)?(?:摘要|导读|提要)(?:\s*[\]】]?\s*[:：]|[\]】]|\s)\s*\S")


def _is_abstract(page: Page, line: Line, span: Span) -> bool:
    """What an editor put above the text under 摘要 or 导读, as other abstracts above the date line."""
    return _ABSTRACT.match(line.text) is not None and any(
        isinstance(item, Line) and item.size >= 40 and not item.hidden for item in page.items[line.at + 1 : span.last]
    )


_CLOSED = ("(完)", "（完）")
_LONGEST_HEAD = 12


def _without_closing_links(items: list[Item]) -> list[Item]:
    """Drop the one headline of another story, with the words above it, that the site put below the text."""
    kept = list(items)
    while len(kept) > 2 and _is_other_headline(kept[-1]) and not isinstance(kept[-2], Picture):
        above = kept[-2]
        closed = above.text.endswith(_CLOSED) or labels.ends_sentence(above.text)
        head = not closed and _may_head(above)
        if not head and not closed:
            break
        kept = kept[: -2 if head else -1]
    return kept


def _is_other_headline(item: Item) -> bool:
    if isinstance(item, Picture) or not is_link_line(item) or is_own_link(item) or item.indent >= 2:
        return False
    return item.size >= 8 and not labels.ends_sentence(item.text)


def _may_head(line: Line) -> bool:
    if line.size > _LONGEST_HEAD or line.indent >= 2 or line.link_size:
        return False
    return not labels.ends_sentence(line.text.rstrip(":： ")) and not captions.find_credit(line.text)


def _without_cut_in_tables(items: list[Item]) -> list[Item]:
    """Drop the table that cuts a paragraph in two: an advertisement."""
    kept: list[Item] = []
    for index, item in enumerate(items):
        before = kept[-1] if kept else None
        after = items[index + 1] if index + 1 < len(items) else None
        if (
            isinstance(item, Line)
            and isinstance(before, Line)
            and isinstance(after, Line)
            and item.element.tag == "td"
            and item.size <= 40
            and "td" not in (before.element.tag, after.element.tag)
            and before.indent >= 2
            and after.indent < 2
            and not labels.ends_paragraph(before.text)
        ):
            continue
        kept.append(item)
    return kept


# What is furniture only beside another of its kind: the moods that forums of the Discuz kind ask for, a cell each,
# and where to share a page.
_MOODS = frozenset(["路过", "雷人", "握手", "鲜花", "鸡蛋"])
_PLACES_TO_SHARE = frozenset(
    """微博 微信 QQ QQ空间 QQ好友 空间 朋友圈 微信好友 微信朋友圈 新浪微博 腾讯微博 人人网 开心网 豆瓣 抖音 快手 头条 今日头条 百度贴吧 贴吧 钉钉
    复制链接 Facebook Twitter""".split()
)


def _beside(page: Page, line: Line) -> list[Line]:
    near = page.items[max(0, line.at - 1) : line.at + 2]
    return [item for item in near if isinstance(item, Line) and item is not line]


# The times of a voice bar, a line each, and the story before or after this one.
_CLOCK = re.compile(r"\d{1,2}:\d\d")
_STARTS_VOICE = frozenset(["00:00", "0:00"])
_TURNS = re.compile(r"(?:上一?|下一?|前一?|后一?)[篇条](?:文章|新闻)?\s")


def _is_of_share_bar(line: Line) -> bool:
    return line.text in _PLACES_TO_SHARE or ("分享" in line.text and chrome.is_chrome(line.text))


def _is_furniture(page: Page, line: Line) -> bool:
    if (
        line.size <= 5
        and _CLOCK.fullmatch(line.text)
        and any(near.text in _STARTS_VOICE for near in (line, *_beside(page, line)))
    ):
        return True
    if line.text[0] in "上下前后" and line.is_mostly_link and _TURNS.match(line.text):
        return True
    if line.text in _MOODS and any(near.text in _MOODS for near in _beside(page, line)):
        return True
    is_cell = line.element.tag in ("td", "th") and not line.link_size
    if line.text in _PLACES_TO_SHARE and not is_cell and any(_is_of_share_bar(near) for near in _beside(page, line)):
        return True
    if chrome.is_chrome(line.text) or chrome.is_editor_line(line.text) or chrome.is_label_line(line.text):
        return True
    if is_crew_line(line.text, tuple(near.text for near in _beside(page, line))):
        return True
    if line.size <= 60 and all_labelled(line):
        return True
    # 责编 张三 and 阅读 1.3w in one box.
    parts = line.parts if line.size <= 60 else ()
    return len(parts) > 1 and all(chrome.is_chrome(part) or chrome.is_editor_line(part) for part in parts)


def _is_meta_line(line: Line) -> bool:
    """A date line or a label of it that stands inside the body element (Hubei)."""
    if line.size > 60 or line.indent >= 4:
        return False
    if (
        line.size <= 24
        and not line.indent
        and labels.YEARLESS.search(line.text)
        and not labels.ends_sentence(line.text)
    ):
        return True
    dated = labels.find_date(line.text)
    if dated and (
        labels.has_source_label(line.text) or re.match(r"^(?:发布|时间|日期|(?:本页|最[后近新]|内容)?更新)", line.text)
    ):
        return True
    return bool(dated and dated[1] and (line.size <= 24 or line.text[0] == "【"))


def _is_in_link_list(page: Page, index: int, span: Span) -> bool:
    """A line that is all link and has such a neighbour: related news, a pager, a share bar."""
    line = page.items[index]
    assert isinstance(line, Line)
    if is_own_link(line):
        return False
    if _stands_between_paragraphs(line) and not row_of(page, line, span.first):
        return True
    if not is_link_line(line):
        return False
    if line.text[0] in "·•-*>" or (
        line.element.tag == "td" and not line.indent and not labels.ends_sentence(line.text)
    ):
        return True
    near = [page.items[at] for at in (index - 1, index + 1) if span.first <= at < span.last]
    return any(isinstance(item, Line) and is_link_line(item) for item in near) and line.indent < 4


def _stands_between_paragraphs(line: Line) -> bool:
    """延伸阅读：新桥开工: a headline of another story, with or without a word above it, where a paragraph would stand."""
    if line.link_size * 5 < line.size * 3 or line.link_size < _SHORTEST_HEADLINE or line.element.tag not in _PARAGRAPHS:
        return False
    return not (line.bold or labels.ends_sentence(line.text))


_SHORTEST_HEADLINE = 6
_PARAGRAPHS = frozenset(["p", "div", "section", "td"])


def _belongs_to_advertisement(page: Page, index: int) -> bool:
    """A short line below a picture that is marked as an advertisement."""
    line, above = page.items[index], page.items[index - 1] if index else None
    if not isinstance(line, Line) or not isinstance(above, Picture) or line.indent or line.size > 30:
        return False
    if not line.element.is_within(above.element):
        return False
    return above.alt == "广告" or re.search(r"/(?:ad|ads|gg)/", above.src) is not None


# 3 of a pager, 3/12 below the picture of a gallery.
_COUNTER = re.compile(r"\d{1,3}|\d{1,3}\s*[/／]\s*\d{1,3}")


def _is_stray_number(page: Page, line: Line, span: Span) -> bool:
    """A counter or the number of a page, not a cell of a table, not a heading."""
    if not _COUNTER.fullmatch(line.text):
        return False
    return not (line.indent or line.bold or line.element.centred or row_of(page, line, span.first))


def _heads_links(page: Page, index: int, stop: int) -> bool:
    """相关新闻 over links in the middle of a story; over prose it is a sub-heading."""
    below = [
        item for item in page.items[index + 1 : min(index + 4, stop)] if isinstance(item, Line) and not item.hidden
    ]
    return bool(below) and is_link_line(below[0])


def _only_links_follow(page: Page, start: int, stop: int) -> bool:
    rest = [item for item in page.items[start:stop] if isinstance(item, Line) and not item.hidden]
    rest = [line for line in rest if line.at not in set_aside(page) and not _is_furniture(page, line)]
    linked = sum(line.link_size for line in rest)
    return linked * 2 >= sum(line.size for line in rest)

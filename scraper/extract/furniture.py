"""What of a span is the story's: its lines and pictures, less what the site put between and around them.

Leaves out date lines, links to other stories, advertisements, pagers and
notices; what the rest is (text, caption, heading) is `body`'s business.
"""

import re

from scraper.extract import chrome, labels
from scraper.extract.lists import is_link_line, listed
from scraper.extract.page import Line, Page, Picture
from scraper.extract.pictures import is_story_picture
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
        if item.hidden or index in listed(page):
            continue
        if isinstance(item, Picture):
            if is_story_picture(page, index):
                kept.append(item)
        elif kept and not _is_furniture(item) and item.link_size * 2 <= item.size <= LONGEST_CAPTION:
            kept.append(item)
    return kept


def without_furniture(page: Page, span: Span, title: str) -> list[Item]:
    kept: list[Item] = []
    titles: list[Item] = []
    bare_title = squeeze(title)
    in_lists = listed(page)
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
        if index in in_lists:
            continue
        if chrome.opens_comments(item.text) and any(isinstance(line, Line) and line.size >= 36 for line in kept):
            break
        if chrome.opens_afterwards(item.text):
            if item.is_mostly_link and item.size > 8:
                continue
            if _only_links_follow(page, index + 1, span.last):
                break
            if _heads_links(page, index, span.last):
                continue
        if _is_furniture(item) or _is_stray_number(page, item, span):
            continue
        if _is_meta_line(item) or _is_in_link_list(page, index, span) or _belongs_to_advertisement(page, index):
            continue
        kept.append(item)
    kept = _without_cut_in_tables(kept)
    # A page that only repeats its headline as a link has that line for a text.
    return kept or titles


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


def _is_furniture(line: Line) -> bool:
    return chrome.is_chrome(line.text) or chrome.is_editor_line(line.text)


def _is_meta_line(line: Line) -> bool:
    """A date line or a label of it that stands inside the body element (Hubei)."""
    if line.size > 60 or line.indent >= 4:
        return False
    dated = labels.find_date(line.text)
    if dated and (labels.has_source_label(line.text) or re.match(r"^(?:发布|时间|日期)", line.text)):
        return True
    return bool(dated and dated[1] and line.size <= 24)


def _is_in_link_list(page: Page, index: int, span: Span) -> bool:
    """A line that is all link and has such a neighbour: related news, a pager, a share bar."""
    line = page.items[index]
    assert isinstance(line, Line)
    if not is_link_line(line):
        return False
    if line.text[0] in "·•-*>" or (
        line.element.tag == "td" and not line.indent and not labels.ends_sentence(line.text)
    ):
        return True
    near = [page.items[at] for at in (index - 1, index + 1) if span.first <= at < span.last]
    return any(isinstance(item, Line) and is_link_line(item) for item in near) and line.indent < 4


def _belongs_to_advertisement(page: Page, index: int) -> bool:
    """A short line below a picture that is marked as an advertisement."""
    line, above = page.items[index], page.items[index - 1] if index else None
    if not isinstance(line, Line) or not isinstance(above, Picture) or line.indent or line.size > 30:
        return False
    if not line.element.is_within(above.element):
        return False
    return above.alt == "广告" or re.search(r"/(?:ad|ads|gg)/", above.src) is not None


def _is_stray_number(page: Page, line: Line, span: Span) -> bool:
    """A counter or the number of a page, not a cell of a table, not a heading."""
    if line.size > 3 or not line.text.isdecimal():
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
    rest = [line for line in rest if not _is_furniture(line)]
    linked = sum(line.link_size for line in rest)
    return linked * 2 >= sum(line.size for line in rest)

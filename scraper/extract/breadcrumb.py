"""Where a page says in which channel a story stands: the breadcrumb above it, in one line, in a list, parted by icons.

`labels` knows the words of a breadcrumb.
"""

import re

from scraper.extract import labels
from scraper.extract.page import Line, Page
from scraper.text import squeeze


def find_channel(page: Page, story: int, title: str) -> str | None:
    """What the breadcrumb nearest above the story, the item at `story`, names last; `title` is the story's."""
    bare_title = squeeze(title)
    for item in reversed(page.items[:story]):
        if isinstance(item, Line) and item.size <= 120:
            # Some breadcrumbs end in the title.
            text = item.text
            found = labels.channel_of(text.replace(title, "").rstrip() if title in text else text)
            if found and bare_title not in (item.bare, squeeze(found)):
                return found
            if len(item.parts) > 2 and labels.TEXT_CRUMB.match(squeeze(item.parts[-1])):
                found = labels.channel_of(" > ".join(item.parts))
            if not found and ("栏目" in text or "频道" in text):
                found = labels.channel_named(text)
            if not found and ("首" in text or "中新网" in text):
                found = _in_icons(item, bare_title)
            if found := found or _in_list(page, item, bare_title):
                return found
    return None


def _in_icons(line: Line, title: str) -> str | None:
    """首页, a channel and perhaps the title, parted by icons."""
    crumbs = [part for part in line.parts if squeeze(part) != title and not labels.TEXT_CRUMB.match(part)]
    is_home = len(crumbs) == 2 and re.fullmatch(r"首\s*页|中新网(?:首页|[\u4e00-\u9fff]{2,3})", crumbs[0])
    return crumbs[1] if is_home and 2 <= len(crumbs[1]) <= 8 else None


def _in_list(page: Page, last: Line, title: str) -> str | None:
    """Of a breadcrumb whose parts are list items the one before 正文, or before the title."""
    if not (labels.TEXT_CRUMB.match(last.bare) or last.bare == title):
        return _in_short_list(page, last)
    row = [
        item
        for item in page.items[max(0, last.at - 4) : last.at]
        if isinstance(item, Line) and item.element.parent is last.element.parent and item.size <= 12
    ]
    if any(line.element.tag in ("div", "p") and not line.link_size for line in row):
        return None
    return labels.channel_of(" > ".join([*(line.text for line in row), "正文"])) if len(row) > 1 else None


def _in_short_list(page: Page, last: Line) -> str | None:
    """首页 and a channel as the only items of a list."""
    around = last.element.parent if last.element.tag == "li" else None
    row = page.items[around.first : around.last] if around and around.last - around.first <= 3 else []
    lines = [item for item in row if isinstance(item, Line)]
    return labels.channel_of(" > ".join(line.text for line in lines)) if len(lines) > 1 and lines[-1] is last else None

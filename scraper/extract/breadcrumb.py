"""Where a page says in which channel a story stands: the breadcrumb above it, in one line, in a list, parted by icons."""

import re

from scraper.extract.labels import REGIONS, plain, remembered
from scraper.extract.page import Line, Page
from scraper.text import squeeze


def find_channel(page: Page, story: int, title: str) -> str | None:
    """What the breadcrumb nearest above the story, the item at `story`, names last; `title` is the story's."""
    bare_title = squeeze(title)
    for item in reversed(page.items[:story]):
        if isinstance(item, Line) and item.size <= 120:
            # Some breadcrumbs end in the title.
            text = item.text
            found = channel_of(text.replace(title, "").rstrip() if title in text else text)
            if found and bare_title not in (item.bare, squeeze(found)):
                return found
            if len(item.parts) > 2 and _TEXT_CRUMB.match(squeeze(item.parts[-1])):
                found = channel_of(" > ".join(item.parts))
            if not found and ("栏目" in text or "频道" in text):
                found = _channel_named(text)
            if not found and ("首" in text or "中新网" in text):
                found = _in_icons(item, bare_title)
            if found := found or _in_list(page, item, bare_title):
                return found
    return None


def _in_icons(line: Line, title: str) -> str | None:
    """首页, a channel and perhaps the title, parted by icons."""
    crumbs = [part for part in line.parts if squeeze(part) != title and not _TEXT_CRUMB.match(part)]
    is_home = len(crumbs) == 2 and re.fullmatch(r"首\s*页|中新网(?:首页|[\u4e00-\u9fff]{2,3})", crumbs[0])
    return crumbs[1] if is_home and 2 <= len(crumbs[1]) <= 8 else None


def _in_list(page: Page, last: Line, title: str) -> str | None:
    """Of a breadcrumb whose parts are list items the one before 正文, or before the title."""
    if not (_TEXT_CRUMB.match(last.bare) or last.bare == title):
        return _in_short_list(page, last)
    row = [
        item
        for item in page.items[max(0, last.at - 4) : last.at]
        if isinstance(item, Line) and item.element.parent is last.element.parent and item.size <= 12
    ]
    if any(line.element.tag in ("div", "p") and not line.link_size for line in row):
        return None
    return channel_of(" > ".join([*(line.text for line in row), "正文"])) if len(row) > 1 else None


def _in_short_list(page: Page, last: Line) -> str | None:
    """首页 and a channel as the only items of a list."""
    around = last.element.parent if last.element.tag == "li" else None
    row = page.items[around.first : around.last] if around and around.last - around.first <= 3 else []
    lines = [item for item in row if isinstance(item, Line)]
    return channel_of(" > ".join(line.text for line in lines)) if len(lines) > 1 and lines[-1] is last else None


# --- its words ---------------------------------------------------------------

_CRUMB = re.compile(r"\s*(?:[-=]+>|>>|>|»|＞|›|→|•|--|／|/|\\|-(?=\s))\s*")
# 首页-社会-: only where nothing else parts the crumbs.
_DASH = re.compile(r"\s*[-—–]+\s*")
_SEPARATOR = re.compile(r"[>»＞›→•\-／/\\]")
_CRUMB_LEAD = re.compile(r"^.*?(?:位置|导航)\s*[:：]?\s*")
_HOME = re.compile(
    rf"^(?:{REGIONS})(?:新闻|频道|要闻)?$|^中新.{{2,3}}网$|首\s*页|中新网|中国新闻网|新闻网$|新闻中心|^.{2, 3}分社"
)
# Where 正文 would stand; some pages print 新闻报道.
_TEXT_CRUMB = re.compile(
    r"^(?:(?:新闻|阅读|查看|浏览|文章|详细|信息)?(?:正文|内容)|新闻报道|图文直播|(?:浏览|查看)图片|图片浏览|图集|(?:文章|新闻|内容)?详情|(?:浏览|阅读)(?:文章|新闻)|查看新闻|新闻(?:阅读|浏览))$"
)


# 正文, and on the right of the same line what has a label of its own: 投稿邮箱：…
_TEXT_AND_MORE = re.compile(r"(?:新闻|文章)?正文\s*[\u4e00-\u9fff]{2,8}\s*[:：]")


# 2022/06/10 08:32 is no breadcrumb.
_TIME = re.compile(r"\d{1,2}[:：]\d\d|(?:19|20)\d\d")
_CHANNEL_LABEL = re.compile(r"(?:所属)?(?:栏目|频道)\s*[:：]\s*([\u4e00-\u9fff·]{2,10})")


def _channel_named(text: str) -> str | None:
    """What 栏目：文化旅游 says."""
    match = _CHANNEL_LABEL.fullmatch(text)
    return match.group(1) if match else None


@remembered
def channel_of(text: str) -> str | None:
    """The last breadcrumb before 正文, or the last one where there is no 正文; `text` is without the story's title.

    >>> channel_of("首页 > 头条 > 正文 >"), channel_of("■ 本页位置：首页 → 新闻中心 → 社会新闻")
    ('头条', '社会新闻')
    >>> channel_of("中新网首页|安徽|北京") is None
    True
    """
    if "位置" not in text and not _SEPARATOR.search(text):
        return None
    split = _DASH if not _CRUMB.search(text) and ("位置" in text or text.endswith(("正文", "内容"))) else _CRUMB
    crumbs = [crumb.strip(" >■|:：[]【】") for crumb in split.split(_CRUMB_LEAD.sub("", text))]
    crumbs = [crumb for crumb in crumbs if crumb]
    labelled = "位置" in text or any(_TEXT_CRUMB.match(squeeze(crumb)) for crumb in crumbs)
    if not labelled and (len(crumbs) < 2 or not _HOME.search(plain(crumbs[0]))):
        return None
    for index, crumb in enumerate(crumbs):
        if _TEXT_CRUMB.match(squeeze(crumb)) or _TEXT_AND_MORE.match(crumb):
            crumbs = crumbs[:index]
            break
    if not crumbs or len(crumbs[-1]) > 16 or (len(crumbs) == 1 and not labelled):
        return None
    last = crumbs[-1]
    # 2001: the channel's link stands twice, without anything between.
    half = len(last) // 2
    last = last[:half] if last[:half] == last[half:] and half >= 2 else last
    return None if re.fullmatch(r"首\s*页|中新网|中国新闻网", last) or _TIME.search(last) else last

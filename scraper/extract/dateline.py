"""The lines around a headline that say when, from where and by whom: which they are, and what their labels say.

`labels` and `people` know the words; this module knows where on a page they
count: behind the headline, above it, below the text, and never in a rail.
"""

import re
from itertools import dropwhile

from scraper.extract import chrome, labels, names, people
from scraper.extract.asides import set_aside
from scraper.extract.lists import is_link_line
from scraper.extract.page import Line, Page, Picture
from scraper.extract.pictures import is_story_picture
from scraper.extract.span import is_prose, is_sentence, story_end
from scraper.text import fold

_META_REACH = 16
"""Items behind the title among which a date line is looked for."""


def find_dateline(page: Page, at: int) -> tuple[int, list[Line]]:
    """The index behind title and date line, and the lines that carry labels, wherever they stand."""
    behind, found = _meta_behind(page, at)
    if not any(map(dates_or_sources, found)):
        elsewhere = _meta_above(page, at) or _meta_below(page, at + 1)
        if elsewhere and found and elsewhere[0].at < at and not _says_something(page, at + 1, behind):
            return behind, [*elsewhere, *found]
        return (at + 1, elsewhere) if elsewhere else (behind, found)
    # A sentence above the date line is an abstract, unless no text stands below.
    if _says_something(page, at + 1, found[0].at) and not _says_something(page, behind, story_end(page, behind)):
        return at + 1, list(dropwhile(lambda line: not dates_or_sources(line), found))
    return behind, found


def _says_something(page: Page, first: int, last: int) -> bool:
    return any(
        isinstance(item, Line)
        and not item.hidden
        and item.at not in set_aside(page)
        and (is_prose(item) or is_sentence(item))
        for item in page.items[first:last]
    )


def _meta_above(page: Page, at: int) -> list[Line]:
    """Time and source right above the title, in one line or in several."""
    near = _labelled(page, max(at - 6, 0), max(at, 0))
    dated = any(labels.find_date(line.text) for line in near)
    return near if dated and _name_source(near) else []


def _labelled(page: Page, first: int, last: int) -> list[Line]:
    lines = [item for item in page.items[first:last] if isinstance(item, Line) and not item.hidden]
    return [line for line in lines if has_label(line) and not (is_prose(line) or is_about_others(page, line))]


def is_about_others(page: Page, line: Line) -> bool:
    """A dated headline of another story, or a notice of the site that speaks of sources."""
    return line.at in set_aside(page) or is_link_line(line) or chrome.is_chrome(line.text)


def dates_and_sources(lines: list[Line]) -> bool:
    timed = any((labels.find_date(line.text) or ("", False))[1] for line in lines)
    return timed and _name_source(lines)


def all_labelled(line: Line) -> bool:
    """Whether a line is several labels with what they say, and nothing else: 来源：某网　责任编辑：张三."""
    if not labels.opens_label(line.text):
        return False
    return len(line.parts) > 1 and all(labels.opens_label(part) for part in line.parts)


def dates_or_sources(line: Line) -> bool:
    return labels.find_date(line.text) is not None or _name_source([line])


def _name_source(lines: list[Line]) -> bool:
    return any(labels.has_source_label(part) for part in parts_of(lines))


def _meta_below(page: Page, behind: int) -> list[Line]:
    """Time and source behind the text, in one line or in several."""
    for index in range(behind, len(page.items)):
        item = page.items[index]
        if isinstance(item, Line) and not item.hidden and has_label(item) and dates_or_sources(item):
            near = _labelled(page, index, index + 5)
            if near[:1] == [item] and dates_and_sources(near) and _says_something(page, behind, index):
                return near
    return []


def _meta_behind(page: Page, at: int) -> tuple[int, list[Line]]:
    """The index behind the date line, and the lines that carry labels, of those between title and text."""
    behind = at + 1
    found: list[Line] = []
    for index in range(at + 1, min(at + 1 + _META_REACH, len(page.items))):
        item = page.items[index]
        if isinstance(item, Picture) and found and not item.hidden and is_story_picture(page, index):
            break
        if not isinstance(item, Line) or item.hidden:
            continue
        if is_about_others(page, item) and not _is_open_label(item.text):
            continue
        if is_prose(item) or (found and is_sentence(item)):
            break
        if found and item.indent >= 2 and not has_label(item):
            break
        if found and chrome.closes_story(item.text) and not _is_next_to(found[-1], item):
            break
        if has_label(item) or (found and follows_open_label(found[-1], item)):
            behind = _end_of_box(page, item, index + 1)
            found.append(item)
    return behind, found


_OPEN_LABEL = re.compile(r"(?:来\s*源|编\s*辑)\s*[:：]\s*$")


def _is_open_label(text: str) -> bool:
    return bool(labels.LABEL.fullmatch(text) or _OPEN_LABEL.search(text)) or people.is_role(text)


def value_below(label: Line, line: Line) -> str | None:
    """编辑 and 张三 in two lines of a box as one text, 编辑：张三; None where they are no label and value."""
    if not labels.LABEL.fullmatch(label.text) or not follows_open_label(label, line):
        return None
    return f"{label.text.rstrip(' :：|｜丨/／')}：{line.text}"


def follows_open_label(label: Line, line: Line) -> bool:
    """A value whose label stands in the line above it: an icon between them, or a <dt> and its <dd>."""
    if line.size > 20 or re.search("[:：]", line.text) or not _is_open_label(label.text):
        return False
    inner = line.element.parent and line.element.parent.parent
    return line.element is label.element or label.element.parent in (line.element.parent, inner)


def _is_next_to(line: Line, following: Line) -> bool:
    """In a list of labels 【编辑:X】 is one of them, and does not close a story."""
    return following.at == line.at + 1 and following.element.parent is line.element.parent


def _end_of_box(page: Page, line: Line, index: int) -> int:
    """Behind the rest of the date line's own element: icons, 参与互动, font sizes."""
    box = line.element
    for at in range(index, min(box.last, index + 8)):
        item = page.items[at]
        if isinstance(item, Line) and (item.size > 24 or item.indent >= 2):
            return index
    return box.last if box.last - index <= 8 else index


def has_label(line: Line) -> bool:
    if line.size > 160:
        return False
    if labels.find_date(line.text) or labels.has_source_label(line.text) or labels.find_editor(line.text):
        return True
    if line.size <= 40 and labels.YEARLESS.search(line.text):
        return True
    if line.size <= 60 and any(labels.LABEL.fullmatch(part) or labels.with_colon(part) != part for part in line.parts):
        return True
    if line.size <= 24 and (people.is_role(line.text) or people.with_label(line.text) != line.text):
        return True
    return line.size <= 24 and line.indent < 2 and bool(people.find_labelled_authors(line.text))


def date_of(lines: list[Line]) -> str | None:
    """From the lines as printed first; in adjacent elements, 06:20 and 1.2万阅读 print as one number."""
    dated = date_in(printed(lines))
    return dated if dated and not dated.endswith("T00:00+08:00") else date_in(parts_of(lines)) or dated


def printed(lines: list[Line]) -> tuple[str, ...]:
    return tuple(line.text for line in lines)


def source_of(lines: list[Line]) -> str | None:
    return labels.find_source(parts_of(lines))


def parts_of(lines: list[Line]) -> tuple[str, ...]:
    """What the lines say, part by part, each label with its value and a colon between them.

    They stand in one element, in two, in a <dt> and its <dd>, and the colon
    may be drawn by a style sheet: 来源 某网, 编辑 | 张三.
    """
    parts: list[str] = []
    for part in [_unbracketed(part) if part[-1] in "]】" else part for line in lines for part in line.parts]:
        if parts and labels.LABEL.fullmatch(parts[-1]):
            label = parts[-1].rstrip(" :：|｜丨/／")
            parts[-1] = f"{'作者' if label == '文' else label}：{'' if labels.opens_label(part) else part}"
            if not labels.opens_label(part):
                continue
        parts.append(labels.with_colon(part))
    return tuple(parts)


_IN_BRACKETS = re.compile(r"[\[【]\s*([^\[\]【】]+?)\s*[\]】]")


def _unbracketed(part: str) -> str:
    """[ 作者 王正 ] is a label and its value, too."""
    match = _IN_BRACKETS.fullmatch(part)
    return match.group(1) if match else part


def editor_of(lines: list[Line]) -> str | None:
    """From the parts first: in adjacent elements, 广西 and 编辑：X print as one word."""
    return editor_in(parts_of(lines)) or editor_in(printed(lines))


def date_in(parts: tuple[str, ...]) -> str | None:
    parts = tuple(sorted(parts, key=lambda part: "更新" in part or "修改" in part))
    found = [date for part in parts if (date := labels.find_date(part))]
    joined = labels.find_date(" ".join(parts)) if parts else None
    timed = next((date for date, has_time in [*found, *([joined] if joined else [])] if has_time), None)
    return timed or (found[0][0] if found else None)


def editor_in(parts: tuple[str, ...]) -> str | None:
    return next((editor for part in parts if (editor := labels.find_editor(part))), None)


_BARE_SOURCE = re.compile(
    r"^(?:[\u4e00-\u9fff·\-—A-Za-z]{2,16}|《[\u4e00-\u9fff·]{2,12}》|[A-Za-z]{2,12}(?: [A-Za-z]{2,12}){1,3})$"
)
# 青杉发布 is a source, 发布者 a label, 收藏本文 a button.
_OTHER_LABEL = re.compile(
    r"点击|浏览|评论|打印|人气|字号|时长|有话说|^发布|发布(?!$)|时间|日期|编辑|星期|作者|记者"
    r"|收藏|分享|转发|点赞|订阅|纠错|朗读|听新闻|扫一扫|二维码|放大|缩小|^查看|^关注$|^[简繁]体|^高清版?$"
)
_DATE_TEXT = re.compile(
    r"(?:更新|发布)?\s*[:：]?\s*\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?\s*(?:(?:-\s*)?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
)


def unlabelled_source(lines: list[Line]) -> str | None:
    """A source beside the time without a label: the one thing there that is nothing else, or sounds like a medium."""
    text = " ".join(printed(lines))
    if _name_source(lines) or not (labels.find_date(text) or labels.YEARLESS.search(text)):
        return None
    parts = parts_of(lines)
    pieces = [piece for part in parts for piece in _pieces_of(part)]
    # Who stands beside the time may be anybody, unless the writers are labelled: then 石榴云 is a medium.
    if len(pieces) > 1 or not any(people.find_labelled_authors(people.with_label(part)) for part in parts):
        pieces = [piece for piece in pieces if not all(names.is_name(name, sure=True) for name in piece.split("、"))]
    if len(pieces) == 1 and _BARE_SOURCE.match(pieces[0]):
        return pieces[0]
    return next((word for piece in pieces for word in piece.split()[:2] if _MEDIUM.match(word)), None)


def _pieces_of(part: str) -> list[str]:
    """A part between bars, dots and brackets, less times, labels, buttons and counts."""
    undated = labels.YEARLESS.sub(" ", _DATE_TEXT.sub("|", part))
    pieces = [fold(piece).strip("|｜/·•-:：()（）©★ ") for piece in _PIECE_BREAK.split(undated)]
    return [
        piece
        for piece in pieces
        if len(piece) >= 2
        and not piece[0].isdigit()
        # No address, no login name.
        and not (piece.isascii() and piece.islower())
        and _LETTERS.search(piece)
        and not _COLUMN.fullmatch(piece)
        and not (chrome.is_chrome(piece) or labels.opens_label(piece) or _OTHER_LABEL.search(piece) or "." in piece)
    ]


# A dot parts pieces where blanks are beside it; without them it stands in a name, 艾力·买买提.
_PIECE_BREAK = re.compile(r"\s*[|｜丨/【】\[\]]\s*|\s+[·•]\s*|\s*[·•]\s+")
_LETTERS = re.compile(r"[\u4e00-\u9fffA-Za-z]{2}")


# 三农 beside the date is where the story stands, not whence it comes.
_COLUMNS = (
    r"社会|国内|国际|图片|视频|体育|娱乐|财经|经济|金融|文化|教育|健康|旅游|科技|法治|民生|时政|侨务|本地|地方|各地|综合|今日|最新|热点|热门"
    rf"|头条|滚动|推荐|相关|更多|中国|{labels.REGIONS}"
)
_COLUMN = re.compile(
    rf"(?:(?!中国){_COLUMNS}|文旅|科教|政务|分类|栏目|三农|农业|生态|环保|公益|人物|观点|评论|要闻|生活|交通|天气|房产|汽车|美食|副刊|特稿|专题|直播"
    r"|军事|历史|读书|艺术|港澳台?|原创|独家|快讯|动态)(?:新闻|频道)?"
)
_MEDIUM = re.compile(
    r"^(?:中新网|中国新闻网|中新社)[\u4e00-\u9fff]{2,4}$|^[\u4e00-\u9fff·]{2,10}(?:网|社|报|讯|台|周刊|副刊|杂志|客户端|频道|视频|影像|融媒|融媒体|发布|在线|热线|中心)$"
    rf"|^(?!(?:{_COLUMNS}))[\u4e00-\u9fff]{{2,4}}新闻$"
)


def source_beside(page: Page, at: int, meta: list[Line]) -> str | None:
    """The name of a medium that stands alone above or below a date without any label."""
    if not meta or any(labels.has_source_label(line.text) for line in meta) or not labels.find_date(meta[0].text):
        return None
    for index in (meta[0].at - 1, meta[0].at + 1):
        item = page.items[index] if at < index < len(page.items) else None
        if isinstance(item, Line) and not item.hidden and _MEDIUM.match(item.text):
            return item.text
    return None

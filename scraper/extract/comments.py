"""What readers wrote below a story: prose like the story's, and none of it.

A comment is known by its rows: a short line of who wrote it and when, its
text, and perhaps buttons or votes (回复, 赞(3), 顶 [58], 12). Under a head such
as 网友评论 one such row will do; without a head several must look alike, and
have buttons or votes. An interview has names and no days, a chronicle days and
no names.
"""

import re

from scraper.extract import chrome, labels
from scraper.extract.page import Element, Line, Page
from scraper.text import squeeze

_CLOCK = r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
_DAY = r"(?:(?:19|20)?\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?)"
_WHEN = re.compile(
    rf"{_DAY}(?:\s*{_CLOCK})?|(?:\d{{1,2}}\s*[-/.月]\s*\d{{1,2}}\s*日?|今天|昨天|前天)\s*{_CLOCK}"
    r"|\d{1,2}\s*(?:秒钟?|分钟|小时|天|周|个?月|年)前|刚刚"
)
_FROM = r"(?:IP属地|来自|IP)\s*[:：]?\s*[^\s，。]{1,12}"
_FLOOR = r"(?:第?\s*\d{1,4}\s*楼|#\s*\d{1,4}|沙发|板凳|地板)"
_BUTTON = r"(?:回复(?:TA|他|她)?|赞同?|点赞|顶(?:一下)?|踩(?:一下)?|支持|反对|举报|引用|盖楼|喜欢|鄙视)"
_COUNT = r"[\[(（【]?\s*\d{0,6}\s*[\])）】]?"
# What stands before and behind the time: 老邮差 2010-06-07 14:42; 山里的风 发表于 2016-06-06 13:56; [江苏网友] 3小时前 来自南京;
# 2楼 匿名 11-05 08:00 回复.
_WHO = re.compile(
    rf"(?:{_FLOOR}\s*)?[\[(（【]?(?P<nick>[^，。！？；：:、|]{{0,24}}?)[\])）】]?\s*[:：|]?\s*"
    r"(?:(?:发表|评论|回复|留言|说)\s*(?:于|在|时间)?|于)?\s*[:：]?\s*[\[(（]?\s*"
)
_BUTTONS = re.compile(rf"\s*[\])）]?\s*(?:发表|评论|说)?\s*[:：]?(?:\s*(?:{_FROM}|{_FLOOR}|{_BUTTON}\s*{_COUNT}))*\s*")
_VOTES = re.compile(rf"(?:{_BUTTON}\s*{_COUNT}[\s|｜·/]*){{1,6}}")
_NUMBER = re.compile(r"\d{1,6}")
_ENDS_ROW = "0123456789日前刚说表论复赞顶踩持对报用楼欢鄙)）]】:："
_SIGN_OF_HEAD = re.compile("[评言帖说友]")
_WORDS_OF_HEAD = ("评论", "留言", "热评", "跟帖", "点评", "说两句", "说几句", "网友 ")
_SIGN_OF_BUTTON = re.compile("[回赞顶踩支反举引盖喜鄙点]")
# A row of a story or of a list names its source or what its day is.
_LABELLED = re.compile(
    r"来源|稿源|(?<![表论复言])时间|日期|发布|编辑|责编|作者|记者|更新|点击|阅读|浏览|出处|转载|报道|电$|讯$"
)
_ANONYMOUS = re.compile(r"网友|匿名|游客|用户\s*\d|手机用户|会员")
_CLOSING = re.compile(
    r".{0,8}(?:评论|留言)[^。]{0,10}(?:代表|立场|观点).*|.{0,8}登[录陆]后?.{0,12}|(?:查看|展开|加载|显示)(?:全部|更多|所有).{0,12}|(?:没有|暂无)更多.{0,8}"
)
_LONGEST_ROW = 48
_LONGEST_NICK = 16
_LONGEST_COMMENT = 500
_FARTHEST = 8
"""Lines between two rows of one comment, or a row and the head above."""


def comments(page: Page, lines: list[Line], text: str) -> list[tuple[int, int]]:
    """First and behind-last item of each run of readers' comments, heads included; of the `lines` in sight, whose `text` this is."""
    said: list[int] = []
    heads: list[int] = []
    is_placed = "属地" in text or "前来自" in text or " 来自" in text
    is_headed = any(word in text for word in _WORDS_OF_HEAD)
    for at, line in enumerate(lines):
        if line.size <= _LONGEST_ROW:
            # Hardly any other line is short and ends like these.
            if (line.text[-1] in _ENDS_ROW or is_placed) and _says(page, lines, at):
                said.append(at)
            elif (
                is_headed
                and line.size <= _LONGEST_NICK
                and _SIGN_OF_HEAD.search(line.text)
                and chrome.opens_comments(line.text)
            ):
                heads.append(at)
    if not said and not heads:
        return []
    runs = [_run(lines, group, heads) for group in _groups(lines, said, heads)]
    boxes = [_box_of(lines[at]) for at in heads]
    return [run for run in (*runs, *boxes) if run]


def _says(page: Page, lines: list[Line], at: int) -> bool:
    """Whether a line says who wrote something and when, the nick beside the time or above it."""
    line = lines[at]
    # 某某入选名录 (2017-03-29) is a headline in a list.
    if line.link_size * 2 > line.size or not _WHEN.search(line.text):
        return False
    # A nick may end in a number, and the time stands in an element of its own.
    text = " ".join(line.parts)
    when = _WHEN.search(text)
    who = _WHO.fullmatch(text[: when.start()]) if when else None
    if not when or not who or not _BUTTONS.fullmatch(text, when.end()) or _LABELLED.search(text):
        return False
    above = lines[at - 1] if at else None
    if not who["nick"].strip():
        has_button = _SIGN_OF_BUTTON.search(text, when.end()) is not None
        return has_button or (above is not None and line.element.tag not in ("td", "th") and _is_nick(above))
    # The story's own date line stands below its headline.
    return above is None or not (above.element.tag == "h1" or above.bare in squeeze(page.title_tag))


def _is_nick(line: Line) -> bool:
    return (
        line.size <= _LONGEST_NICK and not labels.reads_like_prose(line.text) and line.element.tag not in ("h1", "h2")
    )


def _groups(lines: list[Line], said: list[int], heads: list[int]) -> list[list[int]]:
    """Rows that follow one another, alike and near, no head between them."""
    groups: list[list[int]] = []
    for at in said:
        last = groups[-1][-1] if groups else -1
        if last >= 0 and _belong_together(lines, last, at) and not any(last < head < at for head in heads):
            groups[-1].append(at)
        else:
            groups.append([at])
    return groups


def _belong_together(lines: list[Line], one: int, other: int) -> bool:
    between = sum(line.size for line in lines[one + 1 : other])
    alike = lines[one].element.nesting == lines[other].element.nesting
    return alike and other - one <= _FARTHEST and 0 < between <= _LONGEST_COMMENT


def _run(lines: list[Line], group: list[int], heads: list[int]) -> tuple[int, int] | None:
    head = next((head for head in reversed(heads) if 0 < group[0] - head <= _FARTHEST), None)
    stop = closing = _end_of_comment(lines, group)
    while closing < len(lines) and _closes_comments(lines[closing]):
        closing += 1
    if head is None and not _are_comments(lines, group, stop, closing > stop):
        return None
    start = lines[head].at if head is not None else _start_of_comment(lines, group)
    return start, lines[closing - 1].at + 1


def _are_comments(lines: list[Line], group: list[int], stop: int, closed: bool) -> bool:
    """Whether rows without a head are comments: by their buttons, votes, anonymous nicks or the notice below them."""
    if len(group) < 2:
        return False
    buttons = sum(_is_button(line) for line in lines[group[0] : stop])
    anonymous = sum(_ANONYMOUS.search(lines[at].text) is not None for at in group)
    rows = sum(_SIGN_OF_BUTTON.search(lines[at].text) is not None for at in group)
    return max(buttons, anonymous, rows) > 1 or closed


def _is_button(line: Line) -> bool:
    if line.size > _LONGEST_ROW:
        return False
    return _NUMBER.fullmatch(line.text) is not None or (
        _SIGN_OF_BUTTON.search(line.text) is not None and _VOTES.fullmatch(line.text) is not None
    )


def _start_of_comment(lines: list[Line], group: list[int]) -> int:
    """Where the first comment's box begins, with a face or a nick; the row itself where there are no boxes."""
    row = lines[group[0]]
    box = _box_beside(row.element, lines[group[1]].element)
    return box.first if box and row.at - box.first <= _FARTHEST else row.at


def _end_of_comment(lines: list[Line], group: list[int]) -> int:
    """Behind the last comment: as far as its own box, or as many lines as the one before it had."""
    last = group[-1]
    row = lines[last]
    if len(group) > 1:
        box = _box_beside(row.element, lines[group[-2]].element)
        if box and box is not row.element:
            return next((at for at in range(last + 1, len(lines)) if lines[at].at >= box.last), len(lines))
        return min(last + last - group[-2], len(lines))
    stop = last + 2
    while stop < len(lines) and _is_button(lines[stop]):
        stop += 1
    return min(stop, len(lines))


def _box_beside(one: Element, other: Element) -> Element | None:
    """The outermost element around the one that does not hold the other."""
    box: Element | None = None
    at: Element | None = one
    while at and not other.is_within(at):
        box, at = at, at.parent
    return box


def _closes_comments(line: Line) -> bool:
    return _is_button(line) or (line.size <= _LONGEST_ROW and _CLOSING.fullmatch(line.text) is not None)


def _box_of(head: Line) -> tuple[int, int] | None:
    """A box that a head of comments opens holds nothing else."""
    box = head.element.parent if head.bold else None
    return (head.at, box.last) if box and box.first == head.at and box.last > head.at + 1 else None

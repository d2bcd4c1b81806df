"""How a Chinese news page speaks: date lines, 来源, 编辑, prose, titles, breadcrumbs.

Pure functions over folded text. Constants stand in the order they are tried,
with the reason for an odd one beside it.
"""

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from scraper.text import fold, squeeze

# Navigation, footers and rails are the same on page after page, and both readers ask about every line.
remembered = lru_cache(maxsize=5_000)

BEIJING = timezone(timedelta(hours=8))

# The label characters that Hong Kong's edition prints in traditional form, one for one,
# so that positions found in the folded text are positions in the printed one.
_TRADITIONAL = "來編輯責記攝員報電訊時發佈網聞頁圖號體閱讀評論關閉"
_LABEL_FORMS = str.maketrans(_TRADITIONAL, "来编辑责记摄员报电讯时发布网闻页图号体阅读评论关闭")
_HAS_TRADITIONAL = re.compile(f"[{_TRADITIONAL}]")


def plain(text: str) -> str:
    """The text with traditional label characters simplified, of the same length.

    >>> plain("責任編輯：戴允")
    '责任编辑：戴允'
    """
    return text.translate(_LABEL_FORMS) if _HAS_TRADITIONAL.search(text) else text


# --- dates ---------------------------------------------------------------------

_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s*(?:年|[-./])\s*(\d{1,2})\s*(?:月|[-./])\s*(\d{1,2})(?!\d)\s*日?"
    r"(?:\s*(?:星期|周)[一二三四五六日天])?"
    r"(?:[\sT]*(\d{1,2})\s*[:：时]\s*(\d{2})(?!\d)(?:\s*[:：分]\s*(\d{2})(?!\d))?)?"
)


@remembered
def find_date(text: str) -> tuple[str, bool] | None:
    """The first printed date as ISO 8601 with +08:00, and whether it had a time of day.

    >>> find_date("2022年07月20日 09:50 来源:中国新闻报")
    ('2022-07-20T09:50+08:00', True)
    >>> find_date("2026年4月24日 11:56:44")
    ('2026-04-24T11:56:44+08:00', True)
    >>> find_date("[2026.08.31 12:25]")
    ('2026-08-31T12:25+08:00', True)
    >>> find_date("2022年13月20日") is None
    True
    """
    if "20" not in text and "19" not in text:
        return None
    dated = None
    for match in _DATE.finditer(text):
        found = _iso(*match.groups()) or _iso(match[1], match[2], match[3], None, None, None)
        if found and found[1]:
            return found
        dated = dated or found
    return dated


def _iso(
    year: str, month: str, day: str, hour: str | None, minute: str | None, second: str | None
) -> tuple[str, bool] | None:
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=BEIJING
        )
    except ValueError:
        return None
    return moment.isoformat(timespec="seconds" if second else "minutes"), hour is not None


# --- source and editor ---------------------------------------------------------

# 图片来源 is a credit, not the article's source.
# Behind another word it is that word's source (资金来源, 图片来源), unless that is the date's 日.
_SOURCE = re.compile(
    r"(?:(?<![\u4e00-\u9fff])|(?<=\d日)|(?<=\d[分秒]))(?:(?:文章|稿件|新闻|信息)?来\s*源|稿\s*源)\s*[:：]\s*"
)
_WHOLE_BRACKETS = re.compile(r"^[^()（）]+[(（][^()（）]+[)）]$")
_TAKEN_FROM = re.compile(r"^(?:摘自|转自|据|原载)\s*[:：]\s*(\S{2,20})$")
# What may follow a source or a name on the same line.
_NEXT_LABEL = re.compile(
    r"\s*(?:责\s*任\s*编\s*辑|责\s*编|编\s*辑|作\s*者|记\s*者|校\s*对|审\s*核|摄\s*影|摄\s*像|图\s*片|剪\s*辑|统\s*筹|策\s*划|监\s*制|时\s*间|日\s*期|来\s*源|稿\s*源|(?:浏览|阅读|点击|访问|评论)[数量]?|人气|[一二三初复终]\s*审)\s*[:：]"
    r"|(?:^|[\s,，])\s*(?:责\s*任\s*编\s*辑|字\s*[号体]|分享|评论|参与|我要|发表|浏览|阅读|点击|打印|发布|复制|收藏|关注|关闭|"
    r"大\s*中?\s*小(?:\s|$)|小\s*中?\s*大(?:\s|$)|A\s*[+-])"
    r"|\s*(?:[【】\[\]|｜；;]|https?:|(?:19|20)\d\d\s*[-年./])"
)
# 责任编辑 is always a label; 总编辑 and 做了三十年编辑 are none, so what may stand before 编辑 is listed.
_EDITOR_LABEL = r"(?:责\s*任\s*编\s*辑|责\s*编|(?<![\u4e00-\u9fff])(?:本文|本期|值班|本网|网络|网页|文字|新媒体|栏目)?\s*编\s*辑)\s*[:：]"
_EDITOR = re.compile(rf"(?:【\s*)?{_EDITOR_LABEL}\s*([^】\]\n]*)")
# Without a colon only where nothing else can be meant: at the end of a line, a slash or a bracket around it.
_NAMES = r"[\u4e00-\u9fff]{2,4}(?:[\s、][\u4e00-\u9fff]{2,4}){0,2}"
_BARE_EDITOR = (
    rf"(?:(?:^|(?<=[\s。)）]))责\s*任\s*编\s*辑\s+|(?:^|(?<=[\s。)）])|[(（\[【]\s*)(?:责任)?编\s*辑\s*[/／]\s*"
    rf"|[(（\[【]\s*(?:责任)?编\s*辑\s+)(?P<names>{_NAMES})\s*[)）\]】]?[。.]?\s*$"
)
_UNMARKED_EDITOR = re.compile(_BARE_EDITOR)
# Who else worked on the page stands on the editor's line: 校对：王五 审核：赵六.
_STAFF = (
    r"(?:校\s*对|审\s*核|审\s*校|审\s*读|监\s*制|编\s*审|统\s*筹|(?:值班)?主\s*编|值班主任|[一二三初复终]\s*审|责\s*校|美\s*编|制\s*作|录\s*入)\s*[:：]\s*"
    rf"{_NAMES}[\s|/／;；、]*"
)
_TRAILING_STAFF = re.compile(rf"\s*(?:{_STAFF})+$")
_ONLY_STAFF = re.compile(rf"[【(（\[\s]*(?:{_STAFF})+[】)）\]\s]*")
_PLACEHOLDER = re.compile(r"\$\{|\{\{|^null$|^undefined$|^无$|^[-—]+$", re.I)
_SENTENCE_END = "。！？；”’」』…）)】》.!?;:："
_PARAGRAPH_END = _SENTENCE_END.replace("；", "").replace(";", "")


def find_source(parts: tuple[str, ...]) -> str | None:
    """What stands behind 来源, up to the next label or wide gap; None when it is empty.

    >>> find_source(("2021年11月05日 10:54", "来源：中国新闻网", "参与互动"))
    '中国新闻网'
    >>> find_source(("来源:", "责任编辑:李新贺")) is None
    True
    """
    for index, part in enumerate(parts):
        match = _source_label(part)
        if not match:
            continue
        rest = part[match.end() :]
        if not rest.strip() and index + 1 < len(parts):
            rest = parts[index + 1]
        value = _up_to_next_label(rest)
        if value:
            return value
    return None


def taken_from(text: str) -> str | None:
    """摘自:生活时报 as a closing line."""
    match = _TAKEN_FROM.match(text)
    return match.group(1) if match else None


@remembered
def has_source_label(text: str) -> bool:
    return _source_label(text) is not None


def _source_label(text: str) -> re.Match[str] | None:
    return _SOURCE.search(plain(text)) if "源" in text else None


def before_label(text: str) -> str:
    """The text up to the label that follows on its line."""
    follower = _NEXT_LABEL.search(text)
    return text[: follower.start()] if follower else text


def _up_to_next_label(text: str) -> str | None:
    follower = _NEXT_LABEL.search(plain(text))
    value = fold(text[: follower.start()] if follower else text).strip("，,。·—-")
    if not _WHOLE_BRACKETS.search(value):
        value = value.strip("()（）")
    if not value or len(value) > 40 or _PLACEHOLDER.search(value):
        return None
    return value


@remembered
def find_editor(text: str) -> str | None:
    """The editor less label and brackets; several names as printed.

    >>> find_editor("【编辑:王祎】")
    '王祎'
    >>> find_editor("(完). 责任编辑：黄强.")
    '黄强'
    >>> find_editor("责任编辑:李新贺")
    '李新贺'
    """
    if not _may_name_editor(text):
        return None
    for match in _EDITOR.finditer(plain(text)):
        value = text[match.start(1) : match.end(1)].lstrip("【[ ")
        follower = _NEXT_LABEL.search(plain(value))
        name = fold(value[: follower.start()] if follower else value).strip("。.，,、；;:：()（）〕］ ")
        if name and len(squeeze(name)) <= 24 and not _PLACEHOLDER.search(name) and not re.search(r"[。！？]", name):
            return name
    unmarked = _UNMARKED_EDITOR.search(plain(text))
    return text[unmarked.start("names") : unmarked.end("names")] if unmarked else None


_EDITOR_TAIL = re.compile(rf"\s*[【\[（(]?\s*{_EDITOR_LABEL}[^。！？]{{0,24}}[】\])）.。]{{0,6}}\s*$")


@remembered
def without_editor(text: str) -> str:
    """A paragraph less the editor line that was typed behind it.

    >>> without_editor("雨停了。(完). 责任编辑：黄强.")
    '雨停了。(完)'
    >>> without_editor("【编辑:张三】")
    ''
    """
    if not _may_name_editor(text):
        return text
    tail = _EDITOR_TAIL.search(plain(text)) or _UNMARKED_EDITOR.search(plain(text))
    if not tail:
        return text
    shorter = text[: tail.start()]
    staff = _TRAILING_STAFF.search(shorter)
    shorter = (shorter[: staff.start()] if staff else shorter).rstrip()
    return shorter.rstrip(".") if shorter != text and shorter.endswith(").") else shorter


def names_only_staff(text: str) -> bool:
    """Whether a line says who checked the page and nothing else.

    >>> names_only_staff("一审：王五 二审：赵六"), names_only_staff("王五 摄")
    (True, False)
    """
    return _ONLY_STAFF.fullmatch(plain(text)) is not None


def _may_name_editor(text: str) -> bool:
    """Every form of the label has this character, and few lines do."""
    return "编" in text or "編" in text


# --- prose ---------------------------------------------------------------------

_PUNCTUATION = re.compile(r"[，。！？；：、“”…,;]")


@remembered
def reads_like_prose(text: str) -> bool:
    return _PUNCTUATION.search(text) is not None


def ends_paragraph(text: str) -> bool:
    """Whether a paragraph can end here; one that breaks off at a comma or a word goes on."""
    return text[-1:] in _PARAGRAPH_END


def ends_sentence(text: str) -> bool:
    return text[-1:] in _SENTENCE_END


# --- titles and breadcrumbs ----------------------------------------------------

REGIONS = (
    "安徽|北京|重庆|福建|甘肃|贵州|广东|广西|海南|河北|河南|湖北|湖南|黑龙江|江苏|江西|吉林|辽宁|内蒙古|宁夏|青海|山东|"
    "山西|陕西|上海|四川|天津|香港|新疆|兵团|云南|浙江"
)
_SUFFIX = re.compile(
    r"\s*(?:[-—–_|·－–‐]+)\s*(?:(?:中新网|中国新闻网|中新社|中新|[\u4e00-\u9fff]{2,3}新闻(?:网|频道)?|中国网|chinanews)[^-—–_|]*|"
    rf"(?:{REGIONS}))\s*$",
    re.I,
)
_PAGE_NUMBER = re.compile(r"\s*[(（]\d{1,2}(?:\s*/\s*\d{1,2})?[)）]\s*$")
_PREFIX = re.compile(r"^(?:中新网高清图|中新网视频|高清图)\s*[-—:：]\s*")


def without_suffix(title: str) -> str:
    """A <title> less the site's name and the page number.

    >>> without_suffix("两会速览(图)(3)——中新网"), without_suffix("今日天气 - 湖南- 中国新闻网")
    ('两会速览(图)', '今日天气')
    """
    previous = None
    while previous != title:
        previous = title
        title = _SUFFIX.sub("", title).rstrip(" -—_|")
    return _PREFIX.sub("", _PAGE_NUMBER.sub("", title)).strip()


def without_page_number(title: str) -> str:
    return _PAGE_NUMBER.sub("", title) if has_page_number(title) else title


def has_page_number(title: str) -> bool:
    return title.rstrip().endswith((")", "）")) and _PAGE_NUMBER.search(title) is not None


_CRUMB = re.compile(r"\s*(?:>>|>|»|＞|›|→|•|--|／|/|-(?=\s))\s*")
_SEPARATOR = re.compile(r"[>»＞›→•\-／/]")
_CRUMB_LEAD = re.compile(r"^.*?(?:位置|导航)\s*[:：]?\s*")
_HOME = re.compile(r"首\s*页|中新网|中国新闻网|新闻网$|新闻中心|^.{2,3}分社")
# Where 正文 would stand; some pages print 新闻报道.
_TEXT_CRUMB = re.compile(r"^(?:正文|新闻正文|新闻报道|阅读正文|查看正文)$")


@remembered
def channel_of(text: str) -> str | None:
    """The last breadcrumb before 正文, or the last one where there is no 正文.

    >>> channel_of("首页 > 头条 > 正文 >"), channel_of("■ 本页位置：首页 → 新闻中心 → 社会新闻")
    ('头条', '社会新闻')
    >>> channel_of("中新网首页|安徽|北京") is None
    True
    """
    if "位置" not in text and not _SEPARATOR.search(text):
        return None
    crumbs = [crumb.strip(" >■|:：[]【】") for crumb in _CRUMB.split(_CRUMB_LEAD.sub("", text))]
    crumbs = [crumb for crumb in crumbs if crumb]
    labelled = "位置" in text or any(_TEXT_CRUMB.match(squeeze(crumb)) for crumb in crumbs)
    if not labelled and (len(crumbs) < 2 or not _HOME.search(crumbs[0])):
        return None
    for index, crumb in enumerate(crumbs):
        if _TEXT_CRUMB.match(squeeze(crumb)):
            crumbs = crumbs[:index]
            break
    if not crumbs or len(crumbs[-1]) > 16 or (len(crumbs) == 1 and not labelled):
        return None
    last = crumbs[-1]
    # 2001: the channel's link stands twice, without anything between.
    half = len(last) // 2
    last = last[:half] if last[:half] == last[half:] and half >= 2 else last
    return None if re.fullmatch(r"首\s*页|中新网|中国新闻网", last) else last

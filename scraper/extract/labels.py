"""How a Chinese news page speaks: date lines, 来源, 编辑, prose, titles.

Pure functions over folded text. Constants stand in the order they are tried,
with the reason for an odd one beside it.
"""

import re
from datetime import datetime
from functools import lru_cache

from scraper.text import fold, squeeze

# Navigation, footers and rails are the same on page after page, and both readers ask about every line.
remembered = lru_cache(maxsize=3_000)

# The label characters that Hong Kong's edition prints in traditional form, one for one,
# so that positions found in the folded text are positions in the printed one.
_TRADITIONAL = (
    "來編輯責記攝員報電訊時發佈網聞頁圖號體閱讀評論關閉權熱門轉載於聯繫們視頻點擊廣務圍觀內請掃碼機關聲專題標題連結處"
)
_LABEL_FORMS = str.maketrans(
    _TRADITIONAL,
    "来编辑责记摄员报电讯时发布网闻页图号体阅读评论关闭权热门转载于联系们视频点击广务围观内请扫码机关声专题标题连结处",
)
_HAS_TRADITIONAL = re.compile(f"[{_TRADITIONAL}]")


def plain(text: str) -> str:
    """The text with traditional label characters simplified, of the same length.

    >>> plain("責任編輯：戴允")
    '责任编辑：戴允'
    """
    return text.translate(_LABEL_FORMS) if _HAS_TRADITIONAL.search(text) else text


# --- dates ---------------------------------------------------------------------

_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s*(?:年|[-./])\s*(\d{1,2})\s*(?:月|[-./])\s*(\d{1,2})(?:(?!\d)|(?<=\d\d)(?=\d\d[:：]\d\d))\s*日?"
    r"(?:\s*(?:星期|周)[一二三四五六日天])?"
    r"(?:(?:[\sT]*|\s*-\s+)(?P<half>上午|下午|晚上|[AP]M)?\s*(\d{1,2})\s*[:：时]\s*(\d{2})(?!\d)(?:\s*[:：分]\s*(\d{2})(?!\d))?)?"
)

_FULL_WIDTH = re.compile("[０-９]")
_HALF_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


@remembered
def find_date(text: str) -> tuple[str, bool] | None:
    """The first printed date as ISO 8601 with +08:00, and whether it had a time of day.

    >>> find_date("2022年07月20日 09:50 来源:中国新闻报")
    ('2022-07-20T09:50+08:00', True)
    >>> find_date("2026年4月24日 11:56:44")
    ('2026-04-24T11:56:44+08:00', True)
    >>> find_date("2024-05-06 - 09:30")
    ('2024-05-06T09:30+08:00', True)
    >>> find_date("[2026.08.31 12:25]")
    ('2026-08-31T12:25+08:00', True)
    >>> find_date("2009-3-5 下午 03:20:11"), find_date("２０１１年０３月２７日")
    (('2009-03-05T15:20:11+08:00', True), ('2011-03-27T00:00+08:00', False))
    >>> find_date("13-04-28 18:00 来源:草原晚报"), find_date("04/25/2023 22:08")
    (('2013-04-28T18:00+08:00', True), ('2023-04-25T22:08+08:00', True))
    >>> find_date("2022年13月20日") is None
    True
    """
    text = text.translate(_HALF_WIDTH) if _FULL_WIDTH.search(text) else text
    if "20" not in text and "19" not in text:
        return _short_date(text)
    dated = None
    for match in _DATE.finditer(text):
        year, month, day, half, hour, minute, second = match.groups()
        if half in ("下午", "晚上", "PM") and hour and int(hour) < 12:
            hour = str(int(hour) + 12)
        found = _iso(year, month, day, hour, minute, second) or _iso(year, month, day, None, None, None)
        if found and found[1]:
            return found
        dated = dated or found
    return dated or _short_date(text)


# 13-04-28 18:00 of mobile pages, 04/25/2023 22:08 of pages with a foreign program: only with the time of day.
_SHORT_DATE = re.compile(
    r"(?<![\d.:/-])(?:(?P<short>\d\d)-(?P<month>\d\d)-(?P<day>\d\d)|(?P<m>\d\d)/(?P<d>\d\d)/(?P<year>(?:19|20)\d\d))\s+"
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?![\d:])"
)


def _short_date(text: str) -> tuple[str, bool] | None:
    match = _SHORT_DATE.search(text) if ":" in text else None
    if not match:
        return None
    year = match["year"] or f"20{match['short']}"
    month, day = match["month"] or match["m"], match["day"] or match["d"]
    return _iso(year, month, day, match["hour"], match["minute"], match["second"])


def _iso(
    year: str, month: str, day: str, hour: str | None, minute: str | None, second: str | None
) -> tuple[str, bool] | None:
    try:
        moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError:
        return None
    return f"{moment.isoformat(timespec='seconds' if second else 'minutes')}+08:00", hour is not None


# 04-05 07:58: of which year, the address says.
YEARLESS = re.compile(
    r"(?<![\d.:-])(?P<month>\d{1,2})\s*[-/月]\s*(?P<day>\d{1,2})日?\s+(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?![\d:])"
)


def in_year_of(dated: str, text: str) -> str | None:
    """The time of a date line without a year, if its day is that of `dated`, an ISO 8601 day.

    >>> in_year_of("2022-04-05T00:00+08:00", "中新网四川 04-05 07:58")
    '2022-04-05T07:58+08:00'
    """
    match = YEARLESS.search(text)
    if not match or (int(match["month"]), int(match["day"])) != (int(dated[5:7]), int(dated[8:10])):
        return None
    found = find_date(f"{dated[:10]} {match['time']}")
    return found[0] if found else None


# --- source and editor ---------------------------------------------------------

# 图片来源 is a credit, not the article's source.
# Behind another word it is that word's source (资金来源, 图片来源), unless that is the date's 日.
_SOURCE = re.compile(
    r"[\[【]\s*(?:稿源|来源)\s*[\]】]\s*|(?:(?<![\u4e00-\u9fff])|(?<=\d日)|(?<=\d[分秒]))(?:出\s*处|转载?自|刊于|原载|(?:文章|稿件|新闻|信息)?来\s*源|稿\s*源|来自(?!\s*[:：]\s*(?:手机|iPhone|Android|安卓|.{0,6}(?:网友|客户端))))\s*[:：]\s*"
)
_WHOLE_BRACKETS = re.compile(r"^[^()（）]+[(（][^()（）]+[)）]$")
_TAKEN_FROM = re.compile(r"^(?:摘自|转自|据|原载)\s*[:：]\s*(\S{2,20})$")
# What may follow a source or a name on the same line.
_NEXT_LABEL = re.compile(
    r"\s*(?:责\s*任\s*编\s*辑|责\s*编|编\s*辑|作\s*者|记\s*者|采\s*写|撰\s*文|整\s*理|校\s*对|校\s*审|审\s*校|审\s*核|摄\s*影|摄\s*像|图\s*片|剪\s*辑|统\s*筹|策\s*划|监\s*制|标\s*签|关\s*键\s*[词字]|分\s*类|频\s*道|栏\s*目|时\s*间|日\s*期|来\s*源|稿\s*源|(?:浏览|阅读|点击|访问|评论)[数量]?|人气|[一二三初复终]\s*审)\s*[:：]"
    r"|(?:^|[\s,，])\s*(?:责\s*任\s*编\s*辑|(?:责\s*编|图\s*片|校\s*对|审\s*核)(?=\s|$)|字\s*[号体]|分享|评论|参与|我要|发表|浏览|阅读|点击|打印|发布|复制|收藏|关注|关闭|"
    r"大\s*中?\s*小(?:\s|$)|小\s*中?\s*大(?:\s|$)|A\s*[+-])"
    r"|\s*(?:[【】\[\]|｜；;]|https?:|(?:19|20)\d\d\s*[-年./])"
)
# 责任编辑 is always a label; 总编辑 and 做了三十年编辑 are none, so what may stand before 编辑 is listed.
_EDITOR_LABEL = r"(?:责\s*任\s*编\s*辑|责\s*编|(?<![\u4e00-\u9fff])(?:(?:本文|本期|本版|值班|本网|网络|网页|文字|新媒体|栏目)?\s*编\s*辑人?|网\s*编))\s*[:：]"
_EDITOR = re.compile(rf"(?:【\s*)?{_EDITOR_LABEL}\s*([^】\]\n]*)")
# Without a colon only where nothing else can be meant: at the end of a line, a slash or a bracket around it.
_NAMES = r"[\u4e00-\u9fff]{2,4}(?:[\s、][\u4e00-\u9fff]{2,4}){0,2}"
_BARE_EDITOR = (
    rf"(?:(?:^|(?<=[\s。)）]))责\s*任\s*编\s*辑\s+|^(?:本[稿版期文]|网站|值班|执行|稿件)?(?:责\s*编|编\s*辑)\s*(?:[|｜丨/／]|\s)\s*|(?:^|(?<=[\s。)）])|[(（\[【]\s*)(?:责任)?编\s*辑\s*[/／]\s*"
    rf"|[(（\[【]\s*(?:责任)?编\s*辑\s+)(?P<names>{_NAMES})\s*[)）\]】]?[。.]?\s*$"
)
_UNMARKED_EDITOR = re.compile(_BARE_EDITOR)
# Who else worked on the page stands on the editor's line: 校对：王五 审核：赵六.
_STAFF = (
    r"(?:策\s*划|校\s*对|审\s*核|审\s*校|校\s*审|审\s*读|审\s*稿|监\s*制|编\s*审|统\s*筹|(?:值班)?主\s*编|值班主任|[一二三初复终]\s*审|责\s*校|美\s*编|制\s*作|编\s*导|摄\s*像|剪\s*辑|配\s*音|字\s*幕|(?:文章|信息|稿件)?录\s*入)\s*[:：|｜丨]\s*"
    rf"(?:{_NAMES}|[A-Za-z][\w.]{{1,19}})[\s|/／;；、]*"
)
_TRAILING_STAFF = re.compile(rf"\s*(?:{_STAFF})+$")
_ONLY_STAFF = re.compile(rf"[【(（\[\s]*(?:{_STAFF})+[】)）\]\s]*")
_PLACEHOLDER = re.compile(r"\$\{|\{\{|^null$|^undefined$|^无$|^[-—]+$", re.I)
_SENTENCE_END = "。！？；”’」』…）)】》.!?;:："
_PARAGRAPH_END = _SENTENCE_END.replace("；", "").replace(";", "")


def is_placeholder(text: str) -> bool:
    """Whether a template left a text unfilled: {{detail.title}}, ${title}."""
    return _PLACEHOLDER.search(text) is not None


# A label that stands alone, its value in the element or cell beside it.
LABEL = re.compile(
    r"(?:(?:文章|稿件|新闻|信息)?来\s*源|稿\s*源|出\s*处|责\s*任\s*编\s*辑|责\s*编|编\s*辑人?|作\s*者|撰?文)\s*[:：|｜丨/／]?"
)
_BLANK_OR_BAR = r"\s*(?:[|｜丨]|\s)\s*"
_WITHOUT_COLON = re.compile(
    rf"(?:(?P<source>(?:稿件|文章)?来\s?源|转自){_BLANK_OR_BAR}[\u4e00-\u9fffA-Za-z·]{{2,16}}"
    rf"|(?P<editor>责任编辑|责\s?编|编\s?辑){_BLANK_OR_BAR}{_NAMES}"
    rf"|(?P<author>撰文|作者){_BLANK_OR_BAR}{_NAMES}|文(?:{_BLANK_OR_BAR}|\s*[/／]\s*)(?P<writer>{_NAMES}))"
)
_NAME_THEN_EDITOR = re.compile(rf"({_NAMES})\s*[(（]\s*(?:责任)?编辑\s*[)）]")


def opens_label(text: str) -> bool:
    """Whether a part begins with a label, so that it is no other label's value."""
    match = LABEL.match(plain(text))
    return match is not None and match.group().rstrip(" :：|｜丨/／") != "文"


_MAY_LACK_COLON = re.compile("[源转轉编編作文]")


@remembered
def with_colon(part: str) -> str:
    """A part of a date line with the colon that its label lacks; any other part as it is.

    >>> with_colon("编辑 | 汤丽娟"), with_colon("来源 津滨网"), with_colon("编辑部的灯还亮着")
    ('编辑：汤丽娟', '来源：津滨网', '编辑部的灯还亮着')
    """
    if not _MAY_LACK_COLON.search(part):
        return part
    named = _NAME_THEN_EDITOR.fullmatch(part)
    if named:
        return f"编辑：{named.group(1)}"
    match = _WITHOUT_COLON.fullmatch(plain(part))
    if match and match["writer"]:
        return f"作者：{match['writer']}"
    end = max(map(match.end, ("source", "editor", "author"))) if match else 0
    return f"{part[:end]}：{part[end:].lstrip(' |｜丨')}" if end else part


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


_MAY_NAME_SOURCE = re.compile("源|来自|转自|转载自|出|刊于|原载")


def _source_label(text: str) -> re.Match[str] | None:
    return _SOURCE.search(plain(text)) if _MAY_NAME_SOURCE.search(text) else None


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
    >>> find_editor("责任编辑:李新贺"), find_editor("编辑：高原标签：要闻")
    ('李新贺', '高原')
    """
    if not may_name_editor(text):
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
    if not may_name_editor(text):
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


def may_name_editor(text: str) -> bool:
    """Every form of the label has this character, and few lines do."""
    return "编" in text or "編" in text


# --- prose ---------------------------------------------------------------------

_PUNCTUATION = re.compile(r"[，。！？；：、“”…,;]|[a-z]\.(?:\s|$)")


@remembered
def reads_like_prose(text: str) -> bool:
    return _PUNCTUATION.search(text) is not None


def ends_paragraph(text: str) -> bool:
    """Whether a paragraph can end here; one that breaks off at a comma or a word goes on."""
    return text[-1:] in _PARAGRAPH_END


def ends_sentence(text: str) -> bool:
    return text[-1:] in _SENTENCE_END


# --- titles --------------------------------------------------------------------

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


_SITE = re.compile(
    rf"(?:网|(?:New Page|新建网页|网页)\s?\d*|无标题(?:文档|页)?|Untitled(?: Document)?|(?:电子|手机|触屏|移动|无线)版?|WAP版?|客户端|电讯稿|信息|要闻|首页|新闻|频道|正文|[-—–_|·\s]|中国新闻网|中国新闻社|中新网|中新社|[\w.]*chinanews(?:\.com(?:\.cn)?)?|{REGIONS}|[\u4e00-\u9fff]{{0,3}}分社)+",
    re.I,
)


def names_site(title: str) -> bool:
    """Whether a <title> names the site and its channel, and no story.

    >>> names_site("中国新闻网河南"), names_site("中新网 - 河南新闻"), names_site("河南新闻网首发")
    (True, True, False)
    """
    return _SITE.fullmatch(title.strip()) is not None


def without_page_number(title: str) -> str:
    return _PAGE_NUMBER.sub("", title) if has_page_number(title) else title


def has_page_number(title: str) -> bool:
    return title.rstrip()[-1:] in (")", "）") and _PAGE_NUMBER.search(title) is not None

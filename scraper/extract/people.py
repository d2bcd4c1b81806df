"""Who wrote it: names in datelines, bylines and closing brackets, and organisations that supplied the text."""

import re
from itertools import takewhile

from scraper.extract.labels import REGIONS, before_label, plain, remembered
from scraper.extract.names import MEDIUM, NAME_BREAK, SURNAMES, is_name
from scraper.text import fold, squeeze

_ROLES = "(?:实习|特约|见习|首席|全媒体|融媒体|本网|本报)?记者|通讯员|实习生|作者(?![系为是])|撰文|撰稿|文字|编译"
# 文 alone is a role only where a name can't run on into it: 文/张三, 张三 文.
_ROLE = re.compile(rf"{_ROLES}|文")
_WRITTEN = r"(?:文(?=\s*[/／:：])|(?<=[/／\s])文(?=$|[、/／\s]))"
AGENCY = r"(?:中新网|中新社|中国新闻网|中新财经|中新健康|新华社|新华网|人民网|本报|本网|本台|本刊|本社|[\u4e00-\u9fff]{2,6}(?:日报|晚报|商报|时报|晨报|报社))"
_DATELINE = re.compile(
    r"^\s*(?:中新网|中新社|中国新闻网|新华社|新华网|本报|本网)[^()（）。]{0,24}?(?:\d{1,2}日|\d{1,2})?(?:电|讯|消息)\s*"
    r"[(（]([^()（）]{2,60})[)）]?"
)
# 黑龙江林业报讯（佟雪）: any medium's lead, if the bracket holds nothing but names.
_LEAD_OF_MEDIUM = re.compile(
    r"^\s*[\u4e00-\u9fffA-Za-z·]{2,16}?(?:讯|(?:\d{1,2}月)?\d{1,2}日(?:电|讯|消息))\s*[(（]([^()（）:：]{2,40})[)）]"
)
_BRACKETED_ROLE = re.compile(
    rf"[(（【\[]([^()（）【】\[\]]{{0,12}}?(?:{_ROLES}|{_WRITTEN})[^()（）【】\[\]。]{{1,60}})(?:[)）】\]]|$)"
)
_NAME_THEN_ROLE = re.compile(
    r"[(（【\[]([^()（）【】\[\]。]{2,40}?[\s/／]*(?:文/?图?|文并图|文、图|撰文|报道))[)）】\]]?$"
)
# 文/图 张三: writer and photographer in one.
_WROTE_AND_PICTURED = re.compile(
    r"(?:^|[\s(（])(?:文\s*[/／、]\s*图|图\s*[/／、]\s*文|图文)\s*[/／\s]\s*([^，。！？：:/／()（）]{2,24})[)）]?$"
)
_CLOSING_NAME = re.compile(r"[(（]\s*([^()（）。，]{2,24}?)\s*[)）]?\s*$")
_ENGLISH_NAME = r"[A-Z][a-z'’]+(?:[ -][A-Z][a-z'’]+){1,2}"
_ENGLISH_BYLINE = re.compile(
    rf"(?:^|[(（])\s*(?:By|Reported by|Written by)\s+({_ENGLISH_NAME}(?:\s*(?:,|&|\band\b)\s*{_ENGLISH_NAME}){{0,4}})\s*(?:[)）]|$)"
)
# 她笑着说。” 记者 丹娜: a byline typed behind the last sentence.
_CLOSING_BYLINE = re.compile(
    rf"[。！？”’…)）]\s*(?:{AGENCY}|[\u4e00-\u9fff]{{2,6}}报)?(?:{_ROLES})(?:\s*[:：]\s*|\s+)([\u3400-\u9fff·\s、]{{2,24}})$"
)
# 方敏北京大学经济学院教授: the blank between the name and what its bearer is got lost.
_BEARER = re.compile(
    rf"(?:{REGIONS}|中国|中央|国家|全国|清华|复旦|南京|武汉|中山|中共|中科院|国务院|[\u4e00-\u9fff]{{2,6}}?(?:大学|学院|研究院|研究所|委员会))"
)
# 胡若愚 新华社特稿
_WIRE = re.compile(
    rf"^(?:据?{AGENCY}|[\u4e00-\u9fff]{{2,8}}(?:报|社|网|台))?(?:供本报)?(?:特稿|专稿|专电|电讯?|稿件?|报道)$"
)
_AUTHOR_LABEL = re.compile(
    r"(?:^|[\s；;，。(（【\[|｜])(?:原?作\s*者|撰\s*[文稿]|采\s*写|文\s*[/、]?\s*图)\s*[:：]\s*([^；;。()（）\n]{2,40})"
)
_BYLINE = re.compile(
    rf"^[□■●◎\s]*(?:{AGENCY}|[\u4e00-\u9fff]{{2,8}}?)?\s*(?:{_ROLES}|{_WRITTEN})[\s:：/／|｜丨]*([^，。！？：:]{{2,40}}?)"
    r"(?:\s*(?:报道|文/?图|摄影报道|编译|发自\s*[\u4e00-\u9fff]{2,12}))?$"
)
_BYLINE_SIZE = 40
_NAMING = re.compile(r"\b[Bb]y [A-Z]|[(（【\[作□■●◎]|撰|采写|[文图][/／]|^.{0,40}题\s*[:：]")
_OPENS_REPORT = re.compile(r"[^。]{0,16}(?:记者|通讯员)(?:\s|[^。]{2,24}报道)")
# □ 本报记者 罗斌 新修的步道……; ……电 题：山城步道 中新社记者 刘相琳 新修的……: a byline that the text follows on its line.
_LEADING_BYLINE = re.compile(
    rf"^(?:[□■●◎]\s*|[^。]{{0,40}}?题\s*[:：]\s*[^。]{{2,60}}?\s)(?:{AGENCY})?(?:{_ROLES})\s*[:：]?\s*([\u3400-\u9fff·\s、]{{2,40}})"
)
# 溪口日报记者 张三 通讯员 李四报道：新修的……, and 溪口新媒体记者 张三 新修的……
_LEADING_REPORT = re.compile(
    rf"^[^。，！？：:]{{0,16}}?(?:{_ROLES})\s*([\u3400-\u9fff·\s、]{{2,40}}?)\s*(?:摄影)?报道(?:\s*[:：]|\s|$)"
)
_LEADING_NAMES = re.compile(
    r"^[\u4e00-\u9fff·]{0,12}?(?:记者|通讯员)\s+((?:[\u3400-\u9fff·]{2,16}[\s、]){1,4})(?=\S{8})"
)
# A name beside a word for writing: what all three have, then what each has.
_WRITING = re.compile(r"[文作撰采]|报道")
_SIGNED = (
    (re.compile(r"文|报道"), _NAME_THEN_ROLE),
    (re.compile(r"[:：]"), _AUTHOR_LABEL),
    (re.compile(r"图"), _WROTE_AND_PICTURED),
)
# 郝北川/图 beside a writer: a photographer.
_PICTURED = re.compile(
    r"(?:摄影|(?<!文[/／、])图片?|摄)\s*[/／:：\s]\s*[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff])"
    r"|[\u4e00-\u9fff]{2,4}\s*[/／]\s*(?:图|摄影?)(?![/／、]?文)"
    r"|[\u4e00-\u9fff]{2,4}\s+(?:图|摄影|摄)(?=\s*$|[)）])"
)
# 总台记者 张三: what stands right before 记者 is a medium, unless it is another role's name.
_MEDIUM_OF_REPORTER = re.compile(
    r"(?:(?<=[\s、，,;；(（【□])|^)(?!(?:通讯员|实习生|记者))[\u4e00-\u9fffA-Za-z·]{1,14}?"
    r"(?=(?:实习|特约|见习|首席|全媒体|融媒体)?记者)"
)
_TAIL_NOISE = re.compile(
    r"(?:摄影报道|综合报道|文并图|文、图|文|图|报道|整理|采写|撰文|编译|发自[\u4e00-\u9fff]{2,12}|/|／)$"
)
_HEAD_NOISE = re.compile(
    rf"^(?:{AGENCY}|本报|本网)?(?:首席|见习|实习|特约|驻[\u4e00-\u9fff]{{2,4}}|全媒体|融媒体)?(?:{_ROLES})?[:：]?"
)
_PHOTOGRAPHER_ONLY = re.compile(r"(?:摄|摄影|供图|图)\s*$")


_ROLE_BEFORE_NAMES = re.compile(
    rf"(?:{AGENCY})?(?:{_ROLES})(?:\s*[:：]\s*|\s+)([\u3400-\u9fff·•]{{2,16}}(?:[\s、][\u3400-\u9fff·•]{{2,16}}){{0,3}})"
)


def with_label(part: str) -> str:
    """A part of a date line that names its writers by what they are, 本网记者 张三, with 作者： instead."""
    match = _ROLE_BEFORE_NAMES.fullmatch(plain(part)) if _ROLE.search(part) else None
    return f"作者：{match.group(1)}" if match and all(map(is_name, NAME_BREAK.split(match.group(1)))) else part


_ROLE_ALONE = re.compile(rf"(?:{AGENCY})?(?:{_ROLES})")


def is_role(text: str) -> bool:
    """Whether a text says what somebody is and nothing else: 中新网记者."""
    return _ROLE_ALONE.fullmatch(plain(text)) is not None


def find_authors(paragraphs: list[str]) -> tuple[str, ...]:
    """Everybody named as a writer in leads, bylines and closing brackets, in order, each once.

    >>> find_authors(["中新网上海11月4日电 (陈静 奚晓蕾)记者4日获悉……", "文末。(本报记者 赵晖 阚力/文"])
    ('陈静', '奚晓蕾', '赵晖', '阚力')
    """
    found: list[str] = []
    for index, printed in enumerate(paragraphs):
        closes = _closes_part(paragraphs, index)
        # Every writer stands in or behind a bracket, behind 作者, or in a byline that is a line of its own.
        if len(printed) > _BYLINE_SIZE and not (closes or _NAMING.search(printed) or _OPENS_REPORT.match(printed)):
            continue
        found += _authors_in(plain(printed), closes)
    return _as_printed(found, paragraphs) if found else ()


_GOES_ON = tuple("，,。！？；;：:”")


def _closes_part(paragraphs: list[str], index: int) -> bool:
    """Whether a story ends here: with the page, or above the sub-heading of another."""
    following = paragraphs[index + 1] if index + 1 < len(paragraphs) else ""
    return len(following) <= 30 and not following.endswith(_GOES_ON)


# Each way of naming a writer has one of these: a bracket, a colon, a role.
_AUTHOR_SIGN = re.compile(r"[(（【\[:：文者员生撰译□◎]|[Bb]y\b")


def _authors_in(paragraph: str, closes: bool) -> list[str]:
    found: list[str] = []
    if not _AUTHOR_SIGN.search(paragraph):
        return found
    lead = _DATELINE.match(paragraph)
    if lead and not _PHOTOGRAPHER_ONLY.search(lead.group(1)):
        found += _names(lead.group(1))
    elif other := _LEAD_OF_MEDIUM.match(paragraph):
        found += _all_sure_names(other.group(1))
    role = _ROLE.search(paragraph)
    for match in _BRACKETED_ROLE.finditer(paragraph) if role else ():
        if not _PHOTOGRAPHER_ONLY.search(match.group(1)) or "文" in match.group(1):
            found += _names(match.group(1))
    for sign, pattern in _SIGNED if _WRITING.search(paragraph) else ():
        for match in pattern.finditer(paragraph) if sign.search(paragraph) else ():
            text = before_label(match.group(1))
            found += _names(text) or _name_run_in(text)
    signed = _SIGNED_ALONE.fullmatch(paragraph) if len(paragraph) <= _BYLINE_SIZE else None
    if signed:
        found += _all_sure_names(signed.group(1))
    byline = _byline_of(paragraph) if role and len(paragraph) <= _BYLINE_SIZE else None
    if byline and (not _PHOTOGRAPHER_ONLY.search(paragraph) or "文" in paragraph):
        found += _names(byline.string[byline.start(1) :])
    leading = _LEADING_BYLINE.match(paragraph) if role and not byline else None
    if leading:
        found += takewhile(lambda name: is_name(name, sure=True), _words_of(leading.group(1)))
    elif role and not byline:
        found += _leading_reporters(paragraph)
    english = _ENGLISH_BYLINE.search(paragraph) if "By" in paragraph or "by" in paragraph else None
    if english:
        found += re.split(r"\s*(?:,|&|\band\b)\s*", english.group(1))
    closing = _CLOSING_NAME.search(paragraph) if closes or len(squeeze(paragraph)) <= 16 else None
    if closing:
        found += _all_sure_names(closing.group(1))
    behind = _CLOSING_BYLINE.search(paragraph) if role and closes else None
    if behind:
        found += _names(behind.group(1))
    return found


# □ 康玉湛; a sub-heading has such a mark, too.
_SIGNED_ALONE = re.compile(r"[□◎]\s*([\u3400-\u9fff·]{2,16}(?:[\s、][\u3400-\u9fff·]{2,16}){0,3})")
_ROLE_AND_COLON = re.compile(rf"({_ROLES})\s*[:：]\s*")


def _byline_of(paragraph: str) -> re.Match[str] | None:
    """A byline that is a line of its own, in which a role may have a colon: 文/某报记者：张三."""
    without_photographer = _PICTURED.sub("", paragraph).strip()
    return _BYLINE.match(without_photographer) or (
        _BYLINE.match(_ROLE_AND_COLON.sub(r"\1 ", without_photographer)) if without_photographer[0] == "文" else None
    )


def _leading_reporters(paragraph: str) -> list[str]:
    """The reporters with whom a paragraph begins, if they are names and nothing else."""
    report = _LEADING_REPORT.match(paragraph)
    if report:
        words = _words_of(re.sub(_ROLES, " ", report.group(1)).strip())
        return words if all(is_name(word, sure=True) for word in words) else []
    leading = _LEADING_NAMES.match(paragraph)
    words = _words_of(leading.group(1).strip()) if leading else []
    return list(takewhile(lambda name: is_name(name, sure=True), words))


@remembered
def find_labelled_authors(text: str) -> tuple[str, ...]:
    """作者：… beside the date.

    >>> find_labelled_authors("2026年03月10日 08:55 来源：渭原融媒 作者：权景明")
    ('权景明',)
    """
    return tuple(name for match in _AUTHOR_LABEL.finditer(plain(text)) for name in _names(before_label(match.group(1))))


def _as_printed(names: list[str], paragraphs: list[str]) -> tuple[str, ...]:
    whole = "\n".join(paragraphs)
    folded = plain(whole)
    places = ((name, folded.find(name)) for name in dict.fromkeys(names))
    return tuple(whole[at : at + len(name)] if at >= 0 else name for name, at in places)


def _names(text: str) -> list[str]:
    """The names in a byline: roles and agencies taken off, the rest split.

    >>> _names("本报记者 赵晖 阚力/文")
    ['赵晖', '阚力']
    """
    names = []
    text = _MEDIUM_OF_REPORTER.sub(" ", _PICTURED.sub(" ", _without_place(text)))
    for word in _words_of(re.sub(rf"({_ROLES}|{_WRITTEN})", r" \1 ", text)):
        word = _without_tail(_HEAD_NOISE.sub("", word.strip("“”\"'()（）:： ")))
        if is_name(word):
            names.append(word)
    return names


def _without_place(text: str) -> str:
    """A byline less the place it was written at: `覃小路 桂西边城报道`.

    >>> _without_place("覃小路 桂西边城报道"), _without_place("陈静 李雪报道")
    ('覃小路', '陈静 李雪报道')
    """
    place = _WRITTEN_AT.search(text)
    return text[: place.start()] if place and not is_name(place.group(1), sure=True) else text


_WRITTEN_AT = re.compile(r"(?<=[\u4e00-\u9fff])\s+([\u4e00-\u9fff]{2,8})(?:报道|电)$")


def _words_of(text: str) -> list[str]:
    """The words of a byline; 两字名 printed with a blank inside, `李 明`, is one.

    >>> _words_of("杨 柳 高小云 王 磊")
    ['杨柳', '高小云', '王磊']
    """
    return NAME_BREAK.split(_SPACED_NAME.sub(_joined, text))


_SPACED_NAME = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])\s+([\u4e00-\u9fff])(?![\u4e00-\u9fff])")


def _joined(spaced: re.Match[str]) -> str:
    return spaced[1] + spaced[2] if spaced[1] in SURNAMES else spaced[0]


def _name_run_in(text: str) -> list[str]:
    """The name in front of what its bearer is, where no blank sets them apart.

    >>> _name_run_in("方敏北京大学经济学院教授")
    ['方敏']
    """
    for size in (2, 3):
        if is_name(text[:size], sure=True) and _BEARER.match(text, size):
            return [text[:size]]
    return []


def _without_tail(word: str) -> str:
    """A name less what its bearer did: `阚力/文`, `王五 文/图`."""
    for _ in range(4):
        shorter = _TAIL_NOISE.sub("", word)
        # 冉文 is a name.
        word = shorter if len(shorter) > 1 else word
    return word


def _all_sure_names(text: str) -> list[str]:
    words = [word for word in _words_of(text) if word and not _WIRE.match(word)]
    if len(words) > 1 and MEDIUM.search(words[0]):
        del words[0]
    sure = sum(is_name(word, sure=True) for word in words)
    # 奥蓝 张玮: beside another name a rare family name is one, too.
    if sure < len(words) and (sure * 2 < len(words) or any(not _MAY_STAND_BESIDE.fullmatch(word) for word in words)):
        return []
    return words if all(map(is_name, words)) else []


_MAY_STAND_BESIDE = re.compile(r"[\u3400-\u9fff]{1,2}[^县市区镇乡村州省旗报网台社讯电摄图文]")


_CONTRIBUTED = re.compile(
    r"[(（]\s*([^()（）:：]{2,40}?)\s*供稿(?=\s*(?:[)）]|$|[\s，,；;、]))"
    r"|^[\s(（]*(?:供\s*稿|供稿(?:单位|部门)|来稿单位)\s*[:：]\s*([^\s()（）]{2,40})\s*[)）]?\s*(?:$|(?=[\u4e00-\u9fff]{2,4}[:：]))"
)


def find_contributors(paragraphs: list[str]) -> tuple[str, ...]:
    """Organisations credited with the text.

    >>> find_contributors(["统战工作再上台阶。(中共河南省委统战部供稿)"])
    ('中共河南省委统战部',)
    """
    found = [
        fold(match.group(1) or match.group(2)).strip("：: ")
        for paragraph in paragraphs
        if "稿" in paragraph
        for match in _CONTRIBUTED.finditer(paragraph)
    ]
    return tuple(dict.fromkeys(name for name in found if name))

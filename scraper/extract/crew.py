"""Lines that name who made a story, each behind what they did: 文|张三 编辑|李四, 稿源/某报 作者/王五 责编/赵六.

Pages set such lines above or below the text, with colons, bars or slashes
between, and with words for parts in it that are nobody's field (校对, 监制).
"""

import re

from scraper.extract.labels import plain

_SOURCE = r"来\s*源|稿\s*源|出\s*处|原\s*载"
_AUTHOR = (
    r"作\s*者|撰\s*[文稿]|采\s*写|采\s*访|文\s*字|文\s*[/、]?\s*图|图\s*文|文(?!\s*[/、]\s*图)|编\s*译"
    r"|(?:本报|本网|实习|见习|特约|全媒体|融媒体)?记\s*者|通\s*讯\s*员|实\s*习\s*生"
)
_EDITOR = r"(?:责\s*任|网\s*络|图\s*文|执\s*行|本\s*期|本\s*版)?编\s*辑|责\s*编|网\s*编"
_PICTURES = r"摄\s*影|摄\s*像|图\s*片?|供\s*图|视\s*频"
_OTHERS = (
    r"剪\s*辑|设\s*计|制\s*图|海\s*报|美\s*编|校\s*对|责\s*校|审\s*[核校读稿]|[一二三初复终]\s*审|监\s*制|统\s*筹|策\s*划"
    r"|(?:值\s*班)?(?:主\s*任|主\s*编|总\s*编)|排\s*版|出\s*品人?|制\s*作|编\s*排|播\s*音|配\s*音|图\s*编"
)
_ROLE = rf"(?:{_SOURCE}|{_AUTHOR}|{_EDITOR}|{_PICTURES}|{_OTHERS})"
_BAR = r"\s*[|｜丨/／]\s*"
_COLON_OR_BAR = r"\s*[:：|｜丨/／]\s*"
# Blanks behind the sign belong to the value alone: were there two ways to read each, a long line would take for ever.
_PAIR = re.compile(rf"(?P<role>{_ROLE})\s*[:：|｜丨/／](?P<value>(?:(?!{_ROLE}{_COLON_OR_BAR})[^。！？；，…]){{0,40}})")
_LINE = re.compile(
    rf"[（(【\[\s]*(?:{_PAIR.pattern.replace('?P<role>', '?:').replace('?P<value>', '?:')})+[】\])）\s]*"
)
_SINGLE = re.compile(rf"[（(【\[\s]*(?:{_SOURCE}|{_AUTHOR}|{_EDITOR}|{_OTHERS}){_BAR}")
_NAME = r"[\u3400-\u9fff·]{2,12}"
_ONE = re.compile(rf"(?P<role>{_ROLE}){_COLON_OR_BAR}(?P<value>{_NAME}(?:[\s、，]{{1,2}}{_NAME}){{0,4}})")
_LONGEST = 120
_AROUND = " 　|｜丨、;；()（）[]【】"
_SIGN = re.compile("[:：|｜丨/／]")


def parts_of_crew(text: str, beside: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What a line of crew says of source, writers and editor, each behind the label with a colon; none of another line.

    >>> parts_of_crew("图文|阿米 编辑|豆沙 校对|老姜"), parts_of_crew("记者丨米小渝 编辑丨田七 审核丨胡安")
    (('作者：阿米', '编辑：豆沙'), ('作者：米小渝', '编辑：田七'))
    >>> parts_of_crew("图/视觉图库"), parts_of_crew("文/图之间，他选了后者。")
    ((), ())
    """
    labelled = ((label, value) for role, value in _pairs(text, beside) for label in [_label(role)] if label and value)
    return tuple(f"{label}：{value}" for label, value in labelled)


def is_crew_line(text: str, beside: tuple[str, ...] = ()) -> bool:
    """Whether a line names crew and does nothing else. One name is enough `beside` another such line.

    >>> is_crew_line("文字：廖岩"), is_crew_line("文字：廖岩", ("摄影：赵静怡",))
    (False, True)
    """
    return bool(_pairs(text, beside))


def _pairs(text: str, beside: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    if len(text) > _LONGEST or not _SIGN.search(text):
        return []
    simple = plain(text)
    if _LINE.fullmatch(simple):
        found = [(match["role"], match["value"].strip(_AROUND)) for match in _PAIR.finditer(simple)]
        if len(found) > 1 or _SINGLE.match(simple):
            return found
    one = _ONE.fullmatch(simple) if beside else None
    if one and any(_ONE.fullmatch(plain(other)) or _pairs(other) for other in beside):
        return [(one["role"], one["value"])]
    return []


def _label(role: str) -> str:
    for label, roles in (("来源", _SOURCE), ("作者", _AUTHOR), ("编辑", _EDITOR)):
        if re.fullmatch(roles, role):
            return label
    return ""

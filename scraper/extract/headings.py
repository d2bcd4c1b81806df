"""Which lines are sub-headings: bold, or short and without a stop between prose."""

import re
from collections.abc import Sequence

from scraper.extract import captions, labels, names, people
from scraper.extract.page import Line, Picture


def is_subheading(items: Sequence[Line | Picture], index: int, line: Line) -> bool:
    """A short line of its own with no full stop, set bold or unlike the prose, with text below."""
    if line.size > 40 or line.size < 2 or "\t" in line.text or line.element.tag == "li":
        return False
    if labels.ends_sentence(line.text) and not _CLOSES_HEADING.search(line.text):
        return False
    if not (line.bold and _NUMBERED.match(line.text)) and _OPENS_NO_HEADING.match(line.text):
        return False
    if _WORD.search(line.text) is None or ("blockquote" in line.element.nesting and not line.bold):
        return False
    if captions.find_credit(line.text) or people.find_authors([line.text]) or names.lists_names(line.text):
        return False
    following = items[index + 1] if index + 1 < len(items) else None
    if isinstance(following, Picture):
        following = next((item for item in items[index + 1 :] if isinstance(item, Line)), None)
    if not isinstance(following, Line) or "\t" in following.text:
        return False
    if line.bold:
        # A picture and its caption may stand between.
        below = [item for item in items[index + 1 : index + 5] if isinstance(item, Line)]
        return following.bold or any(
            text.size > line.size for text in below[: 1 + (below[:1] != items[index + 1 : index + 2])]
        )
    if labels.ends_sentence(line.text):
        return False
    if _NO_HEADING.search(line.text) or line.text.endswith("讯"):
        return False
    before = items[index - 1] if index else None
    if _NUMBERED.match(line.text) and line.size <= 20 and following.size > line.size:
        return True
    return (line.size <= 30 and following.size >= max(40, line.size * 2)) or _breaks_prose(before, line, following)


# A question, a quotation, a document's name or a remark in brackets can close a heading.
_CLOSES_HEADING = re.compile(r"[？?”’」』)）》]$")
_NUMBERED = re.compile(r"(?:[一二三四五六七八九十]{1,3}\s*[、.．]|[(（][一二三四五六七八九十]{1,3}[)）])\s*\S")
_WORD = re.compile(r"\w")
_OPENS_NO_HEADING = re.compile(
    r"^[(（]|^——|^【(?:同期|解说|出镜|字幕|现场|记者)[^】]{0,6}】|^(?:作者|记者|通讯员|来源|编辑|撰文|文字|文|图|摄影)\s*[/／:：]"
)


# A letter's closing words are no heading.
_NO_HEADING = re.compile(
    r"^(?:此\s*致|敬\s*礼|致\s*敬|顺\s*[颂祝].{1,4}|(?:即|敬)\s*[颂祝请].{1,4})$|[，,；;：:]$|^[^“]*[，,].*[，,]|[:：].*\d"
)


def _breaks_prose(before: Line | Picture | None, line: Line, following: Line) -> bool:
    """A line without any stop between two that end like sentences, however short those are."""
    if (
        not isinstance(before, Line)
        or line.size > 16
        or not re.fullmatch(r"[^\d，。！？；：:,;.][^，。！？；：:,;]*", line.text)
    ):
        return False
    return all(labels.reads_like_prose(near.text) and near.text[-1] in "。！？”" for near in (before, following))

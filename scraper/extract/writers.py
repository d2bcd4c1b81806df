"""Whom the lines around a headline name as a story's writers: behind a label, by what they are, or by a name alone.

A name alone is the weakest sign: 常州 and 高层 open with family names, too, and
stand where a name might. So it counts only if it can hardly be anything else,
or if the page says of it elsewhere that it wrote or photographed.
"""

import re
from itertools import pairwise

from scraper.extract import chrome, labels, people
from scraper.extract.dateline import parts_of
from scraper.extract.names import SURNAMES, is_name, is_names_alone, is_surely_name
from scraper.extract.page import Line, Page


def authors_of(page: Page, at: int, meta: list[Line]) -> tuple[str, ...]:
    """Whom the date line names; `at` is where the headline stands."""
    parts = parts_of(meta)
    labelled = list[str]()
    for before, part in pairwise(("", *parts)):
        # 文/张三　李四
        more = _names_alone(part) if labelled and before.endswith(labelled[-1]) else ()
        labelled += people.find_labelled_authors(people.with_label(part)) or more
    # 崔晓岚 and 中新网记者 in elements of their own, beside the date.
    titled = [name for name, role in pairwise(parts) if people.is_role(role) and is_name(name, sure=True)]
    behind = [name for role, names in pairwise(parts) if people.is_role(role) for name in _names_alone(names)]
    named = (*labelled, *(titled or behind))
    dated = any(labels.find_date(line.text) for line in meta)
    return named or (_unlabelled(page, at, meta, parts) if dated else ())


def _names_alone(part: str) -> tuple[str, ...]:
    """The names that a part consists of, family names and all."""
    return tuple(part.split()) if is_names_alone(part) else ()


# □ 骆一禾: a newspaper's sign for its writers.
_SIGNED = re.compile(r"[□◎]\s*([\u3400-\u9fff·]{2,16}(?:[\s、][\u3400-\u9fff·]{2,16}){0,3})")
_LONGEST_BYLINE = 24
_BETWEEN_NAMES = re.compile(r"[\s、，]+")
_NO_NAMES = re.compile(r"[\d:：A-Za-z]")


def _unlabelled(page: Page, at: int, meta: list[Line], parts: tuple[str, ...]) -> tuple[str, ...]:
    """Names beside the date, or in a line of their own between headline and date."""
    between = [item for item in page.items[at + 1 : meta[0].at] if isinstance(item, Line) and not item.hidden]
    lines = [line.text for line in between[-2:] if line.size <= _LONGEST_BYLINE and not line.link_size]
    for text in (*lines, *parts):
        if signed := _SIGNED.fullmatch(text):
            return tuple(name for name in _words(signed[1]) if is_name(name))
    short = [text for text in (*lines, *parts) if 1 < len(text) <= _LONGEST_BYLINE and not _NO_NAMES.search(text)]
    short = [text for text in short if not chrome.is_chrome(text)]
    return tuple(dict.fromkeys(name for text in short for name in _names_in(page, _words(text))))


def _words(text: str) -> list[str]:
    return _BETWEEN_NAMES.split(text)


def _names_in(page: Page, words: list[str]) -> list[str]:
    """The words, if all are names and one of them surely is."""
    if not all((word[:1] in SURNAMES or "·" in word) and is_name(word, sure=True) for word in words):
        return []
    return words if any(is_surely_name(word) or _is_writer_elsewhere(page, word) for word in words) else []


_WORK = r"\s*(?:[/／]\s*)?(?:摄影?|文/?图?|图/?文?|报道)(?![\u4e00-\u9fff])"
_ROLE = r"(?:记者|通讯员|作者|[□■◎]|文\s*[/／]图?)\s*[:：]?\s*"


def _is_writer_elsewhere(page: Page, name: str) -> bool:
    said = re.compile(rf"{re.escape(name)}{_WORK}|{_ROLE}{re.escape(name)}(?=[)）、，,\s]|$|报道|摄)")
    return any(name in line.text and said.search(line.text) for line in page.lines if not line.hidden)

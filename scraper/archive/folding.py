"""Which ways of writing are the same to a search: width, case, script, blanks, the dot in a name.

Everything that is indexed, asked for or marked comes through here, so that
all three agree. Pure functions; the text that is shown is never folded.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

BOUNDARY = "\x1e"
"""Stands in folded text where punctuation parts two runs."""
_DOT = "\x1f"
_BLANK, _SEVERAL = "\x1d", "\x1c"
_OPEN, _CLOSE = "\x1a", "\x19"
_INTERPUNCTS = frozenset("·•・‧∙⋅．")
# “一带一路”倡议 is 一带一路倡议: quotation and title marks part nothing, unless one closes where the next opens (《…》《…》).
_OPENING, _CLOSING, _EITHER = frozenset("“‘「『《〈«‹„‚"), frozenset("”’」』》〉»›"), frozenset("\"'")
_SIGNS = frozenset("+%‰°")
"""Signs that are part of what they stand at: C++, 互联网+, 12.5%, 30℃."""
_VARIANTS = Path(__file__).with_name("variants.txt")


class _Folded(dict[int, str]):
    """Each character's folded form, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _folded(code)
        return folded


class _Aligned(dict[int, str]):
    """As `_Units`, but exactly one character for each: blanks are kept, and what is several units is `_SEVERAL`."""

    def __missing__(self, code: int) -> str:
        found = _UNITS[code]
        if found and not found.strip(BOUNDARY):
            found = BOUNDARY  # … is three marks, and as good as one
        aligned = self[code] = (found or _BLANK) if len(found) <= 1 else _SEVERAL
        return aligned


class _Units(dict[int, str]):
    """Each character's units: its folded letters and digits, or what parts them."""

    def __missing__(self, code: int) -> str:
        found = self[code] = "".join(_unit(character) for character in _FOLD[code])
        return found


def _folded(code: int) -> str:
    if 0xD800 <= code <= 0xDFFF:  # half a character, from a shell that passed bytes on
        return "\ufffd"
    return "".join(_simplified().get(c, c) for c in unicodedata.normalize("NFKC", chr(code)).lower())


@cache
def _simplified() -> dict[str, str]:
    """Traditional to simplified, made from OpenCC's tables by bench/tables.py.

    A table of 30 KB read in 2 ms: the library itself is 7 MB, and 50 ms for
    the characters of a few articles.
    """
    lines = _VARIANTS.read_text("utf-8").splitlines()
    return {variant: line[0] for line in lines for variant in line[1:]}


def _unit(character: str) -> str:
    if unicodedata.category(character)[0] in "LNM" or character in _SIGNS:
        return character
    if character.isspace() or character in _EITHER:
        return ""
    if character in _OPENING or character in _CLOSING:
        return _OPEN if character in _OPENING else _CLOSE
    return _DOT if character in _INTERPUNCTS else BOUNDARY


_FOLD = _Folded()
_UNITS = _Units()
_ALIGNED = _Aligned()
_DOTS = re.compile(_DOT)
_MARKS = re.compile(f"{BOUNDARY}{BOUNDARY}+")


def fold(text: str) -> str:
    """NFKC, lower case, traditional to simplified; character by character.

    >>> fold("經濟ＧＤＰ")
    '经济gdp'
    """
    return text.translate(_FOLD)


def units(text: str) -> str:
    """Folded letters, digits, Han characters and a few signs; U+001E where punctuation parts them.

    Blanks, quotation and title marks and the interpunct inside a name part nothing.

    >>> units("“两个健康”提出，ＧＤＰ 增长5.2%").split("\\x1e")
    ['两个健康提出', 'gdp增长5', '2%']
    >>> units("买买提·艾力"), units("7·20")
    ('买买提艾力', '7\\x1e20')
    """
    found = text.translate(_UNITS)
    if _CLOSE in found:
        found = found.replace(_CLOSE + _OPEN, BOUNDARY).replace(_CLOSE, "")
    if _OPEN in found:
        found = found.replace(_OPEN, "")
    if _DOT in found:
        found = _DOTS.sub(_dot, found)
    return _MARKS.sub(BOUNDARY, found).strip(BOUNDARY)


def _dot(match: re.Match[str]) -> str:
    """A dot parts figures (7·20), and nothing between letters (买买提·艾力)."""
    return BOUNDARY if match.start() and match.string[match.start() - 1].isdecimal() else ""


# ASCII, Han, kana, full width, common marks: of these only case, width and the table of variants are folded.
_UNCOMMON = re.compile(
    "[^\x00-\x7e·×—–‘’“”…‰\u3000-\u3030\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u9fff\uff01-\uff5e■□▲△▼▽◆◇○●◎★☆]"
)


def is_plain(text: str) -> bool:
    """Whether `written` tells of this text that a term is not in it: it has no ㎡, ①, é and the like."""
    return not _UNCOMMON.search(text)


@lru_cache(maxsize=2048)
def written(term: str) -> re.Pattern[str]:
    """What a plain text must print where the units of a term stand; it may print it elsewhere, too."""
    return re.compile("[\\W_]*".join(f"[{re.escape(''.join(_ways(unit)))}]" for unit in term if unit != BOUNDARY))


def _ways(unit: str) -> set[str]:
    ways = {unit, unit.upper() if len(unit.upper()) == 1 else unit, *_variants().get(unit, "")}
    return ways | {chr(ord(way) + 0xFEE0) for way in ways if "!" <= way <= "~"}


@cache
def _variants() -> dict[str, str]:
    """The traditional forms of each simplified character."""
    return {line[0]: line[1:] for line in _VARIANTS.read_text("utf-8").splitlines()}


def find_units(terms: Iterable[str], text: str) -> Iterator[tuple[int, int, int]]:
    """Where terms, given as units, stand in a text as it is: start, end and number of the term."""
    aligned = text.translate(_ALIGNED)
    if _SEVERAL in aligned:  # ㎡ is two units: the way that knows each one's place is forty times slower
        yield from _find_placed(terms, text)
        return
    for number, term in enumerate(terms):
        for found in _spaced(term).finditer(aligned):
            yield found.start(), found.end(), number


@lru_cache(maxsize=2048)
def _spaced(term: str) -> re.Pattern[str]:
    """The term with whatever blanks, dots and marks may stand inside it."""
    parts = [re.escape(term[0])]
    for before, unit in pairwise(term):
        if unit == BOUNDARY:
            dot = f"|[{_BLANK}{_OPEN}{_CLOSE}]*{_DOT}" if before.isdecimal() else ""
            parts.append(f"(?:{_PASSED}*?(?:{BOUNDARY}|{_MEETING}){dot})[{_BLANK}{_DOT}{_OPEN}{_CLOSE}{BOUNDARY}]*")
        elif before == BOUNDARY:
            parts.append(re.escape(unit))
        else:
            dot = "" if before.isdecimal() else _DOT
            parts.append(f"(?:[{_BLANK}{dot}{_OPEN}]|{_CLOSE}(?!{_BLANK}*{_OPEN}))*{re.escape(unit)}")
    return re.compile("".join(parts))


_PASSED = f"[{_BLANK}{_DOT}{_OPEN}{_CLOSE}]"
_MEETING = f"{_CLOSE}{_BLANK}*{_OPEN}"


def _find_placed(terms: Iterable[str], text: str) -> Iterator[tuple[int, int, int]]:
    flat, places = _placed_units(text)
    for number, term in enumerate(terms):
        at = flat.find(term)
        while at >= 0:
            yield places[at], places[at + len(term) - 1] + 1, number
            at = flat.find(term, at + len(term))


def _placed_units(text: str) -> tuple[str, list[int]]:
    """The text's units and, for each, the index of the character it comes from."""
    found: list[str] = []
    places: list[int] = []
    closed = False
    for index, character in enumerate(text):
        for unit in _UNITS[ord(character)]:
            meeting, closed = closed and unit == _OPEN, unit == _CLOSE
            if meeting:
                unit = BOUNDARY
            elif unit in (_OPEN, _CLOSE):
                continue
            if unit == _DOT:
                if not found or not found[-1].isdecimal():
                    continue
                unit = BOUNDARY
            if unit == BOUNDARY and (not found or found[-1] == BOUNDARY):
                continue
            found.append(unit)
            places.append(index)
    return "".join(found), places

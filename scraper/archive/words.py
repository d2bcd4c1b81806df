"""The dictionary: which words of four to eight characters there are. Made from jieba's by bench/tables.py.

A set of 91,000 strings would take 20 MB of every crawl and every search that
asks for a word. Nine of ten have four characters: those stand sorted in one
string, and two tables of bytes say of nearly all others that they are not there.
"""

import zlib
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from itertools import accumulate, chain, groupby
from pathlib import Path

SHORTEST, LONGEST = 4, 8

_FILE = Path(__file__).with_name("words.txt.zlib")
_SLOTS = 1 << 19
_MASK = _SLOTS - 1
_BEGIN = 3
"""Characters by which most places of a text are told to begin no word."""


class _Fours:
    """The words of four characters, sorted and without anything between them."""

    def __init__(self, joined: str, others: Iterable[str]) -> None:
        self._joined = joined
        self._others = others

    @cached_property
    def _tables(self) -> tuple[bytearray, bytearray]:
        """A byte is set for what words begin with, and two for the first four characters of each."""
        begun, taken = bytearray(_SLOTS), bytearray(_SLOTS)
        for word in chain(self, (other[:SHORTEST] for other in self._others)):
            begun[hash(word[:_BEGIN]) & _MASK] = 1
            found = hash(word)
            taken[found & _MASK] = taken[(found >> 22) & _MASK] = 1
        return begun, taken

    @cached_property
    def _places(self) -> tuple[str, "array[int]"]:
        """The characters that words begin with, and where in `_joined` those of each begin; last, where all end."""
        begin = [first for first, _ in groupby(self._joined[::SHORTEST])]
        numbers = Counter(self._joined[::SHORTEST])
        starts = accumulate((SHORTEST * numbers[first] for first in begin), initial=0)
        return "".join(begin), array("I", starts)

    def perhaps(self, text: str, threes: Iterable[str]) -> list[str]:
        """Of a text's runs of four those that are words or their beginnings, and a few that are not.

        `threes` are all its runs of three, from each place on.
        """
        begun, taken = self._tables
        after = zip(threes, text[_BEGIN:], strict=False)  # nothing follows the last three
        fours = [three + following for three, following in after if begun[hash(three) & _MASK]]
        return [four for four in fours if taken[(found := hash(four)) & _MASK] and taken[(found >> 22) & _MASK]]

    def __contains__(self, word: str) -> bool:
        firsts, starts = self._places
        at = bisect_left(firsts, word[0])
        if firsts[at : at + 1] != word[0]:
            return False
        start, end = starts[at], starts[at + 1]
        while (at := self._joined.find(word, start, end)) >= 0:
            if at % SHORTEST == 0:
                return True
            start = at + 1
        return False

    def __iter__(self) -> Iterator[str]:
        yield from (self._joined[at : at + SHORTEST] for at in range(0, len(self._joined), SHORTEST))


@cache
def _dictionary() -> tuple[_Fours, tuple[str, ...]]:
    """The words of four characters, and all others, sorted."""
    fours, _, rest = zlib.decompress(_FILE.read_bytes()).partition(b"\n")
    others = tuple(rest.decode().split("\n"))
    # Each decoded by itself: one rare character would make every other take twice the room.
    return _Fours(fours.decode(), others), others


def is_word(term: str) -> bool:
    """Whether the dictionary has it: then every article with it has it as a token.

    >>> is_word("刻骨铭心"), is_word("刻骨名心"), is_word("刻骨")
    (True, False, False)
    """
    fours, others = _dictionary()
    at = bisect_left(others, term)
    return others[at : at + 1] == (term,) or (len(term) == SHORTEST and term in fours)


def words_of(text: str, threes: Iterable[str]) -> Iterator[str]:
    """The words that stand in a text, some of them several times; `threes` are its runs of three, from each place on.

    >>> text = "刻骨铭心的中华人民共和国"
    >>> list(words_of(text, [text[at : at + 3] for at in range(10)]))
    ['刻骨铭心', '中华人民', '中华人民共和国', '人民共和国']
    """
    known, others = _dictionary()
    for four in known.perhaps(text, threes):
        if four in known:
            yield four
        at = bisect_left(others, four)
        while others[at : at + 1] and others[at].startswith(four):
            if others[at] in text:
                yield others[at]
            at += 1


def near_words(term: str) -> list[str]:
    """Words that differ from a term of four to eight in one character: exchanged, missing or too many.

    >>> "刻骨铭心" in near_words("刻骨名心")
    True
    """
    if term.isascii() or not SHORTEST - 1 <= len(term) <= LONGEST + 1:
        return []
    fours, others = _dictionary()
    # Of two that differ in one place, one half is the same: 30 ms, and only when nothing was found.
    size, half = len(term), (len(term) - 1) // 2
    begin, end = term[:half], term[-half:]
    known: tuple[Iterable[str], ...] = (fours, others) if size <= SHORTEST + 1 else (others,)
    alike = [word for words in known for word in words if word.startswith(begin) or word.endswith(end)]
    return sorted(word for word in alike if abs(len(word) - size) <= 1 and word != term and _differs_in_one(word, term))


def _differs_in_one(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    at = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return long[at + 1 :] == short[at + (len(short) == len(long)) :]

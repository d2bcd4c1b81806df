"""Which of the articles that match come first.

BM25F over title, sub-headings, captions and text, with the weights below (14 for
a title ordered the judged queries of bench.search better than 8 did); for several words
a premium where they stand together; of equals the newer first.
Pure: it is handed the articles, and how many hold each word.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from scraper.archive.folding import units, written
from scraper.archive.query import Term, forms

_TITLE, _HEADING, _CAPTION, _BODY = 14.0, 4.0, 2.0, 1.0
_SECOND_LINE = 0.5
"""What a word of the title counts for behind its blank: headlines say first what they are about."""
_INSIDE_A_WORD = 0.3
"""What gdp counts for in gdpr, and 22 in 2022."""
MOST_TERMS = 32
"""Words that are ranked by; nobody means the others."""
_K1 = 1.2
_B = 0.75
_NEAR = 40
"""Characters over which the premium for words that stand together falls to half."""
_TOGETHER = 0.5
"""The premium at most, as a share of what the words themselves count for."""


@dataclass(frozen=True, slots=True)
class Candidate:
    id: int
    published_at: str
    title: str
    headings: str
    captions: str
    body: str


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A term as it is looked for, letter by letter."""

    term: Term
    rarity: float
    forms: tuple[str, ...]
    latin: bool
    """Whether it begins or ends with a letter or figure that may be a part of a longer word."""


def ranked(
    terms: Iterable[Term], rarities: Mapping[Term, float], candidates: list[Candidate]
) -> list[tuple[float, Candidate]]:
    """Score and candidate, best first."""
    wanted = [_wanted(term, rarities[term]) for term in islice(terms, MOST_TERMS)]
    mean = sum(len(candidate.body) for candidate in candidates) / len(candidates) if candidates else 1.0
    scored = [(_score(candidate, wanted, mean or 1.0), candidate) for candidate in candidates]
    return sorted(scored, key=lambda one: (one[0], one[1].published_at, one[1].id), reverse=True)


def rarity(holding: int, articles: int) -> float:
    """The weight of a word that so many of the articles hold."""
    return math.log(1 + max(0.0, articles - holding + 0.5) / (holding + 0.5))


def _wanted(term: Term, rarity_: float) -> _Wanted:
    return _Wanted(term, rarity_, forms(term), term.units[0].isascii() or term.units[-1].isascii())


def _score(candidate: Candidate, terms: list[_Wanted], mean: float) -> float:
    norm = _K1 * (1 - _B + _B * len(candidate.body) / mean)
    times = [_times(candidate, wanted) for wanted in terms]
    if not any(times) or any(
        _is_otherwise_written(candidate, one) for one, n in zip(terms, times, strict=True) if not n
    ):
        candidate = _folded(candidate)
        terms = [_Wanted(one.term, one.rarity, (one.term.units,), one.latin) for one in terms]
        times = [_times(candidate, wanted) for wanted in terms]
    found = [(wanted, count) for wanted, count in zip(terms, times, strict=True) if count]
    score = sum(wanted.rarity * count * (_K1 + 1) / (count + norm) for wanted, count in found)
    if len(found) > 1:
        score *= 1 + _TOGETHER * _togetherness(candidate, terms, found)
    return round(score, 3)


def _is_otherwise_written(candidate: Candidate, wanted: _Wanted) -> bool:
    """Whether a term stands there in other characters than its forms: 經濟, or with a mark inside."""
    found = written(wanted.term.units).search
    return bool(found(candidate.title) or found(candidate.body))


def _folded(candidate: Candidate) -> Candidate:
    return Candidate(
        candidate.id, candidate.published_at, " ".join(map(units, candidate.title.split())), units(candidate.headings),
        units(candidate.captions), units(candidate.body),
    )  # fmt: skip


def _times(candidate: Candidate, wanted: _Wanted) -> float:
    """How often a term stands there, by weight."""
    field, times = wanted.term.field, 0.0
    if not field or field == "title":
        main, _, rest = candidate.title.partition(" ")
        times += _TITLE * (_count(main, wanted) + _SECOND_LINE * _count(rest, wanted))
    if candidate.headings and not field:
        times += _HEADING * _count(candidate.headings, wanted)
    if candidate.captions and (not field or field == "caption"):
        times += _CAPTION * _count(candidate.captions, wanted)
    return times if field else times + _BODY * _count(candidate.body, wanted)


def _count(text: str, wanted: _Wanted) -> float:
    if wanted.latin:
        return sum(_share(text, at, at + size) for at, size in _places(text, wanted))
    return sum(map(text.count, wanted.forms))


def _places(text: str, wanted: _Wanted) -> Iterator[tuple[int, int]]:
    """Where a term stands, and how long it is there."""
    for form in wanted.forms:
        at = text.find(form)
        while at >= 0:
            yield at, len(form)
            at = text.find(form, at + len(form))


def _share(text: str, start: int, end: int) -> float:
    before, after = text[start - 1 : start], text[end : end + 1]
    return _INSIDE_A_WORD if _same_word(before, text[start]) or _same_word(text[end - 1 : end], after) else 1.0


def _same_word(one: str, other: str) -> bool:
    if not (one.isascii() and other.isascii()):
        return False
    return (one.isdigit() and other.isdigit()) or (one.isalpha() and other.isalpha())


def _togetherness(candidate: Candidate, terms: list[_Wanted], found: list[tuple[_Wanted, float]]) -> float:
    if all(any(form in candidate.title for form in wanted.forms) for wanted in terms):
        return 1.0
    return _closeness([sorted(at for at, _ in _places(candidate.body, wanted)) for wanted, _ in found])


def _closeness(places: list[list[int]]) -> float:
    """1 where all words stand side by side, less the farther apart they are; 0 where one is not in the text."""
    if not all(places):
        return 0.0
    first, *others = sorted(places, key=len)
    nearest = min(max(_distance(at, other) for other in others) for at in first[:50])
    return _NEAR / (_NEAR + nearest)


def _distance(at: int, places: list[int]) -> int:
    after = bisect_left(places, at)
    return min(abs(places[n] - at) for n in (after - 1, after) if 0 <= n < len(places))

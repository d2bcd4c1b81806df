"""Which of the articles that match come first.

BM25F over title, sub-headings, captions and text, with the weights below (14 for
a title ordered the judged queries of bench.search better than 8 did); for several words
a premium where they stand together; of equals the newer first.
Pure: it is handed the articles, and how many hold each word.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from scraper.archive.folding import BOUNDARY, units
from scraper.archive.query import Term

_TITLE, _HEADING, _CAPTION, _BODY = 14.0, 4.0, 2.0, 1.0
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


def ranked(
    terms: Iterable[Term], rarities: Mapping[Term, float], candidates: list[Candidate]
) -> list[tuple[float, Candidate]]:
    """Score and candidate, best first."""
    terms = list(islice(terms, MOST_TERMS))
    mean = sum(len(candidate.body) for candidate in candidates) / len(candidates) if candidates else 1.0
    scored = [(_score(candidate, terms, rarities, mean or 1.0), candidate) for candidate in candidates]
    return sorted(scored, key=lambda one: (one[0], one[1].published_at, one[1].id), reverse=True)


def rarity(holding: int, articles: int) -> float:
    """The weight of a word that so many of the articles hold."""
    return math.log(1 + max(0.0, articles - holding + 0.5) / (holding + 0.5))


def _score(candidate: Candidate, terms: list[Term], rarities: Mapping[Term, float], mean: float) -> float:
    norm = _K1 * (1 - _B + _B * len(candidate.body) / mean)
    counted = [(term, *_times(candidate, term)) for term in terms]
    if not any(times for _, times, _ in counted):
        # Written otherwise than folded: 經濟, ＧＤＰ.
        folded = replace(candidate, title=units(candidate.title), body=units(candidate.body))
        counted = [(term, *_times(folded, term)) for term in terms]
    found = [(rarities[term] * times * (_K1 + 1) / (times + norm), places) for term, times, places in counted if times]
    score = sum(weight for weight, _ in found)
    if len(found) > 1:
        together = max(_closeness([places for _, places in found]), _all_in_title(candidate, terms))
        score *= 1 + _TOGETHER * together
    return round(score, 3)


def _times(candidate: Candidate, term: Term) -> tuple[float, list[int]]:
    """How often a term stands there letter by letter, by weight, and where in the text."""
    times, places = 0.0, list[int]()
    for weight, text, field in _weighed(candidate):
        if text and (not term.field or term.field == field):
            found = _places(text, term)
            times += weight * sum([share for _, share in found])
            if field == "body":
                places = [at for at, _ in found]
    return times, places


def _weighed(candidate: Candidate) -> tuple[tuple[float, str, str], ...]:
    return (
        (_TITLE, candidate.title, "title"),
        (_HEADING, candidate.headings, "heading"),
        (_CAPTION, candidate.captions, "caption"),
        (_BODY, candidate.body, "body"),
    )


def _places(text: str, term: Term) -> list[tuple[int, float]]:
    """Where a term stands letter by letter, and what each counts for."""
    # With a mark inside, what was typed is looked for; its units are found in folded text.
    wanted = term.text.lower() if BOUNDARY in term.units and BOUNDARY not in text else term.units
    if wanted.isascii():
        return [(at.start(), _share(text, at.start(), at.end())) for at in re.finditer(re.escape(wanted), text.lower())]
    found, at = [], text.find(wanted)
    while at >= 0:
        found.append((at, 1.0))
        at = text.find(wanted, at + len(wanted))
    return found


def _share(text: str, start: int, end: int) -> float:
    before, after = text[start - 1 : start], text[end : end + 1]
    return _INSIDE_A_WORD if _same_word(before, text[start]) or _same_word(text[end - 1 : end], after) else 1.0


def _same_word(one: str, other: str) -> bool:
    if not (one.isascii() and other.isascii()):
        return False
    return (one.isdigit() and other.isdigit()) or (one.isalpha() and other.isalpha())


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


def _all_in_title(candidate: Candidate, terms: list[Term]) -> float:
    return float(all(_places(candidate.title, term) for term in terms))

"""The matches of a query, best first: a few hundred candidates that are ranked, then all others, newest first.

Which candidates: those with the words in the title, in sub-headings or often
in the text, and the newest. How they are ranked is archive/ranking.py's.
"""

import json
from collections.abc import Iterator
from itertools import islice

from scraper.archive import documents, ranking
from scraper.archive.by_date import newest, possible
from scraper.archive.folding import BOUNDARY
from scraper.archive.matches import THESE, Matches
from scraper.archive.narrowing import all_grams, all_of, any_of, narrowing
from scraper.archive.query import Term
from scraper.archive.tokens import LONGEST_GRAM, headings

CANDIDATES = 150
"""Articles taken from each tier for ranking."""
_COUNTED = 2_000
"""Articles with a word that are counted; how many more there are is told from where these stand."""


def best(found: Matches) -> Iterator[tuple[int, float]]:
    """Every match once, with its score."""
    candidates = _candidates(found)
    told = set()
    for score, candidate in ranking.ranked(found.terms, _rarities(found), candidates):
        told.add(candidate.id)
        yield candidate.id, score
    yield from ((identity, 0.0) for identity in newest(found) if identity not in told)


def _candidates(found: Matches) -> list[ranking.Candidate]:
    if found.waiting != []:
        ids = list(islice(newest(found), 3 * CANDIDATES))
    else:
        ids = list(dict.fromkeys(identity for tier in _tiers(found) for identity in tier))
    rows = found.db.execute(
        f"SELECT {documents.COLUMNS}, sections FROM {THESE} WHERE 1{found.where}", [json.dumps(ids), *found.values]
    )
    return [
        ranking.Candidate(row[0], row[5], row[1], _headings(found, row[10]), row[3], row[2])
        for row in rows
        if found.exact or found.is_match(row[:10])
    ]


def _headings(found: Matches, sections: str) -> str:
    # Most hold none of the words, and need not be read as JSON.
    if any(term.units in sections for term in found.terms):
        return "\n".join(headings(sections))
    return ""


def _tiers(found: Matches) -> Iterator[list[int]]:
    """All words in the title; in title, sub-headings or often in the text; one in the title; the newest."""
    in_title = any_of([all_grams(term.units, "title:") for term in found.terms])
    expressions = [_spelled(found, ("title:",)), _spelled(found, ("title:", "head:", "hot:"))]
    if found.exact and found.expression and not all(_is_one_gram(term) for term in found.terms):
        # That the grams of 农)谷 are in a title does not say that they stand together; what is asked for does.
        expressions = [all_of([found.expression, expression]) for expression in expressions]
    if len(found.terms) > 1 and found.expression:
        expressions.append(all_of([found.expression, in_title]))
    for expression in dict.fromkeys(expressions):
        yield found.ids(expression, CANDIDATES)
    yield list(islice(possible(found, CANDIDATES), CANDIDATES))


def _is_one_gram(term: Term) -> bool:
    return len(term.units) <= LONGEST_GRAM and BOUNDARY not in term.units


def _spelled(found: Matches, prefixes: tuple[str, ...]) -> str:
    def spell(term: Term) -> str | None:
        return any_of([all_grams(term.units, prefix) for prefix in prefixes]) if not term.field else None

    return narrowing(found.query.root, found.years, spell).expression or '""'


def _rarities(found: Matches) -> dict[Term, float]:
    terms = found.terms[: ranking.MOST_TERMS]
    if found.waiting is None:
        return dict.fromkeys(terms, 1.0)
    return {term: ranking.rarity(_holding(found, term), found.highest) for term in terms}


def _holding(found: Matches, term: Term) -> int:
    """About how many articles hold a term: exactly where they are few."""
    sql = (
        "SELECT count(*), min(rowid) FROM"
        " (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid DESC LIMIT ?)"
    )
    counted, lowest = found.db.execute(sql, [narrowing(term).expression, _COUNTED]).fetchone()
    if counted < _COUNTED:
        return int(counted)
    return int(counted * found.highest // max(1, found.highest + 1 - lowest))

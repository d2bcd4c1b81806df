"""What the index is asked: a query's tree as a MATCH expression of FTS5.

It finds every article that can match; where the index alone does not decide,
`exact` is false and `query.holds` reads the text.
"""

from collections.abc import Callable
from dataclasses import dataclass

from scraper.archive.folding import BOUNDARY, units
from scraper.archive.query import All, Any, Dates, Node, Not, Site, Term, Whole
from scraper.archive.tokens import EVERY, LONGEST_GRAM, is_figure, is_marked_gram, marked_grams
from scraper.archive.words import is_word


@dataclass(frozen=True, slots=True)
class Narrowing:
    """An FTS5 expression that finds all that can match; None where the index can't narrow it."""

    expression: str | None
    exact: bool
    """Whether it finds nothing else."""


NOTHING = '""'
"""An empty phrase: FTS5 finds nothing with it and does not complain."""
Years = tuple[int, int]
Spell = Callable[[Term], str | None]


def narrowing(node: Node, years: Years | None = None, spell: Spell | None = None) -> Narrowing:
    """The expression for a tree.

    `years` are the first and last the archive has; without them an open range
    of dates is not narrowed. `spell` may ask for a term in another way, for
    ranking (`title:` grams and the like).
    """
    if isinstance(node, Term):
        other = spell(node) if spell else None
        return Narrowing(other, False) if other else _term(node)
    if isinstance(node, Whole):
        # The index knows it folded only; without a letter it knows nothing of it.
        found = units(node.value)
        return Narrowing(all_grams(found, f"{node.field}:") if found else None, False)
    if isinstance(node, Site):
        return Narrowing(quoted(f"site:{node.code}"), True)
    if isinstance(node, Dates):
        return _dates(node, years)
    if isinstance(node, Any):
        parts = [narrowing(inner, years, spell) for inner in node.nodes]
        if any(part.expression is None for part in parts):
            return Narrowing(None, False)
        return Narrowing(any_of([part.expression or "" for part in parts]), all(part.exact for part in parts))
    return _all(node if isinstance(node, All) else All((node,)), years, spell)


def _all(node: All, years: Years | None, spell: Spell | None) -> Narrowing:
    wanted = [narrowing(inner, years, spell) for inner in node.nodes if not isinstance(inner, Not)]
    unwanted = [narrowing(inner.node, years) for inner in node.nodes if isinstance(inner, Not)]
    # What can't be told by the index alone must not be taken away by it.
    without = [part.expression for part in unwanted if part.exact and part.expression]
    expressions = [part.expression for part in wanted if part.expression]
    exact = all(part.exact for part in (*wanted, *unwanted))
    if not expressions:
        if not without:
            return Narrowing(None, False)
        expressions = [quoted(EVERY)]
    expression = all_of(expressions)
    if without:
        # One NOT over an OR: FTS5's parser has little room for nesting.
        expression = f"({expression} NOT {any_of(without)})"
    return Narrowing(expression, exact)


def _term(term: Term) -> Narrowing:
    prefix = "" if term.field in ("", "caption") else f"{term.field}:"
    if not prefix and (is_word(term.units) or is_figure(term.units)):
        return Narrowing(quoted(term.units), term.field == "")
    if not prefix and BOUNDARY in term.units:
        return _marked_term(term)
    short = len(term.units) <= LONGEST_GRAM and BOUNDARY not in term.units
    return Narrowing(all_grams(term.units, prefix), short and term.field != "caption")


def _marked_term(term: Term) -> Narrowing:
    """A term with a mark inside: what stands around a mark is a token."""
    grams = [quoted(f"mark:{gram}") for gram in marked_grams(term.units)]
    parts = term.units.split(BOUNDARY)
    if len(parts) == 2 and is_marked_gram(*parts):
        return Narrowing(grams[-1], not term.field)
    return Narrowing(all_of([all_grams(term.units), *grams]), False)


def all_grams(term_units: str, prefix: str = "") -> str:
    """The AND of the grams that cover a term."""
    found: list[str] = []
    for run in term_units.split(BOUNDARY):
        size = min(len(run), LONGEST_GRAM)
        found += [run[at : at + size] for at in range(len(run) - size + 1)] if run else []
    return all_of([quoted(prefix + gram) for gram in found]) if found else NOTHING


def _dates(dates: Dates, years: Years | None) -> Narrowing:
    if years is None and not (dates.since and dates.until):
        return Narrowing(None, False)
    low, high = years or (int(dates.since[:4]), int(dates.until[:4]))
    since, until = dates.since or f"{min(low, int((dates.until or '9999')[:4])):04}", dates.until or f"{high:04}"
    periods = periods_between(since, until)
    return Narrowing(any_of([quoted(f"date:{period}") for period in periods]) if periods else NOTHING, True)


def periods_between(since: str, until: str) -> list[str]:
    """The years, months and days that together are from the beginning of one to the end of the other.

    >>> periods_between("2021-11-29", "2023-02")
    ['2021-11-29', '2021-11-30', '2021-11-31', '2021-12', '2022', '2023-01', '2023-02']
    """
    first, last = _bounds(since)[0], _bounds(until)[1]
    if first > last:
        return []
    found: list[str] = []
    for year in range(first[0], last[0] + 1):
        if first <= (year, 1, 1) and (year, 12, 31) <= last:
            found.append(f"{year:04}")
            continue
        for month in range(1, 13):
            if first <= (year, month, 1) and (year, month, 31) <= last:
                found.append(f"{year:04}-{month:02}")
            elif first <= (year, month, 31) and (year, month, 1) <= last:
                days = (number for number in range(1, 32) if first <= (year, month, number) <= last)
                found += [f"{year:04}-{month:02}-{number:02}" for number in days]
    return found


def _bounds(period: str) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    parts = [int(part) for part in period.split("-")]
    low, high = [*parts, 1, 1][:3], [*parts, *(12, 31)[len(parts) - 1 :]][:3]
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])


def any_of(expressions: list[str]) -> str:
    once = list(dict.fromkeys(expressions))
    return once[0] if len(once) == 1 else f"({' OR '.join(once)})"


def all_of(expressions: list[str]) -> str:
    once = list(dict.fromkeys(expressions))
    return once[0] if len(once) == 1 else f"({' AND '.join(once)})"


def quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'

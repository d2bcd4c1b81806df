"""What to try instead, when a search finds nothing.

Each suggestion is a query that does find something, and how much: without one
of the filters or words, with a word in another place, or with a word of the
archive that differs in one character.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

from scraper.archive import index
from scraper.archive.database import Database
from scraper.archive.folding import BOUNDARY
from scraper.archive.query import All, Any, Dates, Node, Not, Query, Site, Term, day, describe
from scraper.archive.search import Filters, count, understood
from scraper.archive.words import near_words
from scraper.errors import UsageError

AT_MOST = 3
_TRIED = 40


@dataclass(frozen=True, slots=True)
class Suggestion:
    query: str
    """In words, as `--explain` tells it."""
    why: str
    total: int
    asked: Query
    """The same, to be asked again."""


def suggestions(db: Database, text: str, filters: Filters | None = None) -> list[Suggestion]:
    """The most likely first; none where the archive is empty, or its index out of step."""
    if index.waiting(db) != []:
        return []
    found: dict[str, Suggestion] = {}
    for query, why in islice(_others(db, text, filters or Filters()), _TRIED):
        total = count(db, query)
        if total:
            found.setdefault(describe(query), Suggestion(describe(query), why, total, query))
        if len(found) == AT_MOST:
            break
    return list(found.values())


def _others(db: Database, text: str, filters: Filters) -> Iterator[tuple[Query, str]]:
    query = understood(text, filters)
    for term in query.terms:
        # 2022年7月 is a date to whoever types it, and seldom stands so in a text; a bare year is mostly found.
        alone = len(query.root.nodes) == 1
        if not term.field and (period := day(term.text)) and not (alone and term.text.isdecimal()):
            yield _exchanged(query, term, Dates(period, period)), f"published, date:{period}"
    for near, why in _near(db, query):
        yield near, why
    for name, dropped in _without_one(filters):
        with suppress(UsageError):
            yield understood(text, dropped), f"without --{name}"
    for node in query.root.nodes:
        if isinstance(node, Term) and node.field:
            yield _exchanged(query, node, replace(node, field="")), f"{node.text} anywhere"
    if len(query.root.nodes) > 1:
        for node in query.root.nodes:
            rest = tuple(other for other in query.root.nodes if other is not node)
            if any(not isinstance(other, Not) for other in rest):
                yield replace(query, root=All(rest)), f"without {_name(node)}"
    for term in query.terms:
        for node in _split(term):
            why = f"the parts of {term.text}, not side by side" if isinstance(node, All) else f"a part of {term.text}"
            yield _exchanged(query, term, node), why


def _without_one(filters: Filters) -> Iterator[tuple[str, Filters]]:
    dropped = {
        "site": replace(filters, sites=()),
        "since": replace(filters, since=""),
        "until": replace(filters, until=""),
        "source": replace(filters, source=""),
        "editor": replace(filters, editor=""),
        "channel": replace(filters, channel=""),
        "author": replace(filters, author=""),
    }
    return ((name, other) for name, other in dropped.items() if other != filters)


def _near(db: Database, query: Query) -> Iterator[tuple[Query, str]]:
    for term in query.terms:
        if len(query.root.nodes) > 1 and count(db, Query(All((term,)))):
            continue  # the word is not what is wrong
        for word in (*near_words(term.units), *_near_in_titles(db, term.units)):
            yield _exchanged(query, term, Term(word, word, term.field)), f"{word} for {term.text}"


def _near_in_titles(db: Database, term: str) -> list[str]:
    """What stands in titles with another last character than a word of two or three, the most frequent first."""
    if not 2 <= len(term) <= 3 or not term.isalpha():
        return []
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.articles_fts_terms USING fts5vocab(main, articles_fts, row)")
    start = f"title:{term[:-1]}"
    rows = db.execute(
        "SELECT term FROM temp.articles_fts_terms WHERE term > ? AND term < ? AND length(term) = ? AND term <> ?"
        " ORDER BY doc DESC, term LIMIT 3",
        [start, start + "\U0010ffff", len("title:") + len(term), f"title:{term}"],
    )
    return [found.removeprefix("title:") for (found,) in rows]


def _split(term: Term) -> Iterator[Node]:
    """A long word in two, or a phrase at its punctuation."""
    runs = [run for run in term.units.split(BOUNDARY) if run]
    if len(runs) > 1:
        yield All(tuple(Term(run, run, term.field) for run in runs))
        joined = "".join(runs)
        yield Term(joined, joined, term.field)
    elif len(term.units) > 3:
        middle = len(term.units) // 2
        cuts = [at for at in range(1, len(term.units)) if not _in_a_figure(term.units, at)]
        for at in sorted(cuts, key=lambda at: abs(at - len(term.units) / 2)):
            if 2 <= at <= len(term.units) - 2:
                parts = (term.units[:at], term.units[at:])
                yield All(tuple(Term(part, part, term.field) for part in parts))
        for at in (len(term.units) - 1, 1, middle):
            if at in cuts:
                for part in (term.units[:at], term.units[at:]):
                    if len(part) > 1:
                        yield Term(part, part, term.field)


def _in_a_figure(text: str, at: int) -> bool:
    return text[at - 1].isascii() and text[at].isascii()


def _exchanged(query: Query, old: Node, new: Node) -> Query:
    return replace(query, root=All(tuple(_with(node, old, new) for node in query.root.nodes)))


def _with(node: Node, old: Node, new: Node) -> Node:
    if node == old:
        return new
    if isinstance(node, All | Any):
        return type(node)(tuple(_with(inner, old, new) for inner in node.nodes))
    return node


def _name(node: Node) -> str:
    if isinstance(node, Term):
        return f"{node.field}:{node.text}" if node.field else node.text
    if isinstance(node, Site):
        return f"site:{node.code}"
    return "the dates" if isinstance(node, Dates) else "what is excluded" if isinstance(node, Not) else "the brackets"

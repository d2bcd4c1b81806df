"""Search over the archive: any Chinese word, wherever it stands.

The index gives the articles that can match; what long terms overlap by chance
is checked against the text. By relevance the best candidates of each tier
come first, ranked by archive/ranking.py, then the rest, newest first, so that
limit and offset lead through every match once. Totals are exact. Where the
index can't be believed (a read-only archive that others wrote to) the articles
concerned are read instead.
"""

import json
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any as Anything

from sqlite_utils import Database

from scraper.archive import documents, index, ranking
from scraper.archive.connect import open_for_reading, open_for_writing, sqlite_errors
from scraper.archive.documents import Document
from scraper.archive.folding import BOUNDARY, units
from scraper.archive.marks import Snippet, find_hits, snippet
from scraper.archive.query import (
    Any,
    Dates,
    Node,
    Query,
    Site,
    Term,
    all_grams,
    all_of,
    any_of,
    holds,
    narrowing,
    parse,
)
from scraper.archive.tokens import headings, strings
from scraper.errors import ArchiveError, UsageError

CANDIDATES = 150
"""Articles taken from each tier for ranking."""
_FEW = 300
"""So many articles are sorted rather than looked for by date, but where a page is sure to be among the latest."""
_FAR = 2_000
"""Articles that are counted by date faster than 300 are looked up."""
# CROSS: SQLite must look up these articles one by one; left to itself it reads an index of all.
_THESE = "json_each(?) AS wanted CROSS JOIN articles ON articles.id = wanted.value"
_MATCHING = "articles_fts CROSS JOIN articles ON articles.id = articles_fts.rowid"
FACETS = ("site", "channel", "source", "editor", "author", "year", "month")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a result must be besides holding the words. Empty means any."""

    sites: tuple[str, ...] = ()
    since: str = ""
    """First day, `2022`, `2022-07` or `2022-07-20`."""
    until: str = ""
    """Last day, inclusive, in the same forms."""
    source: str = ""
    """Part of the name, as in the fields of the query language; so the next three."""
    editor: str = ""
    channel: str = ""
    author: str = ""

    def nodes(self) -> tuple[Node, ...]:
        found: list[Node] = []
        if self.sites:
            found.append(Any(tuple(map(Site, self.sites))))
        if self.since or self.until:
            found.append(Dates(self.since, self.until))
        for name in ("source", "editor", "channel", "author"):
            value = getattr(self, name)
            if value:
                # What has no letter stands nowhere: U+001E is in no text.
                found.append(Term(value, units(value) or BOUNDARY, name))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Hit:
    id: int
    url: str
    title: str
    site: str
    region: str
    kind: str
    channel: str | None
    published_at: str
    source: str | None
    editor: str | None
    authors: tuple[str, ...]
    score: float
    snippet: Snippet
    title_hits: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Results:
    hits: tuple[Hit, ...]
    total: int
    """Of all articles that match, not only these."""
    query: Query


def search(
    db: Database,
    text: str,
    filters: Filters | None = None,
    *,
    sort: str = "relevance",
    limit: int = 20,
    offset: int = 0,
    after: int = 0,
) -> Results:
    """Articles that hold what is asked for, best or newest first; `limit` -1 means all.

    `after` takes those with a higher id only, by date: what is new since then.

    Raises `UsageError` when neither the text nor the filters ask for anything.
    """
    query = understood(text, filters)
    found = Matches(db, query)
    end = None if limit < 0 else offset + limit
    if after:
        page = [(identity, 0.0) for identity in found.newest() if identity > after][offset:end]
        return Results(tuple(_hits(db, query, page)), len(page), query)
    if sort == "date" or not query.terms:
        page = [(identity, 0.0) for identity in islice(found.newest(), offset, end)]
    else:
        page = list(islice(found.best(), offset, end))
    hits = _hits(db, query, page)
    short = len(page) < limit or limit < 0
    total = offset + len(page) if short and (page or not offset) else found.total()
    return Results(tuple(hits), total, query)


def understood(text: str, filters: Filters | None = None) -> Query:
    """The query with its filters, or `UsageError` when there is nothing to look for."""
    nodes = (filters or Filters()).nodes()
    query = parse(text, alone=not nodes)
    if not query and (text.strip() or not nodes):
        why = f" ({'; '.join(query.notes)})" if query.notes else ""
        raise UsageError(f"nothing to look for in {text[:60]!r}{why}; give a word, for example: scraper search 黄河")
    return query.narrowed(*nodes)


def matching_ids(db: Database, text: str, filters: Filters | None = None) -> list[int]:
    """The ids of every article that holds what is asked for, newest first; none where nothing is asked for."""
    try:
        query = understood(text, filters)
    except UsageError:
        return []
    return list(Matches(db, query).newest())


def count(db: Database, query: Query) -> int:
    """How many articles match."""
    return Matches(db, query).total()


def counts_by(db: Database, text: str, filters: Filters | None, facet: str) -> list[tuple[str, int]]:
    """How many matches each value of a facet has, most frequent first; years and months newest first."""
    value = _FACET_SQL[facet]
    source, parameters = Matches(db, understood(text, filters)).source()
    if facet == "author":
        source = source.replace(
            " WHERE ", " CROSS JOIN json_each(iif(json_valid(authors), authors, '[]')) AS name WHERE "
        )
    order = "1 DESC" if facet in ("year", "month") else "2 DESC, 1"
    return db.execute(
        f"SELECT {value}, count(*) FROM {source} AND {value} IS NOT NULL GROUP BY 1 ORDER BY {order}", parameters
    ).fetchall()


_FACET_SQL = {
    **{name: name for name in ("site", "channel", "source", "editor")},
    "author": "name.value",
    "year": "substr(published_at, 1, 4)",
    "month": "substr(published_at, 1, 7)",
}


class Matches:
    """One query over one archive: its expression, and how sure that is."""

    def __init__(self, db: Database, query: Query) -> None:
        self.db = db
        self.query = query
        self.terms = query.terms
        self.years = archive_years(db)
        self.waiting = index.waiting(db)
        found = narrowing(query.root, self.years)
        self.exact = found.exact and self.waiting == []
        self.expression = found.expression

    # --- by date ---------------------------------------------------------------------------

    def newest(self) -> Iterator[int]:
        """Every match, newest first."""
        if self.waiting != []:
            yield from (identity for _, identity in self._read_instead())
            return
        for block in self._blocks():
            if self.exact:
                yield from block
            else:
                for start in range(0, len(block), 50):
                    part = block[start : start + 50]
                    kept = self._holding(part)
                    yield from (identity for identity in part if identity in kept)

    def _blocks(self) -> Iterator[list[int]]:
        """The ids that can match, in blocks that follow one another by date.

        A common word stands in most of the newest articles: the index is asked
        for those of the last days first, then of ever longer times before.
        """
        if self.expression is None:
            rows = self.db.execute("SELECT id FROM articles ORDER BY published_at DESC, id DESC")
            yield from ([identity for (identity,) in part] for part in iter(lambda: rows.fetchmany(200), []))
            return
        few = self._ids(self.expression, _FEW + 1)
        size = self._holding_a_page(few)
        if len(few) <= _FEW and size > _FAR:
            yield self._sorted(few)
            return
        upper = "\uffff"
        while upper:
            lower = self._time_before(upper, size)
            yield self._between(lower, upper)
            upper, size = lower, size * 8

    def _holding_a_page(self, ids: list[int]) -> int:
        """Of about how many articles two pages match, where these are the last, or all, that do."""
        newest = self.db.execute("SELECT max(id) FROM articles").fetchone()[0] or 1
        among = newest if len(ids) <= _FEW else newest - ids[-1]
        return max(40, 40 * among // max(1, len(ids)))

    def _time_before(self, upper: str, size: int) -> str:
        """The beginning of a year, month or day such that about `size` articles lie between; empty for all."""
        row = self.db.execute(
            "SELECT published_at FROM articles WHERE published_at < ? ORDER BY published_at DESC LIMIT 1 OFFSET ?",
            [upper, size],
        ).fetchone()
        if row is None or not self.years:
            return ""
        newest = upper if upper != "\uffff" else f"{self.years[1]}-12"
        months = (int(newest[:4]) - int(row[0][:4])) * 12 + int(newest[5:7] or 1) - int(row[0][5:7])
        return str(row[0][: 10 if months < 2 else 7 if months < 36 else 4])

    def _between(self, lower: str, upper: str) -> list[int]:
        if not lower:
            return self._sorted(self._ids(self.expression or "", -1), upper)
        last = f"{self.years[1]:04}" if upper == "\uffff" and self.years else _day_before(upper)
        dates = narrowing(Dates(lower, last), self.years).expression or ""
        return self._sorted(self._ids(all_of([self.expression or "", dates]), -1))

    def _ids(self, expression: str, limit: int) -> list[int]:
        rows = self.db.execute(
            "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid DESC LIMIT ?", [expression, limit]
        )
        return [identity for (identity,) in rows]

    def _sorted(self, ids: list[int], upper: str = "\uffff") -> list[int]:
        rows = self.db.execute(
            f"SELECT articles.id FROM {_THESE} WHERE published_at < ? ORDER BY published_at DESC, articles.id DESC",
            [json.dumps(ids), upper],
        )
        return [identity for (identity,) in rows]

    # --- by the text ---------------------------------------------------------------------------

    def _holding(self, ids: list[int]) -> set[int]:
        rows = self.db.execute(f"SELECT {documents.COLUMNS} FROM {_THESE}", [json.dumps(ids)])
        return {row[0] for row in rows if holds(self.query, Document(*row))}

    def _read_instead(self) -> list[tuple[str, int]]:
        """Every match, newest first, where the index can't be believed of some articles, or of none."""
        later = set(self.waiting or ())
        source, parameters = "articles", list[Anything]()
        if self.waiting is not None and self.expression:
            ids = later | set(self._ids(self.expression, -1))
            source, parameters = _THESE, [json.dumps(sorted(ids))]
        rows = self.db.execute(f"SELECT {documents.COLUMNS} FROM {source}", parameters)
        found = ((row[5], row[0]) for row in rows if holds(self.query, Document(*row)))
        return sorted(found, reverse=True)

    # --- all of them -----------------------------------------------------------------------------

    def total(self) -> int:
        if self.exact and self.expression:
            return int(
                self.db.execute(
                    "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?", [self.expression]
                ).fetchone()[0]
            )
        return sum(1 for _ in self._all())

    def _all(self) -> Iterator[int]:
        if self.waiting != []:
            yield from (identity for _, identity in self._read_instead())
            return
        source, parameters = self._candidates_source()
        rows = self.db.execute(f"SELECT {documents.COLUMNS} FROM {source}", parameters)
        yield from (row[0] for row in rows if holds(self.query, Document(*row)))

    def source(self) -> tuple[str, list[Anything]]:
        """What to select from to get the matches, and its parameters."""
        if self.exact:
            return self._candidates_source()
        return f"{_THESE} WHERE 1", [json.dumps(list(self._all()))]

    def _candidates_source(self) -> tuple[str, list[Anything]]:
        if self.expression is None:
            return "articles WHERE 1", []
        return f"{_MATCHING} WHERE articles_fts MATCH ?", [self.expression]

    # --- best first --------------------------------------------------------------------------------

    def best(self) -> Iterator[tuple[int, float]]:
        """Every match once: the candidates by score, then the rest by date."""
        terms = self.terms
        candidates = self._candidates()
        rarities = self._rarities(terms)
        told = set()
        for score, candidate in ranking.ranked(terms, rarities, candidates):
            told.add(candidate.id)
            yield candidate.id, score
        yield from ((identity, 0.0) for identity in self.newest() if identity not in told)

    def _candidates(self) -> list[ranking.Candidate]:
        if self.waiting != []:
            ids = list(islice(self.newest(), 3 * CANDIDATES))
        else:
            ids = list(dict.fromkeys(identity for tier in self._tiers() for identity in tier))
        rows = self.db.execute(f"SELECT {documents.COLUMNS}, sections FROM {_THESE}", [json.dumps(ids)])
        return [
            ranking.Candidate(row[0], row[5], row[1], self._headings(row[10]), row[3], row[2])
            for row in rows
            if self.exact or holds(self.query, Document(*row[:10]))
        ]

    def _headings(self, sections: str) -> str:
        # Most hold none of the words, and need not be read as JSON.
        if any(term.units in sections for term in self.terms):
            return "\n".join(headings(sections))
        return ""

    def _tiers(self) -> Iterator[list[int]]:
        """All words in the title; in title, sub-headings or often in the text; one in the title; the newest."""
        terms = self.terms
        in_title = any_of([all_grams(term.units, "title:") for term in terms])
        expressions = [self._spelled(("title:",)), self._spelled(("title:", "head:", "hot:"))]
        if len(terms) > 1 and self.expression:
            expressions.append(all_of([self.expression, in_title]))
        for expression in dict.fromkeys(expressions):
            yield self._ids(expression, CANDIDATES)
        yield list(islice((identity for block in self._blocks() for identity in block), CANDIDATES))

    def _spelled(self, prefixes: tuple[str, ...]) -> str:
        def spell(term: Term) -> str | None:
            return any_of([all_grams(term.units, prefix) for prefix in prefixes]) if not term.field else None

        return narrowing(self.query.root, self.years, spell).expression or '""'

    def _rarities(self, terms: tuple[Term, ...]) -> dict[Term, float]:
        # The highest id is as many articles as matter here, and needs no counting.
        articles = self.db.execute("SELECT max(id) FROM articles").fetchone()[0] or 1
        if self.waiting is None:
            return dict.fromkeys(terms, 1.0)
        return {term: ranking.rarity(self._holding_term(term), articles) for term in terms[: ranking.MOST_TERMS]}

    def _holding_term(self, term: Term) -> int:
        expression = narrowing(term).expression
        found = self.db.execute("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?", [expression])
        return int(found.fetchone()[0])


def archive_years(db: Database) -> tuple[int, int] | None:
    """The first and the last year the archive has."""
    first, last = db.execute(
        "SELECT (SELECT published_at FROM articles WHERE published_at > '' ORDER BY published_at LIMIT 1),"
        " (SELECT published_at FROM articles ORDER BY published_at DESC LIMIT 1)"
    ).fetchone()
    if not first or not first[:4].isdecimal() or not last[:4].isdecimal():
        return None
    return int(first[:4]), int(last[:4])


def _day_before(period: str) -> str:
    """The last year, month or day before a year, month or day begins."""
    year, month, day = (int(part) for part in [*period.split("-"), "1", "1"][:3])
    if len(period) == 10 and day > 1:
        return f"{year:04}-{month:02}-{day - 1:02}"
    if len(period) >= 7 and month > 1:
        return f"{year:04}-{month - 1:02}"
    return f"{year - 1:04}"


def _hits(db: Database, query: Query, page: list[tuple[int, float]]) -> list[Hit]:
    columns = (
        "articles.id, url, title, site, region, kind, channel, published_at, source, editor, authors, body, captions"
    )
    rows = db.execute(
        f"SELECT {columns} FROM {_THESE}",
        [json.dumps([identity for identity, _ in page])],
    )
    found = {row[0]: row for row in rows}
    return [_hit(found[identity], query, score) for identity, score in page if identity in found]


def _hit(row: tuple[Anything, ...], query: Query, score: float) -> Hit:
    identity, url, title, site, region, kind, channel, published_at, source, editor, authors, body, captions = row
    return Hit(
        id=identity,
        url=url,
        title=title,
        site=site,
        region=region,
        kind=kind,
        channel=channel,
        published_at=published_at,
        source=source,
        editor=editor,
        authors=tuple(strings(authors)),
        score=score,
        snippet=snippet(query, [body, captions]),
        title_hits=tuple(find_hits(query, title, "title")),
    )


def open_searchable(path: Path, progress: index.Progress | None = None) -> Database:
    """The archive, read-only, with its index up to date where the file can be written and nobody else is writing.

    Raises what `open_for_reading` raises.
    """
    db = open_for_reading(path)
    with sqlite_errors(path):
        if index.is_current(db):
            return db
        # Where that can't be, `search` reads what the index does not know.
        with suppress(ArchiveError), sqlite_errors(path), closing(open_for_writing(path)) as writer:
            index.catch_up(writer, progress)
    return db

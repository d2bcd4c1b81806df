"""One query over one archive: which articles match, in which order, how many, and how sure that is.

The index gives the articles that can match; what long terms overlap by chance
is checked against the text, and whole values against their columns. Where the
index can't be believed (a read-only archive that others wrote to) the articles
concerned are read instead.
"""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlite_utils import Database

from scraper.archive import documents, index, ranking, stories
from scraper.archive.documents import Document
from scraper.archive.narrowing import Narrowing, all_grams, all_of, any_of, narrowing
from scraper.archive.query import All, Dates, Query, Term, Whole, holds
from scraper.archive.tokens import headings

CANDIDATES = 150
"""Articles taken from each tier for ranking."""
_FEW = 300
"""So many articles are sorted rather than looked for by date, but where a page is sure to be among the latest."""
_FAR = 2_000
"""Articles that are counted by date faster than 300 are looked up."""
# CROSS: SQLite must look up these articles one by one; left to itself it reads an index of all.
THESE = "json_each(?) AS wanted CROSS JOIN articles ON articles.id = wanted.value"
_MATCHING = "articles_fts CROSS JOIN articles ON articles.id = articles_fts.rowid"


class Matches:
    """One query over one archive: its expression, and how sure that is."""

    def __init__(self, db: Database, query: Query) -> None:
        self.db = db
        self.query = query
        self.terms = query.terms
        self.years = archive_years(db)
        self.waiting = index.waiting(db)
        # Whole values are columns: SQLite tells them without the text.
        whole = [node for node in query.root.nodes if isinstance(node, Whole)]
        self.where, self.values = _conditions(whole)
        others = All(tuple(node for node in query.root.nodes if node not in whole))
        found = narrowing(others, self.years) if others.nodes else Narrowing(None, True)
        self.exact = found.exact and self.waiting == []
        # Beside words the index knows them, too; alone their columns' own indexes are faster.
        self.expression = narrowing(query.root, self.years).expression if found.expression else None

    def in_order(self, sort: str) -> Iterator[tuple[int, float]]:
        """Every match once, with its score."""
        if sort == "oldest":
            return ((identity, 0.0) for identity in self.oldest())
        if sort == "date" or not self.terms:
            return ((identity, 0.0) for identity in self.newest())
        return self.best()

    # --- by date ---------------------------------------------------------------------------

    def oldest(self) -> Iterator[int]:
        """Every match, the oldest first."""
        source, parameters = self.source()
        rows = self.db.execute(f"SELECT articles.id FROM {source} ORDER BY published_at, articles.id", parameters)
        yield from (identity for part in iter(lambda: rows.fetchmany(200), []) for (identity,) in part)

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
                    kept = self.holding(part)
                    yield from (identity for identity in part if identity in kept)

    def _blocks(self) -> Iterator[list[int]]:
        """The ids that can match, in blocks that follow one another by date.

        A common word stands in most of the newest articles: the index is asked
        for those of the last days first, then of ever longer times before.
        """
        if self.expression is None:
            rows = self.db.execute(
                f"SELECT id FROM articles WHERE 1{self.where} ORDER BY published_at DESC, id DESC", self.values
            )
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
            f"SELECT articles.id FROM {THESE} WHERE published_at < ?{self.where}"
            " ORDER BY published_at DESC, articles.id DESC",
            [json.dumps(ids), upper, *self.values],
        )
        return [identity for (identity,) in rows]

    # --- by the text ---------------------------------------------------------------------------

    def holding(self, ids: list[int]) -> set[int]:
        """Those of these articles that match, by their text."""
        rows = self.db.execute(f"SELECT {documents.COLUMNS} FROM {THESE}", [json.dumps(ids)])
        return {row[0] for row in rows if holds(self.query, Document(*row))}

    def _read_instead(self) -> list[tuple[str, int]]:
        """Every match, newest first, where the index can't be believed of some articles, or of none."""
        later = set(self.waiting or ())
        source, parameters = "articles", list[Any]()
        if self.waiting is not None and self.expression:
            ids = later | set(self._ids(self.expression, -1))
            source, parameters = THESE, [json.dumps(sorted(ids))]
        rows = self.db.execute(f"SELECT {documents.COLUMNS} FROM {source}", parameters)
        found = ((row[5], row[0]) for row in rows if holds(self.query, Document(*row)))
        return sorted(found, reverse=True)

    # --- all of them -----------------------------------------------------------------------------

    def total(self, *, unique: bool = False) -> int:
        """How many articles match, or how many stories."""
        if unique:
            source, parameters = self.source()
            ids = [identity for (identity,) in self.db.execute(f"SELECT articles.id FROM {source}", parameters)]
            return len(ids) - stories.repeated(self.db, ids)
        if not self.exact:
            return sum(1 for _ in self._all())
        if self.expression and not self.where:
            sql = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?"
            return int(self.db.execute(sql, [self.expression]).fetchone()[0])
        source, parameters = self._candidates_source()
        return int(self.db.execute(f"SELECT count(*) FROM {source}", parameters).fetchone()[0])

    def _all(self) -> Iterator[int]:
        if self.waiting != []:
            yield from (identity for _, identity in self._read_instead())
            return
        source, parameters = self._candidates_source()
        rows = self.db.execute(f"SELECT {documents.COLUMNS} FROM {source}", parameters)
        yield from (row[0] for row in rows if holds(self.query, Document(*row)))

    def source(self) -> tuple[str, list[Any]]:
        """What to select from to get the matches, and its parameters."""
        if self.exact:
            return self._candidates_source()
        return f"{THESE} WHERE 1", [json.dumps(list(self._all()))]

    def _candidates_source(self) -> tuple[str, list[Any]]:
        if self.expression is None:
            return f"articles WHERE 1{self.where}", self.values
        return f"{_MATCHING} WHERE articles_fts MATCH ?{self.where}", [self.expression, *self.values]

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
        rows = self.db.execute(
            f"SELECT {documents.COLUMNS}, sections FROM {THESE} WHERE 1{self.where}", [json.dumps(ids), *self.values]
        )
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


def _conditions(whole: list[Whole]) -> tuple[str, list[Any]]:
    """Whole values as SQL, each beginning with AND."""
    where = ""
    for node in whole:
        # What another tool left there that is no list has no name.
        where += (
            " AND EXISTS (SELECT 1 FROM json_each(iif(json_valid(authors), authors, '[]')) AS name"
            " WHERE name.type = 'text' AND name.value = ?)"
            if node.field == "author"
            else f" AND articles.{node.field} = ?"
        )
    return where, [node.value for node in whole]


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

"""One query over one archive: which articles match, how many, and how sure that is.

The index gives the articles that can match; what long terms overlap by chance
is checked against the text, and whole values against their columns. Where the
index can't be believed (a read-only archive that others wrote to) the articles
concerned are read instead. In which order is archive/by_date.py's and
archive/by_relevance.py's.
"""

import json
import re
from collections.abc import Iterator, MutableMapping, Sequence
from functools import cached_property
from typing import Any as Anything

from scraper.archive import documents, index, stories
from scraper.archive.database import Database
from scraper.archive.documents import Document
from scraper.archive.folding import fold
from scraper.archive.narrowing import NOTHING, Narrowing, Years, any_of, narrowing, quoted
from scraper.archive.query import All, Any, Dates, Node, Query, Site, Term, Whole, holds
from scraper.archive.tokens import EVERY

# CROSS: SQLite must look up these articles one by one; left to itself it reads an index of all.
THESE = "json_each(?) AS wanted CROSS JOIN articles ON articles.id = wanted.value"
_TEXTS = ("body", "title", "captions")
MATCHING = "articles_fts CROSS JOIN articles ON articles.id = articles_fts.rowid"

BEHIND = "\uffff"
"""Sorts behind every time of the day, month or year it is put to."""
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


Memory = MutableMapping[Node, Sequence[int]]
"""What was found by reading texts, by query; as long as the archive stays as it is, it need not be read again."""


class Matches:
    """One query over one archive: its expression, and how sure that is."""

    def __init__(self, db: Database, query: Query, memory: Memory | None = None) -> None:
        self.db = db
        self.memory = memory
        self.query = query
        self.terms = query.terms
        self.days = archive_days(db)
        self.waiting = index.waiting(db)
        nodes = query.root.nodes
        # Whole values are columns: SQLite tells them without the text; so with dates, where nothing else is asked for.
        self.columns: list[Node] = [node for node in nodes if isinstance(node, Whole)]
        if all(isinstance(node, Whole | Dates) for node in nodes):
            self.columns = list(nodes)
        self.where, self.values = _conditions(self.columns)
        found = self.narrowed(tuple(node for node in nodes if node not in self.columns))
        self.exact = found.exact and self.waiting == []
        # Beside words the index knows them, too; alone their columns' own indexes are faster.
        self.expression = found.expression
        if self.columns and found.expression:
            self.expression = self.narrowed(nodes).expression
        self._known: dict[int, bool] = {}

    def narrowed(self, nodes: tuple[Node, ...]) -> Narrowing:
        """The expression for some of the query's nodes."""
        return narrowing(All(nodes), self.years) if nodes else Narrowing(None, True)

    @property
    def years(self) -> Years | None:
        return _years(self.days)

    @cached_property
    def highest(self) -> int:
        """The highest id: about as many articles as there are."""
        return self.db.execute("SELECT max(id) FROM articles").fetchone()[0] or 1

    def ids(self, expression: str, limit: int = -1) -> list[int]:
        """What the index finds, the highest id first."""
        return self.db.column(
            "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid DESC LIMIT ?", [expression, limit]
        )

    # --- by the text ---------------------------------------------------------------------------

    def holding(self, ids: list[int]) -> set[int]:
        """Those of these articles that match, by their text."""
        unread = [identity for identity in ids if identity not in self._known]
        if unread:
            rows = self.db.execute(f"SELECT {documents.COLUMNS} FROM {THESE}", [json.dumps(unread)])
            self._known.update((row[0], self.is_match(row)) for row in rows)
        return {identity for identity in ids if self._known.get(identity)}

    def is_match(self, row: tuple[Anything, ...]) -> bool:
        """Whether an article matches, by the columns that `documents.COLUMNS` names."""
        return holds(self.query, Document(*row))

    def read_instead(self) -> Iterator[int]:
        """Every match, newest first, where the index can't be believed of some articles, or of none."""
        later = set(self.waiting or ())
        source, parameters = "articles", list[Anything]()
        if self.waiting is not None and self.expression:
            ids = later | set(self.ids(self.expression))
            source, parameters = THESE, [json.dumps(sorted(ids))]
        rows = self.db.execute(f"SELECT {documents.COLUMNS} FROM {source}", parameters)
        found = ((row[5], row[0]) for row in rows if self.is_match(row))
        return (identity for _, identity in sorted(found, reverse=True))

    # --- all of them -----------------------------------------------------------------------------

    def total(self, *, unique: bool = False) -> int:
        """How many articles match, or how many stories."""
        if unique and self.exact and self.expression and not self.where:
            total = self.total()
            return total - self._repeated(total)
        if unique:
            source, parameters = self.source()
            ids = self.db.column(f"SELECT articles.id FROM {source}", parameters)
            return len(ids) - stories.repeated(self.db, ids)
        if not self.exact:
            return len(self._all())
        if self.expression and not self.where:
            sql = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?"
            return int(self.db.execute(sql, [self.expression]).fetchone()[0])
        source, parameters = self._candidates_source()
        return int(self.db.execute(f"SELECT count(*) FROM {source}", parameters).fetchone()[0])

    def _repeated(self, total: int) -> int:
        """How many matches print what another of them prints; of a word that most have, those without it are soon read."""
        sql, but = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?", total * 2 > self.highest
        expression = f"{quoted(EVERY)} NOT ({self.expression})" if but else self.expression
        return stories.repeated_in(self.db, sql, [expression], but=but)

    def later(self, after: int) -> list[int]:
        """The matches with a higher id, newest first."""
        if self.waiting != []:
            return [identity for identity in self.read_instead() if identity > after]
        source, parameters = self._candidates_source()
        column = "articles_fts.rowid" if self.expression else "articles.id"
        rows = self.db.execute(
            f"SELECT articles.id FROM {source} AND {column} > ? ORDER BY published_at DESC, articles.id DESC",
            [*parameters, after],
        )
        ids = [identity for (identity,) in rows]
        kept = set(ids) if self.exact else self.holding(ids)
        return [identity for identity in ids if identity in kept]

    def _all(self) -> Sequence[int]:
        if self.waiting != []:
            return list(self.read_instead())
        known = self.memory.get(self.query.root) if self.memory is not None else None
        if known is None:
            known = self._read_all()
            if self.memory is not None:
                self.memory[self.query.root] = known
        return known

    def _read_all(self) -> list[int]:
        if self.expression and not self.where:
            ids = self.ids(self.expression)
            self._known.update(dict.fromkeys(self._sure(), True))
            self._known.update(dict.fromkeys(self._printed(ids), True))
            return sorted(self.holding(ids))
        source, parameters = self._candidates_source()
        rows = self.db.execute(f"SELECT {documents.COLUMNS} FROM {source}", parameters)
        return [row[0] for row in rows if self.is_match(row)]

    def _sure(self) -> list[int]:
        """Matches of which the index is sure, though not of all: they repeat a long word, or print `covid-19` whole."""
        if any(term.field for term in self.terms) or not _asks_only_for_words(self.query.root):
            return []
        return self.ids(narrowing(self.query.root, self.years, _whole_token).expression or NOTHING)

    def _printed(self, ids: list[int]) -> list[int]:
        """Those of these that match letter by letter: SQLite tells it in half the time that it takes to hand over a text."""
        doubtful = [node for node in self.query.root.nodes if not self.narrowed((node,)).exact]
        terms = [node for node in doubtful if isinstance(node, Term) and not node.field]
        if len(terms) < len(doubtful):
            return []
        where = "".join(f" AND ({' OR '.join(f'instr({column}, ?)' for column in _TEXTS)})" for _ in terms)
        unread = [identity for identity in ids if identity not in self._known]
        values = [term.text for term in terms for _ in _TEXTS]
        return self.db.column(f"SELECT articles.id FROM {THESE} WHERE 1{where}", [json.dumps(unread), *values])

    def source(self) -> tuple[str, list[Anything]]:
        """What to select from to get the matches, and its parameters."""
        if self.exact:
            return self._candidates_source()
        return f"{THESE} WHERE 1", [json.dumps(list(self._all()))]

    def _candidates_source(self) -> tuple[str, list[Anything]]:
        if self.expression is None:
            return f"articles WHERE 1{self.where}", self.values
        return f"{MATCHING} WHERE articles_fts MATCH ?{self.where}", [self.expression, *self.values]


def _asks_only_for_words(node: Node) -> bool:
    if isinstance(node, All | Any):
        return all(map(_asks_only_for_words, node.nodes))
    return isinstance(node, Dates | Site) or (isinstance(node, Term) and not node.field)


def _whole_token(term: Term) -> str | None:
    """A token that only articles with the term have; not all of them, or it would be asked for anyway."""
    # A line break would part a token in two, which the index refuses.
    tokens = [token for token in (fold(term.text), term.units) if token.isprintable()]
    return None if narrowing(term).exact else any_of(list(map(quoted, tokens))) if tokens else NOTHING


def _conditions(columns: Sequence[Node]) -> tuple[str, list[Anything]]:
    """Whole values and dates as SQL, each beginning with AND."""
    where, values = "", list[Anything]()
    for node in columns:
        if isinstance(node, Dates):
            where += " AND published_at >= ? AND published_at < ?"
            values += [node.since, node.until + BEHIND if node.until else BEHIND]
        elif isinstance(node, Whole):
            # What another tool left there that is no list has no name.
            where += (
                " AND EXISTS (SELECT 1 FROM json_each(iif(json_valid(authors), authors, '[]')) AS name"
                " WHERE name.type = 'text' AND name.value = ?)"
                if node.field == "author"
                else f" AND articles.{node.field} = ?"
            )
            values.append(node.value)
    return where, values


def archive_years(db: Database) -> Years | None:
    """The first and the last year the archive has."""
    return _years(archive_days(db))


def archive_days(db: Database) -> tuple[str, str] | None:
    """The first and the last day the archive has; None where one is no date."""
    first, last = db.execute(
        "SELECT (SELECT published_at FROM articles WHERE published_at > '' ORDER BY published_at LIMIT 1),"
        " (SELECT published_at FROM articles ORDER BY published_at DESC LIMIT 1)"
    ).fetchone()
    if not first or not first[:4].isdecimal() or not last[:4].isdecimal():
        return None
    return _period(first), _period(last)


def _period(time: str) -> str:
    return time[:10] if DAY.match(time) else time[:4]


def _years(days: tuple[str, str] | None) -> Years | None:
    return (int(days[0][:4]), int(days[1][:4])) if days else None

"""Search over the archive: any Chinese word, wherever it stands.

The index gives candidates, the newest of each tier first; what long terms
overlap by chance is checked against the text; the ranking is BM25F over title
and text, worked out on the rows that will be shown.
"""

import math
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from scraper.archive import index, tokens
from scraper.archive.connect import open_for_reading, open_for_writing, sqlite_errors
from scraper.archive.tokens import Query, Snippet
from scraper.errors import ArchiveError, UsageError

CANDIDATES = 300
"""Newest articles taken from each tier; overlap of the top ten with exhaustive ranking 0.9 (docs/search.md)."""
_TITLE_WEIGHT = 8.0
_K1 = 1.2
_B = 0.75
_TIERS = ("title:", "hot:", "")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a result must be besides holding the words. Empty means any."""

    sites: tuple[str, ...] = ()
    since: str = ""
    """First day, `2022`, `2022-07` or `2022-07-20`."""
    until: str = ""
    """Last day, inclusive, in the same forms."""
    source: str = ""
    editor: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    id: int
    url: str
    title: str
    site: str
    region: str
    published_at: str
    source: str | None
    score: float
    snippet: Snippet
    title_hits: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    url: str
    title: str
    site: str
    region: str
    published_at: str
    source: str | None
    body: str
    captions: str


_COLUMNS = "id, url, title, site, region, published_at, source, body, captions"


def search(
    db: Database, text: str, filters: Filters | None = None, *, sort: str = "relevance", limit: int = 20
) -> list[Hit]:
    """Articles that hold what is asked for, best or newest first.

    Raises `UsageError` when the query has nothing to look for.
    """
    query = understood(text)
    condition, parameters = _conditions(filters or Filters())
    if sort == "date":
        rows = _newest(db, query, condition, parameters, limit)
        return [_hit(row, query, 0.0) for row in rows]
    rows = _candidates(db, query, condition, parameters)
    total = db.execute("SELECT count(*) FROM articles").fetchone()[0]
    scored = _scored(db, query, rows, total)
    return [_hit(row, query, score) for score, row in scored[:limit]]


def understood(text: str) -> Query:
    """The query, or `UsageError` when no letter, digit or character is in it."""
    query = tokens.parse(text)
    if not query:
        raise UsageError(f"nothing to look for in {text[:60]!r}; give a word, for example: scraper search 黄河")
    return query


def matching_ids(db: Database, text: str) -> list[int]:
    """The ids of every article that holds what is asked for, newest first."""
    query = tokens.parse(text)
    if not query:
        return []
    return [row.id for row in _newest(db, query, "", [], -1)]


def _conditions(filters: Filters) -> tuple[str, list[str]]:
    parts: list[str] = []
    parameters: list[str] = []
    if filters.sites:
        parts.append(f"site IN ({', '.join('?' * len(filters.sites))})")
        parameters += filters.sites
    if filters.since:
        parts.append("published_at >= ?")
        parameters.append(filters.since)
    if filters.until:
        # U+FFFF sorts behind every time of that day, month or year.
        parts.append("published_at < ?")
        parameters.append(filters.until + "\uffff")
    for column, value in (("source", filters.source), ("editor", filters.editor)):
        if value:
            parts.append(f"instr({column}, ?) > 0")
            parameters.append(value)
    return "".join(f" AND {part}" for part in parts), parameters


def _newest(db: Database, query: Query, condition: str, parameters: list[str], limit: int) -> list[_Row]:
    cursor = db.execute(
        f"SELECT {_COLUMNS} FROM articles WHERE id IN"
        f" (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?){condition}"
        " ORDER BY published_at DESC, id DESC",
        [tokens.match_expression(query), *parameters],
    )
    rows: list[_Row] = []
    for values in cursor:
        row = _Row(*values)
        if tokens.is_exact(query) or tokens.holds(query, row.title, row.body, row.captions):
            rows.append(row)
            if len(rows) == limit:
                break
    return rows


def _candidates(db: Database, query: Query, condition: str, parameters: list[str]) -> list[_Row]:
    """Up to `CANDIDATES` of each tier: those with the words in the title, often in the text, anywhere."""
    found: dict[int, _Row] = {}
    for tier in _TIERS:
        cursor = db.execute(
            f"SELECT {_COLUMNS} FROM articles WHERE id IN"
            f" (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?){condition}"
            " ORDER BY id DESC",
            [tokens.match_expression(query, tier), *parameters],
        )
        taken = 0
        for values in cursor:
            row = _Row(*values)
            if row.id in found:
                continue
            if tokens.is_exact(query) or tokens.holds(query, row.title, row.body, row.captions):
                found[row.id] = row
                taken += 1
                if taken == CANDIDATES:
                    break
    return list(found.values())


def _scored(db: Database, query: Query, rows: list[_Row], total: int) -> list[tuple[float, _Row]]:
    """BM25F with the title weighed eightfold; ties go to the newer article."""
    weights = {term: _rarity(db, term, total) for term in dict.fromkeys(query.terms)}
    mean = sum(len(row.body) for row in rows) / len(rows) if rows else 1.0
    scored = [(_score(row, weights, mean), row) for row in rows]
    return sorted(scored, key=lambda pair: (pair[0], pair[1].published_at, pair[1].id), reverse=True)


def _rarity(db: Database, term: str, total: int) -> float:
    expression = tokens.match_expression(Query(((term,),)))
    holding = db.execute("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?", [expression]).fetchone()[0]
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))


def _score(row: _Row, weights: dict[str, float], mean: float) -> float:
    title, text = tokens.units(row.title), tokens.units(f"{row.body}\n{row.captions}")
    norm = _K1 * (1 - _B + _B * len(row.body) / (mean or 1.0))
    score = 0.0
    for term, weight in weights.items():
        times = _TITLE_WEIGHT * title.count(term) + text.count(term)
        score += weight * times * (_K1 + 1) / (times + norm) if times else 0.0
    return round(score, 4)


def _hit(row: _Row, query: Query, score: float) -> Hit:
    return Hit(
        id=row.id,
        url=row.url,
        title=row.title,
        site=row.site,
        region=row.region,
        published_at=row.published_at,
        source=row.source,
        score=score,
        snippet=tokens.snippet(query, [row.body, row.captions]),
        title_hits=tuple(tokens.find_hits(query, row.title)),
    )


def open_searchable(path: Path) -> Database:
    """The archive, read-only, with its index up to date where the file can be written and nobody else is writing.

    Raises what `open_for_reading` raises.
    """
    db = open_for_reading(path)
    with sqlite_errors(path):
        if index.is_current(db):
            return db
        # Where that can't be, the search goes on with what is indexed.
        with suppress(ArchiveError), sqlite_errors(path), closing(open_for_writing(path)) as writer:
            index.catch_up(writer)
    return db

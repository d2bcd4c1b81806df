"""How a search is understood and answered: for `--explain`, and for whoever wonders why something was not found."""

from typing import Any

from scraper.archive import index
from scraper.archive.database import Database
from scraper.archive.matches import archive_years
from scraper.archive.narrowing import narrowing
from scraper.archive.query import describe
from scraper.archive.search import Filters, understood


def plan(db: Database, text: str, filters: Filters | None = None) -> dict[str, Any]:
    """The query in words, its MATCH expression, what is checked beyond it, and SQLite's own plan."""
    query = understood(text, filters)
    found = narrowing(query.root, archive_years(db))
    waiting = index.waiting(db)
    sql = (
        "SELECT articles.id FROM articles_fts CROSS JOIN articles ON articles.id = articles_fts.rowid"
        " WHERE articles_fts MATCH :match"
    )
    if found.expression is None:
        sql = "SELECT id FROM articles ORDER BY published_at DESC, id DESC"
    explained: list[str] = []
    if waiting is not None:
        rows = db.execute(f"EXPLAIN QUERY PLAN {sql}", {"match": found.expression or ""})
        explained = [str(row[3]) for row in rows]
    return {
        "query": describe(query),
        "notes": list(query.notes),
        "match": found.expression,
        "sql": sql,
        "checked": "the index decides" if found.exact else "the text of each article the index brings up",
        "waiting": "every article: the index is missing or of other rules" if waiting is None else len(waiting),
        "plan": explained,
    }

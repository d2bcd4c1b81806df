"""Datasette's `_search=` made to find what `scraper search` finds: same language, same articles.

Datasette asks `escape_fts` for a MATCH expression; ours comes from the query
tree. What the index alone does not decide (long words, captions, open ranges
of dates) is sorted out by one more condition, `archive_holds`.
"""

import sqlite3
from functools import lru_cache
from typing import Any

from scraper.archive.documents import COLUMNS, Document
from scraper.archive.narrowing import NOTHING, narrowing, quoted
from scraper.archive.query import Dates, Query, holds, parse
from scraper.archive.tokens import EVERY

HOLDS = "archive_holds"
TEXTS = COLUMNS.removeprefix("articles.id, ")


def register(connection: sqlite3.Connection) -> None:
    connection.create_function("escape_fts", 1, expression, deterministic=True)
    connection.create_function(HOLDS, 1 + len(TEXTS.split(",")), article_holds, deterministic=True)


def expression(text: object) -> str:
    """The MATCH expression for what a person typed; any input gives one that FTS5 accepts.

    >>> expression("黄河 -水")
    '("黄河" NOT "水")'
    >>> expression("？！")
    '""'
    """
    query = _parsed(_text(text))
    if not query:
        return NOTHING
    # With nothing that the index can narrow by (since:2022), every article is asked for, and read.
    return narrowing(query.root).expression or quoted(EVERY)


def article_holds(text: object, *texts: object) -> bool:
    """Whether an article, given by its columns, really has what is asked for, as SQL function."""
    # A page asks the same once for its rows, once for the count and once for each facet.
    asked = _text(text)
    verdicts, key = _verdicts(asked), hash(texts)
    if key not in verdicts:
        verdicts[key] = holds(_parsed(asked), Document(0, *map(_text, texts)))
    return verdicts[key]


@lru_cache(maxsize=16)
def _verdicts(text: str) -> dict[int, bool]:
    return {}


@lru_cache(maxsize=64)
def _parsed(text: str) -> Query:
    return parse(text)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def condition(arguments: Any) -> tuple[str, dict[str, str]] | None:
    """The clause and parameters that make a search exact, or None where the index alone decides.

    `arguments` are those of the request. `_searchmode=raw` is FTS5's own
    language and stays as typed.
    """
    text = arguments.get("_search")
    if not text or arguments.get("_searchmode") == "raw" or arguments.get("_fts_table"):
        return None
    query = _parsed(text)
    if not query or narrowing(query.root).exact:
        return None
    clauses, parameters = [], {}
    for number, node in enumerate(node for node in query.root.nodes if isinstance(node, Dates)):
        # SQLite compares dates faster than it calls us.
        clauses.append(f"published_at between :archive_since{number} and :archive_until{number}")
        parameters[f"archive_since{number}"] = node.since
        parameters[f"archive_until{number}"] = node.until + "\uffff"
    clauses.append(f"{HOLDS}(:archive_search, {TEXTS})")
    return " and ".join(clauses), {"archive_search": text, **parameters}


def wanted(arguments: Any) -> Query:
    """What the request searches for; an empty query where it does not."""
    return _parsed(arguments.get("_search") or "")

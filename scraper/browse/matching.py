"""Datasette's `_search=` made to find what `scraper search` finds: same words, same articles.

Datasette asks `escape_fts` for a MATCH expression; ours comes from the
tokens of the index. What the threes of a long term overlap by chance is
sorted out by one more condition, `archive_holds`.
"""

import sqlite3
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeVar

from scraper.archive import tokens
from scraper.archive.tokens import Query

NOTHING = '""'
"""An empty phrase: FTS5 finds nothing with it and does not complain."""
HOLDS = "archive_holds"

Term = TypeVar("Term")


def register(connection: sqlite3.Connection) -> None:
    connection.create_function("escape_fts", 1, expression, deterministic=True)
    connection.create_function(HOLDS, 4, holds, deterministic=True)


def expression(text: object) -> str:
    """The MATCH expression for what a person typed; any input gives one that FTS5 accepts.

    >>> expression("黄河 -水")
    '("黄河") NOT "水"'
    >>> expression("？！")
    '""'
    """
    query = _parsed(_text(text))
    if not query:
        return NOTHING
    # Each word once: FTS5 would look five hundred times for one that is typed five hundred times.
    once = replace(query, wanted=_once(query.wanted), titles=_once(query.titles), unwanted=())
    wanted = tokens.match_expression(once)
    if not query.unwanted:
        return wanted
    # One NOT for all of them: FTS5's parser overflows on a hundred nested ones.
    return f"({wanted}) NOT {tokens.match_expression(Query((_once(query.unwanted),)))}"


def _once(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    return tuple(dict.fromkeys(terms))


def holds(text: object, title: object, body: object, captions: object) -> bool:
    """Whether an article really has what is asked for, as SQL function."""
    asked, parts = _text(text), (_text(title), _text(body), _text(captions))
    if _stands_as_typed(asked, parts):
        return True
    # A page asks the same once for its rows, once for the count and once for each facet.
    verdicts, key = _verdicts(asked), hash(parts)
    if key not in verdicts:
        verdicts[key] = tokens.holds(_parsed(asked), *parts)
    return verdicts[key]


def _stands_as_typed(text: str, parts: tuple[str, ...]) -> bool:
    """Whether every term stands letter by letter in the text: true of most articles, and a hundred times cheaper."""
    groups = _plain_groups(text)
    return bool(groups) and all(any(term in part for term in group for part in parts) for group in groups)


@lru_cache(maxsize=64)
def _plain_groups(text: str) -> tuple[tuple[str, ...], ...]:
    """The groups of a query that asks for nothing else, each with the terms that folding leaves as they are."""
    query = _parsed(text)
    if query.unwanted or query.titles:
        return ()
    return tuple(tuple(term for term in group if tokens.units(term) == term) for group in query.wanted)


@lru_cache(maxsize=16)
def _verdicts(text: str) -> dict[int, bool]:
    return {}


@lru_cache(maxsize=64)
def _parsed(text: str) -> Query:
    return tokens.parse(text)


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
    if not query or tokens.is_exact(query):
        return None
    return f"{HOLDS}(:archive_search, title, body, captions)", {"archive_search": text}


def wanted(arguments: Any) -> Query:
    """What the request searches for; an empty query where it does not."""
    return _parsed(arguments.get("_search") or "")

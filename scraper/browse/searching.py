"""What the pages ask of `archive.search`: hits in its order, how many, and how they part by edition, source, year.

The one module here that knows how a search is made. Where no word is asked
for, the newest articles of what is chosen.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from scraper.archive.query import parse
from scraper.archive.search import Filters, Hit, counts_by, search

FACETS = ("site", "year", "channel", "source", "editor", "author")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a result must be besides holding the words; each value exactly as it stands in the archive. Empty means any."""

    sites: tuple[str, ...] = ()
    since: str = ""
    """First day, `2022`, `2022-07` or `2022-07-20`."""
    until: str = ""
    """Last day, inclusive, in the same forms."""
    channel: str = ""
    source: str = ""
    editor: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    ids: list[int]
    """Of the hits on this page, in their order."""
    total: int
    hits: dict[int, Hit] = field(default_factory=dict)
    """By id, with their snippets; none where no word was asked for."""


def find(db: Database, text: str, chosen: Chosen, *, sort: str, limit: int, offset: int = 0) -> Results:
    """Hits as `scraper search` finds and orders them. Raises `UsageError` for words without a letter."""
    if not text.strip():
        return _newest(db, chosen, sort, limit, offset)
    found = search(db, text, _filters(chosen), sort=sort, limit=limit, offset=offset)
    return Results([hit.id for hit in found.hits], found.total, {hit.id: hit for hit in found.hits})


def _filters(chosen: Chosen) -> Filters:
    return Filters(
        sites=chosen.sites,
        since=chosen.since,
        until=chosen.until,
        source=chosen.source,
        editor=chosen.editor,
        channel=chosen.channel,
        author=chosen.author,
    )


def _newest(db: Database, chosen: Chosen, sort: str, limit: int, offset: int) -> Results:
    where, values = _where(chosen), _values(chosen)
    order = "ASC" if sort == "oldest" else "DESC"
    rows = db.execute(
        f"SELECT id FROM articles WHERE {where} ORDER BY published_at {order}, id {order} LIMIT :limit OFFSET :offset",
        {**values, "limit": limit, "offset": offset},
    )
    ids = [row[0] for row in rows]
    total = db.execute(f"SELECT count(*) FROM articles WHERE {where}", values).fetchone()[0]
    return Results(ids, total)


def counts(db: Database, text: str, chosen: Chosen) -> dict[str, list[tuple[str, int]]]:
    """For each of `FACETS` the values of all that is found, the most frequent first; years the newest first."""
    if not parse(text) and chosen == Chosen():
        return _counts_of_everything(db)
    return {facet: counts_by(db, text, _filters(chosen), facet) for facet in FACETS}


def _counts_of_everything(db: Database) -> dict[str, list[tuple[str, int]]]:
    """Of the whole archive, each from the index of its column; authors have none, and reading every article takes long."""
    found: dict[str, list[tuple[str, int]]] = {"author": []}
    for name in ("site", "channel", "source", "editor"):
        rows = db.execute(f"SELECT {name}, count(*) FROM articles WHERE {name} > '' GROUP BY 1 ORDER BY 2 DESC, 1")
        found[name] = [tuple(row) for row in rows]
    years = db.execute("SELECT substr(published_at, 1, 4), count(*) FROM articles GROUP BY 1 ORDER BY 1 DESC")
    return {**found, "year": [tuple(row) for row in years]}


def names_in(text: str) -> set[str]:
    """The people of a JSON list; none where another tool wrote something else."""
    try:
        names = json.loads(text)
    except ValueError:
        return set()
    return {name for name in names if isinstance(name, str) and name} if isinstance(names, list) else set()


# --- conditions ----------------------------------------------------------------------


def _where(chosen: Chosen) -> str:
    parts = []
    if chosen.sites:
        parts.append(f"site IN ({', '.join(f':site{at}' for at in range(len(chosen.sites)))})")
    if chosen.since:
        parts.append("published_at >= :since")
    if chosen.until:
        parts.append("published_at < :until")
    parts += [f"{name} = :{name}" for name in ("channel", "source", "editor") if getattr(chosen, name)]
    if chosen.author:
        # The name as it stands in the JSON list, quotes included: no other name holds it.
        parts.append("instr(authors, :author) > 0")
    return " AND ".join(parts) or "1"


def _values(chosen: Chosen) -> dict[str, Any]:
    values: dict[str, Any] = {f"site{at}": site for at, site in enumerate(chosen.sites)}
    values |= {name: getattr(chosen, name) for name in ("channel", "source", "editor", "since")}
    # U+FFFF sorts behind every time of that day, month or year.
    values |= {"until": f"{chosen.until}\uffff", "author": json.dumps(chosen.author, ensure_ascii=False)}
    return values


def condition_of(kind: str, name: str) -> Chosen:
    """All articles of an edition, a channel, a source, an editor or an author."""
    if kind == "edition":
        return Chosen(sites=(name,))
    return Chosen(
        channel=name if kind == "channel" else "",
        source=name if kind == "source" else "",
        editor=name if kind == "editor" else "",
        author=name if kind == "author" else "",
    )


def rows_of(db: Database, columns: str, chosen: Chosen) -> list[Any]:
    """Some columns of every article of what is chosen."""
    return list(db.execute(f"SELECT {columns} FROM articles WHERE {_where(chosen)}", _values(chosen)))

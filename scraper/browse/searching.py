"""What the pages ask of `archive.search`: hits in its order, how many, and how they part by edition, source, year.

The one module here that knows how a search is made. Where no word is asked
for, all articles of what is chosen.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from scraper.archive.facets import facet_counts
from scraper.archive.search import Filters, Hit, search

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

    @property
    def filters(self) -> Filters:
        return Filters(
            sites=self.sites,
            since=self.since,
            until=self.until,
            source=self.source,
            editor=self.editor,
            channel=self.channel,
            author=self.author,
            whole=True,
        )


@dataclass(frozen=True, slots=True)
class Results:
    ids: list[int]
    """Of the hits on this page, in their order."""
    total: int
    hits: dict[int, Hit] = field(default_factory=dict)
    """By id."""


def find(
    db: Database, text: str, chosen: Chosen, *, sort: str, limit: int, offset: int = 0, unique: bool = False
) -> Results:
    """Hits as `scraper search` finds and orders them. Raises `UsageError` for words without a letter."""
    found = search(
        db, text, chosen.filters, sort=sort, limit=limit, offset=offset, unique=unique, everything=not text.strip()
    )
    return Results([hit.id for hit in found.hits], found.total, {hit.id: hit for hit in found.hits})


def counts(db: Database, text: str, chosen: Chosen, *, unique: bool = False) -> dict[str, list[tuple[str, int]]]:
    """For each of `FACETS` the values of all that is found, the most frequent first; years the newest first."""
    return facet_counts(db, text, chosen.filters, FACETS, unique=unique, everything=not text.strip())


def names_in(text: str) -> set[str]:
    """The people of a JSON list; none where another tool wrote something else."""
    try:
        names = json.loads(text)
    except ValueError:
        return set()
    return {name for name in names if isinstance(name, str) and name} if isinstance(names, list) else set()


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


def rows_of(db: Database, columns: str, kind: str, name: str) -> list[Any]:
    """Some columns of every article of an edition, a channel, a source, an editor or an author."""
    where = "instr(authors, ?) > 0" if kind == "author" else f"{'site' if kind == 'edition' else kind} = ?"
    # A name as it stands in the JSON list, quotes included: no other name holds it.
    value = json.dumps(name, ensure_ascii=False) if kind == "author" else name
    return list(db.execute(f"SELECT {columns} FROM articles WHERE {where}", [value]))

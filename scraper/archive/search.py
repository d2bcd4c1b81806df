"""Search over the archive: any Chinese word, wherever it stands.

archive/matches.py tells what matches. By relevance the best candidates of each tier
come first, ranked by archive/ranking.py, then the rest, newest first, so that
limit and offset lead through every match once. Totals are exact.
"""

import json
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any as Anything

from scraper.archive import index, stories
from scraper.archive.by_date import newest, oldest
from scraper.archive.by_relevance import best
from scraper.archive.connect import open_for_reading, open_for_writing, sqlite_errors
from scraper.archive.database import Database
from scraper.archive.folding import BOUNDARY, units
from scraper.archive.marks import Snippet, find_hits, snippet
from scraper.archive.matches import THESE, Matches, Memory
from scraper.archive.query import Any, Dates, Node, Query, Site, Term, Whole, parse
from scraper.archive.tokens import strings
from scraper.errors import ArchiveError, UsageError


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
    whole: bool = False
    """These four are whole values, letter by letter: what a facet counts is what choosing it finds."""

    def nodes(self) -> tuple[Node, ...]:
        found: list[Node] = []
        if self.sites:
            found.append(Any(tuple(map(Site, self.sites))))
        if self.since or self.until:
            found.append(Dates(self.since, self.until))
        for name in ("source", "editor", "channel", "author"):
            value = getattr(self, name)
            if value and self.whole:
                found.append(Whole(name, value))
            elif value:
                # What has no letter stands nowhere: U+001E is in no text.
                found.append(Term(value, units(value) or BOUNDARY, name))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Copy:
    """Another hit that prints the same story."""

    id: int
    url: str
    site: str
    region: str
    published_at: str


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
    copies: tuple[Copy, ...] = ()
    """Where each story is asked for once: the hits that this one stands for, in order of publication."""


@dataclass(frozen=True, slots=True)
class Results:
    hits: tuple[Hit, ...]
    total: int
    """Of all articles that match, not only these; of stories, where each is asked for once."""
    query: Query


def search(
    db: Database,
    text: str,
    filters: Filters | None = None,
    *,
    sort: str = "relevance",
    limit: int = 20,
    offset: int = 0,
    unique: bool = False,
    everything: bool = False,
    memory: Memory | None = None,
) -> Results:
    """Articles that hold what is asked for, best, newest or oldest first; `limit` -1 means all.

    `unique` shows each story once, by its first hit in that order. With
    `everything`, neither text nor filters mean all articles. `memory` is
    kept by whoever asks often, for as long as the archive stays as it is.

    Raises `UsageError` when neither the text nor the filters ask for anything.
    """
    query = understood(text, filters, everything=everything)
    found = Matches(db, query, memory)
    end = None if limit < 0 else offset + limit
    stream = _in_order(found, sort)
    page = list(islice(stories.each_once(db, stream) if unique else stream, offset, end))
    hits = _hits(db, query, page)
    if unique:
        hits = _with_copies(found, hits)
    short = len(page) < limit or limit < 0
    total = offset + len(page) if short and (page or not offset) else found.total(unique=unique)
    return Results(tuple(hits), total, query)


def news(
    db: Database, text: str, filters: Filters | None = None, *, after: int, unique: bool = False
) -> tuple[Hit, ...]:
    """The matches with a higher id than `after`, newest first; with `unique` the stories that no match up to it told."""
    query = understood(text, filters)
    found = Matches(db, query)
    stream = ((identity, 0.0) for identity in found.later(after))
    if not unique:
        return tuple(_hits(db, query, list(stream)))
    hits = _with_copies(found, _hits(db, query, list(stories.each_once(db, stream))))
    return tuple(hit for hit in hits if all(copy.id > after for copy in hit.copies))


def _in_order(found: Matches, sort: str) -> Iterator[tuple[int, float]]:
    """Every match once, with its score."""
    if sort == "oldest":
        return ((identity, 0.0) for identity in oldest(found))
    if sort == "date" or not found.terms:
        return ((identity, 0.0) for identity in newest(found))
    return best(found)


def understood(text: str, filters: Filters | None = None, *, everything: bool = False) -> Query:
    """The query with its filters, or `UsageError` when there is nothing to look for."""
    nodes = (filters or Filters()).nodes()
    query = parse(text, alone=not nodes)
    if not query and (text.strip() or not (nodes or everything)):
        why = f" ({'; '.join(query.notes)})" if query.notes else ""
        raise UsageError(f"nothing to look for in {text[:60]!r}{why}; give a word, for example: scraper search 黄河")
    return query.narrowed(*nodes)


def matching_ids(db: Database, text: str, filters: Filters | None = None) -> list[int]:
    """The ids of every article that holds what is asked for, newest first; none where nothing is asked for."""
    try:
        query = understood(text, filters)
    except UsageError:
        return []
    return list(newest(Matches(db, query)))


def count(db: Database, query: Query, *, unique: bool = False) -> int:
    """How many articles match, or how many stories."""
    return Matches(db, query).total(unique=unique)


def _with_copies(found: Matches, hits: list[Hit]) -> list[Hit]:
    """The hits, each with the others that print its story."""
    members = stories.members_of(found.db, [hit.id for hit in hits])
    matching = found.holding([copy.article for copies in members.values() for copy in copies])
    return [
        replace(
            hit,
            copies=tuple(
                Copy(copy.article, copy.url, copy.site, copy.region, copy.published_at)
                for copy in members.get(hit.id, ())
                if copy.article in matching and copy.article != hit.id
            ),
        )
        for hit in hits
    ]


def _hits(db: Database, query: Query, page: list[tuple[int, float]]) -> list[Hit]:
    columns = (
        "articles.id, url, title, site, region, kind, channel, published_at, source, editor, authors, body, captions"
    )
    rows = db.execute(
        f"SELECT {columns} FROM {THESE}",
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

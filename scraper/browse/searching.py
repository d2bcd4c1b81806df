"""What the pages ask of `archive.search`: hits in its order, how many, and how they part by edition, source, year.

The one module here that knows how a search is made. Where no word is asked
for, all articles of what is chosen.
"""

from contextlib import suppress
from dataclasses import dataclass, field

from scraper.archive.database import Database
from scraper.archive.facets import facet_counts
from scraper.archive.matches import Matches
from scraper.archive.search import Filters, Hit, search, understood
from scraper.browse import columns

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
    held = columns.current(db)
    found = search(
        db,
        text,
        chosen.filters,
        sort=sort,
        limit=limit,
        offset=offset,
        unique=unique,
        everything=not text.strip(),
        memory=held.found if held else None,
    )
    return Results([hit.id for hit in found.hits], found.total, {hit.id: hit for hit in found.hits})


def counts(db: Database, text: str, chosen: Chosen, *, unique: bool = False) -> dict[str, list[tuple[str, int]]]:
    """For each of `FACETS` the values of all that is found, the most frequent first; years the newest first."""
    return parts(db, text, chosen, FACETS, unique=unique)


def parts(
    db: Database, text: str, chosen: Chosen, facets: tuple[str, ...], *, unique: bool = False
) -> dict[str, list[tuple[str, int]]]:
    """As `counts`, by any facets of `archive.facets`."""
    everything = not text.strip()
    if held := columns.current(db):
        found = Matches(db, understood(text, chosen.filters, everything=everything), held.found)
        # An article stored this very moment may be found and not yet held.
        with suppress(IndexError):
            return held.of_search(db, found, facets, unique=unique)
    counted = facet_counts(db, text, chosen.filters, facets, unique=unique, everything=everything)
    return {
        name: values if name in ("year", "month") else values[: columns.MOST_VALUES] for name, values in counted.items()
    }


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


@dataclass(frozen=True, slots=True)
class Parts:
    """All articles of an edition, a channel, a source, an editor or an author."""

    total: int
    counts: dict[str, list[tuple[str, int]]]
    """By `FACETS` and by month."""
    newest: list[int]


def parts_of(db: Database, kind: str, name: str, newest: int) -> Parts:
    if held := columns.current(db):
        ids = held.bearing(kind, name)
        return Parts(len(ids), held.counted((*FACETS, "month"), ids), held.newest(ids, newest))
    chosen = condition_of(kind, name)
    found = find(db, "", chosen, sort="date", limit=newest)
    return Parts(found.total, parts(db, "", chosen, (*FACETS, "month")), found.ids)

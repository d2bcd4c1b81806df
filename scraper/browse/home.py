"""The first page: what the archive holds, edition by edition, its newest articles, and where to search."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from scraper.archive.query import Query
from scraper.browse import archives, cards, typography
from scraper.browse.cards import Card

_NEWEST = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """A name, how many articles it has, and where they are listed."""

    label: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class Holding:
    """One archive as the first page tells of it."""

    name: str
    href: str
    articles_href: str
    articles: int
    pictures: int
    first: str
    last: str
    editions: list[Entry]
    years: list[Entry]
    newest: list[Card]
    failing: int
    """Pages that could not be fetched or read."""


async def holdings(datasette: Any, actor: Any) -> list[Holding]:
    """Every attached archive that this visitor may read."""
    readable = [name for name in await archives.look(datasette) if await archives.may_read(datasette, actor, name)]
    return [await _holding(datasette, name) for name in readable]


async def _holding(datasette: Any, name: str) -> Holding:
    articles = datasette.urls.table(name, "articles")
    first, last, count = (await _rows(datasette, name, _SPAN) or [("", "", 0)])[0]
    pictures, failing = (await _rows(datasette, name, _COUNTS) or [(0, 0)])[0]
    href = cards.hrefs(datasette, name)
    return Holding(
        name=name,
        href=datasette.urls.database(name),
        articles_href=articles,
        articles=count,
        pictures=pictures,
        first=typography.day(first or ""),
        last=typography.day(last or ""),
        editions=[
            Entry(label or code, found, f"{articles}?{urlencode({'site': code})}")
            for code, label, found in await _rows(datasette, name, _EDITIONS)
        ],
        years=[
            Entry(year, found, f"{articles}?{urlencode({'published_at__startswith': year})}")
            for year, found in await _rows(datasette, name, _YEARS)
        ],
        newest=[cards.card(row, href(row["id"]), Query()) for row in await _rows(datasette, name, _NEWEST_ARTICLES)],
        failing=failing,
    )


_SPAN = "SELECT min(published_at), max(published_at), count(*) FROM articles"
_COUNTS = "SELECT (SELECT count(*) FROM images), (SELECT count(*) FROM pages WHERE error IS NOT NULL)"
_EDITIONS = """
SELECT found.site, sites.name, found.articles
FROM (SELECT site, count(*) AS articles FROM articles GROUP BY site) AS found
LEFT JOIN sites ON sites.code = found.site ORDER BY found.articles DESC, found.site
"""
_YEARS = "SELECT substr(published_at, 1, 4), count(*) FROM articles GROUP BY 1 ORDER BY 1 DESC"
_NEWEST_ARTICLES = (
    f"SELECT {', '.join(cards.COLUMNS)} FROM articles ORDER BY published_at DESC, id DESC LIMIT {_NEWEST}"
)


async def _rows(datasette: Any, name: str, sql: str) -> list[Any]:
    """The rows, or none where counting takes longer than Datasette allows: the page is shown without."""
    from datasette.database import QueryInterrupted

    try:
        return list((await datasette.get_database(name).execute(sql)).rows)
    except QueryInterrupted:
        return []

"""An article in a list: what is seen of it before it is opened."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from scraper.archive import marks
from scraper.archive.marks import Snippet
from scraper.archive.query import Query
from scraper.archive.search import Copy, Hit
from scraper.browse import typography
from scraper.browse.words import Words

# What a card is made from; a request that leaves one out with `_col=` gets Datasette's table.
COLUMNS = (
    "id",
    "url",
    "site",
    "title",
    "published_at",
    "region",
    "channel",
    "source",
    "editor",
    "kind",
    "body",
    "captions",
    "gone_at",
    "first_seen",
    "changed_at",
)
_SNIPPET = 96
_KINDS = ("gallery", "video")


@dataclass(frozen=True, slots=True)
class Card:
    id: int
    href: str
    url: str
    site: str
    title: Markup
    plain_title: str
    published_at: str
    moment: str
    region: str
    place: str
    """The edition's name in the visitor's language."""
    channel: str | None
    source: str | None
    editor: str | None
    kind: str | None
    """Pictures or video, in the visitor's language; None for an ordinary article."""
    snippet: Markup
    plain_snippet: Snippet
    gone: bool
    edited: bool
    changed_at: str
    copies: tuple[Copy, ...] = ()
    """The others of its story that this one stands for."""
    copied_by: str = ""
    """Where the copies stand, each place once."""


def card(row: Any, href: str, query: Query, t: Words, hit: Hit | None = None) -> Card:
    """A row with `COLUMNS`, its hits marked in title and snippet: those that search found, else those of the query."""
    snippet = hit.snippet if hit else marks.snippet(query, [row["body"], row["captions"]], _SNIPPET)
    title = row["title"].strip() or t("untitled")
    copies = hit.copies if hit else ()
    return Card(
        id=row["id"],
        href=href,
        url=row["url"],
        site=row["site"],
        title=typography.marked(Snippet(title, tuple(marks.find_hits(query, title)))),
        published_at=row["published_at"],
        plain_title=title,
        moment=t.minute(row["published_at"]),
        region=row["region"],
        place=t.edition(row["site"], row["region"]),
        channel=row["channel"],
        source=row["source"],
        editor=row["editor"],
        kind=t(row["kind"]) if row["kind"] in _KINDS else None,
        snippet=typography.marked(snippet),
        plain_snippet=snippet,
        gone=bool(row["gone_at"]),
        edited=row["changed_at"] > row["first_seen"],
        changed_at=row["changed_at"],
        copies=copies,
        copied_by=t.listed(list(dict.fromkeys(t.edition(copy.site, copy.region) for copy in copies))),
    )


def hrefs(datasette: Any, database: str) -> Callable[[object], str]:
    """The address of an article's page by its id."""
    articles = datasette.urls.table(database, "articles")
    return lambda identity: f"{articles}/{identity}"

"""An article in a list: what is seen of it before it is opened."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from scraper.archive import marks
from scraper.archive.marks import Snippet
from scraper.archive.query import Query
from scraper.browse import typography

# What a card is made from; a request that leaves one out with `_col=` gets Datasette's table.
COLUMNS = (
    "id",
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
)
_SNIPPET = 96
_UNTITLED = "（无标题）"
_KINDS = {"gallery": "组图", "video": "视频"}


@dataclass(frozen=True, slots=True)
class Card:
    href: str
    title: Markup
    published_at: str
    moment: str
    region: str
    channel: str | None
    source: str | None
    editor: str | None
    kind: str | None
    """`组图` or `视频`; None for an ordinary article."""
    snippet: Markup
    gone: bool


def card(row: Any, href: str, query: Query) -> Card:
    """A row with `COLUMNS`, its hits marked in title and snippet."""
    snippet = marks.snippet(query, [row["body"], row["captions"]], _SNIPPET)
    title = row["title"].strip() or _UNTITLED
    return Card(
        href=href,
        title=typography.marked(Snippet(title, tuple(marks.find_hits(query, title)))),
        published_at=row["published_at"],
        moment=typography.minute(row["published_at"]),
        region=row["region"],
        channel=row["channel"],
        source=row["source"],
        editor=row["editor"],
        kind=_KINDS.get(row["kind"]),
        snippet=typography.marked(snippet),
        gone=bool(row["gone_at"]),
    )


def hrefs(datasette: Any, database: str) -> Callable[[object], str]:
    """The address of an article's page by its id."""
    articles = datasette.urls.table(database, "articles")
    return lambda identity: f"{articles}/{identity}"

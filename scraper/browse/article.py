"""The page of one article: its blocks in reading order, and everything the archive knows about it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from scraper.browse import cards, typography


@dataclass(frozen=True, slots=True)
class Picture:
    """Pictures that share a caption and a place. The addresses are printed; nothing is loaded from them."""

    caption: str
    credit: str
    """The end of the caption that names who made the picture, `""` where it does not end so."""
    alt: str
    links: tuple[str, ...]
    addresses: tuple[str, ...]
    """Addresses that are no links."""


@dataclass(frozen=True, slots=True)
class Block:
    kind: Literal["paragraph", "heading", "table", "picture"]
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Neighbour:
    href: str
    title: str
    day: str


@dataclass(frozen=True, slots=True)
class ArticlePage:
    row: Any
    title: str
    blocks: list[Block]
    authors: list[str]
    contributors: list[str]
    published: str
    fetched: str
    gone: str | None
    original: str | None
    next_page: str | None
    capture: Any
    """`id`, `fetched_at`, `sha256`, `status` of the response it was read from, or None."""
    revisions: int
    older: Neighbour | None
    newer: Neighbour | None


async def page(datasette: Any, database: str, key: str) -> ArticlePage | None:
    """The article of that id, or None."""
    db = datasette.get_database(database)
    row = (await db.execute("SELECT * FROM articles WHERE id = ?", [key])).first()
    if row is None:
        return None
    images = (await db.execute("SELECT * FROM images WHERE article = ? ORDER BY number", [row["id"]])).rows
    capture = (await db.execute(_CAPTURE, [row["capture"]])).first()
    revisions = (await db.execute("SELECT count(*) FROM revisions WHERE article = ?", [row["id"]])).first()[0]
    fetched_at = capture["fetched_at"] if capture else row["first_seen"]
    return ArticlePage(
        row=row,
        title=row["title"].strip() or "（无标题）",
        blocks=blocks(row["body"], _listed(row["sections"]), images),
        authors=[str(name) for name in _listed(row["authors"])],
        contributors=[str(name) for name in _listed(row["contributors"])],
        published=typography.moment(row["published_at"]),
        fetched=typography.beijing(fetched_at),
        gone=typography.beijing(row["gone_at"]) if row["gone_at"] else None,
        original=typography.link(row["url"]),
        next_page=typography.link(row["next_page"]),
        capture=capture,
        revisions=revisions,
        older=await _neighbour(datasette, database, row, "<", "DESC"),
        newer=await _neighbour(datasette, database, row, ">", "ASC"),
    )


_CAPTURE = "SELECT id, fetched_at, sha256, status FROM captures WHERE id = ?"


async def _neighbour(datasette: Any, database: str, row: Any, side: str, order: str) -> Neighbour | None:
    """The article before or after it in the same channel of the same edition."""
    found = await datasette.get_database(database).execute(
        "SELECT id, title, published_at FROM articles WHERE site = :site AND channel IS :channel"
        f" AND (published_at, id) {side} (:published_at, :id) ORDER BY published_at {order}, id {order} LIMIT 1",
        {name: row[name] for name in ("site", "channel", "published_at", "id")},
    )
    other = found.first()
    if other is None:
        return None
    href = cards.hrefs(datasette, database)(other["id"])
    return Neighbour(href, other["title"], typography.day(other["published_at"]))


def _listed(text: str) -> list[Any]:
    """A JSON list; what is none, because another tool wrote it, is empty."""
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return found if isinstance(found, list) else []


# --- blocks --------------------------------------------------------------------------


def blocks(body: str, sections: list[Any], images: Iterable[Any]) -> list[Block]:
    """Paragraphs, sub-headings, tables and pictures in the order of the page.

    A picture follows the paragraph of its `position`; one behind the last
    paragraph stands at the end.
    """
    paragraphs = [paragraph for paragraph in body.split("\n\n") if paragraph.strip()]
    headings = {section.get("start") for section in sections if isinstance(section, dict)}
    pictures = _pictures(images, last=len(paragraphs) - 1)
    found = list(pictures.get(-1, ()))
    for index, paragraph in enumerate(paragraphs):
        found.append(_block(paragraph, index in headings))
        found += pictures.get(index, ())
    return list(_with_tables_joined(found))


def _block(paragraph: str, is_heading: bool) -> Block:
    if is_heading:
        return Block("heading", paragraph)
    if "\t" in paragraph:
        return Block("table", rows=tuple(tuple(line.split("\t")) for line in paragraph.split("\n")))
    return Block("paragraph", paragraph)


def _pictures(images: Iterable[Any], last: int) -> dict[int, list[Block]]:
    found: dict[int, list[Block]] = {}

    def place(image: Any) -> tuple[int, str]:
        return max(-1, min(image["position"], last)), image["caption"] or ""

    for (position, _), group in groupby(images, key=place):
        found.setdefault(position, []).append(Block("picture", picture=_picture(list(group))))
    return found


def _picture(images: list[Any]) -> Picture:
    caption, credit = (images[0]["caption"] or "").strip(), (images[0]["credit"] or "").strip()
    apart = bool(credit) and caption.endswith(credit)
    return Picture(
        caption=caption.removesuffix(credit).strip() if apart else caption,
        credit=credit if apart or not caption else "",
        alt=images[0]["alt"].strip(),
        links=tuple(url for image in images if (url := typography.link(image["src"]))),
        addresses=tuple(image["src"] for image in images if not typography.link(image["src"])),
    )


def _with_tables_joined(found: Iterable[Block]) -> Iterator[Block]:
    """Rows that follow one another are one table."""
    for kind, group in groupby(found, key=lambda block: block.kind):
        if kind == "table":
            yield Block("table", rows=tuple(row for block in group for row in block.rows))
        else:
            yield from group

"""The page of one article: its blocks in reading order, and everything the archive knows about it."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from scraper.archive import history, store
from scraper.archive.database import Database
from scraper.archive.stories import Story, story_of
from scraper.browse import citation, elsewhere, pictures, typography, versions
from scraper.browse.citation import Cited
from scraper.browse.elsewhere import Printing
from scraper.browse.pictures import Kept
from scraper.browse.versions import Version
from scraper.browse.visit import Shown, Visit
from scraper.models import Disagreement


@dataclass(frozen=True, slots=True)
class Picture:
    """Pictures that share a caption and a place: shown where they are kept; nothing is loaded from their addresses."""

    caption: str
    credit: str
    """The end of the caption that names who made the picture, `""` where it does not end so."""
    alt: str
    links: tuple[str, ...]
    addresses: tuple[str, ...]
    """Addresses that are no links."""
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    kind: Literal["paragraph", "heading", "table", "picture"]
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Neighbour:
    id: int
    href: str
    title: str
    day: str


@dataclass(frozen=True, slots=True)
class ArticlePage:
    visit: Visit
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
    versions: list[Version]
    """The newest first."""
    elsewhere: list[Printing]
    """Who else printed the story, in order of publication."""
    disagreements: list[Disagreement]
    older: Neighbour | None
    newer: Neighbour | None
    gb7714: str
    bibtex: str


@dataclass(frozen=True, slots=True)
class _Found:
    row: Any
    images: list[Any]
    capture: Any
    revisions: list[history.Revision]
    story: Story | None
    older: Any
    newer: Any


async def page(visit: Visit, key: str) -> ArticlePage | None:
    """The article of that id, or None."""
    found = await visit.ask(lambda db: _find(db, key))
    if found is None:
        return None
    row, t = found.row, visit.t
    authors = [str(name) for name in _listed(row["authors"])]
    fetched_at = found.capture["fetched_at"] if found.capture else row["first_seen"]
    cited = _cited(row, authors, fetched_at)
    return ArticlePage(
        visit=visit,
        row=row,
        title=row["title"].strip() or t("untitled"),
        blocks=blocks(row["body"], _listed(row["sections"]), found.images, lambda image: pictures.kept(visit, image)),
        authors=authors,
        contributors=[str(name) for name in _listed(row["contributors"])],
        published=t.moment(row["published_at"]),
        fetched=t.beijing(fetched_at),
        gone=t.beijing(row["gone_at"]) if row["gone_at"] else None,
        original=typography.link(row["url"]),
        next_page=typography.link(row["next_page"]),
        capture=found.capture,
        versions=versions.versions(visit, row["id"], found.revisions),
        elsewhere=elsewhere.printings(visit, found.story, row["id"]),
        disagreements=list(_disagreements(row["disagreements"])),
        older=_neighbour(visit, found.older),
        newer=_neighbour(visit, found.newer),
        gb7714=citation.gb7714(cited),
        bibtex=citation.bibtex(cited),
    )


def _find(db: Database, key: str) -> _Found | None:
    row = db.execute("SELECT * FROM articles WHERE id = ?", [key]).fetchone()
    if row is None:
        return None
    return _Found(
        row=row,
        images=list(db.execute(_IMAGES, [row["id"]])),
        capture=db.execute(_CAPTURE, [row["capture"]]).fetchone(),
        revisions=history.revisions_of(db, row["id"]),
        story=story_of(db, row["id"]),
        older=_beside(db, row, "<", "DESC"),
        newer=_beside(db, row, ">", "ASC"),
    )


_CAPTURE = "SELECT id, fetched_at, sha256, status FROM captures WHERE id = ?"
_IMAGES = """
SELECT i.*, m.type, m.width, m.height FROM images i LEFT JOIN media m ON m.sha256 = i.media
WHERE i.article = ? ORDER BY i.number
"""


def _beside(db: Database, row: Any, side: str, order: str) -> Any:
    """The article before or after it in the same channel of the same edition."""
    return db.execute(
        "SELECT id, title, published_at FROM articles WHERE site = :site AND channel IS :channel"
        f" AND (published_at, id) {side} (:published_at, :id) ORDER BY published_at {order}, id {order} LIMIT 1",
        {name: row[name] for name in ("site", "channel", "published_at", "id")},
    ).fetchone()


def _neighbour(visit: Visit, row: Any) -> Neighbour | None:
    if row is None:
        return None
    return Neighbour(row["id"], visit.article(row["id"]), row["title"], visit.t.day(row["published_at"]))


def _disagreements(text: str) -> Iterator[Disagreement]:
    for one in _listed(text):
        if isinstance(one, dict):
            yield Disagreement(*(str(one.get(name) or "") for name in ("field", "value", "read_from")))


def _cited(row: Any, authors: list[str], fetched_at: str) -> Cited:
    return Cited(
        site=row["site"],
        number=row["id"],
        title=" ".join(row["title"].split()),
        authors=tuple(authors),
        source=row["source"] or "",
        published=row["published_at"][:10],
        fetched=typography.iso(typography.beijing(fetched_at))[:10],
        url=row["url"],
    )


async def record(visit: Visit) -> Shown | None:
    """`/-/article/7.json`: the whole record, what it was read from, its citations; `/-/article/7` leads to the page."""
    shown = await page(visit, visit.variables["id"])
    if shown is None:
        return None
    found = await visit.ask(lambda db: store.load_record(db, visit.variables["id"])) or {}
    # `load_record` understands addresses, too; here it is asked by id alone.
    beside = {
        "capture_record": dict(shown.capture) if shown.capture else None,
        "revisions": [
            {"number": one.number, "digest": one.digest, "cause": one.cause, "how": one.how}
            | {"record": visit.absolute(one.record)}
            for one in shown.versions
        ],
        "elsewhere": elsewhere.record(visit, shown.elsewhere),
        "citation": {"gb7714": shown.gb7714, "bibtex": shown.bibtex},
        "older": visit.absolute(visit.record_of(shown.older.id)) if shown.older else None,
        "newer": visit.absolute(visit.record_of(shown.newer.id)) if shown.newer else None,
        "page_address": visit.absolute(visit.article(shown.row["id"])),
    }
    return Shown("", {}, {**found, **beside}, moved_to=visit.article(shown.row["id"]))


def _listed(text: str) -> list[Any]:
    """A JSON list; what is none, because another tool wrote it, is empty."""
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return found if isinstance(found, list) else []


# --- blocks --------------------------------------------------------------------------


Keep = Callable[[Any], Kept | None]


def blocks(body: str, sections: list[Any], images: Iterable[Any], keep: Keep = lambda image: None) -> list[Block]:
    """Paragraphs, sub-headings, tables and pictures in the order of the page.

    A picture follows the paragraph of its `position`; one behind the last
    paragraph stands at the end.
    """
    paragraphs = [paragraph for paragraph in body.split("\n\n") if paragraph.strip()]
    headings = {section.get("start") for section in sections if isinstance(section, dict)}
    placed = _pictures(images, len(paragraphs) - 1, keep)
    found = list(placed.get(-1, ()))
    for index, paragraph in enumerate(paragraphs):
        found.append(_block(paragraph, index in headings))
        found += placed.get(index, ())
    return list(_with_tables_joined(found))


def _block(paragraph: str, is_heading: bool) -> Block:
    if is_heading:
        return Block("heading", paragraph)
    if "\t" in paragraph:
        return Block("table", rows=tuple(tuple(line.split("\t")) for line in paragraph.split("\n")))
    return Block("paragraph", paragraph)


def _pictures(images: Iterable[Any], last: int, keep: Keep) -> dict[int, list[Block]]:
    found: dict[int, list[Block]] = {}

    def place(image: Any) -> tuple[int, str]:
        return max(-1, min(image["position"], last)), image["caption"] or ""

    for (position, _), group in groupby(images, key=place):
        found.setdefault(position, []).append(Block("picture", picture=_picture(list(group), keep)))
    return found


def _picture(images: list[Any], keep: Keep) -> Picture:
    caption, credit = (images[0]["caption"] or "").strip(), (images[0]["credit"] or "").strip()
    apart = bool(credit) and caption.endswith(credit)
    return Picture(
        caption=caption.removesuffix(credit).strip() if apart else caption,
        credit=credit if apart or not caption else "",
        alt=images[0]["alt"].strip(),
        links=tuple(url for image in images if (url := typography.link(image["src"]))),
        addresses=tuple(image["src"] for image in images if not typography.link(image["src"])),
        kept=tuple(shown for image in images if (shown := keep(image))),
    )


def _with_tables_joined(found: Iterable[Block]) -> Iterator[Block]:
    """Rows that follow one another are one table."""
    for kind, group in groupby(found, key=lambda block: block.kind):
        if kind == "table":
            yield Block("table", rows=tuple(row for block in group for row in block.rows))
        else:
            yield from group

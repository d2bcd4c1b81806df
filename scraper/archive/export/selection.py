"""What an export holds: which articles, which captures, whether with their text."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scraper.archive.database import Database
from scraper.archive.search import matching_ids, understood

NOTICE = (
    "Archived from China News Service (中国新闻社) and its regional editions for private research and news monitoring. "
    "The rights in every text and picture remain with its publisher; the page's own sentence is in `rights`, its "
    "address in `url`. Do not republish or mirror without the publisher's written consent (未经书面授权，禁止转载、镜像)."
)
SNIPPET = 120
"""Characters of the text that go out without `--full-text`."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What is wanted. Empty means any."""

    sites: tuple[str, ...] = ()
    since: str = ""
    """First day of publication (of captures: of fetching), `2022`, `2022-07` or `2022-07-20`."""
    until: str = ""
    """Last day, inclusive."""
    query: str = ""
    full_text: bool = False
    reserved: bool = False
    """Whether texts whose publisher reserved text and data mining go out as well."""


METADATA = (
    "url site region kind channel title published_at source editor authors contributors rights"
    " noarchive tdm_reservation tdm_policy withheld first_seen changed_at gone_at layout agreement pages next_page"
).split()
TEXT = "body sections charset replaced".split()
_LISTS = ("authors", "contributors", "sections")


def articles(db: Database, chosen: Selection, *, by_site: bool = False) -> Iterator[dict[str, Any]]:
    """The chosen articles as records, oldest first (`by_site`: edition by edition); text as the selection says.

    A text left out because its publisher reserved mining has `withheld` say so.
    Raises `UsageError` for a query without a word.
    """
    condition, parameters = articles_condition(db, chosen)
    order = "a.site, a.published_at, a.url" if by_site else "a.published_at, a.url"
    ids = db.execute(f"SELECT a.id FROM articles a WHERE {condition} ORDER BY {order}", parameters).fetchall()
    for (identity,) in ids:
        yield _record(db, identity, chosen)


def articles_condition(db: Database, chosen: Selection) -> tuple[str, list[Any]]:
    """SQL over `a` (articles) for the chosen articles, as `articles` chooses them."""
    return _condition(db, chosen, "a", "a.published_at")


def captures_condition(db: Database, chosen: Selection) -> tuple[str, list[Any]]:
    """SQL over `c` (captures) and `p` (pages) for the chosen captures: by edition, day fetched, article found."""
    condition, parameters = _condition(db, chosen, "p", "c.fetched_at")
    # A body that was withheld is no response; one that is reserved goes out on demand only.
    condition += " AND c.withheld IS NULL"
    if not chosen.reserved:
        condition += " AND coalesce(c.tdm_reservation, 0) = 0"
    return condition, parameters


def reserved_captures(db: Database, chosen: Selection) -> int:
    """How many captures the selection leaves out because mining is reserved, or because they were withheld."""
    condition, parameters = _condition(db, chosen, "p", "c.fetched_at")
    mined = "" if chosen.reserved else " OR coalesce(c.tdm_reservation, 0) <> 0"
    found = db.execute(
        f"SELECT count(*) FROM captures c JOIN pages p ON p.id = c.page WHERE {condition}"
        f" AND (c.withheld IS NOT NULL{mined})",
        parameters,
    ).fetchone()
    return int(found[0])


def _condition(db: Database, chosen: Selection, table: str, moment: str) -> tuple[str, list[Any]]:
    parts, parameters = ["1"], list[Any]()
    if chosen.sites:
        parts.append(f"{table}.site IN ({', '.join('?' * len(chosen.sites))})")
        parameters += chosen.sites
    if chosen.since:
        parts.append(f"{moment} >= ?")
        parameters.append(chosen.since)
    if chosen.until:
        # U+FFFF sorts behind every time of that day, month or year.
        parts.append(f"{moment} < ?")
        parameters.append(chosen.until + "\uffff")
    if chosen.query:
        understood(chosen.query)
        found = "SELECT value FROM json_each(?)"
        pages = f"SELECT page FROM articles WHERE id IN ({found})"
        parts.append(f"{table}.id IN ({found if table == 'a' else pages})")
        parameters.append(json.dumps(matching_ids(db, chosen.query)))
    return " AND ".join(parts), parameters


def _record(db: Database, identity: int, chosen: Selection) -> dict[str, Any]:
    names = [*METADATA, *TEXT]
    row = db.execute(f"SELECT {', '.join(names)} FROM articles WHERE id = ?", [identity]).fetchone()
    stored = dict(zip(names, row, strict=True))
    for name in _LISTS:
        stored[name] = json.loads(stored[name])
    record = {name: stored[name] for name in METADATA} | {"notice": NOTICE}
    if stored["tdm_reservation"] and chosen.full_text and not chosen.reserved:
        record["withheld"] = record["withheld"] or "tdm-reservation"
        return record
    if not chosen.full_text:
        return record | {"snippet": " ".join(stored["body"].split())[:SNIPPET]}
    return record | {name: stored[name] for name in TEXT} | {"images": _images(db, identity)}


def _images(db: Database, identity: int) -> list[dict[str, Any]]:
    names = ("src", "alt", "caption", "credit", "position", "media")
    rows = db.execute(f"SELECT {', '.join(names)} FROM images WHERE article = ? ORDER BY number", [identity])
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]

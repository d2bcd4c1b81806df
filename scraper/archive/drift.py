"""Telling a changed site from a quiet day: each edition against its own past.

A crawl's new articles are compared with the edition's earlier ones, field by
field: how many have a source, an editor, a channel, authors, pictures, a text
of usual length, were read by a layout, agree with the label reader; and how
many pages could be read at all. What would be a freak chance if nothing had
changed is drift. Cron brings an edition one article or two at a time, so a few
new ones are looked at together with those that came just before. A day
without new articles says nothing; a listing that has lost nearly all its
links does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import comb, exp, lgamma

from scraper.archive.database import Database
from scraper.archive.frontier import FEWEST_LINKS
from scraper.models import Drift

FEWEST_NEW = 3
FEWEST_BEFORE = 8
BASELINE = 200
"""Earlier articles looked at, the latest of them."""
RECENT = (3, 6, 12, 24)
"""Articles looked at together where a crawl has fewer new ones."""
UNLIKELY = 0.001
"""Chance of a worse share than this if nothing had changed."""
UNLIKELY_RECENTLY = 0.0001
"""The same for articles of several crawls: every crawl looks at most of them again."""
LEAST_DROP = 0.3
USUALLY_MISSING = 0.02
"""Share of articles that have no editor and the like for reasons of their own, even where none of the earlier ones did."""
LEAST_AGREEMENT = 0.9
"""Below it the readers differ in a whole field, or in half of the text."""
_AS_THE_STORY_HAS_IT = ("authors", "images")
"""Not every story has them, and those of a day are alike: only their vanishing from all of them is drift."""
_FEWEST_TEXTS = 6
"""A quiet day may bring a few short reports and nothing else."""
_UNREADABLE = ("not-an-article", "missing-title", "missing-date", "missing-body", "undecodable", "hostile", "bug")
_LATEST_CAPTURES = 50_000
"""How far back pages are looked for that could be read or not."""


@dataclass(frozen=True, slots=True)
class _Reading:
    url: str
    seen_at: str
    good: dict[str, bool]


def find_drift(db: Database, site: str, run: int) -> list[Drift]:
    """What changed for the worse in this crawl of an edition."""
    return [*_fields(db, site, run), *_unreadable(db, site, run), *_listings(db, site, run)]


def _fields(db: Database, site: str, run: int) -> list[Drift]:
    new, before = _new_and_before(db, site, run)
    found = (_field_drift(site, field, new, before) for field in (new[0].good if new else ()))
    return [drift for drift in found if drift]


def _new_and_before(db: Database, site: str, run: int) -> tuple[list[_Reading], list[_Reading]]:
    """The articles of this crawl and those of earlier ones, the latest first."""
    started = db.execute("SELECT started_at FROM runs WHERE id = ?", [run]).fetchone()[0]
    shortest = _shortest_usual(db, site, started)
    new = _readings(db, "first_seen >= ?", site, started, BASELINE, shortest)
    return new, _readings(db, "first_seen < ?", site, started, BASELINE + max(RECENT), shortest) if new else []


def _field_drift(site: str, field: str, new: list[_Reading], before: list[_Reading]) -> Drift | None:
    both = [*new, *before]
    for size, unlikely in _sizes(len(new)):
        recent, earlier = both[:size], both[size : size + BASELINE]
        if len(recent) < size or len(earlier) < FEWEST_BEFORE or (field == "body" and size < _FEWEST_TEXTS):
            continue
        if size > len(new) and _share(new, field) > 0.5:
            continue
        was, now = (sum(reading.good[field] for reading in readings) for readings in (earlier, recent))
        if field in _AS_THE_STORY_HAS_IT and now:
            continue
        if is_drift(was, len(earlier), now, size, unlikely):
            example = next(reading.url for reading in recent if not reading.good[field])
            since = _beginning(recent, field)
            return Drift(site, field, round(was / len(earlier), 3), round(now / size, 3), example, since)
    return None


def _beginning(recent: list[_Reading], field: str) -> str:
    """When the earliest of the bad ones came from which on no more than half were good; those before are chance."""
    good, since = 0, ""
    for count, reading in enumerate(recent, 1):
        good += reading.good[field]
        if not reading.good[field] and good * 2 <= count:
            since = reading.seen_at
    return since


def _share(readings: list[_Reading], field: str) -> float:
    return sum(reading.good[field] for reading in readings) / len(readings)


def _sizes(new: int) -> Iterator[tuple[int, float]]:
    """How many of the latest are compared with those before, and how unlikely it must be."""
    if new >= FEWEST_NEW:
        yield new, UNLIKELY
    yield from ((size, UNLIKELY_RECENTLY) for size in RECENT if size > new)


def _readings(db: Database, condition: str, site: str, moment: str, limit: int, shortest: int) -> list[_Reading]:
    rows = db.execute(
        "SELECT url, first_seen, source, editor, channel, layout, agreement, length(body), authors,"
        " EXISTS (SELECT 1 FROM images WHERE article = articles.id) FROM articles"
        f" WHERE site = ? AND kind = 'article' AND {condition} ORDER BY id DESC LIMIT ?",
        [site, moment, limit],
    ).fetchall()
    return [
        _Reading(
            url,
            seen_at,
            {
                "source": source is not None,
                "editor": editor is not None,
                "channel": channel is not None,
                "layout": layout != "labels",
                "agreement": agreement is None or agreement >= LEAST_AGREEMENT,
                "body": length >= shortest,
                "authors": authors != "[]",
                "images": bool(images),
            },
        )
        for url, seen_at, source, editor, channel, layout, agreement, length, authors, images in rows
    ]


def _shortest_usual(db: Database, site: str, started: str) -> int:
    """Characters that nine of ten of the edition's first texts have; not of its latest, or shrinking would go unseen."""
    rows = db.execute(
        "SELECT length(body) FROM articles WHERE site = ? AND kind = 'article' AND first_seen < ? ORDER BY id LIMIT ?",
        [site, started, BASELINE + max(RECENT)],
    ).fetchall()
    lengths = sorted(row[0] for row in rows[: max(FEWEST_BEFORE, len(rows) - max(RECENT))])
    return lengths[len(lengths) // 10] if lengths else 0


def _unreadable(db: Database, site: str, run: int) -> list[Drift]:
    """Pages that used to be articles and now can't be read as one."""
    here, latest = _pages_and_latest(db, site, run)
    both = [*here.items(), *latest.items()]
    for size, unlikely in _sizes(len(here)) if not all(here.values()) else ():
        recent, earlier = both[:size], both[size : size + BASELINE]
        was, now = (sum(good for _, good in pages) for pages in (earlier, recent))
        if len(recent) < size or len(earlier) < FEWEST_BEFORE or not is_drift(was, len(earlier), now, size, unlikely):
            continue
        example = next(url for url, good in recent if not good)
        return [Drift(site, "reading", round(was / len(earlier), 3), round(now / size, 3), example)]
    return []


def _pages_and_latest(db: Database, site: str, run: int) -> tuple[dict[str, bool], dict[str, bool]]:
    """Which pages of this crawl could be read, and which others lately; the latest first."""
    here = _pages_read(db, site, "c.run = ?", run)
    if not here:
        return {}, {}
    latest = _pages_read(db, site, "c.id > (SELECT max(id) FROM captures) - ?", _LATEST_CAPTURES)
    return here, {url: good for url, good in latest.items() if url not in here}


def _pages_read(db: Database, site: str, condition: str, value: int) -> dict[str, bool]:
    """Which of the pages that were sent, the latest first, could be read."""
    holes = ", ".join("?" * len(_UNREADABLE))
    rows = db.execute(
        f"SELECT p.url, coalesce(p.error, '') NOT IN ({holes}) FROM captures c JOIN pages p ON p.id = c.page"
        f" WHERE {condition} AND p.site = ? AND p.kind = 'article' AND c.status = 200 ORDER BY c.id DESC LIMIT ?",
        [*_UNREADABLE, value, site, 3 * BASELINE],
    ).fetchall()
    return {url: bool(good) for url, good in rows}


def _listings(db: Database, site: str, run: int) -> list[Drift]:
    """Listings that had links and have none now, or next to none; one of many may just have been closed."""
    rows = db.execute(
        f"SELECT p.url, p.error = 'nothing-listed' OR p.links < p.links_usually * {FEWEST_LINKS}, p.links FROM pages p"
        " WHERE p.site = ? AND p.kind = 'listing' AND p.links IS NOT NULL"
        " AND EXISTS (SELECT 1 FROM captures c WHERE c.page = p.id AND c.run = ?)",
        [site, run],
    ).fetchall()
    empty = [url for url, failed, _ in rows if failed]
    if not empty or len(empty) * 2 < len(rows):
        return []
    return [Drift(site, "listing", 1.0, round(1 - len(empty) / len(rows), 3), empty[0])]


def is_drift(good_before: int, before: int, good: int, total: int, unlikely: float = UNLIKELY) -> bool:
    """Whether `good` of `total` is far below the `good_before` of `before`.

    The chance of so few, or fewer, given what was seen before and no more (beta-binomial, Jeffreys' prior): eight
    articles with an editor say less of the next three than two hundred do.

    >>> is_drift(12, 12, 0, 4), is_drift(8, 8, 4, 7), is_drift(100, 200, 0, 3), is_drift(200, 200, 19, 20)
    (True, False, False, False)
    """
    missing = max(before - good_before + 0.5, USUALLY_MISSING * before)
    having = before + 1 - missing
    tail = sum(
        comb(total, k) * exp(_log_beta(having + k, missing + total - k) - _log_beta(having, missing))
        for k in range(good + 1)
    )
    return tail < unlikely and good_before / before - good / total >= LEAST_DROP


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def record_drift(db: Database, site: str, run: int, found: list[Drift], now: str) -> list[Drift]:
    """Open what is new, keep what goes on, close what this crawl showed to be well again; the found with their beginning.

    The caller holds the transaction.
    """
    for drift in found:
        db.execute(
            "INSERT INTO drift (site, field, since, run, expected, seen, example) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (site, field) WHERE resolved_at IS NULL DO UPDATE SET seen = excluded.seen,"
            " example = excluded.example",
            [site, drift.field, drift.since or now, run, drift.expected, drift.seen, drift.example],
        )
    still = {drift.field for drift in found}
    for drift in open_drift(db):
        if drift.site == site and drift.field not in still and _is_well(db, drift, run):
            db.execute(
                "UPDATE drift SET resolved_at = ? WHERE site = ? AND field = ? AND resolved_at IS NULL",
                [now, site, drift.field],
            )
    since = {(drift.site, drift.field): drift.since for drift in open_drift(db)}
    return [replace(drift, since=since[drift.site, drift.field]) for drift in found]


def _is_well(db: Database, drift: Drift, run: int) -> bool:
    """Whether the latest pages, some of this crawl among them, have the field half as often as they used to."""
    if drift.field == "listing":
        return _listed(db, drift.site, run)
    if drift.field == "reading":
        here, latest = _pages_and_latest(db, drift.site, run)
        new, both = list(here.values()), [*here.values(), *latest.values()]
    else:
        readings, before = _new_and_before(db, drift.site, run)
        new = [reading.good[drift.field] for reading in readings]
        both = [*new, *(reading.good[drift.field] for reading in before)]
    size = max(len(new), FEWEST_NEW)
    return bool(new) and len(both) >= size and sum(both[:size]) > size * drift.expected / 2


def _listed(db: Database, site: str, run: int) -> bool:
    return bool(
        db.execute(
            "SELECT 1 FROM pages p JOIN captures c ON c.page = p.id"
            " WHERE p.site = ? AND p.kind = 'listing' AND c.run = ? AND p.state = 'done' LIMIT 1",
            [site, run],
        ).fetchone()
    )


def open_drift(db: Database) -> list[Drift]:
    """All drift not yet resolved, by edition."""
    rows = db.execute(
        "SELECT site, field, expected, seen, example, since FROM drift WHERE resolved_at IS NULL ORDER BY site, field"
    ).fetchall()
    return [Drift(*row) for row in rows]

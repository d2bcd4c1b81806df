"""Telling a changed site from a quiet day: each edition against its own past.

A crawl's new articles are compared with the edition's earlier ones, field by
field: how many have a source, an editor, a channel, a text of usual length,
were read by a layout, agree with the label reader; and how many pages could
be read at all. What would be a freak chance if nothing had changed is drift.
A day without new articles says nothing; a listing that has lost all its links
does.
"""

from dataclasses import dataclass
from math import comb
from statistics import median

from scraper.archive.database import Database
from scraper.models import Drift

FEWEST_NEW = 3
FEWEST_BEFORE = 8
BASELINE = 200
"""Earlier articles looked at, the latest of them."""
UNLIKELY = 0.001
"""Chance of a worse share than this if nothing had changed."""
LEAST_DROP = 0.3
_UNREADABLE = ("not-an-article", "missing-title", "missing-date", "missing-body", "undecodable", "hostile", "bug")


@dataclass(frozen=True, slots=True)
class _Reading:
    url: str
    good: dict[str, bool]


def find_drift(db: Database, site: str, run: int) -> list[Drift]:
    """What changed for the worse in this crawl of an edition."""
    return [*_fields(db, site, run), *_unreadable(db, site, run), *_listings(db, site, run)]


def _fields(db: Database, site: str, run: int) -> list[Drift]:
    started = db.execute("SELECT started_at FROM runs WHERE id = ?", [run]).fetchone()[0]
    before = _readings(db, "first_seen < ?", site, started)
    new = _readings(db, "first_seen >= ?", site, started)
    if len(new) < FEWEST_NEW or len(before) < FEWEST_BEFORE:
        return []
    found = []
    for field in before[0].good:
        was = sum(reading.good[field] for reading in before) / len(before)
        now = [reading.good[field] for reading in new]
        if is_drift(was, sum(now), len(now)):
            example = next(reading.url for reading in new if not reading.good[field])
            found.append(Drift(site, field, round(was, 3), round(sum(now) / len(now), 3), example))
    return found


def _readings(db: Database, condition: str, site: str, moment: str) -> list[_Reading]:
    rows = db.execute(
        "SELECT url, source, editor, channel, layout, agreement, length(body) FROM articles"
        f" WHERE site = ? AND kind = 'article' AND {condition} ORDER BY id DESC LIMIT ?",
        [site, moment, BASELINE],
    ).fetchall()
    usual = median([row[6] for row in rows]) if rows else 0
    usual = _usual_length(db, site) or usual
    return [
        _Reading(
            url,
            {
                "source": source is not None,
                "editor": editor is not None,
                "channel": channel is not None,
                "layout": layout != "labels",
                "agreement": agreement is None or agreement >= 0.8,
                "body": length >= usual / 6,
            },
        )
        for url, source, editor, channel, layout, agreement, length in rows
    ]


def _usual_length(db: Database, site: str) -> float:
    lengths = db.execute(
        "SELECT length(body) FROM articles WHERE site = ? AND kind = 'article' ORDER BY id LIMIT ?", [site, BASELINE]
    ).fetchall()
    return float(median(row[0] for row in lengths)) if lengths else 0.0


def _unreadable(db: Database, site: str, run: int) -> list[Drift]:
    """Pages that used to be articles and now can't be read as one."""
    holes = ", ".join("?" * len(_UNREADABLE))
    rows = db.execute(
        f"SELECT p.url, p.error IN ({holes}) FROM pages p JOIN captures c ON c.page = p.id"
        " WHERE c.run = ? AND p.site = ? AND p.kind = 'article' AND c.status = 200 GROUP BY p.id",
        [*_UNREADABLE, run, site],
    ).fetchall()
    known = db.execute("SELECT count(*) FROM articles WHERE site = ?", [site]).fetchone()[0]
    bad = [url for url, failed in rows if failed]
    if len(rows) < FEWEST_NEW or known < FEWEST_BEFORE or not is_drift(0.98, len(rows) - len(bad), len(rows)):
        return []
    return [Drift(site, "reading", 0.98, round(1 - len(bad) / len(rows), 3), bad[0])]


def _listings(db: Database, site: str, run: int) -> list[Drift]:
    """Listings that had links and have none now; one of many may just have been closed."""
    rows = db.execute(
        "SELECT p.url, p.error = 'nothing-listed', p.links FROM pages p"
        " WHERE p.site = ? AND p.kind = 'listing' AND p.links IS NOT NULL"
        " AND EXISTS (SELECT 1 FROM captures c WHERE c.page = p.id AND c.run = ?)",
        [site, run],
    ).fetchall()
    empty = [url for url, failed, _ in rows if failed]
    if not empty or len(empty) * 2 < len(rows):
        return []
    return [Drift(site, "listing", 1.0, round(1 - len(empty) / len(rows), 3), empty[0])]


def is_drift(share: float, good: int, total: int) -> bool:
    """Whether `good` of `total` is far below a share that held before.

    >>> is_drift(0.98, 0, 3), is_drift(0.5, 0, 3), is_drift(0.98, 19, 20), is_drift(1.0, 4, 10)
    (True, False, False, True)
    """
    chance = min(max(share, 0.02), 0.98)
    tail = sum(comb(total, k) * chance**k * (1 - chance) ** (total - k) for k in range(good + 1))
    return tail < UNLIKELY and share - good / total >= LEAST_DROP


def record_drift(db: Database, site: str, run: int, found: list[Drift], now: str) -> None:
    """Open what is new, keep what goes on, close what this crawl showed to be well again. The caller holds the transaction."""
    for drift in found:
        db.execute(
            "INSERT INTO drift (site, field, since, run, expected, seen, example) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (site, field) WHERE resolved_at IS NULL DO UPDATE SET seen = excluded.seen,"
            " example = excluded.example",
            [site, drift.field, now, run, drift.expected, drift.seen, drift.example],
        )
    well = _fields_seen_well(db, site, run) - {drift.field for drift in found}
    for field in well:
        db.execute(
            "UPDATE drift SET resolved_at = ? WHERE site = ? AND field = ? AND resolved_at IS NULL", [now, site, field]
        )


def _fields_seen_well(db: Database, site: str, run: int) -> set[str]:
    """Fields that this crawl has enough new pages to speak of."""
    started = db.execute("SELECT started_at FROM runs WHERE id = ?", [run]).fetchone()[0]
    new = _readings(db, "first_seen >= ?", site, started)
    fields = {name for name in (new[0].good if new else {}) if sum(r.good[name] for r in new) * 2 > len(new)}
    listed = db.execute(
        "SELECT 1 FROM pages p JOIN captures c ON c.page = p.id"
        " WHERE p.site = ? AND p.kind = 'listing' AND c.run = ? AND p.state = 'done' LIMIT 1",
        [site, run],
    ).fetchone()
    enough = fields if len(new) >= FEWEST_NEW else set()
    return enough | ({"reading"} if enough else set()) | ({"listing"} if listed else set())


def open_drift(db: Database) -> list[Drift]:
    """All drift not yet resolved, by edition."""
    rows = db.execute(
        "SELECT site, field, expected, seen, example, since FROM drift WHERE resolved_at IS NULL ORDER BY site, field"
    ).fetchall()
    return [Drift(*row) for row in rows]

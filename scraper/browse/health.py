"""The page for the keeper: crawls, what could not be read, what changed at the sites, what is due, who rests."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from scraper.browse import finding, typography
from scraper.browse.visit import Shown, Visit

_RUNS = 20
_MOST = 60
# Pages that are left alone because that is right, not because something broke.
SKIPPED = ("gone", "robots", "refused", "not-an-article", "undecodable", "hostile")


@dataclass(frozen=True, slots=True)
class Report:
    runs: list[dict[str, Any]]
    drift: list[dict[str, Any]]
    """Open first, then what is over, the latest first."""
    failures: list[dict[str, Any]]
    skipped: list[dict[str, Any]]
    due: list[dict[str, Any]]
    resting: list[dict[str, Any]]


async def page(visit: Visit) -> Shown:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    report = await visit.ask(lambda db: report_of(db, now))
    names = await finding.editions(visit)
    values = {
        "report": report,
        "editions": names,
        "link": typography.link,
        "json": visit.path("/-/health.json"),
    }
    return Shown("chinanews_health.html", values, asdict(report))


def report_of(db: Database, now: str) -> Report:
    """How the archive stands at `now` (UTC)."""
    failures = _rows(db, _FAILURES)
    return Report(
        runs=_rows(db, _RUNS_SQL),
        drift=_rows(db, _DRIFT),
        failures=[row for row in failures if row["error"] not in SKIPPED],
        skipped=[row for row in failures if row["error"] in SKIPPED],
        due=_rows(db, _DUE, {"now": now}),
        resting=_rows(db, _RESTING, {"now": now}),
    )


def _rows(db: Database, sql: str, values: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    cursor = db.execute(sql, values or {})
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


_RUNS_SQL = f"""
SELECT runs.id, started_at, ended_at, outcome, version, count(s.site) AS sites,
  total(s.listings) AS listings, total(s.archived) AS archived, total(s.changed) AS changed,
  total(s.gone) AS gone, total(s.failed) AS failed, total(s.bytes) AS bytes
FROM runs LEFT JOIN run_sites s ON s.run = runs.id GROUP BY runs.id ORDER BY runs.id DESC LIMIT {_RUNS}
"""
_DRIFT = f"""
SELECT site, field, since, run, expected, seen, example, resolved_at
FROM drift ORDER BY resolved_at IS NOT NULL, coalesce(resolved_at, since) DESC LIMIT {_MOST}
"""
# With max() beside it, SQLite takes `example` from the row of the latest visit.
_FAILURES = f"""
SELECT site, error, kind, count(*) AS pages, max(last_visit) AS last_seen, url AS example, error_text AS said
FROM pages WHERE error IS NOT NULL GROUP BY site, error, kind ORDER BY pages DESC, site LIMIT {_MOST * 3}
"""
_DUE = """
SELECT site, total(next_visit <= :now) AS due_now, total(next_visit > :now) AS due_later,
  min(next_visit) AS next_visit
FROM pages WHERE next_visit IS NOT NULL GROUP BY site ORDER BY due_now DESC, site
"""
_RESTING = """
SELECT host, backoff_until, failures, robots_status FROM hosts WHERE backoff_until > :now ORDER BY backoff_until
"""


def megabytes(size: float) -> str:
    """Bytes over the wire, readable.

    >>> megabytes(0), megabytes(52_000), megabytes(3_400_000)
    ('0', '52 kB', '3.4 MB')
    """
    if size < 1000:
        return f"{size:.0f}"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:,.1f} MB"

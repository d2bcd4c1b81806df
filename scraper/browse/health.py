"""The page for the keeper: crawls, what could not be read, what changed at the sites, what is due, who rests."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from scraper.archive.database import Database
from scraper.browse import finding, typography
from scraper.browse.visit import Shown, Visit

_RUNS = 20
_MOST = 60
_LATELY = timedelta(days=30)
_NEWEST_ARTICLES = 2_000
"""Read for what their pages say twice: `articles` has no index of it."""
# Pages that are left alone because that is right, not because something broke.
SKIPPED = ("gone", "robots", "refused", "not-an-article", "undecodable", "hostile")


@dataclass(frozen=True, slots=True)
class Report:
    runs: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    """Editions that stopped before they were through, in the crawls above."""
    drift: list[dict[str, Any]]
    """Open first, then what is over, the latest first."""
    failures: list[dict[str, Any]]
    problems: list[dict[str, Any]]
    """Every failed visit of the last thirty days, whatever became of the page since."""
    skipped: list[dict[str, Any]]
    links: list[dict[str, Any]]
    """Links on listings that were not taken as articles, by reason."""
    disagreements: list[dict[str, Any]]
    """Fields of which the newest articles' pages say two things."""
    due: list[dict[str, Any]]
    resting: list[dict[str, Any]]
    """Hosts at rest, and those that get longer pauses than usual."""


async def page(visit: Visit) -> Shown:
    now = datetime.now(UTC)
    report = await visit.ask(lambda db: report_of(db, now))
    names = await finding.editions(visit)
    values = {
        "report": report,
        "contents": list(_contents(report)),
        "editions": names,
        "link": typography.link,
        "now": _stamp(now),
        "json": visit.path("/-/health.json"),
    }
    return Shown("chinanews_health.html", values, asdict(report))


def _contents(report: Report) -> Iterator[tuple[str, float, bool]]:
    """The sections that say something: how much, and whether somebody should look."""
    counts = (
        ("drift", sum(not row["resolved_at"] for row in report.drift), True),
        ("failures", sum(row["pages"] for row in report.failures), True),
        ("problems", sum(row["times"] for row in report.problems), False),
        ("skipped", sum(row["pages"] for row in report.skipped), False),
        ("links_left", sum(row["links"] for row in report.links), False),
        ("disagreements", sum(row["articles"] for row in report.disagreements), False),
        ("due", sum(row["due_now"] for row in report.due), False),
        ("hosts_resting", len(report.resting), True),
    )
    shown = {"drift", "failures", "skipped", "due", "hosts_resting"}
    return (one for one in counts if one[1] or one[0] in shown)


def report_of(db: Database, now: datetime) -> Report:
    """How the archive stands at `now` (UTC)."""
    failures = _rows(db, _FAILURES)
    times = {"now": _stamp(now), "since": _stamp(now - _LATELY)}
    runs = [run | {"seconds": seconds_between(run["started_at"], run["ended_at"])} for run in _rows(db, _RUNS_SQL)]
    return Report(
        runs=runs,
        notes=_rows(db, _NOTES, {"first": min((run["id"] for run in runs), default=0)}),
        drift=_rows(db, _DRIFT),
        failures=[row for row in failures if row["error"] not in SKIPPED],
        problems=_rows(db, _PROBLEMS, times),
        skipped=[row for row in failures if row["error"] in SKIPPED],
        links=_rows(db, _LINKS),
        disagreements=_rows(db, _DISAGREEMENTS, {"newest": _NEWEST_ARTICLES}),
        due=_rows(db, _DUE, times),
        resting=_rows(db, _RESTING, times),
    )


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _rows(db: Database, sql: str, values: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    cursor = db.execute(sql, values or {})
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def seconds_between(start: str | None, end: str | None) -> int | None:
    """How long a crawl took; None while it has not ended.

    >>> seconds_between("2026-11-20T20:00:00.000+00:00", "2026-11-20T20:05:00.000+00:00")
    300
    """
    try:
        return round((datetime.fromisoformat(end or "") - datetime.fromisoformat(start or "")).total_seconds())
    except (ValueError, TypeError):
        return None


_RUNS_SQL = f"""
SELECT runs.id, runs.started_at, runs.ended_at, outcome, exit_code, version, count(s.site) AS sites,
  total(s.listings) AS listings, total(s.archived) AS archived, total(s.changed) AS changed,
  total(s.gone) AS gone, total(s.failed) AS failed, total(s.skipped) AS skipped,
  total(s.requests) AS requests, total(s.waited) AS waited, total(s.bytes) AS bytes
FROM runs LEFT JOIN run_sites s ON s.run = runs.id GROUP BY runs.id ORDER BY runs.id DESC LIMIT {_RUNS}
"""
_NOTES = f"""
SELECT run, site, note, started_at, ended_at, requests, waited FROM run_sites
WHERE note IS NOT NULL AND run >= :first ORDER BY run DESC, site LIMIT {_MOST}
"""
_DRIFT = f"""
SELECT site, field, since, run, expected, seen, example, resolved_at
FROM drift ORDER BY resolved_at IS NOT NULL, coalesce(resolved_at, since) DESC LIMIT {_MOST}
"""
# With max() beside it, SQLite takes `example` from the row of the latest visit.
_FAILURES = f"""
SELECT site, error, kind, count(*) AS pages, max(last_visit) AS last_seen, url AS example, error_text AS said, robots_rule
FROM pages WHERE error IS NOT NULL GROUP BY site, error, kind, robots_rule ORDER BY pages DESC, site LIMIT {_MOST * 3}
"""
_PROBLEMS = f"""
SELECT pages.site, slug, status, count(*) AS times, count(DISTINCT page) AS pages, max(at) AS last_seen,
  pages.url AS example, text AS said
FROM problems JOIN pages ON pages.id = problems.page
WHERE at >= :since GROUP BY pages.site, slug, status ORDER BY times DESC, pages.site LIMIT {_MOST}
"""
_LINKS = f"""
SELECT site, reason, count(*) AS links, max(seen_at) AS last_seen, url AS example
FROM skips GROUP BY site, reason ORDER BY links DESC, site LIMIT {_MOST}
"""
_DISAGREEMENTS = f"""
SELECT site, coalesce(said.value ->> 'field', '?') AS field, count(*) AS articles, max(articles.id) AS example
FROM articles, json_each(iif(json_valid(disagreements), disagreements, '[]')) AS said
WHERE articles.id > (SELECT max(id) FROM articles) - :newest AND said.type = 'object'
GROUP BY 1, 2 ORDER BY articles DESC, 1 LIMIT {_MOST}
"""
_DUE = """
SELECT site, total(next_visit <= :now) AS due_now, total(next_visit > :now) AS due_later,
  min(next_visit) AS next_visit
FROM pages WHERE next_visit IS NOT NULL GROUP BY site ORDER BY due_now DESC, site
"""
_RESTING = """
SELECT host, iif(backoff_until > :now, backoff_until, NULL) AS backoff_until, failures, strain, crawl_delay, robots_status
FROM hosts WHERE backoff_until > :now OR strain > 1 OR failures > 0 ORDER BY backoff_until DESC, strain DESC, host
"""


def megabytes(size: float) -> str:
    """Bytes over the wire, readable.

    >>> megabytes(0), megabytes(52_000), megabytes(3_400_000)
    ('0', '52 kB', '3.4 MB')
    """
    if size < 1000:
        return f"{size:.0f}"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:,.1f} MB"


def duration(seconds: float | None) -> str:
    """How long something took.

    >>> duration(None), duration(42), duration(309), duration(7500)
    ('—', '0:42', '5:09', '2:05:00')
    """
    if seconds is None:
        return "—"
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"

"""What each crawl did, and how the archive stands, edition by edition."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from scraper.archive.database import Database
from scraper.models import Site

COUNTED = (
    "listings", "found", "archived", "changed", "unchanged", "gone", "failed", "bytes", "skipped", "requests", "waited",
)  # fmt: skip


def save_sites(db: Database, sites: Iterable[Site]) -> None:
    """The editions as this program knows them; kept in the archive so that it explains itself."""
    for site in sites:
        db.execute(
            "INSERT INTO sites (code, name, host, evidence) VALUES (?, ?, ?, ?) ON CONFLICT (code) DO UPDATE"
            " SET name = excluded.name, host = excluded.host, evidence = excluded.evidence",
            [site.code, site.name, site.hosts[0], site.evidence],
        )


def begin_run(db: Database, version: str, arguments: str, now: datetime) -> int:
    row = db.execute(
        "INSERT INTO runs (started_at, version, pid, arguments) VALUES (?, ?, ?, ?) RETURNING id",
        [_stamp(now), version, os.getpid(), arguments],
    ).fetchone()
    return int(row[0])


def close_killed(db: Database) -> int:
    """Say of runs that never ended that they were killed, at their last sign of life.

    Only called while holding the crawl's lock: none of them can be running.
    """
    cursor = db.execute(
        "UPDATE runs SET outcome = 'killed', ended_at ="
        " coalesce((SELECT max(fetched_at) FROM captures c WHERE c.run = runs.id), started_at)"
        " WHERE ended_at IS NULL"
    )
    db.execute(
        "UPDATE run_sites SET ended_at = (SELECT ended_at FROM runs WHERE id = run), note = coalesce(note, 'killed')"
        " WHERE ended_at IS NULL AND run IN (SELECT id FROM runs WHERE outcome = 'killed')"
    )
    return int(cursor.rowcount)


def was_cut_short(db: Database) -> bool:
    """Whether the last run was killed or interrupted."""
    row = db.execute("SELECT outcome FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    return row is not None and row[0] in ("killed", "interrupted", "disk full")


def begin_site(db: Database, run: int, site: str, now: datetime) -> None:
    db.execute("INSERT INTO run_sites (run, site, started_at) VALUES (?, ?, ?)", [run, site, _stamp(now)])


def save_counts(db: Database, run: int, site: str, counts: dict[str, float]) -> None:
    columns = ", ".join(COUNTED)
    holes = ", ".join("?" * len(COUNTED))
    settings = ", ".join(f"{name} = excluded.{name}" for name in COUNTED)
    db.execute(
        f"INSERT INTO run_sites (run, site, {columns}) VALUES (?, ?, {holes})"
        f" ON CONFLICT (run, site) DO UPDATE SET {settings}",
        [run, site, *(counts[name] for name in COUNTED)],
    )


def end_site(db: Database, run: int, site: str, note: str, now: datetime) -> None:
    db.execute(
        "UPDATE run_sites SET ended_at = ?, note = ? WHERE run = ? AND site = ?", [_stamp(now), note or None, run, site]
    )


def end_run(db: Database, run: int, outcome: str, now: datetime, exit_code: int | None = None) -> None:
    db.execute(
        "UPDATE runs SET ended_at = ?, outcome = ?, exit_code = ? WHERE id = ?", [_stamp(now), outcome, exit_code, run]
    )


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class SiteStatus:
    site: str
    name: str
    last_good_crawl: str | None
    """UTC; the end of the last crawl that read a listing of it."""
    articles: int
    gone: int
    waiting: int
    """Article pages with a visit planned: new ones, and those that are looked at again or tried again later."""
    newest: str | None
    agreement: float | None
    next_due: str | None
    """UTC; the earliest visit that is planned, in the past where a crawl is overdue."""
    rests_until: str | None
    """UTC; set while the edition's host rests after errors or a Retry-After."""
    failures: dict[str, int] = field(default_factory=dict)


def status(db: Database, now: datetime) -> list[SiteStatus]:
    """One row for every edition that the archive knows of."""
    failures: dict[str, dict[str, int]] = {}
    for site, slug, count in db.execute(
        "SELECT site, error, count(*) FROM pages WHERE error IS NOT NULL GROUP BY site, error ORDER BY 3 DESC"
    ):
        failures.setdefault(site, {})[slug] = count
    rows = db.execute(
        "SELECT s.code, s.name,"
        # Not from the listings themselves: of one that fails today nobody would know that it ever did not.
        " (SELECT max(coalesce(x.ended_at, x.started_at, r.started_at)) FROM run_sites x JOIN runs r ON r.id = x.run"
        " WHERE x.site = s.code AND x.listings > 0),"
        " count(a.id), count(a.gone_at),"
        " (SELECT count(*) FROM pages p WHERE p.site = s.code AND p.kind = 'article' AND p.next_visit IS NOT NULL),"
        " max(a.published_at), round(avg(a.agreement), 3),"
        " (SELECT min(next_visit) FROM pages p WHERE p.site = s.code AND p.next_visit IS NOT NULL),"
        " (SELECT backoff_until FROM hosts h WHERE h.host = s.host AND h.backoff_until > ?)"
        " FROM sites s LEFT JOIN articles a ON a.site = s.code GROUP BY s.code ORDER BY s.code = 'www', s.code",
        [now.isoformat(timespec="milliseconds")],
    ).fetchall()
    return [replace(SiteStatus(*row), failures=failures.get(row[0], {})) for row in rows]


def last_run(db: Database) -> dict[str, Any] | None:
    row = db.execute("SELECT id, started_at, ended_at, outcome FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    return dict(zip(("id", "started_at", "ended_at", "outcome"), row, strict=True)) if row else None

"""Manners towards hosts, kept so that a restart forgets nothing: robots.txt, the pause, the rest."""

from dataclasses import dataclass
from datetime import datetime

from scraper.archive.database import Database


@dataclass(frozen=True, slots=True)
class HostRow:
    host: str
    robots: str | None = None
    robots_status: int | None = None
    robots_at: datetime | None = None
    next_at: datetime | None = None
    backoff_until: datetime | None = None
    failures: int = 0
    address: str | None = None
    strain: float = 1.0
    crawl_delay: float | None = None


def load_hosts(db: Database) -> list[HostRow]:
    rows = db.execute(
        "SELECT host, robots, robots_status, robots_at, next_at, backoff_until, failures, address, strain, crawl_delay"
        " FROM hosts"
    ).fetchall()
    return [
        HostRow(host, robots, status, _moment(robots_at), _moment(next_at), _moment(backoff), *rest)
        for host, robots, status, robots_at, next_at, backoff, *rest in rows
    ]


def save_clock(
    db: Database,
    host: str,
    *,
    next_at: datetime | None,
    backoff_until: datetime | None,
    failures: int,
    address: str | None = None,
    strain: float = 1.0,
) -> None:
    db.execute(
        "INSERT INTO hosts (host, next_at, backoff_until, failures, address, strain) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (host) DO UPDATE SET next_at = excluded.next_at, backoff_until = excluded.backoff_until,"
        " failures = excluded.failures, address = coalesce(excluded.address, address), strain = excluded.strain",
        [host, _stamp(next_at), _stamp(backoff_until), failures, address, strain],
    )


def promise_pause(db: Database, host: str, next_at: datetime) -> None:
    """Before a request: the pause after it, in case nobody lives to note when it ended."""
    db.execute(
        "INSERT INTO hosts (host, next_at) VALUES (?, ?) ON CONFLICT (host) DO UPDATE SET next_at = excluded.next_at"
        " WHERE next_at IS NULL OR next_at < excluded.next_at",
        [host, _stamp(next_at)],
    )


def save_robots(
    db: Database, host: str, *, text: str, status: int, read_at: datetime, crawl_delay: float = 0.0
) -> None:
    db.execute(
        "INSERT INTO hosts (host, robots, robots_status, robots_at, crawl_delay) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (host) DO UPDATE SET robots = excluded.robots, robots_status = excluded.robots_status,"
        " robots_at = excluded.robots_at, crawl_delay = excluded.crawl_delay",
        [host, text, status, _stamp(read_at), crawl_delay or None],
    )


def _stamp(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds") if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

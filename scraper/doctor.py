"""Is everything as it should be? Each check says what it found and, where something is wrong, what to do.

Nothing is changed and nothing is fetched: what is said of the sites is what
the last crawls saw.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal

from scraper.archive import index
from scraper.archive.captures import load_body
from scraper.archive.connect import open_for_reading, sqlite_errors
from scraper.archive.database import Database
from scraper.archive.drift import open_drift
from scraper.config import Settings
from scraper.errors import ArchiveDamaged, NoArchive
from scraper.text import beijing, counted, sized

Verdict = Literal["ok", "warning", "bad"]
_SAMPLE = 100
_LEAST_FREE = 1 << 30
"""Bytes; below it a warning, and below a twentieth of it no crawl should start."""
_WORST_CLOCK = timedelta(minutes=5)
_STALE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    verdict: Verdict
    said: str
    todo: str = ""
    exit_code: int = 0
    """What `scraper doctor` ends with when this is the worst."""


def examine(
    path: Path, settings: Settings, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> list[Finding]:
    """Every finding, in the order they are printed. Raises `NoArchive` and `ArchiveTooNew`."""
    if not path.is_file():
        raise NoArchive(f"there is no archive at {path}; make one with `scraper crawl`, or name another with --db")
    found = [sqlite_version(sqlite3.sqlite_version_info), contact(settings), free_disk(*_room(path))]
    try:
        db = open_for_reading(path)
        with closing(db.conn), sqlite_errors(path):
            found += _archive_checks(db, path, now())
    except ArchiveDamaged as error:
        found.append(Finding("archive", "bad", str(error), "restore a backup: scraper restore", 6))
    return found


def _archive_checks(db: Database, path: Path, now: datetime) -> Iterator[Finding]:
    yield integrity(db)
    yield search_index(db)
    yield digests(db)
    yield leases(db, path)
    yield clock(db, now)
    yield from robots(db)
    yield resting_hosts(db, now)
    yield last_crawl(db, now)
    yield from drift(db)


def exit_code(found: list[Finding]) -> int:
    """The code of the worst finding: damage first, then the order of the checks; 0 when nothing is bad."""
    codes = [finding.exit_code for finding in found if finding.verdict == "bad"]
    return 6 if 6 in codes else next(iter(codes), 0)


def sqlite_version(version: tuple[int, int, int]) -> Finding:
    """SQLite 3.7.0 to 3.51.2 can corrupt a WAL database that two connections checkpoint at once (sqlite.org/wal.html)."""
    shown = ".".join(map(str, version))
    mended = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)
    if mended:
        return Finding("SQLite", "ok", shown)
    return Finding(
        "SQLite",
        "warning",
        f"{shown} has the WAL-reset bug, which two writers at once can meet",
        "let only `scraper` write while a crawl runs, or use a Python with SQLite 3.51.3",
    )


def contact(settings: Settings) -> Finding:
    if settings.config.contact:
        return Finding("contact", "ok", f"{settings.config.contact} (from {settings.origins['contact']})")
    todo = 'write contact = "you@example.org" into scraper.toml beside the archive, or give --contact'
    return Finding("contact", "bad", "none is set, so no live crawl will start", todo, 78)


def free_disk(free: int, size: int) -> Finding:
    """Both in bytes: what is free where the archive lies, and what the archive has."""
    said = f"{sized(free)} free, the archive has {sized(size)}"
    if free < _LEAST_FREE // 20:
        return Finding("disk", "bad", said, "free some space: a crawl would end with code 7", 7)
    if free < max(_LEAST_FREE, size):
        return Finding("disk", "warning", said, "a backup or compaction needs the archive's size once more")
    return Finding("disk", "ok", said)


def _room(path: Path) -> tuple[int, int]:
    return shutil.disk_usage(path.absolute().parent).free, path.stat().st_size


def integrity(db: Database) -> Finding:
    problems = [text for (text,) in db.execute("PRAGMA quick_check(5)") if text != "ok"]
    if not problems:
        return Finding("database", "ok", "quick_check finds nothing")
    return Finding("database", "bad", "; ".join(problems), "restore a backup: scraper restore", 6)


def search_index(db: Database) -> Finding:
    articles = db.execute("SELECT count(*) FROM articles").fetchone()[0]
    strays = db.execute(
        "SELECT (SELECT count(*) FROM articles WHERE id NOT IN (SELECT id FROM articles_fts_docsize)),"
        " (SELECT count(*) FROM articles_fts_docsize WHERE id NOT IN (SELECT id FROM articles))"
    ).fetchone()
    waiting = db.execute("SELECT count(DISTINCT id) FROM articles_fts_queue").fetchone()[0]
    if index.is_current(db) and strays == (0, 0):
        return Finding("search index", "ok", f"holds all {counted(articles, 'article')}")
    if waiting or not index.is_current(db):
        return Finding(
            "search index", "warning", f"{counted(waiting, 'article')} waiting to be indexed", "any search will do it"
        )
    said = f"{counted(strays[0], 'article')} missing, {strays[1]} too many"
    return Finding("search index", "bad", said, "make it anew: scraper index --rebuild", 6)


def digests(db: Database) -> Finding:
    known = [sha256 for (sha256,) in db.execute("SELECT sha256 FROM bodies ORDER BY random() LIMIT ?", [_SAMPLE])]
    damaged = [sha256 for sha256 in known if not _is_whole(db, sha256)]
    if not damaged:
        return Finding("stored bytes", "ok", f"{counted(len(known), 'body')} drawn at random, each with its digest")
    said = f"{len(damaged)} of {len(known)} bodies are not what was stored, for example {damaged[0][:12]}"
    return Finding("stored bytes", "bad", said, "see what is damaged: scraper verify", 6)


def _is_whole(db: Database, sha256: str) -> bool:
    try:
        return hashlib.sha256(load_body(db, sha256)).hexdigest() == sha256
    except Exception:  # whatever a damaged frame makes the decompressor raise
        return False


def leases(db: Database, path: Path) -> Finding:
    held = db.execute("SELECT count(*) FROM pages WHERE state = 'leased'").fetchone()[0]
    if not held or _crawl_is_running(path):
        return Finding("leases", "ok", f"{counted(held, 'page')} being fetched" if held else "none is left over")
    return Finding(
        "leases", "warning", f"{counted(held, 'page')} leased to a crawl that died", "the next crawl takes them back"
    )


def _crawl_is_running(path: Path) -> bool:
    try:
        handle = os.open(path.with_name(path.name + ".lock"), os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def clock(db: Database, now: datetime) -> Finding:
    """Ours against the sites': by the Date header of the latest responses, and never before the last of them."""
    rows = db.execute(
        "SELECT c.fetched_at, h.value ->> 1 FROM captures c JOIN capture_headers w ON w.capture = c.id, json_each(w.headers) h"
        " WHERE c.id >"
        " (SELECT max(id) - 50 FROM captures) AND lower(h.value ->> 0) = 'date'"
    ).fetchall()
    latest = db.execute("SELECT max(fetched_at) FROM captures").fetchone()[0]
    if latest and datetime.fromisoformat(latest) > now + _WORST_CLOCK:
        said = f"the last response is dated {beijing(latest)}, which is still to come"
        return Finding("clock", "warning", said, "set this machine's clock; times kept by crawls rest on it")
    apart = sorted(abs(gap) for fetched_at, date in rows if (gap := _gap(fetched_at, date)) is not None)
    middle = apart[len(apart) // 2] if apart else timedelta()
    if middle > _WORST_CLOCK:
        said = f"it is {middle.total_seconds() / 60:.0f} minutes apart from the sites'"
        return Finding("clock", "warning", said, "set this machine's clock; times kept by crawls rest on it")
    return Finding("clock", "ok", f"{beijing(now)}")


def _gap(fetched_at: str, date: str) -> timedelta | None:
    try:
        return datetime.fromisoformat(fetched_at) - parsedate_to_datetime(date)
    except (ValueError, TypeError):
        return None


def robots(db: Database) -> Iterator[Finding]:
    rows = db.execute("SELECT host, robots_status, robots_at FROM hosts WHERE robots_status IS NOT NULL").fetchall()
    down = [f"{host} ({status or 'unreachable'})" for host, status, _ in rows if status == 0 or status >= 500]
    if down:
        said = f"could not be read at {', '.join(down)}"
        yield Finding(
            "robots.txt", "warning", said, "nothing is fetched there until it can; `scraper sites check` asks again"
        )
    else:
        yield Finding("robots.txt", "ok", f"read at {len(rows)} hosts" if rows else "no host was asked yet")


def resting_hosts(db: Database, now: datetime) -> Finding:
    moment = now.isoformat(timespec="milliseconds")
    rows = db.execute(
        "SELECT host, backoff_until FROM hosts WHERE backoff_until > ? ORDER BY host", [moment]
    ).fetchall()
    if not rows:
        return Finding("hosts", "ok", "none rests after errors")
    resting = ", ".join(f"{host} until {beijing(until)}" for host, until in rows)
    return Finding("hosts", "warning", f"resting: {resting}", "they are asked again by themselves; nothing to do")


def last_crawl(db: Database, now: datetime) -> Finding:
    row = db.execute(
        "SELECT id, ended_at, outcome FROM runs WHERE ended_at IS NOT NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return Finding(
            "last crawl", "warning", "none has ended yet", "run one: scraper crawl; `scraper schedule` for cron"
        )
    said = f"run {row[0]} ended {beijing(row[1])}: {row[2]}"
    if now - datetime.fromisoformat(row[1]) > _STALE:
        return Finding("last crawl", "warning", said, "is cron still running it? `scraper schedule` prints the line")
    return Finding("last crawl", "ok", said)


def drift(db: Database) -> Iterator[Finding]:
    found = open_drift(db)
    if not found:
        yield Finding("drift", "ok", "the editions' pages are what they were")
    for one in found:
        said = f"{one.site} {one.field}: {one.expected:.0%} before, {one.seen:.0%} now, since {one.since[:10]}"
        todo = f"scraper sites check {one.site}, then scraper sites learn {one.site}; example {one.example}"
        yield Finding("drift", "bad", said, todo, 4)

"""What a crawl is told and what it says when it ends."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from scraper.contact import WANTED, is_contact
from scraper.crawl.fetch import Limits
from scraper.crawl.politeness import DEFAULT_DELAY, MIN_DELAY
from scraper.crawl.robots import AGENT
from scraper.errors import ConfigError, DiskFull, UsageError
from scraper.models import Drift, Site

FAILED_SHARE = 0.5
LEAST_FREE = 50_000_000
"""Bytes; a crawl that would soon fill the disk is not begun. A small volume is only asked for a tenth of itself."""


def user_agent(version: str, contact: str) -> str:
    """Who is asking: program, version, and where to complain."""
    who = f"+{contact}; " if contact else ""
    return f"{AGENT}/{version} ({who}archive of regional news)"


def disk_space(path: Path) -> tuple[int, int]:
    """Bytes free and in all of the volume a path is on."""
    usage = shutil.disk_usage(path)
    return usage.free, usage.total


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    db: Path
    sites: tuple[Site, ...]
    contact: str = ""
    delay: float = DEFAULT_DELAY
    limit: int | None = None
    """Articles fetched per edition at most."""
    connect_to: tuple[str, int] | None = None
    failed_share: float = FAILED_SHARE
    """Share of failed pages, 0 to 1, above which a crawl says so in its exit code."""
    retry_wait: float = 1.0
    """Seconds before the second attempt at a page; doubles."""
    grace: float = 9.0
    """Seconds for what is in flight when a signal comes; within ten all is over."""
    limits: Limits = field(default_factory=Limits)
    media: bool = False
    """Whether the articles' pictures are kept, too."""
    honour_noarchive: bool = True
    """Whether of pages that say noarchive only the metadata is kept."""
    since: date | None = None
    """Articles dated earlier, by their address, are not fetched; with `www` its daily archive is read from here."""
    until: date | None = None
    free_space: Callable[[Path], tuple[int, int]] = disk_space
    """Bytes free beside a path, and bytes in all."""
    most_database_pages: int = 0
    """Pages of SQLite the archive may grow to, 0 for as many as there are; how tests fill a disk."""

    def checked(self) -> "CrawlOptions":
        """These options, or `ConfigError`/`UsageError` saying which can't be."""
        if self.connect_to is None and not self.contact:
            raise ConfigError(
                "a live crawl needs a contact: give --contact you@example.org (or set SCRAPER_CONTACT), "
                "so that the sites can reach you"
            )
        if self.contact and not is_contact(self.contact):
            raise ConfigError(f"{self.contact!r} is no contact: give {WANTED}")
        if self.connect_to is None and self.delay < MIN_DELAY:
            raise UsageError(f"--delay {self.delay:g} is impolite: at least {MIN_DELAY:g} s, unless with --connect-to")
        if self.delay < 0:
            raise UsageError("--delay can't be negative")
        if self.since and self.until and self.since > self.until:
            raise UsageError(f"--since {self.since} is later than --until {self.until}")
        return self


def require_room(options: CrawlOptions) -> None:
    """Raise `DiskFull` where a crawl would soon run out of room."""
    free, total = options.free_space(options.db.parent)
    least = min(LEAST_FREE, total // 10)
    if free < least:
        raise DiskFull(
            f"only {free / 1e6:.0f} MB free beside {options.db}, and a crawl is not begun with less than"
            f" {least / 1e6:.0f} MB; free some space and run again"
        )


@dataclass(slots=True)
class SiteCounts:
    """What a crawl did for one edition."""

    listings: int = 0
    found: int = 0
    archived: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    failed: int = 0
    bytes: int = 0
    skipped: int = 0
    """Pages that robots.txt keeps us from; not asked for, and no failures."""
    requests: int = 0
    """Sent, redirects and robots.txt included."""
    waited: float = 0.0
    """Seconds of polite pauses."""
    waiting_until: str = ""
    """UTC; while the edition sits out a pause longer than a few seconds."""
    failures: dict[str, int] = field(default_factory=dict)
    """How many of `failed` by slug."""
    reached: bool = False
    note: str = ""
    """Why the edition stopped early, if it did."""

    @property
    def visited(self) -> int:
        return self.archived + self.changed + self.unchanged + self.gone + self.failed


@dataclass(slots=True)
class Outcome:
    run: int
    counts: dict[str, SiteCounts]
    exit_code: int
    stopped_by: str = ""
    drift: tuple[Drift, ...] = ()
    """What changed for the worse since earlier crawls."""

"""The frontier in archive.db: what was seen, what is due, what became of it.

A page goes due → leased → done or failed; leases of a run that died come back
when the next one starts. Every function works inside the caller's transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from scraper.archive.tombstones import is_forgotten

# An article is looked at again after an hour, then ever more rarely, then no more; a change starts over.
RECHECKS = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=7), timedelta(days=30))
_FIRST_RETRY = timedelta(minutes=5)
_LONGEST_RETRY = timedelta(days=1)
MAX_ATTEMPTS = 8
"""Failures in a row after which a page is left alone."""
_GONE_REST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Page:
    id: int
    url: str
    site: str
    kind: str
    visits: int
    attempts: int
    etag: str
    last_modified: str


_COLUMNS = "id, url, site, kind, visits, attempts, coalesce(etag, ''), coalesce(last_modified, '')"


def stamp(moment: datetime) -> str:
    """UTC time as archive.db keeps it: sortable text."""
    return moment.isoformat(timespec="milliseconds")


def add_listings(db: Database, site: str, urls: Iterable[str], now: datetime) -> None:
    """Make an edition's listings due: they are read in every crawl."""
    for url in urls:
        db.execute(
            "INSERT INTO pages (url, site, kind, discovered_at, next_visit) VALUES (?, ?, 'listing', ?, ?)"
            " ON CONFLICT (url) DO UPDATE SET next_visit = excluded.next_visit, state = 'due'"
            " WHERE kind = 'listing'",
            [url, site, stamp(now), stamp(now)],
        )


def add_article(db: Database, url: str, site: str, *, found_on: str, text: str, now: datetime) -> bool:
    """Note an article's address; whether it is new.

    A page that answered 404 a day ago or longer and is still linked is looked
    at again: it was linked before it was there, or was put back. 410 is final.
    What was forgotten on purpose is never asked for again.
    """
    if is_forgotten(db, url):
        return False
    db.execute(
        "UPDATE pages SET next_visit = ? WHERE url = ? AND state = 'gone' AND last_status = 404 AND last_visit <= ?",
        [stamp(now), url, stamp(now - _GONE_REST)],
    )
    cursor = db.execute(
        "INSERT INTO pages (url, site, kind, discovered_at, discovered_on, link_text, next_visit)"
        " VALUES (?, ?, 'article', ?, ?, ?, ?) ON CONFLICT (url) DO NOTHING",
        [url, site, stamp(now), found_on, text[:300], stamp(now)],
    )
    return bool(cursor.rowcount > 0)


def add_alias(db: Database, alias: str, url: str) -> None:
    """Remember another address under which a page was linked."""
    db.execute(
        "INSERT INTO aliases (url, page) SELECT ?, id FROM pages WHERE url = ? ON CONFLICT (url) DO NOTHING",
        [alias[:2000], url],
    )


def lease(db: Database, site: str, kind: str, run: int, now: datetime) -> Page | None:
    """The next due page of an edition, leased to this run; None when nothing is due."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM pages WHERE site = ? AND kind = ? AND next_visit <= ? AND state <> 'leased'"
        " ORDER BY visits, id LIMIT 1",
        [site, kind, stamp(now)],
    ).fetchone()
    if row is None:
        return None
    db.execute("UPDATE pages SET state = 'leased', lease_run = ? WHERE id = ?", [run, row[0]])
    return Page(*row)


def release_leases(db: Database) -> int:
    """Give back what a run that died held; only called while holding the crawl's lock."""
    return int(db.execute("UPDATE pages SET state = 'due', lease_run = NULL WHERE state = 'leased'").rowcount)


def release(db: Database, page: Page) -> None:
    db.execute("UPDATE pages SET state = 'due', lease_run = NULL WHERE id = ?", [page.id])


def visited(
    db: Database, page: Page, *, status: int, changed: bool, etag: str, last_modified: str, now: datetime
) -> None:
    """A good visit: an article rests longer the longer it stays the same."""
    visits = 0 if changed else page.visits + 1
    rest = RECHECKS[visits] if visits < len(RECHECKS) else None
    due = stamp(now + rest) if rest is not None and page.kind == "article" else None
    db.execute(
        "UPDATE pages SET state = 'done', lease_run = NULL, attempts = 0, visits = ?, last_visit = ?, last_status = ?,"
        " next_visit = ?, error = NULL, error_text = NULL,"
        " etag = coalesce(nullif(?, ''), etag), last_modified = coalesce(nullif(?, ''), last_modified) WHERE id = ?",
        [visits, stamp(now), status, due, etag, last_modified, page.id],
    )


def failed(
    db: Database, page: Page, *, slug: str, text: str, status: int | None, retry_after: float | None, now: datetime
) -> None:
    """A failed visit: tried again after a pause that doubles, at most `MAX_ATTEMPTS` times."""
    attempts = page.attempts + 1
    pause = min(_FIRST_RETRY * 2 ** min(page.attempts, 12), _LONGEST_RETRY)
    if retry_after is not None:
        pause = max(pause, timedelta(seconds=retry_after))
    due = stamp(now + pause) if attempts < MAX_ATTEMPTS else None
    db.execute(
        "UPDATE pages SET state = 'failed', lease_run = NULL, attempts = ?, last_visit = ?, last_status = ?,"
        " next_visit = ?, error = ?, error_text = ? WHERE id = ?",
        [attempts, stamp(now), status, due, slug, text[:500], page.id],
    )


def note_links(db: Database, page: Page, count: int) -> None:
    """How many article links a listing had: losing all of them is drift, not a quiet day."""
    db.execute("UPDATE pages SET links = ? WHERE id = ?", [count, page.id])


def gone(db: Database, page: Page, *, status: int, now: datetime) -> None:
    """The site no longer has the page; it rests, and is asked for whole should it be linked again."""
    db.execute(
        "UPDATE pages SET state = 'gone', lease_run = NULL, last_visit = ?, last_status = ?, next_visit = NULL,"
        " etag = NULL, last_modified = NULL, error = 'gone', error_text = ? WHERE id = ?",
        [stamp(now), status, f"the site answers {status}", page.id],
    )

"""The frontier in archive.db: what was seen, what is due, what became of it.

A page goes due → leased → done or failed; leases of a run that died come back
when the next one starts. Every function works inside the caller's transaction.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scraper.archive.database import Database
from scraper.archive.tombstones import is_forgotten

# An article is looked at again after an hour, then ever more rarely, then no more; a change starts over.
RECHECKS = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=7), timedelta(days=30))
_FIRST_RETRY = timedelta(minutes=5)
_LONGEST_RETRY = timedelta(days=1)
MAX_ATTEMPTS = 8
"""Failures in a row after which a page is left alone."""
_GONE_REST = timedelta(days=1)
LEASE = timedelta(minutes=15)
"""Longer than any visit takes; only for who looks at the table, since the lock says which run lives."""
LONGEST_ASKED = 7
"""Days; a host may ask to be left alone for as long."""
_ROBOTS_REST = timedelta(days=1)
"""robots.txt is read anew each day; asking it again costs the host nothing, so a page it forbids is never given up."""
FEWEST_LINKS = 0.2
"""Of a listing's usual links; it names about as many every day, whether they are new or not."""


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
    part: int = 1
    """Of a listing: 2 for its second page, or for a sitemap that another names."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days whose articles are wanted, both included; an address without a day is always wanted."""

    since: date | None = None
    until: date | None = None


WHOLE_AGAIN = {"listing": timedelta(days=1), "article": timedelta(days=30)}
"""A server that always answers 304 is not believed for ever: after this long a page is asked for without a condition."""
_COLUMNS = (
    "id, url, site, kind, visits, attempts, iif(whole_at > :whole, coalesce(etag, ''), ''),"
    " iif(whole_at > :whole, coalesce(last_modified, ''), ''), part"
)


def stamp(moment: datetime) -> str:
    """UTC time as archive.db keeps it: sortable text."""
    return moment.isoformat(timespec="milliseconds")


_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/]?(0[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01])(?!\d)")


def date_in(url: str) -> str | None:
    """The day an article's address names.

    >>> date_in("https://www.ha.chinanews.com.cn/news/hnxw/2024/0506/1.shtml"), date_in("/docDetail.jsp?id=7")
    ('2024-05-06', None)
    """
    found = _DATE.search(url)
    return "-".join(found.groups()) if found else None


def add_listings(
    db: Database, site: str, urls: Iterable[str], now: datetime, *, read_since: datetime | None = None
) -> None:
    """Make an edition's listings due: they are read in every crawl.

    A crawl that goes on where another was cut short gives `read_since`: what
    was read after that moment is not read again, or crawls that are cut short
    again and again would never come to the articles.
    """
    for url in urls:
        db.execute(
            "INSERT INTO pages (url, site, kind, discovered_at, next_visit) VALUES (?, ?, 'listing', ?, ?)"
            " ON CONFLICT (url) DO UPDATE SET next_visit = excluded.next_visit, state = 'due', part = 1"
            " WHERE kind = 'listing' AND NOT (state = 'done' AND last_visit >= ?)",
            [url, site, stamp(now), stamp(now), stamp(read_since) if read_since else "9999"],
        )


def add_day_listing(db: Database, site: str, url: str, now: datetime, *, over: datetime) -> None:
    """Make the listing of one day due, unless it was read well after that day was over."""
    db.execute(
        "INSERT INTO pages (url, site, kind, discovered_at, next_visit) VALUES (?, ?, 'listing', ?, ?)"
        " ON CONFLICT (url) DO UPDATE SET next_visit = excluded.next_visit, state = 'due'"
        " WHERE kind = 'listing' AND NOT (state = 'done' AND last_visit > ?)",
        [url, site, stamp(now), stamp(now), stamp(over)],
    )


def add_part(db: Database, site: str, url: str, *, part: int, found_on: str, now: datetime) -> None:
    """Make a later page of a listing due, for once. A list that leads round in a circle is not followed."""
    db.execute(
        "INSERT INTO pages (url, site, kind, discovered_at, discovered_on, next_visit, part)"
        " VALUES (?, ?, 'listing', ?, ?, ?, ?)"
        " ON CONFLICT (url) DO UPDATE SET next_visit = excluded.next_visit, state = 'due'"
        " WHERE kind = 'listing' AND state <> 'leased' AND part = excluded.part AND part > 1",
        [url, site, stamp(now), found_on, stamp(now), part],
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
        "UPDATE pages SET next_visit = ? WHERE url = ? AND state = 'gone' AND last_status <> 410 AND last_visit <= ?",
        [stamp(now), url, stamp(now - _GONE_REST)],
    )
    cursor = db.execute(
        "INSERT INTO pages (url, site, kind, discovered_at, discovered_on, link_text, next_visit, dated)"
        " VALUES (?, ?, 'article', ?, ?, ?, ?, ?) ON CONFLICT (url) DO NOTHING",
        [url, site, stamp(now), found_on, text[:300], stamp(now), date_in(url)],
    )
    return bool(cursor.rowcount > 0)


def add_alias(db: Database, alias: str, url: str) -> None:
    """Remember another address under which a page was linked."""
    db.execute(
        "INSERT INTO aliases (url, page) SELECT ?, id FROM pages WHERE url = ? ON CONFLICT (url) DO NOTHING",
        [alias[:2000], url],
    )


def add_skip(db: Database, url: str, site: str, *, reason: str, found_on: str, now: datetime) -> None:
    """Remember a link that was not taken, so that `why` can say so."""
    db.execute(
        "INSERT INTO skips (url, site, reason, found_on, seen_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (url) DO NOTHING",
        [url[:2000], site, reason, found_on, stamp(now)],
    )


def lease(db: Database, site: str, kind: str, run: int, now: datetime, days: Days | None = None) -> Page | None:
    """The next due page of an edition, leased to this run; None when nothing is due.

    What was never visited comes first, in the order it was found; then what
    has waited longest. Both are found by an index, whatever the frontier's size.
    """
    wanted, limits = _wanted(days)
    due = f"FROM pages WHERE site = :site AND kind = :kind AND {{due}} <= :now AND state <> 'leased'{wanted}"
    given = {"site": site, "kind": kind, "now": stamp(now), "whole": stamp(now - WHOLE_AGAIN[kind]), **limits}
    # The plus keeps SQLite from the index of what is due, which would have to be sorted whole.
    new = f"SELECT {_COLUMNS} {due.format(due='+next_visit')} AND last_visit IS NULL ORDER BY id LIMIT 1"
    again = f"SELECT {_COLUMNS} {due.format(due='next_visit')} ORDER BY next_visit, id LIMIT 1"
    row = db.execute(new, given).fetchone() or db.execute(again, given).fetchone()
    if row is None:
        return None
    db.execute(
        "UPDATE pages SET state = 'leased', lease_run = ?, lease_until = ? WHERE id = ?",
        [run, stamp(now + LEASE), row[0]],
    )
    return Page(*row)


def _wanted(days: Days | None) -> tuple[str, dict[str, str]]:
    bounds = (("dated >= :since", days.since), ("dated <= :until", days.until)) if days else ()
    chosen = {condition: day.isoformat() for condition, day in bounds if day}
    conditions = "".join(f" AND (dated IS NULL OR {condition})" for condition in chosen)
    return conditions, {condition.partition(":")[2]: day for condition, day in chosen.items()}


def release_leases(db: Database) -> int:
    """Give back what a run that died held; only called while holding the crawl's lock."""
    return int(
        db.execute(
            "UPDATE pages SET state = 'due', lease_run = NULL, lease_until = NULL WHERE state = 'leased'"
        ).rowcount
    )


def mend_plans(db: Database, now: datetime) -> int:
    """Make due what is planned for later than any plan reaches: the clock was wrong when it was made."""
    latest = now + max(*RECHECKS, _LONGEST_RETRY, _ROBOTS_REST) + timedelta(days=LONGEST_ASKED)
    sql = "UPDATE pages SET next_visit = ? WHERE next_visit > ? AND state <> 'leased'"
    return int(db.execute(sql, [stamp(now), stamp(latest)]).rowcount)


def release(db: Database, page: Page) -> None:
    db.execute("UPDATE pages SET state = 'due', lease_run = NULL, lease_until = NULL WHERE id = ?", [page.id])


def visited(
    db: Database, page: Page, *, status: int, changed: bool, etag: str, last_modified: str, now: datetime
) -> None:
    """A good visit: an article rests longer the longer it stays the same."""
    visits = 0 if changed else page.visits + 1
    rest = RECHECKS[visits] if visits < len(RECHECKS) else None
    due = stamp(now + rest) if rest is not None and page.kind == "article" else None
    # A 304 need not repeat what it confirms; a whole answer without a validator has none.
    kept = ("coalesce(nullif(:etag, ''), etag)", "coalesce(nullif(:modified, ''), last_modified)", "whole_at")
    sent = ("nullif(:etag, '')", "nullif(:modified, '')", ":now")
    etag_now, modified_now, whole_at = kept if status == 304 else sent
    db.execute(
        # Nothing but one of two texts, so that SQLite has read it before.
        "UPDATE pages SET state = 'done', lease_run = NULL, lease_until = NULL, attempts = 0, visits = :visits,"
        " last_visit = :now, last_status = :status, next_visit = :due, error = NULL, error_text = NULL,"
        " robots_rule = NULL,"
        f" etag = {etag_now}, last_modified = {modified_now}, whole_at = {whole_at} WHERE id = :page",
        {
            "visits": visits,
            "now": stamp(now),
            "status": status,
            "due": due,
            "etag": etag,
            "modified": last_modified,
            "page": page.id,
        },
    )


def is_fresh(db: Database, url: str, now: datetime) -> bool:
    """Whether an article's page was fetched and is not due again."""
    row = db.execute(
        "SELECT 1 FROM pages WHERE url = ? AND kind = 'article' AND state = 'done' AND coalesce(next_visit, '9') > ?",
        [url, stamp(now)],
    ).fetchone()
    return row is not None


def leads_to(db: Database, page: Page, url: str, site: str, now: datetime) -> None:
    """A page that was visited only leads to another's article: that one is asked for again when it is time, this one no more.

    Else an article that is linked under both addresses would be fetched by each of them.
    """
    if is_forgotten(db, url):
        return
    db.execute(
        "INSERT INTO pages (url, site, kind, discovered_at, discovered_on, dated) VALUES (?, ?, 'article', ?, ?, ?)"
        " ON CONFLICT (url) DO NOTHING",
        [url, site, stamp(now), page.url, date_in(url)],
    )
    columns = "attempts, visits, last_visit, last_status, next_visit, etag, last_modified, whole_at, error, error_text"
    db.execute(
        f"UPDATE pages SET state = 'done', robots_rule = NULL, ({columns}) = (SELECT {columns} FROM pages WHERE id = ?)"
        " WHERE url = ? AND state <> 'leased'",
        [page.id, url],
    )
    db.execute("UPDATE pages SET next_visit = NULL WHERE id = ?", [page.id])
    add_alias(db, page.url, url)


def led_to_known(db: Database, page: Page, url: str, now: datetime) -> None:
    """A page leads to an article that was fetched not long ago, which is not asked for again."""
    db.execute(
        "UPDATE pages SET state = 'done', lease_run = NULL, lease_until = NULL, attempts = 0, last_visit = ?,"
        " next_visit = NULL, error = NULL, error_text = NULL, robots_rule = NULL WHERE id = ?",
        [stamp(now), page.id],
    )
    add_alias(db, page.url, url)


def failed(
    db: Database,
    page: Page,
    *,
    slug: str,
    text: str,
    status: int | None,
    retry_after: float | None,
    now: datetime,
    run: int | None = None,
    robots_rule: str = "",
) -> None:
    """A failed visit: tried again after a pause that doubles, at most `MAX_ATTEMPTS` times."""
    attempts = page.attempts + 1
    pause = min(_FIRST_RETRY * 2 ** min(page.attempts, 12), _LONGEST_RETRY)
    if retry_after is not None:
        pause = max(pause, timedelta(seconds=retry_after))
    due = stamp(now + pause) if attempts < MAX_ATTEMPTS else None
    if slug == "robots":
        due = stamp(now + _ROBOTS_REST)
    db.execute(
        "UPDATE pages SET state = 'failed', lease_run = NULL, lease_until = NULL, attempts = ?, last_visit = ?,"
        " last_status = ?, next_visit = ?, error = ?, error_text = ?, robots_rule = ? WHERE id = ?",
        [attempts, stamp(now), status, due, slug, text[:500], robots_rule or None, page.id],
    )
    _add_problem(db, page, run, now, slug, text, status, robots_rule)


def _add_problem(
    db: Database, page: Page, run: int | None, now: datetime, slug: str, text: str, status: int | None, rule: str
) -> None:
    db.execute(
        "INSERT INTO problems (page, run, at, slug, text, status, robots_rule) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [page.id, run, stamp(now), slug, text[:500], status, rule or None],
    )


def note_links(db: Database, page: Page, count: int) -> None:
    """How many article links a listing had: losing nearly all of them is drift, not a quiet day."""
    usual = "coalesce(links_usually, :links)"
    db.execute(
        f"UPDATE pages SET links = :links, links_usually = CASE WHEN :links < {usual} * :fewest THEN {usual}"
        f" ELSE {usual} * 0.8 + :links * 0.2 END WHERE id = :page",
        {"links": count, "fewest": FEWEST_LINKS, "page": page.id},
    )


def gone(
    db: Database,
    page: Page,
    *,
    status: int,
    now: datetime,
    slug: str = "gone",
    text: str = "",
    run: int | None = None,
) -> None:
    """The site no longer has the page; it rests, and is asked for whole should it be linked again."""
    said = (text or f"the site answers {status}")[:500]
    db.execute(
        "UPDATE pages SET state = 'gone', lease_run = NULL, lease_until = NULL, last_visit = ?, last_status = ?,"
        " next_visit = NULL, etag = NULL, last_modified = NULL, error = ?, error_text = ?, robots_rule = NULL"
        " WHERE id = ?",
        [stamp(now), status, slug, said, page.id],
    )
    _add_problem(db, page, run, now, slug, said, status, "")

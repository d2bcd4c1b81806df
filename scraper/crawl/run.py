"""One crawl, start to end: listings, new articles, archive. The only place that sees network, parsing and database.

The editions run side by side, each one page at a time. What a page gives is
committed in one transaction: capture first, then article, images, index entry
and frontier row, or the failure as a row.
"""

import asyncio
import json
import os
import re
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TypeVar
from urllib.parse import urlsplit

from sqlite_utils import Database

import scraper
from scraper.archive import drift, frontier, hosts, index, runs
from scraper.archive.connect import CRAWL_WAITS, open_for_writing, sqlite_errors, writing
from scraper.archive.frontier import Days, Page
from scraper.archive.hosts import HostRow
from scraper.archive.lock import crawl_lock
from scraper.crawl.commits import Commits
from scraper.crawl.discovery import MAX_SITEMAPS, article_links, day_listings, listing_addresses, own_addresses
from scraper.crawl.fetch import Fetcher, require_answer, require_page
from scraper.crawl.keep import MAX_PAGES, Keeper, Reading
from scraper.crawl.network import Resolver
from scraper.crawl.options import AGENT, CrawlOptions, Outcome, SiteCounts, user_agent
from scraper.crawl.politeness import MOST_STRAIN, HostClock, HostGate
from scraper.crawl.robots import MAX_BYTES, Robots, RobotsFile
from scraper.crawl.urls import canonical
from scraper.crawl.worker import PageReader
from scraper.errors import FetchError, Forbidden, ScraperError, SoftGone, TemporaryFailure, UndecodablePage, UsageError
from scraper.extract.pages import join_pages
from scraper.models import Article, Capture, Drift, Site
from scraper.sites import all_sites, sites_by_host

__all__ = ["article_links", "crawl", "listing_addresses"]

ATTEMPTS = 3
ROBOTS_ATTEMPTS = 2
_SHORT_WAIT = 30.0
"""Seconds; what a host asks us to wait beyond this is the next crawl's business."""
_WORTH_SAYING = 5.0
"""Seconds; a pause longer than this is told to whoever watches."""
RESUMES = timedelta(minutes=15)
"""A crawl begun so soon after one that was cut short goes on with it; later it begins anew."""
_FAILED_SHARE = 0.5
_LAST_GRACE = 9.0
_CHINA = timezone(timedelta(hours=8))

T = TypeVar("T")
Report = Callable[[str, SiteCounts, str], None]
"""Called with edition, its counts so far and a line about what just happened, once that is committed."""


def crawl(options: CrawlOptions, report: Report = lambda *_: None) -> Outcome:
    """Run one crawl.

    Raises `AlreadyRunning`, `ConfigError`, `UsageError` and the errors of
    opening an archive; what fails on single pages becomes rows.
    """
    options = options.checked()
    if not options.db.parent.is_dir():
        raise UsageError(f"{options.db.parent} is not a folder; make it first, or choose another --db")
    with crawl_lock(options.db), sqlite_errors(options.db):
        db = open_for_writing(options.db, patience=CRAWL_WAITS)
        if options.most_database_pages:
            db.execute(f"PRAGMA max_page_count = {int(options.most_database_pages)}")
        try:
            return asyncio.run(_Crawl(db, options, report).run())
        finally:
            db.close()


class _Stopped(Exception):
    """A pause was cut short because the crawl is to end."""


class _Resting(Exception):
    """The host asked, or has to be left, for a longer rest than a crawl waits for."""


class _Crawl:
    """The state of one crawl."""

    def __init__(self, db: Database, options: CrawlOptions, report: Report) -> None:
        self.db = db
        self.options = options
        self.report = report
        self.counts = {site.code: SiteCounts() for site in options.sites}
        self.stop = asyncio.Event()
        self.stopped_by = ""
        self.run_id = 0
        self.read_since: datetime | None = None
        self.days = Days(options.since, options.until)
        known = hosts.load_hosts(db)
        self.gate = HostGate(options.delay, clocks={row.host: _clock(row) for row in known}, sleep=self.pause)
        self.resolver = Resolver() if options.connect_to is None else None
        self.fetcher = Fetcher(
            user_agent(scraper.__version__, options.contact),
            connect_to=options.connect_to,
            turn=self.turn,
            limits=options.limits,
            resolver=self.resolver,
        )
        self.reader = PageReader()
        self.robots = Robots(AGENT, self.read_robots, known=_robots_files(known))
        self.saved_robots: set[str] = set()
        self.commits = Commits(db)
        self.keeper = Keeper(db, 0, self.counts)
        self.going: set[str] = set()
        """Editions whose row in `run_sites` is open."""

    # --- start and end ---------------------------------------------------------------

    async def run(self) -> Outcome:
        self.begin()
        try:
            with self.signals():
                try:
                    async with self.fetcher:
                        tasks = [asyncio.create_task(self.crawl_site(site)) for site in self.options.sites]
                        await self.until_done(tasks)
                finally:
                    await self.reader.close()
            return self.end()
        except BaseException as error:
            self.end_badly(error)
            raise

    def begin(self) -> None:
        now = datetime.now(UTC)
        index.catch_up(self.db)
        with writing(self.db):
            frontier.release_leases(self.db)
            runs.close_killed(self.db)
            self.read_since = now - RESUMES if runs.was_cut_short(self.db) else None
            runs.save_sites(self.db, all_sites().values())
            self.run_id = runs.begin_run(self.db, scraper.__version__, _arguments(self.options), now)
            self.keeper.run = self.run_id
            for site in self.options.sites:
                frontier.add_listings(self.db, site.code, listing_addresses(site), now, read_since=self.read_since)
                for url, day in day_listings(site, self.days.since, self.days.until, now.astimezone(_CHINA).date()):
                    frontier.add_day_listing(self.db, site.code, url, now, over=_well_after(day))

    async def until_done(self, tasks: list[asyncio.Task[None]]) -> None:
        """Wait for the editions; after a signal, less than ten seconds for what is in flight."""
        stopping = asyncio.create_task(self.stop.wait())
        pending: set[asyncio.Task[None]] = set(tasks)
        while pending and not self.stop.is_set():
            done, rest = await asyncio.wait([*pending, stopping], return_when=asyncio.FIRST_COMPLETED)
            pending = {task for task in rest if task is not stopping}  # type: ignore[misc]
            for task in done:
                if task is not stopping:
                    task.result()
        stopping.cancel()
        if pending:
            _, late = await asyncio.wait(pending, timeout=_LAST_GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def end(self) -> Outcome:
        with writing(self.db):
            drifting = self.compare_with_past()
        code = self.exit_code(drifting)
        now = datetime.now(UTC)
        with writing(self.db):
            frontier.release_leases(self.db)
            for site in self.options.sites:
                self.save_manners(site)
                if site.code in self.going:
                    runs.end_site(self.db, self.run_id, site.code, self.counts[site.code].note or "stopped", now)
            runs.end_run(self.db, self.run_id, _outcome_name(code), now, code)
        with writing(self.db):
            self.db.execute("PRAGMA optimize")
        return Outcome(self.run_id, self.counts, code, self.stopped_by, drifting)

    def end_badly(self, error: BaseException) -> None:
        """Say in the run's row why it ended, if the archive still takes a word."""
        with suppress(sqlite3.Error):
            if self.db.conn.in_transaction:
                self.db.rollback()
            full = isinstance(error, sqlite3.Error) and "full" in str(error)
            with writing(self.db):
                frontier.release_leases(self.db)
                outcome = "disk full" if full else f"failed: {type(error).__name__}"
                runs.end_run(self.db, self.run_id, outcome, datetime.now(UTC), 7 if full else 1)

    def compare_with_past(self) -> tuple[Drift, ...]:
        """What changed for the worse in the editions that were reached."""
        now = frontier.stamp(datetime.now(UTC))
        drifting: list[Drift] = []
        for site in self.options.sites:
            if self.counts[site.code].reached:
                found = drift.find_drift(self.db, site.code, self.run_id)
                drift.record_drift(self.db, site.code, self.run_id, found, now)
                drifting += found
        return tuple(drifting)

    def exit_code(self, drifting: tuple[Drift, ...]) -> int:
        if self.stopped_by:
            return 128 + int(getattr(signal, self.stopped_by))
        asked = any(counts.requests or counts.failed or counts.note for counts in self.counts.values())
        if asked and not any(counts.reached for counts in self.counts.values()):
            return 5
        visited = sum(counts.visited for counts in self.counts.values())
        failed = sum(counts.failed for counts in self.counts.values())
        if drifting:
            return 4
        return 3 if failed > max(2, visited * _FAILED_SHARE) else 0

    @contextmanager
    def signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        names = ("SIGINT", "SIGTERM")
        for name in names:
            loop.add_signal_handler(getattr(signal, name), self.signalled, name)
        try:
            yield
        finally:
            for name in names:
                loop.remove_signal_handler(getattr(signal, name))

    def signalled(self, name: str) -> None:
        """The first signal ends the crawl in order; a second one at once, which loses nothing committed."""
        if self.stopped_by:
            os._exit(128 + getattr(signal, name))
        self.stopped_by = name
        self.stop.set()

    # --- one edition ---------------------------------------------------------------------

    async def crawl_site(self, site: Site) -> None:
        await self.commits.do(lambda: runs.begin_site(self.db, self.run_id, site.code, datetime.now(UTC)))
        self.going.add(site.code)
        try:
            await self.visit_all(site, "listing")
            if await self.commits.do(lambda: self.add_sitemaps(site)):
                await self.visit_all(site, "listing")
            await self.visit_all(site, "article")
        except Forbidden as error:
            self.note(site, str(error))
        await self.commits.do(lambda: self.end_site(site))

    def add_sitemaps(self, site: Site) -> bool:
        """Make due what robots.txt names: sitemaps and feeds."""
        named = own_addresses(site, self.robots.sitemaps(site.hosts[0]))[:MAX_SITEMAPS]
        new = [url for url in named if url not in listing_addresses(site)]
        frontier.add_listings(self.db, site.code, new, datetime.now(UTC), read_since=self.read_since)
        return bool(new)

    def end_site(self, site: Site) -> None:
        self.save_manners(site)
        note = self.counts[site.code].note or ("stopped" if self.stop.is_set() else "")
        runs.end_site(self.db, self.run_id, site.code, note, datetime.now(UTC))
        self.going.discard(site.code)

    def note(self, site: Site, line: str) -> None:
        """Why an edition stops before it is through."""
        self.counts[site.code].note = line
        self.report(site.code, self.counts[site.code], line)

    async def visit_all(self, site: Site, kind: str) -> None:
        """Every due page of a kind, one after the other, until the crawl or the host is to rest."""
        most = self.options.limit if kind == "article" else None
        if most == 0 or self.must_rest(site):
            return
        page = await self.commits.do(lambda: self.lease(site, kind))
        visited = 0
        while page is not None:
            visited += 1
            last = visited == most or self.stop.is_set()
            leased = page
            if self.stop.is_set() or self.must_rest(site):
                await self.commits.do(lambda: frontier.release(self.db, leased))  # noqa: B023  # called at once
                return
            page = await self.visit(site, leased, last=last)

    def must_rest(self, site: Site) -> bool:
        until = self.gate.rests_beyond(site.hosts[0], _SHORT_WAIT)
        if until:
            self.note(site, f"rests until {until.astimezone():%Y-%m-%d %H:%M}")
        return until is not None

    def lease(self, site: Site, kind: str) -> Page | None:
        """The next page, and with it the promise to pause after its request even if nobody lives to count from its end."""
        now = datetime.now(UTC)
        page = frontier.lease(self.db, site.code, kind, self.run_id, now, self.days if kind == "article" else None)
        if page is not None and self.options.delay:
            earliest = max(now, self.gate.clock(site.hosts[0]).not_before() or now)
            hosts.promise_pause(self.db, site.hosts[0], earliest + timedelta(seconds=self.options.delay))
        return page

    async def visit(self, site: Site, page: Page, *, last: bool) -> Page | None:
        """Fetch, read and keep a page; returns the next one, leased in the same transaction."""
        try:
            capture = await self.fetch(page)
        except (_Stopped, _Resting):
            await self.commits.do(lambda: frontier.release(self.db, page))
            self.must_rest(site)
            return None
        except FetchError as error:
            failure = error
            following = await self.commit(site, page, lambda: self.keeper.note_failure(site, page, None, failure), last)
            if isinstance(error, Forbidden) and error.whole_host and urlsplit(page.url).netloc == site.hosts[0]:
                if following is not None:
                    unwanted = following
                    await self.commits.do(lambda: frontier.release(self.db, unwanted))
                raise
            return following
        self.gate.succeeded(site.hosts[0])
        counts = self.counts[site.code]
        counts.reached = True
        counts.bytes += capture.wire_size
        found, reading = await self.read_whole(site, page, capture)
        return await self.commit(site, page, lambda: self.keeper.keep(site, page, found, reading), last)

    async def commit(self, site: Site, page: Page, keep: Callable[[], str], last: bool) -> Page | None:
        """Keep what a page gave, the manners and the lease of the next page at once; then say so."""

        def work() -> tuple[str, Page | None]:
            line = keep()
            self.save_manners(site)
            return line, None if last or self.stop.is_set() else self.lease(site, page.kind)

        line, following = await self.commits.do(work)
        self.report(site.code, self.counts[site.code], line)
        return following

    async def read_whole(self, site: Site, page: Page, first: Capture) -> tuple[list[Capture], Reading]:
        """A page's captures (an article may have several pages) and what they say, or the error of reading the first."""
        found = [first]
        if first.status != 200:
            return found, None
        try:
            _refuse_other_media(first, feeds=page.kind == "listing")
            if page.kind == "listing":
                return found, await self.reader.listing(first.body, first.final_url, first.header("content-type"))
            _refuse_home(site, first)
            articles = [await self.read_article(first)]
        except Exception as error:  # becomes the page's row in `keep`
            return found, error
        while (following := _later_page(articles[-1], found)) and not self.stop.is_set():
            try:
                found.append(await self.fetch(replace(page, url=following, etag="", last_modified="")))
                self.counts[site.code].bytes += found[-1].wire_size
                require_page(found[-1])
                articles.append(await self.read_article(found[-1]))
            except (ScraperError, _Stopped, _Resting) as error:
                self.report(site.code, self.counts[site.code], f"failed {following}: {error}")
                break
        return found, join_pages(articles)

    async def read_article(self, capture: Capture) -> Article:
        return await self.reader.article(capture.body, capture.final_url, capture.header("content-type"))

    def save_manners(self, site: Site) -> None:
        """Keep counts, clocks and robots.txt with the page, so that a crawl killed now is continued politely."""
        clock = self.gate.clock(site.hosts[0])
        hosts.save_clock(
            self.db,
            site.hosts[0],
            next_at=clock.next_at,
            backoff_until=clock.backoff_until,
            failures=clock.failures,
            address=clock.address or None,
            strain=clock.strain,
        )
        for host in (*site.hosts, *site.extra_hosts):
            file = self.robots.fresh.get(host)
            if file is not None and host not in self.saved_robots:
                self.saved_robots.add(host)
                hosts.save_robots(
                    self.db,
                    host,
                    text=file.text,
                    status=file.status,
                    read_at=file.read_at,
                    crawl_delay=self.robots.delay(host),
                )
        counts = self.counts[site.code]
        counts.waited = round(self.gate.waited.get(site.hosts[0], 0.0), 3)
        runs.save_counts(self.db, self.run_id, site.code, {name: getattr(counts, name) for name in runs.COUNTED})

    # --- the network -----------------------------------------------------------------------

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """One request at a time for an edition, whose twins share a server, and for an address, which editions may share.

        Raises `_Resting` rather than sit out a long rest.
        """
        host = urlsplit(url).netloc
        site = sites_by_host().get(host)
        key = site.hosts[0] if site else host
        if self.gate.rests_beyond(key, _SHORT_WAIT):
            raise _Resting(key)
        address = await self.resolver.place(host) if self.resolver else ""
        counts = self.counts.get(site.code) if site else None
        if counts is not None and site is not None:
            self.tell_of_pause(site, counts, key)
        async with self.gate.turn(key, self.robots.delay(host), address):
            if counts is not None:
                counts.requests += 1
                counts.waiting_until = ""
            yield

    def tell_of_pause(self, site: Site, counts: SiteCounts, key: str) -> None:
        until = self.gate.clock(key).not_before()
        if until and (until - datetime.now(UTC)).total_seconds() > _WORTH_SAYING:
            counts.waiting_until = until.isoformat(timespec="seconds")
            self.report(site.code, counts, f"waits until {until.astimezone():%H:%M:%S}")

    async def read_robots(self, url: str) -> Capture:
        """robots.txt of a host, asked for once more where that may help; a host that is busy gets its rest, too."""
        host = urlsplit(url).netloc
        key = sites_by_host()[host].hosts[0] if host in sites_by_host() else host
        for attempt in range(1, ROBOTS_ATTEMPTS + 1):
            capture = None
            try:
                capture = await self.fetcher.fetch(url, permit=_anyone, cut=MAX_BYTES)
                require_answer(capture)
                return capture
            except TemporaryFailure as error:
                self.gate.failed(key, error.retry_after, too_many=error.slug == "http-429")
                if attempt == ROBOTS_ATTEMPTS or self.stop.is_set() or self.gate.rests_beyond(key, _SHORT_WAIT):
                    if capture is not None:
                        return capture
                    raise
            await self.pause(self.options.retry_wait)
        raise AssertionError("the last attempt returns or raises")

    async def pause(self, seconds: float) -> None:
        """Wait politely, but not once the crawl is to end. Raises `_Stopped` then."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stop.wait(), seconds)
            raise _Stopped("the crawl is ending")

    async def fetch(self, page: Page) -> Capture:
        """The page's answer; what is temporary is tried again a little later, up to `ATTEMPTS` times."""
        wait = self.options.retry_wait
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self.attempt(page)
            except TemporaryFailure as error:
                host = sites_by_host()[urlsplit(page.url).netloc].hosts[0]
                self.gate.failed(host, error.retry_after, too_many=error.slug == "http-429")
                wait = error.retry_after if error.retry_after is not None else wait
                rests = wait > _SHORT_WAIT or self.gate.rests_beyond(host, _SHORT_WAIT)
                if attempt == ATTEMPTS or rests or self.stop.is_set():
                    raise
            await self.pause(wait)
            wait *= 2
        raise AssertionError("the last attempt returns or raises")

    async def attempt(self, page: Page) -> Capture:
        capture = await self.fetcher.fetch(
            page.url, permit=self.robots.permit, etag=page.etag, last_modified=page.last_modified
        )
        require_answer(capture)
        return capture


def _clock(row: HostRow) -> HostClock:
    return HostClock(
        row.next_at, row.backoff_until, row.failures, row.address or "", min(max(row.strain, 1.0), MOST_STRAIN)
    )


def _robots_files(rows: list[HostRow]) -> dict[str, RobotsFile]:
    return {
        row.host: RobotsFile(row.host, row.robots_status, row.robots or "", row.robots_at)
        for row in rows
        if row.robots_status is not None and row.robots_at is not None
    }


def _well_after(day: date) -> datetime:
    """A day of China's after a day, when its list has long been whole."""
    return datetime.combine(day + timedelta(days=2), time(), _CHINA).astimezone(UTC)


def _refuse_other_media(capture: Capture, *, feeds: bool) -> None:
    """Raise `UndecodablePage` for what its own Content-Type says is no page, whatever its bytes look like."""
    kind = capture.header("content-type").partition(";")[0].strip().lower()
    compressed = kind in ("application/gzip", "application/x-gzip", "application/octet-stream")
    if (kind.startswith(_OTHER_MEDIA) or kind in _OTHER_TYPES) and not (feeds and compressed):
        raise UndecodablePage(f"the server says it is {kind[:80]}, no page", url=capture.url)


_OTHER_MEDIA = ("image/", "audio/", "video/", "font/", "model/", "multipart/")
_OTHER_TYPES = (
    "application/pdf", "application/zip", "application/gzip", "application/x-gzip", "application/octet-stream",
    "application/json", "application/javascript", "application/x-javascript", "application/msword",
    "application/x-shockwave-flash", "application/vnd.ms-excel", "text/css", "text/javascript", "text/csv",
)  # fmt: skip


def _refuse_home(site: Site, capture: Capture) -> None:
    """Raise `SoftGone` where a site sends whoever asks for a lost article to its home page, a list or an error page."""
    if not capture.redirects:
        return
    path = urlsplit(capture.final_url).path or "/"
    if _HOME.fullmatch(path) or _ERROR_PAGE.search(path) or capture.final_url in listing_addresses(site):
        raise SoftGone(f"the site leads to {path} instead", url=capture.url)


_HOME = re.compile(r"/?(?:index\.s?html?)?")
_ERROR_PAGE = re.compile(r"/(?:404|error|err|notfound|not_found)(?:\.\w+|/|$)", re.I)


def _later_page(article: Article, found: list[Capture]) -> str | None:
    """The address of this article's next page (ID_2.shtml), if it has one that was not yet fetched."""
    following = article.next_page
    if following is None or len(found) >= MAX_PAGES or any(following in (one.url, one.final_url) for one in found):
        return None
    return None if canonical(following).is_first_page else following


async def _anyone(url: str) -> None:
    """robots.txt itself may always be read."""


def _outcome_name(code: int) -> str:
    return {0: "ok", 3: "many failures", 4: "drift", 5: "nothing reachable"}.get(code, "interrupted")


def _arguments(options: CrawlOptions) -> str:
    connect_to = "{}:{}".format(*options.connect_to) if options.connect_to else None
    return json.dumps(
        {
            "sites": [site.code for site in options.sites],
            "delay": options.delay,
            "limit": options.limit,
            "connect_to": connect_to,
            "since": options.since.isoformat() if options.since else None,
            "until": options.until.isoformat() if options.until else None,
        }
    )

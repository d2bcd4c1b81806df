"""One crawl, start to end: listings, new articles, archive. The only place that sees network, parsing and database.

The editions run side by side, each one page at a time. What a page gives is
committed in one transaction: capture first, then article, images, index entry
and frontier row, or the failure as a row.
"""

import asyncio
import json
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

import scraper
from scraper.archive import compaction, drift, frontier, hosts, index, runs
from scraper.archive.connect import is_full, writing
from scraper.archive.database import Database
from scraper.archive.frontier import Days, Page
from scraper.crawl.commits import WAIT, Commits, is_busy
from scraper.crawl.discovery import MAX_SITEMAPS, day_listings, listing_addresses, own_addresses
from scraper.crawl.fetch import Fetcher
from scraper.crawl.interruption import ends_at_a_signal
from scraper.crawl.keep import Keeper
from scraper.crawl.manners import LeadsToKnown, Manners, Resting, Stopped
from scraper.crawl.media import LIMITS as PICTURE_LIMITS
from scraper.crawl.media import PictureKeeper, picture_address
from scraper.crawl.opening import opened
from scraper.crawl.options import CrawlOptions, Outcome, SiteCounts, user_agent
from scraper.crawl.whole import WholePages
from scraper.crawl.worker import PageReader
from scraper.errors import FetchError, Forbidden
from scraper.models import Drift, Site
from scraper.sites import all_sites
from scraper.text import BEIJING, beijing

RESUMES = timedelta(minutes=15)
"""A crawl begun so soon after one that was cut short goes on with it; later it begins anew."""

Report = Callable[[str, SiteCounts, str], None]
"""Called with edition, its counts so far and a line about what just happened, once that is committed."""


def crawl(options: CrawlOptions, report: Report = lambda *_: None) -> Outcome:
    """Run one crawl.

    Raises `AlreadyRunning`, `ConfigError`, `UsageError` and the errors of
    opening an archive; what fails on single pages becomes rows.
    """
    with opened(options) as db:
        # Two megabytes. SQLite's own number is reckoned in pages of 4 kB and would come to four times as much.
        db.execute("PRAGMA cache_size = 128")
        if options.most_database_pages:
            db.execute(f"PRAGMA max_page_count = {int(options.most_database_pages)}")
        return asyncio.run(_Crawl(db, options, report).run())


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
        self.manners = Manners(
            options,
            hosts.load_hosts(db),
            self.counts,
            self.stop,
            self.say,
            is_fresh=lambda url: frontier.is_fresh(db, url, datetime.now(UTC)),
            keep=lambda write: self.commits.do(lambda: write(db)),
        )
        # An edition alone waits for its host, and not for this process.
        ahead = index.Ahead() if len(options.sites) > 1 else None
        self.reader = PageReader(ahead=ahead)
        self.whole = WholePages(self.manners, self.reader, self.say)
        self.commits = Commits(db, WAIT if len(options.sites) > 1 else 0.0, finish=lambda: index.flush(db, ahead))
        self.keeper = Keeper(db, 0, self.counts, options.honour_noarchive)
        self.pictures = PictureKeeper(
            db,
            self.commits,
            Fetcher(
                user_agent(scraper.__version__, options.contact),
                connect_to=options.connect_to,
                turn=self.manners.turn,
                limits=PICTURE_LIMITS,
                resolver=self.manners.resolver,
                vet=picture_address,
            ),
            permit=self.manners.robots.permit,
            gate=self.manners.gate,
            stop=self.stop,
        )
        self.going: set[str] = set()
        """Editions whose row in `run_sites` is open."""

    # --- start and end ---------------------------------------------------------------

    async def run(self) -> Outcome:
        self.begin()
        try:
            with self.signals(), self.commits.responsive():
                try:
                    async with self.manners.fetcher, self.pictures:
                        tasks = [asyncio.create_task(self.crawl_site(site)) for site in self.options.sites]
                        await self.until_done(tasks)
                finally:
                    await self.reader.close()
                outcome = await self.end()
        except BaseException as error:
            self.end_badly(error)
            if self.stopped_by and is_busy(error):  # another program writes; the next crawl closes the run
                return Outcome(self.run_id, self.counts, self.exit_code((), self.stopped_by), self.stopped_by, ())
            raise
        with ends_at_a_signal():
            self.tidy()
        return outcome

    def begin(self) -> None:
        now = datetime.now(UTC)
        index.catch_up(self.db)
        with writing(self.db):
            frontier.release_leases(self.db)
            frontier.mend_plans(self.db, now)
            runs.close_killed(self.db)
            self.read_since = now - RESUMES if runs.was_cut_short(self.db) else None
            runs.save_sites(self.db, all_sites().values())
            self.run_id = runs.begin_run(self.db, scraper.__version__, _arguments(self.options), now)
            self.keeper.run = self.run_id
            for site in self.options.sites:
                frontier.add_listings(self.db, site.code, listing_addresses(site), now, read_since=self.read_since)
                for url, day in day_listings(site, self.days.since, self.days.until, now.astimezone(BEIJING).date()):
                    frontier.add_day_listing(self.db, site.code, url, now, over=_well_after(day))

    async def until_done(self, tasks: list[asyncio.Task[None]]) -> None:
        """Wait for the editions; after a signal, less than ten seconds for what is in flight."""
        stopping = asyncio.create_task(self.stop.wait())
        pending: set[asyncio.Task[None]] = set(tasks)
        while pending and not self.stop.is_set() and not _failures(tasks):
            await asyncio.wait([*pending, stopping], return_when=asyncio.FIRST_COMPLETED)
            pending = {task for task in tasks if not task.done()}
        stopping.cancel()
        if pending and not _failures(tasks):
            _, pending = await asyncio.wait(pending, timeout=self.options.grace)
        for task in pending:
            task.cancel()
        if pending:
            await asyncio.wait(pending, timeout=self.options.grace)
        # What ends one ends all (a full disk): each has failed with it, and it is said once.
        for error in _failures(tasks):
            raise error

    async def end(self) -> Outcome:
        """Close the run. A first signal that comes now changes nothing: the work is done."""
        stopped_by = self.stopped_by

        def close() -> Outcome:
            drifting = self.compare_with_past()
            code = self.exit_code(drifting, stopped_by)
            now = datetime.now(UTC)
            frontier.release_leases(self.db)
            for site in self.options.sites:
                self.save_manners(site)
                if site.code in self.going:
                    runs.end_site(self.db, self.run_id, site.code, self.counts[site.code].note or "stopped", now)
            runs.end_run(self.db, self.run_id, _outcome_name(code), now, code)
            return Outcome(self.run_id, self.counts, code, stopped_by, drifting)

        return await self.commits.do(close)

    def tidy(self) -> None:
        """What an archive likes after a crawl and can do without."""
        if not self.stopped_by:
            compaction.compact_due(self.db, [site.code for site in self.options.sites], datetime.now(UTC))
        with writing(self.db):
            self.db.execute("PRAGMA optimize")

    def end_badly(self, error: BaseException) -> None:
        """Say in the run's row why it ended, if the archive still takes a word."""
        if is_busy(error):
            return
        with suppress(sqlite3.Error):
            if self.db.conn.in_transaction:
                self.db.rollback()
            full = isinstance(error, sqlite3.Error) and is_full(error)
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
                drifting += drift.record_drift(self.db, site.code, self.run_id, found, now)
        return tuple(drifting)

    def exit_code(self, drifting: tuple[Drift, ...], stopped_by: str) -> int:
        if stopped_by:
            return 128 + int(getattr(signal, stopped_by))
        asked = any(counts.requests or counts.failed or counts.note for counts in self.counts.values())
        if asked and not any(counts.reached for counts in self.counts.values()):
            return 5
        visited = sum(counts.visited + counts.listings for counts in self.counts.values())
        failed = sum(counts.failed for counts in self.counts.values())
        if drifting:
            return 4
        return 3 if failed > visited * self.options.failed_share else 0

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
        self.commits.hurry(self.options.grace)
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
            if self.options.media:
                with suppress(Stopped, Resting):
                    await self.pictures.keep_pictures(site, lambda line: self.say(site, line))
        except Forbidden as error:
            self.note(site, str(error))
        await self.commits.do(lambda: self.end_site(site))

    def add_sitemaps(self, site: Site) -> bool:
        """Make due what robots.txt names: sitemaps and feeds."""
        named = own_addresses(site, self.manners.robots.sitemaps(site.hosts[0]))[:MAX_SITEMAPS]
        new = [url for url in named if url not in listing_addresses(site)]
        frontier.add_listings(self.db, site.code, new, datetime.now(UTC), read_since=self.read_since)
        return bool(new)

    def end_site(self, site: Site) -> None:
        self.save_manners(site)
        note = self.counts[site.code].note or ("stopped" if self.stop.is_set() else "")
        runs.end_site(self.db, self.run_id, site.code, note, datetime.now(UTC))
        self.going.discard(site.code)

    def say(self, site: Site, line: str) -> None:
        self.report(site.code, self.counts[site.code], line)

    def note(self, site: Site, line: str) -> None:
        """Why an edition stops before it is through."""
        if line != self.counts[site.code].note:
            self.counts[site.code].note = line
            self.say(site, line)

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
                self.manners.withdraw(site)
                await self.commits.do(lambda: frontier.release(self.db, leased))  # noqa: B023  # called at once
                return
            page = await self.visit(site, leased, last=last)

    def must_rest(self, site: Site) -> bool:
        until = self.manners.rests_until(site)
        if until:
            self.note(site, f"rests until {beijing(until)}, {self.manners.why_it_rests(site)}")
        return until is not None

    def lease(self, site: Site, kind: str) -> Page | None:
        """The next page, and with it the promise to pause after its request even if nobody lives to count from its end."""
        now = datetime.now(UTC)
        page = frontier.lease(self.db, site.code, kind, self.run_id, now, self.days if kind == "article" else None)
        if page is not None:
            self.manners.promise(self.db, site)
        return page

    async def visit(self, site: Site, page: Page, *, last: bool) -> Page | None:
        """Fetch, read and keep a page; returns the next one, leased in the same transaction."""
        try:
            capture = await self.manners.fetch(page)
        except (Stopped, Resting):
            self.manners.withdraw(site)
            await self.commits.do(lambda: frontier.release(self.db, page))
            self.must_rest(site)
            return None
        except LeadsToKnown as redirect:
            target = redirect.url
            self.manners.gate.succeeded(site.hosts[0])
            return await self.commit(site, page, lambda: self.keeper.keep_redirect(site, page, target), last)
        except FetchError as error:
            failure = error
            following = await self.commit(site, page, lambda: self.keeper.note_failure(site, page, None, failure), last)
            if isinstance(error, Forbidden) and error.whole_host and urlsplit(error.url).netloc == site.hosts[0]:
                if following is not None:
                    unwanted = following
                    self.manners.withdraw(site)
                    await self.commits.do(lambda: frontier.release(self.db, unwanted))
                raise
            return following
        self.manners.heard(capture)
        counts = self.counts[site.code]
        counts.reached = True
        counts.bytes += capture.wire_size
        found, reading = await self.whole.read(site, page, capture)
        return await self.commit(site, page, lambda: self.keeper.keep(site, page, found, reading), last)

    async def commit(self, site: Site, page: Page, keep: Callable[[], str], last: bool) -> Page | None:
        """Keep what a page gave, the manners and the lease of the next page at once; then say so."""

        def work() -> tuple[str, Page | None]:
            line = keep()
            self.save_manners(site)
            return line, None if last or self.stop.is_set() else self.lease(site, page.kind)

        line, following = await self.commits.do(work)
        self.say(site, line)
        return following

    def save_manners(self, site: Site) -> None:
        """Keep counts, clocks and robots.txt with the page."""
        self.manners.save(self.db, site)
        counts = self.counts[site.code]
        counts.waited = round(self.manners.gate.waited.get(site.hosts[0], 0.0), 3)
        runs.save_counts(self.db, self.run_id, site.code, {name: getattr(counts, name) for name in runs.COUNTED})


def _failures(tasks: list[asyncio.Task[None]]) -> list[BaseException]:
    ended = [task.exception() for task in tasks if task.done() and not task.cancelled()]
    return [error for error in ended if error]


def _well_after(day: date) -> datetime:
    """A day of China's after a day, when its list has long been whole."""
    return datetime.combine(day + timedelta(days=2), time(), BEIJING).astimezone(UTC)


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

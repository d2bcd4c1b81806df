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
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from sqlite_utils import Database

import scraper
from scraper.archive import captures, drift, frontier, hosts, index, rights, runs, store
from scraper.archive.connect import CRAWL_WAITS, open_for_writing, sqlite_errors, writing
from scraper.archive.frontier import Page
from scraper.archive.hosts import HostRow
from scraper.archive.lock import crawl_lock
from scraper.crawl.fetch import Fetcher, require_page
from scraper.crawl.media import LIMITS as PICTURE_LIMITS
from scraper.crawl.media import PictureKeeper, picture_address
from scraper.crawl.options import AGENT, CrawlOptions, Outcome, SiteCounts, user_agent
from scraper.crawl.politeness import HostClock, HostGate
from scraper.crawl.robots import MAX_BYTES, Robots, RobotsFile
from scraper.crawl.urls import Address, canonical
from scraper.crawl.worker import PageReader
from scraper.errors import (
    FetchError,
    Forbidden,
    Gone,
    NothingListed,
    Refused,
    ScraperError,
    TemporaryFailure,
    UsageError,
)
from scraper.extract.pages import join_pages
from scraper.models import Article, Capture, Drift, Link, Site
from scraper.sites import all_sites, sites_by_host

ATTEMPTS = 3
MAX_PAGES = 30
"""Pages of one article at most."""
_SHORT_WAIT = 30.0
"""Seconds; what a host asks us to wait beyond this is the next crawl's business."""
_FAILED_SHARE = 0.5
_LAST_GRACE = 10.0


Reading = Article | list[Link] | Exception | None
"""What a page said: its record, its links, why it could not be read, or nothing new (304)."""
Report = Callable[[str, SiteCounts, str], None]
"""Called with edition, its counts so far and a line about what just happened."""


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
        try:
            return asyncio.run(_Crawl(db, options, report).run())
        finally:
            db.close()


class _Stopped(Exception):
    """A pause was cut short because the crawl is to end."""


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
        known = hosts.load_hosts(db)
        self.gate = HostGate(options.delay, clocks={row.host: _clock(row) for row in known}, sleep=self.pause)
        self.fetcher = Fetcher(
            user_agent(scraper.__version__, options.contact),
            connect_to=options.connect_to,
            turn=self.turn,
            limits=options.limits,
        )
        self.pictures = PictureKeeper(
            db,
            Fetcher(
                user_agent(scraper.__version__, options.contact),
                connect_to=options.connect_to,
                turn=self.turn,
                limits=PICTURE_LIMITS,
                vet=picture_address,
            ),
            permit=lambda url: self.robots.permit(url),
            gate=self.gate,
            stop=self.stop,
        )
        self.reader = PageReader()
        self.robots = Robots(AGENT, self.read_robots, known=_robots_files(known))

    # --- start and end ---------------------------------------------------------------

    async def run(self) -> Outcome:
        self.begin()
        with self.signals():
            try:
                async with self.fetcher, self.pictures:
                    tasks = [asyncio.create_task(self.crawl_site(site)) for site in self.options.sites]
                    await self.until_done(tasks)
            finally:
                await self.reader.close()
        return self.end()

    def begin(self) -> None:
        now = datetime.now(UTC)
        index.catch_up(self.db)
        with writing(self.db):
            frontier.release_leases(self.db)
            runs.save_sites(self.db, all_sites().values())
            self.run_id = runs.begin_run(self.db, scraper.__version__, _arguments(self.options), now)
            for site in self.options.sites:
                frontier.add_listings(self.db, site.code, listing_addresses(site), now)

    async def until_done(self, tasks: list[asyncio.Task[None]]) -> None:
        """Wait for the editions; after a signal, at most ten seconds for what is in flight."""
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
        with writing(self.db):
            frontier.release_leases(self.db)
            for site in self.options.sites:
                self.save_manners(site)
            runs.end_run(self.db, self.run_id, _outcome_name(code), datetime.now(UTC))
        with writing(self.db):
            self.db.execute("PRAGMA optimize")
        return Outcome(self.run_id, self.counts, code, self.stopped_by, drifting)

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
        if not any(counts.reached for counts in self.counts.values()):
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
        try:
            for kind in ("listing", "article"):
                await self.visit_all(site, kind)
            if self.options.media:
                with suppress(_Stopped):
                    await self.pictures.keep_pictures(
                        site, lambda line: self.report(site.code, self.counts[site.code], line)
                    )
        except Forbidden as error:
            self.counts[site.code].note = str(error)
            self.report(site.code, self.counts[site.code], str(error))

    async def visit_all(self, site: Site, kind: str) -> None:
        """Every due page of a kind, one after the other, until the crawl or the host is to rest."""
        counts = self.counts[site.code]
        visited = 0
        while not self.stop.is_set() and not (kind == "article" and visited == self.options.limit):
            until = self.gate.rests_beyond(site.hosts[0], _SHORT_WAIT)
            if until:
                counts.note = f"rests until {until.astimezone():%Y-%m-%d %H:%M}"
                self.report(site.code, counts, counts.note)
                return
            with writing(self.db):
                page = frontier.lease(self.db, site.code, kind, self.run_id, datetime.now(UTC))
            if page is None:
                return
            await self.visit(site, page)
            visited += 1

    async def visit(self, site: Site, page: Page) -> None:
        try:
            capture = await self.fetch(page)
        except _Stopped:
            with writing(self.db):
                frontier.release(self.db, page)
            return
        except FetchError as error:
            with writing(self.db):
                self.note_failure(site, page, None, error)
                self.save_manners(site)
            if isinstance(error, Forbidden) and page.kind == "listing" and self.robots_are_down(site):
                raise
            return
        self.gate.succeeded(site.hosts[0])
        counts = self.counts[site.code]
        counts.reached = True
        counts.bytes += capture.wire_size
        found, reading = await self.read_whole(site, page, capture)
        with writing(self.db):
            self.keep(site, page, found, reading)
            self.save_manners(site)

    async def read_whole(self, site: Site, page: Page, first: Capture) -> tuple[list[Capture], Reading]:
        """A page's captures (an article may have several pages) and what they say, or the error of reading the first."""
        found = [first]
        if first.status != 200:
            return found, None
        try:
            if page.kind == "listing":
                return found, await self.reader.links(first.body, first.final_url, first.header("content-type"))
            articles = [await self.read_article(first)]
        except Exception as error:  # becomes the page's row in `keep`
            return found, error
        while (following := _later_page(articles[-1], found)) and not self.stop.is_set():
            try:
                found.append(await self.fetch(replace(page, url=following, etag="", last_modified="")))
                self.counts[site.code].bytes += found[-1].wire_size
                require_page(found[-1])
                articles.append(await self.read_article(found[-1]))
            except (ScraperError, _Stopped) as error:
                self.report(site.code, self.counts[site.code], f"failed {following}: {error}")
                break
        return found, join_pages(articles)

    async def read_article(self, capture: Capture) -> Article:
        return await self.reader.article(capture.body, capture.final_url, capture.header("content-type"))

    def save_manners(self, site: Site) -> None:
        """Keep counts, clocks and robots.txt with the page, so that a crawl killed now is continued politely."""
        clock = self.gate.clock(site.hosts[0])
        hosts.save_clock(
            self.db, site.hosts[0], next_at=clock.next_at, backoff_until=clock.backoff_until, failures=clock.failures
        )
        for host in (*site.hosts, *site.extra_hosts):
            file = self.robots.fresh.get(host)
            if file is not None:
                hosts.save_robots(self.db, host, text=file.text, status=file.status, read_at=file.read_at)
        counts = self.counts[site.code]
        runs.save_counts(self.db, self.run_id, site.code, {name: getattr(counts, name) for name in runs.COUNTED})

    def robots_are_down(self, site: Site) -> bool:
        file = self.robots.fresh.get(site.hosts[0])
        return file is not None and not file.is_good

    # --- the network -----------------------------------------------------------------------

    def turn(self, url: str) -> AbstractAsyncContextManager[None]:
        """Twins share a server, so all hosts of an edition share a turn."""
        host = urlsplit(url).netloc
        site = sites_by_host().get(host)
        return self.gate.turn(site.hosts[0] if site else host, self.robots.delay(host))

    async def read_robots(self, url: str) -> Capture:
        return await self.fetcher.fetch(url, permit=_anyone, cut=MAX_BYTES)

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
                self.gate.failed(host, error.retry_after)
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
        if capture.status in (408, 425, 429) or capture.status >= 500:
            require_page(capture)
        return capture

    # --- what a page gives ---------------------------------------------------------------

    def keep(self, site: Site, page: Page, found: list[Capture], reading: Reading) -> None:
        """Store the responses and what they mean. Runs in one transaction."""
        honoured = rights.honour(found, reading, self.options.honour_noarchive)
        found, reading = honoured.captures, honoured.reading
        capture = found[0]
        identity = captures.save_capture(self.db, page.id, self.run_id, capture)
        for later in found[1:]:
            captures.save_capture(self.db, page.id, self.run_id, later)
        rights.note_captures(self.db, identity, honoured)
        try:
            require_page(capture)
            if isinstance(reading, Exception):
                raise reading
            changed = self.keep_reading(site, page, capture, reading, identity)
            rights.note_reading(self.db, honoured)
        except sqlite3.Error:
            raise
        except Exception as error:  # the one place where a page's failure, whatever it is, becomes its row
            self.note_failure(site, page, capture, error)
            return
        if isinstance(reading, Article) and _is_incomplete(reading):
            problem = TemporaryFailure("a later page could not be had", url=page.url, slug="incomplete")
            self.note_failure(site, page, capture, problem)
            return
        if capture.status == 304 and page.kind == "article":
            self.counts[site.code].unchanged += 1
        frontier.visited(
            self.db,
            page,
            status=capture.status,
            changed=changed,
            etag=capture.header("etag"),
            last_modified=capture.header("last-modified"),
            now=datetime.now(UTC),
        )

    def keep_reading(
        self, site: Site, page: Page, capture: Capture, reading: Article | list[Link] | None, identity: int
    ) -> bool:
        """Store what a good answer says; whether an article is new or changed."""
        if isinstance(reading, Article):
            return self.keep_article(site, page, reading, identity)
        if reading is not None:
            self.keep_links(site, page, capture, reading)
        return False

    def keep_links(self, site: Site, page: Page, capture: Capture, links: list[Link]) -> None:
        counts = self.counts[site.code]
        now = datetime.now(UTC)
        articles = 0
        for link, address in article_links(site, links, capture.final_url):
            articles += 1
            new = frontier.add_article(self.db, address.url, site.code, found_on=page.url, text=link.title, now=now)
            counts.found += new
            if link.url != address.url and link.url.startswith("http"):
                frontier.add_alias(self.db, link.url, address.url)
        if not articles:
            raise NothingListed("the listing has no link to an article of its edition", url=page.url)
        frontier.note_links(self.db, page, articles)
        counts.listings += 1
        self.report(site.code, counts, f"listed {page.url}")

    def keep_article(self, site: Site, page: Page, article: Article, identity: int) -> bool:
        counts = self.counts[site.code]
        now = frontier.stamp(datetime.now(UTC))
        result = store.save_article(self.db, article, page=page.id, capture=identity, now=now)
        index.flush(self.db)
        counts.archived += result == "new"
        counts.changed += result == "changed"
        counts.unchanged += result == "unchanged"
        self.report(site.code, counts, f"{result} {article.title}")
        return result != "unchanged"

    def note_failure(self, site: Site, page: Page, capture: Capture | None, error: Exception) -> None:
        counts = self.counts[site.code]
        counts.gone += isinstance(error, Gone)
        counts.failed += not isinstance(error, Gone)
        slug = error.slug if isinstance(error, ScraperError) else "bug"
        text = str(error) if isinstance(error, ScraperError) else f"{type(error).__name__}: {error}"
        status = capture.status if capture else None
        now = datetime.now(UTC)
        with writing(self.db):
            if isinstance(error, Gone):
                frontier.gone(self.db, page, status=status or 404, now=now)
                store.mark_gone(self.db, page.id, page.url, frontier.stamp(now))
            else:
                wait = error.retry_after if isinstance(error, TemporaryFailure) else None
                frontier.failed(self.db, page, slug=slug, text=text, status=status, retry_after=wait, now=now)
        self.report(site.code, counts, f"failed {page.url}: {text}")


def _clock(row: HostRow) -> HostClock:
    return HostClock(row.next_at, row.backoff_until, row.failures)


def _robots_files(rows: list[HostRow]) -> dict[str, RobotsFile]:
    return {
        row.host: RobotsFile(row.host, row.robots_status, row.robots or "", row.robots_at)
        for row in rows
        if row.robots_status is not None and row.robots_at is not None
    }


def _is_incomplete(article: Article) -> bool:
    """Whether a later page of the article is missing from it."""
    return (
        article.next_page is not None and not canonical(article.next_page).is_first_page and article.pages < MAX_PAGES
    )


def _later_page(article: Article, found: list[Capture]) -> str | None:
    """The address of this article's next page (ID_2.shtml), if it has one that was not yet fetched."""
    following = article.next_page
    if following is None or len(found) >= MAX_PAGES or any(following in (one.url, one.final_url) for one in found):
        return None
    return None if canonical(following).is_first_page else following


async def _anyone(url: str) -> None:
    """robots.txt itself may always be read."""


def article_links(site: Site, links: list[Link], base: str) -> Iterator[tuple[Link, Address]]:
    """The links that are articles of this edition, page one of them, with their canonical addresses."""
    for link in links:
        try:
            address = canonical(link.url, base)
        except Refused:
            continue
        if address.site.code == site.code and address.is_article and address.is_first_page:
            yield link, address


def listing_addresses(site: Site) -> list[str]:
    """The home page and the edition's listings."""
    home = f"https://{site.hosts[0]}/"
    return [home] + [canonical(listing.path, home).url for listing in site.listings]


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
        }
    )

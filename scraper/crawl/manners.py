"""How a crawl behaves towards hosts: turns, pauses, second attempts, robots.txt, and keeping all that for the next crawl.

Knows the network and the clocks; what an answer means is others' business.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import scraper
from scraper.archive import hosts
from scraper.archive.database import Database
from scraper.archive.frontier import Page
from scraper.archive.hosts import HostRow
from scraper.crawl.fetch import LONGEST_RETRY_AFTER, Fetcher, require_answer, retry_after
from scraper.crawl.network import Resolver
from scraper.crawl.options import CrawlOptions, SiteCounts, user_agent
from scraper.crawl.politeness import LONGEST_PAUSE, MOST_STRAIN, HostClock, HostGate
from scraper.crawl.robots import AGENT, MAX_BYTES, Robots, RobotsFile
from scraper.crawl.urls import canonical
from scraper.errors import BadBody, TemporaryFailure
from scraper.models import Capture, Site
from scraper.sites import sites_by_host
from scraper.text import beijing

ATTEMPTS = 3
ROBOTS_ATTEMPTS = 2
SHORT_WAIT = 30.0
"""Seconds; what a host asks us to wait beyond this is the next crawl's business."""
_WORTH_SAYING = 5.0
"""Seconds; a pause longer than this is told to whoever watches."""
_LATE = 0.5
"""Seconds by which a request may begin later than was reckoned when its pause was promised."""

Write = Callable[[Database], None]
"""Writes into the archive."""


async def _forget(write: Write) -> None:
    """Where nothing is kept, there is nothing to remember."""


class Stopped(Exception):
    """A pause was cut short because the crawl is to end."""


class Resting(Exception):
    """The host asked, or has to be left, for a longer rest than a crawl waits for."""


class LeadsToKnown(Exception):
    """A redirect leads to an article that was fetched not long ago."""

    def __init__(self, url: str) -> None:
        super().__init__(f"leads to {url}, which was fetched not long ago")
        self.url = url


class Manners:
    """The network as one crawl may use it.

    `say` is told, with edition and line, of long pauses; `is_fresh` says of an
    article's address whether it was fetched and is not due again; `keep` has
    written, once it returns, what is handed to it.
    """

    def __init__(
        self,
        options: CrawlOptions,
        known: list[HostRow],
        counts: dict[str, SiteCounts],
        stop: asyncio.Event,
        say: Callable[[Site, str], None],
        is_fresh: Callable[[str], bool] = lambda _: False,
        keep: Callable[[Write], Awaitable[None]] = _forget,
    ) -> None:
        self.is_fresh = is_fresh
        self.keep = keep
        self.options = options
        self.counts = counts
        self.stop = stop
        self.say = say
        self.gate = HostGate(options.delay, clocks={row.host: _clock(row) for row in known}, sleep=self.pause)
        self.resolver = Resolver() if options.connect_to is None else None
        self.fetcher = Fetcher(
            user_agent(scraper.__version__, options.contact),
            connect_to=options.connect_to,
            turn=self.turn,
            limits=options.limits,
            resolver=self.resolver,
        )
        self.robots = Robots(AGENT, self.read_robots, known=_robots_files(known))
        self._saved_robots: set[str] = set()
        self._met: set[str] = set()
        """Hosts asked for something since their clocks were last saved; redirects lead to those of other editions, too."""
        self._promised: dict[str, datetime] = {}
        """Until when the archive has hosts left alone, should nobody live to note the end of what is asked now."""

    # --- asking --------------------------------------------------------------------------

    async def fetch(self, page: Page) -> Capture:
        """The page's answer; what is temporary is tried again a little later, up to `ATTEMPTS` times."""
        wait = self.options.retry_wait
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self.attempt(page)
            except TemporaryFailure as error:
                host = _key(error.url or page.url)
                self.gate.failed(host, error.retry_after, too_many=error.slug == "http-429")
                wait = error.retry_after if error.retry_after is not None else wait
                rests = wait > SHORT_WAIT or self.gate.rests_beyond(host, SHORT_WAIT)
                if attempt == ATTEMPTS or rests or self.stop.is_set():
                    raise
                await self.remember(host)
            except BadBody as error:
                self.gate.failed(_key(error.url or page.url))
                raise
            await self.pause(wait)
            wait *= 2
        raise AssertionError("the last attempt returns or raises")

    def heard(self, capture: Capture) -> None:
        """Say of a whole answer how its host fares: one that turns us away (403, 451 …) is a host to leave alone."""
        host = _key(capture.final_url)
        if 400 <= capture.status < 500 and capture.status not in (404, 410):
            self.gate.failed(host, retry_after(capture.header("retry-after"), capture.fetched_at))
        else:
            self.gate.succeeded(host)

    async def attempt(self, page: Page) -> Capture:
        async def permit(url: str) -> None:
            """What may be asked for, and is worth it."""
            if url != page.url and page.kind == "article":
                target = canonical(url).url
                if target != page.url and self.is_fresh(target):
                    raise LeadsToKnown(target)
            await self.robots.permit(url)

        capture = await self.fetcher.fetch(page.url, permit=permit, etag=page.etag, last_modified=page.last_modified)
        require_answer(capture)
        return capture

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """One request at a time for an edition, whose twins share a server, and for an address, which editions may share.

        Raises `Resting` rather than sit out a long rest.
        """
        host = urlsplit(url).netloc
        site = sites_by_host().get(host)
        key = _key(url)
        self._met.add(key)
        if self.gate.rests_beyond(key, SHORT_WAIT):
            raise Resting(f"{key} rests after errors, or because it asked for it")
        address = await self.resolver.place(host) if self.resolver else ""
        counts = self.counts.get(site.code) if site else None
        if counts is not None and site is not None:
            self.tell_of_pause(site, counts, key)
        async with self.gate.turn(key, self.robots.delay(host), address):
            await self.promise_in_time(key, self.robots.delay(host))
            if counts is not None:
                counts.requests += 1
                counts.waiting_until = ""
            yield

    def tell_of_pause(self, site: Site, counts: SiteCounts, key: str) -> None:
        until = self.gate.clock(key).not_before()
        if until and (until - datetime.now(UTC)).total_seconds() > _WORTH_SAYING:
            counts.waiting_until = until.isoformat(timespec="seconds")
            seconds = (until - datetime.now(UTC)).total_seconds()
            self.say(site, f"waits {seconds:.0f} seconds, until {beijing(until)}")

    async def read_robots(self, url: str) -> Capture:
        """robots.txt of a host, asked for once more where that may help; a host that is busy gets its rest, too."""
        for attempt in range(1, ROBOTS_ATTEMPTS + 1):
            capture = None
            try:
                capture = await self.fetcher.fetch(url, permit=_anyone, cut=MAX_BYTES)
                require_answer(capture)
                return capture
            except TemporaryFailure as error:
                key = _key(error.url or url)
                self.gate.failed(key, error.retry_after, too_many=error.slug == "http-429")
                if attempt == ROBOTS_ATTEMPTS or self.stop.is_set() or self.gate.rests_beyond(key, SHORT_WAIT):
                    if capture is not None:
                        return capture
                    raise
                await self.remember(key)
            await self.pause(self.options.retry_wait)
        raise AssertionError("the last attempt returns or raises")

    async def pause(self, seconds: float) -> None:
        """Wait politely, but not once the crawl is to end. Raises `Stopped` then."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stop.wait(), seconds)
            raise Stopped("the crawl is ending")

    def rests_until(self, site: Site) -> datetime | None:
        """Until when an edition's host rests, if that is longer than a crawl waits."""
        return self.gate.rests_beyond(site.hosts[0], SHORT_WAIT)

    def why_it_rests(self, site: Site) -> str:
        failures = self.gate.clock(site.hosts[0]).failures
        return f"after {failures} failures in a row" if failures > 1 else "as it asked"

    # --- keeping -------------------------------------------------------------------------

    def promise(self, db: Database, site: Site) -> None:
        """With the lease of a page: the pause after its request, in case nobody lives to count from its end."""
        host = site.hosts[0]
        self._promise(db, host, self.gate.clock(host).not_before(), self.robots.delay(host))

    async def promise_in_time(self, host: str, crawl_delay: float) -> None:
        """Before a request that no lease has reckoned with: a second attempt, a redirect, robots.txt."""
        pause = max(self.options.delay, crawl_delay)
        until = self._promised.get(host)
        if pause and (until is None or until < datetime.now(UTC) + timedelta(seconds=pause - _LATE)):
            await self.keep(lambda db: self._promise(db, host, None, crawl_delay))

    def _promise(self, db: Database, host: str, earliest: datetime | None, crawl_delay: float) -> None:
        pause = max(self.options.delay, crawl_delay)
        if pause:
            now = datetime.now(UTC)
            self._promised[host] = max(now, earliest or now) + timedelta(seconds=pause)
            hosts.promise_pause(db, host, self._promised[host])

    def withdraw(self, site: Site) -> None:
        """Nothing was asked of what was promised with a lease."""
        self._promised.pop(site.hosts[0], None)

    async def remember(self, host: str) -> None:
        """Keep a host's clocks at once: what is waited for here, a crawl that follows a kill waits for, too."""
        await self.keep(lambda db: self._save_clock(db, host))

    def save(self, db: Database, site: Site) -> None:
        """Keep clocks and robots.txt, so that a crawl killed now is continued politely."""
        met, self._met = self._met, set()  # hosts are met while this is written
        for host in met | {site.hosts[0]}:
            self._save_clock(db, host)
        for host in self.robots.fresh.keys() - self._saved_robots:
            file = self.robots.fresh[host]
            self._saved_robots.add(host)
            hosts.save_robots(
                db, host, text=file.text, status=file.status, read_at=file.read_at, crawl_delay=self.robots.delay(host)
            )

    def _save_clock(self, db: Database, host: str) -> None:
        clock = self.gate.clock(host)
        kept = (moment for moment in (clock.next_at, self._promised.get(host)) if moment)
        hosts.save_clock(
            db,
            host,
            next_at=max(kept, default=None),
            backoff_until=clock.backoff_until,
            failures=clock.failures,
            address=clock.address or None,
            strain=clock.strain,
        )


def _key(url: str) -> str:
    """Whose turn and clocks an address goes by: its edition's first host, for twins share a server."""
    host = urlsplit(url).netloc
    site = sites_by_host().get(host)
    return site.hosts[0] if site else host


def _clock(row: HostRow) -> HostClock:
    """A host's clocks as kept."""
    now = datetime.now(UTC)
    return HostClock(
        # At the longest, the pause that was going on and the one that was promised behind it.
        _believable(row.next_at, now, 2 * LONGEST_PAUSE),
        _believable(row.backoff_until, now, LONGEST_RETRY_AFTER),
        row.failures,
        row.address or "",
        min(max(row.strain, 1.0), MOST_STRAIN),
    )


def _believable(moment: datetime | None, now: datetime, longest: float) -> datetime | None:
    """A moment, if it is not further off than any pause or rest is long: that was written by a clock that was wrong.

    Nobody knows any more what it should have been. A short rest is polite, and
    ends; the longest there is would begin anew with every crawl.
    """
    if moment is None or moment <= now + timedelta(seconds=longest):
        return moment
    return now + timedelta(seconds=min(longest, SHORT_WAIT))


def _robots_files(rows: list[HostRow]) -> dict[str, RobotsFile]:
    now = datetime.now(UTC)
    return {
        row.host: RobotsFile(row.host, row.robots_status, row.robots or "", row.robots_at)
        for row in rows
        if row.robots_status is not None and row.robots_at is not None and row.robots_at <= now
    }


async def _anyone(url: str) -> None:
    """robots.txt itself may always be read."""

"""One request in flight per host and per address, and a pause after each."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

MIN_DELAY = 1.0
"""Seconds; the least a live host is given."""
DEFAULT_DELAY = 2.0
_JITTER = 0.03
"""Of a pause, at most: enough that hosts do not fall into step (they wait apart by 60 ms), and lost to the pace."""
_FIRST_BACKOFF = 30.0
_FIRST_OF_TOO_MANY = 10.0
_LONGEST_BACKOFF = 6 * 3600.0
MOST_STRAIN = 64.0
LONGEST_PAUSE = 330.0
"""Seconds; the longest Crawl-delay that is obeyed, with its jitter."""
_LONGEST_STRAINED = 300.0
"""Seconds; errors lengthen a pause to this at most."""
FAILURES_TO_REST = 5
"""Failures in a row after which a host is left alone for the rest of a crawl."""


@dataclass(slots=True)
class HostClock:
    """Two clocks: the pause after the last request, and the rest after errors or a Retry-After.

    They are two because they end at different times for different reasons: a
    good answer ends the rest, never the pause.
    """

    next_at: datetime | None = None
    backoff_until: datetime | None = None
    failures: int = 0
    """In a row."""
    address: str = ""
    """Where the host was last found; hosts at one address share its turn."""
    strain: float = 1.0
    """By how much the pause is longer after errors."""
    ended: datetime | None = None
    pause: float = 0.0
    """Seconds after the last request, strain left out."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def not_before(self) -> datetime | None:
        return max((moment for moment in (self.next_at, self.backoff_until) if moment), default=None)


@dataclass(slots=True)
class _Place:
    """An address: one request in flight there, whatever host it is for."""

    next_at: datetime | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class HostGate:
    """Takes turns at hosts. Clock and sleep are handed in, so that tests need not wait."""

    def __init__(
        self,
        delay: float,
        *,
        clocks: dict[str, HostClock] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = lambda: random.uniform(0, _JITTER),
    ) -> None:
        self._delay = delay
        self._now = now
        self._sleep = sleep
        self._jitter = jitter
        self.clocks: dict[str, HostClock] = dict(clocks or {})
        self._places: dict[str, _Place] = {}
        self.waited: dict[str, float] = {}
        """Seconds of polite pauses, by host."""
        for clock in self.clocks.values():
            if clock.address:
                place = self._place(clock.address)
                place.next_at = _later(place.next_at, clock.next_at)

    def clock(self, host: str) -> HostClock:
        return self.clocks.setdefault(host, HostClock())

    def _place(self, address: str) -> _Place:
        return self._places.setdefault(address, _Place())

    @asynccontextmanager
    async def turn(self, host: str, crawl_delay: float = 0.0, address: str = "") -> AsyncIterator[None]:
        """Wait for the turn of the host and of its address, hold both while the body runs, and start the pause.

        The pause is the configured delay, the host's Crawl-delay or twice the
        time the exchange took, whichever is longest, times the strain that
        errors have put on the host, and a little at random. Without an
        address the turn is the host's alone.
        """
        clock = self.clock(host)
        clock.address = address or clock.address
        # A host of its own when there is no address, so that there is one way through here.
        place = self._place(address) if address else _Place()
        async with clock.lock:
            await self._wait(host, clock.not_before())
            async with place.lock:
                await self._wait(host, place.next_at)
                began = self._now()
                try:
                    yield
                finally:
                    self._start_pause(clock, place, began, crawl_delay)

    def _start_pause(self, clock: HostClock, place: _Place, began: datetime, crawl_delay: float) -> None:
        clock.ended = self._now()
        latency = (clock.ended - began).total_seconds() if self._delay else 0.0
        clock.pause = max(self._delay, crawl_delay, min(2 * latency, 60.0)) * (1 + self._jitter())
        clock.next_at = place.next_at = clock.ended + timedelta(seconds=_strained(clock))

    async def _wait(self, host: str, moment: datetime | None) -> None:
        seconds = (moment - self._now()).total_seconds() if moment else 0.0
        if seconds > 0:
            self.waited[host] = self.waited.get(host, 0.0) + seconds
            await self._sleep(seconds)

    def resting(self, host: str) -> datetime | None:
        """Until when a host rests after errors, if it does."""
        until = self.clock(host).backoff_until
        return until if until and until > self._now() else None

    def rests_beyond(self, host: str, seconds: float) -> datetime | None:
        """Until when a host rests, if that is not worth waiting for: longer than this, or after failures in a row."""
        until = self.resting(host)
        if until is None:
            return None
        long = (until - self._now()).total_seconds() > seconds
        return until if long or self.clock(host).failures >= FAILURES_TO_REST else None

    def succeeded(self, host: str) -> None:
        """A good answer ends a rest and halves the strain."""
        clock = self.clock(host)
        clock.failures, clock.backoff_until = 0, None
        clock.strain = max(clock.strain / 2, 1.0)

    def failed(self, host: str, retry_after: float | None = None, *, too_many: bool = False) -> None:
        """Back off: the pause doubles, the one that has begun included.

        The host rests as long as it asked for; else, from the fifth failure in
        a row, twice as long with each, and from the first when it says that
        these are `too_many` requests (429).
        """
        clock = self.clock(host)
        clock.failures += 1
        clock.strain = min(clock.strain * 2, MOST_STRAIN)
        if clock.ended and clock.next_at:
            clock.next_at = max(clock.next_at, clock.ended + timedelta(seconds=_strained(clock)))
            if clock.address:
                place = self._place(clock.address)
                place.next_at = _later(place.next_at, clock.next_at)
        wait = retry_after if retry_after is not None else _rest(clock.failures, too_many)
        if wait is not None:
            until = self._now() + timedelta(seconds=wait)
            # A failure never shortens a rest that the host itself asked for.
            clock.backoff_until = _later(clock.backoff_until, until)


def _strained(clock: HostClock) -> float:
    return max(clock.pause, min(clock.pause * clock.strain, _LONGEST_STRAINED))


def _rest(failures: int, too_many: bool) -> float | None:
    """Seconds a host rests after so many failures in a row, when it did not say how long."""
    first, since = (_FIRST_OF_TOO_MANY, 1) if too_many else (_FIRST_BACKOFF, FAILURES_TO_REST)
    return min(first * 2 ** min(failures - since, 16), _LONGEST_BACKOFF) if failures >= since else None


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment), default=None)

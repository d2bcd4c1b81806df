"""One request in flight per host, and a pause after each."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

MIN_DELAY = 1.0
"""Seconds; the least a live host is given."""
DEFAULT_DELAY = 2.0
_JITTER = 0.2
_FIRST_BACKOFF = 30.0
_LONGEST_BACKOFF = 6 * 3600.0
FAILURES_TO_REST = 5
"""Failures in a row after which a host is left alone for the rest of a crawl."""


@dataclass(slots=True)
class HostClock:
    """Two clocks: the pause after the last request, and the rest after errors or a Retry-After."""

    next_at: datetime | None = None
    backoff_until: datetime | None = None
    failures: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def not_before(self) -> datetime | None:
        return max((moment for moment in (self.next_at, self.backoff_until) if moment), default=None)


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

    def clock(self, host: str) -> HostClock:
        return self.clocks.setdefault(host, HostClock())

    @asynccontextmanager
    async def turn(self, host: str, crawl_delay: float = 0.0) -> AsyncIterator[None]:
        """Wait for the host's turn, hold it while the body runs, and start its pause.

        The pause is the configured delay, the host's Crawl-delay or twice the
        time the exchange took, whichever is longest, and a little at random.
        """
        clock = self.clock(host)
        async with clock.lock:
            await self._wait(clock)
            began = self._now()
            try:
                yield
            finally:
                ended = self._now()
                latency = (ended - began).total_seconds() if self._delay else 0.0
                pause = max(self._delay, crawl_delay, min(2 * latency, 60.0))
                clock.next_at = ended + timedelta(seconds=pause * (1 + self._jitter()))

    async def _wait(self, clock: HostClock) -> None:
        moment = clock.not_before()
        seconds = (moment - self._now()).total_seconds() if moment else 0.0
        if seconds > 0:
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
        clock = self.clock(host)
        clock.failures, clock.backoff_until = 0, None

    def failed(self, host: str, retry_after: float | None = None) -> None:
        """Back off: as long as the host asked for, else, from the fifth failure in a row, twice as long with each."""
        clock = self.clock(host)
        clock.failures += 1
        wait = retry_after
        if wait is None and clock.failures >= FAILURES_TO_REST:
            doublings = min(clock.failures - FAILURES_TO_REST, 16)
            wait = min(_FIRST_BACKOFF * 2**doublings, _LONGEST_BACKOFF)
        if wait is not None:
            until = self._now() + timedelta(seconds=wait)
            # A failure never shortens a rest that the host itself asked for.
            clock.backoff_until = max(until, clock.backoff_until) if clock.backoff_until else until

"""One request in flight per host and a pause after each, told by a clock that only moves when somebody sleeps."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from scraper.crawl.politeness import FAILURES_TO_REST, HostClock, HostGate

HOST = "www.tj.chinanews.com.cn"
OTHER = "www.sh.chinanews.com.cn"
START = datetime(2024, 5, 6, tzinfo=UTC)


class World:
    """A gate with its clock, and what happened when."""

    def __init__(self, delay: float = 2.0, *, jitter: float = 0.0, clocks: dict[str, HostClock] | None = None) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []
        self.events: list[tuple[str, float]] = []
        self.gate = HostGate(delay, clocks=clocks, now=lambda: self.now, sleep=self.sleep, jitter=lambda: jitter)

    @property
    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.seconds += seconds
        await asyncio.sleep(0)

    async def request(
        self, name: str = "", *, host: str = HOST, takes: float = 0.0, crawl_delay: float = 0.0, address: str = ""
    ) -> None:
        async with self.gate.turn(host, crawl_delay, address):
            self.events.append((f"{name} begins", round(self.seconds, 3)))
            await asyncio.sleep(0)
            self.seconds += takes
            self.events.append((f"{name} ends", round(self.seconds, 3)))


def run(*steps: Callable[[], Awaitable[None]]) -> None:
    async def one_after_the_other() -> None:
        for step in steps:
            await step()

    asyncio.run(one_after_the_other())


def test_the_first_request_does_not_wait() -> None:
    world = World()

    run(world.request)

    assert world.slept == []


def test_the_pause_runs_from_end_to_start() -> None:
    world = World(delay=2.0)

    run(
        lambda: world.request("first", takes=0.5),
        lambda: world.request("second"),
    )

    assert world.events[1:3] == [("first ends", 0.5), ("second begins", 2.5)]


def test_time_that_has_gone_by_anyway_counts() -> None:
    world = World(delay=2.0)

    run(world.request)
    world.seconds += 1.5
    run(world.request)

    assert world.slept == [0.5]


def test_one_request_at_a_time_per_host() -> None:
    world = World(delay=2.0)

    async def all_at_once() -> None:
        await asyncio.gather(*(world.request(str(number), takes=0.1) for number in range(4)))

    asyncio.run(all_at_once())

    verbs = [event.split()[1] for event, _ in world.events]
    begins = [moment for event, moment in world.events if event.endswith("begins")]
    assert verbs == ["begins", "ends"] * 4
    assert begins == [0.0, 2.1, 4.2, 6.3]


def test_hosts_do_not_wait_for_each_other() -> None:
    world = World(delay=2.0)

    async def both() -> None:
        await asyncio.gather(world.request("one"), world.request("other", host=OTHER))

    asyncio.run(both())

    assert world.slept == []
    assert [event for event, _ in world.events[:2]] == ["one begins", "other begins"]


@pytest.mark.parametrize(
    ("delay", "crawl_delay", "takes", "pause"),
    [
        pytest.param(2.0, 0.0, 0.1, 2.0, id="the delay"),
        pytest.param(2.0, 10.0, 0.1, 10.0, id="the host's Crawl-delay, if longer"),
        pytest.param(20.0, 10.0, 0.1, 20.0, id="but not if shorter"),
        pytest.param(2.0, 0.0, 4.0, 8.0, id="twice the time a slow host took"),
        pytest.param(2.0, 0.0, 50.0, 60.0, id="a minute of that at most"),
        pytest.param(2.0, 90.0, 50.0, 90.0, id="Crawl-delay beyond the minute"),
        pytest.param(0.0, 0.0, 4.0, 0.0, id="no pause was asked for"),
        pytest.param(0.0, 3.0, 4.0, 3.0, id="none but the host's"),
    ],
)
def test_the_longest_of_delay_crawl_delay_and_latency_is_kept(
    delay: float, crawl_delay: float, takes: float, pause: float
) -> None:
    world = World(delay)

    run(
        lambda: world.request("first", takes=takes, crawl_delay=crawl_delay),
        lambda: world.request("second"),
    )

    assert world.slept == ([pause] if pause else [])


def test_jitter_lengthens_the_pause() -> None:
    world = World(delay=2.0, jitter=0.2)

    run(world.request, world.request)

    assert world.slept == [2.4]


def test_jitter_of_its_own_is_never_negative_and_a_tenth_at_most() -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    gate = HostGate(2.0, now=lambda: START, sleep=sleep)

    async def turns() -> None:
        for _ in range(200):
            async with gate.turn(HOST):
                pass

    asyncio.run(turns())

    assert all(2.0 <= pause <= 2.2 for pause in pauses)
    assert len(set(pauses)) > 100


def test_a_request_that_fails_starts_the_pause_too() -> None:
    world = World(delay=2.0)

    async def failing() -> None:
        async with world.gate.turn(HOST):
            raise ConnectionError

    async def both() -> None:
        with pytest.raises(ConnectionError):
            await failing()
        await world.request()

    asyncio.run(both())

    assert world.slept == [2.0]


def test_a_pause_remembered_from_the_last_crawl_is_kept() -> None:
    world = World(clocks={HOST: HostClock(next_at=START + timedelta(seconds=1.5))})

    run(world.request)

    assert world.slept == [1.5]


# --- hosts at one address -----------------------------------------------------------------------------


def test_hosts_at_one_address_share_a_turn_and_its_pause() -> None:
    world = World(delay=2.0)

    async def both() -> None:
        await asyncio.gather(
            world.request("one", takes=0.5, address="8.8.8.8"),
            world.request("other", host=OTHER, address="8.8.8.8"),
        )

    asyncio.run(both())

    assert world.events == [("one begins", 0.0), ("one ends", 0.5), ("other begins", 2.5), ("other ends", 2.5)]


def test_hosts_at_different_addresses_do_not_wait_for_each_other() -> None:
    world = World(delay=2.0)

    async def both() -> None:
        await asyncio.gather(
            world.request("one", address="8.8.8.8"), world.request("other", host=OTHER, address="8.8.4.4")
        )

    asyncio.run(both())

    assert world.slept == []


def test_a_host_that_moves_keeps_its_own_pause() -> None:
    world = World(delay=2.0)

    run(lambda: world.request(address="8.8.8.8"), lambda: world.request(address="8.8.4.4"))

    assert world.slept == [2.0]


def test_the_pause_of_an_address_is_remembered_from_the_last_crawl() -> None:
    world = World(clocks={HOST: HostClock(next_at=START + timedelta(seconds=1.5), address="8.8.8.8")})

    run(lambda: world.request(host=OTHER, address="8.8.8.8"))

    assert world.slept == [1.5]


# --- errors -----------------------------------------------------------------------------------------


def test_a_few_failures_are_no_reason_to_rest() -> None:
    world = World()

    for _ in range(FAILURES_TO_REST - 1):
        world.gate.failed(HOST)

    assert world.gate.resting(HOST) is None


def test_failures_in_a_row_rest_the_host_twice_as_long_each_time() -> None:
    world = World()
    rests = []

    for _ in range(FAILURES_TO_REST + 12):
        world.gate.failed(HOST)
        until = world.gate.resting(HOST)
        rests.append((until - world.now).total_seconds() if until else 0.0)

    assert rests[: FAILURES_TO_REST - 1] == [0.0] * (FAILURES_TO_REST - 1)
    assert rests[FAILURES_TO_REST - 1 : FAILURES_TO_REST + 3] == [30.0, 60.0, 120.0, 240.0]
    assert rests[-1] == 6 * 3600.0


def test_ever_more_failures_never_overflow() -> None:
    world = World(clocks={HOST: HostClock(failures=5_000)})

    world.gate.failed(HOST)

    until = world.gate.resting(HOST)
    assert until is not None
    assert (until - world.now).total_seconds() == 6 * 3600.0


def test_retry_after_rests_the_host_at_the_first_failure() -> None:
    world = World()

    world.gate.failed(HOST, retry_after=3600.0)

    assert world.gate.resting(HOST) == START + timedelta(hours=1)
    assert world.gate.resting(OTHER) is None


def test_the_next_request_waits_out_the_rest() -> None:
    world = World()
    world.gate.failed(HOST, retry_after=20.0)

    run(world.request)

    assert world.slept == [20.0]


def test_a_rest_ends_by_itself() -> None:
    world = World()
    world.gate.failed(HOST, retry_after=60.0)

    world.seconds = 61.0

    assert world.gate.resting(HOST) is None


def test_a_success_forgets_all_failures() -> None:
    world = World()
    for _ in range(FAILURES_TO_REST):
        world.gate.failed(HOST)

    world.gate.succeeded(HOST)

    assert world.gate.resting(HOST) is None
    assert world.gate.clock(HOST).failures == 0


def test_a_longer_rest_that_the_host_asked_for_is_not_shortened_by_a_failure() -> None:
    """Another page of the host may fail while it rests."""
    world = World(clocks={HOST: HostClock(failures=FAILURES_TO_REST)})
    world.gate.failed(HOST, retry_after=3600.0)

    world.gate.failed(HOST)

    assert world.gate.resting(HOST) == START + timedelta(hours=1)


def test_every_failure_doubles_the_pause_and_every_success_halves_it() -> None:
    world = World(delay=2.0)
    pauses = []

    for good in (False, False, False, True, True, True, True):
        run(world.request)
        (world.gate.succeeded if good else world.gate.failed)(HOST)
        next_at = world.gate.clock(HOST).next_at
        assert next_at is not None
        pauses.append((next_at - world.now).total_seconds())
        world.seconds += 1000

    assert pauses[:3] == [4.0, 8.0, 16.0]
    assert world.gate.clock(HOST).strain == 1.0
    assert pauses[-1] == 2.0


def test_the_strain_of_a_host_holds_up_its_neighbours_too() -> None:
    world = World(delay=2.0)
    run(lambda: world.request(address="8.8.8.8"))

    world.gate.failed(HOST)
    run(lambda: world.request(host=OTHER, address="8.8.8.8"))

    assert world.slept == [4.0]


def test_strain_has_a_limit_but_never_shortens_what_was_asked_for() -> None:
    world = World(delay=2.0, clocks={HOST: HostClock(strain=64.0)})
    run(lambda: world.request(crawl_delay=200.0))
    world.gate.failed(HOST)
    run(world.request)

    assert world.slept == [300.0]


def test_without_a_pause_there_is_nothing_to_double() -> None:
    world = World(delay=0.0)

    for _ in range(3):
        run(world.request)
        world.gate.failed(HOST)

    assert world.slept == []


def test_too_many_requests_rest_the_host_from_the_first_on() -> None:
    world = World()
    rests = []

    for _ in range(4):
        world.gate.failed(HOST, too_many=True)
        until = world.gate.resting(HOST)
        rests.append((until - world.now).total_seconds() if until else 0.0)

    assert rests == [10.0, 20.0, 40.0, 80.0]


def test_the_waiting_is_counted() -> None:
    world = World(delay=2.0)

    run(world.request, world.request, world.request)

    assert world.gate.waited == {HOST: 4.0}

"""robots.txt as RFC 9309 says, and on the safe side where it can't be read."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from scraper.crawl.fetch import Fetcher
from scraper.crawl.robots import MAX_BYTES, Robots, RobotsFile, rule_for
from scraper.errors import Forbidden, TemporaryFailure
from scraper.models import Capture
from tests.servers import Answer, Server, answer, moved, serving

HOST = "www.tj.chinanews.com.cn"
TWIN = "www.tj.chinanews.com"
START = datetime(2024, 5, 6, tzinfo=UTC)


class Site:
    """robots.txt as a host would give it now, and a clock to turn."""

    def __init__(self, text: str | bytes = "", status: int = 200) -> None:
        self.body = text.encode() if isinstance(text, str) else text
        self.status = status
        self.now = START
        self.reads = 0
        self.robots = self.fresh_robots()

    def fresh_robots(self, known: dict[str, RobotsFile] | None = None) -> Robots:
        return Robots("chinanews-scraper", self.read, known=known, now=lambda: self.now)

    async def read(self, url: str) -> Capture:
        self.reads += 1
        if self.status == 0:
            raise TemporaryFailure("no connection", url=url)
        return Capture(url, url, self.status, (), self.body, len(self.body), self.now, 0.1)

    def permits(self, path: str) -> bool:
        try:
            asyncio.run(self.robots.permit(f"https://{HOST}{path}"))
        except Forbidden:
            return False
        return True


# --- rules ------------------------------------------------------------------------------------

RULES = [
    # The longest match wins, whatever the order (RFC 9309 §2.2.2).
    ("Disallow: /news/\nAllow: /news/2024/", "/news/2024/1.shtml", True),
    ("Allow: /news/2024/\nDisallow: /news/", "/news/2023/1.shtml", False),
    ("Allow: /\nDisallow: /news/", "/news/1.shtml", False),
    ("Disallow: /\nAllow: /news/", "/news/1.shtml", True),
    ("Disallow: /\nAllow: /news/", "/", False),
    # Of equal ones the least restrictive.
    ("Disallow: /news/\nAllow: /news/", "/news/1.shtml", True),
    ("Disallow: /*.jsp$", "/docDetail.jsp", False),
    ("Disallow: /*.jsp$", "/docDetail.jsp?id=7", True),
    ("Disallow: /*?id=", "/docDetail.jsp?id=7", False),
    ("Disallow: /新闻/", "/%E6%96%B0%E9%97%BB/1.shtml", False),
    ("Disallow:", "/news/1.shtml", True),
    ("", "/news/1.shtml", True),
]


@pytest.mark.parametrize(("rules", "path", "allowed"), RULES)
def test_the_longest_rule_decides(rules: str, path: str, allowed: bool) -> None:
    assert Site(f"User-agent: *\n{rules}\n").permits(path) is allowed


def test_our_own_group_goes_before_the_one_for_all() -> None:
    site = Site("User-agent: *\nDisallow: /\n\nUser-agent: Chinanews-Scraper\nDisallow: /private/\n")

    assert site.permits("/news/1.shtml")
    assert not site.permits("/private/1.shtml")


def test_a_byte_order_mark_hides_no_rule() -> None:
    site = Site("User-agent: *\nDisallow: /private/\n".encode("utf-8-sig"))

    assert not site.permits("/private/1.shtml")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<html><body>404</body></html>", id="a page"),
        pytest.param(b"\xff\xfe\x00\x01" * 500, id="bytes of no encoding"),
        pytest.param("User-agent: *\nCrawl-delay: soon\nDisallow: /private/\n", id="a delay in words"),
        pytest.param("User-agent: *\nCrawl-delay: -5\nDisallow: /private/\n", id="a negative delay"),
        pytest.param("User-agent: *\nCrawl-delay: nan\nDisallow: /private/\n", id="a delay that is no number"),
        pytest.param("User-agent: *\nCrawl-delay: inf\nDisallow: /private/\n", id="a delay without end"),
        pytest.param("User-agent: *\nDisallow: " + "/*a" * 5_000 + "$\n", id="five thousand wildcards"),
    ],
)
def test_rubbish_forbids_nothing_and_delays_nothing(text: str | bytes) -> None:
    site = Site(text)

    assert site.permits("/news/1.shtml")
    assert site.robots.delay(HOST) == 0


def test_the_reason_is_said() -> None:
    site = Site("User-agent: *\nDisallow: /private/\n")

    with pytest.raises(Forbidden, match=rf"{HOST} disallows /private/1.shtml") as caught:
        asyncio.run(site.robots.permit(f"https://{HOST}/private/1.shtml"))

    assert caught.value.url == f"https://{HOST}/private/1.shtml"


def test_the_line_that_decided_is_kept_with_the_refusal() -> None:
    site = Site("# ours\nUser-agent: *\nDisallow: /private/  # not here\n")

    with pytest.raises(Forbidden) as caught:
        asyncio.run(site.robots.permit(f"https://{HOST}/private/1.shtml"))

    assert (caught.value.rule, caught.value.whole_host) == ("3: Disallow: /private/  # not here", False)
    assert rule_for(site.body.decode(), 200, f"https://{HOST}/private/1.shtml", "chinanews-scraper") == (
        False,
        "3: Disallow: /private/  # not here",
    )


# --- what can't be read ----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_client_error_means_there_are_no_rules(status: int) -> None:
    site = Site("User-agent: *\nDisallow: /\n", status)

    assert site.permits("/news/1.shtml")


@pytest.mark.parametrize(("status", "reason"), [(500, "answers 500"), (503, "answers 503"), (0, "can't be reached")])
def test_a_server_error_or_no_answer_means_stay_away(status: int, reason: str) -> None:
    site = Site("User-agent: *\nAllow: /\n", status)

    with pytest.raises(Forbidden, match=reason):
        asyncio.run(site.robots.permit(f"https://{HOST}/"))


def test_a_host_that_is_down_is_not_asked_for_every_page() -> None:
    site = Site(status=503)

    assert not any(site.permits(f"/news/{number}.shtml") for number in range(5))
    assert site.reads == 1


def test_a_host_that_was_down_is_asked_again_in_the_next_crawl() -> None:
    site = Site(status=503)
    site.permits("/")
    site.robots = site.fresh_robots(known=site.robots.fresh)
    site.status = 200

    assert site.permits("/")
    assert site.reads == 2


def test_the_last_good_copy_serves_for_a_day_while_the_host_is_down() -> None:
    site = Site("User-agent: *\nDisallow: /private/\n")
    site.permits("/")
    site.robots = site.fresh_robots(known=site.robots.fresh)
    site.status = 0

    site.now = START + timedelta(hours=23, minutes=59)
    assert site.permits("/news/1.shtml")
    assert not site.permits("/private/1.shtml")

    site.now = START + timedelta(hours=24, minutes=1)
    assert not site.permits("/news/1.shtml")


def test_it_is_read_once_a_day() -> None:
    site = Site("User-agent: *\nDisallow: /private/\n")

    readings = []
    for hours in (0, 12, 23.9, 24.1, 40):
        site.now = START + timedelta(hours=hours)
        site.permits("/")
        readings.append(site.reads)

    assert readings == [1, 1, 1, 2, 2]


def test_new_rules_hold_once_read() -> None:
    site = Site("User-agent: *\nDisallow: /private/\n")
    site.permits("/")
    site.body, site.now = b"User-agent: *\nDisallow: /news/\n", START + timedelta(hours=25)

    assert not site.permits("/news/1.shtml")
    assert site.permits("/private/1.shtml")


# --- Crawl-delay --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "delay"), [("5", 5.0), ("0.5", 0.5), ("300", 300.0)])
def test_a_crawl_delay_is_known(text: str, delay: float) -> None:
    site = Site(f"User-agent: *\nCrawl-delay: {text}\n")

    assert site.permits("/")
    assert site.robots.delay(HOST) == delay


@pytest.mark.parametrize("text", ["301", "86400", "1e9"])
def test_a_delay_over_five_minutes_keeps_us_out(text: str) -> None:
    site = Site(f"User-agent: *\nCrawl-delay: {text}\n")

    with pytest.raises(Forbidden, match="the host is skipped") as caught:
        asyncio.run(site.robots.permit(f"https://{HOST}/"))

    assert (caught.value.rule, caught.value.whole_host) == (f"2: Crawl-delay: {text}", True)


def test_a_host_not_met_has_no_delay() -> None:
    assert Site().robots.delay(HOST) == 0


# --- over the network -----------------------------------------------------------------------------------


def permits(answers: dict[str, Answer], path: str) -> bool:
    """Whether a crawl on these answers may fetch a path, robots.txt read by the real fetcher."""
    with serving(answers) as server:
        return asyncio.run(_permits(server, f"https://{HOST}{path}"))


async def _permits(server: Server, url: str) -> bool:
    plain = httpx.AsyncHTTPTransport(verify=False, trust_env=False)
    async with Fetcher("agent", connect_to=server.address, transport=plain) as fetcher:
        robots = Robots("chinanews-scraper", lambda address: fetcher.fetch(address, permit=_anyone, cut=MAX_BYTES))
        try:
            await robots.permit(url)
        except Forbidden:
            return False
        return True


async def _anyone(url: str) -> None:
    """robots.txt itself may always be read."""


def test_a_redirect_to_the_twin_host_is_followed() -> None:
    answers: dict[str, Answer] = {
        f"{HOST}/robots.txt": moved(f"https://{TWIN}/robots.txt", 301),
        f"{TWIN}/robots.txt": answer(b"User-agent: *\nDisallow: /private/\n", content_type="text/plain"),
    }

    assert permits(answers, "/news/1.shtml")
    assert not permits(answers, "/private/1.shtml")


def test_a_file_of_twenty_megabytes_is_cut_and_its_first_rules_hold() -> None:
    """RFC 9309 §2.5 allows a limit of 500 KiB on what is parsed, not a refusal of the host."""
    rules = b"User-agent: *\nDisallow: /private/\n"
    answers: dict[str, Answer] = {"/robots.txt": answer(rules + b"# more\n" * 3_000_000, content_type="text/plain")}

    assert permits(answers, "/news/1.shtml")
    assert not permits(answers, "/private/1.shtml")


def test_rules_beyond_the_limit_are_not_read() -> None:
    padding = b"# more\n" * (MAX_BYTES // 7 + 1)
    site = Site(b"User-agent: *\nDisallow: /private/\n" + padding + b"Disallow: /news/\n")

    assert site.permits("/news/1.shtml")
    assert not site.permits("/private/1.shtml")


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\n"])
def test_a_line_that_is_cut_off_is_no_line(ending: str) -> None:
    """Half an `Allow` would be longer than the `Disallow` above it, and let us in where the whole one does not."""
    rules = ending.join(["User-agent: *", "Disallow: /private/", "#"])
    allow = "Allow: /private/x"
    padding = "." * (MAX_BYTES - len(rules) - len(ending) - len(allow))
    robots = f"{rules}{padding}{ending}{allow}-but-only-this.shtml{ending}"

    assert robots.encode()[:MAX_BYTES].endswith(b"/x")
    assert not permits({"/robots.txt": answer(robots.encode(), content_type="text/plain")}, "/private/xyz.shtml")

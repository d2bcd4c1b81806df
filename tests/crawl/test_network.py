"""No name and no address leads a crawl into the network it runs in."""

import asyncio

import httpcore
import httpx
import pytest

from scraper.crawl.fetch import Fetcher
from scraper.crawl.network import Resolver, VettedBackend, is_global, vetted_transport
from scraper.errors import Refused, TemporaryFailure
from tests.servers import answer, serving

PUBLIC = [
    "8.8.8.8",
    "114.114.114.114",
    "2400:3200::1",
    "::ffff:8.8.8.8",
    "2002:808:808::1",
    "64:ff9b::8.8.8.8",
]
INSIDE = {
    "0.0.0.0": "this host",
    "10.0.0.1": "private",
    "100.64.0.1": "carrier-grade NAT",
    "127.0.0.1": "loopback",
    "127.8.8.8": "loopback",
    "169.254.169.254": "cloud metadata",
    "100.100.100.200": "cloud metadata, Alibaba",
    "172.31.255.255": "private",
    "192.168.1.1": "private",
    "192.0.2.1": "documentation",
    "198.18.0.1": "benchmarks",
    "224.0.0.1": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "broadcast",
    "::": "unspecified",
    "::1": "loopback",
    "fc00::1": "unique local",
    "fd00:ec2::254": "cloud metadata, unique local",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local with its zone",
    "fec0::1": "site-local, deprecated",
    "ff0e::1": "multicast",
    "2001:db8::1": "documentation",
    "::ffff:127.0.0.1": "loopback, mapped",
    "::ffff:10.0.0.1": "private, mapped",
    "::ffff:169.254.169.254": "metadata, mapped",
    "::127.0.0.1": "loopback, IPv4-compatible (RFC 4291 §2.5.5.1)",
    "2002:7f00:1::1": "loopback in 6to4",
    "2002:a9fe:a9fe::1": "metadata in 6to4",
    "2001:0:808:808::f5ff:fffe": "10.0.0.1 in Teredo",
    "2001:0:808:808::80ff:fffe": "127.0.0.1 in Teredo",
    "64:ff9b::127.0.0.1": "loopback behind NAT64 (RFC 6052)",
    "64:ff9b::10.0.0.1": "private behind NAT64",
    "64:ff9b::169.254.169.254": "metadata behind NAT64",
}


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_global(address: str) -> None:
    assert is_global(address)


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_public_is_not_global(address: str) -> None:
    assert not is_global(address), INSIDE[address]


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1", "127.1", "2130706433", "169.254.169.254"])
def test_a_name_that_leads_inside_is_refused(name: str) -> None:
    with pytest.raises(Refused, match=r"not a public address"):
        asyncio.run(Resolver().address(name, 443))


def test_a_name_that_does_not_resolve_is_a_connect_error() -> None:
    with pytest.raises(httpcore.ConnectError):
        asyncio.run(Resolver().address("no-such-host.invalid", 443))


def test_a_public_address_resolves_to_itself() -> None:
    assert asyncio.run(Resolver().address("8.8.8.8", 443)) == "8.8.8.8"


def test_the_vetted_backend_connects_to_nothing_inside() -> None:
    with serving({"/": answer(b"secret")}) as server, pytest.raises(Refused):
        asyncio.run(VettedBackend().connect_tcp("localhost", server.address[1]))

    assert server.requests == []


def test_a_live_client_is_refused_the_loopback_interface() -> None:
    """The whole way a live crawl takes: httpx over the vetted transport."""

    async def ask(url: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=vetted_transport(any_address=False), trust_env=False) as client:
            return await client.get(url)

    with serving({"/": answer(b"secret")}) as server, pytest.raises(Refused):
        asyncio.run(ask(f"http://localhost:{server.address[1]}/"))

    assert server.requests == []


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async def anyone(url: str) -> None:
        """No robots.txt."""

    async def fetch() -> None:
        async with Fetcher("agent") as fetcher:
            await fetcher.fetch("https://no-such-host.invalid/", permit=anyone)

    with serving({"/": answer(b"proxied")}) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "https_proxy"):
            monkeypatch.setenv(name, "http://{}:{}".format(*proxy.address))
        with pytest.raises(TemporaryFailure):
            asyncio.run(fetch())

    assert proxy.requests == []


# --- a name is looked up once ---------------------------------------------------------------------------


class Names:
    """A resolver that changes its mind: DNS rebinding."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0
        self.now = 0.0
        self.resolver = Resolver(self.look_up, lambda: self.now)

    async def look_up(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def test_a_second_answer_is_not_even_asked_for() -> None:
    names = Names(["8.8.8.8"], ["127.0.0.1"])

    found = [asyncio.run(names.resolver.address("host", 443)) for _ in range(3)]

    assert (found, names.asked) == (["8.8.8.8"] * 3, 1)


def test_an_answer_of_later_is_vetted_like_the_first() -> None:
    names = Names(["8.8.8.8"], ["169.254.169.254"])
    asyncio.run(names.resolver.address("host", 443))
    names.now = 3601.0

    with pytest.raises(Refused, match=r"169\.254"):
        asyncio.run(names.resolver.address("host", 443))


def test_one_bad_address_among_good_ones_is_enough_to_refuse() -> None:
    with pytest.raises(Refused):
        asyncio.run(Names(["8.8.8.8", "::ffff:10.0.0.1"]).resolver.address("host", 443))


def test_the_place_of_a_host_that_is_refused_or_not_found_is_nowhere() -> None:
    assert asyncio.run(Names(["10.0.0.1"]).resolver.place("host")) == ""
    assert asyncio.run(Resolver().place("no-such-host.invalid")) == ""
    assert asyncio.run(Names(["8.8.8.8"]).resolver.place("host")) == "8.8.8.8"

"""Connections only to addresses that were looked at first.

A name resolves once; the address must be a public one; the connection goes
to that address, with TLS for the name. So no redirect and no DNS answer can
lead a crawl into the network it runs in.
"""

import asyncio
import ipaddress
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable
from functools import cache, partial
from typing import Any

import httpcore
import httpx

from scraper.errors import Refused

MAX_HEAD = 256 * 1024
"""Bytes before a body, interim answers (1xx) included: of those a server may send any number."""
MAX_ANSWER = 24 * 1024 * 1024
"""Bytes of one answer with its chunk sizes and trailers, of which no body's cap knows."""
RESOLVED_FOR = 3600.0
"""Seconds for which a resolved address is used."""
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")


LookUp = Callable[[str, int], Awaitable[list[str]]]
"""All addresses of a name. Raises `OSError` when it has none."""


async def look_up(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class Resolver:
    """Vetted addresses: each name is looked up once an hour, so turns and connections speak of the same one.

    A second answer that differs (DNS rebinding) is not even asked for, and
    when the hour is over it is vetted like the first.
    """

    def __init__(self, look_up: LookUp = look_up, now: Callable[[], float] = time.monotonic) -> None:
        self._look_up = look_up
        self._now = now
        self._known: dict[tuple[str, int], tuple[float, str]] = {}

    async def address(self, host: str, port: int) -> str:
        """The first address of a host, if every one of them is global.

        Raises `Refused` otherwise, and httpcore's `ConnectError` when the name
        does not resolve.
        """
        known = self._known.get((host, port))
        if known and self._now() - known[0] < RESOLVED_FOR:
            return known[1]
        try:
            addresses = await self._look_up(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"{host} does not resolve: {error}") from error
        for address in addresses:
            if not is_global(address):
                raise Refused(f"{host} resolves to {address}, which is not a public address", url=f"https://{host}/")
        self._known[host, port] = (self._now(), addresses[0])
        return addresses[0]

    async def place(self, host: str) -> str:
        """The address whose turn a host shares, "" where it can't be told; the request itself will say why."""
        try:
            return await asyncio.wait_for(self.address(host, 443), 15)
        except (httpcore.ConnectError, Refused, TimeoutError):
            return ""


class VettedBackend(httpcore.AnyIOBackend):
    """Connects to vetted addresses only (RFC 6890)."""

    def __init__(self, resolver: Resolver | None = None) -> None:
        super().__init__()
        self._resolver = resolver or Resolver()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        address = await self._resolver.address(host, port)
        return BoundedStream(await super().connect_tcp(address, port, timeout, local_address, socket_options))


class OpenBackend(httpcore.AnyIOBackend):
    """Connects wherever it is told to, for `--connect-to`."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return BoundedStream(await super().connect_tcp(host, port, timeout, local_address, socket_options))


class BoundedStream(httpcore.AsyncNetworkStream):
    """A connection that gives up on an answer without end, whatever the answer is made of."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._received = 0
        self._most = MAX_HEAD

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._stream.read(max_bytes, timeout)
        self._received += len(data)
        if self._received > self._most:
            raise httpcore.RemoteProtocolError(f"more than {self._most:,} bytes of {self._what}")
        return data

    def head_is_over(self) -> None:
        self._most = MAX_ANSWER

    @property
    def _what(self) -> str:
        return "head" if self._most == MAX_HEAD else "answer"

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._received, self._most = 0, MAX_HEAD  # a new question
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        return BoundedStream(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def is_global(address: str) -> bool:
    """Whether an address is on the public internet, looking inside mapped and tunnelled ones.

    >>> is_global("8.8.8.8"), is_global("127.0.0.1"), is_global("::ffff:10.0.0.1"), is_global("169.254.169.254")
    (True, False, False, False)
    """
    parsed = ipaddress.ip_address(address.split("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = _inner(parsed)
        if inner is not None:
            return is_global(str(inner))
        if parsed.is_site_local:  # deprecated (RFC 3879), and still nobody's public address
            return False
    return parsed.is_global and not parsed.is_multicast


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside a mapped, compatible, 6to4, Teredo or NAT64 address."""
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def vetted_transport(
    *, any_address: bool, resolver: Resolver | None = None, tls: ssl.SSLContext | None = None
) -> httpx.AsyncBaseTransport:
    """httpx's transport over the vetted backend; with `any_address`, for `--connect-to`, over one that connects anywhere.

    `tls` says whose certificates are believed; the public authorities' unless given.
    """
    # Of nobody at all, where nothing is asked over TLS: the authorities' certificates are two megabytes.
    context = tls or (ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if any_address else _trusted())
    backend = OpenBackend() if any_address else VettedBackend(resolver)
    return _TransportPerHost(lambda: _one_transport(context, backend))


@cache
def _trusted() -> ssl.SSLContext:
    """One for all clients: the certificates that are trusted take most of a megabyte."""
    return httpx.create_ssl_context(verify=True, trust_env=False)


def _one_transport(context: ssl.SSLContext, backend: httpcore.AsyncNetworkBackend) -> httpx.AsyncHTTPTransport:
    # One request is in flight per host; the second connection is for when the first is being closed.
    limits = httpx.Limits(max_connections=2, max_keepalive_connections=1, keepalive_expiry=15.0)
    transport = httpx.AsyncHTTPTransport(verify=context, trust_env=False, retries=0, limits=limits)
    # httpx hands no backend through to httpcore; this is the one place it can be set.
    transport._pool._network_backend = backend
    return transport


class _TransportPerHost(httpx.AsyncBaseTransport):
    """A pool of connections for each host.

    httpcore looks at every connection of a pool for every request, twice; with
    33 hosts in one pool that was a fifth of a crawl's time.
    """

    def __init__(self, make: Callable[[], httpx.AsyncHTTPTransport]) -> None:
        self._make = make
        self._transports: dict[str, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.headers.get("host", "")
        if host not in self._transports:
            self._transports[host] = self._make()
        transport = self._transports[host]
        response = await transport.handle_async_request(request)
        stream = response.extensions.get("network_stream")
        if isinstance(stream, BoundedStream):
            stream.head_is_over()
        # Noted now: the pool forgets a connection that its server has closed as soon as the answer is over.
        response.extensions[LEFT_OVER] = partial(_take_left_over, list(transport._pool.connections))
        return response

    async def aclose(self) -> None:
        for transport in self._transports.values():
            await transport.aclose()


LEFT_OVER = "left_over"
"""Among a response's extensions: takes, once it is closed, what the server sent behind it."""


async def _take_left_over(connections: list[httpcore.AsyncConnectionInterface]) -> bytes:
    """What came behind an answer that is over; httpcore would read it as the answer to the next question."""
    for connection in connections:
        # h11 keeps what it was not asked for, and nothing public of httpcore's leads there.
        state = getattr(getattr(connection, "_connection", None), "_h11_state", None)
        if state is not None and state.trailing_data[0]:
            await connection.aclose()
            return bytes(state.trailing_data[0])
    return b""

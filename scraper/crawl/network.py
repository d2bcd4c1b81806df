"""Connections only to addresses that were looked at first, and HTTP/1.1 over them, bounded at every step.

A name resolves once; the address must be a public one; the connection goes
to that address, with TLS for the name. So no redirect and no DNS answer can
lead a crawl into the network it runs in.

h11 knows the protocol, asyncio the sockets. A client library between them and
us would be 7 MB of a crawl and a tenth of its processor time, and what matters
here (which address, how many bytes, what comes behind an answer) would have to
be reached through its private parts.
"""

import asyncio
import ipaddress
import os
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import cast

import h11

from scraper.errors import Refused, TemporaryFailure

MAX_HEADERS = 100 * 1024
"""Bytes of one head."""
MAX_HEAD = 256 * 1024
"""Bytes before a body, interim answers (1xx) included: of those a server may send any number."""
MAX_ANSWER = 24 * 1024 * 1024
"""Bytes of one answer with its chunk sizes and trailers, of which no body's cap knows."""
RESOLVED_FOR = 3600.0
"""Seconds for which a resolved address is used."""
CONNECT_SECONDS = 15.0
READ_SECONDS = 30.0
"""Without a single byte."""
IDLE_SECONDS = 15.0
"""A connection that was not used for so long is not used again."""
_AT_ONCE = 64 * 1024
"""Bytes taken at a time; while more than that waits to be read, nothing is taken from the socket."""
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

        Raises `Refused` otherwise, and `TemporaryFailure` when the name does
        not resolve.
        """
        known = self._known.get((host, port))
        if known and self._now() - known[0] < RESOLVED_FOR:
            return known[1]
        try:
            addresses = await self._look_up(host, port)
        except OSError as error:
            reason = f"no connection: {host} does not resolve: {error}"
            raise TemporaryFailure(reason, url=f"https://{host}/", slug="connect") from error
        for address in addresses:
            if not is_global(address):
                raise Refused(f"{host} resolves to {address}, which is not a public address", url=f"https://{host}/")
        self._known[host, port] = (self._now(), addresses[0])
        return addresses[0]

    async def place(self, host: str) -> str:
        """The address whose turn a host shares, "" where it can't be told; the request itself will say why."""
        try:
            return await asyncio.wait_for(self.address(host, 443), 15)
        except (TemporaryFailure, Refused, TimeoutError):
            return ""


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


# --- asking -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    """One GET."""

    url: str
    """For whoever reads of its failure."""
    scheme: str
    host: str
    port: int
    target: str
    """Path and query, as they go out."""
    headers: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    """As received, their names in lower case."""
    peer: str
    """The address that answers."""
    pieces: AsyncIterator[bytes]
    """The body as it comes in. Raises `TemporaryFailure` where it breaks off or the server is silent for too long."""
    left_over: Callable[[], bytes]
    """What the server sent behind the body, once that was read; it would be read as the answer to the next question."""


class Connections:
    """The connections of one crawl: of each host one is kept open between two questions.

    With `connect_to` all go to that address over plain HTTP, else to vetted
    addresses only (RFC 6890).
    """

    def __init__(
        self,
        *,
        connect_to: tuple[str, int] | None = None,
        resolver: Resolver | None = None,
        tls: Callable[[], ssl.SSLContext] | None = None,
    ) -> None:
        self._connect_to = connect_to
        self._resolver = resolver or Resolver()
        self._tls = tls or trusted
        self._idle: dict[tuple[str, str], _Connection] = {}

    @asynccontextmanager
    async def ask(self, question: Question) -> AsyncIterator[Answer]:
        """The answer to a question, its body to be read inside.

        Raises `Refused` for an address that is not public or can't be asked
        for, `TemporaryFailure` (`connect`, `timeout`, `broken`) where the
        network or the server fails.
        """
        connection = await self._connection(question)
        try:
            yield await connection.ask(question)
        except BaseException:
            connection.close()
            raise
        if connection.ready_for_more():
            # One request is in flight per host; of two that were by way of exception, one connection is enough.
            self._idle.setdefault((question.scheme, question.host), connection).last_used = time.monotonic()
        if self._idle.get((question.scheme, question.host)) is not connection:
            connection.close()

    async def _connection(self, question: Question) -> "_Connection":
        known = self._idle.pop((question.scheme, question.host), None)
        if known is not None:
            if known.is_usable():
                return known
            known.close()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return await self._connect(question)
        except TimeoutError as error:
            raise _late(question.url) from error
        except OSError as error:
            raise TemporaryFailure(f"no connection: {_reason(error)}", url=question.url, slug="connect") from error

    async def _connect(self, question: Question) -> "_Connection":
        loop = asyncio.get_running_loop()
        if self._connect_to is not None:
            host, port = self._connect_to
            _, connection = await loop.create_connection(_Connection, host, port)
            return connection
        address = await self._resolver.address(question.host, question.port)
        context, name = (self._tls(), question.host) if question.scheme == "https" else (None, None)
        _, connection = await loop.create_connection(
            _Connection, address, question.port, ssl=context, server_hostname=name
        )
        return connection

    async def close(self) -> None:
        for connection in self._idle.values():
            connection.close()
        self._idle.clear()
        await asyncio.sleep(0)  # what is closed is told so in the loop's next round


@cache
def trusted() -> ssl.SSLContext:
    """Whom to believe about names. One for all: the certificates take most of a megabyte."""
    import certifi  # not above: with --connect-to nobody need be believed, and it is another megabyte

    context = ssl.create_default_context(cafile=certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    return context


def _reason(error: OSError) -> str:
    known = error.errno is not None and not isinstance(error, ssl.SSLError | socket.gaierror)
    return os.strerror(cast(int, error.errno)) if known else str(error) or type(error).__name__


def _late(url: str) -> TemporaryFailure:
    return TemporaryFailure("the server did not answer in time", url=url, slug="timeout")


class _Connection(asyncio.Protocol):
    """One connection, one question at a time."""

    def __init__(self) -> None:
        self.last_used = 0.0
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEADERS)
        self._held = bytearray()
        self._is_over = False
        """Whether no more bytes will come."""
        self._why: Exception | None = None
        self._awaited: asyncio.Future[None] | None = None
        self._count = 0
        """Bytes of this answer."""
        self._most = MAX_HEAD
        self._url = ""

    # --- what asyncio calls -------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._held += data
        if len(self._held) > _AT_ONCE:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        self._is_over = True
        self._wake()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self._is_over, self._why = True, error
        self._wake()

    def _wake(self) -> None:
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(None)

    # --- what a crawl calls -------------------------------------------------------------------

    async def ask(self, question: Question) -> Answer:
        self._url, self._count, self._most = question.url, 0, MAX_HEAD
        try:
            head = self._http.send(h11.Request(method="GET", target=question.target, headers=list(question.headers)))
            end = self._http.send(h11.EndOfMessage())
        except h11.LocalProtocolError as error:
            raise Refused(f"not an address: {error}", url=question.url) from error
        self._transport.write((head or b"") + (end or b""))
        event = await self._event()
        while isinstance(event, h11.InformationalResponse) and event.status_code != 101:
            event = await self._event()
        assert isinstance(event, h11.Response | h11.InformationalResponse)
        self._most = MAX_ANSWER
        peer = self._transport.get_extra_info("peername")
        return Answer(event.status_code, _decoded(event), str(peer[0]) if peer else "", self._pieces(), self._left_over)

    async def _pieces(self) -> AsyncIterator[bytes]:
        while isinstance(event := await self._event(), h11.Data):
            yield bytes(event.data)

    async def _event(self) -> object:
        """The next part of the answer. Raises `TemporaryFailure` for what is no HTTP, too long, or does not come."""
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                data = await self._receive()
                if not data and self._http.their_state is h11.SEND_RESPONSE:
                    raise self._broken("Server disconnected without sending a response.")
                self._count += len(data)
                if self._count > self._most:
                    what = "head" if self._most == MAX_HEAD else "answer"
                    raise self._broken(f"more than {self._most:,} bytes of {what}")
                self._http.receive_data(data)
        except h11.RemoteProtocolError as error:
            raise self._broken(error) from error
        return event

    def _broken(self, why: object) -> TemporaryFailure:
        return TemporaryFailure(f"the answer broke off or was no HTTP: {why}", url=self._url, slug="broken")

    async def _receive(self) -> bytes:
        """The next bytes, none at the end."""
        if not self._held and not self._is_over:
            self._awaited = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(READ_SECONDS):
                    await self._awaited
            except TimeoutError as error:
                raise _late(self._url) from error
            finally:
                self._awaited = None
        else:
            await asyncio.sleep(0)  # whoever sends faster than it is read does not keep the others waiting
        if not self._held and self._why is not None:
            raise TemporaryFailure("the connection broke off", url=self._url, slug="broken") from self._why
        data = bytes(self._held[:_AT_ONCE])
        del self._held[:_AT_ONCE]
        if not self._is_over and len(self._held) <= _AT_ONCE:
            self._transport.resume_reading()
        return data

    def _left_over(self) -> bytes:
        return bytes(self._http.trailing_data[0]) + bytes(self._held)

    def ready_for_more(self) -> bool:
        """Whether the answer was read to its end and the server will take another question."""
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE or self._left_over():
            return False
        self._http.start_next_cycle()
        return self.is_open()

    def is_open(self) -> bool:
        return not self._is_over and not self._transport.is_closing()

    def is_usable(self) -> bool:
        """Whether a question can still be asked. What comes unasked is no answer to anything."""
        return self.is_open() and not self._held and time.monotonic() - self.last_used < IDLE_SECONDS

    def close(self) -> None:
        self._transport.abort()


def _decoded(event: h11.Response | h11.InformationalResponse) -> tuple[tuple[str, str], ...]:
    """The headers as text: what is no UTF-8 is Latin-1, all of it alike."""
    for encoding in ("utf-8", "latin-1"):
        try:
            return tuple((name.decode("ascii"), value.decode(encoding)) for name, value in event.headers)
        except UnicodeDecodeError:
            continue
    raise AssertionError("every byte is a character of Latin-1")

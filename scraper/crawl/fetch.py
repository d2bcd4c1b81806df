"""The only module that talks to the network: bounded, hop by hop, one address at a time.

httpx's own decoders and timeouts are not relied on: its streaming decoder
inflates a 522 KB bomb to 261 MB, and no time-out of it ends a server that
drips. So raw bytes are counted as they come, inflated here with a cap, and
the whole exchange has one deadline.
"""

import asyncio
import time
import zlib
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from urllib.parse import urlsplit

import ada_url
import httpx

from scraper.crawl.network import LEFT_OVER, Resolver, vetted_transport
from scraper.crawl.urls import canonical
from scraper.errors import BadBody, BadStatus, Gone, Refused, TemporaryFailure
from scraper.models import Capture

MAX_WIRE = 8 * 1024 * 1024
MAX_INFLATED = 32 * 1024 * 1024
MAX_MEMBERS = 100
"""Of gzip data; servers send one."""
MAX_PIECES = 10_000
"""Of one body, as it comes in. Each costs the crawl processor time that the other hosts wait for: chunks of a
byte each would keep all of them from their turns for the whole of a deadline."""
_PIECES_IN_A_ROW = 100
"""After so many the other hosts get their turn, whatever else is here already."""
MAX_HOPS = 5
DEADLINE = 60.0
MIN_RATE = 1024
"""Bytes a second, asked for once `RATE_GRACE` seconds have gone by."""
RATE_GRACE = 10.0
LONGEST_RETRY_AFTER = 7 * 24 * 3600.0
"""Seconds; a Retry-After beyond a week is taken for a mistake."""

Permit = Callable[[str], Awaitable[None]]
"""Asked before every hop; raises `Forbidden` where robots.txt says no."""
Turn = Callable[[str], AbstractAsyncContextManager[None]]
"""Held during every exchange with the host of an address: one at a time, with a pause between."""

Vet = Callable[[str, str], object]
"""Asked about a redirect's target and the address it came from; raises `Refused` for what may not be fetched."""


@dataclass(frozen=True, slots=True)
class Limits:
    wire: int = MAX_WIRE
    inflated: int = MAX_INFLATED
    deadline: float = DEADLINE


class Fetcher:
    """One HTTP client for a crawl. `connect_to` sends every request to that address over plain HTTP."""

    def __init__(
        self,
        user_agent: str,
        *,
        connect_to: tuple[str, int] | None = None,
        turn: Turn = lambda _: nullcontext(),
        limits: Limits | None = None,
        resolver: Resolver | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        vet: Vet = canonical,
    ) -> None:
        self._vet = vet
        self._connect_to = connect_to
        self._turn = turn
        self._limits = limits or Limits()
        self._headers = {"User-Agent": user_agent, "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"}
        self._client = httpx.AsyncClient(
            transport=transport or vetted_transport(any_address=connect_to is not None, resolver=resolver),
            headers=self._headers | {"Accept-Encoding": "gzip", "Accept-Language": "zh-CN,zh;q=0.9"},
            # A visitor without a memory is not tracked; emptying a jar would be too late, as other hosts ask meanwhile.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(30.0, connect=15.0),
        )

    async def __aenter__(self) -> "Fetcher":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def fetch(
        self, url: str, *, permit: Permit, etag: str = "", last_modified: str = "", cut: int | None = None
    ) -> Capture:
        """GET an address, following redirects between allowed hosts.

        Returns whatever status the last hop answered with; `require_page`
        judges it. With `cut`, what comes after so many bytes is not read.
        Raises `Refused` for a redirect that leaves the allowed
        hosts, `BadBody` for a body that is too large, truncated or
        mislabelled, `TemporaryFailure` for time-outs and broken connections,
        and what `permit` raises.
        """
        conditional = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in conditional.items() if _is_sendable(value)}
        hops: list[str] = []
        here = url
        while True:
            await permit(here)
            async with self._turn(here):
                capture = await self._within_deadline(here, headers, cut)
            location = capture.header("location")
            if capture.status == 304 and not headers:
                raise BadStatus("the site answers 304 to who has nothing", url=url)
            if capture.status not in (301, 302, 303, 307, 308) or not location:
                return replace(capture, url=url, final_url=here, redirects=tuple(hops))
            hops.append(here)
            here = self._next_hop(here, location, url)
            if here in hops:
                raise BadStatus(f"redirects that lead round in a circle, back to {here[:200]}", url=url)
            if len(hops) > MAX_HOPS:
                raise BadStatus(f"more than {MAX_HOPS} redirects", url=url)

    async def _within_deadline(self, url: str, headers: dict[str, str], cut: int | None) -> Capture:
        seconds = self._limits.deadline
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(url, headers, cut)
        except TimeoutError as error:
            raise TemporaryFailure(f"no whole answer within {seconds:g} s", url=url, slug="timeout") from error

    def _next_hop(self, here: str, location: str, url: str) -> str:
        """The redirect's target, checked before anything connects to it."""
        self._vet(location, here)
        target = ada_url.URL(location, base=here)
        if here.startswith("https:") and target.protocol == "http:":
            raise Refused(f"redirect from https to http: {location[:200]}", url=url)
        target.hash = ""
        target.hostname = target.hostname.rstrip(".")  # the same host, and not one with clocks and rules of its own
        return str(target.href)

    async def _exchange(self, url: str, headers: dict[str, str], cut: int | None) -> Capture:
        began, started = datetime.now(UTC), time.monotonic()
        try:
            request = self._request(url, headers)
            response = await self._client.send(request, stream=True)
            try:
                peer = _peer(response)
                wire = await self._read(response, url, cut)
            finally:
                await response.aclose()
            left_over = await response.extensions[LEFT_OVER]() if LEFT_OVER in response.extensions else b""
        except httpx.TimeoutException as error:
            raise TemporaryFailure("the server did not answer in time", url=url, slug="timeout") from error
        except httpx.InvalidURL as error:
            raise Refused(f"not an address: {error}", url=url) from error
        except httpx.RemoteProtocolError as error:
            if "location header" in str(error):
                raise Refused(f"a redirect to what is no address: {error}", url=url) from error
            raise TemporaryFailure(f"the answer broke off or was no HTTP: {error}", url=url, slug="broken") from error
        except (httpx.ReadError, httpx.WriteError, httpx.CloseError) as error:
            raise TemporaryFailure("the connection broke off", url=url, slug="broken") from error
        except httpx.TransportError as error:
            reason = str(error) or type(error).__name__
            raise TemporaryFailure(f"no connection: {reason}", url=url, slug="connect") from error
        if left_over.strip() and response.status_code == 200 and cut is None:
            raise BadBody("the server sends more than the length it gives", url=url)
        body = (
            b""
            if response.status_code == 304
            else _inflated(response, wire, self._limits.inflated, url, is_cut=cut is not None and len(wire) >= cut)
        )
        return Capture(
            url=url,
            final_url=url,
            status=response.status_code,
            headers=tuple(
                (name, value) for name, value in response.headers.multi_items() if name != "transfer-encoding"
            ),
            body=body,
            wire_size=len(wire),
            fetched_at=began,
            elapsed=round(time.monotonic() - started, 4),
            request_headers=tuple(request.headers.multi_items()),
            peer=peer,
        )

    def _request(self, url: str, headers: dict[str, str]) -> httpx.Request:
        if self._connect_to is None:
            return self._client.build_request("GET", url, headers=headers)
        parts = urlsplit(url)
        host, port = self._connect_to
        bracketed = f"[{host}]" if ":" in host else host
        target = f"http://{bracketed}:{port}{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        return self._client.build_request("GET", target, headers=headers | {"Host": parts.netloc})

    async def _read(self, response: httpx.Response, url: str, cut: int | None) -> bytes:
        chunks: list[bytes] = []
        size, started = 0, time.monotonic()
        async for chunk in response.aiter_raw():
            chunks.append(chunk)
            size += len(chunk)
            if cut is not None and size >= cut:
                break
            if size > self._limits.wire:
                raise BadBody(f"more than {self._limits.wire:,} bytes", url=url)
            if len(chunks) > MAX_PIECES:
                raise BadBody(f"a body in more than {MAX_PIECES:,} pieces", url=url)
            if len(chunks) % _PIECES_IN_A_ROW == 0:
                await asyncio.sleep(0)
            elapsed = time.monotonic() - started
            if elapsed > RATE_GRACE and size < MIN_RATE * elapsed:
                raise TemporaryFailure(f"slower than {MIN_RATE} bytes a second", url=url, slug="slow")
        return b"".join(chunks)


def _is_sendable(value: str) -> bool:
    """Whether a validator that a server gave can go back in a header."""
    return bool(value) and value.isascii() and value.isprintable() and len(value) <= 500


def _inflated(response: httpx.Response, wire: bytes, limit: int, url: str, *, is_cut: bool) -> bytes:
    """The body less its content encoding; only gzip was asked for, anything else is mislabelled."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity") or not wire:
        return wire
    if encoding not in ("gzip", "x-gzip"):
        raise BadBody(f"content encoding {encoding!r} was not asked for", url=url)
    try:
        return _gunzipped(wire, limit, url, is_cut=is_cut)
    except zlib.error as error:
        raise BadBody(f"not the gzip it claims to be: {error}", url=url) from error


def _gunzipped(wire: bytes, limit: int, url: str, *, is_cut: bool) -> bytes:
    """Every member of the gzip data (RFC 1952 §2.2), a piece at a time, never more than the limit."""
    pieces: list[bytes] = []
    size = members = 0
    rest = wire
    while rest:
        members += 1
        # Each member costs a copy of all that is behind it: 400,000 empty ones would take hours.
        if members > MAX_MEMBERS:
            raise BadBody(f"gzip data of more than {MAX_MEMBERS} members", url=url)
        inflater = zlib.decompressobj(31)
        while not inflater.eof and rest:
            piece = inflater.decompress(rest, _PIECE)
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                raise BadBody(f"inflates to more than {limit:,} bytes", url=url)
            rest = inflater.unconsumed_tail
            if not piece and not rest:
                break
        if not inflater.eof:
            if is_cut:
                break
            raise BadBody("the gzip data breaks off", url=url)
        # Zeros or anything else behind the last member is padding, as gzip(1) has it.
        rest = inflater.unused_data if inflater.unused_data.startswith(_GZIP_MAGIC) else b""
    return b"".join(pieces)


_PIECE = 1024 * 1024
_GZIP_MAGIC = b"\x1f\x8b"


def _peer(response: httpx.Response) -> str:
    stream = response.extensions.get("network_stream")
    address = stream.get_extra_info("server_addr") if stream is not None else None
    return str(address[0]) if address else ""


def require_page(capture: Capture) -> None:
    """Raise what a status means: `Gone`, `TemporaryFailure` or `BadStatus`; 200 and 304 pass."""
    status, url = capture.status, capture.url
    if status in (200, 304):
        return
    if status in (404, 410):
        raise Gone(f"the site answers {status}", url=url)
    require_answer(capture)
    raise BadStatus(f"the site answers {status}", url=url)


def require_answer(capture: Capture) -> None:
    """Raise `TemporaryFailure` for a status that asks to come again: busy, too many requests, out of order."""
    status = capture.status
    if status in (408, 425, 429) or status >= 500:
        wait = retry_after(capture.header("retry-after"), capture.fetched_at)
        host = capture.final_url or capture.url  # who is busy, not who sent us there
        raise TemporaryFailure(f"the site answers {status}", url=host, retry_after=wait, slug=f"http-{status}")


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds a Retry-After asks for (RFC 9110 §10.2.3); None for none and for absurd ones.

    >>> retry_after("120", datetime.now(UTC)), retry_after("-5", datetime.now(UTC)), retry_after("soon", datetime.now(UTC))
    (120.0, None, None)
    """
    text = value.strip()
    if not text:
        return None
    if text.isascii() and text.isdecimal():
        seconds = float(text[:12])
    else:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, OverflowError):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - now).total_seconds()
    return seconds if 0 < seconds <= LONGEST_RETRY_AFTER else None

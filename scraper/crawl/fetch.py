"""The only module that talks to the network: bounded, hop by hop, one address at a time.

No decoder and no time-out of a library is relied on: httpx's inflates a
522 KB bomb to 261 MB, and no time-out ends a server that drips. So raw bytes
are counted as they come, inflated here with a cap, and the whole exchange has
one deadline. `network` has the connections.
"""

import asyncio
import time
import zlib
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from urllib.parse import urlsplit

import ada_url

from scraper.crawl.network import Answer, Connections, Question, Resolver
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

Headers = tuple[tuple[str, str], ...]

Vet = Callable[[str, str], object]
"""Asked about a redirect's target and the address it came from; raises `Refused` for what may not be fetched."""


@dataclass(frozen=True, slots=True)
class Limits:
    wire: int = MAX_WIRE
    inflated: int = MAX_INFLATED
    deadline: float = DEADLINE


class Fetcher:
    """Asks for pages. `connect_to` sends every request to that address over plain HTTP."""

    def __init__(
        self,
        user_agent: str,
        *,
        connect_to: tuple[str, int] | None = None,
        turn: Turn = lambda _: nullcontext(),
        limits: Limits | None = None,
        resolver: Resolver | None = None,
        connections: Connections | None = None,
        vet: Vet = canonical,
    ) -> None:
        self._vet = vet
        self._turn = turn
        self._limits = limits or Limits()
        # No cookie ever: a visitor without a memory is not tracked.
        self._headers = (
            ("Connection", "keep-alive"),
            ("User-Agent", user_agent),
            ("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"),
            ("Accept-Encoding", "gzip"),
            ("Accept-Language", "zh-CN,zh;q=0.9"),
        )
        self._connections = connections or Connections(connect_to=connect_to, resolver=resolver)

    async def __aenter__(self) -> "Fetcher":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connections.close()

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
        conditional = (("If-None-Match", etag), ("If-Modified-Since", last_modified))
        headers = tuple((name, value) for name, value in conditional if _is_sendable(value))
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

    async def _within_deadline(self, url: str, headers: Headers, cut: int | None) -> Capture:
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

    async def _exchange(self, url: str, headers: Headers, cut: int | None) -> Capture:
        began, started = datetime.now(UTC), time.monotonic()
        question = self._question(url, headers)
        async with self._connections.ask(question) as response:
            wire = await self._read(response, url, cut)
            left_over = response.left_over()
        if left_over.strip() and response.status == 200 and cut is None:
            raise BadBody("the server sends more than the length it gives", url=url)
        body = (
            b""
            if response.status == 304
            else _inflated(response, wire, self._limits.inflated, url, is_cut=cut is not None and len(wire) >= cut)
        )
        return Capture(
            url=url,
            final_url=url,
            status=response.status,
            headers=tuple((name, value) for name, value in response.headers if name != "transfer-encoding"),
            body=body,
            wire_size=len(wire),
            fetched_at=began,
            elapsed=round(time.monotonic() - started, 4),
            request_headers=tuple((name.lower(), value) for name, value in question.headers),
            peer=response.peer,
        )

    def _question(self, url: str, headers: Headers) -> Question:
        parts = urlsplit(url)
        if not url.isascii() or not parts.hostname:
            raise Refused(f"not an address: {url[:200]}", url=url)
        return Question(
            url,
            parts.scheme,
            parts.hostname,
            parts.port or (443 if parts.scheme == "https" else 80),
            f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}",
            (("Host", parts.netloc), *self._headers, *headers),
        )

    async def _read(self, response: Answer, url: str, cut: int | None) -> bytes:
        chunks: list[bytes] = []
        size, started = 0, time.monotonic()
        async for chunk in response.pieces:
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


def _inflated(response: Answer, wire: bytes, limit: int, url: str, *, is_cut: bool) -> bytes:
    """The body less its content encoding; only gzip was asked for, anything else is mislabelled."""
    # A header that is there twice is one list (RFC 9110 §5.3).
    values = [value for name, value in response.headers if name == "content-encoding"]
    encoding = ", ".join(values).strip().lower()
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
        from email.utils import parsedate_to_datetime  # not above: half a megabyte, for a header that few send

        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, OverflowError):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - now).total_seconds()
    return seconds if 0 < seconds <= LONGEST_RETRY_AFTER else None

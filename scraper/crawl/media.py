"""The pictures of articles, fetched as politely as pages and kept beside them; only with `crawl --media`.

Only from hosts of China News Service: the editions' own and those under their
two domains, where the picture servers are (i2.chinanews.com, f2.zj.chinanews…).
"""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from urllib.parse import urlsplit

from scraper.archive import media
from scraper.archive.database import Database
from scraper.archive.frontier import stamp
from scraper.archive.rights import signals_of
from scraper.crawl.commits import Commits
from scraper.crawl.fetch import Fetcher, Limits, Permit, require_page
from scraper.crawl.politeness import HostGate
from scraper.crawl.urls import parse_address
from scraper.errors import BadBody, BadStatus, FetchError, Forbidden, Refused, TemporaryFailure
from scraper.models import Capture, Site
from scraper.sites import sites_by_host

MAX_PICTURE = 20 * 1024 * 1024
LIMITS = Limits(wire=MAX_PICTURE, inflated=MAX_PICTURE)
_DOMAINS = re.compile(r"(?:^|\.)chinanews\.com(?:\.cn)?$")
_SHORT_WAIT = 30.0
"""Seconds; a host that rests longer keeps its pictures for the next crawl."""

Report = Callable[[str], None]


def picture_address(url: str, base: str = "") -> str:
    """The address a picture is fetched from, always https.

    Raises `Refused` for what is not on a host of China News Service.

    >>> picture_address("http://i2.chinanews.com/simg/2024/1.jpg")
    'https://i2.chinanews.com/simg/2024/1.jpg'
    """
    parsed = parse_address(url, base)
    host = parsed.hostname.rstrip(".")
    if host not in sites_by_host() and not _DOMAINS.search(host):
        raise Refused(f"{host} is no host of China News Service", url=url[:500])
    return f"https://{host}{parsed.pathname}{parsed.search}"


class PictureKeeper:
    """Fetches what is waiting, edition by edition, one picture at a time."""

    def __init__(
        self, db: Database, commits: Commits, fetcher: Fetcher, *, permit: Permit, gate: HostGate, stop: asyncio.Event
    ) -> None:
        self._db = db
        self._commits = commits
        self._fetcher = fetcher
        self._permit = permit
        self._gate = gate
        self._stop = stop

    async def __aenter__(self) -> "PictureKeeper":
        await self._fetcher.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._fetcher.__aexit__(kind, error, trace)

    async def keep_pictures(self, site: Site, report: Report) -> None:
        """Every picture of an edition's articles that is not kept yet; a failure is a row and a line."""
        for src in media.waiting(self._db, site.code):
            if self._stop.is_set():
                return
            try:
                await self._keep(src)
            except FetchError as error:
                lasting = not isinstance(error, TemporaryFailure | Forbidden)
                await self._commits.do(
                    partial(
                        media.save_failure,
                        self._db,
                        src,
                        slug=error.slug,
                        text=str(error),
                        for_good=lasting,
                        now=stamp(datetime.now(UTC)),
                    )
                )
                report(f"failed {src}: {error}")

    async def _keep(self, src: str) -> None:
        address = picture_address(src)
        host = _turn_host(address)
        if self._gate.rests_beyond(host, _SHORT_WAIT):
            return
        try:
            capture = await self._fetcher.fetch(address, permit=self._permit)
            require_page(capture)
        except TemporaryFailure as error:
            self._gate.failed(host, error.retry_after)
            raise
        except (BadBody, BadStatus):
            self._gate.failed(host)
            raise
        self._gate.succeeded(host)
        picture = checked(capture)
        await self._commits.do(
            partial(
                media.save_picture,
                self._db,
                src,
                picture,
                capture.body,
                status=capture.status,
                content_type=capture.header("content-type"),
                now=stamp(capture.fetched_at),
            )
        )


def _turn_host(address: str) -> str:
    """Whose clock a request runs on: an edition's hosts share one."""
    host = urlsplit(address).netloc
    site = sites_by_host().get(host)
    return site.hosts[0] if site else host


def checked(capture: Capture) -> media.Picture:
    """What a good answer holds. Raises `BadBody` for what is no picture, `Refused` where it may not be kept."""
    if signals_of(capture.headers, b"").noarchive:
        raise Refused("the server says noarchive", url=capture.url)
    picture = media.inspect(capture.body)
    if picture is None:
        kind = capture.header("content-type")[:60] or "nothing"
        raise BadBody(f"no JPEG, PNG, GIF or WebP, whatever {kind!r} says", url=capture.url)
    return picture

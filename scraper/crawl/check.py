"""Does an edition's rule still hold? robots.txt, one listing, three articles, and a verdict a person can act on.

Nothing is stored. Run it before the first live crawl of an edition, and when
`status` says that one is drifting.
"""

import asyncio
from dataclasses import dataclass, field

from scraper.crawl.discovery import article_links, listing_addresses
from scraper.crawl.fetch import Fetcher, require_page
from scraper.crawl.manners import Manners, Resting
from scraper.crawl.options import CrawlOptions
from scraper.crawl.robots import Robots
from scraper.crawl.worker import PageReader
from scraper.errors import FetchError, Forbidden, ScraperError
from scraper.models import Article, Capture, Site

ARTICLES = 3
LISTINGS = 4
"""Listings tried until one has links."""

HOLDS = "holds"
STALE = "stale: read by labels"
BROKEN = "broken"
NO_LISTING = "no listing found"
FORBIDDEN = "robots.txt forbids"
UNREACHABLE = "unreachable"


@dataclass(slots=True)
class Verdict:
    site: str
    verdict: str = UNREACHABLE
    robots: str = ""
    listing: str = ""
    links: int = 0
    layouts: list[str] = field(default_factory=list)
    agreement: float | None = None
    empty_fields: list[str] = field(default_factory=list)
    """Fields that none of the articles read has."""
    problems: list[str] = field(default_factory=list)


def check_sites(options: CrawlOptions) -> list[Verdict]:
    """A verdict for each edition of the options. Raises `ConfigError` and `UsageError` as a crawl would."""
    return asyncio.run(_check_all(options.checked()))


async def _check_all(options: CrawlOptions) -> list[Verdict]:
    manners = Manners(options, [], {}, asyncio.Event(), lambda *_: None)
    reader = PageReader()
    try:
        async with manners.fetcher:
            checks = (_Check(site, manners.fetcher, manners.robots, reader).run() for site in options.sites)
            return list(await asyncio.gather(*checks))
    finally:
        await reader.close()


class _Check:
    def __init__(self, site: Site, fetcher: Fetcher, robots: Robots, reader: PageReader) -> None:
        self.site = site
        self.fetcher = fetcher
        self.robots = robots
        self.reader = reader
        self.found = Verdict(site.code)

    async def run(self) -> Verdict:
        try:
            links = await self.listing()
        except Forbidden as error:
            file = self.robots.fresh.get(self.site.hosts[0])
            self.found.verdict = UNREACHABLE if file and file.status == 0 else FORBIDDEN
            self.found.robots = str(error)
            return self.found
        if links:
            self.judge([article for url in links[:ARTICLES] if (article := await self.article(url))])
        return self.found

    async def listing(self) -> list[str]:
        """Article addresses of the first listing that has any."""
        # The home page comes first in a crawl; here the listings, whose rules are in question, do.
        addresses = listing_addresses(self.site)
        for address in [*addresses[1 : LISTINGS + 1], addresses[0]]:
            capture = await self.get(address)
            if capture is None:
                continue
            self.found.robots = self.found.robots or "allowed"
            self.found.verdict = NO_LISTING
            links = await self.reader.links(capture.body, capture.final_url, capture.header("content-type"))
            found = [address.url for _, address in article_links(self.site, links, capture.final_url)]
            if found:
                self.found.listing, self.found.links = address, len(set(found))
                return list(dict.fromkeys(found))
        return []

    async def get(self, url: str) -> Capture | None:
        try:
            capture = await self.fetcher.fetch(url, permit=self.robots.permit)
            require_page(capture)
        except Forbidden:
            raise
        except (FetchError, Resting) as error:
            self.found.problems.append(f"{url}: {error}")
            return None
        return capture

    async def article(self, url: str) -> Article | None:
        capture = await self.get(url)
        if capture is None:
            return None
        try:
            return await self.reader.article(capture.body, capture.final_url, capture.header("content-type"))
        except ScraperError as error:
            self.found.problems.append(f"{url}: {error}")
            return None

    def judge(self, articles: list[Article]) -> None:
        found = self.found
        if not articles:
            found.verdict = BROKEN
            return
        found.layouts = sorted({article.layout for article in articles})
        agreements = [article.agreement for article in articles if article.agreement is not None]
        found.agreement = round(sum(agreements) / len(agreements), 3) if agreements else None
        found.empty_fields = [
            name for name in ("channel", "source", "editor") if not any(getattr(article, name) for article in articles)
        ]
        by_labels = found.layouts == ["labels"] and bool(self.site.layouts)
        found.verdict = STALE if by_labels else HOLDS

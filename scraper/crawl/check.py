"""Does an edition's rule still hold? robots.txt, one listing, three articles, and a verdict a person can act on.

Nothing is stored. Run it before the first live crawl of an edition, and when
`status` says that one is drifting.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from scraper.crawl.discovery import listing_addresses, sort_links
from scraper.crawl.fetch import Fetcher, require_page
from scraper.crawl.manners import Manners, Resting
from scraper.crawl.options import CrawlOptions
from scraper.crawl.robots import Robots
from scraper.crawl.worker import PageReader
from scraper.errors import FetchError, Forbidden, Refused, ScraperError
from scraper.models import Article, Capture, Site
from scraper.text import counted

ARTICLES = 3
LISTINGS = 4
"""Listings tried until one has links."""

LEAST_AGREEMENT = 0.8
"""Mean over the articles that both readers read; below it one of the two is wrong."""

HOLDS = "holds"
STALE = "stale: read by labels"
DOUBTFUL = "doubtful: layout and labels disagree"
BROKEN = "broken: articles can't be read"
UNFETCHED = "articles can't be fetched"
LISTINGS_GONE = "no listing works: found on the home page"
NO_LISTING = "no listing found"
FORBIDDEN = "robots.txt forbids"
UNREACHABLE = "unreachable"


@dataclass(slots=True)
class Verdict:
    site: str
    verdict: str = UNREACHABLE
    robots: str = ""
    """`allowed`, or what it says against a page that was to be fetched."""
    listing: str = ""
    links: int = 0
    layouts: dict[str, int] = field(default_factory=dict)
    """How many articles each layout read, or `labels`."""
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
        self.answered = False
        """Whether the host answered anything but errors of its own."""
        self.refused = 0
        """Pages that robots.txt kept from us."""
        self.shut = False
        """Whether robots.txt, or that it can't be read, keeps us from the whole host."""

    async def run(self) -> Verdict:
        links = await self.listing()
        if links:
            await self.judge(links[:ARTICLES])
        elif self.refused:
            self.found.verdict = FORBIDDEN if self.robots_can_be_read() else UNREACHABLE
        else:
            self.found.verdict = NO_LISTING if self.answered else UNREACHABLE
        return self.found

    def robots_can_be_read(self) -> bool:
        file = self.robots.fresh.get(self.site.hosts[0])
        return file is None or file.is_good

    async def listing(self) -> list[str]:
        """Article addresses of the first listing that has any."""
        # The home page comes first in a crawl; here the listings, whose rules are in question, do.
        home, *listings = listing_addresses(self.site)
        for address in [*listings[:LISTINGS], home]:
            capture = await self.get(address)
            if self.shut:
                break
            if capture is None:
                continue
            links = await self.reader.links(capture.body, capture.final_url, capture.header("content-type"))
            sorted_links = sort_links(self.site, links, capture.final_url)
            found = list(dict.fromkeys(target.url for _, target in sorted_links.articles))
            if found:
                self.found.listing, self.found.links = address, len(found)
                return found
            strange = [url for url, reason in sorted_links.skips if reason == "no article" and url != home]
            example = f", such as {strange[-1]}" if strange else ""
            self.found.problems.append(f"{address}: {counted(len(links), 'link')}, none of them an article{example}")
        return []

    async def get(self, url: str) -> Capture | None:
        """The page; None where there is none to have, and why is among the problems."""
        try:
            capture = await self.fetcher.fetch(url, permit=self.robots.permit)
            self.answered = self.answered or capture.status < 500
            require_page(capture)
        except Forbidden as error:
            self.found.robots = self.found.robots if self.refused else str(error)
            self.refused += 1
            self.shut = error.whole_host
            return None
        except (FetchError, Resting) as error:
            self.answered = self.answered or isinstance(error, Refused)  # it led away
            self.found.problems.append(f"{url}: {error}")
            return None
        self.found.robots = self.found.robots or "allowed"
        return capture

    async def judge(self, urls: list[str]) -> None:
        refused = self.refused
        captures = [capture for url in urls if (capture := await self.get(url))]
        articles = [article for capture in captures if (article := await self.article(capture))]
        if len(articles) * 2 > len(urls):
            self.compare(articles)
        elif captures:
            self.found.verdict = BROKEN
        else:
            self.found.verdict = FORBIDDEN if self.refused > refused else UNFETCHED

    async def article(self, capture: Capture) -> Article | None:
        try:
            return await self.reader.article(capture.body, capture.final_url, capture.header("content-type"))
        except ScraperError as error:
            self.found.problems.append(f"{capture.url}: {error}")
            return None

    def compare(self, articles: list[Article]) -> None:
        found = self.found
        found.layouts = dict(Counter(article.layout for article in articles).most_common())
        agreements = [article.agreement for article in articles if article.agreement is not None]
        found.agreement = round(sum(agreements) / len(agreements), 3) if agreements else None
        found.empty_fields = [
            name for name in ("channel", "source", "editor") if not any(getattr(article, name) for article in articles)
        ]
        if self.site.layouts and found.layouts.get("labels", 0) * 2 > len(articles):
            found.verdict = STALE
        elif found.agreement is not None and found.agreement < LEAST_AGREEMENT:
            found.verdict = DOUBTFUL
        else:
            elsewhere = found.listing == listing_addresses(self.site)[0] and self.site.listings
            found.verdict = LISTINGS_GONE if elsewhere else HOLDS

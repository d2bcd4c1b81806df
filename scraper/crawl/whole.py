"""A page read whole: what it is, what it says, and an article's later pages with it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from scraper.archive.frontier import Page
from scraper.crawl.discovery import listing_addresses
from scraper.crawl.fetch import require_page
from scraper.crawl.keep import MAX_PAGES, Reading
from scraper.crawl.manners import LeadsToKnown, Manners, Resting, Stopped
from scraper.crawl.urls import canonical
from scraper.crawl.worker import PageReader
from scraper.errors import ScraperError, SoftGone, UndecodablePage
from scraper.extract.pages import join_pages
from scraper.models import Article, Capture, Site


@dataclass(slots=True)
class WholePages:
    """Reads what was fetched, and fetches what belongs to it."""

    manners: Manners
    reader: PageReader
    say: Callable[[Site, str], None]

    async def read(self, site: Site, page: Page, first: Capture) -> tuple[list[Capture], Reading]:
        """A page's captures (an article may have several pages) and what they say, or the error of reading the first."""
        found = [first]
        if first.status != 200:
            return found, None
        try:
            _refuse_other_media(first, feeds=page.kind == "listing")
            if page.kind == "listing":
                return found, await self.reader.listing(first.body, first.final_url, first.header("content-type"))
            _refuse_home(site, first)
            articles = [await self._article(first)]
        except Exception as error:  # becomes the page's row in `keep`
            return found, error
        while (following := _later_page(articles[-1], found)) and not self.manners.stop.is_set():
            try:
                found.append(await self.manners.fetch(replace(page, url=following, etag="", last_modified="")))
                self.manners.counts[site.code].bytes += found[-1].wire_size
                require_page(found[-1])
                articles.append(await self._article(found[-1]))
            except (ScraperError, Stopped, Resting, LeadsToKnown) as error:
                self.say(site, f"failed {following}: {error}")
                break
        return found, join_pages(articles)

    async def _article(self, capture: Capture) -> Article:
        return await self.reader.article(capture.body, capture.final_url, capture.header("content-type"))


def _refuse_other_media(capture: Capture, *, feeds: bool) -> None:
    """Raise `UndecodablePage` for what its own Content-Type says is no page, whatever its bytes look like."""
    kind = capture.header("content-type").partition(";")[0].strip().lower()
    compressed = kind in ("application/gzip", "application/x-gzip", "application/octet-stream")
    if (kind.startswith(_OTHER_MEDIA) or kind in _OTHER_TYPES) and not (feeds and compressed):
        raise UndecodablePage(f"the server says it is {kind[:80]}, no page", url=capture.url)


_OTHER_MEDIA = ("image/", "audio/", "video/", "font/", "model/", "multipart/")
_OTHER_TYPES = (
    "application/pdf", "application/zip", "application/gzip", "application/x-gzip", "application/octet-stream",
    "application/json", "application/javascript", "application/x-javascript", "application/msword",
    "application/x-shockwave-flash", "application/vnd.ms-excel", "text/css", "text/javascript", "text/csv",
)  # fmt: skip


def _refuse_home(site: Site, capture: Capture) -> None:
    """Raise `SoftGone` where a site sends whoever asks for a lost article to its home page, a list or an error page."""
    if not capture.redirects:
        return
    path = urlsplit(capture.final_url).path or "/"
    if _HOME.fullmatch(path) or _ERROR_PAGE.search(path) or capture.final_url in listing_addresses(site):
        raise SoftGone(f"the site leads to {path} instead", url=capture.url)


_HOME = re.compile(r"/?(?:index\.s?html?)?")
_ERROR_PAGE = re.compile(r"/(?:404|error|err|notfound|not_found)(?:\.\w+|/|$)", re.I)


def _later_page(article: Article, found: list[Capture]) -> str | None:
    """The address of this article's next page (ID_2.shtml), if it has one that was not yet fetched."""
    following = article.next_page
    if following is None or len(found) >= MAX_PAGES or any(following in (one.url, one.final_url) for one in found):
        return None
    return None if canonical(following).is_first_page else following

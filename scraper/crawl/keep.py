"""What a page gives to the archive: responses, article, links, or its failure as a row.

Runs inside a transaction of the caller's; what it has to say about it is
handed over, to be said once that is committed.
"""

import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime

from scraper.archive import captures, frontier, rights, store
from scraper.archive.connect import writing
from scraper.archive.database import Database
from scraper.archive.frontier import Page
from scraper.crawl.discovery import MAX_PARTS, MAX_SITEMAPS, next_part, own_addresses, sort_links
from scraper.crawl.fetch import require_page
from scraper.crawl.options import SiteCounts
from scraper.crawl.urls import Address, canonical
from scraper.crawl.worker import ListingPage
from scraper.errors import Forbidden, Gone, NothingListed, ScraperError, SoftGone, TemporaryFailure
from scraper.models import Article, Capture, Link, Site

MAX_PAGES = 30
"""Pages of one article at most."""
MAX_NEW_OF_FEED = 1_000
"""New addresses taken from one sitemap in one crawl; the next crawl takes the next."""
MAX_SEEN = 20_000

Reading = Article | ListingPage | Exception | None
"""What a page said: its record, its links, why it could not be read, or nothing new (304)."""


@dataclass(slots=True)
class Keeper:
    """Writes what one crawl finds."""

    db: Database
    run: int
    counts: dict[str, SiteCounts]
    honour_noarchive: bool = True
    seen: set[int] = field(default_factory=set)
    """Links already written down in this crawl, by their hashes: lists of an edition repeat the same links."""

    def keep(self, site: Site, page: Page, found: list[Capture], reading: Reading) -> str:
        """Store the responses and what they mean; returns the line that says so."""
        honoured = rights.honour(found, reading, self.honour_noarchive)
        found, reading = honoured.captures, honoured.reading
        capture = found[0]
        identity = captures.save_capture(self.db, page.id, self.run, capture)
        for later in found[1:]:
            captures.save_capture(self.db, page.id, self.run, later)
        rights.note_captures(self.db, identity, honoured)
        try:
            require_page(capture)
            if isinstance(reading, Exception):
                raise reading
            with writing(self.db):
                line = self._keep_reading(site, page, capture, reading, identity)
                rights.note_reading(self.db, honoured)
                return line
        except sqlite3.Error:
            raise
        except Exception as error:  # the one place where a page's failure, whatever it is, becomes its row
            self.seen.clear()  # some of it may just have been undone
            return self.note_failure(site, page, capture, error)

    def _keep_reading(
        self, site: Site, page: Page, capture: Capture, reading: Article | ListingPage | None, identity: int
    ) -> str:
        """Store what a good answer says."""
        if isinstance(reading, Article):
            return self._keep_article(site, page, capture, reading, identity)
        counts = self.counts[site.code]
        if isinstance(reading, ListingPage):
            return self._keep_links(site, page, capture, reading)
        counts.unchanged += page.kind == "article"
        counts.listings += page.kind == "listing"
        self._visited(page, capture, changed=False)
        return f"unchanged {page.url}"

    def _visited(self, page: Page, capture: Capture, *, changed: bool, whole: bool = True) -> None:
        frontier.visited(
            self.db,
            page,
            status=capture.status,
            changed=changed,
            # Of what was not taken whole there must be no 304 next time.
            etag=capture.header("etag") if whole else "",
            last_modified=capture.header("last-modified") if whole else "",
            now=datetime.now(UTC),
        )

    # --- articles ------------------------------------------------------------------------

    def _keep_article(self, site: Site, page: Page, capture: Capture, article: Article, identity: int) -> str:
        counts = self.counts[site.code]
        now = frontier.stamp(datetime.now(UTC))
        result = store.save_article(self.db, article, page=page.id, capture=identity, now=now)
        counts.archived += result == "new"
        counts.changed += result == "changed"
        counts.unchanged += result == "unchanged"
        if is_incomplete(article):
            problem = TemporaryFailure("a later page could not be had", url=page.url, slug="incomplete")
            return self.note_failure(site, page, capture, problem)
        self._visited(page, capture, changed=result != "unchanged")
        if article.url != page.url:
            frontier.leads_to(self.db, page, article.url, article.site, datetime.now(UTC))
        return f"{result} {article.title}"

    def keep_redirect(self, site: Site, page: Page, target: str) -> str:
        """A page that only leads to an article which is here already."""
        self.counts[site.code].unchanged += 1
        frontier.led_to_known(self.db, page, target, datetime.now(UTC))
        return f"unchanged {page.url}: leads to {target}, which was fetched not long ago"

    # --- listings ------------------------------------------------------------------------

    def _keep_links(self, site: Site, page: Page, capture: Capture, listing: ListingPage) -> str:
        counts = self.counts[site.code]
        found = sort_links(site, listing.links, capture.final_url)
        if not found.articles and not listing.lists:
            raise NothingListed("the listing has no link to an article of its edition", url=page.url)
        new, whole = self._add_articles(site, page, found.articles, MAX_NEW_OF_FEED if listing.is_feed else None)
        now = datetime.now(UTC)
        for url, reason in found.skips:
            if self._is_first_time(url, reason):
                frontier.add_skip(self.db, url, site.code, reason=reason, found_on=page.url, now=now)
        self._add_parts(site, page, capture, listing, new)
        if found.articles:
            frontier.note_links(self.db, page, len(found.articles))
        counts.found += new
        counts.listings += 1
        self._visited(page, capture, changed=False, whole=whole)
        return f"listed {page.url}: {len(found.articles)} articles, {new} new"

    def _add_articles(
        self, site: Site, page: Page, articles: list[tuple[Link, Address]], most: int | None
    ) -> tuple[int, bool]:
        """How many addresses were new, and whether all were looked at; with a limit the latest come first."""
        now = datetime.now(UTC)
        if most is not None:
            articles = sorted(articles, key=lambda found: frontier.date_in(found[1].url) or "", reverse=True)
        new = 0
        for link, address in articles:
            if most is not None and new >= most:
                return new, False
            if not self._is_first_time(link.url, address.url):
                continue
            new += frontier.add_article(self.db, address.url, site.code, found_on=page.url, text=link.title, now=now)
            if link.url != address.url and link.url.startswith("http"):
                frontier.add_alias(self.db, link.url, address.url)
        return new, True

    def _is_first_time(self, *link: str) -> bool:
        """A link as written and what it came to: editions write the same paths for different pages."""
        number = hash(
            link
        )  # of 64 bits, other ones in every crawl: a link that is taken for another is found by the next
        if number in self.seen:
            return False
        if len(self.seen) >= MAX_SEEN:
            self.seen.clear()
        self.seen.add(number)
        return True

    def _add_parts(self, site: Site, page: Page, capture: Capture, listing: ListingPage, new: int) -> None:
        """What follows this list: sitemaps that an index names; the next page, as long as there is something new."""
        following: list[str] = []
        if listing.lists and page.part == 1:
            following = own_addresses(site, listing.lists)[:MAX_SITEMAPS]
        elif new and not listing.is_feed and page.part < MAX_PARTS:
            url = next_part(site, listing.links, capture.final_url)
            following = [url] if url else []
        for url in following:
            frontier.add_part(self.db, site.code, url, part=page.part + 1, found_on=page.url, now=datetime.now(UTC))

    # --- failures ------------------------------------------------------------------------

    def note_failure(self, site: Site, page: Page, capture: Capture | None, error: Exception) -> str:
        """The failure as a row; returns the line that says so."""
        counts = self.counts[site.code]
        slug = error.slug if isinstance(error, ScraperError) else "bug"
        text = str(error) if isinstance(error, ScraperError) else f"{type(error).__name__}: {error}"
        status = capture.status if capture else None
        now = datetime.now(UTC)
        if isinstance(error, Gone) or (isinstance(error, SoftGone) and self._was_read(page)):
            counts.gone += 1
            frontier.gone(self.db, page, status=status or 404, now=now, slug=slug, text=text, run=self.run)
            how = str(status) if isinstance(error, Gone) else "soft"
            store.mark_gone(self.db, page.id, page.url, frontier.stamp(now), how=how)
            return f"gone {page.url}: {text}"
        refused = isinstance(error, Forbidden)
        counts.skipped += refused
        counts.failed += not refused
        if not refused:
            counts.failures[slug] = counts.failures.get(slug, 0) + 1
        wait = error.retry_after if isinstance(error, TemporaryFailure) else None
        rule = error.rule if isinstance(error, Forbidden) else ""
        frontier.failed(
            self.db,
            page,
            slug=slug,
            text=text,
            status=status,
            retry_after=wait,
            now=now,
            run=self.run,
            robots_rule=rule,
        )
        return f"{'skipped' if refused else 'failed'} {page.url}: {text}"

    def _was_read(self, page: Page) -> bool:
        """Whether there is a good copy, so that a page which now says there is none has gone."""
        row = self.db.execute("SELECT 1 FROM articles WHERE page = ? OR url = ?", [page.id, page.url]).fetchone()
        return row is not None


def is_incomplete(article: Article) -> bool:
    """Whether a later page of the article is missing from it."""
    return (
        article.next_page is not None and not canonical(article.next_page).is_first_page and article.pages < MAX_PAGES
    )

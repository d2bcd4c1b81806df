"""Captures from a file stored as a crawl stores its own: bytes first, then what they say.

Work is committed a batch at a time and every capture is known again by its
address and moment: an import that broke off is simply run again.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import scraper
from scraper.archive import captures, index, rights, runs, stored
from scraper.archive.connect import writing
from scraper.archive.database import Database
from scraper.archive.frontier import stamp
from scraper.archive.readings import Reading, add_readings, readings_of
from scraper.archive.rights import Signals
from scraper.archive.tombstones import is_forgotten
from scraper.crawl.discovery import listing_addresses
from scraper.crawl.keep import MAX_PAGES
from scraper.crawl.urls import Address, canonical
from scraper.crawl.worker import PageReader
from scraper.errors import PageError, Refused, ScraperError
from scraper.extract.pages import join_pages
from scraper.models import Article, Capture
from scraper.sites import all_sites

BATCH = 50
GONE = (404, 410)
Report = Callable[[str], None]
"""Called with a line about something that was left out."""


@dataclass(slots=True)
class Imported:
    """What an import did."""

    captures: int = 0
    """Stored now."""
    known: int = 0
    """Already in the archive."""
    articles: int = 0
    changed: int = 0
    foreign: int = 0
    """Of no edition, or neither article nor listing."""
    forgotten: int = 0
    """Removed for good before, and left alone."""
    unread: int = 0
    """Stored, but not readable as an article."""
    damaged: int = 0


@dataclass(frozen=True, slots=True)
class _Waiting:
    capture: Capture
    page: Address
    kind: str
    signals: Signals
    reading: Article | PageError | None


class PageImport:
    """One import into an archive: `add` captures in any order, then `finish`."""

    def __init__(
        self, db: Database, name: str, *, honour_noarchive: bool = True, report: Report = lambda _: None
    ) -> None:
        self.db = db
        self.counts = Imported()
        self._name = name
        self._honour = honour_noarchive
        self._report = report
        self._run: int | None = None
        self._waiting: list[_Waiting] = []
        self._several: list[tuple[Address, int]] = []
        """First pages of articles whose other pages may still come, with their captures."""
        self._reader = PageReader()
        self._loop = asyncio.Runner()

    def __enter__(self) -> "PageImport":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.run(self._reader.close())
        self._loop.close()

    def add(self, capture: Capture, *, page: str = "", kind: str = "") -> None:
        """Take a capture in, unless it is known, forgotten or of no page that is archived."""
        place = self._place(capture, page, kind)
        if place is None:
            self.counts.foreign += 1
            return
        address, kind = place
        if is_forgotten(self.db, address.url):
            self.counts.forgotten += 1
        elif self._is_known(capture):
            self.counts.known += 1
        else:
            signals = rights.signals_of(capture.headers, capture.body)
            self._waiting.append(_Waiting(capture, address, kind, signals, self._read(capture, kind)))
            if len(self._waiting) >= BATCH:
                self.flush()

    def finish(self) -> Imported:
        """Store what waits, join articles of several pages, and end the run."""
        self.flush()
        for address, identity in self._several:
            with writing(self.db):
                self._join(address, identity)
                index.flush(self.db)
        if self._run is not None:
            with writing(self.db):
                runs.end_run(self.db, self._run, "ok", datetime.now(UTC))
        return self.counts

    # --- which page ------------------------------------------------------------------------

    def _place(self, capture: Capture, page: str, kind: str) -> tuple[Address, str] | None:
        """The page a capture belongs to and its kind; None where it belongs to none that is archived."""
        try:
            address = canonical(page or capture.url)
            canonical(capture.final_url)
        except Refused:
            return None
        if 300 <= capture.status < 400 and capture.status != 304:
            return None
        if address.is_article:
            return _first_page(address), "article"
        if address.url in listing_addresses(address.site):
            return address, "listing"
        # Only our own export says of what looks like neither that it is one.
        return (address, kind) if kind in ("article", "listing") and page else None

    def _is_known(self, capture: Capture) -> bool:
        when = capture.fetched_at.astimezone(UTC).isoformat(timespec="milliseconds")
        waits = any(
            one.capture.url == capture.url and one.capture.fetched_at == capture.fetched_at for one in self._waiting
        )
        found = self.db.execute(
            "SELECT 1 FROM captures c JOIN pages p ON p.id = c.page WHERE c.fetched_at = ? AND c.url = ? AND c.status = ?",
            [when, capture.url, capture.status],
        ).fetchone()
        return waits or found is not None

    # --- reading ---------------------------------------------------------------------------

    def _read(self, capture: Capture, kind: str) -> Article | PageError | None:
        if capture.status != 200 or kind != "article":
            return None
        try:
            article = self._reader.article(capture.body, capture.final_url, capture.header("content-type"))
            return self._loop.run(article)
        except PageError as error:
            return error

    # --- storing ---------------------------------------------------------------------------

    def flush(self) -> None:
        """Commit what waits, in one transaction."""
        if not self._waiting:
            return
        with writing(self.db):
            if self._run is None:
                self._run = self._begin()
            for one in self._waiting:
                self._store(one)
            index.flush(self.db)
        self._waiting = []

    def _begin(self) -> int:
        runs.save_sites(self.db, all_sites().values())
        arguments = json.dumps({"import": self._name}, ensure_ascii=False)
        return runs.begin_run(self.db, scraper.__version__, arguments, datetime.now(UTC))

    def _store(self, one: _Waiting) -> None:
        withheld = one.signals.noarchive and self._honour
        capture = replace(one.capture, fetched_at=one.capture.fetched_at.astimezone(UTC))
        page = self._page(one)
        kept = rights.without_bytes(capture) if withheld else capture
        identity = captures.save_capture(self.db, page, self._run, kept)
        rights.note_capture(self.db, identity, one.signals, withheld)
        self.counts.captures += 1
        moment = stamp(capture.fetched_at)
        problem = one.reading if isinstance(one.reading, PageError) else None
        self._visited(page, capture, moment, problem)
        if capture.status in (*GONE, 304) and one.kind == "article":
            self._note_presence(page, one.page.url, identity, moment, capture.status)
        if problem:
            self.counts.unread += 1
            self._report(f"{capture.url}: {problem}")
        elif isinstance(one.reading, Article) and canonical(capture.final_url).is_first_page:
            if one.reading.next_page and not canonical(one.reading.next_page).is_first_page and not withheld:
                self._several.append((one.page, identity))
            else:
                self._keep(one.reading, page, identity, moment, one.signals, withheld)

    def _keep(self, article: Article, page: int, capture: int, moment: str, signals: Signals, withheld: bool) -> None:
        article = rights.without_text(article) if withheld else article
        result = add_readings(self.db, article.url, page, [Reading(moment, capture, article)])
        self.counts.articles += result == "new"
        self.counts.changed += result == "changed"
        latest = self.db.execute("SELECT capture FROM articles WHERE url = ?", [article.url]).fetchone()
        if latest[0] == capture:
            rights.note_article(self.db, article.url, signals, withheld)

    def _page(self, one: _Waiting) -> int:
        moment = stamp(one.capture.fetched_at.astimezone(UTC))
        self.db.execute(
            "INSERT INTO pages (url, site, kind, state, discovered_at) VALUES (?, ?, ?, 'done', ?)"
            " ON CONFLICT (url) DO NOTHING",
            [one.page.url, one.page.site.code, one.kind, moment],
        )
        return int(self.db.execute("SELECT id FROM pages WHERE url = ?", [one.page.url]).fetchone()[0])

    def _visited(self, page: int, capture: Capture, moment: str, problem: PageError | None) -> None:
        """What the frontier says of a page, if this is the latest that is known of it; what is due stays due."""
        gone = capture.status in GONE
        state = "gone" if gone else "failed" if problem or capture.status not in (200, 304) else "done"
        slug = "gone" if gone else problem.slug if problem else None
        text = f"the site answers {capture.status}" if gone else str(problem) if problem else None
        self.db.execute(
            "UPDATE pages SET last_visit = ?, last_status = ?, state = iif(state = 'leased', state, ?), error = ?,"
            " error_text = ? WHERE id = ? AND coalesce(last_visit, '') < ?",
            [moment, capture.status, state, slug, text, page, moment],
        )

    def _note_presence(self, page: int, url: str, identity: int, moment: str, status: int) -> None:
        """That the article was gone, or there unchanged, at a moment; among all that is known, whenever that was."""
        rows = self.db.execute("SELECT id, url FROM articles WHERE page = ? OR url = ?", [page, url]).fetchall()
        for article, address in rows:
            known = readings_of(self.db, article)[-1].article
            cause, how = ("gone", str(status)) if status in GONE else ("returned", None)
            capture = identity if cause == "returned" else None
            add_readings(self.db, address, page, [Reading(moment, capture, known, cause, how)])

    # --- articles of several pages -----------------------------------------------------------

    def _join(self, address: Address, identity: int) -> None:
        """Read an article's pages again, all of them, and store them as one record."""
        first = next(stored.stored_captures(self.db, "c.id = ?", [identity]))
        articles = [self._again(first.capture)]
        seen = {first.capture.final_url}
        while (following := articles[-1].next_page) and following not in seen and len(articles) < MAX_PAGES:
            seen.add(following)
            later = self._following(identity, following, first.capture)
            if later is None or canonical(following).is_first_page:
                break
            try:
                articles.append(self._again(later))
            except ScraperError as error:
                self._report(f"{following}: {error}")
                break
        page = int(self.db.execute("SELECT page FROM captures WHERE id = ?", [identity]).fetchone()[0])
        signals = rights.signals_of(first.capture.headers, first.capture.body)
        self._keep(join_pages(articles), page, identity, stamp(first.capture.fetched_at), signals, withheld=False)

    def _again(self, capture: Capture) -> Article:
        article = self._reader.article(capture.body, capture.final_url, capture.header("content-type"))
        return self._loop.run(article)

    def _following(self, identity: int, url: str, first: Capture) -> Capture | None:
        """The capture of a later page that was fetched with the first: the next one in time, else the latest."""
        when = first.fetched_at.isoformat(timespec="milliseconds")
        row = self.db.execute(
            "SELECT id FROM captures WHERE page = (SELECT page FROM captures WHERE id = ?) AND url = ? AND status = 200"
            " AND sha256 IS NOT NULL ORDER BY fetched_at < ?, abs(julianday(fetched_at) - julianday(?)) LIMIT 1",
            [identity, url, when, when],
        ).fetchone()
        return next(stored.stored_captures(self.db, "c.id = ?", [row[0]])).capture if row else None


def _first_page(address: Address) -> Address:
    """The address of the article that a later page (ID_2.shtml) belongs to."""
    if address.is_first_page:
        return address
    head, _, tail = address.url.rpartition("_")
    return canonical(head + "." + tail.partition(".")[2])


def label(path: Path) -> str:
    """What a run is called in the archive: the file's name, without the machine's folders."""
    return path.name or str(path)

"""Reading the archive's captures again by today's rules: first what would change, then, if wanted, the change.

No network: what a crawl fetched is given to the same reader, in the same
process that can be killed. An article that today's rules can't read is named
and left as it is.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from scraper.archive import captures, frontier, index, proof, store
from scraper.archive.connect import writing
from scraper.archive.database import Database
from scraper.crawl.worker import PageReader
from scraper.errors import ArchiveDamaged, ScraperError
from scraper.extract.pages import join_pages
from scraper.models import Article

EXAMPLES = 3
_BATCH = 50
_SHORT = 60


@dataclass(frozen=True, slots=True)
class Example:
    url: str
    before: str
    after: str


@dataclass(slots=True)
class FieldChange:
    """A field that today's rules read otherwise."""

    articles: int = 0
    examples: list[Example] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Failure:
    url: str
    slug: str
    text: str


@dataclass(slots=True)
class Summary:
    """What reading everything again comes to."""

    read: int = 0
    changed: list[int] = field(default_factory=list)
    """Ids of the articles that are read otherwise."""
    fields: dict[str, FieldChange] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)


Report = Callable[[int, int], None]
"""Called with how many articles were read and how many there are."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A capture as it is needed to be read."""

    id: int
    url: str
    content_type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class _Reading:
    article: Article
    capture: int
    cause: str


def summarise(db: Database, *, sites: Sequence[str] = (), since: str = "", report: Report = lambda *_: None) -> Summary:
    """Read every article of these editions, published on or after a day, and compare. Writes nothing."""
    return asyncio.run(_summarise(db, sites, since, report))


def apply(db: Database, changed: Sequence[int], *, now: datetime, report: Report = lambda *_: None) -> int:
    """Store what today's rules read for these articles, in batches; returns how many were written.

    Each is a revision marked `reading`, or `page` where an answer that could
    not be read until now holds another text.
    """
    return asyncio.run(_apply(db, changed, now, report))


async def _summarise(db: Database, sites: Sequence[str], since: str, report: Report) -> Summary:
    summary = Summary()
    articles = _articles(db, sites, since)
    reader = PageReader()
    try:
        for number, (identity, url) in enumerate(articles, 1):
            try:
                found = await _read(db, reader, identity)
            except (ScraperError, RuntimeError) as error:
                slug = error.slug if isinstance(error, ScraperError) else "bug"
                summary.failures.append(Failure(url, slug, str(error)))
                continue
            summary.read += 1
            _compare(db, identity, found.article, summary)
            report(number, len(articles))
    finally:
        await reader.close()
    return summary


async def _apply(db: Database, changed: Sequence[int], now: datetime, report: Report) -> int:
    written = 0
    reader = PageReader()
    try:
        for start in range(0, len(changed), _BATCH):
            found = [await _read(db, reader, identity) for identity in changed[start : start + _BATCH]]
            with writing(db):
                for one in found:
                    written += store.save_reading(
                        db, one.article, capture=one.capture, cause=one.cause, now=frontier.stamp(now)
                    )
                index.flush(db)
            report(min(start + _BATCH, len(changed)), len(changed))
    finally:
        await reader.close()
    return written


def _articles(db: Database, sites: Sequence[str], since: str) -> list[tuple[int, str]]:
    # What a page asked not to be kept is not read from an older answer.
    condition, parameters = "a.withheld IS NULL AND a.published_at >= ?", [since]
    if sites:
        condition += f" AND a.site IN ({', '.join('?' * len(sites))})"
        parameters += sites
    rows = db.execute(f"SELECT a.id, a.url FROM articles a WHERE {condition} ORDER BY a.id", parameters)
    return [(row[0], row[1]) for row in rows.fetchall()]


async def _read(db: Database, reader: PageReader, identity: int) -> _Reading:
    """The newest answer that is an article; where it can't be read, the one that the archive's record comes from."""
    page, known, url = db.execute("SELECT page, capture, url FROM articles WHERE id = ?", [identity]).fetchone()
    newest = _newest_good(db, page)
    if newest is None or newest == known:
        return _Reading(await _article(db, reader, known, url), known, "reading")
    try:
        article = await _article(db, reader, newest, url)
    except (ScraperError, RuntimeError):
        if known is None:
            raise
        return _Reading(await _article(db, reader, known, url), known, "reading")
    cause = "reading" if await _says_the_same(db, reader, known, url, article) else "page"
    return _Reading(article, newest, cause)


async def _says_the_same(db: Database, reader: PageReader, known: int | None, url: str, article: Article) -> bool:
    """Whether today's rules read the same in the answer that the record comes from: then only the rules changed."""
    try:
        before = await _article(db, reader, known, url)
    except (ScraperError, RuntimeError):
        return True
    return store.article_digest(before) == store.article_digest(article)


def _newest_good(db: Database, page: int | None) -> int | None:
    row = db.execute(
        "SELECT max(c.id) FROM captures c JOIN pages p ON p.id = c.page"
        " WHERE c.page = ? AND c.url = p.url AND c.status = 200 AND c.sha256 IS NOT NULL AND c.withheld IS NULL",
        [page],
    ).fetchone()
    return int(row[0]) if row[0] is not None else None


async def _article(db: Database, reader: PageReader, capture: int | None, url: str) -> Article:
    pages = _kept(db, capture)
    if not pages:
        raise ArchiveDamaged("the archive has no answer to read it from", url=url)
    articles = []
    for kept in pages:
        try:
            body = captures.load_body(db, kept.sha256)
        except KeyError as error:
            raise ArchiveDamaged("its bytes are missing", url=url) from error
        articles.append(await reader.article(body, kept.url, kept.content_type))
    whole = join_pages(articles)
    if whole.url != url:
        raise ScraperError(f"its page now names itself {whole.url}", url=url)
    return whole


def _kept(db: Database, capture: int | None) -> list[_Kept]:
    """A capture and those of the article's later pages, which a crawl stores right behind it."""
    row = db.execute(
        "SELECT id, final_url, content_type, sha256, page, url, run FROM captures WHERE id = ? AND sha256 IS NOT NULL"
        " AND withheld IS NULL",
        [capture],
    ).fetchone()
    if row is None:
        return []
    found = [_Kept(*row[:4])]
    *_, page, first_url, run = row
    while True:
        following = db.execute(
            "SELECT id, final_url, content_type, sha256 FROM captures WHERE id = ? AND page = ? AND run IS ?"
            " AND url <> ? AND status = 200 AND sha256 IS NOT NULL",
            [found[-1].id + 1, page, run, first_url],
        ).fetchone()
        if following is None:
            return found
        found.append(_Kept(*following))


def _compare(db: Database, identity: int, article: Article, summary: Summary) -> None:
    before: dict[str, Any] = json.loads(proof.present_record(db, identity))
    after: dict[str, Any] = json.loads(proof.canonical(asdict(article)))
    different = [name for name in after if before.get(name) != after[name]]
    if not different:
        return
    summary.changed.append(identity)
    for name in different:
        change = summary.fields.setdefault(name, FieldChange())
        change.articles += 1
        if len(change.examples) < EXAMPLES:
            change.examples.append(Example(article.url, *_around(before.get(name), after[name])))


def _around(before: Any, after: Any) -> tuple[str, str]:
    """Both values, cut to where they begin to differ."""
    old, new = _shown(before), _shown(after)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    start = max(0, start - _SHORT // 3)
    return _cut(old, start), _cut(new, start)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def _cut(text: str, start: int) -> str:
    part = text[start : start + _SHORT]
    return ("…" if start else "") + part + ("…" if start + _SHORT < len(text) else "")

"""Archives made from the generated corpus, for bench.search: as a crawl would leave them, without pages."""

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

from bench.corpus import DAYS, FIRST_DAY, Generated, articles
from scraper.archive import index
from scraper.archive.connect import open_for_writing
from scraper.archive.database import Database
from scraper.archive.runs import save_sites
from scraper.sites import all_sites

_COLUMNS = "id, url, site, region, kind, layout, channel, title, published_at, source, editor, authors, body, captions, sections, digest, first_seen, changed_at"
INSERT = f"INSERT INTO articles ({_COLUMNS}) VALUES ({', '.join('?' * 18)})"
KEPT_BACK = 200
"""The last articles are stored one by one, as a crawl does, to see what one costs."""


def row(article: Generated) -> tuple[object, ...]:
    return (
        article.number, article.url, article.site, article.site, "article", "labels", article.channel, article.title,
        article.published_at, article.source, article.editor, article.authors, article.body, article.captions,
        article.sections, "x", "x", "x",
    )  # fmt: skip


def dated(stories: Iterator[Generated], count: int) -> Iterator[Generated]:
    """Dates as a crawl finds them: day by day, some of the day before or the one before that, and one in ten from the past."""
    rng = random.Random(17)
    for story in stories:
        today = story.number * DAYS // count
        day = today - min(int(rng.expovariate(1.5)), 3) if rng.random() < 0.9 else rng.randint(0, today)
        published_at = (FIRST_DAY + timedelta(day)).isoformat() + story.published_at[10:]
        yield replace(story, published_at=published_at)


def make(path: Path, count: int, *, scattered: bool = False) -> dict[str, float]:
    """An indexed archive of so many articles; what it took, in seconds of this process.

    With `scattered` their dates have nothing to do with the order they are stored in.
    """
    path.unlink(missing_ok=True)
    db = open_for_writing(path)
    with db.atomic():
        save_sites(db, all_sites().values())
    stories = articles(count) if scattered else dated(articles(count), count)
    started = time.process_time()
    for batch in _batches(islice(stories, count - KEPT_BACK)):
        with db.atomic():
            db.conn.executemany(INSERT, batch)
    return index_it(db, count, stories, time.process_time() - started)


def index_it(db: Database, count: int, stories: Iterator[Generated], storing: float) -> dict[str, float]:
    stored = time.process_time()
    index.catch_up(db)
    rebuilt = time.process_time()
    with db.atomic():
        index.optimize(db)
    optimized = time.process_time()
    each = [_store(db, article) for article in stories]
    facts = {
        "articles": count,
        "generate and store s": storing,
        "rebuild s": rebuilt - stored,
        "rebuild articles/s": (count - KEPT_BACK) / (rebuilt - stored),
        "optimize s": optimized - rebuilt,
        "one article ms p50": sorted(each)[len(each) // 2] * 1000,
        "one article ms p95": sorted(each)[len(each) * 95 // 100] * 1000,
        **sizes(db),
    }
    db.close()
    return facts


def _batches(stories: Iterator[Generated]) -> Iterator[list[tuple[object, ...]]]:
    return iter(lambda: [row(article) for article in islice(stories, 1000)], [])


def _store(db: Database, article: Generated) -> float:
    """Seconds that the index takes of one article's transaction."""
    with db.atomic():
        db.execute(INSERT, row(article))
        started = time.process_time()
        index.flush(db)
        return time.process_time() - started


def sizes(db: Database) -> dict[str, float]:
    characters, octets = db.execute(
        "SELECT sum(length(title) + length(body) + length(captions)),"
        " sum(octet_length(title) + octet_length(body) + octet_length(captions)) FROM articles"
        if _has_octet_length(db)
        else "SELECT sum(length(title) + length(body) + length(captions)), sum(length(CAST(title || body || captions AS BLOB))) FROM articles"
    ).fetchone()
    held = sum(
        db.execute(f"SELECT sum(length({column})) FROM articles_fts_{table}").fetchone()[0] or 0
        for table, column in (("data", "block"), ("idx", "term"), ("docsize", "sz"))
    )
    return {"characters": characters, "index bytes/char": held / characters, "index/raw": held / octets}


def _has_octet_length(db: Database) -> bool:
    return tuple(map(int, db.execute("SELECT sqlite_version()").fetchone()[0].split("."))) >= (3, 43)

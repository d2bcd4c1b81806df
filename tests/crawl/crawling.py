"""Crawling small editions in tests, and looking into the archive they make."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from scraper.crawl.options import CrawlOptions, Outcome
from scraper.crawl.run import crawl
from scraper.demo import FixtureServer
from scraper.sites import all_sites
from tests.archive.samples import empty_archive
from tests.servers import Server

TJ = "www.tj.chinanews.com.cn"


def options_for(server: Server | FixtureServer, db: Path, *codes: str, **changes: Any) -> CrawlOptions:
    sites = tuple(all_sites()[code] for code in codes or ("tj",))
    given: dict[str, Any] = {"delay": 0, "retry_wait": 0.01} | changes
    return CrawlOptions(db=db, sites=sites, connect_to=server.address, **given)


def run(server: Server | FixtureServer, db: Path, *codes: str, **changes: Any) -> Outcome:
    """One crawl of an archive that is there: making one takes its migrations longer than the crawl its pages."""
    if not db.exists() and db.parent.is_dir():
        db.write_bytes(empty_archive())
    return crawl(options_for(server, db, *codes, **changes))


def rows(db: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql).fetchall()


def change(db: Path, sql: str) -> None:
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute(sql)


def make_articles_due(db: Path) -> None:
    change(db, "UPDATE pages SET next_visit = discovered_at WHERE kind = 'article' AND state <> 'gone'")


def page_rows(db: Path) -> dict[str, tuple[str, str | None]]:
    """State and error of every page of Tianjin, by path."""
    found = rows(db, "SELECT url, state, error FROM pages")
    return {url.removeprefix(f"https://{TJ}"): (state, error) for url, state, error in found}


def assert_whole(db: Path) -> None:
    """Nothing torn: SQLite's own check, the index's, and no page held by a crawl that is over."""
    assert rows(db, "PRAGMA integrity_check") == [("ok",)]
    assert rows(db, "PRAGMA foreign_key_check") == []
    change(db, "INSERT INTO articles_fts(articles_fts) VALUES ('integrity-check')")


FINAL = (
    "SELECT url, title, published_at, body, digest, pages, gone_at IS NULL FROM articles ORDER BY url",
    "SELECT url, state, error, attempts, last_status FROM pages ORDER BY url",
    "SELECT a.url, i.number, i.src, i.caption FROM images i JOIN articles a ON a.id = i.article ORDER BY 1, 2",
    "SELECT a.url, count(*) FROM revisions r JOIN articles a ON a.id = r.article GROUP BY a.url ORDER BY 1",
)

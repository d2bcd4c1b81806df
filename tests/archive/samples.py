"""Articles to put into archives, and archives to put them in."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from scraper.archive import captures, frontier, index, runs, store
from scraper.archive.connect import open_for_writing
from scraper.archive.database import Database
from scraper.errors import PageError
from scraper.extract.article import extract_article
from scraper.models import Article, Capture, Image, Section
from scraper.sites import all_sites
from tests.pages import fixtures

NOW = datetime(2024, 5, 6, 1, 30, tzinfo=UTC)

ARTICLE = Article(
    url="https://www.tj.chinanews.com.cn/news/2024/0506/00001.shtml",
    site="tj",
    region="天津",
    kind="article",
    layout="labels",
    agreement=None,
    channel="要闻",
    title="溪口镇老桥修缮完工",
    published_at="2024-05-06T09:30+08:00",
    source="溪口日报",
    editor="张三",
    authors=("李四", "王五"),
    contributors=("溪口镇宣传办",),
    body="溪口镇的老桥修缮工程6日完工。\n\n两百多名居民到场观看\t首次通行。",
    sections=(Section("首次通行", 1),),
    images=(
        Image("https://www.tj.chinanews.com.cn/1.jpg", "老桥", "老桥新貌。赵六 摄", "赵六 摄", 0),
        Image("https://www.tj.chinanews.com.cn/2.jpg"),
    ),
    next_page=None,
    rights="务经书面授权",
    charset="gb18030",
    replaced=2,
)


def numbered(number: int, **changes: object) -> Article:
    """The sample under an address of its own, with fields changed."""
    url = f"https://www.tj.chinanews.com.cn/news/2024/0506/{number:05d}.shtml"
    return replace(ARTICLE, url=url, **changes)  # type: ignore[arg-type]  # any field


def new_archive(path: Path) -> Database:
    """An archive as a crawl that has just begun leaves it."""
    if not path.exists():
        path.write_bytes(empty_archive())
    return _opened(path)


@cache
def empty_archive() -> bytes:
    """Made once: it takes its migrations fifty milliseconds, and hundreds of tests want one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        _opened(path).close()
        return path.read_bytes()


def _opened(path: Path) -> Database:
    db = open_for_writing(path)
    index.catch_up(db)
    with db.atomic():
        runs.save_sites(db, all_sites().values())
    return db


@contextmanager
def unwritable(archive: Path) -> Iterator[Path]:
    """A copy that can't be written, in a folder that can't either, seen by a user whom chmod binds.

    It binds nobody who is root, so root becomes nobody for the while; pytest's own folders are closed to others.
    """
    folder = Path(tempfile.mkdtemp())
    path = folder / "archive.db"
    shutil.copy(archive, path)
    path.chmod(0o444)
    folder.chmod(0o555)
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(65534)
    try:
        yield path
    finally:
        if was_root:
            os.seteuid(0)
        folder.chmod(0o755)
        shutil.rmtree(folder)


def capture_of(url: str, body: bytes = b"<html></html>", status: int = 200) -> Capture:
    return Capture(url, url, status, (("content-type", "text/html"),), body, len(body), NOW, 0.1)


def put(db: Database, *articles: Article, now: datetime = NOW) -> list[str]:
    """Store articles as a crawl does, each in its own transaction; what became of each."""
    results = []
    for article in articles:
        with db.atomic():
            frontier.add_article(db, article.url, article.site, found_on="", text="", now=now)
            page = db.execute("SELECT id FROM pages WHERE url = ?", [article.url]).fetchone()[0]
            capture = captures.save_capture(db, page, None, capture_of(article.url))
            results.append(store.save_article(db, article, page=page, capture=capture, now=frontier.stamp(now)))
            index.flush(db)
    return results


@cache
def fixture_articles() -> tuple[Article, ...]:
    """Every article of the fixtures, each address once."""
    found: dict[str, Article] = {}
    for fixture in fixtures():
        address = fixture.address
        try:
            found[address.url] = extract_article(
                fixture.raw, address.site, address.url, content_type=fixture.content_type
            )
        except PageError:
            continue
    return tuple(found.values())

"""An archive made from the fixtures, with hostile and awkward articles beside them, and Datasette over it."""

import asyncio
import shutil
from collections.abc import Coroutine, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

# Before the plugin: the entry point is loaded by Datasette, where it is installed.
from datasette.app import Datasette
from datasette.plugins import pm

from scraper.archive import index
from scraper.archive.captures import save_capture
from scraper.archive.connect import open_for_reading, open_for_writing
from scraper.archive.database import Database
from scraper.archive.frontier import add_article
from scraper.archive.runs import save_sites
from scraper.archive.store import mark_gone, save_article
from scraper.browse import plugin
from scraper.errors import ScraperError
from scraper.extract.article import extract_article
from scraper.models import Article, Capture, Image, Section
from scraper.sites import all_sites
from tests.pages import fixtures

if not pm.is_registered(plugin):
    pm.register(plugin, "chinanews_scraper")

NOW = datetime(2026, 11, 20, 20, 5, tzinfo=UTC)
Result = TypeVar("Result")

PLAIN = Article(
    url="https://www.ha.chinanews.com.cn/news/hnxw/2026/1001/1.shtml",
    site="ha",
    region="河南",
    kind="article",
    layout="labels",
    agreement=None,
    channel="测试栏目",
    title="溪口镇老桥修缮完工",
    published_at="2026-10-01T08:00+08:00",
    source="溪口日报",
    editor="方知秋",
    authors=(),
    contributors=(),
    body="溪口镇的老桥修缮工程完工。",
    sections=(),
    images=(),
    next_page=None,
    rights=None,
)

HOSTILE = replace(
    PLAIN,
    url="https://www.ha.chinanews.com.cn/news/hnxw/2026/1002/2.shtml",
    title='<script>document.title="坏了"</script>恶意标题 & "引号"',
    published_at="2026-10-02T08:00+08:00",
    channel="<b>栏目</b>",
    source='"><svg onload=alert(1)>',
    editor="<i>编辑</i>",
    authors=("<u>作者</u>",),
    body="恶意正文<img src=x onerror=alert(2)> <mark>假的</mark>\n\n<h2>小标题</h2>",
    sections=(Section("<h2>小标题</h2>", 1),),
    images=(
        Image("javascript:alert(3)", caption="<script>alert(4)</script>恶意图说", position=0),
        Image("https://evil.example/pixel.gif", alt='" onmouseover="alert(5)', position=9),
    ),
    next_page="javascript:alert(6)",
    rights="<b>不得转载</b>",
)

# The threes of 甲乙丙丁 stand in it, the whole does not; the second has the whole.
BY_CHANCE = replace(PLAIN, url=PLAIN.url.replace("1.shtml", "3.shtml"), body="甲乙丙，又有乙丙丁。", title="偶然")
REALLY = replace(PLAIN, url=PLAIN.url.replace("1.shtml", "4.shtml"), body="这里有甲乙 丙丁。", title="确有")

STORY = replace(
    PLAIN,
    url=PLAIN.url.replace("1.shtml", "5.shtml"),
    title="五幅图片的故事",
    published_at="2026-09-30T00:00+08:00",
    authors=("张三", "李四"),
    contributors=("溪口文化站",),
    body="第一段。\n\n小标题在此\n\n第二段。\n\n名称\t数量\n\n石板\t三十四块\n\n末段(完)",
    sections=(Section("小标题在此", 1),),
    images=(
        Image("https://i.example.cn/a.jpg", caption="桥的全景。王五 摄", credit="王五 摄", position=-1),
        Image("https://i.example.cn/b.jpg", caption="同一说明", position=2),
        Image("https://i.example.cn/c.jpg", caption="同一说明", position=2),
    ),
    next_page="https://www.ha.chinanews.com.cn/news/hnxw/2026/1001/5_2.shtml",
    rights="未经授权禁止转载。",
    agreement=0.93,
    layout="ha-neiron",
    charset="gb18030",
)

# A day without a clock: many articles of one moment, which no page boundary may swallow.
SAME_MOMENT = tuple(
    replace(
        PLAIN,
        url=PLAIN.url.replace("1.shtml", f"2{n:02}.shtml"),
        title=f"同日第{n}篇",
        published_at="2026-08-15T00:00+08:00",
    )
    for n in range(23)
)


def _add(db: Database, article: Article, raw: bytes = b"<html></html>") -> None:
    add_article(db, article.url, article.site, found_on="", text="", now=NOW)
    page = db.execute("SELECT id FROM pages WHERE url = ?", [article.url]).fetchone()[0]
    headers = (("Content-Type", "text/html"),)
    capture = save_capture(db, page, None, Capture(article.url, article.url, 200, headers, raw, len(raw), NOW, 0.1))
    save_article(db, article, page=page, capture=capture, now=NOW.isoformat())


def _build(path: Path) -> None:
    db = open_for_writing(path)
    with db.atomic():
        save_sites(db, all_sites().values())
        for fixture in fixtures():
            address = fixture.address
            try:
                article = extract_article(fixture.raw, address.site, address.url, content_type=fixture.content_type)
            except ScraperError:
                continue
            _add(db, article, fixture.raw)
        for article in (PLAIN, HOSTILE, BY_CHANCE, REALLY, *SAME_MOMENT):
            _add(db, article)
        _add(db, replace(STORY, body="从前的内容。"), b"<html>before</html>")
        _add(db, STORY)
        mark_gone(db, -1, STORY.url, NOW.isoformat())
    index.catch_up(db)
    db.close()


@pytest.fixture(scope="session")
def archive_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("browse") / "archive.db"
    _build(path)
    return path


@pytest.fixture(scope="session")
def archive(archive_path: Path) -> Iterator[Database]:
    db = open_for_reading(archive_path)
    yield db
    db.close()


class Browser:
    """Datasette over some files, asked without a network."""

    def __init__(self, *paths: Path, **options: Any):
        self.loop = asyncio.new_event_loop()
        self.datasette: Any = Datasette([str(path) for path in paths], **options)
        self.run(self.datasette.invoke_startup())

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.loop.run_until_complete(work)

    def get(self, path: str, **parameters: Any) -> Any:
        return self.run(self.datasette.client.get(path, params=parameters or None))

    def answer(self, path: str, query: str) -> tuple[int, str]:
        """As `get`, for queries that are too long for a client."""
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(b"host", b"localhost")],
            "scheme": "http",
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b""}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        self.run(self.datasette.app()(scope, receive, send))
        return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()

    def html(self, path: str, **parameters: Any) -> str:
        response = self.get(path, **parameters)
        assert response.status_code == 200, response.text[:500]
        return str(response.text)

    def ids(self, search: str, database: str = "archive") -> list[int]:
        response = self.get(f"/{database}/articles.json", _search=search, _size="max", _shape="array")
        assert response.status_code == 200, response.text[:500]
        return [row["id"] for row in response.json()]


@pytest.fixture(scope="session")
def browser(archive_path: Path) -> Browser:
    return Browser(archive_path)


@pytest.fixture
def demo_path(archive_path: Path, tmp_path: Path) -> Path:
    """The same archive under another name."""
    path = tmp_path / "demo 存档.db"
    shutil.copy(archive_path, path)
    return path


def id_of(archive: Database, article: Article) -> int:
    return int(archive.execute("SELECT id FROM articles WHERE url = ?", [article.url]).fetchone()[0])

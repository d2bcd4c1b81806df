"""The pages in a real browser over what the demo crawl archives: read, narrowed, on a phone, without scripts, by axe.

The archive of `scraper demo` gets what a demo has not: a hostile article, one
that was edited, and one that the site removed.
"""

import hashlib
import json
import math
import os
import re
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scraper.archive import index, media
from scraper.archive.connect import open_for_writing
from scraper.archive.database import Database
from scraper.archive.store import mark_gone
from scraper.models import Image
from tests.browse import conftest
from tests.browse.conftest import _add

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
SHOTS = os.environ.get("SCRAPER_SCREENSHOTS")
"""A folder to leave pictures of the pages in, for `make screenshots`."""

# Older than what the fixtures have, so that the first page shows news.
HOSTILE = replace(
    conftest.HOSTILE,
    url="https://www.gx.chinanews.com.cn/news/2.shtml",
    site="gx",
    region="广西",
    published_at="2016-10-02T08:00+08:00",
)
STORY = replace(conftest.STORY, published_at="2016-09-30T00:00+08:00")
MISSING = "/no/such/page"
# One that the site edited a day later: figures, a sentence taken out, one put in.
PARAGRAPHS = (
    "中新网青石8月4日电 (记者 方知秋)记者4日从青石县防汛办公室获悉，受连日降雨影响，溪口河水位一度超过警戒线，当地已转移沿岸群众1200人。",
    "截至4日8时，全县12个乡镇平均降雨量86毫米，最大点雨量出现在溪口镇，达到143毫米。",
    "青石县出动救援人员300余名，调用冲锋舟6艘。",
    "溪口镇中心小学被用作临时安置点。镇里的老人说，这样大的雨已有二十年没有见过。",
    "县水利局介绍，上游两座水库运行正常，泄洪按照预案进行。",
    "当地卫生院派出两支医疗队驻守安置点。",
    "目前，降雨逐渐减弱，道路抢修正在进行。(完)",
)
BEFORE = replace(
    conftest.PLAIN,
    url=conftest.PLAIN.url.replace("1.shtml", "90.shtml"),
    title="青石县连日降雨 转移群众1200人",
    published_at="2016-08-04T10:12+08:00",
    channel="要闻",
    images=(
        Image("https://i.example.cn/river.png", caption="雨后的溪口河。 梁问渠 摄", credit="梁问渠 摄", position=0),
    ),
    body="\n\n".join(PARAGRAPHS),
)
EDITED = replace(
    BEFORE,
    title="青石县连日降雨 转移群众1800人",
    editor="沈归舟",
    body="\n\n".join(
        [
            PARAGRAPHS[0].replace("1200", "1800"),
            PARAGRAPHS[1].replace("截至4日8时", "截至4日20时").replace("143毫米", "151毫米"),
            PARAGRAPHS[2],
            PARAGRAPHS[3].partition("镇里的老人")[0],
            *PARAGRAPHS[4:6],
            "青石县已启动防汛三级应急响应，并开通24小时求助电话。",
            PARAGRAPHS[6],
        ]
    ),
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


@pytest.fixture(scope="module")
def archive_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("screens") / "archive.db"
    _python("-m", "scraper", "demo", "--db", str(path), timeout=120)
    db = open_for_writing(path)
    with db.atomic():
        _add(db, HOSTILE)
        _add(db, replace(STORY, body="从前的内容。"), b"<html>before</html>")
        _add(db, STORY)
        _add(db, BEFORE, b"<html>early</html>")
        _add(db, EDITED, b"<html>late</html>")
        _keep_picture(db, EDITED.images[0].src)
        gone = db.execute("SELECT url FROM articles WHERE site = 'hlj' LIMIT 1").fetchone()[0]
        mark_gone(db, -1, gone, datetime.now(UTC).isoformat())
    index.catch_up(db)
    db.close()
    return path


def _keep_picture(db: Database, src: str) -> None:
    data = _png(640, 300)
    picture = media.inspect(data)
    assert picture
    media.save_picture(db, src, picture, data, status=200, content_type="image/png", now=conftest.NOW.isoformat())
    db.execute("UPDATE images SET media = ? WHERE src = ?", [hashlib.sha256(data).hexdigest(), src])


def _png(width: int, height: int) -> bytes:
    """A river under a sky, drawn for this."""
    rows = bytearray()
    for y in range(height):
        water = y > height * (0.62 + 0.03 * math.sin(y / 9))
        rows.append(0)
        for x in range(width):
            wave = int(12 * math.sin(x / 17 + y / 5)) if water else 0
            rows += bytes((70 + wave, 105 + wave, 120 + wave) if water else (200 - y // 4, 214 - y // 5, 222 - y // 6))

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND", b"")
    )


def _python(*arguments: str, timeout: float) -> str:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=timeout
    )
    assert done.returncode == 0, done.stderr[-1000:]
    return done.stdout


@pytest.fixture(scope="module")
def address(archive_file: Path) -> Iterator[str]:
    """Where `scraper serve` serves the archive, on a port of its own choice."""
    command = [sys.executable, "-m", "scraper", "serve", "--db", str(archive_file), "--port", "0"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr
        line = process.stderr.readline()
        found = re.match(r"(http://127\.0\.0\.1:\d+)/ ", line)
        assert found, line
        yield found.group(1)
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        # A profile of its own, made and removed by Playwright.
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser
        browser.close()


class Reader:
    """Somebody with a browser: every request it makes elsewhere, and every error, is noted."""

    def __init__(self, chromium: Any, address: str, **options: Any):
        self.address = address
        self.elsewhere: list[str] = []
        self.errors: list[str] = []
        self.context = chromium.new_context(base_url=address, **{"locale": "zh-CN", **options})
        self.page = self.context.new_page()
        self.page.on("request", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)

    def _note(self, request: Any) -> None:
        if not request.url.startswith((f"{self.address}/", "data:")):
            self.elsewhere.append(request.url)

    def open(self, path: str) -> Any:
        response = self.page.goto(path)
        assert response.status == (404 if path == MISSING else 200), path
        return self.page

    def follow(self, link: Any) -> None:
        """Click, and wait for the page it leads to."""
        with self.page.expect_navigation():
            link.click()


@pytest.fixture
def reader(chromium: Any, address: str) -> Iterator[Reader]:
    made = Reader(chromium, address)
    yield made
    made.context.close()
    assert made.elsewhere == []
    assert made.errors == []


def _pages(archive_file: Path) -> dict[str, str]:
    """Every kind of page, by its address."""
    db = open_for_writing(archive_file)
    ids = {row[1]: row[0] for row in db.execute("SELECT id, url FROM articles").fetchall()}
    db.close()
    return {
        "home": "/",
        "search": "/-/search?q=湿地",
        "articles": "/-/search?site=ha",
        "article": f"/archive/articles/{ids[STORY.url]}",
        "reading": f"/archive/articles/{ids['https://www.chinanews.com.cn/cul/2023/04-24/9995812.shtml']}",
        "edited": f"/archive/articles/{ids[EDITED.url]}",
        "diff": f"/-/article/{ids[EDITED.url]}/diff",
        "changes": "/-/changes",
        "once": "/-/search?q=居民&unique=1",
        "shared": f"/archive/articles/{ids['https://www.sh.chinanews.com.cn/bdrd/2021-11-05/92001.shtml']}",
        "hostile": f"/archive/articles/{ids[HOSTILE.url]}",
        "editor": "/-/editor/方知秋",
        "edition": "/-/edition/ha",
        "strange": "/-/edition/gx",
        "health": "/-/health",
        "list": "/archive/articles?_search=恶意 OR 小标题",
        "nothing": "/-/search?q=没有这样的词语",
        "offers": "/-/search?q=湿地 没有这样的词语&site=ha",
        "mended": '/-/search?q="居民 OR (',
        "missing": MISSING,
    }


def test_from_the_first_page_to_a_story_and_its_author(reader: Reader) -> None:
    page = reader.open("/")
    page.get_by_role("searchbox").first.fill("湿地")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    hits = page.locator("ol.cards > li")
    before = hits.count()

    reader.follow(page.locator("#facets").get_by_role("link", name="河南", exact=True))
    narrowed = hits.count()
    reader.follow(page.locator("ol.cards h2 a").first)
    title = page.locator("h1").inner_text()
    reader.follow(page.locator(".byline a").first)

    assert before > narrowed == 1
    assert "湿地" in title
    assert page.locator("ol.cards h3 a", has_text=title[:6]).count() == 1


def test_the_map_leads_to_an_edition(reader: Reader) -> None:
    page = reader.open("/")

    reader.follow(page.locator(".map").get_by_role("link", name="黑龙江"))

    assert page.locator("h1").inner_text() == "黑龙江"
    assert page.locator(".chart").get_by_role("img").count() == 1


def test_what_was_edited_is_read_side_by_side(reader: Reader) -> None:
    page = reader.open("/-/changes")

    reader.follow(page.locator("li", has_text=EDITED.title).get_by_role("link", name="对照"))
    before, after = page.locator(".sides").first.locator("p").all()
    left, right = before.bounding_box(), after.bounding_box()

    assert left and right and left["x"] < right["x"] and left["y"] == right["y"]
    assert "1200" in before.inner_text() and "1800" in after.inner_text()
    assert "line-through" in page.locator("del").first.evaluate("one => getComputedStyle(one).textDecorationLine")
    assert "underline" in page.locator("ins").first.evaluate("one => getComputedStyle(one).textDecorationLine")
    page.set_viewport_size({"width": 390, "height": 844})
    left, right = before.bounding_box(), after.bounding_box()
    assert left and right and left["x"] == right["x"] and left["y"] < right["y"]


def test_a_kept_picture_is_shown(reader: Reader, archive_file: Path) -> None:
    page = reader.open(_pages(archive_file)["edited"])

    picture = page.locator("figure img")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('figure img').complete")

    assert picture.evaluate("one => [one.naturalWidth, one.naturalHeight]") == [640, 300]


def test_keys_reach_everything(reader: Reader) -> None:
    page = reader.open("/-/search?q=湿地")

    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.className")
    page.keyboard.press("Enter")
    inside = page.evaluate("document.activeElement.id")
    page.keyboard.press("/")
    focused = page.evaluate("document.activeElement.type")

    assert (skip, inside, focused) == ("skip", "content", "search")


def test_a_citation_is_copied(chromium: Any, address: str, archive_file: Path) -> None:
    reader = Reader(chromium, address, permissions=["clipboard-read", "clipboard-write"])
    page = reader.open(_pages(archive_file)["article"])

    page.locator("summary", has_text="引用").click()
    page.locator('button[data-copy="gb7714"]').click()
    page.locator('button[data-copy="gb7714"]', has_text="已复制").wait_for()

    assert STORY.title in page.evaluate("navigator.clipboard.readText()")
    reader.context.close()


@pytest.mark.parametrize("key", ["hostile", "list", "strange"])
def test_no_text_of_an_article_runs_or_loads(reader: Reader, archive_file: Path, key: str) -> None:
    page = reader.open(_pages(archive_file)[key])
    page.wait_for_load_state("networkidle")

    assert "坏了" not in page.title().replace(HOSTILE.title, "")
    assert (
        page.locator("main img, main script, main iframe, main [onerror], main [onload], main [onmouseover]").count()
        == 0
    )
    assert page.locator('a[href^="javascript"]').count() == 0
    if key == "hostile":
        assert page.locator("h1").inner_text() == HOSTILE.title
        assert "<script>alert(4)</script>恶意图说" in page.locator("figcaption").first.inner_text()


def test_every_page_fits_a_phone_without_scripts(chromium: Any, address: str, archive_file: Path) -> None:
    """360 points wide: nothing scrolls sideways, and every form and link works."""
    for turn, (language, apply) in enumerate((("zh-CN", "确定"), ("en-GB", "Apply"))):
        phone = {"width": 360, "height": 740}
        reader = Reader(chromium, address, viewport=phone, java_script_enabled=False, locale=language)
        for at, (key, path) in enumerate(_pages(archive_file).items()):
            if at % 2 == turn:
                page = reader.open(path)
                assert page.evaluate("document.documentElement.scrollWidth") <= 360, (key, language)
                assert page.locator("h1").count() == 1, key
                assert page.locator("button[data-copy]:visible").count() == 0
        page = reader.open("/-/search?q=湿地")
        page.locator("#since").fill("2024")
        reader.follow(page.get_by_role("button", name=apply))
        assert "since=2024" in page.url
        reader.context.close()


def test_the_feed_is_one_that_a_browser_takes_for_atom(reader: Reader) -> None:
    page = reader.open("/-/search?q=湿地")

    href = page.locator('link[type="application/atom+xml"]').get_attribute("href")
    text = reader.context.request.get(href).text()
    root = page.evaluate("text => new DOMParser().parseFromString(text, 'text/xml').documentElement.nodeName", text)

    assert root == "feed"


def test_the_language_is_switched_and_kept(reader: Reader) -> None:
    page = reader.open("/-/search?q=湿地")

    reader.follow(page.locator("a.language"))

    assert page.url.endswith("/-/search?q=%E6%B9%BF%E5%9C%B0")
    assert page.locator("html").get_attribute("lang") == "en"
    assert reader.open("/").locator("html").get_attribute("lang") == "en"


LOOKS = (("light", "zh-CN"), ("dark", "en-GB"), ("dark", "zh-CN"), ("light", "en-GB"))


def test_axe_finds_nothing_serious(chromium: Any, address: str, archive_file: Path) -> None:
    """Each kind of page in one look, in all four with `SCRAPER_SCREENS=all`."""
    script = _axe()
    looks = LOOKS if os.environ.get("SCRAPER_SCREENS") == "all" else LOOKS[:2]
    found = []
    for turn, (scheme, language) in enumerate(looks):
        reader = Reader(chromium, address, color_scheme=scheme, locale=language, bypass_csp=True)
        for at, (key, path) in enumerate(_pages(archive_file).items()):
            if looks is LOOKS or at % 2 == turn:
                found += [(key, scheme, *trouble) for trouble in _troubles(reader.open(path), script)]
        reader.context.close()

    assert found == [], json.dumps(found, ensure_ascii=False, indent=1)


def test_axe_finds_nothing_serious_in_datasettes_own_pages(chromium: Any, address: str, archive_file: Path) -> None:
    script, name = _axe(), archive_file.stem
    reader = Reader(chromium, address, bypass_csp=True)

    found = {path: _troubles(reader.open(path), script) for path in (f"/{name}", f"/{name}/runs", f"/{name}/sites/ha")}
    reader.context.close()

    assert not any(found.values()), found


def test_axe_would_find_something(chromium: Any, address: str, archive_file: Path) -> None:
    reader = Reader(chromium, address, bypass_csp=True)
    page = reader.open(_pages(archive_file)["nothing"])
    page.add_style_tag(content=".hint { color: #ddd; background: #eee }")

    found = _troubles(page, _axe())
    reader.context.close()

    assert [rule for rule, _ in found] == ["color-contrast"]


def _axe() -> str:
    axe = pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    return (Path(axe.__file__).parent / "axe.min.js").read_text("utf-8")


def _troubles(page: Any, script: str) -> list[tuple[str, list[str]]]:
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.evaluate(script)
    violations = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [
        (violation["id"], [node["html"][:160] for node in violation["nodes"][:3]])
        for violation in violations
        if violation["impact"] in ("serious", "critical")
    ]


PICTURES = (
    ("home", "home", 1280, "light", "zh-CN"),
    ("home-dark-english", "home", 1280, "dark", "en-GB"),
    ("search", "search", 1280, "light", "zh-CN"),
    ("article", "reading", 1280, "light", "zh-CN"),
    ("edition", "edition", 1280, "light", "zh-CN"),
    ("versions", "diff", 1280, "light", "zh-CN"),
    ("changes", "changes", 1280, "light", "zh-CN"),
    ("phone-versions-dark", "diff", 390, "dark", "zh-CN"),
    ("phone-home", "home", 390, "light", "zh-CN"),
    ("phone-article-dark", "reading", 390, "dark", "zh-CN"),
    ("health-english", "health", 1280, "light", "en-GB"),
)


@pytest.mark.skipif(not SHOTS, reason="pictures are taken by `make screenshots`")
@pytest.mark.parametrize(("name", "key", "width", "scheme", "language"), PICTURES, ids=lambda value: str(value))
def test_pictures(
    chromium: Any, address: str, archive_file: Path, name: str, key: str, width: int, scheme: str, language: str
) -> None:
    height = 844 if width < 500 else 900
    reader = Reader(
        chromium, address, viewport={"width": width, "height": height}, color_scheme=scheme, locale=language
    )
    path = Path(SHOTS or ".") / f"{name}.png"

    reader.open(_pages(archive_file)[key]).screenshot(path=path)
    reader.context.close()

    assert path.stat().st_size < 300_000

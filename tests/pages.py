"""The pages that tests read: fixtures on disk, real pages beside the repository, small ones written inline."""

import csv
import json
import re
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scraper.crawl.urls import Address, canonical
from scraper.errors import Refused, ScraperError
from scraper.extract.article import extract_article
from scraper.extract.listing import links_of
from scraper.models import Article

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "fixtures"
# Third-party text: read in place, never copied into the project.
REAL_PAGES = ROOT.parent / "shared" / "pages"

# Words of footers, share bars and notices; none of them may stand in a body or a caption.
CHROME = (
    "不代表中新社",
    "务经书面授权",
    "未经授权禁止转载",
    "京ICP",
    "公网安备",
    "视听节目许可证",
    "All Rights Reserved",
    "Copyright ©",
    "违法和不良信息举报",
    "关于我们",
    "责任编辑：",
    "责任编辑:",
    "【编辑",
    "更多精彩内容",
    "分享到",
    "使用“扫一扫”",
    "打开微信",
    "参与互动",
    "我要评论",
    "请在转载文章内容时",
    "版权声明",
    "打印稿件",
    "字体：",
    "字号：",
)


@dataclass(frozen=True, slots=True)
class Fixture:
    folder: Path

    @property
    def name(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def raw(self) -> bytes:
        return (self.folder / "page.html").read_bytes()

    @property
    def content_type(self) -> str:
        return str(_json(self.folder / "meta.json")["content_type"])

    @property
    def address(self) -> Address:
        return canonical(_json(self.folder / "meta.json")["url"])

    @property
    def expected_path(self) -> Path:
        return self.folder / "expected.json"

    @property
    def expected(self) -> dict[str, Any]:
        return _json(self.expected_path)


def _json(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@cache
def fixtures() -> tuple[Fixture, ...]:
    return tuple(Fixture(page.parent) for page in sorted(FIXTURES.glob("*/*/page.html")))


@cache
def read(fixture: Fixture, *, layouts: bool = True, rename: bool = False) -> dict[str, Any]:
    """What the program reads, in the form of an `expected.json`: a record, or the slug it refuses with."""
    address = fixture.address
    raw = renamed(fixture.raw) if rename else fixture.raw
    try:
        article = extract_article(raw, address.site, address.url, content_type=fixture.content_type, layouts=layouts)
    except ScraperError as error:
        return {"error": error.slug}
    return as_json(article)


def as_json(article: Article) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(json.dumps(asdict(article)))
    return record


def listed(raw: bytes, address: Address, content_type: str = "") -> list[dict[str, str]]:
    """The article links of a listing that belong to its own edition: canonical, each once, in page order."""
    found: dict[str, str] = {}
    for link in links_of(raw, content_type=content_type):
        try:
            target = canonical(link.url, address.url)
        except Refused:
            continue
        if target.is_article and target.site == address.site:
            # A picture's link has no text; the headline's link follows it.
            found[target.url] = found.get(target.url) or link.title
    return [{"url": url, "title": title} for url, title in found.items()]


_START_TAG = re.compile(rb"<[a-zA-Z][^<>]*>")
_CLASS_OR_ID = re.compile(rb"(?<=\s)(class|id)(\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s>\"']+)", re.I)


def renamed(raw: bytes) -> bytes:
    """The page with every class and id renamed, each name always to the same other one.

    Done on the bytes: no byte of a GB18030 or UTF-8 character is a quote, a
    blank or an angle bracket.
    """
    return _START_TAG.sub(lambda tag: _CLASS_OR_ID.sub(_renamed_attribute, tag.group()), raw)


def _renamed_attribute(match: re.Match[bytes]) -> bytes:
    name, equals, value = match.groups()
    names = value.strip(b"\"'").split()
    return name + equals + b'"' + b" ".join(b"n%08x" % zlib.crc32(word) for word in names) + b'"'


@dataclass(frozen=True, slots=True)
class RealPage:
    file: str
    url: str
    kind: str

    @property
    def raw(self) -> bytes:
        return (REAL_PAGES / self.file).read_bytes()

    @property
    def address(self) -> Address:
        return canonical(self.url)


@cache
def real_pages() -> tuple[RealPage, ...]:
    """The rows of the manifest, none where the pages are not there."""
    manifest = REAL_PAGES / "manifest.tsv"
    if not manifest.exists():
        return ()
    with manifest.open(encoding="utf-8", newline="") as file:
        # A remark may stand behind the address.
        return tuple(
            RealPage(row["file"], row["url"].split()[0], row["kind"]) for row in csv.DictReader(file, delimiter="\t")
        )


def squeezed(text: str) -> str:
    return "".join(text.split())


def page_of(
    story: str,
    *,
    title: str = "溪口镇老桥修缮完工",
    meta: str = "2024年05月06日 09:30 来源：溪口日报",
    head: str = "",
) -> bytes:
    """A small news page in GB18030 around a story: breadcrumb, title, date line, body, editor line, footer."""
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>{title}-中新网</title>{head}</head><body>
<div class="nav"><a href="/">首页</a> &gt; <a href="/news/">要闻</a> &gt; 正文</div>
<h1 class="headline">{title}</h1>
<div class="dateline">{meta}</div>
<div class="story">{story}</div>
<div class="foot"><a href="/about.html">关于我们</a> | <a href="/ads.html">广告服务</a></div>
<p>本网站所刊载信息，不代表中新社和中新网观点。 刊用本网站稿件，务经书面授权。</p>
</body></html>""".encode("gb18030")


# A paragraph that is prose beyond doubt, for pages whose trouble lies elsewhere.
PROSE = (
    "　　溪口镇的老桥修缮工程6日完工，两百多名居民到场观看首次通行。这座单孔石拱桥建于清代，"
    "桥面由一百二十块青石铺成，去年汛期后封闭检修。"
)
MORE_PROSE = (
    "　　施工队用了七个月清理桥墩淤积、更换三十四块风化石板，并在上游增设两道拦木栅。"
    "镇里说，今后每年春秋两季各检查一次，数据向居民公开。"
)


@contextmanager
def seconds(limit: float) -> Iterator[None]:
    """A generous bound on this process's CPU: what is meant here takes milliseconds, what is feared takes minutes."""
    started = time.process_time()
    yield
    assert time.process_time() - started < limit

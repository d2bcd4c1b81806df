"""Pages that say with status 200 that there is no page."""

import re

from selectolax.lexbor import LexborHTMLParser

from scraper.errors import PageError
from scraper.extract.decode import decode
from scraper.extract.guard import refuse_absurd
from scraper.models import Article
from scraper.text import fold, squeeze

_THING = r"(?:页面|网页|文章|内容|信息|稿件|新闻|文件|资源|链接|地址)"
_LOST = r"(?:不存在|找不到|没有找到|未找到|无法找到|已经?失效|已失效|已(?:经)?被?(?:删除|移除|移动|下线|撤下))"
_SAYS = re.compile(
    rf"(?:{_THING}{_LOST}|(?:访问|请求|查找|浏览|查看|打开)的{_THING}[^。]{{0,8}}{_LOST}"
    rf"|{_LOST}[^。]{{0,8}}{_THING}|(?:404|410)\s*(?:not found|error|错误|页面|找不到)|(?:page|file) not found)",
    re.I,
)
# The whole of a title: "404", "Error 404", "提示信息 404".
_IS_CODE = re.compile(
    r"(?:(?:http|error|错误|提示信息|出错了?)\s*)*[-_:：\s]*404[-_:：\s]*(?:not found|error|错误)?|not found", re.I
)
_SHORT_PAGE = 400
"""Characters; on a page this short one sentence is enough."""
_SHORT_TITLE = 30
_SHORT_BODY = 120
_REFRESH_HOME = re.compile(r"\d*\s*;?\s*url\s*=\s*[\"']?(?:https?://[^/\s\"']+)?/?(?:index\.s?html?)?[\"']?\s*", re.I)


def says_absent(raw: bytes, *, content_type: str = "") -> bool:
    """Whether a page that is no article says that there is none: by its title, a heading, or being short and saying so.

    One that only sends its reader to the home page says it, too.
    """
    try:
        text = decode(raw, content_type).text
        refuse_absurd(text)
    except PageError:
        return False
    tree = LexborHTMLParser(text)
    headings = [fold(node.text()) for node in tree.css("title, h1, h2, h3")[:10]]
    if any(_is_absent_title(heading) for heading in headings):
        return True
    for node in tree.css("script, style, title"):
        node.decompose()
    shown = squeeze(tree.body.text()) if tree.body else ""
    if len(shown) <= _SHORT_PAGE and _SAYS.search(shown):
        return True
    return len(shown) < 40 and any(
        _REFRESH_HOME.fullmatch((node.attributes.get("content") or "").strip())
        for node in tree.css("meta[http-equiv=refresh i]")
    )


def reads_as_absent(article: Article) -> bool:
    """Whether what was read as an article is the site's page for lost ones: its title says so, and hardly a text."""
    return _is_absent_title(article.title) and len(article.body) <= _SHORT_BODY


def _is_absent_title(title: str) -> bool:
    # "页面不存在_中新网", "404-中国新闻网": the site's name stands behind.
    first = re.split(r"[_|—]|\s-\s|-(?=中)", title.strip())[0].strip()
    return len(first) <= _SHORT_TITLE and bool(_IS_CODE.fullmatch(first) or _SAYS.search(first))

"""What stands above a story: headlines with a sub-title, date lines without labels."""

import pytest

from scraper.extract.article import extract_article
from scraper.models import Article
from scraper.sites import all_sites
from tests.pages import MORE_PROSE, PROSE

URL = "https://www.gx.chinanews.com.cn/sh/2024-05-06/detail-ihabc1234567890.shtml"
TITLE = "溪口老桥修复通行"
DATE_LINE = "2024年05月06日 12:11 来源：桂北日报 编辑：覃丽"


def read(
    headline: str = f"<h1>{TITLE}</h1>",
    date_line: str = DATE_LINE,
    indent: str = "　　",
    title: str = f"{TITLE}-中新网广西",
) -> Article:
    story = "".join(f"<p>{indent}{text.strip()}</p>" for text in (PROSE, MORE_PROSE))
    page = f"<title>{title}</title><body>{headline}<div>{date_line}</div><div>{story}</div>"
    return extract_article(page.encode("gb18030"), all_sites()["gx"], URL, content_type="text/html; charset=gbk")


@pytest.mark.parametrize(
    "headline",
    [
        f"<h1>{TITLE}<small>两岸居民不再绕行</small></h1>",
        f"<h1>{TITLE} <span>两岸居民不再绕行</span></h1>",
        f"<h3>两岸居民不再绕行</h3><h1>{TITLE}</h1><h2>——溪口镇见闻</h2>",
    ],
)
def test_a_sub_title_is_no_part_of_the_title(headline: str) -> None:
    assert read(headline).title == TITLE


@pytest.mark.parametrize(
    ("date_line", "source", "editor"),
    [
        ("<span>桂北日报</span> <em>2024-05-06 12:11</em> <span>覃丽</span>", "桂北日报", None),
        ("桂北日报 | 2024-05-06 12:11 | 编辑 覃丽", "桂北日报", "覃丽"),
        ("2024-05-06 12:11 ｜ 责任编辑 覃丽 陆平 ｜ 来源：桂北日报", "桂北日报", "覃丽 陆平"),
        ("2024-05-06 12:11 覃丽", None, None),
    ],
)
def test_a_date_line_without_labels_gives_what_is_certain(
    date_line: str, source: str | None, editor: str | None
) -> None:
    article = read(date_line=date_line)

    assert article.published_at == "2024-05-06T12:11+08:00"
    assert (article.source, article.editor) == (source, editor)


@pytest.mark.parametrize("indent", ["　　", "&emsp;&emsp;", "&nbsp;&nbsp;&nbsp;&nbsp;", "&ensp;&ensp;&ensp;&ensp;"])
def test_a_paragraph_may_be_indented_by_any_wide_blank(indent: str) -> None:
    article = read(indent=indent)

    assert article.body.split("\n\n") == [PROSE.strip(), MORE_PROSE.strip()]


@pytest.mark.parametrize("title", ["", "中国新闻网广西", "广西新闻 - 中新网", "www.chinanews.com.cn"])
@pytest.mark.parametrize(
    "headline", [f"<h1>{TITLE}</h1>", f"<p align=center><b>{TITLE}</b></p>", f"<div>{TITLE}</div>"]
)
def test_a_headline_is_found_where_the_title_only_names_the_site(title: str, headline: str) -> None:
    crumb = '<div><a href="/">首页</a> &gt; <a href="/sh/">社会新闻</a> &gt; 正文</div>'

    assert read(crumb + headline, title=title).title == TITLE

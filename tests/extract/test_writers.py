"""Whom the lines around a headline name: behind a label, by what they are, or by a name alone that can be nothing else."""

from dataclasses import replace

import pytest

from scraper.extract.article import extract_article
from scraper.models import Article, Layout
from scraper.sites import all_sites
from tests.pages import MORE_PROSE, PROSE, page_of

URL = "https://www.ha.chinanews.com.cn/news/hnxw/2024/0506/62988.shtml"
SITE = replace(all_sites()["ha"], layouts=(Layout(name="inline", title=".headline", meta=".dateline", body=".story"),))


def read(meta: str, layouts: bool, more: str = "") -> Article:
    return extract_article(page_of(f"<p>{PROSE}</p><p>{MORE_PROSE}</p>{more}", meta=meta), SITE, URL, layouts=layouts)


@pytest.mark.parametrize("layouts", [True, False], ids=["layout", "labels"])
@pytest.mark.parametrize(
    ("meta", "authors", "source"),
    [
        ("<span>徐珊珊</span> · 2024/05/06 09:30 · <span>溪口新闻</span>", ("徐珊珊",), "溪口新闻"),
        ("<span>王琳</span><span>2024-05-06 09:30</span><span>来源：溪口日报</span>", ("王琳",), "溪口日报"),
        (
            "<b>宋小满 赖凯</b> <span>2024-05-06 09:30</span> <span>来源：溪口日报</span>",
            ("宋小满", "赖凯"),
            "溪口日报",
        ),
        (
            "<span>[ 溪口日报 ]</span><span>[ 2024-05-06 09:30 ]</span><span>[ 作者 李佩珊、马格平 ]</span>",
            ("李佩珊", "马格平"),
            "溪口日报",
        ),
        (
            "<i>石榴云</i><i>2024-05-06 09:30</i><i>记者：阿迪拉·艾尼瓦尔</i><i>1.2万阅读</i>",
            ("阿迪拉·艾尼瓦尔",),
            "石榴云",
        ),
        ("<p>□ 骆一禾田</p><p>《溪口诗刊》（2024年5月6日）</p>", ("骆一禾田",), "《溪口诗刊》"),
        ("<p>王琳</p><p>2024年5月6日 《溪口今报》</p>", ("王琳",), "《溪口今报》"),
        ("<a>三农</a> 2024-05-06 09:30 <span>文 / 缪超</span>", ("缪超",), ""),
        ("<a>溪口云</a> 2024-05-06 09:30 <span>港澳台</span>", (), "溪口云"),
        ("<span>石家庄</span> <span>2024-05-06 09:30</span> <span>来源：溪口日报</span>", (), "溪口日报"),
    ],
)
def test_the_date_line_names_its_writers(meta: str, authors: tuple[str, ...], source: str, layouts: bool) -> None:
    article = read(meta, layouts)

    assert (article.authors, article.source or "") == (authors, source)


@pytest.mark.parametrize("layouts", [True, False], ids=["layout", "labels"])
def test_a_short_name_beside_the_date_counts_if_the_page_names_it_elsewhere(layouts: bool) -> None:
    meta = "<span>兰天</span> <span>2024-05-06 09:30</span> <span>来源：溪口日报</span>"
    photo = '<p><img src="U1P2T3D62988F1DT20240505110000.jpg"></p><p>居民走过老桥。 兰天 摄</p>'

    assert read(meta, layouts).authors == ()
    assert read(meta, layouts, photo).authors == ("兰天",)


@pytest.mark.parametrize("layouts", [True, False], ids=["layout", "labels"])
def test_a_time_beside_a_number_of_readers_is_read_whole(layouts: bool) -> None:
    article = read("<i>溪口网</i><i>2024-05-06 06:20</i><i>1.2万阅读</i>", layouts)

    assert article.published_at == "2024-05-06T06:20+08:00"


@pytest.mark.parametrize("layouts", [True, False], ids=["layout", "labels"])
def test_a_headline_of_two_characters_is_one(layouts: bool) -> None:
    article = extract_article(page_of(f"<p>{PROSE}</p>", title="更正"), SITE, URL, layouts=layouts)

    assert article.title == "更正"


@pytest.mark.parametrize("word", ["全媒体", "关注", "查看", "白皮书"])
@pytest.mark.parametrize("layouts", [True, False], ids=["layout", "labels"])
def test_a_button_or_a_column_that_opens_like_a_name_is_no_author(word: str, layouts: bool) -> None:
    meta = f"<span>{word}</span> <span>2024-05-06 09:30</span> <span>来源：溪口日报</span>"
    told = f"<p>　　记者{word}到，老桥的石料来自三里外的采石场。{word}图片见专题。</p>"

    article = read(meta, layouts, told)

    assert (article.authors, article.source) == ((), "溪口日报")

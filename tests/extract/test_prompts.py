"""What a page asks its readers to do is no text; a sub-heading or sentence that sounds alike is."""

from dataclasses import replace

import pytest

from scraper.extract.article import extract_article
from scraper.extract.crew import is_crew_line
from scraper.extract.prompts import is_prompt
from scraper.models import Article, Layout
from scraper.sites import all_sites
from tests.pages import MORE_PROSE, PROSE, page_of

URL = "https://www.ha.chinanews.com.cn/news/hnxw/2024/0506/62988.shtml"
SITE = replace(all_sites()["ha"], layouts=(Layout(name="inline", title=".headline", meta=".dateline", body=".story"),))
FIRST, SECOND = PROSE.strip(), MORE_PROSE.strip()


@pytest.fixture(params=[True, False], ids=["layout", "labels"])
def layouts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def read(*paragraphs: str, layouts: bool) -> Article:
    return extract_article(page_of("".join(f"<p>{text}</p>" for text in paragraphs)), SITE, URL, layouts=layouts)


@pytest.mark.parametrize(
    "text",
    [
        "轻触下方按钮，收听溪口早报",
        "👉 扫码加入溪口读者社群",
        "（图片加载中，请稍候）",
        "更多溪口消息，敬请登录溪口频道。",
        "语速 0.8x 1.0x 1.5x",
        "问AI：这座桥有多少年了？",
        "已有318人参与投票",
        "（本版图文未经许可不得转载）",
    ],
)
def test_a_prompt_between_two_paragraphs_is_left_out(text: str, layouts: bool) -> None:
    assert read(FIRST, text, SECOND, layouts=layouts).body.split("\n\n") == [FIRST, SECOND]


@pytest.mark.parametrize(
    "text",
    [
        "打开水闸的那一刻，两岸响起了掌声。",
        "扫码之后，老人的手机里多了一张桥的旧照片。",
        "“下载一个软件就能借书，我七十岁也学会了。”李桂兰说。",
        "桥头的直播间里，主播正在推荐溪口的橘子。",
        "关注春耕生产",
        "也许喜欢雨天",
    ],
)
def test_a_sentence_that_tells_of_such_things_is_text(text: str, layouts: bool) -> None:
    assert not is_prompt(text)
    assert read(FIRST, text, SECOND, layouts=layouts).body.split("\n\n") == [FIRST, text, SECOND]


@pytest.mark.parametrize("heading", ["最新评论", "分享到隔壁", "下载一个软件", "查看全部", "打开视频的人"])
def test_a_sub_heading_may_sound_like_a_button(heading: str, layouts: bool) -> None:
    article = read(FIRST, f"<strong>{heading}</strong>", SECOND, layouts=layouts)

    assert article.body.split("\n\n") == [FIRST, heading, SECOND]
    assert [section.title for section in article.sections] == [heading]


@pytest.mark.parametrize(
    "link",
    [
        '<strong>延伸阅读：</strong><a href="/1.shtml">溪口新桥本月开工</a>',
        '<a href="/1.shtml">【专题】溪口修桥记</a>',
        '▶▶ <a href="/1.shtml">视频：老桥上的一天</a>',
    ],
)
def test_a_headline_that_is_a_link_between_two_paragraphs_is_left_out(link: str, layouts: bool) -> None:
    assert read(FIRST, link, SECOND, layouts=layouts).body.split("\n\n") == [FIRST, SECOND]


def test_a_cell_of_a_table_is_no_button(layouts: bool) -> None:
    table = "<table><tr><td>12路</td><td>暂停</td></tr><tr><td>37路</td><td>关闭</td></tr></table>"

    article = extract_article(page_of(f"<p>{FIRST}</p>{table}<p>{SECOND}</p>"), SITE, URL, layouts=layouts)

    assert article.body.split("\n\n")[1:-1] == ["12路\t暂停", "37路\t关闭"]


def test_crew_line_by_line_is_read_and_is_no_text(layouts: bool) -> None:
    article = read(FIRST, SECOND, "文字：章福来", "摄影：李桂兰", "编辑：贺长青", layouts=layouts)

    assert article.body.split("\n\n") == [FIRST, SECOND]
    assert (article.authors, article.editor) == (("章福来",), "贺长青")


def test_a_long_line_of_crew_takes_no_time() -> None:
    assert not is_crew_line("文: " * 39 + "。")

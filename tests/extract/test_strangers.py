"""What stands above and below a story's paragraphs and is made otherwise: the site's, unless it reads like text."""

from dataclasses import replace

import pytest

from scraper.extract.article import extract_article
from scraper.models import Article, Layout
from scraper.sites import all_sites
from tests.pages import MORE_PROSE, PROSE, page_of

URL = "https://www.ha.chinanews.com.cn/news/hnxw/2024/0506/62988.shtml"
SITE = replace(all_sites()["ha"], layouts=(Layout(name="inline", title=".headline", meta=".dateline", body=".story"),))
TOLD = [PROSE.strip(), MORE_PROSE.strip(), "“桥修好了，赶集近了五里路。”村民李桂兰说，家里的橘子也卖得上价了。"]

HOMES = {
    "paragraphs": "".join(f"<p>{text}</p>" for text in TOLD),
    "paragraphs, each in a box": "".join(f"<section><p>{text}</p></section>" for text in TOLD),
    "boxes": "".join(f"<div>{text}</div>" for text in TOLD),
    "lines": "".join(f"　　{text}<br>" for text in TOLD),
}
STRANGERS = {
    "votes": "<div><div><span>觉得值</span> 12 64%</div><div><span>不值</span> 7 36%</div></div>",
    "a poll": "<aside><h5>桥该不该收费</h5><ul><li>该</li><li>不该</li></ul><em>2031人已选</em></aside>",
    "a player": "<nav><i>播音员 小溪</i><b>03:12</b></nav>",
    "a card": "<section><section><strong>溪口发布</strong><small>记录溪口每一天</small></section></section>",
    "a link": '<footer><a href="/quiz">【街头问答】这座桥你走过几回？</a></footer>',
}
TEXTS = {
    "a table": "<table><tr><td>桥名</td><td>跨度</td></tr><tr><td>老桥</td><td>42米</td></tr></table>",
    "a quotation": "<blockquote>桥成之日，乡人相庆</blockquote>",
    "a list": "<ul><li>老桥：东西向</li><li>新桥：南北向</li></ul>",
    "a sentence": "<div><div>老桥始建于清乾隆年间，是溪口镇最早的石桥。</div></div>",
}


@pytest.fixture(params=[True, False], ids=["layout", "labels"])
def layouts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def read(story: str, layouts: bool) -> Article:
    return extract_article(page_of(story), SITE, URL, layouts=layouts)


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("home", HOMES)
def test_a_box_of_another_make_is_no_text(home: str, stranger: str, layouts: bool) -> None:
    above = read(STRANGERS[stranger] + HOMES[home], layouts)
    below = read(HOMES[home] + STRANGERS[stranger], layouts)

    assert above.body.split("\n\n") == TOLD
    assert below.body.split("\n\n") == TOLD


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("home", HOMES)
def test_what_reads_like_text_stays(home: str, text: str, layouts: bool) -> None:
    article = read(HOMES[home] + TEXTS[text], layouts)

    assert article.body.split("\n\n")[: len(TOLD)] == TOLD
    assert len(article.body.split("\n\n")) > len(TOLD)


def test_what_is_said_of_a_picture_stays_with_it(layouts: bool) -> None:
    story = HOMES["paragraphs"] + '<div><img src="/2024/0506/bridge.jpg" width="600"></div><div>老桥新貌</div>'

    article = read(story, layouts)

    assert article.body.split("\n\n") == TOLD
    assert [image.caption for image in article.images] == ["老桥新貌"]


def test_a_letter_is_signed_in_another_make(layouts: bool) -> None:
    letter = HOMES["paragraphs"] + "<p>此致</p><p>敬礼</p><div><div>李桂兰</div><div>5月6日于溪口</div></div>"

    article = read(letter, layouts)

    assert article.body.split("\n\n")[-2:] == ["李桂兰", "5月6日于溪口"]
    assert article.sections == ()


def test_who_wrote_it_is_read_from_what_is_left_out(layouts: bool) -> None:
    signed = HOMES["paragraphs"] + "<div><div>□ 本报记者 章福来</div><div>图文 李桂兰 提供线索</div></div>"

    article = read(signed, layouts)

    assert article.body.split("\n\n") == TOLD
    assert "章福来" in article.authors

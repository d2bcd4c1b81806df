"""What stands beside a story and reads like one: comments of readers, other stories with their openings, summaries."""

from dataclasses import replace

import pytest

from scraper.extract.article import extract_article
from scraper.models import Article, Layout
from scraper.sites import all_sites
from tests.pages import MORE_PROSE, PROSE, page_of

URL = "https://www.ha.chinanews.com.cn/news/hnxw/2024/0506/62988.shtml"
SITE = replace(all_sites()["ha"], layouts=(Layout(name="inline", title=".headline", meta=".dateline", body=".story"),))
FIRST, SECOND = PROSE.strip(), MORE_PROSE.strip()
NOTICE = "<p>　　受降雪影响，溪口高速6日8时起双向封闭，开通时间另行通知。</p>"
TALK = (
    "我就是溪口人，小时候天天从这座桥上过，看到它修好了心里特别高兴，感谢所有出过力的人，也希望大家都爱护它。",
    "说得好，不过也要看到问题，前几年那座老桥也修过，后来没有人管，慢慢又荒了，建议记者过一年再来看看。",
    "桥我去看过了，石头还是老石头，栏杆是新的，停车不方便，最好坐公交车去，周一人少一些。",
)


@pytest.fixture(params=[True, False], ids=["layout", "labels"])
def layouts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def read(story: str, layouts: bool) -> Article:
    return extract_article(page_of(story), SITE, URL, layouts=layouts)


def prose_of(article: Article) -> list[str]:
    return article.body.split("\n\n")


# --- comments ------------------------------------------------------------------------------

ROWS = {
    "nick and time in elements, buttons": "<div><div><b>老邮差</b><span>2024-05-0{n} 19:0{n}</span></div><p>{text}</p>"
    "<div><a>回复</a> <a>赞({n})</a></div></div>",
    "nick that ends in a number, votes": "<div><span>用户338{n}</span><time>2024-05-0{n} 19:0{n}</time><p>{text}</p><i>1{n}</i></div>",
    "发表于, 顶": "<li><dl><dt>山里的风 发表于 2024-05-0{n} 13:56</dt><dd><p>{text}</p></dd></dl><a>顶 [5{n}]</a></li>",
    "in one line with the place": "<div><p>[溪口网友] {n}小时前 来自溪口</p><p>{text}</p></div>",
    "floors": "<div><p>{n}楼 匿名 05-0{n} 13:56 回复</p><p>{text}</p></div>",
    "nick, text, then time and buttons": "<div><p>小雨点</p><p>{text}</p><p>05-0{n} 13:56 <a>回复</a></p></div>",
    "without boxes": "<p>老邮差 2024-05-0{n} 19:0{n}</p><p>　　{text}</p><p><a>支持</a>(1{n}) <a>反对</a>({n})</p>",
}
HEADS = (
    "<h3>网友评论</h3>",
    "<h3>网友评论 <em>共3条</em></h3>",
    "<p><b>最新评论（3）</b></p>",
    "<h4>我来说两句(3人参与)</h4>",
    "",
)


def comments(row: str, head: str) -> str:
    return head + "".join(ROWS[row].format(n=n + 1, text=text) for n, text in enumerate(TALK))


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("boxed", [True, False], ids=["in a box", "in the story's box"])
def test_what_readers_wrote_is_no_text(row: str, head: str, boxed: bool, layouts: bool) -> None:
    written = comments(row, head)

    article = read(f"<p>{PROSE}</p><p>{MORE_PROSE}</p>" + (f"<div>{written}</div>" if boxed else written), layouts)

    assert prose_of(article) == [FIRST, SECOND]
    assert article.sections == ()


@pytest.mark.parametrize("row", ROWS)
def test_a_notice_of_one_sentence_is_the_story_and_longer_comments_are_not(row: str, layouts: bool) -> None:
    article = read(f"{NOTICE}<div>{comments(row, HEADS[1])}</div><p>评论仅代表网友个人观点</p>", layouts)

    assert prose_of(article) == ["受降雪影响，溪口高速6日8时起双向封闭，开通时间另行通知。"]


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(
            ["5月4日 20:10", TALK[0], "5月5日 08:30", TALK[1], "5月6日 09:15", TALK[2]],
            id="a chronicle: days and no names",
        ),
        pytest.param(
            [
                "第一次通报 2024-05-04 20:10",
                TALK[0],
                "第二次通报 2024-05-05 08:30",
                TALK[1],
                "第三次通报 2024-05-06 09:15",
                TALK[2],
            ],
            id="announcements with their times",
        ),
        pytest.param(["网友说桥", TALK[0], TALK[1], TALK[2]], id="a section about what people say"),
        pytest.param(
            ["主持人：您怎么看？", TALK[0], "张三：我这么看。", TALK[1]], id="an interview: names and no days"
        ),
    ],
)
def test_days_alone_and_names_alone_make_no_comment(told: list[str], layouts: bool) -> None:
    article = read("".join(f"<p>　　{text}</p>" for text in [PROSE.strip(), *told]), layouts)

    assert prose_of(article) == [FIRST, *told]


def test_a_table_of_names_days_and_numbers_is_no_comment(layouts: bool) -> None:
    rows = "".join(f"<tr><td>张小{n}</td><td>2024-05-0{n}</td><td>{n}2</td></tr>" for n in range(1, 5))

    article = read(f"<p>{PROSE}</p><table>{rows}</table><p>{MORE_PROSE}</p>", layouts)

    assert prose_of(article) == [FIRST, *(f"张小{n}\t2024-05-0{n}\t{n}2" for n in range(1, 5)), SECOND]


# --- other stories -------------------------------------------------------------------------

OTHERS = ("水库大坝通过验收", "五座新校舍秋季启用", "山城夜市重新开张")
TEASERS = {
    "headline, opening, day": '<div><h5><a href="/{n}.shtml">{title}</a></h5><p>　　{text}</p><span>2024-05-0{n} 08:22</span></div>',
    "headline, day, opening": '<div><a href="/{n}.shtml">{title}</a><p>2024-05-0{n}</p><p>{text}</p></div>',
    "without boxes": '<p><a href="/{n}.shtml">{title}</a></p><p>{text}</p>',
    "with a picture": '<div><a href="/{n}.shtml"><img src="/t/{n}.jpg"></a><h4><a href="/{n}.shtml">{title}</a></h4><p>{text}</p></div>',
    "with a source": '<li><a href="/{n}.shtml">{title}</a><p>{text}</p><em>来源：溪口日报 05-0{n}</em></li>',
}


def teasers(kind: str, count: int) -> str:
    told = zip(OTHERS[:count], TALK, strict=False)
    return "".join(TEASERS[kind].format(n=n, title=title, text=text) for n, (title, text) in enumerate(told, 1))


@pytest.mark.parametrize("head", ["推荐阅读", "延伸阅读", "相关新闻", "为你推荐", "猜你喜欢", "大家都在看"])
@pytest.mark.parametrize("kind", TEASERS)
def test_other_stories_with_their_openings_are_no_text(kind: str, head: str, layouts: bool) -> None:
    article = read(f"<p>{PROSE}</p><p>{MORE_PROSE}</p><h4>{head}</h4>{teasers(kind, 3)}", layouts)

    assert prose_of(article) == [FIRST, SECOND]
    assert article.sections == ()


@pytest.mark.parametrize("kind", TEASERS)
def test_one_other_story_under_a_head_is_none_either(kind: str, layouts: bool) -> None:
    article = read(f"<p>{PROSE}</p><p>{MORE_PROSE}</p><div><h4>延伸阅读</h4>{teasers(kind, 1)}</div>", layouts)

    assert prose_of(article) == [FIRST, SECOND]


def test_a_card_between_two_paragraphs_is_no_text(layouts: bool) -> None:
    card = f'<a href="/1.shtml"><img src="/t.jpg"></a><div><a href="/1.shtml">{OTHERS[0]}</a></div><div>{TALK[0]}</div>'

    article = read(f"<p>{PROSE}</p><div>{card}</div><p>{MORE_PROSE}</p>", layouts)

    assert (prose_of(article), article.images) == ([FIRST, SECOND], ())


def test_a_story_that_links_its_headings_keeps_their_text(layouts: bool) -> None:
    told = "".join(f'<p><a href="/{n}.shtml">{title}</a></p><p>　　{TALK[n]}</p>' for n, title in enumerate(OTHERS))

    article = read(f"<p>{PROSE}</p>{told}", layouts)

    assert all(text in article.body for text in TALK)


@pytest.mark.parametrize("label", ["下一篇", "下一篇文章", "接下来：", "继续阅读"])
def test_the_next_story_is_none_of_this_one(label: str, layouts: bool) -> None:
    following = f"<div><div>{label}</div><h2>水库大坝通过验收</h2><p>{TALK[0]}</p><p>{TALK[1]}</p><a>展开全文</a></div>"

    article = read(f"<p>{PROSE}</p><p>{MORE_PROSE}</p>{following}", layouts)

    assert prose_of(article) == [FIRST, SECOND]
    assert article.sections == ()


# --- summaries, voices, buttons --------------------------------------------------------------


@pytest.mark.parametrize(
    "summary",
    [
        f"<div><div>AI摘要<span>内容由AI生成，仅供参考</span></div><div>{TALK[0]}</div></div>",
        f"<div><b>智能速览</b><p>{TALK[0]}</p><p>{TALK[1]}</p></div>",
        f"<div><p>{TALK[0]}</p><p>以上内容由AI大模型生成，仅供参考</p></div>",
        f"<p>【AI导读】{TALK[0]}</p>",
        f"<p><b>AI摘要</b></p><p>{TALK[0]}</p>",
    ],
)
def test_what_a_machine_summed_up_is_no_text(summary: str, layouts: bool) -> None:
    article = read(f"{summary}<p>{PROSE}</p><p>{MORE_PROSE}</p>", layouts)

    assert prose_of(article) == [FIRST, SECOND]


@pytest.mark.parametrize("line", ["智能导读机器人上岗", "AI老师走进山村小学", "AI摘要到底准不准"])
def test_a_line_about_machines_is_text(line: str, layouts: bool) -> None:
    article = read(f"<p>{PROSE}</p><p>　　{line}。</p><p>{MORE_PROSE}</p>", layouts)

    assert prose_of(article) == [FIRST, f"{line}。", SECOND]


@pytest.mark.parametrize(
    "words",
    [
        "<div>听全文<span>00:00 / 03:42</span></div>",
        "<div>点击收听全文</div>",
        "<div><a>关注</a></div>",
        "<div><a>+关注</a></div>",
        "<ul><li>分享让更多人看到</li><li>微信扫一扫</li><li>微博</li><li>QQ</li></ul>",
        "<ul><li>微信</li><li>微博</li><li>QQ空间</li></ul>",
        "<div>阅读 2.4万<span>在看 118</span></div>",
        "<div>赞 (36) 打赏</div>",
        "<p>您的电子邮箱地址不会被公开。必填项已用*标注</p>",
        "<p>前一篇：<a href='/1.shtml'>水库大坝通过验收</a></p>",
        "<p>溪口日报·溪口新闻编辑：张小三</p>",
        "<p>上一篇 <a href='/1.shtml'>水库大坝通过验收</a></p>",
        "<div>语音播报</div><div>00:00</div><div>05:31</div>",
        "<div>收听本文 | 约3分钟</div>",
        "<div>全文约1200字，阅读需3分钟</div>",
        "<div>A- A+ 收藏 分享</div>",
        "<div>赞赏支持</div><div>喜欢 12</div>",
        "<p>点击上方蓝字关注我们</p>",
        "<div>打开APP阅读全文</div>",
    ],
)
@pytest.mark.parametrize("above", [True, False], ids=["above", "below"])
def test_bars_and_buttons_are_no_text(words: str, above: bool, layouts: bool) -> None:
    story = f"<p>{PROSE}</p><p>{MORE_PROSE}</p>"

    article = read(words + story if above else story + words, layouts)

    assert prose_of(article) == [FIRST, SECOND]


@pytest.mark.parametrize(
    "text",
    [
        "版权所有，未经授权不得转载——李四在网上发照片时，特意在下方加了这一行字。被告则辩称，照片早已传开，找不到作者。",
        "长按识别二维码，第一条跳出来的是“豆腐坊”的故事，讲述者是九十岁的豆腐坊主人。",
        "邮箱：hr@museum.invalid（邮件主题请写姓名）",
        "邮箱：hr@museum.invalid",
    ],
)
def test_text_that_opens_like_furniture_is_text(text: str, layouts: bool) -> None:
    article = read(f"<p>{PROSE}</p><p>　　{text}</p><p>{MORE_PROSE}</p>", layouts)

    assert prose_of(article) == [FIRST, text, SECOND]


@pytest.mark.parametrize("src", ["/d/file/2024/05/06/1.jpg", "/upload/qr_1.jpg"])
def test_a_picture_of_a_code_that_names_its_photographer_is_the_storys(src: str, layouts: bool) -> None:
    caption = "游客扫描老屋门前的二维码。 张三 摄"

    article = read(
        f'<p>{PROSE}</p><p><img src="{src}" alt="{caption}"></p><p>{caption}</p><p>{MORE_PROSE}</p>', layouts
    )

    assert [image.caption for image in article.images] == [caption]
    assert prose_of(article) == [FIRST, SECOND]


def test_a_code_to_scan_is_no_picture(layouts: bool) -> None:
    code = '<p><img src="/upload/qr_1.jpg" alt="二维码"></p><p>长按识别二维码，关注溪口发布</p>'

    article = read(f"<p>{PROSE}</p>{code}<p>{MORE_PROSE}</p>", layouts)

    assert (article.images, prose_of(article)) == ((), [FIRST, SECOND])


def test_a_list_of_names_is_no_heading(layouts: bool) -> None:
    listed = ["马秀兰 王来福 罗布次仁 石补天", "冯二妮 司马建平 阿依努尔·艾山 李铁柱"]

    article = read(f"<p>{PROSE}</p>" + "".join(f"<p>{line}</p>" for line in listed) + f"<p>{MORE_PROSE}</p>", layouts)

    assert (article.sections, prose_of(article)) == ((), [FIRST, *listed, SECOND])


def test_who_worked_on_the_page_is_no_text_behind_a_bar_either(layouts: bool) -> None:
    article = read(f"<p>{PROSE}</p><p>{MORE_PROSE}</p><p>策划丨张小三</p><p>统筹丨王小五 赵小六</p>", layouts)

    assert prose_of(article) == [FIRST, SECOND]

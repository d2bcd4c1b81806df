"""Small pages, each with one trouble in its story; read by a layout and by labels alone, with the same result."""

import json
from dataclasses import dataclass, replace

import pytest

from scraper.extract.article import extract_article
from scraper.models import Article, Image, Layout, Section
from scraper.sites import all_sites
from tests.pages import MORE_PROSE, PROSE, page_of

URL = "https://www.ha.chinanews.com.cn/news/hnxw/2024/0506/62988.shtml"
SITE = replace(all_sites()["ha"], layouts=(Layout(name="inline", title=".headline", meta=".dateline", body=".story"),))
THIRD_PROSE = "　　桥头新立的石碑上刻着两百六十二个名字，都是为修桥捐过款、出过工的人，最年长的今年九十三岁。"
FIRST, SECOND, THIRD = PROSE.strip(), MORE_PROSE.strip(), THIRD_PROSE.strip()
CAPTION = "5月5日，居民走过修好的老桥。 张三 摄"


@dataclass(frozen=True)
class Reader:
    name: str
    layouts: bool

    def __call__(self, *story: str) -> Article:
        return extract_article(page_of("".join(story)), SITE, URL, layouts=self.layouts)


@pytest.fixture(params=[Reader("layout", True), Reader("labels", False)], ids=lambda reader: reader.name)
def read(request: pytest.FixtureRequest) -> Reader:
    reader: Reader = request.param
    return reader


def p(*paragraphs: str) -> str:
    return "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)


def picture(alt: str = "", number: int = 1) -> str:
    return f'<p><img src="U1P2T3D62988F{number}DT20240505110000.jpg" alt="{alt}"></p>'


def photo(
    caption: str | None, *, alt: str = "", position: int = 0, number: int = 1, credit: str | None = None
) -> Image:
    src = f"https://www.ha.chinanews.com.cn/news/hnxw/2024/0506/U1P2T3D62988F{number}DT20240505110000.jpg"
    return Image(src, alt, caption, credit, position)


def paragraphs_of(article: Article) -> list[str]:
    return article.body.split("\n\n")


# --- captions ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alt", "texts"),
    [
        pytest.param("", [CAPTION], id="text"),
        pytest.param("", [CAPTION, CAPTION], id="text twice"),
        pytest.param("", [f"　　{CAPTION}", CAPTION], id="text twice, the first indented"),
        pytest.param(CAPTION, [], id="alt"),
        pytest.param(CAPTION, [CAPTION], id="alt and text"),
        pytest.param(CAPTION.replace(" ", ""), [f"　　{CAPTION}"], id="alt without its blanks, and text"),
        pytest.param(CAPTION, [f"　　{CAPTION}", CAPTION], id="alt and text twice"),
    ],
)
def test_a_caption_is_kept_once_however_often_it_stands(read: Reader, alt: str, texts: list[str]) -> None:
    article = read(p(PROSE), picture(alt), p(*texts), p(MORE_PROSE))

    assert article.images == (photo(CAPTION, alt=alt, credit="张三 摄"),)
    assert paragraphs_of(article) == [FIRST, SECOND]


@pytest.mark.parametrize(
    "box",
    [
        pytest.param('<p align="center">{}</p>', id="p align"),
        pytest.param('<div style="text-align:center">{}</div>', id="div style"),
        pytest.param("<center>{}</center>", id="center"),
        pytest.param("<figcaption>{}</figcaption>", id="figcaption"),
        pytest.param("<div>&nbsp;&nbsp;&nbsp;&nbsp;{}</div>", id="four blanks in a div"),
    ],
)
def test_a_caption_without_a_credit_is_known_by_its_box(read: Reader, box: str) -> None:
    caption = "居民走过修好的老桥。"

    article = read(p(PROSE), picture(), box.format(caption), p(MORE_PROSE))

    assert article.images == (photo(caption),)
    assert paragraphs_of(article) == [FIRST, SECOND]


def test_a_caption_above_the_text_in_a_box_of_its_own_is_a_caption(read: Reader) -> None:
    # The main site's .left_ph and .left_pt, 2009 to 2013: two of 115 real pages.
    caption = "溪口镇老桥6日完工，两百多名居民到场观看首次通行。溪口《晨报》资料"

    article = read(
        f"<div>{picture()}</div><div>&nbsp;&nbsp;&nbsp;&nbsp;{caption}</div>", f"<div>{p(PROSE, MORE_PROSE)}</div>"
    )

    assert [image.caption for image in article.images] == [caption]
    assert paragraphs_of(article) == [FIRST, SECOND]


def test_two_pictures_in_a_row_have_their_captions_in_order(read: Reader) -> None:
    article = read(p(PROSE), picture(number=1), picture(number=2), p("图为老桥。", "图为桥墩。 李四 摄"), p(MORE_PROSE))

    assert article.images == (photo("图为老桥。", number=1), photo("图为桥墩。 李四 摄", number=2, credit="李四 摄"))
    assert paragraphs_of(article) == [FIRST, SECOND]


def test_two_pictures_each_with_its_caption_stay_together(read: Reader) -> None:
    article = read(p(PROSE), picture(number=1), p("图为老桥。"), p(MORE_PROSE), picture(number=2), p("图为桥墩。"))

    assert article.images == (photo("图为老桥。", number=1), photo("图为桥墩。", number=2, position=1))
    assert paragraphs_of(article) == [FIRST, SECOND]


def test_of_two_pictures_the_one_nearer_to_the_only_caption_has_it(read: Reader) -> None:
    article = read(p(PROSE), picture(number=1), picture(number=2), p("图为老桥。"), p(MORE_PROSE))

    assert article.images == (photo(None, number=1), photo("图为老桥。", number=2))


def test_a_picture_above_the_first_paragraph_stands_at_minus_one(read: Reader) -> None:
    article = read(picture(), p("图为老桥。"), p(PROSE, MORE_PROSE))

    assert article.images == (photo("图为老桥。", position=-1),)


def test_a_paragraph_below_a_picture_is_no_caption(read: Reader) -> None:
    article = read(p(PROSE), picture(), p(MORE_PROSE))

    assert article.images == (photo(None),)
    assert paragraphs_of(article) == [FIRST, SECOND]


def test_an_alt_that_only_repeats_the_title_is_no_caption(read: Reader) -> None:
    article = read(p(PROSE), picture("溪口镇老桥修缮完工"), p(MORE_PROSE))

    assert article.images == (photo(None, alt="溪口镇老桥修缮完工"),)


@pytest.mark.parametrize(
    "src",
    ["/images/share/wx.png", "http://i2.chinanews.com/zwimg/01.jpg", "/img/blank.gif", "data:image/gif;base64,R0lGOD"],
)
def test_a_button_or_spacer_is_no_picture_of_the_story(read: Reader, src: str) -> None:
    article = read(p(PROSE), f'<p><img src="{src}" alt=""></p>', p(MORE_PROSE))

    assert article.images == ()
    assert paragraphs_of(article) == [FIRST, SECOND]


# --- paragraphs ------------------------------------------------------------------------------


@pytest.mark.parametrize("line_break", ["<br>", "<br/><br/>", "<br>\n<br>\n", "<BR><BR>"])
def test_a_story_of_line_breaks_has_its_paragraphs(read: Reader, line_break: str) -> None:
    closing = "　　记者看到，桥头立着一块新碑，碑上刻着修桥人的名字。"

    article = read(PROSE, line_break, MORE_PROSE, line_break, closing, line_break)

    assert paragraphs_of(article) == [FIRST, SECOND, closing.strip()]


def test_empty_paragraphs_leave_no_trace(read: Reader) -> None:
    article = read(p("", PROSE, "　　", "&nbsp;", "<br>", "<span> </span>", MORE_PROSE, "\u200b", ""))

    assert article.body == f"{FIRST}\n\n{SECOND}"


def test_blanks_within_a_paragraph_are_folded_and_nothing_else(read: Reader) -> None:
    article = read(p(PROSE, "　　“一、二……三”　　《溪口志》·卷二,ABC&nbsp;&nbsp;2.5%，\n\t囍字完好。"))

    assert paragraphs_of(article)[1] == "“一、二……三” 《溪口志》·卷二,ABC 2.5%， 囍字完好。"


def test_a_story_of_one_short_paragraph_is_a_story(read: Reader) -> None:
    article = read(p("　　溪口镇图书馆7月3日起闭馆检修五天，读者可到分馆借阅。"))

    assert article.body == "溪口镇图书馆7月3日起闭馆检修五天，读者可到分馆借阅。"


@pytest.mark.parametrize(
    "style", ["display:none", "display: none;", "DISPLAY : NONE", "color:red;visibility:hidden", "visibility: hidden"]
)
def test_a_hidden_copy_of_the_story_is_not_read(read: Reader, style: str) -> None:
    for story in (
        p(PROSE, MORE_PROSE) + f'<div style="{style}">{p(PROSE, MORE_PROSE)}</div>',
        f'<div style="{style}">{p(PROSE, MORE_PROSE)}</div>' + p(PROSE, MORE_PROSE),
    ):
        article = read(story)

        assert paragraphs_of(article) == [FIRST, SECOND]


def test_a_visible_second_copy_is_read_once(read: Reader) -> None:
    article = read(p(PROSE, MORE_PROSE, PROSE, MORE_PROSE))

    assert paragraphs_of(article) == [FIRST, SECOND]


# --- tables ------------------------------------------------------------------------------------


def table(*rows: list[str]) -> str:
    return "<table>" + "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows) + "</table>"


def test_a_table_row_is_one_line_its_cells_set_apart_by_tabs(read: Reader) -> None:
    article = read(p(PROSE), table(["县", "亩数"], ["溪口县", "一百亩"], ["嵩北市", "二百亩"]), p(MORE_PROSE))

    assert paragraphs_of(article) == [FIRST, "县\t亩数", "溪口县\t一百亩", "嵩北市\t二百亩", SECOND]
    assert article.sections == ()


def test_a_table_of_numbers_keeps_its_numbers(read: Reader) -> None:
    article = read(
        p(PROSE), table(["县", "亩数", "增幅"], ["溪口", "100", "12.5"], ["嵩北", "2024", "3/8"]), p(MORE_PROSE)
    )

    assert paragraphs_of(article) == [FIRST, "县\t亩数\t增幅", "溪口\t100\t12.5", "嵩北\t2024\t3/8", SECOND]


def test_a_table_around_the_whole_story_is_none(read: Reader) -> None:
    article = read(f"<table><tr><td>{p(PROSE, MORE_PROSE)}</td></tr></table>")

    assert paragraphs_of(article) == [FIRST, SECOND]


@pytest.mark.parametrize(
    "advertisement", ["", "广告", '<a href="http://ad.example.com/">春茶上市</a>', "<script>ggimg()</script>"]
)
def test_an_advertisement_that_cuts_a_paragraph_in_two_leaves_it_whole(read: Reader, advertisement: str) -> None:
    front, back = MORE_PROSE[:24], MORE_PROSE[24:]

    article = read(p(PROSE), f"<p>{front}", table([advertisement]), f"{back}</p>", p(THIRD_PROSE))

    assert paragraphs_of(article) == [FIRST, SECOND, THIRD]


def test_the_end_of_a_paragraph_behind_an_advertising_picture_is_kept(read: Reader) -> None:
    front, back = MORE_PROSE[:-14], MORE_PROSE[-14:]

    advertisement = table(['<img src="/gg/170101/spring.jpg" alt="广告">'])

    article = read(p(PROSE), f"<p>{front}", advertisement, f"{back}</p>", p(THIRD_PROSE))

    assert paragraphs_of(article) == [FIRST, SECOND, THIRD]
    assert article.images == ()


# --- sub-headings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "printed",
    [
        pytest.param("　　<strong>桥面新铺青石　　河道重现清波</strong>", id="bold"),
        pytest.param("　　<strong>桥面新铺青石</strong>　　<strong>河道重现清波</strong>", id="bold, twice"),
        pytest.param("　　桥面新铺青石　　河道重现清波", id="plain"),
        pytest.param("<b>桥面新铺青石&nbsp;&nbsp;河道重现清波</b>", id="without an indent"),
    ],
)
def test_a_sub_heading_in_two_halves_is_one_line(read: Reader, printed: str) -> None:
    article = read(p(PROSE, printed, MORE_PROSE))

    assert article.sections == (Section("桥面新铺青石 河道重现清波", 1),)
    assert paragraphs_of(article) == [FIRST, "桥面新铺青石 河道重现清波", SECOND]


def test_sections_count_every_paragraph_above_them(read: Reader) -> None:
    article = read(
        p("　　<b>桥</b>上", PROSE, "　　<b>老桥新生</b>", MORE_PROSE, "　　<b>还有新路</b>", PROSE + "这一段不同。")
    )

    assert [(section.title, section.start) for section in article.sections][-2:] == [("老桥新生", 2), ("还有新路", 4)]


@pytest.mark.parametrize("heading", ["分享丰收的喜悦", "关闭小煤窑 还河道清水", "相关新闻"])
def test_a_sub_heading_may_sound_like_furniture(read: Reader, heading: str) -> None:
    article = read(p(PROSE, f"　　<strong>{heading}</strong>", MORE_PROSE))

    assert article.sections == (Section(heading, 1),)


def test_a_sub_heading_is_not_run_into_by_what_follows(read: Reader) -> None:
    heading = "桥面新铺青石 河道重现清波 两岸又闻桨声"

    article = read(p(PROSE, f"　　{heading}", MORE_PROSE.strip(), THIRD_PROSE, PROSE + "这一段不同。"))

    assert heading in paragraphs_of(article)
    assert all(paragraphs_of(article)[section.start] == section.title for section in article.sections)


@pytest.mark.parametrize("line", ["(记者 张三)", "三围：34、25、35", "（完）"])
def test_a_byline_or_a_measure_is_no_sub_heading(read: Reader, line: str) -> None:
    article = read(p(PROSE, f"　　{line}", MORE_PROSE))

    assert article.sections == ()
    assert paragraphs_of(article) == [FIRST, line, SECOND]


@pytest.mark.parametrize("line", ["作者：张三", "作者：张三、李四", "（来源：溪口日报）", "稿件来源：溪口日报"])
def test_a_line_that_is_a_label_and_its_value_is_no_text(read: Reader, line: str) -> None:
    article = read(p(PROSE, MORE_PROSE, line))

    assert paragraphs_of(article) == [FIRST, SECOND]
    assert article.authors[:1] == (("张三",) if "作者" in line else ())
    assert article.source == "溪口日报"


@pytest.mark.parametrize("word", ["常州", "高层", "金融", "台湾"])
@pytest.mark.parametrize("layouts", [True, False])
def test_a_word_beside_the_date_that_opens_like_a_name_is_no_author(word: str, layouts: bool) -> None:
    meta = f"<span>{word}</span> <span>2024年05月06日 09:30</span> <span>来源：溪口日报</span>"

    article = extract_article(page_of(p(PROSE, MORE_PROSE), meta=meta), SITE, URL, layouts=layouts)

    assert (article.authors, article.source) == ((), "溪口日报")


# --- what does not belong ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param("(完) 责任编辑：黄强", id="behind a blank"),
        pytest.param("(完). 责任编辑：黄强.", id="as Guangdong types it"),
        pytest.param("(完)【编辑:黄强】", id="in brackets"),
        pytest.param("(完)<br>责任编辑：黄强", id="on a line of its own"),
        pytest.param("(完)</p><p>编辑：黄强", id="in a paragraph of its own"),
    ],
)
def test_the_editor_typed_behind_the_last_paragraph_is_the_editor(read: Reader, ending: str) -> None:
    article = read(p(PROSE, MORE_PROSE + ending))

    assert article.editor == "黄强"
    assert paragraphs_of(article) == [FIRST, SECOND + "(完)"]


RELATED = (
    '<ul><li>·<a href="/news/hnxw/2024/0501/1.shtml">溪口镇新桥开工建设</a></li>'
    '<li>·<a href="/news/hnxw/2024/0502/2.shtml">溪口镇老街改造启动</a></li></ul>'
)


@pytest.mark.parametrize("head", ["相关新闻", "相关新闻：", "<b>相关报道</b>", "延伸阅读"])
def test_related_news_at_the_end_of_the_story_is_left_out(read: Reader, head: str) -> None:
    article = read(p(PROSE, MORE_PROSE, head), RELATED)

    assert paragraphs_of(article) == [FIRST, SECOND]


@pytest.mark.parametrize("head", ["相关新闻：", "<b>相关报道</b>"])
def test_related_news_in_the_middle_of_the_story_is_left_out_with_its_head(read: Reader, head: str) -> None:
    article = read(p(PROSE, head), RELATED, p(MORE_PROSE))

    assert paragraphs_of(article) == [FIRST, SECOND]


ONE_LINK = '<a href="/news/hnxw/2024/0501/1.shtml">溪口镇新桥开工建设</a>'


@pytest.mark.parametrize(
    "below",
    [
        f"<div><h4>往期回顾</h4>{ONE_LINK}</div>",
        f"<p><strong>大家还看了：</strong></p><p>{ONE_LINK}</p>",
        f"<p>(完)</p><p>{ONE_LINK}</p>",
    ],
)
def test_a_single_headline_of_another_story_below_the_text_is_left_out(read: Reader, below: str) -> None:
    article = read(p(PROSE, MORE_PROSE), below)

    assert "新桥开工" not in article.body
    assert [text for text in paragraphs_of(article) if text != "(完)"] == [FIRST, SECOND]


@pytest.mark.parametrize("link", ["附件1：修桥捐款名单", "https://www.example.cn/bridge"])
def test_a_link_that_the_story_itself_gives_at_its_end_is_kept(read: Reader, link: str) -> None:
    article = read(p(PROSE, MORE_PROSE, f'<a href="/1.doc">{link}</a>'))

    assert paragraphs_of(article) == [FIRST, SECOND, link]


def test_a_link_within_a_paragraph_is_text(read: Reader) -> None:
    article = read(p(PROSE.replace("溪口镇", '<a href="http://www.chinanews.com/">溪口镇</a>', 1), MORE_PROSE))

    assert paragraphs_of(article) == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("pager", "next_page"),
    [
        ('<a href="62988_2.shtml">2</a> <a href="62988_2.shtml">下一页</a>', "62988_2.shtml"),
        ('<a href="62988_2.shtml">[2]</a> <a href="62988_2.shtml">[下一页]</a>', "62988_2.shtml"),
        ('<a href="http://www.ha.chinanews.com/news/hnxw/2024/0506/62988_2.shtml">尾页</a>', "62988_2.shtml"),
        # 2007 to 2009: every page of an article has an id of its own.
        ('<a href="62989.shtml">2</a> <a href="62989.shtml">下一页</a>', "62989.shtml"),
        ('<a href="62989.shtml">[2]</a> <a href="62989.shtml">[下一页]</a>', "62989.shtml"),
        ('<a href="62987.shtml">上一页</a> <a href="62987.shtml">1</a>', None),
        ('<a href="javascript:void(0)">下一页</a>', None),
        ('<a href="62988.shtml">下一页</a>', None),
        ('<a href="https://evil.example/62989.shtml">下一页</a>', None),
    ],
)
def test_a_pager_gives_the_next_page_and_no_text(read: Reader, pager: str, next_page: str | None) -> None:
    article = read(p(PROSE, MORE_PROSE), f"<div>1 {pager}</div>")

    directory = URL.rsplit("/", 1)[0]
    assert article.next_page == (f"{directory}/{next_page}" if next_page else None)
    assert paragraphs_of(article) == [FIRST, SECOND]


@pytest.mark.parametrize(
    "furniture",
    [
        "注：请在转载文章内容时务必注明出处!",
        "分享到：",
        "更多精彩内容请进入河南频道",
        "版权声明:凡注有“cnsphoto”字样的图片版权均属中国新闻网,未经书面授权,不得转载使用。",
        "本网站所刊载信息，不代表中新社和中新网观点。",
        "【点击查看其它图片】",
        "标签：老桥 溪口",
        "原标题：溪口老桥重新开通",
        "（原题为《溪口老桥重新开通》）",
    ],
)
def test_furniture_inside_the_body_element_is_left_out(read: Reader, furniture: str) -> None:
    article = read(p(PROSE, MORE_PROSE, furniture))

    assert paragraphs_of(article) == [FIRST, SECOND]


def test_scripts_styles_and_comment_forms_are_no_text(read: Reader) -> None:
    article = read(
        p(PROSE),
        "<script>document.write('<p>　　脚本写的一段话，不是正文。</p>')</script><style>p{color:red}</style>"
        "<textarea>　　请输入您的评论，最多三百字。</textarea><!-- <p>　　注释里的一段话。</p> -->"
        "<noscript><p>　　请打开脚本，否则无法阅读。</p></noscript>",
        p(MORE_PROSE),
    )

    assert paragraphs_of(article) == [FIRST, SECOND]


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param('<a href="https://www.chinanew[.com.cn/cul/1.shtml">木偶戏班</a>', id="link"),
        pytest.param('<a href="//www.新闻热线：0371<br">热线</a>', id="link of prose"),
        pytest.param('<img src="https://www.chinanew[.com.cn/U1P2DT20240505110000.jpg">', id="picture"),
        pytest.param('<a href="http://[x"><img src="U1P2DT20240505110000.jpg"></a>', id="link around a picture"),
        pytest.param('<a href="http://[::1">下一页</a>', id="pager"),
        pytest.param("<a href=' '>空</a><a href='http://'>空</a><a href='?'>空</a>", id="empty"),
    ],
)
def test_one_broken_address_does_not_cost_the_page(read: Reader, broken: str) -> None:
    article = read(p(PROSE, MORE_PROSE), f"<div>{broken}</div>")

    assert paragraphs_of(article)[:2] == [FIRST, SECOND]
    assert article.next_page is None


def test_a_broken_base_does_not_cost_the_page() -> None:
    raw = page_of(p(PROSE, MORE_PROSE) + picture(), head='<base href="http://[x/">')

    assert paragraphs_of(extract_article(raw, SITE, URL)) == [FIRST, SECOND]


def test_pictures_end_a_story_of_one_paragraph(read: Reader) -> None:
    named = picture("老桥两岸。 张三 摄") + picture("石碑。 张三 摄", number=2)

    signed = read(p(PROSE), picture(), "<p>　　责任编辑：李四</p>")
    credited = read(p(PROSE), named)

    assert (signed.body, len(signed.images)) == (FIRST, 1)
    assert [image.caption for image in credited.images] == ["老桥两岸。 张三 摄", "石碑。 张三 摄"]


def test_the_counter_of_a_gallery_is_no_caption(read: Reader) -> None:
    captions = ("居民走过修好的老桥。 张三 摄", "桥头新立的石碑。 张三 摄")
    shown = "".join(f"{picture(number=n)}<p><b>{n}/2</b> {text}</p>" for n, text in enumerate(captions, 1))

    article = read(p(PROSE), shown, p(MORE_PROSE))

    assert tuple(image.caption for image in article.images) == captions


def test_a_fraction_is_no_counter(read: Reader) -> None:
    article = read(p(PROSE), picture(), "<p align=center>1/3的石料来自旧桥。 张三 摄</p>", p(MORE_PROSE))

    assert [image.caption for image in article.images] == ["1/3的石料来自旧桥。 张三 摄"]


def test_a_gallery_in_a_script_stands_for_the_thumbnails_that_are_shown(read: Reader) -> None:
    pictures = [{"src": f"/2024/0506/U{n}.jpg", "note": f"第{n}座桥。 张三 摄"} for n in (1, 2, 3)]
    rail = "".join(f'<img src="/2024/0506/U{n}_s.jpg" onclick="show({n})">' for n in (1, 2, 3))

    article = read(f"<script>var photos={json.dumps(pictures)}</script>", '<img src="/2024/0506/U1.jpg">', rail)

    assert [(image.src[-7:], image.caption) for image in article.images] == [
        (f"/U{n}.jpg", f"第{n}座桥。 张三 摄") for n in (1, 2, 3)
    ]

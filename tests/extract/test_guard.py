"""Absurd pages are refused before the parser sees them, and nothing takes long to read or to refuse."""

import pytest

from scraper.errors import HostilePage, ScraperError
from scraper.extract.article import extract_article
from scraper.extract.guard import MAX_ATTRIBUTES, MAX_CHARACTERS, MAX_DEPTH, refuse_absurd
from scraper.extract.listing import links_of
from scraper.sites import all_sites
from tests.pages import MORE_PROSE, PROSE, page_of, seconds

SITE = all_sites()["ha"]
URL = "https://www.ha.chinanews.com.cn/news/hnxw/2024/0506/62988.shtml"
STORY = f"<p>{PROSE}</p><p>{MORE_PROSE}</p>"

MISNESTED = "".join(f"<b {number}>" for number in range(2500)) + "".join(f"<i {number}>" for number in range(2500))


HOSTILE = [
    pytest.param("<div>" * 100_000, id="100,000 nested divs"),
    pytest.param("<div>" * 100_000 + "</div>" * 100_000, id="100,000 nested divs, all closed"),
    pytest.param("<table><tr><td>" * 50_000, id="50,000 nested tables"),
    pytest.param("<ul><li>" * 50_000, id="50,000 nested lists"),
    pytest.param("<x-y>" * 100_000, id="100,000 nested elements nobody knows"),
    pytest.param(f"<div {' '.join(f'a{n}=1' for n in range(50_000))}>", id="50,000 attributes"),
    pytest.param(f"<div {' '.join(f'a{n}' for n in range(50_000))}>", id="50,000 attributes without a value"),
    pytest.param("<div " + "a=1\n" * 50_000, id="50,000 attributes of a tag that never ends"),
    pytest.param(MISNESTED, id="38 KB of misnested b and i"),
    pytest.param("".join(f"<html a{n}=1>" for n in range(20_000)), id="20,000 attributes of as many <html>"),
    pytest.param("<i>text</i>" * 150_000, id="300,000 tags"),
    pytest.param("<" * (8 * 1024 * 1024 + 1), id="more than 8 MB of <"),
]


@pytest.mark.parametrize("html", HOSTILE)
def test_an_absurd_page_is_refused_at_once(html: str) -> None:
    with seconds(5), pytest.raises(HostilePage):
        extract_article(html.encode(), SITE, URL)


@pytest.mark.parametrize("html", HOSTILE)
def test_an_absurd_listing_is_refused_at_once(html: str) -> None:
    with seconds(5), pytest.raises(HostilePage):
        links_of(html.encode())


@pytest.mark.parametrize(
    "front",
    [
        # To a parser, <!--> is a whole comment; in SVG, style, script and title hold elements like any other.
        pytest.param(("<!-->", "-->"), id="an empty comment"),
        pytest.param(("<svg><style>", "</style>"), id="style in svg"),
        pytest.param(("<svg><title>", "</title>"), id="title in svg"),
        pytest.param(("<svg><script/>", "</script>"), id="script in svg"),
    ],
)
def test_nesting_does_not_hide_behind_markup_that_only_looks_like_text(front: tuple[str, str]) -> None:
    opening, closing = front

    with seconds(5), pytest.raises(HostilePage):
        extract_article((opening + "<div>" * 20_000 + closing).encode(), SITE, URL)


@pytest.mark.parametrize("before", [0, 1, *range(506, 516), 1_020, 20_000])
def test_a_tag_of_too_many_attributes_is_found_wherever_it_begins(before: int) -> None:
    tag = f"<p {' '.join(f'a{number}' for number in range(MAX_ATTRIBUTES + 1))}>"

    with pytest.raises(HostilePage):
        refuse_absurd(f"<p>{'字' * before}{tag}{'字' * before}</p>")


def test_a_page_that_multiplies_in_the_parser_is_refused() -> None:
    # Every <p> reopens the 399 <b> before it: 13 KB become 800,000 elements and 280 MB.
    bomb = "".join(f"<b {number}>" for number in range(399)) + "<p>字" * 2_000

    with seconds(5), pytest.raises(HostilePage):
        extract_article(page_of(STORY + "<p>" + bomb), SITE, URL)


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<" * 8_000_000, id="8 MB of <"),
        pytest.param("<script>" * 500, id="scripts that never end"),
        pytest.param("<script>" * 50_000, id="50,000 scripts that never end"),
        pytest.param("<script>[{</script>" * 20_000, id="20,000 lists that never end"),
        pytest.param("&" * 500_000, id="ampersands"),
        pytest.param("<p>" * 60_000, id="60,000 empty paragraphs"),
        pytest.param("<li>字" * 20_000, id="20,000 list items"),
        pytest.param("<br>" * 100_000, id="100,000 line breaks"),
        pytest.param("<table>" + "<div>字</div>" * 20_000, id="20,000 elements thrown out of a table"),
        pytest.param("<p>" + " \u3000" * 500_000, id="a million blanks"),
    ],
)
def test_a_strange_page_is_refused_or_read_in_no_time(html: str) -> None:
    with seconds(5):
        _read_or_refuse(html.encode())


@pytest.mark.parametrize(
    ("story", "title"),
    [
        pytest.param(STORY, "溪口" + "-" * 5_000 + "镇", id="a title of dashes"),
        pytest.param(STORY + "<p>甲乙丙丁戊</p>" * 8_000, "甲乙丙丁" * 8_000, id="a long title over many lines"),
        pytest.param(
            STORY
            + '<img src="/U1P2T3D4F5DT20240101000000.jpg">' * 2_200
            + "".join(f'<p align="center">图为第{number}幅</p>' for number in range(2_200)),
            "溪口镇老桥修缮完工",
            id="2,200 pictures above 2,200 captions",
        ),
        pytest.param(
            STORY + "<script>" + "picsJson={" * 7_000 + "</script>", "溪口镇老桥", id="a gallery never closed"
        ),
        pytest.param(STORY + "<!-- " * 10_000, "溪口镇老桥", id="comments that never end"),
        pytest.param(STORY + "<table><tr>" + "<td>甲乙</td>" * 5_000, "溪口镇老桥", id="a row of 5,000 cells"),
        pytest.param(STORY + "<p>　　" + "(记者" * 20_000, "溪口镇老桥", id="20,000 brackets"),
        pytest.param(STORY + "<p>　　" + "编 " * 40_000, "溪口镇老桥", id="a label that never comes"),
        pytest.param(STORY + "<p>　　" + "2024-01-" * 20_000, "溪口镇老桥", id="20,000 broken dates"),
        pytest.param(STORY + '<a href="2.shtml">下一页</a>' * 5_000, "溪口镇老桥", id="5,000 pagers"),
        pytest.param(STORY + "<p>图为甲。 张三 摄</p>" * 10_000, "溪口镇老桥", id="10,000 captions"),
        pytest.param(STORY + "<p>目录" + "." * 27 + "第3版</p><p>" + "1" * 25 + "号", "溪口镇老桥", id="a dotted line"),
    ],
)
def test_an_article_with_something_endless_is_read_or_refused_in_no_time(story: str, title: str) -> None:
    with seconds(2):
        _read_or_refuse(page_of(story, title=title))


def _read_or_refuse(raw: bytes) -> None:
    try:
        extract_article(raw, SITE, URL)
    except ScraperError as error:
        assert error.slug


# --- what is only large or untidy stays a page -----------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<div>" * (MAX_DEPTH - 8) + STORY + "</div>" * (MAX_DEPTH - 8), id="as deep as is allowed"),
        pytest.param(f"<div {'a=1 ' * (MAX_ATTRIBUTES - 1)}>{STORY}</div>", id="as many attributes as are allowed"),
        pytest.param("<p>段落，" * 5_000 + STORY, id="5,000 paragraphs never closed"),
        pytest.param("<font>" * 100 + STORY, id="100 fonts never closed"),
        pytest.param("<li><a href=1.shtml>标题</a>" * 2_000 + STORY, id="a listing of 2,000"),
        pytest.param("<script>" + "if(a<b&&c<d){}" * 20_000 + "</script>" + STORY, id="a script full of brackets"),
        pytest.param("<!--" + "<div>" * 20_000 + "-->" + STORY, id="a comment full of tags"),
        pytest.param("1<2 " * 20_000 + STORY, id="arithmetic"),
        pytest.param("</div>" * 1_000 + STORY, id="ends without a beginning"),
        pytest.param(
            "<select>" + "<option>媒体" * 600 + "</select><script>document.write('<p>')</script>" + STORY,
            id="a menu whose items are never closed, and a script behind it",
        ),
        pytest.param("<dl><dt>年份<dd>大事</dl>" * 600 + STORY, id="600 lists whose items are never closed"),
    ],
)
def test_a_large_or_untidy_page_is_not_refused(html: str) -> None:
    with seconds(5):
        refuse_absurd(html)


def test_the_longest_page_is_not_refused_for_its_length() -> None:
    with seconds(5):
        refuse_absurd("字" * MAX_CHARACTERS)

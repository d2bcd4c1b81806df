"""Templates nobody told the program about: six pages of each must teach selectors that read all six."""

import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from scraper.extract import induce
from scraper.extract.article import agreement, extract_article
from scraper.extract.decode import decode
from scraper.extract.flatten import flatten
from scraper.extract.induce import Learned, as_diff, as_python, escape, learn_layout
from scraper.extract.induce.printed import rendered
from scraper.extract.induce.sample import outline
from scraper.extract.page import Line
from scraper.models import Article, Layout, Site
from scraper.sites import all_sites, module_text
from tests import markups
from tests.pages import REAL_PAGES, fixtures, page_of, real_pages

SITE = replace(all_sites()["ha"], layouts=())
LEARNABLE = {"ha": ["ha-neiron"], "www": ["main-2012"]}

Capture = tuple[bytes, str, str]


@dataclass(frozen=True)
class Story:
    number: int
    place: str
    thing: str
    editor: str

    @property
    def title(self) -> str:
        return f"{self.place}镇{self.thing}修缮完工 {self.number + 2}位老匠人参与"

    @property
    def date(self) -> str:
        return f"2024年05月{self.number + 10}日 09:3{self.number}"

    @property
    def source(self) -> str:
        return f"{self.place}日报"

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return (
            f"{self.place}镇的{self.thing}修缮工程{self.number + 3}日完工，{self.number * 37 + 120}名居民到场，看它第一次重新开门。",
            f"这座{self.thing}建于清代，去年汛期后一直封闭，{self.place}镇请来{self.number + 5}位匠人按老样子重修，前后用了七个月。",
            f"“{self.thing}是大家的记忆。”住在{self.place}的{self.editor}说，他每天上学都要从这里走过，闭着眼睛也能数出台阶。",
            f"{self.place}镇还计划在{self.thing}旁边建一座小型陈列室，展出{self.number + 11}件老物件，秋天对外开放。(完)",
        )


STORIES = tuple(
    Story(number, *names)
    for number, names in enumerate(
        [
            ("溪口", "老桥", "林小满"),
            ("石塘", "学堂", "周行远"),
            ("东湾", "粮站", "贺晓川"),
            ("柳林", "茶馆", "沈一舟"),
            ("青杨", "渡口", "罗明"),
            ("北塔", "药铺", "苏文"),
        ]
    )
)

Template = Callable[[Story], str]


def ps(story: Story, attributes: str = "") -> str:
    return "".join(f"<p{attributes}>　　{text}</p>\n" for text in story.paragraphs)


def page(story: Story, article: str, doctype: str = "<!DOCTYPE html>") -> str:
    links = "".join(f'<li><a href="/news/{n}.shtml">{one.title}</a></li>' for n, one in enumerate(STORIES))
    return f"""{doctype}<html><head><meta charset="gb2312"><title>{story.title}-中新网</title></head><body>
<div class="bar"><a href="/">首页</a> &gt; <a href="/news/">要闻</a> &gt; 正文</div>
{article}
<div class="rail"><h3>热点新闻</h3><ul>{links}</ul></div>
<div class="foot"><a href="/about.html">关于我们</a> | <a href="/ads.html">广告服务</a></div>
<p>本网站所刊载信息，不代表中新社和中新网观点。 刊用本网站稿件，务经书面授权。</p></body></html>"""


# --- the templates -------------------------------------------------------------------------


def plain(story: Story) -> str:
    return page(
        story,
        f"""<h1 class="hl">{story.title}</h1>
<div class="dl">{story.date}&nbsp;&nbsp;来源：{story.source}</div>
<div class="txt">{ps(story)}</div><div class="ed">【责任编辑：{story.editor}】</div>""",
    )


def all_in_one(story: Story) -> str:
    return page(
        story,
        f"""<div id="piece"><h2 class="bt">{story.title}</h2>
<p class="info">{story.date}　来源：{story.source}　责任编辑：{story.editor}</p>{ps(story)}</div>""",
    )


def numbered_ids(story: Story) -> str:
    number = 12345 + 7 * story.number
    return page(
        story,
        f"""<div id="art{number}" class="wrap2"><h1 id="t{number}" class="bigtit">{story.title}</h1>
<div id="m{number}" class="dateline d2024051{story.number}">{story.date} 来源:{story.source} 编辑:{story.editor}</div>
<div id="p{number % 3}" class="words n{number}">{ps(story)}</div></div>""",
    )


def tailwind(story: Story) -> str:
    return page(
        story,
        f"""<main class="mx-auto max-w-3xl px-4 py-8 flex flex-col"><header class="mb-6 flex flex-col gap-2">
<div class="flex text-2xl md:text-4xl font-bold leading-tight">{story.title}</div>
<div class="flex text-sm text-gray-500 gap-4 mt-2"><span class="px-1">{story.date}</span><span class="px-1">来源：{story.source}</span></div>
</header><div class="flex flex-col prose-lg px-4 leading-8">{ps(story, ' class="mb-4 px-1 indent-8"')}</div>
<div class="flex text-sm text-right mt-2">责任编辑：{story.editor}</div></main>""",
    )


def odd_names(story: Story) -> str:
    return page(
        story,
        f"""<div class=" 2col:title ">{story.title}</div><div id="3.meta">{story.date} 来源：{story.source}</div>
<div class=" 正文/txt.main">{ps(story)}</div><div class="-9ed">编辑：{story.editor}</div>""",
        doctype="",
    )


def date_and_source_apart(story: Story) -> str:
    return page(
        story,
        f"""<div class="article"><h1>{story.title}</h1><em class="pub">{story.date}</em>
<div class="tools"><a href="#">大</a> <a href="#">中</a></div><div class="from">来源：{story.source}</div>
<div class="cont">{ps(story)}<p class="zb">责任编辑：{story.editor}</p></div></div>""",
    )


def used_names(story: Story) -> str:
    """Every class of the article is used before it, too."""
    return page(
        story,
        f"""<div class="box"><div class="t">今日要闻</div><div class="c">欢迎投稿</div></div>
<div class="art"><div class="t">{story.title}</div><div class="s">{story.date} 来源：{story.source} 编辑：{story.editor}</div>
<div class="c">{ps(story)}</div></div>""",
    )


def furnished(story: Story) -> str:
    """Share box, advertisement, related news and editor inside the body."""
    related = "".join(f'<li><a href="/news/{n}.shtml">{one.title}</a></li>' for n, one in enumerate(STORIES[:3]))
    paragraphs = ps(story).split("\n")
    return page(
        story,
        f"""<h1 class="hl">{story.title}</h1><div class="dl">{story.date}&nbsp;&nbsp;来源：{story.source}</div>
<div class="txt"><div class="fx">分享到：<a href="#">微博</a> <a href="#">微信</a></div>{paragraphs[0]}{paragraphs[1]}
<div class="gg">溪口特产直播间每晚八点开播，新客立减五元，数量有限，先到先得。</div>{paragraphs[2]}{paragraphs[3]}
<div class="xg"><h4>相关新闻</h4><ul>{related}</ul></div><div class="ed">【责任编辑：{story.editor}】</div></div>""",
    )


def table_rows(story: Story) -> str:
    """As of 2005: one class for all that is small, so the row of the date is known by the row above it."""
    return page(
        story,
        f"""<table><tr><td class="STYLE7"><a href="/">首页</a> &gt;&gt; <a href="/news/">要闻</a> &gt;&gt; 正文</td></tr></table>
<table><tr><td class="STYLE12">{story.title}</td></tr><tr><td class="STYLE7">{story.date} 来源：{story.source}</td></tr>
<tr><td class="STYLE14">{ps(story)}</td></tr><tr><td class="STYLE7">（责任编辑：{story.editor}）</td></tr>
<tr><td class="STYLE7">【<a href="/bbs/">发表评论</a>】</td></tr></table>""",
        doctype="",
    )


def classes_made_anew(story: Story) -> str:
    """The classes are other ones on each page; what says the meaning is not."""
    salt = f"c{zlib.crc32(story.title.encode()):08x}"
    return page(
        story,
        f"""<div class="{salt}1"><div class="{salt}2" itemprop="headline">{story.title}</div>
<div class="{salt}3" data-role="info">{story.date} 来源：{story.source}</div>
<story-text class="{salt}4">{ps(story)}</story-text><div class="{salt}5" data-role="editor">责编：{story.editor}</div></div>""",
    )


def labels_apart(story: Story) -> str:
    """As Drupal prints fields: each label and each value in an element of its own, classes the same."""
    fields = "".join(
        f'<div class="field"><div class="field__label">{label}</div><div class="field__item">{value}</div></div>'
        for label, value in (("发布时间", story.date), ("来源", story.source), ("责任编辑", story.editor))
    )
    return page(
        story,
        f"""<h1 class="node__title">{story.title}</h1><div class="node__meta">{fields}</div>
<div class="field--name-body">{ps(story)}</div>""",
    )


def nameless(story: Story) -> str:
    return page(
        story,
        f"""<table><tr><td><font size="5">{story.title}</font></td></tr>
<tr><td>{story.date} 来源：{story.source}</td></tr><tr><td>{ps(story)}</td></tr></table>""",
    )


def only_the_page_named(story: Story) -> str:
    """No name is nearer to the text than one that holds three teasers, too."""
    teasers = "".join(
        f"<p>　　{other.place}镇的河长说，第{story.number * 3 + n}号河段的水质比去年好了，白鹭也多了起来。</p>"
        for n, other in enumerate(STORIES[:3])
    )
    return page(
        story,
        f"""<div class="all"><table><tr><td>欢迎投稿</td></tr></table><h1>{story.title}</h1><p>{story.date} 来源：{story.source}</p><table><tr><td>{ps(story)}</td></tr></table>
<p>【责任编辑：{story.editor}】</p><table><tr><td>{teasers}</td></tr></table></div>""",
    )


EXPECTED = [
    (plain, {"title": ".hl", "meta": ".dl", "body": ".txt", "editor": ".ed"}),
    (all_in_one, {"title": ".bt", "meta": ".info", "body": "#piece"}),
    (numbered_ids, {"title": ".bigtit", "meta": ".dateline", "body": ".words"}),
    (tailwind, {"title": ".font-bold", "meta": ".gap-4", "body": ".prose-lg", "editor": ".text-right"}),
    (
        odd_names,
        {"title": r".\32 col\:title", "meta": r"#\33 \.meta", "body": r".正文\/txt\.main", "editor": r".-\39 ed"},
    ),
    (
        date_and_source_apart,
        {"title": ".article > h1", "meta": ".from, .pub", "body": ".cont", "editor": ".zb", "drop": ".zb"},
    ),
    (used_names, {"title": ".art > .t", "meta": ".s", "body": ".art > .c"}),
    (furnished, {"title": ".hl", "meta": ".dl", "body": ".txt", "editor": ".ed"}),
    (
        table_rows,
        {
            "title": ".STYLE12",
            "meta": "tr:has(> .STYLE12) + tr",
            "body": ".STYLE14",
            "editor": ".STYLE7",
        },
    ),
    (
        classes_made_anew,
        {
            "title": "[itemprop='headline']",
            "meta": "[data-role='info']",
            "body": "story-text",
            "editor": "[data-role='editor']",
        },
    ),
    (labels_apart, {"title": ".node__title", "meta": ".node__meta", "body": ".field--name-body"}),
]
every_template = pytest.mark.parametrize(
    ("template", "selectors"), EXPECTED, ids=lambda one: getattr(one, "__name__", "")
)


def captures(template: Template, stories: Iterable[Story] = STORIES, day: str = "0510") -> list[Capture]:
    return [
        (
            template(story).encode("gb18030"),
            f"https://www.ha.chinanews.com.cn/news/hnxw/2024/{day}/4000{story.number}.shtml",
            "text/html; charset=gb2312",
        )
        for story in stories
    ]


def others() -> list[Capture]:
    """A listing, an error page and a picture, as they lie among the captures of a host."""
    links = "".join(
        f'<li class="txt"><a class="hl" href="/news/{n}.shtml">{one.title}</a><span>{one.date}</span></li>'
        for n, one in enumerate(STORIES)
    )
    host = "https://www.ha.chinanews.com.cn"
    listing = f"<html><head><title>要闻-中新网河南</title></head><body><ul>{links}</ul></body></html>"
    gone = '<html><head><title>404</title></head><body><div class="txt">您访问的页面不存在</div></body></html>'
    return [
        (listing.encode("gb18030"), f"{host}/news/hnxw/index.shtml", "text/html; charset=gb2312"),
        (gone.encode("gb18030"), f"{host}/news/hnxw/2020/0811/31775.shtml", "text/html"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), f"{host}/logo.png", "image/png"),
    ]


def learned_from(pages: list[Capture], site: Site = SITE) -> Learned:
    learned = learn_layout(pages, site)
    assert learned
    return learned


@cache
def lesson(template: Template) -> Learned:
    return learned_from([*others(), *captures(template)])


def record_of(capture: Capture, *layouts: Layout) -> Article:
    raw, url, content_type = capture
    return extract_article(raw, replace(SITE, layouts=layouts), url, content_type=content_type)


def selectors_of(layout: Layout) -> dict[str, str]:
    names = ("title", "meta", "date", "source", "body", "editor", "drop")
    return {name: value for name in names if (value := getattr(layout, name))}


# --- what it learns ------------------------------------------------------------------------


@every_template
def test_six_pages_of_an_unknown_template_teach_its_simplest_selectors(
    template: Template, selectors: dict[str, str]
) -> None:
    learned = lesson(template)

    assert [one.captures for one in learned.layouts] == [6]
    assert (learned.articles, learned.others, learned.unplaced) == (6, 3, ())
    found = selectors_of(learned.layouts[0].layout)
    assert found | {"drop": ""} == selectors | {"drop": ""}
    if "drop" in selectors:
        assert found["drop"] == selectors["drop"]


@every_template
def test_what_is_learned_reads_every_page_whole(template: Template, selectors: dict[str, str]) -> None:
    pages = captures(template)

    one = lesson(template).layouts[0]

    assert one.filled == dict.fromkeys(induce.FIELDS, 6)
    for story, capture in zip(STORIES, pages, strict=True):
        record = record_of(capture, one.layout)
        assert record.layout == one.layout.name
        assert (record.title, record.source, record.editor) == (story.title, story.source, story.editor)
        assert record.published_at == f"2024-05-{story.number + 10}T09:3{story.number}+08:00"
        assert record.body.split("\n\n") == list(story.paragraphs)


@every_template
def test_what_is_learned_reads_a_page_it_never_saw(template: Template, selectors: dict[str, str]) -> None:
    *seen, unseen = captures(template)

    one = learned_from(seen).layouts[0]

    record = record_of(unseen, one.layout)
    assert record.layout == one.layout.name
    assert record.body.split("\n\n") == list(STORIES[-1].paragraphs)


def test_furniture_inside_the_body_is_dropped_by_name() -> None:
    learned = lesson(furnished)

    assert set(learned.layouts[0].layout.drop.split(", ")) == {".fx", ".gg", ".xg", ".ed"}


def test_a_sentence_that_every_text_repeats_is_furniture_even_if_it_reads_like_prose() -> None:
    with_advertisement = captures(furnished)

    layout = lesson(furnished).layouts[0].layout

    assert "直播间" in record_of(with_advertisement[0]).body
    assert "直播间" not in record_of(with_advertisement[0], layout).body


def test_a_day_or_a_channel_in_an_attribute_is_no_name_of_a_template() -> None:
    def dated(story: Story) -> str:
        return classes_made_anew(story).replace('data-role="info"', 'data-day="2024-05-10" data-channel="要闻"')

    layout = learned_from(captures(dated)).layouts[0].layout

    assert layout.meta == "[itemprop='headline'] + div"


def test_an_advertisement_of_a_few_words_on_every_page_is_dropped() -> None:
    long = "溪口特产直播间每晚八点开播，新客立减五元，数量有限，先到先得。".encode("gb18030")
    few = "好礼送不停".encode("gb18030")
    pages = [(raw.replace(long, few), url, content_type) for raw, url, content_type in captures(furnished)]

    layout = learned_from(pages).layouts[0].layout

    assert "好礼送不停" in record_of(pages[0]).body
    assert record_of(pages[0], layout).body.split("\n\n") == list(STORIES[0].paragraphs)


def test_a_source_without_label_is_learned_from_those_that_are_known_as_such() -> None:
    sources = ["溪口日报", "石塘发布", "东湾网", "柳林播报", "青杨之窗", "北塔日报"]
    pages = [
        (
            page(
                story,
                f"""<h1 class="hl">{story.title}</h1><div class="dl"><span class="who">{source}</span> <span class="kind">独家首发</span> <span class="when">{story.date}</span></div>
<div class="txt">{ps(story)}</div>""",
            ).encode("gb18030"),
            url,
            content_type,
        )
        for story, source, (_, url, content_type) in zip(STORIES, sources, captures(plain), strict=True)
    ]

    one = learned_from(pages).layouts[0]

    assert None in [record_of(capture).source for capture in pages]
    assert (one.layout.source, one.filled["source"], one.agreement) == (".who", 6, 1.0)
    assert [record_of(capture, one.layout).source for capture in pages] == sources


def test_what_the_selectors_leave_to_the_labels_is_said() -> None:
    def loose(story: Story) -> str:
        # Every other editor stands where nothing selects it.
        line = f"<p>责任编辑：{story.editor}</p>"
        return plain(story).replace(
            f'<div class="ed">【责任编辑：{story.editor}】</div>', f"<div>{line}</div>" if story.number % 2 else line
        )

    comment = as_python(learned_from(captures(loose)), SITE).splitlines()[0]

    assert "editor 3 (and 3 by labels)" in comment


def test_two_eras_are_two_layouts() -> None:
    old, new = captures(all_in_one, day="0510"), captures(plain, STORIES[:5], day="0610")

    learned = learned_from([page for pair in zip(old, new, strict=False) for page in pair] + old[5:] + others())

    assert [one.captures for one in learned.layouts] == [6, 5]
    assert [one.layout.body for one in learned.layouts] == ["#piece", ".txt"]
    assert [one.layout.name for one in learned.layouts] == ["ha-learned-2024", "ha-learned-2024-2"]
    assert [
        set(one.examples) <= {url for _, url, _ in pages}
        for one, pages in zip(learned.layouts, (old, new), strict=True)
    ] == [True, True]
    assert all(one.agreement == 1.0 for one in learned.layouts)


def test_pages_of_a_template_seen_twice_are_named_and_not_learned() -> None:
    strays = captures(all_in_one, STORIES[4:], day="0610")

    learned = learned_from([*captures(plain, STORIES[:4]), *strays])

    assert [one.captures for one in learned.layouts] == [4]
    assert learned.unplaced == tuple(url for _, url, _ in strays)


def test_fewer_than_three_articles_teach_nothing() -> None:
    pages = captures(plain, STORIES[:2])

    assert learn_layout([*pages, *pages, *others()], SITE) is None
    assert learn_layout([], SITE) is None


@pytest.mark.parametrize("template", [nameless, only_the_page_named])
def test_a_template_that_the_labels_read_better_is_not_proposed(template: Template) -> None:
    learned = learned_from(captures(template))

    assert learned.layouts == ()
    assert (learned.articles, len(learned.unplaced)) == (6, 6)
    assert as_python(learned, SITE).startswith("# ha: no layout reads these 6 articles")
    assert as_diff(learned, SITE, module_of()) == ""


def test_learning_is_the_same_every_time_and_in_any_order() -> None:
    pages = [*captures(tailwind), *others()]

    forwards, backwards = learned_from(pages), learned_from(pages[::-1])

    assert forwards.layouts[0].layout == backwards.layouts[0].layout


@pytest.mark.parametrize("seed", range(12))
def test_a_drawn_markup_is_read_as_the_labels_read_it(seed: int) -> None:
    pages = drawn(seed)

    learned = learned_from(pages)

    # Where title or text stand in a table without any name there is nothing to select by.
    assert learned.layouts or "<center><b><font" in pages[0][0].decode("gb18030")
    for one in learned.layouts:
        assert (one.captures, one.agreement) == (6, 1.0)
        assert all(record_of(page, one.layout).images == record_of(page).images for page in pages)


def drawn(seed: int) -> list[Capture]:
    pages = []
    for story, (_, url, content_type) in zip(STORIES, captures(plain), strict=True):
        content = markups.Story(
            title=story.title,
            date=story.date,
            source=story.source,
            editor=story.editor,
            channel="要闻",
            paragraphs=story.paragraphs,
            pictures=(markups.Picture(f"./W0202405{story.number}0.jpg", f"图为{story.place}镇一景。 杜川 摄", 1),),
        )
        pages.append((markups.render(content, seed)[0].encode("gb18030"), url, content_type))
    return pages


# --- what it prints --------------------------------------------------------------------------


def evaluated(text: str) -> tuple[Layout, ...]:
    """What the printed entries are to Python."""
    found: tuple[Layout, ...] = eval(f"({text})", {"Layout": Layout})
    return found


@every_template
def test_the_printed_python_is_the_layout(template: Template, selectors: dict[str, str]) -> None:
    learned = lesson(template)

    printed = evaluated(as_python(learned, SITE))

    assert printed == (learned.layouts[0].layout,)


def test_the_printed_python_stands_below_its_evidence() -> None:
    learned = lesson(plain)

    comment, *_ = as_python(learned, SITE, "REAL 2026-11").splitlines()

    assert comment.strip() == (
        "# ha: 6 captures published 2024-05-10 to 2024-05-15, read by labels today;"
        " title 6, date 6, source 6, editor 6, body 6; agreement 1.000."
    )
    assert evaluated(as_python(learned, SITE, "REAL 2026-11"))[0].evidence == "REAL 2026-11, learned from 6 captures"


def module_of(*entries: str) -> str:
    """The text of a site's module with so many entries in `layouts=(…)`."""
    layouts = f"    layouts=(\n{''.join(entries)}    ),\n" if entries else ""
    imported = "Layout, Listing, Site" if "Layout(" in layouts else "Listing, Site"
    return f'''"""河南."""

import re

from scraper.models import {imported}
from scraper.sites._layouts import BIAOTI

SITE = Site(
    code="ha",
    article_path=(
        re.compile(r"/news/(?P<id>\\d+)\\.shtml"),
    ),
{layouts}    evidence="CODE 2018",
)
'''


def patched(source: str, diff: str) -> str:
    """What `patch -p1` makes of it."""
    lines, at = source.splitlines(), 0
    for line in diff.splitlines()[2:]:
        if line.startswith("@@"):
            wanted = int(re.findall(r"\d+", line.split("+")[1])[0]) - 1
            at = wanted
        elif line.startswith("-"):
            assert lines.pop(at) == line[1:]
        else:
            if line.startswith("+"):
                lines.insert(at, line[1:])
            assert lines[at] == line[1:]
            at += 1
    return "\n".join(lines) + "\n"


PASTED = """\
        Layout(
            name="ha-learned-2024",
            title=".hl",
            meta=".dl",
            body=".txt",
            editor=".ed",
            evidence="learned from 6 captures",
        ),
"""
OTHER = '        Layout(name="other", title="#t", body="#b"),\n'
NOTE = "        # Seen once, 2019.\n"


@pytest.mark.parametrize(
    ("layouts", "before", "after"),
    [
        ((), (), (PASTED,)),
        ((Layout("other", "#t", "#b"),), (NOTE, OTHER), (PASTED, NOTE, OTHER)),
        (
            (Layout("other", "#t", "#b"), Layout("stale", "h1", ".txt")),
            (OTHER, NOTE, '        Layout(name="stale", title="h1", body=".txt"),\n'),
            (OTHER, NOTE, PASTED.replace("ha-learned-2024", "stale")),
        ),
        (
            (Layout("shared", "h1", ".txt", meta=".dl"), Layout("other", "#t", "#b")),
            ("        BIAOTI,\n", OTHER),
            (
                '        replace(\n            BIAOTI,\n            title=".hl",\n            editor=".ed",\n'
                '            evidence="learned from 6 captures",\n        ),\n',
                OTHER,
            ),
        ),
    ],
    ids=["none yet", "another", "a stale one", "a shared one"],
)
def test_the_diff_pastes_what_was_learned_into_the_module(
    layouts: tuple[Layout, ...], before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    site, source = replace(SITE, layouts=layouts), module_of(*before)

    diff = as_diff(learned_from(captures(plain), site), site, source)

    expected = module_of(*after)
    if "replace(" in expected:
        expected = expected.replace("import re\n", "import re\nfrom dataclasses import replace\n")
    assert patched(source, diff) == expected


def test_a_layout_that_reads_two_templates_is_mended_for_neither() -> None:
    wide = Layout("wide", title="h1, h2", body=".txt, #piece")
    site = replace(SITE, layouts=(wide,))
    learned = learned_from([*captures(all_in_one, day="0510"), *captures(plain, day="0610")], site)

    after = patched(module_of(rendered(wide)), as_diff(learned, site, module_of(rendered(wide))))

    assert [one.instead_of for one in learned.layouts] == ["wide", "wide"]
    assert re.findall(r'name="(.+)"', after) == ["ha-learned-2024", "ha-learned-2024-2", "wide"]
    assert rendered(wide) in after


def test_pages_that_a_layout_reads_in_part_are_said_to_be_read_by_labels() -> None:
    def halved(story: Story) -> str:
        first, *rest = ps(story).split("\n")
        boxes = f'<div class="txt">{first}</div>{"".join(rest)}'
        return plain(story).replace(f'<div class="txt">{ps(story)}</div>', f'<div class="all">{boxes}</div>')

    old = Layout("old", title=".hl", meta=".dl", body=".txt", editor=".ed")
    learned = learned_from(captures(halved), replace(SITE, layouts=(old,)))

    assert [(one.instead_of, one.layout.body) for one in learned.layouts] == [("labels", ".all")]


def test_layouts_on_one_line_are_spread_over_several() -> None:
    source = module_of("").replace("layouts=(\n    ),", "layouts=(BIAOTI,),")
    site = replace(SITE, layouts=(Layout("biaoti", ".biaoti", ".zhenwen"),))

    diff = as_diff(learned_from(captures(plain), site), site, source)

    assert patched(source, diff) == module_of(PASTED, "        BIAOTI,\n")


def test_the_diff_adds_a_new_template_above_the_present_ones() -> None:
    site = all_sites()["ha"]
    learned = learned_from(captures(plain), site)

    lines = as_diff(learned, site, module_text("ha")).splitlines()

    assert lines[:2] == ["--- a/scraper/sites/ha.py", "+++ b/scraper/sites/ha.py"]
    assert '+            name="ha-learned-2024",' in lines
    assert [line for line in lines[2:] if line.startswith("-")] == []
    assert lines.index('+            title=".hl",') < lines.index('             name="ha-neiron",')


def test_the_diff_mends_the_layout_that_reads_the_pages_today() -> None:
    present = Layout(name="stale", title="h1", body=".txt", meta=".gone", drop=".fx", evidence="CODE 2018")
    site = replace(SITE, layouts=(present,))
    learned = learned_from(captures(plain), site)

    source = module_of(rendered(present))
    lines = [line for line in as_diff(learned, site, source, "REAL 2026-11").splitlines()[3:] if line[0] in "+-"]

    assert learned.layouts[0].instead_of == "stale"
    assert lines == [
        '-            title="h1",',
        '-            meta=".gone",',
        '+            title=".hl",',
        '+            meta=".dl",',
        '+            editor=".ed",',
        '-            evidence="CODE 2018",',
        '+            evidence="CODE 2018; REAL 2026-11, learned from 6 captures",',
    ]


def test_a_layout_that_is_still_right_is_no_difference() -> None:
    right = Layout(name="right", title=".hl", meta=".dl", body=".txt", editor=".ed", evidence="REAL 2024")
    site = replace(SITE, layouts=(right,))

    assert as_diff(learned_from(captures(plain), site), site, module_of(rendered(right))) == ""


# --- selectors -------------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=12))
def test_any_class_or_id_can_be_selected(name: str) -> None:
    quoted = name.replace("&", "&amp;").replace('"', "&quot;")
    tree = LexborHTMLParser(f'<!DOCTYPE html><p class="{quoted}">一</p><p id="{quoted}">二</p>')

    found = [node.text() for selector in (f".{escape(name)}", f"#{escape(name)}") for node in tree.css(selector)]

    assert found == ["一", "二"]


def test_the_outline_and_the_page_tell_the_same_time() -> None:
    for fixture in fixtures():
        tree = LexborHTMLParser(decode(fixture.raw, fixture.content_type).text)
        items = flatten(tree, "", fixture.address.url).items

        nodes, _ = outline(tree)

        assert nodes[0].end == sum(item.size if isinstance(item, Line) else 1 for item in items), fixture.name


# --- pages it was not written for ------------------------------------------------------------


@pytest.mark.parametrize("code", LEARNABLE)
def test_the_fixtures_of_an_edition_teach_the_layout_that_reads_them(code: str) -> None:
    site = all_sites()[code]
    pages = [(one.raw, one.address.url, one.content_type) for one in fixtures() if one.folder.parent.name == code]

    learned = learned_from(pages, site)

    best = learned.layouts[0]
    assert best.instead_of in LEARNABLE[code]
    assert best.agreement >= 0.97
    assert best.layout.body == next(one.body for one in site.layouts if one.name == best.instead_of)


@pytest.mark.skipif(not real_pages(), reason=f"{REAL_PAGES} is not there: third-party text, kept outside")
def test_the_real_pages_of_2012_to_2015_teach_selectors_that_read_them() -> None:
    site = all_sites()["www"]
    pages = [
        (one.raw, one.address.url, "")
        for one in real_pages()
        if one.address.site is site and re.search(r"/201[2-5]/", one.address.url)
    ]

    learned = learned_from(pages, site)

    assert len(learned.unplaced) <= 1
    assert sum(one.captures for one in learned.layouts) >= 41
    assert min(one.agreement for one in learned.layouts) >= 0.97
    assert learned.layouts[0].layout.body == ".left_zw"
    for raw, url, content_type in pages:
        if url in learned.unplaced:
            continue
        layouts = tuple(one.layout for one in learned.layouts)
        record = extract_article(raw, replace(site, layouts=layouts), url, content_type=content_type)
        by_labels = extract_article(raw, site, url, content_type=content_type, layouts=False)
        assert record.layout != "labels"
        assert agreement(record, by_labels) >= 0.97
        assert len(record.images) == len(by_labels.images)


def test_pages_of_the_smallest_kind_are_enough() -> None:
    pages = [
        (page_of(ps(story), title=story.title, meta=f"{story.date} 来源：{story.source}"), url, content_type)
        for story, (_, url, content_type) in zip(STORIES[:3], captures(plain, STORIES[:3]), strict=True)
    ]

    learned = learned_from(pages)

    assert selectors_of(learned.layouts[0].layout) == {"title": ".headline", "meta": ".dateline", "body": ".story"}

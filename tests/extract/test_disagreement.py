"""What else a page says of a field is kept beside what the record took."""

from dataclasses import replace

import pytest

from scraper.extract.article import extract_article
from scraper.models import Article, Disagreement, Layout, Site
from scraper.sites import all_sites
from tests.pages import MORE_PROSE, PROSE, page_of

URL = "https://www.sc.chinanews.com.cn/shxw/2024-05-06/10001.html"
SICHUAN = all_sites()["sc"]
STORY = f"<p>{PROSE}</p><p>{MORE_PROSE}</p><p>责任编辑：穆清扬</p>"


def read(head: str = "", extra: str = "", *, url: str = URL, site: Site = SICHUAN) -> Article:
    return extract_article(page_of(STORY + extra, head=head), site, url)


def test_a_page_that_says_one_thing_has_no_disagreements() -> None:
    record = read(
        "<!--[950,2,10001] published at 2024-05-06 09:38:20 from #10 by 穆清扬-->",
        '<input type="hidden" name="newsdate" value="2024-05-06"><input type="hidden" name="newstime" value="09:30:45">'
        '<input type="hidden" name="editorname" value="穆清扬">',
    )

    assert record.disagreements == ()


@pytest.mark.parametrize(
    ("head", "extra", "said"),
    [
        (
            "",
            '<input type="hidden" name="newsdate" value="2024-05-06"><input type="hidden" name="newstime" value="11:02:00">',
            Disagreement("published_at", "2024-05-06T11:02:00+08:00", "hidden inputs"),
        ),
        (
            "<!--[950,2,10001] published at 2024-05-08 21:00:00 from #10 by 穆清扬-->",
            "",
            Disagreement("published_at", "2024-05-08T21:00:00+08:00", "head comment"),
        ),
        (
            "<!--[950,2,10001] published at 2024-05-06 09:29:00 from #10 by 穆清扬-->",
            "",
            Disagreement("published_at", "2024-05-06T09:29:00+08:00", "head comment"),
        ),
        (
            "",
            '<div style="display:none">2024-05-06 09:30:12 来源：柏树日报 作者： 责任编辑：穆清扬</div>',
            Disagreement("source", "柏树日报", "hidden text"),
        ),
        (
            "",
            '<input type="hidden" name="editorname" value="覃丽">',
            Disagreement("editor", "覃丽", "hidden inputs"),
        ),
    ],
    ids=["inputs", "comment-days-later", "comment-earlier", "hidden-source", "hidden-editor"],
)
def test_a_contradiction_is_kept_with_where_it_was_read(head: str, extra: str, said: Disagreement) -> None:
    record = read(head, extra)

    assert record.published_at == "2024-05-06T09:30+08:00"
    assert (record.source, record.editor) == ("溪口日报", "穆清扬")
    assert record.disagreements == (said,)


def test_the_day_in_the_address_is_noted_where_the_label_has_another() -> None:
    record = read(url="https://www.sc.chinanews.com.cn/shxw/2024-05-07/10001.html")

    assert record.published_at == "2024-05-06T09:30+08:00"
    assert record.disagreements == (Disagreement("published_at", "2024-05-07", "address"),)


def test_a_comment_in_a_sidebar_is_no_contradiction() -> None:
    record = read(extra="<!--[939,77,8861] published at 2024-11-06 21:38:41 by 816-->")

    assert record.disagreements == ()


def test_what_the_other_reader_says_is_kept_under_its_name() -> None:
    stale = Layout("stale", title=".headline", body=".story", meta=".dateline", source=".nav a")
    site = Site("sc", "四川", SICHUAN.hosts, SICHUAN.listings, SICHUAN.article_path, (stale,))

    record = read(site=site)

    assert (record.layout, record.source) == ("stale", "首页")
    assert Disagreement("source", "溪口日报", "labels") in record.disagreements


@pytest.mark.parametrize(
    ("selector", "reader", "paragraphs", "other"),
    [(".first", "labels", 6, ["stale"]), (".story", "stale", 6, []), (".short", "stale", 5, ["labels"])],
    ids=["holds a sixth", "holds all", "lacks a line"],
)
def test_a_layout_that_holds_a_part_of_the_text_gives_way_to_the_labels(
    selector: str, reader: str, paragraphs: int, other: list[str]
) -> None:
    told = [f"<p>　　{number}月，{PROSE.strip()}</p>" for number in range(1, 6)]
    boxes = f'<div class="short"><div class="first">{told[0]}</div>{"".join(told[1:])}</div><p>　　雨天照常开放。</p>'
    stale = Layout("stale", title=".headline", meta=".dateline", body=selector)

    record = extract_article(page_of(boxes), replace(SICHUAN, layouts=(stale,)), URL)

    assert (record.layout, len(record.body.split("\n\n"))) == (reader, paragraphs)
    assert [said.read_from for said in record.disagreements if said.field == "body"] == other

"""Where hits stand in the original text, and the window of it that is shown."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.archive.folding import units
from scraper.archive.marks import Snippet, find_hits, snippet
from scraper.archive.query import All, Query, Term, parse

TEXT = st.text(
    st.sampled_from("中新网溪口镇老桥經濟经济发發ＧＤＰgdp5５2２.，。·：“”《》\"' 　\n\t\0\x1e%_-+①㎡℃éé𠮷"),
    max_size=60,
)

MARKED = [
    ("经济", "臺灣經濟，經濟", ["經濟", "經濟"]),
    ("經濟", "经济", ["经济"]),
    ("gdp", "ＧＤＰ增长，Gdp", ["ＧＤＰ", "Gdp"]),
    ("买买提艾力", "厨师买买提·艾力说", ["买买提·艾力"]),
    ("两段", "第两\n\n段", ["两\n\n段"]),
    ("m2", "120㎡的铺子", ["㎡"]),
    ("2", "120㎡的铺子", ["2", "㎡"]),
    ("老桥 桥修", "老桥修缮", ["老桥修"]),
    ("老 桥", "老桥", ["老桥"]),
    ("𠮷野", "𠮷野家", ["𠮷野"]),
    ("黄河 OR 长江", "长江与黄河", ["长江", "黄河"]),
    ("长江 -黄河", "长江与黄河", ["长江"]),
    ("title:老桥", "老桥", ["老桥"]),
    ("发济", "经济，发展；经济发 济", ["发 济"]),
    ("无此词", "经济", []),
    ("site:tj", "tj", []),
    ("老桥", "老桥\u0301修", ["老桥\u0301"]),
    ("PM2.5", "pm2.5，ＰＭ２．５", ["pm2.5", "ＰＭ２．５"]),
    ("(长江 | 黄河) 大堤", "黄河大堤", ["黄河大堤"]),
]


@pytest.mark.parametrize(("query", "text", "marked"), MARKED)
def test_hits_point_at_the_original_glyphs(query: str, text: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in find_hits(parse(query), text)] == marked


@given(TEXT, st.data())
def test_whatever_stands_in_a_text_is_hit_there(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    part = text[start : start + data.draw(st.integers(1, 8))]
    wanted = units(part)
    query = Query(All((Term(part, wanted),) if wanted else ()))

    hits = find_hits(query, text)

    assert bool(hits) == bool(wanted)
    assert all(0 <= one < other <= len(text) for one, other in hits)
    assert all(end < start for (_, end), (start, _) in pairwise(hits))
    assert all(wanted in units(text[one:other]) for one, other in hits)


@settings(max_examples=200)
@given(st.lists(TEXT, max_size=2), st.lists(st.sampled_from("中新网 溪口 老桥 经济 gdp 5 镇老".split()), min_size=1))
def test_a_snippet_is_a_window_with_a_hit_in_it(texts: list[str], terms: list[str]) -> None:
    query = parse(" ".join(terms))

    for size in (1, 5, 20, 90):
        found = snippet(query, texts, size)

        assert len(found.text) <= size + 2
        assert bool(found.hits) == any(find_hits(query, text) for text in texts)
        assert all(0 <= start < end <= len(found.text) for start, end in found.hits)
        assert "\n" not in found.text


def test_the_window_with_the_most_different_terms_is_shown() -> None:
    text = "黄河" + "的" * 200 + "黄河大堤上长江水" + "的" * 200 + "黄河"

    found = snippet(parse("黄河 大堤 长江"), [text], size=30)

    assert [found.text[start:end] for start, end in found.hits] == ["黄河大堤", "长江"]


def test_hits_in_a_snippet_are_the_original_glyphs() -> None:
    body = "的" * 300 + "臺灣經濟" + "的" * 300

    found = snippet(parse("经济"), [body])

    assert [found.text[start:end] for start, end in found.hits] == ["經濟"]
    assert found.text.startswith("…")
    assert found.text.endswith("…")


def test_a_hit_in_the_captions_is_shown_when_the_body_has_none() -> None:
    found = snippet(parse("老桥"), ["正文没有它", "老桥新貌"])

    assert found == Snippet("老桥新貌", ((0, 2),), "captions")


@pytest.mark.parametrize(
    ("texts", "opening"), [(["", "图说"], "图说"), (["一" * 200, "图说"], "一" * 90 + "…"), ([""], ""), ([], "")]
)
def test_without_a_hit_the_opening_is_shown(texts: list[str], opening: str) -> None:
    assert snippet(parse("无此词"), texts).text == opening


def test_marks_stand_around_the_hits() -> None:
    assert Snippet("老桥新貌", ((0, 2), (3, 4))).marked("[", "]") == "[老桥]新[貌]"


def test_captions_are_shown_where_they_hold_more_of_the_words() -> None:
    found = snippet(parse("老桥 白鹭"), ["老桥在此", "老桥上的白鹭"])

    assert found == Snippet("老桥上的白鹭", ((0, 2), (4, 6)), "captions")


def test_a_term_for_the_title_is_marked_in_the_title_only() -> None:
    query = parse("title:老桥 白鹭")

    assert find_hits(query, "老桥与白鹭", "body") == [(3, 5)]
    assert find_hits(query, "老桥与白鹭", "title") == [(0, 2), (3, 5)]


def test_no_window_cuts_a_mark_from_its_letter() -> None:
    text = "e\u0301" * 100 + "桥" + "e\u0301" * 100

    for size in range(5, 20):
        found = snippet(parse("桥"), [text], size).text.strip("…")

        assert found[0] in "e桥"
        assert found[-1] in "\u0301桥"

"""How text becomes tokens, queries become expressions, and hits become marks on the original text."""

import sqlite3
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scraper.archive import tokens
from scraper.archive.tokens import Query, Snippet, find_hits, fold, grams, parse, snippet, tokens_of, units

# Characters that Chinese news is made of, and those that trouble is made of.
TEXT = st.text(
    st.sampled_from("中新网溪口镇老桥經濟经济发發ＧＤＰgdp５5２2.，。·：“”《》 　\n\t\0\x1e%_-①㎡éé𠮷"), max_size=60
)
ANY = st.text(max_size=80)
ONE = "\x1e"


# --- folding ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("經濟發展", "经济发展"),
        ("臺灣", "台湾"),
        ("裏面", "里面"),
        ("ＧＤＰ５．２％", "gdp5.2%"),
        ("FieldNote", "fieldnote"),
        ("ﾃﾚﾋﾞ", "テレヒ゛"),
        ("①②", "12"),
        ("㎡", "m2"),
        ("中新网", "中新网"),
        ("𠮷野家", "𠮷野家"),
        ("", ""),
    ],
)
def test_fold_takes_width_case_and_variant_away(written: str, folded: str) -> None:
    assert fold(written).replace("\u3099", "゛") == folded.replace("\u3099", "゛")


@given(ANY, ANY)
def test_fold_looks_at_one_character_at_a_time(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)


@given(TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("中新网河南新闻", ["中新网河南新闻"]),
        ("“两个健康”，ＧＤＰ 增长5.2%", ["两个健康", "gdp增长5", "2"]),
        ("买买提·艾力", ["买买提艾力"]),
        ("买买提•艾力", ["买买提艾力"]),
        ("7·20", ["7", "20"]),
        ("第一段\n\n第二段", ["第一段第二段"]),
        ("中　新 网", ["中新网"]),
        ("a_b", ["a", "b"]),
        ("中\0新", ["中", "新"]),
        ("，。！", []),
        ("", []),
    ],
)
def test_units_are_runs_between_punctuation(text: str, runs: list[str]) -> None:
    assert [run for run in units(text).split(ONE) if run] == runs


@given(ANY)
def test_units_hold_letters_digits_and_single_boundaries_only(text: str) -> None:
    found = units(text)

    assert ONE + ONE not in found
    assert found.strip(ONE) == found
    assert not any(character.isspace() or character in '",。()*:' for character in found.replace(ONE, ""))


# --- the index --------------------------------------------------------------------------------------


def test_grams_are_runs_of_one_to_three_that_cross_no_boundary() -> None:
    assert grams(f"溪口镇{ONE}老桥") == dict.fromkeys("溪 口 镇 溪口 口镇 溪口镇 老 桥 老桥".split(), 1)


def test_an_article_has_its_grams_its_title_what_is_frequent_its_site_and_days() -> None:
    found = tokens_of("老桥", "桥上。桥下。", "图说", "tj", "2024-05-06T09:30+08:00").split("\n")

    assert len(found) == len(set(found))
    assert {"老桥", "桥上", "桥下", "图说", "title:老桥", "title:桥", "hot:桥"} <= set(found)
    assert {"site:tj", "date:2024", "date:2024-05", "date:2024-05-06"} <= set(found)
    assert not {"hot:老", "title:桥上", "上桥", "老桥桥"} & set(found)


@settings(max_examples=100)
@given(TEXT, TEXT, TEXT)
def test_the_database_splits_the_tokens_as_they_were_made(title: str, body: str, captions: str) -> None:
    """No token may fall apart in FTS5's tokenizer or fold into another."""
    made = tokens_of(title, body, captions, "tj", "2024-05-06T09:30+08:00")
    db = sqlite3.connect(":memory:")
    tokenizer = """tokenize="ascii tokenchars '!#$%&()*+,-./:;<=>?@[\\]^_`{|}~'' '\""""
    db.execute(f"CREATE VIRTUAL TABLE t USING fts5(tokens, content='', detail=none, {tokenizer})")
    db.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, row)")

    db.execute("INSERT INTO t(rowid, tokens) VALUES (1, ?)", [made])

    assert {term for (term,) in db.execute("SELECT term FROM v")} == set(made.split("\n"))


# --- queries ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("黄河 大堤", Query(wanted=(("黄河",), ("大堤",)))),
        ("黄河 AND 大堤", Query(wanted=(("黄河",), ("大堤",)))),
        ("郑州 OR 洛阳", Query(wanted=(("郑州", "洛阳"),))),
        ("郑州|洛阳｜开封", Query(wanted=(("郑州", "洛阳", "开封"),))),
        ("麦收 郑州 OR 洛阳", Query(wanted=(("麦收",), ("郑州", "洛阳")))),
        ("OR 郑州", Query(wanted=(("郑州",),))),
        ("郑州 OR", Query(wanted=(("郑州",),))),
        ('"黄河 大堤"', Query(wanted=(("黄河大堤",),))),
        ("“黄河大堤”", Query(wanted=(("黄河大堤",),))),
        ("「黄河大堤」", Query(wanted=(("黄河大堤",),))),
        ('"黄河，大堤"', Query(wanted=((f"黄河{ONE}大堤",),))),
        ("黄河 -旅游", Query(wanted=(("黄河",),), unwanted=("旅游",))),
        ("黄河 NOT 旅游", Query(wanted=(("黄河",),), unwanted=("旅游",))),
        ('黄河 -"旅游 节"', Query(wanted=(("黄河",),), unwanted=("旅游节",))),
        ("title:黄河", Query(titles=("黄河",))),
        ('title:"黄河 大堤" 麦收', Query(wanted=(("麦收",),), titles=("黄河大堤",))),
        ("site:ha date:2022-07", Query(filters=("site:ha", "date:2022-07"))),
        ("date:2022 date:2022-07-20", Query(filters=("date:2022", "date:2022-07-20"))),
        ("經濟 ＧＤＰ", Query(wanted=(("经济",), ("gdp",)))),
        ("C++", Query(wanted=(("c",),))),
        ("，。！ - “”", Query()),
        ("-黄河", Query(unwanted=("黄河",))),
        ("", Query()),
    ],
)
def test_a_query_is_read_leniently(text: str, query: Query) -> None:
    assert parse(text) == query


@pytest.mark.parametrize("text", ["-黄河", "NOT 黄河", "，。！", "", "\0", "AND OR NOT"])
def test_what_asks_for_nothing_is_false(text: str) -> None:
    assert not parse(text)


@given(ANY)
@example("\ud800")
@example("黄\udcff河")
@example('"' * 999)
@example("(" * 999)
def test_anything_can_be_parsed_and_matched_without_an_error(text: str) -> None:
    query = parse(text)

    tokens.match_expression(query)
    tokens.holds(query, text, text, text)
    snippet(query, [text])


# --- marks and snippets -----------------------------------------------------------------------------------

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
]


@pytest.mark.parametrize(("query", "text", "marked"), MARKED)
def test_hits_point_at_the_original_glyphs(query: str, text: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in find_hits(parse(query), text)] == marked


@given(TEXT, st.data())
def test_whatever_stands_in_a_text_is_hit_there(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    part = text[start : start + data.draw(st.integers(1, 8))]
    wanted = units(part)
    query = Query(wanted=((wanted,),))

    hits = find_hits(query, text)

    assert bool(hits) == bool(wanted)
    assert all(0 <= one < other <= len(text) for one, other in hits)
    assert all(end < start for (_, end), (start, _) in pairwise(hits))
    assert all(wanted in units(text[one:other]) for one, other in hits)


@settings(max_examples=200)
@given(st.lists(TEXT, max_size=3), st.lists(st.sampled_from("中新网 溪口 老桥 经济 gdp 5 镇老".split()), min_size=1))
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

    assert found == Snippet("老桥新貌", ((0, 2),))


@pytest.mark.parametrize(
    ("texts", "opening"), [(["", "图说"], "图说"), (["一" * 200, "图说"], "一" * 90 + "…"), ([""], ""), ([], "")]
)
def test_without_a_hit_the_opening_is_shown(texts: list[str], opening: str) -> None:
    assert snippet(parse("无此词"), texts) == Snippet(opening)


def test_marks_stand_around_the_hits() -> None:
    assert Snippet("老桥新貌", ((0, 2), (3, 4))).marked("[", "]") == "[老桥]新[貌]"

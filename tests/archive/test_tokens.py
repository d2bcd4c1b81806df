"""How text is folded, and what tokens the index has of an article."""

import sqlite3

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scraper.archive.folding import find_units, fold, is_plain, units, written
from scraper.archive.tokens import HOT, grams, is_figure, tokens_of
from scraper.archive.words import is_word, near_words

# Characters that Chinese news is made of, and those that trouble is made of.
TEXT = st.text(
    st.sampled_from("中新网溪口镇老桥經濟经济发發ＧＤＰgdp５5２2.，。·：“”《》\"' 　\n\t\0\x1e%_-+①㎡℃éé𠮷"),
    max_size=60,
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
        ("“两个健康”，ＧＤＰ 增长5.2%", ["两个健康", "gdp增长5", "2%"]),
        ("“一带一路”倡议", ["一带一路倡议"]),
        ("读《红楼梦》有感", ["读红楼梦有感"]),
        ("《红楼梦》《西游记》 「三国」", ["红楼梦", "西游记", "三国"]),
        ("“红楼” “西游”和“水浒”“三国”", ["红楼", "西游和水浒", "三国"]),
        ("他说：“我们", ["他说", "我们"]),
        ("“7”·20", ["7", "20"]),
        ("it's", ["its"]),
        ("C++、互联网＋，30℃", ["c++", "互联网+", "30°c"]),
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
    assert grams(f"溪口镇{ONE}老桥") == set("溪 口 镇 溪口 口镇 溪口镇 老 桥 老桥".split())


@settings(max_examples=200, deadline=None)
@given(TEXT, TEXT, TEXT)
def test_the_tokens_of_a_text_are_those_of_their_plain_definition(title: str, body: str, captions: str) -> None:
    texts = [units(text) for text in (title, body, captions)]
    whole = ONE.join(texts)
    runs = [whole[at : at + size] for size in range(1, 9) for at in range(len(whole) - size + 1)]
    runs = [run for run in runs if ONE not in run]
    short = {run for run in runs if len(run) <= 3}
    often = {f"hot:{run}" for run in short if len(run) > 1 and runs.count(run) >= HOT}
    titled = {f"title:{run}" for run in short if run in texts[0]}

    found = set(tokens_of(title, body, captions, "", "").split("\n"))

    assert short <= found
    assert all(run in short for run in found if len(run) <= 3 and run.isalnum())
    assert {token for token in found if token.startswith("hot:")} == often
    assert {token for token in found if token.startswith("title:")} == titled
    assert {run for run in runs if len(run) > 3 and (is_word(run) or is_figure(run))} <= found


def test_an_article_has_its_grams_its_title_what_is_frequent_its_site_and_days() -> None:
    found = tokens_of("老桥", "桥上。桥下。桥上，桥上", "图说", "tj", "2024-05-06T09:30+08:00").split("\n")

    assert len(found) == len(set(found))
    assert {"老桥", "桥上", "桥下", "图说", "title:老桥", "title:桥", "hot:桥上"} <= set(found)
    assert {"site:tj", "date:2024", "date:2024-05", "date:2024-05-06"} <= set(found)
    assert not {"hot:老", "hot:桥下", "title:桥上", "上桥", "老桥桥"} & set(found)


@settings(max_examples=100, deadline=None)
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


@pytest.mark.parametrize(
    ("body", "tokens"),
    [
        ("百闻不如一见的老桥", "百闻不如一见"),
        ("溪口镇合作社。溪口镇合作社", "溪口镇合作社"),
        ("PM2.5超标", "pm2.5 pm2 mark:2.5 mark:m2.5"),
        ("2022年", "2022年 2022"),
        ("自１９９８ 年起", "1998年 1998"),
        ("12022年", "2022年 2022 12022"),
        ("C++和Z世代", "c++ z世代"),
        ("增长12.5%，7·20", "12.5% mark:12.5 mark:2.5 7·20 mark:7.20"),
        ("covid-19", "covid-19 mark:d.1 mark:id.19"),
        ("完成工作。她说，“好”", "mark:作.她 mark:说.好"),
        ("ＧＤＰ", "gdp"),
    ],
)
def test_what_a_stranger_types_whole_is_a_token(body: str, tokens: str) -> None:
    found = tokens_of("", body, "", "tj", "2024-05-06").split("\n")

    assert set(tokens.split()) <= set(found)


def test_fields_have_their_grams_and_the_whole() -> None:
    made = tokens_of(
        "题", "文", "", "tj", "2024", "中新网河南", "张三", '["李四", "买买提·艾力"]', "要闻", '[{"title": "首次通行"}]'
    )

    found = set(made.split("\n"))

    assert {
        "source:中新网河南",
        "source:河南",
        "editor:张三",
        "author:李四",
        "author:买买提艾力",
        "channel:要闻",
    } <= found
    assert {"head:首次", "head:通行", "all:articles", "date:2024"} <= found
    assert not {"author:四买", "首次", "河南"} & found


@pytest.mark.parametrize("broken", ["", "null", "{", '{"a": 1}', "[1, null]", '[{"title": null}]'])
def test_columns_that_another_program_broke_have_no_tokens(broken: str) -> None:
    assert tokens_of("题", "文", "", "tj", "2024", None, None, broken, None, broken) != ""


@given(TEXT, TEXT)
def test_nothing_across_two_texts_is_a_marked_figure(one: str, other: str) -> None:
    apart = {gram for text in (one, other) for gram in tokens_of(text, "", "", "", "").split("\n") if "mark:" in gram}

    together = tokens_of(one, other, "", "", "").split("\n")

    assert {gram for gram in together if "mark:" in gram} == apart


def test_a_near_word_differs_in_one_character() -> None:
    assert "刻骨铭心" in near_words("刻骨名心")
    assert "刻骨铭心" in near_words("刻骨铭")
    assert "刻骨铭心" not in near_words("刻骨铭心")
    assert near_words("老桥") == []


@settings(max_examples=300, deadline=None)
@given(TEXT.filter(bool), st.data())
def test_units_are_found_at_their_places_in_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    term = units(text[start : start + data.draw(st.integers(1, 8))])

    found = list(find_units([term] if term else [], text))

    assert bool(found) == bool(term)
    assert all(term in units(text[one:other]) for one, other, _ in found)


@settings(max_examples=300)
@given(TEXT, TEXT, st.data())
def test_what_a_plain_text_does_not_print_is_not_in_it(text: str, other: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    term = units((text[start:] + other)[: data.draw(st.integers(1, 4))])
    assume(term and is_plain(text))

    assert written(term).search(text) or term not in units(text)


def test_the_marks_of_plain_texts_fold_as_their_ways_say() -> None:
    plain = [chr(code) for code in range(0x10000) if is_plain(chr(code))]

    assert len(plain) > 27_000
    assert [one for one in plain if (found := units(one)) and not written(found).fullmatch(one)] == []

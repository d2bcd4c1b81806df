"""What a search is understood as: in words, as MATCH expression, and what is said about it."""

import sqlite3

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scraper.archive.documents import Document
from scraper.archive.marks import snippet
from scraper.archive.narrowing import narrowing, periods_between
from scraper.archive.query import Query, day, describe, holds, parse

ANY = st.text(max_size=80)


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("黄河 大堤", "黄河 and 大堤"),
        ("黄河 AND 大堤", "黄河 and 大堤"),
        ("黄河 黄河", "黄河"),
        ("郑州 OR 洛阳", "(郑州 or 洛阳)"),
        ("郑州|洛阳｜开封", "(郑州 or 洛阳 or 开封)"),
        ("麦收 郑州 OR 洛阳", "麦收 and (郑州 or 洛阳)"),
        ("(麦收 郑州) OR 洛阳", "((麦收 and 郑州) or 洛阳)"),
        ("OR 郑州", "郑州"),
        ("郑州 OR", "郑州"),
        ("OR", "or"),
        ('"黄河 大堤"', "黄河大堤"),
        ("“黄河大堤”", "黄河大堤"),
        ("「黄河大堤」", "黄河大堤"),
        ("『黄河』大堤", "黄河 and 大堤"),
        ('"黄河，大堤"', "黄河·大堤"),
        ("黄河 -旅游", "黄河, without 旅游"),
        ("黄河 NOT 旅游", "黄河, without 旅游"),
        ("黄河 －旅游", "黄河, without 旅游"),
        ('黄河 -"旅游 节"', "黄河, without 旅游节"),
        ("黄河 -(旅游 OR 门票)", "黄河, without (旅游 or 门票)"),
        ("黄河 NOT -旅游", "黄河 and 旅游"),
        ("covid-19", "covid·19"),
        ("张三（记者）讲", "张三·记者·讲"),
        ('"大桥” 通车"', "大桥通车"),
        ('"“大桥”通车" 黄河', "大桥通车 and 黄河"),
        ('"大桥” 通车 "黄河"', "大桥 and 通车 and 黄河"),
        ("title:黄河", "title 黄河"),
        ("标题：黄河", "标题·黄河"),
        ('title:"黄河 大堤" 麦收', "title 黄河大堤 and 麦收"),
        ("title:(a | b)", "(title a or title b)"),
        ("-title:黄河 桥", "桥, without title 黄河"),
        ("site:ha date:2022-07", "edition ha 河南 and published 2022-07"),
        ("site:河南", "edition ha 河南"),
        ("since:2022 until:2023/7/1", "from 2022 and until 2023-07-01"),
        ("since:2022..2023 桥", "from 2022 until 2023 and 桥"),
        ("經濟 ＧＤＰ", "经济 and gdp"),
        ("2022 2022-07", "2022 and 2022·07"),
        ("-19疫情", "19疫情"),
        ("NOT 黄河", "all, without 黄河"),
        ("清晨 -5℃", "清晨 and 5°c"),
        ("清晨 －3.5 度", "清晨 and 度, without 3·5"),
        ("清晨 -3.5度", "清晨 and 3·5度"),
        ("清晨 -2022", "清晨, without 2022"),
        ("C++ 5%", "c++ and 5%"),
        ("互联网＋", "互联网+"),
        ("+黄河 +大堤", "黄河 and 大堤"),
        ("黄河 + 大堤 %", "黄河 and 大堤"),
        ('"%"', "%"),
        ("学习“一带一路”倡议", "学习一带一路倡议"),
        ("“一带一路”倡议", "一带一路 and 倡议"),
        ("《红楼梦》《西游记》", "红楼梦·西游记"),
    ],
)
def test_a_query_is_understood_as(text: str, understood: str) -> None:
    assert describe(parse(text)) == understood


@pytest.mark.parametrize("text", ["，。！", "", "\0", "AND OR NOT", "title:", "()", "-", "：", "date:2022-13"])
def test_what_asks_for_nothing_is_false(text: str) -> None:
    assert not parse(text) or describe(parse(text)) == "title"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("“黄河", "quotation mark"),
        ("(黄河", "bracket"),
        ("黄河 date:2022-13", "date:2022-13"),
        ("黄河 site:zz", "zz"),
        ("黄河 ×", "×"),
        ("黄河 or 长江", "OR"),
        ("-黄河", "hyphen"),
        ("黄" * 1001, "1000"),
        ("(" * 20 + "黄河", "deep"),
        ("黄河 OR", "OR or NOT"),
        ("titel:黄河", "titel: is no field and was read as text; did you mean title:?"),
        ('黄河 -Titel:"大 堤"', "did you mean title:?"),
        ("titel：黄河", "did you mean title:?"),
        ("foo:bar", "foo: is no field and was read as text; there are title, caption, author"),
        ("黄*", "* is no wildcard"),
        ("(黄*河 OR 长江)", "* is no wildcard"),
    ],
)
def test_what_was_read_otherwise_is_said(text: str, note: str) -> None:
    assert any(note in said for said in parse(text).notes)


@pytest.mark.parametrize(
    "text",
    [
        *("黄河", "黄河 OR 长江", '"黄河，大堤" -旅游', "title:(a | b) since:2022", "(a (b | c))"),
        *("https://www.ha.chinanews.com.cn/news/", "GDP：增长", "10:30", '"titel:黄*"', "TITLE:黄河", "标题:黄河"),
    ],
)
def test_what_is_read_as_typed_needs_no_note(text: str) -> None:
    assert parse(text).notes == ()


@pytest.mark.parametrize(
    ("text", "expression", "exact"),
    [
        ("黄河", '"黄河"', True),
        ("黄河大", '"黄河大"', True),
        ("黄河大堤", '("黄河大" AND "河大堤")', False),
        ("百闻不如一见", '"百闻不如一见"', True),
        ("黄河 -旅游", '("黄河" NOT "旅游")', True),
        ("黄河 -黄河大堤", '"黄河"', False),
        ("NOT 黄河", '("all:articles" NOT "黄河")', True),
        ("NOT 黄河大堤", None, False),
        ("黄河 | NOT 黄河大堤", None, False),
        ("caption:黄河", '"黄河"', False),
        ("editor:张", '"editor:张"', True),
        ("source:中新网河南", '("source:中新网" AND "source:新网河" AND "source:网河南")', False),
        ("date:2022", '"date:2022"', True),
        ("since:2022", None, False),
        ("12.5%", '"mark:12.5%"', True),
        ("１９９８年", '"1998年"', True),
        ("C919", '"c919"', True),
        ("办。她", '"mark:办.她"', True),
        ("举办。她说", '(("举办" AND "她说") AND "mark:办.她")', False),
        ("100%的", '("100" AND "00%" AND "0%的")', False),
        ("2022年7", '("202" AND "022" AND "22年" AND "2年7")', False),
    ],
)
def test_the_index_is_asked_for_all_that_can_match(text: str, expression: str | None, exact: bool) -> None:
    found = narrowing(parse(text).root)

    assert (found.expression, found.exact) == (expression, exact)


def test_an_open_range_of_dates_ends_with_the_years_of_the_archive() -> None:
    found = narrowing(parse("since:2022-11-30").root, (2001, 2023))

    assert found.expression == '("date:2022-11-30" OR "date:2022-11-31" OR "date:2022-12" OR "date:2023")'
    assert found.exact


@given(st.dates(), st.dates(), st.dates())
def test_periods_hold_exactly_the_days_between(first, last, other) -> None:  # type: ignore[no-untyped-def]  # dates
    periods = periods_between(first.isoformat(), last.isoformat())

    covered = any(other.isoformat().startswith(period) for period in periods)

    assert covered == (first <= other <= last)
    assert len(periods) == len(set(periods))


@pytest.mark.parametrize("text", ["2022-00", "2022-02-30", "22", "", "2022-1-1-1", "二〇二二", "2022-", "\ud800"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert day(text) is None


@given(ANY)
@example("\ud800")
@example("黄\udcff河")
@example('"' * 999)
@example("(" * 999)
@example("-" * 999)
@example("a(" * 400 + "b" + ")" * 400)
@example(" OR ".join(f"(a NOT b{n})" for n in range(60)))
def test_anything_is_a_query_that_fts5_accepts(text: str) -> None:
    db = sqlite3.connect(":memory:")
    tokenizer = """tokenize="ascii tokenchars '!#$%&()*+,-./:;<=>?@[\\]^_`{|}~'' '\""""
    db.execute(f"CREATE VIRTUAL TABLE t USING fts5(tokens, content='', detail=none, {tokenizer})")
    query = parse(text)

    found = narrowing(query.root)

    if found.expression is not None:
        db.execute("SELECT rowid FROM t WHERE t MATCH ?", [found.expression]).fetchall()
    holds(query, Document(1, text, text, text))
    snippet(query, [text])
    describe(query)


def test_nothing_asked_for_is_an_empty_query() -> None:
    assert not Query()
    assert Query().terms == ()

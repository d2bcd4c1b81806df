"""What stands in an article is found, and nothing else; whatever is typed, nothing breaks."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from scraper.archive import by_relevance
from scraper.archive.database import Database
from scraper.archive.folding import units
from scraper.archive.search import Filters, count, matching_ids, search, understood
from scraper.archive.texts import captions_of
from scraper.errors import UsageError
from scraper.models import Article, Image
from tests.archive.samples import fixture_articles, new_archive, numbered, put
from tests.pages import seconds

RELAXED = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An archive of every article of the fixtures."""
    with closing(new_archive(tmp_path_factory.mktemp("search") / "archive.db")) as archive:
        put(archive, *fixture_articles())
        yield archive


@cache
def stored_units() -> dict[int, tuple[str, ...]]:
    """Title, text and captions of every article, as units, by id: ids count from 1 in the order they were put."""
    return {
        number: tuple(map(units, (article.title, article.body, captions_of(article))))
        for number, article in enumerate(fixture_articles(), 1)
    }


def holding(text: str) -> set[int]:
    """The articles with a text in them, by reading them all."""
    return {number for number, texts in stored_units().items() if any(units(text) in whole for whole in texts)}


def parts_of_articles() -> st.SearchStrategy[str]:
    """One to eight characters from somewhere in a title, a body or a caption."""
    return st.deferred(lambda: _parts_of_articles())  # read when a test draws, not by every worker that collects


@cache
def _parts_of_articles() -> st.SearchStrategy[str]:
    texts = [text for a in fixture_articles() for text in (a.title, a.body, captions_of(a)) if text]

    def part(number: int, start: int, size: int) -> str:
        text = texts[number]
        return text[start % len(text) :][:size]

    return st.builds(part, st.integers(0, len(texts) - 1), st.integers(0, 5_000), st.integers(1, 8))


# --- exactly what stands there ---------------------------------------------------------------------


@RELAXED
@given(part=parts_of_articles())
def test_any_part_of_any_article_is_found_exactly_where_it_stands(db: Database, part: str) -> None:
    assume(units(part) and '"' not in part)

    assert set(matching_ids(db, f'"{part}"')) == holding(part)


@RELAXED
@given(part=parts_of_articles())
def test_what_is_copied_from_an_article_finds_it(db: Database, part: str) -> None:
    assume(any(map(str.isalnum, part)) and not re.search(r'["|(（-]|\b(OR|AND|NOT)\b|[:：]', part))
    texts = {number: f"{a.title}\n{a.body}\n{captions_of(a)}" for number, a in enumerate(fixture_articles(), 1)}

    found = set(matching_ids(db, part))

    assert found >= {number for number, text in texts.items() if part in text}


@settings(RELAXED, max_examples=50)
@given(part=parts_of_articles(), other=parts_of_articles())
def test_words_together_or_and_without_are_what_sets_are(db: Database, part: str, other: str) -> None:
    one, two = ("".join(character for character in text if character.isalnum()) for text in (part, other))
    assume(one and two and not {one, two} & {"OR", "AND", "NOT"})

    both = set(matching_ids(db, f"{one} {two}"))
    either = set(matching_ids(db, f"{one} OR {two}"))
    without = set(matching_ids(db, f"{one} -{two}"))

    assert both == holding(one) & holding(two)
    assert count(db, understood(f"{one} {two}")) == len(both)
    assert count(db, understood(f"{one} OR {two}")) == len(either)
    assert either == holding(one) | holding(two)
    assert without == holding(one) - holding(two)


@RELAXED
@given(part=parts_of_articles())
def test_title_looks_at_titles_only(db: Database, part: str) -> None:
    assume(units(part) and not set('"“”') & set(part))

    found = set(matching_ids(db, f'title:"{part}"'))

    assert found == {number for number, (title, *_) in stored_units().items() if units(part) in title}


@settings(RELAXED, max_examples=30)
@given(part=parts_of_articles())
@example(part="农)谷")  # 农 and 谷 stand in another article's title, too
def test_search_and_matching_ids_agree(db: Database, part: str) -> None:
    assume(units(part) and not set('"“”') & set(part))

    by_date = [hit.id for hit in search(db, f'"{part}"', sort="date", limit=1_000).hits]
    by_relevance = [hit.id for hit in search(db, f'"{part}"', limit=1_000).hits]

    assert by_date == matching_ids(db, f'"{part}"')
    assert sorted(by_relevance) == sorted(by_date)
    assert search(db, f'"{part}"', limit=1).total == len(by_date)


# --- a small archive, told by hand ---------------------------------------------------------------------


STORIES: dict[str, Article] = {
    "bridge": numbered(1, title="溪口镇老桥修缮完工", body="桥面由一百二十块青石铺成。", source="溪口日报", images=()),
    "gdp": numbered(2, title="上半年經濟形勢", body="ＧＤＰ增长5.2%，外贸回暖。", published_at="2023-07-20T09:30+08:00", images=()),
    "cook": numbered(
        3, title="厨师买买提·艾力", body="他说，发展。济世为怀。", published_at="2022-12-31T23:59:59+08:00",
        images=(Image("https://x/1.jpg", caption="买买提在臺北 李四 摄"),), source=None, editor=None,
    ),
    "river": replace(
        numbered(4, title="黄河大堤加固", body="黄河边上的老桥也在加固之列。", published_at="2022-07-20T00:00+08:00", images=()),
        site="ha", url="https://www.ha.chinanews.com.cn/news/hnxw/2022/0720/1.shtml", editor="赵六", source="中新网河南",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with closing(new_archive(tmp_path_factory.mktemp("small") / "archive.db")) as archive:
        put(archive, *STORIES.values())
        yield archive


def found(db: Database, text: str, filters: Filters | None = None) -> set[str]:
    names = list(STORIES)
    return {names[hit.id - 1] for hit in search(db, text, filters).hits}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("桥", "bridge river", id="one character"),
        pytest.param("老桥", "bridge river", id="two"),
        pytest.param("老桥修", "bridge", id="three"),
        pytest.param("溪口镇老桥修缮完工", "bridge", id="nine"),
        pytest.param("经济形势", "gdp", id="simplified for traditional"),
        pytest.param("經濟形勢", "gdp", id="traditional"),
        pytest.param("台北", "cook", id="simplified for 臺"),
        pytest.param("臺北", "cook", id="臺 in a caption"),
        pytest.param("gdp", "gdp", id="lower case for full-width capitals"),
        pytest.param("ＧＤＰ", "gdp", id="full-width capitals"),
        pytest.param("买买提艾力", "cook", id="a name without its dot"),
        pytest.param("买买提•艾力", "cook", id="a name with another dot"),
        pytest.param("5.2", "gdp", id="a number"),
        pytest.param("发济", "", id="nothing across punctuation"),
        pytest.param("工桥", "", id="nothing from the title into the body"),
        pytest.param("老 桥", "bridge river", id="two words"),
        pytest.param("老桥 加固", "river", id="both words"),
        pytest.param('"老桥 加固"', "", id="a phrase that stands nowhere"),
        pytest.param("“边上的老桥”", "river", id="a phrase in Chinese quotes"),
        pytest.param("「边上的老桥」", "river", id="a phrase in corner quotes"),
        pytest.param('"说，发展"', "cook", id="a phrase with punctuation"),
        pytest.param("说发展", "", id="the same without it"),
        pytest.param("青石 OR 外贸", "bridge gdp", id="or"),
        pytest.param("青石|外贸｜黄河", "bridge gdp river", id="or by bars"),
        pytest.param("老桥 青石 OR 加固", "bridge river", id="a word and either of two"),
        pytest.param("老桥 -黄河", "bridge", id="without"),
        pytest.param("老桥 NOT 黄河", "bridge", id="not"),
        pytest.param('老桥 -"边上的老桥"', "bridge", id="without a phrase"),
        pytest.param("老桥 -青石 -黄河", "", id="without this and that"),
        pytest.param("title:老桥", "bridge", id="in the title"),
        pytest.param('title:"老桥修缮"', "bridge", id="a phrase in the title"),
        pytest.param("title:黄河 title:加固", "river", id="two words in the title"),
        pytest.param("老桥 site:ha", "river", id="an edition"),
        pytest.param("site:tj", "bridge gdp cook", id="nothing but an edition"),
        pytest.param("date:2022", "cook river", id="a year"),
        pytest.param("date:2022-12", "cook", id="a month"),
        pytest.param("老桥 date:2022-07-20", "river", id="a day"),
        pytest.param("date:2022 -date:2022-12", "river", id="a year without a month"),
        pytest.param("site:zz", "", id="an edition that is not"),
        pytest.param("site:河南", "river", id="an edition by its name"),
        pytest.param("site：ha", "river", id="a full-width colon"),
        pytest.param("SITE:HA", "river", id="capitals"),
        pytest.param("site:ha,tj 老桥", "bridge river", id="two editions"),
        pytest.param("桥 -site:ha", "bridge", id="without an edition"),
        pytest.param("title: 黄河", "river", id="a blank behind the colon"),
        pytest.param("title:(黄河 OR 经济)", "gdp river", id="a field for a group"),
        pytest.param("(青石 OR 外贸) -title:老桥", "gdp", id="brackets, and without a title"),
        pytest.param("（黄河 （大堤 | 长江））", "river", id="full-width brackets in brackets"),
        pytest.param("((黄河 -大堤) | 青石) 桥", "bridge", id="without inside brackets"),
        pytest.param("-桥 site:tj", "gdp cook", id="a minus first"),
        pytest.param("NOT 桥", "gdp cook", id="nothing but not"),
        pytest.param("-桥", "bridge river", id="nothing but a minus is a hyphen"),
        pytest.param("-桥 | 发展", "gdp cook", id="all without one, or another"),
        pytest.param("caption:买买提", "cook", id="in a caption"),
        pytest.param("caption:济世为怀", "", id="in the text only"),
        pytest.param("source:日报", "bridge gdp", id="part of a source"),
        pytest.param("source:中新网河南", "river", id="the whole source"),
        pytest.param("editor:赵", "river", id="part of an editor"),
        pytest.param("-editor:赵六 桥", "bridge", id="without an editor"),
        pytest.param("author:李四", "bridge gdp cook river", id="an author"),
        pytest.param("author:四王", "", id="nothing from one author into the next"),
        pytest.param("channel:要闻 外贸", "gdp", id="a channel"),
        pytest.param("since:2023", "bridge gdp", id="since"),
        pytest.param("until:2022-07", "river", id="until"),
        pytest.param("since:2022-12 until:2023-07-20", "gdp cook", id="from one day to another"),
        pytest.param("date:2022-12..2023", "gdp cook", id="a range"),
        pytest.param("date:2022年7月 桥", "river", id="a month as people write it"),
        pytest.param("外贸 OR since:2024", "bridge gdp", id="a word or a time"),
        pytest.param("『边上的老桥』", "river", id="a phrase in double corner quotes"),
        pytest.param("＂边上的老桥＂", "river", id="a phrase in full-width quotes"),
        pytest.param("“边上的老桥\"", "river", id="a phrase in quotes of two kinds"),
        pytest.param("“边上的老桥", "river", id="a quote that does not end"),
        pytest.param("老桥）", "bridge river", id="a bracket that does not begin"),
        pytest.param("GDP 增长", "gdp", id="a blank between scripts"),
        pytest.param("DP", "gdp", id="part of a Latin word"),
    ],
)  # fmt: skip
def test_a_query_finds(small: Database, text: str, names: str) -> None:
    assert found(small, text) == set(names.split())


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (Filters(), "bridge gdp cook river"),
        (Filters(sites=("ha",)), "river"),
        (Filters(sites=("ha", "tj")), "bridge gdp cook river"),
        (Filters(sites=("sh",)), ""),
        (Filters(since="2023"), "bridge gdp"),
        (Filters(since="2023-07-20"), "bridge gdp"),
        (Filters(since="2023-07-21"), "bridge"),
        (Filters(until="2022"), "cook river"),
        (Filters(until="2022-07"), "river"),
        (Filters(until="2022-12-31"), "cook river"),
        (Filters(until="2022-12-30"), "river"),
        (Filters(since="2022-12", until="2023-07"), "gdp cook"),
        (Filters(source="日报"), "bridge gdp"),
        (Filters(source="中新网"), "river"),
        (Filters(editor="赵六"), "river"),
        (Filters(editor="赵六", source="日报"), ""),
        (Filters(source="%"), ""),
        (Filters(source="' OR 1=1 --"), ""),
    ],
)
def test_filters_narrow_what_is_found(small: Database, filters: Filters, names: str) -> None:
    assert found(small, "桥 OR 发展 OR gdp", filters) == set(names.split())


def test_by_date_the_newest_is_first(small: Database) -> None:
    hits = search(small, "桥 OR 发展 OR gdp", sort="date").hits

    times = [hit.published_at for hit in hits]
    assert times == sorted(times, reverse=True)
    assert len(times) == 4


@pytest.mark.parametrize("sort", ["date", "relevance"])
def test_limit_cuts_after_sorting(db: Database, sort: str) -> None:
    whole = [hit.id for hit in search(db, "的", sort=sort, limit=1_000).hits]

    assert len(whole) > 20
    assert [hit.id for hit in search(db, "的", sort=sort, limit=7).hits] == whole[:7]


def test_a_word_in_the_title_ranks_before_a_word_in_the_text(tmp_path: Path) -> None:
    titled = numbered(1, title="老桥通行", body="居民到场。" * 20)
    often = numbered(2, title="镇上新闻", body="居民到老桥，老桥。" + "居民到场。" * 20)
    once = numbered(3, title="镇上新闻", body="居民到老桥。" + "居民到场。" * 20)
    with closing(new_archive(tmp_path / "archive.db")) as archive:
        put(archive, *(replace(article, images=()) for article in (once, often, titled)))

        hits = search(archive, "老桥").hits

    assert [hit.url for hit in hits] == [titled.url, often.url, once.url]
    assert hits[0].score > hits[1].score > hits[2].score > 0


def test_of_equal_ones_the_newer_is_first(tmp_path: Path) -> None:
    days = ("2024-05-06", "2024-05-08", "2024-05-07")
    with closing(new_archive(tmp_path / "archive.db")) as archive:
        put(archive, *(numbered(n, published_at=f"{day}T09:30+08:00") for n, day in enumerate(days)))

        hits = search(archive, "老桥").hits

    assert [hit.published_at[:10] for hit in hits] == sorted(days, reverse=True)


def test_a_rare_word_weighs_more_than_a_common_one(tmp_path: Path) -> None:
    common = [numbered(number, title="新闻", body="居民到场。", images=()) for number in range(1, 9)]
    rare = numbered(9, title="新闻", body="白鹭到场。", images=(), published_at="2001-01-01T00:00+08:00")
    with closing(new_archive(tmp_path / "archive.db")) as archive:
        put(archive, rare, *common)

        hits = search(archive, "居民 OR 白鹭").hits

    assert hits[0].url == rare.url


def test_a_hit_shows_where_it_stands(small: Database) -> None:
    (hit,) = search(small, "经济 外贸").hits

    assert [hit.title[start:end] for start, end in hit.title_hits] == ["經濟"]
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.hits] == ["外贸"]
    assert (hit.site, hit.region, hit.published_at) == ("tj", "天津", "2023-07-20T09:30+08:00")


# --- whatever is typed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", " ", "　", "，。！", "-", '"', "“”", "()", "|", "* ^ :", "\0\x1b", "title:，", "date:2022-13", "-（）", "((("],
)
def test_a_query_that_asks_for_nothing_is_refused(small: Database, text: str) -> None:
    with pytest.raises(UsageError, match="nothing to look for"):
        search(small, text)
    with pytest.raises(UsageError):
        understood(text)
    assert matching_ids(small, text) == []


HAN = "".join(chr(0x4E00 + number) for number in range(5_000))
TYPED = {
    "10,000 different characters": HAN * 2,
    "10,000 times the same": "黄" * 10_000,
    "10,000 words": " ".join(HAN),
    "5,000 alternatives": " OR ".join(HAN),
    "alternatives by bars": "|".join(HAN),
    "a hundred without": "黄河 " + " ".join(f"-{character}" for character in HAN[:100]),
    "four hundred without": "黄 " + " ".join(f"-{character}" for character in HAN[:400]),
    "long words without": "黄河 " + " ".join(f"-{HAN[n : n + 6]}" for n in range(0, 600, 6)),
    "hundreds in the title": " ".join(f"title:{character}" for character in HAN[:150]),
    "hundreds of filters": " ".join(["site:ha", "date:2022"] * 60),
    "open quotes": '"黄河 大堤',
    "odd quotes": '黄"河"大"堤',
    "quotes of two kinds": '“黄河" 「大堤”',
    "FTS operators": "黄河 NEAR(大堤, 3) AND {title}: x* ^y + z",
    "FTS columns": "tokens: 黄河 - title : x",
    "brackets": "((((黄河",
    "SQL": "黄河'; DROP TABLE articles; --",
    "SQL wildcards": "黄%河_ [a-z] * ?",
    "parameters": "黄河 ? :name @x $y",
    "NUL": "黄\0河",
    "control characters": "\x01黄\x1b[2J河\x7f\x1e",
    "half a character of UTF-16": "黄\ud800河",
    "bytes of no encoding": "黄\udcff河",
    "bidi": "黄\u202e河\u2066",
    "outside the BMP": "𠮷野家 😀",
    "combining marks": "e\u0301\u0301\u0301 黄" + "\u0301" * 300,
    "operators only": "AND OR NOT",
    "operators in a row": "黄河 OR OR AND NOT NOT 大堤 OR",
    "a filter of nothing": "site: date: title:",
    "minus signs": "--黄河 - -大堤 -",
}


@pytest.mark.parametrize("name", TYPED)
@pytest.mark.parametrize("sort", ["relevance", "date"])
def test_nothing_typed_is_an_error_but_a_usage_error(db: Database, name: str, sort: str) -> None:
    with seconds(3):
        try:
            search(db, TYPED[name], sort=sort)
        except UsageError:
            return


_BITS = st.sampled_from(
    [
        *("黄河 大堤 經濟 ＧＤＰ OR AND NOT title: site:ha site: date:2022 date: NEAR( -- \ud800".split()),
        *(" -|\"“”「」()*^:;%\\\0\x1e'　"),
    ]
)


@RELAXED
@given(text=st.one_of(st.lists(_BITS, max_size=30).map("".join), st.text(max_size=50)))
@example(text='"')
@example(text="-")
def test_any_mixture_of_what_means_something_is_a_query_or_refused(small: Database, text: str) -> None:
    try:
        understood(text)
    except UsageError:
        return

    search(small, text)


def test_an_old_article_with_the_word_in_its_title_comes_before_hundreds_of_newer_ones(tmp_path: Path) -> None:
    old = numbered(0, title="居民的老桥", body="桥上。", images=(), published_at="2001-01-01T00:00+08:00")
    newer = (numbered(n, title="新闻", body="居民。", images=()) for n in range(1, by_relevance.CANDIDATES + 50))
    with closing(new_archive(tmp_path / "archive.db")) as archive:
        with archive.atomic():
            put(archive, old, *newer)

        hits = search(archive, "居民", limit=10).hits

    assert hits[0].url == old.url
    assert len(hits) == 10


@pytest.mark.parametrize(
    ("query", "first", "second"),
    [
        pytest.param("老桥", "老桥通车 居民到场", "居民到场 老桥通车", id="the first line of a headline"),
        pytest.param("中央 经济", "中央經濟新聞", "记者来到现场", id="traditional characters in the title"),
    ],
)
def test_what_a_headline_says_first_is_told_first(tmp_path: Path, query: str, first: str, second: str) -> None:
    older_body, body = "老桥上，中央說經濟。", "老桥上，中央说经济。"
    older = numbered(1, title=first, body=older_body, images=(), published_at="2001-01-01T00:00+08:00")
    newer = numbered(2, title=second, body=body, images=(), published_at="2021-01-01T00:00+08:00")
    with closing(new_archive(tmp_path / "archive.db")) as archive:
        put(archive, older, newer)

        hits = search(archive, query).hits

    assert [hit.title for hit in hits] == [first, second]


@pytest.mark.parametrize(("since", "until"), [*product(["", "2022", "2022-07-20"], repeat=2)])
def test_the_first_and_the_last_day_are_in_it(small: Database, since: str, until: str) -> None:
    assert "river" in found(small, "黄河", Filters(since=since, until=until))

"""Each story once, whole values and what they count: the hits, their copies and the totals add up."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from scraper.archive import index, stories
from scraper.archive.database import Database
from scraper.archive.facets import FACETS, facet_counts
from scraper.archive.search import Filters, Hit, count, matching_ids, search, understood
from scraper.models import Article
from tests.archive.samples import ARTICLE, new_archive, put
from tests.archive.story_pairs import wire_texts

SORTS = ("relevance", "date", "oldest")


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Sixty articles; every third prints one of four texts, so that a story stands on several pages of hits."""
    archive = new_archive(tmp_path_factory.mktemp("unique") / "archive.db")
    draw = random.Random(5)
    for number in range(60):
        put(archive, _article(number, draw))
    index.catch_up(archive)
    yield archive
    archive.close()


def _article(number: int, draw: random.Random) -> Article:
    site = draw.choice(("sh", "ha", "hi"))
    return replace(
        ARTICLE,
        url=f"https://www.{site}.chinanews.com.cn/news/2024/0506/{number:05d}.shtml",
        site=site,
        title=f"第{number}篇关于大堤",
        published_at=f"2024-05-{draw.randint(1, 9):02}T09:00+08:00",
        source=draw.choice(("中国新闻网", "中国新闻", "溪口日报", None)),
        editor=draw.choice(("方知秋", "方知", "", None)),
        authors=tuple(draw.sample(("张三", "张三丰", "李四"), draw.randint(0, 2))),
        body=wire_texts()[number % 4]
        if number % 3 == 0
        else f"大堤之外的第{number}件事" + "".join(draw.choices("甲乙丙丁戊己庚辛", k=200)),
    )


@pytest.mark.parametrize("sort", SORTS)
def test_each_story_is_shown_once_by_its_first_hit(db: Database, sort: str) -> None:
    every = search(db, "大堤", sort=sort, limit=-1)
    once = search(db, "大堤", sort=sort, limit=-1, unique=True)

    seen: set[object] = set()
    expected = []
    for hit in every.hits:
        story = stories.story_of(db, hit.id)
        if story is None or story.id not in seen:
            expected.append(hit.id)
        seen.add(story.id if story else None)
    assert [hit.id for hit in once.hits] == expected
    assert once.total == len(expected) < every.total


@pytest.mark.parametrize(
    "filters", [Filters(), Filters(sites=("sh",)), Filters(source="中国新闻", whole=True)], ids=str
)
def test_hits_and_their_copies_are_all_that_is_found(db: Database, filters: Filters) -> None:
    every = {hit.id for hit in search(db, "大堤", filters, limit=-1).hits}

    once = search(db, "大堤", filters, limit=-1, unique=True).hits

    told = [identity for hit in once for identity in (hit.id, *(copy.id for copy in hit.copies))]
    assert sorted(told) == sorted(every)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("size", [1, 3, 7])
def test_pages_lead_through_every_story_once(db: Database, sort: str, size: int) -> None:
    whole = search(db, "大堤", sort=sort, limit=-1, unique=True)

    paged: list[Hit] = []
    totals = set()
    for offset in range(0, whole.total, size):
        page = search(db, "大堤", sort=sort, limit=size, offset=offset, unique=True)
        paged += page.hits
        totals.add(page.total)

    assert [hit.id for hit in paged] == [hit.id for hit in whole.hits]
    assert totals == {whole.total}


@pytest.mark.parametrize("text", ["大堤", "的", "溪口", "大堤 OR 溪口", "大堤 -溪口", "大堤之外", "没有这样的词"])
def test_stories_are_counted_as_they_are_listed(db: Database, text: str) -> None:
    listed = search(db, text, limit=-1, unique=True).hits

    assert count(db, understood(text), unique=True) == len(listed)


@pytest.mark.parametrize("unique", [False, True])
@pytest.mark.parametrize("text", ["大堤", "大堤之外的第", "", "-溪口 大堤"])
def test_what_a_facet_counts_is_what_choosing_it_finds(db: Database, text: str, unique: bool) -> None:
    counts = facet_counts(db, text, everything=True, unique=unique)

    for facet in FACETS:
        assert counts[facet]
        for value, times in counts[facet]:
            filters = _choosing(facet, value)
            assert search(db, text, filters, unique=unique).total == times, (facet, value)


def _choosing(facet: str, value: str) -> Filters:
    if facet == "site":
        return Filters(sites=(value,))
    if facet in ("year", "month"):
        return Filters(since=value, until=value)
    return Filters(**{facet: value}, whole=True)  # type: ignore[arg-type]  # a text field


def test_a_whole_value_is_no_part_of_another(db: Database) -> None:
    part = matching_ids(db, "大堤", Filters(editor="方知"))
    whole = matching_ids(db, "大堤", Filters(editor="方知", whole=True))

    assert set(whole) < set(part)
    assert {db.execute("SELECT editor FROM articles WHERE id = ?", [one]).fetchone()[0] for one in whole} == {"方知"}


@pytest.mark.parametrize("value", ["", "方知%", "' OR 1=1 --", "不在此处", "《》", "\x00"], ids=repr)
def test_any_text_may_be_asked_for_as_a_whole_value(db: Database, value: str) -> None:
    found = search(db, "大堤", Filters(source=value, author=value, whole=True), limit=-1)

    assert (found.total > 0) == (value == "")


def test_whole_values_are_read_from_the_text_where_the_index_is_behind(db: Database) -> None:
    filters = Filters(source="中国新闻", author="张三", whole=True)
    before = search(db, "大堤", filters, sort="date", limit=-1)

    with db.conn:
        db.execute("UPDATE articles SET title = title || '。' WHERE id IN (1, 2, 3)")
    waiting = search(db, "大堤", filters, sort="date", limit=-1)

    assert index.waiting(db) == [1, 2, 3]
    assert [hit.id for hit in waiting.hits] == [hit.id for hit in before.hits]
    assert waiting.total == before.total > 0

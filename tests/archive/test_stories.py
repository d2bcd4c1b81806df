"""Same story: who is linked with whom, and that it stays right when articles come, change and go."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.archive import forget, stories
from scraper.archive.database import Database
from scraper.archive.stories import differences, story_of
from scraper.models import Article
from tests.archive.samples import ARTICLE, NOW, fixture_articles, new_archive, put
from tests.archive.story_pairs import wire_texts
from tests.pages import real_pages

WIRE = wire_texts()[0]
OTHER = wire_texts()[1]


def printed(site: str, number: int, **changes: object) -> Article:
    url = f"https://www.{site}.chinanews.com.cn/news/2024/0506/{number:05d}.shtml"
    given: dict[str, object] = {"site": site, "url": url, "body": WIRE} | changes
    return replace(ARTICLE, **given)  # type: ignore[arg-type]  # any field


FIRST = printed("sh", 1, published_at="2024-05-06T09:00+08:00", editor="甲")
COPY = printed("ha", 2, published_at="2024-05-07T10:00+08:00", editor="乙", title="另一个标题")
TRIMMED = printed("hi", 3, published_at="2024-05-07T12:00+08:00", body="\n\n".join(WIRE.split("\n\n")[:-1]))
ALONE = printed("gx", 4, body=OTHER)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    archive = new_archive(tmp_path / "archive.db")
    yield archive
    archive.close()


def groups(db: Database) -> set[frozenset[str]]:
    """The stories as sets of addresses."""
    return {frozenset(member.url for member in story.members) for story in stories.stories_since(db)}


def facts(db: Database) -> list[tuple[object, ...]]:
    """Everything about stories but their numbers."""
    return sorted(
        (story.first.url, member.url, member.how, member.likeness)
        for story in stories.stories_since(db)
        for member in story.members
    )


def identity(db: Database, article: Article) -> int:
    return int(db.execute("SELECT id FROM articles WHERE url = ?", [article.url]).fetchone()[0])


def test_copies_are_linked_and_the_first_publisher_is_named(db: Database) -> None:
    put(db, COPY, ALONE, TRIMMED, FIRST)

    story = story_of(db, identity(db, COPY))

    assert story is not None
    assert [(member.site, member.how) for member in story.members] == [("sh", "first"), ("ha", "exact"), ("hi", "near")]
    assert db.execute("SELECT first, publisher FROM stories").fetchall() == [(identity(db, FIRST), "sh")]
    assert 0.5 < story.members[2].likeness < 1


def test_an_article_of_its_own_has_no_story(db: Database) -> None:
    put(db, FIRST, ALONE)

    assert story_of(db, identity(db, ALONE)) is None
    assert groups(db) == set()


def test_differences_say_what_the_other_edition_changed(db: Database) -> None:
    put(db, FIRST, COPY)
    story = story_of(db, identity(db, COPY))
    assert story is not None

    changed = differences(*story.members)

    assert changed == {"title": "另一个标题", "editor": "乙", "minutes_later": 1500}


def test_an_article_that_changes_leaves_its_story(db: Database) -> None:
    put(db, FIRST, COPY, TRIMMED)

    put(db, replace(FIRST, body=OTHER))

    assert groups(db) == {frozenset({COPY.url, TRIMMED.url})}
    assert db.execute("SELECT publisher FROM stories").fetchall() == [("ha",)]


def test_an_article_that_changes_back_returns(db: Database) -> None:
    put(db, FIRST, COPY)

    put(db, replace(COPY, body=OTHER), COPY)

    assert groups(db) == {frozenset({FIRST.url, COPY.url})}


def test_a_correction_of_the_time_can_change_who_was_first(db: Database) -> None:
    put(db, FIRST, COPY)

    put(db, replace(FIRST, published_at="2024-05-08T09:00+08:00"))

    assert db.execute("SELECT publisher FROM stories").fetchall() == [("ha",)]
    assert db.execute("SELECT how FROM story_members ORDER BY how").fetchall() == [("exact",), ("first",)]


def test_a_removed_article_leaves_no_trace_and_ends_a_story_of_two(db: Database) -> None:
    put(db, FIRST, COPY, TRIMMED)

    with db.atomic():
        db.execute("DELETE FROM articles WHERE url = ?", [FIRST.url])
    after_one = groups(db), db.execute("SELECT publisher FROM stories").fetchall()
    with db.atomic():
        db.execute("DELETE FROM articles WHERE url = ?", [COPY.url])

    assert after_one == ({frozenset({COPY.url, TRIMMED.url})}, [("ha",)])
    assert db.execute("SELECT count(*) FROM stories").fetchone() == (0,)
    assert db.execute("SELECT count(*) FROM story_members").fetchone() == (0,)
    assert db.execute("SELECT count(*) FROM fingerprints").fetchone() == (1,)


def test_the_next_one_is_first_where_the_first_is_forgotten(db: Database) -> None:
    put(db, FIRST, COPY, TRIMMED)

    doomed = forget.find_doomed(db, FIRST.url)
    forget.forget(db, doomed, reason="asked for", now=NOW)

    assert [(url, how) for _, url, how, _ in facts(db)] == [(COPY.url, "first"), (TRIMMED.url, "near")]
    kept = facts(db)
    stories.rebuild(db)
    assert facts(db) == kept


def test_near_copies_months_apart_are_a_series(db: Database) -> None:
    put(db, FIRST, replace(TRIMMED, published_at="2024-09-01T09:00+08:00"))

    assert groups(db) == set()


def test_short_captions_are_nobodys_story(db: Database) -> None:
    put(db, printed("sh", 1, body="图为活动现场。"), printed("ha", 2, body="图为活动现场。"))

    assert groups(db) == set()


def test_a_bridge_joins_two_stories(db: Database) -> None:
    parts = WIRE.split("\n\n")
    head, tail = printed("sh", 1, body="\n\n".join(parts[:-1])), printed("ha", 2, body="\n\n".join(parts[1:]))
    put(db, head, replace(head, url=printed("hi", 3).url, site="hi"), tail)

    put(db, printed("gx", 4))

    assert [len(group) for group in groups(db)] == [4]


def test_comparing_anew_finds_what_was_found_article_by_article(db: Database) -> None:
    chance = random.Random(3)
    articles = [FIRST, COPY, TRIMMED, ALONE, *fixture_articles()]
    chance.shuffle(articles)
    put(db, *articles)
    before = facts(db)

    stories.rebuild(db)

    assert facts(db) == before != []


def test_articles_of_an_older_version_are_compared_when_asked_for(db: Database) -> None:
    put(db, FIRST, COPY)
    with db.atomic():
        db.execute("DELETE FROM story_members")
        db.execute("DELETE FROM stories")
        db.execute("DELETE FROM fingerprints")

    assert stories.waiting(db) == 2
    assert stories.catch_up(db) == 2
    assert groups(db) == {frozenset({FIRST.url, COPY.url})}


def test_the_fixtures_hold_the_pair_of_main_site_and_shanghai(db: Database) -> None:
    put(db, *fixture_articles())

    pairs = {tuple(sorted(member.site for member in story.members)) for story in stories.stories_since(db)}

    assert ("sh", "www") in pairs


@pytest.mark.skipif(not real_pages(), reason="the real pages are third-party text and not in the repository")
def test_the_real_pair_is_one_story(db: Database) -> None:
    from scraper.extract.article import extract_article

    wanted = ("92886", "9601893")
    for page in real_pages():
        if any(number in page.url for number in wanted):
            put(db, extract_article(page.raw, page.address.site, page.address.url))

    (story,) = stories.stories_since(db)

    assert [(member.site, member.editor) for member in story.members] == [("www", "朱延静"), ("sh", "王丹沁")]

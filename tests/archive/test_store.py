"""Articles in and out: what is new, what changed, and that nothing is lost on the way."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scraper.archive import frontier, history, store
from scraper.archive.database import Database
from scraper.archive.store import article_digest, load_record, record_of
from scraper.archive.texts import captions_of
from scraper.models import Article, Disagreement, Image, Section
from tests.archive.samples import ARTICLE, NOW, fixture_articles, new_archive, numbered, put

LATER = NOW + timedelta(days=1)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    archive = new_archive(tmp_path / "archive.db")
    yield archive
    archive.close()


def one(db: Database, columns: str) -> tuple[Any, ...]:
    """Columns of the only article."""
    ((*row,),) = db.execute(f"SELECT {columns} FROM articles").fetchall()
    return tuple(row)


def mark_gone(db: Database, article: Article) -> None:
    with db.atomic():
        (page,) = one(db, "page")
        store.mark_gone(db, page, article.url, frontier.stamp(LATER))


# --- new, unchanged, changed ------------------------------------------------------------------------


def test_an_article_is_new_once(db: Database) -> None:
    assert put(db, ARTICLE, ARTICLE, numbered(2)) == ["new", "unchanged", "new"]
    assert db.execute("SELECT count(*) FROM articles").fetchone() == (2,)


def test_a_change_is_written_over_the_old_and_keeps_its_id_and_first_day(db: Database) -> None:
    put(db, ARTICLE)
    before = one(db, "id, first_seen")

    result = put(db, replace(ARTICLE, title="溪口镇老桥通行"), now=LATER)

    assert result == ["changed"]
    assert one(db, "id, first_seen") == before
    assert one(db, "title, changed_at") == ("溪口镇老桥通行", frontier.stamp(LATER))


def test_a_visit_without_change_leaves_the_day_of_the_change(db: Database) -> None:
    put(db, ARTICLE)

    put(db, ARTICLE, now=LATER)

    assert one(db, "changed_at") == (frontier.stamp(NOW),)


def test_every_content_is_a_revision(db: Database) -> None:
    changed = replace(ARTICLE, body="更正：桥已封闭。", authors=())

    put(db, ARTICLE, ARTICLE, changed, changed, ARTICLE)

    kept = history.revisions_of(db, 1)
    records = [history.record_of_revision(db, revision.id) for revision in kept]
    assert [revision.digest for revision in kept] == [article_digest(one) for one in (ARTICLE, changed, ARTICLE)]
    assert [record["body"] for record in records] == [ARTICLE.body, "更正：桥已封闭。", ARTICLE.body]
    assert {name: records[0][name] for name in record_of(ARTICLE)} == json.loads(json.dumps(record_of(ARTICLE)))


def test_a_change_replaces_the_images(db: Database) -> None:
    put(db, ARTICLE)
    image = Image("https://www.tj.chinanews.com.cn/9.jpg", "", "新图。钱七 摄", "钱七 摄", 1)

    put(db, replace(ARTICLE, images=(image,)))

    assert db.execute("SELECT number, src, caption FROM images").fetchall() == [(0, image.src, image.caption)]
    assert one(db, "captions") == ("新图。钱七 摄",)


def test_deleting_an_article_deletes_what_belongs_to_it(db: Database) -> None:
    put(db, ARTICLE, numbered(2))

    with db.atomic():
        db.execute("DELETE FROM articles WHERE url = ?", [ARTICLE.url])

    assert db.execute("SELECT count(DISTINCT article) FROM images").fetchone() == (1,)
    assert db.execute("SELECT count(DISTINCT article) FROM revisions").fetchone() == (1,)


def test_a_save_that_breaks_off_leaves_nothing_behind(db: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        put(db, replace(ARTICLE, site="no-such-edition"))

    assert [db.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("articles", "pages", "captures")] == [
        (0,)
    ] * 3


# --- gone ----------------------------------------------------------------------------------------------


def test_an_article_that_is_gone_keeps_its_text(db: Database) -> None:
    put(db, ARTICLE)

    mark_gone(db, ARTICLE)

    assert one(db, "title, body, gone_at") == (ARTICLE.title, ARTICLE.body, frontier.stamp(LATER))


def test_the_first_day_it_was_gone_is_kept(db: Database) -> None:
    put(db, ARTICLE)
    mark_gone(db, ARTICLE)

    with db.atomic():
        (page,) = one(db, "page")
        store.mark_gone(db, page, ARTICLE.url, frontier.stamp(LATER + timedelta(days=9)))

    assert one(db, "gone_at") == (frontier.stamp(LATER),)


@pytest.mark.parametrize(("title", "result"), [(ARTICLE.title, "unchanged"), ("溪口镇老桥通行", "changed")])
def test_an_article_that_is_back_is_no_longer_gone(db: Database, title: str, result: str) -> None:
    put(db, ARTICLE)
    mark_gone(db, ARTICLE)

    assert put(db, replace(ARTICLE, title=title)) == [result]

    assert one(db, "gone_at") == (None,)


def test_an_article_reached_through_another_page_is_gone_with_that_page(db: Database) -> None:
    put(db, ARTICLE, numbered(2))
    (page,) = db.execute("SELECT page FROM articles WHERE url = ?", [ARTICLE.url]).fetchone()

    with db.atomic():
        store.mark_gone(db, page, "https://www.tj.chinanews.com.cn/moved.shtml", frontier.stamp(LATER))

    gone = db.execute("SELECT url FROM articles WHERE gone_at IS NOT NULL").fetchall()
    assert gone == [(ARTICLE.url,)]


# --- round trip --------------------------------------------------------------------------------------------


def as_json(article: Article) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(json.dumps(record_of(article)))
    return record


def loaded(db: Database, key: str) -> dict[str, Any]:
    record = load_record(db, key)
    assert record is not None
    return {name: record[name] for name in record_of(ARTICLE)}


def test_a_record_comes_back_as_it_went_in(db: Database) -> None:
    put(db, ARTICLE)

    assert loaded(db, ARTICLE.url) == as_json(ARTICLE)


def test_every_fixture_comes_back_as_it_went_in(db: Database) -> None:
    put(db, *fixture_articles())

    assert len(fixture_articles()) > 80
    assert [loaded(db, article.url) for article in fixture_articles()] == [as_json(a) for a in fixture_articles()]


def test_odd_text_comes_back_as_it_went_in(db: Database) -> None:
    odd = "«'\"\\»\x00\x01\t\U00020000\u200b\ufffd' OR 1=1; --"
    article = replace(
        ARTICLE, title=odd, body=odd, source=odd, authors=(odd, ""), sections=(Section(odd, 0),), images=(Image(odd),)
    )

    put(db, article)

    assert loaded(db, ARTICLE.url) == as_json(article)


def test_a_record_is_found_by_id_address_and_alias(db: Database) -> None:
    put(db, ARTICLE, numbered(2))
    alias = "http://www.tj.chinanews.com/news/2024/0506/00002.shtml?from=weibo"
    with db.atomic():
        frontier.add_alias(db, alias, numbered(2).url)

    found = [load_record(db, key) for key in ("2", numbered(2).url, alias)]

    assert [record and record["url"] for record in found] == [numbered(2).url] * 3


@pytest.mark.parametrize("key", ["0", "99", "9" * 40, "https://www.tj.chinanews.com.cn/", "", "' OR 1=1 --"])
def test_what_is_not_there_is_none(db: Database, key: str) -> None:
    put(db, ARTICLE)

    assert load_record(db, key) is None


# --- the digest ------------------------------------------------------------------------------------------------

IN_DIGEST: dict[str, object] = {
    "title": "别的题目",
    "published_at": "2024-05-06T09:31+08:00",
    "source": None,
    "editor": "王二",
    "body": ARTICLE.body + "。",
    "images": (replace(ARTICLE.images[0], caption="另一个说明"),),
}
OUTSIDE: dict[str, object] = {
    "url": numbered(2).url,
    "site": "sh",
    "region": "上海",
    "kind": "gallery",
    "layout": "tj-new",
    "agreement": 0.5,
    "channel": None,
    "authors": (),
    "contributors": (),
    "sections": (),
    "next_page": numbered(3).url,
    "rights": None,
    "pages": 2,
    "disagreements": (Disagreement("published_at", "2024-05-07", "address"),),
    "charset": "utf-8",
    "replaced": 0,
}


@pytest.mark.parametrize("name", IN_DIGEST)
def test_the_digest_changes_with_what_readers_read(name: str) -> None:
    assert article_digest(replace(ARTICLE, **{name: IN_DIGEST[name]})) != article_digest(ARTICLE)  # type: ignore[arg-type]  # any field


@pytest.mark.parametrize("name", OUTSIDE)
def test_the_digest_is_the_same_whatever_else_changes(name: str) -> None:
    assert article_digest(replace(ARTICLE, **{name: OUTSIDE[name]})) == article_digest(ARTICLE)  # type: ignore[arg-type]  # any field


def test_every_field_is_inside_the_digest_or_outside() -> None:
    assert IN_DIGEST.keys() | OUTSIDE.keys() == {field.name for field in fields(Article)}
    assert not IN_DIGEST.keys() & OUTSIDE.keys()


def test_where_one_field_ends_and_the_next_begins_matters() -> None:
    one, other = replace(ARTICLE, title="甲", body="乙丙"), replace(ARTICLE, title="甲乙", body="丙")

    assert article_digest(one) != article_digest(other)


def test_an_image_without_a_caption_is_none_of_the_digest() -> None:
    fewer = replace(ARTICLE, images=ARTICLE.images[:1])

    assert article_digest(fewer) == article_digest(ARTICLE)


def test_captions_are_a_line_each_and_each_once() -> None:
    twice = (Image("1", caption="甲"), Image("2", caption="乙"), Image("3"), Image("4", caption="甲"))

    assert captions_of(replace(ARTICLE, images=twice)) == "甲\n乙"

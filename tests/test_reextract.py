"""Reading again what was fetched: a summary first, then another reading of what is there."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scraper import reextract
from scraper.archive import captures, frontier, history, index, store
from scraper.archive.database import Database
from scraper.archive.verify import verify
from scraper.crawl.urls import canonical
from scraper.extract.article import extract_article
from scraper.extract.pages import join_pages
from scraper.models import Article, Capture
from tests.archive.samples import NOW, capture_of, new_archive
from tests.pages import MORE_PROSE, PROSE, page_of

LATER = NOW + timedelta(days=1)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    archive = new_archive(tmp_path / "archive.db")
    yield archive
    archive.close()


def address(number: int, page: int = 1) -> str:
    ending = "" if page == 1 else f"_{page}"
    return f"https://www.tj.chinanews.com.cn/news/2024/0506/{number:05d}{ending}.shtml"


def html(number: int, text: str = "") -> bytes:
    return page_of(
        f"<p>{PROSE}</p><p>{MORE_PROSE}</p><p>　　{text}这是第{number}篇。</p>", title=f"溪口镇新闻之{number}"
    )


def read(capture: Capture) -> Article:
    found = canonical(capture.final_url)
    return extract_article(capture.body, found.site, found.url, content_type=capture.header("content-type"))


def crawled(db: Database, *found: Capture, misread: dict[str, object] | None = None, keep: bool = True) -> None:
    """As a crawl stores an article's answers; `misread` is what the rules of that day made of them."""
    with db.atomic():
        frontier.add_article(db, found[0].url, "tj", found_on="", text="", now=NOW)
        (page,) = db.execute("SELECT id FROM pages WHERE url = ?", [found[0].url]).fetchone()
        identities = [captures.save_capture(db, page, None, capture) for capture in found]
        if keep:
            article = replace(join_pages([read(capture) for capture in found]), **(misread or {}))  # type: ignore[arg-type]  # any field
            store.save_article(db, article, page=page, capture=identities[0], now=frontier.stamp(NOW))
            index.flush(db)


def titles(db: Database) -> list[str]:
    return [row[0] for row in db.execute("SELECT title FROM articles ORDER BY id").fetchall()]


def causes(db: Database, article: int) -> list[str]:
    return [revision.cause for revision in history.revisions_of(db, article)]


def test_what_the_rules_read_as_ever_is_no_change(db: Database) -> None:
    crawled(db, capture_of(address(1), html(1)))

    summary = reextract.summarise(db)

    assert (summary.read, summary.changed, summary.fields, summary.failures) == (1, [], {}, [])


def test_what_a_page_asked_not_to_be_kept_is_left_alone(db: Database) -> None:
    crawled(db, capture_of(address(1), html(1)))
    crawled(db, capture_of(address(2), html(2)), misread={"title": "旧"})
    crawled(db, capture_of(address(3), html(3)), misread={"title": "旧"})
    with db.atomic():
        db.execute("UPDATE articles SET withheld = 'noarchive', body = '' WHERE id = 1")
        # The newest answer of the third came without its bytes; its article stands.
        captures.save_capture(db, 3, None, capture_of(address(3), b""))
        db.execute("UPDATE captures SET withheld = 'noarchive' WHERE id = 4")

    summary = reextract.summarise(db)

    assert (summary.read, summary.changed, summary.failures) == (2, [2, 3], [])


def test_the_summary_says_which_fields_on_how_many_articles_with_examples_and_writes_nothing(db: Database) -> None:
    for number in range(1, 6):
        crawled(db, capture_of(address(number), html(number)), misread={"title": "误读", "editor": "某"})
    crawled(db, capture_of(address(6), html(6)), misread={"channel": "误"})

    summary = reextract.summarise(db)

    counts = {name: change.articles for name, change in summary.fields.items()}
    assert counts == {"title": 5, "editor": 5, "channel": 1}
    examples = summary.fields["title"].examples
    assert len(examples) == reextract.EXAMPLES
    assert (examples[0].url, examples[0].before, examples[0].after) == (address(1), "误读", "溪口镇新闻之1")
    assert titles(db)[:5] == ["误读"] * 5


def test_what_is_written_is_marked_as_another_reading(db: Database) -> None:
    crawled(db, capture_of(address(1), html(1)), misread={"title": "误读"})
    crawled(db, capture_of(address(2), html(2)), misread={"channel": "误"})
    crawled(db, capture_of(address(3), html(3)))

    written = reextract.apply(db, reextract.summarise(db).changed, now=datetime.now(UTC))

    assert written == 2
    assert [causes(db, article) for article in (1, 2, 3)] == [["first", "reading"], ["first", "reading"], ["first"]]
    assert titles(db)[0] == "溪口镇新闻之1"
    assert history.changes(db, since="2000") == []
    assert verify(db).damages == []
    assert reextract.summarise(db).changed == []


def test_an_article_of_several_pages_is_read_whole(db: Database) -> None:
    first, second = capture_of(address(1), html(1)), capture_of(address(1, 2), html(1, "第二页。"))
    crawled(db, first, second, misread={"title": "误读"})

    reextract.apply(db, [1], now=LATER)

    expected = join_pages([read(first), read(second)])
    (body,) = db.execute("SELECT body FROM articles").fetchone()
    assert body == expected.body
    assert "第二页" in body


def test_what_today_cannot_be_read_is_named_and_left_as_it_is(db: Database) -> None:
    crawled(db, capture_of(address(1), html(1)))
    crawled(db, capture_of(address(2), html(2)))
    before = db.execute("SELECT * FROM articles").fetchall()
    with db.atomic():
        (digest,) = db.execute("SELECT sha256 FROM captures WHERE id = 1").fetchone()
        db.execute("UPDATE bodies SET data = x'00' WHERE sha256 = ?", [digest])

    summary = reextract.summarise(db)

    assert [(failure.url, failure.slug) for failure in summary.failures] == [(address(1), "archive-damaged")]
    assert (summary.read, summary.changed) == (1, [])
    assert db.execute("SELECT * FROM articles").fetchall() == before


def test_an_answer_that_could_not_be_read_before_is_read_now(db: Database) -> None:
    crawled(db, capture_of(address(1), html(1)))
    crawled(db, capture_of(address(1), html(1, "更正：")), keep=False)

    summary = reextract.summarise(db)
    reextract.apply(db, summary.changed, now=LATER)

    assert list(summary.fields) == ["body"]
    assert causes(db, 1) == ["first", "page"]
    assert verify(db).damages == []


def test_an_answer_that_is_no_article_does_not_hide_the_one_before(db: Database) -> None:
    crawled(db, capture_of(address(1), html(1)), misread={"title": "误读"})
    crawled(db, capture_of(address(1), b"<html><title>maintenance</title></html>"), keep=False)

    summary = reextract.summarise(db)

    assert list(summary.fields) == ["title"]
    assert summary.failures == []


def test_what_is_gone_stays_gone(db: Database) -> None:
    crawled(db, capture_of(address(1), html(1)), misread={"title": "误读"})
    with db.atomic():
        store.mark_gone(db, 1, address(1), frontier.stamp(LATER), how="404")

    reextract.apply(db, [1], now=LATER)

    assert causes(db, 1) == ["first", "gone", "reading"]
    assert db.execute("SELECT gone_at FROM articles").fetchone() == (frontier.stamp(LATER),)
    assert verify(db).damages == []


@pytest.mark.parametrize(
    ("asked", "count"),
    [({"sites": ("tj",)}, 1), ({"sites": ("sh",)}, 0), ({"since": "2024-05-06"}, 1), ({"since": "2031"}, 0)],
)
def test_only_what_is_asked_for_is_read(db: Database, asked: dict[str, object], count: int) -> None:
    crawled(db, capture_of(address(1), html(1)))

    assert reextract.summarise(db, **asked).read == count  # type: ignore[arg-type]  # a table of keywords


def test_the_record_that_is_written_is_the_record_that_is_read(db: Database) -> None:
    capture = capture_of(address(1), html(1))
    crawled(db, capture, misread={"title": "误读"})

    reextract.apply(db, [1], now=LATER)

    kept = history.record_of_revision(db, history.revisions_of(db, 1)[-1].id)
    assert kept["title"] == asdict(read(capture))["title"]

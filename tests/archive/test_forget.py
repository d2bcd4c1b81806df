"""What is forgotten is in no table, no index, no dictionary and no byte of the file, and does not come back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper.archive import captures, compaction, dictionaries, forget, frontier, index, store
from scraper.archive.connect import open_for_writing
from scraper.archive.database import Database
from scraper.archive.tombstones import is_forgotten, tombstone
from scraper.archive.verify import verify
from scraper.models import Article, Image
from tests.archive.samples import NOW, capture_of, new_archive, numbered, put
from tests.archive.test_dictionaries import FRAME

SECRET = "栖霞岭无名氏旧宅失窃"
DOOMED = replace(
    numbered(66666),
    title=f"{SECRET}案告破",
    body=f"{SECRET}一案于6日告破。\n\n失主讳某某拒绝采访。",
    images=(Image("https://www.tj.chinanews.com.cn/s.jpg", caption="失主讳某某的旧宅外景"),),
)
WORDS = (SECRET, "失主讳某某拒绝采访", "失主讳某某的旧宅外景")


def page_of(article: Article) -> bytes:
    return f"<html>{FRAME}<!-- {article.url} --><h1>{article.title}</h1>\n<p>{article.body}</p>\n{FRAME[::-1]}</html>".encode(
        "gb18030"
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    """An article among others, edited once, on pages under a dictionary that knows its headline."""
    archive = new_archive(path)
    keep(archive, *(numbered(number) for number in range(1, 8)))
    keep(archive, DOOMED)
    keep(archive, replace(DOOMED, body=DOOMED.body + "\n\n更正：日期有误。"), seed=b"<!-- 2 -->")
    with archive.atomic():
        frontier.add_alias(archive, "http://www.tj.chinanews.com/old.shtml", DOOMED.url)
    with archive.atomic():
        content = dictionaries.make_dictionary([page_of(DOOMED)] * 3)
        identity = dictionaries.save_dictionary(archive, "tj", content, NOW)
        digests = [row[0] for row in archive.execute("SELECT sha256 FROM bodies").fetchall()]
        compaction.compress_again(archive, digests, identity)
    yield archive
    archive.close()


def keep(db: Database, *articles: Article, seed: bytes = b"") -> None:
    for article in articles:
        with db.atomic():
            frontier.add_article(db, article.url, "tj", found_on="", text=article.title, now=NOW)
            (identity,) = db.execute("SELECT id FROM pages WHERE url = ?", [article.url]).fetchone()
            capture = captures.save_capture(db, identity, None, capture_of(article.url, page_of(article) + seed))
            store.save_article(db, article, page=identity, capture=capture, now=frontier.stamp(NOW))
            index.flush(db)


def forgotten(db: Database, pattern: str = DOOMED.url) -> forget.Forgotten:
    return forget.forget(db, forget.find_doomed(db, pattern), reason="应要求", now=datetime.now(UTC))


def test_nothing_of_it_is_left_in_the_file(db: Database, path: Path) -> None:
    index_words = [word for word in ("栖霞岭", "讳某某") if _in_index(db, word)]
    assert index_words == ["栖霞岭", "讳某某"]

    done = forgotten(db)

    assert (done.pages, done.articles, done.captures, done.bodies, done.dictionaries) == (1, 1, 2, 2, 1)
    assert [word for word in ("栖霞岭", "讳某某") if _in_index(db, word)] == []
    db.close()
    raw = b"".join(part.read_bytes() for part in path.parent.iterdir())
    assert [
        word
        for word in (*WORDS, "栖霞岭", DOOMED.url)
        for charset in ("utf-8", "gb18030")
        if word.encode(charset) in raw
    ] == []


def _in_index(db: Database, term: str) -> bool:
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab(main, articles_fts, row)")
    found = db.execute("SELECT 1 FROM temp.words WHERE term = ?", [term]).fetchone() is not None
    db.execute("DROP TABLE temp.words")
    return found


def test_no_dictionary_and_no_body_holds_its_words(db: Database) -> None:
    before = dictionaries.load_dictionary(db, 1)
    assert SECRET.encode("gb18030") in before

    forgotten(db)

    held = [dictionaries.load_dictionary(db, row[0]) for row in db.execute("SELECT id FROM dictionaries").fetchall()]
    held += [captures.load_body(db, row[0]) for row in db.execute("SELECT sha256 FROM bodies").fetchall()]
    assert len(held) == 8
    assert [word for word in WORDS for content in held if word.encode("gb18030") in content] == []


def test_the_others_are_whole_and_the_chain_is_unbroken(db: Database) -> None:
    seal = verify(db).seal

    forgotten(db)

    verdict = verify(db)
    assert verdict.damages == []
    assert (verdict.articles, verdict.bodies, verdict.seal) == (7, 7, seal)


def test_it_is_not_fetched_again_under_any_of_its_addresses(db: Database, path: Path) -> None:
    forgotten(db)
    db.close()

    again = open_for_writing(path)
    added = [
        frontier.add_article(again, url, "tj", found_on="", text="", now=NOW)
        for url in (DOOMED.url, "http://www.tj.chinanews.com/old.shtml", numbered(99).url)
    ]

    assert added == [False, False, True]
    stone = tombstone(again, DOOMED.url)
    assert stone is not None
    assert stone.reason == "应要求"
    assert not is_forgotten(again, numbered(1).url)
    again.close()


def test_a_body_that_another_page_shares_stays(db: Database) -> None:
    keep(db, numbered(9))
    with db.atomic():
        (page,) = db.execute("SELECT id FROM pages WHERE url = ?", [DOOMED.url]).fetchone()
        captures.save_capture(db, page, None, capture_of(DOOMED.url, page_of(numbered(9))))

    forgotten(db)

    assert verify(db).damages == []


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        (DOOMED.url, 1),
        ("https://www.tj.chinanews.com.cn/news/2024/0506/0000*", 7),
        ("*/0506/66666.shtml", 1),
        ("http://www.tj.chinanews.com/old*", 1),
        ("https://www.tj.chinanews.com.cn/news/2024/0506/0000?.shtml", 0),
        ("https://www.sh.chinanews.com.cn/*", 0),
    ],
)
def test_only_a_star_stands_for_anything(db: Database, pattern: str, count: int) -> None:
    assert len(forget.find_doomed(db, pattern)) == count


def test_a_forgetting_that_breaks_off_forgets_nothing(db: Database) -> None:
    doomed = forget.find_doomed(db, DOOMED.url)
    db.execute("CREATE TRIGGER full BEFORE DELETE ON pages BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END")

    with pytest.raises(Exception, match="full"):
        forget.forget(db, doomed, reason="应要求", now=NOW)

    db.execute("DROP TRIGGER full")
    assert verify(db).damages == []
    assert verify(db).articles == 8


def test_an_article_put_back_by_hand_is_forgotten_again(db: Database) -> None:
    forgotten(db)
    assert forget.find_doomed(db, DOOMED.url) == []
    put(db, numbered(10))

    assert forgotten(db, numbered(10).url).articles == 1


def test_an_article_read_through_two_addresses_is_forgotten_at_both(db: Database) -> None:
    with db.atomic():
        frontier.add_article(db, numbered(20).url, "tj", found_on="", text="", now=NOW)
        (page,) = db.execute("SELECT id FROM pages WHERE url = ?", [numbered(20).url]).fetchone()
        capture = captures.save_capture(db, page, None, capture_of(numbered(20).url, page_of(DOOMED) + b"moved"))
        edited = replace(DOOMED, body="改写。")
        store.save_article(db, edited, page=page, capture=capture, now=frontier.stamp(NOW))

    doomed = forget.find_doomed(db, DOOMED.url)
    forget.forget(db, doomed, reason="应要求", now=NOW)

    assert {one.url for one in doomed} == {DOOMED.url, numbered(20).url}
    assert is_forgotten(db, numbered(20).url)
    assert verify(db).damages == []


def test_no_table_names_its_address_any_more(db: Database, path: Path) -> None:
    stem = DOOMED.url.removesuffix(".shtml")
    with db.atomic():
        (page,) = db.execute("SELECT id FROM pages WHERE url = ?", [DOOMED.url]).fetchone()
        db.execute("INSERT INTO problems (page, at, slug, text) VALUES (?, '2024', 'server', ?)", [page, DOOMED.url])
        for url, found_on in ((f"{stem}_2.shtml", "https://x.cn/"), ("https://x.cn/1", DOOMED.url)):
            db.execute("INSERT INTO skips VALUES (?, 'tj', 'later page', ?, '2024')", [url, found_on])
        db.execute("UPDATE pages SET discovered_on = ? WHERE url = ?", [DOOMED.url, numbered(1).url])

    forgotten(db)
    db.close()

    left = b"".join(part.read_bytes() for part in path.parent.iterdir())
    assert numbered(1).url.encode() in left
    assert stem.encode() not in left

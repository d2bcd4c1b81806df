"""No stored byte changes unseen, and damage in one row does not hide the others."""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.archive import captures, compaction, dictionaries, frontier, index, runs, store
from scraper.archive.connect import open_for_reading, open_for_writing
from scraper.archive.database import Database
from scraper.archive.verify import Damage, Verdict, verify
from scraper.errors import ArchiveDamaged, ArchiveError
from tests.archive.samples import ARTICLE, NOW, capture_of, new_archive, numbered
from tests.archive.test_dictionaries import page


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve articles of a run, two of them edited, one gone, half of the bodies under a dictionary."""
    path = tmp_path_factory.mktemp("verify") / "archive.db"
    db = new_archive(path)
    with db.atomic():
        run = runs.begin_run(db, "0.1.0", "{}", NOW)
    for number in range(1, 13):
        _crawl(db, run, number, page(number))
    for number in (3, 4):
        _crawl(db, run, number, page(100 + number), title="溪口镇老桥通行")
    with db.atomic():
        store.mark_gone(db, -1, numbered(4).url, frontier.stamp(NOW), how="404")
        digests = [row[0] for row in db.execute("SELECT sha256 FROM bodies ORDER BY rowid LIMIT 7").fetchall()]
        bodies = [captures.load_body(db, digest) for digest in digests]
        dictionary = dictionaries.save_dictionary(db, "tj", dictionaries.make_dictionary(bodies), NOW)
        compaction.compress_again(db, digests, dictionary)
    db.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")  # no bytes of what was there before
    return path


def _crawl(db: Database, run: int, number: int, body: bytes, **changes: object) -> None:
    article = replace(numbered(number), **changes)  # type: ignore[arg-type]  # any field
    with db.atomic():
        frontier.add_article(db, article.url, "tj", found_on="", text="", now=NOW)
        (identity,) = db.execute("SELECT id FROM pages WHERE url = ?", [article.url]).fetchone()
        answer = replace(capture_of(article.url, body), peer="203.0.113.7:443")
        capture = captures.save_capture(db, identity, run, answer)
        store.save_article(db, article, page=identity, capture=capture, now=frontier.stamp(NOW))
        index.flush(db)


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(whole, tmp_path / "archive.db"))


@pytest.fixture
def db(copy: Path) -> Iterator[Database]:
    connection = sqlite3.connect(copy)
    yield Database(connection)
    connection.close()


def damages(db: Database) -> list[Damage]:
    return verify(db).damages


def test_an_archive_as_it_was_made_is_whole(db: Database) -> None:
    verdict = verify(db)

    assert verdict.damages == []
    assert (verdict.bodies, verdict.captures, verdict.articles, verdict.revisions, verdict.dictionaries) == (
        14,
        14,
        12,
        15,
        1,
    )


STORED = {
    "bodies": ("data", "sha256", "size", "dictionary"),
    "dictionaries": ("data", "sha256", "size"),
    "captures": (
        *("url", "final_url", "status", "content_type", "headers", "request_headers", "redirects", "peer"),
        *("fetched_at", "elapsed", "wire_size", "sha256", "chain", "run", "page"),
    ),
    "articles": (
        *("url", "region", "kind", "layout", "channel", "title", "published_at", "source", "editor", "authors"),
        *("contributors", "body", "captions", "sections", "rights", "pages", "charset", "replaced", "digest"),
        *("page", "capture", "first_seen", "changed_at"),
    ),
    "images": ("src", "alt", "caption", "credit", "position"),
    "revisions": ("number", "seen_at", "cause", "capture", "digest", "sha256", "record", "chain"),
    "runs": ("chain",),
}


@pytest.mark.parametrize(("table", "column"), [(table, column) for table in STORED for column in STORED[table]])
def test_a_flip_in_any_stored_value_is_found(db: Database, table: str, column: str) -> None:
    db.execute("DROP TRIGGER articles_fts_au")  # damage tells no trigger
    db.execute("DROP TRIGGER articles_fts_bu")
    rng = random.Random(f"{table}.{column}")
    rows = db.execute(f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL AND {column} <> ''").fetchall()
    assert rows
    for rowid, value in rng.sample(rows, min(3, len(rows))):
        db.execute("SAVEPOINT flip")
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", [flipped(value, rng), rowid])

        assert damages(db), f"{table}.{column} of row {rowid}"

        db.execute("ROLLBACK TO flip")


def flipped(value: object, rng: random.Random) -> object:
    """The value with one bit of one byte turned; text stays text."""
    if isinstance(value, int):
        return value ^ 64
    if isinstance(value, float):
        return value + 1e-9
    raw = bytearray(value if isinstance(value, bytes) else str(value).encode())
    while True:
        changed = bytearray(raw)
        changed[rng.randrange(len(raw))] ^= 1 << rng.randrange(7)
        if isinstance(value, bytes):
            return bytes(changed)
        try:
            text = changed.decode()
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text


def test_every_byte_of_a_body_counts(db: Database) -> None:
    for digest, data in db.execute("SELECT sha256, data FROM bodies ORDER BY rowid LIMIT 3").fetchall():
        for place in range(0, len(data), max(1, len(data) // 60)):
            damaged = bytearray(data)
            damaged[place] ^= 1
            db.execute("UPDATE bodies SET data = ? WHERE sha256 = ?", [bytes(damaged), digest])
            (found,) = verify_bodies(db)
            assert found.what == "body"
        db.execute("UPDATE bodies SET data = ? WHERE sha256 = ?", [data, digest])


def verify_bodies(db: Database) -> list[Damage]:
    return verify(db, sample=10**6).damages


def test_the_damaged_row_is_named_and_the_others_are_whole(db: Database) -> None:
    digest, url = db.execute("SELECT sha256, url FROM captures WHERE id = 9").fetchone()
    db.execute("UPDATE bodies SET data = substr(data, 1, 40) WHERE sha256 = ?", [digest])

    (damage,) = damages(db)

    assert (damage.what, damage.url) == ("body", url)


def test_a_damaged_dictionary_is_named_with_the_pages_that_need_it(db: Database) -> None:
    db.execute("UPDATE dictionaries SET data = x'28b52ffd'")

    found = damages(db)

    assert [damage.what for damage in found] == ["dictionary", *["body"] * 7]
    assert all(damage.url for damage in found[1:])


TAKEN = {
    "a capture in the middle": "DELETE FROM captures WHERE id = 5",
    "the last capture": "DELETE FROM captures WHERE id = 14",
    "a body": "DELETE FROM bodies WHERE rowid = 5",
    "a revision": "DELETE FROM revisions WHERE id = 3",
    "the last revision": "DELETE FROM revisions WHERE cause = 'gone'",
    "the only revision": "DELETE FROM revisions WHERE article = 7",
    "an image": "DELETE FROM images WHERE article = 2 AND number = 0",
    "a record": "UPDATE revisions SET record = NULL",
    "that it is gone": "UPDATE articles SET gone_at = NULL",
    "an index entry's note": "DELETE FROM articles_fts_docsize WHERE id = 3",
    "an index entry": "INSERT INTO articles_fts(articles_fts, rowid, tokens) VALUES ('delete', 3, '溪口')",
    "a capture put in": "INSERT INTO captures (id, page, run, url, final_url, status, content_type, headers,"
    " request_headers, redirects, peer, fetched_at, elapsed, wire_size, sha256, chain)"
    " SELECT 99, page, run, url, final_url, status, content_type, headers, request_headers, redirects, peer,"
    " fetched_at, elapsed, wire_size, sha256, chain FROM captures WHERE id = 14",
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_was_taken_away_or_put_in_is_found(db: Database, name: str) -> None:
    db.execute(TAKEN[name])

    assert damages(db)


def test_a_flip_anywhere_in_the_pages_of_bodies_and_texts_is_found(whole: Path, tmp_path: Path) -> None:
    """In the file itself, under SQLite: structure, keys, values, overflow chains."""
    rng = random.Random(6)
    raw = whole.read_bytes()
    missed = []
    for place in rng.sample(_places(whole), 120):
        damaged = bytearray(raw)
        damaged[place] ^= 1 << rng.randrange(8)
        path = tmp_path / "flipped.db"
        path.write_bytes(damaged)
        if _is_whole(path):
            missed.append(place)

    assert missed == []


def _places(path: Path) -> list[int]:
    """Offsets of the bytes that hold something: cells of the tables that are proven, without what is unused."""
    with closing(sqlite3.connect(path)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        pages = connection.execute(
            "SELECT pageno, pagetype, unused FROM dbstat WHERE name IN ('bodies', 'articles', 'captures', 'dictionaries')"
        ).fetchall()
    places: list[int] = []
    for number, kind, unused in pages:
        start = (number - 1) * size
        if kind == "overflow":
            places += range(start, start + size - unused)
        else:
            places += range(start + 8 + unused + 120, start + size)
    return places


def _is_whole(path: Path) -> bool:
    try:
        return verify(open_for_reading(path)).is_whole
    except (ArchiveError, sqlite3.DatabaseError):
        return False


def test_a_page_that_cannot_be_read_costs_its_rows_only(whole: Path, copy: Path) -> None:
    with closing(sqlite3.connect(whole)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (number,) = connection.execute(
            "SELECT pageno FROM dbstat WHERE name = 'articles' AND pagetype = 'leaf' ORDER BY pageno LIMIT 1"
        ).fetchone()
    raw = bytearray(copy.read_bytes())
    raw[(number - 1) * size : number * size] = b"\xff" * size
    copy.write_bytes(raw)

    verdict: Verdict = verify(open_for_reading(copy))

    assert any(damage.what == "database" for damage in verdict.damages)
    assert verdict.bodies == 14
    assert not any(damage.what == "body" for damage in verdict.damages)


def test_the_seal_changes_with_the_captures_and_with_nothing_else(db: Database) -> None:
    before = verify(db).seal
    db.execute("UPDATE pages SET visits = 5")
    assert verify(db).seal == before

    with db.atomic():
        captures.save_capture(db, 1, 1, capture_of(ARTICLE.url, b"one more"))

    assert verify(db).seal != before


def test_what_a_crawl_writes_meanwhile_is_no_damage(whole: Path, copy: Path) -> None:
    writer = open_for_writing(copy)

    def write(step: str) -> None:
        with writer.atomic():
            captures.save_capture(writer, 1, 1, capture_of(ARTICLE.url, step.encode()))

    verdict = verify(open_for_reading(copy), report=write)

    writer.close()
    assert verdict.damages == []
    assert verify(open_for_reading(copy)).captures > verdict.captures == 14


def test_a_schema_that_is_no_utf_8_is_damage_and_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    new_archive(path).close()
    data = path.read_bytes()
    assert b"  url_sha256 TEXT PRIMARY KEY" in data
    path.write_bytes(data.replace(b"  url_sha256 TEXT PRIMARY KEY", b"  url_sha256\xa0TEXT PRIMARY KEY"))

    for opened in (open_for_reading, open_for_writing):
        with pytest.raises(ArchiveDamaged):
            opened(path)

"""What an edition's pages share is kept once, and no article's words with it."""

import hashlib
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.archive import compaction, dictionaries, frontier
from scraper.archive.captures import load_body, save_capture
from scraper.archive.connect import open_for_writing
from scraper.archive.database import Database
from scraper.archive.dictionaries import make_dictionary
from scraper.archive.verify import verify
from scraper.errors import ArchiveDamaged
from tests.archive.samples import NOW, capture_of, new_archive

FRAME = "".join(
    f'<div class="n{number * 7919 % 9973}"><a href="/c{number}/">栏目{number}</a></div>\n' for number in range(150)
)


def page(number: int) -> bytes:
    words = "".join(chr(0x4E00 + (number * 131 + place * place * 17) % 5000) for place in range(120))
    return f"<html>{FRAME}<p>{words}第{number}篇</p>\n{FRAME[::-1]}</html>".encode("gb18030")


@pytest.fixture(scope="module")
def enough(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An edition with as many pages as a dictionary needs, compressed with it."""
    path = tmp_path_factory.mktemp("dictionaries") / "archive.db"
    db = new_archive(path)
    keep(db, range(dictionaries.ENOUGH - 1))
    assert compaction.compact_due(db, ["tj"], NOW) == []
    keep(db, range(500, 502))
    (done,) = compaction.compact_due(db, ["tj", "sh"], NOW)
    assert (done.site, done.bodies, done.dictionaries) == ("tj", dictionaries.ENOUGH + 1, 1)
    assert done.after < done.before / 2
    db.close()
    return path


@pytest.fixture
def db(enough: Path, tmp_path: Path) -> Iterator[Database]:
    archive = open_for_writing(Path(shutil.copy(enough, tmp_path / "archive.db")))
    yield archive
    archive.close()


def keep(db: Database, numbers: range) -> list[str]:
    digests = []
    with db.atomic():
        for number in numbers:
            url = f"https://www.tj.chinanews.com.cn/news/2024/0506/{number:05d}.shtml"
            frontier.add_article(db, url, "tj", found_on="", text="", now=NOW)
            (identity,) = db.execute("SELECT id FROM pages WHERE url = ?", [url]).fetchone()
            save_capture(db, identity, None, capture_of(url, page(number)))
            digests.append(db.execute("SELECT sha256 FROM captures ORDER BY id DESC LIMIT 1").fetchone()[0])
    return digests


def test_a_dictionary_holds_what_three_pages_share_and_no_more() -> None:
    pages = [page(number) for number in range(10)]
    twice = pages[0].replace(b"</html>", "<p>两页都有的一句话</p>\n</html>".encode("gb18030"))

    content = make_dictionary([twice, twice, *pages[2:]])

    assert all(part in content for part in (b'<a href="/c9/">', "栏目9</a>".encode("gb18030")))
    assert all(f"第{number}篇".encode("gb18030") not in content for number in range(10))
    assert "两页都有的一句话".encode("gb18030") not in content


def test_pages_that_share_nothing_give_none() -> None:
    assert make_dictionary([bytes([number]) * 500 for number in range(20)]) == b""


def test_an_edition_with_pages_enough_was_compacted_at_the_end_of_a_crawl(db: Database) -> None:
    digests = [hashlib.sha256(page(number)).hexdigest() for number in (0, 98, 500, 501)]

    assert [load_body(db, digest) for digest in digests] == [page(0), page(98), page(500), page(501)]
    assert compaction.compact_due(db, ["tj"], NOW) == []
    assert verify(db).is_whole


def test_a_new_page_is_stored_with_the_dictionary_of_its_edition(db: Database) -> None:
    (digest,) = keep(db, range(700, 701))

    assert db.execute("SELECT dictionary FROM bodies WHERE sha256 = ?", [digest]).fetchone() == (1,)
    assert load_body(db, digest) == page(700)


def test_a_newer_dictionary_leaves_the_older_one_as_it_was(db: Database) -> None:
    before = db.execute("SELECT * FROM dictionaries").fetchall()

    with db.atomic():
        second = dictionaries.save_dictionary(db, "tj", b"another" * 100, NOW + timedelta(days=1))

    assert second == 2
    assert db.execute("SELECT * FROM dictionaries WHERE id = 1").fetchall() == before
    assert dictionaries.newest_dictionary(db, "tj") == 2


def test_a_body_that_is_damaged_is_left_as_it_is(db: Database) -> None:
    digest, whole = [row[0] for row in db.execute("SELECT sha256 FROM bodies ORDER BY rowid LIMIT 2").fetchall()]
    with db.atomic():
        db.execute("UPDATE bodies SET data = x'00', dictionary = NULL WHERE sha256 = ?", [digest])

    done = compaction.compact(db, "tj", NOW)

    assert done.bodies == 0
    assert db.execute("SELECT data, dictionary FROM bodies WHERE sha256 = ?", [digest]).fetchone() == (b"\0", None)
    assert load_body(db, whole)


def test_without_its_dictionary_a_body_says_so(db: Database) -> None:
    (digest,) = db.execute("SELECT sha256 FROM bodies LIMIT 1").fetchone()
    db.execute("PRAGMA foreign_keys = OFF")
    with db.atomic():
        db.execute("DELETE FROM dictionaries")

    with pytest.raises(ArchiveDamaged, match="dictionary"):
        load_body(db, digest)

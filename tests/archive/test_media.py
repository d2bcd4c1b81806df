"""What bytes are pictures, and the rows they are kept in."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.archive import media
from scraper.archive.database import Database
from scraper.archive.media import Picture, inspect
from tests.archive import pictures
from tests.archive.samples import ARTICLE, NOW, new_archive, numbered, put

SRC = ARTICLE.images[0].src
WHEN = NOW.isoformat(timespec="milliseconds")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    archive = new_archive(tmp_path / "archive.db")
    yield archive
    archive.close()


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (pictures.png, "image/png"),
        (pictures.gif, "image/gif"),
        (pictures.jpeg, "image/jpeg"),
        (lambda width, height: pictures.jpeg(width, height, 0xC2), "image/jpeg"),
        (pictures.webp_lossy, "image/webp"),
        (pictures.webp_lossless, "image/webp"),
        (pictures.webp_extended, "image/webp"),
    ],
)
def test_type_and_size_stand_in_the_header(make: Callable[[int, int], bytes], kind: str) -> None:
    assert inspect(make(640, 431)) == Picture(kind, 640, 431)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"GIF89a",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff" + b"\xff" * 1000,
        b"\xff\xd8\xff\xe0\0\0" * 500,
        b"RIFF\0\0\0\0WEBPVP8X",
        pictures.png(640, 431)[:20],
        pictures.gif(0, 5),
        b"%PDF-1.4",
        b"BM" + b"\0" * 60,
    ],
)
def test_what_is_no_picture_or_has_no_size_is_none(data: bytes) -> None:
    assert inspect(data) is None


def keep(db: Database, src: str, data: bytes) -> None:
    picture = inspect(data)
    assert picture is not None
    with db.atomic():
        media.save_picture(db, src, picture, data, status=200, content_type="text/plain", now=WHEN)


def test_the_same_bytes_under_two_addresses_are_kept_once(db: Database) -> None:
    put(db, ARTICLE)

    keep(db, SRC, pictures.png(9, 9))
    keep(db, ARTICLE.images[1].src, pictures.png(9, 9))

    assert db.execute("SELECT count(*) FROM media").fetchone() == (1,)
    assert db.execute("SELECT count(DISTINCT media), count(media) FROM images").fetchone() == (1, 2)
    assert media.waiting(db, "tj") == []


def test_an_article_that_changes_keeps_its_pictures(db: Database) -> None:
    put(db, ARTICLE)
    keep(db, SRC, pictures.png(9, 9))

    put(db, replace(ARTICLE, title="另一个标题"))

    assert db.execute("SELECT media IS NOT NULL FROM images WHERE src = ?", [SRC]).fetchall() == [(1,)]


def test_a_failure_is_a_row_and_is_tried_three_times(db: Database) -> None:
    put(db, replace(ARTICLE, images=ARTICLE.images[:1]))
    left = []

    for _ in range(media.MAX_ATTEMPTS):
        with db.atomic():
            media.save_failure(db, SRC, slug="timeout", text="no answer", for_good=False, now=WHEN)
        left.append(media.waiting(db, "tj"))

    assert left == [[SRC], [SRC], []]
    assert db.execute("SELECT error, attempts FROM media_sources").fetchall() == [("timeout", 3)]


def test_what_will_never_be_a_picture_is_tried_once(db: Database) -> None:
    put(db, replace(ARTICLE, images=ARTICLE.images[:1]))

    with db.atomic():
        media.save_failure(db, SRC, slug="bad-body", text="svg", for_good=True, now=WHEN)

    assert media.waiting(db, "tj") == []


def test_removing_an_articles_pictures_leaves_those_that_others_show(db: Database) -> None:
    shared, own = ARTICLE.images
    put(db, ARTICLE, numbered(2, images=(shared,)))
    keep(db, shared.src, pictures.png(9, 9))
    keep(db, own.src, pictures.png(8, 8))

    with db.atomic():
        (article,) = db.execute("SELECT id FROM articles WHERE url = ?", [ARTICLE.url]).fetchone()
        removed = media.remove_pictures(db, article)
        db.execute("DELETE FROM articles WHERE id = ?", [article])

    assert removed == 1
    assert db.execute("SELECT width FROM media").fetchall() == [(9,)]
    assert db.execute("SELECT url FROM media_sources").fetchall() == [(shared.src,)]

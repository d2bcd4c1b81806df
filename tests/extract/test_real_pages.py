"""Real pages of 2001 to 2021, read in place: what every one of them must give, and what a person checked.

Their text belongs to others, so this file and its table hold digests, counts,
dates and names of the record, and none of it. Where the pages are not beside
the repository, everything here is skipped.
"""

import csv
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scraper.errors import NotAnArticle
from scraper.extract.article import extract_article
from tests.pages import CHROME, REAL_PAGES, RealPage, as_json, real_pages, renamed, squeezed

pytestmark = pytest.mark.skipif(not real_pages(), reason=f"{REAL_PAGES} is not there: third-party text, kept outside")

NO_ARTICLES = {
    "www.hi.chinanews.com__index_2019-10-05.gb.html": "a home page",
    "www.chinanews.com__shipin.html": "the video channel",
}
# Read beside its page on 2026-11-23 and again on 2026-11-25, all 115 of them; one that was read wrongly is left out.
TABLE = Path(__file__).with_name("real_pages.tsv")
LEFT_OUT = {
    "www.chinanews.com.cn__tp_news_photo_hd_2009_11_01_2781_shtml.html": "its credit stands only in the abstract above the picture, which the caption repeats, and is lost with it",
}
GALLERIES_WITHOUT_CAPTIONS = {
    "www.chinanews.com.cn__gj_2016_07_01_7923733_shtml.html": "an article without pictures; the manifest has it as a gallery",
    "www.chinanews.com.cn__tp_news_2007_05_13_933869_shtml.html": "page 2 of two, which prints no text",
    "www.chinanews.com.cn__tp_news_2009_04_14_1644504_shtml.html": "its text is three paragraphs, and no caption",
}
# The same story in the Shanghai edition and on the main site (sites.md §1.2).
SHANGHAI = "www.sh.chinanews.com.cn__bdrd_2021_11_05_92886_shtml.html"
MAIN = "www.chinanews.com.cn__sh_2021_11_04_9601893_shtml.html"

ARTICLES = [page for page in real_pages() if page.file not in NO_ARTICLES]
GALLERIES = [page for page in ARTICLES if "gallery" in page.kind and page.file not in GALLERIES_WITHOUT_CAPTIONS]

every_article = pytest.mark.parametrize("page", ARTICLES, ids=lambda page: page.file.removesuffix(".html"))


@cache
def record_of(page: RealPage, *, rename: bool = False, layouts: bool = True) -> dict[str, Any]:
    address = page.address
    raw = renamed(page.raw) if rename else page.raw
    return as_json(extract_article(raw, address.site, address.url, layouts=layouts))


def named(file: str) -> RealPage:
    return next(page for page in real_pages() if page.file == file)


@every_article
def test_a_real_page_gives_title_date_and_a_story(page: RealPage) -> None:
    record = record_of(page)

    assert record["title"]
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d)?\+08:00", record["published_at"])
    # A photo page's pictures are its story, wherever the edition files it.
    assert record["images"] if record["kind"] != "article" and not record["body"] else record["body"]


@pytest.mark.parametrize("page", GALLERIES, ids=lambda page: page.file.removesuffix(".html"))
def test_a_real_gallery_with_text_gives_captions(page: RealPage) -> None:
    assert any(image["caption"] for image in record_of(page)["images"])


@pytest.mark.parametrize("file", NO_ARTICLES, ids=NO_ARTICLES.get)
@pytest.mark.parametrize("layouts", [True, False], ids=["layouts", "labels"])
def test_a_home_or_channel_page_is_no_article(file: str, layouts: bool) -> None:
    page = named(file)

    with pytest.raises(NotAnArticle) as refusal:
        extract_article(page.raw, page.address.site, page.address.url, layouts=layouts)

    assert refusal.value.url == page.address.url


@every_article
def test_a_real_page_leaves_its_furniture_out(page: RealPage) -> None:
    record = record_of(page)
    texts = [record["title"], record["body"], *(image["caption"] or "" for image in record["images"])]

    assert [words for words in CHROME for text in texts if words in text] == []
    assert not any("\ufffd" in text or re.search(r"&[a-z]+;|</?[a-z][^<>]*>", text) for text in texts)


@every_article
def test_renaming_every_class_and_id_changes_only_how_a_real_page_was_read(page: RealPage) -> None:
    as_served = {**record_of(page), "layout": "", "agreement": None, "disagreements": []}
    without_names = {**record_of(page, rename=True), "layout": "", "agreement": None, "disagreements": []}

    assert without_names == as_served


_DATE_IN_ADDRESS = re.compile(r"/(\d{4})[-/](\d\d)-(\d\d)/")
DATED = [page for page in ARTICLES if _DATE_IN_ADDRESS.search(page.address.path)]


@pytest.mark.parametrize("page", DATED, ids=lambda page: page.file.removesuffix(".html"))
def test_the_printed_day_is_the_day_in_the_address(page: RealPage) -> None:
    in_address = _DATE_IN_ADDRESS.search(page.address.path)

    assert in_address
    assert record_of(page)["published_at"][:10] == "-".join(in_address.groups())


def test_only_wap_addresses_carry_no_date() -> None:
    undated = [page.address.path for page in ARTICLES if page not in DATED]

    assert all(path.startswith("/wap/") for path in undated)


def test_the_shanghai_edition_and_the_main_site_print_the_same_story() -> None:
    shanghai, main = record_of(named(SHANGHAI)), record_of(named(MAIN))

    assert shanghai["title"] == main["title"]
    assert shanghai["body"] == main["body"]
    assert shanghai["authors"] == main["authors"]
    assert (shanghai["published_at"], main["published_at"]) == ("2021-11-05T10:54+08:00", "2021-11-04T13:39+08:00")
    assert len(main["images"]) == len(shanghai["images"]) + 1


# --- the table ------------------------------------------------------------------------------

COLUMNS = (
    "file",
    "published_at",
    "source",
    "editor",
    "authors",
    "title_sha256",
    "body_sha256",
    "sections",
    "images",
    "captions",
    "captions_sha256",
)


def row_of(page: RealPage) -> dict[str, str]:
    record = record_of(page)
    return {
        "file": page.file,
        "published_at": record["published_at"],
        "source": record["source"] or "",
        "editor": record["editor"] or "",
        "authors": " ".join(record["authors"]),
        "title_sha256": _digest(record["title"]),
        "body_sha256": _digest(record["body"]),
        "sections": " ".join(str(section["start"]) for section in record["sections"]),
        "images": str(len(record["images"])),
        "captions": str(sum(image["caption"] is not None for image in record["images"])),
        "captions_sha256": _digest("|".join(f"{image['caption']}/{image['credit']}" for image in record["images"])),
    }


def _digest(text: str) -> str:
    return hashlib.sha256(squeezed(text).encode("utf-8")).hexdigest()


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"].removesuffix(".html"))
def test_a_real_page_gives_what_a_person_checked(row: dict[str, str]) -> None:
    assert row_of(named(row["file"])) == row


def test_the_table_has_every_article_that_is_read_right() -> None:
    assert {row["file"] for row in rows()} == {page.file for page in ARTICLES} - set(LEFT_OUT)

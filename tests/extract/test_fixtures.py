"""Every fixture is read as its golden says, with layouts, without, and renamed; and the goldens keep their laws."""

import html
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.extract.decode import decode
from scraper.models import Layout, Site
from scraper.sites import all_sites
from tests.pages import CHROME, Fixture, fixtures, listed, read, renamed, squeezed

# Layouts that no fixture shows, each with its reason. A layout without a page is a guess.
LAYOUTS_WITHOUT_A_FIXTURE: dict[tuple[str, str], str] = {}

# Fields that say how a page was read, not what it says; `expected.json` leaves them out.
NOT_IN_A_GOLDEN = {"layout", "agreement", "rights", "pages", "disagreements", "charset", "replaced"}

every_fixture = pytest.mark.parametrize("fixture", fixtures(), ids=lambda fixture: fixture.name)


PAGER = re.compile(r"(?:[\[(【]?(?:上一页|下一页|首页|末页|尾页|\d{1,2}|\.{3})[\])】]?\s*)+")


@cache
def goldens() -> list[Fixture]:
    return [fixture for fixture in fixtures() if fixture.expected_path.exists()]


@cache
def articles() -> list[Fixture]:
    return [fixture for fixture in goldens() if "error" not in fixture.expected]


@cache
def listings() -> list[Fixture]:
    return [fixture for fixture in goldens() if "links" in fixture.expected]


Check = Callable[[Fixture], None]

every_golden = pytest.mark.parametrize("fixture", goldens(), ids=lambda fixture: fixture.name)
every_site = pytest.mark.parametrize("site", all_sites().values(), ids=lambda site: site.code)


def holds_for(chosen: Callable[[], list[Fixture]]) -> Callable[[Check], Callable[[], None]]:
    """One test of all of them, which names each that fails: a quick look takes less than a test of its own to start."""

    def made(check: Check) -> Callable[[], None]:
        def test() -> None:
            assert [complaint for fixture in chosen() if (complaint := _complaint(check, fixture))] == []

        return test

    return made


def _complaint(check: Check, fixture: Fixture) -> str:
    try:
        check(fixture)
    except Exception as error:  # a page that stumbles over itself must not hide what is wrong with the others
        return f"{fixture.name}: {type(error).__name__}: {error}"
    return ""


# --- what is read is what a person wrote down --------------------------------------------


@every_fixture
def test_a_page_gives_its_golden(fixture: Fixture) -> None:
    if not fixture.expected_path.exists():
        _write_and_fail(fixture)

    assert _golden_part(fixture, read(fixture)) == _record(fixture)


def _write_and_fail(fixture: Fixture) -> None:
    reading = {key: value for key, value in read(fixture).items() if key not in NOT_IN_A_GOLDEN}
    if reading.get("error") == "not-an-article":
        reading["links"] = listed(fixture.raw, fixture.address, fixture.content_type)
    fixture.expected_path.write_text(json.dumps(reading, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    pytest.fail(
        f"{fixture.expected_path} was written from what the program reads: a person must read it beside the page"
    )


@every_golden
def test_a_page_gives_its_golden_without_any_layout(fixture: Fixture) -> None:
    reading = read(fixture, layouts=False)

    assert _golden_part(fixture, reading) == _record(fixture)


@every_golden
def test_a_page_gives_its_golden_with_every_class_and_id_renamed(fixture: Fixture) -> None:
    reading = read(fixture, rename=True)

    assert not _names_in(renamed(fixture.raw)) & _names_in(fixture.raw)
    assert _golden_part(fixture, reading) == _record(fixture)


def _record(fixture: Fixture) -> dict[str, Any]:
    return {key: value for key, value in fixture.expected.items() if key != "links"}


def _golden_part(fixture: Fixture, reading: dict[str, Any]) -> dict[str, Any]:
    """Of the reading what the golden speaks of; all of it where the golden says it must be refused."""
    expected = fixture.expected
    if "error" in expected or "error" in reading:
        return reading
    return {key: value for key, value in reading.items() if key in expected}


def _names_in(page: bytes) -> set[str]:
    nodes = LexborHTMLParser(decode(page).text).css("[class], [id]")
    return {name for node in nodes for key in ("class", "id") for name in (node.attributes.get(key) or "").split()}


@holds_for(listings)
def test_a_listing_gives_the_articles_of_its_own_edition_each_once_in_page_order(fixture: Fixture) -> None:
    links = listed(fixture.raw, fixture.address, fixture.content_type)

    assert links == fixture.expected["links"]


@holds_for(listings)
def test_a_listing_names_every_address_in_its_canonical_form(fixture: Fixture) -> None:
    urls = [link["url"] for link in fixture.expected["links"]]
    site = fixture.address.site
    hosts = [site.hosts[0], *site.extra_hosts[:1]]

    assert len(urls) == len(set(urls))
    assert all(url.startswith(tuple(f"https://{host}/" for host in hosts)) for url in urls)


@holds_for(listings)
def test_a_listing_leads_to_the_fixtures_of_its_edition(fixture: Fixture) -> None:
    urls = {link["url"] for link in fixture.expected["links"]}
    own = {other.address.url for other in articles() if other.address.site == fixture.address.site}

    assert urls & own


# --- laws of the goldens -----------------------------------------------------------------


@holds_for(goldens)
def test_a_golden_names_the_edition_of_its_folder(fixture: Fixture) -> None:
    assert fixture.address.site.code == fixture.folder.parent.name


@holds_for(articles)
def test_a_golden_is_whole(fixture: Fixture) -> None:
    record = fixture.expected

    assert record["url"] == fixture.address.url
    assert record["site"] == fixture.address.site.code
    assert record["region"] == fixture.address.site.name
    assert record["kind"] in {"article", "gallery", "video"}
    assert record["title"]
    assert record["body"] or record["images"] or record["kind"] == "video"


@holds_for(goldens)
def test_a_golden_is_free_of_mojibake_entities_and_tags(fixture: Fixture) -> None:
    for text in _texts(fixture.expected):
        assert "\ufffd" not in text
        assert html.unescape(text) == text or "://" in text
        assert not re.search(r"</?[a-zA-Z][^<>]*>", text)
        # What UTF-8 looks like when it is read as GBK or as Latin-1.
        assert not re.search(r"锟斤拷|烫烫烫|鐨勶|â€|ï¼|Ã[\x80-\xbf]", text)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


@holds_for(articles)
def test_a_golden_holds_no_furniture(fixture: Fixture) -> None:
    record = fixture.expected
    texts = [record["title"], record["body"], *(image["caption"] or "" for image in record["images"])]

    assert [words for words in CHROME for text in texts if words in text] == []
    assert not [line for line in record["body"].split("\n\n") if PAGER.fullmatch(line)]


@holds_for(articles)
def test_a_golden_has_its_blanks_folded(fixture: Fixture) -> None:
    record = fixture.expected
    captions = [image["caption"] for image in record["images"] if image["caption"] is not None]

    for line in [record["title"], *captions, *record["body"].split("\n\n")]:
        assert line == line.strip()
        assert not re.search(r"[\r\n\u3000\u00a0\u200b\ufeff]|  ", line)
    assert "\n\n\n" not in record["body"]


@holds_for(articles)
def test_a_golden_date_is_iso_with_the_offset_of_beijing(fixture: Fixture) -> None:
    published_at = fixture.expected["published_at"]

    assert re.fullmatch(r"(19|20)\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d)?\+08:00", published_at)
    assert datetime.fromisoformat(published_at).utcoffset() == timedelta(hours=8)


@holds_for(articles)
def test_a_golden_credits_what_its_caption_prints(fixture: Fixture) -> None:
    for image in fixture.expected["images"]:
        assert image["credit"] is None or image["credit"] in (image["caption"] or "")


@holds_for(articles)
def test_a_golden_keeps_captions_out_of_the_body(fixture: Fixture) -> None:
    record = fixture.expected
    captions = {squeezed(image["caption"]) for image in record["images"] if image["caption"]}
    alts = {squeezed(image["alt"]) for image in record["images"] if image["caption"] and len(image["alt"]) >= 12}
    paragraphs = {squeezed(paragraph) for paragraph in record["body"].split("\n\n")}

    assert not paragraphs & captions
    assert not paragraphs & (alts - {squeezed(record["title"])})


@holds_for(articles)
def test_a_golden_points_its_sections_at_their_paragraphs(fixture: Fixture) -> None:
    record = fixture.expected
    paragraphs = record["body"].split("\n\n")
    starts = [section["start"] for section in record["sections"]]

    assert [section["title"] for section in record["sections"]] == [paragraphs[start] for start in starts]
    assert starts == sorted(set(starts))


@holds_for(articles)
def test_a_golden_places_its_images_within_the_body(fixture: Fixture) -> None:
    record = fixture.expected
    paragraphs = record["body"].split("\n\n") if record["body"] else []
    positions = [image["position"] for image in record["images"]]

    assert all(-1 <= position < len(paragraphs) for position in positions)
    assert positions == sorted(positions)


@holds_for(articles)
def test_a_golden_gives_absolute_addresses(fixture: Fixture) -> None:
    record = fixture.expected

    for image in record["images"]:
        assert re.match(r"https?://[\w.-]+/", image["src"])
    if record["next_page"] is not None:
        assert record["next_page"].startswith(f"https://{fixture.address.site.hosts[0]}/")


# --- the pages are what a server would send ------------------------------------------------

# A folder that says so holds bytes which are not what the page declares.
SAYS_SO = re.compile(r"declared|bytes")
MIXED = {"www/era-2008": "its footer is an include in UTF-8, as on the real pages of that year"}
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.I)


@holds_for(lambda: list(fixtures()))
def test_a_page_is_in_the_charset_it_declares_unless_its_folder_says_otherwise(fixture: Fixture) -> None:
    declared = _DECLARED.search(fixture.raw)
    assert declared, "the page declares no charset"
    label = declared.group(1).decode().lower()
    codec = "gb18030" if label in {"gb2312", "gbk", "gb18030"} else label

    as_declared = _is_clean(fixture.raw, codec) and (codec == "utf-8" or not _is_clean(fixture.raw, "utf-8"))

    excused = SAYS_SO.search(fixture.folder.name) is not None or fixture.name in MIXED
    assert as_declared is not excused


def _is_clean(raw: bytes, codec: str) -> bool:
    try:
        raw.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


@every_site
def test_an_edition_has_a_listing_and_two_articles(site: Site) -> None:
    own = [fixture.folder.name for fixture in fixtures() if fixture.folder.parent.name == site.code]

    assert "listing" in own
    assert len([name for name in own if not name.startswith("listing")]) >= 2


def layouts() -> list[tuple[Site, Layout]]:
    return [(site, layout) for site in all_sites().values() for layout in site.layouts]


@pytest.mark.parametrize(("site", "layout"), layouts(), ids=lambda value: getattr(value, "code", "") or value.name)
def test_a_layout_is_seen_by_a_fixture(site: Site, layout: Layout) -> None:
    seen = {read(fixture).get("layout") for fixture in articles() if fixture.address.site == site}

    assert (layout.name in seen) is not ((site.code, layout.name) in LAYOUTS_WITHOUT_A_FIXTURE)


def test_the_exceptions_name_layouts_that_exist() -> None:
    assert set(LAYOUTS_WITHOUT_A_FIXTURE) <= {(site.code, layout.name) for site, layout in layouts()}


def test_the_two_readers_agree_on_the_fixtures_as_far_as_they_did() -> None:
    agreements = [read(fixture).get("agreement") for fixture in articles()]
    compared = [agreement for agreement in agreements if agreement is not None]

    # Pinned: it only goes up. Lists and tables are where they part.
    assert sum(compared) / len(compared) >= 0.996
    assert len(compared) >= 90

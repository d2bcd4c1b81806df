"""More than six hundred pages of more than two hundred templates, written without a look at the program, each with what its reader sees.

`templates/NAME.html` is the page as served, `templates/NAME.json` its
address, what it is about, and the record that was written from looking at it.
`misread` names the fields that are still read otherwise: the list may only
get shorter.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from scraper.crawl.urls import canonical
from scraper.errors import PageError
from scraper.extract.article import extract_article
from scraper.models import Article
from scraper.text import squeeze

TEMPLATES = Path(__file__).parent / "templates"
NAMES = sorted(path.stem for path in TEMPLATES.glob("*.json"))


def test_there_are_pages() -> None:
    assert len(NAMES) > 500
    assert {path.stem for path in TEMPLATES.glob("*.html")} == set(NAMES)


@pytest.mark.parametrize("layouts", [True, False], ids=["layouts", "labels only"])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_gives_what_its_reader_sees(name: str, layouts: bool) -> None:
    told = json.loads((TEMPLATES / f"{name}.json").read_text())
    address = canonical(told["url"])
    page = (TEMPLATES / f"{name}.html").read_bytes()

    try:
        record = seen(
            extract_article(page, address.site, address.url, content_type=told["content_type"], layouts=layouts)
        )
    except PageError:
        record = None

    misread = told.get("misread", [])
    assert without(record, misread) == without(gold_of(told), misread), told["about"]


def test_what_is_named_misread_still_is() -> None:
    for name in NAMES:
        told = json.loads((TEMPLATES / f"{name}.json").read_text())
        if not told.get("misread"):
            continue
        address = canonical(told["url"])
        page = (TEMPLATES / f"{name}.html").read_bytes()
        record = seen(extract_article(page, address.site, address.url, content_type=told["content_type"]))
        right = [field for field in told["misread"] if record[field] == (gold_of(told) or {})[field]]
        assert not right, f"{name}: {right} is read right now; take it off the list"


def seen(article: Article) -> dict[str, Any]:
    """The record as its reader would tell it, blanks aside; the time as printed."""
    told = {
        "title": article.title,
        "published_at": article.published_at.replace("T", " ").removesuffix("+08:00").removesuffix(" 00:00"),
        "source": article.source,
        "editor": article.editor,
        "authors": list(article.authors),
        "contributors": list(article.contributors),
        "channel": article.channel,
        "body": article.body,
        "captions": list(dict.fromkeys(image.caption for image in article.images if image.caption)),
        "sections": [section.title for section in article.sections],
    }
    return {field: squeezed(value) for field, value in told.items()}


def gold_of(told: dict[str, Any]) -> dict[str, Any] | None:
    gold = told["article"]
    return gold and {field: squeezed("".join(value) if field == "body" else value) for field, value in gold.items()}


def squeezed(value: Any) -> Any:
    return list(map(squeeze, value)) if isinstance(value, list) else squeeze(value or "")


def without(record: dict[str, Any] | None, fields: list[str]) -> dict[str, Any] | None:
    return record and {field: value for field, value in record.items() if field not in fields}

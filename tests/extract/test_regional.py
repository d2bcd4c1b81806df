"""Pages of regional editions that nobody has seen: whatever is drawn around and into a story, the record is the story's."""

import os
from dataclasses import fields
from typing import Any

import pytest

from scraper.crawl.urls import canonical
from scraper.extract.article import extract_article
from scraper.text import squeeze
from tests.regional import Gold, record_of, regional_page

ADDRESS = canonical("https://www.cq.chinanews.com.cn/news/2025/0304/39-50001.html")
SEEDS = range(int(os.environ.get("SCRAPER_REGIONAL", "400")))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_drawn_page_gives_its_record(seed: int) -> None:
    page, gold, choices = regional_page(seed)

    article = extract_article(page.encode("gb18030"), ADDRESS.site, ADDRESS.url, content_type="text/html; charset=gbk")

    assert squeezed(record_of(article)) == squeezed(gold), choices


def squeezed(record: Gold) -> dict[str, Any]:
    """Character for character, blanks aside."""
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    return {
        name: tuple(map(squeeze, value)) if isinstance(value, tuple) else squeeze(value or "")
        for name, value in values.items()
    }

"""The texts of an article that its index entry is made from, as the table holds them."""

import json
from dataclasses import asdict

from scraper.models import Article

TEXT_COLUMNS = (
    "title",
    "body",
    "captions",
    "site",
    "published_at",
    "source",
    "editor",
    "authors",
    "channel",
    "sections",
)
"""In the order of `tokens_of`."""

Texts = tuple[str, str, str, str, str, str | None, str | None, str, str | None, str]
"""The values of `TEXT_COLUMNS`."""


def texts_of(article: Article) -> Texts:
    """What the table will hold of a record."""
    return (
        article.title,
        article.body,
        captions_of(article),
        article.site,
        article.published_at,
        article.source,
        article.editor,
        as_json(article.authors),
        article.channel,
        as_json([asdict(section) for section in article.sections]),
    )


def captions_of(article: Article) -> str:
    return "\n".join(dict.fromkeys(image.caption for image in article.images if image.caption))


def as_json(value: object) -> str:
    """A list as a column holds it."""
    return json.dumps(value, ensure_ascii=False)

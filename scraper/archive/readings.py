"""Readings of an article from elsewhere, put among those the archive has, in the order of time.

A crawl only ever adds at the end. An import may bring what was seen before
that: then the article's history is played again from its first day, through
the same function that a crawl stores with. Everything here runs inside a
transaction of the caller's.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlite_utils import Database

from scraper.archive.store import article_digest, save_article
from scraper.models import Article, Image, Section

_FIELDS = {field.name for field in fields(Article)}
_IMAGE_FIELDS = {field.name for field in fields(Image)}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page said at a moment."""

    seen_at: str
    """UTC, as archive.db keeps times."""
    capture: int | None
    article: Article

    @property
    def digest(self) -> str:
        return article_digest(self.article)


def article_of(record: dict[str, Any]) -> Article:
    """A record of docs/record.md as an Article; unknown fields are left out.

    Raises `TypeError`, `KeyError` or `ValueError` for what is no record.
    """
    known = {name: value for name, value in record.items() if name in _FIELDS}
    images = tuple(
        Image(**{name: value for name, value in image.items() if name in _IMAGE_FIELDS}) for image in record["images"]
    )
    sections = tuple(Section(**section) for section in record["sections"])
    names = {name: tuple(record[name]) for name in ("authors", "contributors")}
    return Article(**{**known, **names, "sections": sections, "images": images})


def readings_of(db: Database, article: int) -> list[Reading]:
    """Every reading kept of an article, oldest first."""
    rows = db.execute(
        "SELECT seen_at, capture, record FROM revisions WHERE article = ? ORDER BY seen_at, id", [article]
    ).fetchall()
    return [Reading(seen_at, capture, article_of(json.loads(record))) for seen_at, capture, record in rows]


def add_readings(db: Database, url: str, page: int, new: Sequence[Reading]) -> str:
    """Put readings of one article where they belong in time: `new`, `changed` or `unchanged`."""
    known = db.execute(
        "SELECT id, gone_at, first_seen, digest, charset, replaced FROM articles WHERE url = ?", [url]
    ).fetchone()
    if known is None:
        _play(db, page, _changes(new))
        return "new"
    identity, gone_at, first_seen, *decoded = known
    kept = readings_of(db, identity)
    wanted = _changes([*kept, *new])
    result = "unchanged"
    if [_key(one) for one in wanted] != [_key(one) for one in kept]:
        fresh = wanted[len(kept) :] if wanted[: len(kept)] == kept else None
        if fresh is None:
            db.execute("DELETE FROM revisions WHERE article = ?", [identity])
            db.execute("UPDATE articles SET digest = '' WHERE id = ?", [identity])
        _play(db, page, wanted if fresh is None else fresh)
        result = "changed"
        # How its bytes were decoded is no part of a revision's record.
        db.execute(
            "UPDATE articles SET charset = ?2, replaced = ?3 WHERE id = ?4 AND digest = ?1", [*decoded, identity]
        )
    earliest = min([first_seen, *(one.seen_at for one in new)])
    db.execute(
        "UPDATE articles SET gone_at = ?1, first_seen = ?2 WHERE id = ?3 AND (gone_at IS NOT ?1 OR first_seen <> ?2)",
        [gone_at, earliest, identity],
    )
    return result


def _key(reading: Reading) -> tuple[str, str]:
    return reading.seen_at, reading.digest


def _changes(readings: Sequence[Reading]) -> list[Reading]:
    """In order of time, each once, without those that say the same as the one before."""
    found: list[Reading] = []
    for one in sorted(readings, key=lambda reading: reading.seen_at):
        if not found or found[-1].digest != one.digest:
            found.append(one)
    return found


def _play(db: Database, page: int, readings: Sequence[Reading]) -> None:
    for one in readings:
        # A record that came without its capture (JSONL) has none to name.
        save_article(db, one.article, page=page, capture=one.capture, now=one.seen_at)

"""Readings of an article from elsewhere, put among those the archive has, in the order of time.

A crawl only ever adds at the end. An import may bring what was seen before
that: then the article's history is played again from its first day, through
the same function that a crawl stores with. Everything here runs inside a
transaction of the caller's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from scraper.archive import history, store
from scraper.archive.database import Database
from scraper.archive.store import article_digest
from scraper.models import Article, Disagreement, Image, Section

_FIELDS = {field.name for field in fields(Article)}
_IMAGE_FIELDS = {field.name for field in fields(Image)}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page said at a moment, or that it was gone or back."""

    seen_at: str
    """UTC, as archive.db keeps times."""
    capture: int | None
    article: Article
    """Of `gone` and `returned`, what was known then."""
    cause: str = "page"
    """As in `revisions`."""
    how: str | None = None

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
    elsewhere = tuple(Disagreement(**one) for one in record.get("disagreements", ()))
    return Article(**{**known, **names, "sections": sections, "images": images, "disagreements": elsewhere})


def readings_of(db: Database, article: int) -> list[Reading]:
    """All that is kept of an article, oldest first."""
    return [
        Reading(
            revision.seen_at,
            revision.capture,
            article_of(history.record_of_revision(db, revision.id)),
            revision.cause,
            revision.how,
        )
        for revision in history.revisions_of(db, article)
    ]


def add_readings(db: Database, url: str, page: int, new: Sequence[Reading]) -> str:
    """Put readings of one article where they belong in time: `new`, `changed` or `unchanged`."""
    known = db.execute("SELECT id, first_seen, digest, charset, replaced FROM articles WHERE url = ?", [url]).fetchone()
    if known is None:
        _play(db, url, page, _changes(new))
        return "new"
    identity, since, *decoded = known
    kept = readings_of(db, identity)
    wanted = _changes([*kept, *new])
    result = "unchanged"
    if [_key(one) for one in wanted] != [_key(one) for one in kept]:
        fresh = wanted[len(kept) :] if wanted[: len(kept)] == kept else None
        if fresh is None:
            db.execute("DELETE FROM revisions WHERE article = ?", [identity])
            db.execute("UPDATE articles SET digest = '', gone_at = NULL WHERE id = ?", [identity])
        _play(db, url, page, wanted if fresh is None else fresh)
        result = "changed"
        # How its bytes were decoded is no part of a revision's record.
        db.execute(
            "UPDATE articles SET charset = ?2, replaced = ?3 WHERE id = ?4 AND digest = ?1", [*decoded, identity]
        )
    history.first_seen(db, identity, min([since, *(one.seen_at for one in new)]))
    return result


def _key(reading: Reading) -> tuple[str, str, str]:
    return reading.seen_at, reading.digest, reading.cause if reading.cause in ("gone", "returned") else "content"


def _changes(readings: Sequence[Reading]) -> list[Reading]:
    """In order of time, each once, without those that say what was known already."""
    found: list[Reading] = []
    content: Reading | None = None
    is_gone = False
    for one in sorted(readings, key=lambda reading: reading.seen_at):
        if one.cause in ("gone", "returned"):
            if content is None or is_gone == (one.cause == "gone"):
                continue
            is_gone = not is_gone
        else:
            reread = one.cause == "reading" and content is not None and one.article != content.article
            if content is not None and content.digest == one.digest and not reread:
                if is_gone:  # the same page again: that is all there is to say
                    found.append(replace(one, cause="returned"))
                    is_gone = False
                continue
            content, is_gone = one, is_gone and one.cause == "reading"
        found.append(one)
    return found


def _play(db: Database, url: str, page: int, readings: Sequence[Reading]) -> None:
    for one in readings:
        if one.cause == "gone":
            store.mark_gone(db, page, url, one.seen_at, how=one.how)
        elif one.cause == "returned":
            store.mark_returned(db, url, one.capture, one.seen_at)
        elif one.cause == "reading":
            store.save_reading(db, one.article, capture=one.capture, cause="reading", now=one.seen_at)
        else:
            # A record that came without its capture (JSONL) has none to name.
            store.save_article(db, one.article, page=page, capture=one.capture, now=one.seen_at)

"""JSON Lines as `scraper export jsonl --full-text` writes them: records without the pages they were read from."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scraper.archive import history, index, runs
from scraper.archive.connect import writing
from scraper.archive.database import Database
from scraper.archive.readings import Reading, add_readings, article_of
from scraper.archive.store import mark_gone
from scraper.archive.tombstones import is_forgotten
from scraper.crawl.urls import canonical
from scraper.errors import Refused, UnreadableInput
from scraper.importing.pages import BATCH, Imported
from scraper.models import Article
from scraper.sites import all_sites

_LONGEST = 32 * 1024 * 1024
"""Bytes of one line."""
_TEXTS = ("url", "site", "region", "kind", "layout", "title", "published_at", "body", "first_seen", "changed_at")
_OPTIONAL = ("channel", "source", "editor", "next_page", "rights", "gone_at", "withheld", "tdm_policy")


def import_jsonl(db: Database, path: Path, counts: Imported) -> None:
    """Store every record of a file; all lines are checked before the first is stored.

    Raises `UnreadableInput`, naming the line, for what is no full record.
    """
    for _ in _records(path):
        pass
    with writing(db):
        runs.save_sites(db, all_sites().values())
    batch: list[tuple[dict[str, Any], Article]] = []
    for one in _records(path):
        batch.append(one)
        if len(batch) >= BATCH:
            _store(db, batch, counts)
            batch = []
    _store(db, batch, counts)


def _records(path: Path) -> Iterator[tuple[dict[str, Any], Article]]:
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(_LONGEST + 1):
                number += 1
                if len(line) > _LONGEST:
                    raise UnreadableInput(f"{path}, line {number}: longer than any record")
                if line.strip() and (record := _record(line, f"{path}, line {number}")) is not None:
                    yield record
    except OSError as error:
        raise UnreadableInput(f"{path} can't be read: {error.strerror or error}") from error


def _record(line: bytes, where: str) -> tuple[dict[str, Any], Article] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableInput(f"{where}: no JSON") from error
    if not isinstance(record, dict):
        raise UnreadableInput(f"{where}: a JSON object is wanted")
    if record.get("withheld") == "tdm-reservation" and "body" not in record:
        return None
    if "snippet" in record and "body" not in record:
        raise UnreadableInput(f"{where}: exported without --full-text, so there is no text to import")
    wrong = [name for name in _TEXTS if not isinstance(record.get(name), str)]
    wrong += [name for name in _OPTIONAL if not isinstance(record.get(name), str | None)]
    if wrong:
        raise UnreadableInput(f"{where}: no record, {wrong[0]} is missing or no text")
    _require_address(record, where)
    try:
        datetime.fromisoformat(record["published_at"])
        article = article_of(record)
        _require_plain(article)
        for name in ("first_seen", "changed_at"):
            record[name] = datetime.fromisoformat(record[name]).astimezone(UTC).isoformat(timespec="milliseconds")
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError) as error:
        raise UnreadableInput(
            f"{where}: no record as docs/record.md has it ({type(error).__name__}: {error})"
        ) from error
    return record, article


def _require_address(record: dict[str, Any], where: str) -> None:
    try:
        address = canonical(record["url"])
    except Refused as error:
        raise UnreadableInput(f"{where}: {error}") from error
    if address.url != record["url"] or address.site.code != record["site"]:
        raise UnreadableInput(
            f"{where}: {record['url'][:200]} is not the address of an article of {record['site'][:10]}"
        )


def _require_plain(article: Article) -> None:
    """Types that SQLite would refuse half-way, or keep wrongly."""
    for name in ("pages", "replaced"):
        if type(getattr(article, name)) is not int:
            raise TypeError(f"{name} is no number")
    if not isinstance(article.agreement, int | float | None):
        raise TypeError("agreement is no number")
    texts = [*article.authors, *article.contributors, *(section.title for section in article.sections)]
    for image in article.images:
        texts += [image.src, image.alt, image.caption or "", image.credit or ""]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a name or caption is no text")
    if not all(type(image.position) is int for image in article.images):
        raise TypeError("a position is no number")
    if not all(type(section.start) is int for section in article.sections):
        raise TypeError("a section's start is no number")


def _store(db: Database, batch: list[tuple[dict[str, Any], Article]], counts: Imported) -> None:
    with writing(db):
        for record, article in batch:
            if is_forgotten(db, article.url):
                counts.forgotten += 1
                continue
            result = _store_one(db, record, article)
            counts.articles += result == "new"
            counts.changed += result == "changed"
            counts.known += result == "unchanged"
        index.flush(db)


def _store_one(db: Database, record: dict[str, Any], article: Article) -> str:
    db.execute(
        "INSERT INTO pages (url, site, kind, state, discovered_at) VALUES (?, ?, 'article', ?, ?)"
        " ON CONFLICT (url) DO NOTHING",
        [article.url, article.site, "gone" if record.get("gone_at") else "done", record["first_seen"]],
    )
    page = db.execute("SELECT id FROM pages WHERE url = ?", [article.url]).fetchone()[0]
    result = add_readings(db, article.url, page, [Reading(record["changed_at"], None, article)])
    identity = db.execute("SELECT id FROM articles WHERE url = ?", [article.url]).fetchone()[0]
    history.first_seen(db, identity, record["first_seen"])
    if result == "new" and record.get("gone_at"):
        mark_gone(db, page, article.url, record["gone_at"])
    if result == "new":
        db.execute(
            "UPDATE articles SET noarchive = ?, tdm_reservation = ?, tdm_policy = ?, withheld = ? WHERE url = ?",
            [
                int(bool(record.get("noarchive"))),
                None if record.get("tdm_reservation") is None else int(bool(record["tdm_reservation"])),
                record.get("tdm_policy"),
                record.get("withheld"),
                article.url,
            ],
        )
    return result

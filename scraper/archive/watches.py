"""Searches that somebody wants to hear from again, kept in the archive.

A watch tells of an article once: of those that came into the archive after the
last one it told of.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from sqlite_utils import Database

from scraper.archive.connect import writing
from scraper.archive.search import Filters, Results, search
from scraper.errors import UsageError


@dataclass(frozen=True, slots=True)
class Watch:
    name: str
    query: str
    filters: Filters
    created_at: str
    checked_at: str | None
    last_article: int


def save_watch(db: Database, name: str, query: str, filters: Filters, *, now: str) -> None:
    """Keep a search under a name; what the archive has now counts as told. Raises `UsageError` for a name in use."""
    if not name.strip() or len(name) > 60 or not name.isprintable():
        raise UsageError(f"{name[:60]!r} can't name a watch: up to 60 letters, please")
    if any(watch.name == name for watch in watches(db)):
        raise UsageError(f"there is a watch named {name!r}; `scraper watch --forget {name}` drops it")
    with writing(db):
        db.execute(
            "INSERT INTO watches (name, query, filters, created_at, last_article)"
            " VALUES (?, ?, ?, ?, (SELECT coalesce(max(id), 0) FROM articles))",
            [name, query, json.dumps({key: value for key, value in asdict(filters).items() if value}), now],
        )


def watches(db: Database) -> list[Watch]:
    """By name."""
    if not db["watches"].exists():
        return []
    rows = db.execute("SELECT name, query, filters, created_at, checked_at, last_article FROM watches ORDER BY name")
    return [Watch(name, query, _filters(filters), *rest) for name, query, filters, *rest in rows]


def _filters(text: str) -> Filters:
    kept: dict[str, Any] = json.loads(text)
    return Filters(**{**kept, "sites": tuple(kept.get("sites", ()))})


def watch_named(db: Database, name: str) -> Watch:
    """Raises `UsageError` where there is none."""
    found = watches(db)
    for watch in found:
        if watch.name == name:
            return watch
    names = ", ".join(watch.name for watch in found)
    raise UsageError(f"no watch is named {name!r}; " + (f"there are: {names}" if names else "there is none yet"))


def news(db: Database, watch: Watch) -> Results:
    """What has come since the last time, newest first."""
    return search(db, watch.query, watch.filters, sort="date", limit=-1, after=watch.last_article)


def mark_told(db: Database, watch: Watch, last: int, *, now: str) -> None:
    """`last` is the highest article id there was when the news were asked for."""
    with writing(db):
        db.execute("UPDATE watches SET checked_at = ?, last_article = ? WHERE name = ?", [now, last, watch.name])


def forget(db: Database, watch: Watch) -> None:
    with writing(db):
        db.execute("DELETE FROM watches WHERE name = ?", [watch.name])

"""Searches that somebody wants to hear from again, kept in the archive.

A watch tells of an article once: of those that came into the archive after the
last one it told of.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from scraper.archive import search
from scraper.archive.connect import writing
from scraper.archive.database import Database
from scraper.archive.search import Filters, Hit
from scraper.errors import UsageError


@dataclass(frozen=True, slots=True)
class Watch:
    name: str
    query: str
    filters: Filters
    unique: bool
    """Whether it tells each story once, however many editions print it."""
    created_at: str
    checked_at: str | None
    last_article: int


@dataclass(frozen=True, slots=True)
class News:
    """What has come since a watch told last, newest first."""

    hits: tuple[Hit, ...]
    last_article: int
    """The highest id there was; what is above is told the next time."""


def save_watch(db: Database, name: str, query: str, filters: Filters, *, unique: bool = False, now: str) -> None:
    """Keep a search under a name; what the archive has now counts as told. Raises `UsageError` for a name in use."""
    if not name.strip() or len(name) > 60 or not name.isprintable():
        raise UsageError(f"{name[:60]!r} can't name a watch: up to 60 letters, please")
    if any(watch.name == name for watch in watches(db)):
        raise UsageError(f"there is a watch named {name!r}; `scraper watch --forget {name}` drops it")
    with writing(db):
        db.execute(
            "INSERT INTO watches (name, query, filters, each_story, created_at, last_article)"
            " VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(id), 0) FROM articles))",
            [name, query, json.dumps({key: value for key, value in asdict(filters).items() if value}), unique, now],
        )


def watches(db: Database) -> list[Watch]:
    """By name."""
    if not db.has_table("watches"):
        return []
    # An archive that can't be brought up to date has no such column; read-only it is searched all the same.
    each_story = "each_story" if "each_story" in db.columns("watches") else "0"
    rows = db.execute(
        f"SELECT name, query, filters, {each_story}, created_at, checked_at, last_article FROM watches ORDER BY name"
    )
    return [Watch(name, query, _filters(filters), bool(unique), *rest) for name, query, filters, unique, *rest in rows]


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


def news(db: Database, watch: Watch) -> News:
    """What has come since the last time."""
    # Asked before the search: what is stored meanwhile is told the next time.
    highest = int(db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0])
    last = max(watch.last_article, highest)
    found = search.news(db, watch.query, watch.filters, after=watch.last_article, unique=watch.unique)
    return News(tuple(hit for hit in found if hit.id <= last), last)


def mark_told(db: Database, watch: Watch, told: News, *, now: str) -> None:
    """These have been told."""
    with writing(db):
        db.execute(
            "UPDATE watches SET checked_at = ?, last_article = ? WHERE name = ?", [now, told.last_article, watch.name]
        )


def forget(db: Database, watch: Watch) -> None:
    with writing(db):
        db.execute("DELETE FROM watches WHERE name = ?", [watch.name])

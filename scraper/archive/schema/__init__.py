"""archive.db as data: its tables, triggers and views, and the migrations that make them.

Migrations are append-only, one module each; an archive made by a newer
program is refused. Every table says in comments what it is for, so that a
stranger with the `sqlite3` shell finds the way.
"""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from scraper.archive.database import Database

if TYPE_CHECKING:
    from sqlite_utils import Database as Tables

SET = "scraper"
"""Whose migrations these are; sqlite-utils writes down in `_sqlite_migrations` which were applied."""
MIGRATIONS = (
    "m001_archive",
    "m002_crawl",
    "m003_search",
    "m004_disagreements",
    "m005_history",
    "m006_stories",
    "m007_watches",
    "m008_listings",
)


def applied(db: Database) -> list[str]:
    """The names of migrations that were applied, in that order; also those that this version does not know."""
    if not db.has_table("_sqlite_migrations"):
        return []
    rows = db.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY rowid", [SET])
    return [name for (name,) in rows]


def pending(db: Database) -> list[str]:
    done = set(applied(db))
    return [name for name in MIGRATIONS if name not in done]


def apply(db: Database, *, stop_before: str | None = None) -> None:
    """Apply what is pending, each in a transaction of its own."""
    # Not above: most archives that are opened have their tables.
    from sqlite_utils import Database as Tables
    from sqlite_utils.migrations import Migrations

    migrations = Migrations(SET)
    for name in MIGRATIONS:
        migrations(name=name)(_applying(name))
    migrations.apply(Tables(db.conn, recursive_triggers=False, execute_plugins=False), stop_before=stop_before)


def _applying(name: str) -> "Callable[[Tables], None]":
    def apply(tables: "Tables") -> None:
        import_module(f"{__name__}.{name}").apply(Database(tables.conn))

    return apply

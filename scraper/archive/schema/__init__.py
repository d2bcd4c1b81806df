"""archive.db as data: its tables, triggers and views, and the migrations that make them.

Migrations are append-only, one module each; an archive made by a newer
program is refused. Every table says in comments what it is for, so that a
stranger with the `sqlite3` shell finds the way.
"""

from sqlite_utils.migrations import Migrations

from scraper.archive.schema import (
    m001_archive,
    m002_crawl,
    m003_search,
    m004_disagreements,
    m005_history,
    m006_stories,
    m007_watches,
    m008_listings,
)

migrations = Migrations("scraper")
for _module in (
    m001_archive,
    m002_crawl,
    m003_search,
    m004_disagreements,
    m005_history,
    m006_stories,
    m007_watches,
    m008_listings,
):
    migrations(name=_module.__name__.rpartition(".")[2])(_module.apply)

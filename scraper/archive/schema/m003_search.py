"""Search by field and searches that are kept: the index knows source, editor, authors and channel."""

from scraper.archive.database import Database
from scraper.archive.schema.statements import run
from scraper.archive.schema.triggers import NAMES, QUEUE

_WATCHES = """
CREATE TABLE watches (
  -- Searches that somebody wants to hear from again: `scraper search … --watch NAME`, `scraper watch`.
  name TEXT PRIMARY KEY,
  query TEXT NOT NULL,                   -- as typed; the language of docs/search.md
  filters TEXT NOT NULL DEFAULT '{}',    -- JSON: sites, since, until, source, editor, channel, author
  created_at TEXT NOT NULL,              -- UTC
  checked_at TEXT,                       -- UTC; when `scraper watch` last looked
  last_article INTEGER NOT NULL          -- articles.id up to which it has told; what is above is new
) STRICT;
"""


def apply(db: Database) -> None:
    for name in NAMES:
        db.execute(f"DROP TRIGGER IF EXISTS {name}")
    # What waits in the old queue is not lost: without the triggers' word the index is made anew.
    db.execute("DROP TABLE IF EXISTS articles_fts_queue")
    run(db, QUEUE)
    run(db, _WATCHES)

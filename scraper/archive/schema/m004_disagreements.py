"""What else a page says of a field: times, sources and editors that contradict each other."""

from scraper.archive.database import Database
from scraper.archive.schema.statements import run

# SQLite keeps what stands behind the column's name, so the comment stands there.
_COLUMN = """
ALTER TABLE articles ADD COLUMN
  disagreements /* JSON list of {field, value, read_from}: what the page says of a field elsewhere */
    TEXT NOT NULL DEFAULT '[]';
"""


def apply(db: Database) -> None:
    run(db, _COLUMN)

"""A watch may tell each story once."""

from scraper.archive.database import Database


def apply(db: Database) -> None:
    # 1: each story once (`--unique`), also when an edition prints later what another has printed before
    db.execute("ALTER TABLE watches ADD COLUMN each_story INTEGER NOT NULL DEFAULT 0")

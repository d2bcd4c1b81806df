"""The index, the queue of articles it has to read again, and the triggers that note them, whoever wrote them.

Unlike the other tables these hold nothing that can't be made anew, so they
are brought back whenever an archive is opened without them.
"""

from scraper.archive.database import Database
from scraper.archive.schema.statements import run
from scraper.archive.texts import TEXT_COLUMNS

_COLUMNS = ", ".join(TEXT_COLUMNS)
_OLD = ", ".join(f"old.{name}" for name in TEXT_COLUMNS)

QUEUE = """
CREATE TABLE IF NOT EXISTS articles_fts_queue (
  -- Articles whose index entry is out of date, with their text as it was indexed.
  -- Any tool may write articles; the program empties this queue before it searches.
  seq INTEGER PRIMARY KEY,
  id INTEGER NOT NULL,                   -- articles.id
  title TEXT, body TEXT, captions TEXT, site TEXT, published_at TEXT,
  source TEXT, editor TEXT, authors TEXT, channel TEXT, sections TEXT
) STRICT;
"""

# Why it is made so: m001_archive and docs/search.md.
_INDEX = """
CREATE VIRTUAL TABLE articles_fts USING fts5(
  tokens, content='', /* content="articles" */ detail=none,
  tokenize="ascii tokenchars '!#$%&()*+,-./:;<=>?@[\\]^_`{|}~'' '"
);
CREATE TABLE articles_fts_version (version INTEGER NOT NULL) STRICT;
"""

SCRIPT = f"""
CREATE TRIGGER IF NOT EXISTS articles_fts_bi BEFORE INSERT ON articles BEGIN
  INSERT INTO articles_fts_queue(id, {_COLUMNS})
  SELECT id, {_COLUMNS} FROM articles WHERE id = new.id OR url = new.url;
END;
CREATE TRIGGER IF NOT EXISTS articles_fts_ai AFTER INSERT ON articles BEGIN
  INSERT INTO articles_fts_queue(id) VALUES (new.id);
END;
CREATE TRIGGER IF NOT EXISTS articles_fts_ad AFTER DELETE ON articles BEGIN
  INSERT INTO articles_fts_queue(id, {_COLUMNS})
  VALUES (old.id, {_OLD});
END;
CREATE TRIGGER IF NOT EXISTS articles_fts_bu BEFORE UPDATE OF id, url ON articles BEGIN
  INSERT INTO articles_fts_queue(id, {_COLUMNS})
  SELECT id, {_COLUMNS} FROM articles
  WHERE id <> old.id AND (id = new.id OR url = new.url);
END;
CREATE TRIGGER IF NOT EXISTS articles_fts_au
AFTER UPDATE OF id, {_COLUMNS} ON articles BEGIN
  INSERT INTO articles_fts_queue(id, {_COLUMNS})
  VALUES (old.id, {_OLD});
  INSERT INTO articles_fts_queue(id) VALUES (new.id);
END;
"""

NAMES = ("articles_fts_bi", "articles_fts_ai", "articles_fts_ad", "articles_fts_bu", "articles_fts_au")


TABLES = ("articles_fts", "articles_fts_queue", "articles_fts_version")


def has_triggers(db: Database) -> bool:
    names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    return names.issuperset(NAMES)


def has_tables(db: Database) -> bool:
    names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return names.issuperset(TABLES)


def ensure_triggers(db: Database) -> None:
    """Bring back the triggers that `sqlite-utils transform` drops with a table, and an index somebody dropped.

    Nobody noted what was written without them, so the index is no longer
    believed: without its version it is made anew.
    """
    if not has_tables(db):
        for name in TABLES:
            db.execute(f"DROP TABLE IF EXISTS {name}")
        run(db, _INDEX + QUEUE)
    if not has_triggers(db):
        run(db, SCRIPT)
        db.execute("DELETE FROM articles_fts_version")

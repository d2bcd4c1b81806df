"""The triggers that note which articles the index has to read again, whoever wrote them."""

from sqlite_utils import Database

from scraper.archive.schema.statements import run

SCRIPT = """
CREATE TRIGGER IF NOT EXISTS articles_fts_bi BEFORE INSERT ON articles BEGIN
  INSERT INTO articles_fts_queue(id, title, body, captions, site, published_at)
  SELECT id, title, body, captions, site, published_at FROM articles WHERE id = new.id OR url = new.url;
END;
CREATE TRIGGER IF NOT EXISTS articles_fts_ai AFTER INSERT ON articles BEGIN
  INSERT INTO articles_fts_queue(id) VALUES (new.id);
END;
CREATE TRIGGER IF NOT EXISTS articles_fts_ad AFTER DELETE ON articles BEGIN
  INSERT INTO articles_fts_queue(id, title, body, captions, site, published_at)
  VALUES (old.id, old.title, old.body, old.captions, old.site, old.published_at);
END;
CREATE TRIGGER IF NOT EXISTS articles_fts_bu BEFORE UPDATE OF id, url ON articles BEGIN
  INSERT INTO articles_fts_queue(id, title, body, captions, site, published_at)
  SELECT id, title, body, captions, site, published_at FROM articles
  WHERE id <> old.id AND (id = new.id OR url = new.url);
END;
CREATE TRIGGER IF NOT EXISTS articles_fts_au
AFTER UPDATE OF id, title, body, captions, site, published_at ON articles BEGIN
  INSERT INTO articles_fts_queue(id, title, body, captions, site, published_at)
  VALUES (old.id, old.title, old.body, old.captions, old.site, old.published_at);
  INSERT INTO articles_fts_queue(id) VALUES (new.id);
END;
"""

NAMES = ("articles_fts_bi", "articles_fts_ai", "articles_fts_ad", "articles_fts_bu", "articles_fts_au")


def has_triggers(db: Database) -> bool:
    names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    return names.issuperset(NAMES)


def ensure_triggers(db: Database) -> None:
    """Bring back the triggers that `sqlite-utils transform` drops with a table.

    Nobody noted what was written without them, so the index is no longer
    believed: without its version it is made anew.
    """
    if not has_triggers(db):
        run(db, SCRIPT)
        db.execute("DELETE FROM articles_fts_version")

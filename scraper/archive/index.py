"""The search index kept in step with the articles, whoever wrote them.

Triggers note every change in `articles_fts_queue`; `flush` turns the notes
into index entries inside the caller's transaction.
"""

from collections.abc import Iterator

from sqlite_utils import Database

from scraper.archive import tokens
from scraper.archive.connect import writing
from scraper.archive.schema.triggers import has_triggers

_BATCH = 500


def flush(db: Database) -> int:
    """Index what has changed; returns how many articles. The caller holds the transaction."""
    last = db.execute("SELECT max(seq) FROM articles_fts_queue").fetchone()[0]
    if last is None:
        return 0
    queued = db.execute(
        "SELECT id, title, body, captions, site, published_at FROM articles_fts_queue WHERE seq <= ? ORDER BY seq",
        [last],
    ).fetchall()
    before: dict[int, tuple[str, ...] | None] = {}
    for identity, *text in queued:
        # The first note of an article that has text is what the index holds of it.
        if before.get(identity) is None:
            before[identity] = tuple(text) if text[0] is not None else None
    for identity, old in before.items():
        _reindex(db, identity, old)
    db.execute("DELETE FROM articles_fts_queue WHERE seq <= ?", [last])
    return len(before)


def _reindex(db: Database, identity: int, old: tuple[str, ...] | None) -> None:
    indexed = db.execute("SELECT 1 FROM articles_fts_docsize WHERE id = ?", [identity]).fetchone()
    if indexed and old is not None:
        db.execute(
            "INSERT INTO articles_fts(articles_fts, rowid, tokens) VALUES ('delete', ?, ?)",
            [identity, tokens.tokens_of(*old)],
        )
        indexed = None
    row = db.execute(
        "SELECT title, body, captions, site, published_at FROM articles WHERE id = ?", [identity]
    ).fetchone()
    if row is not None and not indexed:
        db.execute("INSERT INTO articles_fts(rowid, tokens) VALUES (?, ?)", [identity, tokens.tokens_of(*row)])


def is_current(db: Database) -> bool:
    """Whether nothing waits to be indexed, nothing can have gone unnoticed, and the rules are this version's."""
    if not has_triggers(db):
        return False
    waiting = db.execute("SELECT 1 FROM articles_fts_queue LIMIT 1").fetchone()
    version = db.execute("SELECT version FROM articles_fts_version").fetchone()
    return waiting is None and (version is not None and version[0] == tokens.VERSION)


def catch_up(db: Database) -> None:
    """Bring the index up to date: flush the queue, or rebuild after a change of rules."""
    version = db.execute("SELECT version FROM articles_fts_version").fetchone()
    with writing(db):
        if version is None or version[0] != tokens.VERSION:
            rebuild(db)
        else:
            flush(db)


def rebuild(db: Database) -> int:
    """Index every article anew; returns how many. The caller holds the transaction."""
    db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('delete-all')")
    db.execute("DELETE FROM articles_fts_queue")
    count = 0
    for identity, *text in _all_texts(db):
        db.execute("INSERT INTO articles_fts(rowid, tokens) VALUES (?, ?)", [identity, tokens.tokens_of(*text)])
        count += 1
    db.execute("DELETE FROM articles_fts_version")
    db.execute("INSERT INTO articles_fts_version VALUES (?)", [tokens.VERSION])
    return count


def _all_texts(db: Database) -> Iterator[tuple[int, str, str, str, str, str]]:
    last = -1
    while True:
        rows = db.execute(
            "SELECT id, title, body, captions, site, published_at FROM articles WHERE id > ? ORDER BY id LIMIT ?",
            [last, _BATCH],
        ).fetchall()
        if not rows:
            return
        yield from rows
        last = rows[-1][0]

"""The search index kept in step with the articles, whoever wrote them.

Triggers note every change in `articles_fts_queue`; `flush` turns the notes
into index entries inside the caller's transaction. `check` compares the whole
index with the articles, `rebuild` makes it anew.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from sqlite3 import OperationalError
from typing import Any

from scraper.archive import tokens
from scraper.archive.connect import writing
from scraper.archive.database import Database
from scraper.archive.schema.triggers import ensure_triggers, has_tables, has_triggers
from scraper.archive.texts import TEXT_COLUMNS, Texts

_BATCH = 500
MOST_AHEAD = 64
"""Texts whose tokens are kept ahead: 20 kB each. A crawl has 33 on their way; what did not change is taken by nobody."""
# Bytes of entries that FTS5 holds before it writes them. Of a whole archive few large pieces are cheaper to merge than
# many small ones: of 3,000 articles 64 MB leave 2 instead of 11, and each takes 4.0 instead of 4.2 ms.
_HELD, _HELD_BY_DEFAULT = 64 << 20, 1 << 20
_COLUMNS = ", ".join(TEXT_COLUMNS)

Progress = Callable[[int, int], None]
"""Told how many articles are done, and of how many."""


class Ahead:
    """Tokens of a text that were worked out before it was stored, of the last few; another text has tokens of its own.

    They may be put by one thread and taken by another.
    """

    def __init__(self) -> None:
        self._tokens: OrderedDict[Texts, str] = OrderedDict()

    def put(self, texts: Texts, found: str) -> None:
        self._tokens[texts] = found
        if len(self._tokens) > MOST_AHEAD:
            self._tokens.popitem(last=False)

    def take(self, texts: Texts) -> str:
        """The tokens of a text, worked out now where nobody did before."""
        found = self._tokens.pop(texts, "")
        return found or tokens.tokens_of(*texts)


def flush(db: Database, ahead: Ahead | None = None) -> int:
    """Index what has changed; returns how many articles. The caller holds the transaction."""
    ahead = ahead or Ahead()
    last = db.execute("SELECT max(seq) FROM articles_fts_queue").fetchone()[0]
    if last is None:
        return 0
    queued = db.execute(f"SELECT id, {_COLUMNS} FROM articles_fts_queue WHERE seq <= ? ORDER BY seq", [last]).fetchall()
    before: dict[int, tuple[str, ...] | None] = {}
    for identity, *text in queued:
        # The first note of an article that has text is what the index holds of it.
        if before.get(identity) is None:
            before[identity] = tuple(text) if text[0] is not None else None
    for identity, old in before.items():
        _reindex(db, identity, old, ahead)
    db.execute("DELETE FROM articles_fts_queue WHERE seq <= ?", [last])
    return len(before)


def _reindex(db: Database, identity: int, old: tuple[str, ...] | None, ahead: Ahead) -> None:
    indexed = db.execute("SELECT 1 FROM articles_fts_docsize WHERE id = ?", [identity]).fetchone()
    if indexed and old is not None:
        db.execute(
            "INSERT INTO articles_fts(articles_fts, rowid, tokens) VALUES ('delete', ?, ?)",
            [identity, tokens.tokens_of(*old)],
        )
        indexed = None
    row = db.execute(f"SELECT {_COLUMNS} FROM articles WHERE id = ?", [identity]).fetchone()
    if row is not None and not indexed:
        db.execute("INSERT INTO articles_fts(rowid, tokens) VALUES (?, ?)", [identity, ahead.take(row)])


# --- in step or not ------------------------------------------------------------------------------


def is_current(db: Database) -> bool:
    """Whether nothing waits to be indexed, nothing can have gone unnoticed, and the rules are this version's."""
    return has_triggers(db) and waiting(db) == []


def waiting(db: Database) -> list[int] | None:
    """The articles whose index entry can't be believed; None means all of them."""
    try:
        version = db.execute(
            "SELECT version FROM articles_fts_version"
            " WHERE EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'articles_fts')"
        ).fetchone()
        if version is None or version[0] != tokens.VERSION:
            return None
        return [identity for (identity,) in db.execute("SELECT DISTINCT id FROM articles_fts_queue")]
    except OperationalError:
        if has_tables(db):
            raise
        return None


def catch_up(db: Database, progress: Progress | None = None) -> None:
    """Bring the index up to date: flush the queue, or rebuild after a change of rules."""
    with writing(db):
        if waiting(db) is None:
            rebuild(db, progress)
        else:
            flush(db)


# --- the whole index -------------------------------------------------------------------------------


def rebuild(db: Database, progress: Progress | None = None) -> int:
    """Index every article anew, where need be in new tables; returns how many. The caller holds the transaction."""
    ensure_triggers(db)
    db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('delete-all')")
    db.execute("DELETE FROM articles_fts_queue")
    total = db.execute("SELECT count(*) FROM articles").fetchone()[0] if progress else 0
    count = 0
    _hold(db, _HELD)
    for identity, *text in _all_texts(db):
        db.execute("INSERT INTO articles_fts(rowid, tokens) VALUES (?, ?)", [identity, tokens.tokens_of(*text)])
        count += 1
        if progress and count % _BATCH == 0:
            progress(count, total)
    _hold(db, _HELD_BY_DEFAULT)
    db.execute("DELETE FROM articles_fts_version")
    db.execute("INSERT INTO articles_fts_version VALUES (?)", [tokens.VERSION])
    return count


def _hold(db: Database, size: int) -> None:
    db.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('hashsize', ?)", [size])


def optimize(db: Database) -> None:
    """Merge what many small writes left into one piece: smaller and faster. The caller holds the transaction."""
    db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('optimize')")


def _all_texts(db: Database) -> Iterator[tuple[Any, ...]]:
    last = -(2**63)
    while True:
        rows = db.execute(
            f"SELECT id, {_COLUMNS} FROM articles WHERE id > ? ORDER BY id LIMIT ?", [last, _BATCH]
        ).fetchall()
        if not rows:
            return
        yield from rows
        last = rows[-1][0]


@dataclass(frozen=True, slots=True)
class Findings:
    """What a comparison of the index with the articles found, by article id."""

    articles: int
    missing: tuple[int, ...] = ()
    """In no index entry."""
    stale: tuple[int, ...] = ()
    """Whose entry is not made from the text they have now."""
    extra: tuple[int, ...] = ()
    """Entries of articles that are not there."""
    waiting: int = 0
    """Noted as changed and not indexed yet: that is no fault."""
    note: str = ""

    @property
    def in_step(self) -> bool:
        return not (self.missing or self.stale or self.extra or self.note)


def check(db: Database, progress: Progress | None = None) -> Findings:
    """Compare the tokens of every article with those in the index. About 4 ms an article; changes nothing."""
    total = db.execute("SELECT count(*) FROM articles").fetchone()[0]
    noted = waiting(db)
    if noted is None:
        return Findings(total, note="the index is missing or was made by other rules")
    found = _sums(db)
    missing, stale, count = [], [], 0
    later = set(noted)
    for identity, *text in _all_texts(db):
        held = found.pop(identity, None)
        count += 1
        if progress and count % _BATCH == 0:
            progress(count, total)
        if identity in later:
            continue
        if held is None:
            missing.append(identity)
        elif held != sum(map(hash, tokens.tokens_of(*text).split("\n"))):
            stale.append(identity)
    extra = sorted(set(found) - later)
    return Findings(total, tuple(missing), tuple(stale), tuple(extra), len(later))


def _sums(db: Database) -> dict[int, int]:
    """For each article in the index the sum of its tokens' hashes: the tokens come in the index's order, not by article."""
    db.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.articles_fts_held USING fts5vocab(main, articles_fts, instance)"
    )
    sums: dict[int, int] = {}
    for term, identity in db.execute("SELECT term, doc FROM temp.articles_fts_held"):
        sums[identity] = sums.get(identity, 0) + hash(term)
    for (identity,) in db.execute("SELECT id FROM articles_fts_docsize"):
        sums.setdefault(identity, 0)
    return sums

"""What articles are counted by (edition, channel, source, editor, authors, time), held in memory beside the archive.

SQLite would read a page of the file for each article that is found; of a
common word these are tens of thousands. Held are a few words an article, by
its id. They are trusted only while the search index, which triggers keep in
step with the articles, is the one they were read with: what is new or stored
again since then is told by its revision, and whatever else happened makes
them be read anew. Where that takes long it is done aside, and whoever asks
meanwhile counts the slow way.
"""

import sqlite3
import time
from array import array
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nlargest
from itertools import chain
from operator import itemgetter
from pathlib import Path
from threading import Lock, Thread
from urllib.parse import quote

from scraper.archive import index
from scraper.archive.database import Database
from scraper.archive.matches import Matches
from scraper.archive.narrowing import quoted
from scraper.archive.query import Node
from scraper.archive.tokens import EVERY, strings

Counts = dict[str, list[tuple[str, int]]]

_AT_ONCE = 20_000
"""Articles that are read while the visitor waits: that is a tenth of a second."""
_MOST_STEPS = 2_000
"""Articles stored since, beyond which all are read again."""
_TRUSTED = 600.0
"""Seconds after which a change, however well explained by revisions, makes all be read again."""
_REMEMBERED = 64
"""Searches whose counts are kept until the archive changes."""
_FOUND = 16
MOST_VALUES = 200
"""Of a facet that is no period: who bears another name is found by asking for it."""
_COUNTED_ASIDE = ("site", "channel", "source", "editor", "author", "year", "month")
_NAMES = ("site", "channel", "source", "editor", "authors", "month", "published_at")
_COLUMNS = "id, site, channel, source, editor, authors, substr(published_at, 1, 7), published_at"
_PERIODS = {"year": 4, "month": 7}


class _Found(OrderedDict[Node, Sequence[int]]):
    """The last few, in eight bytes an article."""

    def __setitem__(self, query: Node, ids: Sequence[int]) -> None:
        super().__setitem__(query, array("q", ids))
        while len(self) > _FOUND:
            self.popitem(last=False)


@dataclass(slots=True)
class Columns:
    """Each column as a list by article id; None where there is no such article."""

    state: tuple[object, ...]
    read_at: float
    values: dict[str, list[str | None]]
    articles: int
    last_revision: tuple[object, ...]
    tallies: dict[str, Counter[str]] = field(default_factory=dict)
    """How often all articles have each name of a facet, once it was asked for."""
    stories: dict[int, int] = field(default_factory=dict)
    stories_state: tuple[object, ...] = ()
    remembered: OrderedDict[object, Counts] = field(default_factory=OrderedDict)
    found: "_Found" = field(default_factory=lambda: _Found())
    """The articles of searches that only their texts can tell."""
    lists: dict[str, tuple[int, list[int]]] = field(default_factory=dict)
    """Articles lately edited or gone, with the last revision they were asked of."""

    def of_search(self, db: Database, found: Matches, facets: Sequence[str], *, unique: bool) -> Counts:
        """How what a search finds parts by each facet; told again without counting while the archive stays as it is."""
        if unique:
            _learn_stories(db, self)
        asked = (found.query.root, tuple(facets), self.stories_state if unique else None)
        known = self.remembered.get(asked)
        if known is None:
            chosen = _found_by(db, found, self.articles) if found.query else _Chosen([], but=True)
            known = self._counted(facets, chosen, unique=unique)
            with _lock:
                self.remembered[asked] = known
                while len(self.remembered) > _REMEMBERED:
                    self.remembered.popitem(last=False)
        return known

    def whole(self, facets: Sequence[str]) -> Counts:
        """How all articles part by each facet."""
        return self._counted(facets, _Chosen([], but=True))

    def counted(self, facets: Sequence[str], ids: Sequence[int]) -> Counts:
        """How these articles part by each facet: the most frequent first, years and months newest first."""
        return self._counted(facets, _Chosen(ids))

    def _counted(self, facets: Sequence[str], chosen: "_Chosen", *, unique: bool = False) -> Counts:
        retold = chosen.among(self.stories) if unique else []
        return {facet: _ordered(facet, self._names(facet, chosen, retold)) for facet in facets}

    def _names(self, facet: str, chosen: "_Chosen", retold: Sequence[int]) -> Counter[str]:
        """How often each name stands in a facet; of the articles `retold`, which print a story, once a story."""
        column = self.values[_column(facet)]
        counted = _names_in(facet, map(column.__getitem__, chosen.ids))
        if chosen.but:
            counted = _less(self.tally(facet), counted)
        if retold:
            counted = _less(counted, _names_in(facet, map(column.__getitem__, retold)))
            told = {(self.stories[one], name) for one in retold for name in _said(facet, column[one])}
            counted.update(name for _, name in told)
        return counted

    def tally(self, facet: str) -> Counter[str]:
        """How often all articles have each name of a facet."""
        if facet not in self.tallies:
            self.tallies[facet] = _names_in(facet, self.values[_column(facet)])
        return self.tallies[facet]

    def bearing(self, kind: str, name: str) -> list[int]:
        """The articles of an edition, a channel, a source, an editor or an author."""
        column = self.values[_column(kind)]
        if kind != "author":
            return [at for at, value in enumerate(column) if value == name]
        bearing = {value for value in set(column) if name in _said("author", value)}
        return [at for at, value in enumerate(column) if value in bearing]

    def newest(self, ids: Iterable[int], count: int) -> list[int]:
        published = self.values["published_at"]
        return [at for _, at in nlargest(count, ((published[at] or "", at) for at in ids))]


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Some articles by their ids, or all but these: of a word that nearly all have, those without it are soon read."""

    ids: Sequence[int]
    but: bool = False

    def among(self, articles: Iterable[int]) -> list[int]:
        listed = set(self.ids)
        return [one for one in articles if (one in listed) != self.but]


def _found_by(db: Database, found: Matches, articles: int) -> _Chosen:
    """The matches. Where the index alone decides, no article need be looked up."""
    if not (found.exact and found.expression) or found.where:
        source, parameters = found.source()
        return _Chosen(db.column(f"SELECT articles.id FROM {source}", parameters))
    sql = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?"
    if found.total() * 2 <= articles:
        return _Chosen(db.column(sql, [found.expression]))
    return _Chosen(db.column(sql, [f"({quoted(EVERY)}) NOT ({found.expression})"]), but=True)


def _names_in(facet: str, values: Iterable[str | None]) -> Counter[str]:
    if facet == "author":
        return Counter(chain.from_iterable(map(_people, filter(None, values))))
    tally = Counter(filter(None, values))
    if facet not in _PERIODS:
        return tally
    counted = Counter[str]()
    for value, times in tally.items():
        counted[value[: _PERIODS[facet]]] += times
    return counted


def _less(counted: Counter[str], others: Counter[str]) -> Counter[str]:
    left = counted.copy()
    for name, times in others.items():
        left[name] -= times
        if not left[name]:
            del left[name]
    return left


def _ordered(facet: str, counted: Counter[str]) -> list[tuple[str, int]]:
    if facet in _PERIODS:
        return sorted(counted.items(), reverse=True)
    # By name, then, of equals in that order, by number: both sorts compare without a call into Python.
    fewest = nlargest(MOST_VALUES, counted.values())[-1] if len(counted) > MOST_VALUES else 0
    kept = sorted(pair for pair in counted.items() if pair[1] >= fewest)
    kept.sort(key=itemgetter(1), reverse=True)
    return kept[:MOST_VALUES]


def _column(facet: str) -> str:
    return "month" if facet in _PERIODS else {"author": "authors", "edition": "site"}.get(facet, facet)


def _said(facet: str, value: str | None) -> Iterable[str]:
    if not value:
        return ()
    if facet == "author":
        return _people(value)
    return (value[: _PERIODS[facet]],) if facet in _PERIODS else (value,)


@lru_cache(maxsize=200_000)
def _people(value: str) -> frozenset[str]:
    return frozenset(strings(value)) - {""}


# --- kept in step -------------------------------------------------------------------------

_held: OrderedDict[str, Columns] = OrderedDict()
"""By file; the least recently asked archive goes first."""
_reading: set[str] = set()
_lock = Lock()
_MOST_ARCHIVES = 4


def current(db: Database) -> Columns | None:
    """What is held of this archive, in step with it; None where it can't be, or not yet."""
    path = next((row[2] for row in db.execute("PRAGMA database_list") if row[1] == "main"), "")
    if not path:
        return None
    with _lock:
        try:
            held = _in_step(db, path)
        except sqlite3.OperationalError as error:
            if "no such" in str(error):  # an archive of an older version
                return None
            raise
        if held is not None:
            _held[path] = held
            _held.move_to_end(path)
            while len(_held) > _MOST_ARCHIVES:
                _held.popitem(last=False)
        return held


def _in_step(db: Database, path: str) -> Columns | None:
    state, held = _state(db, path), _held.get(path)
    if state is None:
        return None
    if held is not None and held.state == state:
        return held
    return (held and _followed(db, held, state)) or _read_somehow(db, path, state)


def _learn_stories(db: Database, held: Columns) -> None:
    """The story of each article that prints one: they may change with any article that is stored, or be made anew."""
    if not db.has_table("story_members"):
        return
    state = (*db.execute("SELECT max(id), count(*) FROM stories").fetchone(), held.state)
    if state != held.stories_state:
        held.stories = dict(db.execute("SELECT article, story FROM story_members").fetchall())
        held.stories_state = state


def _state(db: Database, path: str) -> tuple[object, ...] | None:
    """What changes whenever an indexed column of any article does; None where the index is not in step."""
    if index.waiting(db) != []:
        return None
    # FTS5 keeps its number of documents and words in row 1, and the list of its pieces in row 10.
    rows = db.execute("SELECT block FROM articles_fts_data WHERE id IN (1, 10) ORDER BY id").fetchall()
    try:
        file = Path(path).stat()
    except OSError:
        return None
    return file.st_dev, file.st_ino, *(bytes(row[0]) for row in rows)


def _followed(db: Database, held: Columns, state: tuple[object, ...]) -> Columns | None:
    """The columns with what was stored since; None where revisions do not explain what changed."""
    last, chain = held.last_revision
    if not last or state[:2] != held.state[:2] or time.monotonic() - held.read_at > _TRUSTED:
        return None
    row = db.execute("SELECT chain FROM revisions WHERE id = ?", [last]).fetchone()
    if row is None or row[0] != chain:
        return None  # removed, and its number perhaps given to another
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM articles WHERE id IN (SELECT article FROM revisions WHERE id > ?) LIMIT ?",
        [last, _MOST_STEPS + 1],
    ).fetchall()
    articles = db.execute("SELECT count(*) FROM articles").fetchone()[0]
    if not rows or len(rows) > _MOST_STEPS:
        return None
    values = {name: list(column) for name, column in held.values.items()}
    tallies = {name: tally.copy() for name, tally in held.tallies.items()}
    new = _fill(values, tallies, rows)
    if held.articles + new != articles:
        return None
    return Columns(state, held.read_at, values, articles, _last_revision(db), tallies)


def _fill(
    values: dict[str, list[str | None]], tallies: dict[str, Counter[str]], rows: Sequence[tuple[object, ...]]
) -> int:
    """Enter rows; returns how many articles were not there before."""
    missing = max((int(str(row[0])) for row in rows), default=-1) + 1 - len(values["site"])
    for column in values.values():
        column.extend([None] * missing)
    new = 0
    for identity, *own in rows:
        at = int(str(identity))
        new += values["site"][at] is None
        for facet, tally in tallies.items():
            tally.subtract(_said(facet, values[_column(facet)][at]))
        for name, value in zip(_NAMES, own, strict=True):
            values[name][at] = None if value is None else str(value)
        for facet, tally in tallies.items():
            tally.update(_said(facet, values[_column(facet)][at]))
    return new


def _last_revision(db: Database) -> tuple[object, ...]:
    return tuple(db.execute("SELECT id, chain FROM revisions ORDER BY id DESC LIMIT 1").fetchone() or (0, None))


def _read_somehow(db: Database, path: str, state: tuple[object, ...]) -> Columns | None:
    """Read at once where that is quick; else aside, for those who ask later."""
    lowest, highest = db.execute("SELECT min(id), max(id) FROM articles").fetchone()
    if lowest is None or lowest < 0 or highest > 50_000_000:
        return None
    if highest <= _AT_ONCE:
        return _read(db, state)
    if path not in _reading:
        _reading.add(path)
        Thread(target=_read_aside, args=(path,), daemon=True).start()
    return None


def _read_aside(path: str) -> None:
    try:
        try:
            held = _read_apart(path, "mode=ro")
        except sqlite3.OperationalError as error:
            if "unable to open" not in str(error) and "readonly" not in str(error):
                raise
            # In a folder that can't be written; `serve` shows it as a file that nobody changes, too.
            held = _read_apart(path, "mode=ro&immutable=1")
        if held is None:
            return
        for facet in _COUNTED_ASIDE:
            held.tally(facet)
        with _lock:
            _held[path] = held
    except sqlite3.Error:
        pass  # whoever asks counts the slow way
    finally:
        _reading.discard(path)


def _read_apart(path: str, how: str) -> Columns | None:
    address = f"file:{quote(str(Path(path).resolve()))}?{how}"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        db = Database(connection)
        connection.execute("BEGIN")  # one state of the archive for all of it
        state = _state(db, path)
        return _read(db, state) if state is not None else None


def _read(db: Database, state: tuple[object, ...]) -> Columns:
    rows = db.execute(f"SELECT {_COLUMNS} FROM articles ORDER BY id").fetchall()
    size = rows[-1][0] + 1 if rows else 0
    known: dict[str, str] = {}
    values: dict[str, list[str | None]] = {name: [None] * size for name in _NAMES}
    for name, at in zip(_NAMES, range(1, len(_NAMES) + 1), strict=True):
        column = values[name]
        for row in rows:
            value = row[at]
            # The same name is the same object: a tenth of the memory, and compared in no time.
            column[row[0]] = known.setdefault(value, value) if value is not None else None
    return Columns(state, time.monotonic(), values, len(rows), _last_revision(db))

"""Dictionaries: what an edition's pages have in common, kept once instead of in each of them.

A dictionary holds what at least three pages share, never the words of one
article: so an article can be forgotten, and its text is in no dictionary.
Rows never change; a body says which dictionary it needs.
"""

import hashlib
import random
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from scraper.archive.compression import HIGHEST, compress, decompress, finalize
from scraper.archive.database import Database
from scraper.errors import ArchiveDamaged

ENOUGH = 100
"""Article bodies after which an edition gets its first dictionary."""
STALE = 1_000
"""Bodies that one dictionary serves: sidebars wander, and a newer one knows them."""
SAMPLE = 500
"""Pages whose pieces are counted; of 200, a sidebar that changes quickly shows too rarely."""
_SAMPLES_FOR_TABLES = 100
SHARED_BY = 3
"""Pages that must have a piece in common before it goes into a dictionary."""
SIZE = 512 * 1024
_SMALLEST_PIECE = 6
_PIECE = re.compile(rb"[^\n>]*[\n>]?")
_known: dict[str, bytes] = {}
_KEPT_OPEN = 64


@dataclass(frozen=True, slots=True)
class Compacted:
    """What `compact` did for an edition."""

    site: str
    bodies: int
    before: int
    """Bytes of those bodies in the archive, before and after."""
    after: int
    dictionaries: int
    """How many were made."""


def make_dictionary(pages: Sequence[bytes], size: int = SIZE, *, without: Collection[bytes] = ()) -> bytes:
    """The pieces (a line, an element's tag or text) that several pages share, the most common last; `b""` for none.

    zstd refers to the end of a dictionary most cheaply. The tables that
    `finalize` puts before them are counts, not text.
    """
    seen: Counter[bytes] = Counter()
    runs: dict[bytes, tuple[int, int]] = {}
    for number, page in enumerate(pages):
        for place, piece in enumerate(dict.fromkeys(_PIECE.findall(page))):
            seen[piece] += 1
            runs.setdefault(piece, (number, place))
    shared = [piece for piece, count in seen.items() if count >= SHARED_BY and len(piece) >= _SMALLEST_PIECE]
    if without:
        shared = [piece for piece in shared if not any(phrase in piece for phrase in without)]
    # Pieces that stand side by side on a page stay so: one long match is cheaper than many short ones.
    shared.sort(key=lambda piece: (_commonness(seen[piece], len(pages)), -runs[piece][0], runs[piece][1]))
    content = b"".join(shared)[-size:]
    return finalize(content, pages[:_SAMPLES_FOR_TABLES], size) if len(content) > 256 else b""


def _commonness(count: int, pages: int) -> int:
    """Rare, common, on nearly every page: finer steps would tear the template apart."""
    share = count / pages
    return 2 if share > 0.6 else 1 if share > 0.1 else 0


def load_dictionary(db: Database, identity: int) -> bytes:
    """A dictionary's bytes, checked. Raises `KeyError` for an unknown one, `ArchiveDamaged` for one that is not whole."""
    row = db.execute("SELECT sha256 FROM dictionaries WHERE id = ?", [identity]).fetchone()
    if row is None:
        raise KeyError(identity)
    if row[0] not in _known:
        (data,) = db.execute("SELECT data FROM dictionaries WHERE id = ?", [identity]).fetchone()
        content = decompress(data)
        if hashlib.sha256(content).hexdigest() != row[0]:
            raise ArchiveDamaged(f"dictionary {identity} is not what it was")
        while len(_known) >= _KEPT_OPEN:
            _known.pop(next(iter(_known)))
        _known[row[0]] = content
    return _known[row[0]]


def content_of(db: Database, identity: int | None) -> bytes | None:
    return load_dictionary(db, identity) if identity is not None else None


def forget_loaded() -> None:
    """Read dictionaries from the file again: `verify` must not believe what was read before."""
    _known.clear()


def newest_dictionary(db: Database, site: str) -> int | None:
    row = db.execute("SELECT max(id) FROM dictionaries WHERE site = ?", [site]).fetchone()
    return int(row[0]) if row[0] is not None else None


def save_dictionary(db: Database, site: str, content: bytes, now: datetime) -> int:
    """The id of the dictionary with this content, stored if new."""
    digest = hashlib.sha256(content).hexdigest()
    known = db.execute("SELECT id FROM dictionaries WHERE sha256 = ?", [digest]).fetchone()
    if known is None:
        known = db.execute(
            "INSERT INTO dictionaries (site, sha256, size, made_at, data) VALUES (?, ?, ?, ?, ?) RETURNING id",
            [site, digest, len(content), now.isoformat(timespec="seconds"), compress(content, level=HIGHEST)],
        ).fetchone()
    return int(known[0])


def bodies_without(db: Database, site: str) -> list[str]:
    """Digests of an edition's bodies that no dictionary serves, oldest first."""
    rows = db.execute(
        "SELECT b.sha256 FROM captures c JOIN pages p ON p.id = c.page JOIN bodies b ON b.sha256 = c.sha256"
        " WHERE p.site = ? AND b.dictionary IS NULL AND b.size > 0 GROUP BY b.sha256 ORDER BY min(c.id)",
        [site],
    )
    return [row[0] for row in rows.fetchall()]


def is_due(db: Database, site: str) -> bool:
    """Whether a new dictionary is worth making: enough pages have none, or the newest has served its time."""
    newest = newest_dictionary(db, site)
    if newest is not None:
        served = db.execute("SELECT count(*) FROM bodies WHERE dictionary = ?", [newest]).fetchone()[0]
        if served < STALE:
            return False
    waiting = db.execute(
        "SELECT count(DISTINCT c.sha256) FROM captures c JOIN pages p ON p.id = c.page"
        " JOIN bodies b ON b.sha256 = c.sha256"
        " WHERE p.site = ? AND p.kind = 'article' AND c.status = 200 AND b.dictionary IS ?",
        [site, newest],
    ).fetchone()[0]
    return bool(waiting >= ENOUGH)


def latest_articles(db: Database, site: str) -> list[str]:
    """Digests of the newest article pages, as many as a sample takes."""
    rows = db.execute(
        "SELECT c.sha256 FROM captures c JOIN pages p ON p.id = c.page WHERE p.site = ? AND p.kind = 'article'"
        " AND c.status = 200 AND c.sha256 IS NOT NULL GROUP BY c.sha256 ORDER BY max(c.id) DESC LIMIT ?",
        [site, SAMPLE],
    )
    return [row[0] for row in rows.fetchall()]


def sample_of(digests: Sequence[str]) -> list[str]:
    """At most `SAMPLE` of them, the same each time."""
    return list(digests) if len(digests) <= SAMPLE else random.Random(0).sample(list(digests), SAMPLE)

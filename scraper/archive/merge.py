"""Another archive taken into this one: every capture, reading, alias and picture once, nothing lost.

Identity is what the world says, not row numbers: a page is its address, a
capture its page, address and moment, a reading its article and moment. So a
second merge finds everything there. Bytes are read through `captures` and
stored anew, whatever dictionary they were compressed with.
"""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from scraper.archive import captures, history, index, rights, schema
from scraper.archive.connect import open_for_reading, open_for_writing, sqlite_errors, writing
from scraper.archive.database import Database
from scraper.archive.readings import Reading, add_readings, readings_of
from scraper.archive.rights import Signals
from scraper.archive.stored import Stored, stored_captures
from scraper.archive.tombstones import is_forgotten
from scraper.errors import ArchiveDamaged, UsageError

_BATCH = 50
T = TypeVar("T")
_VISIT = (
    "state",
    "visits",
    "attempts",
    "last_visit",
    "last_status",
    "error",
    "error_text",
    "etag",
    "last_modified",
    "next_visit",
    "robots_rule",
    "links",
)
_LATEST = (
    "layout",
    "agreement",
    "charset",
    "replaced",
    "pages",
    "noarchive",
    "tdm_reservation",
    "tdm_policy",
    "withheld",
)


def merge(db: Database, target: Path, source: Path, counts: Any) -> None:
    """Take the archive at `source` into `db`, which lies at `target`; adds to `counts` (an `Imported`).

    An older archive is migrated on a copy. Raises `ArchiveTooNew`,
    `ArchiveDamaged` and the other errors of opening one.
    """
    if source.resolve() == target.resolve():
        raise UsageError(f"{source} is this archive itself")
    with _opened(source, target.resolve().parent) as other, sqlite_errors(target):
        _Merge(db, other, counts).run()


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        yield batch


@contextmanager
def _opened(source: Path, workspace: Path) -> Iterator[Database]:
    """The other archive, read-only; a copy of it where it has to be migrated first."""
    other = open_for_reading(source)
    try:
        with sqlite_errors(source):
            problem = other.execute("PRAGMA quick_check(1)").fetchone()[0]
            if problem != "ok":
                raise ArchiveDamaged(f"{source} is damaged ({problem}); nothing was imported from it")
        if not schema.pending(other):
            yield other
            return
        with tempfile.TemporaryDirectory(prefix=".merge.", dir=workspace) as folder:
            copy = Path(folder) / "archive.db"
            with sqlite_errors(copy):
                connection = sqlite3.connect(copy)
                other.conn.backup(connection)
                connection.close()
            migrated = open_for_writing(copy, is_copy=True)
            try:
                yield migrated
            finally:
                migrated.close()
    finally:
        other.close()


class _Merge:
    """The two archives, and which row of the one is which of the other."""

    def __init__(self, db: Database, other: Database, counts: Any) -> None:
        self.db = db
        self.other = other
        self.counts = counts
        self.pages: dict[int, int] = {}
        self.runs: dict[int, int] = {}
        self.captures: dict[int, int] = {}

    def run(self) -> None:
        with writing(self.db):
            self._copy_rows("sites", "code")
            self._copy_runs()
            self._copy_pages()
            self._copy_aliases()
        for several in _batches(stored_captures(self.other)):
            with writing(self.db):
                for one in several:
                    self._capture(one)
        for articles in _batches(self._all("SELECT id FROM articles ORDER BY id")):
            with writing(self.db):
                for (article,) in articles:
                    self._article(article)
                index.flush(self.db)
        for pictures in _batches(self._all("SELECT sha256 FROM media ORDER BY sha256")):
            with writing(self.db):
                for (sha256,) in pictures:
                    self._copy_rows("media", "sha256", "sha256 = ?", [sha256])
        with writing(self.db):
            self._copy_rows("media_sources", "url")
            self._copy_problems()
            self._copy_skips()
            self._copy_watches()
            self._copy_tombstones()

    def _all(self, sql: str) -> Iterable[tuple[Any, ...]]:
        return list(self.other.execute(sql).fetchall())

    # --- rows that are the same on both sides ------------------------------------------------

    def _columns(self, table: str) -> list[str]:
        """Columns of a table that both archives have, without the row number."""
        both, mine = self.other.columns(table), set(self.db.columns(table))
        return [name for name in both if name in mine and name != "id"]

    def _rows(self, table: str, where: str = "1", parameters: Iterable[Any] = ()) -> Iterator[dict[str, Any]]:
        names = self.other.columns(table)
        for row in self.other.execute(f"SELECT * FROM {table} WHERE {where}", list(parameters)).fetchall():
            yield dict(zip(names, row, strict=True))

    def _copy_rows(self, table: str, key: str, where: str = "1", parameters: Iterable[Any] = ()) -> None:
        for row in self._rows(table, where, parameters):
            self._insert(table, row, f"ON CONFLICT ({key}) DO NOTHING")

    def _insert(self, table: str, row: dict[str, Any], conflict: str = "") -> int | None:
        names = [name for name in self._columns(table) if name in row]
        holes = ", ".join(f":{name}" for name in names)
        cursor = self.db.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({holes}) {conflict}", row)
        return cursor.lastrowid if cursor.rowcount > 0 else None

    def _copy_runs(self) -> None:
        for row in self._rows("runs"):
            known = self.db.execute(
                "SELECT id FROM runs WHERE started_at = ? AND pid = ? AND arguments = ?",
                [row["started_at"], row["pid"], row["arguments"]],
            ).fetchone()
            # The chain is made again as the captures are stored.
            fresh = {name: value for name, value in row.items() if name != "chain"}
            identity = known[0] if known else self._insert("runs", fresh)
            assert identity is not None
            self.runs[row["id"]] = identity
            for counted in self._rows("run_sites", "run = ?", [row["id"]]):
                self._insert("run_sites", counted | {"run": identity}, "ON CONFLICT (run, site) DO NOTHING")

    def _copy_pages(self) -> None:
        for row in self._rows("pages"):
            if is_forgotten(self.db, row["url"]):
                continue
            known = self.db.execute("SELECT id, last_visit FROM pages WHERE url = ?", [row["url"]]).fetchone()
            row |= {
                "lease_run": None,
                "lease_until": None,
                "state": "due" if row["state"] == "leased" else row["state"],
            }
            if known is None:
                identity = self._insert("pages", row)
                assert identity is not None
                self.pages[row["id"]] = identity
                continue
            self.pages[row["id"]] = known[0]
            self.db.execute(
                "UPDATE pages SET discovered_at = :discovered_at, discovered_on = :discovered_on, link_text = :link_text"
                " WHERE id = :page AND discovered_at > :discovered_at",
                row | {"page": known[0]},
            )
            if (row["last_visit"] or "") > (known[1] or ""):
                settings = ", ".join(f"{name} = :{name}" for name in _VISIT)
                self.db.execute(
                    f"UPDATE pages SET {settings} WHERE id = :page AND state <> 'leased'", row | {"page": known[0]}
                )

    def _copy_aliases(self) -> None:
        for row in self._rows("aliases"):
            if row["page"] in self.pages:
                self._insert("aliases", row | {"page": self.pages[row["page"]]}, "ON CONFLICT (url) DO NOTHING")

    def _copy_problems(self) -> None:
        for row in self._rows("problems"):
            page, run = self.pages.get(row["page"]), self.runs.get(row["run"])
            known = "SELECT 1 FROM problems WHERE page = ? AND at = ? AND slug = ?"
            if page is not None and not self.db.execute(known, [page, row["at"], row["slug"]]).fetchone():
                self._insert("problems", row | {"page": page, "run": run})

    def _copy_skips(self) -> None:
        """By the first place each was seen."""
        for row in self._rows("skips"):
            if not is_forgotten(self.db, row["url"]):
                self._insert(
                    "skips",
                    row,
                    "ON CONFLICT (url) DO UPDATE SET site = excluded.site, reason = excluded.reason,"
                    " found_on = excluded.found_on, seen_at = excluded.seen_at WHERE excluded.seen_at < skips.seen_at",
                )

    def _copy_watches(self) -> None:
        """Searches whose names are new here; what they have told of is what was there before."""
        (last,) = self.db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()
        for row in self._rows("watches"):
            self._insert("watches", row | {"last_article": last}, "ON CONFLICT (name) DO NOTHING")

    def _copy_tombstones(self) -> None:
        """What the other removed for good is not fetched here either; what is here stays until it is forgotten here."""
        if self.other.has_table("forgotten") and self.db.has_table("forgotten"):
            for row in self._rows("forgotten"):
                with suppress(sqlite3.IntegrityError):
                    self._insert("forgotten", row)

    # --- captures and articles ---------------------------------------------------------------

    def _capture(self, one: Stored) -> None:
        page = self.db.execute("SELECT id FROM pages WHERE url = ?", [one.page_url]).fetchone()
        if page is None:
            self.counts.forgotten += 1
            return
        capture = one.capture
        known = self.db.execute(
            "SELECT id FROM captures WHERE page = ? AND url = ? AND fetched_at = ? AND status = ?",
            [page[0], capture.url, capture.fetched_at.isoformat(timespec="milliseconds"), capture.status],
        ).fetchone()
        if known:
            self.counts.known += 1
            self.captures[one.id] = known[0]
            return
        run = self.runs.get(one.run) if one.run is not None else None
        identity = captures.save_capture(self.db, page[0], run, capture)
        reserved = None if one.tdm_reservation is None else bool(one.tdm_reservation)
        policy = self.other.execute("SELECT tdm_policy FROM captures WHERE id = ?", [one.id]).fetchone()[0]
        rights.note_capture(self.db, identity, Signals(one.noarchive, reserved, policy), one.withheld is not None)
        self.captures[one.id] = identity
        self.counts.captures += 1

    def _article(self, article: int) -> None:
        row = next(self._rows("articles", "id = ?", [article]))
        if is_forgotten(self.db, row["url"]):
            self.counts.forgotten += 1
            return
        page = self.db.execute("SELECT id FROM pages WHERE url = ?", [row["url"]]).fetchone()
        place = page[0] if page else self.pages[row["page"]]
        readings = [self._here(one) for one in readings_of(self.other, article)]
        before = self.db.execute("SELECT changed_at FROM articles WHERE url = ?", [row["url"]]).fetchone()
        result = add_readings(self.db, row["url"], place, readings)
        self.counts.articles += result == "new"
        self.counts.changed += result == "changed"
        self._copy_latest(row, result, before[0] if before else "")

    def _here(self, reading: Reading) -> Reading:
        return replace(reading, capture=self.captures.get(reading.capture) if reading.capture is not None else None)

    def _copy_latest(self, row: dict[str, Any], result: str, before: str) -> None:
        """What a reading does not hold: where the other saw the latest content last, its word counts."""
        here = self.db.execute("SELECT digest, changed_at, id FROM articles WHERE url = ?", [row["url"]]).fetchone()
        history.first_seen(self.db, here[2], row["first_seen"])
        if here[0] == row["digest"] and (result == "new" or row["changed_at"] > before):
            settings = ", ".join(f"{name} = :{name}" for name in _LATEST)
            self.db.execute(f"UPDATE articles SET {settings} WHERE url = :url", row)

"""One export, start to end: the format by its name, to a file, a folder or stdout."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from scraper.archive.database import Database
from scraper.archive.export import selection, wacz, warc
from scraper.archive.export.columns import write_parquet
from scraper.archive.export.files import whole_file, whole_folder
from scraper.archive.export.jsonl import write_jsonl
from scraper.archive.export.pictures import write_pictures
from scraper.archive.export.selection import Selection
from scraper.archive.export.spreadsheet import write_csv
from scraper.archive.stored import Stored, stored_captures
from scraper.errors import UsageError

FORMATS = ("jsonl", "csv", "parquet", "warc", "wacz", "pictures")
STREAMS = ("jsonl", "csv")
"""Formats that can go to stdout."""
_OF_PAGES = ("warc", "wacz")
_FOLDERS = {"parquet": write_parquet, "pictures": write_pictures}
_EPOCH = "1970-01-01T00:00:00.000Z"


@dataclass(frozen=True, slots=True)
class Exported:
    count: int
    left_out: int
    """Captures not written because their bytes were withheld or mining them is reserved."""


def export(
    db: Database, kind: str, out: Path | BinaryIO, chosen: Selection, *, archive: Path, raw: bool = False
) -> Exported:
    """Write the chosen part of the archive that lies at `archive`.

    A file appears whole or not at all. Raises `UsageError` for what can't be
    asked, `DiskFull`, `ConfigError` where a library is missing.
    """
    if kind in (*_OF_PAGES, "pictures") and not chosen.full_text:
        raise UsageError(f"{kind} takes out whole {'pages' if kind in _OF_PAGES else 'works'}; say so with --full-text")
    if kind not in STREAMS and not isinstance(out, Path):
        raise UsageError(f"{kind} needs a {'folder' if kind in _FOLDERS else 'file'} to write to, not stdout")
    if isinstance(out, Path):
        _refuse_archive(out, archive)
    with db.conn:  # every row of one export is of one moment
        db.execute("BEGIN")
        left_out = selection.reserved_captures(db, chosen) if kind in _OF_PAGES else 0
        return Exported(_written(db, kind, out, chosen, raw), left_out)


def _refuse_archive(out: Path, archive: Path) -> None:
    names = {archive.resolve(), *(archive.resolve().with_name(archive.name + end) for end in ("-wal", "-shm", ".lock"))}
    if out.resolve() in names:
        raise UsageError(f"{out} is the archive itself; choose another name")
    if not out.absolute().parent.is_dir():
        raise UsageError(f"{out.parent} is not a folder; make it first")


def _written(db: Database, kind: str, out: Path | BinaryIO, chosen: Selection, raw: bool) -> int:
    if isinstance(out, Path) and kind in _FOLDERS:
        with whole_folder(out) as folder:
            return _FOLDERS[kind](db, chosen, folder)
    if isinstance(out, Path):
        with whole_file(out) as file:
            return _format(kind, raw, out.absolute())(db, chosen, file)
    return _format(kind, raw, Path("-"))(db, chosen, out)


def _format(kind: str, raw: bool, place: Path) -> Callable[[Database, Selection, BinaryIO], int]:
    if kind == "csv":
        return lambda db, chosen, out: write_csv(db, chosen, out, raw=raw)
    if kind == "warc":
        return lambda db, chosen, out: warc.write_warc(
            *_captures(db, chosen), out, gzip=place.suffix.lower() != ".warc"
        )
    if kind == "wacz":
        return lambda db, chosen, out: wacz.write_wacz(db, *_captures(db, chosen), out, place.parent)
    return write_jsonl


def _captures(db: Database, chosen: Selection) -> tuple[Iterator[Stored], str]:
    condition, parameters = selection.captures_condition(db, chosen)
    newest = db.execute(
        f"SELECT max(c.fetched_at) FROM captures c JOIN pages p ON p.id = c.page WHERE {condition}", parameters
    ).fetchone()[0]
    date = warc.warc_date(datetime.fromisoformat(newest)) if newest else _EPOCH
    return stored_captures(db, condition, parameters), date

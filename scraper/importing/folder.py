"""A folder of saved pages with a manifest that says where each came from."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scraper.crawl.fetch import MAX_INFLATED
from scraper.crawl.urls import canonical
from scraper.errors import Refused, UnreadableInput
from scraper.importing.pages import PageImport
from scraper.models import Capture

MANIFESTS = ("manifest.tsv", "manifest.jsonl")
_NEEDED = ("file", "url", "fetched_at")
_LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Saved:
    """A row of a manifest, checked."""

    path: Path
    url: str
    fetched_at: datetime
    content_type: str


def import_folder(into: PageImport, folder: Path) -> None:
    """Import every page of a manifest; the whole manifest is checked before anything is stored.

    Raises `UnreadableInput` naming the line that can't be true.
    """
    for saved in manifest(folder):
        body = _body(saved)
        headers = (("content-type", saved.content_type),) if saved.content_type else ()
        into.add(Capture(saved.url, saved.url, 200, headers, body, len(body), saved.fetched_at, 0.0))


def _body(saved: Saved) -> bytes:
    try:
        return saved.path.read_bytes()
    except OSError as error:
        raise UnreadableInput(f"{saved.path} can't be read: {error.strerror or error}") from error


def manifest(folder: Path) -> list[Saved]:
    """The rows of a folder's manifest."""
    path = next((folder / name for name in MANIFESTS if (folder / name).is_file()), None)
    if path is None:
        raise UnreadableInput(f"{folder} has no {' or '.join(MANIFESTS)}; see docs/portability.md for its columns")
    try:
        rows = list(_tsv(path) if path.suffix == ".tsv" else _jsonl(path))
    except (OSError, UnicodeError, csv.Error) as error:
        raise UnreadableInput(f"{path} can't be read: {error}") from error
    return [_saved(row, folder.resolve(), f"{path}, line {line}") for line, row in rows]


def _tsv(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        for row in reader:
            yield reader.line_num, {str(name): value for name, value in row.items()}


def _jsonl(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line[:_LONGEST])
            except (ValueError, RecursionError) as error:
                raise UnreadableInput(f"{path}, line {number}: no JSON") from error
            if not isinstance(row, dict):
                raise UnreadableInput(f"{path}, line {number}: a JSON object is wanted")
            yield number, row


def _saved(row: dict[str, object], folder: Path, where: str) -> Saved:
    missing = [name for name in _NEEDED if not isinstance(row.get(name), str) or not row[name]]
    if missing:
        raise UnreadableInput(f"{where}: no {' and no '.join(missing)}")
    content_type = row.get("content_type") or ""
    return Saved(
        _inside(folder, str(row["file"]), where),
        _address(str(row["url"]), where),
        _moment(str(row["fetched_at"]), where),
        content_type if isinstance(content_type, str) and content_type.isprintable() else "",
    )


def _inside(folder: Path, name: str, where: str) -> Path:
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder):
            raise UnreadableInput(f"{where}: {name!r} lies outside the folder")
        if not path.is_file():
            raise UnreadableInput(f"{where}: there is no file {name!r}")
        if path.stat().st_size > MAX_INFLATED:
            raise UnreadableInput(f"{where}: {name!r} is larger than {MAX_INFLATED:,} bytes, which no page is")
    except (OSError, ValueError) as error:
        raise UnreadableInput(f"{where}: {name[:100]!r} is no file name") from error
    return path


def _address(url: str, where: str) -> str:
    try:
        address = canonical(url)
    except Refused as error:
        raise UnreadableInput(f"{where}: {error}") from error
    if not address.is_article:
        raise UnreadableInput(f"{where}: {url[:200]} is no article's address")
    return address.url


def _moment(text: str, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnreadableInput(f"{where}: fetched_at {text[:40]!r} is no ISO 8601 time") from error

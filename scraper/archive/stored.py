"""Captures as they lie in archive.db, made whole again: what an export writes and a merge carries over."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scraper.archive import captures
from scraper.archive.database import Database
from scraper.archive.headers import pairs_of, unpack
from scraper.errors import ArchiveDamaged
from scraper.models import Capture


@dataclass(frozen=True, slots=True)
class Stored:
    """A capture with what the archive knows around it."""

    id: int
    run: int | None
    page_url: str
    site: str
    kind: str
    """`article` or `listing`."""
    sha256: str | None
    noarchive: bool
    tdm_reservation: int | None
    withheld: str | None
    capture: Capture


_COLUMNS = (
    "c.id, c.run, p.url, p.site, p.kind, c.sha256, c.noarchive, c.tdm_reservation, c.withheld,"
    " c.url, c.final_url, c.status, c.headers, c.request_headers, c.redirects, c.peer, c.fetched_at, c.elapsed, c.wire_size"
)


def stored_captures(db: Database, where: str = "1", parameters: list[Any] | None = None) -> Iterator[Stored]:
    """Captures that meet a condition on `c` (captures) and `p` (pages), oldest first, one in memory at a time.

    Raises `ArchiveDamaged`, naming the address, where the bytes can't be read.
    """
    ids = db.execute(
        f"SELECT c.id FROM captures c JOIN pages p ON p.id = c.page WHERE {where} ORDER BY c.fetched_at, c.url, c.id",
        parameters or [],
    )
    # Whoever reads may write between two rows, so the cursor holds numbers only and every row is read by itself.
    for (identity,) in ids.fetchall():
        yield _load(db, identity)


def _load(db: Database, identity: int) -> Stored:
    row = db.execute(
        f"SELECT {_COLUMNS} FROM captures c JOIN pages p ON p.id = c.page WHERE c.id = ?", [identity]
    ).fetchone()
    number, run, page_url, site, kind, sha256, noarchive, tdm, withheld, *rest = row
    url, final_url, status, headers, request_headers, redirects, peer, fetched_at, elapsed, wire_size = rest
    capture = Capture(
        url=url,
        final_url=final_url,
        status=status,
        headers=_headers(db, headers, url),
        body=_body(db, sha256, url) if sha256 else b"",
        wire_size=wire_size,
        fetched_at=datetime.fromisoformat(fetched_at),
        elapsed=elapsed,
        request_headers=_headers(db, request_headers, url),
        redirects=tuple(json.loads(redirects)),
        peer=peer,
    )
    return Stored(number, run, page_url, site, kind, sha256, bool(noarchive), tdm, withheld, capture)


def _headers(db: Database, stored: str, url: str) -> tuple[tuple[str, str], ...]:
    try:
        return pairs_of(unpack(db, stored))
    except ArchiveDamaged as error:
        raise ArchiveDamaged(f"{error}; restore a backup", url=url) from error


def _body(db: Database, sha256: str, url: str) -> bytes:
    try:
        return captures.load_body(db, sha256)
    except (KeyError, ValueError, RuntimeError, OSError) as error:
        raise ArchiveDamaged(f"the bytes kept of {url} can't be read; restore a backup") from error

"""WACZ 1.1.1: the WARC with its index and page list in one ZIP, for a browser's replay tool.

Written by hand: a ZIP of five files, the big one stored and not deflated, so
that a player can fetch ranges of it.
"""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import scraper
from scraper.archive.database import Database
from scraper.archive.export.selection import NOTICE
from scraper.archive.export.warc import Written, warc_date, write_warc
from scraper.archive.stored import Stored

_FIXED = (1980, 1, 1, 0, 0, 0)
"""The least date ZIP knows: the same archive gives the same file."""
_PIECE = 1024 * 1024


def write_wacz(db: Database, captures: Iterable[Stored], newest: str, out: BinaryIO, workspace: Path) -> int:
    """Write captures as WACZ; returns how many. The WARC is first written to a nameless file in `workspace`."""
    written: list[Written] = []
    with tempfile.TemporaryFile(dir=workspace) as warc, zipfile.ZipFile(out, "w") as bundle:
        count = write_warc(captures, newest, warc, written.append)
        warc.seek(0)
        resources = [
            _add_stream(bundle, "archive/data.warc.gz", warc),
            _add(bundle, "indexes/index.cdxj", _index(written)),
            _add(bundle, "pages/pages.jsonl", _pages(db, written)),
        ]
        package = _json(
            {
                "profile": "data-package",
                "wacz_version": "1.1.1",
                "title": "China News Service, regional editions",
                "description": NOTICE,
                "software": f"scraper/{scraper.__version__}",
                "created": newest,
                "resources": resources,
            }
        )
        _add(bundle, "datapackage.json", package)
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
        _add(bundle, "datapackage-digest.json", _json(digest))
    return count


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _add(bundle: zipfile.ZipFile, path: str, data: bytes) -> dict[str, Any]:
    bundle.writestr(zipfile.ZipInfo(path, _FIXED), data)
    return _resource(path, hashlib.sha256(data).hexdigest(), len(data))


def _add_stream(bundle: zipfile.ZipFile, path: str, source: BinaryIO) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    with bundle.open(zipfile.ZipInfo(path, _FIXED), "w", force_zip64=True) as target:
        while piece := source.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            target.write(piece)
    return _resource(path, digest.hexdigest(), size)


def _resource(path: str, digest: str, size: int) -> dict[str, Any]:
    return {"name": path.rpartition("/")[2], "path": path, "hash": f"sha256:{digest}", "bytes": size}


def _index(written: list[Written]) -> bytes:
    """CDXJ: sort-friendly address, time, and where the record lies; sorted by bytes, as look-ups bisect it."""
    lines = []
    for one in written:
        entry: dict[str, str] = {
            "url": one.url,
            "mime": "warc/revisit" if one.is_revisit else one.content_type.partition(";")[0].strip() or "unk",
            "status": str(one.status),
            "digest": one.digest,
            "length": str(one.length),
            "offset": str(one.offset),
            "filename": "data.warc.gz",
        }
        lines.append(f"{surt(one.url)} {_timestamp(one.fetched_at)} {json.dumps(entry)}\n".encode())
    return b"".join(sorted(lines))


def surt(url: str) -> str:
    """The address turned so that a host's pages sort together, without `www.`.

    >>> surt("https://www.ha.chinanews.com.cn/news/1.shtml?b=2&a=1")
    'cn,com,chinanews,ha)/news/1.shtml?a=1&b=2'
    """
    parts = urlsplit(url.lower())
    host = ",".join(reversed(parts.netloc.removeprefix("www.").split(".")))
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return f"{host}){parts.path or '/'}{'?' + query if query else ''}"


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def _pages(db: Database, written: list[Written]) -> bytes:
    lines = [{"format": "json-pages-1.0", "id": "pages", "title": "All pages"}]
    for one in written:
        row = db.execute("SELECT title FROM articles WHERE url = ?", [one.url]).fetchone()
        if one.status == 200 and row:
            moment = warc_date(one.fetched_at)
            identity = hashlib.sha256(f"{one.url} {moment}".encode()).hexdigest()[:22]
            lines.append({"id": identity, "url": one.url, "ts": moment, "title": row[0]})
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)

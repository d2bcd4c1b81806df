"""WARC 1.1: every chosen capture as request, response or revisit, and what WARC has no field for as metadata.

The same archive gives the same bytes: record ids are derived from what they
name, and the file's own date is that of its newest capture. So an export of
an import is the export.
"""

import hashlib
import json
import uuid
from base64 import b32encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import responses
from io import BytesIO
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import scraper
from scraper.archive.export.selection import NOTICE
from scraper.archive.stored import Stored
from scraper.errors import ConfigError
from scraper.models import Capture

ORIGINAL = "x-archive-orig-"
"""In front of a header that tells of the wire and not of the stored bytes; taken off again by `scraper import`."""
_SAME = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_IDS = uuid.UUID("8f0f4a1e-6f6b-5d0e-9d5e-7363726170ff")


@dataclass(frozen=True, slots=True)
class Written:
    """A response or revisit that was written, for an index."""

    url: str
    fetched_at: datetime
    status: int
    content_type: str
    digest: str
    offset: int
    length: int
    is_revisit: bool


def write_warc(
    captures: Iterable[Stored],
    newest: str,
    out: BinaryIO,
    note: Callable[[Written], None] = lambda _: None,
    *,
    gzip: bool = True,
) -> int:
    """Write captures, oldest first; returns how many. `newest` is the latest time among them.

    Raises `ConfigError` where warcio is not installed.
    """
    try:
        from warcio.warcwriter import WARCWriter
    except ImportError as error:
        raise ConfigError('WARC needs warcio: pip install "chinanews-scraper[warc]"') from error
    writer = _Writer(WARCWriter(out, gzip=gzip, warc_version="1.1"), out, note)
    writer.info(newest)
    count = 0
    for stored in captures:
        count += 1
        writer.capture(stored)
    return count


def warc_date(moment: datetime) -> str:
    """W3C date to the millisecond, as WARC 1.1 allows.

    >>> warc_date(datetime(2024, 5, 6, 1, 30, tzinfo=UTC))
    '2024-05-06T01:30:00.000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(slots=True)
class _Original:
    """Where a payload was first written."""

    url: str
    date: str


class _Writer:
    """What was written so far, so that what comes again can refer to it."""

    def __init__(self, writer: Any, out: BinaryIO, note: Callable[[Written], None]) -> None:
        self._writer = writer
        self._out = out
        self._note = note
        self._payloads: dict[bytes, _Original] = {}
        self._pages: dict[str, tuple[_Original, str]] = {}
        """The last whole answer of each address, and its payload's digest: what a 304 means."""

    def info(self, newest: str) -> None:
        fields = {
            "software": f"scraper/{scraper.__version__}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "description": NOTICE,
        }
        payload = _fields(fields.items())
        headers = {"WARC-Record-ID": _record_id("warcinfo", newest), "WARC-Date": newest}
        self._writer.write_record(
            self._writer.create_warc_record(
                "", "warcinfo", payload=BytesIO(payload), length=len(payload), warc_headers_dict=headers
            )
        )

    def capture(self, stored: Stored) -> None:
        capture = stored.capture
        date = warc_date(capture.fetched_at)
        key = f"{capture.url} {date} {capture.status} {stored.sha256}"
        digest = "sha1:" + b32encode(hashlib.sha1(capture.body).digest()).decode()  # what replay tools look up
        names = {"WARC-Record-ID": _record_id("response", key), "WARC-Date": date}
        if capture.peer:
            names["WARC-IP-Address"] = capture.peer
        offset = self._out.tell()
        is_revisit = self._answer(stored, names, date, digest)
        self._note(
            Written(
                capture.final_url,
                capture.fetched_at,
                capture.status,
                capture.header("content-type"),
                self._pages[capture.final_url][1] if capture.status == 304 and is_revisit else digest,
                offset,
                self._out.tell() - offset,
                is_revisit,
            )
        )
        self._beside("request", key, names, capture, _request(capture))
        self._beside("metadata", key, names, capture, _metadata(stored))

    def _answer(self, stored: Stored, names: dict[str, str], date: str, digest: str) -> bool:
        """Write the response, or the revisit where its bytes were written before; whether it is one."""
        capture = stored.capture
        payload = bytes.fromhex(stored.sha256) if stored.sha256 else b""
        if capture.status == 304 and capture.final_url in self._pages:
            original, first_digest = self._pages[capture.final_url]
            self._not_modified(
                capture, names | _refers(_NOT_MODIFIED, original) | {"WARC-Payload-Digest": first_digest}
            )
            return True
        original_of_same = self._payloads.get(payload) if capture.body else None
        if capture.status == 200:
            self._pages[capture.final_url] = (original_of_same or _Original(capture.final_url, date), digest)
        if original_of_same:
            self._revisit(capture, names | _refers(_SAME, original_of_same) | {"WARC-Payload-Digest": digest})
            return True
        if capture.body:
            self._payloads[payload] = _Original(capture.final_url, date)
        self._write(capture, "response", names, capture.body)
        return False

    def _not_modified(self, capture: Capture, names: dict[str, str]) -> None:
        """Without the 304's own headers: pywb would replay that 304, and not the page. They are in the metadata."""
        self._writer.write_record(
            self._writer.create_warc_record(capture.final_url, "revisit", warc_headers_dict=names)
        )

    def _revisit(self, capture: Capture, names: dict[str, str]) -> None:
        self._write(capture, "revisit", names, b"")

    def _write(self, capture: Capture, kind: str, names: dict[str, str], body: bytes) -> None:
        from warcio.statusandheaders import StatusAndHeaders

        reason = responses.get(capture.status, "Unknown")
        headers = StatusAndHeaders(f"{capture.status} {reason}", _of_stored_bytes(capture), protocol="HTTP/1.1")
        self._writer.write_record(
            self._writer.create_warc_record(
                capture.final_url,
                kind,
                payload=BytesIO(body),
                length=len(body),
                http_headers=headers,
                warc_headers_dict=names,
            )
        )

    def _beside(self, kind: str, key: str, names: dict[str, str], capture: Capture, block: bytes) -> None:
        headers = {"WARC-Record-ID": _record_id(kind, key), "WARC-Date": names["WARC-Date"]}
        headers["WARC-Concurrent-To"] = names["WARC-Record-ID"]
        self._writer.write_record(
            self._writer.create_warc_record(
                capture.final_url, kind, payload=BytesIO(block), length=len(block), warc_headers_dict=headers
            )
        )


def _refers(profile: str, original: _Original) -> dict[str, str]:
    return {
        "WARC-Profile": profile,
        "WARC-Refers-To-Target-URI": original.url,
        "WARC-Refers-To-Date": original.date,
    }


def _of_stored_bytes(capture: Capture) -> list[tuple[str, str]]:
    """The headers, true of the bytes as stored: those are inflated, so coding and length of the wire stand aside."""
    headers: list[tuple[str, str]] = []
    length_differs = capture.header("content-length") not in ("", str(len(capture.body)))
    for name, value in capture.headers:
        aside = name.lower() == "content-encoding" or (name.lower() == "content-length" and length_differs)
        headers.append((ORIGINAL + name if aside and capture.status != 304 else name, value))
    if length_differs and capture.status != 304:
        headers.append(("Content-Length", str(len(capture.body))))
    return headers


def _request(capture: Capture) -> bytes:
    parts = urlsplit(capture.final_url)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    lines = [f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in capture.request_headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")


def _metadata(stored: Stored) -> bytes:
    """What a capture knows that a response can't say."""
    capture = stored.capture
    found = [("requested", capture.url), ("page", stored.page_url), ("kind", stored.kind)]
    if capture.status == 304:
        found.append(("headers", json.dumps(capture.headers)))
    found += [("redirects", json.dumps(capture.redirects)), ("wireSize", str(capture.wire_size))]
    return _fields([*found, ("fetchTimeMs", f"{capture.elapsed * 1000:.1f}")])


def _fields(pairs: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in pairs).encode("utf-8")


def _record_id(kind: str, key: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(_IDS, f'{kind} {key}')}>"

"""WARC files, our own and other people's: responses of the editions as captures.

Nothing in a file is believed: the gzip layer is inflated here a piece at a
time (warcio swallows a damaged member and skips the rest), every record has a
budget, digests are checked, hosts are those of the editions.
"""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from scraper.archive.captures import load_body
from scraper.archive.database import Database
from scraper.archive.export.warc import ORIGINAL
from scraper.crawl.fetch import MAX_INFLATED
from scraper.crawl.urls import canonical
from scraper.errors import ConfigError, Refused, UnreadableInput
from scraper.importing.pages import PageImport
from scraper.models import Capture

_PIECE = 64 * 1024
_HEAD = 1024 * 1024
"""Bytes that the headers of one record may have."""


class Damaged(Exception):
    """One record can't be had; the file goes on."""


@dataclass(slots=True)
class _Answer:
    """A response or revisit, and what was written beside it."""

    uri: str
    date: str
    kind: str
    digest: str
    refers_to: tuple[str, str]
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    wire_size: int
    peer: str
    request: tuple[tuple[str, str], ...] = ()
    fields: dict[str, str] = field(default_factory=dict)


def import_warc(into: PageImport, path: Path) -> None:
    """Import one file.

    Raises `UnreadableInput` for what is no WARC or breaks off; what stood
    before the break is kept, and importing the mended file goes on from there.
    """
    resolver = _Resolver(into.db)
    try:
        with path.open("rb") as file:
            for answer in _answers(_Source(file, path), path, into):
                capture = _capture(answer, resolver, into)
                if capture is not None:
                    into.add(capture, page=answer.fields.get("page", ""), kind=answer.fields.get("kind", ""))
    except UnreadableInput:
        into.flush()
        raise
    except OSError as error:
        raise UnreadableInput(f"{path} can't be read: {error.strerror or error}") from error


# --- records -----------------------------------------------------------------------------


def _answers(source: "_Source", path: Path, into: PageImport) -> Iterator[_Answer]:
    """Every response and revisit of an edition, with the request and metadata that stand around it."""
    last: _Answer | None = None
    last_id = ""
    requests: dict[str, tuple[tuple[str, str], ...]] = {}
    records = _records(source, path)
    while True:
        try:
            record = next(records, None)
        except UnreadableInput:
            if last is not None:  # it stood whole before the damage
                yield last
            raise
        if record is None:
            break
        names = record.rec_headers
        kind, beside = record.rec_type, names.get_header("WARC-Concurrent-To") or ""
        if kind in ("response", "revisit"):
            if last is not None:
                yield last
            last, last_id = _counted_answer(record, source, path, into), names.get_header("WARC-Record-ID") or ""
            if last is not None and not last.request:
                last.request = requests.pop(beside, ())
        elif kind == "request":
            headers = tuple(record.http_headers.headers) if record.http_headers else ()
            if last is not None and beside == last_id:
                last.request = headers
            else:
                requests = dict([*requests.items(), (names.get_header("WARC-Record-ID") or "", headers)][-4:])
        elif kind == "metadata" and last is not None and beside == last_id:
            last.fields = _fields(_read(record.raw_stream, source, _HEAD))
    if last is not None:
        yield last


def _counted_answer(record: Any, source: "_Source", path: Path, into: PageImport) -> _Answer | None:
    """An answer, or None for one that is damaged or of no edition, which is counted."""
    try:
        return _answer(record, source, path)
    except Damaged as error:
        into.counts.damaged += 1
        into._report(f"{path}: {error}")
    except Refused:
        into.counts.foreign += 1
    return None


def _records(source: "_Source", path: Path) -> Iterator[Any]:
    try:
        from warcio.archiveiterator import WARCIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError as error:
        raise ConfigError('importing WARC needs warcio: pip install "chinanews-scraper[warc]"') from error
    source.allow(_HEAD)
    try:
        records = iter(WARCIterator(source, check_digests=True))
        while (record := next(records, None)) is not None:
            if not record.rec_type:
                raise UnreadableInput(f"{path} breaks off in the head of a record at byte {source.offset:,}")
            yield record
            while _read(record.raw_stream, source, _PIECE):
                pass
            _require_whole(record, source, path)
            source.allow(_HEAD)
    except ArchiveLoadFailed as error:
        reason = str(error).strip().splitlines()[0][:100]
        raise UnreadableInput(f"{path} is no WARC from byte {source.offset:,} on: {reason}") from error
    except (ValueError, AttributeError, AssertionError, UnicodeError) as error:  # warcio's own, on absurd headers
        raise UnreadableInput(f"{path} has a record that can't be parsed at byte {source.offset:,}: {error}") from error


def _require_whole(record: Any, source: "_Source", path: Path) -> None:
    if getattr(record.raw_stream, "limit", 0) > 0:
        uri = record.rec_headers.get_header("WARC-Target-URI") or record.rec_type
        raise UnreadableInput(f"{path} breaks off in the record of {uri}; what stood before it was imported")


def _read(stream: Any, source: "_Source", limit: int) -> bytes:
    """At most `limit` bytes of a record."""
    source.allow(limit + _HEAD)
    pieces: list[bytes] = []
    while limit > 0 and (piece := stream.read(min(limit, _PIECE))):
        pieces.append(piece)
        limit -= len(piece)
    return b"".join(pieces)


def _answer(record: Any, source: "_Source", path: Path) -> _Answer | None:
    """The record as an answer; None for another host's or another protocol's. Raises `Damaged` or `Refused`."""
    names = record.rec_headers
    uri = names.get_header("WARC-Target-URI") or ""
    canonical(uri)
    http = record.http_headers
    raw = _read(record.raw_stream, source, MAX_INFLATED + 1)
    if len(raw) > MAX_INFLATED:
        raise Damaged(f"the record of {uri} is larger than {MAX_INFLATED:,} bytes and was left out")
    _require_whole(record, source, path)
    _check(record, uri)
    if http is None and record.rec_type == "response":
        raise Damaged(f"the record of {uri} holds no HTTP answer")
    headers = [(str(name), str(value)) for name, value in http.headers] if http else []
    code = http.get_statuscode() if http else "304"
    return _Answer(
        uri=uri,
        date=names.get_header("WARC-Date") or "",
        kind=(names.get_header("WARC-Profile") or "").rpartition("/")[2] if record.rec_type == "revisit" else "",
        digest=names.get_header("WARC-Payload-Digest") or "",
        refers_to=(
            names.get_header("WARC-Refers-To-Target-URI") or "",
            names.get_header("WARC-Refers-To-Date") or "",
        ),
        status=int(code) if code.isdecimal() else 0,
        headers=headers,
        body=_plain(raw, headers, uri),
        wire_size=len(raw),
        peer=names.get_header("WARC-IP-Address") or "",
    )


def _check(record: Any, uri: str) -> None:
    """A block digest that fails is damage; a payload digest alone may be of another idea of what payload is."""
    checker = record.digest_checker
    if checker is None or checker.passed is not False:
        return
    has_block = record.rec_headers.get_header("WARC-Block-Digest")
    if not has_block or any("block" in problem for problem in checker.problems):
        raise Damaged(f"the record of {uri} is damaged: its digest differs")


def _fields(block: bytes) -> dict[str, str]:
    """application/warc-fields."""
    lines = block.decode("utf-8", "replace").splitlines()
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


# --- HTTP ---------------------------------------------------------------------------------


def _header(headers: list[tuple[str, str]], name: str) -> str:
    return next((value.strip().lower() for key, value in headers if key.lower() == name), "")


def _plain(raw: bytes, headers: list[tuple[str, str]], uri: str) -> bytes:
    """The payload less chunks and content coding, bounded."""
    body = _dechunked(raw) if _header(headers, "transfer-encoding") == "chunked" else raw
    coding = _header(headers, "content-encoding")
    if coding in ("", "identity") or not body:
        return body
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise Damaged(f"the record of {uri} is encoded as {coding[:20]}, which is not read")
    return _inflated(body, uri)


def _dechunked(raw: bytes) -> bytes:
    """RFC 9112 §7.1, leniently: many tools keep the header and store the body without chunks."""
    pieces: list[bytes] = []
    at = 0
    while True:
        end = raw.find(b"\r\n", at, at + 200)
        size = raw[at:end].partition(b";")[0].strip() if end >= 0 else b""
        try:
            length = int(size, 16)
        except ValueError:
            return raw if not pieces else b"".join(pieces)
        if length <= 0:
            return b"".join(pieces)
        pieces.append(raw[end + 2 : end + 2 + length])
        at = end + 2 + length + 2


def _inflated(data: bytes, uri: str) -> bytes:
    for bits in (47, -15):  # gzip or zlib by its header, else raw deflate
        inflater = zlib.decompressobj(bits)
        try:
            body = inflater.decompress(data, MAX_INFLATED + 1)
        except zlib.error:
            continue
        if len(body) > MAX_INFLATED:
            raise Damaged(f"the record of {uri} inflates to more than {MAX_INFLATED:,} bytes and was left out")
        return body
    # Stored inflated under the header of the wire.
    return data


# --- captures ------------------------------------------------------------------------------


def _capture(answer: _Answer, resolver: "_Resolver", into: PageImport) -> Capture | None:
    try:
        moment = _moment(answer.date)
        body = answer.body
        status = answer.status
        if answer.kind == "server-not-modified":
            status, body = 304, b""
        elif answer.kind:
            into.flush()
            body = resolver.body(answer)
            status = status if status != 304 else 200
        if not 100 <= status <= 599:
            raise Damaged(f"the record of {answer.uri} has no HTTP status")
    except Damaged as error:
        into.counts.damaged += 1
        into._report(str(error))
        return None
    resolver.note(answer, body)
    return Capture(
        url=_requested(answer),
        final_url=answer.uri,
        status=status,
        headers=_pairs(answer.fields["headers"]) if "headers" in answer.fields else _as_received(answer.headers),
        body=body,
        wire_size=int(_number(answer.fields.get("wireSize"), answer.wire_size)),
        fetched_at=moment,
        elapsed=round(_number(answer.fields.get("fetchTimeMs"), 0.0) / 1000, 4),
        request_headers=answer.request,
        redirects=_redirects(answer.fields.get("redirects", "[]")),
        peer=answer.peer,
    )


def _requested(answer: _Answer) -> str:
    url = answer.fields.get("requested")
    return url if url else canonical(answer.uri).url


def _moment(date: str) -> datetime:
    try:
        moment = datetime.fromisoformat(date)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Damaged(f"a record has no WARC-Date that is one: {date[:40]!r}") from error


def _number(text: str | None, otherwise: float) -> float:
    try:
        number = float(text) if text else otherwise
    except ValueError:
        return otherwise
    return number if 0 <= number < 1e12 else otherwise


def _redirects(text: str) -> tuple[str, ...]:
    try:
        found = json.loads(text)
    except ValueError:
        return ()
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Headers that our export keeps beside a 304."""
    try:
        return tuple((str(name), str(value)) for name, value in json.loads(text))
    except (ValueError, TypeError):
        return ()


def _as_received(headers: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The headers of the wire: those our export set aside come back to their place; chunking is not ours to tell."""
    aside = {name.lower().removeprefix(ORIGINAL) for name, _ in headers if name.lower().startswith(ORIGINAL)}
    kept = []
    for name, value in headers:
        if name.lower().startswith(ORIGINAL):
            kept.append((name[len(ORIGINAL) :], value))
        elif name.lower() not in aside and name.lower() != "transfer-encoding":
            kept.append((name, value))
    return tuple(kept)


class _Resolver:
    """Finds the bytes that a revisit means: in the archive, by address and moment, or by digest in what was read."""

    def __init__(self, db: Database) -> None:
        self._db = db
        # In SQLite's own temporary file, so that a large WARC costs no memory.
        db.execute("CREATE TEMP TABLE IF NOT EXISTS payloads (digest TEXT PRIMARY KEY, url TEXT, date TEXT)")
        db.execute("DELETE FROM temp.payloads")
        db.conn.commit()

    def note(self, answer: _Answer, body: bytes) -> None:
        if answer.digest and body and not answer.kind:
            self._db.execute(
                "INSERT OR IGNORE INTO temp.payloads VALUES (?, ?, ?)", [answer.digest, answer.uri, answer.date]
            )
            self._db.conn.commit()

    def body(self, answer: _Answer) -> bytes:
        url, date = answer.refers_to
        if not url:
            row = self._db.execute("SELECT url, date FROM temp.payloads WHERE digest = ?", [answer.digest]).fetchone()
            url, date = row or ("", "")
        sha256 = self._sha256(url, date) if url else None
        if sha256 is None:
            raise Damaged(f"the record of {answer.uri} refers to an answer that is neither in the file nor archived")
        return load_body(self._db, sha256)

    def _sha256(self, url: str, date: str) -> str | None:
        when = _moment(date).isoformat(timespec="milliseconds")
        row = self._db.execute(
            "SELECT sha256 FROM captures WHERE fetched_at = ? AND (final_url = ?2 OR url = ?2) AND sha256 IS NOT NULL",
            [when, url],
        ).fetchone()
        return row[0] if row else None


# --- bytes ---------------------------------------------------------------------------------


class _Source:
    """The file's bytes, inflated member by member; at most so many between two calls of `allow`."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path
        self.offset = 0
        """Bytes handed out."""
        self._left = 0
        self._read = self._gzip() if file.peek(2)[:2] == b"\x1f\x8b" else self._stored()  # type: ignore[attr-defined]  # a BufferedReader
        self._ahead = b""

    def allow(self, size: int) -> None:
        self._left = size

    def tell(self) -> int:
        return self.offset

    def read(self, size: int = _PIECE) -> bytes:
        if not self._ahead:
            self._ahead = next(self._read, b"")
        piece, self._ahead = self._ahead[:size], self._ahead[size:]
        self.offset += len(piece)
        self._left -= len(piece)
        if self._left < -_HEAD:
            raise UnreadableInput(f"{self._path} has a record whose headers have no end")
        return piece

    def _stored(self) -> Iterator[bytes]:
        while piece := self._file.read(_PIECE):
            yield piece

    def _gzip(self) -> Iterator[bytes]:
        rest = self._file.read(_PIECE)
        while rest:
            inflater = zlib.decompressobj(31)
            while not inflater.eof:
                if not rest:
                    raise UnreadableInput(f"{self._path} is cut off: its gzip data has no end")
                try:
                    piece = inflater.decompress(rest, _PIECE)
                except zlib.error as error:
                    raise UnreadableInput(
                        f"{self._path} is damaged near byte {self._file.tell():,}: {error}"
                    ) from error
                rest = inflater.unconsumed_tail or (b"" if inflater.eof else self._file.read(_PIECE))
                if piece:
                    yield piece
            rest = inflater.unused_data or self._file.read(_PIECE)

"""Bytes to text: header, meta, BOM, UTF-8, GB18030; the first clean reading wins.

The sites declare `gb2312` and send GB18030; some declare one thing and send
another; some GB pages carry UTF-8 fragments from an include. So a label is a
hint and the bytes decide.
"""

import codecs
import re
from dataclasses import dataclass

from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
)

from scraper.errors import UndecodablePage

_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"RIFF", "a RIFF media file"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"BM", "a BMP picture"),
)
_NOTHING = re.compile(rb"[ \t\r\n\0]*+")
# A codec of one byte a character reads any bytes, so its clean reading proves nothing.
_ALWAYS_CLEAN = re.compile(r"^(ascii|cp125\d|iso8859|latin|koi8|mac|cp4|cp8)", re.I)
_RUN = re.compile(rb"[^<>\r\n]+")
_THREE_BYTES = re.compile(rb"[\xe0-\xef][\x80-\xbf][\x80-\xbf]")


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    declared: str
    """The label the page or server gave, resolved to a codec; `""` without one."""
    used: str
    replaced: int
    """U+FFFD put in for bytes that no reading could decode."""


def decode(raw: bytes, content_type: str = "") -> Decoded:
    """Decode a page.

    Raises `UndecodablePage` for nothing at all, a PDF, a picture and the like.
    """
    _refuse_what_is_no_text(raw)
    bom_codec, bom = read_bom(raw)
    if bom_codec and bom:
        return _decoded(raw[len(bom) :].decode(bom_codec, "replace"), bom_codec, bom_codec)
    labels = _labels(raw, content_type)
    declared = labels[0] if labels else ""
    for codec in dict.fromkeys([*labels, "utf-8", "gb18030"]):
        text = _clean(raw, codec)
        if text is not None:
            return _decoded(text, declared, codec)
    return _least_broken(raw, declared)


def _refuse_what_is_no_text(raw: bytes) -> None:
    if _NOTHING.fullmatch(raw):
        raise UndecodablePage("the page is empty")
    for magic, what in _MAGIC:
        if raw.startswith(magic) and (magic != b"BM" or b"<" not in raw[:512]):
            raise UndecodablePage(f"this is {what}, not a page")
    if b"<" not in raw and raw.count(b"\0") > len(raw) // 10:
        raise UndecodablePage("this is binary data, not a page")


def _labels(raw: bytes, content_type: str) -> list[str]:
    """Codecs that the header and the page name, header first, those that prove nothing left out."""
    found = (
        http_content_type_encoding(content_type) if content_type else None,
        html_body_declared_encoding(raw),
    )
    codecs_named = [resolve_encoding(name) for name in found if name]
    return [name for name in dict.fromkeys(codecs_named) if name and not _ALWAYS_CLEAN.match(name)]


def _clean(raw: bytes, codec: str) -> str | None:
    """The strict reading in this codec, or None.

    A GB reading of UTF-8 bytes can be clean by chance on a short page; but GB
    bytes are hardly ever whole three-byte UTF-8 sequences, so those win.
    """
    # GB bytes break off a reading as UTF-8 at once, while the pattern would look through all of them.
    if codec.startswith("gb") and _strict(raw, "utf-8") is not None and _THREE_BYTES.search(raw):
        return None
    return _strict(raw, codec)


def _strict(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec, "strict")
    except (UnicodeDecodeError, LookupError):
        # In GBK as browsers read it a lone 0x80 is the euro sign (WHATWG Encoding §10.2).
        if codec == "gb18030" and b"\x80" in raw:
            return _strict_with_euro(raw)
        return None


def _euro(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError) and error.object[error.start] == 0x80:
        return "€", error.start + 1
    raise error


codecs.register_error("scraper-euro", _euro)


def _strict_with_euro(raw: bytes) -> str | None:
    try:
        return raw.decode("gb18030", "scraper-euro")
    except UnicodeDecodeError:
        return None


def _least_broken(raw: bytes, declared: str) -> Decoded:
    """No clean reading: UTF-8 with a few bad bytes, or GB18030 with UTF-8 islands."""
    as_utf8 = raw.decode("utf-8", "replace")
    as_gb = _RUN.sub(_read_run, raw).decode("utf-8", "replace")
    if as_utf8.count("\ufffd") <= as_gb.count("\ufffd"):
        return _decoded(as_utf8, declared, "utf-8")
    return _decoded(as_gb, declared, "gb18030")


def _read_run(match: re.Match[bytes]) -> bytes:
    """One run between tags, as UTF-8: it was GB18030, or an included UTF-8 fragment."""
    run = match.group()
    if run.isascii():
        return run
    if _THREE_BYTES.search(run) and _strict(run, "utf-8") is not None:
        return run
    clean = _strict(run, "gb18030")
    return (clean if clean is not None else run.decode("gb18030", "replace")).encode("utf-8", "replace")


def _decoded(text: str, declared: str, used: str) -> Decoded:
    if "\0" in text:
        text = text.replace("\0", "")
    return Decoded(text, declared, used, text.count("\ufffd") if "\ufffd" in text else 0)

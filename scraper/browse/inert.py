"""CSV that a spreadsheet only shows: cells that it would read as formulas begin with an apostrophe.

Datasette streams its exports row by row; this stands between them and the
browser. (OWASP, "CSV Injection": = + - @, tab and carriage return, and the
full-width forms of the four that some spreadsheets fold.)
"""

import csv
import io
import re
from codecs import getincrementaldecoder
from typing import Any

from scraper.browse import archives
from scraper.browse.headers import App

_FORMULA = re.compile("[=+\\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


def cell(text: str) -> str:
    """A cell as it may stand in a spreadsheet; a number is a number.

    >>> cell("=HYPERLINK(1)"), cell("-1"), cell("-1+cmd|x"), cell("黄河")
    ("'=HYPERLINK(1)", '-1', "'-1+cmd|x", '黄河')
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


class Inert:
    """CSV in pieces of any size, made inert record by record."""

    def __init__(self) -> None:
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self._quotes = 0

    def feed(self, piece: bytes, *, last: bool = False) -> bytes:
        """The records that are whole by now."""
        text = self._decoder.decode(piece, last)
        self._held += text
        self._quotes += text.count('"')
        # An even number of quotes and the end of a line: no record is open.
        if not last and (self._quotes % 2 or not self._held.endswith("\n")):
            return b""
        held, self._held, self._quotes = self._held, "", 0
        return _rewritten(held).encode()


def _rewritten(text: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    csv.field_size_limit(2**31 - 1)  # a whole article is one cell
    for row in csv.reader(io.StringIO(text, newline="")):
        writer.writerow([cell(value) for value in row])
    return out.getvalue()


def wrapper(datasette: Any, app: App) -> App:
    """The application, its CSV exports of archives made inert."""

    async def answer(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http" and _is_export(datasette, scope["path"]):
            await app(scope, receive, _inert(send))
        else:
            await app(scope, receive, send)

    return answer


def _is_export(datasette: Any, path: str) -> bool:
    from datasette.utils import tilde_decode

    base = datasette.setting("base_url").rstrip("/")
    database = path.removeprefix(base).lstrip("/").partition("/")[0].removesuffix(".csv")
    return path.endswith(".csv") and tilde_decode(database) in archives.names(datasette)


def _inert(send: Any) -> Any:
    inert = Inert()
    rewriting = False

    async def send_inert(message: dict[str, Any]) -> None:
        nonlocal rewriting
        if message["type"] == "http.response.start":
            rewriting = message["status"] == 200
            kept = [pair for pair in message.get("headers", []) if pair[0].lower() != b"content-length"]
            message = {**message, "headers": kept} if rewriting else message
        elif rewriting:
            more = message.get("more_body", False)
            message = {**message, "body": inert.feed(message.get("body", b""), last=not more)}
        await send(message)

    return send_inert

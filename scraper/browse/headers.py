"""What browsers are told beside the pages: load nothing from elsewhere, run nothing from the text, index nothing.

And, in Datasette's own pages, what a screen reader needs.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from scraper.browse import archives

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Any, Send], Awaitable[None]]

_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none';"
    " form-action 'self'"
)
_OUR_PAGES = _POLICY
# Datasette's own pages carry inline scripts and styles.
_ITS_PAGES = f"{_POLICY}; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"
ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex, nofollow"),
)
CLOSED = (b"content-security-policy", b"default-src 'none'")
ROBOTS = "User-agent: *\nDisallow: /\n"

_NOTE = "scraper.browse"


def wrapper(datasette: Any) -> Callable[[App], App]:
    def wrap(app: App) -> App:
        async def answer(scope: Scope, receive: Any, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            note = {"ours": False}
            shows_archive = bool(archives.names(datasette))
            wants_repair = False

            async def send_with_headers(message: dict[str, Any]) -> None:
                nonlocal wants_repair
                if shows_archive and message["type"] == "http.response.start":
                    wants_repair = not note["ours"] and _is_html(message.get("headers", []))
                    message = {**message, "headers": _headers(message.get("headers", []), note["ours"])}
                elif wants_repair:
                    wants_repair = False
                    message = {**message, "body": _repaired(message.get("body", b""))}
                await send(message)

            await app({**scope, _NOTE: note}, receive, send_with_headers)

        return answer

    return wrap


def ours(request: Any) -> None:
    """Say that this request is answered by a page of ours: no inline script, no inline style."""
    if request is not None and _NOTE in request.scope:
        request.scope[_NOTE]["ours"] = True


def _is_html(headers: list[tuple[bytes, bytes]]) -> bool:
    names = dict(headers)
    return names.get(b"content-type", b"").startswith(b"text/html") and b"content-length" not in names


# What Datasette's own pages leave out for those who don't see them. Text from the archive has no raw < or ".
_REPAIRS = (
    (b"<html>", b'<html lang="en">'),
    (b'<select name="_filter_column', b'<select aria-label="Column" name="_filter_column'),
    (b'<select name="_filter_op', b'<select aria-label="Comparison" name="_filter_op'),
    (b'class="filter-value"', b'class="filter-value" aria-label="Value"'),
)


def _repaired(body: bytes) -> bytes:
    for broken, whole in _REPAIRS:
        body = body.replace(broken, whole)
    return body


def _headers(found: list[tuple[bytes, bytes]], ours: bool) -> list[tuple[bytes, bytes]]:
    names = {name for name, _ in ALWAYS}
    kept = [(name, value) for name, value in found if name.lower() not in names]
    if not any(name.lower() == b"content-security-policy" for name, _ in found):
        kept.append((b"content-security-policy", (_OUR_PAGES if ours else _ITS_PAGES).encode()))
    if ours:
        kept.append((b"vary", b"Accept-Language, Cookie"))
    return [*kept, *ALWAYS]

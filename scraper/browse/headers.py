"""What browsers are told beside the pages: load nothing from elsewhere, run nothing from the text, index nothing."""

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

            async def send_with_headers(message: dict[str, Any]) -> None:
                if message["type"] == "http.response.start" and archives.names(datasette):
                    message = {**message, "headers": _headers(message.get("headers", []), note["ours"])}
                await send(message)

            await app({**scope, _NOTE: note}, receive, send_with_headers)

        return answer

    return wrap


def ours(request: Any) -> None:
    """Say that this request is answered by a page of ours: no inline script, no inline style."""
    if request is not None and _NOTE in request.scope:
        request.scope[_NOTE]["ours"] = True


def _headers(found: list[tuple[bytes, bytes]], ours: bool) -> list[tuple[bytes, bytes]]:
    names = {name for name, _ in ALWAYS}
    kept = [(name, value) for name, value in found if name.lower() not in names]
    if not any(name.lower() == b"content-security-policy" for name, _ in found):
        kept.append((b"content-security-policy", (_OUR_PAGES if ours else _ITS_PAGES).encode()))
    if ours:
        kept.append((b"vary", b"Accept-Language, Cookie"))
    return [*kept, *ALWAYS]

"""Changing the language of the interface: any address with `_lang=en`, or `_lang=zh`.

The choice goes into a cookie and the visitor back to the same address without
it, so that addresses stay short and the same for everybody.
"""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from scraper.browse import archives, words
from scraper.browse.headers import App
from scraper.browse.words import COOKIE, LANGUAGES

ARGUMENT = "_lang"
_YEAR = 365 * 24 * 3600


def wrapper(datasette: Any, app: App) -> App:
    async def answer(scope: dict[str, Any], receive: Any, send: Any) -> None:
        wanted = _wanted(scope) if scope["type"] == "http" else ""
        if wanted and archives.names(datasette):
            await _redirect(send, _back(scope), wanted)
        else:
            if scope["type"] == "http":
                words.remember(_words(scope))
            await app(scope, receive, send)

    return answer


def _words(scope: dict[str, Any]) -> words.Words:
    from datasette.utils.asgi import Request

    return words.of(Request(scope, None))


def _wanted(scope: dict[str, Any]) -> str:
    if scope["method"] not in ("GET", "HEAD") or ARGUMENT.encode() not in scope["query_string"]:
        return ""
    return _known(dict(_pairs(scope)).get(ARGUMENT, ""))


def _known(language: str) -> str:
    return language if language in LANGUAGES else ""


def _pairs(scope: dict[str, Any]) -> list[tuple[str, str]]:
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def _back(scope: dict[str, Any]) -> str:
    """The same address without the argument.

    A relative reference, and never one that starts with two slashes: those
    would name another host.
    """
    kept = urlencode([pair for pair in _pairs(scope) if pair[0] != ARGUMENT])
    if kept:
        return f"?{kept}"
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").partition("?")[0]
    return path if path.startswith("/") and path[1:2] not in ("/", "\\") else "/"


async def _redirect(send: Any, target: str, language: str) -> None:
    cookie = f"{COOKIE}={language}; Path=/; Max-Age={_YEAR}; SameSite=Lax; HttpOnly"
    headers = [
        (b"location", target.encode("latin-1")),
        (b"set-cookie", cookie.encode()),
        (b"cache-control", b"no-store"),
        (b"content-length", b"0"),
    ]
    await send({"type": "http.response.start", "status": 302, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def href(request: Any, language: str) -> str:
    """The address of a link that changes the language of this page."""
    if request is None:
        return f"?{ARGUMENT}={language}"
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    return "?" + urlencode([*(pair for pair in pairs if pair[0] != ARGUMENT), (ARGUMENT, language)])

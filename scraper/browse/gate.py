"""Who may ask `scraper serve`, and what: readers only, and on the loopback interface those who call it by its name there.

A page elsewhere can make a browser believe that its own host name is
127.0.0.1 (DNS rebinding) and read what we answer; the Host header still
carries that name.
"""

import re
from typing import Any

from scraper.browse.headers import ALWAYS, CLOSED, App

_OURS = frozenset({"127.0.0.1", "localhost", "[::1]"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Of Datasette's pages those about itself: where the file lies, which settings, forms to try things with.
_ABOUT_ITSELF = re.compile(
    r"/-/(?:actor|actions|allow-debug|check|config|create-token|databases|jump|logout|messages|metadata|patterns|permissions"
    r"|plugins|rules|settings|threads|tokens|versions)(?:\.json)?/?"
)


def lets_only_read(app: App) -> App:
    """The application, for requests that ask and never for those that send."""

    async def answer(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] not in _READING:
            await _refuse(send, 405, b"This archive is read only.\n", (b"allow", b"GET, HEAD"))
        elif scope["type"] == "http" and _ABOUT_ITSELF.fullmatch(scope["path"]):
            await _refuse(send, 404, b"Not shown by scraper serve.\n")
        else:
            await app(scope, receive, send)

    return answer


def keeps_out_strangers(app: App, host: str) -> App:
    """The application, for requests that name a loopback host or `host` itself."""
    allowed = _OURS | {f"[{host}]" if ":" in host else host}

    async def answer(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http" and name_of(_host(scope)) not in allowed:
            await _refuse(send, 421, b"This archive answers to 127.0.0.1, ::1 and localhost only.\n")
            return
        await app(scope, receive, send)

    return answer


def _host(scope: dict[str, Any]) -> str:
    found = [value for name, value in scope["headers"] if name.lower() == b"host"]
    return found[0].decode("latin-1") if len(found) == 1 else ""


def name_of(host: str) -> str:
    """The name in a Host header, without its port.

    >>> name_of("LocalHost:8001"), name_of("[::1]:80"), name_of("evil.example")
    ('localhost', '[::1]', 'evil.example')
    """
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).lower().rstrip(".")


async def _refuse(send: Any, status: int, body: bytes, *more: tuple[bytes, bytes]) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *ALWAYS, CLOSED]})
    await send({"type": "http.response.body", "body": body})

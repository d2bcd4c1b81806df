"""Refuse pages that would hang the parser, before it sees them.

Lexbor's tree building is worse than linear on absurd input: 100,000 nested
<div> (488 KB) take a minute, a 38 KB page of misnested formatting elements
six seconds. No browser shows such pages either (Blink and WebKit stop
nesting at 512).
"""

import re

from scraper.errors import HostilePage

MAX_CHARACTERS = 8 * 1024 * 1024
MAX_TAGS = 200_000
MAX_ATTRIBUTES = 256
MAX_DEPTH = 512
MAX_MISNESTED = 400
"""Formatting elements open at once; each costs the adoption agency a pass."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)([^<>]*)>?")
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "dd",
        "dt",
        "option",
        "td",
        "th",
        "tr",
    ]
)
_FORMATTING = frozenset(
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
)
_RAW = re.compile(r"<(script|style|textarea|title)\b[^>]*>.*?</\1\s*>|<!--.*?-->", re.S | re.I)


def refuse_absurd(html: str) -> None:
    """Raises `HostilePage` for what no newsroom publishes."""
    if len(html) > MAX_CHARACTERS:
        raise HostilePage(f"the page is {len(html):,} characters long")
    depth = deepest = formatting = tags = 0
    for match in _TAG.finditer(_RAW.sub("", html)):
        tags += 1
        closing, name, rest = match.groups()
        name = name.lower()
        if rest.count("=") > MAX_ATTRIBUTES or len(rest.split(None, MAX_ATTRIBUTES + 1)) > MAX_ATTRIBUTES:
            raise HostilePage(f"a <{name}> has more than {MAX_ATTRIBUTES} attributes")
        if name in _VOID:
            continue
        step = -1 if closing else 1
        depth = max(0, depth + step)
        if name in _FORMATTING:
            formatting = max(0, formatting + step)
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH or formatting > MAX_MISNESTED or tags > MAX_TAGS:
            raise HostilePage("the page nests its elements absurdly deep or has too many of them")

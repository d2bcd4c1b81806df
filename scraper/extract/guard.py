"""Refuse pages that would hang the parser, before it sees them.

Lexbor's tree building is worse than linear on absurd input: 100,000 nested
<div> (488 KB) take a minute, 40,000 attributes of one tag three seconds, and
13 KB of misnested formatting elements become 800,000 elements. No browser
shows such pages either (Blink and WebKit stop nesting at 512).

Nearly every page is let through by counting alone. The others are read tag by
tag, as the parser would (WHATWG HTML §13.2.5), and an end tag gives back only
what it is sure to close: too much is counted, never too little. Of 258 real
pages and fixtures the deepest counts 21, the limit being 512.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from scraper.errors import HostilePage

MAX_CHARACTERS = 8 * 1024 * 1024
MAX_TAGS = 200_000
"""Tags, and elements that the parser adds for formatting elements left open."""
MAX_ATTRIBUTES = 256
MAX_DEPTH = 512
MAX_ROOTS = 64
"""<html> and <body> tags; the parser gives the attributes of each to the one element, looking each up among all."""
MAX_MISNESTED = 400
"""Formatting elements open at once; each is opened again in every block that follows."""

_HARMLESS = 192 * 1024
"""Characters. What hides from counting, a > in a quoted value, costs the parser a second at most in a page this small."""

_BLANK = r"\t\n\f\r "
_NAME = rf"[a-zA-Z][^{_BLANK}/>]*+"
_VALUE = rf"""(?:"[^"]*+"?+|'[^']*+'?+|[^{_BLANK}>"'][^{_BLANK}>]*+)"""
_ATTRIBUTE = rf"[^{_BLANK}/>][^{_BLANK}/>=]*+(?:[{_BLANK}]*+=[{_BLANK}]*+{_VALUE}?+)?+"
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_REST_OF_TAG = rf"(?:[{_BLANK}/]++|{_ATTRIBUTE})*+"
_COMMENT = r"<!--(?:-?>|.*?(?:--!?>|\Z))|<(?:[!?]|/[^a-zA-Z>])[^>]*+"
# An icon holds nothing that HTML knows, so its end tag closes whatever it left open.
_DRAWING = (
    "path|g|circle|ellipse|rect|line|polygon|polyline|defs|use|symbol|text|tspan|image|mask|clipPath|pattern|"
    "linearGradient|radialGradient|stop"
)
_ICON = (
    rf"<(?i:svg){_REST_OF_TAG}>(?>[^<]++|</?(?i:{_DRAWING})(?=[{_BLANK}/>]){_REST_OF_TAG}>|"
    rf"<(?i:title)>[^<]*</(?i:title)>|<(?i:style)>[^<]*</(?i:style)>){{0,{MAX_DEPTH}}}+</(?i:svg)>"
)
_TOKEN = re.compile(rf"{_COMMENT}|{_ICON}|<(/?)({_NAME})({_REST_OF_TAG})", re.S)
_START_TAG = re.compile(rf"<({_NAME})")
_ROOT_TAG = re.compile(r"<(?:html|body)\b", re.I)
_ROOT_NAME = re.compile(r"^(?:html|body)|<", re.I)
_LONG = 2 * MAX_ATTRIBUTES
_LONG_TAG = re.compile(rf"</?[a-zA-Z][^>]{{{_LONG},}}")

_FORMATTING = frozenset(["b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"])
_VOID = frozenset(
    [
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track"),
        # Not void, but only one at a time: a second <a> ends the first, a second <body> is ignored.
        *("wbr", "html", "head", "body", "a"),
    ]
)
# Of these the parser holds one at a time, or one in each table, or in each of the others that it opened between.
_FLAT = _VOID | {"p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "caption", "colgroup", "script", "style"}
_FLAT_AS_WRITTEN = _FLAT | {name.upper() for name in _FLAT}
_FOREIGN = frozenset(["svg", "math"])
_ENDS_ITS_OWN = {"p": ["p"], "li": ["li"], "dd": ["dd", "dt"], "dt": ["dd", "dt"], "option": ["option"]}
_RAW = frozenset(["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext"])
# In these the parser takes the tags above for elements like any other, or ignores them.
_NOT_RAW_IN = _FOREIGN | {"frameset"}
# What ends an SVG that was never closed, unless it stands where HTML may stand in SVG.
_ENDS_FOREIGN = frozenset(
    ["br", "center", "div", "dl", "h1", "h2", "h3", "h4", "img", "ol", "p", "span", "table", "ul"]
)
_HOLDS_HTML = frozenset(["foreignobject", "desc", "title", "annotation-xml", "mi", "mo", "mn", "ms", "mtext"])
_OMISSIBLE = _FORMATTING | {"p", "li", "dd", "dt", "option", "optgroup", "rt", "rp"}
_CELLS = frozenset(["td", "th", "tr", "tbody", "thead", "tfoot", "caption", "colgroup"])
# Elements that an end tag closes along with its own; any other end tag gives up at the first of them.
_CLOSES_TOO = dict.fromkeys(
    [
        *("address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figure"),
        *("footer", "header", "li", "main", "menu", "nav", "ol", "section", "select", "ul"),
    ],
    _OMISSIBLE,
) | {"table": _OMISSIBLE | _CELLS}
_RAW_STEP = re.compile(
    rf"</(?:{'|'.join(sorted(_RAW))})(?=[{_BLANK}/>])|<!--(?:-?>)?|-->|<script(?=[{_BLANK}/>])", re.I
)


def refuse_absurd(html: str) -> None:
    """Raises `HostilePage` for what no newsroom publishes. Linear in the length of the page."""
    if len(html) > MAX_CHARACTERS:
        raise HostilePage(f"the page is {len(html):,} characters long")
    if len(html) > 10 * MAX_TAGS and html.count("<") > 10 * MAX_TAGS:
        raise HostilePage("the page has millions of angle brackets")
    names = Counter(_START_TAG.findall(html)) if len(html) <= _HARMLESS else None
    if (names is None or _may_be_roots(names) > MAX_ROOTS) and len(_ROOT_TAG.findall(html)) > MAX_ROOTS:
        raise HostilePage("the page has hundreds of <html> and <body> tags")
    if names is None or not _is_plain(html, names):
        _walk(html)


def _may_be_roots(names: Counter[str]) -> int:
    """At least as many as there are <html> and <body> tags; a name can hold others."""
    return sum(count + MAX_ROOTS * ("<" in name) for name, count in names.items() if _ROOT_NAME.search(name))


def _is_plain(html: str, names: Counter[str]) -> bool:
    """Whether the page is within bounds even if no element were ever closed."""
    if any(map(_overflows, _long_tags(html))):
        return False
    total = names.total()
    deep = {name: count for name, count in names.items() if name not in _FLAT_AS_WRITTEN}
    nesting = sum(deep.values())
    formatting = sum(count for name, count in deep.items() if name.lower() in _FORMATTING)
    if not _FOREIGN.isdisjoint(map(str.lower, deep)):
        nesting = total  # in SVG and MathML nothing is void
    return nesting <= MAX_DEPTH and formatting <= MAX_MISNESTED and formatting * total <= MAX_TAGS


def _long_tags(html: str) -> Iterator[str]:
    """Tags of many characters. From > to > the page is crossed in leaps as long as they are: few leaps find none."""
    at = 0
    while at + _LONG < len(html):
        end = html.rfind(">", at, at + _LONG)
        if end < 0:
            end = html.find(">", at + _LONG)
            end = len(html) if end < 0 else end
            yield from _LONG_TAG.findall(html, at, end)
        at = end + 1


def _overflows(attributes: str) -> bool:
    return len(attributes) > MAX_ATTRIBUTES and len(_ATTRIBUTES.findall(attributes)) > MAX_ATTRIBUTES


def _walk(html: str) -> None:
    nesting = _Nesting()
    at = 0
    while token := _TOKEN.search(html, at):
        at = token.end()
        closing, name, attributes = token.groups()
        if name is None:
            nesting.refuse_ambiguous("<" if token.group().startswith("<![") else "")
            continue
        name = name.lower()
        if _overflows(attributes):
            raise HostilePage(f"a <{name[:40]}> has more than {MAX_ATTRIBUTES} attributes")
        if closing:
            nesting.close(name)
        elif name in _RAW:
            nesting.open(name)
            start, at = at, _end_of_raw(html, name, at)
            nesting.refuse_ambiguous(html[start:at])
        else:
            nesting.open(name)


@dataclass(slots=True)
class _Nesting:
    """What the parser may hold open."""

    names: list[str] = field(default_factory=list)
    """Outermost first."""
    formatting: int = 0
    foreign: int = 0
    made: int = 0

    def open(self, name: str) -> None:
        self.made += 1
        if self.foreign and name in _ENDS_FOREIGN and _HOLDS_HTML.isdisjoint(self.names):
            self.names = [left for left in self.names if left not in _FOREIGN]
            self.foreign = 0
        if not self.foreign:
            if name in _VOID:
                return
            if self.names and self.names[-1] in _ENDS_ITS_OWN.get(name, ()):
                self.names.pop()
        self.names.append(name)
        self.foreign += name in _FOREIGN
        if name in _FORMATTING:
            self.formatting += 1
        else:
            self.made += self.formatting
        if len(self.names) > MAX_DEPTH or self.formatting > MAX_MISNESTED or self.made > MAX_TAGS:
            raise HostilePage("the page nests its elements absurdly deep or has too many of them")

    def close(self, name: str) -> None:
        """Gives back the innermost element of that name if nothing stands above it that may stay open."""
        closes_too = _CLOSES_TOO.get(name, _FORMATTING)
        at = len(self.names) - 1
        while at >= 0 and self.names[at] != name and self.names[at] in closes_too:
            at -= 1
        self.made += len(self.names) - at
        if at >= 0 and self.names[at] == name:
            # A formatting element is closed by its own end tag only: until then it is opened again and again.
            self.names[at:] = [above for above in self.names[at + 1 :] if above in _FORMATTING]
            self.foreign -= name in _FOREIGN
            self.formatting -= name in _FORMATTING

    def refuse_ambiguous(self, raw: str) -> None:
        """Raw text is markup where no raw text can be; which of the two the parser sees there is hard to tell."""
        if "<" in raw and not _NOT_RAW_IN.isdisjoint(self.names):
            raise HostilePage("the page hides markup in a script, style or title inside another element")


def _end_of_raw(html: str, name: str, start: int) -> int:
    """Where a script, style, title and the like ends.

    A script that opens a comment and in it another script ends behind the
    second </script> (WHATWG HTML §13.2.5.27, "script data double escaped").
    """
    commented = scripts = 0
    for step in _RAW_STEP.finditer(html, start) if name != "plaintext" else ():
        word = step.group().lower()
        if word == f"</{name}":
            if not scripts:
                return step.start()
            scripts = 0
        elif word == "<!--":
            commented = 1
        elif word == "-->":
            commented = scripts = 0
        elif word == "<script" and name == "script":
            scripts = commented
    return len(html)

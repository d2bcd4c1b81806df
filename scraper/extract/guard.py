"""Refuse pages that would hang the parser, before it sees them.

Lexbor's tree building is worse than linear on absurd input: 100,000 nested
<div> (488 KB) take a minute, a 38 KB page of misnested formatting elements
six seconds, and 400 open <b> are built again for every <p>. No browser shows
such pages either (Blink and WebKit stop nesting at 512). The check is linear
and errs on the side of pages: it counts tags, it does not parse.
"""

import re
from collections.abc import Iterator
from itertools import accumulate
from operator import sub

from scraper.errors import HostilePage

MAX_CHARACTERS = 8 * 1024 * 1024
MAX_TAGS = 200_000
MAX_ATTRIBUTES = 256
MAX_DEPTH = 512
MAX_MISNESTED = 400
"""Formatting elements open at once; each costs the adoption agency a pass."""
MAX_REBUILT = 200_000
"""Formatting elements that block starts make the parser build again, in all."""

_TAG = re.compile(r"<(/?[a-zA-Z][^\s/>]{0,30})")
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{512,}")
_VOID = "area base br col embed hr img input link meta param source track wbr p li dd dt option td th tr".split()
_FORMATTING = "a b big code em font i nobr s small strike strong tt u".split()
_BLOCKS = "p div li td th tr ul ol dl dt dd table section article center h1 h2 h3 h4 h5 h6".split()
# Comments, and elements whose content is text. What never ends reaches to the end, as in a parser.
_UNPARSED = re.compile(r"<(?:(!--)|(script|style|textarea|title|xmp|iframe|noembed|noframes)\b)", re.I)
_COMMENT_END = re.compile(r"--!?>")
_END_OF_TEXT = {
    name: re.compile(rf"</{name}\b", re.I)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
}
# In SVG and MathML these hold elements like any other.
_FOREIGN = re.compile(r"<(?:svg|math)\b", re.I)


class _Steps(dict[str, int]):
    """What a tag does to a depth: +1, -1, or nothing for those that need no end tag."""

    def __init__(self, counted: frozenset[str] | None, ignored: frozenset[str]) -> None:
        super().__init__()
        self._counted = counted
        self._ignored = ignored

    def __missing__(self, tag: str) -> int:
        name = tag.lstrip("/").lower()
        counts = name not in self._ignored and (self._counted is None or name in self._counted)
        step = (-1 if tag.startswith("/") else 1) if counts else 0
        if len(self) < 10_000:
            self[tag] = step
        return step


_NESTING = _Steps(None, frozenset(_VOID))
_OPEN_FORMATTING = _Steps(frozenset(_FORMATTING), frozenset())
_STARTS_BLOCK = frozenset(_BLOCKS)


def refuse_absurd(html: str) -> None:
    """Raises `HostilePage` for what no newsroom publishes."""
    if len(html) > MAX_CHARACTERS:
        raise HostilePage(f"the page is {len(html):,} characters long")
    if html.count("<") > 10 * MAX_TAGS:
        raise HostilePage("the page has millions of angle brackets")
    markup = _markup(html, only_comments=_FOREIGN.search(html) is not None)
    tags = _TAG.findall(markup)
    if len(tags) > MAX_TAGS:
        raise HostilePage(f"the page has {len(tags):,} tags")
    formatting = _deepest(tags, _OPEN_FORMATTING)
    if _deepest(tags, _NESTING) > MAX_DEPTH or formatting > MAX_MISNESTED:
        raise HostilePage("the page nests its elements absurdly deep")
    if formatting * len(tags) > MAX_REBUILT and _rebuilt(tags) > MAX_REBUILT:
        raise HostilePage("the page leaves formatting elements open over thousands of blocks")
    for tag in _LONG_TAG.finditer(markup):
        if _attributes(tag.group()) > MAX_ATTRIBUTES:
            raise HostilePage(f"a tag has more than {MAX_ATTRIBUTES} attributes")


def _markup(html: str, *, only_comments: bool) -> str:
    """The page less its comments and the content of its text elements."""
    kept: list[str] = []
    at = 0
    while found := _UNPARSED.search(html, at):
        comment, name = found.groups()
        if name and only_comments:
            kept.append(html[at : found.end()])
            at = found.end()
            continue
        kept.append(html[at : found.start()])
        at = _end_of_comment(html, found.end()) if comment else _end_of_text(html, found.end(), name)
    kept.append(html[at:])
    return " ".join(kept)


def _end_of_comment(html: str, at: int) -> int:
    """Behind a comment that opened before `at`; `<!-->` and `<!--->` are whole ones."""
    for short in (">", "->"):
        if html.startswith(short, at):
            return at + len(short)
    end = _COMMENT_END.search(html, at)
    return end.end() if end else len(html)


def _end_of_text(html: str, at: int, name: str) -> int:
    """Behind the end tag of an element whose content is text."""
    end = _END_OF_TEXT[name.lower()].search(html, at)
    return end.end() if end else len(html)


def _depths(tags: list[str], steps: _Steps) -> Iterator[int]:
    """The depth behind each tag; end tags without a start count for nothing."""
    sums = list(accumulate(map(steps.__getitem__, tags)))
    return map(sub, sums, accumulate(sums, min, initial=0))


def _deepest(tags: list[str], steps: _Steps) -> int:
    return max(_depths(tags, steps), default=0)


def _rebuilt(tags: list[str]) -> int:
    depths = _depths(tags, _OPEN_FORMATTING)
    return sum(depth for tag, depth in zip(tags, depths, strict=True) if depth and tag.lower() in _STARTS_BLOCK)


def _attributes(tag: str) -> int:
    """Names in a tag, its quoted values left out."""
    return len(re.sub(r"=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]*)", " ", tag).split()) - 1

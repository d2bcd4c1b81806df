"""What a search asks for: text to a small tree, and the tree to a check of an article and to words.

Read leniently: whatever is typed is a query, and what had to be left out or
mended is said in `Query.notes`. docs/search.md is the language on one screen;
what the index is asked is archive/narrowing.py's.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache, cached_property, lru_cache

from scraper.archive.documents import Document
from scraper.archive.folding import BOUNDARY, units
from scraper.sites import all_sites

LONGEST_QUERY = 1000
"""Characters; what is longer is cut, and said."""
_DEEPEST = 12
"""Brackets within brackets; FTS5's parser has room for little more."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase that must stand somewhere: anywhere in title, text and captions, or in one field."""

    text: str
    units: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Whole:
    """A field that must be this value, letter by letter; of authors, that one must be."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Site:
    code: str


@dataclass(frozen=True, slots=True)
class Dates:
    """First and last day, both inclusive and either may be empty: `2022`, `2022-07` or `2022-07-20`."""

    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Not:
    node: "Node"


@dataclass(frozen=True, slots=True)
class All:
    nodes: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    nodes: tuple["Node", ...] = ()


Node = Term | Whole | Site | Dates | Not | All | Any


@dataclass(frozen=True)
class Query:
    """False when nothing was asked for."""

    root: All = All()
    notes: tuple[str, ...] = ()
    """What was left out or read otherwise than typed, for people."""

    def __bool__(self) -> bool:
        return bool(self.root.nodes)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """What is wanted in the text, in the order typed: what is marked and ranked by."""
        return tuple(dict.fromkeys(_wanted(self.root)))

    def narrowed(self, *nodes: Node) -> "Query":
        return replace(self, root=All((*self.root.nodes, *nodes))) if nodes else self


def _wanted(node: Node) -> Iterator[Term]:
    if isinstance(node, Term) and node.field in ("", "title", "caption"):
        yield node
    elif isinstance(node, All | Any):
        for inner in node.nodes:
            yield from _wanted(inner)


@lru_cache(maxsize=2048)
def forms(term: Term) -> tuple[str, ...]:
    """The ways in which most texts print a term: as typed, as folded, in capitals, in full width."""
    typed, folded = term.text, () if BOUNDARY in term.units else (term.units,)
    wide = (typed.upper().translate(_WIDE),) if typed.isascii() else ()
    return tuple(dict.fromkeys(form for form in (typed, typed.lower(), typed.upper(), *folded, *wide) if form))


_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


# --- reading ---------------------------------------------------------------------------------

_TEXT_FIELDS = ("title", "caption", "author", "editor", "source", "channel")
_FIELDS = (*_TEXT_FIELDS, "site", "date", "since", "until")
_FIELD = re.compile(rf"({'|'.join(_FIELDS)})[:：]\s*", re.IGNORECASE)
_LIKE_A_FIELD = re.compile(r"([a-z]{2,20})([:：])(?!//)(?=.)", re.IGNORECASE | re.ASCII)
# What opens a phrase, and what ends it: people mix the straight and the curved ones.
_QUOTES = {**dict.fromkeys('"＂“”„', '"＂“”'), "「": "」", "『": "』"}
_STRAIGHT = '"＂'
_OPENING, _CLOSING = "(（", ")）"
_BARS = "|｜"
_MINUS = "-－−"
_MEASURED = re.compile(r"\d+(?:[.．]\d+)?(?:[℃°%％‰度]|摄氏度|米|公里|亿|万)")
"""What -5℃ has behind its minus: it is below zero, not unwanted."""


def parse(text: str, *, alone: bool = True) -> Query:
    """Read a query; any text gives one.

    `alone` says that no options narrow the search: a minus has then nothing
    to be taken from unless the text itself asks for something.

    >>> describe(parse('郑州 OR 洛阳 "麦收" -疫情'))
    '(郑州 or 洛阳) and 麦收, without 疫情'
    """
    return _Reader(text, alone).read()


class _Reader:
    """A place in the text that moves to its end."""

    def __init__(self, text: str, alone: bool) -> None:
        self.text = text[:LONGEST_QUERY]
        self.at = 0
        self.depth = 0
        self.alone = alone
        self.notes: list[str] = []
        if len(text) > LONGEST_QUERY:
            self._note(f"only the first {LONGEST_QUERY} characters were read")

    def read(self) -> Query:
        nodes = self._sequence("")
        if nodes and self.alone and all(isinstance(node, Not) for node in nodes) and self.text.lstrip()[0] in _MINUS:
            # "-19疫情" cut from a text: with nothing to take it from, the mark is no minus.
            self._note("with nothing else to look for, - was read as a hyphen")
            nodes = [node.node for node in nodes if isinstance(node, Not)]
        return Query(All(tuple(dict.fromkeys(nodes))), tuple(dict.fromkeys(self.notes)))

    def _note(self, note: str) -> None:
        self.notes.append(note)

    def _sequence(self, field: str) -> list[Node]:
        """Everything up to the end or the bracket that closes this one; OR joins its two neighbours."""
        found: list[Node] = []
        joins = negates = False
        while self._skip_blanks():
            character = self.text[self.at]
            if character in _CLOSING and self.depth:
                break
            if character in _BARS:
                self.at += 1
                joins = bool(found)
                continue
            word = self._operator()
            if word == "OR":
                joins = bool(found)
            elif word == "NOT":
                negates = True
            if word:
                continue
            node = self._item(field)
            if node is None:
                continue
            if negates:
                node = node.node if isinstance(node, Not) else Not(node)
            if joins and found:
                before = found.pop()
                node = Any((*(before.nodes if isinstance(before, Any) else (before,)), node))
            found.append(node)
            joins = negates = False
        if negates or joins:
            self._note("an OR or NOT at the end joins nothing; it was left out")
        return found

    def _skip_blanks(self) -> bool:
        while self.at < len(self.text) and (self.text[self.at].isspace() or self.text[self.at] == "\0"):
            self.at += 1
        return self.at < len(self.text)

    def _operator(self) -> str:
        for word in ("OR", "AND", "NOT"):
            end = self.at + len(word)
            if self.text.startswith(word, self.at) and (end == len(self.text) or not self.text[end].isalnum()):
                rest = self.text[end : end + 1]
                if not rest or rest.isspace() or rest in _OPENING + _BARS or rest in _QUOTES:
                    if self.text.strip() == word:  # nothing but this: a word like others
                        return ""
                    self.at = end
                    return word
        return ""

    def _item(self, field: str) -> Node | None:
        negated = self._minus()
        found = _FIELD.match(self.text, self.at)
        if found and found.end() < len(self.text):
            self.at = found.end()
            node = self._value(found[1].lower())
        else:
            node = self._value(field)
        return Not(node) if negated and node is not None else node

    def _minus(self) -> bool:
        after = self.text[self.at + 1 : self.at + 2]
        if self.text[self.at] not in _MINUS or not after or after.isspace() or after in _MINUS:
            return False
        if measured := _MEASURED.match(self.text, self.at + 1):
            self._note(f'-{measured[0]} was read as a figure; -"{measured[0]}" leaves it out')
            return False
        self.at += 1
        return True

    def _value(self, field: str) -> Node | None:
        character = self.text[self.at]
        if character in _OPENING:
            return self._group(field)
        if character in _QUOTES and (end := self._end_of_quote()) is not None:
            phrase, self.at = self.text[self.at + 1 : end], end + 1
            return self._node(field, phrase)
        return self._bare(field)

    def _group(self, field: str) -> Node | None:
        self.at += 1
        if self.depth >= _DEEPEST:
            self._note(f"brackets more than {_DEEPEST} deep were read over")
            return None
        self.depth += 1
        nodes = self._sequence(field)
        self.depth -= 1
        if self.at < len(self.text):
            self.at += 1
        else:
            self._note("a bracket that was not closed ends with the query")
        return nodes[0] if len(nodes) == 1 else All(tuple(nodes)) if nodes else None

    def _end_of_quote(self) -> int | None:
        opening = self.text[self.at]
        closing = _QUOTES[opening]
        if opening in _STRAIGHT and sum(map(self.text.count, _STRAIGHT)) % 2 == 0:
            closing = _STRAIGHT  # they are in pairs: “ and ” between them are text, as in "大桥”通车"
        end = next((n for n in range(self.at + 1, len(self.text)) if self.text[n] in closing), None)
        if end is None:
            self._note("a quotation mark without its other half was read over")
        return end

    def _bare(self, field: str) -> Node | None:
        start, inner = self.at, 0
        while self.at < len(self.text):
            character = self.text[self.at]
            if character.isspace() or character in _BARS:
                break
            if character in _OPENING:
                inner += 1
            elif character in _CLOSING:
                if not inner and self.depth:
                    break
                inner -= 1
            self.at += 1
        word = self.text[start : self.at]
        if word in ("or", "and", "not", "Or", "And", "Not"):
            self._note(f"{word} was read as a word; the operator is {word.upper()}")
        if len(word) > 2 and word[0] in "+＋" and not word[1].isdecimal():
            word = word[1:]  # +黄河 +大堤, as other searches have it: all words are wanted here
        self._note_lookalikes(word)
        return self._node(field, word, bare=True)

    def _note_lookalikes(self, word: str) -> None:
        """What other searches, or a slip of the finger, would mean by it."""
        if (named := _LIKE_A_FIELD.match(word)) and named[1].lower() not in _FIELDS:
            near = get_close_matches(named[1].lower(), _FIELDS, 1)
            if near:
                self._note(f"{named[1]}: is no field and was read as text; did you mean {near[0]}:?")
            elif named[2] == ":":  # the Chinese one stands behind many a word of a text
                self._note(f"{named[1]}: is no field and was read as text; there are {', '.join(_FIELDS)}")
        if "*" in word and any(map(str.isalnum, word)):
            self._note("* is no wildcard and was left out: a word is found inside of longer ones anyway")

    def _node(self, field: str, value: str, *, bare: bool = False) -> Node | None:
        if field == "site":
            return self._site(value)
        if field in ("date", "since", "until"):
            return self._dates(field, value)
        found = units(value)
        if not found or (bare and not any(map(str.isalnum, found))):
            if value.strip():
                self._note(f"{value[:20]} has no letter, digit or character; it was left out")
            return None
        return Term(value.strip(), found, field)

    def _site(self, value: str) -> Node | None:
        nodes = []
        for name in re.split(r"[,，、]", value):
            code = site_code(name)
            if code is None and name.strip():
                self._note(f"no edition is called {name[:20]}")
                code = units(name).replace(BOUNDARY, "") or "?"
            if code is not None:
                nodes.append(Site(code))
        return nodes[0] if len(nodes) == 1 else Any(tuple(nodes)) if nodes else None

    def _dates(self, field: str, value: str) -> Node | None:
        first, _, last = value.partition("..")
        since, until = day(first), day(last or first)
        if since is None or until is None:
            self._note(f"{field}:{value[:20]} is no year, month or day; it was left out")
            return None
        if ".." in value:  # a range is one, whichever of the three it is written behind
            field = "date"
        return Dates(since if field != "until" else "", until if field != "since" else "")


def site_code(name: str) -> str | None:
    """The code of an edition, given by its code or its Chinese name.

    >>> site_code("河南"), site_code("HA"), site_code("zz")
    ('ha', 'ha', None)
    """
    return _site_codes().get(units(name))


@cache
def _site_codes() -> dict[str, str]:
    sites = all_sites().values()
    return {units(key): site.code for site in sites for key in (site.name, site.code)}


_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")
DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def day(text: str) -> str | None:
    """A year, month or day as archived, or None where it is none.

    >>> day("2022"), day("2022年7月"), day("2022/7/20"), day("2022-13")
    ('2022', '2022-07', '2022-07-20', None)
    """
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text.strip()))
    if not found:
        return None
    year, month, number = found[1], int(found[2] or 1), int(found[3] or 1)
    if not 1 <= month <= 12 or not 1 <= number <= DAYS[month - 1]:
        return None
    return "-".join(part for part in (year, found[2] and f"{month:02}", found[3] and f"{number:02}") if part)


# --- the check, and words -----------------------------------------------------------------------


def holds(query: Query, document: Document) -> bool:
    """Whether an article really is what is asked for: threes can overlap without the whole standing there."""
    return _holds(query.root, document)


def _holds(node: Node, document: Document) -> bool:
    if isinstance(node, Term):
        return document.has(node.units, node.field, node.text)
    if isinstance(node, Whole):
        return document.is_whole(node.field, node.value)
    if isinstance(node, Site):
        return document.site == node.code
    if isinstance(node, Dates):
        # U+FFFF sorts behind every time of that day, month or year.
        return node.since <= document.published_at and not (
            node.until and document.published_at >= node.until + "\uffff"
        )
    if isinstance(node, Not):
        return not _holds(node.node, document)
    if isinstance(node, Any):
        return any(_holds(inner, document) for inner in node.nodes)
    return all(_holds(inner, document) for inner in node.nodes)


def describe(query: Query) -> str:
    """The query as it was understood, in words."""
    return _described(query.root, top=True)


def _described(node: Node, *, top: bool = False) -> str:
    if isinstance(node, Term):
        shown = node.units.replace(BOUNDARY, "·")
        return f"{node.field} {shown}" if node.field else shown
    if isinstance(node, Whole):
        return f"{node.field} exactly {node.value}"
    if isinstance(node, Site):
        site = all_sites().get(node.code)
        return f"edition {node.code}{' ' + site.name if site else ''}"
    if isinstance(node, Dates):
        if node.since == node.until:
            return f"published {node.since}"
        return " ".join(f"{name} {value}" for name, value in (("from", node.since), ("until", node.until)) if value)
    if isinstance(node, Not):
        return f"all without {_described(node.node)}"
    if isinstance(node, Any):
        return f"({' or '.join(map(_described, node.nodes))})"
    wanted = " and ".join(_described(inner) for inner in node.nodes if not isinstance(inner, Not)) or "all"
    unwanted = " or ".join(_described(inner.node) for inner in node.nodes if isinstance(inner, Not))
    whole = f"{wanted}, without {unwanted}" if unwanted else wanted
    return whole if top or len(node.nodes) == 1 else f"({whole})"

"""How text becomes index tokens, queries become MATCH expressions, and hits become marks.

No stock SQLite tokenizer finds Chinese words, so the tokens are made here:
every run of one, two and three characters of the folded text, each a token of
its own. A word of up to three characters is then one exact token, a longer
one an AND of its overlapping threes; positions are not stored. Pure functions:
the command line, Datasette and the index all come through here.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from functools import cache

VERSION = 1
"""Raised when the same text would give other tokens; the index is rebuilt then."""

LONGEST_GRAM = 3
HOT = 3
"""How often a gram stands in a body to be a `hot:` token, which ranking asks for first."""

_INTERPUNCTS = frozenset("·•・‧∙⋅．")
_BOUNDARY = "\x1e"


# --- folding -------------------------------------------------------------------------


@cache
def _converters() -> tuple[object, ...]:
    import opencc

    return tuple(opencc.OpenCC(name) for name in ("t2s", "tw2s", "hk2s"))


class _Folded(dict[int, str]):
    """Each character's folded form, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        if 0xD800 <= code <= 0xDFFF:  # half a character, from a shell that passed bytes on
            return "\ufffd"
        folded = unicodedata.normalize("NFKC", chr(code)).lower()
        if any(ord(character) >= 0x3400 for character in folded):
            for converter in _converters():
                folded = converter.convert(folded)  # type: ignore[attr-defined]  # opencc has no stubs
        self[code] = folded
        return folded


_FOLD = _Folded()


def fold(text: str) -> str:
    """NFKC, lower case, traditional to simplified; character by character.

    >>> fold("經濟ＧＤＰ")
    '经济gdp'
    """
    return text.translate(_FOLD)


def units(text: str) -> str:
    """Folded letters, digits and Han characters; U+001E where punctuation parts them.

    Blanks and the interpunct inside a name part nothing.

    >>> units("“两个健康”，ＧＤＰ 增长5.2%").split("\\x1e")
    ['两个健康', 'gdp增长5', '2']
    >>> units("买买提·艾力"), units("7·20")
    ('买买提艾力', '7\\x1e20')
    """
    return _units(fold(text)).strip(_BOUNDARY)


def _units(folded: str) -> str:
    out: list[str] = []
    for part in _WORDS.split(folded):
        if _WORDS.match(part):
            out.append(part)
            continue
        for character in part:
            if _is_unit(character):
                out.append(character)
            elif _parts(character, out[-1][-1] if out else _BOUNDARY):
                out.append(_BOUNDARY)
    return "".join(out)


_WORDS = re.compile(r"([^\W_]+)")


def _is_unit(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


def _parts(character: str, before: str) -> bool:
    """Whether punctuation parts two runs here; blanks and the interpunct in a name do not, nor does a second mark."""
    if character.isspace() or before == _BOUNDARY:
        return False
    return character not in _INTERPUNCTS or before.isdigit()


# --- the index -----------------------------------------------------------------------


def tokens_of(title: str, body: str, captions: str, site: str, published_at: str) -> str:
    """All tokens of an article, one a line, each once.

    Besides the grams: `title:` grams, `hot:` grams (often in the text),
    `site:ha`, and `date:` of the year, month and day.
    """
    title_units = units(title)
    text_units = _BOUNDARY.join((title_units, units(body), units(captions)))
    counts = grams(text_units)
    found = dict.fromkeys(counts)
    found.update(dict.fromkeys(f"title:{gram}" for gram in grams(title_units)))
    found.update(dict.fromkeys(f"hot:{gram}" for gram, times in counts.items() if times >= HOT))
    found[f"site:{site}"] = None
    day = published_at[:10]
    found.update(dict.fromkeys(f"date:{day[:size]}" for size in (4, 7, 10) if len(day) >= size))
    return "\n".join(found)


def grams(text_units: str) -> Counter[str]:
    """Runs of one to three units that cross no boundary, with how often each stands."""
    counts: Counter[str] = Counter()
    for run in text_units.split(_BOUNDARY):
        for size in range(1, LONGEST_GRAM + 1):
            counts.update(run[at : at + size] for at in range(len(run) - size + 1))
    return counts


# --- queries -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Query:
    """What a search means: groups of alternatives that must all hold, and what must not."""

    wanted: tuple[tuple[str, ...], ...] = field(default=())
    """Each a group of alternatives, as units."""
    unwanted: tuple[str, ...] = field(default=())
    filters: tuple[str, ...] = field(default=())
    """Exact tokens such as `site:ha`."""
    titles: tuple[str, ...] = field(default=())
    """Units wanted in the title."""

    def __bool__(self) -> bool:
        return bool(self.wanted or self.filters or self.titles)

    @property
    def terms(self) -> tuple[str, ...]:
        return tuple(term for group in self.wanted for term in group) + self.titles


# A quoted phrase in any of the quotes people type, a bar, or a run without blanks and bars.
_TERM = re.compile(r"""(-|NOT\s+)?(title:)?(?:["“]([^"“”]*)["”]|「([^」]*)」|([|｜]|[^\s|｜]+))""")
_FILTER = re.compile(r"^(?:site:[a-z]{2,3}|date:\d{4}(?:-\d\d(?:-\d\d)?)?)$")
LONGEST_QUERY = 1000
"""Characters; what is longer is cut."""


def parse(text: str) -> Query:
    """Read a query leniently: words (all wanted), "phrases", OR or |, -word or NOT, title:, site:, date:.

    Anything that is none of these is a word; what has no letter or digit is
    nothing. The result is false when nothing was asked for.

    >>> parse('郑州 OR 洛阳 "麦收" -疫情').wanted
    (('郑州', '洛阳'), ('麦收',))
    """
    wanted: list[list[str]] = []
    unwanted: list[str] = []
    filters: list[str] = []
    titles: list[str] = []
    joins = False
    for negated, in_title, quoted, cornered, bare in _TERM.findall(text[:LONGEST_QUERY]):
        if bare in ("OR", "|", "｜"):
            joins = bool(wanted)
        elif _FILTER.match(bare) and not negated:
            filters.append(bare)
        elif bare not in ("AND", "NOT") and (term := units(quoted or cornered or bare)):
            if negated:
                unwanted.append(term)
            elif in_title:
                titles.append(term)
            elif joins:
                wanted[-1].append(term)
            else:
                wanted.append([term])
            joins = False
    return Query(tuple(map(tuple, wanted)), tuple(unwanted), tuple(filters), tuple(titles))


def match_expression(query: Query, prefix: str = "") -> str:
    """The FTS5 MATCH expression; `""` when nothing is wanted. `prefix` asks for `title:` or `hot:` grams instead."""
    parts = [_any_of([_all_grams(term, prefix) for term in group]) for group in query.wanted]
    parts += [_all_grams(term, "title:") for term in query.titles]
    parts += [_quoted(token) for token in query.filters]
    if not parts:
        return ""
    expression = " AND ".join(parts)
    if query.unwanted:
        # One NOT over an OR: FTS5's parser has little room for nesting.
        expression = f"({expression}) NOT ({' OR '.join(_all_grams(term, '') for term in query.unwanted)})"
    return expression


def _any_of(alternatives: list[str]) -> str:
    return alternatives[0] if len(alternatives) == 1 else f"({' OR '.join(alternatives)})"


def _all_grams(term: str, prefix: str) -> str:
    found: list[str] = []
    for run in term.split(_BOUNDARY):
        size = min(len(run), LONGEST_GRAM)
        found += [run[at : at + size] for at in range(len(run) - size + 1)] if run else []
    quoted = [_quoted(prefix + gram) for gram in dict.fromkeys(found)]
    return quoted[0] if len(quoted) == 1 else f"({' AND '.join(quoted)})"


def _quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'


def is_exact(query: Query) -> bool:
    """Whether the index alone decides: no term is longer than a gram."""
    return all(len(term) <= LONGEST_GRAM and _BOUNDARY not in term for term in (*query.terms, *query.unwanted))


def holds(query: Query, title: str, body: str, captions: str) -> bool:
    """Whether the text really has what is wanted: threes can overlap without the whole standing there."""
    text = _BOUNDARY.join((units(title), units(body), units(captions)))
    if any(term in text for term in query.unwanted):
        return False
    title_text = units(title)
    return all(any(term in text for term in group) for group in query.wanted) and all(
        term in title_text for term in query.titles
    )


# --- marks and snippets ------------------------------------------------------------------


def find_hits(query: Query, text: str) -> list[tuple[int, int]]:
    """Where the terms stand in the original text, as (start, end), merged and in order."""
    terms = [term for term in dict.fromkeys(query.terms) if term]
    if not terms or not text:
        return []
    flat, places = _flattened(text)
    spans = []
    for term in terms:
        at = flat.find(term)
        while at >= 0:
            spans.append((places[at], places[at + len(term) - 1] + 1))
            at = flat.find(term, at + len(term))
    return _merged(sorted(spans))


def _flattened(text: str) -> tuple[str, list[int]]:
    """The text's units and, for each, the index of the character it comes from."""
    flat: list[str] = []
    places: list[int] = []
    for index, character in enumerate(text):
        for folded in _FOLD[ord(character)]:
            if _is_unit(folded):
                flat.append(folded)
                places.append(index)
            elif _parts(folded, flat[-1] if flat else _BOUNDARY):
                flat.append(_BOUNDARY)
                places.append(index)
    return "".join(flat), places


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@dataclass(frozen=True, slots=True)
class Snippet:
    """A window of the original text and where the hits stand in it."""

    text: str
    hits: tuple[tuple[int, int], ...] = ()

    def marked(self, opening: str, closing: str) -> str:
        parts, last = [], 0
        for start, end in self.hits:
            parts += [self.text[last:start], opening, self.text[start:end], closing]
            last = end
        return "".join(parts) + self.text[last:]


def snippet(query: Query, texts: list[str], size: int = 90) -> Snippet:
    """The window of at most `size` characters with the most different terms, from the first text that has any.

    `texts` come in the order of preference (body, captions); without a hit the
    first text's opening is the snippet.
    """
    for text in texts:
        hits = find_hits(query, text)
        if hits:
            return _window(text, hits, size)
    opening = next((text for text in texts if text), "")
    return _cut(opening, 0, size, [])


def _window(text: str, hits: list[tuple[int, int]], size: int) -> Snippet:
    best, best_score = hits[0][0], -1
    for start, _ in hits:
        inside = {text[a:b] for a, b in hits if start - size // 4 <= a and b <= start + 3 * size // 4}
        if len(inside) > best_score:
            best, best_score = start, len(inside)
    return _cut(text, max(0, best - size // 4), size, hits)


def _cut(text: str, start: int, size: int, hits: list[tuple[int, int]]) -> Snippet:
    if start + size > len(text):
        start = max(0, len(text) - size)
    end = min(len(text), start + size)
    window = text[start:end].replace("\n", " ").replace("\t", " ")
    lead, tail = "…" if start > 0 else "", "…" if end < len(text) else ""
    shift = len(lead) - start
    inside = tuple((max(a, start) + shift, min(b, end) + shift) for a, b in hits if a < end and b > start)
    return Snippet(f"{lead}{window}{tail}", inside)

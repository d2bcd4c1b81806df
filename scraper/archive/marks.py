"""Where the words of a query stand in the original text, and the window of it that shows most of them."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from scraper.archive.folding import find_units, is_plain, written
from scraper.archive.query import Query, forms

Span = tuple[int, int]
_AROUND = 60
"""Characters before and behind a window in which a hit that reaches into it may begin or end."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A window of the original text and where the hits stand in it."""

    text: str
    hits: tuple[Span, ...] = ()
    where: str = "body"
    """`body` or `captions`."""

    def marked(self, opening: str, closing: str) -> str:
        parts, last = [], 0
        for start, end in self.hits:
            parts += [self.text[last:start], opening, self.text[start:end], closing]
            last = end
        return "".join(parts) + self.text[last:]


def find_hits(query: Query, text: str, where: str = "") -> list[Span]:
    """Where the terms stand in the original text, as (start, end), merged and in order.

    `where` is `title`, `body` or `caption`: a term asked for in one of them
    only is not marked in the others.
    """
    return _merged([(start, end) for start, end, _ in _found(query, text, where)])


def _found(query: Query, text: str, where: str) -> list[tuple[int, int, int]]:
    """Start, end and number of the term, for each place where a term stands."""
    terms = dict.fromkeys(term.units for term in query.terms if not where or term.field in ("", where))
    if not text or not any(_may_stand(term, text) for term in terms):
        return []
    return sorted((start, _whole(text, end), number) for start, end, number in find_units(terms, text))


def _whole(text: str, end: int) -> int:
    """Past the marks that combine with the last character, so that none is cut from it."""
    while end < len(text) and _joins(text[end]):
        end += 1
    return end


def _joins(character: str) -> bool:
    return character >= "\u0300" and (unicodedata.combining(character) > 0 or character in "\u200d\ufe0e\ufe0f")


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def snippet(query: Query, texts: list[str], size: int = 90) -> Snippet:
    """The window of at most `size` characters with the most different terms.

    `texts` are body and captions, in the order of preference: the captions are
    shown where they hold more of the terms. Without a hit the first text's
    opening is the snippet.
    """
    found = [
        (_found_soon(query, text, where), text, where) for text, where in zip(texts, ("body", "caption"), strict=False)
    ]
    spans, text, where = max(found, key=lambda one: len({number for _, _, number in one[0]}), default=([], "", "body"))
    name = "captions" if where == "caption" else "body"
    if spans:
        start = min(_best_start(spans, size), max(0, len(text) - size))
        # Around the window every way of writing is looked for; before, those that most texts print were enough.
        near = max(0, start - _AROUND)
        hits = find_hits(query, text[near : start + size + _AROUND], where)
        return _cut(text, start, size, [(one + near, other + near) for one, other in hits], name)
    opening, where = next(((text, where) for _, text, where in found if text), ("", "body"))
    return _cut(opening, 0, size, [], "captions" if where == "caption" else "body")


def _found_soon(query: Query, text: str, where: str) -> list[tuple[int, int, int]]:
    """As `_found`, where the text prints the terms letter by letter: to fold a whole text takes a hundred times as long."""
    spans: list[tuple[int, int, int]] = []
    for number, term in enumerate(term for term in query.terms if term.field in ("", where)):
        found = [(at, at + len(form), number) for form in forms(term) for at in _places(text, form)]
        if not found and _may_stand(term.units, text):
            return _found(query, text, where)
        spans += found
    return sorted(spans)


def _may_stand(term: str, text: str) -> bool:
    return bool(written(term).search(text)) or not is_plain(text)


def _places(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + len(part))


def _best_start(spans: list[tuple[int, int, int]], size: int) -> int:
    """Where the window begins that shows the most different terms, and of these the most hits."""
    lead = size // 4
    best, best_score, last = spans[0][0], (0, 0), 0
    for first, (start, _, _) in enumerate(spans):
        last = max(last, first)
        while last < len(spans) and spans[last][1] <= start - lead + size:
            last += 1
        inside = spans[first:last]
        score = (len({number for _, _, number in inside}), len(inside))
        if score > best_score:
            best, best_score = start, score
    return max(0, best - lead)


def _cut(text: str, start: int, size: int, hits: list[Span], where: str) -> Snippet:
    if start + size > len(text):
        start = max(0, len(text) - size)
    end = min(len(text), start + size)
    while 0 < start < end and _joins(text[start]):
        start += 1
    while start < end < len(text) and _joins(text[end]):
        end -= 1
    window = text[start:end].replace("\n", " ").replace("\t", " ")
    lead, tail = "…" if start > 0 else "", "…" if end < len(text) else ""
    shift = len(lead) - start
    inside = tuple((max(a, start) + shift, min(b, end) + shift) for a, b in hits if a < end and b > start)
    return Snippet(f"{lead}{window}{tail}", inside, where)

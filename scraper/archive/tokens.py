"""The index tokens of an article: what of its text can be asked for.

No stock SQLite tokenizer finds Chinese words, so the tokens are made here:
every run of one, two and three characters of the folded text, each a token of
its own; positions are not stored. What is longer is an AND of its overlapping
threes (archive/query.py), but for the words of a dictionary, and what an
article repeats, which are tokens themselves: so that a Datasette that knows
nothing of us finds them, too.
"""

import json
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from scraper.archive.folding import BOUNDARY, units

VERSION = 2
"""Raised when the same text would give other tokens; the index is rebuilt then."""

LONGEST_GRAM = 3
LONGEST_WORD = 8
HOT = 3
"""How often a gram stands in an article to be a `hot:` token, which ranking asks for early."""
EVERY = "all:articles"
"""A token that every article has, to take something away from."""
FIELDS = ("source", "editor", "author", "channel")
"""Fields whose grams are tokens, prefixed with their name."""

_WORDS = Path(__file__).with_name("words.txt.zlib")
_SHORTEST_WORD = LONGEST_GRAM + 1
# Figures and Latin words with the marks inside them, and the 年 or % behind: pm2.5, covid-19, 12.5%, c++, 2022年.
_COMPOUND = re.compile(r"[a-z0-9]+(?:[.,:/&'_·+-][a-z0-9]+)*(?:\+\+|[%#]|[\u4e00-\u9fff])?")
_LONGEST_COMPOUND = 40


def tokens_of(
    title: str,
    body: str,
    captions: str,
    site: str,
    published_at: str,
    source: str | None = None,
    editor: str | None = None,
    authors: str = "[]",
    channel: str | None = None,
    sections: str = "[]",
) -> str:
    """All tokens of an article, one a line, each once; `authors` and `sections` are the JSON of their columns.

    Besides the grams: `title:` and `head:` (sub-headings) grams, `hot:` grams
    (often in the text), dictionary words, `site:ha`, `date:` of the year,
    month and day, and grams and the whole of source, editor, authors, channel.
    """
    title_units = units(title)
    texts = (title_units, units(body), units(captions))
    text_units = BOUNDARY.join(texts)
    found = grams(text_units)
    found.update(_hot(text_units), _long_words(text_units), _compounds(f"{title}\n{body}\n{captions}"))
    found.update(f"mark:{gram}" for text in texts for gram in marked_grams(text))
    found.update(f"title:{gram}" for gram in grams(title_units))
    found.update(f"head:{gram}" for heading in headings(sections) for gram in grams(units(heading)))
    fields: tuple[Iterable[str | None], ...] = ([source], [editor], strings(authors), [channel])
    for name, values in zip(FIELDS, fields, strict=True):
        found.update(_field(name, values))
    day = published_at[:10]
    found.update(f"date:{day[:size]}" for size in (4, 7, 10) if len(day) >= size)
    found.update((f"site:{site}", EVERY))
    return "\n".join(found)


def grams(text_units: str) -> set[str]:
    """Runs of one to three units that cross no boundary.

    >>> sorted(grams("老桥\x1e桥"))
    ['桥', '老', '老桥']
    """
    size = len(text_units)
    found = set(text_units)
    found.update([text_units[at : at + 2] for at in range(size - 1)])
    found.update([text_units[at : at + 3] for at in range(size - 2)])
    return {gram for gram in found if BOUNDARY not in gram}


def _hot(text_units: str) -> Iterator[str]:
    """`hot:` tokens of the pairs and threes that stand often."""
    pairs = Counter([text_units[at : at + 2] for at in range(len(text_units) - 1)])
    often = {pair for pair, times in pairs.items() if times >= HOT and BOUNDARY not in pair}
    yield from (f"hot:{pair}" for pair in often)
    for start in {at for pair in often for at in _places(text_units, pair)}:
        three = text_units[start : start + 3]
        if three[1:] in often and text_units.count(three) >= HOT:
            yield f"hot:{three}"


def marked_grams(text_units: str) -> Iterator[str]:
    """Up to two figures or Latin letters on either side of a mark: what tells PM2.5 and 12.5% from any 2 and 5.

    >>> list(marked_grams("pm2\x1e5"))
    ['2.5', 'm2.5']
    """
    for at in _places(text_units, BOUNDARY):
        left, right = text_units[max(0, at - 2) : at], text_units[at + 1 : at + 3]
        if left[-1:].isascii() and right[:1].isascii():
            for one in _ends(left[-1:], left):
                for other in _ends(right[:1], right):
                    yield f"{one}.{other}"


def _ends(one: str, two: str) -> tuple[str, ...]:
    return (one, two) if len(two) == 2 and two.isascii() and BOUNDARY not in two else (one,)


# --- words longer than a gram ------------------------------------------------------------


def is_word(term: str) -> bool:
    """Whether the dictionary has it: then every article with it has it as a token."""
    return term in _dictionary()[0]


@cache
def _dictionary() -> tuple[frozenset[str], frozenset[str]]:
    """Words of four to eight characters, and their first four; made from jieba's by bench/tables.py."""
    words = zlib.decompress(_WORDS.read_bytes()).decode().split("\n")
    return frozenset(words), frozenset(word[:_SHORTEST_WORD] for word in words)


def near_words(term: str) -> list[str]:
    """Dictionary words that differ from a term of four to eight in one character: exchanged, missing or too many.

    >>> "刻骨铭心" in near_words("刻骨名心")
    True
    """
    words = _dictionary()[0]
    if term.isascii() or not _SHORTEST_WORD - 1 <= len(term) <= LONGEST_WORD + 1:
        return []
    # Of two that differ in one place, one half is the same: 20 ms, and only when nothing was found.
    size, half = len(term), (len(term) - 1) // 2
    begin, end = term[:half], term[-half:]
    alike = [word for word in words if word.startswith(begin) or word.endswith(end)]
    return sorted(word for word in alike if abs(len(word) - size) <= 1 and word != term and _differs_in_one(word, term))


def _differs_in_one(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    at = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return long[at + 1 :] == short[at + (len(short) == len(long)) :]


def _long_words(text_units: str) -> Iterator[str]:
    """Dictionary words, and what stands twice or more: names and coinages no dictionary has."""
    size = _SHORTEST_WORD
    fours = Counter([text_units[at : at + size] for at in range(len(text_units) - LONGEST_GRAM)])
    words, beginnings = _dictionary()
    for beginning in beginnings.intersection(fours):
        for at in _places(text_units, beginning):
            for end in range(at + size, at + LONGEST_WORD + 1):
                if text_units[at:end] in words:
                    yield text_units[at:end]
    repeated = [gram for gram, times in fours.items() if times > 1 and BOUNDARY not in gram]
    starts = {at for gram in repeated for at in _places(text_units, gram)}
    for at in starts:
        # A run of fours that all stand twice, as far as it goes.
        if at - 1 not in starts:
            end = at + size
            while end - LONGEST_GRAM in starts:
                end += 1
            if end - at <= LONGEST_WORD:
                yield text_units[at:end]


def _places(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _compounds(text: str) -> Iterator[str]:
    for found in _COMPOUND.findall(unicodedata.normalize("NFKC", text).lower()):
        if LONGEST_GRAM < len(found) <= _LONGEST_COMPOUND or not found.isalnum():
            yield found
            if found[-1] >= "\u4e00" and len(found) > _SHORTEST_WORD:
                yield found[:-1]


# --- fields -------------------------------------------------------------------------------


def _field(name: str, values: Iterable[str | None]) -> Iterator[str]:
    for value in values:
        found = units(value or "")
        for gram in grams(found):
            yield f"{name}:{gram}"
        if len(found) > LONGEST_GRAM and BOUNDARY not in found:
            yield f"{name}:{found[:_LONGEST_COMPOUND]}"


def headings(sections: str) -> list[str]:
    """The sub-headings of the column `sections`, a JSON list of objects with a title."""
    return [str(entry.get("title") or "") for entry in _listed(sections) if isinstance(entry, dict)]


def strings(authors: str) -> list[str]:
    """The names of the column `authors`, a JSON list; nothing where another program left something else."""
    return [entry for entry in _listed(authors) if isinstance(entry, str)]


def _listed(text: str) -> list[object]:
    try:
        found = json.loads(text) if text else []
    except (TypeError, ValueError):
        return []
    return found if isinstance(found, list) else []

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
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import compress, count, pairwise
from operator import add, and_

from scraper.archive.folding import BOUNDARY, fold, is_plain, units
from scraper.archive.words import LONGEST, SHORTEST, words_of

VERSION = 4
"""Raised when the same text would give other tokens; the index is rebuilt then."""

LONGEST_GRAM = 3
HOT = 3
"""How often a gram stands in an article to be a `hot:` token, which ranking asks for early."""
EVERY = "all:articles"
"""A token that every article has, to take something away from."""
FIELDS = ("source", "editor", "author", "channel")
"""Fields whose grams are tokens, prefixed with their name."""

# Figures and Latin words with the marks inside them, and the 年 or % behind: pm2.5, covid-19, 12.5%, c++, 2022年.
_COMPOUND = re.compile(r"[a-z0-9]+(?:[.,:/&'_·+-][a-z0-9]+)*(?:\+\+|[%#]|[\u4e00-\u9fff])?")
_AROUND_COMPOUNDS = re.compile("[!-~\uff01-\uff5e·]+.?")
_LONGEST_COMPOUND = 40
_FIGURE = re.compile(f"[a-z0-9]{{3,}}[^{BOUNDARY}]?")
_FIGURE_SIZES = (4, 5)


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
    # Each gram is cut out once, counted once and put into no set: a rebuild spends its time here.
    windows = _windows(text_units)
    one = {*text_units}
    one.discard(BOUNDARY)
    two, three = (_counted(windows[size], text_units, size) for size in (2, LONGEST_GRAM))
    others = {f"hot:{gram}" for counted in (two, three) for gram, times in counted.items() if times >= HOT}
    others.update(words_of(text_units, windows[LONGEST_GRAM]), _repeated(text_units, windows[LONGEST_GRAM], three))
    others.update(_figures(text_units), _compounds(f"{title}\n{body}\n{captions}"))
    others.update([f"mark:{gram}" for text in texts if BOUNDARY in text for gram in marked_grams(text)])
    others.update([f"title:{gram}" for gram in grams(title_units)])
    others.update([f"head:{gram}" for heading in headings(sections) for gram in grams(units(heading))])
    fields: tuple[Iterable[str | None], ...] = ([source], [editor], strings(authors), [channel])
    for name, values in zip(FIELDS, fields, strict=True):
        for value in values:
            others.update(_field(name, value or ""))
    day = published_at[:10]
    others.update([f"date:{day[:size]}" for size in (4, 7, 10) if len(day) >= size])
    others.update((f"site:{site}", EVERY))
    # Of a short figure with a sign (5%) there is a gram already.
    return "\n".join([*one, *two, *three, *(token for token in others if token not in three and token not in two)])


def grams(text_units: str) -> set[str]:
    """Runs of one to three units that cross no boundary.

    >>> sorted(grams("老桥\x1e桥"))
    ['桥', '老', '老桥']
    """
    runs = text_units.split(BOUNDARY)
    return {*"".join(runs), *_cut(runs, 2), *_cut(runs, 3)}


def _cut(runs: list[str], size: int) -> list[str]:
    return [run[at : at + size] for run in runs for at in range(len(run) - size + 1)]


def _windows(text_units: str) -> list[list[str]]:
    """The runs of one, two and three units from each place on, at the index of their size; across boundaries, too."""
    one = list(text_units)
    two = list(map(add, one, one[1:]))  # in C: half the time of cutting
    return [[], one, two, list(map(add, two, one[2:]))]


def _counted(windows: list[str], text_units: str, size: int) -> Counter[str]:
    """How often each run of a size stands in the text, less those across a boundary."""
    counted = Counter(windows)
    at = text_units.find(BOUNDARY)
    while at >= 0:
        for broken in windows[max(0, at - size + 1) : at + 1]:
            counted.pop(broken, None)
        at = text_units.find(BOUNDARY, at + 1)
    return counted


def is_figure(term: str) -> bool:
    """Whether it is four or five units, all but the last figures or Latin: every article with it has it as a token.

    >>> [is_figure(term) for term in ("2022", "1998年", "c919", "98年", "五g时代", "10%的")]
    [True, True, True, False, False, False]
    """
    head = term[:-1]
    return len(term) in _FIGURE_SIZES and head.isascii() and head.isalnum() and term[-1] != BOUNDARY


def _figures(text_units: str) -> Iterator[str]:
    """Years, above all: read one by one to see whether 199, 998 and 98年 are 1998年, half an archive is read."""
    runs = _FIGURE.findall(text_units)
    for size in _FIGURE_SIZES:
        yield from _cut(runs, size)


def marked_grams(text_units: str) -> Iterator[str]:
    """What stands on either side of each mark, of figures and Latin letters up to two: PM2.5 is not any 2 and 5.

    >>> list(marked_grams("pm2\x1e5")), list(marked_grams("工作\x1e她"))
    (['2.5', 'm2.5'], ['作.她'])
    """
    for left, right in pairwise(text_units.split(BOUNDARY)):
        one, other = left[-1:], right[:1]
        yield f"{one}.{other}"
        if one.isascii() or other.isascii():
            ends, beginnings = _ends(one, left[-2:]), _ends(other, right[:2])
            yield from [f"{end}.{beginning}" for end in ends for beginning in beginnings][1:]


def is_marked_gram(left: str, right: str) -> bool:
    """Whether two runs with a mark between them are the last of their `marked_grams`, and need no reading."""
    return all(len(run) == 1 or (len(run) == 2 and run.isascii()) for run in (left, right))


def _ends(one: str, two: str) -> tuple[str, ...]:
    return (one, two) if len(two) == 2 and two.isascii() else (one,)


# --- words longer than a gram ------------------------------------------------------------


def _repeated(text_units: str, threes: list[str], counted: Counter[str]) -> Iterator[str]:
    """What stands twice or more: names and coinages no dictionary has. `counted` says how often each run of three does."""
    size = SHORTEST
    often = [counted.get(three, 0) > 1 for three in threes]
    # A four that stands twice begins and ends with a three that does.
    fours = {at: text_units[at : at + size] for at in compress(count(), map(and_, often, often[1:]))}
    times = Counter(fours.values())
    starts = {at for at, four in fours.items() if times[four] > 1}
    for at in starts:
        # A run of fours that all stand twice, as far as it goes.
        if at - 1 not in starts:
            end = at + size
            while end - LONGEST_GRAM in starts:
                end += 1
            if end - at <= LONGEST:
                yield text_units[at:end]


def _compounds(text: str) -> Iterator[str]:
    # To fold a whole text for the few figures in it takes a tenth of the time that an article takes.
    folded = fold("\n".join(_AROUND_COMPOUNDS.findall(text)) if is_plain(text) else text)
    for found in _COMPOUND.findall(folded):
        if LONGEST_GRAM < len(found) <= _LONGEST_COMPOUND or not found.isalnum():
            yield found
            if found[-1] >= "\u4e00" and len(found) > SHORTEST:
                yield found[:-1]


# --- fields -------------------------------------------------------------------------------


@lru_cache(maxsize=4096)  # a few hundred sources and editors write all articles
def _field(name: str, value: str) -> tuple[str, ...]:
    found = units(value)
    whole = [found[:_LONGEST_COMPOUND]] if len(found) > LONGEST_GRAM and BOUNDARY not in found else []
    return tuple(f"{name}:{gram}" for gram in (*grams(found), *whole))


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

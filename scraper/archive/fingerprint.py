"""How alike two articles are: their text without what editions change, its digest, its minhash. Pure functions.

The same wire copy is printed with another lead, another byline, fewer
paragraphs, one more. The daily weather report is not the same story as
yesterday's although nine tenths of its characters are. So texts are compared
by the runs of characters they share *and* by the numbers that stand in the
same place: a copy agrees in them, the next issue of a series does not.
"""

import hashlib
import re
import zlib
from collections import Counter
from dataclasses import dataclass

from scraper.archive.folding import fold

SHINGLE = 5
"""Characters in a run. With fewer, texts about one subject share many runs by chance."""
BANDS = 16
SHARED = 3
"""Bands that two texts have in common at least to be compared in full."""
SHORTEST = 40
"""Characters of normalised text under which nothing can be told: `图为活动现场` is everybody's."""
SHORTEST_NEAR = 80
"""Under which only the same text is the same story."""

# Tuned on the generated pairs of tests/archive/story_pairs.py (seed 1), measured on others.
SAME_JACCARD = 0.3
"""Of all runs, those in both; a short item wholly contained in a long report is not the report."""
SAME_CONTAINMENT = 0.7
"""Of the shorter text's runs, those in the longer one; a follow-up repeats its background, not more."""
CONFLICTS = 0.25
"""Of the numbers with the same words before them, those that may differ: a correction, not another day's figures."""

_DATELINE = re.compile(
    r"^\W{0,4}(?:[^\n,。!?;]{0,30}?\d{1,2}月\d{1,2}日(?:[^\n,。!?;]{0,8}?)(?:专?电|讯|消息)|[^\n,。!?;\d]{0,12}?(?:报|网|社|台)(?:讯|消息))"
    r"\s*(?:题[::])?\s*(?:\([^()\n]{1,60}\))?[\s::,]*"
)
_BYLINE = re.compile(r"\((?:[^()\n]{0,8}(?:记者|通讯员|作者|编辑|摄影|供稿|文/?图)[^()\n]{0,60})\)")
_ENDING = re.compile(r"\s*[(【\[]\s*完\s*[)】\]]\s*")
_LAST_NAMES = re.compile(r"\((?:[\u3400-\u9fff·]{2,4}[\s、]*){1,5}\)\s*$")
_NOTICE = re.compile(
    r"^\W{0,3}(?:责任编辑|责编|编辑|作者|记者|来源|稿源|原标题|原题|图片来源|摄影|通讯员|审核|校对)\s*[::][^\n]{0,60}$"
)
_SILENT = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")


@dataclass(frozen=True, slots=True)
class Story:
    """A text as it is compared."""

    text: str
    """Normalised: folded letters and digits only, without dateline, bylines, editor's lines and (完)."""
    shingles: frozenset[str]
    numbers: dict[str, Counter[str]]
    """Numbers by the four letters before them."""


@dataclass(frozen=True, slots=True)
class Likeness:
    jaccard: float
    containment: float
    conflicts: float
    """Of the numbers that stand behind the same words, the share that differ."""

    @property
    def is_same(self) -> bool:
        return self.jaccard >= SAME_JACCARD and self.containment >= SAME_CONTAINMENT and self.conflicts <= CONFLICTS


def story_text(body: str, captions: str = "") -> str:
    """What of an article is compared: its body, or its captions as well where the pictures are the story."""
    return body if len(_SILENT.sub("", body)) >= SHORTEST else f"{body}\n{captions}"


def prepare(raw: str) -> Story:
    """A text made ready for comparison.

    >>> prepare("中新网溪口5月6日電 （記者 李四）老橋修繕，６日完工。(完)").text
    '老桥修缮6日完工'
    """
    plain = _plain(raw)
    text = _SILENT.sub("", plain)
    shingles = frozenset(text[at : at + SHINGLE] for at in range(len(text) - SHINGLE + 1))
    return Story(text, shingles, _numbers(plain))


def normalise(raw: str) -> str:
    """The text without what editions change; equal for copies.

    >>> normalise("溪口日报讯（通讯员 王五）老桥完工。") == normalise("老桥，完工")
    True
    """
    return _SILENT.sub("", _plain(raw))


def _plain(raw: str) -> str:
    paragraphs = [part.strip() for part in fold(raw).split("\n")]
    kept = [part for part in paragraphs if part and not _NOTICE.match(part)]
    if not kept:
        return ""
    kept[0] = _DATELINE.sub("", kept[0], count=1)
    kept[-1] = _LAST_NAMES.sub("", _ENDING.sub("", kept[-1]))
    return "\n".join(_BYLINE.sub("", _ENDING.sub("", part)) for part in kept)


def _numbers(plain: str) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    before, at = "", 0
    for match in _NUMBER.finditer(plain):
        before = (before + _SILENT.sub("", plain[at : match.start()]))[-4:]
        found.setdefault(before, Counter())[match.group()] += 1
        before, at = before + "#", match.end()
    return found


def digest(text: str) -> bytes:
    """16 bytes that equal texts have in common."""
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()[:16]


def bands(story: Story) -> list[int | None]:
    """The minhash of a text, one permutation dealt into `BANDS` bins: the least hash of each, None for an empty one.

    Two texts that share a share `j` of their runs agree in each band with
    probability j; for j = 0.4 they agree in three of sixteen in 98 of 100 cases.
    """
    least = [1 << 64] * BANDS
    for shingle in story.shingles:
        # CRC-32 is the fastest hash at hand and stable across runs; the odd factor (2^64 / golden ratio) spreads it.
        mixed = (zlib.crc32(shingle.encode("utf-8", "replace")) * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        band = mixed >> 60
        if mixed < least[band]:
            least[band] = mixed
    # 24 bits: SQLite keeps them in three bytes; a chance agreement costs one comparison.
    return [None if value >> 64 else ((value >> 24) & 0xFFFFFF) - 0x800000 for value in least]


def compare(one: Story, other: Story) -> Likeness:
    """How alike two texts are."""
    if one.text == other.text:
        return Likeness(1.0, 1.0, 0.0)
    shared = len(one.shingles & other.shingles)
    if not shared:
        return Likeness(0.0, 0.0, 0.0)
    whole = len(one.shingles) + len(other.shingles) - shared
    smaller = min(len(one.shingles), len(other.shingles))
    return Likeness(shared / whole, shared / smaller, _conflicts(one, other))


def _conflicts(one: Story, other: Story) -> float:
    agreeing = conflicting = 0
    for before, values in one.numbers.items():
        others = other.numbers.get(before)
        if others is None:
            continue
        same = (values & others).total()
        agreeing += same
        conflicting += min(values.total(), others.total()) - same
    return conflicting / (agreeing + conflicting) if conflicting else 0.0

"""What changed between two records of an article, for a person who reads Chinese. Pure.

Chinese has no blanks between words and its lines mean nothing, so texts are
compared by paragraph, within a paragraph by clause (what stands between two
punctuation marks), and within a clause by character, a number or a Latin word
counting as one. What single characters agree on by chance is no agreement: it
would leave confetti.

The pieces lose nothing: those that are the same or removed give the text
before, those that are the same or added give the text after.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["same", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Piece:
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class FieldDifference:
    field: str
    pieces: tuple[Piece, ...]


FIELDS = (
    "title",
    "published_at",
    "source",
    "editor",
    "authors",
    "contributors",
    "channel",
    "body",
    "captions",
    "rights",
)
# A number with its separators and unit sign, a Latin word, or one character.
_TOKEN = re.compile(r"[0-9０-９]+(?:[.,:：．][0-9０-９]+)*[%％‰]?|[A-Za-z]+|.", re.DOTALL)
_CLAUSE = re.compile(r"[^，。；：！？、,;!?\n]*(?:[，。；：！？、,;!?\n]+[”’」』）)]*)?")
_BOUNDARY = frozenset("，。；：！？、,;!?\n“”‘’「」（）()《》　 ")
_MOST_EDITS = 400
"""Beyond these the two have nothing in common that a reader would recognise."""
_ALIKE = 0.35
"""Share of character pairs in common from which two paragraphs are versions of one."""


def difference(before: dict[str, Any], after: dict[str, Any]) -> list[FieldDifference]:
    """The fields that differ, in the order of reading, each as pieces."""
    found = []
    for field in FIELDS:
        old, new = _text_of(before, field), _text_of(after, field)
        if old != new:
            found.append(FieldDifference(field, tuple(pieces_of(old, new, by_paragraph=field in ("body", "captions")))))
    return found


def _text_of(record: dict[str, Any], field: str) -> str:
    if field == "captions":
        captions = (image.get("caption") for image in record.get("images", ()))
        return "\n\n".join(dict.fromkeys(caption for caption in captions if caption))
    value = record.get(field)
    if isinstance(value, list | tuple):
        return "、".join(str(one) for one in value)
    return "" if value is None else str(value)


def pieces_of(before: str, after: str, *, by_paragraph: bool = False) -> list[Piece]:
    """Two texts as what they share and what one of them has alone.

    >>> [(piece.kind, piece.text) for piece in pieces_of("受灾群众12人", "受灾群众21人")]
    [('same', '受灾群众'), ('removed', '12'), ('added', '21'), ('same', '人')]
    """
    if not by_paragraph:
        return _joined(_within(before, after))
    return _joined(_by_paragraph(before.split("\n\n") if before else [], after.split("\n\n") if after else []))


# --- paragraphs -----------------------------------------------------------------------------------


def _by_paragraph(before: list[str], after: list[str]) -> list[Piece]:
    pieces: list[Piece] = []
    for i, j in _paragraph_pairs(before, after):
        if i is not None and j is not None:
            pieces += _separator(i, j)
            pieces += _within(before[i], after[j])
        elif i is not None:
            pieces.append(Piece("removed", ("\n\n" if i else "") + before[i]))
        elif j is not None:
            pieces.append(Piece("added", ("\n\n" if j else "") + after[j]))
    return pieces


def _separator(i: int, j: int) -> list[Piece]:
    """The blank line before a paragraph that both have; the first paragraph has none."""
    if i and j:
        return [Piece("same", "\n\n")]
    return [Piece("removed", "\n\n")] if i else [Piece("added", "\n\n")] if j else []


def _paragraph_pairs(before: list[str], after: list[str]) -> list[tuple[int | None, int | None]]:
    """Paragraphs side by side: the equal ones first, and between them those that are versions of one another."""
    pairs: list[tuple[int | None, int | None]] = []
    i = j = 0
    for next_i, next_j in [*_common(before, after), (len(before), len(after))]:
        pairs += _versions(before, after, range(i, next_i), range(j, next_j))
        if next_i < len(before):
            pairs.append((next_i, next_j))
        i, j = next_i + 1, next_j + 1
    return pairs


def _versions(before: list[str], after: list[str], old: range, new: range) -> list[tuple[int | None, int | None]]:
    """The pairing of two runs of paragraphs, in order, that has most in common."""
    if len(old) * len(new) > 40_000:
        return [*((i, None) for i in old), *((None, j) for j in new)]
    pairs_of = {("b", i): _pairs(before[i]) for i in old} | {("a", j): _pairs(after[j]) for j in new}
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike: dict[tuple[int, int], float] = {}
    for x in range(len(old) - 1, -1, -1):
        for y in range(len(new) - 1, -1, -1):
            share = _share(pairs_of["b", old[x]], pairs_of["a", new[y]])
            alike[x, y] = share if share >= _ALIKE else 0.0
            paired = best[x + 1][y + 1] + alike[x, y] if alike[x, y] else 0.0
            best[x][y] = max(best[x + 1][y], best[x][y + 1], paired)
    found: list[tuple[int | None, int | None]] = []
    x = y = 0
    while x < len(old) or y < len(new):
        both = x < len(old) and y < len(new)
        if both and alike[x, y] and best[x][y] == best[x + 1][y + 1] + alike[x, y]:
            found.append((old[x], new[y]))
            x, y = x + 1, y + 1
        elif x < len(old) and (y == len(new) or best[x][y] == best[x + 1][y]):
            found.append((old[x], None))
            x += 1
        else:
            found.append((None, new[y]))
            y += 1
    return found


def _pairs(text: str) -> Counter[str]:
    return Counter(text[place : place + 2] for place in range(max(1, len(text) - 1)))


def _share(one: Counter[str], other: Counter[str]) -> float:
    """Dice's coefficient: twice what they have in common over what they have."""
    common = sum(min(count, other[pair]) for pair, count in one.items() if pair in other)
    return 2 * common / (one.total() + other.total())


# --- within a paragraph -----------------------------------------------------------------------------


def _within(before: str, after: str) -> list[Piece]:
    """Clauses that agree hold the rest in place; what is between them is compared by character."""
    if before == after:
        return [Piece("same", before)] if before else []
    old = [clause for clause in _CLAUSE.findall(before) if clause]
    new = [clause for clause in _CLAUSE.findall(after) if clause]
    pieces: list[Piece] = []
    i = j = 0
    for next_i, next_j in [*_common(old, new), (len(old), len(new))]:
        pieces += _by_character("".join(old[i:next_i]), "".join(new[j:next_j]))
        if next_i < len(old):
            pieces.append(Piece("same", old[next_i]))
        i, j = next_i + 1, next_j + 1
    return _settled(_joined(pieces))


def _by_character(before: str, after: str) -> list[Piece]:
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    pieces: list[Piece] = []
    i = j = 0
    for next_i, next_j in [*_common(old, new), (len(old), len(new))]:
        pieces += [Piece("removed", "".join(old[i:next_i])), Piece("added", "".join(new[j:next_j]))]
        if next_i < len(old):
            pieces.append(Piece("same", old[next_i]))
        i, j = next_i + 1, next_j + 1
    return pieces


# --- making it readable --------------------------------------------------------------------------------


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours of one kind as one; between two that are the same, what is removed stands before what is added."""
    joined: list[Piece] = []
    removed = added = ""
    for piece in [*(one for one in pieces if one.text), Piece("same", "")]:
        if piece.kind == "removed":
            removed += piece.text
        elif piece.kind == "added":
            added += piece.text
        else:
            changes = (Piece("removed", removed), Piece("added", added))
            joined += [change for change in changes if change.text]
            removed = added = ""
            if piece.text and joined and joined[-1].kind == "same":
                joined[-1] = Piece("same", joined[-1].text + piece.text)
            elif piece.text:
                joined.append(piece)
    return joined


def _settled(pieces: list[Piece]) -> list[Piece]:
    """Give up agreements that are shorter than the changes around them, until none is left; then set the edges."""
    while (place := _chance(pieces)) is not None:
        text = pieces[place].text
        pieces = _joined([*pieces[:place], Piece("removed", text), Piece("added", text), *pieces[place + 1 :]])
    return _at_boundaries(pieces)


def _chance(pieces: list[Piece]) -> int | None:
    for place, piece in enumerate(pieces):
        if piece.kind != "same" or place in (0, len(pieces) - 1) or "\n" in piece.text:
            continue
        left, right = _changed(pieces, place, -1), _changed(pieces, place, 1)
        if len(piece.text) <= min(left, right) or len(piece.text) <= min(max(left, right) // 2, 2):
            return place
    return None


def _changed(pieces: list[Piece], place: int, step: int) -> int:
    """Characters of the longer side of the change beside a piece."""
    longest = 0
    place += step
    while 0 <= place < len(pieces) and pieces[place].kind != "same":
        longest = max(longest, len(pieces[place].text))
        place += step
    return longest


def _at_boundaries(pieces: list[Piece]) -> list[Piece]:
    """Move what is only removed or only added to where a phrase begins: 甲，[乙，] and not 甲[，乙]，."""
    moved = list(pieces)
    for place in range(1, len(moved) - 1):
        before, change, after = moved[place - 1 : place + 2]
        if change.kind == "same" or before.kind != "same" or after.kind != "same":
            continue
        best = max(_slides(before.text, change.text, after.text), key=_edge_score)
        moved[place - 1 : place + 2] = [Piece("same", best[0]), Piece(change.kind, best[1]), Piece("same", best[2])]
    return _joined(moved)


def _slides(before: str, change: str, after: str) -> list[tuple[str, str, str]]:
    """Every place at which the same change can stand; as it was comes first."""
    found = [(before, change, after)]
    left, text, right = before, change, after
    while left and text and left[-1] == text[-1]:
        left, text, right = left[:-1], left[-1] + text[:-1], text[-1] + right
        found.append((left, text, right))
    left, text, right = before, change, after
    while right and text and right[0] == text[0]:
        left, text, right = left + text[0], text[1:] + right[0], right[1:]
        found.append((left, text, right))
    return found


def _edge_score(slide: tuple[str, str, str]) -> int:
    left, text, _ = slide
    starts = not left or left[-1] in _BOUNDARY
    ends = text[-1] in _BOUNDARY
    return 2 * starts + ends


# --- the longest common subsequence ---------------------------------------------------------------------


def _common(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Indices of what two sequences share, in order (Myers, 1986: An O(ND) difference algorithm).

    What differs in more than `_MOST_EDITS` places shares only its ends.
    """
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    head = [(place, place) for place in range(start)]
    middle = _myers(before[start : len(before) - end], after[start : len(after) - end])
    tail = [(len(before) - place, len(after) - place) for place in range(end, 0, -1)]
    return head + [(start + i, start + j) for i, j in middle] + tail


def _myers(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    furthest = {1: 0}
    trace: list[dict[int, int]] = []
    for edits in range(min(len(before) + len(after), _MOST_EDITS) + 1):
        trace.append(dict(furthest))
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (diagonal != edits and furthest[diagonal - 1] < furthest[diagonal + 1])
            x = furthest[diagonal + 1] if down else furthest[diagonal - 1] + 1
            y = x - diagonal
            while x < len(before) and y < len(after) and before[x] == after[y]:
                x, y = x + 1, y + 1
            furthest[diagonal] = x
            if x >= len(before) and y >= len(after):
                return _traced(trace, len(before), len(after))
    return []


def _traced(trace: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    """The way back through the furthest points: its diagonal steps are what is shared."""
    shared: list[tuple[int, int]] = []
    for edits in range(len(trace) - 1, -1, -1):
        furthest = trace[edits]
        diagonal = x - y
        down = diagonal == -edits or (diagonal != edits and furthest[diagonal - 1] < furthest[diagonal + 1])
        before_x = furthest[diagonal + 1] if down else furthest[diagonal - 1]
        before_y = before_x - (diagonal + 1 if down else diagonal - 1)
        while x > max(before_x, 0) and y > max(before_y, 0):
            x, y = x - 1, y - 1
            shared.append((x, y))
        x, y = before_x, before_y
    return shared[::-1]

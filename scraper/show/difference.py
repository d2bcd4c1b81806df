"""What changed in an article, for reading: removed struck through in red, added in green, long agreements folded."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from scraper.archive.difference import FieldDifference, Piece
from scraper.archive.history import Change, Revision
from scraper.show.tables import table
from scraper.text import beijing, safe, safe_block

CAUSES = {
    "first": "first seen",
    "page": "the page changed",
    "reading": "our reading changed",
    "gone": "gone",
    "returned": "back",
}
FIELD_NAMES = {
    "title": "标题",
    "published_at": "时间",
    "source": "来源",
    "editor": "编辑",
    "authors": "作者",
    "contributors": "供稿",
    "channel": "栏目",
    "body": "正文",
    "captions": "图片说明",
    "rights": "版权声明",
}
_STYLES = {"removed": "strike red", "added": "green"}
_AROUND = 24
"""Characters shown beside a change; what agrees for longer is folded into `…`."""
_LEAST_MOVED = 8
"""Characters of a text that is said to have moved; a shorter one may stand in two places by chance."""
_SENTENCE_ENDS = "。！？\n"


def history_table(revisions: Sequence[Revision]) -> Table:
    shown = table("version", "seen", "what", "capture")
    for revision in revisions:
        known = f"known since {when(revision.how)}" if revision.cause == "first" and revision.how else revision.how
        how = f" ({safe(known)})" if known else ""
        shown.add_row(
            str(revision.number), when(revision.seen_at), CAUSES[revision.cause] + how, str(revision.capture or "·")
        )
    return shown


def difference_text(
    before: Revision, after: Revision, fields: Sequence[FieldDifference], *, plain: bool
) -> RenderableType:
    """Two versions of an article, field by field."""
    head = f"version {before.number} ({when(before.seen_at)}) → {after.number} ({when(after.seen_at)}, {CAUSES[after.cause]})"
    parts: list[RenderableType] = [Text(head, style="dim")]
    for one in fields:
        parts += [
            Text(),
            Text(FIELD_NAMES.get(one.field, one.field), style="bold"),
            pieces_text(one.pieces, plain=plain),
        ]
    return Group(*parts)


def pieces_text(pieces: Sequence[Piece], *, plain: bool) -> Text:
    """Pieces in colour, or as [-删-] and {+增+} where there is none; what only moved says so at both places."""
    removed, added = ({one.text.strip() for one in pieces if one.kind == kind} for kind in ("removed", "added"))
    moved = {text for text in removed & added if len(text) >= _LEAST_MOVED}
    shown = Text()
    for place, piece in enumerate(pieces):
        if piece.kind == "same":
            shown.append(safe_block(_folded(piece.text, first=place == 0, last=place == len(pieces) - 1)))
        elif plain:
            opening, closing = ("[-", "-]") if piece.kind == "removed" else ("{+", "+}")
            shown.append(f"{opening}{safe_block(_marked(piece, moved))}{closing}")
        else:
            shown.append(safe_block(_marked(piece, moved)), style=_STYLES[piece.kind])
    return shown


def _marked(piece: Piece, moved: set[str]) -> str:
    text = piece.text.strip()
    if text not in moved:
        return piece.text
    return piece.text.replace(text, ("〔移走〕" if piece.kind == "removed" else "〔移来〕") + text)


def _folded(text: str, *, first: bool, last: bool) -> str:
    """The ends of a long agreement, cut where a sentence does if one ends near.

    >>> _folded("甲" * 30 + "。" + "乙" * 9, first=True, last=False)
    '…乙乙乙乙乙乙乙乙乙'
    """
    if len(text) <= 2 * _AROUND + 4:
        return text if not first or len(text) <= _AROUND + 4 else "…" + _tail(text)
    return ("" if first else _head(text)) + "…" + ("" if last else _tail(text))


def _head(text: str) -> str:
    ends = [place + 1 for place, character in enumerate(text[:_AROUND]) if character in _SENTENCE_ENDS]
    return text[: ends[-1] if ends and ends[-1] > _AROUND // 2 else _AROUND]


def _tail(text: str) -> str:
    part = text[-_AROUND:]
    starts = [place + 1 for place, character in enumerate(part[:-1]) if character in _SENTENCE_ENDS]
    return part[starts[0] :] if starts and starts[0] <= _AROUND * 3 // 4 else part


def change_text(change: Change) -> RenderableType:
    """One edited, gone or returned article."""
    what = change.kind
    if change.fields:
        what += "：" + "、".join(FIELD_NAMES.get(name, name) for name in change.fields)
    if change.how:
        what += f" ({change.how})"
    style = {"gone": "red", "returned": "green"}.get(change.kind, "yellow")
    return Group(
        Text.assemble((when(change.when), "dim"), "  ", f"{change.site:<4}", (safe(what), style)),
        Text.assemble("    ", (safe(change.title), "bold")),
        Text.assemble("    ", (safe(change.url), "cyan")),
    )


def when(stamp: str) -> str:
    """UTC as the archive keeps it, in Beijing's time, to the minute."""
    return beijing(stamp, said=False)

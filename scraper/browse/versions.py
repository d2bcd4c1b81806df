"""What became of an article: its versions told in words, any of them whole, and any two side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from scraper.archive import history
from scraper.archive.database import Database
from scraper.archive.difference import FieldDifference, Piece, difference
from scraper.archive.history import CONTENT, Revision, revisions_of
from scraper.browse.visit import Shown, Visit
from scraper.errors import ArchiveError

_PARAGRAPHED = ("body", "captions")
_FOLDED = 3
"""So many paragraphs in a row that did not change are folded away."""


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    seen_at: str
    said: str
    """What happened then, in words."""
    digest: str
    cause: str
    how: str | None
    href: str
    """What changed with it; empty where nothing was there to compare."""
    record: str
    """Address of the whole record as it was."""


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph before and after; one of the two is empty where it was added or removed whole."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]

    @property
    def same(self) -> bool:
        return all(piece.kind == "same" for piece in (*self.before, *self.after))


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that follow one another, all of them the same or none."""

    same: bool
    rows: tuple[Row, ...]

    @property
    def folded(self) -> bool:
        return self.same and len(self.rows) >= _FOLDED


@dataclass(frozen=True, slots=True)
class Compared:
    """A field that differs."""

    label: str
    parts: tuple[Part, ...]


def versions(visit: Visit, article: int, revisions: Sequence[Revision]) -> list[Version]:
    """All of them, the newest first."""
    found = [_version(visit, article, revisions, at) for at in range(len(revisions))]
    return found[::-1]


def _version(visit: Visit, article: int, revisions: Sequence[Revision], at: int) -> Version:
    revision = revisions[at]
    before = next((one.number for one in reversed(revisions[:at]) if one.cause in CONTENT), None)
    compares = before is not None and revision.cause in CONTENT
    pair = [("a", str(before)), ("b", str(revision.number))]
    return Version(
        number=revision.number,
        seen_at=visit.t.beijing(revision.seen_at),
        said=told(visit, revision.cause, revision.how),
        digest=revision.digest,
        cause=revision.cause,
        how=revision.how,
        href=visit.path(f"/-/article/{article}/diff", pair) if compares else "",
        record=visit.path(f"/-/article/{article}/version/{revision.number}.json"),
    )


def told(visit: Visit, cause: str, how: str | None) -> str:
    """What happened to an article, in words."""
    if cause == "gone":
        return visit.t(
            "version_gone_soft" if how == "soft" else "version_gone_status" if how else "version_gone", how=how
        )
    return visit.t(_TOLD[cause]) if cause in _TOLD else cause


_TOLD = {
    "first": "version_first",
    "page": "version_page",
    "reading": "version_reading",
    "returned": "version_returned",
}


# --- one version --------------------------------------------------------------------------


async def record(visit: Visit) -> Shown | None:
    """`/-/article/7/version/2.json`: the whole record as it was then."""
    identity, number = int(visit.variables["id"]), int(visit.variables["number"])
    found = await visit.ask(lambda db: _record_of(db, identity, number))
    if found is None:
        return None
    revision, content = found
    seen = {"number": revision.number, "seen_at": revision.seen_at, "cause": revision.cause, "how": revision.how}
    return Shown("", {}, {"version": seen, **content}, moved_to=visit.article(identity))


def _record_of(db: Database, article: int, number: int) -> tuple[Revision, dict[str, Any]] | None:
    for revision in revisions_of(db, article):
        if revision.number == number:
            return revision, history.record_of_revision(db, revision.id)
    return None


# --- two versions -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Pair:
    title: str
    revisions: list[Revision]
    before: Revision | None
    after: Revision | None
    fields: list[FieldDifference]
    damaged: bool = False


async def page(visit: Visit) -> Shown | None:
    """`/-/article/7/diff?a=1&b=2`; without numbers the last change."""
    identity = int(visit.variables["id"])
    said = [visit.argument(name, 9) for name in ("a", "b")]
    before, after = (_number(number) for number in said)
    found = await visit.ask(lambda db: _pair(db, identity, before, after))
    if found is None:
        return None
    known = {str(revision.number) for revision in found.revisions}
    missing = any(number and str(_number(number)) not in known for number in said)
    if missing:
        found = replace(found, before=None, after=None, fields=[], damaged=False)
    t = visit.t
    shown = versions(visit, identity, found.revisions)
    message = ""
    if found.damaged:
        message = t("version_damaged")
    elif missing:
        message = t("no_such_version", count=len(found.revisions))
    elif found.before is None or found.after is None:
        message = t("one_version")
    elif not found.fields:
        message = t("nothing_changed")
    values = {
        "id": identity,
        "title": found.title.strip() or t("untitled"),
        "article": visit.article(identity),
        "versions": shown,
        "before": _of(shown, found.before),
        "after": _of(shown, found.after),
        "fields": [Compared(t(LABELS[one.field]), tuple(_parts(one))) for one in found.fields],
        "message": message,
        "action": visit.path(f"/-/article/{identity}/diff").partition("?")[0],
        "json": visit.path(
            f"/-/article/{identity}/diff.json",
            [(name, str(one.number)) for name, one in (("a", found.before), ("b", found.after)) if one],
        ),
    }
    record = _pair_record(visit, identity, found, message)
    if missing:
        record = {"ok": False, "error": message, **record}
    return Shown("chinanews_diff.html", values, record, status=404 if missing else 200)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() else None


def _pair(db: Database, article: int, before: int | None, after: int | None) -> _Pair | None:
    row = db.execute("SELECT title FROM articles WHERE id = ?", [article]).fetchone()
    if row is None:
        return None
    revisions = revisions_of(db, article)
    if before is None and after is not None:
        before = next((one.number for one in reversed(revisions) if one.number < after and one.cause in CONTENT), 0)
    try:
        old, new = history.content_pair(revisions, before, after)
    except (LookupError, IndexError):
        return _Pair(row[0], revisions, None, None, [])
    try:
        fields = difference(history.record_of_revision(db, old.id), history.record_of_revision(db, new.id))
    except (ArchiveError, KeyError):
        return _Pair(row[0], revisions, old, new, [], damaged=True)
    return _Pair(row[0], revisions, old, new, fields)


def _of(shown: Iterable[Version], revision: Revision | None) -> Version | None:
    return next((one for one in shown if revision and one.number == revision.number), None)


LABELS = {
    "title": "title",
    "published_at": "published_at",
    "source": "source",
    "editor": "editor",
    "authors": "authors",
    "contributors": "contributors",
    "channel": "channel",
    "body": "text",
    "captions": "captions",
    "rights": "rights_sentence",
}


def _pair_record(visit: Visit, identity: int, found: _Pair, message: str) -> dict[str, Any]:
    return {
        "article": identity,
        "title": found.title,
        "versions": [
            {"number": one.number, "seen_at": one.seen_at, "cause": one.cause, "how": one.how, "digest": one.digest}
            for one in found.revisions
        ],
        "before": found.before.number if found.before else None,
        "after": found.after.number if found.after else None,
        "fields": [asdict(one) for one in found.fields],
        "message": message,
        "page": visit.absolute(visit.path(f"/-/article/{identity}/diff")),
    }


# --- side by side -------------------------------------------------------------------------


def _parts(field: FieldDifference) -> Iterable[Part]:
    rows = side_by_side(field.pieces) if field.field in _PARAGRAPHED else [_row(field.pieces)]
    run: list[Row] = []
    for row in rows:
        if run and run[0].same != row.same:
            yield Part(run[0].same, tuple(run))
            run = []
        run.append(row)
    if run:
        yield Part(run[0].same, tuple(run))


def _row(pieces: Sequence[Piece]) -> Row:
    return Row(
        tuple(piece for piece in pieces if piece.kind != "added"),
        tuple(piece for piece in pieces if piece.kind != "removed"),
    )


def side_by_side(pieces: Sequence[Piece]) -> list[Row]:
    """A text by paragraph. Where only one version begins a new one, its ¶ says so.

    >>> rows = side_by_side([Piece("same", "甲"), Piece("added", "\\n\\n乙"), Piece("same", "\\n\\n丙")])
    >>> ["".join(piece.text for piece in row.before) + "|" + "".join(piece.text for piece in row.after) for row in rows]
    ['甲|甲', '|乙', '丙|丙']
    """
    rows: list[Row] = []
    held: list[Piece] = []
    for piece in pieces:
        first, *others = piece.text.split("\n\n")
        if others and piece.kind != "same" and not piece.text.strip("\n"):
            held.append(Piece(piece.kind, "¶"))
        elif first:
            held.append(Piece(piece.kind, first))
        for text in others:
            rows.append(_row(held))
            held = [Piece(piece.kind, text)] if text else []
    rows.append(_row(held))
    return [row for row in rows if row.before or row.after]

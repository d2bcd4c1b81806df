"""Articles in and out of archive.db: one record, its images, its revision, its index entry.

Everything here runs inside a transaction of the caller's.
"""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from scraper.models import Article

_JSON_FIELDS = ("authors", "contributors", "sections", "disagreements")


def article_digest(article: Article) -> str:
    """SHA-256 of what makes a revision: title, body, captions, source, editor and time."""
    parts = [article.title, article.body, captions_of(article), article.source, article.editor, article.published_at]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def captions_of(article: Article) -> str:
    return "\n".join(dict.fromkeys(image.caption for image in article.images if image.caption))


def save_article(db: Database, article: Article, *, page: int, capture: int, now: str) -> str:
    """Store a reading of a page: `new`, `changed` or `unchanged`."""
    digest = article_digest(article)
    known = db.execute("SELECT id, digest FROM articles WHERE url = ?", [article.url]).fetchone()
    if known and known[1] == digest:
        _refresh(db, known[0], article)
        return "unchanged"
    row = _row(article) | {"digest": digest, "page": page, "capture": capture, "changed_at": now, "gone_at": None}
    identity = _update(db, known[0], row) if known else _insert(db, row | {"first_seen": now})
    _replace_images(db, identity, article)
    db.execute(
        "INSERT INTO revisions (article, seen_at, capture, digest, record) VALUES (?, ?, ?, ?, ?)",
        [identity, now, capture, digest, json.dumps(record_of(article), ensure_ascii=False)],
    )
    return "changed" if known else "new"


def _row(article: Article) -> dict[str, Any]:
    fields = asdict(article)
    del fields["images"]
    for name in _JSON_FIELDS:
        fields[name] = json.dumps(fields[name], ensure_ascii=False)
    return fields | {"captions": captions_of(article)}


# What may be read better without the article being another: no revision, but the row is brought up to date.
_BESIDE_DIGEST = (
    *("kind", "layout", "agreement", "channel", "authors", "contributors", "sections", "next_page", "rights", "pages"),
    *("disagreements", "charset", "replaced"),
)


def _refresh(db: Database, identity: int, article: Article) -> None:
    row = {name: value for name, value in _row(article).items() if name in _BESIDE_DIGEST}
    _update(db, identity, row | {"gone_at": None})


def _insert(db: Database, row: dict[str, Any]) -> int:
    columns = ", ".join(row)
    holes = ", ".join(f":{name}" for name in row)
    return int(db.execute(f"INSERT INTO articles ({columns}) VALUES ({holes}) RETURNING id", row).fetchone()[0])


def _update(db: Database, identity: int, row: dict[str, Any]) -> int:
    settings = ", ".join(f"{name} = :{name}" for name in row)
    db.execute(f"UPDATE articles SET {settings} WHERE id = :identity", row | {"identity": identity})
    return identity


def _replace_images(db: Database, identity: int, article: Article) -> None:
    db.execute("DELETE FROM images WHERE article = ?", [identity])
    for number, image in enumerate(article.images):
        db.execute(
            "INSERT INTO images (article, number, src, alt, caption, credit, position) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [identity, number, image.src, image.alt, image.caption, image.credit, image.position],
        )


def record_of(article: Article) -> dict[str, Any]:
    """The record as `extract --json` prints it: every field of docs/record.md, in its order."""
    fields = asdict(article)
    return {name: value for name, value in fields.items() if name not in ("charset", "replaced")}


def load_record(db: Database, key: str) -> dict[str, Any] | None:
    """An article by id or address (canonical or alias) with its images, or None."""
    identity = _find(db, key)
    if identity is None:
        return None
    cursor = db.execute("SELECT * FROM articles WHERE id = ?", [identity])
    names = [column[0] for column in cursor.description]
    row = cursor.fetchone()
    record = dict(zip(names, row, strict=True))
    for name in _JSON_FIELDS:
        record[name] = json.loads(record[name])
    images = db.execute(
        "SELECT src, alt, caption, credit, position FROM images WHERE article = ? ORDER BY number", [record["id"]]
    )
    record["images"] = [
        dict(zip(("src", "alt", "caption", "credit", "position"), image, strict=True)) for image in images
    ]
    return record


def _find(db: Database, key: str) -> int | None:
    where = [("id = ?", key)] if key.isdecimal() and len(key) < 19 else [("url = ?", key)]
    where.append(("url = (SELECT p.url FROM aliases a JOIN pages p ON p.id = a.page WHERE a.url = ?)", key))
    for condition, value in where:
        row = db.execute(f"SELECT id FROM articles WHERE {condition}", [value]).fetchone()
        if row is not None:
            return int(row[0])
    return None


def mark_gone(db: Database, page: int, url: str, now: str) -> None:
    """The site no longer has the article; the last good copy stays."""
    db.execute("UPDATE articles SET gone_at = ? WHERE (page = ? OR url = ?) AND gone_at IS NULL", [now, page, url])

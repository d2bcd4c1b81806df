"""Articles in and out of archive.db: one record, its images, its revision, its index entry.

Everything here runs inside a transaction of the caller's.
"""

import json
from dataclasses import asdict
from typing import Any

from scraper.archive import history, proof, stories
from scraper.archive.database import Database
from scraper.archive.texts import as_json, captions_of
from scraper.errors import ArchiveDamaged
from scraper.models import Article

_JSON_FIELDS = ("authors", "contributors", "sections", "disagreements")


def article_digest(article: Article) -> str:
    """SHA-256 of what makes a revision: title, body, captions, source, editor and time."""
    return proof.content_digest(asdict(article) | {"captions": captions_of(article)})


def save_article(db: Database, article: Article, *, page: int, capture: int | None, now: str) -> str:
    """Store a reading of a page just fetched: `new`, `changed` or `unchanged`."""
    digest = article_digest(article)
    known = db.execute("SELECT id, digest FROM articles WHERE url = ?", [article.url]).fetchone()
    row = _row(article) | {"digest": digest, "page": page, "capture": capture, "changed_at": now}
    if known is None:
        identity = _insert(db, row | {"first_seen": now})
        _replace_images(db, identity, article)
        history.add_revision(db, identity, cause="first", capture=capture, now=now, digest=digest)
        stories.place(db, identity)
        return "new"
    mark_returned(db, article.url, capture, now)
    if known[1] == digest:
        return "unchanged"
    _replace(db, known[0], article, row, _cause(db, known[0], capture, article))
    return "changed"


def save_reading(db: Database, article: Article, *, capture: int | None, cause: str, now: str) -> bool:
    """Store what today's rules read in a capture that is there; whether anything at all is read otherwise.

    Where the site's own content is not touched (an author found, a better
    channel), it is a revision all the same: the record is another one. What
    is gone stays gone.
    """
    known = db.execute("SELECT id, page FROM articles WHERE url = ?", [article.url]).fetchone()
    if known is None or proof.present_record(db, known[0]) == proof.canonical(asdict(article)):
        return False
    row = _row(article) | {"digest": article_digest(article), "page": known[1], "capture": capture, "changed_at": now}
    _replace(db, known[0], article, row, cause)
    return True


def _replace(db: Database, identity: int, article: Article, row: dict[str, Any], cause: str) -> None:
    history.keep_present(db, identity)
    _update(db, identity, row)
    _replace_images(db, identity, article)
    history.add_revision(db, identity, cause=cause, capture=row["capture"], now=row["changed_at"], digest=row["digest"])
    stories.place(db, identity)


def _cause(db: Database, identity: int, capture: int | None, article: Article) -> str:
    """Why an article has another content: its history begins, only our rules read otherwise, or the page changed."""
    if db.execute("SELECT 1 FROM revisions WHERE article = ?", [identity]).fetchone() is None:
        return "first"
    return "reading" if _same_bytes(db, identity, capture, article) else "page"


def _same_bytes(db: Database, identity: int, capture: int | None, article: Article) -> bool:
    """Whether the page is what it was, so that only our rules can have changed. Of several pages we saw only the first."""
    row = db.execute(
        "SELECT a.pages, old.sha256, new.sha256 FROM articles a JOIN captures old ON old.id = a.capture"
        " JOIN captures new ON new.id = ? WHERE a.id = ?",
        [capture, identity],
    ).fetchone()
    return row is not None and row[0] == article.pages == 1 and row[1] is not None and row[1] == row[2]


def _row(article: Article) -> dict[str, Any]:
    fields = asdict(article)
    del fields["images"]
    for name in _JSON_FIELDS:
        fields[name] = as_json(fields[name])
    return fields | {"captions": captions_of(article)}


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
    identity = find_article(db, key)
    if identity is None:
        return None
    cursor = db.execute("SELECT * FROM articles WHERE id = ?", [identity])
    names = [column[0] for column in cursor.description]
    row = cursor.fetchone()
    record = dict(zip(names, row, strict=True))
    for name in _JSON_FIELDS:
        try:
            record[name] = json.loads(record[name])
        except ValueError as error:
            raise ArchiveDamaged(f"{name} of article {identity} is no JSON: {error}") from error
    images = db.execute(
        "SELECT src, alt, caption, credit, position FROM images WHERE article = ? ORDER BY number", [record["id"]]
    )
    record["images"] = [
        dict(zip(("src", "alt", "caption", "credit", "position"), image, strict=True)) for image in images
    ]
    return record


def find_article(db: Database, key: str) -> int | None:
    """The id of an article by id or address (canonical or alias), or None."""
    where = [("id = ?", key)] if key.isdecimal() and len(key) < 19 else [("url = ?", key)]
    where.append(("url = (SELECT p.url FROM aliases a JOIN pages p ON p.id = a.page WHERE a.url = ?)", key))
    for condition, value in where:
        row = db.execute(f"SELECT id FROM articles WHERE {condition}", [value]).fetchone()
        if row is not None:
            return int(row[0])
    return None


def mark_gone(db: Database, page: int, url: str, now: str, *, how: str | None = None) -> None:
    """The site no longer has the article (`how`: 404, 410 or soft); the last good copy stays."""
    gone = db.execute(
        "UPDATE articles SET gone_at = ? WHERE (page = ? OR url = ?) AND gone_at IS NULL RETURNING id, capture, digest",
        [now, page, url],
    ).fetchall()
    for identity, capture, digest in gone:
        history.add_revision(db, identity, cause="gone", capture=capture, now=now, digest=digest, how=how)


def mark_returned(db: Database, url: str, capture: int | None, now: str) -> None:
    """The site has the article again, if it was gone."""
    back = db.execute(
        "UPDATE articles SET gone_at = NULL WHERE url = ? AND gone_at IS NOT NULL RETURNING id, digest", [url]
    ).fetchall()
    for identity, digest in back:
        history.add_revision(db, identity, cause="returned", capture=capture, now=now, digest=digest)

"""Pictures in archive.db: each once by its digest, what its bytes say it is, and what came of every address.

A type is what the first bytes say, never what a server or a name says; SVG
and HTML are no pictures here, for they can run.
"""

import hashlib
from dataclasses import dataclass

from scraper.archive.database import Database

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}
"""All types that are kept, and what an exported file of each is called."""
MAX_ATTEMPTS = 3
LONGEST_SIDE = 65_535
"""Pixels; JPEG can say no more."""


@dataclass(frozen=True, slots=True)
class Picture:
    type: str
    width: int
    height: int


# --- what bytes are ------------------------------------------------------------------------


def inspect(data: bytes) -> Picture | None:
    """Type and size of a picture by its header; None for what is none of the four kinds, or has no size.

    >>> inspect(b"GIF89a\\x02\\x00\\x03\\x00")
    Picture(type='image/gif', width=2, height=3)
    >>> inspect(b"<svg xmlns='http://www.w3.org/2000/svg'/>") is None
    True
    """
    if data.startswith(b"\xff\xd8\xff"):
        return _picture("image/jpeg", _jpeg_size(data))
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
        return _picture("image/png", (_big(data[16:20]), _big(data[20:24])))
    if data.startswith((b"GIF87a", b"GIF89a")):
        return _picture("image/gif", (_little(data[6:8]), _little(data[8:10])))
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _picture("image/webp", _webp_size(data))
    return None


def _picture(kind: str, size: tuple[int, int] | None) -> Picture | None:
    if size is None or not all(0 < side <= LONGEST_SIDE for side in size):
        return None
    return Picture(kind, *size)


def _big(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """From the first frame header (SOF, ITU T.81 B.2.2), stepping over the segments before it."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif marker == 0x01 or 0xD0 <= marker <= 0xD7:  # without a length
            at += 2
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return _big(data[at + 7 : at + 9]), _big(data[at + 5 : at + 7])
        elif marker in (0xD9, 0xDA):  # the end, or the scan without a frame
            return None
        else:
            at += 2 + max(2, _big(data[at + 2 : at + 4]))
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    """From the first chunk: lossy (RFC 6386 §9.1), lossless, or extended (RFC 9649 §2.7)."""
    chunk = data[12:16]
    if chunk == b"VP8X" and len(data) >= 30:
        return _little(data[24:27]) + 1, _little(data[27:30]) + 1
    if chunk == b"VP8L" and len(data) >= 25 and data[20] == 0x2F:
        bits = _little(data[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and data[23:26] == b"\x9d\x01\x2a" and len(data) >= 30:
        return _little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF
    return None


# --- rows ------------------------------------------------------------------------------------


def waiting(db: Database, site: str) -> list[str]:
    """Addresses of an edition's pictures that are not kept and may still be had, those of the newest articles first."""
    rows = db.execute(
        "SELECT i.src, max(a.published_at) FROM images i JOIN articles a ON a.id = i.article"
        " LEFT JOIN media_sources m ON m.url = i.src"
        " WHERE a.site = ? AND a.withheld IS NULL AND i.media IS NULL AND coalesce(m.attempts, 0) < ?"
        " GROUP BY i.src ORDER BY 2 DESC, i.src",
        [site, MAX_ATTEMPTS],
    ).fetchall()
    return [src for src, _ in rows]


def save_picture(
    db: Database, url: str, picture: Picture, data: bytes, *, status: int, content_type: str, now: str
) -> bool:
    """Keep a picture under its address; whether its bytes are new. The caller holds the transaction."""
    digest = hashlib.sha256(data).hexdigest()
    cursor = db.execute(
        "INSERT INTO media (sha256, type, size, width, height, data) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [digest, picture.type, len(data), picture.width, picture.height, data],
    )
    db.execute(
        "INSERT INTO media_sources (url, media, fetched_at, status, content_type) VALUES (?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT (url) DO UPDATE SET media = ?2, fetched_at = ?3, status = ?4, content_type = ?5,"
        " attempts = 0, error = NULL, error_text = NULL",
        [url, digest, now, status, content_type[:200]],
    )
    return bool(cursor.rowcount > 0)


def save_failure(db: Database, url: str, *, slug: str, text: str, for_good: bool, now: str) -> None:
    """Note that a picture could not be had; `for_good` where asking again would not help."""
    db.execute(
        "INSERT INTO media_sources (url, fetched_at, attempts, error, error_text) VALUES (?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT (url) DO UPDATE SET fetched_at = ?2, attempts = max(attempts + 1, ?3), error = ?4, error_text = ?5",
        [url, now, MAX_ATTEMPTS if for_good else 1, slug, text[:500]],
    )


def file_name(digest: str, kind: str) -> str:
    """What an exported picture is called: by its content, never by what a site called it.

    >>> file_name("ab12", "image/jpeg")
    'ab12.jpg'
    """
    return f"{digest}.{EXTENSIONS[kind]}"


def remove_pictures(db: Database, article: int) -> int:
    """Remove the pictures that only this article shows, before the article goes; returns how many. The caller holds the transaction."""
    db.execute(
        "DELETE FROM media_sources WHERE url IN (SELECT src FROM images WHERE article = ?1)"
        " AND url NOT IN (SELECT src FROM images WHERE article <> ?1)",
        [article],
    )
    db.execute("UPDATE images SET media = NULL WHERE article = ?", [article])
    return int(
        db.execute(
            "DELETE FROM media WHERE sha256 NOT IN (SELECT media FROM images WHERE media IS NOT NULL)"
            " AND sha256 NOT IN (SELECT media FROM media_sources WHERE media IS NOT NULL)"
        ).rowcount
    )

"""Kept pictures as files named by their content, with a manifest that says where each was printed."""

import json
from pathlib import Path

from scraper.archive.database import Database
from scraper.archive.export.selection import NOTICE, Selection, articles_condition
from scraper.archive.media import file_name


def write_pictures(db: Database, chosen: Selection, folder: Path) -> int:
    """Fill a folder with the pictures of the chosen articles; returns how many files."""
    condition, parameters = articles_condition(db, chosen)
    rows = db.execute(
        "SELECT m.sha256, m.type, m.width, m.height, i.src, i.caption, i.credit, a.url, a.rights FROM images i"
        f" JOIN media m ON m.sha256 = i.media JOIN articles a ON a.id = i.article WHERE {condition}"
        " ORDER BY a.published_at, a.url, i.number",
        parameters,
    ).fetchall()
    written: set[str] = set()
    with (folder / "manifest.jsonl").open("w", encoding="utf-8") as manifest:
        for digest, kind, width, height, src, caption, credit, url, rights in rows:
            name = file_name(digest, kind)
            if digest not in written:
                (data,) = db.execute("SELECT data FROM media WHERE sha256 = ?", [digest]).fetchone()
                (folder / name).write_bytes(data)
                written.add(digest)
            line = {"file": name, "type": kind, "width": width, "height": height, "src": src, "caption": caption}
            line |= {"credit": credit, "url": url, "rights": rights, "notice": NOTICE}
            manifest.write(json.dumps(line, ensure_ascii=False) + "\n")
    return len(written)

"""JSON Lines: one article a line, as `scraper import` takes it back."""

import json
from typing import BinaryIO

from scraper.archive.database import Database
from scraper.archive.export.selection import Selection, articles
from scraper.text import escaped


def write_jsonl(db: Database, chosen: Selection, out: BinaryIO) -> int:
    """Write the chosen articles; returns how many."""
    count = 0
    for record in articles(db, chosen):
        count += 1
        out.write(escaped(json.dumps(record, ensure_ascii=False)).encode() + b"\n")
    return count

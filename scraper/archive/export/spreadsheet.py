"""CSV for spreadsheets: a BOM so that Excel reads Chinese, and no cell that a spreadsheet would run."""

import csv
import io
from typing import Any, BinaryIO

from scraper.archive.database import Database
from scraper.archive.export.selection import METADATA, Selection, articles
from scraper.text import safe_block

_BOM = b"\xef\xbb\xbf"
# Excel and Calc take these for a formula (OWASP, CSV injection); in East Asian locales the full-width forms, too.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def write_csv(db: Database, chosen: Selection, out: BinaryIO, *, raw: bool = False) -> int:
    """Write the chosen articles, a row each; returns how many. `raw` leaves cells as they are."""
    columns = [*METADATA, "notice", *(["body", "images"] if chosen.full_text else ["snippet"])]
    text = io.TextIOWrapper(out, encoding="utf-8", errors="replace", newline="", write_through=True)
    try:
        out.write(_BOM)
        writer = csv.writer(text)
        writer.writerow(columns)
        count = 0
        for record in articles(db, chosen):
            count += 1
            cells = [_cell(record.get(name)) for name in columns]
            writer.writerow(cells if raw else [inert(cell) for cell in cells])
        text.flush()
    finally:
        text.detach()  # closing the file is its owner's business
    return count


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return safe_block("、".join(item["src"] if isinstance(item, dict) else str(item) for item in value))
    return safe_block(str(value))


def inert(cell: str) -> str:
    """The cell, with an apostrophe in front where a spreadsheet would take it for a formula.

    >>> inert('=HYPERLINK("http://x")'), inert("溪口"), inert(" -2+3")
    ('\\'=HYPERLINK("http://x")', '溪口', "' -2+3")
    """
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell

"""`scraper export`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from scraper.archive.connect import open_current, sqlite_errors
from scraper.archive.export.selection import Selection
from scraper.archive.export.write import FORMATS, STREAMS
from scraper.archive.export.write import export as write_export
from scraper.archive.search import open_searchable
from scraper.cli.options import DbOption, chosen_sites, day
from scraper.cli.speech import speaks_plainly
from scraper.errors import UsageError
from scraper.text import safe


@speaks_plainly
def export(
    kind: Annotated[str, typer.Argument(help="jsonl, csv, parquet, warc, wacz or pictures.", metavar="FORMAT")],
    out: Annotated[
        str, typer.Argument(help="File to write (a new folder for parquet and pictures); - is stdout.", metavar="OUT")
    ] = "-",
    db: DbOption = Path("archive.db"),
    site: Annotated[
        list[str] | None, typer.Option(help="Only this edition; may be given again.", metavar="CODE")
    ] = None,
    since: Annotated[str, typer.Option(help="First day: 2022, 2022-07 or 2022-07-20.")] = "",
    until: Annotated[str, typer.Option(help="Last day, inclusive.")] = "",
    query: Annotated[str, typer.Option(help="Only articles that hold this, as `scraper search` finds them.")] = "",
    full_text: Annotated[
        bool, typer.Option("--full-text", help="With texts, captions and pages; otherwise metadata and a snippet.")
    ] = False,
    include_reserved: Annotated[
        bool, typer.Option("--include-reserved", help="Also texts whose publisher reserved text and data mining.")
    ] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="CSV: leave cells that a spreadsheet takes for formulas as they are.")
    ] = False,
) -> None:
    """Write the archive, or a part of it, in a format that other programs read."""
    if kind not in FORMATS:
        raise UsageError(f"{kind!r} is no format; choose {', '.join(FORMATS)}")
    chosen = Selection(
        sites=tuple(one.code for one in chosen_sites(site)) if site else (),
        since=day(since, "--since"),
        until=day(until, "--until"),
        query=query,
        full_text=full_text,
        reserved=include_reserved,
    )
    if out == "-" and kind in STREAMS:
        sys.stdout.flush()
    archive = open_searchable(db) if query else open_current(db)
    with sqlite_errors(db):
        done = write_export(archive, kind, sys.stdout.buffer if out == "-" else Path(out), chosen, archive=db, raw=raw)
    what = {"warc": "captures", "wacz": "captures", "pictures": "pictures"}.get(kind, "articles")
    print(f"{done.count} {what} written{'' if out == '-' else f' to {safe(out)}'}", file=sys.stderr)
    if kind == "pictures" and not done.count:
        print("pictures are kept by `scraper crawl --media`", file=sys.stderr)
    if done.left_out:
        print(f"{done.left_out} left out: withheld, or mining is reserved (--include-reserved)", file=sys.stderr)

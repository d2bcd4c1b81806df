"""`scraper reextract`: reading the archive's captures again."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from scraper import reextract as rereading
from scraper.archive.connect import CRAWL_WAITS, open_current, open_for_writing, sqlite_errors
from scraper.cli.options import DbOption, JsonOption, SitesArgument, chosen_sites, day
from scraper.cli.speech import confirm, progress, speaks_plainly, stdout
from scraper.show.rereading import summary_text
from scraper.show.streams import print_json
from scraper.text import counted


@speaks_plainly
def reextract(
    sites: SitesArgument = None,
    since: Annotated[str, typer.Option(help="Only articles published from this day on.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    db: DbOption = Path("archive.db"),
    as_json: JsonOption = False,
) -> None:
    """Read the archive's captures again by today's rules: says what would change, asks, then writes."""
    first = day(since, "--since")
    codes = tuple(site.code for site in chosen_sites(sites)) if sites else ()
    archive = open_current(db)
    with sqlite_errors(db):
        summary = rereading.summarise(archive, sites=codes, since=first, report=progress("read"))
    archive.close()
    written = 0
    if not as_json:
        stdout().print(summary_text(summary))
    if summary.changed and not dry_run:
        if not yes:
            confirm(f"write {counted(len(summary.changed), 'article')}?")
        writer = open_for_writing(db, patience=CRAWL_WAITS)
        with sqlite_errors(db):
            written = rereading.apply(writer, summary.changed, now=datetime.now(UTC), report=progress("written"))
        writer.close()
        print(f"{written} articles have a new version, marked as another reading", file=sys.stderr)
    if as_json:
        print_json(asdict(summary) | {"written": written})

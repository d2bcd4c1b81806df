"""`scraper sites`: the editions, whether their rules hold, and new rules from captures."""

import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from scraper.archive import runs
from scraper.archive.captures import pages_of_site
from scraper.archive.connect import open_for_reading, sqlite_errors
from scraper.cli.options import (
    ConfigOption,
    ConnectOption,
    ContactOption,
    DbOption,
    DelayOption,
    JsonOption,
    SitesArgument,
    address,
    chosen_sites,
)
from scraper.cli.speech import Command, print_table, speaks_plainly, stdout
from scraper.config import load_settings
from scraper.errors import UsageError
from scraper.show.sites import LEGEND, SPARE, site_json, sites_table
from scraper.show.streams import print_json
from scraper.sites import all_sites, module_text
from scraper.text import counted, safe, safe_block

app = typer.Typer(help="The editions: hosts, listings, and how sure their rules are.", invoke_without_command=True)


@app.callback()
@speaks_plainly
def sites_callback(context: typer.Context, db: DbOption = Path("archive.db"), as_json: JsonOption = False) -> None:
    """The editions: hosts, listings, and how sure their rules are."""
    if context.invoked_subcommand is not None:
        return
    known = {}
    if db.is_file():
        archive = open_for_reading(db)
        with sqlite_errors(db):
            known = {row.site: row for row in runs.status(archive, datetime.now(UTC))}
    for_table = [(site, known.get(site.code)) for site in all_sites().values()]
    if as_json:
        for site, row in for_table:
            print_json(site_json(site, row))
        return
    print_table(sites_table(for_table), SPARE, LEGEND)


@app.command("check", cls=Command)
@speaks_plainly
def sites_check(
    sites: SitesArgument = None,
    config: ConfigOption = None,
    contact: ContactOption = "",
    delay: DelayOption = None,
    connect_to: ConnectOption = "",
    as_json: JsonOption = False,
) -> None:
    """Do the rules still hold? Fetches robots.txt, one listing and three articles of each edition; stores nothing."""
    # Not above: who lists the editions waits for no crawler.
    from scraper.crawl.check import HOLDS, UNREACHABLE, check_sites
    from scraper.crawl.options import CrawlOptions
    from scraper.show.verdicts import verdict_text

    settings = load_settings(Path("archive.db"), config).config
    options = CrawlOptions(
        db=Path(os.devnull),
        sites=chosen_sites(sites or settings.sites),
        contact=contact or settings.contact,
        delay=settings.delay if delay is None else delay,
        connect_to=address(connect_to) if connect_to else None,
    )
    verdicts = check_sites(options)
    for verdict in verdicts:
        if as_json:
            print_json(asdict(verdict))
        else:
            stdout().print(verdict_text(verdict))
    if all(verdict.verdict == UNREACHABLE for verdict in verdicts):
        raise typer.Exit(5)
    raise typer.Exit(0 if all(verdict.verdict == HOLDS for verdict in verdicts) else 4)


@app.command("learn", cls=Command)
@speaks_plainly
def sites_learn(
    code: Annotated[str, typer.Argument(help="The edition.", metavar="CODE")],
    db: DbOption = Path("archive.db"),
    label: Annotated[str, typer.Option(help="Who looked and when, for the evidence: 'REAL 2026-11'.")] = "",
) -> None:
    """Propose layouts from the captures of an edition, as Python to paste and as a diff against its present ones."""
    from scraper.extract.induce import MINIMUM, as_diff, as_python, learn_layout  # not above, as the crawler

    (site,) = chosen_sites([code])
    archive = open_for_reading(db)
    with sqlite_errors(db):
        pages = pages_of_site(archive, site.code)
    learned = learn_layout(pages, site)
    if learned is None:
        raise UsageError(_too_few(db, code, len(pages), MINIMUM))
    print(safe_block(as_python(learned, site, label)))
    diff = as_diff(learned, site, module_text(site.code), label)
    if learned.layouts:
        print(safe_block(diff) if diff else f"# scraper/sites/{site.code}.py has these selectors already.")
    unplaced = f", {len(learned.unplaced)} without a layout" if learned.unplaced else ""
    such = f", such as {', '.join(map(safe, learned.unplaced[:3]))}" if learned.unplaced and learned.layouts else ""
    others = f"; {counted(learned.others, 'page')} that no reader reads" if learned.others else ""
    print(f"{counted(learned.articles, 'article')}{unplaced}{such}{others}", file=sys.stderr)


def _too_few(db: Path, code: str, captures: int, least: int) -> str:
    if captures < least:
        have = f"{counted(captures, 'article page')} of {code}" if captures else f"no article page of {code}"
        return f"{db} has {have}, and a template shows in {least} or more: run `scraper crawl {code}` first"
    return (
        f"{db} has {captures} article pages of {code}, and fewer than {least} of them can be read as articles:"
        f" see `scraper sites check {code}`"
    )

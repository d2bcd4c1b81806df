"""`scraper crawl` and `scraper demo`."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from scraper.archive import runs
from scraper.archive.search import open_searchable
from scraper.archive.search import search as search_archive
from scraper.browse.serve import command as serve_command
from scraper.cli.options import (
    ConnectOption,
    ContactOption,
    DbOption,
    DelayOption,
    JsonOption,
    SitesArgument,
    address,
    chosen_sites,
)
from scraper.cli.speech import speaks_plainly, stdout
from scraper.crawl.options import CrawlOptions, Outcome, SiteCounts
from scraper.crawl.politeness import DEFAULT_DELAY
from scraper.crawl.run import crawl as run_crawl
from scraper.demo import fixture_site
from scraper.show.hits import hit_text
from scraper.show.status import drift_line
from scraper.sites import all_sites
from scraper.text import safe


@speaks_plainly
def crawl(
    sites: SitesArgument = None,
    db: DbOption = Path("archive.db"),
    contact: ContactOption = "",
    limit: Annotated[int | None, typer.Option(min=0, help="Fetch at most this many articles per edition.")] = None,
    delay: DelayOption = DEFAULT_DELAY,
    connect_to: ConnectOption = "",
    as_json: JsonOption = False,
) -> None:
    """Fetch listings and new articles into the archive. Stop it any time; the next crawl goes on."""
    options = CrawlOptions(
        db=db,
        sites=chosen_sites(sites),
        contact=contact,
        delay=delay,
        limit=limit,
        connect_to=address(connect_to) if connect_to else None,
    )
    outcome = run_crawl(options, reporter())
    print_outcome(outcome, as_json)
    raise typer.Exit(outcome.exit_code)


@speaks_plainly
def demo(db: DbOption = Path("archive.db")) -> None:
    """Crawl the embedded fixture site over loopback HTTP, search it, and say how to browse it."""
    with fixture_site() as site:
        host, port = site.address
        print(f"fixture site on {host}:{port}: {len(all_sites())} editions; crawling into {db}", file=sys.stderr)
        options = CrawlOptions(db=db, sites=chosen_sites(None), delay=0, connect_to=site.address)
        outcome = run_crawl(options, reporter())
        print_outcome(outcome, as_json=False)
    if outcome.exit_code:
        raise typer.Exit(outcome.exit_code)
    query = "图书馆"
    archive = open_searchable(db)
    print(f"{db} holds {sum(row.articles for row in runs.status(archive))} articles")
    print(f"\n$ scraper search {query} --limit 1")
    for number, hit in enumerate(search_archive(archive, query, limit=1).hits, 1):
        stdout().print(hit_text(number, hit, plain=not sys.stdout.isatty()))
    print(f"\nBrowse it:  {serve_command(db)}")


def reporter() -> Callable[[str, SiteCounts, str], None]:
    """Lines on stderr: everything on a terminal, failures only in a log."""
    talkative = sys.stderr.isatty()

    def report(code: str, counts: SiteCounts, line: str) -> None:
        if talkative or line.startswith(("failed", "robots", "rests")):
            print(f"{code:<4} {safe(line)}", file=sys.stderr)

    return report


def print_outcome(outcome: Outcome, as_json: bool) -> None:
    if as_json:
        for code, counts in outcome.counts.items():
            print(json.dumps({"site": code, **asdict(counts)}, ensure_ascii=False))
        return
    names = all_sites()
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("edition", "listings", "found", "new", "changed", "unchanged", "gone", "failed", ""):
        table.add_column(heading, justify="left" if heading in ("edition", "") else "right", no_wrap=heading != "")
    for code, counts in outcome.counts.items():
        numbers = (
            counts.listings,
            counts.found,
            counts.archived,
            counts.changed,
            counts.unchanged,
            counts.gone,
            counts.failed,
        )
        table.add_row(
            f"{code:<4}{names[code].name}", *(str(number or "·") for number in numbers), escape(safe(counts.note))
        )
    stdout().print(table)
    total = sum(counts.archived for counts in outcome.counts.values())
    print(f"{total} new articles from {len(outcome.counts)} editions{_ending(outcome)}")
    for drift in outcome.drift:
        print(drift_line(drift))


def _ending(outcome: Outcome) -> str:
    if outcome.stopped_by:
        return f"; stopped by {outcome.stopped_by}, run again to go on"
    return {0: "", 3: "; many pages failed, see `scraper status`", 4: "", 5: "; no host could be reached"}.get(
        outcome.exit_code, ""
    )

"""`scraper demo`."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import typer

from scraper.archive import runs
from scraper.archive.search import open_searchable
from scraper.archive.search import search as search_archive
from scraper.browse.serve import command as serve_command
from scraper.cli.options import DbOption, chosen_sites
from scraper.cli.speech import speaks_plainly, stdout
from scraper.crawl.options import CrawlOptions
from scraper.crawl.run import crawl as run_crawl
from scraper.demo import fixture_site
from scraper.show.hits import hit_text
from scraper.show.progress import troubles
from scraper.show.summary import print_outcome
from scraper.sites import all_sites


@speaks_plainly
def demo(db: DbOption = Path("archive.db")) -> None:
    """Crawl the embedded fixture site over loopback HTTP, search it, and say how to browse it."""
    with fixture_site() as site:
        host, port = site.address
        print(f"fixture site on {host}:{port}: {len(all_sites())} editions; crawling into {db}", file=sys.stderr)
        options = CrawlOptions(db=db, sites=chosen_sites(None), delay=0, connect_to=site.address)
        outcome = run_crawl(options, troubles)
        print_outcome(outcome, as_json=False)
    if outcome.exit_code:
        raise typer.Exit(outcome.exit_code)
    query = "图书馆"
    archive = open_searchable(db)
    print(f"{db} holds {sum(row.articles for row in runs.status(archive, datetime.now(UTC)))} articles")
    print(f"\n$ scraper search {query} --limit 1")
    for number, hit in enumerate(search_archive(archive, query, limit=1).hits, 1):
        stdout().print(hit_text(number, hit, plain=not sys.stdout.isatty()))
    print(f"\nBrowse it:  {serve_command(db)}")

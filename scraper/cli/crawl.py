"""`scraper crawl`."""

from pathlib import Path
from typing import Annotated

import typer

from scraper.alone import Job, become, run
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
    whole_day,
)
from scraper.cli.speech import speaks_plainly
from scraper.config import load_settings
from scraper.crawl.options import CrawlOptions


@speaks_plainly
def crawl(
    sites: SitesArgument = None,
    db: DbOption = Path("archive.db"),
    config: ConfigOption = None,
    contact: ContactOption = "",
    limit: Annotated[int | None, typer.Option(min=0, help="Fetch at most this many articles per edition.")] = None,
    since: Annotated[
        str, typer.Option(help="Only articles from this day on; `crawl www` reads its daily archive from here.")
    ] = "",
    until: Annotated[str, typer.Option(help="Only articles up to this day.")] = "",
    delay: DelayOption = None,
    connect_to: ConnectOption = "",
    media: Annotated[bool, typer.Option("--media", help="Keep the articles' pictures, too.")] = False,
    keep_noarchive: Annotated[
        bool, typer.Option("--keep-noarchive", help="Keep the text and bytes of pages that say noarchive.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Fetch listings and new articles into the archive. Stop it any time; the next crawl goes on."""
    settings = load_settings(db, config).config
    options = CrawlOptions(
        db=db,
        sites=chosen_sites(sites or settings.sites),
        contact=contact or settings.contact,
        delay=settings.delay if delay is None else delay,
        limit=settings.limit if limit is None else limit,
        connect_to=address(connect_to) if connect_to else None,
        failed_share=settings.failed_share,
        since=whole_day(since, "--since") if since else None,
        until=whole_day(until, "--until") if until else None,
        media=media or settings.media,
        honour_noarchive=settings.honour_noarchive and not keep_noarchive,
    )
    job = Job(options, settings.healthcheck_url, settings.healthcheck_seconds, as_json)
    become(job)
    raise typer.Exit(run(job))

"""The commands: parse, call one function, print. Results go to stdout, everything else to stderr.

One module for each group of commands; this one puts them together, in the
order in which `scraper --help` lists them.
"""

from typing import Annotated

import typer

import scraper
from scraper.cli import (
    articles,
    crawl,
    history,
    keeping,
    operations,
    pages,
    portability,
    search,
    serve,
    sites,
    status,
    stories,
)

app = typer.Typer(
    name="scraper",
    help="The archive of China News Service's regional news: crawl it politely, search it in Chinese, browse it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 ok · 1 a bug · 2 usage · 3 many failures · 4 drift · 5 nothing reachable · 6 archive damaged · "
    "7 disk full · 65 page can't be read · 75 already running · 78 configuration · 130/143 interrupted",
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"scraper {scraper.__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The archive of China News Service's regional news."""


_CRAWL, _READ, _KEEP = "Crawl", "Find and read", "Keep"
app.command("crawl", rich_help_panel=_CRAWL)(crawl.crawl)
app.add_typer(sites.app, name="sites", rich_help_panel=_CRAWL)
app.command("demo", rich_help_panel=_CRAWL)(crawl.demo)
app.command("search", rich_help_panel=_READ)(search.search)
app.command("watch", rich_help_panel=_READ)(search.watch)
app.command("show", rich_help_panel=_READ)(articles.show)
app.command("stories", rich_help_panel=_READ)(stories.stories)
app.command("serve", rich_help_panel=_READ)(serve.serve)
app.command("extract", rich_help_panel=_READ)(pages.extract)
app.command("history", rich_help_panel=_READ)(history.history)
app.command("diff", rich_help_panel=_READ)(history.diff)
app.command("changes", rich_help_panel=_READ)(history.changes)
app.command("status", rich_help_panel=_KEEP)(status.status)
app.command("doctor", rich_help_panel=_KEEP)(operations.doctor)
app.command("why", rich_help_panel=_KEEP)(operations.why)
app.command("config", rich_help_panel=_KEEP)(operations.config)
app.command("schedule", rich_help_panel=_KEEP)(operations.schedule)
app.command("verify", rich_help_panel=_KEEP)(keeping.verify)
app.command("backup", rich_help_panel=_KEEP)(keeping.backup)
app.command("restore", rich_help_panel=_KEEP)(keeping.restore)
app.command("reextract", rich_help_panel=_KEEP)(history.reextract)
app.command("compact", rich_help_panel=_KEEP)(keeping.compact)
app.command("forget", rich_help_panel=_KEEP)(keeping.forget)
app.command("export", rich_help_panel=_KEEP)(portability.export)
app.command("import", rich_help_panel=_KEEP)(portability.import_)
app.command("index", rich_help_panel=_KEEP)(search.index_command)

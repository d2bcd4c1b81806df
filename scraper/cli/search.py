"""`scraper search`."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from scraper.archive.connect import sqlite_errors
from scraper.archive.search import Filters, Hit, open_searchable
from scraper.archive.search import search as search_archive
from scraper.cli.options import DbOption, JsonOption, chosen_sites, day
from scraper.cli.speech import speaks_plainly, stdout
from scraper.errors import UsageError
from scraper.show.hits import hit_text
from scraper.text import safe


@speaks_plainly
def search(
    query: Annotated[list[str], typer.Argument(help='Words (all of them), "a phrase", OR, -without, title:word.')],
    db: DbOption = Path("archive.db"),
    site: Annotated[
        list[str] | None, typer.Option(help="Only this edition; may be given again.", metavar="CODE")
    ] = None,
    since: Annotated[str, typer.Option(help="First day: 2022, 2022-07 or 2022-07-20.")] = "",
    until: Annotated[str, typer.Option(help="Last day, inclusive.")] = "",
    source: Annotated[str, typer.Option(help="Only where 来源 holds this.")] = "",
    editor: Annotated[str, typer.Option(help="Only where the editor's name holds this.")] = "",
    sort: Annotated[str, typer.Option(help="relevance or date.", metavar="relevance|date")] = "relevance",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many results.")] = 10,
    as_json: JsonOption = False,
) -> None:
    """Find articles by any Chinese word, of one character or more, wherever it stands."""
    if sort not in ("relevance", "date"):
        raise UsageError(f"--sort {sort!r}: relevance or date")
    sites = tuple(chosen.code for chosen in chosen_sites(site)) if site else ()
    filters = Filters(sites, day(since, "--since"), day(until, "--until"), source, editor)
    archive = open_searchable(db)
    with sqlite_errors(db):
        hits = search_archive(archive, " ".join(query), filters, sort=sort, limit=limit).hits
    for number, hit in enumerate(hits, 1):
        if as_json:
            print(json.dumps(_hit_json(hit), ensure_ascii=False))
        else:
            stdout().print(hit_text(number, hit, plain=not sys.stdout.isatty()))
    if not hits:
        print(f"nothing found for {safe(' '.join(query))[:80]}", file=sys.stderr)


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "url": hit.url,
        "title": hit.title,
        "site": hit.site,
        "published_at": hit.published_at,
        "source": hit.source,
        "snippet": hit.snippet.text,
        "hits": [list(span) for span in hit.snippet.hits],
        "score": hit.score,
        "id": hit.id,
    }

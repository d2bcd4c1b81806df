"""`scraper watch`."""

import sys
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from scraper.archive import index, watches
from scraper.archive.connect import open_for_writing, sqlite_errors
from scraper.archive.database import Database
from scraper.archive.search import open_searchable
from scraper.cli.options import DbOption, JsonOption
from scraper.cli.speech import speaks_plainly, stdout
from scraper.show.hits import hit_record, hit_text, shown_fields, watch_text
from scraper.show.streams import print_json
from scraper.text import safe


@speaks_plainly
def watch(
    name: Annotated[str | None, typer.Argument(help="One watch; none means all.", metavar="NAME")] = None,
    db: DbOption = Path("archive.db"),
    listed: Annotated[bool, typer.Option("--list", help="Print the watches, and what each looks for.")] = False,
    forgotten: Annotated[str, typer.Option("--forget", help="Drop a watch.", metavar="NAME")] = "",
    as_json: JsonOption = False,
) -> None:
    """What is new for the searches kept by `search --watch`; each article is told once. Silent when nothing is."""
    if listed:
        with closing(open_searchable(db)) as archive, sqlite_errors(db):
            for kept in watches.watches(archive):
                print_json(_watch_record(kept)) if as_json else stdout().print(watch_text(kept))
        return
    open_searchable(db).close()  # no archive is made where there is none
    with closing(open_for_writing(db)) as archive, sqlite_errors(db):
        index.catch_up(archive)
        if forgotten:
            watches.forget(archive, watches.watch_named(archive, forgotten))
            print(f"forgot {safe(forgotten)}", file=sys.stderr)
            return
        chosen = [watches.watch_named(archive, name)] if name else watches.watches(archive)
        for kept in chosen:
            _tell(archive, kept, as_json)


def _tell(archive: Database, kept: watches.Watch, as_json: bool) -> None:
    news = watches.news(archive, kept)
    if news.hits and not as_json:
        stdout().print(f"{safe(kept.name)}: {len(news.hits)} new", markup=False)
    for number, hit in enumerate(news.hits, 1):
        if as_json:
            record = hit_record(hit)
            print_json({"watch": kept.name, **{key: record[key] for key in shown_fields(kept.unique)}})
        else:
            stdout().print(hit_text(number, hit, plain=not sys.stdout.isatty()))
    sys.stdout.flush()  # told first, then noted as told: a broken pipe loses nothing
    watches.mark_told(archive, kept, news, now=datetime.now(UTC).isoformat(timespec="seconds"))


def _watch_record(kept: watches.Watch) -> dict[str, Any]:
    filters = {key: value for key, value in asdict(kept.filters).items() if value}
    return {
        "name": kept.name,
        "query": kept.query,
        "filters": filters,
        "unique": kept.unique,
        "created_at": kept.created_at,
        "checked_at": kept.checked_at,
    }

"""`scraper index`."""

import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from scraper.archive import index
from scraper.archive.connect import open_for_reading, open_for_writing, sqlite_errors, writing
from scraper.archive.search import open_searchable
from scraper.cli.options import DbOption, JsonOption
from scraper.cli.speech import speaks_plainly
from scraper.errors import ArchiveDamaged, UsageError
from scraper.show.hits import findings_text
from scraper.show.streams import print_json
from scraper.text import counted


@speaks_plainly
def index_command(
    db: DbOption = Path("archive.db"),
    checks: Annotated[
        bool, typer.Option("--check", help="Compare every article with the index; code 6 when out of step.")
    ] = False,
    rebuilds: Annotated[bool, typer.Option("--rebuild", help="Make the index anew from the articles.")] = False,
    optimizes: Annotated[bool, typer.Option("--optimize", help="Merge it into one piece: smaller, faster.")] = False,
    as_json: JsonOption = False,
) -> None:
    """The search index: index what waits; compare it with the articles, make it anew, or pack it."""
    if checks and (rebuilds or optimizes):
        raise UsageError("--check changes nothing; ask for it by itself")
    if checks:
        _check(db, as_json)
        return
    open_searchable(db, progress("indexing")).close()
    with closing(open_for_writing(db)) as archive, sqlite_errors(db), writing(archive):
        done = index.rebuild(archive, progress("indexing")) if rebuilds else index.flush(archive)
        if optimizes:
            index.optimize(archive)
    if as_json:
        print_json({"indexed": done, "rebuilt": rebuilds, "optimized": optimizes})
    else:
        print(f"{counted(done, 'article')} indexed{', packed' if optimizes else ''}")


def _check(path: Path, as_json: bool) -> None:
    with closing(open_for_reading(path)) as archive, sqlite_errors(path):
        found = index.check(archive, progress("checking"))
    if as_json:
        print_json({**asdict(found), "in_step": found.in_step})
    else:
        print(findings_text(found))
    if not found.in_step:
        raise ArchiveDamaged(f"the index of {path} is out of step; `scraper index --rebuild` makes it anew")


def progress(doing: str) -> Callable[[int, int], None]:
    """Tells a terminal how far an index is."""

    def tell(done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{doing}: {done} of {total} articles", end="" if done + 500 <= total else "\n", file=sys.stderr)

    return tell

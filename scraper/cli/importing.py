"""`scraper import`."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from scraper.cli.options import DbOption, JsonOption
from scraper.cli.speech import speaks_plainly
from scraper.errors import UsageError
from scraper.importing.bring import bring
from scraper.importing.pages import Imported
from scraper.show.streams import print_json
from scraper.text import counted, safe


@speaks_plainly
def import_(
    paths: Annotated[
        list[str],
        typer.Argument(help="WARC(.gz), archive.db, JSON Lines, or a folder with a manifest.", metavar="PATH..."),
    ],
    db: DbOption = Path("archive.db"),
    keep_noarchive: Annotated[
        bool, typer.Option("--keep-noarchive", help="Keep the text and bytes of pages that say noarchive.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Take in what others kept. Importing again changes nothing; what breaks off goes on when run again."""
    if not all(paths):
        raise UsageError("PATH is empty; name what to import, for example . for this folder")
    for path in paths:
        done = bring(
            Path(path),
            db,
            honour_noarchive=not keep_noarchive,
            report=lambda line: print(f"left out {safe(line)}", file=sys.stderr),
        )
        if as_json:
            print_json({"path": path, **asdict(done)})
        else:
            print(f"{safe(path)}: {_summary(done)}")
        if done.damaged:
            raise typer.Exit(65)


def _summary(done: Imported) -> str:
    parts = [
        f"{counted(done.captures, 'capture')}, {counted(done.articles, 'article')} new",
        f"{counted(done.changed, 'article')} changed",
    ]
    parts += [f"{done.known} known"]
    labels = {
        "foreign": "of no edition",
        "forgotten": "removed before",
        "unread": "not readable as articles",
        "damaged": "damaged",
    }
    parts += [f"{count} {text}" for name, text in labels.items() if (count := getattr(done, name))]
    return " · ".join(parts)

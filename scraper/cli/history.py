"""`scraper history`, `diff` and `changes`: what became of articles."""

import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from scraper.archive import history as past
from scraper.archive.connect import open_current, sqlite_errors
from scraper.archive.difference import difference
from scraper.cli.articles import ArticleArgument, article_id
from scraper.cli.options import DbOption, JsonOption, SitesArgument, chosen_sites, day
from scraper.cli.speech import print_table, speaks_plainly, stdout
from scraper.errors import UsageError
from scraper.show.difference import change_text, difference_text, history_table
from scraper.show.streams import print_json
from scraper.text import BEIJING, safe

_LATELY = 30
SinceOption = Annotated[
    str,
    typer.Option(
        help="First day, by Beijing time: 2022, 2022-07 or 2022-07-20.",
        show_default=f"{_LATELY} days ago, without --until",
    ),
]


@speaks_plainly
def history(article: ArticleArgument, db: DbOption = Path("archive.db"), as_json: JsonOption = False) -> None:
    """List every version of an article, and when it was gone and back."""
    archive = open_current(db)
    with sqlite_errors(db):
        revisions = past.revisions_of(archive, article_id(archive, article))
    if as_json:
        for revision in revisions:
            print_json(asdict(revision))
        return
    print_table(history_table(revisions))


@speaks_plainly
def diff(
    article: ArticleArgument,
    before: Annotated[int | None, typer.Argument(help="A version's number.", metavar="A")] = None,
    after: Annotated[int | None, typer.Argument(help="Another's; without it the newest.", metavar="B")] = None,
    db: DbOption = Path("archive.db"),
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two versions of an article; without numbers, what changed last."""
    archive = open_current(db)
    with sqlite_errors(db):
        revisions = past.revisions_of(archive, article_id(archive, article))
        try:
            old, new = past.content_pair(revisions, before, after)
        except past.Unchanged:
            print(f"{safe(article)} has one version; nothing to compare", file=sys.stderr)
            return
        except LookupError as error:
            raise UsageError(f"{article}: {error.args[0]}; `scraper history` lists its versions") from error
        fields = difference(past.record_of_revision(archive, old.id), past.record_of_revision(archive, new.id))
    if as_json:
        for one in fields:
            print_json({"before": old.number, "after": new.number} | asdict(one))
        return
    if not fields:
        print("nothing that a reader sees changed between these versions", file=sys.stderr)
        return
    stdout().print(difference_text(old, new, fields, plain=not sys.stdout.isatty()))


@speaks_plainly
def changes(
    sites: SitesArgument = None,
    since: SinceOption = "",
    until: Annotated[str, typer.Option(help="Last day, inclusive.")] = "",
    kind: Annotated[
        list[str] | None, typer.Option(help="Only edited, gone or returned; may be given again.", metavar="KIND")
    ] = None,
    db: DbOption = Path("archive.db"),
    as_json: JsonOption = False,
) -> None:
    """List articles that were edited, removed or put back, newest first."""
    for wrong in set(kind or ()) - set(past.KINDS):
        raise UsageError(f"--kind {wrong!r}: edited, gone or returned")
    codes = tuple(site.code for site in chosen_sites(sites)) if sites else ()
    first, last = day(since, "--since"), day(until, "--until")
    if not first and not last:
        first = f"{datetime.now(BEIJING) - timedelta(days=_LATELY):%Y-%m-%d}"
        print(f"the last {_LATELY} days, since {first}; --since goes further back", file=sys.stderr)
    archive = open_current(db)
    with sqlite_errors(db):
        found = past.changes(archive, since=first, until=last, sites=codes, kinds=tuple(kind or past.KINDS))
    for change in found:
        if as_json:
            print_json(asdict(change))
        else:
            stdout().print(change_text(change))
    if not found:
        print(f"nothing was edited, removed or put back {_between(first, last)}", file=sys.stderr)


def _between(first: str, last: str) -> str:
    """
    >>> _between("2024", ""), _between("", "2024-05"), _between("2024-01", "2024-05")
    ('since 2024', 'until 2024-05', 'from 2024-01 to 2024-05')
    """
    if first and last:
        return f"from {first} to {last}"
    return f"since {first}" if first else f"until {last}"

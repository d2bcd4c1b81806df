"""`scraper stories`: what several editions printed."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from scraper.archive import stories as archive_stories
from scraper.archive.connect import open_current, open_for_reading, open_for_writing, sqlite_errors
from scraper.cli.articles import article_id
from scraper.cli.options import DbOption, JsonOption, day
from scraper.cli.speech import speaks_plainly, stdout
from scraper.show.stories import story_text
from scraper.show.streams import print_json
from scraper.text import counted


@speaks_plainly
def stories(
    article: Annotated[
        str, typer.Argument(help="Only the story of this article: its address, or its id.", metavar="URL|ID")
    ] = "",
    db: DbOption = Path("archive.db"),
    since: Annotated[str, typer.Option(help="First printed on or after: 2022, 2022-07 or 2022-07-20.")] = "",
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Compare every article anew, then list.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List texts that several editions printed: who was first, and what the others changed."""
    first_day = day(since, "--since")
    if rebuild:
        _rebuild(db)
    archive = open_current(db)
    with sqlite_errors(db):
        if article:
            story = archive_stories.story_of(archive, article_id(archive, article))
            found = iter([story] if story else [])
        else:
            found = archive_stories.stories_since(archive, first_day)
        shown = 0
        for one in found:
            shown += 1
            print_json(_json(one)) if as_json else stdout().print(story_text(one))
        waiting = archive_stories.waiting(archive)
    if waiting:
        print(f"{waiting} articles were never compared: run `scraper stories --rebuild`", file=sys.stderr)
    if not shown:
        print("nobody else printed it" if article else f"no text was printed twice{_since(since)}", file=sys.stderr)


def _since(since: str) -> str:
    return f" since {since}" if since else ""


def _rebuild(db: Path) -> None:
    open_for_reading(db).close()  # refuses what is no archive before anything is made
    archive = open_for_writing(db)
    talkative = sys.stderr.isatty()
    with sqlite_errors(db):
        count = archive_stories.rebuild(archive, _report if talkative else lambda _: None)
    archive.close()
    print("\r" * talkative + f"compared {counted(count, 'article')}", file=sys.stderr)


def _report(done: int) -> None:
    print(f"\rcompared {done}", end="", file=sys.stderr, flush=True)


def _json(story: archive_stories.Story) -> dict[str, object]:
    members = [
        asdict(member) | {"differences": archive_stories.differences(story.first, member)} for member in story.members
    ]
    return {"story": story.id, "first": story.first.url, "publisher": story.first.site, "members": members}

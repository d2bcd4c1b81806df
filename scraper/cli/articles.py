"""`scraper show`: one article of the archive."""

from pathlib import Path
from typing import Annotated

import typer

from scraper.archive import store
from scraper.archive.connect import open_for_reading, sqlite_errors
from scraper.cli.options import DbOption, JsonOption
from scraper.cli.speech import print_json, speaks_plainly, stdout
from scraper.crawl.urls import canonical
from scraper.errors import FetchError, UsageError
from scraper.show.article import article_text


@speaks_plainly
def show(
    article: Annotated[str, typer.Argument(help="Its address, or its id in the archive.", metavar="URL|ID")],
    db: DbOption = Path("archive.db"),
    as_json: JsonOption = False,
) -> None:
    """Print an article for reading: body, captions, where it came from, its rights notice."""
    archive = open_for_reading(db)
    key = article
    if not article.isdecimal():
        try:
            key = canonical(article).url
        except FetchError as error:
            raise UsageError(f"{article!r} is neither an id nor an address of an edition: {error}") from error
    with sqlite_errors(db):
        record = store.load_record(archive, key)
    if record is None:
        raise UsageError(f"the archive has no article {article}; find one with `scraper search`")
    if as_json:
        print_json(record)
    else:
        stdout().print(article_text(record))

"""`scraper show`: one article of the archive; and how a person names one to any command."""

from pathlib import Path
from typing import Annotated, Any

import typer

from scraper.archive import store
from scraper.archive.connect import open_current, sqlite_errors
from scraper.archive.database import Database
from scraper.archive.tombstones import tombstone
from scraper.cli.options import DbOption, JsonOption
from scraper.cli.speech import speaks_plainly, stdout
from scraper.crawl.urls import canonical
from scraper.errors import FetchError, UsageError
from scraper.show.article import article_text
from scraper.show.streams import print_json

ArticleArgument = Annotated[str, typer.Argument(help="Its address, or its id in the archive.", metavar="URL|ID")]


@speaks_plainly
def show(article: ArticleArgument, db: DbOption = Path("archive.db"), as_json: JsonOption = False) -> None:
    """Print an article for reading: body, captions, where it came from, its rights notice."""
    archive = open_current(db)
    with sqlite_errors(db):
        record = _record(archive, article)
    if as_json:
        print_json(record)
    else:
        stdout().print(article_text(record))


def address_fault(error: FetchError, key: str) -> str:
    """Why something is no address, where there is more to say than that."""
    return "" if repr(key) in str(error) else f": {error}"


def article_address(archive: Database, key: str) -> str:
    """The address of the article that a person names."""
    return str(_record(archive, key)["url"])


def _record(archive: Database, key: str) -> dict[str, Any]:
    record = store.load_record(archive, str(article_id(archive, key)))
    if record is None:  # removed since it was named
        raise UsageError(f"the archive has no article {key}; find one with `scraper search`")
    return record


def article_id(archive: Database, key: str) -> int:
    """The article that a person names. Raises `UsageError`, saying so if it was forgotten."""
    address = key
    if not key.isdecimal():
        try:
            address = canonical(key).url
        except FetchError as error:
            raise UsageError(
                f"{key!r} is neither an id nor an address of an edition{address_fault(error, key)}"
            ) from error
    found = store.find_article(archive, address)
    if found is not None:
        return found
    forgotten = tombstone(archive, address)
    if forgotten is not None:
        raise UsageError(f"{key} was forgotten on {forgotten.forgotten_at[:10]}: {forgotten.reason}")
    raise UsageError(f"the archive has no article {key}; find one with `scraper search`")

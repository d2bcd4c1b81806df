"""`scraper extract`: one page, without network or archive."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from scraper.archive import store
from scraper.cli.options import JsonOption
from scraper.cli.speech import fail, speaks_plainly, stdout
from scraper.crawl.urls import canonical
from scraper.errors import FetchError, PageError, UsageError
from scraper.extract.article import extract_article
from scraper.show.article import article_text
from scraper.show.streams import print_json


@speaks_plainly
def extract(
    file: Annotated[str, typer.Argument(help="A saved page, or - for stdin.", metavar="FILE|-")],
    url: Annotated[str, typer.Option(help="The page's address; it names the edition.")],
    content_type: Annotated[str, typer.Option(help="The Content-Type header it came with.", metavar="CT")] = "",
    no_layouts: Annotated[
        bool, typer.Option("--no-layouts", help="Use only the reader that needs no selectors.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read one page into one record. No network, no database."""
    try:
        address = canonical(url)
    except FetchError as error:
        raise UsageError(f"--url {url!r}: {error}; `scraper sites` lists the hosts") from error
    if address.url == f"https://{address.site.hosts[0]}/":
        raise UsageError(f"--url {url!r} is the home page of {address.site.name}; give the address of the article")
    raw = _read_input(file)
    try:
        article = extract_article(raw, address.site, address.url, content_type=content_type, layouts=not no_layouts)
    except PageError as error:
        fail(f"{file}: {error}", error.exit_code)
    if as_json:
        print_json(store.record_of(article))
    else:
        stdout().print(article_text(store.record_of(article)))


def _read_input(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"{file} can't be read: {error.strerror or error}") from error

"""`scraper serve`: browse the archive."""

from pathlib import Path
from typing import Annotated

import typer

from scraper.browse.serve import RIGHTS
from scraper.browse.serve import serve as serve_archive
from scraper.cli.options import DbOption
from scraper.cli.speech import speaks_plainly


@speaks_plainly
def serve(
    db: DbOption = Path("archive.db"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on the loopback interface.")] = 8001,
    host: Annotated[str, typer.Option(help="A loopback address; another one only with --public.")] = "127.0.0.1",
    public: Annotated[
        bool, typer.Option("--public", help="Let --host be an address that others reach. " + RIGHTS.capitalize() + ".")
    ] = False,
    open_browser: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Browse the archive in Datasette, on this machine only unless you say otherwise."""
    serve_archive(db, host=host, port=port, open_browser=open_browser, public=public)

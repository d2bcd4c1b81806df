"""Options that several commands share, and how their texts are understood."""

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from scraper.archive import query
from scraper.errors import UsageError
from scraper.models import Site
from scraper.sites import all_sites

DbOption = Annotated[
    Path, typer.Option("--db", envvar="SCRAPER_DB", help="The archive.", show_default=True, metavar="PATH")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")]
SitesArgument = Annotated[
    list[str] | None,
    typer.Argument(help="Editions by code (see `scraper sites`); none means all.", metavar="SITE"),
]

ContactOption = Annotated[
    str,
    typer.Option(
        "--contact",
        envvar="SCRAPER_CONTACT",
        help="Mail address or page where the sites can reach you; sent with every request. Needed for live hosts.",
        metavar="ADDRESS",
    ),
]
DelayOption = Annotated[
    float | None,
    typer.Option(
        "--delay",
        max=3600,
        help="Seconds between two requests to one host; at least 1 on live hosts.",
        show_default="2",
    ),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        envvar="SCRAPER_CONFIG",
        help="Settings; else scraper.toml beside the archive.",
        metavar="FILE",
        readable=False,  # what can't be read is a matter of configuration, and said where it is read
    ),
]
ConnectOption = Annotated[
    str,
    typer.Option(
        "--connect-to",
        help="Send every request to this address over plain HTTP, with the right Host header: for mirrors and tests.",
        metavar="ADDRESS:PORT",
    ),
]


def chosen_sites(codes: Sequence[str] | None) -> tuple[Site, ...]:
    known = all_sites()
    codes = [code if code in known else code.lower() for code in codes or ()]
    for code in codes:
        if code not in known:
            near = get_close_matches(code, known, 1) or [site.code for site in known.values() if site.name == code]
            hint = f"; did you mean {near[0]}?" if near else "; see `scraper sites`"
            raise UsageError(f"no edition has the code {code!r}{hint}")
    return (
        tuple(known[code] for code in dict.fromkeys(codes)) if codes else tuple(s for s in known.values() if s.enabled)
    )


def address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise UsageError(f"--connect-to {text!r} is no ADDRESS:PORT; for example 127.0.0.1:8080")
    return host.strip("[]"), int(port)


def day(text: str, option: str) -> str:
    """A year, month or day as the archive compares it; empty where none was given."""
    found = query.day(text) if text else ""
    if found is None:
        raise UsageError(f"{option} {text!r}: write 2022, 2022-07 or 2022-07-20")
    return found


def whole_day(text: str, option: str) -> date:
    """A day, for what is told by the day."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} {text!r}: write a day, for example 2022-07-20") from error

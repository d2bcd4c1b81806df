"""What a keeper asks and sets: `doctor`, `why`, `config`, `schedule`."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from scraper.archive.connect import open_for_reading, sqlite_errors
from scraper.archive.database import Database
from scraper.archive.hosts import load_hosts
from scraper.archive.why import known_of
from scraper.cli.options import ConfigOption, DbOption, JsonOption
from scraper.cli.speech import print_table, speaks_plainly, stdout
from scraper.config import load_settings, template, toml_value
from scraper.crawl.robots import AGENT, rule_for
from scraper.crawl.urls import Address, canonical
from scraper.doctor import examine, exit_code
from scraper.errors import FetchError, UsageError
from scraper.schedule import instructions
from scraper.schedule import schedule as make_schedule
from scraper.show.operations import finding_text, known_text, settings_table
from scraper.show.streams import print_json


@speaks_plainly
def doctor(db: DbOption = Path("archive.db"), config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Is everything as it should be? Says what is wrong and what to do; fetches and changes nothing."""
    found = examine(db, load_settings(db, config))
    for finding in found:
        if as_json:
            print_json(asdict(finding))
        else:
            stdout().print(finding_text(finding))
    raise typer.Exit(exit_code(found))


@speaks_plainly
def why(
    url: Annotated[str, typer.Argument(help="An address of an edition, in any of its forms.", metavar="URL")],
    db: DbOption = Path("archive.db"),
    as_json: JsonOption = False,
) -> None:
    """Everything known of one address: found where, fetched when, refused why, next when."""
    try:
        address = canonical(url)
    except FetchError as error:
        raise UsageError(
            f"{url!r} would never be fetched: {error if repr(url) not in str(error) else 'it is no address'}"
        ) from error
    archive = open_for_reading(db)
    with sqlite_errors(db):
        known = known_of(archive, address.url, address.site.hosts[0])
        verdict = _verdict(archive, address)
    if as_json:
        print_json(asdict(known) | {"robots_verdict": verdict})
    else:
        stdout().print(known_text(known, address, verdict, datetime.now(UTC)))


def _verdict(archive: Database, address: Address) -> str:
    """What the host's robots.txt, as last read, says of an address; empty where none was read."""
    host = next((row for row in load_hosts(archive) if row.host == address.site.hosts[0]), None)
    if host is None or host.robots_status is None:
        return ""
    allowed, line = rule_for(host.robots or "", host.robots_status, address.url, AGENT)
    return f"{'allowed' if allowed else 'disallowed'}{f' by line {line}' if line else ''}"


@speaks_plainly
def config(
    db: DbOption = Path("archive.db"),
    file: ConfigOption = None,
    make: Annotated[
        bool, typer.Option("--template", help="Print a scraper.toml to start from, every setting explained.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """What is set, and where each value came from."""
    if make and as_json:
        raise UsageError("--template is a file to start from, and no JSON; leave --json out")
    if make:
        print(template(), end="")
        return
    settings = load_settings(db, file)
    if as_json:
        for name, value in asdict(settings.config).items():
            print_json({"setting": name, "value": value, "from": settings.origins[name]})
        return
    print_table(settings_table(settings, toml_value), spare=("meaning",))


@speaks_plainly
def schedule(db: DbOption = Path("archive.db"), file: ConfigOption = None) -> None:
    """Print a crontab line and a systemd service and timer for this install, and how to install them."""
    settings = load_settings(db, file)
    for path in (db.absolute(), file or db):
        if not str(path).isprintable():
            raise UsageError(f"{path} has characters that no crontab and no unit can hold; choose another path")
    if not settings.config.contact:
        print("scraper: no contact is set yet, so the crawl would end with 78: see `scraper config`", file=sys.stderr)
    named = settings.path if file else None
    print(instructions(make_schedule(db, named, settings.config.every_hours)), end="")

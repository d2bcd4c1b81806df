"""`scraper search`."""

import json
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from scraper.archive import explain, watches
from scraper.archive.connect import open_for_writing, sqlite_errors
from scraper.archive.database import Database
from scraper.archive.search import Filters, Results, count, open_searchable, understood
from scraper.archive.search import search as search_archive
from scraper.archive.suggestions import Suggestion, suggestions
from scraper.cli.index import progress
from scraper.cli.options import DbOption, JsonOption, chosen_sites, day
from scraper.cli.speech import speaks_plainly, stdout
from scraper.errors import UsageError
from scraper.show.hits import FIELDS, hit_record, hit_text, shown_fields
from scraper.show.streams import print_json
from scraper.text import escaped, safe

_Query = Annotated[
    list[str] | None,
    typer.Argument(help='Words (all of them), "a phrase", OR, -without, title:word, since:2022: docs/search.md.'),
]
_Site = Annotated[list[str] | None, typer.Option(help="Only this edition; may be given again.", metavar="CODE")]
_Sort = Annotated[str, typer.Option(help="relevance, date (newest first) or oldest.", metavar="relevance|date|oldest")]
_Unique = Annotated[
    bool, typer.Option("--unique", help="Each story once, however many editions printed it; totals count stories.")
]
_Fields = Annotated[
    str, typer.Option(help=f"What --json prints, or columns parted by tabs: {', '.join(FIELDS)}.", metavar="A,B")
]
_Explain = Annotated[
    bool, typer.Option("--explain", help="Print how the query is understood and answered, and search nothing.")
]
_Open = Annotated[
    int,
    typer.Option("--open", min=0, max=10_000, help="Open the original of the Nth result in the browser.", metavar="N"),
]
_Watch = Annotated[str, typer.Option(help="Keep this search; `scraper watch` tells what is new.", metavar="NAME")]


@speaks_plainly
def search(
    query: _Query = None,
    db: DbOption = Path("archive.db"),
    site: _Site = None,
    since: Annotated[str, typer.Option(help="First day: 2022, 2022-07 or 2022-07-20.")] = "",
    until: Annotated[str, typer.Option(help="Last day, inclusive.")] = "",
    source: Annotated[str, typer.Option(help="Only where 来源 holds this.")] = "",
    editor: Annotated[str, typer.Option(help="Only where the editor's name holds this.")] = "",
    channel: Annotated[str, typer.Option(help="Only where the channel's name holds this.")] = "",
    author: Annotated[str, typer.Option(help="Only where an author's name holds this.")] = "",
    sort: _Sort = "relevance",
    unique: _Unique = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many results.")] = 10,
    offset: Annotated[int, typer.Option(min=0, max=10**9, help="How many to pass over first.")] = 0,
    only_count: Annotated[bool, typer.Option("--count", help="Print how many match, and nothing else.")] = False,
    fields: _Fields = "",
    explains: _Explain = False,
    opened: _Open = 0,
    watch: _Watch = "",
    as_json: JsonOption = False,
) -> None:
    """Find articles by any Chinese word, of one character or more, wherever it stands."""
    if sort not in ("relevance", "date", "oldest"):
        raise UsageError(f"--sort {sort!r}: relevance, date or oldest")
    names = _fields(fields)
    text = _typed(query)
    sites = tuple(chosen.code for chosen in chosen_sites(site)) if site else ()
    filters = Filters(sites, day(since, "--since"), day(until, "--until"), source, editor, channel, author)
    understood(text, filters)  # before the archive is opened: a wrong query is said at once
    with closing(open_searchable(db, progress("indexing"))) as archive, sqlite_errors(db):
        if explains:
            _explain(archive, text, filters, as_json)
            return
        if watch:
            _keep(db, watch, text, filters, unique)
        if only_count:
            total = count(archive, understood(text, filters), unique=unique)
            print_json({"total": total}) if as_json else print(total)
            return
        end = max(limit, opened)
        results = search_archive(archive, text, filters, sort=sort, limit=end, offset=offset, unique=unique)
        _print(results, names or (shown_fields(unique) if as_json else ()), as_json, limit, offset)
        if not results.total:
            _suggest(text, suggestions(archive, text, filters))
    if opened:
        _open(results, opened)


def _typed(words: list[str] | None) -> str:
    if stray := next((word for word in words or () if word.startswith("--")), None):
        raise UsageError(f"no such option: {stray}; see `scraper search --help`")
    return " ".join(words or ())


def _fields(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names or ([text] if text else []):
        if name not in FIELDS:
            raise UsageError(f"--fields {name!r}: there are {', '.join(FIELDS)}")
    return names


def _explain(archive: Database, text: str, filters: Filters, as_json: bool) -> None:
    plan = explain.plan(archive, text, filters)
    print_json(plan) if as_json else print(escaped(json.dumps(plan, ensure_ascii=False, indent=2)))


def _print(results: Results, names: tuple[str, ...], as_json: bool, limit: int, offset: int) -> None:
    for note in results.query.notes:
        print(f"note: {safe(note)}", file=sys.stderr)
    for number, hit in enumerate(results.hits[:limit], offset + 1):
        if as_json:
            record = hit_record(hit)
            print_json({name: record[name] for name in names})
        elif names:
            record = hit_record(hit)
            print("\t".join(_cell(record[name]) for name in names))
        else:
            stdout().print(hit_text(number, hit, plain=not sys.stdout.isatty()))
    shown = len(results.hits[:limit])
    if results.total > shown:
        print(
            f"{offset + 1}-{offset + shown} of {results.total}" if shown else f"{results.total} in all", file=sys.stderr
        )


def _cell(value: Any) -> str:
    return safe(value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False))


def _suggest(text: str, found: list[Suggestion]) -> None:
    print(f"nothing found for {safe(text)[:80]}" if text else "nothing found", file=sys.stderr)
    for suggestion in found:
        print(f"  {safe(suggestion.why)}: {suggestion.total} ({safe(suggestion.query)})", file=sys.stderr)


def _open(results: Results, number: int) -> None:
    if number > len(results.hits):
        raise UsageError(f"--open {number}: there are {len(results.hits)} results")
    url = results.hits[number - 1].url
    print(f"opening {safe(url)}", file=sys.stderr)
    typer.launch(url)


def _keep(path: Path, name: str, text: str, filters: Filters, unique: bool) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with closing(open_for_writing(path)) as archive:
        watches.save_watch(archive, name, text, filters, unique=unique, now=now)
    print(f"watching as {safe(name)}; `scraper watch` tells what is new from now on", file=sys.stderr)

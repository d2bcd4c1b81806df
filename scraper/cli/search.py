"""`scraper search`, `scraper watch`, `scraper index`."""

import json
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from scraper.archive import explain, index, watches
from scraper.archive.connect import open_for_reading, open_for_writing, sqlite_errors, writing
from scraper.archive.search import Filters, Hit, Results, count, open_searchable, understood
from scraper.archive.search import search as search_archive
from scraper.archive.suggestions import Suggestion, suggestions
from scraper.cli.options import DbOption, JsonOption, chosen_sites, day
from scraper.cli.speech import print_json, speaks_plainly, stdout
from scraper.errors import ArchiveDamaged, UsageError
from scraper.show.hits import findings_text, hit_text, watch_text
from scraper.text import escaped, safe

FIELDS = (
    "url", "title", "site", "region", "kind", "channel", "published_at", "source", "editor", "authors",
    "snippet", "snippet_from", "hits", "title_hits", "score", "copies", "id",
)  # fmt: skip
_SHOWN = (
    "url",
    "title",
    "site",
    "published_at",
    "source",
    "snippet",
    "snippet_from",
    "hits",
    "title_hits",
    "score",
    "id",
)


@speaks_plainly
def search(
    query: Annotated[
        list[str] | None,
        typer.Argument(help='Words (all of them), "a phrase", OR, -without, title:word, since:2022: docs/search.md.'),
    ] = None,
    db: DbOption = Path("archive.db"),
    site: Annotated[
        list[str] | None, typer.Option(help="Only this edition; may be given again.", metavar="CODE")
    ] = None,
    since: Annotated[str, typer.Option(help="First day: 2022, 2022-07 or 2022-07-20.")] = "",
    until: Annotated[str, typer.Option(help="Last day, inclusive.")] = "",
    source: Annotated[str, typer.Option(help="Only where 来源 holds this.")] = "",
    editor: Annotated[str, typer.Option(help="Only where the editor's name holds this.")] = "",
    channel: Annotated[str, typer.Option(help="Only where the channel's name holds this.")] = "",
    author: Annotated[str, typer.Option(help="Only where an author's name holds this.")] = "",
    sort: Annotated[
        str, typer.Option(help="relevance, date (newest first) or oldest.", metavar="relevance|date|oldest")
    ] = "relevance",
    unique: Annotated[
        bool, typer.Option("--unique", help="Each story once, however many editions printed it; totals count stories.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many results.")] = 10,
    offset: Annotated[int, typer.Option(min=0, max=10**9, help="How many to pass over first.")] = 0,
    only_count: Annotated[bool, typer.Option("--count", help="Print how many match, and nothing else.")] = False,
    fields: Annotated[
        str, typer.Option(help=f"What --json prints, or columns parted by tabs: {', '.join(FIELDS)}.", metavar="A,B")
    ] = "",
    explains: Annotated[
        bool, typer.Option("--explain", help="Print how the query is understood and answered, and search nothing.")
    ] = False,
    opened: Annotated[
        int,
        typer.Option(
            "--open", min=0, max=10_000, help="Open the original of the Nth result in the browser.", metavar="N"
        ),
    ] = 0,
    watch: Annotated[
        str, typer.Option(help="Keep this search; `scraper watch` tells what is new.", metavar="NAME")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Find articles by any Chinese word, of one character or more, wherever it stands."""
    if sort not in ("relevance", "date", "oldest"):
        raise UsageError(f"--sort {sort!r}: relevance, date or oldest")
    names = _fields(fields)
    if stray := next((word for word in query or () if word.startswith("--")), None):
        raise UsageError(f"no such option: {stray}; see `scraper search --help`")
    text = " ".join(query or ())
    sites = tuple(chosen.code for chosen in chosen_sites(site)) if site else ()
    filters = Filters(sites, day(since, "--since"), day(until, "--until"), source, editor, channel, author)
    understood(text, filters)  # before the archive is opened: a wrong query is said at once
    archive = open_searchable(db, _progress("indexing"))
    with sqlite_errors(db):
        if explains:
            plan = explain.plan(archive, text, filters)
            print_json(plan) if as_json else print(escaped(json.dumps(plan, ensure_ascii=False, indent=2)))
            return
        if watch:
            _keep(db, watch, text, filters)
        if only_count:
            total = count(archive, understood(text, filters), unique=unique)
            print_json({"total": total}) if as_json else print(total)
            return
        end = max(limit, opened)
        results = search_archive(archive, text, filters, sort=sort, limit=end, offset=offset, unique=unique)
        _print(results, names or (*_SHOWN, "copies") if as_json and unique else names, as_json, limit, offset)
        if not results.total:
            _suggest(text, suggestions(archive, text, filters))
    if opened:
        _open(results, opened)


def _fields(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in FIELDS:
            raise UsageError(f"--fields {name!r}: there are {', '.join(FIELDS)}")
    return names


def _print(results: Results, names: tuple[str, ...], as_json: bool, limit: int, offset: int) -> None:
    for note in results.query.notes:
        print(f"note: {safe(note)}", file=sys.stderr)
    for number, hit in enumerate(results.hits[:limit], offset + 1):
        if as_json:
            record = hit_record(hit)
            print_json({name: record[name] for name in names or _SHOWN})
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


def hit_record(hit: Hit) -> dict[str, Any]:
    return {
        "url": hit.url,
        "title": hit.title,
        "site": hit.site,
        "region": hit.region,
        "kind": hit.kind,
        "channel": hit.channel,
        "published_at": hit.published_at,
        "source": hit.source,
        "editor": hit.editor,
        "authors": list(hit.authors),
        "snippet": hit.snippet.text,
        "snippet_from": hit.snippet.where,
        "hits": [list(span) for span in hit.snippet.hits],
        "title_hits": [list(span) for span in hit.title_hits],
        "score": hit.score,
        "copies": [{"url": copy.url, "site": copy.site, "region": copy.region, "id": copy.id} for copy in hit.copies],
        "id": hit.id,
    }


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


def _keep(path: Path, name: str, text: str, filters: Filters) -> None:
    with closing(open_for_writing(path)) as archive:
        watches.save_watch(archive, name, text, filters, now=_now())
    print(f"watching as {safe(name)}; `scraper watch` tells what is new from now on", file=sys.stderr)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _progress(doing: str) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{doing}: {done} of {total} articles", end="" if done + 500 <= total else "\n", file=sys.stderr)

    return tell


# --- watch ---------------------------------------------------------------------------------------


@speaks_plainly
def watch(
    name: Annotated[str | None, typer.Argument(help="One watch; none means all.", metavar="NAME")] = None,
    db: DbOption = Path("archive.db"),
    listed: Annotated[bool, typer.Option("--list", help="Print the watches, and what each looks for.")] = False,
    forgotten: Annotated[str, typer.Option("--forget", help="Drop a watch.", metavar="NAME")] = "",
    as_json: JsonOption = False,
) -> None:
    """What is new for the searches kept by `search --watch`; each article is told once. Silent when nothing is."""
    if listed:
        with closing(open_searchable(db)) as archive, sqlite_errors(db):
            for kept in watches.watches(archive):
                print_json(_watch_record(kept)) if as_json else stdout().print(watch_text(kept))
        return
    open_searchable(db).close()  # no archive is made where there is none
    with closing(open_for_writing(db)) as archive, sqlite_errors(db):
        index.catch_up(archive)
        if forgotten:
            watches.forget(archive, watches.watch_named(archive, forgotten))
            print(f"forgot {safe(forgotten)}", file=sys.stderr)
            return
        chosen = [watches.watch_named(archive, name)] if name else watches.watches(archive)
        for kept in chosen:
            _tell(archive, kept, as_json)


def _tell(archive: Any, kept: watches.Watch, as_json: bool) -> None:
    last = max(kept.last_article, archive.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0])
    results = watches.news(archive, kept)
    hits = [hit for hit in results.hits if hit.id <= last]
    if hits and not as_json:
        stdout().print(f"{safe(kept.name)}: {len(hits)} new", markup=False)
    for number, hit in enumerate(hits, 1):
        if as_json:
            record = hit_record(hit)
            print_json({"watch": kept.name, **{key: record[key] for key in _SHOWN}})
        else:
            stdout().print(hit_text(number, hit, plain=not sys.stdout.isatty()))
    sys.stdout.flush()  # told first, then noted as told: a broken pipe loses nothing
    watches.mark_told(archive, kept, last, now=_now())


def _watch_record(kept: watches.Watch) -> dict[str, Any]:
    filters = {key: value for key, value in asdict(kept.filters).items() if value}
    return {
        "name": kept.name,
        "query": kept.query,
        "filters": filters,
        "created_at": kept.created_at,
        "checked_at": kept.checked_at,
    }


# --- index -----------------------------------------------------------------------------------------


@speaks_plainly
def index_command(
    db: DbOption = Path("archive.db"),
    checks: Annotated[
        bool, typer.Option("--check", help="Compare every article with the index; code 6 when out of step.")
    ] = False,
    rebuilds: Annotated[bool, typer.Option("--rebuild", help="Make the index anew from the articles.")] = False,
    optimizes: Annotated[bool, typer.Option("--optimize", help="Merge it into one piece: smaller, faster.")] = False,
    as_json: JsonOption = False,
) -> None:
    """The search index: index what waits; compare it with the articles, make it anew, or pack it."""
    if checks and (rebuilds or optimizes):
        raise UsageError("--check changes nothing; ask for it by itself")
    if checks:
        _check(db, as_json)
        return
    open_searchable(db, _progress("indexing")).close()
    with closing(open_for_writing(db)) as archive, sqlite_errors(db), writing(archive):
        done = index.rebuild(archive, _progress("indexing")) if rebuilds else index.flush(archive)
        if optimizes:
            index.optimize(archive)
    if as_json:
        print_json({"indexed": done, "rebuilt": rebuilds, "optimized": optimizes})
    else:
        print(f"{done} articles indexed{', packed' if optimizes else ''}")


def _check(path: Path, as_json: bool) -> None:
    with closing(open_for_reading(path)) as archive, sqlite_errors(path):
        found = index.check(archive, _progress("checking"))
    if as_json:
        print_json({**asdict(found), "in_step": found.in_step})
    else:
        print(findings_text(found))
    if not found.in_step:
        raise ArchiveDamaged(f"the index of {path} is out of step; `scraper index --rebuild` makes it anew")

"""The commands: parse, call one function, print. Results go to stdout, everything else to stderr."""

import functools
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, NoReturn, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import scraper
from scraper import show
from scraper.archive import runs, store
from scraper.archive.captures import pages_of_site
from scraper.archive.connect import open_for_reading, sqlite_errors
from scraper.archive.drift import open_drift
from scraper.archive.search import Filters, Hit, open_searchable
from scraper.archive.search import search as search_archive
from scraper.browse.serve import command as serve_command
from scraper.browse.serve import serve as serve_archive
from scraper.crawl.check import HOLDS, UNREACHABLE, check_sites
from scraper.crawl.options import CrawlOptions, Outcome, SiteCounts
from scraper.crawl.politeness import DEFAULT_DELAY
from scraper.crawl.run import crawl as run_crawl
from scraper.crawl.urls import canonical
from scraper.demo import fixture_site
from scraper.errors import FetchError, PageError, ScraperError, UsageError
from scraper.extract.article import extract_article
from scraper.extract.induce import as_diff, as_python, learn_layout
from scraper.extract.labels import find_date
from scraper.models import Site
from scraper.sites import all_sites
from scraper.text import safe, safe_block

app = typer.Typer(
    name="scraper",
    help="The archive of China News Service's regional news: crawl it politely, search it in Chinese, browse it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 ok · 1 a bug · 2 usage · 3 many failures · 4 drift · 5 nothing reachable · 6 archive damaged · "
    "7 disk full · 65 page can't be read · 75 already running · 78 configuration · 130/143 interrupted",
)

P = ParamSpec("P")
T = TypeVar("T")

# --- options that several commands share ----------------------------------------------------

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
    float, typer.Option("--delay", help="Seconds between two requests to one host; at least 1 on live hosts.")
]
ConnectOption = Annotated[
    str,
    typer.Option(
        "--connect-to",
        help="Send every request to this address over plain HTTP, with the right Host header: for mirrors and tests.",
        metavar="ADDRESS:PORT",
    ),
]


def speaks_plainly(command: Callable[P, T]) -> Callable[P, T]:
    """Errors of ours end as one line and their exit code; anything else is a bug and says so."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except ScraperError as error:
            _fail(str(error), error.exit_code)
        except BrokenPipeError:
            # The reader (head, less) has seen enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except KeyboardInterrupt:
            raise typer.Exit(130) from None
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if os.environ.get("SCRAPER_DEBUG"):
                raise
            _fail(f"a bug: {type(error).__name__}: {error} (set SCRAPER_DEBUG=1 to see where, and report it)", 1)

    return wrapped


def _fail(message: str, code: int) -> NoReturn:
    print(f"scraper: {safe(message)}", file=sys.stderr)
    raise typer.Exit(code)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"scraper {scraper.__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The archive of China News Service's regional news."""


# --- crawl ----------------------------------------------------------------------------------


@app.command()
@speaks_plainly
def crawl(
    sites: SitesArgument = None,
    db: DbOption = Path("archive.db"),
    contact: ContactOption = "",
    limit: Annotated[int | None, typer.Option(min=0, help="Fetch at most this many articles per edition.")] = None,
    delay: DelayOption = DEFAULT_DELAY,
    connect_to: ConnectOption = "",
    as_json: JsonOption = False,
) -> None:
    """Fetch listings and new articles into the archive. Stop it any time; the next crawl goes on."""
    options = CrawlOptions(
        db=db,
        sites=_chosen(sites),
        contact=contact,
        delay=delay,
        limit=limit,
        connect_to=_address(connect_to) if connect_to else None,
    )
    outcome = run_crawl(options, _reporter())
    _print_outcome(outcome, as_json)
    raise typer.Exit(outcome.exit_code)


def _chosen(codes: list[str] | None) -> tuple[Site, ...]:
    known = all_sites()
    for code in codes or []:
        if code not in known:
            near = get_close_matches(code, known, 1) or [site.code for site in known.values() if site.name == code]
            hint = f"; did you mean {near[0]}?" if near else "; see `scraper sites`"
            raise UsageError(f"no edition has the code {code!r}{hint}")
    return (
        tuple(known[code] for code in dict.fromkeys(codes)) if codes else tuple(s for s in known.values() if s.enabled)
    )


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise UsageError(f"--connect-to {text!r} is no ADDRESS:PORT; for example 127.0.0.1:8080")
    return host.strip("[]"), int(port)


def _reporter() -> Callable[[str, SiteCounts, str], None]:
    """Lines on stderr: everything on a terminal, failures only in a log."""
    talkative = sys.stderr.isatty()

    def report(code: str, counts: SiteCounts, line: str) -> None:
        if talkative or line.startswith(("failed", "robots", "rests")):
            print(f"{code:<4} {safe(line)}", file=sys.stderr)

    return report


def _print_outcome(outcome: Outcome, as_json: bool) -> None:
    if as_json:
        for code, counts in outcome.counts.items():
            print(json.dumps({"site": code, **asdict(counts)}, ensure_ascii=False))
        return
    names = all_sites()
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("edition", "listings", "found", "new", "changed", "unchanged", "gone", "failed", ""):
        table.add_column(heading, justify="left" if heading in ("edition", "") else "right", no_wrap=heading != "")
    for code, counts in outcome.counts.items():
        numbers = (
            counts.listings,
            counts.found,
            counts.archived,
            counts.changed,
            counts.unchanged,
            counts.gone,
            counts.failed,
        )
        table.add_row(
            f"{code:<4}{names[code].name}", *(str(number or "·") for number in numbers), escape(safe(counts.note))
        )
    _out().print(table)
    total = sum(counts.archived for counts in outcome.counts.values())
    print(f"{total} new articles from {len(outcome.counts)} editions{_ending(outcome)}")
    for drift in outcome.drift:
        print(show.drift_line(drift))


def _ending(outcome: Outcome) -> str:
    if outcome.stopped_by:
        return f"; stopped by {outcome.stopped_by}, run again to go on"
    return {0: "", 3: "; many pages failed, see `scraper status`", 4: "", 5: "; no host could be reached"}.get(
        outcome.exit_code, ""
    )


def _out() -> Console:
    """Stdout as Rich sees it: colours and wrapping on a terminal, whole lines in a pipe."""
    on_terminal = sys.stdout.isatty()
    return Console(highlight=False, soft_wrap=not on_terminal, width=None if on_terminal else 200)


# --- one page ---------------------------------------------------------------------------------


@app.command()
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
    raw = _read_input(file)
    try:
        article = extract_article(raw, address.site, address.url, content_type=content_type, layouts=not no_layouts)
    except PageError as error:
        _fail(f"{file}: {error}", error.exit_code)
    if as_json:
        print(json.dumps(store.record_of(article), ensure_ascii=False))
    else:
        _out().print(show.article_text(store.record_of(article)))


def _read_input(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"{file} can't be read: {error.strerror or error}") from error


# --- the archive ------------------------------------------------------------------------------


@app.command()
@speaks_plainly
def search(
    query: Annotated[list[str], typer.Argument(help='Words (all of them), "a phrase", OR, -without, title:word.')],
    db: DbOption = Path("archive.db"),
    site: Annotated[
        list[str] | None, typer.Option(help="Only this edition; may be given again.", metavar="CODE")
    ] = None,
    since: Annotated[str, typer.Option(help="First day: 2022, 2022-07 or 2022-07-20.")] = "",
    until: Annotated[str, typer.Option(help="Last day, inclusive.")] = "",
    source: Annotated[str, typer.Option(help="Only where 来源 holds this.")] = "",
    editor: Annotated[str, typer.Option(help="Only where the editor's name holds this.")] = "",
    sort: Annotated[str, typer.Option(help="relevance or date.", metavar="relevance|date")] = "relevance",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many results.")] = 10,
    as_json: JsonOption = False,
) -> None:
    """Find articles by any Chinese word, of one character or more, wherever it stands."""
    if sort not in ("relevance", "date"):
        raise UsageError(f"--sort {sort!r}: relevance or date")
    sites = tuple(chosen.code for chosen in _chosen(site)) if site else ()
    filters = Filters(sites, _day(since, "--since"), _day(until, "--until"), source, editor)
    archive = open_searchable(db)
    with sqlite_errors(db):
        hits = search_archive(archive, " ".join(query), filters, sort=sort, limit=limit)
    for number, hit in enumerate(hits, 1):
        if as_json:
            print(json.dumps(_hit_json(hit), ensure_ascii=False))
        else:
            _out().print(show.hit_text(number, hit, plain=not sys.stdout.isatty()))
    if not hits:
        print(f"nothing found for {safe(' '.join(query))[:80]}", file=sys.stderr)


def _day(text: str, option: str) -> str:
    if not text:
        return ""
    parts = text.split("-")
    shape = [len(part) for part in parts]
    padded = "-".join([*parts, *["01"] * (3 - len(parts))])
    if shape not in ([4], [4, 2], [4, 2, 2]) or not find_date(padded):
        raise UsageError(f"{option} {text!r}: write 2022, 2022-07 or 2022-07-20")
    return text


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "url": hit.url,
        "title": hit.title,
        "site": hit.site,
        "published_at": hit.published_at,
        "source": hit.source,
        "snippet": hit.snippet.text,
        "hits": [list(span) for span in hit.snippet.hits],
        "score": hit.score,
        "id": hit.id,
    }


@app.command("show")
@speaks_plainly
def show_article(
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
        print(json.dumps(record, ensure_ascii=False))
    else:
        _out().print(show.article_text(record))


@app.command()
@speaks_plainly
def status(db: DbOption = Path("archive.db"), as_json: JsonOption = False) -> None:
    """How the archive stands: per edition its last good crawl, articles, and failures by kind."""
    archive = open_for_reading(db)
    with sqlite_errors(db):
        rows = runs.status(archive)
        last = runs.last_run(archive)
        drifting = open_drift(archive)
    if as_json:
        for row in rows:
            drifts = [asdict(drift) for drift in drifting if drift.site == row.site]
            print(json.dumps(asdict(row) | {"drift": drifts}, ensure_ascii=False))
        return
    _out().print(show.status_table(rows))
    for drift in drifting:
        print(show.drift_line(drift))
    if last:
        ended = (
            f"ended {last['ended_at']}: {last['outcome']}" if last["ended_at"] else "has not ended (running, or killed)"
        )
        print(f"last crawl: run {last['id']}, started {last['started_at']}, {ended}")


sites_app = typer.Typer(
    help="The editions: hosts, listings, and how sure their rules are.", invoke_without_command=True
)
app.add_typer(sites_app, name="sites")


@sites_app.callback()
@speaks_plainly
def sites_table(context: typer.Context, db: DbOption = Path("archive.db"), as_json: JsonOption = False) -> None:
    """The editions: hosts, listings, and how sure their rules are."""
    if context.invoked_subcommand is not None:
        return
    known = {}
    if db.is_file():
        archive = open_for_reading(db)
        with sqlite_errors(db):
            known = {row.site: row for row in runs.status(archive)}
    for_table = [(site, known.get(site.code)) for site in all_sites().values()]
    if as_json:
        for site, row in for_table:
            print(json.dumps(show.site_json(site, row), ensure_ascii=False))
        return
    _out().print(show.sites_table(for_table))


@sites_app.command("check")
@speaks_plainly
def sites_check(
    sites: SitesArgument = None,
    contact: ContactOption = "",
    delay: DelayOption = DEFAULT_DELAY,
    connect_to: ConnectOption = "",
    as_json: JsonOption = False,
) -> None:
    """Do the rules still hold? Fetches robots.txt, one listing and three articles of each edition; stores nothing."""
    options = CrawlOptions(
        db=Path(os.devnull),
        sites=_chosen(sites),
        contact=contact,
        delay=delay,
        connect_to=_address(connect_to) if connect_to else None,
    )
    verdicts = check_sites(options)
    for verdict in verdicts:
        if as_json:
            print(json.dumps(asdict(verdict), ensure_ascii=False))
        else:
            _out().print(show.verdict_text(verdict))
    if all(verdict.verdict == UNREACHABLE for verdict in verdicts):
        raise typer.Exit(5)
    raise typer.Exit(0 if all(verdict.verdict == HOLDS for verdict in verdicts) else 4)


@sites_app.command("learn")
@speaks_plainly
def sites_learn(
    code: Annotated[str, typer.Argument(help="The edition.", metavar="CODE")],
    db: DbOption = Path("archive.db"),
    label: Annotated[str, typer.Option(help="Who looked and when, for the evidence: 'REAL 2026-11'.")] = "",
) -> None:
    """Propose layouts from the captures of an edition, as Python to paste and as a diff against its present ones."""
    (site,) = _chosen([code])
    archive = open_for_reading(db)
    with sqlite_errors(db):
        pages = pages_of_site(archive, site.code)
    learned = learn_layout(pages, site)
    if learned is None:
        raise UsageError(f"{db} has {len(pages)} captures of {code}, too few articles to learn from; crawl more of it")
    print(safe_block(as_python(learned, site, label)))
    diff = as_diff(learned, site, label)
    print(safe_block(diff) if diff else f"# scraper/sites/{site.code}.py reads them as well as this would.")
    print(
        f"{learned.articles} articles, {learned.others} other pages, {len(learned.unplaced)} without a layout",
        file=sys.stderr,
    )


@app.command()
@speaks_plainly
def serve(
    db: DbOption = Path("archive.db"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on the loopback interface.")] = 8001,
    host: Annotated[str, typer.Option(help="A loopback address.")] = "127.0.0.1",
    open_browser: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Browse the archive in Datasette, on this machine only."""
    serve_archive(db, host=host, port=port, open_browser=open_browser)


@app.command()
@speaks_plainly
def demo(db: DbOption = Path("archive.db")) -> None:
    """Crawl the embedded fixture site over loopback HTTP, search it, and say how to browse it."""
    with fixture_site() as site:
        host, port = site.address
        print(f"fixture site on {host}:{port}: {len(all_sites())} editions; crawling into {db}", file=sys.stderr)
        options = CrawlOptions(db=db, sites=_chosen(None), delay=0, connect_to=site.address)
        outcome = run_crawl(options, _reporter())
        _print_outcome(outcome, as_json=False)
    if outcome.exit_code:
        raise typer.Exit(outcome.exit_code)
    query = "图书馆"
    archive = open_searchable(db)
    print(f"{db} holds {sum(row.articles for row in runs.status(archive))} articles")
    print(f"\n$ scraper search {query} --limit 1")
    for number, hit in enumerate(search_archive(archive, query, limit=1), 1):
        _out().print(show.hit_text(number, hit, plain=not sys.stdout.isatty()))
    print(f"\nBrowse it:  {serve_command(db)}")

"""`scraper verify`, `compact`, `backup`, `restore` and `forget`: keeping the archive, and removing from it."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from scraper.archive import backup as copies
from scraper.archive import compaction
from scraper.archive import forget as oblivion
from scraper.archive import verify as proofs
from scraper.archive.connect import (
    CRAWL_WAITS,
    open_current,
    open_for_reading,
    open_for_writing,
    sqlite_errors,
    writing,
)
from scraper.archive.lock import crawl_lock
from scraper.cli.articles import address_fault, article_address
from scraper.cli.options import DbOption, JsonOption, SitesArgument, chosen_sites
from scraper.cli.speech import confirm, progress, speaks_plainly, stdout
from scraper.crawl.urls import canonical
from scraper.errors import FetchError, UsageError
from scraper.show.keeping import compacted_line, doomed_line, total_line, verdict_lines
from scraper.show.streams import print_json
from scraper.text import counted


@speaks_plainly
def verify(
    db: DbOption = Path("archive.db"),
    sample: Annotated[
        int | None, typer.Option(min=1, help="Only this many bodies, at random, and no index.", metavar="N")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Re-hash everything in the archive and name each row that is not what was stored; code 6 on any."""
    archive = open_current(db)
    talkative = sys.stderr.isatty()

    def report(step: str) -> None:
        if talkative:
            print(f"checking {step}", file=sys.stderr)

    with sqlite_errors(db):
        verdict = proofs.verify(archive, sample=sample, report=report)
    _print_verdict(verdict, as_json)


def _print_verdict(verdict: proofs.Verdict, as_json: bool) -> None:
    if as_json:
        for damage in verdict.damages:
            print_json(asdict(damage))
        counts = {name: value for name, value in asdict(verdict).items() if name != "damages"}
        print_json(counts | {"damaged": len(verdict.damages)})
    else:
        for line in verdict_lines(verdict):
            stdout().print(line)
    if not verdict.is_whole:
        raise typer.Exit(6)


@speaks_plainly
def compact(
    sites: SitesArgument = None,
    vacuum: Annotated[bool, typer.Option("--vacuum", help="Also give freed space back to the disk.")] = False,
    db: DbOption = Path("archive.db"),
    as_json: JsonOption = False,
) -> None:
    """Compress again, with a dictionary for each edition, what was stored without one; each body is checked first."""
    chosen = chosen_sites(sites)
    open_for_reading(db).close()
    bodies, before = 0, db.stat().st_size
    with crawl_lock(db), sqlite_errors(db):
        archive = open_for_writing(db, patience=CRAWL_WAITS)
        for site in chosen:
            done = compaction.compact(archive, site.code, datetime.now(UTC), report=progress(site.code))
            if as_json:
                print_json(asdict(done))
            elif done.bodies:
                stdout().print(compacted_line(done))
            bodies += done.bodies
        with writing(archive):
            compaction.merge_index(archive)
        if vacuum:
            compaction.wipe(archive)
        archive.close()
    print(total_line(db, bodies, before, db.stat().st_size), file=sys.stderr)


@speaks_plainly
def backup(
    target: Annotated[
        str,
        typer.Argument(help="A file, or a folder (PATH/, made if missing) for copies named by time.", metavar="PATH"),
    ],
    keep: Annotated[
        int | None, typer.Option(min=1, help="PATH is a folder: remove all but its newest N copies.", metavar="N")
    ] = None,
    db: DbOption = Path("archive.db"),
    as_json: JsonOption = False,
) -> None:
    """Copy the archive while a crawl may write to it; the copy is checked before it gets its name."""
    made = copies.backup(db, Path(target), keep=keep, now=datetime.now(UTC), is_folder=target.endswith("/"))
    if as_json:
        removed = [str(path) for path in made.removed]
        print_json({"path": str(made.path), "size": made.size, "counts": made.counts, "removed": removed})
        return
    print(f"{made.path}: {counted(made.counts['articles'], 'article')}, {made.size / 1e6:.1f} MB, checked")
    for path in made.removed:
        print(f"removed {path}", file=sys.stderr)


@speaks_plainly
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.", metavar="FILE")],
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether the backup is whole; code 6 if not.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Put aside the archive that is there.")] = False,
    db: DbOption = Path("archive.db"),
    as_json: JsonOption = False,
) -> None:
    """Put a backup in the archive's place, after reading all of it; what stood there is kept beside it."""
    if check:
        _print_verdict(copies.check(file), as_json)
        return
    copies.require_backup(file)
    if not db.parent.is_dir():
        raise UsageError(f"{db.parent} is not a folder; make it first, or choose another --db")
    with crawl_lock(db):
        aside = copies.restore(file, db, force=force, now=datetime.now(UTC))
    if aside is not None:
        print(f"what stood there is kept in {aside}", file=sys.stderr)
    print(f"{db} is restored from {file}")


@speaks_plainly
def forget(
    pattern: Annotated[
        str, typer.Argument(help="An address, an id, or an address with * for anything.", metavar="URL|ID|PATTERN")
    ],
    reason: Annotated[str, typer.Option(help="Why; kept with the date, without the address.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be removed.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Remove without asking.")] = False,
    db: DbOption = Path("archive.db"),
    as_json: JsonOption = False,
) -> None:
    """Remove articles for good: text, bytes, versions, index entries. They are never fetched again."""
    if not reason.strip():
        raise UsageError("--reason is empty; it is all that will be left of them")
    reader = open_current(db)
    with sqlite_errors(db):
        wanted = article_address(reader, pattern) if pattern.isdecimal() else _pattern(pattern)
        doomed = oblivion.find_doomed(reader, wanted)
    reader.close()
    if not doomed:
        raise UsageError(f"the archive knows no article at {pattern}")
    for one in doomed:
        print_json(asdict(one)) if as_json else print(doomed_line(one))
    if dry_run:
        return
    if not yes:
        confirm(f"remove {counted(len(doomed), 'article')} for good?")
    with crawl_lock(db), sqlite_errors(db):
        archive = open_for_writing(db, patience=CRAWL_WAITS)
        done = oblivion.forget(archive, doomed, reason=reason.strip(), now=datetime.now(UTC))
        archive.close()
    print(
        f"forgotten: {counted(done.pages, 'page')}, {counted(done.articles, 'article')},"
        f" {counted(done.captures, 'capture')}, {counted(done.bodies, 'body')};"
        f" {counted(done.dictionaries, 'dictionary')} made anew. Backups and copies still hold them: remove those, too",
        file=sys.stderr,
    )


def _pattern(text: str) -> str:
    """A pattern as it is; an address in its canonical form."""
    if "*" in text:
        if len(text.replace("*", "")) < 8:
            raise UsageError(f"{text!r} would fit nearly everything; write more of the address")
        return text
    try:
        return canonical(text).url
    except FetchError as error:
        raise UsageError(
            f"{text!r} is neither an id nor an address of an edition{address_fault(error, text)}"
        ) from error

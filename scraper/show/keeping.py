"""Verdicts on an archive, and what keeping it did, as lines."""

from collections.abc import Iterator
from pathlib import Path

from rich.text import Text

from scraper.archive.dictionaries import Compacted
from scraper.archive.forget import Doomed
from scraper.archive.verify import Verdict
from scraper.text import counted, safe


def verdict_lines(verdict: Verdict) -> Iterator[Text]:
    for damage in verdict.damages:
        url = f"{safe(damage.url)}: " if damage.url else ""
        yield Text.assemble((f"{damage.what:<10}", "bold red"), (url, "cyan"), safe(damage.text))
    if verdict.is_older:
        yield Text("made by an older version, without proofs: its structure was checked, its content could not be")
        return
    counts = (
        f"{counted(verdict.bodies, 'body')}, {counted(verdict.captures, 'capture')},"
        f" {counted(verdict.articles, 'article')}, {counted(verdict.revisions, 'revision')},"
        f" {counted(verdict.dictionaries, 'dictionary')}"
    )
    if verdict.is_whole:
        yield Text.assemble(("whole", "bold green"), f": {counts}")
    else:
        yield Text.assemble((f"damaged in {counted(len(verdict.damages), 'place')}", "bold red"), f": {counts}")
    yield Text(f"seal {verdict.seal}", style="dim")


def compacted_line(done: Compacted) -> Text:
    return Text(
        f"{done.site:<4}{counted(done.bodies, 'body')}: {done.before / 1e6:.2f} MB, now {done.after / 1e6:.2f} MB"
        f" ({counted(done.dictionaries, 'new dictionary')})"
    )


def total_line(archive: Path, bodies: int, before: int, after: int) -> str:
    """What compacting did to the file; sizes in bytes."""
    done = f"{bodies} bodies compressed again" if bodies else "nothing was left to compress again"
    return safe(f"{done}; {archive} has {after / 1e6:.2f} MB, and had {before / 1e6:.2f} MB")


def doomed_line(one: Doomed) -> str:
    return safe(f"{one.site:<4}{one.url}  {one.title}  ({counted(one.captures, 'capture')})")

"""How a crawl shows that it is getting on: a live line per edition on a terminal, JSON lines in a log."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from scraper.crawl.options import SiteCounts
from scraper.sites import all_sites
from scraper.text import safe

Report = Callable[[str, SiteCounts, str], None]
_TROUBLE = ("failed", "gone", "skipped", "robots", "rests")
_EVENTS = (
    "new", "changed", "unchanged", "listed", "failed", "gone", "skipped", "waits", "rests",
    "picture", "pictures",
)  # fmt: skip
"""First words of the lines that a crawl reports; any other line is a note."""


@contextmanager
def progress(codes: list[str], stream: TextIO | None = None) -> Iterator[Report]:
    """What a crawl reports to: the live lines on a terminal, else one JSON object for every event."""
    stream = stream or sys.stderr
    if not stream.isatty():
        yield json_lines(stream)
        return
    console = Console(file=stream, highlight=False)
    lines = _Lines(codes)
    with Live(lines, console=console, refresh_per_second=4, transient=True):
        yield lines.report


def json_lines(stream: TextIO) -> Report:
    """One JSON object a line: when, which edition, what happened, and the edition's counts so far."""

    def report(code: str, counts: SiteCounts, line: str) -> None:
        event, _, rest = line.partition(" ")
        entry = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "site": code,
            "event": event if event in _EVENTS else "note",
            "text": safe(rest if event in _EVENTS else line),
            "new": counts.archived,
            "failed": counts.failed,
        }
        print(json.dumps(entry, ensure_ascii=False), file=stream, flush=True)

    return report


def troubles(code: str, counts: SiteCounts, line: str) -> None:
    """Only what went wrong, for a person who watches a short crawl."""
    if line.startswith(_TROUBLE):
        print(f"{code:<4} {safe(line)}", file=sys.stderr)


_QUIET = 120.0
"""Seconds without an event after which an edition is taken for done; its numbers come in the summary."""


_NOTHING = (float("-inf"), SiteCounts(), "")


class _Lines:
    """The editions that are getting on, each with its counts and its latest event."""

    def __init__(self, codes: list[str]) -> None:
        self._codes = codes
        self._latest: dict[str, tuple[float, SiteCounts, str]] = {}

    def report(self, code: str, counts: SiteCounts, line: str) -> None:
        self._latest[code] = (time.monotonic(), counts, line)

    def __rich__(self) -> Table:
        shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False, expand=True)
        for width in (8, 10, 8, 8, 9):
            shown.add_column(no_wrap=True, min_width=width)
        shown.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        for code in self._codes:
            at, counts, line = self._latest.get(code, _NOTHING)
            if time.monotonic() - at > _QUIET:
                continue
            numbers = (
                f"listed {counts.listings}",
                f"new {counts.archived}",
                f"same {counts.unchanged + counts.changed}",
                f"failed {counts.failed}",
            )
            style = "yellow" if line.startswith(_TROUBLE) else "dim"
            shown.add_row(f"{code:<3} {all_sites()[code].name}", *numbers, Text(safe(line), style=style))
        return shown

"""A crawl on a terminal: one live line for every edition that is getting on."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from scraper.crawl.options import SiteCounts
from scraper.show.progress import TROUBLE, Report
from scraper.sites import all_sites
from scraper.text import safe


@contextmanager
def live_lines(codes: list[str], stream: TextIO) -> Iterator[Report]:
    lines = _Lines(codes)
    with Live(lines, console=Console(file=stream, highlight=False), refresh_per_second=4, transient=True):
        yield lines.report


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
            style = "yellow" if line.startswith(TROUBLE) else "dim"
            shown.add_row(f"{code:<3} {all_sites()[code].name}", *numbers, Text(safe(line), style=style))
        return shown

"""How a crawl shows that it is getting on: a live line per edition on a terminal, JSON lines in a log."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TextIO

from scraper.crawl.options import SiteCounts
from scraper.text import safe

Report = Callable[[str, SiteCounts, str], None]
TROUBLE = ("failed", "gone", "skipped", "robots", "rests")
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
    from scraper.show.live import live_lines  # not above: under cron nobody looks, and Rich is 2 MB of a crawl

    with live_lines(codes, stream) as report:
        yield report


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
    if line.startswith(TROUBLE):
        print(f"{code:<4} {safe(line)}", file=sys.stderr)

"""What a crawl did, as a table and a line."""

from rich.table import Table
from rich.text import Text

from scraper.crawl.options import Outcome
from scraper.sites import all_sites
from scraper.text import safe

_ENDINGS = {3: "; many pages failed, see `scraper status`", 5: "; no host could be reached"}


def outcome_table(outcome: Outcome) -> Table:
    """A row for each edition: what was found and what came of it, and why it stopped if it did."""
    shown = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("edition", "listings", "found", "new", "changed", "unchanged", "gone", "failed", ""):
        shown.add_column(heading, justify="left" if heading in ("edition", "") else "right", no_wrap=heading != "")
    names = all_sites()
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
        cells = (str(number or "·") for number in numbers)
        shown.add_row(f"{code:<4}{names[code].name}", *cells, Text(safe(counts.note)))
    return shown


def outcome_line(outcome: Outcome) -> str:
    total = sum(counts.archived for counts in outcome.counts.values())
    ending = _ENDINGS.get(outcome.exit_code, "")
    if outcome.stopped_by:
        ending = f"; stopped by {outcome.stopped_by}, run again to go on"
    return f"{total} new articles from {len(outcome.counts)} editions{ending}"

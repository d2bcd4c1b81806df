"""How the archive stands, as tables and lines."""

from rich.table import Table
from rich.text import Text

from scraper.archive.runs import SiteStatus
from scraper.show.tables import table
from scraper.text import beijing, safe

SPARE = ("agreement", "newest", "waiting", "crawled (Beijing)")
"""What a narrow screen leaves out, in this order."""
LEGEND = (
    "newest: day of the newest article; waiting: pages with a visit to come, mostly a second look; crawled:"
    " end of the last crawl that read a list; agreement: how far two readings of a page match, 1.00 is all"
)


def status_table(rows: list[SiteStatus]) -> Table:
    shown = table(
        "edition",
        "articles",
        "newest",
        "waiting",
        "crawled (Beijing)",
        "next due (Beijing)",
        "agreement",
        "failures",
    )
    for row in rows:
        failures = ", ".join(f"{slug} {count}" for slug, count in row.failures.items())
        shown.add_row(
            f"{row.site:<4}{row.name}",
            f"{row.articles}" + (f" ({row.gone} gone)" if row.gone else ""),
            (row.newest or "·")[:10],
            str(row.waiting or "·"),
            _minute(row.last_good_crawl, "never"),
            Text(f"rests until {_minute(row.rests_until, '')}", style="yellow")
            if row.rests_until
            else _minute(row.next_due, "·"),
            f"{row.agreement:.2f}" if row.agreement is not None else "·",
            Text(safe(failures)),
        )
    return shown


def _minute(moment: str | None, otherwise: str) -> str:
    return beijing(moment, said=False) if moment else otherwise

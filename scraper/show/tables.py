"""The one look of all tables."""

from rich.table import Table


def table(*headings: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        right = heading in ("articles", "waiting", "listings", "agreement", "fixtures")
        table.add_column(
            heading, justify="right" if right else "left", no_wrap=heading not in ("failures", "evidence", "meaning")
        )
    return table

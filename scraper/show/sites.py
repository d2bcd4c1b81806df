"""The editions, as a table and as JSON."""

from typing import Any

from rich.table import Table
from rich.text import Text

from scraper.archive.runs import SiteStatus
from scraper.demo import fixtures_of
from scraper.models import Site
from scraper.show.tables import table
from scraper.text import beijing

SPARE = ("fixtures", "crawled (Beijing)", "agreement", "layouts", "listings")
"""What a narrow screen leaves out, in this order."""
LEGEND = (
    "evidence: what the rules rest on. REAL the site's own pages, CODE somebody's public scraper, V one with rules for"
    " 29 provinces, B a list of list pages; the year is when they saw it. labels: no template is known, pages are read"
    " by their labels. docs/sites.md has more"
)


def sites_table(rows: list[tuple[Site, SiteStatus | None]]) -> Table:
    shown = table(
        "edition",
        "host",
        "listings",
        "layouts",
        "fixtures",
        "articles",
        "agreement",
        "crawled (Beijing)",
        "evidence",
    )
    for site, status in rows:
        shown.add_row(
            f"{site.code:<4}{site.name}",
            site.hosts[0],
            str(len(site.listings)),
            str(len(site.layouts)) if site.layouts else "labels",
            str(fixtures_of(site.code) or "·"),
            str(status.articles) if status else "·",
            f"{status.agreement:.2f}" if status and status.agreement is not None else "·",
            (beijing(status.last_good_crawl, said=False) if status.last_good_crawl else "never") if status else "·",
            Text(site.evidence),
        )
    return shown


def site_json(site: Site, status: SiteStatus | None) -> dict[str, Any]:
    return {
        "site": site.code,
        "region": site.name,
        "hosts": [*site.hosts, *site.extra_hosts],
        "listings": [
            {"path": listing.path, "channel": listing.channel, "evidence": listing.evidence}
            for listing in site.listings
        ],
        "layouts": [{"name": layout.name, "evidence": layout.evidence} for layout in site.layouts],
        "evidence": site.evidence,
        "fixtures": fixtures_of(site.code),
        "articles": status.articles if status else None,
        "agreement": status.agreement if status else None,
        "last_good_crawl": status.last_good_crawl if status else None,
    }

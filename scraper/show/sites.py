"""The editions and the verdicts on their rules."""

from typing import Any

from rich.table import Table
from rich.text import Text

from scraper.archive.runs import SiteStatus
from scraper.crawl.check import HOLDS, STALE, Verdict
from scraper.demo import fixtures_of
from scraper.models import Site
from scraper.show.tables import table
from scraper.sites import all_sites
from scraper.text import beijing, safe


def sites_table(rows: list[tuple[Site, SiteStatus | None]]) -> Table:
    shown = table(
        "edition",
        "host",
        "listings",
        "layouts",
        "fixtures",
        "articles",
        "agreement",
        "last good crawl (Beijing)",
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


_VERDICT_STYLES = {HOLDS: "bold green", STALE: "bold yellow"}


def verdict_text(verdict: Verdict) -> Text:
    """What `sites check` found at an edition, and what to do about it."""
    name = all_sites()[verdict.site].name
    shown = Text.assemble(
        (f"{verdict.site:<4}{name}  ", "bold"), (verdict.verdict, _VERDICT_STYLES.get(verdict.verdict, "bold red"))
    )
    if verdict.listing:
        agreement = f", agreement {verdict.agreement:.2f}" if verdict.agreement is not None else ""
        read_by = ", ".join(verdict.layouts) or "nothing"
        shown.append(f"\n    {safe(verdict.listing)}: {verdict.links} articles; read by {read_by}{agreement}")
    if verdict.empty_fields:
        shown.append(f"\n    never filled: {', '.join(verdict.empty_fields)}")
    for problem in [verdict.robots if verdict.robots != "allowed" else "", *verdict.problems]:
        shown.append(f"\n    {safe(problem)}" if problem else "", style="dim")
    return shown


def site_json(site: Site, status: SiteStatus | None) -> dict[str, Any]:
    return {
        "code": site.code,
        "name": site.name,
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

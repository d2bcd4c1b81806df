"""The verdicts on the editions' rules."""

from rich.text import Text

from scraper.crawl.check import (
    BROKEN,
    DOUBTFUL,
    FORBIDDEN,
    HOLDS,
    LISTINGS_GONE,
    NO_LISTING,
    STALE,
    UNFETCHED,
    UNREACHABLE,
    Verdict,
)
from scraper.sites import all_sites
from scraper.text import counted, safe

_VERDICT_STYLES = {HOLDS: "bold green", STALE: "bold yellow", DOUBTFUL: "bold yellow", LISTINGS_GONE: "bold yellow"}
_TODO = {
    STALE: "nothing is lost, but crawl some of it: `scraper sites learn {code}` then proposes a layout",
    DOUBTFUL: "compare `scraper extract` of one with the page; crawl some of it: `scraper sites learn {code}` proposes a layout",
    BROKEN: "look at the addresses in a browser: a new template that neither reader can read, or no articles any more",
    UNFETCHED: "the links lead nowhere or are kept from us: look at them in a browser",
    LISTINGS_GONE: "crawls find less than they could: mend `listings` in scraper/sites/{code}.py",
    NO_LISTING: "look at the site in a browser, and mend `listings` or `article_path` in scraper/sites/{code}.py",
    FORBIDDEN: "nothing to do: a crawl obeys and leaves these pages alone",
    UNREACHABLE: "try again later; if the site has moved, mend `hosts` in scraper/sites/{code}.py",
}


def verdict_text(verdict: Verdict) -> Text:
    """What `sites check` found at an edition, and what to do about it."""
    name = all_sites()[verdict.site].name
    shown = Text.assemble(
        (f"{verdict.site:<4}{name}  ", "bold"), (verdict.verdict, _VERDICT_STYLES.get(verdict.verdict, "bold red"))
    )
    if verdict.listing:
        shown.append(f"\n    {safe(verdict.listing)}: {counted(verdict.links, 'article')}{_reading(verdict)}")
    if verdict.empty_fields:
        shown.append(f"\n    never filled: {', '.join(verdict.empty_fields)}")
    for problem in [verdict.robots if verdict.robots != "allowed" else "", *verdict.problems]:
        shown.append(f"\n    {safe(problem)}" if problem else "", style="dim")
    if verdict.verdict in _TODO:
        shown.append(f"\n    {_TODO[verdict.verdict].format(code=verdict.site)}")
    return shown


def _reading(verdict: Verdict) -> str:
    if not verdict.layouts:
        return ""
    read = ", ".join(f"{count} by {layout}" for layout, count in verdict.layouts.items())
    agreement = f", agreement {verdict.agreement:.2f}" if verdict.agreement is not None else ""
    return f"; of the first, {read}{agreement}"

"""The verdicts on the editions' rules."""

from rich.text import Text

from scraper.crawl.check import HOLDS, STALE, Verdict
from scraper.sites import all_sites
from scraper.text import counted, safe

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
        shown.append(
            f"\n    {safe(verdict.listing)}: {counted(verdict.links, 'article')}; read by {read_by}{agreement}"
        )
    if verdict.empty_fields:
        shown.append(f"\n    never filled: {', '.join(verdict.empty_fields)}")
    for problem in [verdict.robots if verdict.robots != "allowed" else "", *verdict.problems]:
        shown.append(f"\n    {safe(problem)}" if problem else "", style="dim")
    return shown

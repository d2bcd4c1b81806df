"""What the keeper's commands found."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from scraper.archive.why import Known
from scraper.config import Settings, description
from scraper.crawl.urls import Address
from scraper.doctor import Finding
from scraper.show.tables import Labelled, table
from scraper.text import beijing, counted, safe

_STYLES = {"ok": "green", "warning": "yellow", "bad": "bold red"}


def finding_text(finding: Finding) -> RenderableType:
    label = Text.assemble((f"{finding.verdict:<8}", _STYLES[finding.verdict]), (finding.check, "bold"))
    lines = [Labelled(label, Text(safe(finding.said)), 21)]
    if finding.todo:
        lines.append(Labelled(Text(f"{'':<21}→", style="dim"), Text(safe(finding.todo), style="dim"), 23))
    return Group(*lines)


def settings_table(settings: Settings, written: Callable[[object], str]) -> Table:
    shown = table("setting", "value", "from", "meaning")
    for name, value in asdict(settings.config).items():
        said = "none" if value is None else written(value)
        shown.add_row(name, Text(safe(said)), Text(safe(settings.origins[name])), description(name))
    return shown


def known_text(known: Known, address: Address, verdict: str, now: datetime) -> RenderableType:
    """The story of an address, line by line; `verdict` is what its host's robots.txt, as last read, says of it."""
    lines = [(f"{address.site.code} {address.site.name}", known.url)]
    lines += [("also linked as", alias) for alias in known.aliases]
    page = known.page
    if known.forgotten:
        lines += _forgotten_lines(known.forgotten)
    if page is None and not known.forgotten:
        lines.append(("state", "never seen on a listing" if known.article is None else "not in the frontier"))
        lines.append(("", "it looks like an article" if address.is_article else "it does not look like an article"))
        lines += [("robots.txt says", verdict)] if verdict else []
    elif page:
        lines += _page_lines(page)
    lines += [("fetched", _visit(visit)) for visit in known.visits]
    lines += [("problem", _problem(problem)) for problem in known.problems[1 if page and page["error"] else 0 :]]
    if known.skipped:
        skipped = known.skipped
        lines.append(
            ("not taken", f"{skipped['reason']}, linked on {skipped['found_on']}, {beijing(skipped['seen_at'])}")
        )
    if known.article:
        lines += _article_lines(known.article)
    lines += _host_lines(known.host, now) if known.host and not known.forgotten else []
    return Group(*(Labelled(Text(label, style="bold"), Text(safe(text)), 16) for label, text in lines))


def _forgotten_lines(forgotten: dict[str, str]) -> list[tuple[str, str]]:
    when = beijing(forgotten["forgotten_at"])
    return [("forgotten", f"{when}: {forgotten['reason']}"), ("next visit", "none: it is never fetched again")]


def _page_lines(page: dict[str, Any]) -> list[tuple[str, str]]:
    lines = [("state", f"{page['kind']}, {page['state']}")]
    found_on = f" on {page['discovered_on']}" if page["discovered_on"] else ""
    text = f" as “{page['link_text']}”" if page["link_text"] else ""
    lines.append(("discovered", f"{beijing(page['discovered_at'])}{found_on}{text}"))
    if page["last_visit"]:
        asked = ", not asked for" if page["error"] == "robots" else ", nothing to keep" if page["error"] else ""
        status = f", answered {page['last_status']}" if page["last_status"] else asked
        lines.append(("last visit", f"{beijing(page['last_visit'])}{status}"))
    if page["error"]:
        row = f" ({page['attempts']} failures in a row)" if page["attempts"] > 1 else ""
        lines.append(("error", f"{page['error']}: {page['error_text']}{row}"))
    if page["robots_rule"]:
        lines.append(("robots.txt says", f"line {page['robots_rule']}"))
    due = beijing(page["next_visit"]) if page["next_visit"] else "none: it is at rest"
    lines.append(("next visit", due))
    return lines


def _visit(visit: Any) -> str:
    size = f", {visit.size:,} bytes" if visit.size is not None else ""
    return f"{beijing(visit.fetched_at)}: {visit.status}{size} (run {visit.run})"


def _problem(problem: dict[str, Any]) -> str:
    rule = f" (robots.txt, line {problem['robots_rule']})" if problem["robots_rule"] else ""
    return f"{beijing(problem['at'])}: {problem['slug']}: {problem['text']}{rule}"


def _article_lines(article: dict[str, Any]) -> list[tuple[str, str]]:
    agreement = f", agreement {article['agreement']:.2f}" if article["agreement"] is not None else ""
    lines = [
        ("article", f"{article['id']}: {article['title']}"),
        ("read by", f"{article['layout']}{agreement}"),
        ("first seen", beijing(article["first_seen"])),
        ("last changed", beijing(article["changed_at"])),
    ]
    return lines + ([("gone since", beijing(article["gone_at"]))] if article["gone_at"] else [])


def _host_lines(host: dict[str, Any], now: datetime) -> list[tuple[str, str]]:
    lines = []
    if host["robots_status"] is not None:
        status = host["robots_status"] or "unreachable"
        lines.append(("robots.txt", f"{status}, read {beijing(host['robots_at'])}"))
    if host["backoff_until"]:
        # A rest that is over stays written down until the next good answer.
        over = host["backoff_until"] <= now.isoformat(timespec="milliseconds")
        after = counted(host["failures"], "failure")
        lines.append(("host rested" if over else "host rests", f"until {beijing(host['backoff_until'])} after {after}"))
    return lines

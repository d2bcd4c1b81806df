"""Records as text for a terminal. Everything scraped goes through `safe`, so nothing in it can move the cursor."""

from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from scraper.archive.runs import SiteStatus
from scraper.archive.search import Hit
from scraper.crawl.check import HOLDS, STALE, Verdict
from scraper.demo import fixtures_of
from scraper.models import Drift, Site
from scraper.sites import all_sites
from scraper.text import safe, safe_block

_MARK = "bold black on yellow"


def article_text(record: dict[str, Any]) -> RenderableType:
    """An article for reading: head, body with pictures at their place, then where it came from."""
    parts: list[RenderableType] = [Text(safe(record["title"]), style="bold"), _head(record), Text()]
    headings = {section["start"] for section in record["sections"]}
    parts += _pictures(record, -1)
    for index, paragraph in enumerate(record["body"].split("\n\n") if record["body"] else []):
        style = "bold" if index in headings else ""
        parts += [Text(safe_block(paragraph), style=style), Text()]
        parts += _pictures(record, index)
    parts.append(_origin(record))
    return Group(*parts)


def _head(record: dict[str, Any]) -> Text:
    when = record["published_at"].replace("T", " ").removesuffix("+08:00")
    facts = [when, record["region"], record["channel"], record["source"] and f"来源：{record['source']}"]
    facts += [record["editor"] and f"编辑：{record['editor']}"]
    facts += ["作者：" + "、".join(record["authors"]) if record["authors"] else None]
    facts += ["供稿：" + "、".join(record["contributors"]) if record["contributors"] else None]
    return Text(safe("　".join(fact for fact in facts if fact)), style="dim")


def _pictures(record: dict[str, Any], position: int) -> list[RenderableType]:
    shown: list[RenderableType] = []
    for image in record["images"]:
        if image["position"] == position or (position == -1 and image["position"] < 0):
            caption = safe(image["caption"] or image["alt"] or "（无说明）")
            shown += [
                Text.assemble(("  [图] ", "cyan"), caption),
                Text("       " + safe(image["src"]), style="dim"),
                Text(),
            ]
    return shown


def _origin(record: dict[str, Any]) -> Text:
    lines = [f"原文：{record['url']}"]
    if record["next_page"]:
        lines.append(f"下一页：{record['next_page']}")
    if record.get("gone_at"):
        lines.append(f"原站已不可见（自 {record['gone_at'][:10]}）")
    if record["rights"]:
        lines.append(f"版权声明：{record['rights']}")
    return Text(safe_block("\n".join(lines)), style="dim")


def hit_text(number: int, hit: Hit, *, plain: bool) -> RenderableType:
    """One search result: title, when and where, the snippet with its hits marked."""
    title = _marked(hit.title, hit.title_hits, plain)
    title.stylize("bold")
    when = hit.published_at[:16].replace("T", " ")
    facts = "　".join(fact for fact in (when, hit.region, hit.source) if fact)
    snippet = _marked(hit.snippet.text, hit.snippet.hits, plain)
    return Group(
        Text.assemble((f"{number:>2}. ", "dim"), title),
        Text.assemble("    ", (safe(facts), "dim")),
        Text.assemble("    ", snippet) if plain else Padding(snippet, (0, 0, 0, 4)),
        Text.assemble("    ", (safe(hit.url), "cyan")),
        Text(),
    )


def _marked(text: str, hits: tuple[tuple[int, int], ...], plain: bool) -> Text:
    """The text with its hits in colour, or between «» where there is none."""
    shown, last = Text(), 0
    for start, end in hits:
        shown.append(safe(text[last:start]))
        hit = safe(text[start:end])
        shown.append(f"«{hit}»" if plain else hit, style="" if plain else _MARK)
        last = end
    shown.append(safe(text[last:]))
    return shown


def status_table(rows: list[SiteStatus]) -> Table:
    table = _table("edition", "articles", "newest", "waiting", "last good crawl", "agreement", "failures")
    for row in rows:
        failures = ", ".join(f"{slug} {count}" for slug, count in row.failures.items())
        table.add_row(
            f"{row.site:<4}{row.name}",
            f"{row.articles}" + (f" ({row.gone} gone)" if row.gone else ""),
            (row.newest or "·")[:10],
            str(row.waiting or "·"),
            (row.last_good_crawl or "never")[:16].replace("T", " "),
            f"{row.agreement:.2f}" if row.agreement is not None else "·",
            Text(safe(failures)),
        )
    return table


def drift_line(drift: Drift) -> str:
    """What changed at an edition, since when, and where to look."""
    since = f" since {drift.since[:16].replace('T', ' ')}" if drift.since else ""
    return safe(
        f"drift: {drift.site} {drift.field}: {drift.expected:.0%} of pages before, {drift.seen:.0%} now{since};"
        f" for example {drift.example}"
    )


def sites_table(rows: list[tuple[Site, SiteStatus | None]]) -> Table:
    table = _table(
        "edition", "host", "listings", "layouts", "fixtures", "articles", "agreement", "last good crawl", "evidence"
    )
    for site, status in rows:
        table.add_row(
            f"{site.code:<4}{site.name}",
            site.hosts[0],
            str(len(site.listings)),
            str(len(site.layouts)) if site.layouts else "labels",
            str(fixtures_of(site.code) or "·"),
            str(status.articles) if status else "·",
            f"{status.agreement:.2f}" if status and status.agreement is not None else "·",
            (status.last_good_crawl or "never")[:16].replace("T", " ") if status else "·",
            Text(site.evidence),
        )
    return table


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


def _table(*headings: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        right = heading in ("articles", "waiting", "listings", "agreement", "fixtures")
        table.add_column(heading, justify="right" if right else "left", no_wrap=heading not in ("failures", "evidence"))
    return table

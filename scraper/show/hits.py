"""Search results with their hits marked; watches, and what a check of the index found."""

from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from scraper.archive.index import Findings
from scraper.archive.search import Hit
from scraper.archive.watches import Watch
from scraper.text import beijing, safe

FIELDS = (
    "url", "title", "site", "region", "kind", "channel", "published_at", "source", "editor", "authors",
    "snippet", "snippet_from", "hits", "title_hits", "score", "copies", "id",
)  # fmt: skip
"""Of a hit's record, in this order."""
_SHOWN = (
    "url", "title", "site", "published_at", "source", "snippet", "snippet_from", "hits", "title_hits", "score", "id",
)  # fmt: skip
_MARK = "bold black on yellow"


def hit_text(number: int, hit: Hit, *, plain: bool) -> RenderableType:
    """One search result: title, when and where, the snippet with its hits marked."""
    title = _marked(hit.title, hit.title_hits, plain)
    title.stylize("bold")
    when = hit.published_at[:16].replace("T", " ")
    facts = "　".join(fact for fact in (when, hit.region, hit.source) if fact)
    snippet = _marked(hit.snippet.text, hit.snippet.hits, plain)
    if hit.snippet.where == "captions":
        snippet = Text.assemble(("图：", "dim"), snippet)
    return Group(
        Text.assemble((f"{number:>2}. ", "dim"), title),
        Text.assemble("    ", (safe(facts), "dim")),
        Text.assemble("    ", snippet) if plain else Padding(snippet, (0, 0, 0, 4)),
        Text.assemble("    ", (safe(hit.url), "cyan"), (_copies(hit), "dim")),
        Text(),
    )


def _copies(hit: Hit) -> str:
    """How many others print the story, and where, each place once."""
    if not hit.copies:
        return ""
    places = ", ".join(dict.fromkeys(safe(copy.region) for copy in hit.copies))
    return f" (+{len(hit.copies)} {'copy' if len(hit.copies) == 1 else 'copies'}: {places})"


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


def shown_fields(unique: bool) -> tuple[str, ...]:
    """What is shown of a record where nobody chooses."""
    return (*_SHOWN, "copies") if unique else _SHOWN


def hit_record(hit: Hit) -> dict[str, Any]:
    return {
        "url": hit.url,
        "title": hit.title,
        "site": hit.site,
        "region": hit.region,
        "kind": hit.kind,
        "channel": hit.channel,
        "published_at": hit.published_at,
        "source": hit.source,
        "editor": hit.editor,
        "authors": list(hit.authors),
        "snippet": hit.snippet.text,
        "snippet_from": hit.snippet.where,
        "hits": [list(span) for span in hit.snippet.hits],
        "title_hits": [list(span) for span in hit.title_hits],
        "score": hit.score,
        "copies": [{"url": copy.url, "site": copy.site, "region": copy.region, "id": copy.id} for copy in hit.copies],
        "id": hit.id,
    }


def watch_text(watch: Watch) -> str:
    """One line: its name, what it looks for, and when it last looked."""
    filters = [
        f"--{name if name != 'sites' else 'site'} {' '.join(value) if isinstance(value, tuple) else value}"
        for name, value in asdict(watch.filters).items()
        if value
    ]
    looked = f"looked {beijing(watch.checked_at)}" if watch.checked_at else "has not looked yet"
    once = ["--unique"] if watch.unique else []
    return safe("　".join([watch.name, " ".join([watch.query, *filters, *once]).strip(), looked]))


def findings_text(found: Findings) -> str:
    """What a check of the index found, in lines."""
    if found.note:
        return f"{found.articles} articles; {found.note}"
    lines = [f"{found.articles} articles, {'all in step' if found.in_step else 'out of step'}"]
    if found.waiting:
        lines.append(f"{found.waiting} changed and waiting to be indexed")
    for name, ids in (("missing", found.missing), ("stale", found.stale), ("extra", found.extra)):
        if ids:
            shown = " ".join(map(str, ids[:10]))
            lines.append(f"{name}: {len(ids)} ({shown}{' …' if len(ids) > 10 else ''})")
    return "\n".join(lines)

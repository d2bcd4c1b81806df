"""Search results with their hits marked."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from scraper.archive.search import Hit
from scraper.text import safe

_MARK = "bold black on yellow"


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

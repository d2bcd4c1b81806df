"""What to try instead where a search finds nothing: the suggestions of the command line, each as an address that finds something."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scraper.archive.query import All, Any, Dates, Node, Not, Query, Site, Term, parse
from scraper.archive.suggestions import Suggestion, suggestions
from scraper.browse.asking import TooSlow
from scraper.browse.searching import Chosen
from scraper.browse.visit import Visit
from scraper.errors import UsageError

_PATIENCE_MS = 600
_PLAIN = re.compile(r"[^\W_]+")
_WORDS = frozenset("or and not".split())


@dataclass(frozen=True, slots=True)
class Offer:
    """A search that finds something."""

    text: str
    chosen: Chosen
    total: int


async def offers(visit: Visit, text: str, chosen: Chosen) -> list[Offer]:
    """The most likely first; none where looking for them takes too long."""
    try:
        found = await visit.ask(lambda db: suggestions(db, text, chosen.filters), ms=_PATIENCE_MS)
    except (TooSlow, UsageError):
        return []
    return [offer for one in found if (offer := _offer(one, chosen))]


def _offer(one: Suggestion, chosen: Chosen) -> Offer | None:
    """The suggestion parted into what is typed and what is chosen beside it; None where it cannot be typed."""
    asked = set(one.asked.root.nodes)
    for kept in _narrower(chosen):
        nodes = set(kept.filters.nodes())
        if nodes <= asked:
            text = typed(Query(All(tuple(node for node in one.asked.root.nodes if node not in nodes))))
            return Offer(text, kept, one.total) if text is not None and (text or nodes) else None
    return None


def _narrower(chosen: Chosen) -> Iterator[Chosen]:
    """What is chosen, and all of it but one, the dates as one, too."""
    yield chosen
    for name in ("since", "until", "channel", "source", "editor", "author"):
        yield replace(chosen, **{name: ""})  # type: ignore[arg-type]  # all of these are text
    yield replace(chosen, sites=())
    yield replace(chosen, since="", until="")


def typed(query: Query) -> str | None:
    """The query as somebody would type it, or None where the language has no words for it.

    >>> typed(parse('郑州 OR 洛阳 "麦收 时节" -疫情 title:河'))
    '(郑州 OR 洛阳) "麦收 时节" -疫情 title:河'
    """
    text = " ".join(map(_typed, query.root.nodes))
    return text if set(parse(text).root.nodes) == set(query.root.nodes) else None


def _typed(node: Node) -> str:
    if isinstance(node, Term):
        plain = _PLAIN.fullmatch(node.text) and node.text.lower() not in _WORDS
        word = node.text if plain else f'"{node.text}"'
        return f"{node.field}:{word}" if node.field else word
    if isinstance(node, Site):
        return f"site:{node.code}"
    if isinstance(node, Dates):
        if node.since == node.until:
            return f"date:{node.since}"
        if node.since and node.until:
            return f"date:{node.since}..{node.until}"
        return f"since:{node.since}" if node.since else f"until:{node.until}"
    if isinstance(node, Not):
        return f"-{_typed(node.node)}"
    if isinstance(node, All):
        return f"({' '.join(map(_typed, node.nodes))})"
    if isinstance(node, Any):
        return f"({' OR '.join(map(_typed, node.nodes))})"
    return ""  # a whole value is chosen beside the words, never typed

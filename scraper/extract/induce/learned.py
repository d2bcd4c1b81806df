"""What is learned from the captures of a host: the layouts, and how far they can be trusted."""

from dataclasses import dataclass

from scraper.models import Layout

MINIMUM = 3
"""Captures of one template: from two, a chance likeness can't be told from a template."""
ENOUGH = 0.9
"""Mean agreement with the label reader below which a layout is not proposed."""
REPEATED = 0.3
"""Share of a template's pages on which a line must stand to be furniture."""
MOSTLY = 0.8
"""The same of a line of a few characters: `广告`, `延伸阅读`."""
FIELDS = ("title", "date", "source", "editor", "body")


@dataclass(frozen=True, slots=True)
class LearnedLayout:
    """A template that several captures share."""

    layout: Layout
    captures: int
    """How many of the captures it reads."""
    filled: dict[str, int]
    """On how many of them its own selectors fill a field, before the label reader completes the record."""
    completed: dict[str, int]
    """On how many of them the record has it then; a body of pictures counts."""
    agreement: float
    """Mean agreement with the label reader over those captures, boilerplate and what only the layout reads left aside."""
    instead_of: str
    """What reads most of them today: the name of a present layout, or `labels`."""
    first: str
    """The earliest day any of them was published, ISO 8601."""
    last: str
    examples: tuple[str, ...]
    """Addresses of three of them."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What the captures of one host teach."""

    layouts: tuple[LearnedLayout, ...]
    """The template with the most captures first."""
    articles: int
    """How many captures read as articles."""
    others: int
    """How many did not: listings, error pages, bytes that are no text."""
    unplaced: tuple[str, ...]
    """Addresses of articles that no proposed layout reads."""

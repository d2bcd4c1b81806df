"""Layout induction: from a few captures of one host to the selectors that read them.

The label reader says what a page holds. This module finds the nodes that hold
it, the simplest selectors that find those nodes again on the other pages, and
tries what it proposes on every page it was learned from. It writes nothing:
what comes out is for a person to read and paste into the site's module.
"""

from collections.abc import Sequence

from scraper.extract.induce.fields import proposed
from scraper.extract.induce.learned import ENOUGH, FIELDS, MINIMUM, REPEATED, Learned, LearnedLayout
from scraper.extract.induce.pasted import as_diff
from scraper.extract.induce.printed import as_python
from scraper.extract.induce.sample import settle_story, sorted_out
from scraper.extract.induce.selectors import Names, escape
from scraper.extract.induce.templates import grouped
from scraper.models import Site


def learn_layout(pages: Sequence[tuple[bytes, str, str]], site: Site) -> Learned | None:
    """Propose layouts for the captures of one host; None when fewer than three read as articles.

    `pages` are (raw bytes, canonical url, content type). Of several captures of
    one address the last counts. `layouts` is empty where the templates have no
    names to select by.
    """
    samples, strangers = sorted_out(pages, site)
    if len(samples) < MINIMUM:
        return None
    settle_story(samples)
    names = Names.of(samples)
    taken = {layout.name for layout in site.layouts}
    learned: list[LearnedLayout] = []
    for group in grouped(samples, names, strangers):
        proposal = proposed(group, names, site, taken)
        if proposal:
            learned.append(proposal[0])
            taken.add(proposal[0].layout.name)
            samples = [sample for sample in samples if sample.url not in proposal[1]]
    learned.sort(key=lambda one: -one.captures)
    return Learned(
        layouts=tuple(learned),
        articles=sum(one.captures for one in learned) + len(samples),
        others=len(strangers),
        unplaced=tuple(sample.url for sample in samples),
    )


__all__ = [
    "ENOUGH",
    "FIELDS",
    "MINIMUM",
    "REPEATED",
    "Learned",
    "LearnedLayout",
    "as_diff",
    "as_python",
    "escape",
    "learn_layout",
]

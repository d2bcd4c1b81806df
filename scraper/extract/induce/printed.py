"""What was learned, for a person to read: Python to paste."""

import json
from collections.abc import Iterable
from dataclasses import replace

from scraper.extract.induce.learned import FIELDS, Learned, LearnedLayout
from scraper.models import Layout, Site


def as_python(learned: Learned, site: Site, label: str = "") -> str:
    """The proposals as entries of a site's `layouts=(…)`, newest template first.

    `label` opens the evidence of each: who looked and when, `REAL 2026-11`.
    Each stands below a comment that says how far it proved itself.
    """
    parts = [f"{_comment(one, site)}{rendered(labelled(one.layout, label))}" for one in newest_first(learned)]
    return "".join(parts) or _NOTHING.format(code=site.code, articles=learned.articles)


_NOTHING = """\
# {code}: no layout reads these {articles} articles as well as the label reader, which goes on reading them.
# What stays the same from page to page (ids, classes, attributes, rows) does not select title and text by themselves.
"""


def newest_first(learned: Learned) -> list[LearnedLayout]:
    return sorted(learned.layouts, key=lambda one: one.last, reverse=True)


def labelled(layout: Layout, label: str) -> Layout:
    return replace(layout, evidence=f"{label}, {layout.evidence}" if label else layout.evidence)


def _comment(one: LearnedLayout, site: Site) -> str:
    filled = ", ".join(f"{name} {_filled(one, name)}" for name in FIELDS)
    return (
        f"        # {site.code}: {one.captures} captures published {one.first} to {one.last}, read by {one.instead_of} today;"
        f" {filled}; agreement {one.agreement:.3f}.\n"
    )


def _filled(one: LearnedLayout, name: str) -> str:
    more = one.completed[name] - one.filled[name]
    return f"{one.filled[name]} (and {more} by labels)" if more else str(one.filled[name])


def rendered(layout: Layout) -> str:
    """
    >>> print(rendered(Layout("ha-1", title="h1", body=".txt")), end="")
            Layout(
                name="ha-1",
                title="h1",
                body=".txt",
            ),
    """
    names = ("name", "title", "meta", "date", "source", "body", "editor", "drop", "evidence")
    return f"        Layout(\n{arguments(layout, [name for name in names if getattr(layout, name)])}        ),\n"


def arguments(layout: Layout, names: Iterable[str]) -> str:
    # JSON's strings are Python's, and double-quoted as the formatter wants them.
    return "".join(f"            {name}={json.dumps(getattr(layout, name), ensure_ascii=False)},\n" for name in names)

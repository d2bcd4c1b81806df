"""What was learned, for a person to read: Python to paste, and a diff against the site's module."""

import difflib
import json
from dataclasses import replace

from scraper.extract.induce.learned import FIELDS, Learned, LearnedLayout
from scraper.models import Layout, Site


def as_python(learned: Learned, site: Site, label: str = "") -> str:
    """The proposals as entries of a site's `layouts=(…)`, newest template first.

    `label` opens the evidence of each: who looked and when, `REAL 2026-11`.
    Each stands below a comment that says how far it proved itself.
    """
    parts = [f"{_comment(one, site)}{_rendered(_labelled(one.layout, label))}" for one in _newest_first(learned)]
    return "".join(parts) or f"# {site.code}: no layout that reads {learned.articles} articles as well as the labels.\n"


def as_diff(learned: Learned, site: Site, label: str = "") -> str:
    """The site's present layouts and what would become of them, as a unified diff.

    A proposal takes the place and the name of the layout that reads its pages
    today, and leaves it what it has nothing better for; where none does it
    stands above the present ones, which stay: old pages keep their old template.
    """
    present = "".join(map(_rendered, site.layouts))
    after = "".join(map(_rendered, _merged(learned, site, label)))
    path = f"scraper/sites/{site.code}.py"
    lines = difflib.unified_diff(
        present.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{path}", f"b/{path}"
    )
    return "".join(lines)


def _merged(learned: Learned, site: Site, label: str) -> list[Layout]:
    present = {layout.name: layout for layout in site.layouts}
    added: list[Layout] = []
    for one in _newest_first(learned):
        layout = _labelled(one.layout, label)
        old = present.get(one.instead_of)
        if old is None or old not in site.layouts:
            added.append(layout)
        else:
            present[old.name] = _renewed(old, layout)
    return [*added, *present.values()]


def _renewed(old: Layout, new: Layout) -> Layout:
    """The present layout with what was learned; the same selectors are no news."""
    dropped = dict.fromkeys(part for drop in (old.drop, new.drop) for part in drop.split(", ") if part)
    kept = {name: getattr(old, name) for name in ("meta", "date", "source", "editor") if not getattr(new, name)}
    renewed = replace(new, **kept, name=old.name, drop=", ".join(dropped), evidence=old.evidence)
    if renewed == old:
        return old
    return replace(renewed, evidence="; ".join(filter(None, (old.evidence, new.evidence))))


def _newest_first(learned: Learned) -> list[LearnedLayout]:
    return sorted(learned.layouts, key=lambda one: one.last, reverse=True)


def _labelled(layout: Layout, label: str) -> Layout:
    return replace(layout, evidence=f"{label}, {layout.evidence}" if label else layout.evidence)


def _comment(one: LearnedLayout, site: Site) -> str:
    filled = ", ".join(f"{name} {one.filled[name]}" for name in FIELDS)
    return (
        f"        # {site.code}: {one.captures} captures published {one.first} to {one.last}, read by {one.instead_of} today;"
        f" {filled}; agreement {one.agreement:.3f}.\n"
    )


def _rendered(layout: Layout) -> str:
    names = ("name", "title", "meta", "date", "source", "body", "editor", "drop", "evidence")
    given = [(name, value) for name in names if (value := getattr(layout, name))]
    # JSON's strings are Python's, and double-quoted as the formatter wants them.
    lines = [f"            {name}={json.dumps(value, ensure_ascii=False)},\n" for name, value in given]
    return f"        Layout(\n{''.join(lines)}        ),\n"

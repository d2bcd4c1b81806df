"""What was learned, pasted into the site's module: a diff that `patch -p1` applies."""

import ast
import difflib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from scraper.extract.induce.learned import Learned, LearnedLayout
from scraper.extract.induce.printed import arguments, labelled, newest_first, rendered
from scraper.models import Layout, Site

_FIELDS = ("title", "meta", "date", "source", "body", "editor", "drop", "evidence")


def as_diff(learned: Learned, site: Site, source: str, label: str = "") -> str:
    """The text of the site's module and what would become of it, as a unified diff; empty where nothing is better.

    A proposal takes the place and the name of the layout that reads its pages
    today, and leaves it what it has nothing better for; where none does, or one
    that reads those of another proposal, too, it stands above the present ones,
    which stay: old pages keep their old template.
    """
    path = f"scraper/sites/{site.code}.py"
    after = _pasted(learned, site, source, label)
    lines = difflib.unified_diff(
        source.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{path}", f"b/{path}"
    )
    return "".join(lines)


def _pasted(learned: Learned, site: Site, source: str, label: str) -> str:
    present = {layout.name: layout for layout in site.layouts}
    added: list[Layout] = []
    renewed: dict[str, Layout] = {}
    shares = Counter(one.instead_of for one in learned.layouts)
    for one in newest_first(learned):
        old = present.get(one.instead_of)
        new = _renewed(old, one, label) if old else None
        if old is None or new is None or (new != old and shares[old.name] > 1):
            added.append(labelled(one.layout, label))
        elif new != old:
            renewed[old.name] = new
    if not added and not renewed:
        return source
    call = _site_call(source)
    entries = list(_entries(call, site, source, renewed))
    text = f"    layouts=(\n{''.join([*map(rendered, added), *entries])}    ),\n"
    return _with_imports(_replaced(source, call, text), shared=any("replace(" in entry for entry in entries))


def _renewed(old: Layout, one: LearnedLayout, label: str) -> Layout:
    """The present layout with what was learned; the same selectors are no news."""
    new = labelled(one.layout, label)
    dropped = dict.fromkeys(part for drop in (old.drop, new.drop) for part in drop.split(", ") if part)
    kept = {name: getattr(old, name) for name in ("meta", "date", "source", "editor") if not getattr(new, name)}
    renewed = replace(new, **kept, name=old.name, drop=", ".join(dropped), evidence=old.evidence)
    if renewed == old:
        return old
    return replace(renewed, evidence="; ".join(filter(None, (old.evidence, new.evidence))))


def _site_call(source: str) -> ast.Call:
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return next(call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Site")


def _entries(call: ast.Call, site: Site, source: str, renewed: dict[str, Layout]) -> Iterator[str]:
    """The present entries of `layouts=(…)` as they stand, each with the comments above it, or what becomes of them."""
    keyword = next((one for one in call.keywords if one.arg == "layouts"), None)
    if keyword is None or not isinstance(keyword.value, ast.Tuple):
        return
    lines, above = source.splitlines(keepends=True), keyword.value.lineno
    for old, node in zip(site.layouts, keyword.value.elts, strict=True):
        own_lines = node.lineno > keyword.value.lineno
        if own_lines:
            yield "".join(lines[above : node.lineno - 1])
            above = node.end_lineno or node.lineno
        if old.name not in renewed:
            yield "".join(lines[node.lineno - 1 : above]) if own_lines else _on_a_line(source, node)
        elif isinstance(node, ast.Name):  # others share it
            yield _replacing(node.id, old, renewed[old.name])
        else:
            yield rendered(renewed[old.name])


def _on_a_line(source: str, node: ast.expr) -> str:
    return f"        {ast.get_source_segment(source, node)},\n"


def _replacing(shared: str, old: Layout, new: Layout) -> str:
    changed = [name for name in _FIELDS if getattr(new, name) != getattr(old, name)]
    return f"        replace(\n            {shared},\n{arguments(new, changed)}        ),\n"


def _replaced(source: str, call: ast.Call, text: str) -> str:
    """The module with `layouts=(…)` as given, in its place or before what follows the article paths."""
    lines = source.splitlines(keepends=True)
    at = next((index for index, one in enumerate(call.keywords) if one.arg == "layouts"), None)
    if at is not None:
        value = call.keywords[at].value
        lines[call.keywords[at].lineno - 1 : value.end_lineno] = [text]
        return "".join(lines)
    paths = next(index for index, one in enumerate(call.keywords) if one.arg == "article_path")
    end = call.keywords[paths].value.end_lineno or 0
    return "".join([*lines[:end], text, *lines[end:]])


def _with_imports(source: str, shared: bool) -> str:
    """`Layout` imported where it is used, and `replace` for a layout that others share."""
    if shared and "from dataclasses import replace" not in source:
        source = source.replace("import re\n", "import re\nfrom dataclasses import replace\n", 1)
    names = re.search(r"^from scraper\.models import (.+)$", source, re.M)
    if names is None or "Layout(" not in source:
        return source
    wanted = ", ".join(sorted({*names[1].split(", "), "Layout"}))
    return source[: names.start(1)] + wanted + source[names.end(1) :]

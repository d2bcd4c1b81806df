"""The other selectors of a template: where date, source and editor stand, together or apart."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from scraper.extract import labels
from scraper.extract.induce.learned import MINIMUM, LearnedLayout
from scraper.extract.induce.noise import drop_selector
from scraper.extract.induce.proof import prove
from scraper.extract.induce.sample import Node, Sample
from scraper.extract.induce.selectors import WORST, Names, candidate_selectors
from scraper.extract.induce.templates import LOOSE, Group
from scraper.extract.page import Line
from scraper.models import Layout, Site
from scraper.text import fold, squeeze


def proposed(group: Group, names: Names, site: Site, taken: set[str]) -> tuple[LearnedLayout, set[str]] | None:
    """The group's layout as it proved itself, and the addresses of the pages it reads."""
    whole = _completed(group, names, _unused_name(group, site, taken))
    for layout in dict.fromkeys([whole, replace(whole, drop="")]):
        proof = prove(layout, group.samples, site)
        if proof:
            return proof
    return None


def _unused_name(group: Group, site: Site, taken: set[str]) -> str:
    """`ha-learned-2024`, for the newest article in the group."""
    name = f"{site.code}-learned-{max(sample.record.published_at for sample in group.samples)[:4]}"
    numbered = (f"{name}-{number}" for number in range(2, 100))
    return next(one for one in (name, *numbered) if one not in taken)


def _completed(group: Group, names: Names, name: str) -> Layout:
    meta, read = _meta_selector(group.samples, names)
    apart = {
        wanted: _apart_selector(group.samples, names, wanted, [wanted in found for found in read]) for wanted in _READ
    }
    apart["source"] = apart["source"] or _bare_source_selector(group.samples, names)
    return Layout(
        name=name,
        title=group.title,
        body=group.body,
        meta=meta,
        drop=drop_selector(group, names),
        evidence=f"learned from {len(group.samples)} captures",
        **apart,
    )


def _wanted(sample: Sample) -> dict[str, str]:
    record = sample.record
    values = {"date": record.published_at, "source": record.source, "editor": record.editor}
    return {name: value for name, value in values.items() if value}


def _date_in(texts: Sequence[str]) -> str | None:
    dates = [found for text in (*texts, " ".join(texts)) if (found := labels.find_date(text))]
    return next((date for date, timed in dates if timed), dates[0][0] if dates else None)


def _editor_in(texts: Sequence[str]) -> str | None:
    return next((found for text in texts if (found := labels.find_editor(text))), None)


def _source_in(texts: Sequence[str]) -> str | None:
    return labels.find_source(tuple(texts))


_READ: dict[str, Callable[[Sequence[str]], str | None]] = {
    "date": _date_in,
    "source": _source_in,
    "editor": _editor_in,
}
_META_SIZE = 400


def _meta_selector(samples: list[Sample], names: Names) -> tuple[str, list[set[str]]]:
    """Selectors for what holds the date line, and what they read on each page."""
    least = min(MINIMUM, max(2, len(samples) // 3))
    candidates = candidate_selectors(samples, names, _meta_nodes, least, apart=True)
    reads = [
        (selector, cost + _foreign_lines(samples, selector), [_meta_read(sample, selector) for sample in samples])
        for selector, cost in candidates
    ]
    chosen: list[str] = []
    have: list[set[str]] = [set() for _ in samples]
    for _ in range(3):
        best = max(reads, key=lambda one: _gain(have, one[2], one[1]), default=None)
        if best is None or _gain(have, best[2], best[1]) < max(1.5, 0.1 * len(samples)):
            break
        chosen.append(best[0])
        have = [old | (new or set()) for old, new in zip(have, best[2], strict=True)]
    return ", ".join(chosen), have


def _gain(have: list[set[str]], new: Sequence[set[str] | None], cost: float) -> float:
    """Fields read anew, less those read wrongly; a simple selector is worth more."""
    more = sum(len(found - old) for old, found in zip(have, new, strict=True) if found)
    wrong = sum(found is None for found in new)
    return (more - 3 * wrong) * max(0.0, 1 - cost / WORST)


def _meta_nodes(sample: Sample) -> set[int]:
    """The nodes around the date line and the labels beside it, above the story."""
    wanted, top = _wanted(sample), min(sample.story, default=sample.span.first)
    shown = [(at, line) for at, line in sample.lines() if at < top and not line.hidden and line.size <= 160]
    found: set[int] = set()
    for at, line in shown:
        parts = (line.text, *line.gaps)
        named = any(value in (_READ[name](parts), line.text) for name, value in wanted.items())
        if named or (labels.has_source_label(line.text) and "source" in wanted):
            found.update(index for index in sample.around(at) if _is_small(sample, index, _META_SIZE))
    return found


def _is_small(sample: Sample, index: int, most: int) -> bool:
    node = sample.nodes[index]
    return node.end - node.start <= most and index not in sample.busy


def _meta_read(sample: Sample, selector: str) -> set[str] | None:
    """What a date line's selector reads; None where it reads something wrong or holds a part of the story."""
    found = sample.selected(selector)
    nodes = [sample.nodes[index] for index in found if sample.nodes[index].end > sample.nodes[index].start]
    if len(nodes) > 8 or not all(_is_small(sample, index, _META_SIZE) for index in found):
        return None
    top = min(sample.story, default=sample.span.first)
    if any(sample.items_of(node).start > top for node in nodes):
        return None
    texts = _with_labels([text for node in nodes for text in _texts_of(sample, node)])
    wanted = _wanted(sample)
    read = {name: value for name, reader in _READ.items() if (value := reader(texts))}
    if "source" in wanted and wanted["source"] in texts and not labels.has_source_label(" ".join(texts)):
        read["source"] = wanted["source"]
    if any(value != wanted.get(name, value) for name, value in read.items()):
        return None
    return set(read)


_BARE_LABEL = re.compile(r"(?:发布|更新|发表)?(?:时间|日期)|(?:文章|信息|新闻)?来源|稿源|(?:责任)?编辑|责编|作者|记者")


def _with_labels(texts: list[str]) -> list[str]:
    """A label in an element of its own, and the value in the next, as one text: 责任编辑, 高原."""
    joined: list[str] = []
    for text in texts:
        if joined and _BARE_LABEL.fullmatch(joined[-1]):
            joined[-1] += f"：{text}"
        else:
            joined.append(text)
    return joined


def _foreign_lines(samples: list[Sample], selector: str) -> float:
    """What it costs that a date line's selector holds lines that say neither date nor source nor editor."""
    lines = [
        line
        for sample in samples
        for index in sample.selected(selector)
        for at in sample.items_of(sample.nodes[index])
        if isinstance(line := sample.page.items[at], Line)
    ]
    foreign = sum(
        not _BARE_LABEL.fullmatch(line.text) and not any(reader((line.text, *line.gaps)) for reader in _READ.values())
        for line in lines
    )
    return min(LOOSE, 1.5 * foreign / len(samples))


def _texts_of(sample: Sample, node: Node) -> list[str]:
    """The lines of a node in their parts; of an inline node, its part of the line."""
    texts: list[str] = []
    for at in sample.items_of(node):
        line = sample.page.items[at]
        if not isinstance(line, Line) or line.size > 160:
            continue
        if node.start <= sample.starts[at] and sample.starts[at + 1] <= node.end:
            texts += line.gaps
            continue
        bare = squeeze(line.text)
        texts.append(bare[max(0, node.start - sample.starts[at]) : node.end - sample.starts[at]])
    return texts


def _apart_selector(samples: list[Sample], names: Names, wanted: str, known: list[bool]) -> str:
    """A selector for the field on the pages where the date line does not have it (【编辑:X】 below the text)."""
    missing = [sample for sample, is_known in zip(samples, known, strict=True) if not is_known]
    candidates = candidate_selectors(missing, names, lambda sample: _nodes_apart(sample, wanted), 2, apart=True)
    best, best_score = "", 1.5
    for selector, cost in candidates:
        hits = [_read_apart(sample, selector, wanted) for sample in samples]
        score = (sum(hit or 0 for hit in hits) - 3 * hits.count(None)) * max(0.0, 1 - cost / WORST)
        if score > best_score:
            best, best_score = selector, score
    return best


def _nodes_apart(sample: Sample, wanted: str) -> set[int]:
    value = _wanted(sample).get(wanted)
    found: set[int] = set()
    for at, line in sample.lines() if value else ():
        if line.size <= 120 and at not in sample.story and _READ[wanted]((line.text,)) == value:
            found.update(index for index in sample.around(at) if _is_small(sample, index, 120))
    return found


def _read_apart(sample: Sample, selector: str, wanted: str) -> int | None:
    """1 where it reads the field, 0 where it reads nothing, None where it reads something else."""
    found = sample.select(selector)
    if len(found) > 8 or any(sample.index_of.get(node.mem_id) in sample.busy for node in found):
        return None
    read = _READ[wanted]([fold(node.text(separator=" ")) for node in found])
    return 0 if read is None else 1 if read == _wanted(sample).get(wanted) else None


_NAME = re.compile(r"[\w（）()·\-—“” ]{2,20}")


def _bare_source_selector(samples: list[Sample], names: Names) -> str:
    """A selector for sources without a label, where it reads more of them than the label reader recognizes as such."""
    with_source = [sample for sample in samples if sample.record.source]
    if len(with_source) == len(samples):
        return ""
    candidates = candidate_selectors(with_source, names, _bare_source_nodes, MINIMUM, apart=True)
    best, best_score = "", 0.0
    for selector, cost in candidates:
        texts = [[fold(node.text(separator=" ")) for node in sample.select(selector)] for sample in samples]
        if any(_contradicts(sample, found) for sample, found in zip(samples, texts, strict=True)):
            continue
        more = sum(bool(found) for sample, found in zip(samples, texts, strict=True) if not sample.record.source)
        score = more * (1 - cost / WORST)
        if score > best_score:
            best, best_score = selector, score
    return best


def _bare_source_nodes(sample: Sample) -> set[int]:
    top = min(sample.story, default=sample.span.first)
    nodes = {index for at, _ in sample.lines() if at < top for index in sample.around(at)}
    return {
        index
        for index in nodes
        if _is_small(sample, index, 20) and _texts_of(sample, sample.nodes[index]) == [sample.record.source]
    }


def _contradicts(sample: Sample, found: list[str]) -> bool:
    """Whether what is found is not the source, or can be none."""
    known = sample.record.source
    if not found:
        return bool(known)
    return len(found) > 1 or (found[0] != known if known else not _NAME.fullmatch(found[0]) or found[0][0].isdigit())

"""What the body of a template holds that is not the article's: lines that stand on page after page."""

from scraper.extract import chrome
from scraper.extract.induce.learned import REPEATED
from scraper.extract.induce.sample import Sample, repeated_lines
from scraper.extract.induce.selectors import WORST, Names, candidate_selectors, is_by_name
from scraper.extract.induce.templates import Group
from scraper.extract.page import Line
from scraper.text import squeeze

_MOST_DROPPED = 6


def drop_selector(group: Group, names: Names) -> str:
    """Selectors for furniture inside the body, those that cover the most of it first."""
    samples = group.samples
    noise = _noise(group)
    least = max(2, round(len(samples) * REPEATED))
    targets = {sample.url: _noise_nodes(sample, found) for sample, found in zip(samples, noise, strict=True)}
    candidates = candidate_selectors(samples, names, lambda sample: targets[sample.url], least, apart=True)
    covers = [
        (selector, cost, cover)
        for selector, cost in candidates
        # The next article may have a line of its own that looks so, or stands there.
        if is_by_name(selector) and (cover := _covered(samples, noise, selector)) is not None
    ]
    chosen: list[str] = []
    while covers and len(chosen) < _MOST_DROPPED:
        selector, _, cover = max(covers, key=lambda one: sum(map(len, one[2])) * (1 - one[1] / WORST))
        if sum(map(bool, cover)) < least:
            break
        chosen.append(selector)
        covers = [
            (one, cost, [old - gone for old, gone in zip(rest, cover, strict=True)]) for one, cost, rest in covers
        ]
    return ", ".join(chosen)


def _noise(group: Group) -> list[set[int]]:
    """For each page the lines inside the body that are furniture."""
    inside = {sample.url: _strange_lines(sample, group.body) for sample in group.samples}
    repeated = repeated_lines(group.samples, lambda sample: inside[sample.url], 2)
    return [{at for at in inside[sample.url] if _is_furniture(sample.line(at), repeated)} for sample in group.samples]


def _strange_lines(sample: Sample, body: str) -> list[int]:
    node, _ = sample.first(body)
    index = sample.index_of.get(node.mem_id, -1) if node else -1
    items = sample.items_of(sample.nodes[index]) if index >= 0 else range(0)
    return [
        at
        for at in items
        if at >= sample.lead and at not in sample.story and isinstance(item := sample.page.items[at], Line)
        if not item.hidden
    ]


def _is_furniture(line: Line, repeated: set[str]) -> bool:
    return (
        line.link_size * 2 > line.size
        or squeeze(line.text) in repeated
        or chrome.is_chrome(line.text)
        or chrome.is_editor_line(line.text)
        or chrome.opens_afterwards(line.text)
    )


def _noise_nodes(sample: Sample, noise: set[int]) -> set[int]:
    """The nodes that hold furniture and no part of title, date line or story."""
    found: set[int] = set()
    for at in noise:
        found.update(index for index in sample.around(at) if not _is_protected(sample, index))
    return found


def _is_protected(sample: Sample, index: int) -> bool:
    items = sample.items_of(sample.nodes[index])
    return index in sample.busy or items.start < sample.lead < items.stop


def _covered(samples: list[Sample], noise: list[set[int]], selector: str) -> list[set[int]] | None:
    """The furniture it hides on each page; None if it would hide anything of an article."""
    cover: list[set[int]] = []
    for sample, found in zip(samples, noise, strict=True):
        nodes = [sample.nodes[index] for index in sample.selected(selector)]
        hidden = {at for node in nodes for at in sample.items_of(node)}
        if hidden & sample.story or any(at < sample.lead for at in hidden):
            return None
        cover.append(hidden & found)
    return cover

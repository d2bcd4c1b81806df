"""Which captures are of one template: those that one title and one body selector read."""

from collections.abc import Callable
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from scraper.extract import labels
from scraper.extract.body import compose
from scraper.extract.induce.learned import MINIMUM
from scraper.extract.induce.sample import Node, Sample, has_text, select
from scraper.extract.induce.selectors import TAG_COST, WORST, Candidate, Names, candidate_selectors
from scraper.extract.page import Line
from scraper.extract.span import Span
from scraper.text import fold, squeeze


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    body: str
    samples: list[Sample]


def grouped(samples: list[Sample], names: Names, strangers: list[LexborHTMLParser | None]) -> list[Group]:
    """The templates, those with names first: bare tags are tried on what is left."""
    for sample in samples:
        sample.bodies = _body_nodes(sample)
    titles = _tried(samples, candidate_selectors(samples, names, _title_nodes, MINIMUM), _is_title, strangers)
    bodies = _tried(samples, candidate_selectors(samples, names, lambda one: one.bodies, MINIMUM), _is_body, strangers)
    left = set(range(len(samples)))
    groups: list[Group] = []
    for limit in (TAG_COST, WORST):
        while len(left) >= MINIMUM:
            best = _best_pair(titles, bodies, left, limit)
            if best is None:
                break
            title, body, on = best
            groups.append(Group(title, body, [samples[at] for at in sorted(on)]))
            left -= on
    return groups


_Check = Callable[[Sample, str], float | None]


def _tried(
    samples: list[Sample],
    candidates: list[tuple[str, float]],
    check: _Check,
    strangers: list[LexborHTMLParser | None],
) -> list[Candidate]:
    """Each candidate on each page; one that also finds something on listings and error pages costs more."""
    found: list[Candidate] = []
    for selector, cost in candidates:
        candidate = Candidate(selector, cost)
        for at, sample in enumerate(samples):
            extra = check(sample, selector)
            if extra is not None:
                candidate.pages[at] = extra
        if len(candidate.pages) >= MINIMUM:
            candidate.cost += _found_on(strangers, selector)
            found.append(candidate)
    return found


def _found_on(strangers: list[LexborHTMLParser | None], selector: str) -> float:
    trees = [tree for tree in strangers if tree is not None][:10]
    hits = sum(any(has_text(node) for node in select(tree, selector)) for tree in trees)
    return hits / len(trees) if trees else 0.0


def _best_pair(
    titles: list[Candidate], bodies: list[Candidate], left: set[int], limit: float
) -> tuple[str, str, set[int]] | None:
    """The title and body selector that read the most pages for their cost."""
    best, best_score = None, 0.0
    for body in bodies:
        in_body = left & body.pages.keys()
        if len(in_body) < MINIMUM or body.cost >= limit:
            continue
        for title in titles:
            on = in_body & title.pages.keys()
            if len(on) < MINIMUM or len(on) <= best_score or title.cost >= limit:
                continue
            costs = sum(title.pages[at] + body.pages[at] for at in on) + (title.cost + body.cost) * len(on)
            score = len(on) - costs / WORST
            if score > best_score:
                best, best_score = (title.selector, body.selector, on), score
    return best


def _title_nodes(sample: Sample) -> list[int]:
    """The visible nodes that hold the title and nothing else."""
    size = len(squeeze(sample.record.title))
    fitting = {
        index
        for at, line in sample.lines()
        if not line.hidden and at < sample.span.last and squeeze(line.text)[:4] in squeeze(sample.record.title)
        for index in sample.around(at)
        if size <= sample.nodes[index].end - sample.nodes[index].start <= size + 8
    }
    return [index for index in sorted(fitting) if _opens_like_title(sample, sample.nodes[index])]


def _opens_like_title(sample: Sample, node: Node) -> bool:
    items = sample.items_of(node)
    texts = [line.text for at in items if isinstance(line := sample.page.items[at], Line)]
    return _same_title("".join(texts), sample.record.title)


def _same_title(text: str, title: str) -> bool:
    return squeeze(labels.without_page_number(fold(text))) == squeeze(title)


def _is_title(sample: Sample, selector: str) -> float | None:
    node, count = sample.first(selector)
    if node is None or not _same_title(node.text(separator=""), sample.record.title):
        return None
    return 0.5 * (count > 1)


def _is_body(sample: Sample, selector: str) -> float | None:
    node, count = sample.first(selector)
    looseness = sample.bodies.get(sample.index_of.get(node.mem_id, -1)) if node else None
    return None if looseness is None else looseness + 0.5 * (count > 1)


LOOSE = 10.0


def _body_nodes(sample: Sample) -> dict[int, float]:
    """The smallest node that holds all of the text, and those around it from which the same can be read."""
    if not sample.story:
        return {}
    # Pictures above the text may stand in a box of their own: they are looked for from the date line on.
    top = min(_text_lines(sample), default=min(sample.story))
    start, end = sample.starts[top], sample.starts[max(sample.story) + 1]
    around = [at for at, node in enumerate(sample.nodes) if at and node.start <= start and node.end >= end]
    if not around:
        return {}
    tight = set(sample.items_of(sample.nodes[around[-1]]))
    told = _told(sample, sample.nodes[around[-1]])
    found: dict[int, float] = {}
    for index in reversed(around):
        more = [at for at in sample.items_of(sample.nodes[index]) if at not in tight]
        shown = sum(isinstance(item := sample.page.items[at], Line) and not item.hidden for at in more)
        if shown > 40 or (shown and not told <= _told(sample, sample.nodes[index])):
            break
        found[index] = min(LOOSE, 2.0 + 2.0 * shown) if shown else 0.0
    return found


def _text_lines(sample: Sample) -> list[int]:
    """The lines of the story that stand in the body and are no captions."""
    captions = {squeeze(image.caption) for image in sample.record.images if image.caption}
    items = ((at, sample.page.items[at]) for at in sample.story)
    return [at for at, item in items if isinstance(item, Line) and squeeze(item.text) not in captions]


def _told(sample: Sample, node: Node) -> set[str]:
    """What a reader makes of the node as a body: its paragraphs and the addresses of its pictures."""
    items = sample.items_of(node)
    span = Span(sample.lead, max(items.start, sample.lead), items.stop)
    story = compose(sample.page, span, sample.record.title)
    return {*story.paragraphs, *(image.src for image in story.images)}

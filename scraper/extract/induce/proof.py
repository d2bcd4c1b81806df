"""A proposed layout, tried on every capture it was learned from."""

from collections import Counter
from dataclasses import replace

from scraper.extract import readers
from scraper.extract.article import agreement, extract_article
from scraper.extract.flatten import flatten
from scraper.extract.induce.learned import ENOUGH, FIELDS, MINIMUM, LearnedLayout
from scraper.extract.induce.sample import Sample
from scraper.models import Article, Layout, Site
from scraper.text import squeeze


def prove(layout: Layout, samples: list[Sample], site: Site) -> tuple[LearnedLayout, set[str]] | None:
    """The layout tried on every page; None if the label reader alone reads them better."""
    trial = replace(site, layouts=(layout,))
    read: list[tuple[Sample, Article]] = []
    for sample in samples:
        record = extract_article(sample.raw, trial, sample.url, content_type=sample.content_type)
        if record.layout == layout.name:
            read.append((sample, record))
    if len(read) < MINIMUM or _is_worse(read):
        return None
    mean = sum(agreement(record, _by_labels(sample, record)) for sample, record in read) / len(read)
    if mean < ENOUGH:
        return None
    days = sorted(record.published_at[:10] for _, record in read)
    urls = [sample.url for sample, _ in read]
    return (
        LearnedLayout(
            layout=replace(layout, evidence=f"learned from {len(read)} captures"),
            captures=len(read),
            filled=_filled(layout, read),
            completed=_completed(read),
            agreement=round(mean, 3),
            instead_of=_present([sample for sample, _ in read], site),
            first=days[0],
            last=days[-1],
            examples=tuple(urls[:3]),
        ),
        set(urls),
    )


def _by_labels(sample: Sample, record: Article) -> Article:
    """What the label reader says, less what the layout is to know better: boilerplate, names that have no label."""
    told = (part for part in sample.record.body.split("\n\n") if squeeze(part) not in sample.boilerplate)
    return replace(
        sample.record,
        body="\n\n".join(told),
        source=sample.record.source or record.source,
        editor=sample.record.editor or record.editor,
    )


def _is_worse(read: list[tuple[Sample, Article]]) -> bool:
    """Whether any field is empty on more pages than the label reader leaves it, or the texts are others."""
    names = ("title", "published_at", "source", "editor", "body", "images")
    return sum(_likeness(sample, record) for sample, record in read) < ENOUGH * len(read) or any(
        sum(bool(getattr(record, name)) for _, record in read)
        < sum(bool(getattr(sample.record, name)) for sample, _ in read)
        for name in names
    )


def _likeness(sample: Sample, record: Article) -> float:
    """The share of paragraphs that both readings have, boilerplate left aside."""
    one, other = (
        set(map(squeeze, text.split("\n\n"))) - sample.boilerplate for text in (record.body, sample.record.body)
    )
    return len(one & other) / len(one | other) if one or other else 1.0


def _filled(layout: Layout, read: list[tuple[Sample, Article]]) -> dict[str, int]:
    """What the selectors find by themselves."""
    filled = dict.fromkeys(FIELDS, 0)
    for sample, record in read:
        reading = _reading(layout, sample)
        if reading is None:
            continue
        found = (reading.title, reading.published_at, reading.source or reading.beside, reading.editor, _told(record))
        for name, value in zip(FIELDS, found, strict=True):
            filled[name] += bool(value)
    return filled


def _completed(read: list[tuple[Sample, Article]]) -> dict[str, int]:
    records = [(one.title, one.published_at, one.source, one.editor, _told(one)) for _, one in read]
    return {name: sum(map(bool, values)) for name, values in zip(FIELDS, zip(*records, strict=True), strict=True)}


def _told(record: Article) -> bool:
    return bool(record.body or record.images)


def _reading(layout: Layout, sample: Sample) -> readers.Reading | None:
    """What the selectors say by themselves: `extract_article` fills their gaps with the labels."""
    match = readers.match_layout(sample.tree, (layout,))
    if match is None:
        return None
    wanted = frozenset({match.body.mem_id, *(node.mem_id for node in match.meta)})
    return readers.read_layout(flatten(sample.tree, "", sample.url, wanted), match, sample.tree)


def _present(samples: list[Sample], site: Site) -> str:
    """What reads most of the pages today."""
    if not site.layouts:
        return "labels"
    today = Counter(
        extract_article(sample.raw, site, sample.url, content_type=sample.content_type).layout for sample in samples
    )
    return today.most_common(1)[0][0]

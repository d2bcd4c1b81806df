"""One page in, one record out. Pure: no network, no database, no clock."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser

from scraper.errors import MissingField, NotAnArticle, PageError
from scraper.extract import chrome, labels, people, readers
from scraper.extract.body import Story, compose
from scraper.extract.breadcrumb import find_channel
from scraper.extract.captions import find_credit
from scraper.extract.crew import parts_of_crew
from scraper.extract.dateline import all_labelled, is_about_others, value_below
from scraper.extract.decode import Decoded, decode
from scraper.extract.disagreement import find_disagreements
from scraper.extract.flatten import flatten
from scraper.extract.gallery import gallery_images, picture_name, script_gallery, video_poster, without_counters
from scraper.extract.guard import refuse_absurd
from scraper.extract.next_page import find_next_page
from scraper.extract.page import Line, Page
from scraper.extract.pictures import path_of, resolve
from scraper.extract.readers import Reading
from scraper.models import Article, Image, Layout, Site
from scraper.text import fold, squeeze


def extract_article(raw: bytes, site: Site, url: str, *, content_type: str = "", layouts: bool = True) -> Article:
    """Read an article page.

    `url` is the page's canonical address, `raw` its bytes as served, and
    `content_type` the header that came with them. With `layouts=False` only
    the label reader is used.

    Raises `UndecodablePage`, `HostilePage`, `NotAnArticle` or `MissingField`,
    each with the URL.
    """
    decoded = decode(raw, content_type)
    refuse_absurd(decoded.text)
    tree = LexborHTMLParser(decoded.text)
    known = site.layouts if layouts else ()
    match = readers.match_layout(tree, known)
    page = flatten(tree, decoded.text, _base(tree, url), _wanted(match))
    if match:
        _hide(page, match)
    by_layout = readers.read_layout(page, match, tree) if match else None
    by_labels = readers.read_labels(page)
    draft = _better(page, by_layout, by_labels, site, url)
    return _finished(page, draft, decoded, site, url)


def _base(tree: LexborHTMLParser, url: str) -> str:
    """Addresses on old pages are relative to the page; their <base> names only a target."""
    node = tree.head.css_first("base[href]") if tree.head else None
    href = (node.attributes.get("href") or "") if node else ""
    return resolve(url, href) if href.startswith(("http://", "https://")) else url


def _wanted(match: readers.Match | None) -> frozenset[int]:
    if match is None:
        return frozenset()
    return (
        frozenset({match.body.mem_id, *(node.mem_id for node in match.more), *(node.mem_id for node in match.meta)})
        | match.dropped
    )


def _hide(page: Page, match: readers.Match) -> None:
    """What a layout drops is as good as hidden."""
    for node in match.dropped:
        element = page.wanted.get(node)
        if element:
            for item in page.items[element.first : element.last]:
                item.hidden = True


@dataclass(frozen=True, slots=True)
class _Draft:
    """A record as far as two readings are weighed and compared by it, and what the rest is read from."""

    record: Article
    reading: Reading
    composed: Story
    """What stands in the reading's span."""
    story: Story
    """The same, or the gallery in its place."""
    agreement: float | None = None
    other: Article | None = None
    """What the reader that was not chosen says."""


def _better(page: Page, by_layout: Reading | None, by_labels: Reading | None, site: Site, url: str) -> _Draft:
    """The layout's draft if it is whole, else the labels'; each says how far they agree where both are."""
    from_layout = _draft(page, by_layout, site, url) if by_layout else None
    from_labels = _draft(page, by_labels, site, url, from_layout) if by_labels else None
    chosen = from_layout if from_layout and not _missing(from_layout.record) else None
    if (
        from_labels
        and not _missing(from_labels.record)
        and (chosen is None or _is_part(chosen.story, from_labels.story))
    ):
        chosen = from_labels
    if chosen is None:
        either = from_layout or from_labels
        raise _refusal(either.record if either else None, page, url)
    other = from_labels if chosen is from_layout else from_layout
    if other is None:
        return chosen
    record = _completed(chosen.record, other.record)
    return replace(chosen, record=record, agreement=agreement(record, other.record), other=other.record)


_WHOLE_BODY = 100
"""Characters from which on a body that a layout holds only a part of is prose, and no box beside the text."""
_PART = 0.6


def _is_part(story: Story, whole: Story) -> bool:
    """Whether a stale body selector holds a part of the text and nothing else: of a box now two, the first."""
    size = len(squeeze(whole.body))
    if size < _WHOLE_BODY or len(squeeze(story.body)) > _PART * size:
        return False
    return set(story.paragraphs) <= set(whole.paragraphs) and len(story.images) <= len(whole.images)


def _completed(chosen: Article, other: Article) -> Article:
    """A source or editor that only the other reader saw is kept: a stale selector loses nothing."""
    if chosen.source and chosen.editor:
        return chosen
    return replace(chosen, source=chosen.source or other.source, editor=chosen.editor or other.editor)


def _missing(record: Article) -> str | None:
    if not record.title or labels.is_placeholder(record.title):
        return "title"
    if not record.published_at:
        return "date"
    if not record.body and not any(image.src for image in record.images) and record.kind != "video":
        return "body"
    return None


def _refusal(record: Article | None, page: Page, url: str) -> PageError:
    """What the page is not. A page without prose or date never promised an article."""
    linked = sum(line.link_size for line in page.lines)
    total = sum(line.size for line in page.lines) or 1
    if record is None or linked * 2 > total or not record.published_at:
        if record and record.body and len(squeeze(record.body)) > 200 and not record.published_at:
            return MissingField("date", url=url)
        return NotAnArticle("the page is not an article: a listing, an error page or a frame", url=url)
    return MissingField(_missing(record) or "body", url=url)


# --- one reading, one record -----------------------------------------------------------


def _draft(page: Page, reading: Reading, site: Site, url: str, other: _Draft | None = None) -> _Draft:
    composed = _composed(page, reading, other)
    story, images = composed, tuple(composed.images)
    gallery = gallery_images(page, images)
    if gallery:
        story, images = _with_whole_caption(_as_gallery(story, gallery), images, gallery)
    elif gallery := _gallery_behind(page, story, images):
        story, images = _as_gallery(story, gallery), gallery
    kind = _kind(url, story, bool(gallery), images)
    if kind == "video" and not images:
        images = video_poster(page)
    record = Article(
        url=url,
        site=site.code,
        region=site.name,
        kind=kind,
        layout=reading.reader,
        agreement=None,
        channel=None,
        title=reading.title,
        published_at=reading.published_at or _date_elsewhere(page, reading, site, url) or "",
        source=reading.source or _source_elsewhere(page, reading, story) or reading.beside,
        editor=reading.editor or _editor_elsewhere(page, reading),
        authors=(),
        contributors=(),
        body=story.body,
        sections=tuple(story.sections),
        images=without_counters(images, alone=kind == "gallery"),
        next_page=None,
        rights=None,
    )
    return _Draft(record, reading, composed, story)


_SHORT_BODY = 240


def _gallery_behind(page: Page, story: Story, shown: tuple[Image, ...]) -> tuple[Image, ...]:
    """The gallery in a script of which the page shows the first picture, its thumbnails or none."""
    if len(story.body) > _SHORT_BODY or sum(bool(image.caption) for image in shown) > 1:
        return ()
    gallery = script_gallery(page)
    names = {picture_name(image.src) for image in gallery}
    return gallery if all(picture_name(image.src) in names for image in shown) else ()


def _composed(page: Page, reading: Reading, other: _Draft | None) -> Story:
    """On most pages both readers find the same span; it is composed once."""
    if other and (other.reading.span, other.reading.title) == (reading.span, reading.title):
        return other.composed
    return compose(page, reading.span, reading.title)


def _finished(page: Page, draft: _Draft, decoded: Decoded, site: Site, url: str) -> Article:
    return replace(
        draft.record,
        agreement=draft.agreement,
        channel=find_channel(page, draft.reading.span.first, draft.reading.title),
        authors=_authors(page, draft.reading, draft.story, draft.record.editor),
        contributors=people.find_contributors(draft.story.paragraphs),
        next_page=find_next_page(page, url),
        rights=_rights(page),
        disagreements=find_disagreements(page, draft.record, draft.other, _date_in_address(site, url)),
        charset=decoded.used,
        replaced=decoded.replaced,
    )


def _as_gallery(story: Story, gallery: tuple[Image, ...]) -> Story:
    """The script's pictures; text that repeats one of their captions is no body."""
    captions = squeeze("".join(image.caption or "" for image in gallery))
    kept = [paragraph for paragraph in story.paragraphs if squeeze(paragraph) not in captions]
    return Story(kept, [], list(gallery))


def _with_whole_caption(
    story: Story, shown: tuple[Image, ...], gallery: tuple[Image, ...]
) -> tuple[Story, tuple[Image, ...]]:
    """The main site's script has the first paragraph of a caption, the page has all of it below the picture."""
    begun = squeeze(shown[0].caption or "") if len(shown) == 1 else ""
    if not begun or not story.paragraphs or not any(squeeze(image.caption or "") == begun for image in gallery):
        return story, gallery
    whole = "".join([shown[0].caption or "", *story.paragraphs])
    gallery = tuple(
        replace(image, caption=whole, credit=find_credit(whole)) if squeeze(image.caption or "") == begun else image
        for image in gallery
    )
    return Story([], [], list(gallery)), gallery


def _kind(url: str, story: Story, gallery: bool, images: tuple[Image, ...]) -> str:
    path = path_of(url)
    if re.search(r"/(?:shipin|video|spxw|sp)/", path):
        return "video"
    if gallery or (images and (not story.paragraphs or re.search(r"/(?:tp|photo|tupian)s?[/_]", path))):
        return "gallery"
    captions = [image.caption for image in images if image.caption]
    if len(captions) >= 2 and sum(map(len, captions)) > len(story.body):
        return "gallery"
    return "article"


def _date_elsewhere(page: Page, reading: Reading, site: Site, url: str) -> str | None:
    """Hidden inputs, then any labelled date line, then the head's comment, then the address."""
    inputs = page.inputs
    hidden = labels.find_date(f"{inputs.get('newsdate', '')} {inputs.get('newstime', '')}")
    hidden = hidden or labels.find_date(inputs.get("newstime", "")) or labels.find_date(inputs.get("pubtime", ""))
    labelled = _labelled_date(page, reading)
    if labelled or hidden:
        return labelled or (hidden[0] if hidden else None)
    in_address = _date_in_address(site, url)
    yearless = [labels.in_year_of(in_address, text) for text in _meta_texts(page, reading)] if in_address else []
    if any(yearless):
        return next(filter(None, yearless))
    # A listing has such a comment too, of the moment it was last published.
    if page.head_comment and (reading.reader != "labels" or in_address):
        found = labels.find_date(page.head_comment[0])
        return found[0] if found else in_address
    return in_address


def _labelled_date(page: Page, reading: Reading) -> str | None:
    """发布时间：… behind the text (galleries), or a bare date line near the story."""
    near = page.items[max(0, reading.span.lead - 6) : reading.span.last + 6]
    for item in near:
        if isinstance(item, Line) and not item.hidden and item.size <= 60 and not is_about_others(page, item):
            found = labels.find_date(item.text)
            if found and found[1]:
                return found[0]
    return None


def _date_in_address(site: Site, url: str) -> str | None:
    path = path_of(url)
    for pattern in site.article_path:
        match = pattern.fullmatch(path)
        if match and (groups := match.groupdict()).get("day"):
            found = labels.find_date(f"{groups['year']}-{groups['month']}-{groups['day']}")
            return found[0] if found else None
    loose = re.search(r"/((?:19|20)\d\d)[-/]?(\d\d)[-/]?(\d\d)(?!\d)", path)
    found = labels.find_date("-".join(loose.groups())) if loose else None
    return found[0] if found else None


def _source_elsewhere(page: Page, reading: Reading, story: Story) -> str | None:
    """来源：某报 in the closing line of the text, or 摘自:某报."""
    if any(labels.has_source_label(part) for part in _meta_texts(page, reading)):
        return None
    signed = labels.find_source(_labelled_below(page, reading))
    if signed:
        return signed
    for paragraph in (*story.paragraphs[-2:], *story.beside):
        if len(paragraph) <= 60:
            found = labels.find_source(tuple(re.split(r"[；;]\s*", paragraph))) or labels.taken_from(paragraph)
            if found:
                return found
    return None


def _labelled_below(page: Page, reading: Reading) -> tuple[str, ...]:
    """What 【来源：X】【作者：Y】 below the text say, one by one."""
    below = page.items[reading.span.first : reading.span.last + 24]
    lines = [item for item in below if isinstance(item, Line) and not item.hidden]
    texts = [labels.without_editor(line.text) for line in lines]
    bracketed = [part for text in texts if chrome.is_label_line(text) for part in re.split("[【】]", text)]
    apart = [part for line in lines if line.size <= 60 and all_labelled(line) for part in line.parts]
    crew = [part for above, line, under in _with_neighbours(lines) for part in parts_of_crew(line, (above, under))]
    return tuple(labels.with_colon(part.strip()) for part in (*bracketed, *apart, *crew) if part.strip())


def _with_neighbours(lines: list[Line]) -> Iterator[tuple[str, str, str]]:
    texts = ["", *(line.text for line in lines), ""]
    return zip(texts, texts[1:], texts[2:], strict=False)


def _meta_texts(page: Page, reading: Reading) -> list[str]:
    near = page.items[max(0, reading.span.lead - 8) : reading.span.first]
    return [item.text for item in near if isinstance(item, Line) and not item.hidden and item.size <= 160]


def _editor_elsewhere(page: Page, reading: Reading) -> str | None:
    """In the text, just behind it, or in the CMS's hidden inputs."""
    span = reading.span
    below = [item for item in page.items[span.last : span.last + 24] if isinstance(item, Line)]
    for label, value in pairwise(below):
        if found := labels.find_editor(value_below(label, value) or ""):
            return found
    for item in [*page.items[span.first : span.last][::-1], *page.items[span.last : span.last + 24]]:
        if not isinstance(item, Line) or not labels.may_name_editor(item.text):
            continue
        if item.size <= 400 and (not item.hidden or item.size <= 40):
            shorter = labels.without_editor(item.text)
            found = labels.find_editor(item.text[len(shorter) :]) if shorter != item.text else None
            if not found and item.size <= 60:
                found = next(filter(None, map(labels.find_editor, item.parts)), None)
            found = found or (labels.find_editor(item.text) if item.size <= 60 and "【" in item.text else None)
            if found:
                return found
    named = next(filter(None, map(labels.find_editor, _labelled_below(page, reading))), None)
    return named or labels.find_editor("编辑:" + fold(page.inputs.get("editorname", "")))


def _authors(page: Page, reading: Reading, story: Story, editor: str | None) -> tuple[str, ...]:
    below = _labelled_below(page, reading)
    labelled = [*_meta_texts(page, reading), *below]
    beside_date = [name for text in labelled for name in people.find_labelled_authors(text)]
    beside_date += people.find_authors(list(below))
    named = dict.fromkeys([*beside_date, *reading.authors, *people.find_authors([*story.paragraphs, *story.beside])])
    return tuple(named) or _hidden_authors(page, editor)


def _hidden_authors(page: Page, editor: str | None) -> tuple[str, ...]:
    """The main site's `author_baidu`, which no reader sees: often empty, a placeholder, or the editor once more."""
    hidden = [line.text for line in page.lines if line.hidden and line.size <= 160]
    names = [name for text in hidden if "作者" in text for name in people.find_labelled_authors(text)]
    return tuple(dict.fromkeys(name for name in names if name not in (editor or "")))


_RIGHTS_SIZE = 400


def _rights(page: Page) -> str | None:
    lines = [
        line.text
        for line in page.lines
        if not line.hidden and line.size <= _RIGHTS_SIZE and chrome.is_rights_notice(line.text)
    ]
    return " ".join(dict.fromkeys(lines)) or None


# --- agreement ---------------------------------------------------------------------------


def agreement(one: Article, other: Article) -> float:
    """How far two readings of a page agree: the mean over title, time, source, editor and body, 0 to 1."""
    fields = [
        float(squeeze(one.title) == squeeze(other.title)),
        float(one.published_at == other.published_at),
        float(one.source == other.source),
        float(one.editor == other.editor),
        _overlap(one.body, other.body),
    ]
    return round(sum(fields) / len(fields), 3)


def _overlap(one: str, other: str) -> float:
    first, second = set(one.split("\n\n")), set(other.split("\n\n"))
    return len(first & second) / len(first | second) if first | second else 1.0


__all__ = ["Article", "Layout", "agreement", "extract_article"]

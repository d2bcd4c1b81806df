"""The two readers: one follows a site's layouts, one knows how a news page speaks.

A reader says where things are (`Reading`); what they mean is settled by
`labels` and `body`, the same for both. So a page whose classes were renamed
loses its layout and nothing else.
"""

import re
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from scraper.extract import chrome, labels
from scraper.extract.dateline import (
    date_in,
    date_of,
    dates_and_sources,
    editor_in,
    editor_of,
    find_dateline,
    source_beside,
    source_of,
    unlabelled_source,
)
from scraper.extract.headline import find_title
from scraper.extract.page import Element, Line, Page, Picture
from scraper.extract.pictures import is_story_picture, path_of
from scraper.extract.span import Span, find_story, is_prose, is_sentence, story_end
from scraper.extract.writers import authors_of
from scraper.models import Layout
from scraper.text import fold, is_blank, squeeze


@dataclass(frozen=True, slots=True)
class Reading:
    reader: str
    title: str
    published_at: str | None
    source: str | None
    editor: str | None
    span: Span
    authors: tuple[str, ...] = ()
    """Whom the date line names."""
    beside: str | None = None
    """What stands beside the time without a label: the source, if the page labels none."""


# --- the layout reader ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match:
    """A layout that selects something on this page, before the page is flattened."""

    layout: Layout
    title: LexborNode
    body: LexborNode
    more: tuple[LexborNode, ...]
    """Its siblings that the same selector selects: a story in two boxes, an advertisement between them."""
    meta: tuple[LexborNode, ...]
    dropped: frozenset[int]


def match_layout(tree: LexborHTMLParser, layouts: tuple[Layout, ...]) -> Match | None:
    """The first layout whose title and body both select something with text."""
    for layout in layouts:
        title = _first_with_text(tree, layout.title)
        body = _first_with_text(tree, layout.body) if title else None
        if title and body:
            meta = tuple(_select(tree, layout.meta)) if layout.meta else ()
            dropped = frozenset(node.mem_id for node in _select(tree, layout.drop)) if layout.drop else frozenset()
            return Match(layout, title, body, _siblings(tree, layout.body, body), meta, dropped)
    return None


def _siblings(tree: LexborHTMLParser, selector: str, body: LexborNode) -> tuple[LexborNode, ...]:
    around = body.parent.mem_id if body.parent else None
    others = [node for node in _select(tree, selector) if node.mem_id != body.mem_id and node.parent]
    return tuple(node for node in others if node.parent and node.parent.mem_id == around)


def _select(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        return tree.css(selector)
    except (SelectolaxError, ValueError):
        return []


def _first_with_text(tree: LexborHTMLParser, selector: str) -> LexborNode | None:
    try:
        first = tree.css_first(selector)
    except (SelectolaxError, ValueError):
        return None
    # Mostly the first that is selected is it, and the rest of the tree need not be searched.
    if first is None or _has_text(first):
        return first
    return next(filter(_has_text, _select(tree, selector)), None)


def _has_text(node: LexborNode) -> bool:
    return not is_blank(node.text()) or node.css_first("img") is not None


def read_layout(page: Page, match: Match, tree: LexborHTMLParser) -> Reading | None:
    """What the layout's selectors find; None when they miss the body or the title is empty."""
    title = labels.without_page_number(fold(match.title.text(separator="")))
    element = page.wanted.get(match.body.mem_id)
    if not title or element is None:
        return None
    behind = _behind_meta(page, match, title, element.last)
    meta = _meta_lines(page, match)
    first = max(element.first, behind if behind < element.last else element.first)
    lead = min(behind, first) if behind <= element.first else first
    return Reading(
        reader=match.layout.name,
        title=title,
        published_at=date_in(_texts(tree, match.layout.date)) or date_of(meta),
        source=_source_in(tree, match.layout.source) or source_of(meta),
        beside=unlabelled_source(meta),
        editor=editor_in(_texts(tree, match.layout.editor)) or editor_of(meta),
        span=Span(lead, first, _last_of(page, match, element)),
        authors=authors_of(page, next(iter(_title_lines(page, title)), behind), meta),
    )


def _last_of(page: Page, match: Match, first: Element) -> int:
    """Where the story's last box ends: the first one, or one beside it that holds prose, too."""
    boxes = [page.wanted[node.mem_id] for node in match.more if node.mem_id in page.wanted]
    told = [
        box.last for box in boxes if any(isinstance(i, Line) and is_prose(i) for i in page.items[box.first : box.last])
    ]
    return max([first.last, *told])


def _behind_meta(page: Page, match: Match, title: str, body_end: int) -> int:
    """The first item behind title and date line, of those that stand before the body's end."""
    ends = [index + 1 for index in _title_lines(page, title)[:1]]
    for node in match.meta:
        element = page.wanted.get(node.mem_id)
        if element:
            ends.append(element.last)
    return max((end for end in ends if end < body_end), default=0)


def _title_lines(page: Page, title: str) -> list[int]:
    bare = squeeze(title)
    size = len(bare)
    return [line.at for line in page.lines if line.size == size and not line.hidden and line.bare == bare]


def _meta_lines(page: Page, match: Match) -> list[Line]:
    found: list[Line] = []
    for node in match.meta:
        element = page.wanted.get(node.mem_id)
        if element:
            found += [item for item in page.items[element.first : element.last] if isinstance(item, Line)]
    return [line for line in found if line.size <= 160]


def _texts(tree: LexborHTMLParser, selector: str) -> tuple[str, ...]:
    return tuple(fold(node.text(separator=" ")) for node in _select(tree, selector)) if selector else ()


def _source_in(tree: LexborHTMLParser, selector: str) -> str | None:
    texts = tuple(text for text in _texts(tree, selector) if text)
    labelled = labels.find_source(texts)
    if labelled or not texts or labels.has_source_label(texts[0]):
        return labelled
    return texts[0] if len(texts[0]) <= 30 else None


# --- the label reader ------------------------------------------------------------------


def read_labels(page: Page) -> Reading | None:
    """What the page says of itself; None when it has no prose where a story would stand."""
    title, at = find_title(page)
    if not title or (at < 0 and not _is_dated(page)):
        return None
    behind, meta = find_dateline(page, at)
    if _is_listing(page, at, meta):
        return None
    # The date line's box may hold all that follows, left open.
    span = find_story(page, behind) or (find_story(page, meta[-1].at + 1) if meta and meta[-1].at > at else None)
    span = span or _nothing_but_video(page, behind, meta)
    if span is None:
        return None
    if not (meta or _tells(page, span)):
        return None
    if meta and span.first < meta[0].at < span.last:
        span = replace(span, last=meta[0].at)
    return Reading(
        reader="labels",
        title=title,
        published_at=date_of(meta),
        source=source_of(meta),
        beside=unlabelled_source(meta) or source_beside(page, at, meta),
        editor=editor_of(meta),
        span=span,
        authors=authors_of(page, at, meta),
    )


_VIDEO = re.compile(r"/(?:shipin|video|spxw|sp)s?/")


def _nothing_but_video(page: Page, behind: int, meta: list[Line]) -> Span | None:
    """A video's page may have title, time and source, and no text."""
    return Span(behind, behind, behind) if dates_and_sources(meta) and _VIDEO.search(path_of(page.url)) else None


_HAN = re.compile(r"[\u3400-\u9fff]")


def _tells(page: Page, span: Span) -> bool:
    """Whether there is a sentence or a picture: an undated page with neither is an error page."""
    inside = [item for item in page.items[span.lead : span.last] if not item.hidden]
    return any(
        not isinstance(item, Line) or item.size >= 36 or len(_HAN.findall(item.text)) >= 6 for item in inside
    ) or bool(page.scripts)


_STORY_SIZE = 60


def _is_headline(line: Line) -> bool:
    return line.link_size >= 8 and line.is_mostly_link and not chrome.opens_afterwards(line.text)


def _is_listing(page: Page, at: int, meta: list[Line]) -> bool:
    """Headlines that are links, each with its date, where an article would have its text."""
    near = page.items[at + 1 : at + 60]
    # Most articles have no such list below their title, and need no further look.
    if sum(1 for item in near if isinstance(item, Line) and item.link_size >= 8 and item.is_mostly_link) < 2:
        return False
    stop = min(story_end(page, at + 1), at + 60)
    lines = [item for item in page.items[at + 1 : stop] if isinstance(item, Line) and not item.hidden]
    links = [index for index, line in enumerate(lines) if _is_headline(line)]
    above = lines[: links[0]] if links else []
    told = sum(line.size for line in above if is_prose(line) or is_sentence(line))
    # Rankings and rails stand behind a story, be it one sentence; on a listing no text stands before the first headline.
    if links and _shows_picture(page, at, lines[links[0]].at):
        return False
    if not links or told >= _STORY_SIZE or (told and any(chrome.opens_afterwards(line.text) for line in above)):
        return False
    if at >= 0 and dates_and_sources(meta) and any(is_prose(line) or is_sentence(line) for line in lines):
        return False
    dated = sum(1 for line in lines if (line.size <= 24 or line.is_mostly_link) and labels.find_date(line.text))
    linked = len(links)
    prose = sum(1 for line in lines if is_prose(line))
    # A page whose title stands nowhere on it is a list even if each headline has its abstract.
    return dated >= 2 and linked >= 2 and (linked > prose or (at < 0 and linked > 2 and linked == prose))


def _shows_picture(page: Page, at: int, stop: int) -> bool:
    """Whether a picture that leads nowhere stands above the first headline: a gallery's."""
    near = range(at + 1, stop)
    pictures = [page.items[index] for index in near if is_story_picture(page, index)]
    return any(isinstance(picture, Picture) and not picture.href for picture in pictures)


def _is_dated(page: Page) -> bool:
    """Whether a line prints time and source: a page without its title in sight must at least do that."""
    return any(
        not line.hidden
        and line.size <= 120
        and labels.has_source_label(line.text)
        and (labels.find_date(line.text) or ("", False))[1]
        for line in page.lines
    )

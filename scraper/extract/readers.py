"""The two readers: one follows a site's layouts, one knows how a news page speaks.

A reader says where things are (`Reading`); what they mean is settled by
`labels` and `body`, the same for both. So a page whose classes were renamed
loses its layout and nothing else.
"""

import re
from dataclasses import dataclass, replace
from itertools import dropwhile

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from scraper.extract import chrome, labels, people
from scraper.extract.lists import is_link_line, listed
from scraper.extract.page import Line, Page, Picture
from scraper.extract.pictures import is_story_picture
from scraper.extract.span import Span, find_story, is_prose, is_sentence, story_end
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


# --- the layout reader ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match:
    """A layout that selects something on this page, before the page is flattened."""

    layout: Layout
    title: LexborNode
    body: LexborNode
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
            return Match(layout, title, body, meta, dropped)
    return None


def _select(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        return tree.css(selector)
    except (SelectolaxError, ValueError):
        return []


def _first_with_text(tree: LexborHTMLParser, selector: str) -> LexborNode | None:
    return next((node for node in _select(tree, selector) if not is_blank(node.text()) or node.css_first("img")), None)


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
        published_at=_date_in(_texts(tree, match.layout.date)) or _date_in(_printed(meta)),
        source=_source_in(tree, match.layout.source) or _source_of(meta),
        editor=_editor_in(_texts(tree, match.layout.editor)) or _editor_of(meta),
        span=Span(lead, first, element.last),
        authors=_authors_of(meta),
    )


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
    return [
        index
        for index, item in enumerate(page.items)
        if isinstance(item, Line) and item.size == len(bare) and not item.hidden and item.bare == bare
    ]


def _meta_lines(page: Page, match: Match) -> list[Line]:
    found: list[Line] = []
    for node in match.meta:
        element = page.wanted.get(node.mem_id)
        if element:
            found += [item for item in page.items[element.first : element.last] if isinstance(item, Line)]
    return [line for line in found if line.size <= 160]


def _printed(lines: list[Line]) -> tuple[str, ...]:
    return tuple(line.text for line in lines)


def _source_of(lines: list[Line]) -> str | None:
    return labels.find_source(tuple(part for line in lines for part in line.gaps)) or _unlabelled_source(lines)


def _editor_of(lines: list[Line]) -> str | None:
    """From the parts first: in adjacent elements, 广西 and 编辑：X print as one word."""
    return _editor_in(tuple(part for line in lines for part in line.gaps)) or _editor_in(_printed(lines))


def _authors_of(lines: list[Line]) -> tuple[str, ...]:
    return tuple(name for line in lines for part in line.gaps for name in people.find_labelled_authors(part))


def _texts(tree: LexborHTMLParser, selector: str) -> tuple[str, ...]:
    return tuple(fold(node.text(separator=" ")) for node in _select(tree, selector)) if selector else ()


def _source_in(tree: LexborHTMLParser, selector: str) -> str | None:
    texts = tuple(text for text in _texts(tree, selector) if text)
    labelled = labels.find_source(texts)
    if labelled or not texts or labels.has_source_label(texts[0]):
        return labelled
    return texts[0] if len(texts[0]) <= 30 else None


def _date_in(parts: tuple[str, ...]) -> str | None:
    found = [date for part in parts if (date := labels.find_date(part))]
    joined = labels.find_date(" ".join(parts)) if parts else None
    timed = next((date for date, has_time in [*found, *([joined] if joined else [])] if has_time), None)
    return timed or (found[0][0] if found else None)


def _editor_in(parts: tuple[str, ...]) -> str | None:
    return next((editor for part in parts if (editor := labels.find_editor(part))), None)


# --- the label reader ------------------------------------------------------------------

_META_REACH = 16
"""Items behind the title among which a date line is looked for."""


def read_labels(page: Page) -> Reading | None:
    """What the page says of itself; None when it has no prose where a story would stand."""
    title, at = find_title(page)
    if not title or (at < 0 and not _is_dated(page)):
        return None
    behind, meta = _meta_of(page, at)
    if _is_listing(page, at, meta):
        return None
    span = find_story(page, behind)
    if span is None:
        return None
    if meta and span.first < meta[0].at < span.last:
        span = replace(span, last=meta[0].at)
    return Reading(
        reader="labels",
        title=title,
        published_at=_date_in(_printed(meta)),
        source=_source_of(meta) or _source_beside(page, at, meta),
        editor=_editor_of(meta),
        span=span,
        authors=_authors_of(meta),
    )


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
    if not links or told >= _STORY_SIZE or (told and any(chrome.opens_afterwards(line.text) for line in above)):
        return False
    if _dates_and_sources(meta) and any(is_prose(line) or is_sentence(line) for line in lines):
        return False
    dated = sum(1 for line in lines if (line.size <= 24 or line.is_mostly_link) and labels.find_date(line.text))
    linked = len(links)
    prose = sum(1 for line in lines if is_prose(line))
    return dated >= 2 and linked >= 2 and linked > prose


def _is_dated(page: Page) -> bool:
    """Whether a line prints time and source: a page without its title in sight must at least do that."""
    return any(
        isinstance(item, Line)
        and not item.hidden
        and item.size <= 120
        and labels.has_source_label(item.text)
        and (labels.find_date(item.text) or ("", False))[1]
        for item in page.items
    )


def find_title(page: Page) -> tuple[str, int]:
    """The headline and where it stands (-1: only in <title>): the line that agrees with <title>."""
    tag = _TAG.sub(" ", page.title_tag)
    bare_tag = squeeze(tag)
    core = squeeze(labels.without_suffix(tag))
    best, best_score, best_at = "", 0.0, -1
    for index, item in enumerate(page.items):
        if not isinstance(item, Line) or item.hidden or not 3 < item.size <= 120:
            continue
        if item.bare not in bare_tag and not labels.has_page_number(item.text):
            continue
        text, last = _title_at(page, index, bare_tag)
        bare = squeeze(labels.without_page_number(text))
        if bare not in bare_tag or len(bare) * 2 < len(core):
            continue
        score = _title_score(page, index, item, bare, core)
        if score > best_score:
            best, best_score, best_at = labels.without_page_number(text), score, last
    if best:
        return best, best_at
    return _title_without_tag(page, tag)


_TAG = re.compile(r"<[^<>]*>")
_LONGEST_TITLE = 200


def _title_at(page: Page, index: int, tag: str) -> tuple[str, int]:
    """The line, joined with the next while both together still stand in <title> (a broken headline)."""
    item = page.items[index]
    assert isinstance(item, Line)
    text = item.text
    while index + 1 < len(page.items) and len(text) <= _LONGEST_TITLE:
        following = page.items[index + 1]
        if not isinstance(following, Line) or following.element is not item.element or following.hidden:
            break
        if squeeze(text + following.text) not in tag:
            break
        text, index = f"{text} {following.text}", index + 1
    return text, index


def _title_score(page: Page, index: int, line: Line, bare: str, core: str) -> float:
    score = min(len(bare) / max(len(core), 1), 1.0) * 2
    score += 0.6 if line.element.tag in ("h1", "h2", "h3") else 0.2 if line.bold or line.element.centred else 0
    score -= 0.8 if line.is_mostly_link else 0
    following = page.items[index + 1 : index + 9]
    if any(isinstance(item, Line) and item.size < 160 and labels.find_date(item.text) for item in following):
        score += 1
    return score - index / 100_000


def _title_without_tag(page: Page, tag: str) -> tuple[str, int]:
    """A heading with a date line below it, the CMS's hidden title, or the <title> itself."""
    for index, item in enumerate(page.items):
        if isinstance(item, Line) and not item.hidden and item.element.tag in ("h1", "h2") and 4 <= item.size <= 80:
            near = page.items[index + 1 : index + 7]
            if any(isinstance(line, Line) and (labels.find_date(line.text) or ("", False))[1] for line in near):
                return labels.without_page_number(item.text), index
    hidden = fold(_TAG.sub(" ", page.inputs.get("newstitle", "")))
    return labels.without_suffix(tag) or hidden, -1


def _meta_of(page: Page, at: int) -> tuple[int, list[Line]]:
    """The index behind title and date line, and the lines that carry labels, wherever they stand."""
    behind, found = _meta_behind(page, at)
    if not any(map(_dates_or_sources, found)):
        elsewhere = _meta_above(page, at) or _meta_below(page, at + 1)
        return (at + 1, elsewhere) if elsewhere else (behind, found)
    # A sentence above the date line is an abstract, unless no text stands below.
    if _says_something(page, at + 1, found[0].at) and not _says_something(page, behind, story_end(page, behind)):
        return at + 1, list(dropwhile(lambda line: not _dates_or_sources(line), found))
    return behind, found


def _says_something(page: Page, first: int, last: int) -> bool:
    return any(
        isinstance(item, Line)
        and not item.hidden
        and item.at not in listed(page)
        and (is_prose(item) or is_sentence(item))
        for item in page.items[first:last]
    )


def _meta_above(page: Page, at: int) -> list[Line]:
    """Time and source right above the title, in one line or in several."""
    near = _labelled(page, max(at - 6, 0), max(at, 0))
    return near if _dates_and_sources(near) else []


def _labelled(page: Page, first: int, last: int) -> list[Line]:
    lines = [item for item in page.items[first:last] if isinstance(item, Line) and not item.hidden]
    return [line for line in lines if _has_label(line) and not (is_prose(line) or _is_about_others(page, line))]


def _is_about_others(page: Page, line: Line) -> bool:
    """A dated headline of another story, or a notice of the site that speaks of sources."""
    return line.at in listed(page) or is_link_line(line) or chrome.is_chrome(line.text)


def _dates_and_sources(lines: list[Line]) -> bool:
    timed = any((labels.find_date(line.text) or ("", False))[1] for line in lines)
    return timed and any(labels.has_source_label(line.text) for line in lines)


def _dates_or_sources(line: Line) -> bool:
    return labels.find_date(line.text) is not None or labels.has_source_label(line.text)


def _meta_below(page: Page, behind: int) -> list[Line]:
    """Time and source behind the text, in one line or in several."""
    for index in range(behind, len(page.items)):
        item = page.items[index]
        if isinstance(item, Line) and not item.hidden and _has_label(item) and _dates_or_sources(item):
            near = _labelled(page, index, index + 5)
            if near[:1] == [item] and _dates_and_sources(near) and _says_something(page, behind, index):
                return near
    return []


def _meta_behind(page: Page, at: int) -> tuple[int, list[Line]]:
    """The index behind the date line, and the lines that carry labels, of those between title and text."""
    behind = at + 1
    found: list[Line] = []
    for index in range(at + 1, min(at + 1 + _META_REACH, len(page.items))):
        item = page.items[index]
        if isinstance(item, Picture) and found and not item.hidden and is_story_picture(page, index):
            break
        if not isinstance(item, Line) or item.hidden or _is_about_others(page, item):
            continue
        if is_prose(item) or (found and is_sentence(item)):
            break
        if found and chrome.closes_story(item.text) and not _is_next_to(found[-1], item):
            break
        if _has_label(item) or (found and _follows_open_source(found[-1], item)):
            behind = _end_of_box(page, item, index + 1)
            found.append(item)
    return behind, found


# An icon can stand between the label and its value.
_OPEN_SOURCE = re.compile(r"来\s*源\s*[:：]\s*$")


def _follows_open_source(label: Line, line: Line) -> bool:
    return line.size <= 20 and line.element is label.element and _OPEN_SOURCE.search(label.text) is not None


def _is_next_to(line: Line, following: Line) -> bool:
    """In a list of labels 【编辑:X】 is one of them, and does not close a story."""
    return following.at == line.at + 1 and following.element.parent is line.element.parent


def _end_of_box(page: Page, line: Line, index: int) -> int:
    """Behind the rest of the date line's own element: icons, 参与互动, font sizes."""
    box = line.element
    for at in range(index, min(box.last, index + 8)):
        item = page.items[at]
        if isinstance(item, Line) and (item.size > 24 or item.indent >= 2):
            return index
    return box.last if box.last - index <= 8 else index


def _has_label(line: Line) -> bool:
    if line.size > 160:
        return False
    if labels.find_date(line.text) or labels.has_source_label(line.text) or labels.find_editor(line.text):
        return True
    return line.size <= 24 and line.indent < 2 and bool(people.find_labelled_authors(line.text))


_BARE_SOURCE = re.compile(r"^[\u4e00-\u9fff·\-—A-Za-z]{2,16}$")
_OTHER_LABEL = re.compile(r"发布|时间|日期|编辑|星期|作者|记者")
_DATE_TEXT = re.compile(r"\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?\s*(?:\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?")


def _unlabelled_source(lines: list[Line]) -> str | None:
    """On mobile pages the source stands beside the time without a label."""
    text = " ".join(_printed(lines))
    if not labels.find_date(text) or labels.has_source_label(text):
        return None
    rest = fold(_DATE_TEXT.sub(" ", text)).strip("|｜/·•- ")
    if not _BARE_SOURCE.match(rest) or chrome.is_chrome(rest) or _OTHER_LABEL.search(rest):
        return None
    return rest


_MEDIUM = re.compile(r"^[\u4e00-\u9fff·]{2,10}(?:网|社|报|台|周刊|杂志|客户端|频道|融媒|融媒体|发布|在线)$")


def _source_beside(page: Page, at: int, meta: list[Line]) -> str | None:
    """The name of a medium that stands alone above or below a date without any label."""
    if not meta or any(labels.has_source_label(line.text) for line in meta) or not labels.find_date(meta[0].text):
        return None
    for index in (meta[0].at - 1, meta[0].at + 1):
        item = page.items[index] if at < index < len(page.items) else None
        if isinstance(item, Line) and not item.hidden and _MEDIUM.match(item.text):
            return item.text
    return None

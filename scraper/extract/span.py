"""Where the story stands: the element whose text behind the date line is most prose and least links.

Knows lines, elements and how prose and furniture read; what stands in the
span is `body`'s business.
"""

from dataclasses import dataclass
from functools import partial
from itertools import accumulate, dropwhile, takewhile

from scraper.extract import captions, chrome, labels, people
from scraper.extract.asides import set_aside
from scraper.extract.gallery import script_gallery
from scraper.extract.page import Element, Line, Page, Picture


@dataclass(frozen=True, slots=True)
class Span:
    """Where a reader found the story, in item indexes of the page."""

    lead: int
    """First item behind title and date line; pictures may stand between here and `first`."""
    first: int
    last: int


def find_story(page: Page, behind: int) -> Span | None:
    """The element whose text behind the date line is most prose and least links.

    Each line counts for the prose it holds and against the link text it holds;
    the element with the highest sum is the smallest that has all of the story
    and none of the rails.
    """
    wordless = _up_to_editor(page, behind)
    if wordless is not None:
        return wordless
    stop = story_end(page, behind)
    gain = _gains(page, behind, stop)
    best, best_score = None, 0.0
    for element in page.elements:
        if element.hidden or element.last <= behind or element.first >= stop:
            continue
        first, last = max(element.first, behind), min(element.last, stop)
        score = gain[last] - gain[first]
        # On a tie the later one is the inner one.
        if score > 0 and score >= best_score:
            best, best_score = element, score
    if best is None:
        return _pictures_only(page, behind, stop)
    first, last = max(best.first, behind), min(best.last, stop)
    first, last = _with_siblings(page, best, first, last, behind, stop)
    return Span(min(behind, first), first, last)


def _with_siblings(page: Page, best: Element, first: int, last: int, behind: int, stop: int) -> tuple[int, int]:
    """The span with the sentences right beside it in the same box: where every paragraph is a box, one may win alone."""
    beside = [page.items[at] for at in range(first - 1, behind - 1, -1)], [page.items[at] for at in range(last, stop)]
    before, after = (list(takewhile(partial(_may_stand_beside, page, best), side)) for side in beside)
    text = partial(_is_text_beside, best)
    before, after = (list(dropwhile(lambda item: not text(item), reversed(side))) for side in (before, after))
    return first - len(before), _behind_pictures(page, best, last + len(after), stop)


def _behind_pictures(page: Page, best: Element, last: int, stop: int) -> int:
    """Where the pictures below a story of one box end: its editor is named behind them, or each names its photographer."""
    is_beside = partial(_is_picture_beside, best)
    behind = [item for item in takewhile(is_beside, page.items[last:stop]) if isinstance(item, Picture)]
    ends_story = last + len(behind) == stop < len(page.items)
    if ends_story or all(captions.find_credit(picture.alt) for picture in behind):
        return last + len(behind)
    return last


def _is_picture_beside(best: Element, item: Line | Picture) -> bool:
    if not isinstance(item, Picture) or item.hidden:
        return False
    if item.href and not item.href.lower().endswith((".jpg", ".jpeg", ".png", ".webp")):
        return False
    return best.parent in (item.element, item.element.parent)


def _may_stand_beside(page: Page, best: Element, item: Line | Picture) -> bool:
    """A sentence of the story, or what can stand between two of them: a picture, a related link."""
    if isinstance(item, Picture) or (item.is_mostly_link and chrome.opens_afterwards(item.text)):
        return True
    if item.at in set_aside(page) and item.element.parent is best.parent:
        return True
    return _is_text_beside(best, item)


def _is_text_beside(best: Element, item: Line | Picture) -> bool:
    if isinstance(item, Picture) or item.hidden:
        return False
    box = item.element if item.element.parent is best.parent else item.element.parent
    beside = item.element is best.parent or (box is not None and box.parent is best.parent)
    return beside and (is_prose(item) or is_sentence(item) or _is_signed(item))


def _up_to_editor(page: Page, behind: int) -> Span | None:
    """A story without prose (pictures, a single link) stands between date line and 【编辑:X】."""
    for index in range(behind, min(behind + 60, len(page.items))):
        item = page.items[index]
        if not isinstance(item, Line) or item.hidden:
            continue
        if is_prose(item):
            return None
        if (chrome.is_editor_line(item.text) or chrome.closes_story(item.text)) and index > behind:
            return Span(behind, behind, index)
    return None


def _gains(page: Page, behind: int, stop: int) -> list[float]:
    """Running sums: what the lines before an index are worth."""
    total, sums, aside = 0.0, [0.0] * (behind + 1), set_aside(page)
    for index, item in enumerate(page.items[behind:stop], behind):
        if isinstance(item, Line) and not item.hidden:
            total += min(_worth(item), -2.0) if index in aside else _worth(item)
        sums.append(total)
    return sums


def _worth(line: Line) -> float:
    text_size = line.size - line.link_size
    if chrome.is_footer(line.text):
        return -200.0
    if chrome.is_chrome(line.text) or chrome.is_editor_line(line.text):
        return -2.0
    if line.size <= 120 and labels.has_source_label(line.text) and labels.find_date(line.text):
        return -1.0
    if line.is_mostly_link:
        return -1.5 * line.link_size
    if line.indent >= 2 or (text_size >= 12 and labels.reads_like_prose(line.text)):
        return float(text_size)
    return 0.3 * text_size - 1.0


def story_end(page: Page, behind: int) -> int:
    """Where the story must have ended: its editor line, or the head of the related news."""
    prose = _prose(page)[behind:]
    total = sum(prose)
    # Not before two fifths of the prose.
    told = next((at for at, so_far in enumerate(accumulate(prose), behind) if so_far * 10 >= total * 4 and so_far), -1)
    for index, item in enumerate(page.items[told:], told) if told >= 0 else ():
        if not isinstance(item, Line) or item.hidden:
            continue
        if chrome.is_footer(item.text) or chrome.is_editor_line(item.text):
            return index
        if chrome.opens_afterwards(item.text) and _links_follow(page, index) and not _is_signed_below(page, index):
            return index
    return len(page.items)


def _prose(page: Page) -> list[int]:
    """The size of each item that is prose, 0 for the others."""
    if page.prose is None:
        page.prose = [0] * len(page.items)
        for line in page.lines:
            if (line.size >= 36 or line.indent >= 4) and not line.hidden and is_prose(line):
                page.prose[line.at] = line.size
    return page.prose


def _is_signed_below(page: Page, index: int) -> bool:
    """Whether the story goes on behind a list with its byline, or a sentence in a box like the one above."""
    rest = (item for item in page.items[index + 1 : index + 12] if isinstance(item, Line) and not item.hidden)
    below = next((line for line in rest if line.at not in set_aside(page)), None)
    if below is None or below.is_mostly_link or below.size > 40:
        return False
    above = next(
        (
            item
            for item in reversed(page.items[max(0, index - 200) : index])
            if isinstance(item, Line) and is_prose(item)
        ),
        None,
    )
    if above and is_sentence(below) and above.element.nesting == below.element.nesting:
        return True
    return _is_signed(below)


def _is_signed(line: Line) -> bool:
    if line.size > 40 or line.is_mostly_link:
        return False
    return bool(people.find_authors([line.text]) or people.find_contributors([line.text]))


def _links_follow(page: Page, index: int) -> bool:
    """Whether the lines below are headlines: 相关新闻 can be a sub-heading, too."""
    lines = [item for item in page.items[index : index + 7] if isinstance(item, Line) and not item.hidden]
    if any(is_prose(line) for line in lines[1:3]) or any(is_sentence(line) for line in lines[1:2]):
        return False
    if not lines[0].link_size and _are_dated_headlines(lines[1:]):
        return True
    below = [line for line in lines[1:] if not chrome.is_chrome(line.text)]
    return (lines[0].link_size + sum(line.link_size for line in below)) * 2 >= sum(line.size for line in below)


def _are_dated_headlines(lines: list[Line]) -> bool:
    """Headlines that a script made clickable, each with its day below it."""
    pairs = list(zip(lines[::2], lines[1::2], strict=False))
    dated = [
        head.size >= 8 and below.size <= 24 and not labels.ends_sentence(head.text) and labels.find_date(below.text)
        for head, below in pairs
    ]
    return len(dated) >= 2 and all(dated)


def _pictures_only(page: Page, behind: int, stop: int) -> Span | None:
    has_picture = any(isinstance(item, Picture) for item in page.items[behind:stop])
    return Span(behind, behind, min(stop, behind + 12)) if has_picture or script_gallery(page) else None


def is_prose(line: Line) -> bool:
    is_indented = line.indent >= 4 and line.size >= 12
    if not (is_indented or line.size >= 36) or line.is_mostly_link or chrome.is_chrome(line.text):
        return False
    if line.size >= 36 and labels.reads_like_prose(line.text):
        return not (line.size < 100 and labels.find_date(line.text) and labels.has_source_label(line.text))
    return is_indented and not labels.has_source_label(line.text)


def is_sentence(line: Line) -> bool:
    """A notice of one short sentence is a story, too."""
    if line.size < 8:
        return line.text in ("(完)", "（完）")
    return line.text[-1] in "。！？" and not line.is_mostly_link and not chrome.is_chrome(line.text)

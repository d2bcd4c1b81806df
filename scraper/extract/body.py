"""From a span of lines and pictures to paragraphs, sub-headings and captioned images.

Both readers end here: they say where the story stands, this module says what
of it is text, what is a caption and what is furniture. It looks at words and
structure only, never at class names.
"""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import pairwise

from scraper.extract import captions, chrome, labels, people
from scraper.extract.furniture import LONGEST_CAPTION, Item, lead_pictures, without_furniture
from scraper.extract.headings import is_subheading
from scraper.extract.page import Line, Page, Picture
from scraper.extract.pictures import resolve
from scraper.extract.prompts import is_prompt
from scraper.extract.rows import join_rows
from scraper.extract.span import Span
from scraper.extract.strangers import parted
from scraper.models import Image, Section
from scraper.text import squeeze

_MOST_ALTS = 40


@dataclass(slots=True)
class Story:
    paragraphs: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    """Lines in the same box that are no text: they may name who wrote it, and where it is from."""

    @property
    def body(self) -> str:
        return "\n\n".join(self.paragraphs)


def compose(page: Page, span: Span, title: str) -> Story:
    """The story that stands in a span of the page."""
    items, strangers = parted(lead_pictures(page, span) + without_furniture(page, span, title))
    items = join_rows(page, items, span.first)
    style = _Style.of(items, page.url, span.first)
    story = Story(beside=[line.text for line in strangers])
    seen: dict[str, int] = {}
    index = 0
    while index < len(items):
        item = items[index]
        if isinstance(item, Picture):
            index = _take_pictures(page, items, index, style, title, story)
            continue
        _take_line(items, index, style, story, seen)
        index += 1
    _captions_without_picture(story)
    if style.photo_page:
        _drop_repeated_captions(story)
    return story


# --- captions ----------------------------------------------------------------------


_PHOTO_PATH = re.compile(r"/(?:tp|photo|tupian|pic)s?[/_]")


@dataclass(frozen=True, slots=True)
class _Style:
    """How the paragraphs of this page are set, to tell captions from them."""

    indented: bool
    tag: str
    centred: bool
    first: int
    """Index of the first item of the text; what stands before it below a picture is its caption."""
    lines: int
    """How many there are, captions and all: a story of one line is no caption."""
    tones: frozenset[str]
    """Colours and sizes in which more is set than what stands below pictures."""
    short_below: bool
    """Whether what stands below its pictures is short, and nothing else in the text is."""
    photo_page: bool
    """A page of the photo channel with hardly any text: what stands below a picture is its caption."""

    @classmethod
    def of(cls, items: list[Item], url: str, first: int) -> "_Style":
        prose = [item for item in items if isinstance(item, Line) and item.size >= 40]
        prose = prose or _longest_lines(items)
        half = len(prose) / 2
        tags = Counter(line.element.tag for line in prose).most_common(1)
        return cls(
            indented=sum(line.indent >= 2 for line in prose) > half,
            tag=tags[0][0] if tags else "p",
            centred=sum(line.element.centred for line in prose) > half,
            first=first,
            lines=sum(isinstance(item, Line) for item in items),
            tones=_tones_of_text(items),
            short_below=_are_short_below(items),
            photo_page=len(prose) <= 2 and _PHOTO_PATH.search(url) is not None,
        )


def _tones_of_text(items: list[Item]) -> frozenset[str]:
    """Of a story of two paragraphs or more; a shorter one has nothing to compare with."""
    text = [
        item
        for above, item in pairwise([None, *items])
        if isinstance(item, Line) and (not isinstance(above, Picture) or item.size > LONGEST_CAPTION)
    ]
    long = sum(line.size >= 36 for line in text)
    return frozenset(line.tone for line in text) if long > 1 else frozenset()


_SHORT = 44


def _are_short_below(items: list[Item]) -> bool:
    """Where nothing else sets captions apart, their length does: two short lines below pictures, or one sentence."""
    below = [
        line
        for picture, line in pairwise(items)
        if isinstance(picture, Picture) and isinstance(line, Line) and line.size <= _SHORT
    ]
    pictures = sum(isinstance(one, Picture) and isinstance(other, Line) for one, other in pairwise(items))
    if not below or len(below) < pictures or any(line.bold or _SAID_OR_NUMBERED.search(line.text) for line in below):
        return False
    others = [item for item in items if isinstance(item, Line) and item not in below]
    if not others and len(below) > 1:
        return True
    short = sum(line.size <= _SHORT for line in others)
    if len(others) < 3 or short * 5 > len(others):
        return False
    return len(below) > 1 or (short == 0 and labels.ends_sentence(below[0].text))


_SAID_OR_NUMBERED = re.compile(r"^[“\"「]|[”\"」]$|^[(（]?[一二三四五六七八九十\d]{1,3}[)）、.．]")


def _longest_lines(items: list[Item]) -> list[Line]:
    """The text of a notice, be it shorter than the captions beside it."""
    lines = [item for item in items if isinstance(item, Line)]
    lines = [line for line in lines if not captions.find_credit(line.text)] or lines
    longest = max((line.size for line in lines), default=0)
    return [line for line in lines if line.size * 10 >= longest * 7]


def _take_pictures(page: Page, items: list[Item], start: int, style: _Style, title: str, story: Story) -> int:
    """One run of pictures and the said behind it; returns the index of what follows."""
    stop = start
    pictures: list[Picture] = []
    while stop < len(items) and isinstance(picture := items[stop], Picture):
        pictures.append(picture)
        stop += 1
    said = [] if style.photo_page else _caption_above(items, start, stop, story)
    if len(said) < len(pictures):
        stop, below = _captions_below(page, items, stop, pictures[len(said) :], style, title)
        said += below
    if len(said) == len(pictures) - 1:
        said = _unsigned_caption_above(items, start, style, story) + said
    said = list({squeeze(caption): caption for caption in said}.values())
    stop = _skip_repeats(items, stop, said)
    _drop_caption_above(story, said)
    position = len(story.paragraphs) - 1
    unnamed = len(pictures) - len(said)
    for index, picture in enumerate(pictures):
        caption = said[index - unnamed] if index >= unnamed else _caption_in_alt(picture, title)
        story.images.append(
            Image(
                src=resolve(page.url, picture.src),
                alt=picture.alt,
                caption=caption,
                credit=captions.find_credit(caption) if caption else None,
                position=position,
            )
        )
    return stop


def _caption_above(items: list[Item], start: int, stop: int, story: Story) -> list[str]:
    """A credited line right above a picture that is not said again below it."""
    above = items[start - 1] if start else None
    if not isinstance(above, Line) or above.size > LONGEST_CAPTION or story.paragraphs[-1:] != [above.text]:
        return []
    if not (captions.find_credit(above.text) or captions.opens_caption(above.text)):
        return []
    below = items[stop] if stop < len(items) else None
    return [above.text] if not isinstance(below, Line) or squeeze(below.text) != squeeze(above.text) else []


def _unsigned_caption_above(items: list[Item], start: int, style: _Style, story: Story) -> list[str]:
    """A centred sentence right above a picture that has no caption below: a heading has no full stop."""
    above = items[start - 1] if start else None
    if not isinstance(above, Line) or above.bold or above.size > 80 or story.paragraphs[-1:] != [above.text]:
        return []
    if not above.element.centred or style.centred or not labels.ends_sentence(above.text):
        return []
    return [above.text]


def _captions_below(
    page: Page, items: list[Item], stop: int, pictures: list[Picture], style: _Style, title: str
) -> tuple[int, list[str]]:
    """The captions behind a run of pictures, at most one each, and the index of what follows them."""
    said: list[str] = []
    while stop < len(items) and len(said) < len(pictures):
        line = items[stop]
        if not isinstance(line, Line):
            break
        if not (_is_caption(page, line, pictures, style, title) or _stands_twice(items, stop)):
            break
        above = items[stop - 1]
        if style.photo_page and isinstance(above, Line) and line.element.nesting != above.element.nesting:
            break
        stop += 1
        said.append(line.text)
    return stop, said


def _skip_repeats(items: list[Item], stop: int, captions: list[str]) -> int:
    known = {squeeze(caption) for caption in captions}
    while stop < len(items):
        line = items[stop]
        if not isinstance(line, Line) or squeeze(line.text) not in known:
            break
        stop += 1
    return stop


def _stands_twice(items: list[Item], index: int) -> bool:
    """A short line that is said again at once: nothing in a text is, but captions are."""
    line, following = items[index], items[index + 1] if index + 1 < len(items) else None
    if not isinstance(line, Line) or not isinstance(following, Line) or line.size > LONGEST_CAPTION:
        return False
    return squeeze(line.text) == squeeze(following.text)


def _drop_caption_above(story: Story, captions: list[str]) -> None:
    """The caption can stand above its picture, too."""
    if story.paragraphs and squeeze(story.paragraphs[-1]) in map(squeeze, captions):
        story.paragraphs.pop()
        story.sections = [section for section in story.sections if section.start < len(story.paragraphs)]


def _is_caption(page: Page, line: Line, pictures: list[Picture], style: _Style, title: str) -> bool:
    text, bare = line.text, squeeze(line.text)
    if line.size > LONGEST_CAPTION or people.find_labelled_authors(text) or is_prompt(text):
        return False
    if style.photo_page or line.at < style.first:
        return True
    if any(_repeats(bare, alt) for alt in _alts(pictures[:_MOST_ALTS], title)):
        return True
    if captions.opens_caption(text) or captions.find_credit(text):
        return True
    if line.bold and not labels.ends_sentence(text):
        return False
    if line.element.tag != style.tag and _stands_alone(page, line) and line.size <= 150:
        return True
    if (
        style.tones
        and line.tone not in style.tones
        and line.size <= 150
        and not line.bold
        and not _SAID_OR_NUMBERED.search(text)
    ):
        return True
    if line.indent >= 2 and style.indented:
        return False
    if line.element.centred and not style.centred and line.size <= 120:
        return True
    if style.indented and line.element.tag != style.tag and line.size <= 150:
        return True
    if style.short_below and line.size <= _SHORT:
        return True
    if style.indented and line.size <= 60 and not _goes_on(page, line):
        return True
    return line.size <= 150 and style.lines > len(pictures) and _shares_box(line, pictures)


def _goes_on(page: Page, line: Line) -> bool:
    """Whether the text above the picture broke off, so that a line below can be the rest of its paragraph."""
    above = next(
        (
            item
            for item in reversed(page.items[max(0, line.at - 40) : line.at])
            if isinstance(item, Line) and not item.hidden
        ),
        None,
    )
    return above is None or not labels.ends_paragraph(above.text)


def _alts(pictures: list[Picture], title: str) -> list[str]:
    own = {squeeze(title)}
    texts = [squeeze(text) for picture in pictures for text in (picture.alt, picture.title)]
    return [text for text in texts if len(text) >= 4 and text not in own]


def _repeats(bare: str, alt: str) -> bool:
    return (
        bare == alt or (len(alt) >= 8 and alt in bare and len(alt) * 2 >= len(bare)) or (len(bare) >= 8 and bare in alt)
    )


def _stands_alone(page: Page, line: Line) -> bool:
    box = line.element
    return box.last - box.first == 1


def _shares_box(line: Line, pictures: list[Picture]) -> bool:
    """Picture and line stand in one small element of their own, each in a box in it or not."""
    box = line.element
    if box.last - box.first <= 2 * len(pictures) + 2 and any(picture.element is box for picture in pictures):
        return True
    around = box.parent
    if around is None or around.last - around.first > 2 * len(pictures):
        return False
    return all(picture.element.is_within(around) for picture in pictures)


def _caption_in_alt(picture: Picture, title: str) -> str | None:
    """An alt that is a caption: it credits somebody or is a sentence, and is not the title."""
    alt = picture.alt
    if not alt or squeeze(alt) == squeeze(title) or chrome.is_chrome(alt):
        return None
    if captions.find_credit(alt) or captions.opens_caption(alt):
        return alt
    return alt if len(alt) >= 12 and labels.reads_like_prose(alt) and labels.ends_sentence(alt) else None


def _captions_without_picture(story: Story) -> None:
    """A credited line that stands twice in a row is a caption whose picture is gone."""
    index = 0
    while index + 1 < len(story.paragraphs):
        first, second = story.paragraphs[index], story.paragraphs[index + 1]
        if squeeze(first) == squeeze(second) and captions.find_credit(first):
            del story.paragraphs[index : index + 2]
            story.images.append(Image("", "", first, captions.find_credit(first), index - 1))
            story.sections = [
                section if section.start < index else Section(section.title, section.start - 2)
                for section in story.sections
            ]
        else:
            index += 1


def _drop_repeated_captions(story: Story) -> None:
    """On photo pages the caption, or its opening, stands above the picture too."""
    said = [squeeze(image.caption or "") for image in story.images]
    kept = [text for text in story.paragraphs if not any(_less_credit(text) in caption for caption in said)]
    if len(kept) < len(story.paragraphs):
        story.images = [replace(image, position=min(image.position, len(kept) - 1)) for image in story.images]
        story.paragraphs, story.sections = kept, []


def _less_credit(text: str) -> str:
    credit = captions.find_credit(text)
    return squeeze(text[: text.rfind(credit)]).rstrip("（(") if credit else squeeze(text)


# --- paragraphs --------------------------------------------------------------------


def _take_line(items: list[Item], index: int, style: _Style, story: Story, seen: dict[str, int]) -> None:
    line = items[index]
    assert isinstance(line, Line)
    text = labels.without_editor(line.text)
    bare = squeeze(text)
    if not bare or _is_bare_bracket(bare) or (text != line.text and chrome.is_label_line(text)):
        return
    if _is_second_copy(items, index, seen.setdefault(bare, index)):
        return
    if _continues(items, index, style, story):
        story.paragraphs[-1] += text
        return
    if is_subheading(items, index, line):
        story.sections.append(Section(text, len(story.paragraphs)))
    story.paragraphs.append(text)


_LONG_PARAGRAPH = 80
_LONG_LINE = 24


def _is_second_copy(items: list[Item], index: int, first: int) -> bool:
    """Whether a line, and what stands beside it, was said before: a sentence alone can be said twice."""
    line = items[index]
    if first == index or not isinstance(line, Line) or line.size < _LONG_LINE:
        return False
    if line.size >= _LONG_PARAGRAPH:
        return True
    beside = [
        (items[first + step], items[index + step])
        for step in (-1, 1)
        if first + step >= 0 and index + step < len(items)
    ]
    return any(isinstance(a, Line) and isinstance(b, Line) and a is not b and a.bare == b.bare for a, b in beside)


def _is_bare_bracket(bare: str) -> bool:
    return bare in {"【", "】", "[", "]", "|", "·", "<", ">", "."}


def _continues(items: list[Item], index: int, style: _Style, story: Story) -> bool:
    """The rest of a paragraph that an advertisement or an inline element cut in two."""
    line, before = items[index], items[index - 1] if index else None
    if not isinstance(line, Line) or not isinstance(before, Line) or not story.paragraphs:
        return False
    if not style.indented or line.indent >= 2 or before.indent < 2 or line.element.centred or line.bold or before.bold:
        return False
    cut = not labels.ends_paragraph(before.text) and labels.reads_like_prose(before.text) and "\t" not in before.text
    apart = line.element is not before.element or line.at - before.at > 1 or not before.broken
    return cut and apart and labels.reads_like_prose(line.text)

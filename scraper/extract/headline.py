"""The headline of a page: the line that agrees with <title>, or is set as one above a date."""

import re

from scraper.extract import labels
from scraper.extract.breadcrumb import channel_of
from scraper.extract.dateline import dates_or_sources, has_label, is_about_others
from scraper.extract.flatten import HEADINGS
from scraper.extract.page import EDGE, Line, Page
from scraper.text import fold, squeeze


def find_title(page: Page) -> tuple[str, int]:
    """The headline and where it stands (-1: only in <title>): the line that agrees with <title>."""
    tag = _TAG.sub(" ", page.title_tag)
    bare_tag = squeeze(tag)
    core = squeeze(labels.without_suffix(tag))
    parts = {squeeze(part) for part in _PARTED.split(tag) if not labels.names_site(part)}
    best, best_score, best_at = "", 0.0, -1
    for line in page.lines:
        if line.hidden or not 1 < line.size <= 120:
            continue
        # 更正: a headline of two characters is set as one, and is all that <title> says.
        if line.size <= 3 and (line.element.tag not in HEADINGS or line.bare != core):
            continue
        if (bare := line.bare) not in bare_tag and (bare[-1] not in ")）" or not labels.has_page_number(line.text)):
            continue
        text, last = _title_at(page, line.at, bare_tag)
        bare = squeeze(labels.without_page_number(text))
        if bare not in bare_tag or (len(bare) * 2 < len(core) and bare not in parts):
            continue
        score = _title_score(page, line.at, line, bare, core)
        if score > best_score:
            best, best_score, best_at = labels.without_page_number(text), score, last
    if best and not labels.names_site(tag):
        return best, best_at
    return _title_without_tag(page, tag)


_PARTED = re.compile(r"[-—–_|｜]+")
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
    for head in page.lines:
        if head.hidden or head.is_mostly_link:
            continue
        if head.element.tag in ("h1", "h2", "h3") and 4 <= head.size <= 80:
            near = page.items[head.at + 1 : head.at + 7]
            if any(isinstance(line, Line) and (labels.find_date(line.text) or ("", False))[1] for line in near):
                return _without_subtitle(head, labels.without_suffix(tag)), head.at
    above = _title_above_date(page) if not labels.without_suffix(tag) or labels.names_site(tag) else None
    if above:
        return labels.without_page_number(above.text), above.at
    hidden = fold(_TAG.sub(" ", page.inputs.get("newstitle", "")))
    return labels.without_suffix(tag) or hidden, -1


def _title_above_date(page: Page) -> Line | None:
    """The line set as a headline right above or below time and source, where <title> only names the site."""
    for dated in page.lines:
        if dated.hidden or dated.size > 160 or not dates_or_sources(dated):
            continue
        for near in (page.items[max(0, dated.at - 4) : dated.at], page.items[dated.at + 1 : dated.at + 4]):
            lines = [line for line in near if isinstance(line, Line) and not line.hidden]
            set_apart = [line for line in lines if _may_be_headline(page, line)]
            if set_apart:
                return max(set_apart, key=lambda line: (line.element.tag in ("h1", "h2", "h3"), line.bold, line.at))
    return None


def _may_be_headline(page: Page, line: Line) -> bool:
    if not 6 <= line.size <= 80 or line.is_mostly_link or is_about_others(page, line) or labels.find_date(line.text):
        return False
    return not has_label(line) and channel_of(line.text) is None and not _NO_HEADLINE.search(line.text)


_NO_HEADLINE = re.compile(r"[。，；]$|[>›»→]")


def _without_subtitle(headline: Line, title: str) -> str:
    """A headline less the sub-title in <small> behind it, which <title> does not repeat."""
    bare, so_far = squeeze(title), ""
    for part in headline.raw.split(EDGE) if bare else ():
        so_far += squeeze(part)
        if so_far == bare:
            return title
    return labels.without_page_number(headline.text)

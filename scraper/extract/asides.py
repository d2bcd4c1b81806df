"""What of a page is set aside before a story is looked for: lists of links, other stories, readers' comments, summaries.

Each of them can read like prose, so each is known by its form, and by what it
stands under. Both readers and every look at a page pass over these items.
"""

from itertools import chain

from scraper.extract.comments import comments
from scraper.extract.lists import lists
from scraper.extract.page import Page
from scraper.extract.summaries import MACHINES, summaries
from scraper.extract.teasers import NEXT, next_stories, teasers


def set_aside(page: Page) -> frozenset[int]:
    """The indexes of all items that are no part of any story of this page, the heads above them included."""
    if page.aside is None:
        lines = [line for line in page.lines if not line.hidden]
        text = "\n".join([line.text for line in lines])
        runs = [*lists(page), *teasers(page, lines), *comments(page, lines, text)]
        if any(word in text for word in NEXT):
            runs += next_stories(page, lines)
        if any(word in text for word in MACHINES):
            runs += summaries(page, lines)
        page.aside = frozenset(chain.from_iterable(range(start, stop) for start, stop in runs))
    return page.aside

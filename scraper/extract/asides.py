"""What of a page is set aside before a story is looked for: lists of links, other stories, readers' comments, summaries.

Each of them can read like prose, so each is known by its form, and by what it
stands under. Both readers and every look at a page pass over these items.
"""

from scraper.extract.comments import comments
from scraper.extract.lists import lists
from scraper.extract.page import Page
from scraper.extract.summaries import summaries
from scraper.extract.teasers import teasers


def set_aside(page: Page) -> frozenset[int]:
    """The indexes of all items that are no part of any story of this page, the heads above them included."""
    if page.aside is None:
        lines = [line for line in page.lines if not line.hidden]
        runs = [*lists(page), *teasers(page, lines), *comments(page, lines), *summaries(page, lines)]
        page.aside = frozenset(index for start, stop in runs for index in range(start, stop))
    return page.aside

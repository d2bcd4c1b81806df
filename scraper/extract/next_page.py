"""Where an article of several pages, or a gallery, goes on."""

import re

from scraper.extract.page import Page
from scraper.extract.pictures import path_of, resolve
from scraper.text import squeeze

_PAGE_FILE = re.compile(r"^(.*/)?([^/]+?)(?:_(\d{1,2}))?(\.s?html?)$")


def find_next_page(page: Page, url: str) -> str | None:
    """The address of page n+1 of this article, if the page links to it; in galleries, of the next picture.

    From 2007 to 2009 every page of an article had an id of its own, so a link
    that says 下一页 is believed, too, within the article's own folder.
    """
    here = _PAGE_FILE.match(path_of(url))
    if not here:
        return None
    folder, ending = here.group(1) or "/", here.group(4)
    wanted = f"{folder}{here.group(2)}_{int(here.group(3) or 1) + 1}{ending}"
    name = wanted.rsplit("/", 1)[-1]
    # Few pages have a next one, and the links of the others need no look.
    if name not in page.html and not any("下一" in line.text for line in page.lines):
        return None
    for link in page.links:
        href, text = link.attributes.get("href") or "", link.text()
        turns = "下一" in text and squeeze(text).strip("[]【】()（）<>»") in ("下一页", "下一张")
        if not turns and name not in href:
            continue
        target = resolve(page.url, href)
        path = path_of(target)
        if _same_host(target, url) and (
            path == wanted or (turns and path != path_of(url) and path.startswith(folder) and path.endswith(ending))
        ):
            return f"{url[: url.index('/', 8)]}{path}"
    return None


def _same_host(one: str, other: str) -> bool:
    """Whether two addresses are on one host, its .com and .com.cn twins taken as one."""
    hosts = {url.split("/", 3)[2].lower().removesuffix(".cn") for url in (one, other) if url.count("/") >= 2}
    return len(hosts) == 1 and "://" in one

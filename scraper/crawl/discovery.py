"""Where articles are found: what of a page's links is an article, which page of a list comes next, which lists there are.

Says what could be fetched; whether and when is decided by the frontier.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from scraper.crawl.urls import MAX_ADDRESS, Address, canonical
from scraper.errors import Refused
from scraper.models import Link, Site

MAX_PARTS = 20
"""Pages of one list at most."""
MAX_SITEMAPS = 20
"""Sitemaps of an edition, and of a sitemap index, at most."""
MAX_SKIPS = 300
"""Links of one page that are remembered as not taken."""
FIRST_DAY = date(2008, 8, 1)
"""The main site's daily archive begins here (docs/sites.md)."""


@dataclass(slots=True)
class Found:
    """The links of a listing, sorted."""

    articles: list[tuple[Link, Address]] = field(default_factory=list)
    skips: list[tuple[str, str]] = field(default_factory=list)
    """Address and reason of what was not taken, `MAX_SKIPS` at most."""


def sort_links(site: Site, links: list[Link], base: str) -> Found:
    """Which links are articles of this edition, page one of them, and why the others are not."""
    found = Found()
    for link in links:
        address, reason = _judged(site, link, base)
        if address is not None and not reason:
            found.articles.append((link, address))
        elif len(found.skips) < MAX_SKIPS:
            found.skips.append((address.url if address else link.url[:MAX_ADDRESS], reason))
    return found


def article_links(site: Site, links: list[Link], base: str) -> Iterator[tuple[Link, Address]]:
    """The links that are articles of this edition, page one of them, with their canonical addresses."""
    yield from sort_links(site, links, base).articles


def _judged(site: Site, link: Link, base: str) -> tuple[Address | None, str]:
    address = _address(link.url, base)
    if address is None:
        return None, "another host" if link.url.startswith(("http://", "https://", "//")) else "no address"
    if address.site.code != site.code:
        return address, "another edition"
    if not address.is_article:
        return address, "no article"
    return address, "" if address.is_first_page else "later page"


def _address(url: str, base: str) -> Address | None:
    """The canonical address, None where it is none of theirs.

    Lists of an edition repeat the same navigation on every page, so what does
    not depend on the page's own folder is worked out once.
    """
    if len(url) > MAX_ADDRESS:  # nor is it remembered
        return None
    if url.startswith(("/", "http://", "https://")):
        parts = urlsplit(base)
        return _known_address(url, f"{parts.scheme}://{parts.netloc}/")
    return _resolved(url, base)


@lru_cache(maxsize=2_000)  # each is half a kilobyte, and a list's navigation comes again with the next page
def _known_address(url: str, base: str) -> Address | None:
    return _resolved(url, base)


def _resolved(url: str, base: str) -> Address | None:
    try:
        return canonical(url, base)
    except Refused:
        return None


# --- lists ----------------------------------------------------------------------------------


def listing_addresses(site: Site) -> list[str]:
    """The home page and the edition's listings."""
    home = f"https://{site.hosts[0]}/"
    return [home] + [canonical(listing.path, home).url for listing in site.listings]


def own_addresses(site: Site, urls: tuple[str, ...] | list[str]) -> list[str]:
    """Those of some addresses of lists (Sitemap lines, a sitemap index) that are the edition's, canonical."""
    home = f"https://{site.hosts[0]}/"
    found = (_resolved(url, home) for url in urls)
    return list(dict.fromkeys(address.url for address in found if address and address.site.code == site.code))


def day_listings(site: Site, since: date | None, until: date | None, today: date) -> list[tuple[str, date]]:
    """The main site's archive of the days asked for, latest first; no other edition is known to have one."""
    if site.code != "www" or (since is None and until is None):
        return []
    first, last = max(since or FIRST_DAY, FIRST_DAY), min(until or today, today)
    days = (last - timedelta(days=number) for number in range((last - first).days + 1))
    return [(f"https://{site.hosts[0]}/scroll-news/{day:%Y/%m%d}/news.shtml", day) for day in days]


_NEXT = re.compile(r"(?:下一?页|后一?页|next(?: page)?)[\s>»›→]*|[>»›]{1,2}", re.I)


def next_part(site: Site, links: list[Link], url: str) -> str | None:
    """The next page of a list, if this page links to it.

    By what the link says (下一页), else by what it is called: the number in
    the address one higher (`index.shtml` → `index_2.shtml`, `m1.html` →
    `m2.html`, `&p=1` → `&p=2`). Nothing is guessed that is not linked.
    """
    successors = _successors(url)
    named = [link for link in links if _NEXT.fullmatch(link.title.strip())]
    for link in [*named, *links]:
        address = _address(link.url, url)
        if address is None or address.site.code != site.code or address.is_article or address.url == url:
            continue
        if link in named and _is_near(address.url, url):
            return address.url
        if address.url in successors:
            return address.url
    return None


def _is_near(found: str, url: str) -> bool:
    """Whether a link called 下一页 stays with its list: the same host and folder."""
    one, other = urlsplit(found), urlsplit(url)
    return one.netloc == other.netloc and one.path.rpartition("/")[0] == other.path.rpartition("/")[0]


def _successors(url: str) -> set[str]:
    """What the next page of a list may be called.

    >>> sorted(_successors("https://h/gsyw1/m1.html"))
    ['https://h/gsyw1/m1_1.html', 'https://h/gsyw1/m1_2.html', 'https://h/gsyw1/m2.html']
    """
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    if parts.query:
        query = re.search(r"(?:^|&)(?:p|page|pn|pageno|pageindex|curpage)=(\d{1,4})(?=&|$)", parts.query, re.I)
        if query is None:
            return {f"{url}&p=2", f"{url}&page=2"}
        higher = f"{parts.query[: query.start(1)]}{int(query[1]) + 1}{parts.query[query.end(1) :]}"
        return {f"{root}{parts.path}?{higher}"}
    folder, _, name = parts.path.rpartition("/")
    stem, dot, suffix = (name or "index.shtml").rpartition(".")
    found = {f"{stem}_2{dot}{suffix}", f"{stem}_1{dot}{suffix}"}
    number = re.search(r"\d{1,4}$", stem)
    if number:
        found.add(f"{stem[: number.start()]}{int(number[0]) + 1}{dot}{suffix}")
        if stem[: number.start()].endswith("_"):
            found -= {f"{stem}_2{dot}{suffix}", f"{stem}_1{dot}{suffix}"}
    return {f"{root}{folder}/{one}" for one in found}

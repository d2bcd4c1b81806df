"""Addresses: one canonical form for all the ways an edition writes the same page.

Parsed by ada (the WHATWG URL parser), because parsers differ on hostile
addresses: for `http://ok\\@127.0.0.1/` one sees the allowed host, another
loopback. What leaves this module is the one string everybody uses.
"""

import re
from dataclasses import dataclass

import ada_url

from scraper.errors import Refused
from scraper.models import Site
from scraper.sites import sites_by_host

# Added by sharing and analytics, never part of what a page is.
_TRACKING = re.compile(
    r"^(?:utm_\w+|spm|from|isappinstalled|share\w*|nsukey|fbclid|gclid|bd_vid|hmsr|hmpl|hmcu|hmkw|hmci|"
    r"wxid|scene|clicktime|enterid|_|t|tn|v|timestamp|weibo_id|bsh_bid)$",
    re.I,
)

MAX_ADDRESS = 2_000
"""Characters; theirs have less than two hundred, and what is longer would be kept, compared and remembered whole."""


@dataclass(frozen=True, slots=True)
class Address:
    """A canonical address and the edition it belongs to."""

    url: str
    site: Site
    path: str

    @property
    def is_article(self) -> bool:
        return is_article_path(self.site, self.path)

    @property
    def is_first_page(self) -> bool:
        """Whether it is the article's first page, or only `_2.shtml` of it."""
        return _LATER_PAGE.search(self.path) is None


# Main-site and regional pages continue as ID_2.shtml; hi's `4_ID.html` is not such a page.
_LATER_PAGE = re.compile(r"(?<=\d)_\d{1,2}\.s?html$")


def canonical(url: str, base: str = "") -> Address:
    """The canonical address.

    `https`, the edition's canonical host, lower-case; no default port,
    fragment or tracking query; `./` and `..` resolved; needless escapes undone
    (RFC 3986, 6.2.2); mobile pages (an edition's `m.` and `wap.` hosts, `/m/` on
    the main site, `/wap/` in Guangdong) become their desktop twins. Raises `Refused` for
    what is no address of any edition: another host or scheme, a port, a user, a backslash.
    """
    parsed = parse_address(url, base)
    host = parsed.hostname.rstrip(".")
    site = sites_by_host().get(host) or sites_by_host().get(_MOBILE_HOST.sub("www.", host))
    if site is None:
        raise Refused(f"{host} is not a host of any edition", url=url[:500])
    path = _desktop_path(site, host, re.sub(r"/{2,}", "/", _unescaped(parsed.pathname)))
    # m. and wap. hosts serve the same pages under .com and .com.cn; the first named is canonical.
    canonical_host = site.extra_hosts[0] if host in site.extra_hosts else site.hosts[0]
    # Articles are static files on all hosts but hk's; whatever hangs behind one is somebody's tracking.
    static = is_article_path(site, path) and not site.query_is_identity
    query = "" if static else _query(parsed.search)
    return Address(f"https://{canonical_host}{path}{query}", site, path)


def parse_address(url: str, base: str = "") -> ada_url.URL:
    """An address as the WHATWG parser reads it; the one check that every address goes through before it is fetched.

    Raises `Refused` for what is too long or no address, and for another
    scheme than http and https, a port, a user or a backslash.
    """
    text = url.strip()
    if len(text) > MAX_ADDRESS:
        raise Refused(f"an address of {len(text):,} characters: {text[:60]!r} …", url=text[:500])
    if "\\" in text or re.search(r"[\x00-\x20\x7f]", text):
        raise Refused(f"not an address: {text[:80]!r}", url=text[:500])
    try:
        parsed = ada_url.URL(text, base=base or None)
    except ValueError as error:
        raise Refused(f"not an address: {text[:80]!r}", url=text[:500]) from error
    if parsed.protocol not in ("http:", "https:"):
        raise Refused(f"only http and https are fetched, not {parsed.protocol}", url=text[:500])
    if parsed.username or parsed.password or parsed.port:
        raise Refused("an address with a user or a port is not one of theirs", url=text[:500])
    return parsed


_MOBILE_HOST = re.compile(r"^(?:m|wap)\.")
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")


def _unescaped(path: str) -> str:
    """The path with escapes of unreserved characters undone and the hex of the others in capitals."""

    def plain(match: re.Match[str]) -> str:
        character = chr(int(match.group(1), 16))
        return character if _UNRESERVED.match(character) else match.group().upper()

    return _ESCAPE.sub(plain, path) if "%" in path else path


def _desktop_path(site: Site, host: str, path: str) -> str:
    mobile = f"{site.mobile_prefix}/"
    while site.mobile_prefix and host in site.hosts and path.startswith(mobile) and _ARTICLE_DATE.search(path):
        path = path[len(site.mobile_prefix) :]
    return path


_ARTICLE_DATE = re.compile(r"/\d{4}/(?:\d{4}-)?\d\d-\d\d/")


def _query(search: str) -> str:
    """The query less tracking, its escapes as they are: old forms escape GBK bytes."""
    pairs = [pair for pair in search.lstrip("?").split("&") if pair and not _TRACKING.match(pair.partition("=")[0])]
    return f"?{'&'.join(pairs)}" if pairs else ""


# Addresses change with templates; what has a day in it and ends in a page is an article on all of these hosts.
_DATED = re.compile(
    r"/.*(?<!\d)(?:19|20)\d\d[-/]?(?:0[1-9]|1[0-2])[-/]?(?:0[1-9]|[12]\d|3[01])(?!\d)/(?:[\w-]+/)?[\w-]*\d{4,}[\w-]*\.s?html"
)


def is_article_path(site: Site, path: str) -> bool:
    """Whether a path is an article's: by the edition's own patterns, or by the day in it."""
    return any(pattern.fullmatch(path) for pattern in site.article_path) or _DATED.fullmatch(path) is not None

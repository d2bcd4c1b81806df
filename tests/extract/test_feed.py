"""RSS, Atom and sitemaps, the ones that sites write and the ones that attackers do."""

import gzip

import pytest

from scraper.errors import HostilePage, PageError
from scraper.extract.feed import is_feed, read_feed
from scraper.models import Link
from tests.pages import seconds

HOME = "https://www.tj.chinanews.com.cn"
SITEMAP = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    f"<url><loc> {HOME}/1.shtml </loc><lastmod>2024-05-06</lastmod></url><url><loc>{HOME}/2.shtml?a=1&amp;b=2</loc></url></urlset>"
)
RSS = (
    f"<rss version='2.0'><channel><title>要闻</title><link>{HOME}/</link><item><title>老桥</title><link>{HOME}/1.shtml</link>"
    f"</item><item><title><![CDATA[新桥 <b>]]></title><guid>{HOME}/2.shtml</guid></item></channel></rss>"
)
ATOM = (
    f'<feed xmlns="http://www.w3.org/2005/Atom"><link href="{HOME}/"/><entry><title>老桥</title>'
    f'<link rel="self" href="{HOME}/x.atom"/><link href="{HOME}/1.shtml"/></entry></feed>'
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    f"<item><title>老桥</title><link>{HOME}/1.shtml</link></item></rdf:RDF>"
)
FEEDS = {
    "a sitemap": (SITEMAP.encode(), [Link(f"{HOME}/1.shtml"), Link(f"{HOME}/2.shtml?a=1&b=2")]),
    "a sitemap, gzipped": (gzip.compress(SITEMAP.encode()), [Link(f"{HOME}/1.shtml"), Link(f"{HOME}/2.shtml?a=1&b=2")]),
    "RSS": (RSS.encode(), [Link(f"{HOME}/1.shtml", "老桥"), Link(f"{HOME}/2.shtml", "新桥 <b>")]),
    "RSS with a byte order mark": (RSS.encode("utf-8-sig"), [Link(f"{HOME}/1.shtml", "老桥"), Link(f"{HOME}/2.shtml", "新桥 <b>")]),
    "RSS in GB2312": (('<?xml version="1.0" encoding="gb2312"?>' + RSS).encode("gb18030"), [Link(f"{HOME}/1.shtml", "老桥"), Link(f"{HOME}/2.shtml", "新桥 <b>")]),
    "RSS in UTF-16": (RSS.encode("utf-16"), [Link(f"{HOME}/1.shtml", "老桥"), Link(f"{HOME}/2.shtml", "新桥 <b>")]),
    "Atom": (ATOM.encode(), [Link(f"{HOME}/1.shtml", "老桥")]),
    "RSS 1.0": (RDF.encode(), [Link(f"{HOME}/1.shtml", "老桥")]),
    "broken off": (RSS.encode()[: RSS.encode().index(b"</item><item>") + 9], [Link(f"{HOME}/1.shtml", "老桥")]),
}  # fmt: skip


@pytest.mark.parametrize("name", FEEDS)
def test_what_a_feed_names(name: str) -> None:
    raw, links = FEEDS[name]

    assert is_feed(raw)
    assert read_feed(raw).links == links


def test_a_sitemap_index_names_lists_the_latest_first() -> None:
    children = "".join(
        f"<sitemap><loc>{HOME}/{day}.xml</loc><lastmod>2024-05-{day:02}</lastmod></sitemap>" for day in (3, 5, 4)
    )
    feed = read_feed(f"<sitemapindex>{children}</sitemapindex>".encode())

    assert (feed.links, feed.lists) == ([], [f"{HOME}/{day}.xml" for day in (5, 4, 3)])


@pytest.mark.parametrize(
    "page",
    [b"", b"<html><body><a href='/'>feed</a></body></html>", b"<!doctype html><html><feed>", b"\x1f\x8b\x00rubbish", b"%PDF-1.7"],
)  # fmt: skip
def test_a_page_is_no_feed(page: bytes) -> None:
    assert not is_feed(page)


LAUGHS = "<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
HOSTILE = {
    "a billion laughs": f"<!DOCTYPE urlset [{LAUGHS}]><urlset><url><loc>&a9;</loc></url></urlset>".encode(),
    "a file of ours": b"<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><urlset><url><loc>&x;</loc></url></urlset>",
    "a document type alone": b"<!DOCTYPE rss SYSTEM 'http://127.0.0.1/rss.dtd'><rss/>",
    "depth": b"<urlset>" + b"<url>" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_feed_is_refused(name: str) -> None:
    with seconds(2), pytest.raises(HostilePage):
        read_feed(HOSTILE[name])


def test_a_gzip_bomb_is_refused() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 40_000_000)

    with seconds(2), pytest.raises(HostilePage):
        read_feed(bomb)


@pytest.mark.parametrize("raw", [b"<urlset><url>", b"<rss", gzip.compress(b"<urlset></urlset>", mtime=0)[:-6]])
def test_a_feed_of_nothing_that_is_broken_is_an_error(raw: bytes) -> None:
    with pytest.raises(PageError):
        read_feed(raw)


def test_fifty_thousand_addresses_are_enough() -> None:
    raw = b"<urlset>" + b"<url><loc>https://h/1.shtml</loc></url>" * 60_000 + b"</urlset>"

    with seconds(15):
        assert len(read_feed(raw).links) == 50_000

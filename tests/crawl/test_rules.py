"""The language of robots.txt: every case is one of RFC 9309's, or a file as people write them."""

import pytest

from scraper.crawl.rules import parse_rules
from tests.pages import seconds

AGENT = "chinanews-scraper"

DECISIONS = {
    "longest wins": ("User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b/c", "3: Disallow: /a/b"),
    "of equal ones Allow": ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", "3: Allow: /a"),
    "prefix": ("User-agent: *\nDisallow: /fish", "/fishheads/yummy.html", "2: Disallow: /fish"),
    "case of paths matters": ("User-agent: *\nDisallow: /fish", "/Fish.asp", ""),
    "star in the middle": ("User-agent: *\nDisallow: /*.php", "/folder/any.php.file.html", "2: Disallow: /*.php"),
    "star needs its rest": ("User-agent: *\nDisallow: /*.php", "/windows.PHP", ""),
    "closing dollar": ("User-agent: *\nDisallow: /*.php$", "/filename.php", "2: Disallow: /*.php$"),
    "closing dollar, query behind": ("User-agent: *\nDisallow: /*.php$", "/filename.php?parameters", ""),
    "a dollar inside is a letter": ("User-agent: *\nDisallow: /a$b", "/a$bc", "2: Disallow: /a$b"),
    "dollar alone": ("User-agent: *\nDisallow: /\nAllow: /$", "/", "3: Allow: /$"),
    "dollar alone lets nothing else": ("User-agent: *\nDisallow: /\nAllow: /$", "/page.htm", "2: Disallow: /"),
    "star before dollar overlaps": ("User-agent: *\nDisallow: /ab*b$", "/ab", ""),
    "query": ("User-agent: *\nDisallow: /*?", "/a?b", "2: Disallow: /*?"),
    "escapes are equal, big and small": ("User-agent: *\nDisallow: /a%3cd", "/a%3Cd.html", "2: Disallow: /a%3cd"),
    "an escaped letter is the letter": ("User-agent: *\nDisallow: /%7Ejoe/", "/~joe/index.html", "2: Disallow: /%7Ejoe/"),
    "an escaped slash is no slash": ("User-agent: *\nDisallow: /a%2fb", "/a/b", ""),
    "Chinese, written and escaped": ("User-agent: *\nDisallow: /新闻", "/%E6%96%B0%E9%97%BB/", "2: Disallow: /新闻"),
    "an escaped star is no wildcard": ("User-agent: *\nDisallow: /a%2A", "/abc", ""),
    "a path without its slash": ("User-agent: *\nDisallow: private", "/private/1", "2: Disallow: private"),
    "a comment behind": ("User-agent: *\nDisallow: /a # not here", "/a", "2: Disallow: /a # not here"),
    "spaces and tabs": (" User-Agent :\t* \n\tDISALLOW\t:  /a  ", "/a", "2: DISALLOW\t:  /a"),
    "lines that end in CR": ("User-agent: *\rDisallow: /a\r", "/a", "2: Disallow: /a"),
    "lines that end in CRLF": ("User-agent: *\r\nDisallow: /a\r\n", "/a", "2: Disallow: /a"),
    "what an odd encoding left": ("\ufffd\ufffdUser-agent: *\nDisallow: /a", "/a", "2: Disallow: /a"),
    "other separators are no line ends": ("User-agent: *\nDisallow: /a\x85Allow: /a", "/a\x85Allow: /a", "2: Disallow: /a\x85Allow: /a"),
    "a misspelt Disallow": ("User-agent: *\nDissallow: /a", "/a", "2: Dissallow: /a"),
    "empty Disallow": ("User-agent: *\nDisallow:", "/a", ""),
    "a rule before any name": ("Disallow: /\nUser-agent: *\nDisallow: /a", "/b", ""),
    "no name at all": ("Disallow: /", "/b", ""),
    "/index.html allowed is not / allowed": ("User-agent: *\nDisallow: /\nAllow: /index.html", "/", "2: Disallow: /"),
    "our group": (f"User-agent: *\nDisallow: /\nUser-agent: {AGENT}\nDisallow: /x", "/y", ""),
    "our name in any case": ("User-agent: CHINANEWS-Scraper\nDisallow: /x", "/x", "2: Disallow: /x"),
    "our name with a version": (f"User-agent: {AGENT}/1.0\nDisallow: /x\nUser-agent: *\nAllow: /", "/x", "2: Disallow: /x"),
    "half our name is somebody else": ("User-agent: chinanews\nAllow: /\nUser-agent: *\nDisallow: /", "/a", "4: Disallow: /"),
    "more than our name is somebody else": (f"User-agent: {AGENT}-news\nDisallow: /", "/a", ""),
    "groups of one name are one": (f"User-agent: {AGENT}\nDisallow: /a\nUser-agent: b\nDisallow: /c\nUser-agent: {AGENT}\nDisallow: /d", "/d", "6: Disallow: /d"),
    "groups of one name are one, the first": (f"User-agent: {AGENT}\nDisallow: /a\nUser-agent: b\nDisallow: /c\nUser-agent: {AGENT}\nDisallow: /d", "/a", "2: Disallow: /a"),
    "names that share rules": (f"User-agent: a\nUser-agent: {AGENT}\nUser-agent: b\nDisallow: /x", "/x", "4: Disallow: /x"),
    "a blank line parts no group": ("User-agent: *\n\n\nDisallow: /x", "/x", "4: Disallow: /x"),
    "a Sitemap parts no group": (f"User-agent: {AGENT}\nSitemap: https://h/s.xml\nUser-agent: b\nDisallow: /x", "/x", "4: Disallow: /x"),
    "an unknown line parts no group": (f"User-agent: {AGENT}\nHost: h\nUser-agent: b\nDisallow: /x", "/x", "4: Disallow: /x"),
    "a Crawl-delay is a rule": ("User-agent: *\nCrawl-delay: 9\nUser-agent: BadBot\nDisallow: /", "/x", ""),
    "everybody's rules are not ours when we have our own": (f"User-agent: *\nDisallow: /\nUser-agent: {AGENT}\nCrawl-delay: 2", "/x", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", DECISIONS)
def test_the_line_that_decides(name: str) -> None:
    text, path, line = DECISIONS[name]

    rule = parse_rules(text, AGENT).deciding(path)

    assert (rule.line if rule else "") == line


DELAYS = {
    "Crawl-delay: 5": 5.0,
    "Crawl-delay: 0.5": 0.5,
    "crawl-delay:7 # please": 7.0,
    "Crawl-delay: 5\nCrawl-delay: 8": 8.0,
    "Crawl-delay: soon": 0.0,
    "Crawl-delay: -1": 0.0,
    "Crawl-delay: inf": 0.0,
    "Crawl-delay: nan": 0.0,
    "Request-rate: 1/10": 10.0,
    "Request-rate: 1/1m": 60.0,
    "Request-rate: 30/1m 0600-0845": 2.0,
    "Request-rate: 0/10": 0.0,
    "Request-rate: 1/10\nCrawl-delay: 4": 10.0,
}


@pytest.mark.parametrize("lines", DELAYS)
def test_the_longest_pause_asked_for(lines: str) -> None:
    assert parse_rules(f"User-agent: *\n{lines}\n", AGENT).delay == DELAYS[lines]


def test_sitemaps_are_everybodys() -> None:
    text = (
        "Sitemap: https://h/a.xml\nUser-agent: other\nDisallow: /\nSITEMAP:/b.xml\nSitemap:\nSitemap: https://h/a.xml"
    )

    assert parse_rules(text, AGENT).sitemaps == ("https://h/a.xml", "/b.xml")


@pytest.mark.parametrize("pattern", ["/" + "*a" * 5_000 + "b$", "/" + "*" * 10_000, "/%" * 8_000])
def test_no_pattern_is_slow(pattern: str) -> None:
    rules = parse_rules(f"User-agent: *\nDisallow: {pattern}\n", AGENT)

    with seconds(1):
        rules.deciding("/" + "a" * 20_000)


def test_half_a_megabyte_of_rules_is_not_slow() -> None:
    text = "User-agent: *\n" + "".join(f"Disallow: /section{number}/*/x$\n" for number in range(16_000))

    with seconds(2):
        assert parse_rules(text, AGENT).deciding("/news/1.shtml") is None

"""`sites check` says whether an edition's rules hold, and drift says when they stopped."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from scraper.archive.connect import open_for_reading
from scraper.archive.drift import is_drift
from scraper.crawl.check import (
    BROKEN,
    DOUBTFUL,
    FORBIDDEN,
    HOLDS,
    LISTINGS_GONE,
    NO_LISTING,
    STALE,
    UNFETCHED,
    UNREACHABLE,
    Verdict,
    check_sites,
)
from scraper.crawl.discovery import listing_addresses
from scraper.crawl.options import CrawlOptions, Outcome
from scraper.crawl.run import crawl
from scraper.demo import FixtureServer, ServedPage, fixture_site, load_pages
from scraper.show.verdicts import verdict_text
from scraper.sites import all_sites
from tests.extract.test_markups import STORY
from tests.markups import render
from tests.servers import NOT_FOUND, Answer, Edition, answer, article_bytes, listing_page, serving

HA = all_sites()["ha"]
HOST = HA.hosts[0]


@pytest.fixture
def site() -> Iterator[FixtureServer]:
    with fixture_site(load_pages()) as server:
        yield server


def check(server: FixtureServer, *codes: str) -> list[Verdict]:
    sites = tuple(all_sites()[code] for code in codes)
    return check_sites(CrawlOptions(Path("unused"), sites, delay=0, connect_to=server.address))


def test_rules_that_hold_are_said_to(site: FixtureServer) -> None:
    verdicts = check(site, "ha", "sh", "tj")

    assert [(found.site, found.verdict) for found in verdicts] == [("ha", HOLDS), ("sh", HOLDS), ("tj", HOLDS)]
    assert list(verdicts[0].layouts) == ["ha-neiron"]
    assert verdicts[0].agreement == 1.0
    assert len(site.requests) <= 3 * (1 + 1 + 3 + 1)


def test_renamed_classes_are_told_from_broken_pages(site: FixtureServer) -> None:
    for key, page in site.pages.items():
        site.pages[key] = replace(page, body=page.body.replace(b"neiron_", b"renamed_"))

    (found,) = check(site, "ha")

    assert (found.verdict, list(found.layouts)) == (STALE, ["labels"])


def test_a_listing_without_links_and_a_host_that_is_gone_have_verdicts_of_their_own(site: FixtureServer) -> None:
    empty = ServedPage(b"<ul></ul>", "text/html")
    for address in listing_addresses(HA):
        site.pages[address.removeprefix("https://")] = empty

    (no_listing,) = check(site, "ha")
    site.shutdown()
    site.server_close()
    (unreachable,) = check(site, "ha")

    assert no_listing.verdict == NO_LISTING
    assert unreachable.verdict == UNREACHABLE


ARTICLES = [f"/news/hnxw/2024/0506/{number:05d}.shtml" for number in range(1, 5)]
LISTINGS = [listing.path for listing in HA.listings]


def henan(robots: bytes = b"", **pages: bytes) -> dict[str, Answer]:
    """Henan's home, listings and articles, each of the three kinds answering as told."""
    layout = HA.layouts[0]
    story = article_bytes(1).replace(b"headline", layout.title[1:].encode()).replace(b"story", layout.body[1:].encode())
    story = story.replace(b'"dateline"', b'"' + layout.meta[1:].encode() + b'"')
    home = pages.get("home", listing_page(ARTICLES))
    answers: dict[str, Answer] = {f"{HOST}/": home, f"{HOST}/robots.txt": answer(robots)}
    answers |= {HOST + path: pages.get("listings", home) for path in LISTINGS}
    return answers | {HOST + path: pages.get("articles", answer(story)) for path in ARTICLES}


@pytest.mark.parametrize(
    ("pages", "verdict", "said"),
    [
        (henan(), HOLDS, ""),
        (henan(b"User-agent: *\nDisallow: /\n"), FORBIDDEN, "(line 2: Disallow: /)"),
        (henan(b"User-agent: *\nDisallow: /*/2024/\n"), FORBIDDEN, "Disallow: /*/2024/"),
        (henan(b"User-agent: *\nDisallow: /news/*index\n"), LISTINGS_GONE, "Disallow: /news/*index"),
        (henan() | {f"{HOST}/robots.txt": answer(status=503)}, UNREACHABLE, "answers 503"),
        (henan(home=NOT_FOUND), NO_LISTING, "the site answers 404"),
        (henan(listings=NOT_FOUND), LISTINGS_GONE, "the site answers 404"),
        (henan(home=answer(b"<ul></ul>")), NO_LISTING, "0 links, none of them an article"),
        (henan(home=listing_page(["/view/7.html"])), NO_LISTING, f"such as https://{HOST}/view/7.html"),
        (henan(articles=NOT_FOUND), UNFETCHED, "the site answers 404"),
        (henan(articles=answer(b"<p>Please log in</p>")), BROKEN, "not an article"),
        (henan(articles=answer(article_bytes(1))), STALE, ""),
    ],
    ids=[
        "holds",
        "all refused",
        "articles refused",
        "listings refused",
        "robots unreadable",
        "no listing",
        "home only",
        "no link",
        "other addresses",
        "articles gone",
        "articles unreadable",
        "by labels",
    ],
)
def test_each_trouble_has_its_verdict_and_says_what_was_seen(pages: dict[str, Answer], verdict: str, said: str) -> None:
    with serving(pages) as server:
        (found,) = check_sites(CrawlOptions(Path("unused"), (HA,), delay=0, connect_to=server.address))

    assert found.verdict == verdict
    assert said in "\n".join([found.robots, *found.problems])
    shown = verdict_text(found).plain
    assert said in shown
    assert (f"{HA.code}" in shown.splitlines()[-1]) or verdict in (HOLDS, FORBIDDEN, UNFETCHED, BROKEN)


def test_a_layout_that_selects_something_else_is_doubtful() -> None:
    layout = HA.layouts[0]
    box = f'<div class="{layout.title[1:]}">天气</div><div class="{layout.meta[1:]}">2023年01月01日 08:00 来源：石塘日报</div>'
    page = article_bytes(1).replace(b"story", layout.body[1:].encode())
    page = page.replace(b'<div class="foot">', box.encode("gb18030") + b'<div class="foot">')
    with serving(henan(articles=answer(page))) as server:
        (found,) = check_sites(CrawlOptions(Path("unused"), (HA,), delay=0, connect_to=server.address))

    assert (found.verdict, found.layouts) == (DOUBTFUL, {layout.name: 3})
    assert "scraper sites learn ha" in verdict_text(found).plain


def test_what_robots_txt_says_of_one_edition_keeps_no_other_from_its_verdict() -> None:
    refusing = henan(b"User-agent: *\nDisallow: /*/2024/\n")
    with serving(refusing | Edition(articles=1).answers()) as server:
        sites = (HA, all_sites()["tj"])
        verdicts = check_sites(CrawlOptions(Path("unused"), sites, delay=0, connect_to=server.address))

    assert [(found.site, found.verdict) for found in verdicts] == [("ha", FORBIDDEN), ("tj", HOLDS)]


def test_a_check_keeps_the_pause_that_robots_txt_asks_for() -> None:
    robots = answer(b"User-agent: *\nCrawl-delay: 0.2\n")
    with serving(Edition(articles=1, robots=robots).answers()) as server:
        check_sites(CrawlOptions(Path("unused"), (all_sites()["tj"],), delay=0, connect_to=server.address))

    times = [(request.began, request.answered) for request in server.requests][1:]
    assert len(times) >= 2
    assert min(after[0] - before[1] for before, after in pairwise(times)) >= 0.2


# --- drift -----------------------------------------------------------------------------------------


def article_page(number: int, *, broken: bool = False, signed: bool = True, short: bool = False) -> ServedPage:
    story = replace(STORY, title=f"第{number}号观察站的一天 记者走进河湾")
    if short:
        picture = replace(story.pictures[0], after=1)
        story = replace(story, paragraphs=story.paragraphs[4:8], headings=frozenset({0}), pictures=(picture,))
    page, _ = render(story, seed=5 + number % 3)
    if not signed:
        page = page.replace("(本报记者 贺晓川 陶然/文", "")
    if broken:
        page = page.replace("来源", "来路").replace(STORY.source, "").replace("编辑", "编者")
    return ServedPage(page.encode("gb18030"), "text/html; charset=gb2312")


def world(articles: int, *, broken_from: int = 10_000, listed: bool = True) -> dict[str, ServedPage]:
    """Henan with so many articles; from one on, the new template leaves out source and editor."""
    paths = [f"/news/hnxw/2022/0720/{40_000 + number}.shtml" for number in range(articles)]
    items = "".join(f'<li><a href="{path}">第{number}条新闻的标题</a></li>' for number, path in enumerate(paths))
    listing = ServedPage(f"<ul>{items if listed else ''}</ul>".encode("gb18030"), "text/html")
    pages = {f"{HOST}{path}": article_page(number, broken=number >= broken_from) for number, path in enumerate(paths)}
    return pages | {address.removeprefix("https://"): listing for address in listing_addresses(HA)}


def crawls(db: Path, *worlds: dict[str, ServedPage]) -> list[Outcome]:
    with fixture_site({}) as server:
        outcomes = []
        for pages in worlds:
            server.pages = pages
            outcomes.append(crawl(CrawlOptions(db, (HA,), delay=0, connect_to=server.address)))
    return outcomes


def test_a_quiet_day_is_no_drift(tmp_path: Path) -> None:
    outcomes = crawls(tmp_path / "a.db", world(12), world(12), world(13))

    assert [outcome.exit_code for outcome in outcomes] == [0, 0, 0]


def test_a_field_that_went_missing_ends_the_crawl_with_four_and_is_named(tmp_path: Path) -> None:
    _, outcome = crawls(tmp_path / "a.db", world(12), world(17, broken_from=12))

    assert outcome.exit_code == 4
    assert {(drift.site, drift.field, drift.seen) for drift in outcome.drift} == {
        ("ha", "source", 0.0),
        ("ha", "editor", 0.0),
    }
    assert all(drift.example.startswith(f"https://{HOST}/news/hnxw/") for drift in outcome.drift)


def test_a_listing_that_lost_its_links_is_drift_and_heals(tmp_path: Path) -> None:
    outcomes = crawls(tmp_path / "a.db", world(12), world(12, listed=False), world(12))

    assert [outcome.exit_code for outcome in outcomes] == [0, 4, 0]
    assert [drift.field for drift in outcomes[1].drift] == ["listing"]


def test_a_listing_that_names_next_to_nothing_is_drift_until_it_names_its_usual_number_again(tmp_path: Path) -> None:
    outcomes = crawls(tmp_path / "a.db", world(12), world(12), world(2), world(2), world(11))

    assert [outcome.exit_code for outcome in outcomes] == [0, 0, 4, 4, 0]
    assert [(drift.field, drift.site) for drift in outcomes[2].drift] == [("listing", "ha")]


def test_authors_that_vanish_from_every_story_are_drift(tmp_path: Path) -> None:
    paths = {number: f"{HOST}/news/hnxw/2022/0720/{40_000 + number}.shtml" for number in range(14, 20)}
    anonymous = world(20) | {path: article_page(number, signed=False) for number, path in paths.items()}

    _, outcome = crawls(tmp_path / "a.db", world(14), anonymous)

    assert ("ha", "authors", 0.0) in {(drift.site, drift.field, drift.seen) for drift in outcome.drift}


@pytest.mark.parametrize(
    ("before", "new", "drift"),
    [
        ((200, 200), (0, 3), True),
        ((12, 12), (0, 5), True),
        ((8, 8), (1, 3), False),
        ((8, 8), (4, 7), False),
        ((180, 200), (3, 10), True),
        ((100, 200), (0, 5), False),
        ((200, 200), (8, 10), False),
        ((0, 40), (0, 10), False),
    ],
)
def test_the_less_is_known_the_more_it_takes_to_call_it_drift(
    before: tuple[int, int], new: tuple[int, int], drift: bool
) -> None:
    assert is_drift(*before, *new) == drift


def test_a_change_that_comes_two_articles_at_a_time_is_seen_with_its_beginning_and_its_end(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    whole = world(20)
    healed = [
        {**world(count, broken_from=12), **{key: whole[key] for key in list(whole)[18:count]}} for count in (19, 20)
    ]

    outcomes = crawls(db, world(12), *(world(count, broken_from=12) for count in (14, 16, 18)), *healed)

    assert [outcome.exit_code for outcome in outcomes] == [0, 0, 0, 4, 0, 0]
    assert [(drift.field, drift.expected, drift.seen) for drift in outcomes[3].drift] == [
        ("source", 1.0, 0.0),
        ("editor", 1.0, 0.0),
    ]
    archive = open_for_reading(db)
    runs = [row[0] for row in archive.execute("SELECT started_at FROM runs ORDER BY id")]
    assert {runs[1] < drift.since < runs[2] for drift in outcomes[3].drift} == {True}
    assert {row[0] > runs[5] for row in archive.execute("SELECT resolved_at FROM drift")} == {True}


def test_pages_that_were_never_articles_are_no_drift_and_more_of_them_are(tmp_path: Path) -> None:
    login = ServedPage(b"<html><body><p>Please log in</p></body></html>", "text/html")

    def locked(articles: int, *numbers: int) -> dict[str, ServedPage]:
        pages = world(articles)
        return pages | {list(pages)[number]: login for number in numbers}

    usual, more = (0, 3, 6, 9, 12), (0, 3, 6, 9, 12, *range(15, 24))
    outcomes = crawls(tmp_path / "a.db", locked(12, *usual[:4]), locked(15, *usual), locked(24, *more))

    assert [outcome.exit_code for outcome in outcomes] == [0, 0, 4]
    assert [(drift.field, drift.seen) for drift in outcomes[2].drift] == [("reading", 0.0)]


def test_texts_cut_in_half_are_drift_and_a_few_short_reports_are_not(tmp_path: Path) -> None:
    def with_short(articles: int, *numbers: int) -> dict[str, ServedPage]:
        pages = world(articles)
        keys = list(pages)
        return pages | {keys[number]: article_page(number, short=True) for number in numbers}

    quiet = crawls(tmp_path / "a.db", world(10), with_short(13, 10, 11, 12))
    changed = crawls(tmp_path / "b.db", world(10), with_short(16, *range(10, 16)))

    assert [outcome.exit_code for outcome in quiet] == [0, 0]
    assert [outcome.exit_code for outcome in changed] == [0, 4]
    assert [(drift.field, drift.seen) for drift in changed[1].drift] == [("body", 0.0)]

"""What is due and what became of it, at times handed in."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from scraper.archive import frontier, runs
from scraper.archive.database import Database
from scraper.archive.frontier import MAX_ATTEMPTS, RECHECKS, Page, stamp
from tests.archive.samples import NOW, new_archive, numbered

HOME = "https://www.tj.chinanews.com.cn/"
ONE, TWO = numbered(1).url, numbered(2).url


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    archive = new_archive(tmp_path / "archive.db")
    with archive.atomic():
        runs.begin_run(archive, "1.0", "{}", NOW)
    yield archive
    archive.close()


def add(db: Database, *urls: str, now: datetime = NOW) -> list[bool]:
    with db.atomic():
        return [frontier.add_article(db, url, "tj", found_on=HOME, text="老桥", now=now) for url in urls]


def lease(db: Database, now: datetime = NOW, kind: str = "article", site: str = "tj") -> Page | None:
    with db.atomic():
        return frontier.lease(db, site, kind, 1, now)


def leased(db: Database, now: datetime = NOW) -> Page:
    page = lease(db, now)
    assert page is not None
    return page


def visit(
    db: Database, now: datetime, *, changed: bool = False, etag: str = "", since: str = "", status: int = 200
) -> None:
    with db.atomic():
        page = frontier.lease(db, "tj", "article", 1, now)
        assert page is not None
        frontier.visited(db, page, status=status, changed=changed, etag=etag, last_modified=since, now=now)


def fail(db: Database, now: datetime, *, retry_after: float | None = None, text: str = "broke off") -> None:
    with db.atomic():
        page = frontier.lease(db, "tj", "article", 1, now)
        assert page is not None
        frontier.failed(db, page, slug="broken", text=text, status=None, retry_after=retry_after, now=now)


def row(db: Database, columns: str, url: str = ONE) -> tuple[object, ...]:
    found: tuple[object, ...] = db.execute(f"SELECT {columns} FROM pages WHERE url = ?", [url]).fetchone()
    return found


def due_in(db: Database, now: datetime, url: str = ONE) -> timedelta | None:
    (moment,) = row(db, "next_visit", url)
    return datetime.fromisoformat(str(moment)) - now if moment else None


# --- what is due -------------------------------------------------------------------------------------


def test_an_address_is_new_once(db: Database) -> None:
    assert add(db, ONE, TWO, ONE) == [True, True, False]
    assert row(db, "kind, state, discovered_on, link_text, next_visit") == ("article", "due", HOME, "老桥", stamp(NOW))


def test_a_page_is_leased_once_and_in_the_order_it_was_found(db: Database) -> None:
    add(db, TWO, ONE)

    assert [page and page.url for page in (lease(db), lease(db), lease(db))] == [TWO, ONE, None]
    assert row(db, "state, lease_run") == ("leased", 1)


def test_a_page_not_yet_due_is_not_leased(db: Database) -> None:
    add(db, ONE, now=NOW + timedelta(seconds=1))

    assert lease(db, NOW) is None
    assert lease(db, NOW + timedelta(seconds=1)) is not None


@pytest.mark.parametrize(("site", "kind"), [("sh", "article"), ("tj", "listing")])
def test_another_edition_or_kind_is_not_leased(db: Database, site: str, kind: str) -> None:
    add(db, ONE)

    assert lease(db, site=site, kind=kind) is None


def test_new_pages_come_before_old_ones_that_are_due_again(db: Database) -> None:
    add(db, ONE)
    visit(db, NOW)
    later = NOW + timedelta(days=9)
    add(db, TWO, now=later)

    assert leased(db, later).url == TWO


def test_what_a_dead_run_held_is_due_again(db: Database) -> None:
    add(db, ONE, TWO)
    lease(db)
    lease(db)

    with db.atomic():
        assert frontier.release_leases(db) == 2

    assert leased(db).url == ONE


def test_a_page_given_back_is_due_as_before(db: Database) -> None:
    add(db, ONE)
    page = leased(db)

    with db.atomic():
        frontier.release(db, page)

    assert row(db, "state, lease_run, attempts") == ("due", None, 0)
    assert leased(db) == page


def test_listings_are_due_in_every_crawl_whatever_became_of_them(db: Database) -> None:
    for day in range(3):
        now = NOW + timedelta(days=day)
        with db.atomic():
            frontier.add_listings(db, "tj", [HOME], now)
            page = frontier.lease(db, "tj", "listing", 1, now)
            assert page is not None
            if day:
                frontier.gone(db, page, status=404, now=now)
            else:
                frontier.visited(db, page, status=200, changed=False, etag='"1"', last_modified="", now=now)

    assert row(db, "state, etag, next_visit", HOME) == ("gone", None, None)


def test_listing_an_address_does_not_turn_an_article_into_a_listing(db: Database) -> None:
    add(db, ONE)

    with db.atomic():
        frontier.add_listings(db, "tj", [ONE], NOW)

    assert row(db, "kind") == ("article",)


# --- visits -----------------------------------------------------------------------------------------------


def test_an_article_rests_longer_the_longer_it_stays_the_same(db: Database) -> None:
    add(db, ONE)
    now = NOW
    rests = []

    visit(db, now, changed=True)
    while (rest := due_in(db, now)) is not None:
        rests.append(rest)
        now += rest
        visit(db, now)

    assert tuple(rests) == RECHECKS
    assert row(db, "state, visits") == ("done", len(RECHECKS))


def test_a_change_starts_over(db: Database) -> None:
    add(db, ONE)
    visit(db, NOW, changed=True)
    visit(db, NOW + RECHECKS[0])

    visit(db, NOW + timedelta(days=1), changed=True)

    assert due_in(db, NOW + timedelta(days=1)) == RECHECKS[0]


@pytest.mark.parametrize(
    ("status", "kept"),
    [(304, ('"1"', "Tue")), (200, ("", "Tue"))],
    ids=["confirmed", "sent whole, with another validator"],
)
def test_validators_are_those_of_the_last_whole_answer(db: Database, status: int, kept: tuple[str, str]) -> None:
    add(db, ONE)
    visit(db, NOW, changed=True, etag='"1"', since="Mon")
    visit(db, NOW + timedelta(hours=1), etag="", since="Tue", status=status)

    page = leased(db, NOW + timedelta(days=1))

    assert (page.etag, page.last_modified) == kept


def test_a_server_that_always_says_304_is_not_believed_for_ever(db: Database) -> None:
    add(db, ONE)
    visit(db, NOW, changed=True, etag='"1"', since="Mon")
    asked = []

    for days in (1, 8, 38):
        now = NOW + timedelta(days=days)
        page = leased(db, now)
        asked.append((page.etag, page.last_modified))
        with db.atomic():
            frontier.visited(db, page, status=304, changed=False, etag="", last_modified="", now=now)

    assert asked == [('"1"', "Mon"), ('"1"', "Mon"), ("", "")]


def test_a_good_visit_forgets_the_failures(db: Database) -> None:
    add(db, ONE)
    fail(db, NOW)
    visit(db, NOW + timedelta(hours=1), changed=True)

    assert row(db, "state, attempts, error, error_text, last_status") == ("done", 0, None, None, 200)


# --- failures -----------------------------------------------------------------------------------------------


def test_a_page_that_fails_is_tried_ever_more_rarely_and_then_left_alone(db: Database) -> None:
    add(db, ONE)
    now = NOW
    pauses = []

    for _ in range(MAX_ATTEMPTS):
        fail(db, now)
        pause = due_in(db, now)
        pauses.append(pause and pause.total_seconds() / 60)
        now += pause or timedelta()

    assert pauses == [5, 10, 20, 40, 80, 160, 320, None]
    assert lease(db, NOW + timedelta(days=999)) is None
    assert row(db, "state, attempts, error, error_text") == ("failed", MAX_ATTEMPTS, "broken", "broke off")


@pytest.mark.parametrize(("retry_after", "pause"), [(3600.0, 3600.0), (10.0, 300.0), (7 * 86400.0, 7 * 86400.0)])
def test_a_longer_pause_that_the_host_asked_for_is_kept(db: Database, retry_after: float, pause: float) -> None:
    add(db, ONE)

    fail(db, NOW, retry_after=retry_after)

    assert due_in(db, NOW) == timedelta(seconds=pause)


def test_a_long_reason_is_cut(db: Database) -> None:
    add(db, ONE)

    fail(db, NOW, text="长" * 10_000)

    assert row(db, "length(error_text)") == (500,)


def test_a_page_that_is_gone_rests(db: Database) -> None:
    add(db, ONE)
    page = leased(db)

    with db.atomic():
        frontier.gone(db, page, status=410, now=NOW)

    assert row(db, "state, error, last_status, next_visit") == ("gone", "gone", 410, None)
    assert lease(db, NOW + timedelta(days=999)) is None


@pytest.mark.parametrize(
    ("status", "hours", "due"),
    [(404, 1, False), (404, 23, False), (404, 24, True), (404, 900, True), (410, 900, False)],
)
def test_only_a_404_of_yesterday_that_is_linked_again_is_due_again(
    db: Database, status: int, hours: int, due: bool
) -> None:
    add(db, ONE)
    visit(db, NOW, etag='"one"', since="Mon, 06 May 2024 08:00:00 GMT")
    page = leased(db, NOW + RECHECKS[1])
    gone_at = NOW + RECHECKS[1]
    with db.atomic():
        frontier.gone(db, page, status=status, now=gone_at)

    assert add(db, ONE, now=gone_at + timedelta(hours=hours)) == [False]

    again = lease(db, gone_at + timedelta(hours=hours))
    assert (again is not None) is due
    assert again is None or (again.etag, again.last_modified) == ("", "")


# --- aliases ----------------------------------------------------------------------------------------------------


def test_an_alias_is_of_the_page_it_was_first_seen_for(db: Database) -> None:
    add(db, ONE, TWO)

    with db.atomic():
        for url in (ONE, TWO):
            frontier.add_alias(db, "http://www.tj.chinanews.com/x.shtml", url)
        frontier.add_alias(db, "http://nowhere/", "https://not.in/the/frontier")

    assert db.execute("SELECT url, page FROM aliases").fetchall() == [("http://www.tj.chinanews.com/x.shtml", 1)]


def test_times_are_utc_text_that_sorts(db: Database) -> None:
    moments = [NOW + timedelta(milliseconds=step) for step in (0, 1, 999, 1000, 86_400_000)]

    assert [stamp(moment) for moment in moments] == sorted(stamp(moment) for moment in moments)
    assert stamp(NOW) == "2024-05-06T01:30:00.000+00:00"


# --- days, parts, skips -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://h/news/hnxw/2024/0506/64410.shtml", "2024-05-06"),
        ("https://h/gj/2012/04-25/3845828.shtml", "2012-04-25"),
        ("https://h/2001-10-31/26/134917.html", "2001-10-31"),
        ("https://h/news/20240506/1.html", "2024-05-06"),
        ("https://h/docDetail.jsp?id=20", None),
        ("https://h/news/2024/1306/64410.shtml", None),
        ("https://h/news/120240506/1.html", None),
    ],
)
def test_the_day_an_address_names(url: str, day: str | None) -> None:
    assert frontier.date_in(url) == day


def test_only_pages_of_the_days_wanted_are_leased(db: Database) -> None:
    days = [f"https://www.tj.chinanews.com.cn/news/2024/05{day:02}/00001.shtml" for day in (4, 5, 6)]
    add(db, *days, "https://www.tj.chinanews.com.cn/docDetail.jsp?id=7")
    wanted = frontier.Days(date(2024, 5, 5), date(2024, 5, 5))

    with db.atomic():
        found = [frontier.lease(db, "tj", "article", 1, NOW, wanted) for _ in range(3)]

    assert [page and page.url for page in found] == [
        days[1],
        "https://www.tj.chinanews.com.cn/docDetail.jsp?id=7",
        None,
    ]


def test_what_has_waited_longest_is_looked_at_again_first(db: Database) -> None:
    add(db, ONE, TWO)
    visit(db, NOW + timedelta(minutes=9), changed=True)
    visit(db, NOW, changed=True)

    assert leased(db, NOW + timedelta(days=1)).url == TWO


def test_what_robots_txt_forbids_is_asked_again_each_day_and_never_given_up(db: Database) -> None:
    add(db, ONE)
    now = NOW
    for _ in range(MAX_ATTEMPTS + 3):
        with db.atomic():
            page = frontier.lease(db, "tj", "article", 1, now)
            assert page is not None
            frontier.failed(
                db, page, slug="robots", text="no", status=None, retry_after=None, now=now, robots_rule="2: Disallow: /"
            )
        assert due_in(db, now) == timedelta(days=1)
        now += timedelta(days=1)

    assert row(db, "robots_rule") == ("2: Disallow: /",)
    visit(db, now)
    assert row(db, "robots_rule, error") == (None, None)


def part(db: Database, url: str, number: int) -> tuple[object, ...] | None:
    with db.atomic():
        frontier.add_part(db, "tj", url, part=number, found_on=HOME, now=NOW)
    found: tuple[object, ...] | None = db.execute("SELECT part, next_visit FROM pages WHERE url = ?", [url]).fetchone()
    return found


def test_a_later_page_of_a_list_is_due_once_and_never_takes_another_place(db: Database) -> None:
    with db.atomic():
        frontier.add_listings(db, "tj", [HOME], NOW)
        page = frontier.lease(db, "tj", "listing", 1, NOW)
        assert page is not None
        frontier.visited(db, page, status=200, changed=False, etag="", last_modified="", now=NOW)

    assert part(db, HOME, 2) == (1, None)
    assert part(db, f"{HOME}index_2.shtml", 2) == (2, stamp(NOW))
    with db.atomic():
        page = frontier.lease(db, "tj", "listing", 1, NOW)
        assert page is not None and page.part == 2
        frontier.visited(db, page, status=200, changed=False, etag="", last_modified="", now=NOW)
    assert part(db, f"{HOME}index_2.shtml", 3) == (2, None)
    assert part(db, f"{HOME}index_2.shtml", 2) == (2, stamp(NOW))


def test_a_crawl_that_goes_on_does_not_read_a_list_again(db: Database) -> None:
    with db.atomic():
        frontier.add_listings(db, "tj", [HOME], NOW)
        page = frontier.lease(db, "tj", "listing", 1, NOW)
        assert page is not None
        frontier.visited(db, page, status=200, changed=False, etag="", last_modified="", now=NOW)
        frontier.add_listings(db, "tj", [HOME], NOW, read_since=NOW - timedelta(minutes=1))
        assert frontier.lease(db, "tj", "listing", 1, NOW) is None
        frontier.add_listings(db, "tj", [HOME], NOW, read_since=NOW + timedelta(minutes=1))
        assert frontier.lease(db, "tj", "listing", 1, NOW) is not None


def test_a_lease_says_until_when_it_is_believed(db: Database) -> None:
    add(db, ONE)
    page = leased(db)

    assert row(db, "lease_run, lease_until") == (1, stamp(NOW + frontier.LEASE))
    with db.atomic():
        frontier.release(db, page)
    assert row(db, "lease_run, lease_until") == (None, None)


def test_a_link_is_skipped_for_the_first_reason_seen(db: Database) -> None:
    with db.atomic():
        for reason in ("another host", "no article"):
            frontier.add_skip(db, "https://example.com/", "tj", reason=reason, found_on=HOME, now=NOW)

    assert db.execute("SELECT site, reason, found_on FROM skips").fetchall() == [("tj", "another host", HOME)]


def test_leasing_walks_no_table(db: Database) -> None:
    """A frontier of a hundred thousand pages is leased from in no time."""
    said: list[str] = []
    db.conn.set_trace_callback(said.append)
    lease(db)
    db.conn.set_trace_callback(None)

    selects = [sql for sql in said if sql.startswith("SELECT")]
    plans = [" ".join(step[3] for step in db.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()) for sql in selects]

    assert [plan.split(" (")[0] for plan in plans] == [
        "SEARCH pages USING INDEX pages_new",
        "SEARCH pages USING INDEX pages_due",
    ]
    assert not any("TEMP B-TREE" in plan for plan in plans)

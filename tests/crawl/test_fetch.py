"""One address at a time over a real loopback connection: bounded, honest about bytes, never led astray."""

import asyncio
import gzip
import json
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime

import httpx
import pytest

from scraper.crawl.fetch import LONGEST_RETRY_AFTER, MAX_HOPS, Fetcher, Limits, require_page, retry_after
from scraper.crawl.options import user_agent
from scraper.errors import BadBody, BadStatus, FetchError, Forbidden, Gone, Refused, TemporaryFailure
from scraper.models import Capture
from tests.pages import seconds
from tests.servers import Answer, Server, answer, closed_port, drip, gzipped, late, moved, serving

HOST = "www.tj.chinanews.com.cn"
TWIN = "www.tj.chinanews.com"
URL = f"https://{HOST}/news/1.shtml"
PAGE = "<html><title>溪口镇的老桥</title><p>两百多名居民到场。</p></html>".encode("gb18030")
MEGABYTE = 1024 * 1024
AGENT = user_agent("1.0", "editor@example.org")
QUICK = Limits(deadline=0.3)


async def anyone(url: str) -> None:
    """No robots.txt."""


def fetcher_to(address: tuple[str, int], limits: Limits | None = None) -> Fetcher:
    # Over plain HTTP no certificate is looked at, and loading them would take longer than the exchange.
    plain = httpx.AsyncHTTPTransport(verify=False, trust_env=False)
    return Fetcher(AGENT, connect_to=address, limits=limits, transport=plain)


def get(server: Server, url: str = URL, *, limits: Limits | None = None, etag: str = "", since: str = "") -> Capture:
    async def fetch() -> Capture:
        async with fetcher_to(server.address, limits) as fetcher:
            return await fetcher.fetch(url, permit=anyone, etag=etag, last_modified=since)

    return asyncio.run(fetch())


def get_answer(served: Answer, *, limits: Limits | None = None) -> Capture:
    with serving({"/news/1.shtml": served}) as server:
        return get(server, limits=limits)


# --- what is asked ---------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_the_host_header_names_the_edition_whatever_the_scheme(scheme: str) -> None:
    with serving({"/news/1.shtml?id=7&page=%D6%D0": answer(PAGE)}) as server:
        get(server, f"{scheme}://{HOST}/news/1.shtml?id=7&page=%D6%D0")

    assert [(request.host, request.path) for request in server.requests] == [(HOST, "/news/1.shtml?id=7&page=%D6%D0")]


def test_a_request_says_who_asks_and_asks_for_gzip_only() -> None:
    with serving({"/news/1.shtml": answer(PAGE)}) as server:
        get(server)

    request = server.requests[0]
    assert request.header("User-Agent") == "chinanews-scraper/1.0 (+editor@example.org; archive of regional news)"
    assert request.header("Accept-Encoding") == "gzip"
    assert request.header("Cookie") is None
    assert request.header("If-None-Match") is None


def test_no_cookie_is_ever_sent_back() -> None:
    with serving({"/news/1.shtml": answer(PAGE, set_cookie="visitor=7; Path=/")}) as server:

        async def twice() -> None:
            async with fetcher_to(server.address) as fetcher:
                await fetcher.fetch(URL, permit=anyone)
                await fetcher.fetch(URL, permit=anyone)

        asyncio.run(twice())

    assert [request.header("Cookie") for request in server.requests] == [None, None]


def test_validators_make_the_request_conditional() -> None:
    with serving({"/news/1.shtml": answer(status=304, etag='"7"')}) as server:
        capture = get(server, etag='"7"', since="Mon, 06 May 2024 01:30:00 GMT")

    assert server.requests[0].header("If-None-Match") == '"7"'
    assert server.requests[0].header("If-Modified-Since") == "Mon, 06 May 2024 01:30:00 GMT"
    assert (capture.status, capture.body) == (304, b"")


@pytest.mark.parametrize(("etag", "since"), [('"版本七"', ""), ('"\xe9"', ""), ("", "2024年5月6日")])
def test_a_validator_that_is_no_ascii_stops_nothing(etag: str, since: str) -> None:
    """Servers write anything into ETag; what came in a response must not break the next request."""
    with serving({"/news/1.shtml": answer(PAGE)}) as server:
        capture = get(server, etag=etag, since=since)

    assert capture.status == 200


# --- what comes back ---------------------------------------------------------------------------


def test_a_capture_holds_the_bytes_as_sent() -> None:
    capture = get_answer(answer(PAGE, content_type="text/html; charset=gb2312", x_cache="HIT"))

    assert (capture.url, capture.final_url, capture.status) == (URL, URL, 200)
    assert (capture.body, capture.wire_size) == (PAGE, len(PAGE))
    assert capture.header("content-TYPE") == "text/html; charset=gb2312"
    assert capture.header("x-cache") == "HIT"
    assert dict(capture.request_headers)["host"] == HOST
    assert capture.fetched_at.tzinfo is UTC
    assert capture.elapsed > 0


def test_a_capture_names_the_address_that_answered() -> None:
    assert get_answer(answer(PAGE)).peer == "127.0.0.1"


def test_gzip_is_inflated_and_the_wire_size_kept() -> None:
    page = PAGE * 200

    capture = get_answer(gzipped(page))

    assert capture.body == page
    assert capture.wire_size < len(page) / 10


def test_chunks_and_gzip_together_are_one_body() -> None:
    packed = gzip.compress(PAGE)
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (packed[:9], packed[9:])) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"

    assert get_answer(head + chunks).body == PAGE


def test_every_member_of_a_gzip_body_is_read() -> None:
    """RFC 1952 §2.2: a gzip file is a series of members; the second is no trailing rubbish."""
    capture = get_answer(answer(gzip.compress(PAGE) + gzip.compress(b"<p>tail</p>"), content_encoding="gzip"))

    assert capture.body == PAGE + b"<p>tail</p>"


def test_a_body_that_just_fits_is_whole() -> None:
    limits = Limits(wire=len(PAGE), inflated=len(PAGE))

    assert get_answer(answer(PAGE), limits=limits).body == PAGE
    assert get_answer(gzipped(PAGE), limits=Limits(inflated=len(PAGE))).body == PAGE


# --- bodies that lie or never end --------------------------------------------------------------


def bomb(megabytes: int) -> bytes:
    """That many megabytes of zeros as gzip, made of one flushed block again and again; nobody reads up to the checksum."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    first, again = (packer.compress(bytes(MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + again * (megabytes - 1) + packer.flush()


def test_a_gzip_bomb_ends_as_bad_body_in_little_memory() -> None:
    packed = bomb(600)
    tracemalloc.start()

    with seconds(10), pytest.raises(BadBody):
        get_answer(answer(packed, content_encoding="gzip"))

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60 * MEGABYTE


MISLABELLED = {
    "truncated gzip": answer(gzip.compress(PAGE * 50)[:-40], content_encoding="gzip"),
    "gzip without its last byte": answer(gzip.compress(PAGE)[:-1], content_encoding="gzip"),
    "gzip with a wrong checksum": answer(gzip.compress(PAGE)[:-8] + bytes(8), content_encoding="gzip"),
    "html called gzip": answer(PAGE, content_encoding="gzip"),
    "brotli, not asked for": answer(PAGE, content_encoding="br"),
    "deflate, not asked for": answer(zlib.compress(PAGE), content_encoding="deflate"),
    "gzip twice": answer(gzip.compress(gzip.compress(PAGE)), content_encoding="gzip, gzip"),
    "gzip cut short by Content-Length": answer(gzip.compress(PAGE), content_encoding="gzip", content_length="20"),
}


@pytest.mark.parametrize("name", MISLABELLED)
def test_a_body_that_is_not_what_its_header_says_is_bad(name: str) -> None:
    with pytest.raises(BadBody) as caught:
        get_answer(MISLABELLED[name])

    assert caught.value.url == URL


@pytest.mark.parametrize(
    "served",
    [
        pytest.param(answer(bytes(70_000)), id="announced"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\n\r\n", bytes(8192), 0), id="endless"),
        pytest.param(
            drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"400\r\n%s\r\n" % bytes(1024), 0),
            id="endless chunks",
        ),
    ],
)
def test_a_body_over_the_wire_limit_is_bad(served: Answer) -> None:
    with seconds(5), pytest.raises(BadBody, match="65,536"):
        get_answer(served, limits=Limits(wire=65_536))


BROKEN = {
    "shorter than its Content-Length": answer(PAGE, content_length="5000"),
    "negative Content-Length": answer(PAGE, content_length="-5"),
    "two lengths that differ": answer(PAGE, content_length=f"{len(PAGE)}, 7"),
    "chunks without an end": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
    "chunks of no size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
    "headers too large": answer(PAGE, x_pad="x" * 200_000),
    "a status that is none": b"HTTP/1.1 999999999 OK\r\n\r\n",
    "no HTTP at all": b"SSH-2.0-OpenSSH_9.6\r\n",
    "nothing": b"",
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_answer_that_breaks_off_or_is_no_http_is_a_temporary_failure(name: str) -> None:
    with seconds(5), pytest.raises(TemporaryFailure) as caught:
        get_answer(BROKEN[name])

    assert (caught.value.slug, caught.value.url) == ("broken", URL)


def test_what_follows_after_the_content_length_is_not_of_the_body() -> None:
    """RFC 9112 §6.3: the length decides."""
    assert get_answer(answer(PAGE + b"<p>more</p>", content_length=str(len(PAGE)))).body == PAGE


SLOW = {
    "body by the byte": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", b"x", 0.02),
    "headers by the byte": drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x", 0.02),
    "silence": late(2, answer(PAGE)),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_answer_ends_at_the_deadline(name: str) -> None:
    with seconds(1.5), pytest.raises(TemporaryFailure) as caught:
        get_answer(SLOW[name], limits=QUICK)

    assert caught.value.slug == "timeout"


def test_connection_refused_is_a_temporary_failure() -> None:
    async def fetch() -> Capture:
        async with fetcher_to(closed_port()) as fetcher:
            return await fetcher.fetch(URL, permit=anyone)

    with pytest.raises(TemporaryFailure) as caught:
        asyncio.run(fetch())

    assert (caught.value.slug, caught.value.url) == ("connect", URL)


# --- redirects -----------------------------------------------------------------------------------


def test_redirects_are_followed_between_allowed_hosts_and_kept() -> None:
    sites = {
        f"{HOST}/news/1.shtml": moved(f"https://{TWIN}/news/1.shtml", 301),
        f"{TWIN}/news/1.shtml": moved("/news/2.shtml#top", 307),
        f"{TWIN}/news/2.shtml": answer(PAGE),
    }
    with serving(sites) as server:
        capture = get(server)

    assert capture.body == PAGE
    assert (capture.url, capture.final_url) == (URL, f"https://{TWIN}/news/2.shtml")
    assert capture.redirects == (URL, f"https://{TWIN}/news/1.shtml")
    assert server.urls == [f"{HOST}/news/1.shtml", f"{TWIN}/news/1.shtml", f"{TWIN}/news/2.shtml"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_every_kind_of_redirect_is_followed(status: int) -> None:
    with serving({"/news/1.shtml": moved("/news/2.shtml", status), "/news/2.shtml": answer(PAGE)}) as server:
        assert get(server).body == PAGE


@pytest.mark.parametrize(
    ("target", "asked"),
    [("/news/1.shtml", 1), ("#here", 1), ("?again", 2), (URL, 1), (f"https://{TWIN}/news/1.shtml", 2)],
)
def test_a_redirect_loop_is_not_gone_round_twice(target: str, asked: int) -> None:
    loop = {"/news/1.shtml": moved(target), "/news/1.shtml?again": moved(target)}

    with serving(loop) as server, pytest.raises(BadStatus, match="in a circle"):
        get(server)

    assert len(server.requests) == asked


def test_a_chain_of_redirects_ends() -> None:
    chain = {f"/news/{number}.shtml": moved(f"/news/{number + 1}.shtml") for number in range(1, 20)}

    with serving(chain) as server, pytest.raises(BadStatus, match="more than 5 redirects"):
        get(server)

    assert len(server.requests) == MAX_HOPS + 1


def test_a_host_with_a_dot_behind_it_is_the_same_host() -> None:
    answers = {"/news/1.shtml": moved(f"https://{HOST}./news/2.shtml"), "/news/2.shtml": answer(PAGE)}

    with serving(answers) as server:
        capture = get(server)

    assert capture.final_url == f"https://{HOST}/news/2.shtml"
    assert {request.host for request in server.requests} == {HOST}


def test_a_redirect_to_nowhere_is_just_its_status() -> None:
    capture = get_answer(answer(status=302))

    assert (capture.status, capture.redirects) == (302, ())
    with pytest.raises(BadStatus):
        require_page(capture)


AWAY = {
    "another host": "https://example.com/",
    "another host, no scheme": "//example.com/news/1.shtml",
    "a host that only ends like theirs": "https://eviltj.chinanews.com.cn/",
    "a host that only begins like theirs": "https://www.tj.chinanews.com.cn.evil.example/",
    "loopback": "http://127.0.0.1:{port}/inside",
    "loopback by name": "http://localhost:{port}/inside",
    "loopback as one number": "http://2130706433:{port}/inside",
    "loopback in hex": "http://0x7f.1:{port}/inside",
    "loopback, IPv6 mapped": "http://[::ffff:127.0.0.1]:{port}/inside",
    "cloud metadata": "http://169.254.169.254/latest/meta-data/",
    "a file": "file:///etc/passwd",
    "data": "data:text/html,hello",
    "javascript": "javascript:alert(1)",
    "ftp": "ftp://www.tj.chinanews.com.cn/",
    "a user": "https://www.tj.chinanews.com.cn@127.0.0.1:{port}/inside",
    "a user of theirs": "https://admin:secret@www.tj.chinanews.com.cn/inside",
    "a port": "https://www.tj.chinanews.com.cn:{port}/inside",
    "a backslash": "https://www.tj.chinanews.com.cn\\@127.0.0.1:{port}/inside",
    "a backslash path": "\\\\127.0.0.1:{port}\\inside",
    "a tab": "https://www.tj.chinanews.com.cn\t.evil.example/",
}


@pytest.mark.parametrize("name", AWAY)
def test_a_redirect_that_leaves_is_refused_before_anything_connects(name: str) -> None:
    with serving({"/inside": answer(b"secret")}) as inner:
        target = AWAY[name].replace("{port}", str(inner.address[1]))
        with serving({"/news/1.shtml": moved(target)}) as server, pytest.raises(Refused):
            get(server)

    assert server.urls == [f"{HOST}/news/1.shtml"]
    assert inner.requests == []


class NoBody(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        return
        yield b""


@pytest.mark.parametrize("target", ["http://www.tj.chinanews.com.cn/news/2.shtml", "http://www.tj.chinanews.com/"])
def test_no_redirect_leads_down_from_https_to_http(target: str) -> None:
    asked: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(302, headers={"Location": target}, stream=NoBody())

    async def fetch() -> Capture:
        async with Fetcher(AGENT, transport=httpx.MockTransport(handle)) as fetcher:
            return await fetcher.fetch(URL, permit=anyone)

    with pytest.raises(Refused, match="https to http"):
        asyncio.run(fetch())

    assert asked == [URL]


def test_every_hop_asks_for_permission() -> None:
    asked: list[str] = []

    async def permit(url: str) -> None:
        asked.append(url)
        if "private" in url:
            raise Forbidden("robots.txt says no", url=url)

    with serving({"/news/1.shtml": moved("/private/1.shtml"), "/private/1.shtml": answer(PAGE)}) as server:

        async def fetch() -> Capture:
            async with fetcher_to(server.address) as fetcher:
                return await fetcher.fetch(URL, permit=permit)

        with pytest.raises(Forbidden):
            asyncio.run(fetch())

    assert asked == [URL, f"https://{HOST}/private/1.shtml"]
    assert server.urls == [f"{HOST}/news/1.shtml"]


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(f"https://{HOST}/{'a' * 70_000}/2024-05-06/12345.shtml", id="an address of 70,000 characters"),
        pytest.param(f"https://{HOST}/news/%00%0a/1.shtml", id="escaped control characters"),
    ],
)
def test_an_odd_address_raises_nothing_but_our_own_errors(url: str) -> None:
    with serving({}) as server:
        try:
            capture = get(server, url)
        except FetchError:
            return

    assert capture.status == 404


# --- what a status means -------------------------------------------------------------------------


def capture_of(status: int, **headers: str) -> Capture:
    return Capture(URL, URL, status, tuple(headers.items()), b"", 0, datetime(2024, 5, 6, tzinfo=UTC), 0.1)


@pytest.mark.parametrize(
    ("status", "error", "slug"),
    [
        (404, Gone, "gone"),
        (410, Gone, "gone"),
        (408, TemporaryFailure, "http-408"),
        (425, TemporaryFailure, "http-425"),
        (429, TemporaryFailure, "http-429"),
        (500, TemporaryFailure, "http-500"),
        (503, TemporaryFailure, "http-503"),
        (599, TemporaryFailure, "http-599"),
        (204, BadStatus, "bad-status"),
        (206, BadStatus, "bad-status"),
        (302, BadStatus, "bad-status"),
        (403, BadStatus, "bad-status"),
        (451, BadStatus, "bad-status"),
    ],
)
def test_a_status_that_is_no_page_is_its_error(status: int, error: type[FetchError], slug: str) -> None:
    with pytest.raises(error) as caught:
        require_page(capture_of(status))

    assert (caught.value.slug, caught.value.url) == (slug, URL)


@pytest.mark.parametrize("status", [200, 304])
def test_a_page_and_an_unchanged_page_pass(status: int) -> None:
    require_page(capture_of(status))


NOW = datetime(2024, 5, 6, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", 120.0),
        (" 120 ", 120.0),
        ("0", None),
        (str(int(LONGEST_RETRY_AFTER)), LONGEST_RETRY_AFTER),
        (str(int(LONGEST_RETRY_AFTER) + 1), None),
        ("9" * 400, None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("soon", None),
        ("", None),
        ("Mon, 06 May 2024 01:31:00 GMT", 60.0),
        ("Mon, 06 May 2024 09:31:00 +0800", 60.0),
        ("Monday, 06-May-24 01:31:00 GMT", 60.0),
        ("Mon, 06 May 2024 01:29:00 GMT", None),
        ("Mon, 06 May 2124 01:30:00 GMT", None),
        ("Mon, 99 May 2024 01:31:00 GMT", None),
        ("Mon, 06 May 99999999999 01:31:00 GMT", None),
        ("\x00", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_within_a_week(value: str, wait: float | None) -> None:
    assert retry_after(value, NOW) == wait


def test_a_failure_carries_what_the_host_asked_for() -> None:
    later = format_datetime(datetime(2024, 5, 6, 0, 2, tzinfo=UTC), usegmt=True)

    with pytest.raises(TemporaryFailure) as caught:
        require_page(capture_of(503, **{"Retry-After": later}))

    assert caught.value.retry_after == 120.0


def test_what_a_capture_holds_can_be_written_as_json() -> None:
    """Header values are bytes on the wire; whatever they were, they are text that encodes."""
    capture = get_answer(answer(PAGE, x_note="中文", etag='"\xff"'))

    assert json.dumps(capture.headers, ensure_ascii=False).encode()

"""One canonical address for all the ways an edition writes a page; and none for what is not theirs."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scraper.crawl.urls import canonical
from scraper.errors import Refused
from scraper.extract.article import extract_article
from scraper.models import Site
from scraper.sites import all_sites
from tests.pages import MORE_PROSE, PROSE, page_of, seconds

HENAN = "https://www.ha.chinanews.com.cn/news/hnxw/2025/0917/62988.shtml"
MAIN = "https://www.chinanews.com.cn/gj/2017/08-26/8314901.shtml"
WAP = "https://m.chinanews.com.cn/wap/detail/chs/zw/8314901.shtml"


# --- the same page, written otherwise -----------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "address"),
    [
        pytest.param(HENAN, HENAN, id="as it is"),
        pytest.param("http://www.ha.chinanews.com.cn/news/hnxw/2025/0917/62988.shtml", HENAN, id="http"),
        pytest.param("https://www.ha.chinanews.com/news/hnxw/2025/0917/62988.shtml", HENAN, id="the .com twin"),
        pytest.param("http://www.ha.chinanews.com:80/news/hnxw/2025/0917/62988.shtml", HENAN, id="port 80 of http"),
        pytest.param(f"{HENAN[:31]}:443{HENAN[31:]}", HENAN, id="port 443 of https"),
        pytest.param("HTTP://WWW.HA.ChinaNews.COM/news/hnxw/2025/0917/62988.shtml", HENAN, id="host in capitals"),
        pytest.param("http://www.ha.chinanews.com./news/hnxw/2025/0917/62988.shtml", HENAN, id="host with its dot"),
        pytest.param(f"  {HENAN}\n", HENAN, id="blanks around it"),
        pytest.param(f"{HENAN}#comments", HENAN, id="a fragment"),
        pytest.param(f"{HENAN}?", HENAN, id="an empty query"),
        pytest.param(f"{HENAN}?utm_source=weibo&spm=a2.1&from=timeline&isappinstalled=0", HENAN, id="tracking"),
        pytest.param(f"{HENAN}?_=1726543210&t=3", HENAN, id="a cache buster"),
        pytest.param("https://www.ha.chinanews.com.cn/news/./hnxw/x/../2025/0917/62988.shtml", HENAN, id="dots"),
        pytest.param(
            "https://www.ha.chinanews.com.cn/../../news/hnxw/2025/0917/62988.shtml", HENAN, id="dots too many"
        ),
        pytest.param("https://www.ha.chinanews.com.cn//news//hnxw/2025/0917/62988.shtml", HENAN, id="slashes twice"),
        pytest.param(
            "https://www.ha.chinanews.com.cn/news/%68nxw/../hnxw/2025/0917/62988.shtml", HENAN, id="an escape"
        ),
        pytest.param(
            "https://www.ha.chinanews.com.cn/news/%68nxw/2025/0917/6298%38.shtml", HENAN, id="needless escapes"
        ),
        pytest.param("http://m.ha.chinanews.com/news/hnxw/2025/0917/62988.shtml", HENAN, id="m. of an edition"),
        pytest.param("https://wap.ha.chinanews.com.cn/news/hnxw/2025/0917/62988.shtml", HENAN, id="wap. of an edition"),
        pytest.param("https://www.chinanews.com.cn/m/gj/2017/08-26/8314901.shtml", MAIN, id="/m/ is its desktop twin"),
        pytest.param(
            "http://www.gd.chinanews.com/wap/2022/2022-06-14/420001.shtml",
            "https://www.gd.chinanews.com.cn/2022/2022-06-14/420001.shtml",
            id="/wap/ of Guangdong is its desktop twin",
        ),
        pytest.param("http://chinanews.com/gj/2017/08-26/8314901.shtml", MAIN, id="the main site without www"),
        pytest.param("http://wap.chinanews.com/wap/detail/chs/zw/8314901.shtml", WAP, id="wap. is m."),
        pytest.param("https://m.chinanews.com/wap/detail/chs/zw/8314901.shtml", WAP, id="m. under .com"),
    ],
)
def test_a_page_has_one_address_however_it_is_written(written: str, address: str) -> None:
    assert canonical(written).url == address


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("62988.shtml", HENAN),
        ("./62988.shtml", HENAN),
        ("../0917/62988.shtml", HENAN),
        ("/news/hnxw/2025/0917/62988.shtml", HENAN),
        ("//www.ha.chinanews.com/news/hnxw/2025/0917/62988.shtml", HENAN),
        ("//www.chinanews.com/gj/2017/08-26/8314901.shtml", MAIN),
        ("?utm_source=x", "https://www.ha.chinanews.com.cn/news/hnxw/2025/0917/1.shtml"),
        ("#top", "https://www.ha.chinanews.com.cn/news/hnxw/2025/0917/1.shtml"),
        ("", "https://www.ha.chinanews.com.cn/news/hnxw/2025/0917/1.shtml"),
    ],
)
def test_a_link_is_resolved_against_its_page(href: str, address: str) -> None:
    assert canonical(href, "http://www.ha.chinanews.com/news/hnxw/2025/0917/1.shtml").url == address


def test_a_path_keeps_its_case_and_its_escapes() -> None:
    assert canonical("https://www.cq.chinanews.com.cn/A/20150330/Index.SHTML").path == "/A/20150330/Index.SHTML"
    assert canonical("https://www.ha.chinanews.com.cn/专题/1.shtml").path == "/%E4%B8%93%E9%A2%98/1.shtml"
    assert canonical("https://www.ha.chinanews.com.cn/a%2fb%3fc/1.shtml").path == "/a%2Fb%3Fc/1.shtml"
    assert canonical("https://www.ha.chinanews.com.cn/a%252e%252e/1.shtml").path == "/a%252e%252e/1.shtml"


def test_a_query_that_names_the_page_stays_in_its_order() -> None:
    hong_kong = "https://www.hkcna.hk/docDetail.jsp?id=100421233&channel=4372"
    listing = "https://www.xj.chinanews.com.cn/xinjiang/xjyw.d.html?nid=63&p=2"

    assert canonical(f"{hong_kong}&utm_source=x").url == hong_kong
    assert canonical(listing).url == listing


def test_two_queries_of_gbk_escapes_stay_two_addresses() -> None:
    # Old CMS forms escape GBK bytes: 河南 and 湖南 are two searches.
    henan, hunan = (f"https://www.gs.chinanews.com.cn/s.php?q={q}" for q in ("%BA%D3%C4%CF", "%BA%FE%C4%CF"))

    assert canonical(henan).url != canonical(hunan).url


@pytest.mark.parametrize("site", all_sites().values(), ids=lambda site: site.code)
def test_every_twin_of_an_edition_is_its_canonical_host(site: Site) -> None:
    written = [f"{scheme}://{host}/index.shtml" for host in site.hosts for scheme in ("http", "https")]

    assert {canonical(url).url for url in written} == {f"https://{site.hosts[0]}/index.shtml"}
    assert {canonical(url).site.code for url in written} == {site.code}


# --- what is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://www.example.com/news/1.shtml", id="another host"),
        pytest.param("https://chinanews.com.cn.evil.example/1.shtml", id="their host as a label"),
        pytest.param("https://evilchinanews.com.cn/1.shtml", id="their host as an ending"),
        pytest.param("https://xz.chinanews.com.cn/1.shtml", id="a host under theirs that is no edition"),
        pytest.param("https://a.www.ha.chinanews.com.cn/1.shtml", id="a host under an edition's"),
        pytest.param("https://www.ha.chinanews.com.cn..evil.example/1.shtml", id="two dots"),
        pytest.param("https://www.ha.chinanews.com.cn:8080/1.shtml", id="another port"),
        pytest.param("http://www.ha.chinanews.com.cn:443/1.shtml", id="the other scheme's port"),
        pytest.param("https://user@www.ha.chinanews.com.cn/1.shtml", id="a user"),
        pytest.param("https://user:secret@www.ha.chinanews.com.cn/1.shtml", id="a user and a password"),
        pytest.param("https://www.ha.chinanews.com.cn@127.0.0.1/1.shtml", id="their host as a user"),
        pytest.param("http://www.ha.chinanews.com.cn\\@127.0.0.1/", id="a backslash before an @"),
        pytest.param("https:\\\\www.ha.chinanews.com.cn\\1.shtml", id="backslashes"),
        pytest.param("/news\\..\\1.shtml", id="a backslash in a path"),
        pytest.param("https://www.ha.chinanews.com.cn/1.shtml\r\nHost: evil.example", id="a header behind it"),
        pytest.param("https://www.ha.chinanews.com.cn/1\t.shtml", id="a tab inside"),
        pytest.param("https://www.ha.chinanews.com.cn/1 2.shtml", id="a blank inside"),
        pytest.param("https://www.ha.chinanews.com.cn/\0", id="a NUL"),
        pytest.param("javascript:void(0)", id="javascript"),
        pytest.param("JavaScript:alert(1)//www.ha.chinanews.com.cn/", id="javascript that names them"),
        pytest.param("mailto:tougao@www.ha.chinanews.com.cn", id="mailto"),
        pytest.param("data:text/html,<p>1", id="data"),
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("ftp://www.ha.chinanews.com.cn/1.shtml", id="ftp"),
        pytest.param("ws://www.ha.chinanews.com.cn/1.shtml", id="ws"),
        pytest.param("tel:037100000000", id="tel"),
        pytest.param("http://127.0.0.1/", id="loopback"),
        pytest.param("http://2130706433/", id="loopback as a number"),
        pytest.param("http://0x7f.1/", id="loopback in hexadecimal"),
        pytest.param("http://017700000001/", id="loopback in octal"),
        pytest.param("http://127.1/", id="loopback, short"),
        pytest.param("http://[::1]/", id="loopback of IPv6"),
        pytest.param("http://[::ffff:127.0.0.1]/", id="loopback of IPv4 in IPv6"),
        pytest.param("http://169.254.169.254/latest/meta-data/", id="a cloud's metadata"),
        pytest.param("http://①②⑦.0.0.1/", id="loopback in circled digits"),
        pytest.param("https://www.ha.сhinanews.com.cn/1.shtml", id="a Cyrillic с"),
        pytest.param("https://www.ha.chınanews.com.cn/1.shtml", id="a dotless ı"),
        pytest.param("https://www.xn--ha-.chinanews.com.cn/", id="broken punycode"),
        pytest.param("http://", id="a scheme alone"),
        pytest.param("http:///1.shtml", id="no host"),
        pytest.param("https://[www.ha.chinanews.com.cn/1.shtml", id="half a bracket"),
        pytest.param("https://www.ha.chinanews.com.cn:99999/1.shtml", id="no such port"),
    ],
)
def test_what_is_no_address_of_an_edition_is_refused(url: str) -> None:
    with pytest.raises(Refused) as refusal:
        canonical(url, HENAN)

    assert refusal.value.url
    assert refusal.value.slug == "refused"


def test_a_relative_address_without_a_page_is_refused() -> None:
    with pytest.raises(Refused):
        canonical("/news/hnxw/2025/0917/62988.shtml")


def test_a_refusal_names_no_more_than_the_front_of_a_long_address() -> None:
    with pytest.raises(Refused) as refusal:
        canonical("https://www.example.com/" + "a" * 100_000)

    assert len(refusal.value.url) <= 500
    assert len(str(refusal.value)) <= 500


# --- what an address says -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        HENAN,
        MAIN,
        "https://www.bj.chinanews.com.cn/news/2026/0528/102579.html",
        "https://www.sh.chinanews.com.cn/bdrd/2021-11-05/92886.shtml",
        "https://www.sh.chinanews.com.cn/news/2005-04-15/1/25459.html",
        "https://www.heb.chinanews.com.cn/kjww/20250924455061.shtml",
        "https://www.hn.chinanews.com.cn/news/0327/2016/262080.html",
        "https://www.hi.chinanews.com.cn/hnnew/2020-05-06/4_112233.html",
        "https://www.cq.chinanews.com.cn/news/2025/0330/39-48269.html",
        "https://www.xj.chinanews.com.cn/dizhou/2024-10-11/detail-ihehwccy6197377.shtml",
        "https://www.bt.chinanews.com.cn/jingji/2024-10-11/doc-ihehwccy6197377.shtml",
        "https://www.hkcna.hk/docDetail.jsp?id=100421233&channel=4372",
        "https://www.chinanews.com.cn/2001-10-18/26/132740.html",
        "https://www.chinanews.com.cn/gj/shipin/2019/03-14/news807455.shtml",
        WAP,
    ],
)
def test_an_article_is_known_by_its_address(url: str) -> None:
    assert canonical(url).is_article


@pytest.mark.parametrize(
    "url",
    [
        "https://www.ha.chinanews.com.cn/",
        "https://www.ha.chinanews.com.cn/news/hnxw/index.shtml",
        "https://www.chinanews.com.cn/scroll-news/news1.html",
        "https://www.xj.chinanews.com.cn/xinjiang/xjyw.d.html?nid=63&p=2",
        "https://www.chinanews.com.cn/common/footer/intro.shtml",
        "https://www.ha.chinanews.com.cn/news/hnxw/2025/0917/U1P2T3D62988F1DT20250917110000.jpg",
        "https://www.ha.chinanews.com.cn/news/hnxw/2025/0917/",
    ],
)
def test_a_listing_a_notice_or_a_picture_is_no_article(url: str) -> None:
    assert not canonical(url).is_article


@pytest.mark.parametrize(
    ("url", "first"),
    [
        (HENAN, True),
        (HENAN.replace(".shtml", "_2.shtml"), False),
        (HENAN.replace(".shtml", "_12.shtml"), False),
        ("https://www.chinanews.com.cn/sh/2013/11-04/5458735_2.shtml", False),
        # Hainan's 4_ is no page number.
        ("https://www.hi.chinanews.com.cn/hnnew/2020-05-06/4_112233.html", True),
        ("https://www.hi.chinanews.com.cn/hnnew/2020-05-06/112233.html", True),
        ("https://www.cq.chinanews.com.cn/news/2025/0330/39-48269.html", True),
    ],
)
def test_a_later_page_is_known_by_its_address(url: str, first: bool) -> None:
    assert canonical(url).is_first_page is first


@pytest.mark.parametrize(
    ("url", "day"),
    [
        (HENAN, "2025-09-17"),
        ("https://www.hn.chinanews.com.cn/news/0327/2016/262080.html", "2016-03-27"),
        ("https://www.heb.chinanews.com.cn/kjww/20250924455061.shtml", "2025-09-24"),
        ("https://www.hi.chinanews.com.cn/hnnew/2020-05-06/4_112233.html", "2020-05-06"),
    ],
)
def test_the_day_in_an_address_stands_in_for_one_the_page_does_not_print(url: str, day: str) -> None:
    address = canonical(url)
    page = page_of(f"<p>{PROSE}</p><p>{MORE_PROSE}</p>", meta="来源：溪口日报")

    assert extract_article(page, address.site, address.url).published_at == f"{day}T00:00+08:00"


# --- laws -----------------------------------------------------------------------------------------------

hosts = st.sampled_from([host for site in all_sites().values() for host in (*site.hosts, *site.extra_hosts)])
steps = st.one_of(
    st.sampled_from(
        ["news", "m", "gj", "2017", "08-26", "0917", "8314901.shtml", "..", ".", "", "%2e%2e", "专题", "4_1.html"]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="\\"), max_size=8),
)
queries = st.one_of(
    st.just(""),
    st.lists(
        st.tuples(
            st.sampled_from(["id", "nid", "p", "t", "utm_source", "q", "渠道"]), st.text("a1%+&=;/?中 ", max_size=6)
        ),
        max_size=4,
    ).map(lambda pairs: "?" + "&".join(f"{key}={value}" for key, value in pairs).replace(" ", "%20")),
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.sampled_from(["http", "https"]), hosts, st.lists(steps, max_size=8), queries, st.sampled_from(["", "#x"]))
@example("https", "www.chinanews.com.cn", ["m", "m", "gj", "2017", "08-26", "8314901.shtml"], "", "")
@example("https", "www.ha.chinanews.com.cn", ["", "m", "", "..", "", "1.shtml"], "?id=%2B+%26&id=1", "")
def test_a_canonical_address_is_its_own_canonical_address(
    scheme: str, host: str, path: list[str], query: str, fragment: str
) -> None:
    try:
        once = canonical(f"{scheme}://{host}/{'/'.join(path)}{query}{fragment}")
    except Refused:
        return

    again = canonical(once.url)

    assert again == once
    assert once.url.isascii()
    assert once.url.startswith((f"https://{once.site.hosts[0]}/", f"https://{(*once.site.extra_hosts, '-')[0]}/"))
    assert "#" not in once.url and "//" not in once.path


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(max_size=60), st.sampled_from(["", HENAN, "not a base"]))
def test_any_text_is_an_address_of_an_edition_or_refused(text: str, base: str) -> None:
    try:
        address = canonical(text, base)
    except Refused:
        return

    assert address.url.startswith("https://")


@pytest.mark.parametrize("path", ["1/" * 20_000, "2024-" * 10_000, "a" * 100_000, "../" * 30_000, "_1" * 30_000])
def test_an_endless_address_is_refused_in_no_time(path: str) -> None:
    with seconds(5), pytest.raises(Refused, match="characters"):
        canonical(f"https://www.ha.chinanews.com.cn/{path}.shtml")


@pytest.mark.parametrize("path", ["1/" * 900, "2024-" * 380, "a" * 1_900, "_1" * 900])
def test_a_long_address_is_judged_in_no_time(path: str) -> None:
    with seconds(1):
        address = canonical(f"https://www.ha.chinanews.com.cn/{path}.shtml")

        assert not address.is_article
        assert address.is_first_page in (True, False)

"""Bytes to text: right, wrong and missing labels, mixtures, damage, and what is no page at all."""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.errors import UndecodablePage
from scraper.extract.decode import decode
from tests.pages import seconds

# 镕 囍 and 〇 stand in GBK but not in GB2312, 㐂 𠮷 😀 in GB18030's four bytes only, € in neither of the older two.
BEYOND_GB2312 = "朱镕之剪“囍”字，㐂〇屋·𠮷田，门票€5，😀"
TEXT = "溪口镇的老桥修缮工程完工，两百多名居民到场观看首次通行。"


def page(text: str, codec: str = "gb18030", *, label: str | None = "gb2312") -> bytes:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">' if label else ""
    return f"<html><head>{meta}<title>{text[:8]}</title></head><body><p>{text}</p></body></html>".encode(codec)


# --- labels right, wrong and missing ------------------------------------------------------


@pytest.mark.parametrize("label", ["gb2312", "GB2312", "gbk", "GBK", "gb18030", "x-gbk", "csGB2312"])
def test_a_page_that_declares_gb_may_hold_any_character_of_gb18030(label: str) -> None:
    decoded = decode(page(BEYOND_GB2312, label=label))

    assert BEYOND_GB2312 in decoded.text
    assert (decoded.used, decoded.replaced) == ("gb18030", 0)


@pytest.mark.parametrize(
    ("codec", "label", "content_type"),
    [
        pytest.param("utf-8", "gb2312", "", id="utf-8 declared gb2312"),
        pytest.param("utf-8", "gbk", "text/html; charset=gbk", id="utf-8 declared gbk in both places"),
        pytest.param("gb18030", "utf-8", "", id="gb declared utf-8"),
        pytest.param("gb18030", "utf-8", "text/html; charset=utf-8", id="gb declared utf-8 in both places"),
        pytest.param("gb18030", "gb2312", "text/html; charset=utf-8", id="header says utf-8 of a gb page"),
        pytest.param("utf-8", "utf-8", "text/html; charset=gb2312", id="header says gb2312 of a utf-8 page"),
        pytest.param("gb18030", "utf-8", "text/html; charset=gb2312", id="meta says utf-8 of a gb page"),
        pytest.param("utf-8", "gb2312", "text/html; charset=utf-8", id="meta says gb2312 of a utf-8 page"),
        pytest.param("gb18030", "gb2312", "text/html; charset=ISO-8859-1", id="header iso-8859-1, gb page"),
        pytest.param("gb18030", None, "text/html; charset=ISO-8859-1", id="header iso-8859-1, gb page, no meta"),
        pytest.param("utf-8", None, "text/html; charset=ISO-8859-1", id="header iso-8859-1, utf-8 page, no meta"),
        pytest.param("gb18030", "iso-8859-1", "", id="meta iso-8859-1 of a gb page"),
        pytest.param("utf-8", "windows-1252", "", id="meta windows-1252 of a utf-8 page"),
        pytest.param("gb18030", None, "text/html", id="gb without a label"),
        pytest.param("utf-8", None, "text/html", id="utf-8 without a label"),
        pytest.param("gb18030", "no-such-charset", "", id="gb under a label nobody knows"),
        pytest.param("utf-8", "no-such-charset", "text/html; charset=", id="utf-8 under labels nobody knows"),
        pytest.param("gb18030", "${charset}", "text/html; charset=${charset}", id="gb under a placeholder"),
    ],
)
def test_the_bytes_decide_where_a_label_is_wrong(codec: str, label: str | None, content_type: str) -> None:
    decoded = decode(page(BEYOND_GB2312, codec, label=label), content_type)

    assert BEYOND_GB2312 in decoded.text
    assert (decoded.used, decoded.replaced) == (codec, 0)


@pytest.mark.parametrize(
    ("bom", "codec"),
    [(b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")],
    ids=["utf-8", "utf-16 little-endian", "utf-16 big-endian"],
)
def test_a_byte_order_mark_outweighs_every_label(bom: bytes, codec: str) -> None:
    decoded = decode(bom + page(BEYOND_GB2312, codec), "text/html; charset=gb2312")

    assert decoded.text.startswith("<html>")
    assert BEYOND_GB2312 in decoded.text
    assert decoded.replaced == 0


def test_a_page_of_ascii_alone_is_read_under_any_label() -> None:
    for label in ("gb2312", "utf-8", None, "iso-8859-1"):
        assert "<p>404 Not Found</p>" in decode(page("404 Not Found", label=label)).text


def test_a_short_gb_page_is_not_taken_for_utf_8() -> None:
    # 联通 in GBK is a whole two-byte UTF-8 sequence twice over: Notepad's old joke.
    decoded = decode(page("联通", label="gb2312"))

    assert "<p>联通</p>" in decoded.text


# --- the euro, islands and damage ---------------------------------------------------------


@pytest.mark.parametrize("label", ["gb2312", "utf-8", None])
def test_a_lone_0x80_is_the_euro_sign(label: str | None) -> None:
    raw = page(f"{TEXT}门票@@5，{TEXT}", label=label).replace(b"@@", b"\x80")

    decoded = decode(raw)

    assert f"门票€5，{TEXT}" in decoded.text
    assert decoded.replaced == 0


def test_a_0x80_inside_a_character_is_no_euro_sign() -> None:
    # 亐 is 81 80 in GBK: a trail byte, not a euro.
    raw = page(TEXT + "亐" + TEXT)
    assert b"\x81\x80" in raw

    assert "亐" in decode(raw).text
    assert "€" not in decode(raw).text


def test_an_island_of_utf_8_in_a_gb_page_is_read_as_utf_8() -> None:
    footer = "本网站所刊载信息，不代表中新社和中新网观点。"
    raw = page(BEYOND_GB2312).replace(b"</body>", b"<div>" + footer.encode() + b"</div></body>")

    decoded = decode(raw)

    assert BEYOND_GB2312 in decoded.text
    assert footer in decoded.text
    assert (decoded.used, decoded.replaced) == ("gb18030", 0)


def test_an_island_of_gb_in_a_utf_8_page_is_read_as_gb() -> None:
    bar = "中新网首页 安徽 北京 重庆 福建 甘肃"
    raw = page(TEXT * 4, "utf-8", label="utf-8").replace(b"</body>", b"<div>" + bar.encode("gbk") + b"</div></body>")

    decoded = decode(raw)

    assert TEXT * 4 in decoded.text
    assert bar in decoded.text
    assert decoded.replaced == 0


@pytest.mark.parametrize(("codec", "label"), [("gb18030", "gb2312"), ("utf-8", "utf-8")])
def test_bytes_that_nothing_reads_are_replaced_and_counted(codec: str, label: str) -> None:
    raw = page(TEXT + "@" + TEXT, codec, label=label).replace(b"@", b"\xff") + b"<p>\xff\xff</p>"

    decoded = decode(raw)

    assert decoded.text.count("\ufffd") == decoded.replaced == 3
    assert decoded.text.count(TEXT) == 2
    assert decoded.used == codec


def test_a_character_that_was_in_the_page_as_a_replacement_is_counted_too() -> None:
    decoded = decode(page(TEXT + "\ufffd", "utf-8", label="utf-8"))

    assert decoded.replaced == 1


def test_a_page_cut_in_the_middle_of_a_character_keeps_the_rest() -> None:
    for codec, label in (("gb18030", "gb2312"), ("utf-8", "utf-8")):
        cut = f'<meta charset="{label}"><p>{TEXT}桥'.encode(codec)[:-1]

        decoded = decode(cut)

        assert TEXT in decoded.text
        assert decoded.replaced == 1


def test_nul_characters_leave_no_trace() -> None:
    raw = page(TEXT).replace(b"<p>", b"<p>\0\0\0")

    assert "\0" not in decode(raw).text
    assert TEXT in decode(raw).text


def test_a_long_line_of_ascii_and_one_bad_byte_are_read_in_no_time() -> None:
    # A minified script: 30 KB without a bracket or a line break, in a page with one damaged character.
    raw = page(TEXT).replace(b"</body>", b"<script>" + b"a=1;" * 6_000 + b"</script>\xff</body>")

    with seconds(2):
        decoded = decode(raw)

    assert decoded.replaced == 1


# --- what is no page ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b" \r\n\t\n", id="blanks"),
        pytest.param(b"\0" * 4096, id="NULs"),
        pytest.param(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", id="PDF"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10<\0\0\x10", id="PNG"),
        pytest.param(b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01<html>", id="JPEG"),
        pytest.param(b"GIF89a\x01\0\x01\0\x80\0\0", id="GIF"),
        pytest.param(b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", id="BMP"),
        pytest.param(gzip.compress(b"<html><p>" + TEXT.encode("gbk"), mtime=0), id="gzip"),
        pytest.param(b"PK\x03\x04\x14\0\0\0\x08\0[Content_Types].xml", id="ZIP"),
        pytest.param(b"RIFF\x24\0\0\0WEBPVP8 ", id="WebP"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504, id="old Word"),
        pytest.param(b"\x01\0\0\0\x7f\x45\0\0\0\0\x02\0\0\0" * 40, id="binary data"),
    ],
)
def test_what_is_no_text_is_refused(raw: bytes) -> None:
    with pytest.raises(UndecodablePage):
        decode(raw, "text/html; charset=gb2312")


def test_what_only_opens_like_a_picture_is_a_page() -> None:
    assert TEXT in decode(b"BM<br>" + page(TEXT)).text


# --- round trips --------------------------------------------------------------------------------

# Common characters, so that a page is decidable: text of rare ones alone could be anything.
COMMON = "的一是了在不和有大这主中人上为们地个用工时要动国产以我到他会作来分生对于学下级就年阶义发成部民可出能方进同行面说种过命度革而多子后自社加小机也经力线本电高量长党得实家定深法表着水理化争现所二起政三好十战无农使性前等反体合斗路图把结第里正新开论之物从当两些还天资事队批如应形想制心样干都向变关点育重其思与间内去因件日利相由压员气业代全组数果期导平各基或月毛然问比展那它最及外没看治提五解系林者米群头意只明四道马认次文通但条较克又公孔领军流入接席位情运器并飞原油放立题质指建区验活众很教决特此常石强极土少已根共直团统式转别造切九你取西持总料连任志观调七么山程百报更见必真保热委手改管处己将修支识病象先老光专什六型具示复安带每东增则完风回南广劳轮科北打积车计给节做务被整联步类集号列温装即毫知轴研单色坚据速防史拉世设达尔场织历花受求传口断况采精金界品判参层止边清至万确究书"
RARE = "镕囍㐂〇喆堃祎玥甯﨟𠮷😀€·—“”《》"
texts = st.builds(
    "".join,
    st.lists(
        st.one_of(
            st.text(COMMON, min_size=8, max_size=24),
            st.sampled_from(RARE),
            st.text("abcXYZ 0123456789.,:-", max_size=12),
        ),
        min_size=6,
        max_size=30,
    ).filter(lambda parts: sum(character in COMMON for part in parts for character in part) >= 40),
)
# Labels of one byte a character prove nothing; a wrong label of another Chinese family would.
labels = st.sampled_from(["gb2312", "gbk", "gb18030", "utf-8", "iso-8859-1", "windows-1252", "us-ascii", None])


@settings(max_examples=150, deadline=None, derandomize=True)
@given(text=texts, codec=st.sampled_from(["gb18030", "utf-8"]), meta=labels, header=labels)
def test_any_chinese_text_comes_back_under_a_right_wrong_or_missing_label(
    text: str, codec: str, meta: str | None, header: str | None
) -> None:
    content_type = f"text/html; charset={header}" if header else "text/html"

    decoded = decode(page(text, codec, label=meta), content_type)

    assert f"<p>{text}</p>" in decoded.text
    assert (decoded.used, decoded.replaced) == (codec, 0)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        decoded = decode(raw)
    except UndecodablePage:
        return

    assert decoded.replaced == decoded.text.count("\ufffd")
    assert decoded.text.encode("utf-8").decode("utf-8") == decoded.text

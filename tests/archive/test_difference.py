"""What an editor changed, shown as a reader of Chinese would mark it."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.archive.difference import FIELDS, difference, pieces_of

FIRST = "溪口镇的老桥修缮工程6日完工，共投入资金1200万元。"
SECOND = "两百多名居民到场观看首次通行，镇长张伟国介绍，老桥建于1958年。"
THIRD = "工程历时八个月，由县交通局负责实施。"
LAST = "据了解，新桥将于明年开工。"
BODY = "\n\n".join((FIRST, SECOND, THIRD, LAST))


def marked(before: str, after: str, *, by_paragraph: bool = True) -> str:
    signs = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(
        signs[piece.kind].format(piece.text) for piece in pieces_of(before, after, by_paragraph=by_paragraph)
    )


EDITS = {
    "a number": (BODY.replace("1200", "1350"), BODY.replace("1200", "[-1200-]{+1350+}")),
    "a decimal": (BODY.replace("1200", "1200.5"), BODY.replace("1200", "[-1200-]{+1200.5+}")),
    "a name": (BODY.replace("张伟国", "张卫国"), BODY.replace("张伟国", "张[-伟-]{+卫+}国")),
    "a clause dropped": (
        BODY.replace("镇长张伟国介绍，", ""),
        BODY.replace("镇长张伟国介绍，", "[-镇长张伟国介绍，-]"),
    ),
    "a clause put in": (BODY.replace("八个月，", "八个月，分三期，"), BODY.replace("八个月，", "八个月，{+分三期，+}")),
    "a paragraph dropped": (BODY.replace(f"\n\n{THIRD}", ""), BODY.replace(f"\n\n{THIRD}", f"[-\n\n{THIRD}-]")),
    "a paragraph moved": (
        "\n\n".join((THIRD, FIRST, SECOND, LAST)),
        f"{{+{THIRD}\n\n+}}{FIRST}\n\n{SECOND}[-\n\n{THIRD}-]\n\n{LAST}",
    ),
    "a correction below": (BODY + "\n\n更正：资金有误。", BODY + "{+\n\n更正：资金有误。+}"),
    "a correction above": ("更正：资金有误。\n\n" + BODY, "{+更正：资金有误。\n\n+}" + BODY),
    "a clause rewritten": (
        BODY.replace("两百多名居民到场观看首次通行", "两百多名居民来到现场，见证了老桥修缮后的第一次通车"),
        BODY.replace("到场观看首次通行", "[-到场观看首次通行-]{+来到现场，见证了老桥修缮后的第一次通车+}"),
    ),
    "a paragraph rewritten": (
        BODY.replace(LAST, "记者从县里获悉，后年才会动工。"),
        BODY.replace(f"\n\n{LAST}", f"[-\n\n{LAST}-]{{+\n\n记者从县里获悉，后年才会动工。+}}"),
    ),
    "all dropped": ("", f"[-{BODY}-]"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_marked_as_a_reader_would(name: str) -> None:
    after, expected = EDITS[name]

    assert marked(BODY, after) == expected


def test_single_characters_in_common_are_no_agreement() -> None:
    shown = marked("上午九时许雨势渐大河水暴涨", "下午三时半风力减弱水位回落", by_paragraph=False)

    assert shown.count("[-") <= 2


@given(
    before=st.text("甲乙丙丁12a，。\n", max_size=40),
    after=st.text("甲乙丙丁12a，。\n", max_size=40),
    by_paragraph=st.booleans(),
)
def test_the_pieces_give_both_texts_back(before: str, after: str, by_paragraph: bool) -> None:
    pieces = pieces_of(before, after, by_paragraph=by_paragraph)

    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    assert all(piece.text for piece in pieces)
    assert all(one.kind != other.kind for one, other in pairwise(pieces))


def test_two_long_texts_with_nothing_in_common_take_no_time() -> None:
    before = "".join(chr(0x4E00 + number * 7 % 3000) for number in range(20_000))
    after = "".join(chr(0x6000 + number * 11 % 3000) for number in range(20_000))

    assert len(pieces_of(before, after, by_paragraph=True)) == 2


def record(**changes: Any) -> dict[str, Any]:
    return {
        "title": "溪口镇老桥修缮完工",
        "published_at": "2024-05-06T09:30+08:00",
        "source": "溪口日报",
        "editor": "张三",
        "authors": ["李四", "王五"],
        "body": BODY,
        "images": [{"src": "1", "caption": "老桥新貌。赵六 摄"}, {"src": "2", "caption": None}],
    } | changes


CHANGES: dict[str, Any] = {
    "title": "溪口镇新桥修缮完工",
    "published_at": "2024-05-06T10:30+08:00",
    "source": None,
    "editor": "李三",
    "authors": ["李四"],
    "body": FIRST,
    "images": [{"src": "1", "caption": "老桥夜景。赵六 摄"}],
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_field_is_compared_by_itself(name: str) -> None:
    found = difference(record(), record(**{name: CHANGES[name]}))

    assert [one.field for one in found] == ["captions" if name == "images" else name]


def test_fields_come_in_the_order_of_reading_and_equal_records_differ_in_none() -> None:
    names = [one.field for one in difference(record(), record(**CHANGES))]

    assert names == [name for name in FIELDS if name in names]
    assert difference(record(), record()) == []

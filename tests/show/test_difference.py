"""Differences and summaries as text: marked, folded, and unable to move the cursor."""

import pytest
from rich.console import Console

from scraper.archive.difference import Piece, pieces_of
from scraper.archive.history import Change
from scraper.reextract import Example, Failure, FieldChange, Summary
from scraper.show.difference import change_text, pieces_text, when
from scraper.show.rereading import summary_text

LONG = "溪口镇的老桥修缮工程6日完工。" * 8


def plain(renderable: object) -> str:
    console = Console(width=200, soft_wrap=True, no_color=True)
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


def test_in_a_pipe_changes_stand_in_brackets() -> None:
    shown = pieces_text(pieces_of("投入1200万元", "投入1350万元"), plain=True)

    assert shown.plain == "投入[-1200-]{+1350+}万元"


def test_on_a_terminal_they_are_coloured() -> None:
    shown = pieces_text(pieces_of("投入1200万元", "投入1350万元"), plain=False)

    assert shown.plain == "投入12001350万元"
    assert [(shown.plain[span.start : span.end], span.style) for span in shown.spans] == [
        ("1200", "strike red"),
        ("1350", "green"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (LONG, LONG + "完。", "…溪口镇的老桥修缮工程6日完工。{+完。+}"),
        ("旧闻" + LONG, LONG, "[-旧闻-]溪口镇的老桥修缮工程6日完工。…"),
        (
            "甲" + LONG + "乙",
            "丙" + LONG + "丁",
            "[-甲-]{+丙+}溪口镇的老桥修缮工程6日完工。…溪口镇的老桥修缮工程6日完工。[-乙-]{+丁+}",
        ),
    ],
)
def test_what_agrees_for_long_is_folded_at_sentences(before: str, after: str, shown: str) -> None:
    assert pieces_text(pieces_of(before, after), plain=True).plain == shown


def test_nothing_scraped_moves_the_cursor() -> None:
    evil = "\x1b[31m红\u202e字"
    pieces = [Piece("same", evil), Piece("removed", evil), Piece("added", evil)]
    change = Change(1, "tj", evil, evil, "2024-05-06T01:30:00.000+00:00", "edited", 2, ("title",))
    summary = Summary(
        1, [1], {"title": FieldChange(1, [Example(evil, evil, evil)])}, [Failure(evil, "missing-title", evil)]
    )

    texts = [pieces_text(pieces, plain=True).plain, plain(change_text(change)), plain(summary_text(summary))]

    assert not any("\x1b" in text or "\u202e" in text for text in texts)


def test_a_change_is_told_with_what_when_and_where() -> None:
    change = Change(1, "tj", "https://x/1", "老桥", "2024-05-06T01:30:00.000+00:00", "gone", 2, (), "410")

    assert plain(change_text(change)).split() == "2024-05-06 09:30 tj gone (410) 老桥 https://x/1".split()


@pytest.mark.parametrize(
    ("stamp", "shown"),
    [("2024-05-06T01:30:00.000+00:00", "2024-05-06 09:30"), ("2024-05-06T23:30+00:00", "2024-05-07 07:30"), ("?", "?")],
)
def test_times_are_beijings(stamp: str, shown: str) -> None:
    assert when(stamp) == shown


def test_a_paragraph_that_moved_says_so_at_both_places() -> None:
    one, two, three = "老桥修缮工程六日完工。", "镇长李四出席通车仪式。", "两百多名居民到场观看。"
    before, after = "\n\n".join((one, two, three)), "\n\n".join((two, three, one))

    shown = pieces_text(pieces_of(before, after, by_paragraph=True), plain=True).plain

    assert f"[-〔移走〕{one}" in shown
    assert f"〔移来〕{one}+}}" in shown

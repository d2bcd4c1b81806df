"""Tables and labelled lines, on narrow screens and in pipes."""

from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.text import Text

from scraper.archive.runs import SiteStatus
from scraper.cli import speech
from scraper.doctor import Finding
from scraper.show import sites, status
from scraper.show.operations import finding_text
from scraper.show.tables import Labelled, Unpadded, table
from scraper.sites import all_sites

ROWS = [
    SiteStatus(site.code, site.name, "2026-11-26T02:46:11Z", 1204, 3, 17, "2026-11-25", 0.97,
               "2026-11-26T03:46:11Z", None, {"timeout": 12, "http-503": 4})
    for site in all_sites().values()
]  # fmt: skip


def screen(width: int) -> Console:
    return Console(file=StringIO(), width=width, force_terminal=True, color_system=None)


def printed(console: Console) -> list[str]:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().splitlines()


def drawn(shown: RenderableType, width: int, *, in_a_pipe: bool = False) -> list[str]:
    console = screen(width)
    console.print(shown, soft_wrap=in_a_pipe)
    return printed(console)


@pytest.mark.parametrize("kind", ["status", "sites"])
def test_on_eighty_columns_a_table_fits_by_what_can_be_spared(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    console = screen(80)
    monkeypatch.setattr(speech, "stdout", lambda: console)
    shown = {
        "status": (status.status_table(ROWS), status.SPARE),
        "sites": (sites.sites_table([(all_sites()[row.site], row) for row in ROWS]), sites.SPARE),
    }[kind]

    speech.print_table(*shown)

    lines = printed(console)
    assert max(cell_len(line) for line in lines) <= 80
    assert lines[0].startswith("edition ")
    assert not any(line.endswith(" ") for line in lines)
    assert "agreement" not in lines[0]
    assert any("1204" in line for line in lines)


def test_where_there_is_room_nothing_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    console = screen(160)
    monkeypatch.setattr(speech, "stdout", lambda: console)

    speech.print_table(status.status_table(ROWS), status.SPARE)

    assert printed(console)[0].split("  ")[0] == "edition"
    assert all(heading in printed(console)[0] for heading in status.SPARE)


def test_no_line_of_a_table_ends_in_blanks() -> None:
    shown = table("edition", "failures")
    shown.add_row("ha  河南", "")
    shown.add_row("sh  上海", "timeout 3")

    assert drawn(Unpadded(shown), 60) == ["edition   failures", "ha  河南", "sh  上海  timeout 3"]


def test_what_is_folded_stands_below_itself() -> None:
    shown = Labelled(Text("ha 河南"), Text("seen on a list and read " * 3), 10)

    assert drawn(shown, 40) == [
        "ha 河南   seen on a list and read seen",
        "          on a list and read seen on a",
        "          list and read",
    ]


def test_a_pipe_gets_whole_lines() -> None:
    finding = Finding("disk", "warning", "said " * 30, "do " * 40)

    lines = drawn(finding_text(finding), 80, in_a_pipe=True)

    assert len(lines) == 2
    assert lines[0].startswith("warning disk         said said")
    assert lines[1].startswith(f"{'':<21}→ do do")

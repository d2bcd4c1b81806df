"""The one look of all tables and of labelled lines, on screens of any width."""

from collections.abc import Iterator

from rich.cells import set_cell_size
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

_LEAST_SAID = 20
"""Columns beside a label below which lines are not folded."""


def table(*headings: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        right = heading in ("articles", "waiting", "listings", "agreement", "fixtures")
        table.add_column(
            heading, justify="right" if right else "left", no_wrap=heading not in ("failures", "evidence", "meaning")
        )
    return table


def without(shown: Table, heading: str) -> Table:
    """The table less a column."""
    kept = [column for column in shown.columns if column.header != heading]
    narrower = table(*(str(column.header) for column in kept))
    for cells in zip(*(column.cells for column in kept), strict=True):
        narrower.add_row(*cells)
    return narrower


class Unpadded:
    """Something shown without the blanks that fill its lines up to the edge of the screen."""

    def __init__(self, shown: RenderableType) -> None:
        self._shown = shown

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for line in console.render_lines(self._shown, options, pad=False):
            while line and not line[-1].text.strip():
                line.pop()
            if line:
                line[-1] = Segment(line[-1].text.rstrip(), line[-1].style)
            yield from (*line, Segment.line())


class Labelled:
    """A label and what there is to say; where that is folded, its lines stand below each other, not below the label."""

    def __init__(self, label: Text, said: Text, indent: int) -> None:
        self._label, self._said, self._indent = label, said, indent

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        label = self._label.copy()
        label.append(set_cell_size("", max(1, self._indent - label.cell_len)))
        width = options.max_width - label.cell_len
        if options.no_wrap or width < _LEAST_SAID:  # a pipe gets whole lines
            yield label + self._said
            return
        for number, line in enumerate(self._said.wrap(console, width, overflow="fold")):
            line.rstrip()
            yield (Text(" " * label.cell_len) if number else label) + line

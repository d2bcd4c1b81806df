"""How commands speak: tables and questions, and an error as its one line and exit code."""

import functools
import re
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, TypeVar

import typer
from typer.core import TyperCommand

from scraper.errors import UsageError
from scraper.show.streams import complain, told
from scraper.text import safe

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_PLAIN = (
    (r"Input should be a valid integer.*", "write a whole number"),
    (r"Input should be a (?:valid|finite) number.*", "write a number"),
    (r"Input should be less than or equal to ", "it can be at most "),
    (r"Input should be greater than or equal to ", "it must be at least "),
)
"""What the library that checks values says, and what we say."""
_NARROWEST = 24
"""Columns on a screen below which prose is not folded."""
P = ParamSpec("P")
T = TypeVar("T")


def speaks_plainly(command: Callable[P, T]) -> Callable[P, T]:
    """Errors of ours end as one line and their exit code; anything else is a bug and says so."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except KeyboardInterrupt:
            raise typer.Exit(130) from None
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            raise typer.Exit(told(error)) from error

    return wrapped


class Command(TyperCommand):
    """A command that takes no empty value: what was meant by one (an unset variable of a shell, say) is nobody's guess."""

    def invoke(self, ctx: Any) -> Any:
        for parameter in self.params:
            name = parameter.name or ""
            source = ctx.get_parameter_source(name)
            if source is not None and source.name == "COMMANDLINE" and _is_blank(ctx.params.get(name)):
                is_option = parameter.param_type_name == "option"
                shown = max(parameter.opts, key=len) if is_option else getattr(parameter, "metavar", "") or name.upper()
                fail(f"{shown} is empty; see `{ctx.command_path} --help`", 2)
        return super().invoke(ctx)


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def fail(message: str, code: int) -> NoReturn:
    complain(message)
    raise typer.Exit(code)


def plainly(message: str) -> str:
    """What Typer says of a value, in words for who typed it.

    >>> plainly("Invalid value for '--limit': Input should be a valid integer, unable to parse string as an integer")
    "Invalid value for '--limit': write a whole number"
    """
    return functools.reduce(lambda said, pair: re.sub(pair[0], pair[1], said), _PLAIN, message)


def stdout(width: int = 200) -> "Console":
    """Stdout as Rich sees it: colours and wrapping on a terminal, whole lines of at most a width in a pipe."""
    from rich.console import Console  # not above: `--version` and `--json` show nothing by it

    on_terminal = sys.stdout.isatty()
    return Console(highlight=False, soft_wrap=not on_terminal, width=None if on_terminal else width)


def print_table(table: "Table", spare: Sequence[str] = (), legend: str = "") -> None:
    """A table with its columns whole, and on a terminal what its headings mean.

    Where the terminal is too narrow, columns that can be spared go in that
    order; where that does not help, lines run on, and no figure is cut.
    """
    from rich.console import Console
    from rich.text import Text

    from scraper.show.tables import Labelled, Unpadded, without

    console = stdout()
    spared: list[str] = []
    while (needed := _width(console, table)) > console.width and len(spared) < len(spare) and console.is_terminal:
        spared.append(spare[len(spared)])
        table = without(table, spared[-1])
    screen = console.width
    console.width = max(screen, needed)
    console.print(Unpadded(table))
    console.width = screen
    if sys.stdout.isatty() and sys.stderr.isatty():
        notes = [legend] if legend else []
        notes += [f"left out for want of room: {', '.join(spared)} (--json has all)"] if spared else []
        aside = Console(stderr=True, highlight=False)
        for note in notes:
            aside.print(Labelled(Text(""), Text(note, style="dim"), 2))


def _width(console: "Console", table: "Table") -> int:
    """The columns that a table needs on a screen, its prose folded as far as may be."""
    foldable = [column for column in table.columns if not column.no_wrap]
    for column in foldable:
        column.max_width = _NARROWEST
    needed = console.measure(table, options=console.options.update(max_width=10_000)).maximum
    for column in foldable:
        column.max_width = None
    return needed


def confirm(question: str) -> None:
    """Ask on a terminal; where nobody can answer, `--yes` is the answer."""
    if not sys.stdin.isatty():
        raise UsageError(f"{question} Nobody is there to ask: give --yes, or --dry-run to see only")
    print(f"{safe(question)} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        fail("nothing was written", 2)


def progress(verb: str) -> Callable[[int, int], None]:
    """A line on a terminal's stderr, written over."""
    talkative = sys.stderr.isatty()

    def report(done: int, total: int) -> None:
        if talkative and (done % 20 == 0 or done == total):
            print(f"\r{verb} {done} of {total}", end="\n" if done == total else "", file=sys.stderr, flush=True)

    return report

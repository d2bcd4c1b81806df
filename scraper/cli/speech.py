"""How commands speak: results on stdout, errors as one line on stderr with their exit code."""

import functools
import os
import sys
from collections.abc import Callable
from typing import NoReturn, ParamSpec, TypeVar

import typer
from rich.console import Console

from scraper.errors import ScraperError
from scraper.text import safe

P = ParamSpec("P")
T = TypeVar("T")


def speaks_plainly(command: Callable[P, T]) -> Callable[P, T]:
    """Errors of ours end as one line and their exit code; anything else is a bug and says so."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except ScraperError as error:
            fail(str(error), error.exit_code)
        except BrokenPipeError:
            # The reader (head, less) has seen enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except KeyboardInterrupt:
            raise typer.Exit(130) from None
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if os.environ.get("SCRAPER_DEBUG"):
                raise
            fail(f"a bug: {type(error).__name__}: {error} (set SCRAPER_DEBUG=1 to see where, and report it)", 1)

    return wrapped


def fail(message: str, code: int) -> NoReturn:
    print(f"scraper: {safe(message)}", file=sys.stderr)
    raise typer.Exit(code)


def stdout(width: int = 200) -> Console:
    """Stdout as Rich sees it: colours and wrapping on a terminal, whole lines of at most a width in a pipe."""
    on_terminal = sys.stdout.isatty()
    return Console(highlight=False, soft_wrap=not on_terminal, width=None if on_terminal else width)

"""The three streams: results on stdout, errors as one line on stderr with their exit code, and what is done where they fail.

Knows no command line, so that a crawl has it without one.
"""

import errno
import json
import os
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from scraper.errors import ScraperError
from scraper.text import escaped, safe

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_LONGEST_LINE = 1000


def print_json(record: Mapping[str, Any]) -> None:
    """One object on one line; what a terminal would obey is escaped, so that a reader of JSON gets it all the same."""
    print(escaped(json.dumps(record, ensure_ascii=False)))


def complain(message: str) -> None:
    print(f"scraper: {one_line(message)}", file=sys.stderr)


def one_line(message: str) -> str:
    """A message that may quote whatever was typed, fit to be read.

    >>> one_line("no \x1b[2Jedition"), len(one_line("图" * 9000))
    ('no [2Jedition', 1000)
    """
    shown = safe(message)
    return shown if len(shown) <= _LONGEST_LINE else shown[: _LONGEST_LINE - 1] + "…"


def told(error: Exception) -> int:
    """Say in one line what went wrong; returns the exit code. What is not ours is a bug, and says so."""
    if isinstance(error, ScraperError):
        complain(str(error))
        return error.exit_code
    if isinstance(error, BrokenPipeError) or (isinstance(error, OSError) and error.errno in _NO_ROOM):
        return output_failed(error)
    if os.environ.get("SCRAPER_DEBUG"):
        raise error
    complain(f"a bug: {type(error).__name__}: {error} (set SCRAPER_DEBUG=1 to see where, and report it)")
    return 1


def open_streams() -> None:
    """Streams that were closed (`>&-`) lead nowhere, and what a stream can't encode is written as an escape."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 (open until the end)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def close_stdout() -> int:
    """Write what is still held back; returns the exit code if that fails, else 0."""
    try:
        sys.stdout.flush()
    except OSError as error:
        return output_failed(error)
    return 0


def output_failed(error: OSError) -> int:
    """Say that the output can't be written; returns the exit code. A reader (head, less) that has seen enough is no failure."""
    _stop_writing()
    if isinstance(error, BrokenPipeError):
        return 0
    print(f"scraper: the output can't be written: {error.strerror}", file=sys.stderr)
    return 7 if error.errno in _NO_ROOM else 1


def _stop_writing() -> None:
    """What is still held back goes nowhere, so that nothing complains of it at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

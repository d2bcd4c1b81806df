"""Compiled once, not by every process; and extraction quality by field, printed at the end of every run that measured it."""

import os
import sys
from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest
from _pytest.doctest import DoctestModule
from hypothesis import settings

# Tests start hundreds of processes and pytest its workers. Where this is set, each compiles all of the package and
# of the tests for itself, which is a third of the suite's processor time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A machine that does other things besides is slow, and nothing is wrong; what must be fast has a bound of its own.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

QUALITY: Counter[tuple[str, str, bool]] = Counter()
"""(corpus, field, exact) → how often; filled by tests/extract/test_quality.py."""


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """No tests of docstrings here, and every worker would look for them: they stand in the package."""
    collectors = yield
    return [collector for collector in collectors if not isinstance(collector, DoctestModule)]


def pytest_sessionfinish(session: pytest.Session) -> None:
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:  # a worker of pytest-xdist: what it hands over must be plain
        output["quality"] = [[*key, times] for key, times in QUALITY.items()]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    for corpus, field, exact, times in getattr(node, "workeroutput", {}).get("quality", ()):
        QUALITY[corpus, field, exact] += times


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not QUALITY:
        return
    terminalreporter.section("extraction quality, exact per field")
    for corpus in sorted({corpus for corpus, _, _ in QUALITY}):
        fields = dict.fromkeys(field for name, field, _ in QUALITY if name == corpus)
        shares = []
        for field in fields:
            good, bad = QUALITY[corpus, field, True], QUALITY[corpus, field, False]
            shares.append(f"{field} {good / (good + bad):.1%}")
        terminalreporter.line(f"{corpus}: {', '.join(shares)}")

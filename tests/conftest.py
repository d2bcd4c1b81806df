"""Extraction quality by field, printed at the end of every run that measured it, from all of its workers."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import settings

# A machine that does other things besides is slow, and nothing is wrong; what must be fast has a bound of its own.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

QUALITY: Counter[tuple[str, str, bool]] = Counter()
"""(corpus, field, exact) → how often; filled by tests/extract/test_quality.py."""


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

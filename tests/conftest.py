"""Extraction quality by field, printed at the end of every run that measured it."""

from collections import Counter

import pytest

QUALITY: Counter[tuple[str, str, bool]] = Counter()
"""(corpus, field, exact) → how often; filled by tests/extract/test_quality.py."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not QUALITY:
        return
    terminalreporter.section("extraction quality, exact per field")
    for corpus in dict.fromkeys(corpus for corpus, _, _ in QUALITY):
        fields = dict.fromkeys(field for name, field, _ in QUALITY if name == corpus)
        shares = []
        for field in fields:
            good, bad = QUALITY[corpus, field, True], QUALITY[corpus, field, False]
            shares.append(f"{field} {good / (good + bad):.1%}")
        terminalreporter.line(f"{corpus}: {', '.join(shares)}")

"""Measurements, run in a venv of their own (`requirements/bench.txt`)."""

import sys
from pathlib import Path
from types import ModuleType

# py-asciimath, which magic-html wants, installs a package named `tests` that would hide ours.
_tests = ModuleType("tests")
_tests.__path__ = [str(Path(__file__).parents[1] / "tests")]
sys.modules.setdefault("tests", _tests)

"""Commands as their user types them, and what came of it: the exit code, stdout and stderr.

`run` types one in this process, which takes no time for starting and
importing. `run_process` gives it a process of its own, for what only a process
shows: a shell, a signal, a pipe, a locale, what gets imported. Both answer
alike, which `test_a_command_answers_alike_as_a_process` holds them to.
"""

import os
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from scraper.__main__ import main

Done = subprocess.CompletedProcess[str]

ROOT = Path(__file__).resolve().parent.parent
_NO_SETTINGS = {"SCRAPER_CONTACT": "", "SCRAPER_DB": "", "SCRAPER_CONFIG": "", "SCRAPER_DEBUG": "", "NO_COLOR": "1"}


def run(*arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None, **environment: str) -> Done:
    """Type a command in this process. A bug that it does not catch itself is raised here."""
    command = ["scraper", *map(str, arguments)]
    out, err = BytesIO(), BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (_NO_SETTINGS | environment).items():
            patch.setenv(name, value)
        if cwd:
            patch.chdir(cwd)
        patch.setattr(sys, "argv", command)
        patch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin), "utf-8"))
        patch.setattr(sys, "stdout", TextIOWrapper(out, "utf-8"))
        patch.setattr(sys, "stderr", TextIOWrapper(err, "utf-8", line_buffering=True))
        code = _code_of_main()
        sys.stderr.flush()
        return Done(command, code, out.getvalue().decode(), err.getvalue().decode())


def _code_of_main() -> int:
    try:
        main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def run_process(
    *arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None, timeout: float = 120, **environment: str
) -> Done:
    """Type a command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "scraper", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        timeout=timeout,
        env=os.environ | _NO_SETTINGS | {"PYTHONPATH": str(ROOT)} | environment,
    )
    return Done(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

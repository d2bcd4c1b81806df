"""The pages in a real browser, from a real server on the loopback interface."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.browse.conftest import HOSTILE, STORY, id_of

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --hide-scrollbars --virtual-time-budget=2000"
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


@pytest.fixture(scope="module")
def address(archive_path: Path) -> Iterator[str]:
    """Where `serve` serves the archive, on a port of its own choice."""
    code = "import sys, pathlib; from scraper.browse.serve import serve; serve(pathlib.Path(sys.argv[1]), port=0)"
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(archive_path)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr
        line = process.stderr.readline()
        found = re.match(r"(http://127\.0\.0\.1:\d+)/ ", line)
        assert found, line
        yield found.group(1)
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def dom(tmp_path: Path) -> Callable[[str], str]:
    """A page's DOM after its scripts have had two seconds."""

    def dump(url: str) -> str:
        assert CHROMIUM
        command = [CHROMIUM, *FLAGS.split(), f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert "<body" in done.stdout, done.stderr[-500:]
        return done.stdout

    return dump


def test_the_list_reads_as_a_list(address: str, dom: Callable[[str], str]) -> None:
    page = dom(f"{address}/archive/articles?_search=恶意")

    assert page.count('class="snippet"') == 1
    assert "<mark>恶意</mark>正文&lt;img" in page
    assert 'alt="" onmouse' not in page
    assert "<svg" not in page
    assert "<title>坏了" not in page


def test_the_article_reads_as_an_article(address: str, dom: Callable[[str], str], archive: Database) -> None:
    page = dom(f"{address}/archive/articles/{id_of(archive, STORY)}")

    assert "<h1>五幅图片的故事</h1>" in page
    assert page.count("同一说明") == 1
    assert "<img" not in page


def test_no_text_of_an_article_runs(address: str, dom: Callable[[str], str], archive: Database) -> None:
    page = dom(f"{address}/archive/articles/{id_of(archive, HOSTILE)}")

    assert "<title>坏了" not in page
    assert "<script" not in page
    assert "javascript:alert(3)" in page
    assert 'href="javascript' not in page

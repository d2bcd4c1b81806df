"""The docs say what the program does."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer
from typer.exceptions import TyperException
from typer.main import get_command

from scraper.cli import app
from scraper.config import SETTINGS, load_settings
from scraper.errors import ScraperError
from scraper.models import Article
from scraper.sites import all_sites
from tests.docs_parts import parts

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")), *sorted(ROOT.glob("docs/*.md"))]


def test_generated_parts_are_up_to_date() -> None:
    stale = [path.name for path, text in parts().items() if not path.exists() or path.read_text("utf-8") != text]

    assert stale == [], "run `make docs`"


def test_every_exit_code_is_documented() -> None:
    page = (ROOT / "docs" / "running.md").read_text("utf-8")
    codes = {error.exit_code for error in _tree(ScraperError)} | {0, 1, 2, 3, 5, 130, 143}

    assert [code for code in sorted(codes) if not re.search(rf"^\| {code} \|", page, re.M)] == []


def test_every_setting_is_documented(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    (example,) = re.findall(r"^```toml\n(.*?)^```", page, re.M | re.S)

    assert set(tomllib.loads(example)) == set(SETTINGS)
    (tmp_path / "scraper.toml").write_text(example, "utf-8")
    assert load_settings(tmp_path / "archive.db", environment={}).config


def test_every_field_of_the_record_is_documented() -> None:
    page = (ROOT / "docs" / "record.md").read_text("utf-8")
    fields = [name for name, field in Article.__dataclass_fields__.items() if not field.metadata.get("internal")]

    assert [name for name in fields if f"| `{name}` |" not in page] == []


def test_links_between_the_docs_lead_somewhere() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]

    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_line_in_the_docs_is_one(page: Path) -> None:
    wrong = {line: mistake for line in command_lines(page.read_text("utf-8")) if (mistake := mistake_in(line))}

    assert wrong == {}


def test_command_lines_are_read_as_a_reader_types_them() -> None:
    text = (
        "Run `scraper crawl ha`, see `scraper.toml`.\n\n"
        "```console\n$ .venv/bin/scraper search 船 \\\n    --json | head\nscraper said this\n```\n"
        "```\n17 * * * * cd /srv && X=1 /opt/scraper crawl 2>>log\nscraper verify    # all of it\n```\n"
    )

    assert command_lines(text) == ["search 船 --json", "crawl", "verify", "crawl ha"]


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("crawl ha --limit 3", True),
        ("extract --json", True),  # what it needs besides may be left out
        ("export FORMAT [OUT] [--site] [--since]", True),
        ("sites check ha", True),
        ("crowl ha", False),
        ("crawl --contcat x", False),
        ("export FORMAT [OUT] [--sites]", False),
        ("search 船 --limit many", False),
        ("status ha", False),
    ],
)
def test_mistakes_in_command_lines_are_seen(line: str, right: bool) -> None:
    assert (mistake_in(line) == "") is right


def test_every_edition_has_its_module_and_row() -> None:
    page = (ROOT / "docs" / "sites.md").read_text("utf-8")

    assert len(all_sites()) == 33
    assert [code for code in all_sites() if f"| `{code}` |" not in page] == []


def _tree(error: type[ScraperError]) -> set[type[ScraperError]]:
    return {error} | {inner for child in error.__subclasses__() for inner in _tree(child)}


def command_lines(text: str) -> list[str]:
    """What stands behind `scraper` wherever a page quotes a command: in a block, or in the text."""
    joined = re.sub(r"\\\n\s*", "", text)
    found = []
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```", joined, re.M | re.S):
        begin = r"\$ (?:.*[ /])?" if language == "console" else r"(?:.*[ /])?"
        found += re.findall(rf"^{begin}scraper ([a-z].*)$", block, re.M)
    found += re.findall(r"`(?:[^\s`]*/)?scraper ([a-z][^`\n]*)`", re.sub(r"^```.*?^```", "", joined, flags=re.M | re.S))
    return [re.split(r"\s+(?:#|\||2?>)|\s{3,}", line)[0].strip() for line in found]


def mistake_in(line: str) -> str:
    """What the program would say of a command line; `[--option]` only has to exist, as does what is left out."""
    name, *words = shlex.split(line.replace("[", "").replace("]", ""))
    command, context = get_command(app), typer.Context(get_command(app))
    command = command.get_command(context, name)  # type: ignore[attr-defined]  # the root is a group
    if command is None:
        return f"no command {name}"
    if words and (inner := getattr(command, "get_command", lambda *_: None)(context, words[0])):
        command, words = inner, words[1:]
    known = {name for option in command.params for name in option.opts}
    unknown = [word for word in words if word.startswith("--") and word not in known]
    if unknown or "[" in line:
        return f"no option {', '.join(unknown)}" if unknown else ""
    try:
        command.make_context(name, words)
    except TyperException as error:
        return "" if error.format_message().startswith("Missing") else error.format_message()
    return ""

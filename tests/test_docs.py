"""The docs say what the program does."""

import re
from pathlib import Path

from scraper.errors import ScraperError
from scraper.models import Article
from scraper.sites import all_sites
from tests.docs_parts import parts

ROOT = Path(__file__).resolve().parent.parent


def test_generated_parts_are_up_to_date() -> None:
    stale = [path.name for path, text in parts().items() if not path.exists() or path.read_text("utf-8") != text]

    assert stale == [], "run `make docs`"


def test_every_exit_code_is_documented() -> None:
    page = (ROOT / "docs" / "running.md").read_text("utf-8")
    codes = {error.exit_code for error in _tree(ScraperError)} | {0, 1, 2, 3, 5, 130, 143}

    assert [code for code in sorted(codes) if not re.search(rf"^\| {code} \|", page, re.M)] == []


def test_every_field_of_the_record_is_documented() -> None:
    page = (ROOT / "docs" / "record.md").read_text("utf-8")
    fields = [name for name, field in Article.__dataclass_fields__.items() if not field.metadata.get("internal")]

    assert [name for name in fields if f"| `{name}` |" not in page] == []


def test_links_between_the_docs_lead_somewhere() -> None:
    pages = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + list(
        (ROOT / "docs").glob("*.md")
    )
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]

    assert broken == []


def test_every_edition_has_its_module_and_row() -> None:
    page = (ROOT / "docs" / "sites.md").read_text("utf-8")

    assert len(all_sites()) == 33
    assert [code for code in all_sites() if f"| `{code}` |" not in page] == []


def _tree(error: type[ScraperError]) -> set[type[ScraperError]]:
    return {error} | {inner for child in error.__subclasses__() for inner in _tree(child)}

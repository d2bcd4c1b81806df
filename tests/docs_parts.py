"""The parts of the docs that are generated: `python -m tests.docs_parts --write` writes them, a test checks them."""

import html
import re
import subprocess
import sys
from pathlib import Path

from scraper.models import Site
from scraper.sites import all_sites

DOCS = Path(__file__).resolve().parent.parent / "docs"
_BEGIN, _END = "<!-- generated: make docs -->", "<!-- end of the generated part -->"


def commands_page() -> str:
    """`--help` of every command, by Typer's own documentation writer."""
    command = [
        sys.executable,
        "-m",
        "typer",
        "scraper.cli",
        "utils",
        "docs",
        "--name",
        "scraper",
        "--title",
        "Commands",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    # Typer escapes what needs it in HTML and not here, and of `-h` it does not know.
    page = html.unescape(done.stdout).replace("* `--help`:", "* `-h, --help`:")
    return f"{_BEGIN}\n\n{page.strip()}\n"


def editions_table() -> str:
    """What each edition's rules rest on."""
    rows = ["| code | edition | host | listings | layouts | evidence |", "|---|---|---|---|---|---|"]
    for site in all_sites().values():
        layouts = ", ".join(f"`{layout.name}`" for layout in site.layouts) or "labels only"
        rows.append(
            f"| `{site.code}` | {site.name} | {site.hosts[0]} | {len(site.listings)} | {layouts} | {site.evidence} |"
        )
    return "\n".join(rows)


def editions_grid() -> str:
    """The editions at a glance, six a row: code, name, and the year of the newest evidence for their rules."""
    cells = [f"`{site.code}` {site.name} {_year_of_rules(site)}" for site in all_sites().values()]
    rows = [cells[at : at + 6] for at in range(0, len(cells), 6)]
    rows[-1] += [""] * (6 - len(rows[-1]))
    lines = ["|" + " |" * 6, "|" + "---|" * 6, *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines)


def _year_of_rules(site: Site) -> str:
    """The newest year in which anybody saw what the layouts rest on; that addresses or reposts were seen proves no layout."""
    proofs = [clause for clause in site.evidence.split("; ") if not re.search("address|repost", clause)]
    return max(re.findall(r"20[0-2][0-9]", " ".join(proofs)), default="labels") if site.layouts else "labels"


def _with_part(path: Path, part: str) -> str:
    """A page with its generated part brought up to date."""
    before, _, rest = path.read_text("utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n\n{part}\n\n{_END}{after}"


def parts() -> dict[Path, str]:
    readme = DOCS.parent / "README.md"
    return {
        DOCS / "commands.md": commands_page(),
        DOCS / "sites.md": _with_part(DOCS / "sites.md", editions_table()),
        readme: _with_part(readme, editions_grid()),
    }


if __name__ == "__main__":
    for path, text in parts().items():
        path.write_text(text, "utf-8")
        print(f"wrote {path.name}")

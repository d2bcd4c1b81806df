"""The parts of the docs that are generated: `python -m tests.docs_parts --write` writes them, a test checks them."""

import subprocess
import sys
from pathlib import Path

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
    return f"{_BEGIN}\n\n{done.stdout.strip()}\n"


def editions_table() -> str:
    """What each edition's rules rest on."""
    rows = ["| code | edition | host | listings | layouts | evidence |", "|---|---|---|---|---|---|"]
    for site in all_sites().values():
        layouts = ", ".join(f"`{layout.name}`" for layout in site.layouts) or "labels only"
        rows.append(
            f"| `{site.code}` | {site.name} | {site.hosts[0]} | {len(site.listings)} | {layouts} | {site.evidence} |"
        )
    return "\n".join(rows)


def sites_page() -> str:
    """docs/sites.md with its table brought up to date."""
    page = (DOCS / "sites.md").read_text("utf-8")
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n\n{editions_table()}\n\n{_END}{after}"


def parts() -> dict[Path, str]:
    return {DOCS / "commands.md": commands_page(), DOCS / "sites.md": sites_page()}


if __name__ == "__main__":
    for path, text in parts().items():
        path.write_text(text, "utf-8")
        print(f"wrote {path.name}")

"""Who may import whom: rooms import downwards only, and each library has one owner."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "scraper"

# Level of a module: the longest prefix that matches. A module imports from lower levels, or within its own room.
LEVELS = {
    "scraper.models": 0,
    "scraper.errors": 0,
    "scraper.text": 0,
    "scraper.sites": 1,
    "scraper.contact": 1,
    "scraper.config": 2,
    "scraper.crawl": 2,
    "scraper.extract": 2,
    "scraper.archive": 2,
    "scraper.show": 5,
    "scraper.crawl.run": 3,
    "scraper.crawl.opening": 3,
    "scraper.crawl.keep": 3,
    "scraper.crawl.manners": 3,
    "scraper.crawl.whole": 3,
    "scraper.crawl.commits": 3,
    "scraper.crawl.worker": 3,
    "scraper.crawl.child": 3,
    "scraper.crawl.check": 3,
    "scraper.crawl.media": 3,
    "scraper.importing": 4,
    "scraper.browse": 3,
    "scraper.schedule": 3,
    "scraper.doctor": 3,
    "scraper.demo": 4,
    "scraper.reextract": 4,
    "scraper.alone": 6,
    "scraper.cli": 7,
    "scraper.__main__": 8,
    "scraper": 3,  # the package's own face: version and the public nouns
}
OWNERS = {
    "httpx": {"scraper.crawl.fetch", "scraper.crawl.network", "scraper.crawl.healthcheck"},
    "httpcore": {"scraper.crawl.network"},
    "ada_url": {"scraper.crawl.urls", "scraper.crawl.fetch"},
    "selectolax": {"scraper.extract"},
    "w3lib": {"scraper.extract.decode"},
    "sqlite_utils": {"scraper.archive.schema"},
    "backports": {"scraper.archive.compression"},
    "datasette": {"scraper.browse"},
    "uvicorn": {"scraper.browse"},
    "typer": {"scraper.cli"},
    "warcio": {"scraper.archive.export.warc", "scraper.importing.warc"},
    "pyarrow": {"scraper.archive.export.columns"},
    "rich": {"scraper.cli", "scraper.show"},
}


@cache
def modules() -> dict[str, ast.Module]:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.parse(path.read_text("utf-8"))
    return found


def imports(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def level(name: str) -> int:
    parts = name.split(".")
    return next(LEVELS[".".join(parts[:end])] for end in range(len(parts), 0, -1) if ".".join(parts[:end]) in LEVELS)


def room(name: str) -> str:
    return ".".join(name.split(".")[:2])


def test_rooms_import_downwards_only() -> None:
    wrong = [
        f"{name} imports {target}"
        for name, tree in modules().items()
        for target in imports(tree)
        if target.startswith("scraper.") and room(target) != room(name) and level(target) >= level(name)
        if not target.endswith("__version__")
    ]

    assert wrong == []


def test_every_library_has_one_owner() -> None:
    wrong = [
        f"{name} imports {library}"
        for name, tree in modules().items()
        for target in imports(tree)
        if (library := target.split(".")[0]) in OWNERS
        if not any(name == owner or name.startswith(f"{owner}.") for owner in OWNERS[library])
    ]

    assert wrong == []


def test_extract_knows_no_site_by_name() -> None:
    wrong = [
        name
        for name, tree in modules().items()
        if name.startswith("scraper.extract") and any(target.startswith("scraper.sites") for target in imports(tree))
    ]

    assert wrong == []


def test_site_modules_hold_data_only() -> None:
    wrong = [
        f"{path.name}:{node.lineno}"
        for path in (PACKAGE / "sites").glob("*.py")
        if path.name != "__init__.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
    ]

    assert wrong == []


def test_nothing_catches_bare_exception_but_the_places_that_say_why() -> None:
    allowed = {
        "scraper.crawl.commits",
        "scraper.crawl.keep",
        "scraper.crawl.whole",
        "scraper.crawl.child",
        "scraper.alone",
        "scraper.cli.speech",
        "scraper.doctor",
    }
    wrong = [
        f"{name}:{node.lineno}"
        for name, tree in modules().items()
        if name not in allowed
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
        and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
    ]

    assert wrong == []


def test_reading_commands_wait_for_no_crawler_reader_or_browser() -> None:
    heavy = {
        "selectolax",
        "datasette",
        "uvicorn",
        "pyarrow",
        "warcio",
        "scraper.crawl.fetch",
        "scraper.extract",
    }
    program = (
        "import sys; from typer.testing import CliRunner; from scraper.cli import app\n"
        "for command in ('search 船', 'show 1', 'stories', 'history 1', 'changes', 'status', 'verify', 'export jsonl',"
        " 'sites'):\n"
        "    CliRunner().invoke(app, [*command.split(), '--db', 'none.db'])\n"
        "    print(*sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    searching, *_, all_of_them = (set(line.split()) for line in done.stdout.splitlines())

    assert "scraper.archive.search" in searching and "scraper.crawl" not in searching
    assert {"scraper.archive.export.write", "scraper.cli.sites"} <= all_of_them
    assert heavy & all_of_them == set()


def loaded_by(module: str) -> set[str]:
    program = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


def test_a_crawl_under_cron_loads_no_reader_and_no_screen() -> None:
    """Each of them is megabytes that a crawl would hold for hours."""
    heavy = {
        "selectolax",
        "rich",
        "typer",
        "click",
        "sqlite_utils",
        "pydantic",
        "pygments",
        "datasette",
        "scraper.archive.search",
    }

    found = loaded_by("scraper.alone, scraper.crawl.run, scraper.crawl.healthcheck, scraper.show.progress")

    assert "scraper.crawl.run" in found
    assert heavy & found == set()


def test_what_reads_pages_has_no_network_and_no_database_in_it() -> None:
    found = loaded_by("scraper.crawl.child")

    assert "scraper.extract.article" in found
    assert {"asyncio", "httpx", "socket", "sqlite3", "sqlite_utils", "rich"} & found == set()

"""A site whose pages change, vanish and return, as the commands tell of it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from scraper.cli import app
from scraper.crawl.options import CrawlOptions
from scraper.crawl.run import crawl
from scraper.sites import all_sites
from tests.servers import NOT_FOUND, Edition, Server, article_page, article_path, serving

HOST = all_sites()["tj"].hosts[0]
EDITED, VANISHED = (f"https://{HOST}{article_path(number)}" for number in (1, 2))


def visit(server: Server, db: Path) -> None:
    crawl(CrawlOptions(db=db, sites=(all_sites()["tj"],), delay=0, connect_to=server.address))
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute(
            "UPDATE pages SET next_visit = discovered_at, last_visit = discovered_at WHERE kind = 'article'"
        )


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four crawls: as it was; one article edited, another gone; that one back."""
    path = tmp_path_factory.mktemp("history") / "archive.db"
    with serving(Edition(articles=3).answers()) as server:
        visit(server, path)
        server.answers[f"{HOST}{article_path(1)}"] = article_page(1, below="<p>　　更正：桥面青石为一百二十一块。</p>")
        server.answers[f"{HOST}{article_path(2)}"] = NOT_FOUND
        visit(server, path)
        server.answers[f"{HOST}{article_path(2)}"] = article_page(2)
        visit(server, path)
    return path


def run(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--db", str(archive)])


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_history_lists_versions_and_absences(archive: Path) -> None:
    edited, vanished = (objects(run(archive, "history", url, "--json")) for url in (EDITED, VANISHED))

    assert [(row["number"], row["cause"]) for row in edited] == [(1, "first"), (2, "page")]
    assert [(row["cause"], row["how"]) for row in vanished] == [("first", None), ("gone", "404"), ("returned", None)]
    assert "gone (404)" in run(archive, "history", VANISHED).stdout


def test_an_article_with_one_version_is_no_mistake(archive: Path) -> None:
    result = run(archive, "diff", VANISHED)

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{VANISHED} has one version; nothing to compare\n"


def test_diff_shows_what_was_added_and_folds_the_rest(archive: Path) -> None:
    shown = run(archive, "diff", EDITED)

    assert shown.exit_code == 0
    assert "{+\n\n更正：桥面青石为一百二十一块。+}" in shown.stdout
    assert "…" in shown.stdout
    (field,) = objects(run(archive, "diff", EDITED, "1", "2", "--json"))
    assert field["field"] == "body"
    assert [piece["kind"] for piece in field["pieces"]] == ["same", "added"]


def test_changes_answer_what_was_edited_and_what_is_gone(archive: Path) -> None:
    found = objects(run(archive, "changes", "--since", "2000", "--json"))

    assert {(row["kind"], row["url"]) for row in found} == {
        ("edited", EDITED),
        ("gone", VANISHED),
        ("returned", VANISHED),
    }
    assert [row["kind"] for row in objects(run(archive, "changes", "sh", "--since", "2000", "--json"))] == []
    assert [row["kind"] for row in objects(run(archive, "changes", "--since", "2000", "--kind", "gone", "--json"))] == [
        "gone"
    ]
    assert "正文" in run(archive, "changes", "--since", "2000").stdout


def test_reextract_says_what_would_change_and_asks_before_it_writes(archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with closing(sqlite3.connect(archive)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
        target.execute("UPDATE articles SET editor = '误读'")
        target.commit()

    dry = run(path, "reextract", "--dry-run", "--json")
    asked = run(path, "reextract")
    done = run(path, "reextract", "--yes", "--json")

    (summary,) = objects(dry)
    assert (summary["fields"]["editor"]["articles"], summary["written"]) == (3, 0)
    assert (asked.exit_code, "--yes" in asked.stderr) == (2, True)
    assert (done.exit_code, objects(done)[0]["written"]) == (0, 3)
    assert objects(run(path, "reextract", "--json"))[0]["changed"] == []


def test_changes_without_a_day_are_those_of_the_last_month(archive: Path) -> None:
    lately, before = run(archive, "changes", "--json"), run(archive, "changes", "--until", "2001-05")

    assert {row["kind"] for row in objects(lately)} == {"edited", "gone", "returned"}
    assert lately.stderr.startswith("the last 30 days, since 20") and lately.stderr.count("\n") == 1
    assert before.stderr == "nothing was edited, removed or put back until 2001-05\n"


MIDNIGHT = {
    # options: which of an edit in the last second of 30 April in Beijing and one in the first of 1 May
    ("--since", "2024-05-01"): ["after"],
    ("--since", "2024-04-30"): ["after", "before"],
    ("--until", "2024-04-30"): ["before"],
    ("--since", "2024-04-30", "--until", "2024-04-30"): ["before"],
    ("--since", "2024-05-01", "--until", "2024-05-01"): ["after"],
    ("--until", "2024-04"): ["before"],
    ("--since", "2024-05"): ["after"],
    ("--since", "2024", "--until", "2024"): ["after", "before"],
    ("--until", "2023"): [],
    ("--since", "9999"): [],
}


@pytest.mark.parametrize("options", MIDNIGHT)
def test_days_of_changes_begin_at_midnight_in_beijing(archive: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    path = tmp_path / "midnight.db"
    moments = {"2024-04-30T15:59:59.999+00:00": "before", "2024-04-30T16:00:00.000+00:00": "after"}
    with closing(sqlite3.connect(archive)) as source, closing(sqlite3.connect(path)) as target, target:
        source.backup(target)
        for moment, kind in zip(moments, ("gone", "returned"), strict=True):
            target.execute("UPDATE revisions SET seen_at = ? WHERE cause = ?", [moment, kind])
        target.execute("DELETE FROM revisions WHERE cause = 'page'")

    found = objects(run(path, "changes", *options, "--json"))

    assert [moments[row["when"]] for row in found] == MIDNIGHT[options]


BAD = {
    ("history", "https://www.tj.chinanews.com.cn/news/2024/0506/99999.shtml"): "the archive has no article",
    ("history", "https://example.org/"): "neither an id nor an address",
    ("history", "999"): "the archive has no article",
    ("diff", EDITED, "1", "9"): "no version 9",
    ("changes", "zz"): "no edition has the code 'zz'",
    ("changes", "--since", "yesterday"): "write 2022",
    ("changes", "--since", "2022", "--kind", "new"): "edited, gone or returned",
    ("changes", "nowhere", "--since", "2022"): "no edition",
    ("reextract", "nowhere"): "no edition",
}


@pytest.mark.parametrize("arguments", BAD)
def test_bad_input_is_one_line_and_code_2(archive: Path, arguments: tuple[str, ...]) -> None:
    result = run(archive, *arguments)

    assert result.exit_code == 2
    assert BAD[arguments] in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""

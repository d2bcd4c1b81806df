"""Verify, backup, restore, compact and forget, as their user runs them."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scraper.archive.lock import crawl_lock
from scraper.cli import app
from tests.archive.samples import new_archive, numbered, put


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    db = new_archive(path)
    put(db, *(numbered(number) for number in range(1, 4)))
    db.close()
    return path


def run(*arguments: str | Path, db: Path) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments), "--db", str(db)])


def damage(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql)


def test_verify_says_whole_or_names_the_damage_with_code_6(archive: Path) -> None:
    before = run("verify", db=archive)
    damage(archive, "UPDATE articles SET body = '改过的。' WHERE id = 2")
    after = run("verify", db=archive)
    as_json = run("verify", "--json", db=archive)

    assert (before.exit_code, before.stdout.startswith("whole: 1 body, 3 captures, 3 articles")) == (0, True)
    assert after.exit_code == as_json.exit_code == 6
    assert numbered(2).url in after.stdout
    *found, counts = [json.loads(line) for line in as_json.stdout.splitlines()]
    assert {row["url"] for row in found} == {numbered(2).url}
    assert (counts["damaged"], counts["articles"]) == (len(found), 3)


def test_a_backup_is_made_checked_and_put_back(archive: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"

    made = run("backup", copy, db=archive)
    checked = run("restore", copy, "--check", db=archive)
    refused = run("restore", copy, db=archive)
    forced = run("restore", copy, "--force", db=archive)

    assert [result.exit_code for result in (made, checked, refused, forced)] == [0, 0, 2, 0]
    assert "3 articles" in made.stdout
    assert "replaced-" in forced.stderr
    assert run("verify", db=archive).exit_code == 0


def test_a_damaged_backup_is_code_6(archive: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(archive, tmp_path / "copy.db"))
    damage(copy, "UPDATE bodies SET data = x'00'")

    checked, restored = run("restore", copy, "--check", db=archive), run("restore", copy, "--force", db=archive)

    assert checked.exit_code == restored.exit_code == 6
    assert run("backup", tmp_path / "other.db", db=copy).exit_code == 6
    assert not (tmp_path / "other.db").exists()


def test_forget_asks_lists_and_removes(archive: Path) -> None:
    url = numbered(2).url

    dry = run("forget", url, "--reason", "应要求", "--dry-run", "--json", db=archive)
    read = run("forget", url, "--reason", "应要求", "--dry-run", db=archive)
    asked = run("forget", url, "--reason", "应要求", db=archive)
    done = run("forget", url, "--reason", "应要求", "--yes", db=archive)
    later = run("history", url, db=archive)

    assert [result.exit_code for result in (dry, asked, done, later)] == [0, 2, 0, 2]
    assert json.loads(dry.stdout)["title"] == numbered(2).title
    assert url in read.stdout and numbered(2).title in read.stdout
    assert "应要求" in later.stderr
    assert run("verify", db=archive).exit_code == 0


def test_nothing_is_forgotten_or_put_back_while_a_crawl_runs(archive: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(archive, tmp_path / "copy.db"))

    with crawl_lock(archive):
        results = [
            run("forget", numbered(2).url, "--reason", "x", "--yes", db=archive),
            run("restore", copy, "--force", db=archive),
            run("compact", db=archive),
        ]

    assert [result.exit_code for result in results] == [75, 75, 75]
    assert run("history", numbered(2).url, db=archive).exit_code == 0


def test_compact_and_vacuum_leave_a_whole_archive(archive: Path) -> None:
    done = run("compact", "--vacuum", db=archive)

    assert done.exit_code == 0
    assert "nothing was left to compress again" in done.stderr and "MB" in done.stderr
    assert run("verify", db=archive).exit_code == 0


def test_why_of_a_forgotten_address_says_that_and_no_more(archive: Path) -> None:
    run("forget", numbered(2).url, "--reason", "asked for", "--yes", db=archive)

    told = run("why", numbered(2).url, db=archive).stdout.splitlines()

    assert [line[:15].strip() for line in told[1:]] == ["forgotten", "next visit"]
    assert "asked for" in told[1]


@pytest.mark.parametrize(("target", "options"), [("copies/", []), ("copies", ["--keep", "2"])])
def test_backup_makes_the_folder_that_was_meant(archive: Path, tmp_path: Path, target: str, options: list[str]) -> None:
    made = run("backup", f"{tmp_path}/{target}", *options, db=archive)

    assert made.exit_code == 0
    assert [path.name.startswith("archive-") for path in (tmp_path / "copies").iterdir()] == [True]


def test_backup_of_no_archive_leaves_no_folder(tmp_path: Path) -> None:
    assert run("backup", f"{tmp_path}/copies/", db=tmp_path / "archive.db").exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("options", [["--check"], []])
def test_what_is_no_backup_is_said_without_advice_for_an_archive(
    archive: Path, tmp_path: Path, options: list[str]
) -> None:
    (tmp_path / "page.html").write_bytes(b"<html>no backup</html>" * 50)

    done = run("restore", tmp_path / "page.html", *options, db=archive)

    assert done.exit_code == 6
    assert "is no whole backup" in done.stderr and "another" in done.stderr
    assert "--db" not in done.stderr and "index" not in done.stderr


BAD: dict[tuple[str, ...], str] = {
    ("forget", "https://www.tj.chinanews.com.cn/news/2024/0506/99999.shtml", "--reason", "x"): "knows no article",
    ("forget", "https://www.tj.*/none", "--reason", "x", "--yes"): "knows no article",
    ("forget", "*", "--reason", "x", "--yes"): "fit nearly everything",
    ("forget", "https://example.org/", "--reason", "x"): "nor an address of an edition",
    ("forget", "https://www.tj.chinanews.com.cn/*", "--reason", " "): "--reason is empty",
    ("restore", "no-such-file.db"): "there is no backup at no-such-file.db",
    ("restore", "no-such-file.db", "--check"): "there is no backup at no-such-file.db",
    ("backup", "no-such-folder/copy.db"): "is not a folder",
    ("backup", "README.md", "--keep", "2"): "is no folder",
    ("backup", "no-such-folder/copies/"): "is not a folder",
    ("backup", ""): "PATH is empty",
    ("compact", "nowhere"): "no edition",
}


@pytest.mark.parametrize("arguments", BAD)
def test_bad_input_is_one_line_and_code_2(archive: Path, arguments: tuple[str, ...]) -> None:
    result = run(*arguments, db=archive)

    assert result.exit_code == 2
    assert BAD[arguments] in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["verify", "compact", "history 1", "changes --since 2022", "reextract"])
def test_without_an_archive_there_is_nothing_to_keep(tmp_path: Path, command: str) -> None:
    result = run(*command.split(), db=tmp_path / "archive.db")

    assert result.exit_code == 2
    assert "there is no archive" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_forget_takes_an_id_as_show_does(archive: Path) -> None:
    listed = run("forget", "2", "--reason", "x", "--dry-run", db=archive)
    unknown = run("forget", "99", "--reason", "x", "--dry-run", db=archive)

    assert (listed.exit_code, unknown.exit_code) == (0, 2)
    assert numbered(2).url in listed.stdout
    assert listed.stdout.endswith("(1 capture)\n")
    assert "has no article 99" in unknown.stderr

"""`scraper stories`, `export` and `import` as their user runs them."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.archive.samples import fixture_articles, new_archive, put
from tests.commands import run

UNWRITABLE = "n" * 300
"""A name that no file system takes; to the superuser every folder is writable."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("commands") / "archive.db"
    db = new_archive(path)
    put(db, *(article for article in fixture_articles() if article.site in ("sh", "www")))
    db.close()
    return path


def test_stories_names_the_first_publisher_and_the_differences(archive: Path) -> None:
    done = run("stories", "--db", str(archive), "--json")

    (story,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert story["publisher"] == "www"
    assert [member["site"] for member in story["members"]] == ["www", "sh"]
    assert story["members"][1]["differences"]["minutes_later"] > 0


def test_stories_of_one_article_for_reading(archive: Path) -> None:
    with closing(sqlite3.connect(archive)) as db:
        (url,) = db.execute("SELECT url FROM articles JOIN story_members ON article = id WHERE site = 'sh'").fetchone()

    done = run("stories", url, "--db", str(archive))

    assert done.returncode == 0
    assert "first" in done.stdout and "same text" in done.stdout and url in done.stdout


def test_a_day_without_stories_is_named(archive: Path) -> None:
    done = run("stories", "--since", "2099-01", "--db", archive)

    assert (done.returncode, done.stderr) == (0, "no text was printed twice since 2099-01\n")


def test_comparing_anew_says_so_once(tmp_path: Path) -> None:
    db = new_archive(tmp_path / "a.db")
    put(db, *(article for article in fixture_articles() if article.site == "sh"))
    db.close()

    said = run("stories", "--rebuild", "--db", tmp_path / "a.db").stderr

    assert said.count("compared") == 1


def test_an_archive_without_pictures_says_how_they_are_kept(archive: Path, tmp_path: Path) -> None:
    done = run("export", "pictures", tmp_path / "out", "--full-text", "--db", archive)

    assert (done.returncode, "0 pictures" in done.stderr, "crawl --media" in done.stderr) == (0, True, True)


def test_export_to_stdout_is_only_records(archive: Path) -> None:
    done = run("export", "jsonl", "--site", "sh", "--db", str(archive))

    assert {json.loads(line)["site"] for line in done.stdout.splitlines()} == {"sh"}
    assert "articles written" in done.stderr


def test_out_and_back_by_command(archive: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"

    codes = [
        run("export", "jsonl", str(one), "--full-text", "--db", str(archive)).returncode,
        run("import", str(one), "--db", str(tmp_path / "b.db")).returncode,
        run("export", "jsonl", str(two), "--full-text", "--db", str(tmp_path / "b.db")).returncode,
    ]

    assert codes == [0, 0, 0]
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("export", "xml"), 2, "no format"),
        (("export", "warc", "a.warc.gz"), 2, "--full-text"),
        (("export", "warc", "--full-text"), 2, "needs a file"),
        (("export", "jsonl", "/nowhere/a"), 2, "not a folder"),
        (("export", "jsonl", "--since", "soon"), 2, "--since"),
        (("export", "jsonl", UNWRITABLE), 78, "can't be written"),
        (("backup", UNWRITABLE), 78, "can't be"),
        (("export", "jsonl", str(Path(__file__).parent)), 2, "is a folder"),
        (("import", "/nowhere"), 2, "can't be read"),
        (("import", __file__), 65, "nothing was imported"),
        (("stories", "nonsense"), 2, "neither an id nor an address"),
        (("stories", "999999"), 2, "no article"),
    ],
)
def test_bad_input_is_one_line_and_its_exit_code(
    arguments: tuple[str, ...], code: int, says: str, archive: Path
) -> None:
    done = run(*arguments, "--db", str(archive))

    assert done.returncode == code
    assert says in done.stderr and done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_failed_import_leaves_no_empty_archive(tmp_path: Path) -> None:
    (tmp_path / "records.jsonl").write_text('{"no": "record"}\n')

    done = run("import", tmp_path / "records.jsonl", "--db", tmp_path / "new.db")

    assert done.returncode == 65
    assert [path.name for path in tmp_path.iterdir() if path.name != "new.db.lock"] == ["records.jsonl"]


def test_a_failed_import_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "records.jsonl").write_text('{"no": "record"}\n')
    new_archive(tmp_path / "empty.db").close()

    assert run("import", tmp_path / "records.jsonl", "--db", tmp_path / "empty.db").returncode == 65
    assert (tmp_path / "empty.db").exists()


def test_a_wacz_is_told_from_other_files(tmp_path: Path) -> None:
    (tmp_path / "a.wacz").write_bytes(b"PK\x03\x04" + bytes(30))

    done = run("import", tmp_path / "a.wacz", "--db", tmp_path / "new.db")

    assert (done.returncode, "unpack it" in done.stderr) == (65, True)


@pytest.mark.parametrize(("name", "begins"), [("a.warc", b"WARC/1.1"), ("a.warc.gz", b"\x1f\x8b"), ("a", b"\x1f\x8b")])
def test_a_warc_is_compressed_as_its_name_says(archive: Path, tmp_path: Path, name: str, begins: bytes) -> None:
    done = run("export", "warc", tmp_path / name, "--full-text", "--db", archive)

    assert done.returncode == 0
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert run("import", tmp_path / name, "--db", tmp_path / "b.db").returncode == 0

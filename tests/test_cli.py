"""The commands as their user runs them."""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer.main import get_command

from scraper.cli import app, speech
from scraper.demo import FIXTURES, FixtureServer, fixture_site, load_pages
from scraper.show.tables import table
from tests.commands import Done, run, run_process

PAGE = FIXTURES / "ha" / "five-stories" / "page.html"
URL = "https://www.ha.chinanews.com.cn/news/hnxw/2022/0720/43512.shtml"
SEARCH_FIELDS = {"url", "title", "site", "published_at", "source", "snippet", "score"}


@pytest.fixture(scope="module")
def site() -> Iterator[FixtureServer]:
    with fixture_site(load_pages()) as server:
        yield server


@pytest.fixture(scope="module")
def archive(site: FixtureServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of Henan, Shanghai and Hong Kong, crawled by the command."""
    path = tmp_path_factory.mktemp("cli") / "archive.db"
    done = crawl(site, path, "ha", "sh", "hk")
    assert done.returncode == 0, done.stderr
    return path


def crawl(site: FixtureServer, db: Path, *arguments: str) -> Done:
    address = "{}:{}".format(*site.address)
    return run("crawl", *arguments, "--db", str(db), "--connect-to", address, "--delay", "0")


def lines(done: Done) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_crawl_archives_every_article_of_the_listings(archive: Path) -> None:
    counts = dict(sqlite3.connect(archive).execute("SELECT site, count(*) FROM articles GROUP BY site").fetchall())

    assert counts == {"ha": 16, "sh": 4, "hk": 2}


def test_learn_prints_python_and_a_patch_or_says_what_it_lacks(archive: Path) -> None:
    learned, too_few = (run("sites", "learn", code, "--db", str(archive)) for code in ("sh", "hk"))

    assert learned.returncode == 0
    assert re.search(r"^ +# sh: \d captures .* read by sh-cms today; title", learned.stdout)
    assert "--- a/scraper/sites/sh.py" in learned.stdout or "has these selectors already" in learned.stdout
    assert too_few.returncode == 2
    assert (
        "has 2 article pages of hk, and a template shows in 3 or more: run `scraper crawl hk` first" in too_few.stderr
    )


def test_crawling_again_fetches_no_article_again(site: FixtureServer, archive: Path) -> None:
    articles = {url.removeprefix("https://") for (url,) in sqlite3.connect(archive).execute("SELECT url FROM articles")}
    before = len(site.requests)

    done = crawl(site, archive, "ha", "sh", "hk")

    assert done.returncode == 0
    assert articles.isdisjoint(site.requests[before:])


def test_crawl_json_is_one_object_an_edition(site: FixtureServer, tmp_path: Path) -> None:
    done = crawl(site, tmp_path / "a.db", "tj", "--json")

    assert [(line["site"], line["archived"], line["failed"]) for line in lines(done)] == [("tj", 2, 0)]


def test_limit_is_per_edition(site: FixtureServer, tmp_path: Path) -> None:
    done = crawl(site, tmp_path / "a.db", "ha", "sh", "--limit", "1", "--json")

    assert [line["archived"] for line in lines(done)] == [1, 1]


def test_extract_prints_the_record() -> None:
    done = run("extract", str(PAGE), "--url", URL, "--json")

    record = lines(done)[0]
    assert done.returncode == 0
    assert (record["site"], record["region"], record["channel"]) == ("ha", "河南", "头条")
    assert record["layout"] == "ha-neiron"


def test_extract_reads_stdin_and_can_leave_the_layouts_out() -> None:
    done = run("extract", "-", "--url", URL, "--json", "--no-layouts", stdin=PAGE.read_bytes())

    assert lines(done)[0]["layout"] == "labels"


@pytest.mark.parametrize("query", ["船", "书屋", "书屋里", "老渡口书屋", "書屋", "FieldNote"])
def test_search_finds_words_of_any_length(archive: Path, query: str) -> None:
    found = lines(run("search", query, "--db", str(archive), "--json"))

    assert found
    assert found[0].keys() >= SEARCH_FIELDS


def test_search_marks_its_hits_in_plain_text(archive: Path) -> None:
    done = run("search", "书屋", "--db", str(archive), "--limit", "1")

    assert "«书屋»" in done.stdout


def test_search_filters_and_sorts(archive: Path) -> None:
    done = run(
        "search",
        "的",
        "--db",
        str(archive),
        "--json",
        "--site",
        "ha",
        "--since",
        "2023",
        "--until",
        "2024-12",
        "--sort",
        "date",
    )

    times = [str(line["published_at"]) for line in lines(done)]
    assert times == sorted(times, reverse=True)
    assert all("2023" <= time < "2025" for time in times)
    assert {line["site"] for line in lines(done)} == {"ha"}


def test_search_without_a_hit_says_so_and_succeeds(archive: Path) -> None:
    done = run("search", "龘靐齉", "--db", str(archive))

    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing found" in done.stderr


def test_show_takes_an_id_or_any_form_of_the_address(archive: Path) -> None:
    twin = URL.replace("https://", "http://").replace(".com.cn", ".com") + "?utm_source=x#top"

    done = run("show", twin, "--db", str(archive))

    assert done.returncode == 0
    assert "河水清 麦穗黄" in done.stdout
    assert "不代表中新社" in done.stdout
    assert URL in done.stdout


def test_status_and_sites_say_how_it_stands(archive: Path) -> None:
    rows = {line["site"]: line for line in lines(run("status", "--db", str(archive), "--json"))}
    editions = lines(run("sites", "--db", str(archive), "--json"))

    assert ("ha", "河南") in {(row["site"], row["region"]) for row in editions}
    assert rows["ha"]["articles"] == 16
    assert rows["ha"]["failures"] == {
        "gone": 3
    }  # two articles, and the list's next page, which the site links and lacks
    assert len(editions) == 33


BAD = {
    "missing file": (["extract", "no-such-file", "--url", URL], 2, "no-such-file"),
    "unknown host": (["extract", str(PAGE), "--url", "https://example.com/x.shtml"], 2, "example.com"),
    "a home page for an article's": (["extract", str(PAGE), "--url", "http://www.ha.chinanews.com/"], 2, "home page"),
    "no page at all": (["extract", "", "--url", URL], 2, "FILE|- is empty"),
    "nothing to import": (["import", "", "--db", "a.db"], 2, "PATH is empty"),
    "unknown edition": (["crawl", "zz", "--contact", "a@example.org"], 2, "zz"),
    "no contact": (["crawl", "ha"], 78, "contact"),
    "contact that is none": (["crawl", "ha", "--contact", "me"], 78, "me"),
    "impolite delay": (["crawl", "ha", "--contact", "a@example.org", "--delay", "0.2"], 2, "delay"),
    "bad address": (["crawl", "ha", "--connect-to", "nowhere"], 2, "nowhere"),
    "watch without a name": (["search", "黄河", "--watch", ""], 2, "--watch is empty"),
    "nothing to forget": (["watch", "--forget", " "], 2, "--forget is empty"),
    "no watch": (["watch", ""], 2, "NAME is empty"),
    "no fields": (["search", "黄河", "--fields", ""], 2, "--fields is empty"),
    "only commas": (["search", "黄河", "--fields", ","], 2, "there are url"),
    "no place for a copy": (["backup", ""], 2, "PATH is empty"),
    "no file for an export": (["export", "csv", ""], 2, "OUT is empty"),
    "missing archive": (["search", "黄河", "--db", "no-such.db"], 2, "no-such.db"),
    "missing folder": (
        ["crawl", "ha", "--contact", "a@example.org", "--db", "/no/such/folder/a.db"],
        2,
        "/no/such/folder",
    ),
    "not a database": (["status", "--db", str(PAGE)], 6, "page.html"),
    "bad date": (["search", "黄河", "--db", "x.db", "--since", "2022-13"], 2, "2022-13"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_and_its_exit_code(name: str, tmp_path: Path) -> None:
    arguments, code, named = BAD[name]

    done = run(*arguments, cwd=tmp_path)

    assert done.returncode == code, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


PAGES = {
    "empty": (b"", "empty"),
    "pdf": (b"%PDF-1.7 ...", "PDF"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
    "listing": ((FIXTURES / "ha" / "listing" / "page.html").read_bytes(), "not an article"),
    "error page": ((FIXTURES / "ha" / "gone" / "page.html").read_bytes(), "not an article"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_is_no_article_ends_with_65(name: str) -> None:
    page, named = PAGES[name]

    done = run("extract", "-", "--url", URL, stdin=page)

    assert (done.returncode, done.stdout) == (65, "")
    assert named in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("query", ["，。！", "\u3000", "-", '"', "()"])
def test_a_query_of_punctuation_is_refused_in_one_line(archive: Path, query: str) -> None:
    done = run("search", "--db", str(archive), "--", query)

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_an_archive_of_a_newer_version_is_left_alone(archive: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.db"
    newer.write_bytes(archive.read_bytes())
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 9999")

    done = run("search", "黄河", "--db", str(newer))

    assert done.returncode == 78
    assert "newer version" in done.stderr


def test_a_damaged_archive_is_named(archive: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.db"
    raw = bytearray(archive.read_bytes())
    raw[100:4096] = b"\xff" * 3996
    damaged.write_bytes(raw)

    done = run("status", "--db", str(damaged))

    assert done.returncode == 6
    assert "damaged.db" in done.stderr


def test_scraped_text_cannot_move_the_cursor(archive: Path, tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.db"
    hostile.write_bytes(archive.read_bytes())
    with sqlite3.connect(hostile) as connection:
        connection.execute("UPDATE articles SET title = '\x1b[2J红\u202e题[bold]x[/bold]' WHERE id = 1")

    done = run("show", "1", "--db", str(hostile))

    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "[bold]x[/bold]" in done.stdout


@pytest.mark.parametrize("width", [40, 80, 300])
def test_tables_are_whole_on_any_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = table("edition", "last good crawl", "evidence")
    shown.add_row("ha  河南", "2026-11-25 23:02 " * 3, "read in the site's own pages " * 3)
    screen = Console(file=StringIO(), width=width, force_terminal=True, color_system=None)
    monkeypatch.setattr(speech, "stdout", lambda: screen)

    speech.print_table(shown)

    printed = screen.file.getvalue()  # type: ignore[attr-defined]  # it is the StringIO above
    assert "2026-11-25 23:02 2026-11-25 23:02 2026-11-25 23:02" in printed
    assert "…" not in printed


COMMANDS_THAT_PRINT_TITLES = [
    "show 1", "search 红", "stories", "status", "history 1", "doctor",
    "why https://www.ha.chinanews.com.cn/news/hnxw/2022/0720/43512.shtml", "reextract --dry-run", "sites",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS_THAT_PRINT_TITLES)
@pytest.mark.parametrize("form", ["", "--json"])
def test_nothing_scraped_is_obeyed_by_a_terminal(archive: Path, tmp_path: Path, command: str, form: str) -> None:
    hostile = tmp_path / "hostile.db"
    hostile.write_bytes(archive.read_bytes())
    evil = "\x1b]8;;http://x\x07\x1b[2J\x9b31m红\u202e题[bold]x[/bold][/]\r\u2066"
    with sqlite3.connect(hostile) as connection:
        connection.execute("UPDATE articles SET title = ?1, source = ?1, editor = ?1, channel = ?1", [evil])
        connection.execute("UPDATE images SET caption = ?1, alt = ?1", [evil])
        connection.execute("UPDATE pages SET link_text = ?1, error_text = ?1", [evil])
        connection.execute("UPDATE problems SET text = ?1", [evil])

    done = run(*command.split(), *form.split(), "--db", hostile)

    assert done.returncode in (0, 78), done.stderr  # 78: `doctor` misses a contact
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", done.stdout + done.stderr)
    assert all(isinstance(json.loads(line), dict) for line in done.stdout.splitlines() if form)


def test_help_names_every_command_and_exit_code() -> None:
    done = run_process("--help")

    assert all(
        command in done.stdout for command in ("crawl", "extract", "search", "show", "status", "sites", "serve", "demo")
    )
    assert "75 already running" in " ".join(done.stdout.split())


def test_status_says_when_an_edition_is_next_due_and_whether_its_host_rests(archive: Path, tmp_path: Path) -> None:
    copy = tmp_path / "archive.db"
    with sqlite3.connect(archive) as source, sqlite3.connect(copy) as target:
        source.backup(target)
        target.execute(
            "UPDATE hosts SET backoff_until = '2999-01-01T00:00:00.000+00:00' WHERE host = 'www.sh.chinanews.com.cn'"
        )
        target.commit()

    rows = {row["site"]: row for row in lines(run("status", "--db", str(copy), "--json"))}
    shown = run("status", "--db", str(copy)).stdout

    assert rows["sh"]["rests_until"] == "2999-01-01T00:00:00.000+00:00"
    assert rows["ha"]["rests_until"] is None
    assert str(rows["ha"]["next_due"]) > str(rows["ha"]["last_good_crawl"])
    assert "rests until 2999-01-01 08:00" in shown


def test_keepers_commands_answer_from_the_archive(archive: Path) -> None:
    doctor = run("doctor", "--db", str(archive), "--json", SCRAPER_CONTACT="desk@example.org")
    why = run("why", "http://www.ha.chinanews.com/news/hnxw/2022/0720/43512.shtml#top", "--db", str(archive), "--json")
    config = run("config", "--db", str(archive), "--json", SCRAPER_CONTACT="desk@example.org")
    schedule = run("schedule", "--db", str(archive))

    assert {finding["check"] for finding in lines(doctor)} >= {"contact", "database", "search index", "stored bytes"}
    assert doctor.returncode == 0, doctor.stdout
    assert lines(why)[0]["url"] == URL
    assert {"setting": "contact", "value": "desk@example.org", "from": "SCRAPER_CONTACT"} in lines(config)
    assert f"--db {archive}" in schedule.stdout and "no contact is set" in schedule.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["why", "https://example.org/1.shtml"], 2, "would never be fetched"),
        (["why", "-x"], 2, "No such option"),
        (["doctor", "--db", "/nowhere/archive.db"], 2, "there is no archive"),
        (["config", "--config", "/nowhere/scraper.toml"], 78, "can't be read"),
        (["config", "--template", "--json"], 2, "leave --json out"),
        (["schedule", "--db", "two\nlines/archive.db"], 2, "no crontab"),
        (["serach", "船"], 2, "Did you mean 'search'"),
        (["search", "船", "--limit", "many"], 2, "scraper search --help"),
        (["search", "船", "--offset", "9" * 30], 2, "--offset"),
    ],
)
def test_keepers_commands_refuse_in_one_line(arguments: list[str], code: int, said: str) -> None:
    done = run(*arguments)

    assert done.returncode == code
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_word_behind_a_minus_needs_no_quotes(archive: Path) -> None:
    def found(*query: str) -> set[object]:
        return {hit["id"] for hit in lines(run("search", *query, "--db", str(archive), "--json", "--limit", "100"))}

    without = found("镇", "-书屋")

    assert without == found("镇 -书屋") and without < found("镇")


def test_a_search_option_that_is_none_is_refused(archive: Path) -> None:
    done = run("search", "镇", "--limt", "5", "--db", str(archive))

    assert (done.returncode, done.stdout) == (2, "")
    assert "no such option: --limt" in done.stderr


BOTH_WAYS = {
    "demo": "--db",
    "search": "书屋 --json",
    "watch": "none",
    "show": "1",
    "stories": "--json",
    "extract": f"{PAGE} --url {URL} --json",
    "history": "1",
    "diff": "1 1 9",
    "changes": "--since 2000 --json",
    "doctor": "--json",
    "why": f"{URL} --json",
    "config": "--template",
    "verify": "",
    "backup": "no/such/folder/copy.db",
    "restore": "archive.db --check",
    "reextract": "nowhere",
    "forget": "1 --reason 应要求 --dry-run",
    "export": "jsonl --site sh",
    "import": "no-such-file.jsonl",
    "index": "--check",
}
AS_PROCESS_ELSEWHERE = {"crawl", "sites", "serve", "status", "schedule", "compact"}  # test_exit_codes.py, test_serve.py


def test_every_command_is_started_as_a_process() -> None:
    root = get_command(app)

    assert set(root.list_commands(typer.Context(root))) == BOTH_WAYS.keys() | AS_PROCESS_ELSEWHERE  # type: ignore[attr-defined]  # a group


@pytest.mark.parametrize("command", BOTH_WAYS)
def test_a_command_answers_alike_as_a_process(archive: Path, tmp_path: Path, command: str) -> None:
    shutil.copy(archive, tmp_path / "archive.db")
    arguments = [command, *BOTH_WAYS[command].split()]

    typed, started = run(*arguments, cwd=tmp_path), run_process(*arguments, cwd=tmp_path)

    assert (started.returncode, started.stderr, started.stdout) == (typed.returncode, typed.stderr, typed.stdout)
    assert started.stdout or started.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("search", "湿地", "--limit", "abc"), "'--limit': write a whole number;"),
        (("search", "湿地", "--limit", "0"), "'--limit': it must be at least 1;"),
        (("crawl", "--delay", "9999"), "'--delay': it can be at most 3600;"),
        (("show", "abc"), "'abc' is neither an id nor an address of an edition\n"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_plain_words(archive: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments, "--db", str(archive))

    assert done.returncode == 2
    assert said in done.stderr


def test_codes_of_editions_may_be_written_in_capitals(archive: Path) -> None:
    small, capital = (run("search", "的", "--site", code, "--json", "--db", str(archive)) for code in ("ha", "HA"))

    assert small.returncode == 0
    assert small.stdout == capital.stdout != ""

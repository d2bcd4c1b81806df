"""`search`, `watch` and `index` as their user types them."""

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scraper.cli import app
from scraper.models import Image
from tests.archive.samples import new_archive, numbered, put
from tests.archive.story_pairs import wire_texts

BRIDGE = numbered(
    1, title="溪口镇老桥修缮完工", body="桥面由一百二十块青石铺成。", images=(), published_at="2024-05-06T09:30+08:00"
)
RIVER = numbered(
    2, title="黄河大堤加固", body="岸边的人们到场。", editor="赵六", channel="社会", published_at="2022-07-20T00:00+08:00",
    images=(Image("https://x/1.jpg", caption="黄河边的老桥。李四 摄"),),
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    with closing(new_archive(path)) as db:
        put(db, BRIDGE, RIVER)
    return path


def run(path: Path, *arguments: str) -> Result:
    command, *rest = arguments
    return CliRunner().invoke(app, [command, "--db", str(path), *rest], env={"NO_COLOR": "1"})


def titles(result: Result) -> list[str]:
    return [json.loads(line)["title"] for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["老桥"], [BRIDGE.title, RIVER.title]),
        (["老桥", "--editor", "赵"], [RIVER.title]),
        (["老桥", "--channel", "社会"], [RIVER.title]),
        (["老桥", "--author", "李四", "--until", "2022"], [RIVER.title]),
        (["老桥", "--source", "溪口"], [BRIDGE.title, RIVER.title]),
        (["--site", "tj"], [BRIDGE.title, RIVER.title]),
        (["老桥", "--offset", "1"], [RIVER.title]),
        (["老桥", "--limit", "1"], [BRIDGE.title]),
        (["(青石 OR 大堤)", "since:2023"], [BRIDGE.title]),
    ],
)
def test_options_and_language_narrow_a_search(path: Path, arguments: list[str], expected: list[str]) -> None:
    assert titles(run(path, "search", *arguments, "--json")) == expected


def test_counts_fields_and_explanations_are_printed(path: Path) -> None:
    assert run(path, "search", "老桥", "--count").stdout == "2\n"
    assert run(path, "search", "老桥", "--fields", "id,title", "--limit", "1").stdout == f"1\t{BRIDGE.title}\n"
    explained = json.loads(run(path, "search", "老桥 -大堤 since:2023", "--explain").stdout)
    assert explained["query"] == "老桥 and from 2023, without 大堤"
    assert "老桥" in explained["match"]
    assert explained["plan"]


def test_each_story_is_printed_once_with_its_copies(tmp_path: Path) -> None:
    path = tmp_path / "stories.db"
    body = wire_texts()[0]
    with closing(new_archive(path)) as db:
        put(
            db,
            *(
                numbered(n, title="通稿", body=body, images=(), region=region)
                for n, region in ((1, "天津"), (2, "上\x1b[1m海"))
            ),
        )

    shown = run(path, "search", "通稿", "--unique")
    (record,) = (json.loads(line) for line in run(path, "search", "通稿", "--unique", "--json").stdout.splitlines())

    assert len(run(path, "search", "通稿", "--json").stdout.splitlines()) == 2
    assert "(+1 copy: 天津)" in shown.stdout
    assert [copy["region"] for copy in record["copies"]] == ["天津"]
    assert run(path, "search", "通稿", "--unique", "--count").stdout == "1\n"
    assert "\x1b" not in run(path, "search", "通稿", "--unique", "--sort", "oldest").stdout


def test_a_hit_in_a_caption_is_shown_with_offsets(path: Path) -> None:
    (record,) = (json.loads(line) for line in run(path, "search", "caption:老桥", "--json").stdout.splitlines())

    start, end = record["hits"][0]
    assert record["snippet"][start:end] == "老桥"
    assert record["snippet_from"] == "captions"
    assert "图：" in run(path, "search", "caption:老桥").stdout


def test_notes_totals_and_suggestions_go_to_stderr(path: Path) -> None:
    note = run(path, "search", "“老桥")
    more = run(path, "search", "老桥", "--limit", "1")
    filtered = run(path, "search", "老桥", "--since", "2030")
    near = run(path, "search", "老挢")

    assert "note: " in note.stderr
    assert "1-1 of 2" in more.stderr
    assert "without --since: 2" in filtered.stderr
    assert "老桥 for 老挢" in near.stderr
    assert filtered.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["search", "，。"], 2, "nothing to look for"),
        (["search"], 2, "nothing to look for"),
        (["search", "桥", "--fields", "a"], 2, "--fields"),
        (["search", "桥", "--since", "2022-13"], 2, "2022-13"),
        (["search", "老桥", "--open", "9"], 2, "there are 2 results"),
        (["search", "老桥", "--watch", " "], 2, "watch"),
        (["watch", "none"], 2, "no watch is named"),
        (["index", "--check", "--rebuild"], 2, "--check"),
    ],
)
def test_wrong_input_is_one_line(path: Path, arguments: list[str], code: int, said: str) -> None:
    done = run(path, *arguments)

    assert (done.exit_code, done.stdout) == (code, "") or "--open" in arguments
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_open_opens_the_original(path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(browser))
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "xdg-open").symlink_to(browser)

    done = run(path, "search", "黄河", "--open", "1")

    assert done.exit_code == 0
    assert RIVER.url in done.stderr


def test_a_watch_tells_each_article_once(path: Path) -> None:
    assert run(path, "search", "老桥", "--channel", "要闻", "--watch", "桥").exit_code == 0
    before = run(path, "watch")
    with closing(new_archive(path)) as db:
        put(db, replace(BRIDGE, url=f"{BRIDGE.url}?3", title="老桥通车"), replace(RIVER, url=f"{RIVER.url}?4"))
    listed, first, second = run(path, "watch", "--list"), run(path, "watch", "--json"), run(path, "watch", "桥")
    again = run(path, "search", "老桥", "--watch", "桥")
    forgotten = run(path, "watch", "--forget", "桥")

    assert (before.stdout, before.exit_code) == ("", 0)
    assert "老桥 --channel 要闻" in listed.stdout
    assert [json.loads(line)["title"] for line in first.stdout.splitlines()] == ["老桥通车"]
    assert (second.stdout, second.exit_code) == ("", 0)
    assert again.exit_code == 2
    assert forgotten.exit_code == 0
    assert run(path, "watch", "--list").stdout == ""


def test_a_watch_tells_each_story_once_also_when_it_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "stories.db"
    body, other = wire_texts()[:2]
    copy = numbered(1, title="通稿", body=body, images=())
    with closing(new_archive(path)) as db:
        put(db, copy)
    run(path, "search", "通稿", "--unique", "--watch", "once")
    run(path, "search", "通稿", "--watch", "every")

    with closing(new_archive(path)) as db:
        put(db, numbered(2, title="通稿", body=body, images=(), region="上海"))
        put(db, *(numbered(n, title="通稿", body=other, images=()) for n in (3, 4)))
    once = [json.loads(line) for line in run(path, "watch", "once", "--json").stdout.splitlines()]
    every = run(path, "watch", "every", "--json").stdout.splitlines()

    assert len(every) == 3
    assert [len(record["copies"]) for record in once] == [1]
    assert json.loads(run(path, "watch", "--list", "--json").stdout.splitlines()[1])["unique"]


def test_index_checks_rebuilds_and_packs(path: Path) -> None:
    assert run(path, "index", "--check").exit_code == 0
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO articles_fts(rowid, tokens) VALUES (9, '多余')")
    broken = run(path, "index", "--check", "--json")
    rebuilt = run(path, "index", "--rebuild")

    assert broken.exit_code == 6
    assert json.loads(broken.stdout)["extra"] == [9]
    assert "--rebuild" in broken.stderr
    assert "2 articles indexed" in rebuilt.stdout
    assert run(path, "index", "--check").exit_code == 0
    assert json.loads(run(path, "index", "--optimize", "--json").stdout)["optimized"]


@pytest.mark.parametrize(
    "text", ["黄" * 10_000, '"' * 99, "老桥 \x1b[2J\0", "NEAR(老桥, 3)", "'; DROP TABLE articles --", "((((老桥"]
)
def test_whatever_is_typed_there_is_an_answer_or_one_line(path: Path, text: str) -> None:
    done = CliRunner().invoke(app, ["search", "--db", str(path), "--", text])

    assert done.exit_code in (0, 2)
    assert "bug" not in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_a_file_that_cannot_be_written_is_searched(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE articles SET body = '麦收时节' WHERE id = 2")
        connection.execute("PRAGMA journal_mode = DELETE")
    path.chmod(0o444)

    assert run(path, "search", "麦收时节", "--count").stdout == "1\n"

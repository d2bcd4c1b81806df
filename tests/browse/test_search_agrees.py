"""Datasette with the plugin finds what `scraper search --sort date` finds, in the same order."""

import json
import os
import random
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from scraper.archive.database import Database
from scraper.archive.folding import units
from scraper.archive.search import matching_ids, search
from scraper.cli import app
from tests.browse.conftest import Browser

QUERIES = int(os.environ.get("SCRAPER_QUERIES", "60"))
"""`make fuzz` asks five hundred."""


def random_queries(archive: Database, count: int) -> list[str]:
    """Parts of stored texts, alone and joined by everything the language has."""
    rng = random.Random(count)
    rows = archive.execute("SELECT title, body, captions, source, editor, site, published_at FROM articles").fetchall()

    def part(longest: int = 8) -> str:
        while True:
            text = rng.choice([text for text in rng.choice(rows)[:3] if text])
            at = rng.randrange(len(text))
            found = str(text)[at : at + rng.randint(1, longest)].replace("\n", "")
            if units(found):
                return found

    def word() -> str:
        return "".join(character for character in part() if character.isalnum()) or "居民"

    forms: list[Callable[[], str]] = [
        part, part, part,
        lambda: f'"{part()}"',
        lambda: f"{word()} {word()}",
        lambda: f"{word()} OR {word()}",
        lambda: f"{word()} -{word()}",
        lambda: f"({word()} | {word()}) title:{word()[:2]}",
        lambda: f"caption:{word()[:2]}",
        lambda: f"{word()[:1]} site:{rng.choice(rows)[5]}",
        lambda: f"{word()[:2]} since:{rng.choice(rows)[6][: rng.choice((4, 7, 10))]}",
        lambda: f"until:{rng.choice(rows)[6][:7]} {word()[:1]}",
        lambda: f"source:{(rng.choice(rows)[3] or '中新')[:2]} NOT {word()}",
        lambda: f"editor:{(rng.choice(rows)[4] or '方')[:1]}",
    ]  # fmt: skip
    return [form() for form in rng.choices(forms, k=count)]


def test_random_queries_find_the_same_in_the_same_order(browser: Browser, archive: Database) -> None:
    times = dict(archive.execute("SELECT id, published_at FROM articles").fetchall())
    found_some = 0

    for query in random_queries(archive, QUERIES):
        shown, listed = browser.ids(query), matching_ids(archive, query)

        assert sorted(shown) == sorted(listed), query
        assert [times[one] for one in shown] == [times[one] for one in listed], query
        found_some += bool(listed)

    assert found_some > QUERIES / 2


def test_the_page_shows_what_the_command_prints_for_random_searches(
    browser: Browser, archive: Database, archive_path: Path
) -> None:
    rng = random.Random(QUERIES)
    found_some = 0

    for query in random_queries(archive, QUERIES // 2):
        asked = _random_options(archive, rng)
        options = [f"--{name}={value}" for name, value in asked.items() if name != "unique"]
        options += ["--unique"] if "unique" in asked else []
        printed = _printed(archive_path, query, *options)
        first = browser.get("/-/search.json", q=query, **asked).json()
        second = browser.get("/-/search.json", q=query, page=2, **asked).json()

        shown = [(hit["id"], hit["copies"]) for hit in first["hits"] + second["hits"]]
        expected = [(hit["id"], hit["copies"]) for hit in printed]
        assert [(one, [copy["id"] for copy in copies]) for one, copies in shown] == [
            (one, [copy["id"] for copy in copies]) for one, copies in expected
        ], (query, asked)
        assert _printed(archive_path, query, "--count", *options) == [{"total": first["total"]}], (query, asked)
        found_some += bool(printed)

    assert found_some > QUERIES / 8


def _random_options(archive: Database, rng: random.Random) -> dict[str, str]:
    row = archive.execute(
        "SELECT site, published_at FROM articles ORDER BY id LIMIT 1 OFFSET ?", [rng.randrange(30)]
    ).fetchone()
    size = rng.choice((4, 7, 10))
    every = {
        "site": row[0],
        "since": row[1][:size],
        "until": row[1][:size],
        "sort": rng.choice(("relevance", "date", "oldest")),
        "unique": "1",
    }
    return {name: value for name, value in every.items() if rng.random() < 0.3}


def _printed(path: Path, query: str, *options: str) -> list[Any]:
    done = CliRunner().invoke(
        app, ["search", "--db", str(path), "--limit=40", "--fields=id,copies", "--json", *options, "--", query]
    )
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_parts_of_texts_are_found_where_they_stand(archive: Database) -> None:
    """The same, against reading every article as it is stored."""
    rows = archive.execute("SELECT id, title, body, captions FROM articles").fetchall()

    for query in random_queries(archive, QUERIES):
        literal = query.strip('"')
        holding = {identity for identity, *texts in rows if any(literal in text for text in texts)}

        if holding:
            assert holding <= {hit.id for hit in search(archive, query, limit=-1).hits}, query


def test_ties_are_grouped_by_time(archive: Database) -> None:
    ids = matching_ids(archive, "居民 | 溪口")
    times = dict(archive.execute("SELECT id, published_at FROM articles").fetchall())

    groups = [list(group) for _, group in groupby(ids, key=lambda one: times[one])]

    assert all(group == sorted(group, reverse=True) for group in groups)

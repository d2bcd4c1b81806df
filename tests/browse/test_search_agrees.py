"""Datasette with the plugin finds what `scraper search --sort date` finds, in the same order."""

import os
import random
from collections.abc import Callable
from itertools import groupby

from sqlite_utils import Database

from scraper.archive.folding import units
from scraper.archive.search import matching_ids, search
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

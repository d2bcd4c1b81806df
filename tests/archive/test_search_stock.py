"""A Datasette that knows nothing of this package, and the bare sqlite3, on the same file."""

import asyncio
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.plugins import pm

from scraper.archive.folding import BOUNDARY, units
from scraper.archive.words import is_word
from tests.archive.samples import fixture_articles, new_archive, put


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stock") / "archive.db"
    with closing(new_archive(path)) as db:
        put(db, *fixture_articles())
    return path


@pytest.fixture
def stock(path: Path) -> Iterator[Datasette]:
    """Datasette without any plugin of ours."""
    ours = [plugin for plugin in pm.get_plugins() if getattr(plugin, "__name__", "").startswith("scraper.")]
    names = [(plugin, pm.get_name(plugin)) for plugin in ours]
    for plugin in ours:
        pm.unregister(plugin)
    try:
        yield Datasette([str(path)], settings={"suggest_facets": False, "num_sql_threads": 0})
    finally:
        for plugin, name in names:
            pm.register(plugin, name)


def asked(datasette: Datasette, words: list[str]) -> list[set[int]]:
    async def ask() -> list[set[int]]:
        found = []
        for word in words:
            arguments = {"_search": word, "_shape": "array", "_size": "max", "_col": "id"}
            response: Any = await datasette.client.get("/archive/articles.json", params=arguments)
            assert response.status_code == 200, (word, response.text)
            found.append({row["id"] for row in response.json()})
        return found

    return asyncio.run(ask())


def holding(word: str) -> set[int]:
    texts = ((a.title, a.body, "\n".join(image.caption or "" for image in a.images)) for a in fixture_articles())
    return {n for n, parts in enumerate(texts, 1) if any(units(word) in units(part) for part in parts)}


def test_words_of_one_to_three_characters_are_all_found(stock: Datasette) -> None:
    rng = random.Random(1)
    words: list[str] = []
    while len(words) < 60:
        run = rng.choice(units(rng.choice(fixture_articles()).body or "空").split(BOUNDARY))
        at, size = rng.randrange(len(run)), rng.randint(1, 3)
        if run[at : at + size].isalpha():
            words.append(run[at : at + size])

    found = asked(stock, words)

    assert found == [holding(word) for word in words]


def test_dictionary_words_of_four_and_more_are_found(stock: Datasette) -> None:
    runs = [run for article in fixture_articles() for run in units(article.body).split(BOUNDARY)]
    words = sorted({run[at : at + n] for run in runs for n in (4, 5, 6) for at in range(len(run) - n + 1)})
    known = [word for word in words if is_word(word)][::4]

    found = asked(stock, known)

    assert len(known) > 20
    assert found == [holding(word) for word in known]


def test_fields_and_figures_are_found(stock: Datasette) -> None:
    fields, days, one = asked(stock, ["site:ha date:2022", "date:2022-07", "title:黄河"])

    assert fields and fields <= asked(stock, ["date:2022"])[0]
    assert days
    assert one <= holding("黄河")


# A lone quotation mark and NUL are errors in Datasette's own escape_fts, whatever the index.
@pytest.mark.parametrize(
    "text", ['"黄河"', "(", "黄河 AND", "*", "-", "a:b", "NEAR(a b)", "'; DROP TABLE articles", "，。"]
)
def test_nothing_typed_is_an_error(stock: Datasette, text: str) -> None:
    asked(stock, [text])


def test_the_recipes_of_the_docs_work_in_the_bare_sqlite3(path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "search.md").read_text("utf-8")
    recipes = text.split("```sql")[1].split("```")[0]
    statements = [statement for statement in recipes.split(";") if "SELECT" in statement]

    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        rows = [connection.execute(statement).fetchall() for statement in statements]

    assert len(statements) >= 3
    assert any(rows)

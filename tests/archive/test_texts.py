"""What a record's index entry is made from before it is stored, and after."""

from contextlib import closing
from pathlib import Path

from scraper.archive.texts import TEXT_COLUMNS, texts_of
from tests.archive.samples import fixture_articles, new_archive, put


def test_the_texts_of_a_record_are_those_that_the_table_will_hold(tmp_path: Path) -> None:
    articles = list({article.url: article for article in fixture_articles()}.values())

    with closing(new_archive(tmp_path / "archive.db")) as db:
        put(db, *articles)
        stored = db.execute(f"SELECT url, {', '.join(TEXT_COLUMNS)} FROM articles").fetchall()

    assert {url: tuple(texts) for url, *texts in stored} == {article.url: texts_of(article) for article in articles}

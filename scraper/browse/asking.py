"""Questions to an archive from a page: on Datasette's read-only connection, and never for long."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from scraper.archive.database import Database

Answer = TypeVar("Answer")


class TooSlow(Exception):
    """SQLite worked on the question longer than a page may take."""


class Outdated(Exception):
    """The archive was made by an older version and lacks a table or column that the page shows."""


@contextmanager
def _plain_text(connection: sqlite3.Connection) -> Iterator[None]:
    """Text as SQLite hands it over. Datasette decodes each value in Python, a third of a page with facets.

    What another tool stored that is no UTF-8 raises; it is then read Datasette's way.
    """
    before = connection.text_factory
    connection.text_factory = str
    try:
        yield
    finally:
        connection.text_factory = before


async def ask(datasette: Any, database: str, question: Callable[[Database], Answer], *, ms: int = 0) -> Answer:
    """What `question` finds in the archive; raises `TooSlow` after `ms`, or Datasette's own limit, and `Outdated`."""
    from datasette.utils import sqlite_timelimit

    limit = ms or datasette.setting("sql_time_limit_ms")

    def on_connection(connection: sqlite3.Connection) -> Answer:
        db = Database(connection)
        with sqlite_timelimit(connection, limit):
            try:
                with _plain_text(connection):
                    return question(db)
            except sqlite3.OperationalError as error:
                if "decode to UTF-8" not in str(error):
                    raise
                return question(db)

    try:
        return await datasette.get_database(database).execute_fn(on_connection)  # type: ignore[no-any-return]  # datasette has no types
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise TooSlow(str(error)) from error
        if "no such table" in str(error) or "no such column" in str(error):
            raise Outdated(str(error)) from error
        raise

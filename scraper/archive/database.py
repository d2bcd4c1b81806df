"""A connection to the archive and the few ways to ask it: what a crawl needs of a database library, and no more.

sqlite-utils makes and changes the tables (`schema`); its command line,
plug-ins and parsers of dates would be 5 MB of every crawl and every search.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

Parameters = Sequence[Any] | Mapping[str, Any]


class Database:
    """SQL on one connection."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn

    def execute(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        """Run a statement. Outside of a transaction what it writes is kept at once."""
        if self.conn.in_transaction:
            return self.conn.execute(sql, parameters)
        try:
            cursor = self.conn.execute(sql, parameters)
        except BaseException:
            self.conn.rollback()  # Python may have begun a transaction for it, which would swallow all that follows
            raise
        if self.conn.in_transaction and cursor.description is None and not _begins(sql):
            self.conn.execute("COMMIT")
        return cursor

    def column(self, sql: str, parameters: Parameters = ()) -> list[Any]:
        """The one column of a SELECT; of very many rows in half the time that `execute` takes where rows know their names."""
        cursor = self.conn.cursor()
        cursor.row_factory = None
        return list(chain.from_iterable(cursor.execute(sql, parameters)))

    def query(self, sql: str, parameters: Parameters = ()) -> Iterator[dict[str, Any]]:
        """Rows by column names."""
        cursor = self.execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, row, strict=True)) for row in cursor)

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """A transaction, or a part of the one that is open that is undone by itself.

        A part is always of the same name, which SQLite need not read anew each time; the innermost counts.
        """
        is_part = self.conn.in_transaction
        self.conn.execute("SAVEPOINT part" if is_part else "BEGIN")
        try:
            yield
            # A commit that fails leaves its transaction open: what came next would be a part of it, and never be kept.
            self.conn.execute("RELEASE part" if is_part else "COMMIT")
        except BaseException:
            if self.conn.in_transaction:  # some errors have undone the whole of it already
                if is_part:
                    self.conn.execute("ROLLBACK TO part")
                    self.conn.execute("RELEASE part")
                else:
                    self.conn.rollback()
            raise

    def rollback(self) -> None:
        self.conn.rollback()

    def close(self) -> None:
        self.conn.close()

    def table_names(self) -> list[str]:
        return [name for (name,) in self.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]

    def has_table(self, name: str) -> bool:
        """Whether there is a table or a view of this name."""
        sql = "SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = ?"
        return self.execute(sql, [name]).fetchone() is not None

    def columns(self, table: str) -> list[str]:
        """The columns of a table, none of one that is not there."""
        return [name for (name,) in self.execute("SELECT name FROM pragma_table_info(?)", [table])]


def _begins(sql: str) -> bool:
    return sql.lstrip()[:9].upper().startswith(("BEGIN", "SAVEPOINT"))

"""Running a script of SQL inside the transaction that is open."""

import sqlite3

from scraper.archive.database import Database


def run(db: Database, script: str) -> None:
    """Each statement by itself: executescript would commit the migration's transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if _is_whole(statement):
            db.conn.execute(statement)
            statement = ""


def _is_whole(statement: str) -> bool:
    return bool(statement.strip()) and sqlite3.complete_statement(statement)

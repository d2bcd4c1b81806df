"""Which attached databases are archives: the plugin leaves every other one as Datasette shows it."""

import sqlite3
from typing import Any
from weakref import WeakKeyDictionary

# Tables that only this program makes together, whatever the file is called.
_TELLING = ("articles", "articles_fts", "articles_fts_version")

_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""Names of archives, by Datasette instance."""


def note(datasette: Any, name: str, connection: sqlite3.Connection) -> bool:
    """Remember whether this database is an archive. Called for each connection, before its first query."""
    if not _is_archive(connection):
        return False
    _known.setdefault(datasette, set()).add(name)
    return True


def _is_archive(connection: sqlite3.Connection) -> bool:
    holes = ", ".join("?" * len(_TELLING))
    try:
        found = connection.execute(f"SELECT count(*) FROM sqlite_master WHERE name IN ({holes})", _TELLING).fetchone()
    except sqlite3.Error:  # encrypted, damaged, busy: Datasette will say so itself
        return False
    return bool(found[0] == len(_TELLING))


async def look(datasette: Any) -> list[str]:
    """Names of the archives, in the order they were given, after opening every database once."""
    for database in list(datasette.databases.values()):
        await database.execute("select 1")
    return names(datasette)


def names(datasette: Any) -> list[str]:
    """Names of the archives seen so far, in the order they were given."""
    known = _known.get(datasette, set())
    return [name for name in datasette.databases if name in known]


async def may_open(datasette: Any, actor: Any, name: str) -> bool:
    """Whether Datasette's own permissions let this visitor see that there is such a database."""
    if hasattr(datasette, "allowed"):  # 1.0
        from datasette.resources import DatabaseResource

        return bool(await datasette.allowed(action="view-database", resource=DatabaseResource(name), actor=actor))
    return bool((await datasette.check_visibility(actor, "view-database", name))[0])


async def may_read(datasette: Any, actor: Any, name: str) -> bool:
    """Whether Datasette's own permissions let this visitor see the articles."""
    if hasattr(datasette, "allowed"):  # 1.0
        from datasette.resources import TableResource

        return bool(
            await datasette.allowed(
                action="view-table", resource=TableResource(database=name, table="articles"), actor=actor
            )
        )
    visible, _ = await datasette.check_visibility(
        actor, permissions=[("view-table", (name, "articles")), ("view-database", name), "view-instance"]
    )
    return bool(visible)

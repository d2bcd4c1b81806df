"""Many small pieces of work, few commits.

With `synchronous=FULL` a commit costs a flush to the disk, whatever is in it.
So what the editions hand in within a few moments is committed together.
Each piece is whole or not there at all, and whoever handed it in goes on only
when it is on the disk: nothing is acknowledged before. While another program
writes, the crawl's network and signals go on.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from scraper.archive.connect import CRAWL_WAITS, writing
from scraper.archive.database import Database

T = TypeVar("T")
WAIT = 0.03
"""Seconds a piece of work waits for company. Every edition's pause goes on meanwhile; a third of the flushes is saved."""


_AGAIN = 0.1
"""Seconds until it is tried again, where another program was writing."""
_BLOCKED_MS = 20
"""For how long SQLite itself waits for that program: nothing else happens meanwhile."""


class Commits:
    """The one who writes in a crawl. Work is a function that writes and never waits."""

    def __init__(self, db: Database, wait: float = WAIT) -> None:
        self._db = db
        self._wait = wait
        self._handed_in: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []
        self._latest = float("inf")
        self._tried_since = 0.0

    @contextmanager
    def responsive(self) -> Iterator[None]:
        """While a loop runs, other programs' transactions are waited for in it and not by SQLite, where no signal is heard."""
        self._db.execute(f"PRAGMA busy_timeout = {_BLOCKED_MS}")
        try:
            yield
        finally:
            self._db.execute(f"PRAGMA busy_timeout = {int(CRAWL_WAITS * 1000)}")

    def hurry(self, seconds: float) -> None:
        """Wait for other programs no longer than this."""
        self._latest = time.monotonic() + seconds

    async def do(self, work: Callable[[], T]) -> T:
        """Run work in a transaction; returns what it returns once that is committed.

        Raises what it raises, with all it wrote undone, and SQLite's errors.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._handed_in.append((work, future))
        if len(self._handed_in) == 1:
            loop.call_later(self._wait, self._commit)
        return await future

    def _commit(self) -> None:
        batch = [(work, future) for work, future in self._handed_in if not future.done()]
        self._handed_in = []
        if not batch:
            self._tried_since = 0.0
            return
        self._tried_since = self._tried_since or time.monotonic()
        done: list[Callable[[], None]] = []
        began = False
        try:
            with writing(self._db):
                began = True
                done = [self._run(work, future) for work, future in batch]
        except sqlite3.Error as error:
            if not began and is_busy(error) and time.monotonic() < min(self._tried_since + CRAWL_WAITS, self._latest):
                self._handed_in = batch + self._handed_in
                asyncio.get_running_loop().call_later(_AGAIN, self._commit)
                return
            self._tried_since = 0.0
            # Nothing of the batch is there: a full disk, a lost lock. It is everybody's failure.
            for _, future in batch:
                _fail(future, error)
            return
        self._tried_since = 0.0
        for acknowledge in done:
            acknowledge()

    def _run(self, work: Callable[[], T], future: "asyncio.Future[T]") -> Callable[[], None]:
        """Do one piece, whole or not at all; returns how to tell its owner."""
        try:
            with writing(self._db):
                result = work()
        except sqlite3.Error:
            raise
        except BaseException as error:  # undone by itself; the others' work stands
            return _failing(future, error)
        return lambda: None if future.done() else future.set_result(result)


def is_busy(error: BaseException) -> bool:
    """Whether another program was writing, and for too long."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _failing(future: "asyncio.Future[Any]", error: BaseException) -> Callable[[], None]:
    return lambda: _fail(future, error)


def _fail(future: "asyncio.Future[Any]", error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)

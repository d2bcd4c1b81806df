"""Many small pieces of work, few commits.

With `synchronous=FULL` a commit costs a flush to the disk, whatever is in it.
So what the editions hand in within a few moments is committed together.
Each piece is whole or not there at all, and whoever handed it in goes on only
when it is on the disk: nothing is acknowledged before.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

from sqlite_utils import Database

from scraper.archive.connect import writing

T = TypeVar("T")
WAIT = 0.03
"""Seconds a piece of work waits for company. Every edition's pause goes on meanwhile; a third of the flushes is saved."""


class Commits:
    """The one who writes in a crawl. Work is a function that writes and never waits."""

    def __init__(self, db: Database, wait: float = WAIT) -> None:
        self._db = db
        self._wait = wait
        self._handed_in: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []

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
            return
        done: list[Callable[[], None]] = []
        try:
            with writing(self._db):
                done = [self._run(work, future) for work, future in batch]
        except sqlite3.Error as error:
            # Nothing of the batch is there: a full disk, a lost lock. It is everybody's failure.
            for _, future in batch:
                _fail(future, error)
            return
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


def _failing(future: "asyncio.Future[Any]", error: BaseException) -> Callable[[], None]:
    return lambda: _fail(future, error)


def _fail(future: "asyncio.Future[Any]", error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)

"""Many small pieces of work, few commits, in a thread of their own.

With `synchronous=FULL` a commit costs a flush to the disk, whatever is in it.
So what the editions hand in while one is under way is committed together with
the next. Each piece is whole or not there at all, and whoever handed it in goes
on only when it is on the disk: nothing is acknowledged before. The crawl's
network, clocks and signals go on meanwhile: SQLite works, and waits for the
disk and for other programs, without Python's lock.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from scraper.archive.connect import CRAWL_WAITS, writing
from scraper.archive.database import Database

T = TypeVar("T")
WAIT = 0.03
"""Seconds a piece of work waits for company. Every edition's pause goes on meanwhile; a third of the flushes is saved."""


_BLOCKED_MS = 100
"""For how long SQLite itself waits for another program that writes, before it is asked whether there is still time."""
_Piece = tuple[Callable[[], Any], "asyncio.Future[Any]"]


class Commits:
    """The one who writes in a crawl. Work is a function that writes and never waits.

    `finish` does what is better done once for many pieces, in the same transaction.
    """

    def __init__(self, db: Database, wait: float = WAIT, finish: Callable[[], object] = lambda: None) -> None:
        self._db = db
        self._wait = wait
        self._finish = finish
        self._handed_in: list[_Piece] = []
        self._writing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "archive")
        self._latest = float("inf")

    @contextmanager
    def responsive(self) -> Iterator[None]:
        """While a loop runs, other programs' transactions are waited for bit by bit, so that a signal shortens it.

        In the end what was begun is through, and the thread has gone.
        """
        self._db.execute(f"PRAGMA busy_timeout = {_BLOCKED_MS}")
        try:
            yield
        finally:
            self.hurry(0)
            self._thread.shutdown()
            self._db.execute(f"PRAGMA busy_timeout = {int(CRAWL_WAITS * 1000)}")

    def hurry(self, seconds: float) -> None:
        """Wait for other programs no longer than this."""
        self._latest = time.monotonic() + seconds

    async def do(self, work: Callable[[], T]) -> T:
        """Run work in a transaction; returns what it returns once that is committed.

        Raises what it raises, with all it wrote undone, and SQLite's errors.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._handed_in.append((work, future))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return await future

    async def _write_all(self) -> None:
        await asyncio.sleep(self._wait)
        while self._handed_in:
            batch = [(work, future) for work, future in self._handed_in if not future.done()]
            self._handed_in = []
            if batch:
                outcomes = asyncio.get_running_loop().run_in_executor(self._thread, self._commit, batch)
                for acknowledge in await outcomes:
                    acknowledge()

    def _commit(self, batch: list[_Piece]) -> list[Callable[[], None]]:
        """Write all of it; returns how to tell the owners."""
        until = min(time.monotonic() + CRAWL_WAITS, self._latest)
        while True:
            began = False
            try:
                with writing(self._db):
                    began = True
                    done = [self._run(work, future) for work, future in batch]
                    self._finish()
                return done
            except BaseException as error:
                if not began and is_busy(error) and time.monotonic() < min(until, self._latest):
                    continue
                # Nothing of the batch is there: a full disk, a lost lock. It is everybody's failure.
                return [_failing(future, error) for _, future in batch]

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

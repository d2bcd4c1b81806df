"""One crawl at a time: a lock the kernel gives back when its holder dies."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from scraper.errors import AlreadyRunning, ArchiveReadOnly
from scraper.text import beijing


@contextmanager
def crawl_lock(archive: Path) -> Iterator[None]:
    """Hold `<archive>.lock`; raises `AlreadyRunning`, naming the holder, when another crawl does."""
    path = archive.with_name(archive.name + ".lock")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise ArchiveReadOnly(f"{path} can't be made: {error.strerror}; choose another --db") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunning(f"another crawl is writing {archive}{_holder(handle)}") from error
        note = json.dumps({"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")})
        os.ftruncate(handle, 0)
        os.pwrite(handle, note.encode(), 0)
        yield
    finally:
        os.close(handle)


def _holder(handle: int) -> str:
    try:
        note = json.loads(os.pread(handle, 500, 0))
        return f" (process {note['pid']}, since {beijing(note['since'])})"
    except (ValueError, KeyError, TypeError):
        return ""

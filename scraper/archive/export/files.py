"""Files that appear whole or not at all: written beside their place, synced, renamed."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from scraper.errors import ArchiveReadOnly, DiskFull, UsageError


@contextmanager
def whole_file(out: Path) -> Iterator[BinaryIO]:
    """A file to write to; it takes its name when the body is done, and is gone when the body fails.

    Raises `DiskFull`, `ArchiveReadOnly` where the place can't be written, `UsageError` where a folder has the name.
    """
    with _plain_errors(out):
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent)
        part = Path(name)
        try:
            with os.fdopen(handle, "w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.chmod(0o666 & ~_umask())
            part.replace(out)
            _sync_folder(out.parent)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """A folder to fill, which takes its name when the body is done. The name must be free, or an empty folder's."""
    with _plain_errors(out):
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise UsageError(f"{out} exists and is not empty; choose a new folder")
        part = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent))
        try:
            yield part
            for path in part.rglob("*"):
                if path.is_file():
                    _sync(path)
            part.chmod(0o777 & ~_umask())
            part.replace(out)
            _sync_folder(out.parent)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise


@contextmanager
def _plain_errors(out: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFull(
                f"no room left to write {out}; nothing was written, free some space and try again"
            ) from error
        if isinstance(error, IsADirectoryError):
            raise UsageError(f"{out} is a folder; name a file") from error
        raise ArchiveReadOnly(f"{out} can't be written: {error.strerror or error}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

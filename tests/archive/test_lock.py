"""One crawl at a time, by a lock that dies with its holder."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from scraper.archive.lock import crawl_lock
from scraper.errors import AlreadyRunning, ArchiveReadOnly

HOLDER = """
import sys, time
from pathlib import Path
from scraper.archive.lock import crawl_lock
with crawl_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


def test_a_second_crawl_is_told_who_holds_the_lock(archive: Path) -> None:
    holder = rf"process {os.getpid()}, since \d{{4}}-"

    with crawl_lock(archive), pytest.raises(AlreadyRunning, match=holder) as caught, crawl_lock(archive):
        pass

    assert caught.value.exit_code == 75


def test_the_refused_one_takes_nothing_from_the_holder(archive: Path) -> None:
    with crawl_lock(archive):
        for _ in range(2):
            with pytest.raises(AlreadyRunning, match=str(os.getpid())), crawl_lock(archive):
                pass


def test_the_lock_is_free_again_afterwards(archive: Path) -> None:
    with crawl_lock(archive):
        pass
    with pytest.raises(ValueError), crawl_lock(archive):
        raise ValueError

    with crawl_lock(archive):
        pass


def test_archives_are_locked_one_by_one(archive: Path) -> None:
    with crawl_lock(archive), crawl_lock(archive.with_name("other.db")):
        pass


def test_locking_does_not_make_the_archive(archive: Path) -> None:
    with crawl_lock(archive):
        assert [path.name for path in archive.parent.iterdir()] == ["archive.db.lock"]


@pytest.mark.parametrize("left", [b"", b"rubbish", b"[]", b'{"pid": 7}', b"\xff" * 600])
def test_what_a_lock_file_says_does_not_matter(archive: Path, left: bytes) -> None:
    lock = archive.with_name("archive.db.lock")
    lock.write_bytes(left)

    with crawl_lock(archive):
        lock.write_bytes(left)
        with pytest.raises(AlreadyRunning), crawl_lock(archive):
            pass


def test_a_killed_holder_leaves_the_lock_free(archive: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(archive)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning, match=str(holder.pid)), crawl_lock(archive):
            pass

        holder.kill()
        holder.wait()

        with crawl_lock(archive):
            pass


def test_a_folder_that_cannot_be_written_is_said() -> None:
    # chmod does not bind root, so root becomes nobody for the while.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        was_root = os.geteuid() == 0
        if was_root:
            os.seteuid(65534)
        try:
            with pytest.raises(ArchiveReadOnly, match=r"archive\.db\.lock"), crawl_lock(folder / "archive.db"):
                pass
        finally:
            if was_root:
                os.seteuid(0)
            folder.chmod(0o755)

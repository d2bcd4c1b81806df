"""The crontab line and the systemd units, as their readers read them."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from scraper.schedule import Schedule, instructions, schedule

FOLDERS = ["/srv/news", "/srv/news 2", "/srv/50%/it's"]


def made_for(folder: str, every_hours: int = 2) -> Schedule:
    return schedule(Path(folder) / "archive.db", None, every_hours, Path("/opt/scraper/.venv/bin/scraper"))


@pytest.mark.parametrize("folder", FOLDERS)
def test_crontab_line_runs_the_crawl_in_the_folder(folder: str) -> None:
    fields = made_for(folder).crontab.split(" ", 5)
    # cron turns \% into % and hands the rest to the shell.
    words = shlex.split(fields[5].replace("\\%", "%"))

    assert 0 <= int(fields[0]) < 60
    assert fields[1:5] == ["*/2", "*", "*", "*"]
    assert re.search(r"(?<!\\)%", fields[5]) is None
    assert words == [
        *("cd", folder, "&&", "/opt/scraper/.venv/bin/scraper", "crawl", "--db", f"{folder}/archive.db"),
        f"2>>{folder}/crawl.log",
    ]


@pytest.mark.parametrize(("hours", "cron", "calendar"), [(1, "*", "*:"), (24, "0", "00:"), (6, "*/6", "0/6:")])
def test_schedule_runs_as_often_as_it_is_told(hours: int, cron: str, calendar: str) -> None:
    made = made_for("/srv/news", hours)

    assert made.crontab.split()[1] == cron
    assert f"OnCalendar=*-*-* {calendar}" in made.timer


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
@pytest.mark.parametrize("folder", FOLDERS)
def test_systemd_takes_the_units(tmp_path: Path, folder: str) -> None:
    made = schedule(Path(folder) / "archive.db", None, 2, Path("/bin/true"))
    (tmp_path / "chinanews-scraper.service").write_text(made.service)
    (tmp_path / "chinanews-scraper.timer").write_text(made.timer)

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "chinanews-scraper.timer")],
        capture_output=True,
        text=True,
        timeout=60,
    )
    complaints = [line for line in done.stderr.splitlines() if "chinanews-scraper" in line]

    assert complaints == []


def test_instructions_hold_all_three_and_the_config_that_was_named() -> None:
    made = schedule(Path("/srv/news/archive.db"), Path("/etc/news.toml"), 3, Path("/opt/scraper"))

    text = instructions(made)

    assert all(part in text for part in (made.crontab, made.service, made.timer))
    assert text.count("--config /etc/news.toml") == 2

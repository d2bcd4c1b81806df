"""What has the crawl run by itself: a crontab line, or a systemd service and timer, for this install."""

import hashlib
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

_UNIT = "chinanews-scraper"
_LONGEST_RUN = "6h"


@dataclass(frozen=True, slots=True)
class Schedule:
    crontab: str
    service: str
    timer: str


def schedule(db: Path, config: Path | None, every_hours: int, program: Path | None = None) -> Schedule:
    """The three texts, with absolute paths; `program` is the `scraper` to run, this one unless said otherwise."""
    folder = db.absolute().parent
    command = [str(program or _program()), "crawl", "--db", str(db.absolute())]
    command += ["--config", str(config.absolute())] if config else []
    minute = _minute(folder)
    return Schedule(
        crontab=_crontab(command, folder, minute, every_hours),
        service=_service(command, folder),
        timer=_timer(minute, every_hours),
    )


def _program() -> Path:
    return Path(sys.executable).parent / "scraper"


def _minute(folder: Path) -> int:
    """A minute of its own for each archive, so that not everybody asks the sites at the full hour."""
    return 3 + hashlib.sha256(str(folder).encode()).digest()[0] % 54


def _crontab(command: list[str], folder: Path, minute: int, every_hours: int) -> str:
    hours = "*" if every_hours == 1 else "0" if every_hours == 24 else f"*/{every_hours}"
    log = folder / "crawl.log"
    line = f"{minute} {hours} * * * cd {shlex.quote(str(folder))} && {shlex.join(command)} 2>>{shlex.quote(str(log))}"
    return line.replace("%", "\\%")  # cron ends the command at a bare %


def _service(command: list[str], folder: Path) -> str:
    # No flock: the crawl holds a lock of its own, and 75 says that another one does.
    return f"""[Unit]
Description=Crawl China News Service's regional editions into archive.db
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart={" ".join(_quoted(part) for part in command)}
WorkingDirectory={_escaped(str(folder))}
SuccessExitStatus=75
TimeoutStartSec={_LONGEST_RUN}
TimeoutStopSec=30
Nice=10
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={_quoted(str(folder))}
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallFilter=@system-service
CapabilityBoundingSet=
UMask=0027
"""


def _timer(minute: int, every_hours: int) -> str:
    hours = "*" if every_hours == 1 else "00" if every_hours == 24 else f"0/{every_hours}"
    return f"""[Unit]
Description=When to crawl China News Service's regional editions

[Timer]
OnCalendar=*-*-* {hours}:{minute:02}:00
RandomizedDelaySec=10min
Persistent=true

[Install]
WantedBy=timers.target
"""


def _quoted(text: str) -> str:
    """One word for systemd, whose quoting knows `%` and `$`.

    >>> _quoted("/srv/news 2/archive.db"), _quoted("/a%b")
    ('"/srv/news 2/archive.db"', '/a%%b')
    """
    escaped = _escaped(text).replace("$", "$$")
    return '"' + escaped.replace("\\", "\\\\").replace('"', '\\"') + '"' if set(escaped) & set(" \t\"'\\;") else escaped


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def instructions(made: Schedule) -> str:
    """The three texts with how to install them."""
    return f"""# --- either cron: add this line with `crontab -e` -----------------------------

{made.crontab}

# --- or systemd: write the two files, then
#       systemctl daemon-reload && systemctl enable --now {_UNIT}.timer
#     and read what it says with `journalctl -u {_UNIT}`;
#     its user must own the folder (add User= below)

# /etc/systemd/system/{_UNIT}.service
{made.service}
# /etc/systemd/system/{_UNIT}.timer
{made.timer}"""

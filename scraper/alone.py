"""A crawl alone in its process: without what understood the command line, which it would carry along for hours.

Typer and what it needs would be a fifth of all memory a crawl takes, and no
import can be undone. So once the options are known to be right, the process runs the
same command line again, with the options handed over in a pipe.
"""

import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from scraper.crawl.opening import opened
from scraper.crawl.options import CrawlOptions
from scraper.errors import ScraperError
from scraper.show.streams import told
from scraper.sites import all_sites

HANDED_OVER = "SCRAPER_HANDED_OVER"
"""In the environment: this process's number and where it reads its job. What is for another process is not for this one."""
_LARGEST = 4_000
"""Characters that every pipe takes before anybody reads it."""
# glibc keeps whatever large pieces a program once needed, and takes each thread its own. Pages and what compresses
# them come and go: given back at once they are 1.5 MB less, of this process and of the one that reads pages.
_ALLOCATION = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}


@dataclass(frozen=True, slots=True)
class Job:
    options: CrawlOptions
    healthcheck_url: str = ""
    healthcheck_seconds: float = 5.0
    as_json: bool = False


def run(job: Job) -> int:
    """Crawl, show how it goes and what came of it; returns the exit code."""
    # Not above: whoever only hands a job over needs none of it.
    from scraper.crawl.healthcheck import Healthcheck
    from scraper.crawl.run import crawl
    from scraper.show.progress import progress

    health = Healthcheck(job.healthcheck_url, job.healthcheck_seconds)
    with health, progress([site.code for site in job.options.sites]) as report:
        outcome = crawl(job.options, report)
        health.ended(outcome.exit_code)

    from scraper.show.summary import print_outcome  # not above: it is needed for the first time at the very end

    print_outcome(outcome, as_json=job.as_json)
    return outcome.exit_code


# --- handing over ----------------------------------------------------------------------------


def become(job: Job) -> None:
    """Go on as a process that does this job only. Returns where that can't be: in another program's process, or at all."""
    text = packed(job)
    if not _is_command() or len(text) > _LARGEST:
        return
    try:
        with opened(job.options):
            pass  # its tables are made here: what makes them is 5 MB, too
    except ScraperError:
        return  # `run` meets it again, and tells whoever is to be told of a crawl
    reading, writing = os.pipe()
    os.write(writing, text.encode())
    os.close(writing)
    os.set_inheritable(reading, True)
    environment = _ALLOCATION | os.environ | {HANDED_OVER: f"{os.getpid()}:{reading}"}
    sys.stdout.flush()
    sys.stderr.flush()
    with suppress(OSError):  # what can't be started can't be; this process can do it, too
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)
    os.close(reading)


def _is_command() -> bool:
    """Whether this process is the `scraper` that was typed, so that the same command line would come here again."""
    started = Path(getattr(sys.modules["__main__"], "__file__", None) or "")
    ours = started.name == "scraper" or started == Path(__file__).with_name("__main__.py")
    arguments = sys.argv[1:]
    return ours and bool(sys.executable) and sys.orig_argv[len(sys.orig_argv) - len(arguments) :] == arguments


def taken_over() -> Job | None:
    """The job that was handed to this very process, if one was."""
    number, _, reading = os.environ.pop(HANDED_OVER, "").partition(":")
    if number != str(os.getpid()):
        return None
    with os.fdopen(int(reading), encoding="utf-8") as pipe:
        return unpacked(pipe.read())


def run_taken_over(job: Job) -> int:
    """As `run`; what goes wrong ends as one line and its exit code."""
    try:
        return run(job)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        return told(error)


def packed(job: Job) -> str:
    """A job as JSON; only what a command line can say of it."""
    options = job.options
    return json.dumps(
        {
            "db": str(options.db),
            "sites": [site.code for site in options.sites],
            "contact": options.contact,
            "delay": options.delay,
            "limit": options.limit,
            "connect_to": options.connect_to,
            "failed_share": options.failed_share,
            "media": options.media,
            "honour_noarchive": options.honour_noarchive,
            "since": options.since and options.since.isoformat(),
            "until": options.until and options.until.isoformat(),
            "healthcheck_url": job.healthcheck_url,
            "healthcheck_seconds": job.healthcheck_seconds,
            "as_json": job.as_json,
        }
    )


def unpacked(text: str) -> Job:
    """What was packed."""
    said: dict[str, Any] = json.loads(text)
    of_job = {name: said.pop(name) for name in ("healthcheck_url", "healthcheck_seconds", "as_json")}
    options = said | {
        "db": Path(said["db"]),
        "sites": tuple(all_sites()[code] for code in said["sites"]),
        "connect_to": said["connect_to"] and tuple(said["connect_to"]),
        "since": said["since"] and date.fromisoformat(said["since"]),
        "until": said["until"] and date.fromisoformat(said["until"]),
    }
    return Job(CrawlOptions(**options), **of_job)

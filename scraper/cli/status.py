"""`scraper status`: how the archive stands."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from scraper.archive import runs
from scraper.archive.connect import open_for_reading, sqlite_errors
from scraper.archive.drift import open_drift
from scraper.cli.options import DbOption, JsonOption
from scraper.cli.speech import print_table, speaks_plainly
from scraper.show.drift import drift_line
from scraper.show.status import LEGEND, SPARE, status_table
from scraper.show.streams import print_json
from scraper.text import beijing


@speaks_plainly
def status(db: DbOption = Path("archive.db"), as_json: JsonOption = False) -> None:
    """How the archive stands: per edition its last good crawl, articles, and failures by kind."""
    archive = open_for_reading(db)
    with sqlite_errors(db):
        rows = runs.status(archive, datetime.now(UTC))
        last = runs.last_run(archive)
        drifting = open_drift(archive)
    if as_json:
        for row in rows:
            drifts = [asdict(drift) for drift in drifting if drift.site == row.site]
            print_json(asdict(row) | {"drift": drifts})
        return
    print_table(status_table(rows), SPARE, LEGEND)
    for drift in drifting:
        print(drift_line(drift))
    if last:
        ended = "has not ended (running, or killed)"
        if last["ended_at"]:
            ended = f"ended {beijing(last['ended_at'])}: {last['outcome']}"
        print(f"last crawl: run {last['id']}, started {beijing(last['started_at'])}, {ended}")

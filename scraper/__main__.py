"""`python -m scraper`, and the `scraper` command."""

import os
import sys


def main() -> None:
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(130)


def _run() -> None:
    # Not above: Ctrl-C while the program is loaded ends it like any other, and not with a traceback.
    from scraper.show.streams import close_stdout, open_streams

    open_streams()
    try:
        _run_command()
    finally:
        code = close_stdout()
        if code:
            sys.exit(code)


def _run_command() -> None:
    if "SCRAPER_HANDED_OVER" in os.environ:  # as `scraper.alone` calls it, which no other command has to load
        from scraper.alone import run_taken_over, taken_over

        job = taken_over()
        if job is not None:
            sys.exit(run_taken_over(job))
    from scraper.cli import app

    app(prog_name="scraper")


if __name__ == "__main__":
    main()

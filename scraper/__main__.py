"""`python -m scraper`, and the `scraper` command."""

import sys


def main() -> None:
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(130)


def _run() -> None:
    # Not above: Ctrl-C while the program is loaded ends it like any other, and not with a traceback.
    from scraper.cli import app
    from scraper.cli.speech import close_stdout, open_streams

    open_streams()
    try:
        app(prog_name="scraper")
    finally:
        code = close_stdout()
        if code:
            sys.exit(code)


if __name__ == "__main__":
    main()

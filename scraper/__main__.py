"""`python -m scraper`, and the `scraper` command."""

import sys

from scraper.cli import app
from scraper.cli.speech import close_stdout, open_streams


def main() -> None:
    open_streams()
    try:
        app(prog_name="scraper")
    finally:
        code = close_stdout()
        if code:
            sys.exit(code)


if __name__ == "__main__":
    main()

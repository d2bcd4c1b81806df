"""`python -m scraper`, and the `scraper` command."""

from scraper.cli import app


def main() -> None:
    app(prog_name="scraper")


if __name__ == "__main__":
    main()

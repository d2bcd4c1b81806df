"""The commands: parse, call one function, print. Results go to stdout, everything else to stderr.

One module for each group of commands; this one puts them together, in the
order in which `scraper --help` lists them. A command's module, and all that it
needs, is imported when the command is: a search waits for no crawler.
"""

import sys
from functools import cache
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException
from typer.main import get_group

import scraper
from scraper.cli.speech import Command, plainly
from scraper.show.streams import one_line, output_failed

_CRAWL, _READ, _KEEP = "Crawl", "Find and read", "Keep"
_COMMANDS = {
    # name: its panel in the help, its module, its function or group there
    "crawl": (_CRAWL, "crawl", "crawl"),
    "sites": (_CRAWL, "sites", "app"),
    "demo": (_CRAWL, "demo", "demo"),
    "search": (_READ, "search", "search"),
    "watch": (_READ, "watch", "watch"),
    "show": (_READ, "articles", "show"),
    "stories": (_READ, "stories", "stories"),
    "serve": (_READ, "serve", "serve"),
    "extract": (_READ, "pages", "extract"),
    "history": (_READ, "history", "history"),
    "diff": (_READ, "history", "diff"),
    "changes": (_READ, "history", "changes"),
    "status": (_KEEP, "status", "status"),
    "doctor": (_KEEP, "operations", "doctor"),
    "why": (_KEEP, "operations", "why"),
    "config": (_KEEP, "operations", "config"),
    "schedule": (_KEEP, "operations", "schedule"),
    "verify": (_KEEP, "keeping", "verify"),
    "backup": (_KEEP, "keeping", "backup"),
    "restore": (_KEEP, "keeping", "restore"),
    "reextract": (_KEEP, "rereading", "reextract"),
    "compact": (_KEEP, "keeping", "compact"),
    "forget": (_KEEP, "keeping", "forget"),
    "export": (_KEEP, "exporting", "export"),
    "import": (_KEEP, "importing", "import_"),
    "index": (_KEEP, "index", "index_command"),
}


class _Commands(TyperGroup):
    """The commands by name. A mistake on the command line is one line on stderr, like every other error."""

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        try:
            code = super().main(*args, **kwargs | {"standalone_mode": False})
        except TyperException as error:
            if message := error.format_message().strip().rstrip("."):  # none where the help was printed instead
                context = getattr(error, "ctx", None)
                where = context.command_path if context else "scraper"
                print(f"scraper: {one_line(plainly(message))}; see `{where} --help`", file=sys.stderr)
            sys.exit(error.exit_code)
        except OSError as error:  # of the help or the version; a command's own are caught where it is called
            sys.exit(output_failed(error))
        except SystemExit as end:
            # Rich and Typer end with 1 where the reader (head, less) has seen enough; that is no failure.
            sys.exit(0 if isinstance(end.__context__, BrokenPipeError) else end.code)
        sys.exit(code or 0)

    def list_commands(self, ctx: Any) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in _COMMANDS:
            return _command(cmd_name)
        # Typer names the nearest of these.
        self.commands = {name: _command(name) for name in _COMMANDS}
        return None


@cache
def _command(name: str) -> Any:
    panel, module, function = _COMMANDS[name]
    command = getattr(import_module(f"scraper.cli.{module}"), function)
    holder = typer.Typer()
    if isinstance(command, typer.Typer):
        holder.add_typer(command, name=name, rich_help_panel=panel)
    else:
        # A search takes -旅游 for what it is: a word that must not be there.
        settings = {"ignore_unknown_options": name == "search"}
        holder.command(name, cls=Command, rich_help_panel=panel, context_settings=settings)(command)
    return get_group(holder).commands[name]


app = typer.Typer(
    name="scraper",
    cls=_Commands,
    help="The archive of China News Service's regional news: crawl it politely, search it in Chinese, browse it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 ok · 1 a bug · 2 usage · 3 many failures · 4 drift · 5 nothing reachable · 6 archive damaged · "
    "7 disk full · 65 page can't be read · 75 already running · 78 configuration · 130/143 interrupted",
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"scraper {scraper.__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The archive of China News Service's regional news."""

"""`scraper serve`: Datasette over one archive, on this machine only unless told otherwise, with settings for strangers' text."""

import errno
import ipaddress
import os
import shlex
import shutil
import socket
import sqlite3
import sys
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scraper.archive.connect import open_current, sqlite_errors
from scraper.archive.search import open_searchable
from scraper.browse.gate import keeps_out_strangers, lets_only_read
from scraper.errors import ArchiveLocked, ArchiveReadOnly, UsageError

RIGHTS = "the articles are their publishers', and showing them to others needs their leave"

# Nothing here is needed to read; each keeps a page from doing more than showing the archive.
SETTINGS: dict[str, Any] = {
    "default_allow_sql": False,
    "allow_download": False,
    "suggest_facets": False,
    "default_page_size": 50,
    "max_returned_rows": 1000,
    "sql_time_limit_ms": 2000,
    "facet_time_limit_ms": 2000,
}


def serve(
    path: Path, *, host: str = "127.0.0.1", port: int = 8001, open_browser: bool = False, public: bool = False
) -> None:
    """Serve the archive until interrupted; port 0 takes any free one, `public` allows an address that others reach.

    Raises `UsageError` for an address that others could reach or a port that
    can't be had, and what opening the archive raises.
    """
    address = _address(host, public=public)
    listening = _listen(address, host, port)
    with listening:
        with suppress(ArchiveReadOnly, ArchiveLocked):  # shown as it is
            open_current(path).close()
        open_searchable(path).close()
        app = lets_only_read(application(path))
        if address.is_loopback:
            app = keeps_out_strangers(app, str(address))
        url = _url(listening)
        print(f"{url}  (Ctrl-C ends it)", file=sys.stderr)
        if not address.is_loopback:
            print(f"others can reach this: {RIGHTS}", file=sys.stderr)
        if open_browser:
            # The socket listens already: the browser waits until the first answer.
            webbrowser.open(url)
        _run(app, listening)


def command(path: Path) -> str:
    """The line that shows the archive in plain Datasette, where the plugin makes the same pages."""
    return shlex.join([_program(), str(path)])


def _program() -> str:
    """`datasette` as it can be typed here: by its path, unless the environment's programs are on PATH."""
    program = Path(sys.executable).parent / "datasette"
    if shutil.which("datasette") == str(program) or not program.exists():
        return "datasette"
    return os.path.relpath(program) if program.is_relative_to(Path.cwd()) else str(program)


def application(path: Path) -> Any:
    """The ASGI application: Datasette with our settings and, installed or not, our plugin."""
    # First, so that the entry point is loaded by Datasette and not in the middle of the import below.
    from datasette.app import Datasette
    from datasette.plugins import pm

    from scraper.browse import plugin

    if not pm.is_registered(plugin):
        pm.register(plugin, "chinanews_scraper")
    still = not _can_be_watched(path)
    if still:
        print(f"{path.parent} can't be written: {path.name} is shown as it is now", file=sys.stderr)
    files = {"immutables": [str(path)]} if still else {"files": [str(path)]}
    return Datasette(files.pop("files", ()), settings=SETTINGS, **files).app()


def _can_be_watched(path: Path) -> bool:
    """Whether SQLite can read the archive beside a writing crawl.

    A WAL archive in a folder that can't be written has no -shm file to be
    made; it opens only as a file that nobody changes.
    """
    with sqlite_errors(path):
        connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            if "unable to open" not in str(error) and "readonly" not in str(error):
                raise
            return False
        finally:
            connection.close()
    return True


Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _listen(address: Address, host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((str(address), port))
        listening.listen()
    except (OSError, OverflowError) as error:
        listening.close()
        raise UsageError(_trouble(error, host, port)) from error
    return listening


def _address(host: str, *, public: bool) -> Address:
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError as error:
        raise UsageError(f"{host!r} is not a loopback address; use 127.0.0.1, ::1 or localhost") from error
    if not address.is_loopback and not public:
        raise UsageError(f"{host} can be reached by others, and {RIGHTS}; use 127.0.0.1, or say --public")
    return address


def _trouble(error: OSError | OverflowError, host: str, port: int) -> str:
    if isinstance(error, OverflowError):
        return f"{port} is not a port; choose one from 0 to 65535"
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use; choose another with --port, or 0 for any free one"
    return f"can't listen on {host} port {port}: {error.strerror}; choose another with --port"


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _run(app: Any, listening: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(app, lifespan="on", log_level="warning", server_header=False)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])

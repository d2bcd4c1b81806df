"""The Datasette plugin: every hook, each one call into the module that knows.

Loaded by the entry point, so `datasette archive.db` is enough. Nothing of
Datasette is imported before a hook runs: the entry point is read while
Datasette itself is being imported.
"""

import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from pluggy import HookimplMarker

from scraper.archive.media import EXTENSIONS
from scraper.browse import (
    archives,
    article,
    cards,
    changing,
    finding,
    headers,
    health,
    home,
    inert,
    listing,
    matching,
    metadata,
    pictures,
    profiles,
    questions,
    switch,
    troubles,
    versions,
    words,
)
from scraper.browse.asking import Outdated
from scraper.browse.visit import Visit, answering

hookimpl = HookimplMarker("datasette")

_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "templates"
_KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_ASSETS = {path.name: path.read_bytes() for path in sorted((_HERE / "static").iterdir()) if path.suffix in _KINDS}
_STATIC = "/-/chinanews"


@hookimpl(trylast=True)  # after Datasette's own escape_fts, which ours replaces
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:
    if archives.note(datasette, database, conn):
        matching.register(conn)
        # A search reads a few hundred articles: the 2 MB that SQLite keeps of itself hold a fraction of their pages.
        conn.execute("PRAGMA cache_size = -32768")


@hookimpl(trylast=True)  # the index narrows first, the exact condition checks what it leaves
def filters_from_request(request: Any, database: str, table: str, datasette: Any) -> Any:
    if table != "articles" or database not in archives.names(datasette):
        return None
    condition = matching.condition(request.args)
    if condition is None:
        return None
    from datasette.filters import FilterArguments

    clause, parameters = condition
    return FilterArguments([clause], params=parameters)


@hookimpl
def register_facet_classes() -> list[type]:
    from scraper.browse.facets import MonthFacet, YearFacet

    return [YearFacet, MonthFacet]


# --- what Datasette knows about the tables ----------------------------------------------


@hookimpl(optionalhook=True)  # 0.65
def get_metadata(datasette: Any) -> dict[str, Any]:
    return metadata.metadata_of(archives.names(datasette))


@hookimpl
def startup(datasette: Any) -> Callable[[], Coroutine[Any, Any, None]]:
    async def look() -> None:
        found = await archives.look(datasette)
        if found:
            _spare_the_terminal()
        if hasattr(datasette, "set_instance_metadata"):  # 1.0
            await metadata.tell(datasette, found)
        if hasattr(datasette, "add_query"):  # 1.0
            for name in found:
                await questions.store(datasette, name)

    return look


@hookimpl(optionalhook=True)  # 0.65
def canned_queries(datasette: Any, database: str) -> dict[str, dict[str, Any]]:
    return questions.canned() if database in archives.names(datasette) else {}


def _spare_the_terminal() -> None:
    """Keep Datasette from handing errors to rich, where it finds it installed.

    For every page that is not found rich prints a screenful of local
    variables; for an address that no route has it fails itself, since no
    exception is being handled, and the visitor gets a bare 500.
    """
    from datasette import handle_exception

    handle_exception.rich = None


# --- pages ------------------------------------------------------------------------------------


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Our templates go before Datasette's own and after those of whoever runs it."""
    env.globals["chinanews_asset"] = lambda name: datasette.urls.path(_asset_path(name))
    env.globals["chinanews_words"] = words.current
    env.globals["chinanews_health"] = home.health_line
    env.globals["chinanews_named"] = troubles.named
    env.globals["chinanews_told"] = troubles.told
    env.globals["chinanews_megabytes"] = health.megabytes
    env.globals["chinanews_duration"] = health.duration
    env.globals["chinanews_attached"] = lambda: archives.names(datasette)
    paths = env.loader.loaders[0].searchpath
    if str(_TEMPLATES) not in paths:
        paths.insert(len(paths) - 1, str(_TEMPLATES))


@hookimpl
def extra_template_vars(
    database: str | None, table: str | None, columns: Any, view_name: str, request: Any, datasette: Any
) -> Callable[[], Coroutine[Any, Any, dict[str, Any]]]:
    """`chinanews` is what our templates show; None leaves the page to Datasette's."""

    async def variables() -> dict[str, Any]:
        t = words.of(request)
        values: dict[str, Any] = {
            "t": t,
            "other_language": switch.href(request, t.other),
            "visit": _frame(datasette, request, database, t),
        }
        shown: Any = None
        if view_name == "index":
            shown = await home.holdings(datasette, request, request.actor if request else None) or None
        elif table == "articles" and database in archives.names(datasette):
            if view_name == "row":
                # What an older archive lacks is left to Datasette's own page.
                with suppress(Outdated):
                    shown = await article.page(values["visit"], request.url_vars["pks"])
            elif view_name == "table" and set(cards.COLUMNS) <= set(columns or ()):
                shown = await listing.page(values["visit"])
        if shown is None:
            # A page of our own brings its `chinanews` itself; Datasette's have none.
            return values if view_name is None and table is None else {"chinanews": None, **values}
        headers.ours(request)
        return {"chinanews": shown, **values}

    return variables


def _frame(datasette: Any, request: Any, database: str | None, t: words.Words) -> Visit | None:
    """What the head of a page needs for its links: the archive it is about, else the first."""
    names = archives.names(datasette)
    asked = database or (request.args.get("archive") if request else None)
    if not names:
        return None
    return Visit(datasette, request, asked if asked in names else names[0], t, len(names) > 1)


@hookimpl
def extra_css_urls(database: str | None, datasette: Any) -> list[str]:
    """A little of our style for Datasette's own pages about an archive."""
    return [_asset_path("tables.css")] if database in archives.names(datasette) else []


@hookimpl
def render_cell(row: Any, value: Any, column: str, table: str | None, database: str | None, datasette: Any) -> Any:
    """Headlines in the view `latest` lead to their articles."""
    if table != "latest" or column != "title" or database not in archives.names(datasette):
        return None
    from markupsafe import Markup

    return Markup('<a href="{}">{}</a>').format(cards.hrefs(datasette, database)(row["id"]), value)


# --- the server -----------------------------------------------------------------------------


_FORMAT = r"(?:\.(?P<format>json|atom))?"
_PROFILE = f"(?P<kind>{'|'.join(profiles.KINDS)})"
_VIEWS: tuple[tuple[str, Callable[..., Any]], ...] = (
    (rf"^/-/search{_FORMAT}$", answering(finding.page)),
    (rf"^/-/{_PROFILE}(?:/(?P<name>[^/]+?))?{_FORMAT}$", answering(profiles.page)),
    (rf"^/-/health{_FORMAT}$", answering(health.page)),
    (rf"^/-/changes{_FORMAT}$", answering(changing.page)),
    (rf"^/-/article/(?P<id>\d{{1,18}})/diff{_FORMAT}$", answering(versions.page)),
    (rf"^/-/article/(?P<id>\d{{1,18}})/version/(?P<number>\d{{1,9}}){_FORMAT}$", answering(versions.record)),
    (rf"^/-/home{_FORMAT}$", answering(home.page)),
    (rf"^/-/article/(?P<id>\d{{1,18}}){_FORMAT}$", answering(article.record)),
)


_MEDIA = rf"^/-/media/(?P<digest>[0-9a-f]{{64}})\.(?P<extension>{'|'.join(EXTENSIONS.values())})$"


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    views = [
        (r"^/(?P<format>)$", home.front),
        (rf"^{_STATIC}/(?P<name>[a-z]+\.(?:css|js))$", _asset),
        (r"^/robots\.txt$", _robots),
        (_MEDIA, pictures.answer),
        *_VIEWS,
    ]
    return [(path, _reading(view)) for path, view in views]


def _reading(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view, for those who ask; whoever sends something is refused."""

    async def answer(datasette: Any, request: Any) -> Any:
        from datasette.utils.asgi import Response

        if request.method not in ("GET", "HEAD"):
            return Response.text("Method not allowed\n", status=405, headers={"Allow": "GET, HEAD"})
        return await view(datasette, request)

    return answer


def _asset_path(name: str) -> str:
    return f"{_STATIC}/{name}?{sha256(_ASSETS[name]).hexdigest()[:12]}"


async def _asset(datasette: Any, request: Any) -> Any:
    from datasette.utils.asgi import NotFound, Response

    name = request.url_vars["name"]
    if name not in _ASSETS:
        raise NotFound("no such file")
    caching = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(_ASSETS[name].decode(), headers=caching, content_type=_KINDS[Path(name).suffix])


async def _robots(datasette: Any, request: Any) -> Any:
    from datasette.utils.asgi import NotFound, Response

    if not archives.names(datasette):
        raise NotFound("no archive here")
    return Response.text(headers.ROBOTS)


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[headers.App], headers.App]:
    add_headers = headers.wrapper(datasette)
    return lambda app: add_headers(switch.wrapper(datasette, inert.wrapper(datasette, app)))

"""One visit to a page of ours: which archive is asked, in which language, and in which form the answer goes out."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urlencode

from scraper.archive.database import Database
from scraper.archive.query import Query
from scraper.archive.search import Hit
from scraper.browse import archives, asking, cards, headers, words
from scraper.browse.cards import Card
from scraper.browse.words import Words
from scraper.errors import ArchiveDamaged

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page has to show, for people (`template`, `values`) and for programs (`record`)."""

    template: str
    values: Any
    """What the template knows as `chinanews`."""
    record: dict[str, Any]
    status: int = 200
    feed: Callable[[], bytes] | None = None
    """The same as Atom, where the page has a feed."""
    moved_to: str = ""
    """Where the page for people is, if not here."""
    refused: str = ""
    """Why a program is told 400 instead of a record that is not what it asked for; the page has a note."""


@dataclass(frozen=True, slots=True)
class Visit:
    datasette: Any
    request: Any
    database: str
    t: Words
    several: bool = False
    """Whether more than one archive is attached, so that addresses must say which."""
    variables: dict[str, str] = field(default_factory=dict)

    async def ask(self, question: Callable[[Database], Answer], *, ms: int = 0) -> Answer:
        return await asking.ask(self.datasette, self.database, question, ms=ms)

    def argument(self, name: str, longest: int = 1000) -> str:
        return (self.request.args.get(name) or "").strip()[:longest]

    def path(self, path: str, pairs: Sequence[tuple[str, str]] = ()) -> str:
        """The address of a page of ours, for this archive."""
        asked = [*pairs, *([("archive", self.database)] if self.several else [])]
        return str(self.datasette.urls.path(path)) + (f"?{urlencode(asked)}" if asked else "")

    def absolute(self, path: str) -> str:
        return str(self.datasette.absolute_url(self.request, path))

    def search(self, **chosen: str) -> str:
        return self.path("/-/search", [(name, value) for name, value in chosen.items() if value])

    def profile(self, kind: str, name: str, extension: str = "") -> str:
        """The page of an edition, a channel, a source, an editor or an author."""
        if name in (".", ".."):  # a browser would climb them
            return self.path(f"/-/{kind}{extension}", [("name", name)])
        return self.path(f"/-/{kind}/{quote(name, safe='').replace('.', '%2E')}{extension}")

    def article(self, identity: object) -> str:
        """The page to read; `record_of` is the same for programs."""
        return cards.hrefs(self.datasette, self.database)(identity)

    def record_of(self, identity: object) -> str:
        return self.path(f"/-/article/{identity}.json")

    async def cards(
        self, ids: Sequence[int], query: Query | None = None, hits: Mapping[int, Hit] | None = None
    ) -> list[Card]:
        """Articles as cards, in this order, with the snippets of the search that found them."""
        holes = ", ".join("?" * len(ids))
        sql = f"SELECT {', '.join(cards.COLUMNS)} FROM articles WHERE id IN ({holes})"
        rows = {row["id"]: row for row in await self.ask(lambda db: list(db.execute(sql, list(ids))))}
        return [
            cards.card(rows[at], self.article(at), query or Query(), self.t, (hits or {}).get(at))
            for at in ids
            if at in rows
        ]


View = Callable[[Visit], Awaitable[Shown | None]]


def answering(view: View) -> Callable[..., Awaitable[Any]]:
    """The view as Datasette routes it: permissions first, then the page, its JSON twin, or its feed."""

    async def answer(datasette: Any, request: Any) -> Any:
        visit = await arrived(datasette, request)
        wanted = visit.variables.get("format") or "html"
        try:
            shown = await view(visit)
        except asking.TooSlow:
            shown = _unanswered(visit, "too_slow", "not_counted")
        except ArchiveDamaged:
            shown = _unanswered(visit, "record_damaged", "failed_title")
        except asking.Outdated:
            shown = _unanswered(visit, "outdated", "outdated_title")
        if shown and shown.status >= 500 and wanted == "atom":
            wanted = "html"
        if shown is None or (wanted == "atom" and shown.feed is None):
            # Not `NotFound`: Datasette would send addresses with a % in them elsewhere.
            shown, wanted = _missing(visit), "json" if wanted == "json" else "html"
        return await _response(visit, shown, wanted)

    return answer


async def arrived(datasette: Any, request: Any) -> Visit:
    """The visit of a request, if there is such an archive and its permissions let this visitor in."""
    from datasette.utils.asgi import Forbidden, NotFound

    names = archives.names(datasette)
    asked = request.args.get("archive")
    database = asked or (names[0] if names else "")
    if database not in names:
        raise NotFound("no such archive")
    if not await archives.may_read(datasette, request.actor, database):
        raise Forbidden("you may not read this archive")
    variables = {name: unquote(value) for name, value in request.url_vars.items() if value}
    return Visit(datasette, request, database, words.of(request), len(names) > 1, variables)


def _missing(visit: Visit) -> Shown:
    return Shown("chinanews_missing.html", {}, {"ok": False, "error": visit.t("missing")}, status=404)


def _unanswered(visit: Visit, why: str, title: str) -> Shown:
    told = visit.t(why)
    values = {"message": told, "title": visit.t(title), "tables": visit.datasette.urls.database(visit.database)}
    return Shown("chinanews_message.html", values, {"ok": False, "error": told}, status=503)


async def _response(visit: Visit, shown: Shown, wanted: str) -> Any:
    from datasette.utils.asgi import Response

    if wanted == "json" and shown.refused:
        shown = Shown("", {}, {"ok": False, "error": shown.refused}, status=400)
    if wanted == "json":
        body = json.dumps(shown.record, ensure_ascii=False, indent=1)
        return Response(body, status=shown.status, content_type="application/json; charset=utf-8")
    if wanted == "atom" and shown.feed:
        return Response(shown.feed().decode(), content_type="application/atom+xml; charset=utf-8")
    if shown.moved_to:
        return Response.redirect(shown.moved_to)
    headers.ours(visit.request)
    values = {"visit": visit, "chinanews": shown.values}
    html = await visit.datasette.render_template(shown.template, values, request=visit.request)
    return Response.html(html, status=shown.status)

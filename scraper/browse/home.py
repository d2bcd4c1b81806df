"""The first page: what the archive holds, the map to enter by, the newest, what was edited or removed, and where to search."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scraper.archive.database import Database
from scraper.browse import archives, charts, columns, finding, headers, profiles, words
from scraper.browse.asking import Outdated, TooSlow
from scraper.browse.cards import Card
from scraper.browse.charts import Chart
from scraper.browse.tiles import PLACES
from scraper.browse.visit import Shown, Visit
from scraper.browse.words import Words

_MAIN = "www"
_NEWEST = 10
_LATELY = 4
_MANY_SHADES = 4
_COUNTING_MS = 4_000
"""The counts of a large archive may take longer than one search may."""


@dataclass(frozen=True, slots=True)
class Tile:
    """An edition on the map and in the chart."""

    code: str
    name: str
    local: str
    """The name in the visitor's language."""
    row: int
    column: int
    count: int
    shade: int
    """0 for no article, to 4 for as many as the largest."""
    height: float
    """Beside the largest edition, 0 to 100."""
    read_at: str | None
    freshness: str
    """`fresh`, `recent`, `stale` or `never`."""
    href: str


@dataclass(frozen=True, slots=True)
class Run:
    started_at: str
    ended_at: str | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Holding:
    """One archive as the first page tells of it."""

    visit: Visit
    name: str
    articles: int
    first: str
    last: str
    tiles: list[Tile]
    chart: Chart | None
    newest: list[Card]
    edited: list[Card]
    gone: list[Card]
    run: Run | None
    drifting: int
    failing: int
    outdated: bool = False
    """Made by an older version, and lacking what is to be shown."""

    @property
    def editions(self) -> list[Tile]:
        """Those with articles, the largest first."""
        return sorted((tile for tile in self.tiles if tile.count), key=lambda tile: (-tile.count, tile.code))

    @property
    def editions_told(self) -> str:
        codes = {tile.code for tile in self.tiles if tile.count}
        return self.visit.t.editions(len(codes - {_MAIN}), main=_MAIN in codes)


async def holdings(datasette: Any, request: Any, actor: Any) -> list[Holding]:
    """Every attached archive that this visitor may read."""
    names = await archives.look(datasette)
    readable = [name for name in names if await archives.may_read(datasette, actor, name)]
    t = words.of(request)
    return [await _holding(Visit(datasette, request, name, t, len(names) > 1)) for name in readable]


async def front(datasette: Any, request: Any) -> Any:
    """`/`: the first page. Datasette would ask every table a dozen questions first, which none of it shows."""
    from datasette.utils.asgi import Response

    found = await holdings(datasette, request, request.actor)
    makes = datasette.get_jinja_environment if hasattr(datasette, "get_jinja_environment") else None  # 1.0
    own = (makes(request) if makes else datasette.jinja_env).get_template("index.html").filename
    if not found or Path(own).parent != Path(__file__).parent / "templates":
        from datasette.views.index import IndexView

        return await IndexView(datasette).get(request)
    headers.ours(request)
    others = [name for name in datasette.databases if name not in archives.names(datasette)]
    values = {
        "visit": found[0].visit,
        "chinanews": found,
        "databases": [{"name": name} for name in others if await archives.may_open(datasette, request.actor, name)],
    }
    return Response.html(await datasette.render_template("index.html", values, request=request))


async def page(visit: Visit) -> Shown:
    """`/-/home.json`: the first page for programs; people are shown the first page itself."""
    holding = await _holding(visit)
    return Shown("chinanews_home.html", [holding], _record(visit, holding))


@dataclass(frozen=True, slots=True)
class _Counts:
    months: dict[str, int]
    sites: list[tuple[str, str, int, str | None]]
    """Code, name, articles, when a listing was last read."""
    first: str
    last: str
    newest: list[int]
    edited: list[int]
    gone: list[int]
    run: Run | None
    drifting: int
    failing: int


async def _holding(visit: Visit) -> Holding:
    outdated = False
    try:
        counts = await visit.ask(_counts, ms=_COUNTING_MS)
    except (TooSlow, Outdated) as error:
        # Shown without numbers rather than not at all.
        counts = _Counts({}, [], "", "", [], [], [], None, 0, 0)
        outdated = isinstance(error, Outdated)
    now = datetime.now(UTC)
    return Holding(
        visit=visit,
        name=visit.database,
        articles=sum(count for _, _, count, _ in counts.sites),
        first=visit.t.period(counts.first[:7]),
        last=visit.t.period(counts.last[:7]),
        tiles=_tiles(visit, counts.sites, now),
        chart=charts.over_time(counts.months, visit.t),
        newest=await visit.cards(counts.newest),
        edited=await visit.cards(counts.edited),
        gone=await visit.cards(counts.gone),
        run=counts.run,
        drifting=counts.drifting,
        failing=counts.failing,
        outdated=outdated,
    )


def _counts(db: Database) -> _Counts:
    months, articles = _articles(db)
    first, last = db.execute(_SPAN).fetchone()
    run = db.execute("SELECT started_at, ended_at, outcome FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    drifting, failing = db.execute(_TROUBLES).fetchone()
    newest = db.execute(f"SELECT id FROM articles ORDER BY published_at DESC, id DESC LIMIT {_NEWEST}")
    return _Counts(
        months=months,
        sites=[(code, name, articles.get(code, 0), read_at) for code, name, read_at in db.execute(_SITES)],
        first=first or "",
        last=last or "",
        newest=[row[0] for row in newest],
        edited=_lately(db, "page", _EDITED),
        gone=_lately(db, "gone", _GONE),
        run=Run(*run) if run else None,
        drifting=drifting,
        failing=failing,
    )


def _articles(db: Database) -> tuple[dict[str, int], dict[str, int]]:
    """By month, and by edition."""
    if held := columns.current(db):
        counted = held.whole(("month", "site"))
        return dict(counted["month"]), dict(counted["site"])
    months, sites = Counter[str](), Counter[str]()
    for site, month, count in db.execute(_BY_SITE_AND_MONTH):
        sites[site] += count
        months[month] += count if month else 0
    return months, sites


def _lately(db: Database, cause: str, sql: str) -> list[int]:
    """The articles of the last changes, each once: what only our rules read otherwise is none."""
    last = db.execute("SELECT max(id) FROM revisions").fetchone()[0] or 0
    held = columns.current(db)
    if held and held.lists.get(cause, (-1, []))[0] == last:
        return held.lists[cause][1]
    found = db.execute(sql, [cause, 3 * _LATELY])
    articles = list(dict.fromkeys(row[0] for row in found))[:_LATELY]
    if held:
        # Where there are none, every revision was looked at.
        held.lists[cause] = (last, articles)
    return articles


# One pass over an index that has both.
_BY_SITE_AND_MONTH = "SELECT site, substr(published_at, 1, 7), count(*) FROM articles GROUP BY 1, 2"
# Each by itself is one look into the index; together they are a pass over it.
_SPAN = "SELECT (SELECT min(published_at) FROM articles), (SELECT max(published_at) FROM articles)"
_EDITED = "SELECT article FROM revisions WHERE cause = ? ORDER BY seen_at DESC, id DESC LIMIT ?"
# By the index of revisions: `articles` has none of what is gone.
_GONE = f"SELECT found.article FROM ({_EDITED}) AS found JOIN articles a ON a.id = found.article WHERE a.gone_at IS NOT NULL"
_SITES = """
SELECT sites.code, sites.name, read.at
FROM sites
LEFT JOIN (SELECT site, max(last_visit) AS at FROM pages WHERE kind = 'listing' AND state = 'done' GROUP BY site)
  AS read ON read.site = sites.code
"""
_TROUBLES = """
SELECT (SELECT count(*) FROM drift WHERE resolved_at IS NULL),
  (SELECT count(*) FROM pages WHERE error IS NOT NULL AND error <> 'gone')
"""


def _tiles(visit: Visit, sites: list[tuple[str, str, int, str | None]], now: datetime) -> list[Tile]:
    most = max((count for _, _, count, _ in sites), default=0)
    tiles = [_tile(visit, site, most, now) for site in sites if site[0] in PLACES]
    return sorted(tiles, key=lambda tile: (tile.row, tile.column))


def _tile(visit: Visit, site: tuple[str, str, int, str | None], most: int, now: datetime) -> Tile:
    code, name, count, read_at = site
    row, column = PLACES[code]
    return Tile(
        code=code,
        name=name,
        local=visit.t.edition(code, name),
        row=row,
        column=column,
        count=count,
        shade=_shade(count, most),
        height=charts.share(count, most),
        read_at=visit.t.beijing(read_at) if read_at else None,
        freshness=freshness(read_at, now),
        href=visit.profile("edition", code) if count else visit.search(site=code),
    )


def _shade(count: int, most: int) -> int:
    """By the square root, since the main site has many times the articles of the smallest edition.

    >>> [_shade(count, 400) for count in (0, 1, 40, 150, 400)]
    [0, 1, 2, 3, 4]
    """
    if not count:
        return 0
    return min(1 + int((count / most) ** 0.5 * _MANY_SHADES), _MANY_SHADES)


def freshness(read_at: str | None, now: datetime) -> str:
    """How long ago a listing of the edition was read.

    >>> freshness("2026-11-20T20:00:00+00:00", datetime(2026, 11, 21, tzinfo=UTC)), freshness(None, datetime.now(UTC))
    ('fresh', 'never')
    """
    if not read_at:
        return "never"
    try:
        age = now - datetime.fromisoformat(read_at)
    except (ValueError, TypeError):
        return "never"
    return "fresh" if age <= timedelta(days=1) else "recent" if age <= timedelta(days=7) else "stale"


def health_line(holding: Holding, t: Words) -> list[str]:
    """How the last crawl went and what waits for the keeper, in a few words."""
    run = holding.run
    if run is None:
        said = [t("no_crawl")]
    elif run.ended_at:
        said = [t("last_crawl", time=t.beijing(run.ended_at))]
    else:
        said = [t("running_crawl", time=t.beijing(run.started_at))]
    said += [t("drifting", count=holding.drifting)] if holding.drifting else []
    said += [t("failing", count=holding.failing)] if holding.failing else []
    return said if len(said) > 1 or run is None else [*said, t("all_well")]


def _record(visit: Visit, holding: Holding) -> dict[str, Any]:
    months = Counter({point["start"]: point["count"] for point in profiles.chart_record(holding.chart)})
    lists = {name: getattr(holding, name) for name in ("newest", "edited", "gone")}
    return {
        "articles": holding.articles,
        "editions": [
            {"site": tile.code, "name": tile.name, "articles": tile.count, "freshness": tile.freshness}
            for tile in holding.tiles
        ],
        f"by_{holding.chart.unit_key}" if holding.chart else "by_month": dict(months),
        **{name: [finding.hit_record(visit, card) for card in found] for name, found in lists.items()},
        "last_run": asdict(holding.run) if holding.run else None,
        "drifting": holding.drifting,
        "failing": holding.failing,
    }

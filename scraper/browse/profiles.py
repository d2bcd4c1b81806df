"""The page of an editor, an author, a source, a channel or an edition: its articles over time, and beside whom."""

from dataclasses import asdict, dataclass
from typing import Any

from scraper.browse import charts, finding, searching
from scraper.browse.charts import Chart
from scraper.browse.columns import Counts
from scraper.browse.visit import Shown, Visit

KINDS = ("edition", "channel", "source", "editor", "author")
_NEWEST = 15
_MOST = 12
_BESIDE = (
    ("edition", "editions"),
    ("channel", "channels"),
    ("source", "sources"),
    ("editor", "editors"),
    ("author", "authors"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A name, how many articles it has here, and its own page."""

    label: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class Beside:
    label: str
    first: list[Entry]
    more: int


async def page(visit: Visit) -> Shown | None:
    """None where no article bears the name."""
    kind = visit.variables["kind"]
    name = visit.variables.get("name") or visit.argument("name", 300)
    found = await visit.ask(lambda db: searching.parts_of(db, kind, name, _NEWEST)) if name else None
    if not found or not found.total:
        return None
    counted = {"edition": found.counts["site"], **found.counts}
    names = await finding.editions(visit)
    months = dict(found.counts["month"])
    newest = await visit.cards(found.newest)
    argument = "site" if kind == "edition" else kind
    values = {
        "kind": kind,
        "name": names.get(name, name) if kind == "edition" else name,
        "total": found.total,
        "first": visit.t.period(min(months, default="")),
        "last": visit.t.period(max(months, default="")),
        "chart": charts.over_time(months, visit.t),
        "chart_pairs": (argument, name),
        "cards": newest,
        "beside": list(_beside(visit, kind, counted, names)),
        "argument": (argument, name),
        "all": visit.search(**{argument: name}),
        "feed": visit.path("/-/search.atom", [(argument, name)]),
        "json": visit.profile(kind, name, ".json"),
    }
    return Shown("chinanews_profile.html", values, _record(visit, values, counted, months, name))


def _beside(visit: Visit, own: str, counted: Counts, names: dict[str, str]) -> list[Beside]:
    found = []
    for kind, plural in _BESIDE:
        entries = [
            Entry(names.get(value, value) if kind == "edition" else value, count, visit.profile(kind, value))
            for value, count in counted[kind][:_MOST]
        ]
        if entries and kind != own:
            found.append(Beside(visit.t(plural), entries, len(counted[kind]) - len(entries)))
    return found


def _record(visit: Visit, values: dict[str, Any], counted: Counts, months: dict[str, int], name: str) -> dict[str, Any]:
    return {
        "kind": values["kind"],
        "name": name,
        "total": values["total"],
        "months": dict(sorted(months.items())),
        **{
            plural: [{"value": value, "count": count} for value, count in counted[kind]]
            for kind, plural in _BESIDE
            if kind != values["kind"]
        },
        "newest": [finding.hit_record(visit, card) for card in values["cards"]],
        "all": visit.absolute(visit.path("/-/search.json", [values["argument"]])),
    }


def chart_record(chart: Chart | None) -> list[dict[str, Any]]:
    """A chart's numbers, for programs."""
    return [{"start": bar["start"], "count": bar["count"]} for bar in map(asdict, chart.bars)] if chart else []

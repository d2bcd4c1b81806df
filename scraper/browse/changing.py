"""What was edited, removed and put back, across editions: the question journalists ask, as a page, JSON and a feed."""

from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from scraper.archive import history
from scraper.archive.database import Database
from scraper.archive.history import KINDS, Change
from scraper.browse import arguments, feed, finding, versions
from scraper.browse.visit import Shown, Visit

_PAGE = 30
_LAST_PAGE = 1000
_PATIENCE_MS = 6_000
_LABELS = {"edited": "kind_edited", "gone": "kind_gone", "returned": "kind_returned"}
_CAUSES = {"edited": "page", "gone": "gone", "returned": "returned"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A change as the page tells it."""

    change: Change
    href: str
    title: str
    region: str
    day: str
    clock: str
    label: str
    """Edited, removed or put back, in the visitor's language."""
    said: str
    fields: str
    """What was edited, in words."""
    diff: str
    """Address of the two versions side by side; empty where nothing was edited."""


@dataclass(frozen=True, slots=True)
class _Asked:
    kinds: tuple[str, ...]
    sites: tuple[str, ...]
    since: str
    until: str
    page: int
    wrong: tuple[str, ...]
    """What the address says that nobody can, in words."""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        said = [("kind", kind) for kind in self.kinds] + [("site", site) for site in self.sites]
        return [*said, *((name, day) for name in ("since", "until") if (day := getattr(self, name)))]


@dataclass(frozen=True, slots=True)
class _Found:
    changes: list[Change]
    kinds: dict[str, int]
    """How many of each kind, for the editions and days asked for."""
    sites: list[tuple[str, int]]
    """How many of each edition, for the kinds and days asked for."""
    total: int


def _asked(visit: Visit) -> _Asked:
    args = visit.request.args
    kinds = tuple(kind for kind in KINDS if kind in args.getlist("kind"))
    sites = tuple(dict.fromkeys(site.strip()[:10] for site in args.getlist("site") if site.strip()))[:40]
    days, (number, wrong) = arguments.days(visit), arguments.page(visit)
    return _Asked(
        kinds=kinds,
        sites=sites,
        since=days.since,
        until=days.until,
        page=number,
        wrong=(*days.wrong, *arguments.unknown(visit, "kind", KINDS), *wrong),
    )


async def page(visit: Visit) -> Shown:
    """`/-/changes`, its JSON twin and its feed."""
    asked = _asked(visit)
    wants_feed = visit.variables.get("format") == "atom"
    found = await visit.ask(
        lambda db: _find(db, asked, 1 if wants_feed else min(asked.page, _LAST_PAGE)), ms=_PATIENCE_MS
    )
    names = await finding.editions(visit)
    last = arguments.last_page(found.total, _PAGE, _LAST_PAGE)
    behind = not wants_feed and bool(found.total) and asked.page > last
    entries = [] if behind else [_entry(visit, change, names) for change in found.changes[:_PAGE]]
    more = len(found.changes) > _PAGE and asked.page < _LAST_PAGE
    values = {
        "asked": asked,
        "total": found.total,
        "days": [(day, list(group)) for day, group in groupby(entries, key=lambda entry: entry.day)],
        "kinds": _kinds(visit, asked, found),
        "sites": _sites(visit, asked, found, names),
        "hidden": [pair for pair in asked.pairs if pair[0] not in ("since", "until")],
        "notes": asked.wrong,
        "message": "" if found.total else visit.t("nothing_lately"),
        "last": finding.Choice(visit.t("last_page", page=last), None, _address(visit, asked.pairs, last))
        if behind
        else None,
        "previous": _address(visit, asked.pairs, asked.page - 1) if asked.page > 1 and not behind else "",
        "next": _address(visit, asked.pairs, asked.page + 1) if more else "",
        "feed": visit.path("/-/changes.atom", asked.pairs),
        "json": visit.path("/-/changes.json", asked.pairs),
    }
    record = _record(visit, asked, found, entries, more=more)
    return Shown(
        "chinanews_changes.html",
        values,
        record,
        feed=lambda: _atom(visit, asked, entries),
        refused=" ".join(asked.wrong),
    )


def _find(db: Database, asked: _Asked, page: int) -> _Found:
    found = history.changes(
        db,
        since=asked.since,
        until=asked.until,
        sites=asked.sites,
        kinds=asked.kinds or KINDS,
        limit=_PAGE + 1,
        offset=(page - 1) * _PAGE,
    )
    counted = history.change_counts(db, since=asked.since, until=asked.until)
    chosen_kinds, chosen_sites = asked.kinds or KINDS, asked.sites or tuple({site for site, _ in counted})
    kinds = dict.fromkeys(KINDS, 0)
    sites: dict[str, int] = {}
    for (site, kind), times in counted.items():
        if site in chosen_sites:
            kinds[kind] += times
        if kind in chosen_kinds:
            sites[site] = sites.get(site, 0) + times
    total = sum(times for (site, kind), times in counted.items() if site in chosen_sites and kind in chosen_kinds)
    return _Found(found, kinds, sorted(sites.items(), key=lambda pair: (-pair[1], pair[0])), total)


def _entry(visit: Visit, change: Change, names: dict[str, str]) -> Entry:
    seen_on, _, clock = visit.t.beijing(change.when).partition(" ")
    labels = [visit.t(versions.LABELS[field]) for field in change.fields if field in versions.LABELS]
    return Entry(
        change=change,
        href=visit.article(change.article),
        title=change.title.strip() or visit.t("untitled"),
        region=names.get(change.site, change.site),
        day=seen_on,
        clock=clock,
        label=visit.t(_LABELS[change.kind]),
        said=versions.told(visit, _CAUSES[change.kind], change.how),
        fields=visit.t.listed(labels),
        diff=visit.path(f"/-/article/{change.article}/diff", [("b", str(change.number))]) if change.fields else "",
    )


def _kinds(visit: Visit, asked: _Asked, found: _Found) -> list[finding.Choice]:
    return [
        _choice(visit, asked, ("kind", kind), visit.t(_LABELS[kind]), found.kinds[kind], kind in asked.kinds)
        for kind in KINDS
    ]


def _sites(visit: Visit, asked: _Asked, found: _Found, names: dict[str, str]) -> list[finding.Facet]:
    choices = [
        _choice(visit, asked, ("site", site), names.get(site, site), count, site in asked.sites)
        for site, count in found.sites
    ]
    choices.sort(key=lambda choice: not choice.chosen)
    return [finding.Facet(visit.t("site"), choices[:12], choices[12:])] if choices else []


def _choice(visit: Visit, asked: _Asked, pair: tuple[str, str], label: str, count: int, chosen: bool) -> finding.Choice:
    pairs = [one for one in asked.pairs if one != pair] if chosen else [*asked.pairs, pair]
    return finding.Choice(label, count, _address(visit, pairs), chosen)


def _address(visit: Visit, pairs: list[tuple[str, str]], page: int = 1) -> str:
    return visit.path("/-/changes", [*pairs, *([("page", str(page))] if page > 1 else [])])


def _record(visit: Visit, asked: _Asked, found: _Found, entries: list[Entry], *, more: bool) -> dict[str, Any]:
    following = [*asked.pairs, ("page", str(asked.page + 1))]
    return {
        "chosen": {"kinds": asked.kinds, "sites": asked.sites, "since": asked.since, "until": asked.until},
        "total": found.total,
        "page": asked.page,
        "changes": [
            asdict(entry.change)
            | {
                "page": visit.absolute(entry.href),
                "diff": visit.absolute(entry.diff.replace("/diff", "/diff.json", 1)) if entry.diff else None,
            }
            for entry in entries
        ],
        "kinds": found.kinds,
        "sites": [{"value": site, "count": count} for site, count in found.sites],
        "next": visit.absolute(visit.path("/-/changes.json", following)) if more else None,
    }


def _atom(visit: Visit, asked: _Asked, entries: list[Entry]) -> bytes:
    return feed.changes(
        visit,
        asked.pairs,
        [
            feed.Entry(
                identity=f"{entry.change.url}#version-{entry.change.number}",
                title=f"{entry.label} · {entry.title}",
                updated=entry.change.when,
                href=entry.diff or entry.href,
                original=entry.change.url,
                region=entry.region,
                summary=f"{entry.said} {entry.fields}".strip(),
            )
            for entry in entries
        ],
    )

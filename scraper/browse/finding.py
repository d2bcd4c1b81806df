"""The search page: hits in the order of `scraper search`, what they can be narrowed by, and a feed of any search."""

from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from scraper.archive.query import LONGEST_QUERY, Query, parse
from scraper.browse import arguments, feed, notes, searching, suggesting
from scraper.browse.asking import TooSlow
from scraper.browse.cards import Card
from scraper.browse.searching import Chosen
from scraper.browse.suggesting import Offer
from scraper.browse.visit import Shown, Visit
from scraper.errors import UsageError

PAGE = 20
_LAST_PAGE = 500
_FEED = 30
_PATIENCE_MS = 6_000
"""A page of hits late is better than none; facets may be left out sooner."""
_SHOWN_AT_ONCE = 8
_MOST_SHOWN = 40
"""Room for all 33 editions; an address each is a millisecond for twenty."""
_SINGLE = ("channel", "source", "editor", "author")
_SORTS = ("relevance", "date", "oldest")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that narrows a search or a list, or widens it again where it is chosen."""

    label: str
    count: int | None
    href: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    label: str
    first: list[Choice]
    rest: list[Choice]
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as its address says it."""

    text: str
    chosen: Chosen
    sort: str
    page: int
    wrong: tuple[str, ...] = ()
    """What the address says that nobody can, in words."""
    unique: bool = False
    """Whether each story is shown once."""
    more: bool = False
    """Whether a next page has hits."""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The address again, without the page."""
        said = [("q", self.text), *(("site", site) for site in self.chosen.sites)]
        said += [(name, getattr(self.chosen, name)) for name in (*_SINGLE, "since", "until")]
        said.append(("unique", "1" if self.unique else ""))
        said.append(("sort", "" if self.sort == _usual_sort(self.text) else self.sort))
        return [(name, value) for name, value in said if value]


def _usual_sort(text: str) -> str:
    return "relevance" if text else "date"


def asked(visit: Visit) -> Asked:
    text, sort = visit.argument("q", LONGEST_QUERY + 1), visit.argument("sort", 40)
    sites = tuple(dict.fromkeys(site.strip()[:10] for site in visit.request.args.getlist("site") if site.strip()))[:40]
    days, (page, wrong) = arguments.days(visit), arguments.page(visit)
    chosen = Chosen(
        sites=sites,
        since=days.since,
        until=days.until,
        **{name: visit.argument(name, 300) for name in _SINGLE},
    )
    allowed = _SORTS if text else _SORTS[1:]
    return Asked(
        text=text,
        chosen=chosen,
        sort=sort if sort in allowed else _usual_sort(text),
        page=page,
        wrong=(*days.wrong, *arguments.unknown(visit, "sort", _SORTS), *wrong),
        unique=visit.argument("unique", 2) == "1",
    )


async def page(visit: Visit) -> Shown:
    """`/-/search`, its JSON twin and its feed."""
    search = asked(visit)
    wants_feed = visit.variables.get("format") == "atom"
    sort, limit, offset = (
        ("date", _FEED, 0) if wants_feed else (search.sort, PAGE + 1, (min(search.page, _LAST_PAGE) - 1) * PAGE)
    )
    try:
        found = await visit.ask(
            lambda db: searching.find(
                db, search.text, search.chosen, sort=sort, limit=limit, offset=offset, unique=search.unique
            ),
            ms=_PATIENCE_MS,
        )
    except UsageError:
        return await _shown(visit, search, [], 0, visit.t("nothing_to_find"))
    # One more than is shown tells whether there is a next page.
    ids = found.ids if wants_feed else found.ids[:PAGE] if search.page <= _LAST_PAGE else []
    shown = await visit.cards(ids, parse(search.text), found.hits)
    search = replace(search, more=len(found.ids) > PAGE and search.page < _LAST_PAGE)
    message = "" if found.total else visit.t("nothing_found")
    return await _shown(visit, search, shown, found.total, message)


async def _shown(visit: Visit, search: Asked, found: list[Card], total: int, message: str) -> Shown:
    counted = await _counted(visit, search) if total and visit.variables.get("format") != "atom" else {}
    names = await editions(visit)
    last = arguments.last_page(total, PAGE, _LAST_PAGE)
    behind = total and search.page > last
    offers = await suggesting.offers(visit, search.text, search.chosen) if not total and search.page == 1 else []
    values = {
        "search": search,
        "total": total,
        "cards": found,
        "message": message,
        "notes": [*search.wrong, *(notes.told(note, visit.t) for note in (parse(search.text) or Query()).notes)],
        "offers": [(_label(visit, offer, names), _href(visit, search, offer), offer.total) for offer in offers],
        "chips": list(_chips(visit, search, names)),
        "facets": list(_facets(visit, search, counted or {}, names)),
        "facets_late": counted is None,
        "sorts": _sorts(visit, search),
        "switch": _switch(visit, search),
        "hidden": [pair for pair in search.pairs if pair[0] != "q"],
        "hidden_for_dates": [pair for pair in search.pairs if pair[0] not in ("since", "until")],
        "last": Choice(visit.t("last_page", page=last), None, _address(visit, search, page=last)) if behind else None,
        "previous": _address(visit, search, page=search.page - 1) if search.page > 1 and not behind else "",
        "next": _address(visit, search, page=search.page + 1) if search.more else "",
        "seen": (search.page - 1) * PAGE + len(found),
        "everything": visit.path("/-/search"),
        "feed": visit.path("/-/search.atom", search.pairs),
        "json": visit.path("/-/search.json", [*search.pairs, *_page_pair(search.page)]),
        "table": _table(visit, search),
    }
    record = _record(visit, search, found, total, counted or {})
    record["suggestions"] = [
        {"query": offer.text, "total": offer.total, "page": visit.absolute(_href(visit, search, offer))}
        for offer in offers
    ]
    return Shown(
        "chinanews_search.html",
        values,
        record,
        feed=lambda: feed.atom(visit, search.text, search.pairs, found),
        refused=" ".join(search.wrong),
    )


def _href(visit: Visit, search: Asked, offer: Offer) -> str:
    return visit.path(
        "/-/search", replace(search, text=offer.text, chosen=offer.chosen, sort=_usual_sort(offer.text)).pairs
    )


def _label(visit: Visit, offer: Offer, names: dict[str, str]) -> str:
    """What would be asked: the words, and what stays chosen beside them."""
    said = [chip.label for chip in _chips(visit, Asked("", offer.chosen, "", 1), names)]
    return " · ".join([offer.text, *said] if offer.text else said) or visit.t("all_articles")


async def _counted(visit: Visit, search: Asked) -> dict[str, list[tuple[str, int]]] | None:
    """The facets, or None where counting takes too long: the hits are shown without."""
    try:
        return await visit.ask(lambda db: searching.counts(db, search.text, search.chosen, unique=search.unique))
    except TooSlow:
        return None


async def editions(visit: Visit) -> dict[str, str]:
    """Names of the editions by their code, in the visitor's language."""
    rows = await visit.ask(lambda db: list(db.execute("SELECT code, name FROM sites")))
    return {code: visit.t.edition(code, name) for code, name in rows}


# --- addresses -----------------------------------------------------------------------


def _address(
    visit: Visit, search: Asked, *, drop: tuple[Any, ...] = (), add: tuple[tuple[str, str], ...] = (), page: int = 1
) -> str:
    """This search without some arguments, by name or by name and value."""
    kept = [pair for pair in search.pairs if pair[0] not in drop and pair not in drop]
    return visit.path("/-/search", [*kept, *add, *_page_pair(page)])


def _page_pair(page: int) -> list[tuple[str, str]]:
    return [("page", str(page))] if page > 1 else []


def _table(visit: Visit, search: Asked) -> str:
    """The same in Datasette's own table, for its filters and exports."""
    pairs = [("_search", search.text)] if search.text else []
    pairs += [("site", site) for site in search.chosen.sites[:1]]
    pairs += [(name, value) for name in ("channel", "source", "editor") if (value := getattr(search.chosen, name))]
    pairs += [("authors__arraycontains", search.chosen.author)] if search.chosen.author else []
    pairs += [("published_at__gte", search.chosen.since)] if search.chosen.since else []
    pairs += [("published_at__lt", f"{search.chosen.until}\uffff")] if search.chosen.until else []
    table = str(visit.datasette.urls.table(visit.database, "articles"))
    return f"{table}?{urlencode(pairs)}" if pairs else table


def _sorts(visit: Visit, search: Asked) -> list[Choice]:
    labels = {"relevance": "by_relevance", "date": "newest_first", "oldest": "oldest_first"}
    names = _SORTS if search.text else _SORTS[1:]
    usual = _usual_sort(search.text)
    return [
        Choice(
            visit.t(labels[name]),
            None,
            _address(visit, search, drop=("sort",), add=() if name == usual else (("sort", name),)),
            name == search.sort,
        )
        for name in names
    ]


def _switch(visit: Visit, search: Asked) -> Choice:
    """Shows each story once, or every copy again."""
    add = () if search.unique else (("unique", "1"),)
    label = visit.t("every_copy" if search.unique else "each_story_once")
    return Choice(label, None, _address(visit, search, drop=("unique",), add=add), search.unique)


# --- what is chosen, and what there is to choose ----------------------------------------


def _chips(visit: Visit, search: Asked, names: dict[str, str]) -> list[Choice]:
    t, chosen = visit.t, search.chosen
    chips = (
        [Choice(f"“{search.text[:80]}”", None, _address(visit, search, drop=("q", "sort")), True)]
        if search.text
        else []
    )
    chips += [
        Choice(f"{t('site')} {names.get(site, site)}", None, _address(visit, search, drop=(("site", site),)), True)
        for site in chosen.sites
    ]
    chips += [
        Choice(f"{t(name)} {value}", None, _address(visit, search, drop=(name,)), True)
        for name in _SINGLE
        if (value := getattr(chosen, name))
    ]
    if chosen.since and chosen.since == chosen.until:
        return [*chips, Choice(t.period(chosen.since), None, _address(visit, search, drop=("since", "until")), True)]
    return chips + [
        Choice(f"{t(name)} {t.period(value)}", None, _address(visit, search, drop=(name,)), True)
        for name in ("since", "until")
        if (value := getattr(chosen, name))
    ]


def _facets(
    visit: Visit, search: Asked, counted: dict[str, list[tuple[str, int]]], names: dict[str, str]
) -> list[Facet]:
    facets = []
    pairs = search.pairs
    for name in searching.FACETS:
        values = counted.get(name, [])
        arguments = ("since", "until") if name == "year" else (name,)
        # One of a kind takes another's place; editions stand beside each other.
        others = pairs if name == "site" else [pair for pair in pairs if pair[0] not in arguments]
        narrowed = visit.path("/-/search", others)
        narrowed += "&" if "?" in narrowed else "?"
        choices = []
        for value, count in values[:_MOST_SHOWN]:
            label = visit.t.period(value) if name == "year" else names.get(value, value) if name == "site" else value
            added = [(argument, value) for argument in arguments]
            chosen = all(pair in pairs for pair in added)
            href = _address(visit, search, drop=tuple(added)) if chosen else f"{narrowed}{urlencode(added)}"
            choices.append(Choice(label, count, href, chosen))
        # One value that every article here has is no choice.
        if len(choices) > 1 or any(choice.chosen for choice in choices):
            choices.sort(key=lambda choice: not choice.chosen)
            facets.append(
                Facet(visit.t(name), choices[:_SHOWN_AT_ONCE], choices[_SHOWN_AT_ONCE:], len(values) > _MOST_SHOWN)
            )
    return facets


# --- for programs ---------------------------------------------------------------------


def _record(
    visit: Visit, search: Asked, found: list[Card], total: int, counted: dict[str, list[tuple[str, int]]]
) -> dict[str, Any]:
    return {
        "query": search.text,
        "chosen": {name: value for name, value in asdict(search.chosen).items() if value},
        "sort": search.sort,
        "unique": search.unique,
        "total": total,
        "page": search.page,
        "hits": [hit_record(visit, card) for card in found],
        "facets": {
            name: [{"value": value, "count": count} for value, count in pairs] for name, pairs in counted.items()
        },
        "next": visit.absolute(visit.path("/-/search.json", [*search.pairs, ("page", str(search.page + 1))]))
        if search.more
        else None,
    }


def hit_record(visit: Visit, card: Card) -> dict[str, Any]:
    """An article of a list, for programs: its snippet as text, and where the hits stand in it."""
    return {
        "id": card.id,
        "url": card.url,
        "title": card.plain_title,
        "site": card.site,
        "region": card.region,
        "channel": card.channel,
        "published_at": card.published_at,
        "source": card.source,
        "editor": card.editor,
        "gone": card.gone,
        "snippet": card.plain_snippet.text,
        "hits": [list(span) for span in card.plain_snippet.hits],
        "copies": [{"id": copy.id, "url": copy.url, "site": copy.site, "region": copy.region} for copy in card.copies],
        "page": visit.absolute(card.href),
        "record": visit.absolute(visit.record_of(card.id)),
    }

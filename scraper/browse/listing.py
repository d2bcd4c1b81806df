"""The table of articles as a list one can read: cards, what is chosen, and what else there is to choose.

Datasette finds the rows; here they become cards, and its facets links. Two
of its habits are made up for. It breaks ties of the order only from the
second page on, so the first page ends before a time of which it may hold
only some articles. And it counts facets from the page that is shown on, so
later pages ask for those of the first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from scraper.archive.query import Query
from scraper.browse import cards, finding, matching
from scraper.browse.cards import Card
from scraper.browse.finding import Choice
from scraper.browse.visit import Visit

_LABELS = frozenset("site region year month channel source editor kind published_at title authors contributors".split())
_FACETS = ("site", "year", "month", "channel", "source", "editor")
_PERIOD = "published_at__startswith"
# The argument that chooses a value, by the kind of facet; a column's own name where nothing is said.
_ARGUMENTS = {"year": _PERIOD, "month": _PERIOD, "date": "{}__date", "array": "{}__arraycontains"}
_SHOWN_AT_ONCE = 8
_LONGEST_QUESTION = 20_000
"""Bytes that Datasette may ask itself; httpx refuses addresses of 64 KiB."""
_LOOKUPS = {
    "exact": "",
    "arraycontains": "",
    "date": "",
    "not": "≠",
    "contains": "∋",
    "startswith": "…",
    "gt": ">",
    "gte": "≥",
    "lt": "<",
    "lte": "≤",
}
_TABLE_COLUMNS = ("published_at", "region", "channel", "title", "source", "editor", "authors", "layout", "agreement")


@dataclass(frozen=True, slots=True)
class Choices:
    """One facet."""

    label: str
    first: list[Choice]
    rest: list[Choice]
    truncated: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """What the template shows."""

    cards: list[Card]
    chips: list[Choice]
    """What is chosen now; each link takes one away."""
    facets: list[Choices]
    next_href: str | None


class Page:
    """The page of a request. Datasette's template values come later, through `read`."""

    def __init__(self, visit: Visit, names: dict[str, str], facets: list[Any] | None):
        datasette, request, database = visit.datasette, visit.request, visit.database
        self.visit = visit
        self._t = visit.t
        self._path = datasette.urls.table(database, "articles")
        self._href = cards.hrefs(datasette, database)
        self._pairs = parse_qsl(request.query_string, keep_blank_values=True)
        self._names = names
        self._facets = facets
        self.arguments = request.args
        self.query: Query = matching.wanted(request.args)
        self.search: str = (request.args.get("_search") or "")[:200]
        self.searching = "_search" in request.args
        self.is_first = not request.args.get("_next")

    def read(self, rows: Iterable[Any], filters: Any, facets: list[Any], next_url: str | None, order: str) -> Listing:
        """`order` is the column that the rows are ordered by."""
        shown, next_href = self._first_page(list(rows), next_url, order) if self.is_first else (list(rows), next_url)
        return Listing(
            cards=[cards.card(row, self._href(row["id"]), self.query, self._t) for row in shown],
            chips=list(self._chips(filters)),
            facets=list(self._choices(facets if self._facets is None else self._facets)),
            next_href=next_href,
        )

    # --- addresses ----------------------------------------------------------------

    @property
    def everything(self) -> str:
        """All articles, nothing chosen."""
        return str(self._path)

    @property
    def beginning(self) -> str:
        """The first page of what is chosen."""
        return self._address(drop=())

    @property
    def oldest_first(self) -> str:
        return self._address(drop=("_sort", "_sort_desc"), add=(("_sort", "published_at"),))

    @property
    def newest_first(self) -> str:
        return self._address(drop=("_sort", "_sort_desc"))

    @property
    def as_table(self) -> str:
        return self._address(drop=("_col",), add=tuple(("_col", name) for name in _TABLE_COLUMNS))

    @property
    def as_search(self) -> str:
        """The same on the search page, as far as it has the words for it."""
        known = {"_search": "q", "site": "site", "channel": "channel", "source": "source", "editor": "editor"}
        said = [(known[key], value) for key, value in self._pairs if key in known and value]
        year = [(name, value) for key, value in self._pairs if key == _PERIOD for name in ("since", "until")]
        return self.visit.path("/-/search", [*said, *year])

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a new search keeps of this one, for hidden fields."""
        return [(key, value) for key, value in self._pairs if key not in ("_search", "_next")]

    def _address(self, drop: tuple[str | tuple[str, str], ...], add: tuple[tuple[str, str], ...] = ()) -> str:
        """This list without some arguments, by name or by name and value, and from its first page."""
        kept = [pair for pair in self._pairs if pair[0] != "_next" and pair[0] not in drop and pair not in drop]
        pairs = [*kept, *add]
        return f"{self._path}?{urlencode(pairs)}" if pairs else str(self._path)

    # --- pages ---------------------------------------------------------------------

    def _first_page(self, rows: list[Any], next_url: str | None, order: str) -> tuple[list[Any], str | None]:
        from datasette.utils import tilde_encode

        if not next_url:
            return rows, None
        last = rows[-1][order]
        # Where the whole page is one moment, the next repeats it: twice is better than never.
        whole = [row for row in rows if row[order] != last] or rows
        value = "$null" if last is None else tilde_encode(str(last))
        return whole, self._address(drop=(), add=(("_next", f"{value},0"),))

    # --- what is chosen --------------------------------------------------------------

    def _chips(self, filters: Any) -> Iterable[Choice]:
        if self.searching:
            yield Choice(f"“{self.search}”", None, self._address(drop=("_search",)), chosen=True)
        for column, lookup, value in filters.selections():
            names = (column, f"{column}__exact") if lookup == "exact" else (f"{column}__{lookup}",)
            away = self._address(drop=tuple((name, value) for name in names))
            yield Choice(self._chip(column, lookup, value), None, away, chosen=True)

    def _chip(self, column: str, lookup: str, value: str) -> str:
        if f"{column}__{lookup}" == _PERIOD:
            return self._t.period(value)
        label = self._label(column)
        shown = self._names.get(value, value) if column == "site" else value
        return " ".join(part for part in (label, _LOOKUPS.get(lookup, lookup), shown) if part)

    # --- what there is to choose -------------------------------------------------------

    def _choices(self, facets: list[Any]) -> Iterable[Choices]:
        found = {facet["name"]: facet for facet in facets}
        for name in [*_FACETS, *(other for other in found if other not in _FACETS)]:
            if name not in found or (name == "month" and not self._year()):
                continue
            key = _ARGUMENTS.get(found[name]["type"], "{}").format(name)
            choices = [self._choice(key, result) for result in found[name]["results"]]
            # One value that every article here has is no choice.
            if len(choices) > 1 or any(choice.chosen for choice in choices):
                first, rest = choices[:_SHOWN_AT_ONCE], choices[_SHOWN_AT_ONCE:]
                yield Choices(self._label(name), first, rest, bool(found[name]["truncated"]))

    def _label(self, column: str) -> str:
        return self._t(column) if column in _LABELS else column

    def _choice(self, key: str, result: Any) -> Choice:
        value = str(result["value"])
        label = self._t.period(value) if key == _PERIOD else self._names.get(value, str(result["label"]))
        if (key, value) in self._pairs:
            return Choice(label, result["count"], self._address(drop=((key, value),)), chosen=True)
        drop = (key,) if key == _PERIOD else ()
        return Choice(label or "—", result["count"], self._address(drop=drop, add=((key, value),)))

    def _year(self) -> str:
        """The year that is chosen, by itself or with a month."""
        return (self.arguments.get(_PERIOD) or "")[:4]


async def page(visit: Visit) -> Page:
    names = await finding.editions(visit)
    facets = None
    if visit.request.args.get("_next"):
        facets = await _facets_of_first_page(visit.datasette, visit.request, visit.database)
    return Page(visit, names, facets)


async def _facets_of_first_page(datasette: Any, request: Any, database: str) -> list[Any]:
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    kept = [(key, value) for key, value in pairs if key not in ("_next", "_size", "_extra", "_shape")]
    asked = urlencode([*kept, ("_size", "0"), ("_extra", "facet_results")])
    if len(asked) > _LONGEST_QUESTION:
        return []
    path = datasette.urls.table(database, "articles", format="json") + f"?{asked}"
    response = await datasette.client.get(path, cookies=request.cookies)
    if response.status_code != 200:
        return []
    results = response.json().get("facet_results", {})
    return list(results.get("results", results).values())  # 1.0 nests them

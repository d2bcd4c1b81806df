"""Years and months of a time column as facets, newest first.

Datasette's own date facet lists days, by UTC: an article of 00:30 in Beijing
would stand under the day before. These cut the printed text instead.
"""

from typing import Any

from datasette.database import QueryInterrupted
from datasette.facets import Facet
from datasette.utils import escape_sqlite, path_with_removed_args, path_with_replaced_args


class YearFacet(Facet):  # type: ignore[misc]  # datasette has no types
    """Configured as `{"year": "published_at"}`; chosen by `published_at__startswith=2022`."""

    type = "year"
    length = 4

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        results: list[dict[str, Any]] = []
        timed_out: list[str] = []
        for configured in self.get_configs():
            column = configured["config"].get("column") or configured["config"]["simple"]
            try:
                results.append(await self._result(column, hideable=configured["source"] != "metadata"))
            except QueryInterrupted:
                timed_out.append(self.type)
        return results, timed_out

    async def _result(self, column: str, *, hideable: bool) -> dict[str, Any]:
        size = self.get_facet_size()
        cut = f"substr({escape_sqlite(column)}, 1, {self.length})"
        found = await self.ds.execute(
            self.database,
            f"select {cut} as value, count(*) as count from ({self.sql})"
            f" where {cut} is not null group by 1 order by 1 desc limit {size + 1}",
            self.params,
            truncate=False,
            custom_time_limit=self.ds.setting("facet_time_limit_ms"),
        )
        rows = list(found.rows)
        return {
            "name": self.type,
            "type": self.type,
            "hideable": hideable,
            "toggle_url": self.ds.urls.path(path_with_removed_args(self.request, {f"_facet_{self.type}": column})),
            "results": [self._value(column, row["value"], row["count"]) for row in rows[:size]],
            "truncated": len(rows) > size,
        }

    def _value(self, column: str, value: str, count: int) -> dict[str, Any]:
        key = f"{column}__startswith"
        selected = (key, value) in self.get_querystring_pairs()
        path = path_with_replaced_args(self.request, {key: None if selected else value, "_next": None})
        return {
            "value": value,
            "label": value,
            "count": count,
            "toggle_url": self.ds.absolute_url(self.request, self.ds.urls.path(path)),
            "selected": selected,
        }


class MonthFacet(YearFacet):
    """Configured as `{"month": "published_at"}`."""

    type = "month"
    length = 7

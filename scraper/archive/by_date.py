"""The matches of a query by date, without looking at more of them than are asked for.

The index knows articles by id, not by date. Mostly they are stored in the
order of their dates, day by day: then the newest matches are among those that
were stored last. Where that is not so (years fetched after the fact), a word
that stands in many is looked for among the newest articles themselves; another
in the index, there among those of the last days first, then of ever longer
times before.
"""

import json
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from math import ceil

from scraper.archive import documents
from scraper.archive.matches import BEHIND, DAY, MATCHING, THESE, Matches
from scraper.archive.narrowing import all_of, any_of, periods_between, quoted
from scraper.archive.query import Dates

_FEW = 64
"""So many articles are sorted rather than looked for by date."""
_SORTED = 500
"""About so many matches, of all dates, are sorted in less time than the index is asked for a dozen days and months."""
_COMMON = 0.85
"""Of a word that so many articles hold, the newest are found by reading the newest articles."""
_READ_AT_MOST = 150
_LOWEST = -(2**63)
_STEPPED = 2_000
"""Articles that are counted by date; how far more of them reach is told from these."""
_TOKENS = 14
"""Of days, months or years that one question to the index may name: each is looked up there."""


def oldest(found: Matches) -> Iterator[int]:
    """Every match, the oldest first."""
    source, parameters = found.source()
    rows = found.db.execute(f"SELECT articles.id FROM {source} ORDER BY published_at, articles.id", parameters)
    yield from (identity for part in iter(lambda: rows.fetchmany(200), []) for (identity,) in part)


def newest(found: Matches, page: int = 20) -> Iterator[int]:
    """Every match, the newest first; the first `page` of them soonest."""
    if found.waiting != []:
        yield from found.read_instead()
        return
    yield from _Walk(found, page).all()


def possible(found: Matches, page: int) -> Iterator[int]:
    """As `newest`, and with them what only the text can tell from a match. The index must be up to date."""
    walk = _Walk(found, page)
    return (identity for block in walk.blocks() for identity in block)


class _Walk:
    """A way back from the newest article of a query's dates to the oldest."""

    def __init__(self, found: Matches, page: int) -> None:
        self.found = found
        self.page = page
        # Dates at the top are where the way begins and ends; the index need not be asked for each of their days.
        dates = [node for node in found.query.root.nodes if isinstance(node, Dates)] if found.days else []
        others = [node for node in found.query.root.nodes if node not in dates and node not in found.columns]
        self.expression = found.narrowed(tuple(others)).expression if dates else found.expression
        if others and self.expression is None:
            self.expression, dates = found.expression, []
        self.upper = min((node.until + BEHIND for node in dates), default=BEHIND)
        self.since = max((node.since for node in dates), default="")

    def all(self) -> Iterator[int]:
        stored_last = self._stored_last()
        yield from self._matching(stored_last) if stored_last else self._read_newest()
        for block in self._by_date():
            yield from self._matching(block)

    def blocks(self) -> Iterator[list[int]]:
        """The ids that can match, in blocks that follow one another by date."""
        yield self._stored_last()
        yield from self._by_date()

    def _matching(self, block: list[int]) -> Iterator[int]:
        if self.found.exact:
            yield from block
            return
        start, size = 0, self.page + 4
        while start < len(block):
            part = block[start : start + size]
            kept = self.found.holding(part)
            yield from (identity for identity in part if identity in kept)
            start, size = start + size, min(2 * size, 200)

    def _stored_last(self) -> list[int]:
        """What can match among what was stored last, if there is nothing newer elsewhere; moves `upper` behind it."""
        if not self._latest or (self.upper != BEHIND and len(self._latest) > _FEW):  # what was stored last is too new
            return []
        rows = self.found.db.execute(
            f"SELECT articles.id, published_at FROM {THESE} WHERE published_at < ? AND published_at >= ?{self.found.where}"
            " ORDER BY published_at DESC, articles.id DESC",
            [json.dumps(self._latest), self.upper, self.since, *self.found.values],
        ).fetchall()
        if len(self._latest) <= _FEW:  # that is all
            self.upper = ""
            return [identity for identity, _ in rows]
        oldest = rows[self.page - 1][1] if len(rows) >= self.page else self.since
        if not oldest or self._lowest_id(oldest) < self._latest[-1]:
            return []
        self.upper = oldest if oldest > self.since else ""
        return [identity for identity, time in rows if time >= oldest]

    def _read_newest(self) -> list[int]:
        """The matches among the newest articles, where reading these is the shortest way; moves `upper` behind them."""
        if len(self._latest) <= _FEW or self._share < _COMMON:
            return []
        count = ceil(1.3 * self.page / self._share) + 4
        if count > _READ_AT_MOST:
            return []
        last = self._time_at(count)
        rows = self.found.db.execute(
            f"SELECT {documents.COLUMNS} FROM articles WHERE published_at < ? AND published_at >= ?{self.found.where}"
            " ORDER BY published_at DESC, id DESC LIMIT ?",
            [self.upper, max(last, self.since), *self.found.values, 2 * _READ_AT_MOST],
        ).fetchall()
        if len(rows) == 2 * _READ_AT_MOST:  # many of one moment, as of a day without a time
            return []
        self.upper = last if last > self.since else ""
        return [row[0] for row in rows if self.found.is_match(row)]

    def _by_date(self) -> Iterator[list[int]]:
        if self.expression is None:
            yield from self._every_article()
            return
        if not self._latest:
            return
        if self.upper and self._share * self.found.highest <= _SORTED:
            yield self._sorted(self.expression, "", _LOWEST)
            return
        size = ceil(2 * self.page / self._share)
        while self.upper:
            lower = self._beginning(size)
            yield self._between(lower)
            self.upper, size = lower, size * 8

    def _every_article(self) -> Iterator[list[int]]:
        rows = self.found.db.execute(
            f"SELECT id FROM articles WHERE published_at < ? AND published_at >= ?{self.found.where}"
            " ORDER BY published_at DESC, id DESC",
            [self.upper, self.since, *self.found.values],
        )
        yield from ([identity for (identity,) in part] for part in iter(lambda: rows.fetchmany(200), []))

    @cached_property
    def _latest(self) -> list[int]:
        """The matches with the highest ids, of all dates: all, where they are few."""
        return self.found.ids(self.expression, _FEW + 1) if self.expression else []

    @property
    def _share(self) -> float:
        """Of about how many articles one matches."""
        return min(1.0, len(self._latest) / max(1, self.found.highest + 1 - self._latest[-1]))

    def _time_at(self, size: int) -> str:
        """When the article was published before which, counted from `upper`, there are so many; empty for none."""
        row = self.found.db.execute(
            "SELECT published_at FROM articles WHERE published_at < ? ORDER BY published_at DESC LIMIT 1 OFFSET ?",
            [self.upper, size],
        ).fetchone()
        return str(row[0]) if row else ""

    def _beginning(self, size: int) -> str:
        """The beginning of a day, month or year such that about `size` articles lie between; empty for all."""
        if not self.found.days or size > self.found.highest / 3:
            return ""
        time = self._time_at(min(size, _STEPPED))
        if not DAY.match(time):
            return ""
        if size > _STEPPED:
            time = _earlier(self._last_day(), time[:10], size / _STEPPED)
        if time <= max(self.since, self.found.days[0]):
            return ""
        for length in (10, 7, 4):
            if len(self._periods(time[:length])) <= _TOKENS:
                break
        return time[:length]

    def _periods(self, lower: str) -> list[str]:
        """The days, months or years from one to `upper`; whole ones, as `upper` is looked at besides."""
        return periods_between(lower, self._last_day()[: len(lower)])

    def _last_day(self) -> str:
        """The last day, month or year before `upper`."""
        last = self.found.days[1] if self.found.days else ""
        if self.upper.endswith(BEHIND):
            return min(last, self.upper.removesuffix(BEHIND) or last)
        return self.upper[:10] if len(self.upper) > 10 else _day_before(self.upper)

    def _between(self, lower: str) -> list[int]:
        expression = self.expression or ""
        lowest = lower or self.since
        if lowest and self.found.days:
            periods = self._periods(lowest)
            if not periods:
                return []
            if len(periods) <= 4 * _TOKENS:
                expression = all_of([expression, any_of([quoted(f"date:{period}") for period in periods])])
        lowest_id = self._lowest_id(lowest)
        if lowest_id == _LOWEST or self.found.where:
            return self._sorted(expression, lower, lowest_id)
        return self._among_the_latest(expression, lowest, lowest_id)

    def _among_the_latest(self, expression: str, lowest: str, lowest_id: int) -> list[int]:
        """As `_sorted`, by the index of times: no article need be looked at."""
        rows = self.found.db.execute(
            "SELECT id FROM articles WHERE published_at < ? AND published_at >= ?"
            " AND +id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? AND rowid >= ?)"
            " ORDER BY published_at DESC, id DESC",
            [self.upper, lowest, expression, lowest_id],
        )
        return [identity for (identity,) in rows]

    def _lowest_id(self, lower: str) -> int:
        """Of the articles from one time to `upper`: what is published last was mostly stored last, and need be read last."""
        counted, lowest = self.found.db.execute(
            "SELECT count(*), min(id) FROM"
            f" (SELECT id FROM articles WHERE published_at >= ? AND published_at < ? LIMIT {_STEPPED})",
            [lower, self.upper],
        ).fetchone()
        return lowest if 0 < counted < _STEPPED else _LOWEST

    def _sorted(self, expression: str, lower: str, lowest_id: int) -> list[int]:
        rows = self.found.db.execute(
            f"SELECT articles.id FROM {MATCHING} WHERE articles_fts MATCH ? AND articles_fts.rowid >= ?"
            f" AND published_at < ? AND published_at >= ?{self.found.where}"
            " ORDER BY published_at DESC, articles.id DESC",
            [expression, lowest_id, self.upper, max(lower, self.since), *self.found.values],
        )
        return [identity for (identity,) in rows]


def _earlier(last: str, day: str, times: float) -> str:
    """So many times as far back from the last day as this one is; empty before all dates."""
    try:
        end = date.fromisoformat(f"{last}-01-01"[:10] if len(last) < 10 else last)
        return (end - (end - date.fromisoformat(day)) * times).isoformat()
    except (ValueError, OverflowError):
        return ""


def _day_before(period: str) -> str:
    """The last year, month or day before a year, month or day begins."""
    year, month, day = (int(part) for part in [*period.split("-"), "1", "1"][:3])
    if len(period) == 10 and day > 1:
        return f"{year:04}-{month:02}-{day - 1:02}"
    if len(period) >= 7 and month > 1:
        return f"{year:04}-{month - 1:02}"
    return f"{year - 1:04}"

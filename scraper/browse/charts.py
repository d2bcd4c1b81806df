"""Counts over time as drawings made by the server: no script, and the same numbers as a table beside them.

A drawing holds bars only and stretches with the page; every word stands
outside of it, at the size of the text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scraper.browse.words import Words

MOST_MONTHS = 360
"""Bars that still have a pixel of their own on a phone: thirty years. A longer time is shown by years."""
_HEIGHT = 100
_STEP = 10
_WIDTH = 8


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    start: str
    """`2022` or `2022-07`."""
    count: int
    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of a drawing `width` wide and 100 high."""

    title: str
    about: str
    unit_key: str
    """`month` or `year`."""
    unit: str
    bars: tuple[Bar, ...]
    width: int
    top: int
    axis: tuple[str, ...]


def over_time(months: Mapping[str, int], t: Words) -> Chart | None:
    """Articles by month (`2022-07`), or by year where the months are too many; None without any."""
    months = {month: count for month, count in months.items() if _is_month(month)}
    if not months:
        return None
    by_month = _filled(months)
    unit, counts = ("month", by_month) if len(by_month) <= MOST_MONTHS else ("year", _filled_years(months))
    bars = tuple(_bars(counts, t))
    most = max(bars, key=lambda bar: bar.count)
    return Chart(
        title=t("by_month") if unit == "month" else t("by_year"),
        about=t("chart_about", first=bars[0].label, last=bars[-1].label, top=most.label, count=f"{most.count:,}"),
        unit_key=unit,
        unit=t(unit),
        bars=bars,
        width=max(len(bars), 12) * _STEP,
        top=most.count,
        axis=tuple(dict.fromkeys((bars[0].label, bars[-1].label))),
    )


def _is_month(text: str) -> bool:
    return len(text) == 7 and text[:4].isdecimal() and text[5:].isdecimal() and 1 <= int(text[5:]) <= 12


def _filled(months: Mapping[str, int]) -> dict[str, int]:
    """Every month from the first to the last, the empty ones, too.

    >>> _filled({"2021-12": 2, "2022-02": 1})
    {'2021-12': 2, '2022-01': 0, '2022-02': 1}
    """
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (min(months), max(months)))
    names = (f"{at // 12:04}-{at % 12 + 1:02}" for at in range(first, last + 1))
    return {name: months.get(name, 0) for name in names}


def _filled_years(months: Mapping[str, int]) -> dict[str, int]:
    counts = {f"{year:04}": 0 for year in range(int(min(months)[:4]), int(max(months)[:4]) + 1)}
    for month, count in months.items():
        counts[month[:4]] += count
    return counts


def _bars(counts: Mapping[str, int], t: Words) -> Iterable[Bar]:
    most = max(counts.values()) or 1
    # A short time stands at the right end of a drawing that is wide enough for a year.
    lead = max(12 - len(counts), 0) * _STEP
    for place, (start, count) in enumerate(counts.items()):
        height = max(round(count * _HEIGHT / most, 2), 1.5) if count else 0
        yield Bar(t.period(start), start, count, lead + place * _STEP + (_STEP - _WIDTH) // 2, _HEIGHT - height, height)


def share(count: int, most: int) -> float:
    """The height of a bar beside the highest, 0 to 100; what is there at all can be seen."""
    return max(round(count * _HEIGHT / (most or 1), 2), 1.5) if count else 0

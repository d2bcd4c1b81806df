"""Counts over time as drawings made by the server: no script, and the same numbers as a table beside them.

A drawing holds bars only and stretches with the page; every word stands
outside of it, at the size of the text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scraper.browse.words import Words

MOST_MONTHS = 360
"""Bars that still have a pixel of their own on a phone: thirty years. A longer time is shown by years."""
_HEIGHT = 100
_STEP = 10
_WIDTH = 8
_MOST_MARKS = 7
"""Years that have room under a drawing on a phone."""
_FEW_YEARS = 3
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
_EDGE = 7
"""Per cent from either end where a label would stand out over it."""


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
class Mark:
    """A label under the bars."""

    label: str
    at: float
    """Per cent of the width."""
    anchor: str
    """Which of its ends stands there, as SVG calls it."""


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
    axis: tuple[Mark, ...]


def over_time(months: Mapping[str, int], t: Words) -> Chart | None:
    """Articles by month (`2022-07`), or by year where the months are too many; None without any."""
    months = {month: count for month, count in months.items() if _is_month(month)}
    if not months:
        return None
    by_month = _filled(months)
    unit, counts = ("month", by_month) if len(by_month) <= MOST_MONTHS else ("year", _filled_years(months))
    bars = tuple(_bars(counts, t))
    most = max(bars, key=lambda bar: bar.count)
    width = max(len(bars), 12) * _STEP
    return Chart(
        title=t("by_month") if unit == "month" else t("by_year"),
        about=t("chart_about", first=bars[0].label, last=bars[-1].label, top=most.label, count=f"{most.count:,}"),
        unit_key=unit,
        unit=t(unit),
        bars=bars,
        width=width,
        top=most.count,
        axis=tuple(_axis(bars, width, t)),
    )


def _axis(bars: Sequence[Bar], width: int, t: Words) -> Iterable[Mark]:
    """Years at equal steps under what spans several; else the first and the last."""
    years = [bar for bar in bars if bar.start.endswith("-01") or len(bar.start) == 4]
    if len(years) < _FEW_YEARS:
        named = {bars[0].start: bars[0].label, bars[-1].start: bars[-1].label}
    else:
        step = next(step for step in _STEPS if len(years) <= step * _MOST_MARKS)
        named = {bar.start: t.period(bar.start[:4]) for bar in years if int(bar.start[:4]) % step == 0}
    for bar in bars:
        if bar.start in named:
            at = (bar.x + _WIDTH / 2) / width * 100
            anchor = "start" if at < _EDGE else "end" if at > 100 - _EDGE else "middle"
            yield Mark(named[bar.start], round(at, 2), anchor)


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

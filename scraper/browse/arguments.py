"""Arguments of an address that say what nobody can: read as if left out, told on the page, refused to a program."""

from collections.abc import Iterable
from dataclasses import dataclass

from scraper.archive.query import day
from scraper.browse.visit import Visit


@dataclass(frozen=True, slots=True)
class Days:
    """First and last day of what is asked for; empty where none is, or none that there can be."""

    since: str
    until: str
    wrong: tuple[str, ...]


def days(visit: Visit) -> Days:
    said = {name: visit.argument(name, 20) for name in ("since", "until")}
    read = {name: day(text) for name, text in said.items()}
    wrong = [visit.t("no_such_day", value=text) for name, text in said.items() if text and read[name] is None]
    return Days(read["since"] or "", read["until"] or "", tuple(wrong))


def page(visit: Visit) -> tuple[int, tuple[str, ...]]:
    """Which page is asked for."""
    said = visit.argument("page", 6)
    number = int(said) if said.isascii() and said.isdecimal() else 0
    return (number, ()) if number else (1, (visit.t("no_such_page", value=said),) if said else ())


def unknown(visit: Visit, name: str, allowed: Iterable[str]) -> tuple[str, ...]:
    """Each value of an argument that is none of those allowed."""
    known = tuple(allowed)
    said = dict.fromkeys(value.strip()[:40] for value in visit.request.args.getlist(name)[:10])
    return tuple(
        visit.t("no_such_value", name=name, value=value, known=visit.t.listed(list(known)))
        for value in said
        if value and value not in known
    )


def last_page(total: int, size: int, most: int) -> int:
    """The last page that has anything.

    >>> last_page(0, 20, 500), last_page(20, 20, 500), last_page(21, 20, 500), last_page(99_999, 20, 500)
    (1, 1, 2, 500)
    """
    return min(max(-(-total // size), 1), most)

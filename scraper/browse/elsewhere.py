"""The same story elsewhere: who else printed it, when, and what they changed in title, editor and source."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scraper.archive.stories import Member, Story
from scraper.browse.visit import Visit


@dataclass(frozen=True, slots=True)
class Printing:
    """Another article that prints the story."""

    id: int
    href: str
    url: str
    site: str
    region: str
    place: str
    """The edition's name in the visitor's language."""
    published_at: str
    moment: str
    when: str
    """Beside the article that is read, in words."""
    minutes_later: int | None
    is_first: bool
    how: str
    title: str | None
    """Its own, where it has another; so the next two."""
    editor: str | None
    source: str | None


def printings(visit: Visit, story: Story | None, article: int) -> list[Printing]:
    """The others, in order of publication."""
    members = story.members if story else ()
    own = next((member for member in members if member.article == article), None)
    if own is None:
        return []
    return [_printing(visit, own, member, members[0]) for member in members if member.article != article]


def _printing(visit: Visit, own: Member, other: Member, first: Member) -> Printing:
    minutes = _minutes(own.published_at, other.published_at)
    return Printing(
        id=other.article,
        href=visit.article(other.article),
        url=other.url,
        site=other.site,
        region=other.region,
        place=visit.t.edition(other.site, other.region),
        published_at=other.published_at,
        moment=visit.t.minute(other.published_at),
        when=visit.t.apart(minutes) if minutes is not None else "",
        minutes_later=minutes,
        is_first=other.article == first.article,
        how=other.how,
        title=other.title if other.title != own.title else None,
        editor=other.editor if other.editor != own.editor else None,
        source=other.source if other.source != own.source else None,
    )


def _minutes(one: str, other: str) -> int | None:
    """From one time as printed to another; None where a page printed the day alone.

    >>> _minutes("2022-07-20T09:50+08:00", "2022-07-20T11:00+08:00")
    70
    """
    try:
        apart = datetime.fromisoformat(other) - datetime.fromisoformat(one)
    except (ValueError, TypeError):
        return None
    return round(apart.total_seconds() / 60)


def record(visit: Visit, found: list[Printing]) -> list[dict[str, Any]]:
    """For programs."""
    names = ("id", "url", "site", "region", "published_at", "minutes_later", "is_first", "how")
    return [
        {name: getattr(one, name) for name in names}
        | {name: value for name in ("title", "editor", "source") if (value := getattr(one, name)) is not None}
        | {"record": visit.absolute(visit.record_of(one.id))}
        for one in found
    ]

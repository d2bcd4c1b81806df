"""A story: who printed it first, and what the others changed."""

from rich.console import Group, RenderableType
from rich.text import Text

from scraper.archive.stories import Member, Story, differences
from scraper.text import counted, safe


def story_text(story: Story) -> RenderableType:
    first = story.first
    head = Text.assemble((safe(first.title), "bold"), (f"  {counted(len(story.members), 'copy')}", "dim"))
    return Group(head, *(_member(first, member) for member in story.members), Text())


def _member(first: Member, member: Member) -> Text:
    when = member.published_at.replace("T", " ")[:16]
    line = Text(f"  {when}  {member.site:<4}{safe(member.region)}  {'first' if member is first else _how(member)}")
    if member is not first and (changes := _changes(first, member)):
        line.append(f"  {changes}", "yellow")
    return line.append(f"\n    {safe(member.url)}", "dim")


def _how(member: Member) -> str:
    return "same text" if member.how == "exact" else f"{member.likeness:.0%} alike"


def _changes(first: Member, member: Member) -> str:
    changed = differences(first, member)
    minutes = changed.pop("minutes_later")
    parts = [f"+{_duration(minutes)}"] if minutes else []
    labels = {"title": "题", "editor": "编辑", "source": "来源"}
    parts += [f"{labels[name]}：{value or '—'}" for name, value in changed.items()]
    return safe("　".join(parts))


def _duration(minutes: int) -> str:
    """
    >>> _duration(45), _duration(1455)
    ('45 min', '1 d 0 h')
    """
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 1440 else f"{minutes // 1440} d {minutes % 1440 // 60} h"

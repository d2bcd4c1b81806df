"""What reading the archive again would change, for reading."""

from rich.console import Group, RenderableType
from rich.text import Text

from scraper.reextract import Summary
from scraper.text import counted, safe


def summary_text(summary: Summary) -> RenderableType:
    """Which fields today's rules read otherwise, with examples, and what they can't read."""
    parts: list[RenderableType] = []
    for name, change in sorted(summary.fields.items(), key=lambda one: -one[1].articles):
        parts.append(Text.assemble((f"{name}", "bold"), f": {counted(change.articles, 'article')}"))
        for example in change.examples:
            parts.append(Text(f"    {safe(example.url)}", style="cyan"))
            parts.append(Text(f"      - {safe(example.before)}", style="red"))
            parts.append(Text(f"      + {safe(example.after)}", style="green"))
    parts += [
        Text(safe(f"can't be read: {failure.url}: {failure.text}"), style="yellow") for failure in summary.failures
    ]
    parts.append(
        Text(
            f"{summary.read + len(summary.failures)} articles read again: {len(summary.changed)} are read otherwise,"
            f" {len(summary.failures)} can't be read and stay as they are"
        )
    )
    return Group(*parts)

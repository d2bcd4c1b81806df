"""What is no longer as it was, in a sentence."""

from scraper.models import Drift
from scraper.text import beijing, safe


def drift_line(drift: Drift) -> str:
    """What changed at an edition, since when, and where to look."""
    since = f" since {beijing(drift.since)}" if drift.since else ""
    return safe(
        f"drift: {drift.site} {drift.field}: {drift.expected:.0%} of pages before, {drift.seen:.0%} now{since};"
        f" for example {drift.example}"
    )

"""What is no longer as it was, in a sentence."""

from scraper.models import Drift
from scraper.text import beijing, safe

_SAID = {
    "layout": "articles were read by a layout",
    "agreement": "articles were read alike by both readers",
    "body": "articles were of usual length",
    "authors": "articles named any",
    "images": "articles had any",
    "reading": "pages could be read as articles",
    "listing": "listings named their usual links",
}


def drift_line(drift: Drift) -> str:
    """What changed at an edition, since when, and where to look.

    >>> drift_line(Drift("ha", "editor", 0.97, 0.1, "https://www.ha.chinanews.com.cn/1", "2024-05-06T01:30:00.000+00:00"))
    'drift: ha editor: 97% of articles had one before, 10% now, since 2024-05-06 09:30 Beijing time; for example https://www.ha.chinanews.com.cn/1'
    """
    said = _SAID.get(drift.field, "articles had one")
    return safe(
        f"drift: {drift.site} {drift.field}: {drift.expected:.0%} of {said} before, {drift.seen:.0%} now,"
        f" since {beijing(drift.since)}; for example {drift.example}"
    )

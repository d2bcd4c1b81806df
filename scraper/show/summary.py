"""What a crawl did, at its end: as a mail of cron shows it, no line wider than a hundred columns.

Written without Rich's tables, which would be the last megabytes that a crawl takes.
"""

from collections.abc import Iterator
from dataclasses import asdict

from rich.cells import cell_len

from scraper.crawl.options import Outcome, SiteCounts
from scraper.show.drift import drift_line
from scraper.show.streams import print_json
from scraper.sites import all_sites
from scraper.text import counted, safe

WIDTH = 100
_INDENT = 11
_CODES = {
    3: "more pages failed than the threshold allows (exit code 3)",
    4: "pages are no longer what they were, see below (exit code 4)",
    5: "no page could be fetched, the lines above say why (exit code 5)",
}


def print_outcome(outcome: Outcome, *, as_json: bool) -> None:
    if as_json:
        for code, counts in outcome.counts.items():
            print_json({"site": code, **asdict(counts)})
        return
    for line in (*summary_table(outcome), *summary_lines(outcome)):
        print(line)


def summary_table(outcome: Outcome) -> Iterator[str]:
    """The numbers, edition by edition."""
    rows = [["edition", "listings", "found", "new", "changed", "unchanged", "gone", "failed", "skipped"]]
    for code, counts in outcome.counts.items():
        numbers = (
            counts.listings, counts.found, counts.archived, counts.changed, counts.unchanged, counts.gone,
            counts.failed, counts.skipped,
        )  # fmt: skip
        rows.append([_edition(code), *(str(number or "·") for number in numbers)])
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for edition, *figures in rows:
        padded = f"{edition}{' ' * (widths[0] - cell_len(edition))}"
        yield "  ".join([padded, *(figure.rjust(width) for figure, width in zip(figures, widths[1:], strict=True))])


def summary_lines(outcome: Outcome) -> Iterator[str]:
    """What there is to say besides: why editions stopped, what failed, what robots.txt keeps us from, the sum."""
    for code, counts in outcome.counts.items():
        for sentence in _sentences(counts):
            first, *rest = _folded(safe(sentence), WIDTH - _INDENT)
            yield f"{_edition(code):<{_INDENT - cell_len(_edition(code)) + len(_edition(code))}}{first}"
            yield from (f"{'':<{_INDENT}}{line}" for line in rest)
    yield _sum(outcome)
    for drift in outcome.drift:
        yield from _folded(drift_line(drift), WIDTH)


def _sentences(counts: SiteCounts) -> Iterator[str]:
    if counts.note:
        yield f"stopped: {counts.note}"
    if counts.failures:
        slugs = sorted(counts.failures.items(), key=lambda found: -found[1])
        yield "failed: " + ", ".join(f"{slug} {count}" for slug, count in slugs)
    if counts.skipped and not counts.note:
        yield f"robots.txt keeps us from {counts.skipped} {'page' if counts.skipped == 1 else 'pages'}"


def _sum(outcome: Outcome) -> str:
    total = sum(counts.archived for counts in outcome.counts.values())
    said = f"{counted(total, 'new article')} from {counted(len(outcome.counts), 'edition')}"
    if outcome.stopped_by:
        return f"{said}; stopped by {outcome.stopped_by}, run again to go on"
    return f"{said}; {_CODES[outcome.exit_code]}" if outcome.exit_code in _CODES else said


def _edition(code: str) -> str:
    return f"{code:<4}{all_sites()[code].name}"


def _folded(text: str, width: int) -> list[str]:
    """A text in lines of so many columns, Chinese characters taking two; words longer than a line are cut."""
    lines, line = [], ""
    for word in text.split():
        while cell_len(word) > width:
            piece = word
            while cell_len(piece) > width:
                piece = piece[: -max(1, (cell_len(piece) - width) // 2)]
            lines += [line] if line else []
            line, word = "", word[len(piece) :]  # what is left of it
            lines.append(piece)
        joined = f"{line} {word}" if line else word
        if cell_len(joined) > width:
            lines.append(line)
            joined = word
        line = joined
    return [*lines, line] if line or not lines else lines

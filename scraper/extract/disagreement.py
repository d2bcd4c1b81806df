"""Where a page says two things of one field: what stands elsewhere, beside what the record took.

The record holds the value of the most trusted place: the printed label, the
CMS's hidden inputs, the comment in the page's own head, the address. What
another place or the other reader says instead is kept here, so that "which
pages contradict themselves" is a query. A day in the address that is not the
label's is normal for a republished story, and noted all the same.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from scraper.extract import labels
from scraper.extract.page import Page
from scraper.models import Article, Disagreement
from scraper.text import fold, squeeze

_MINUTE = len("2026-11-02T10:20")
_DAY = len("2026-11-02")


def find_disagreements(
    page: Page, record: Article, other: Article | None, day_in_address: str | None
) -> tuple[Disagreement, ...]:
    """What else the page says of time, source, editor, title and body, each once, in order of trust."""
    hidden = _hidden(page)
    said = [
        *_between_readers(record, other),
        *_times(page, hidden, record, day_in_address),
        *_names(page, hidden, record),
    ]
    return tuple(dict.fromkeys(said))


def _between_readers(record: Article, other: Article | None) -> Iterator[Disagreement]:
    if other is None:
        return
    for name in ("title", "published_at", "source", "editor"):
        ours, theirs = getattr(record, name), getattr(other, name)
        if theirs and squeeze(ours or "") != squeeze(theirs):
            yield Disagreement(name, theirs, other.layout)
    if record.body != other.body and squeeze(record.body) != squeeze(other.body):
        yield Disagreement("body", f"{len(squeeze(other.body))} characters", other.layout)


def _times(page: Page, hidden: list[str], record: Article, day_in_address: str | None) -> Iterator[Disagreement]:
    for where, text in _dated(page, hidden):
        found = labels.find_date(text)
        if found and not same_time(found[0], record.published_at, timed=found[1]):
            yield Disagreement("published_at", found[0], where)
    written = labels.find_date(page.head_comment[0]) if page.head_comment else None
    if written and not timedelta() <= _between(record.published_at, written[0]) < _WRITTEN_WITHIN:
        yield Disagreement("published_at", written[0], "head comment")
    if day_in_address and day_in_address[:_DAY] != record.published_at[:_DAY]:
        yield Disagreement("published_at", day_in_address[:_DAY], "address")


def _dated(page: Page, hidden: list[str]) -> Iterator[tuple[str, str]]:
    inputs = page.inputs
    yield "hidden inputs", f"{inputs.get('newsdate', '')} {inputs.get('newstime', '')}"
    yield "hidden inputs", inputs.get("pubtime", "")
    yield from (("hidden text", text) for text in hidden)


# The comment dates the writing of the file: of 113 pages whose minutes differ, 80 by no more than this.
_WRITTEN_WITHIN = timedelta(minutes=15)


def _between(earlier: str, later: str) -> timedelta:
    moments = [datetime.fromisoformat(text).replace(second=0) for text in (earlier, later)]
    return moments[1] - moments[0]


def same_time(one: str, other: str, *, timed: bool = True) -> bool:
    """Whether two times are one as far as both are printed: to the minute, or to the day.

    >>> same_time("2021-11-05T10:54:20+08:00", "2021-11-05T10:54+08:00")
    True
    """
    size = _MINUTE if timed else _DAY
    return one[:size] == other[:size]


def _names(page: Page, hidden: list[str], record: Article) -> Iterator[Disagreement]:
    said = [("editor", labels.find_editor("编辑:" + fold(page.inputs.get("editorname", ""))), "hidden inputs")]
    for text in hidden:
        said.append(("source", labels.find_source((text,)), "hidden text"))
        said.append(("editor", labels.find_editor(text), "hidden text"))
    for name, value, where in said:
        if value and squeeze(value) != squeeze(getattr(record, name) or ""):
            yield Disagreement(name, value, where)


def _hidden(page: Page) -> list[str]:
    """The main site's `#BaiduSpider`, which repeats time, source and editor where no reader sees them."""
    hidden = [line for line in page.lines if line.hidden and line.size <= 160]
    return [line.text for line in hidden if labels.has_source_label(line.text)]

"""Speed and exactness of `extract_article` beside its peers, in one run: `python -m bench.extract`.

Two corpora: the fixtures, whose `expected.json` a person read beside the page
and is the gold here; and the real pages beside the repository, which have no
gold, so a peer's body is only compared with the body that we read.

Every reader gets bytes and gives a record. Peers that want text get ours,
decoded in their time. Time is CPU time of this one process; the readers take
turns in every round, so what disturbs the machine disturbs them all. Only the
ratios within a run mean anything.
"""

import functools
import gc
import platform
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta, timezone
from importlib.metadata import version
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from scraper.errors import PageError
from scraper.extract.article import extract_article
from scraper.extract.decode import decode
from scraper.models import Article, Site
from scraper.text import squeeze
from tests.pages import CHROME, REAL_PAGES, fixtures, real_pages

ROUNDS = 5
BUDGET = 240
"""CPU seconds for a corpus: no round begins after them."""
SHORTEST = 0.25
"""CPU seconds: a reader that is through the corpus sooner reads it again."""

OURS, FLOOR = "**scraper**", "floor: lexbor parses the decoded text"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of a page: "" where it finds nothing, None where it has no such field."""

    body: str
    title: str | None = None
    minute: str | None = None
    source: str | None = None
    editor: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    raw: bytes
    content_type: str
    site: Site
    url: str
    text: str
    gold: Reading
    captions: tuple[str, ...]


Reader = Callable[[Page], Reading]
FAILED = Reading(*[""] * len(fields(Reading)))


def main() -> None:
    peers, missing = load_peers()
    readers: dict[str, Reader] = {OURS: ours, FLOOR: parse_only, "floor: decode and parse": decode_and_parse, **peers}
    names = ", ".join(f"{name} {version(name)}" for name in ["selectolax", *peers])
    print(f"{datetime.now():%Y-%m-%d}, Python {platform.python_version()}, {names}\n")
    ratios = [
        measure("fixtures", fixture_pages(), readers, gold=True),
        measure("real pages", actual_pages(), readers, gold=False),
    ]
    for name, reason in missing.items():
        print(f"Not measured: {name}: {reason}")
    print("Ratios of the best rounds:", "; ".join(filter(None, ratios)))


# --- the corpora -------------------------------------------------------------------------


def fixture_pages() -> list[Page]:
    """The fixtures that are articles; those that must be refused have no record to compare."""
    return [
        _page(fixture.raw, fixture.content_type, fixture.address.site, fixture.address.url, fixture.expected)
        for fixture in fixtures()
        if fixture.expected_path.exists() and "error" not in fixture.expected
    ]


def actual_pages() -> list[Page]:
    """The real pages that we read as articles, with our record in the gold's place."""
    found = []
    for page in real_pages():
        site, url = page.address.site, page.address.url
        try:
            record = extract_article(page.raw, site, url)
        except PageError as error:
            print(f"left out: {page.file}: {error}", file=sys.stderr)
            continue
        found.append(_page(page.raw, "", site, url, _as_gold(record)))
    return found


def _as_gold(record: Article) -> dict[str, Any]:
    names = ("title", "published_at", "source", "editor", "body")
    return {name: getattr(record, name) for name in names} | {
        "images": [{"caption": image.caption} for image in record.images]
    }


def _page(raw: bytes, content_type: str, site: Site, url: str, gold: dict[str, Any]) -> Page:
    captions = {squeeze(image["caption"]) for image in gold["images"] if image["caption"]}
    return Page(
        raw=raw,
        content_type=content_type,
        site=site,
        url=url,
        text=decode(raw, content_type).text,
        gold=Reading(
            gold["body"], gold["title"], _minute(gold["published_at"]), gold["source"] or "", gold["editor"] or ""
        ),
        captions=tuple(sorted(captions, key=len, reverse=True)),
    )


# --- the readers -------------------------------------------------------------------------


def ours(page: Page) -> Reading:
    record = extract_article(page.raw, page.site, page.url, content_type=page.content_type)
    return Reading(record.body, record.title, _minute(record.published_at), record.source or "", record.editor or "")


def parse_only(page: Page) -> Reading:
    LexborHTMLParser(page.text)
    return FAILED


def decode_and_parse(page: Page) -> Reading:
    LexborHTMLParser(decode(page.raw, page.content_type).text)
    return FAILED


def load_peers() -> tuple[dict[str, Reader], dict[str, str]]:
    """The peers that are there, and for each other one the reason."""
    found, missing = {}, {}
    for name, load in PEERS.items():
        try:
            found[name] = load()
        except Exception as error:  # a half-installed peer can raise anything
            missing[name] = f"{type(error).__name__}: {error}"
    return found, missing


def _trafilatura() -> Reader:
    from trafilatura import bare_extraction

    # Without the address: with it the date is the day in the path, never the minute (shared/extraction.md §3).
    dates = {"original_date": True, "extensive_search": True, "outputformat": "%Y-%m-%dT%H:%M"}

    def read(text: str, url: str) -> Reading:
        found = bare_extraction(text, include_comments=False, with_metadata=True, date_extraction_params=dates)
        if found is None:
            return FAILED
        return Reading(
            found.text or "", found.title or "", _minute(found.date), found.sitename or "", found.author or ""
        )

    return _decoded(read)


def _newspaper4k() -> Reader:
    from newspaper import Article as NewspaperArticle

    def read(text: str, url: str) -> Reading:
        found = NewspaperArticle(url, language="zh", fetch_images=False)
        found.download(input_html=text)
        found.parse()
        return Reading(found.text, found.title, _minute(found.publish_date), editor=" ".join(found.authors))

    return _decoded(read)


def _gne() -> Reader:
    from gne import GeneralNewsExtractor

    extractor = GeneralNewsExtractor()

    def read(text: str, url: str) -> Reading:
        found = extractor.extract(text)
        return Reading(found["content"], found["title"], _minute(found["publish_time"]), editor=found["author"])

    return _decoded(read)


def _magic_html() -> Reader:
    if sys.version_info < (3, 12):
        raise ImportError(f"it needs Python 3.12 or newer, and this is {platform.python_version()}")
    from magic_html import GeneralExtractor

    extractor = GeneralExtractor()

    def read(text: str, url: str) -> Reading:
        found = extractor.extract(text, base_url=url)
        return Reading(LexborHTMLParser(found["html"]).text(), found["title"] or "")

    return _decoded(read)


def _resiliparse() -> Reader:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    def read(text: str, url: str) -> Reading:
        tree = HTMLTree.parse(text)
        return Reading(extract_plain_text(tree, main_content=True, alt_texts=False), tree.title)

    return _decoded(read)


PEERS: dict[str, Callable[[], Reader]] = {
    "trafilatura": _trafilatura,
    "newspaper4k": _newspaper4k,
    "gne": _gne,
    "magic-html": _magic_html,
    "resiliparse": _resiliparse,
}


def _decoded(read: Callable[[str, str], Reading]) -> Reader:
    return lambda page: read(decode(page.raw, page.content_type).text, page.url)


_MINUTE = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D{1,3}(\d{1,2}):(\d\d)")
_BEIJING = timezone(timedelta(hours=8))


def _minute(when: str | datetime | None) -> str:
    if isinstance(when, datetime):
        when = (when.astimezone(_BEIJING) if when.tzinfo else when).isoformat()
    match = _MINUTE.search(when or "")
    return "-".join(part.zfill(2) for part in match.groups()) if match else ""


# --- measuring ---------------------------------------------------------------------------


def measure(corpus: str, pages: list[Page], readers: dict[str, Reader], *, gold: bool) -> str:
    """Print a table of the corpus; give its ratios."""
    if not pages:
        print(f"Not measured: {corpus}: no page in {REAL_PAGES}\n")
        return ""
    # Reading every page once for the scores is the warm-up as well.
    scores = {name: score(name, reader, pages, gold=gold) for name, reader in readers.items()}
    rates = pages_per_second(readers, pages)
    best = {name: max(of_rounds) for name, of_rounds in rates.items()}
    size = sum(len(page.raw) for page in pages) / len(pages) / 1000
    against = "the gold is each page's expected.json" if gold else "no gold: 'ours' is the body that we read"
    print(f"{len(pages)} {corpus} of {size:.0f} KB; {against}; rounds: {len(rates[OURS])}\n")
    _print_table(
        [
            {"reader": name, "pages/s, best": f"{best[name]:,.0f}", "median": f"{statistics.median(rates[name]):,.0f}"}
            | scores[name]
            for name in readers
        ]
    )
    rival = f"{best[OURS] / best['newspaper4k']:.0f} × newspaper4k" if "newspaper4k" in best else "no newspaper4k"
    return f"{corpus}: {rival}, {best[OURS] / best[FLOOR]:.2f} × the lexbor floor"


def score(name: str, reader: Reader, pages: list[Page], *, gold: bool) -> dict[str, str]:
    readings = [attempt(reader, page, name) for page in pages]
    pairs = list(zip(readings, pages, strict=True))
    f1 = _share(_body_f1(reading, page) for reading, page in pairs)
    exact = _share(_bare(reading.body, page) == _bare(page.gold.body, page) for reading, page in pairs)
    leak = _share(any(words in reading.body for words in CHROME) for reading in readings)
    if not gold:
        found = {"F1 with ours": f1, "same body as ours": exact, "leak": leak}
    else:
        found = {"body F1": f1, "body exact": exact, "leak": leak}
        found |= {field: _field_share(field, pairs) for field in ("title", "minute", "source", "editor")}
    return dict.fromkeys(found, "–") if name.startswith("floor") else found


def _body_f1(reading: Reading, page: Page) -> float:
    """Of the multisets of three characters."""
    found, gold = _grams(_bare(reading.body, page)), _grams(_bare(page.gold.body, page))
    size = found.total() + gold.total()
    return 2 * (found & gold).total() / size if size else 1.0


def _bare(body: str, page: Page) -> str:
    """Without blanks and captions: some readers count them as body, and neither is wrong."""
    return functools.reduce(lambda text, caption: text.replace(caption, ""), page.captions, squeeze(body))


def _grams(text: str) -> Counter[str]:
    return Counter(text[start : start + 3] for start in range(max(len(text) - 2, min(len(text), 1))))


def _field_share(field: str, pairs: list[tuple[Reading, Page]]) -> str:
    """Exact, of the pages that print one: who always says nothing gets 0."""
    values = [(getattr(reading, field), getattr(page.gold, field)) for reading, page in pairs]
    if any(found is None for found, _ in values):
        return "no such field"
    return _share(squeeze(found) == squeeze(gold) for found, gold in values if gold)


def _share(results: Iterable[float]) -> str:
    return f"{statistics.fmean(results):.1%}"


def pages_per_second(readers: dict[str, Reader], pages: list[Page]) -> dict[str, list[float]]:
    memos = [thing for thing in gc.get_objects() if type(thing) is functools._lru_cache_wrapper]
    gc.collect()
    gc.freeze()  # what the peers imported is no burden on who reads after them
    rates: dict[str, list[float]] = {name: [] for name in readers}
    started = time.process_time()
    while len(rates[OURS]) < ROUNDS and time.process_time() - started < BUDGET:
        for name, reader in readers.items():
            rates[name].append(_rate(reader, pages, memos))
    gc.unfreeze()
    return rates


def _rate(reader: Reader, pages: list[Page], memos: list[Any]) -> float:
    read, spent = 0, 0.0
    while spent < SHORTEST:
        for memo in memos:
            memo.cache_clear()  # nobody has met these very pages before
        gc.collect()
        started = time.process_time()
        for page in pages:
            attempt(reader, page)
        spent += time.process_time() - started
        read += len(pages)
    return read / spent


def attempt(reader: Reader, page: Page, name: str = "") -> Reading:
    try:
        return reader(page)
    except Exception as error:  # a page that breaks a peer counts as read wrongly
        if name:
            print(f"{name} failed: {page.url}: {type(error).__name__}: {error}", file=sys.stderr)
        return FAILED


def _print_table(rows: list[dict[str, str]]) -> None:
    print(f"| {' | '.join(rows[0])} |")
    print(f"|{'---|' * len(rows[0])}")
    for row in rows:
        print(f"| {' | '.join(row.values())} |")
    print()


if __name__ == "__main__":
    main()

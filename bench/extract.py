"""Speed and exactness of `extract_article` beside its peers, in one run: `python -m bench.extract`.

Two corpora: the fixtures, whose `expected.json` is the gold; and the real
pages beside the repository, which have none, so there a peer's body is only
compared with the body that we read.

Every reader gets bytes and gives a record. Time is CPU time of this one
process, and the readers take turns in every round, so what disturbs the
machine disturbs them all: only the ratios within a run mean anything.
"""

import functools
import gc
import logging
import platform
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from typing import Any

from bench.peers import NOTHING, Page, Reader, Reading, decode_and_parse, load_peers, minute_of, ours, parse
from scraper.crawl.urls import Address
from scraper.errors import PageError
from scraper.extract.article import extract_article
from scraper.extract.decode import decode
from scraper.text import squeeze
from tests.pages import CHROME, REAL_PAGES, as_json, fixtures, real_pages

ROUNDS = 5
BUDGET = 240
"""CPU seconds for a corpus: no round begins after them."""
SHORTEST = 0.25
"""CPU seconds: a reader that is through the corpus sooner reads it again."""

OURS, FLOOR, FLOOR_DECODED = "**scraper**", "floor: lexbor parses decoded text", "floor: decode and parse"


def main() -> None:
    logging.disable()  # writing a peer's complaints would count as its time
    peers, missing = load_peers()
    readers: dict[str, Reader] = {OURS: ours, FLOOR: parse, FLOOR_DECODED: decode_and_parse, **peers}
    versions = ", ".join(f"{name} {version(name)}" for name in ("selectolax", *peers))
    print(f"{date.today()}, Python {platform.python_version()}, {versions}")
    ratios = [
        measure("fixtures", fixture_pages(), readers, gold=True),
        measure("real pages", actual_pages(), readers, gold=False),
    ]
    for name, reason in missing.items():
        print(f"\nNot measured: {name}: {reason}")
    print(f"\nRatios of the best rounds: {'; '.join(ratios)}")


# --- the corpora -------------------------------------------------------------------------


def fixture_pages() -> list[Page]:
    """The fixtures that are articles: one that must be refused has no record to compare."""
    return [
        _page(fixture.raw, fixture.content_type, fixture.address, fixture.expected)
        for fixture in fixtures()
        if fixture.expected_path.exists() and "error" not in fixture.expected
    ]


def actual_pages() -> list[Page]:
    """The real pages that we read as articles, our record in the gold's place."""
    pages = []
    for page in real_pages():
        try:
            record = extract_article(page.raw, page.address.site, page.address.url)
        except PageError as error:
            print(f"left out: {page.file}: {error}", file=sys.stderr)
        else:
            pages.append(_page(page.raw, "", page.address, as_json(record)))
    return pages


def _page(raw: bytes, content_type: str, address: Address, record: dict[str, Any]) -> Page:
    captions = {squeeze(image["caption"]) for image in record["images"] if image["caption"]}
    return Page(
        raw,
        content_type,
        address.site,
        address.url,
        decode(raw, content_type).text,
        Reading(
            record["body"],
            record["title"],
            minute_of(record["published_at"]),
            record["source"] or "",
            record["editor"] or "",
        ),
        tuple(sorted(captions, key=len, reverse=True)),
    )


# --- a corpus, measured --------------------------------------------------------------------


def measure(corpus: str, pages: list[Page], readers: dict[str, Reader], *, gold: bool) -> str:
    """Print the corpus's table; give its ratios."""
    if not pages:
        print(f"\nNot measured: {corpus}: {REAL_PAGES} is not there")
        return f"{corpus}: none"
    # Every page is read once for the scores, which is the warm-up as well.
    scores = {name: _score(name, reader, pages, gold=gold) for name, reader in readers.items()}
    rates = _pages_per_second(readers, pages)
    best = {name: max(of_rounds) for name, of_rounds in rates.items()}
    size = sum(len(page.raw) for page in pages) / len(pages) / 1000
    against = "the gold is their expected.json" if gold else "no gold: 'ours' is the body that we read"
    print(f"\n{len(pages)} {corpus} of {size:.0f} KB on average, {len(rates[OURS])} rounds; {against}.\n")
    header = ["reader", "pages/s, best", "median", *scores[OURS]]
    print(f"| {' | '.join(header)} |\n|{'---|' * len(header)}")
    for name in readers:
        speed = [f"{best[name]:,.0f}", f"{statistics.median(rates[name]):,.0f}"]
        print(f"| {' | '.join([name, *speed, *scores[name].values()])} |")
    rival = f"{best[OURS] / best['newspaper4k']:.1f} × newspaper4k" if "newspaper4k" in best else "no newspaper4k"
    return f"{corpus}: {rival}, {best[OURS] / best[FLOOR]:.3f} × the lexbor floor"


def _pages_per_second(readers: dict[str, Reader], pages: list[Page]) -> dict[str, list[float]]:
    memos = [thing for thing in gc.get_objects() if type(thing) is functools._lru_cache_wrapper]
    gc.collect()
    gc.freeze()  # what the peers imported is no burden on the others
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
            memo.cache_clear()  # a page that is read anew must not be remembered from the last time
        gc.collect()
        started = time.process_time()
        for page in pages:
            _attempt(reader, page)
        spent += time.process_time() - started
        read += len(pages)
    return read / spent


def _attempt(reader: Reader, page: Page) -> tuple[Reading, str]:
    """The reading, and the error in its place: a page that breaks a reader counts as read wrongly."""
    try:
        return reader(page), ""
    except Exception as error:  # peers raise anything
        return NOTHING, f"{type(error).__name__}: {error}"


# --- scores ----------------------------------------------------------------------------------


def _score(name: str, reader: Reader, pages: list[Page], *, gold: bool) -> dict[str, str]:
    attempts = [_attempt(reader, page) for page in pages]
    failures = Counter(error for _, error in attempts if error)
    for error, count in failures.items():
        print(f"\n{name} failed on {count} pages, counted as read wrongly: {error}")
    pairs = [(reading, page) for (reading, _), page in zip(attempts, pages, strict=True)]
    found = {
        "body F1" if gold else "body F1 with ours": _share(_body_f1(*pair) for pair in pairs),
        "body exact" if gold else "same body as ours": _share(_same_body(*pair) for pair in pairs),
        "leak": _share(any(words in reading.body for words in CHROME) for reading, _ in pairs),
    }
    if gold:
        found |= {field: _exact(field, pairs) for field in ("title", "time", "source", "editor")}
    return dict.fromkeys(found, "–") if reader in (parse, decode_and_parse) else found


def _body_f1(reading: Reading, page: Page) -> float:
    """Of the multisets of three characters in a row."""
    found, gold = _grams(_bare(reading.body, page)), _grams(_bare(page.gold.body, page))
    size = found.total() + gold.total()
    return 2 * (found & gold).total() / size if size else 1.0


def _same_body(reading: Reading, page: Page) -> bool:
    return _bare(reading.body, page) == _bare(page.gold.body, page)


def _bare(body: str, page: Page) -> str:
    """Without blanks and captions: whether a caption is body is a matter of taste."""
    return functools.reduce(lambda text, caption: text.replace(caption, ""), page.captions, squeeze(body))


def _grams(text: str) -> Counter[str]:
    return Counter(text[start : start + 3] for start in range(max(len(text) - 2, 1))) if text else Counter()


def _exact(field: str, pairs: list[tuple[Reading, Page]]) -> str:
    """Of the pages that print one, so that always saying nothing earns nothing."""
    values = [(getattr(reading, field), getattr(page.gold, field)) for reading, page in pairs]
    if any(found is None for found, _ in values):
        return "has none"
    return _share(squeeze(found) == squeeze(gold) for found, gold in values if gold)


def _share(results: Iterable[float]) -> str:
    return f"{statistics.fmean(results):.1%}"


if __name__ == "__main__":
    main()

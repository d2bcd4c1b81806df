"""How long pages take over a large archive: `python -m bench.browse [articles] [--db PATH]`.

The archive is made of words drawn by rank (a few everywhere, most of them
rarely), as Chinese news is; every page is asked of `scraper serve` itself over
loopback HTTP, by one reader and then by several at once while articles are
stored as a crawl stores them. The server's CPU time stands beside the
clock's, since only that means anything on a machine that does other things,
too. Every address is asked for the first time once, and told apart: what a
search is counted by is kept until the archive changes.
"""

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

from scraper.archive import index
from scraper.archive.connect import open_for_reading, open_for_writing, writing
from scraper.archive.database import Database
from scraper.archive.frontier import add_article
from scraper.archive.runs import save_sites
from scraper.archive.store import mark_gone, save_article
from scraper.models import Article, Image
from scraper.sites import all_sites
from tests.pages import fixtures

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 20, tzinfo=UTC)
READERS = 4
BATCH = 500

_HAN = re.compile("[\u4e00-\u9fff]")
_RANKED = {
    0: "春河",
    1: "水山",
    2: "云江",
    3: "湖海",
    20: "春河水山云江",
    21: "湖海田林石桥",
    5000: "塔灯",
    5001: "鸟船",
    6000: "古体",
}
"""Words to ask for by their rank: the first stand in about a fifth of all articles."""
QUERIES = {
    "a common word": ["春河", "水山", "云江"],
    "a rare word": ["塔灯", "鸟船", "古体"],
    "one character": ["河", "灯", "的", "一"],
    "two words": ["春河 水山", "云江 湖海"],
    "a long word": ["春河水山云江", "湖海田林石桥"],
    "either": ["塔灯 OR 鸟船", "春河 OR 水山"],
    "in headlines": ["title:春河"],
    "without a word": ["春河 -水山"],
    "nothing": ["没有这样的词语", "塔灯 没有这词"],
}


def corpus(count: int, seed: int = 7) -> list[Article]:
    """Articles of invented words; the same for the same seed."""
    draw = random.Random(seed)
    # Characters as often as in the fixtures, so that one of them stands in as many articles as in real news.
    written = [one for fixture in fixtures() for one in _HAN.findall(json.dumps(fixture.expected, ensure_ascii=False))]
    words = ["".join(draw.choices(written, k=draw.choice((2, 2, 2, 3, 4)))) for _ in range(8000)]
    for rank, word in _RANKED.items():
        words[rank] = word
    weights = [1 / (rank + 400) for rank in range(len(words))]
    people = ["".join(draw.choices("李王张刘陈杨赵黄周吴", k=1) + draw.choices(written, k=2)) for _ in range(600)]
    sites = list(all_sites().values())
    return [_article(number, draw, words, weights, people, sites) for number in range(count)]


def _article(
    number: int, draw: random.Random, words: list[str], weights: list[float], people: list[str], sites: list
) -> Article:  # type: ignore[type-arg]  # a list of sites
    site = sites[min(int(draw.expovariate(0.09)), len(sites) - 1)]
    day = datetime(2026, 11, 1) - timedelta(hours=draw.randrange(24 * 365 * 14))
    drawn = draw.choices(words, weights, k=260)
    paragraphs = ["，".join(drawn[at : at + 12]) + "。" for at in range(10, 260, 25)]
    return Article(
        url=f"https://{site.hosts[0]}/news/{day:%Y/%m%d}/{number}.shtml",
        site=site.code,
        region=site.name,
        kind="article",
        layout="labels",
        agreement=None,
        channel=draw.choice(("要闻", "经济", "文化", "社会", "旅游", "健康", "体育", "图片")),
        title="".join(drawn[:3]) + " " + "".join(drawn[3:6]),
        published_at=f"{day:%Y-%m-%dT%H:%M}+08:00",
        source=draw.choice(("中国新闻网", f"中新网{site.name}", f"{site.name}日报")),
        editor=draw.choice(people[:120]),
        authors=tuple(draw.sample(people, draw.choice((0, 1, 1, 2)))),
        contributors=(),
        body="\n\n".join(paragraphs),
        sections=(),
        images=(Image("https://i.example.cn/1.jpg", caption="".join(drawn[6:9])),),
        next_page=None,
        rights=None,
    )


def build(path: Path, count: int) -> None:
    db = open_for_writing(path)
    with writing(db):
        save_sites(db, all_sites().values())
    articles = corpus(count)
    for at in range(0, count, BATCH):
        with writing(db):
            for article in articles[at : at + BATCH]:
                _keep(db, article)
        index.catch_up(db)
        print(f"\r{min(at + BATCH, count):,} of {count:,} articles", end="", file=sys.stderr)
    with writing(db):
        for article in articles[::97]:
            mark_gone(db, -1, article.url, NOW.isoformat())
    db.execute("ANALYZE")
    db.close()
    print(file=sys.stderr)


def _keep(db: Database, article: Article) -> None:
    add_article(db, article.url, article.site, found_on="", text="", now=NOW)
    page = db.execute("SELECT id FROM pages WHERE url = ?", [article.url]).fetchone()[0]
    save_article(db, article, page=page, capture=None, now=NOW.isoformat())  # type: ignore[arg-type]  # no response is kept here


def measured(ask: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        found.append((time.perf_counter() - began) * 1000)
    return found


def line(name: str, found: list[float], cpu: float) -> str:
    """`cpu` is the server's, in milliseconds, for all of them together."""
    ranked = sorted(found)
    p95 = ranked[min(int(len(ranked) * 0.95), len(ranked) - 1)]
    return f"| {name} | {statistics.median(ranked):.0f} | {p95:.0f} | {ranked[-1]:.0f} | {cpu / len(ranked):.0f} | {len(ranked)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=int, nargs="?", default=20_000)
    parser.add_argument("--db", type=Path, default=Path("bench-browse.db"))
    parser.add_argument("--times", type=int, default=10)
    chosen = parser.parse_args()
    if not chosen.db.exists():
        build(chosen.db, chosen.articles)
    print(f"{_articles(chosen.db):,} articles, {chosen.db.stat().st_size / 1e6:,.0f} MB\n")
    print("| page | median ms | p95 ms | slowest ms | CPU ms | asked |\n|---|---|---|---|---|---|")
    process, base, first = _serve(chosen.db)
    try:
        print(line("first page, with the server's start", [first], _cpu(process.pid)))
        addresses = _addresses(chosen.db)
        _measure(base, process.pid, addresses, chosen.times)
        _measure_together(base, process.pid, addresses, chosen.db, chosen.times)
        print(f"\n{len(_refused)} answers were refusals")
    finally:
        process.terminate()
        process.wait(timeout=10)


def _articles(path: Path) -> int:
    with closing(open_for_reading(path)) as db:
        return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])


def _serve(path: Path) -> tuple[subprocess.Popen[str], str, float]:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "scraper", "serve", "--db", str(path), "--port", "0"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    found = re.match(r"(\S+)/ ", process.stderr.readline())
    assert found
    _get(f"{found.group(1)}/")
    return process, found.group(1), (time.perf_counter() - began) * 1000


def _get(url: str) -> bytes:
    """The answer, the page that says "too slow" included: its time counts, and it is counted at the end."""
    try:
        with urlopen(url, timeout=60) as answer:
            return bytes(answer.read())
    except HTTPError as error:
        _refused.append(url)
        return error.read()


_refused: list[str] = []


def _cpu(process: int) -> float:
    """Milliseconds of CPU that a process has used; 0 where there is no /proc."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def _addresses(path: Path) -> dict[str, list[str]]:
    common = quote("春河")
    with closing(open_for_reading(path)) as db:
        editor, authors = db.execute("SELECT editor, authors FROM articles WHERE authors <> '[]' LIMIT 1").fetchone()
    return {
        "first page": ["/"],
        **{f"search, {name}": [f"/-/search?q={quote(q)}" for q in queries] for name, queries in QUERIES.items()},
        "search, narrowed": [f"/-/search?q={common}&site=ah&channel={quote('经济')}&since=2020"],
        "search by date": [f"/-/search?q={common}&sort=date", f"/-/search?q={common}&sort=oldest"],
        "search, each story once": [f"/-/search?q={quote(q)}&unique=1" for q in ("春河", "河")]
        + ["/-/search?unique=1"],
        "search, page 5": [f"/-/search?q={common}&page=5"],
        "search, JSON": [f"/-/search.json?q={common}"],
        "all articles": [
            "/-/search",
            "/-/search?page=10",
            "/-/search?site=ah",
            f"/-/search?source={quote('中国新闻网')}",
        ],
        "feed": [f"/-/search.atom?q={common}", "/-/search.atom"],
        "article": [f"/{path.stem}/articles/{at}" for at in (1, 777, 4321)],
        "edition": ["/-/edition/ah", "/-/edition/hlj"],
        "editor, author": [f"/-/editor/{quote(editor)}", f"/-/author/{quote(json.loads(authors)[0])}"],
        "source, channel": [f"/-/source/{quote('中国新闻网')}", f"/-/channel/{quote('经济')}"],
        "changes": ["/-/changes"],
        "health": ["/-/health"],
        "Datasette's table": [f"/{path.stem}/articles"],
    }


def _measure(base: str, process: int, addresses: dict[str, list[str]], times: int) -> None:
    searches: list[float] = []
    firsts: list[float] = []
    spent = spent_first = 0.0
    for name, paths in addresses.items():
        before = _cpu(process)
        first = [measured(lambda path=path: _get(base + path), 1)[0] for path in paths]  # type: ignore[misc]  # mypy has no type for a default of a lambda
        between = _cpu(process)
        found = [one for path in paths for one in measured(lambda path=path: _get(base + path), times)]  # type: ignore[misc]  # mypy has no type for a default of a lambda
        cpu = _cpu(process) - between
        print(line(name, found, cpu), flush=True)
        if name.startswith("search"):
            searches, firsts = searches + found, firsts + first
            spent, spent_first = spent + cpu, spent_first + between - before
    print(line("**all searches**", searches, spent))
    print(line("each of them for the first time", firsts, spent_first))


def _measure_together(base: str, process: int, addresses: dict[str, list[str]], path: Path, times: int) -> None:
    """Several readers while a program stores articles one by one, as a crawl does."""
    stop, stored = threading.Event(), list[int]()
    before = _cpu(process)
    writer = threading.Thread(target=_write, args=(path, stop, stored))
    writer.start()
    paths = [path for name, found in addresses.items() if name.startswith("search") for path in found]
    try:
        with ThreadPoolExecutor(READERS) as pool:
            found = [one[0] for one in pool.map(lambda path: measured(lambda: _get(base + path), 1), paths * times)]
    finally:
        stop.set()
        writer.join()
    print(line(f"searches of {READERS} readers while {len(stored)} articles are stored", found, _cpu(process) - before))


def _write(path: Path, stop: threading.Event, stored: list[int]) -> None:
    db = open_for_writing(path)
    last = db.execute("SELECT max(id) FROM articles").fetchone()[0]
    for number, article in enumerate(corpus(1000, seed=last), last + 1):
        if stop.wait(0.25):
            break
        with writing(db):
            _keep(db, replace(article, url=f"{article.url}?{number}"))
            index.flush(db)
        stored.append(number)
    db.close()


if __name__ == "__main__":
    main()

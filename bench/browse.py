"""How long pages take over a large archive: `python -m bench.browse [articles] [--db PATH]`.

The archive is made of words drawn by rank (a few everywhere, most of them
rarely), as Chinese news is; every page is asked of `scraper serve` itself over
loopback HTTP, one reader after another and then several at once while a
program writes. The server's CPU time stands beside the clock's, since only
that means anything on a machine that does other things, too.
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
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

from sqlite_utils import Database

from scraper.archive import index
from scraper.archive.connect import open_for_writing, writing
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
    "one character": ["河", "灯"],
    "two words": ["春河 水山", "云江 湖海"],
    "a long word": ["春河水山云江", "湖海田林石桥"],
    "either": ["塔灯 OR 鸟船"],
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
    parser.add_argument("--times", type=int, default=5)
    chosen = parser.parse_args()
    if not chosen.db.exists():
        build(chosen.db, chosen.articles)
    print(f"{chosen.articles:,} articles, {chosen.db.stat().st_size / 1e6:,.0f} MB\n")
    print("| page | median ms | p95 ms | slowest ms | CPU ms | asked |\n|---|---|---|---|---|---|")
    process, base, first = _serve(chosen.db)
    try:
        print(line("first page, with the server's start", [first], _cpu(process.pid)))
        _measure(base, process.pid, chosen.times)
        _measure_together(base, process.pid, chosen.db, chosen.times)
        print(f"\n{len(_refused)} answers were refusals")
    finally:
        process.terminate()
        process.wait(timeout=10)


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


def _addresses(database: str) -> dict[str, list[str]]:
    return {
        "first page": ["/"],
        **{f"search, {name}": [f"/-/search?q={quote(q)}" for q in queries] for name, queries in QUERIES.items()},
        "search, narrowed": [f"/-/search?q={quote('春河')}&site=ah&channel={quote('经济')}&since=2020"],
        "search by date": [f"/-/search?q={quote('春河')}&sort=date"],
        "page 10 of all articles": ["/-/search?page=10"],
        "feed": [f"/-/search.atom?q={quote('春河')}"],
        "article": [f"/{database}/articles/{at}" for at in (1, 777, 4321)],
        "edition": ["/-/edition/ah", "/-/edition/hlj"],
        "source": [f"/-/source/{quote('中国新闻网')}"],
        "health": ["/-/health"],
    }


def _measure(base: str, process: int, times: int) -> None:
    searches: list[float] = []
    spent = 0.0
    for name, paths in _addresses("bench-browse").items():
        before = _cpu(process)
        found = [one for path in paths for one in measured(lambda path=path: _get(base + path), times)]  # type: ignore[misc]  # mypy has no type for a default of a lambda
        cpu = _cpu(process) - before
        print(line(name, found, cpu), flush=True)
        if name.startswith("search"):
            searches += found
            spent += cpu
    print(line("**all searches**", searches, spent))


def _measure_together(base: str, process: int, path: Path, times: int) -> None:
    """Several readers while a program writes a batch of articles again and again."""
    stop = threading.Event()
    before = _cpu(process)
    writer = threading.Thread(target=_write, args=(path, stop))
    writer.start()
    paths = [path for name, found in _addresses("bench-browse").items() if name.startswith("search") for path in found]
    try:
        with ThreadPoolExecutor(READERS) as pool:
            found = [one[0] for one in pool.map(lambda path: measured(lambda: _get(base + path), 1), paths * times)]
    finally:
        stop.set()
        writer.join()
    print(line(f"searches of {READERS} readers beside a writer", found, _cpu(process) - before))


def _write(path: Path, stop: threading.Event) -> None:
    db = open_for_writing(path)
    while not stop.wait(0.05):
        with writing(db):
            db.execute("UPDATE articles SET agreement = 1.0 WHERE id % 1000 = 7")
    db.close()


if __name__ == "__main__":
    main()

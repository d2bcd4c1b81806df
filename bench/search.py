"""How fast, exact, small and well-ordered search is, over generated archives, beside other ways to search Chinese.

    python -m bench.search                       10,000 articles
    python -m bench.search --articles 100000     (and 1000000: two hours, 6 GB)

Archives are made once and kept in --folder. Times are milliseconds of CPU of one
thread on a warm file; `--cold` drops it from the page cache before each query
and looks at the clock.
"""

import argparse
import json
import math
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bench import archives
from bench.corpus import Generated, article, articles, chain
from bench.judged import demo
from bench.search_peers import PEERS
from scraper.archive.by_date import newest
from scraper.archive.connect import open_for_reading
from scraper.archive.database import Database
from scraper.archive.documents import COLUMNS
from scraper.archive.folding import units
from scraper.archive.matches import Matches
from scraper.archive.search import Filters, count, search, understood

_QUALITY = 3_000
_PEERS_AT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Asked:
    kind: str
    text: str
    words: tuple[str, ...] = ()
    """The words that must stand, where a scan can judge."""
    filters: Filters | None = None


def questions(stories: list[Generated], each: int, seed: int = 7) -> list[Asked]:
    """Queries by class, of words that the articles have."""
    rng = random.Random(seed)
    found: list[Asked] = []
    sizes = {1: [], 2: [], 3: [], 4: [], 5: []}  # type: dict[int, list[str]]
    for words in chain()[1].values():
        for word in words[::7]:
            sizes[min(5, len(word))].append(word)
    sizes[1] = [rng.choice(rng.choice(stories).body) for _ in range(4 * each)]
    for size, words in sizes.items():
        usable = [word for word in words if units(word) and units(word).isalnum()]
        name = f"{size} character{'s' if size > 1 else ''}{' or more' if size == 5 else ''}"
        found += [Asked(name, word, (word,)) for word in rng.sample(usable, each)]
    for _ in range(each):
        text = rng.choice(stories).body
        at, size = rng.randrange(len(text) - 8), rng.randint(1, 8)
        part = text[at : at + size].replace('"', "").replace("“", "").replace("”", "")
        if units(part):
            found.append(Asked("any substring", f'"{part}"', (part,)))
    pairs = sizes[2]
    for _ in range(each):
        one, two, three = rng.sample(pairs, 3)
        found += [
            Asked("AND of 2", f"{one} {two}", (one, two)),
            Asked("AND of 3", f"{one} {two} {three}", (one, two, three)),
            Asked("OR", f"{one} OR {two}"),
            Asked("NOT", f"{one} -{two}"),
            Asked("with filters", one, (), Filters(sites=("ha", "sh"), since="2015-03", until="2019-10-20")),
        ]
    mixed = "GDP PM2.5 covid-19 Z世代 C919 2022年 5G 7·20 12.5% CPI Wi-Fi 3D打印 APEC B2B 1998年".split()
    found += [Asked("Latin and figures", f'"{word}"', (word,)) for word in mixed]
    return found


# --- ours ---------------------------------------------------------------------------------


def measure(path: Path, each: int, cold: bool, repeat: int) -> None:
    """Warm: CPU time, of each query the best of `repeat`, for other programs share the machine. Cold: by the clock."""
    db = open_for_reading(path)
    last = db.execute("SELECT max(id) FROM articles").fetchone()[0]
    asked = questions([article(number) for number in random.Random(3).sample(range(1, last), 200)], each)
    clock, repeat = (time.perf_counter, 1) if cold else (time.thread_time, repeat)
    ways: dict[str, Callable[[Database, Asked], object]] = {
        "newest 20, ids": lambda db, one: list(_newest(db, one)),
        "newest 20 + total": lambda db, one: search(db, one.text, one.filters, sort="date"),
        "ranked 20 + total": lambda db, one: search(db, one.text, one.filters),
        "total": lambda db, one: count(db, understood(one.text, one.filters)),
    }
    for way in ways.values():
        for one in asked[::9]:
            way(db, one)
    spent: dict[str, dict[str, list[float]]] = {}
    for name, way in ways.items():
        for one in asked:
            times = []
            for _ in range(repeat):
                if cold:
                    db.close()
                    _drop(path)
                    db = open_for_reading(path)
                started = clock()
                way(db, one)
                times.append((clock() - started) * 1000)
            for kind in (one.kind, "all"):
                spent.setdefault(kind, {}).setdefault(name, []).append(min(times))
    print(f"\n{'p50 / p95 / max, ms' + (', cold' if cold else ''):<22}" + "".join(f"{name:>24}" for name in ways))
    for kind, columns in spent.items():
        print(f"{kind:<22}" + "".join(f"{_spread(columns[name]):>24}" for name in ways))


def _newest(db: Database, one: Asked) -> Iterator[int]:
    return islice(newest(Matches(db, understood(one.text, one.filters))), 20)


def _spread(values: list[float]) -> str:
    ordered = sorted(values)
    return " / ".join(f"{ordered[min(len(ordered) - 1, int(len(ordered) * share))]:.1f}" for share in (0.5, 0.95, 1))


def _drop(path: Path) -> None:
    for name in (path, Path(f"{path}-wal")):
        if name.exists():
            with name.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def exactness(path: Path, each: int) -> None:
    """Recall and precision against reading every article."""
    db = open_for_reading(path)
    asked = [one for one in questions([article(n) for n in range(1, 200)], each, seed=11) if one.words]
    wanted: dict[Asked, set[int]] = {one: set() for one in asked}
    words = {one: [units(word) for word in one.words] for one in asked}
    for row in db.execute(f"SELECT {COLUMNS} FROM articles"):
        texts = [units(text) for text in row[1:4]]
        for one in asked:
            if all(any(word in text for text in texts) for word in words[one]):
                wanted[one].add(row[0])
    missed = added = whole = 0
    for one in asked:
        found = {hit.id for hit in search(db, one.text, sort="date", limit=-1).hits}
        missed, added, whole = missed + len(wanted[one] - found), added + len(found - wanted[one]), whole + len(found)
    print(f"\nexactness: {len(asked)} queries, {whole} results; missed {missed}, wrongly found {added}")


# --- peers ------------------------------------------------------------------------------------


def peers(count_: int, folder: Path, each: int) -> None:
    stories = list(articles(min(count_, _PEERS_AT_MOST)))
    asked = [one for one in questions(stories, each, seed=11) if one.words]
    texts = {one.number: [units(text) for text in (one.title, one.body, one.captions)] for one in stories}
    sample = list(dict.fromkeys(asked[:: max(1, len(asked) // 60)]))
    wanted = {
        one: {number for number, parts in texts.items() if all(any(units(w) in p for p in parts) for w in one.words)}
        for one in sample
    }
    characters = sum(len(one.title) + len(one.body) + len(one.captions) for one in stories)
    print(
        f"\n{'peer, ' + str(len(stories)) + ' articles':<22}{'built, articles/s':>18}{'bytes/char':>12}{'recall':>9}{'newest p50/p95/max':>24}{'bm25 p50/p95/max':>24}"
    )
    for peer in PEERS:
        spent = peer.build(stories, folder)
        newest, ranked, found = [], [], 0
        for one in asked:
            newest.append(_timed(lambda peer=peer, one=one: peer.newest(list(one.words), 20)))  # type: ignore[misc]  # bound at once
            ranked.append(_timed(lambda peer=peer, one=one: peer.ranked(list(one.words), 20)))  # type: ignore[misc]  # bound at once
        for one in sample:
            found += len(wanted[one] & set(peer.newest(list(one.words), len(stories))))
        recall = found / sum(map(len, wanted.values()))
        print(
            f"{peer.name:<22}{len(stories) / spent:>18.0f}{peer.size() / characters:>12.2f}{recall:>9.3f}{_spread(newest):>24}{_spread(ranked):>24}"
        )


def _timed(call: Callable[[], object]) -> float:
    started = time.thread_time()
    call()
    return (time.thread_time() - started) * 1000


# --- order -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    kind: str
    words: tuple[str, ...]
    grades: dict[int, int]


def judged(stories: list[Generated], each: int = 40) -> list[Judged]:
    """What an article is about is known to its generator only: 3 in the title's two words, 1 in the others.

    A known item is looked for by both words of its title; a topic by one
    word, or by two that some article is about.
    """
    rng = random.Random(13)
    found: list[Judged] = []
    chosen = [one for one in rng.sample(stories, 400) if units(one.topic[0]) != units(one.topic[1])]
    for one in chosen[:each]:
        words = one.topic[:2]
        found.append(
            Judged("known item", words, {story.number: 3 for story in stories if set(words) <= set(story.topic[:2])})
        )
    for one in chosen[each : 2 * each]:
        word = one.topic[0]
        grades = {story.number: 3 if word in story.topic[:2] else 1 for story in stories if word in story.topic}
        found.append(Judged("topic", (word,), grades))
    for one in chosen[2 * each : 3 * each]:
        words = (one.topic[1], one.topic[3])
        grades = {
            story.number: 3 if set(words) & set(story.topic[:2]) else 1
            for story in stories
            if set(words) <= set(story.topic)
        }
        found.append(Judged("two topics", words, grades))
    return found


def order(folder: Path) -> None:
    stories = list(articles(_QUALITY))
    path = folder / f"{_QUALITY}.db"
    if not path.exists():
        archives.make(path, _QUALITY)
    db = open_for_reading(path)
    asked = judged(stories)
    engines: dict[str, Callable[[list[str]], list[int]]] = {
        "this": lambda words: [hit.id for hit in search(db, " ".join(f'"{word}"' for word in words), limit=10).hits]
    }
    compare(engines, stories, asked, folder)


def demo_order(archive: Path, folder: Path) -> None:
    """The same over the articles of `scraper demo`, which people wrote and judged."""
    texts, questions_ = demo(archive)
    stories = [
        Generated(number, "", *parts, "", "", "", "", "", "", ())  # title, text and captions are all that peers see
        for number, parts in texts.items()
    ]
    db = open_for_reading(archive)
    engines: dict[str, Callable[[list[str]], list[int]]] = {
        "this": lambda words: [hit.id for hit in search(db, " ".join(words), limit=10).hits]
    }
    compare(engines, stories, [Judged(*one) for one in questions_], folder)


def compare(
    engines: dict[str, Callable[[list[str]], list[int]]], stories: list[Generated], asked: list[Judged], folder: Path
) -> None:
    """nDCG@10 and MRR; weights are tuned on the first of every two queries, the second are held out."""
    for peer in PEERS[3:]:
        peer.build(stories, folder)
        engines[f"bm25, {peer.name}"] = lambda words, peer=peer: peer.ranked(words, 10)  # type: ignore[misc]  # bound at once
    kinds = list(dict.fromkeys(one.kind for one in asked))
    held_out = {(one.kind, one.words) for one in asked[1::2]}
    print(
        f"\n{f'order, {len(asked)} judged queries':<30}"
        + "".join(f"{name:>26}" for name in (*kinds, "all", "tuned on", "held out"))
    )
    for name, engine in engines.items():
        scores = {
            (one.kind, one.words): (
                ndcg(engine(list(one.words)), one.grades),
                reciprocal(engine(list(one.words)), one.grades),
            )
            for one in asked
        }
        chosen = [[score for (its, _), score in scores.items() if its == kind] for kind in kinds]
        chosen += [list(scores.values())]
        chosen += [[score for key, score in scores.items() if (key in held_out) == held] for held in (False, True)]
        cells = [
            f"nDCG {sum(n for n, _ in own) / len(own):.3f} MRR {sum(r for _, r in own) / len(own):.3f}"
            for own in chosen
        ]
        print(f"{name:<30}" + "".join(f"{cell:>26}" for cell in cells))


def ndcg(found: list[int], grades: dict[int, int]) -> float:
    gained = sum((2 ** grades.get(identity, 0) - 1) / math.log2(rank + 2) for rank, identity in enumerate(found[:10]))
    ideal = sorted(grades.values(), reverse=True)[:10]
    return float(gained / sum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(ideal)))


def reciprocal(found: list[int], grades: dict[int, int]) -> float:
    best = max(grades.values())
    return next((1 / rank for rank, identity in enumerate(found, 1) if grades.get(identity) == best), 0.0)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, default=10_000)
    options.add_argument("--folder", type=Path, default=Path(".bench-search"))
    options.add_argument("--each", type=int, default=30, help="queries of each class")
    options.add_argument("--cold", action="store_true")
    options.add_argument("--scattered", action="store_true", help="dates that do not follow the order of storing")
    options.add_argument(
        "--repeat", type=int, default=3, help="times that each query is asked, of which the best counts"
    )
    options.add_argument("--demo", type=Path, help="an archive made by `scraper demo`: judge order on it, too")
    options.add_argument("--only", choices=["speed", "exact", "peers", "order"])
    asked = options.parse_args()
    asked.folder.mkdir(exist_ok=True)
    path = asked.folder / f"{asked.articles}{'-scattered' if asked.scattered else ''}.db"
    if not path.exists():
        print(json.dumps(archives.make(path, asked.articles, scattered=asked.scattered), indent=1))
    if asked.only in (None, "speed"):
        measure(path, asked.each, asked.cold, asked.repeat)
    if asked.only in (None, "exact"):
        exactness(path, asked.each)
    if asked.only in (None, "peers"):
        peers(asked.articles, asked.folder, asked.each)
    if asked.only in (None, "order"):
        order(asked.folder)
    if asked.demo:
        demo_order(asked.demo, asked.folder)


if __name__ == "__main__":
    main()

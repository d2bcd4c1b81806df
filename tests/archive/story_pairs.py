"""A labelled set of article pairs: the same story printed twice, and what only looks like it.

The texts are the fixtures' own, written for this project; what editions do to
wire copy is done to them by a seeded generator. Negative pairs are the ones
that fool a comparison by characters: bulletins of one series on two days,
reports that repeat the background of an earlier one, a flash beside the long
report.
"""

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from tests.pages import fixtures

_Edit = Callable[[str, random.Random, list[str]], str]


@dataclass(frozen=True, slots=True)
class Pair:
    kind: str
    same: bool
    one: str
    other: str


@cache
def wire_texts() -> tuple[str, ...]:
    """Bodies of the fixtures, each text once; long enough to be edited."""
    found: dict[str, str] = {}
    for fixture in fixtures():
        body = json.loads(fixture.expected_path.read_text("utf-8")).get("body", "")
        if len(body) > 250 and body.count("\n\n") >= 2:
            found.setdefault(re.sub(r"\W+", "", body)[60:100], body)
    return tuple(found.values())


def pairs(seed: int) -> Iterator[Pair]:
    chance = random.Random(seed)
    texts = list(wire_texts())
    for text in texts:
        others = [other for other in texts if other is not text]
        for kind, edit in _EDITS.items():
            yield Pair(kind, True, text, edit(text, chance, others))
        yield Pair("several edits", True, _several(text, chance, others), _several(text, chance, others))
        yield Pair("another subject", False, text, chance.choice(others))
        yield Pair("follow-up", False, text, _follow_up(text, chance, others))
        yield Pair("flash and report", False, _flash(text), text)
        yield Pair("shared background", False, *_shared_background(text, chance, others))
    for kind, template in _SERIES.items():
        for _ in range(12):
            yield Pair(kind, False, _issue(template, chance), _issue(template, chance))
        for _ in range(4):
            issue = _issue(template, chance)
            yield Pair(f"{kind}, copied", True, issue, _new_lead(issue, chance, texts))


# --- what editions do to wire copy ----------------------------------------------------------


def _paragraphs(text: str) -> list[str]:
    return text.split("\n\n")


_LEAD = re.compile(r"^[^\n，。]{0,30}?\d{1,2}月\d{1,2}日电\s*(?:[(（][^)）\n]*[)）])?")


def _new_lead(text: str, chance: random.Random, _: list[str]) -> str:
    day = f"{chance.randint(1, 12)}月{chance.randint(1, 28)}日"
    lead = chance.choice(
        [
            f"中新网{chance.choice(['河南', '上海', '海南'])}{day}电（记者 钟晓波）",
            f"中新社溪口{day}电 (记者 钟晓波 通讯员 方圆)",
            f"中新网海南新闻{day}电(方圆)",
            "溪口日报讯（通讯员 方圆）",
            "",
        ]
    )
    ending = chance.choice(["(完)", "（完）", "", "(方圆 钟晓波)"])
    return lead + _LEAD.sub("", text).removesuffix("(完)").removesuffix("（完）") + ending


def _trimmed(text: str, chance: random.Random, _: list[str]) -> str:
    parts = _paragraphs(text)
    size, kept = len(text) * 0.5, parts[:]
    while len(kept) > 2:
        index = chance.randrange(1, len(kept))
        if sum(map(len, kept)) - len(kept[index]) < size:
            break
        del kept[index]
    return "\n\n".join(kept)


def _one_more(text: str, chance: random.Random, others: list[str]) -> str:
    parts = _paragraphs(text)
    extra = min(_paragraphs(chance.choice(others)), key=lambda part: abs(len(part) - len(text) // 4))
    parts.insert(chance.randrange(1, len(parts) + 1), extra[: len(text) // 2])
    return "\n\n".join(parts)


def _corrected(text: str, chance: random.Random, _: list[str]) -> str:
    places = [match for match in re.finditer(r"\d+", text) if match.start() > 40]
    if len(places) < 6:
        return text.replace("表示", "说")
    match = chance.choice(places)
    return text[: match.start()] + str(int(match.group()) + 1) + text[match.end() :]


def _reworded(text: str, chance: random.Random, _: list[str]) -> str:
    sentences = re.split(r"(?<=[。！？])", text)
    for _turn in range(max(1, len(sentences) // 12)):
        index = chance.randrange(len(sentences))
        words = sentences[index]
        middle = len(words) // 2
        sentences[index] = words[:middle] + chance.choice(["据介绍，", "目前", "其中，"]) + words[middle:]
    return "".join(sentences)


# Written out here, so that what is tested is not checked against its own table.
_TRADITIONAL = str.maketrans(
    "国会发时来对这个们为过说还没开学问间关门东车马鸟鱼长书画语读写记讯议认识让设计划经济务业农产厂广场"
    "区县乡镇历节级纪线结织绿红约统给继续总应当数据万亿层环换报护导带师岁岛桥树楼标样条极权检楼机构钱铁"
    "钟镜阳阴陆险阵队际难电云风飞饭馆馈驶骑验鸡鲜龙龄点热烧灯炉爱兰关兴养单卖双变号叶团园围图圆坚坛",
    "國會發時來對這個們為過說還沒開學問間關門東車馬鳥魚長書畫語讀寫記訊議認識讓設計劃經濟務業農產廠廣場"
    "區縣鄉鎮歷節級紀線結織綠紅約統給繼續總應當數據萬億層環換報護導帶師歲島橋樹樓標樣條極權檢樓機構錢鐵"
    "鐘鏡陽陰陸險陣隊際難電雲風飛飯館饋駛騎驗雞鮮龍齡點熱燒燈爐愛蘭關興養單賣雙變號葉團園圍圖圓堅壇",
)


def _traditional(text: str, *_: object) -> str:
    return text.translate(_TRADITIONAL).replace("“", "「").replace("”", "」")


def _other_marks(text: str, *_: object) -> str:
    return (
        text.replace("，", ",").replace("(", "（").replace(")", "）").replace("\n\n", "\n\n　　").replace("。", "。 ")
    )


_EDITS: dict[str, _Edit] = {
    "new lead": _new_lead,
    "trimmed": _trimmed,
    "one more paragraph": _one_more,
    "a number corrected": _corrected,
    "reworded": _reworded,
    "traditional": _traditional,
    "other marks": _other_marks,
}


def _several(text: str, chance: random.Random, others: list[str]) -> str:
    edits: list[_Edit] = chance.sample([_reworded, _one_more, _other_marks], 2)
    for edit in [*edits, _new_lead]:
        text = edit(text, chance, others)
    return text


# --- what only looks like the same story --------------------------------------------------------


def _follow_up(text: str, chance: random.Random, others: list[str]) -> str:
    """News of the next days: new paragraphs in front, the background of the first report behind."""
    new = _paragraphs(chance.choice(others))[:3]
    background = max(_paragraphs(text)[1:], key=len)
    return "\n\n".join([*new, background])


def _shared_background(text: str, chance: random.Random, others: list[str]) -> tuple[str, str]:
    background = max(_paragraphs(text), key=len)
    one, other = chance.sample(others, 2)
    return (
        "\n\n".join([*_paragraphs(one)[:3], background]),
        "\n\n".join([*_paragraphs(other)[:3], background]),
    )


def _flash(text: str) -> str:
    return _paragraphs(text)[0][: max(90, len(text) // 5)]


_SERIES = {
    "weather": "中新网溪口{m}月{d}日电 溪口市气象台{d}日17时发布未来24小时天气预报：今天夜间到明天白天，全市{w}，偏{q}风{s}到{t}级，"
    "最低气温{a}℃，最高气温{b}℃。\n\n其中，东山区{w}，气温{a}到{b}℃；西河区{w}，气温{c}到{e}℃；南岭县{w}，气温{f}到{g}℃；"
    "北湖县{w}，气温{h}到{i}℃。\n\n气象部门提醒，昼夜温差较大，请市民及时增减衣物，出行注意交通安全，老人和儿童尽量避开早晚时段外出。",
    "lottery": "中新网溪口{m}月{d}日电 溪口风采彩票第2022{n}期{d}日晚开奖，红色球号码为{a}、{b}、{c}、{e}、{f}、{g}，蓝色球号码为{h}。\n\n"
    "本期共开出一等奖{s}注，单注奖金{n}{p}元；二等奖{k}注，单注奖金{p}元。溪口市彩民中得二等奖{t}注。\n\n"
    "本期全国销量{n}{k}元，开奖后奖池余额为{p}{n}元，将滚入下一期。公告以开奖公报为准，兑奖请在六十个自然日内办理。",
    "prices": "溪口市商务局{m}月{d}日发布的监测数据显示，本周全市生活必需品价格总体平稳。猪肉批发均价每公斤{x}元，环比上涨{y}%；"
    "鸡蛋每公斤{z}元，环比下降{v}%；三十种蔬菜每公斤{u}元，环比下降{y}%。\n\n分品种看，白菜每公斤{v}元，土豆每公斤{u}元，黄瓜每公斤{z}元，"
    "番茄每公斤{x}元。\n\n市商务局表示，将继续加强监测，组织货源，保障节日期间市场供应充足、价格基本稳定。",
    "cases": "溪口市卫生健康委通报：{m}月{d}日0至24时，全市新增确诊病例{a}例，新增无症状感染者{b}例，均为集中隔离点发现。"
    "当日治愈出院{c}例，解除医学观察{e}例。\n\n截至{m}月{d}日24时，全市累计报告确诊病例{n}例，累计治愈出院{k}例，现有确诊病例{f}例，"
    "现有无症状感染者{g}例。\n\n市卫生健康委提醒广大市民，继续做好个人防护，勤洗手、常通风、少聚集，出现发热等症状及时就诊。",
    "traffic": "中新网溪口{m}月{d}日电 溪口高铁站{d}日发送旅客{x}万人次，加开列车{a}列；预计{m}月{e}日发送旅客{z}万人次，加开列车{b}列。\n\n"
    "铁路部门提示，旅客请提前查看车票信息，预留足够的进站时间，遵守秩序，听从工作人员引导，保管好随身物品。\n\n"
    "当日客流主要方向为省城、东山和南岭，其中往省城方向{u}万人次，往东山方向{v}万人次。",
}


def _issue(template: str, chance: random.Random) -> str:
    """One day's issue of a series."""
    values: dict[str, object] = {letter: chance.randint(1, 33) for letter in "abcefghist"}
    values |= {"m": chance.randint(1, 12), "d": chance.randint(1, 28), "q": chance.choice("东南西北")}
    values |= {"n": chance.randint(100, 999), "k": chance.randint(100, 999), "p": chance.randint(1000, 99999)}
    values |= {letter: f"{chance.uniform(1, 40):.1f}" for letter in "uvxyz"}
    values |= {"w": chance.choice(["多云间晴", "阴有小雨", "晴到多云", "多云转阴"])}
    return template.format(**values)

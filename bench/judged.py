"""Queries over the demo archive, written and judged from its headlines: known items and topics.

Every second one is held out: weights are tuned on the others only.
"""

from pathlib import Path

from scraper.archive.connect import open_for_reading

KNOWN = {
    "红嘴鸥 滇池": "滇池候鸟季来临",
    "雪豹 摄影": "三江源“牧民摄影队”",
    "牦牛 档案": "青海湖畔牧民建起",
    "水塔 图书馆": "挪威小城百岁水塔",
    "水塔 博物馆": "江城老水塔变身",
    "南音 琵琶": "闽南古厝飘出南音",
    "胡杨林 无人机": "塔里木河畔胡杨林",
    "查干湖 玻璃画": "冰窗花里的年味儿",
    "废弃小学 声音": "日本山村废弃小学",
    "摩崖题刻": "喀斯特山谷里的",
    "打铁花": "图：江南古镇秋收灯会打铁花",
    "晒秋": "图：皖南山村“晒秋”",
    "黑嘴鸥 守护": "黄河口湿地迎来",
    "薰衣草 花农": "伊犁河谷薰衣草",
    "斑头雁": "高原湖泊候鸟归来",
    "海蜇 养殖": "辽东湾“海蜇医生”",
    "珊瑚 苗圃": "陵水近岸的珊瑚苗圃",
    "药箱 老人": "汝阴市社区“药管家”",
    "贡米 水车": "湘西山寨复种",
    "番茄 戈壁": "河西走廊戈壁温室",
    "柑橘 无人机": "三峡库区柑橘",
    "蒸汽剧场": "沈阳一座老机车库",
    "老粮站": "一座老粮站的三次转身",
    "马拉松": "颍川半程马拉松",
    "公交 票价一元": "淇州市首条城乡公交",
    "钟楼 钟表匠": "退休钟表匠",
    "火龙果 暖棚": "暖棚里的",
    "竹编 课堂": "川西林盘里的竹编",
    "风筝节": "新西兰小镇办风筝节",
    "明信片 海岛邮局": "一封寄错的明信片",
    "皮影戏 小学": "皮影戏班走进小学课堂",
    "潮間帶": "離島舊校舍變身",
    "煎饼 书屋": "沂蒙山村",
    "流星雨 邮戳": "高原“星空邮局”",
    "慢船 海河": "海河边的“慢船”",
    "石蝇": "秦岭北麓“自然教室”",
    "云朵节": "贺兰山下办起",
    "耐盐油菜": "滨海盐碱地试种",
    "稻田鱼": "苗乡梯田收罢秋粮",
    "花馍 海外": "小县城的面点师",
    "春灌 河套": "河套灌区首份",
    "观花列车 酸奶": "高原小站迎来首批观花列车",
    "单丛茶": "凤凰山下的单丛茶香",
    "渡口课堂": "运河边的“渡口课堂”",
    "水上图书船": "江南古镇摇橹工",
    "蓝靛 染坊": "三月三前的壮乡染坊",
}
TOPICS = {
    "候鸟": ("滇池候鸟季", "湖畔观测站", "秋到溱水湿地", "高原湖泊候鸟"),
    "剪纸": ("非遗剪纸传人", "松花江畔的囍字展", "剪纸艺人周镕之", "腊月剪窗花"),
    "囍字": ("老字號餅家", "非遗剪纸传人", "松花江畔的囍字展", "剪纸艺人周镕之"),
    "古树": ("会“看病”的古树牌", "嵩北市为两千余株古树"),
    "缆车": ("山城老缆车停运", "山城缆车站旧址"),
    "书屋": ("鄱阳湖畔建起", "沂蒙山村"),
    "修复师": ("古籍修复师", "修复师钱镕"),
    "小火车": ("溱水县乡村小火车",),
    "天文": ("颍川一所乡村小学", "海岛小学的天文课"),
    "麦田": ("嵩北麦田来了", "关中麦田来了"),
    "气象": ("西南山区建起气象", "沙坡边的“气象枣园”", "上海一中学气象站"),
    "修表": ("南京：梧桐树下的修表摊", "修表匠的四十年"),
    "冷链": ("高山蔬菜坐上",),
    "博物馆": ("老字號餅家", "京郊百年水闸", "江城老水塔", "日本山村废弃小学"),
    "渔民": ("海岛渔民画", "鄱阳湖畔建起"),
    "观测站": ("三江湿地新添", "湖畔观测站"),
    "鼓楼": ("侗寨“鼓楼夜校”",),
    "茶山": ("皖南茶山迎来头采", "滇西南古茶山"),
    "图书": ("上海一社区图书角", "江城图书漂流站", "江南古镇摇橹工"),
}


Texts = dict[int, tuple[str, str, str]]
Questions = list[tuple[str, tuple[str, ...], dict[int, int]]]


def demo(path: Path) -> tuple[Texts, Questions]:
    """Title, text and captions by id, and (kind, words, grades by id); equal copies of a story are equally right."""
    db = open_for_reading(path)
    texts: Texts = {row[0]: row[1:] for row in db.execute("SELECT id, title, body, captions FROM articles")}
    questions: list[tuple[str, str, tuple[str, ...]]] = [
        ("known item", text, (begin,)) for text, begin in KNOWN.items()
    ]
    questions += [("topic", text, begins) for text, begins in TOPICS.items()]
    judged: Questions = []
    for kind, text, begins in questions:
        grades = {one: 3 for one, parts in texts.items() if parts[0].startswith(begins)}
        judged.append((kind, tuple(text.split()), grades))
    return texts, judged

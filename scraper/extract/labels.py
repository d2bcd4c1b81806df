"""How a Chinese news page speaks: date lines, 来源, 编辑, bylines, captions, and its chrome.

Pure functions over folded text. Constants stand in the order they are tried,
with the reason for an odd one beside it.
"""

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from scraper.text import fold, squeeze

# Navigation, footers and rails are the same on page after page, and both readers ask about every line.
_remembered = lru_cache(maxsize=20_000)

BEIJING = timezone(timedelta(hours=8))

# The label characters that Hong Kong's edition prints in traditional form, one for one,
# so that positions found in the folded text are positions in the printed one.
_LABEL_FORMS = str.maketrans(
    "來編輯責記攝員報電訊時發佈網聞頁圖號體閱讀評論關閉", "来编辑责记摄员报电讯时发布网闻页图号体阅读评论关闭"
)


def plain(text: str) -> str:
    """The text with traditional label characters simplified, of the same length.

    >>> plain("責任編輯：戴允")
    '责任编辑：戴允'
    """
    return text.translate(_LABEL_FORMS)


# --- dates ---------------------------------------------------------------------

_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s*(?:年|[-./])\s*(\d{1,2})\s*(?:月|[-./])\s*(\d{1,2})(?!\d)\s*日?"
    r"(?:\s*(?:星期|周)[一二三四五六日天])?"
    r"(?:[\sT]*(\d{1,2})\s*[:：时]\s*(\d{2})(?!\d)(?:\s*[:：分]\s*(\d{2})(?!\d))?)?"
)


@_remembered
def find_date(text: str) -> tuple[str, bool] | None:
    """The first printed date as ISO 8601 with +08:00, and whether it had a time of day.

    >>> find_date("2022年07月20日 09:50 来源:中国新闻报")
    ('2022-07-20T09:50+08:00', True)
    >>> find_date("2026年4月24日 11:56:44")
    ('2026-04-24T11:56:44+08:00', True)
    >>> find_date("[2026.08.31 12:25]")
    ('2026-08-31T12:25+08:00', True)
    >>> find_date("2022年13月20日") is None
    True
    """
    dated = None
    for match in _DATE.finditer(text):
        found = _iso(*match.groups()) or _iso(match[1], match[2], match[3], None, None, None)
        if found and found[1]:
            return found
        dated = dated or found
    return dated


def _iso(
    year: str, month: str, day: str, hour: str | None, minute: str | None, second: str | None
) -> tuple[str, bool] | None:
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=BEIJING
        )
    except ValueError:
        return None
    return moment.isoformat(timespec="seconds" if second else "minutes"), hour is not None


# --- source and editor ---------------------------------------------------------

# 图片来源 is a credit, not the article's source.
# Behind another word it is that word's source (资金来源, 图片来源), unless that is the date's 日.
_SOURCE = re.compile(r"(?:(?<![\u4e00-\u9fff])|(?<=\d日)|(?<=\d[分秒]))(?:文章|稿件|新闻|信息)?来\s*源\s*[:：]\s*")
_TAKEN_FROM = re.compile(r"^(?:摘自|转自|据|原载)\s*[:：]\s*(\S{2,20})$")
# What may follow a source or a name on the same line.
_NEXT_LABEL = re.compile(
    r"\s*(?:责\s*任\s*编\s*辑|责\s*编|编\s*辑|作\s*者|记\s*者|校\s*对|审\s*核|时\s*间|日\s*期|来\s*源|浏览量?|阅读量?)\s*[:：]"
    r"|(?:^|[\s,，])\s*(?:责\s*任\s*编\s*辑|字\s*[号体]|分享|评论|参与|我要|发表|浏览|阅读|点击|打印|发布|复制|收藏|关注|关闭|"
    r"大\s*中?\s*小(?:\s|$)|小\s*中?\s*大(?:\s|$)|A\s*[+-])"
    r"|\s*(?:[【】\[\]|｜；;]|https?:|(?:19|20)\d\d\s*[-年./])"
)
# 责任编辑 is always a label; 总编辑 and 做了三十年编辑 are none, so what may stand before 编辑 is listed.
_EDITOR_LABEL = r"(?:责\s*任\s*编\s*辑|责\s*编|(?<![\u4e00-\u9fff])(?:本文|本期|值班|本网|网络|网页|文字|新媒体|栏目)?\s*编\s*辑)\s*[:：]"
_EDITOR = re.compile(rf"(?:【\s*)?{_EDITOR_LABEL}\s*([^】\]\n]*)")
_PLACEHOLDER = re.compile(r"\$\{|\{\{|^null$|^undefined$|^无$|^[-—]+$", re.I)
_SENTENCE_END = "。！？；”’」』…）)】》.!?;:："


def find_source(parts: tuple[str, ...]) -> str | None:
    """What stands behind 来源, up to the next label or wide gap; None when it is empty.

    >>> find_source(("2021年11月05日 10:54", "来源：中国新闻网", "参与互动"))
    '中国新闻网'
    >>> find_source(("来源:", "责任编辑:李新贺")) is None
    True
    """
    for index, part in enumerate(parts):
        match = _SOURCE.search(plain(part))
        if not match:
            continue
        rest = part[match.end() :]
        if not rest.strip() and index + 1 < len(parts):
            rest = parts[index + 1]
        value = _up_to_next_label(rest)
        if value:
            return value
    return None


def taken_from(text: str) -> str | None:
    """摘自:生活时报 as a closing line."""
    match = _TAKEN_FROM.match(text)
    return match.group(1) if match else None


@_remembered
def has_source_label(text: str) -> bool:
    return _SOURCE.search(plain(text)) is not None


def _up_to_next_label(text: str) -> str | None:
    follower = _NEXT_LABEL.search(plain(text))
    value = fold(text[: follower.start()] if follower else text).strip("，,。·()（）—-")
    if not value or len(value) > 40 or _PLACEHOLDER.search(value):
        return None
    return value


@_remembered
def find_editor(text: str) -> str | None:
    """The editor less label and brackets; several names as printed.

    >>> find_editor("【编辑:王祎】")
    '王祎'
    >>> find_editor("(完). 责任编辑：黄强.")
    '黄强'
    >>> find_editor("责任编辑:李新贺")
    '李新贺'
    """
    for match in _EDITOR.finditer(plain(text)):
        value = text[match.start(1) : match.end(1)].lstrip("【[ ")
        follower = _NEXT_LABEL.search(plain(value))
        name = fold(value[: follower.start()] if follower else value).strip("。.，,、；;:：()（）〕］ ")
        if name and len(squeeze(name)) <= 24 and not _PLACEHOLDER.search(name) and not re.search(r"[。！？]", name):
            return name
    return None


_EDITOR_TAIL = re.compile(rf"\s*[【\[（(]?\s*{_EDITOR_LABEL}[^。！？]{{0,24}}[】\])）.。]{{0,6}}\s*$")


@_remembered
def without_editor(text: str) -> str:
    """A paragraph less the editor line that was typed behind it.

    >>> without_editor("雨停了。(完). 责任编辑：黄强.")
    '雨停了。(完)'
    >>> without_editor("【编辑:张三】")
    ''
    """
    tail = _EDITOR_TAIL.search(plain(text))
    shorter = text[: tail.start()] if tail else text
    return shorter.rstrip(".") if shorter != text and shorter.endswith(").") else shorter


# --- people --------------------------------------------------------------------

_REGIONS = (
    "安徽|北京|重庆|福建|甘肃|贵州|广东|广西|海南|河北|河南|湖北|湖南|黑龙江|江苏|江西|吉林|辽宁|内蒙古|宁夏|青海|山东|"
    "山西|陕西|上海|四川|天津|香港|新疆|兵团|云南|浙江"
)
_PLACES = frozenset(_REGIONS.split("|")) | {"北方", "南方", "东部", "西部", "全国", "中国"}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Family names by the 2020 census order and the Baijiaxing, for telling 张三 from 化名.
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任"
    "卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱丘侯江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严"
    "莫孔向常汤康易乔赖文殷葛倪施洪霍颜庞安季俞章鲁盛梅岳裴关耿左柯凌焦阮蓝尚翟祁柳岑桂辛管游尤舒屈欧阳阚"
    "温牛聂冉符柏娄宁路滕齐庄解申牟古卜骆成甘连卓冀简樊鲍单木宫辜费詹闵蒲房苗谷瞿项臧农冼匡代仲景靳桑边车"
    "晏鞠邬植佟明隋巩米丛初党艾全喻敖麦祝栾池燕官巫嵇楚衣鹿雍封南茅苟商沙伍戚储闻席植靖上官司徒诸葛慕容东"
    "方皇甫尉迟公孙长孙宇文令狐刁伏缪应饶郎鄢芦和占佘蔺刑邢那花丰包候查窦郁竺权逯计储戈师伊胥漆揭籍冷訾展撒"
    "晁勾厉华水荣谈糜曲寇广阙仇栗强密茹练盖操乐谯暴钮井湛索咸都耶平利帅仝仉晋来阴鄂尧扈却濮牧隗山巴弓覃朴玉海"
    "穆杭荀师柴干伊戎终步堵仝蓬苌恽仰暨门东郁郗鄞沃那逄笪缑亓仇过岳万俟濮阳赫连澹台呼延尉迟年计仉苍有第五百里"
    "奚眭邝邸迟苑褚狄荆郜宗嘎旦才拉达斯多次扎格桑阿买古努木合热"
)
_NAME = re.compile(r"^[\u3400-\u9fff\U00020000-\U0003ffff]{2,4}$|^[\u3400-\u9fff]+(?:[·•・．][\u3400-\u9fff]+)+$")
_ROLES = "(?:实习|特约|见习|首席|全媒体|融媒体|本网|本报)?记者|通讯员|实习生|作者|撰文|撰稿|文字|编译"
# 文 alone is a role only where a name can't run on into it: 文/张三, 张三 文.
_ROLE = re.compile(rf"{_ROLES}|文")
_WRITTEN = r"(?:文(?=\s*[/／:：])|(?<=[/／\s])文(?=$|[、/／\s]))"
_NAME_BREAK = re.compile(r"[\s、，,;；/／|&+]+|和(?=[\u4e00-\u9fff]{2,3}$)")
# Words that stand where a name might, and are none.
_NOT_NAMES = _words(
    """化名 佚名 如图 完 左 右 中 下同 上图 下图 图片 资料 视频 组图 记者 本报 通讯员 实习 实习生 摄影 报道 供图 供稿 文图 图文
    全文 摘编 综合 编译 原标题 作者 来源 编辑 责编 本人 同上 男 女 单位 以下 简称 未完 待续 完毕 节选 应受访者要求 打印 分享
    评论 字号 字体 关闭 收藏 复制 高清 多图 附图 视频截图 受访者 连载 上接 下转 常住 平均 全程 和平 安全 成年 方案 项目 任务
    温度 高度 单位万元 文化 手记 调查 观察 见闻 走访 连线 日记 感言 来信 专访 综述 述评 总台 央视 央广 客户端 电视台 电台
    融媒体 新媒体 全景 近景 远景 外景 全貌 现场 万元 亿元 千元 元钱 万人 先秦 秦代 汉代 唐代 宋代 元代 明代 清代 晋代 隋代
    辽代 金代 夏代 商代 周代 唐朝 宋朝 明朝 清朝 汉朝"""
)
_MEDIUM = re.compile(
    r"[\u4e00-\u9fff]{2}(?:报|网|社|台|刊|频道|电视|周刊|部|局|院|委|办|会|厅|处|队|公司|中心|集团|学校)$"
)
_AGENCY = r"(?:中新网|中新社|中国新闻网|中新财经|中新健康|新华社|新华网|人民网|本报|本网|本台|本刊|本社|[\u4e00-\u9fff]{2,6}(?:日报|晚报|商报|时报|晨报|报社))"
_DATELINE = re.compile(
    r"^\s*(?:中新网|中新社|中国新闻网|新华社|新华网|本报|本网)[^()（）。]{0,24}?(?:\d{1,2}日|\d{1,2})?(?:电|讯|消息)\s*"
    r"[(（]([^()（）]{2,60})[)）]?"
)
_BRACKETED_ROLE = re.compile(
    rf"[(（【\[]([^()（）【】\[\]]{{0,12}}?(?:{_ROLES}|{_WRITTEN})[^()（）【】\[\]。]{{1,60}})(?:[)）】\]]|$)"
)
_NAME_THEN_ROLE = re.compile(
    r"[(（【\[]([^()（）【】\[\]。]{2,40}?[\s/／]*(?:文/?图?|文并图|文、图|撰文|报道))[)）】\]]?$"
)
_CLOSING_NAME = re.compile(r"[(（]\s*([^()（）。，]{2,24}?)\s*[)）]?\s*$")
_AUTHOR_LABEL = re.compile(r"(?:^|[\s；;，。])作\s*者\s*[:：]\s*([^；;。\n]{2,40})")
_BYLINE = re.compile(
    rf"^[□■●◎\s]*(?:{_AGENCY}|[\u4e00-\u9fff]{{2,8}}?)?\s*(?:{_ROLES}|{_WRITTEN})[\s:：/／]*([^，。！？：:]{{2,40}}?)"
    r"(?:\s*(?:报道|文/?图|摄影报道|编译))?$"
)
# 郝北川/图 beside a writer: a photographer.
_PICTURED = re.compile(
    r"(?:摄影|图片?|摄)\s*[/／:：\s]\s*[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff])"
    r"|[\u4e00-\u9fff]{2,4}\s*[/／]\s*(?:图|摄影?)(?![/／、]?文)"
    r"|[\u4e00-\u9fff]{2,4}\s+(?:图|摄影|摄)(?=\s*$|[)）])"
)
# 总台记者 张三: what stands right before 记者 is a medium, unless it is another role's name.
_MEDIUM_OF_REPORTER = re.compile(
    r"(?:(?<=[\s、，,;；(（【□])|^)(?!(?:通讯员|实习生|记者))[\u4e00-\u9fffA-Za-z]{1,14}?"
    r"(?=(?:实习|特约|见习|首席|全媒体|融媒体)?记者)"
)
_TAIL_NOISE = re.compile(r"(?:摄影报道|综合报道|文并图|文、图|文|图|报道|整理|采写|撰文|编译|/|／)$")
_HEAD_NOISE = re.compile(
    rf"^(?:{_AGENCY}|本报|本网)?(?:首席|见习|实习|特约|驻[\u4e00-\u9fff]{{2,4}}|全媒体|融媒体)?(?:{_ROLES})?[:：]?"
)
_PHOTOGRAPHER_ONLY = re.compile(r"(?:摄|摄影|供图|图)\s*$")


def is_name(word: str, *, sure: bool = False) -> bool:
    """Whether a word can be a person's name; with `sure`, only if it opens with a family name.

    >>> is_name("赵晖"), is_name("凯特琳·詹纳"), is_name("化名"), is_name("中共河南省委")
    (True, True, False, False)
    """
    if word in _NOT_NAMES or not _NAME.match(word) or _MEDIUM.search(word) or word in _PLACES:
        return False
    return not sure or word[0] in _SURNAMES or "·" in word


def find_authors(paragraphs: list[str]) -> tuple[str, ...]:
    """Everybody named as a writer in leads, bylines and closing brackets, in order, each once.

    >>> find_authors(["中新网上海11月4日电 (陈静 奚晓蕾)记者4日获悉……", "文末。(本报记者 赵晖 阚力/文"])
    ('陈静', '奚晓蕾', '赵晖', '阚力')
    """
    found: list[str] = []
    last = len(paragraphs) - 1
    for index, printed in enumerate(paragraphs):
        paragraph = plain(printed)
        lead = _DATELINE.match(paragraph)
        if lead and not _PHOTOGRAPHER_ONLY.search(lead.group(1)):
            found += _names(lead.group(1))
        for match in _BRACKETED_ROLE.finditer(paragraph) if _ROLE.search(paragraph) else ():
            if not _PHOTOGRAPHER_ONLY.search(match.group(1)) or "文" in match.group(1):
                found += _names(match.group(1))
        for pattern in (_NAME_THEN_ROLE, _AUTHOR_LABEL):
            for match in pattern.finditer(paragraph):
                found += _names(match.group(1))
        byline = _BYLINE.match(_PICTURED.sub("", paragraph).strip()) if len(paragraph) <= 40 else None
        if byline and (not _PHOTOGRAPHER_ONLY.search(paragraph) or "文" in paragraph):
            found += _names(byline.group(1))
        closing = _CLOSING_NAME.search(paragraph)
        if closing and (index == last or len(squeeze(paragraph)) <= 16):
            found += _all_sure_names(closing.group(1))
    return _as_printed(found, paragraphs)


@_remembered
def find_labelled_authors(text: str) -> tuple[str, ...]:
    """作者：… beside the date.

    >>> find_labelled_authors("2026年03月10日 08:55 来源：渭原融媒 作者：权景明")
    ('权景明',)
    """
    return tuple(
        name for match in _AUTHOR_LABEL.finditer(plain(text)) for name in _names(_before_label(match.group(1)))
    )


def _before_label(text: str) -> str:
    follower = _NEXT_LABEL.search(text)
    return text[: follower.start()] if follower else text


def _as_printed(names: list[str], paragraphs: list[str]) -> tuple[str, ...]:
    whole = "\n".join(paragraphs)
    folded = plain(whole)
    places = ((name, folded.find(name)) for name in dict.fromkeys(names))
    return tuple(whole[at : at + len(name)] if at >= 0 else name for name, at in places)


def _names(text: str) -> list[str]:
    """The names in a byline: roles and agencies taken off, the rest split.

    >>> _names("本报记者 赵晖 阚力/文")
    ['赵晖', '阚力']
    """
    names = []
    text = _MEDIUM_OF_REPORTER.sub(" ", _PICTURED.sub(" ", text))
    for word in _NAME_BREAK.split(re.sub(rf"({_ROLES}|{_WRITTEN})", r" \1 ", text)):
        word = _without_tail(_HEAD_NOISE.sub("", word.strip("“”\"'()（）:： ")))
        if is_name(word):
            names.append(word)
    return _join_split_names(names, text)


def _without_tail(word: str) -> str:
    """A name less what its bearer did: `阚力/文`, `王五 文/图`."""
    for _ in range(4):
        word = _TAIL_NOISE.sub("", word)
    return word


def _join_split_names(names: list[str], text: str) -> list[str]:
    # 两字名 printed with a blank inside, `李 明`, splits into single characters that is_name refuses.
    if names:
        return names
    spaced = re.findall(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])\s+([\u4e00-\u9fff])(?![\u4e00-\u9fff])", text)
    return [a + b for a, b in spaced if a in _SURNAMES]


def _all_sure_names(text: str) -> list[str]:
    words = [word for word in _NAME_BREAK.split(text) if word]
    if len(words) > 1 and _MEDIUM.search(words[0]):
        del words[0]
    return words if words and all(is_name(word, sure=True) for word in words) else []


_CONTRIBUTED = re.compile(r"[(（]\s*([^()（）]{2,40}?)\s*供稿\s*(?:[)）]|$)|^\s*供稿\s*[:：]\s*(\S{2,40})\s*$")


def find_contributors(paragraphs: list[str]) -> tuple[str, ...]:
    """Organisations credited with the text.

    >>> find_contributors(["统战工作再上台阶。(中共河南省委统战部供稿)"])
    ('中共河南省委统战部',)
    """
    found = [
        fold(match.group(1) or match.group(2)).strip("：: ")
        for paragraph in paragraphs
        for match in _CONTRIBUTED.finditer(paragraph)
    ]
    return tuple(dict.fromkeys(name for name in found if name))


# --- captions ------------------------------------------------------------------

_OPENS_CAPTION = re.compile(
    r"^(?:[▲△↑←→▼☝]|图\s*[:：为]|图\d*\s*[:：]|图中|左图|右图|上图|下图|资料图|资料照片|图片说明|[(（]?资料图)"
)
_LABELLED_CREDIT = re.compile(
    r"((?:图片来源|照片来源|图源|来源|摄影|供图|图片提供)\s*[:：/／]\s*[^。，；]{2,40}?|(?:(?<=[\s。，（(])|^)(?:文/)?图\s*[/／]\s*[^。，；]{2,20}?)"
    r"(?:\s*(?:版权作品|版权图片).*)?[。)）\s]*$"
)
_BRACKETED_CREDIT = re.compile(
    r"[(（]((?:[^()（）]{0,20}(?:视频)?截图)|[^()（）]{1,30}(?:摄影|摄|供图|提供)|资料图片?|资料照片)[)）][。\s]*$"
)
_PHOTOGRAPHED = re.compile(r"(?:摄影报道|摄影|摄|制图|绘图|绘)(?=[。)） ]{0,4}$)")
_SUPPLIED = re.compile(
    r"(?:^|[\s。，；！？、：:)）”])([^\s。，；！？、：:)）]{2,30}\s*(?:供图|提供图片|提供照片|图片提供|截图))[。)）\s]*$"
)
# Text says 由…提供 too; as a credit it stands behind a blank, or names the picture.
_PROVIDED = re.compile(
    r"(?:(?:\s|^)([^\s。，；！？由]{2,20}提供)|(?:[\s。，；！？]|^)((?:图片|照片|图)由?[^\s。，；！？]{2,24}提供))[。)）\s]*$"
)
_FROM_FILES = re.compile(r"(资料图片?|资料照片|视频截图|网络图片|网络截图)[。)） ]{0,4}$")
_ROLE_WORD = re.compile(r"(?:记者|通讯员|实习生|[社报网台]|社发|^发|特约)$")


@_remembered
def find_credit(caption: str) -> str | None:
    """Who made or supplied a picture, as its caption prints it.

    >>> find_credit("图为黄河大堤。 杨大勇 摄")
    '杨大勇 摄'
    >>> find_credit("由心理科等共同参与。 复旦大学附属儿科医院供图")
    '复旦大学附属儿科医院供图'
    >>> find_credit("会场一角。中新社记者 张三 摄")
    '中新社记者 张三 摄'
    >>> find_credit("消防员在现场。(视频截图)")
    '视频截图'
    >>> find_credit("孩子们在读书。"), find_credit("影片正在紧张拍摄")
    (None, None)
    """
    found = _credit_in(plain(caption))
    if found is None:
        return None
    at = plain(caption).rfind(found)
    return caption[at : at + len(found)] if at >= 0 else found


def _credit_in(caption: str) -> str | None:
    bracketed = _BRACKETED_CREDIT.search(caption)
    if bracketed:
        return fold(bracketed.group(1))
    taken = _PHOTOGRAPHED.search(caption)
    if taken:
        return _photographer(caption[: taken.start()], caption)
    for pattern in (_LABELLED_CREDIT, _SUPPLIED, _PROVIDED, _FROM_FILES):
        match = pattern.search(caption)
        if match:
            return fold(next(group for group in match.groups() if group))
    return None


def _photographer(before: str, caption: str) -> str | None:
    """The words before 摄 that are names or roles: of `全景 杨大勇 摄` only `杨大勇 摄`."""
    words = re.split(r"(?<=[。，；！？：:)）”])|\s+", before)
    words = [word for word in words if word]
    kept: list[str] = []
    # Set off by a blank, a rare family name is a name too: 。穆清扬 摄.
    if words and before != before.rstrip() and is_name(words[-1]):
        kept.insert(0, words.pop())
    while words and (_is_photographer(words[-1]) or (kept and _ROLE_WORD.search(words[-1]))):
        kept.insert(0, words.pop())
    if not kept:
        return None
    start = _start_of(kept, caption, len(before))
    return fold(caption[start:]).rstrip("。)） ")


def _start_of(words: list[str], caption: str, end: int) -> int:
    for word in reversed(words):
        end = caption.rfind(word, 0, end)
    return end


def _is_photographer(word: str) -> bool:
    bare = re.sub(rf"^(?:{_AGENCY})?(?:发|记者|通讯员|实习生|特约记者)?", "", word)
    names = [name for name in _NAME_BREAK.split(bare) if name]
    return bool(names) and all(is_name(name, sure=True) and not name.endswith("拍") for name in names)


@_remembered
def opens_caption(text: str) -> bool:
    return _OPENS_CAPTION.match(text) is not None


# --- chrome --------------------------------------------------------------------

_CHROME = re.compile(
    r"^(?:"
    r"【?\s*[↑↓]?(?:字体|字号)\s*(?:[:：].{0,40}|[大中小\s]*)"
    r"|(?:[\[(（【]?\s*(?:放大字体|缩小字体|打印(?:稿件|本页)?|关闭窗口|关闭|收藏本页|返回顶部|返回首页)\s*[\])）】]?\s*){1,6}"
    r"|分享(?:到|至)\s*[:：]?.{0,24}|分享\s*[:：].{0,24}|分享(?:\s*(?:微博|微信|QQ|空间|朋友圈).{0,16})?"
    r"|.{0,8}扫一扫(?:[^，。]{0,8}(?:分享|关注|下载|朋友圈)[^，。]{0,12})?|扫描[^，。]{0,16}二维码[^，。]{0,16}|微信扫.{0,20}"
    r"|打开微信.{0,30}(?:扫一扫|朋友圈|发现).{0,30}|请点击右上角.{0,40}|使用[“\"]?扫一扫.{0,30}"
    r"|(?:参与互动|我要评论|发表评论|查看评论|网友评论|最新评论|评论)\s*(?:[(（>].{0,40})?"
    r"|(?:>{1,3}\s*)?更多精彩内容.{0,24}|.{0,4}进入.{1,8}频道.{0,4}"
    r"|[【\[(（]?点击(?:查看|进入|浏览|看)?(?:其[它他]|更多|高清|全部|此处|下)?(?:图片|一页|大图|原图|图集|更多|详情|专题)[】\])）]?.{0,2}"
    r"|注\s*[:：]\s*请在转载.{0,60}|.{0,10}转载请注明.{0,30}|(?:版权|免责)声明\s*[:：].*"
    r"|凡标注有.{2,16}字样的.*|声明\s*[:：].*(?:版权|转载).*|凡本网注明.*|[①②③④]\s*(?:凡本网|如因作品|本网未注明).*"
    r"|如因作品内容、版权.{0,60}|.{0,20}仅代表网友个人观点.{0,20}|以下留言仅代表.{0,20}"
    r"|手机登陆中新网.{0,40}|(?:请|欢迎|长按|扫码)?关注[^，。]{0,12}(?:微信|公众号|微博|客户端)[^，。]{0,12}"
    r"|[\[【(（]?广告[\]】)）]?(?:\s.{0,40})?|(?:标签|关键词|TAGS?)\s*[:：].{0,80}"
    r"|【?更多图片】?|加载更多|复制链接|我来说两句.{0,20}|责任校对\s*[:：].{0,20}"
    r"|[\"“”]?\s*←\s*→\s*[\"“”]?.{0,16}翻页|全屏观看|查看原图|查看图片列表"
    # The video player's own words, which saved pages hold as text.
    r"|(?:Mute|Chapters|Descriptions|Subtitles|Captions|Audio Track|Playback Rate|Text|Background|Window|Font Size|"
    r"Font Family|Text Edge Style|Caption Settings Dialog|Fullscreen|Play|Pause)"
    r"|(?:Current Time|Duration Time|Remaining Time|Loaded|Progress|Stream Type|ColorTransparency|descriptions off|"
    r"subtitles off|captions (?:off|settings)|This is a modal window|Beginning of dialog window|End of dialog window).{0,200}"
    r"|[•·|>/\s]{1,40}"
    r")$"
)
_LONGEST_FURNITURE = 400
_PAGER_WORDS = re.compile(
    r"上一页|下一页|上一篇|下一篇|上一张|下一张|首页|末页|尾页|上页|下页|余下全文|全文阅读|[第共]\s*\d+\s*[页条]|第|页"
)
_PAGER_MARKS = re.compile(r"[\d\s>|:：./\[\]()（）<【】…]*")
_FOOTER = re.compile(
    r"不代表中新社|务经书面授权|未经授权禁止转载|违者(?:将)?依法|京ICP|ICP备|公网安备|视听节目许可证|许可证[（(]?\d{5}|"
    r"All Rights? Reserved|Copyright\s*©|^版权所有|总机\s*[:：]\s*\d|不良信息举报|^(?:常年)?法律顾问\s*[:：]|(?:建议|浏览).{0,30}分辨率$|"
    r"互联网新闻信息服务许可证|^(?:关于我们|About us).{0,24}(?:联系我们|广告服务)|^网站备案|主办单位\s*[:：].{0,30}分社|^关于我们$"
)
# What opens the part of the page that is no longer the article.
_AFTERWARDS = re.compile(
    r"^[\s>■●◆·:：【\[-]*(?:相\s*关\s*(?:新\s*闻|报\s*道|阅\s*读|链\s*接|专\s*题|推荐)|推荐(?:阅读|新闻)|阅读推荐|猜你喜欢|热门(?:新闻|推荐|图片|点击|排行)|"
    r"[\u4e00-\u9fff]{0,6}新闻精选|[\u4e00-\u9fff]{2,4}频道精选|编辑推荐|新闻排行|图片(?:报道|新闻|推荐)|视频(?:推荐|新闻)|热点(?:视频|新闻|推荐)|"
    r"请\s*您\s*评\s*论|网友评论|为您推荐|精彩(?:推荐|图片|视频|图集)|延伸阅读|更多(?:新闻|内容|精彩)|最新(?:新闻|评论)|特别推荐|今日(?:推荐|要闻)|"
    r"每\s*日\s*更\s*新|每日关注|24小时热(?:点|榜))"
)
_AFTERWARDS_LABEL = re.compile(r"^[\s>■●◆·【\[]*相\s*关\s*(?:新\s*闻|报\s*道|阅\s*读|链\s*接|专\s*题)\s*[:：]")
_LEGAL = re.compile(r"不代表中新社|务经书面授权|未经授权禁止转载|违者(?:将)?依法")


@_remembered
def is_chrome(text: str) -> bool:
    """Whether a line is page furniture wherever it stands."""
    if len(text) > _LONGEST_FURNITURE:
        return False
    return _CHROME.match(text) is not None or is_pager(text) or _FOOTER.search(text) is not None


def is_pager(text: str) -> bool:
    """上一页 1 2 3 下一页 and the like; a bare number is none.

    >>> is_pager("第 1 2 页 下一页"), is_pager("[上一页] [1] [2]"), is_pager("100")
    (True, True, False)
    """
    rest = _PAGER_WORDS.sub("", text)
    return len(rest) < len(text) <= 120 and _PAGER_MARKS.fullmatch(rest) is not None


@_remembered
def is_footer(text: str) -> bool:
    return len(text) <= _LONGEST_FURNITURE and _FOOTER.search(text) is not None


@_remembered
def is_rights_notice(text: str) -> bool:
    return _LEGAL.search(text) is not None


@_remembered
def opens_afterwards(text: str) -> bool:
    """Whether the line heads what follows an article: related news, rankings, comments."""
    return _AFTERWARDS.match(text) is not None and (len(text) <= 24 or _AFTERWARDS_LABEL.match(text) is not None)


@_remembered
def is_editor_line(text: str) -> bool:
    return not without_editor(text).strip(" 【】[]()（）.。")


_CLOSING_EDITOR = re.compile(r"【\s*(?:责任)?\s*编辑\s*[:：]")


@_remembered
def closes_story(text: str) -> bool:
    """Whether the line carries the 【编辑:X】 that stands below a story, never above it."""
    return len(text) <= 60 and _CLOSING_EDITOR.search(plain(text)) is not None


_PUNCTUATION = re.compile(r"[，。！？；：、“”…,;]")


@_remembered
def reads_like_prose(text: str) -> bool:
    return _PUNCTUATION.search(text) is not None


def ends_paragraph(text: str) -> bool:
    """Whether a paragraph can end here; one that breaks off at a comma or a word goes on."""
    return text[-1:] in _SENTENCE_END.replace("；", "").replace(";", "")


def ends_sentence(text: str) -> bool:
    return text[-1:] in _SENTENCE_END


# --- titles and breadcrumbs ----------------------------------------------------

_SUFFIX = re.compile(
    r"\s*(?:[-—–_|·－–‐]+)\s*(?:(?:中新网|中国新闻网|中新社|中新|[\u4e00-\u9fff]{2,3}新闻(?:网|频道)?|中国网|chinanews)[^-—–_|]*|"
    rf"(?:{_REGIONS}))\s*$",
    re.I,
)
_PAGE_NUMBER = re.compile(r"\s*[(（]\d{1,2}(?:\s*/\s*\d{1,2})?[)）]\s*$")
_PREFIX = re.compile(r"^(?:中新网高清图|中新网视频|高清图)\s*[-—:：]\s*")


def without_suffix(title: str) -> str:
    """A <title> less the site's name and the page number.

    >>> without_suffix("两会速览(图)(3)——中新网"), without_suffix("今日天气 - 湖南- 中国新闻网")
    ('两会速览(图)', '今日天气')
    """
    previous = None
    while previous != title:
        previous = title
        title = _SUFFIX.sub("", title).rstrip(" -—_|")
    return _PREFIX.sub("", _PAGE_NUMBER.sub("", title)).strip()


def without_page_number(title: str) -> str:
    return _PAGE_NUMBER.sub("", title)


_CRUMB = re.compile(r"\s*(?:>>|>|»|＞|›|→|•|--|／|/|-(?=\s))\s*")
_CRUMB_LEAD = re.compile(r"^.*?(?:位置|导航)\s*[:：]?\s*")
_HOME = re.compile(r"首\s*页|中新网|中国新闻网|新闻网$|新闻中心|^.{2,3}分社")
# Where 正文 would stand; some pages print 新闻报道.
_TEXT_CRUMB = re.compile(r"^(?:正文|新闻正文|新闻报道|阅读正文|查看正文)$")


@_remembered
def channel_of(text: str) -> str | None:
    """The last breadcrumb before 正文, or the last one where there is no 正文.

    >>> channel_of("首页 > 头条 > 正文 >"), channel_of("■ 本页位置：首页 → 新闻中心 → 社会新闻")
    ('头条', '社会新闻')
    >>> channel_of("中新网首页|安徽|北京") is None
    True
    """
    crumbs = [crumb.strip(" >■|:：[]【】") for crumb in _CRUMB.split(_CRUMB_LEAD.sub("", text))]
    crumbs = [crumb for crumb in crumbs if crumb]
    labelled = "位置" in text or any(_TEXT_CRUMB.match(squeeze(crumb)) for crumb in crumbs)
    if not labelled and (len(crumbs) < 2 or not _HOME.search(crumbs[0])):
        return None
    for index, crumb in enumerate(crumbs):
        if _TEXT_CRUMB.match(squeeze(crumb)):
            crumbs = crumbs[:index]
            break
    if not crumbs or len(crumbs[-1]) > 16 or (len(crumbs) == 1 and not labelled):
        return None
    last = crumbs[-1]
    # 2001: the channel's link stands twice, without anything between.
    half = len(last) // 2
    last = last[:half] if last[:half] == last[half:] and half >= 2 else last
    return None if re.fullmatch(r"首\s*页|中新网|中国新闻网", last) else last

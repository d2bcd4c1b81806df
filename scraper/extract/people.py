"""Who wrote it: names in datelines, bylines and closing brackets, and organisations that supplied the text."""

import re
from itertools import takewhile

from scraper.extract.labels import REGIONS, before_label, plain, remembered
from scraper.text import fold, squeeze


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# 记者 张三 成都报道: what stands before 报道 or 电 may be where it was written.
_PLACES = frozenset(REGIONS.split("|")) | _words(
    """北方 南方 东部 西部 全国 中国 广州 深圳 珠海 武汉 南京 杭州 郑州 西安 济南 沈阳 长春 哈尔滨 昆明 贵阳 南宁 海口 三亚
    太原 石家庄 兰州 西宁 银川 合肥 南昌 长沙 福州 厦门 青岛 大连 宁波 温州 苏州 无锡 成都 拉萨 乌鲁木齐 呼和浩特 洛阳 开封
    周口 商丘 安阳 南阳 许昌 信阳 新乡 焦作 濮阳 漯河 鹤壁 济源 平顶山 驻马店 三门峡 桂林 喀什 伊犁 雄安 唐山 大同 延安 台北 澳门 东京 巴黎 伦敦 纽约 华盛顿 莫斯科 柏林 首尔"""
)

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
_COMPOUND_SURNAMES = (
    *(
        "欧阳",
        "司马",
        "上官",
        "司徒",
        "诸葛",
        "慕容",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "长孙",
        "宇文",
        "令狐",
        "夏侯",
        "端木",
    ),
    *("百里", "呼延", "赫连", "澹台", "濮阳", "万俟", "南宫", "独孤", "轩辕", "第五"),
)
# Mongolian names have no family name and up to six characters.
_MONGOLIAN = re.compile(
    r"^(?:乌云|巴特|斯琴|苏日|阿拉|额尔|其木|萨如|呼和|包力|敖登|哈斯|格日|朝鲁|布仁|宝音|娜仁|那顺|照日|特木|青格|道尔|孟和|吉日)"
    r"[\u4e00-\u9fff]{1,4}$"
)
_NAME = re.compile(r"^[\u3400-\u9fff\U00020000-\U0003ffff]{2,4}$|^[\u3400-\u9fff]+(?:[·•・．][\u3400-\u9fff]+)+$")
_ROLES = "(?:实习|特约|见习|首席|全媒体|融媒体|本网|本报)?记者|通讯员|实习生|作者(?![系为是])|撰文|撰稿|文字|编译"
# 文 alone is a role only where a name can't run on into it: 文/张三, 张三 文.
_ROLE = re.compile(rf"{_ROLES}|文")
_WRITTEN = r"(?:文(?=\s*[/／:：])|(?<=[/／\s])文(?=$|[、/／\s]))"
NAME_BREAK = re.compile(r"[\s、，,;；/／|&+]+|和(?=[\u4e00-\u9fff]{2,3}$)")
# Words that stand where a name might, and are none.
_NOT_NAMES = _words(
    """化名 佚名 如图 完 左 右 中 下同 上图 下图 图片 资料 视频 组图 记者 本报 通讯员 实习 实习生 摄影 报道 供图 供稿 文图 图文
    全文 摘编 综合 编译 原标题 作者 来源 编辑 责编 本人 同上 男 女 单位 以下 简称 未完 待续 完毕 节选 应受访者要求 打印 分享
    评论 字号 字体 关闭 收藏 复制 高清 多图 附图 视频截图 受访者 连载 上接 下转 常住 平均 全程 和平 安全 成年 方案 项目 任务
    温度 高度 单位万元 文化 手记 调查 观察 见闻 走访 连线 目击 亲历 体验 探访 追访 暗访 直击 札记 日记 感言 来信 专访 综述 述评 总台 央视 央广 客户端 电视台 电台
    融媒体 新媒体 全景 近景 远景 外景 全貌 现场 万元 亿元 千元 元钱 万人 先秦 秦代 汉代 唐代 宋代 元代 明代 清代 晋代 隋代
    未知 匿名 不详 网络 转载 原创 制作 剪辑 配音 出镜 拍摄 后期 校对 审核 监制 录入 文章 策划 设计 播音 主持
    辽代 金代 夏代 商代 周代 唐朝 宋朝 明朝 清朝 汉朝"""
)
_MEDIUM = re.compile(
    r"[\u4e00-\u9fff]{2}(?:报|网|社|台|刊|频道|电视|周刊|部|局|院|委|办|会|厅|处|队|公司|中心|集团|学校|大学)$"
)
AGENCY = r"(?:中新网|中新社|中国新闻网|中新财经|中新健康|新华社|新华网|人民网|本报|本网|本台|本刊|本社|[\u4e00-\u9fff]{2,6}(?:日报|晚报|商报|时报|晨报|报社))"
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
# 文/图 张三: writer and photographer in one.
_WROTE_AND_PICTURED = re.compile(
    r"(?:^|[\s(（])(?:文\s*[/／、]\s*图|图\s*[/／、]\s*文|图文)\s*[/／\s]\s*([^，。！？：:/／()（）]{2,24})[)）]?$"
)
_CLOSING_NAME = re.compile(r"[(（]\s*([^()（）。，]{2,24}?)\s*[)）]?\s*$")
_ENGLISH_NAME = r"[A-Z][a-z'’]+(?:[ -][A-Z][a-z'’]+){1,2}"
_ENGLISH_BYLINE = re.compile(
    rf"(?:^|[(（])\s*(?:By|Reported by|Written by)\s+({_ENGLISH_NAME}(?:\s*(?:,|&|\band\b)\s*{_ENGLISH_NAME}){{0,4}})\s*(?:[)）]|$)"
)
# 她笑着说。” 记者 丹娜: a byline typed behind the last sentence.
_CLOSING_BYLINE = re.compile(
    rf"[。！？”’…)）]\s*(?:{AGENCY}|[\u4e00-\u9fff]{{2,6}}报)?(?:{_ROLES})(?:\s*[:：]\s*|\s+)([\u3400-\u9fff·\s、]{{2,24}})$"
)
# 方敏北京大学经济学院教授: the blank between the name and what its bearer is got lost.
_BEARER = re.compile(
    rf"(?:{REGIONS}|中国|中央|国家|全国|清华|复旦|南京|武汉|中山|中共|中科院|国务院|[\u4e00-\u9fff]{{2,6}}?(?:大学|学院|研究院|研究所|委员会))"
)
# 胡若愚 新华社特稿
_WIRE = re.compile(
    rf"^(?:据?{AGENCY}|[\u4e00-\u9fff]{{2,8}}(?:报|社|网|台))?(?:供本报)?(?:特稿|专稿|专电|电讯?|稿件?|报道)$"
)
_AUTHOR_LABEL = re.compile(
    r"(?:^|[\s；;，。(（【\[|｜])(?:原?作\s*者|撰\s*[文稿]|采\s*写|文\s*[/、]?\s*图)\s*[:：]\s*([^；;。()（）\n]{2,40})"
)
_BYLINE = re.compile(
    rf"^[□■●◎\s]*(?:{AGENCY}|[\u4e00-\u9fff]{{2,8}}?)?\s*(?:{_ROLES}|{_WRITTEN})[\s:：/／]*([^，。！？：:]{{2,40}}?)"
    r"(?:\s*(?:报道|文/?图|摄影报道|编译|发自\s*[\u4e00-\u9fff]{2,12}))?$"
)
_BYLINE_SIZE = 40
_NAMING = re.compile(r"\b[Bb]y [A-Z]|[(（【\[作□■●◎]|撰|采写|[文图][/／]|^.{0,40}题\s*[:：]")
# □ 本报记者 罗斌 新修的步道……; ……电 题：山城步道 中新社记者 刘相琳 新修的……: a byline that the text follows on its line.
_LEADING_BYLINE = re.compile(
    rf"^(?:[□■●◎]\s*|[^。]{{0,40}}?题\s*[:：]\s*[^。]{{2,60}}?\s)(?:{AGENCY})?(?:{_ROLES})\s*[:：]?\s*([\u3400-\u9fff·\s、]{{2,40}})"
)
# A name beside a word for writing: what all three have, then what each has.
_WRITING = re.compile(r"[文作撰采]|报道")
_SIGNED = (
    (re.compile(r"文|报道"), _NAME_THEN_ROLE),
    (re.compile(r"[:：]"), _AUTHOR_LABEL),
    (re.compile(r"图"), _WROTE_AND_PICTURED),
)
# 郝北川/图 beside a writer: a photographer.
_PICTURED = re.compile(
    r"(?:摄影|图片?|摄)\s*[/／:：\s]\s*[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff])"
    r"|[\u4e00-\u9fff]{2,4}\s*[/／]\s*(?:图|摄影?)(?![/／、]?文)"
    r"|[\u4e00-\u9fff]{2,4}\s+(?:图|摄影|摄)(?=\s*$|[)）])"
)
# 总台记者 张三: what stands right before 记者 is a medium, unless it is another role's name.
_MEDIUM_OF_REPORTER = re.compile(
    r"(?:(?<=[\s、，,;；(（【□])|^)(?!(?:通讯员|实习生|记者))[\u4e00-\u9fffA-Za-z·]{1,14}?"
    r"(?=(?:实习|特约|见习|首席|全媒体|融媒体)?记者)"
)
_TAIL_NOISE = re.compile(
    r"(?:摄影报道|综合报道|文并图|文、图|文|图|报道|整理|采写|撰文|编译|发自[\u4e00-\u9fff]{2,12}|/|／)$"
)
_HEAD_NOISE = re.compile(
    rf"^(?:{AGENCY}|本报|本网)?(?:首席|见习|实习|特约|驻[\u4e00-\u9fff]{{2,4}}|全媒体|融媒体)?(?:{_ROLES})?[:：]?"
)
_PHOTOGRAPHER_ONLY = re.compile(r"(?:摄|摄影|供图|图)\s*$")


def is_name(word: str, *, sure: bool = False) -> bool:
    """Whether a word can be a person's name; with `sure`, only if it opens with a family name.

    >>> is_name("赵晖"), is_name("凯特琳·詹纳"), is_name("化名"), is_name("中共河南省委")
    (True, True, False, False)
    """
    if _MONGOLIAN.match(word):
        return True
    if word in _NOT_NAMES or not _NAME.match(word) or _MEDIUM.search(word) or word in _PLACES or "记者" in word:
        return False
    if not sure or "·" in word:
        return True
    # 全场大笑 opens with a family name, too.
    return word.startswith(_COMPOUND_SURNAMES) if len(word) == 4 else word[0] in _SURNAMES


_ROLE_BEFORE_NAMES = re.compile(
    rf"(?:{AGENCY})?(?:{_ROLES})\s+([\u3400-\u9fff]{{2,4}}(?:[\s、][\u3400-\u9fff]{{2,4}}){{0,3}})"
)


def with_label(part: str) -> str:
    """A part of a date line that names its writers by what they are, 本网记者 张三, with 作者： instead."""
    match = _ROLE_BEFORE_NAMES.fullmatch(plain(part))
    return f"作者：{match.group(1)}" if match else part


_ROLE_ALONE = re.compile(rf"(?:{AGENCY})?(?:{_ROLES})")


def is_role(text: str) -> bool:
    """Whether a text says what somebody is and nothing else: 中新网记者."""
    return _ROLE_ALONE.fullmatch(plain(text)) is not None


def find_authors(paragraphs: list[str]) -> tuple[str, ...]:
    """Everybody named as a writer in leads, bylines and closing brackets, in order, each once.

    >>> find_authors(["中新网上海11月4日电 (陈静 奚晓蕾)记者4日获悉……", "文末。(本报记者 赵晖 阚力/文"])
    ('陈静', '奚晓蕾', '赵晖', '阚力')
    """
    found: list[str] = []
    for index, printed in enumerate(paragraphs):
        closes = _closes_part(paragraphs, index)
        # Every writer stands in or behind a bracket, behind 作者, or in a byline that is a line of its own.
        if len(printed) > _BYLINE_SIZE and not closes and not _NAMING.search(printed):
            continue
        found += _authors_in(plain(printed), closes)
    return _as_printed(found, paragraphs) if found else ()


_GOES_ON = tuple("，,。！？；;：:”")


def _closes_part(paragraphs: list[str], index: int) -> bool:
    """Whether a story ends here: with the page, or above the sub-heading of another."""
    following = paragraphs[index + 1] if index + 1 < len(paragraphs) else ""
    return len(following) <= 30 and not following.endswith(_GOES_ON)


# Each way of naming a writer has one of these: a bracket, a colon, a role.
_AUTHOR_SIGN = re.compile(r"[(（【\[:：文者员生撰译]|[Bb]y\b")


def _authors_in(paragraph: str, closes: bool) -> list[str]:
    found: list[str] = []
    if not _AUTHOR_SIGN.search(paragraph):
        return found
    lead = _DATELINE.match(paragraph)
    if lead and not _PHOTOGRAPHER_ONLY.search(lead.group(1)):
        found += _names(lead.group(1))
    role = _ROLE.search(paragraph)
    for match in _BRACKETED_ROLE.finditer(paragraph) if role else ():
        if not _PHOTOGRAPHER_ONLY.search(match.group(1)) or "文" in match.group(1):
            found += _names(match.group(1))
    for sign, pattern in _SIGNED if _WRITING.search(paragraph) else ():
        for match in pattern.finditer(paragraph) if sign.search(paragraph) else ():
            text = before_label(match.group(1))
            found += _names(text) or _name_run_in(text)
    byline = _BYLINE.match(_PICTURED.sub("", paragraph).strip()) if role and len(paragraph) <= _BYLINE_SIZE else None
    if byline and (not _PHOTOGRAPHER_ONLY.search(paragraph) or "文" in paragraph):
        found += _names(byline.string[byline.start(1) :])
    leading = _LEADING_BYLINE.match(paragraph) if role and not byline else None
    if leading:
        found += takewhile(lambda name: is_name(name, sure=True), _words_of(leading.group(1)))
    english = _ENGLISH_BYLINE.search(paragraph) if "By" in paragraph or "by" in paragraph else None
    if english:
        found += re.split(r"\s*(?:,|&|\band\b)\s*", english.group(1))
    closing = _CLOSING_NAME.search(paragraph) if closes or len(squeeze(paragraph)) <= 16 else None
    if closing:
        found += _all_sure_names(closing.group(1))
    behind = _CLOSING_BYLINE.search(paragraph) if role and closes else None
    if behind:
        found += _names(behind.group(1))
    return found


@remembered
def find_labelled_authors(text: str) -> tuple[str, ...]:
    """作者：… beside the date.

    >>> find_labelled_authors("2026年03月10日 08:55 来源：渭原融媒 作者：权景明")
    ('权景明',)
    """
    return tuple(name for match in _AUTHOR_LABEL.finditer(plain(text)) for name in _names(before_label(match.group(1))))


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
    text = _MEDIUM_OF_REPORTER.sub(" ", _PICTURED.sub(" ", _without_place(text)))
    for word in _words_of(re.sub(rf"({_ROLES}|{_WRITTEN})", r" \1 ", text)):
        word = _without_tail(_HEAD_NOISE.sub("", word.strip("“”\"'()（）:： ")))
        if is_name(word):
            names.append(word)
    return names


def _without_place(text: str) -> str:
    """A byline less the place it was written at: `覃小路 桂西边城报道`.

    >>> _without_place("覃小路 桂西边城报道"), _without_place("陈静 李雪报道")
    ('覃小路', '陈静 李雪报道')
    """
    place = _WRITTEN_AT.search(text)
    return text[: place.start()] if place and not is_name(place.group(1), sure=True) else text


_WRITTEN_AT = re.compile(r"(?<=[\u4e00-\u9fff])\s+([\u4e00-\u9fff]{2,8})(?:报道|电)$")


def _words_of(text: str) -> list[str]:
    """The words of a byline; 两字名 printed with a blank inside, `李 明`, is one.

    >>> _words_of("杨 柳 高小云 王 磊")
    ['杨柳', '高小云', '王磊']
    """
    return NAME_BREAK.split(_SPACED_NAME.sub(_joined, text))


_SPACED_NAME = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])\s+([\u4e00-\u9fff])(?![\u4e00-\u9fff])")


def _joined(spaced: re.Match[str]) -> str:
    return spaced[1] + spaced[2] if spaced[1] in _SURNAMES else spaced[0]


def _name_run_in(text: str) -> list[str]:
    """The name in front of what its bearer is, where no blank sets them apart.

    >>> _name_run_in("方敏北京大学经济学院教授")
    ['方敏']
    """
    for size in (2, 3):
        if is_name(text[:size], sure=True) and _BEARER.match(text, size):
            return [text[:size]]
    return []


def _without_tail(word: str) -> str:
    """A name less what its bearer did: `阚力/文`, `王五 文/图`."""
    for _ in range(4):
        word = _TAIL_NOISE.sub("", word)
    return word


def _all_sure_names(text: str) -> list[str]:
    words = [word for word in _words_of(text) if word and not _WIRE.match(word)]
    if len(words) > 1 and _MEDIUM.search(words[0]):
        del words[0]
    return words if words and all(is_name(word, sure=True) for word in words) else []


_CONTRIBUTED = re.compile(
    r"[(（]\s*([^()（）:：]{2,40}?)\s*供稿(?=\s*(?:[)）]|$|[\s，,；;、]))"
    r"|^[\s(（]*(?:供\s*稿|供稿(?:单位|部门)|来稿单位)\s*[:：]\s*([^\s()（）]{2,40})\s*[)）]?\s*(?:$|(?=[\u4e00-\u9fff]{2,4}[:：]))"
)


def find_contributors(paragraphs: list[str]) -> tuple[str, ...]:
    """Organisations credited with the text.

    >>> find_contributors(["统战工作再上台阶。(中共河南省委统战部供稿)"])
    ('中共河南省委统战部',)
    """
    found = [
        fold(match.group(1) or match.group(2)).strip("：: ")
        for paragraph in paragraphs
        if "稿" in paragraph
        for match in _CONTRIBUTED.finditer(paragraph)
    ]
    return tuple(dict.fromkeys(name for name in found if name))

"""Which words can be a person's name: family names, Mongolian names, names with a dot, and what only looks like one."""

import re

from scraper.extract.labels import REGIONS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# 记者 张三 成都报道: what stands before 报道 or 电 may be where it was written.
_PLACES = frozenset(REGIONS.split("|")) | _words(
    """北方 南方 东部 西部 全国 中国 广州 深圳 珠海 武汉 南京 杭州 郑州 西安 济南 沈阳 长春 哈尔滨 昆明 贵阳 南宁 海口 三亚
    太原 石家庄 兰州 西宁 银川 合肥 南昌 长沙 福州 厦门 青岛 大连 宁波 温州 苏州 无锡 成都 拉萨 乌鲁木齐 呼和浩特 洛阳 开封
    常州 徐州 柳州 梅州 池州 沧州 荆州 荆门 江门 黄山 黄石 黄冈 金华 金昌 宁德 安庆 安康 安顺 安溪 邢台 和田 石河子 阿克苏 阿勒泰 阿坝
    海东 海西 武威 白山 白城 白银 汉中 玉林 玉溪 贺州 云浮 娄底 滕州 乐山 都匀 温岭 洪湖 龙岩 龙口 辛集 于都 吴江 吴中 吕梁 邵阳 马鞍山
    连云港 张家口 张家界 景德镇 石嘴山 葫芦岛 金门 高雄 台中 台南 江南 江北 关中 关东 塞北 华东 华北 华南 华中 海内 海外 台湾 宝岛
    周口 商丘 安阳 南阳 许昌 信阳 新乡 焦作 濮阳 漯河 鹤壁 济源 平顶山 驻马店 三门峡 桂林 喀什 伊犁 雄安 唐山 大同 延安 台北 澳门 东京 巴黎 伦敦 纽约 华盛顿 莫斯科 柏林 首尔"""
)

# Family names by the 2020 census order and the Baijiaxing, for telling 张三 from 化名.
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任"
    "卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱丘侯江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严"
    "莫孔向常汤康易乔赖文殷葛倪施洪霍颜庞安季俞章鲁盛梅岳裴关耿左柯凌焦阮蓝尚翟祁柳岑桂辛管游尤舒屈欧阳阚"
    "温牛聂冉符柏娄宁路滕齐庄解申牟古卜骆成甘连卓冀简樊鲍单木宫辜费詹闵蒲房苗谷瞿项臧农冼匡代仲景靳桑边车"
    "晏鞠邬植佟明隋巩米丛初党艾全喻敖麦祝栾池燕官巫嵇楚衣鹿雍封南茅苟商沙伍戚储闻席植靖上官司徒诸葛慕容东"
    "方皇甫尉迟公孙长孙宇文令狐刁伏缪应饶郎鄢芦和占佘蔺刑邢那花丰包候查窦郁竺权逯计储戈师伊胥漆揭籍冷訾展撒"
    "晁勾厉华水荣谈糜曲寇广阙仇栗强密茹练盖操乐谯暴钮井湛索咸都耶平利帅仝仉晋来阴鄂尧扈却濮牧隗山巴弓覃朴玉海"
    "穆杭荀师柴干伊戎终步堵仝蓬苌恽仰暨门东郁郗鄞沃那逄笪缑亓仇过岳万俟濮阳赫连澹台呼延尉迟年计仉苍有第五百里"
    "奚眭邝邸迟苑褚狄荆郜宗嘎旦才拉达斯多次扎格桑阿买古努木合热兰涂翁卞姬甄虞谌屠裘邰芮檀昝卿亢粟冶"
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
# 和雪梅 is a name, too: 和 parts names only behind one.
NAME_BREAK = re.compile(r"[\s、，,;；/／|&+]+|(?<=[\u4e00-\u9fff])和(?=[\u4e00-\u9fff]{2,3}$)")
# Words that stand where a name might, and are none.
_NOT_NAMES = _words(
    """化名 佚名 如图 完 左 右 中 下同 上图 下图 图片 资料 视频 组图 记者 本报 通讯员 实习 实习生 摄影 报道 供图 供稿 文图 图文
    全文 摘编 综合 编译 原标题 作者 来源 编辑 责编 本人 同上 男 女 单位 以下 简称 未完 待续 完毕 节选 应受访者要求 打印 分享
    评论 字号 字体 关闭 收藏 复制 高清 多图 附图 视频截图 受访者 连载 上接 下转 常住 平均 全程 和平 安全 成年 方案 项目 任务
    高层 高校 高考 高端 高清 高铁 金融 金价 安居 平安 时评 时讯 时政 常态 万象 万家 方圆 方言 方志 路况 路透 池塘 海军 海关 海峡 陆军 华人 华侨 储蓄 储备 储能 马术
    温度 高度 单位万元 文化 手记 调查 观察 见闻 走访 连线 目击 亲历 体验 探访 追访 暗访 直击 札记 日记 感言 来信 专访 综述 述评 总台 央视 央广 客户端 电视台 电台
    融媒体 新媒体 全景 近景 远景 外景 全貌 现场 万元 亿元 千元 元钱 万人 先秦 秦代 汉代 唐代 宋代 元代 明代 清代 晋代 隋代
    关注 查看 简体 繁体 简介 全部 支持 路过 全媒体 全景图 全视角 全天候 全知道 白皮书 万花筒 万事通 成绩单 关键词 农家乐 时间轴 金点子
    金话筒 马拉松 平安夜 高清图 高清版 艺术家 石库门 安全感 方法论 幸福里 整理 口述 讲述 翻译 编写 执笔 采访 未知 匿名 不详 网络 转载 采写 采访 撰稿 撰文 图文 原创 制作 摄制 剪辑 配音 出镜 拍摄 后期 校对 审核 监制 录入 文章 策划 设计 播音 主持
    辽代 金代 夏代 商代 周代 唐朝 宋朝 明朝 清朝 汉朝"""
)
MEDIUM = re.compile(
    r"[\u4e00-\u9fff]{2}(?:报|网|社|台|刊|频道|电视|周刊|部|局|院|委|办|会|厅|处|队|公司|中心|集团|学校|大学)$"
)


def is_name(word: str, *, sure: bool = False) -> bool:
    """Whether a word can be a person's name; with `sure`, only if it opens with a family name.

    >>> is_name("赵晖"), is_name("凯特琳·詹纳"), is_name("化名"), is_name("中共河南省委")
    (True, True, False, False)
    """
    if _MONGOLIAN.match(word):
        return True
    if word in _NOT_NAMES or not _NAME.match(word) or MEDIUM.search(word) or word in _PLACES:
        return False
    if "记者" in word or word.startswith("发自"):
        return False
    if not sure or "·" in word:
        return True
    # 全场大笑 opens with a family name, too.
    return word.startswith(_COMPOUND_SURNAMES) if len(word) == 4 else word[0] in SURNAMES


# Family names with which hardly another word of two begins.
_ONLY_FAMILY_NAMES = frozenset(
    "王刘赵吴郭邓冯彭潘袁蔡蒋魏吕卢姚姜崔谭廖邹孟邱薛阎闫侯郝龚邵覃冉阚缪佟晏戚祁靳鄢谌涂邝冼佘蔺沈韩裴阮翟殷聂骆储赖"
)
_NO_GIVEN_NAME = re.compile(r"[县市区镇乡村州省旗府国者牌网报社台局部会馆院所厂店团频城江阳中山水安梁语圈界榜版栏]$")


def is_surely_name(word: str) -> bool:
    """Whether a word can hardly be anything but a person's name, wherever it stands.

    >>> is_surely_name("王琳"), is_surely_name("徐珊珊"), is_surely_name("阿迪拉·艾尼瓦尔")
    (True, True, True)
    >>> is_surely_name("常州"), is_surely_name("高层"), is_surely_name("石家庄")
    (False, False, False)
    """
    if not is_name(word, sure=True):
        return False
    if "·" in word:
        return True
    if _NO_GIVEN_NAME.search(word):
        return False
    return len(word) == 3 or word[0] in _ONLY_FAMILY_NAMES


def is_names_alone(text: str) -> bool:
    """Whether a text is names, family names and all, and nothing else."""
    words = text.split()
    return bool(words) and all(is_name(word, sure=True) for word in words)


_FEWEST_LISTED = 4


def lists_names(text: str) -> bool:
    """Whether a line is a list of people, blanks between them: who was honoured, who took part.

    >>> lists_names("马秀兰 王来福 罗布次仁 阿依努尔·艾山"), lists_names("你好 我好 大家好 才好")
    (True, False)
    """
    words = text.replace("、", " ").split()
    if len(words) < _FEWEST_LISTED or not all(map(is_name, words)):
        return False
    return sum(is_name(word, sure=True) for word in words) * 2 >= len(words)

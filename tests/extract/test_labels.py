"""How a Chinese news page speaks, case by case; and what only sounds like it. Names and places are invented."""

import pytest

from scraper.extract import captions, chrome, labels, names, people
from scraper.extract.article import extract_article
from scraper.extract.breadcrumb import channel_of
from scraper.sites import all_sites
from tests.pages import MORE_PROSE, PROSE, page_of, seconds

URL = "https://www.ha.chinanews.com.cn/news/hnxw/2024/0506/1.shtml"

# --- dates ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "published_at"),
    [
        ("2022年07月20日 09:50", "2022-07-20T09:50+08:00"),
        ("2022年07月20日　09：50", "2022-07-20T09:50+08:00"),
        ("2022年7月20日09:50:07", "2022-07-20T09:50:07+08:00"),
        ("2022年 7月 20日 9时50分", "2022-07-20T09:50+08:00"),
        ("2022年7月20日9时50分30秒", "2022-07-20T09:50:30+08:00"),
        ("2022年07月20日 星期三 09:50", "2022-07-20T09:50+08:00"),
        ("2022年07月20日周三 09:50", "2022-07-20T09:50+08:00"),
        ("2021-11-04 13:39:12", "2021-11-04T13:39:12+08:00"),
        ("2021-11-04T13:39:12", "2021-11-04T13:39:12+08:00"),
        ("2026年4月24日 11:56:44", "2026-04-24T11:56:44+08:00"),
        ("[2026.08.31 12:25]", "2026-08-31T12:25+08:00"),
        ("2026/4/24 8:05", "2026-04-24T08:05+08:00"),
        ("2026.4.24", "2026-04-24T00:00+08:00"),
        ("2024年2月29日", "2024-02-29T00:00+08:00"),
        ("发布时间：2012-05-30 08:57:52 【编辑：周维】", "2012-05-30T08:57:52+08:00"),
        ("2022年07月20日09:50来源：", "2022-07-20T09:50+08:00"),
        # A day and, elsewhere on the line, a time: the one with the time was printed as the moment.
        ("2024-05-01 2024-05-02 08:00", "2024-05-02T08:00+08:00"),
        ("2024-05-06 - 09:30", "2024-05-06T09:30+08:00"),
        # A clock that does not exist takes nothing from the day.
        ("2022年07月20日 25:61", "2022-07-20T00:00+08:00"),
    ],
)
def test_a_printed_date_is_read(printed: str, published_at: str) -> None:
    found = labels.find_date(printed)

    assert found and found[0] == published_at


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "2022年13月20日",
        "2023年2月29日 10:00",
        "1899-01-01",
        "12022-07-20",
        "2022-07-200",
        "202207200950",
        "电话 0371-20220720",
        "Copyright ©1999-2026 chinanews.com",
        "［2022］20号",
        "二〇二二年七月二十日",
        "09:50",
    ],
)
def test_what_is_no_date_is_not_read_as_one(printed: str) -> None:
    assert labels.find_date(printed) is None


def test_a_date_says_whether_it_had_a_time_of_day() -> None:
    assert labels.find_date("2022年07月20日 00:00") == ("2022-07-20T00:00+08:00", True)
    assert labels.find_date("2022年07月20日") == ("2022-07-20T00:00+08:00", False)


# --- source -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "source"),
    [
        # Henan prints three list items.
        (("2022年07月20日 09:50", "来源:溪口日报", "责任编辑:李溪桥"), "溪口日报"),
        (("2022年07月20日 09:50", "来源:", "责任编辑:李溪桥"), None),
        (("来源：中国新闻网",), "中国新闻网"),
        (("来源：", "中国新闻网", "参与互动"), "中国新闻网"),
        (("来 源：渭原融媒",), "渭原融媒"),
        (("稿件来源：伊川日报",), "伊川日报"),
        (("文章来源: 中新网 作者：张三",), "中新网"),
        (("來源：溪口新聞網",), "溪口新聞網"),
        (("来源：中国新闻网 责任编辑：张三",), "中国新闻网"),
        (("来源：中国新闻网【编辑:张三】",), "中国新闻网"),
        (("来源：中国新闻网 参与互动",), "中国新闻网"),
        (("来源：中国新闻网 字号：大 中 小",), "中国新闻网"),
        (("来源：中新网河南 | 浏览：102",), "中新网河南"),
        (("来源：溪口网2024年05月06日",), "溪口网"),
        # Offices publish as 某地发布, papers as 某报评论: no label begins there.
        (("来源：溪口发布",), "溪口发布"),
        (("来源：溪口网评论",), "溪口网评论"),
        (("来源：华山网-溪口商报",), "华山网-溪口商报"),
        (("来源：溪报网--每日溪报",), "溪报网--每日溪报"),
        (("来源：《溪口日报》",), "《溪口日报》"),
        (("来源：溪口报·豫视频",), "溪口报·豫视频"),
        (("来源：China News Service",), "China News Service"),
    ],
)
def test_a_source_stands_behind_its_label(parts: tuple[str, ...], source: str | None) -> None:
    assert labels.find_source(parts) == source


@pytest.mark.parametrize(
    "part",
    [
        "来源：",
        "来源：${source}",
        "来源：{{ source }}",
        "来源：null",
        "来源：undefined",
        "来源：无",
        "来源：---",
        "图片来源：溪口发布",
        "照片来源：溪口发布",
        "图来源：溪口发布",
        # Money and water come from somewhere too.
        "资金来源：财政拨款",
        "收入来源：外出务工",
    ],
)
def test_what_is_no_source_is_none(part: str) -> None:
    assert labels.find_source((part,)) is None


def test_a_closing_line_says_what_a_story_is_taken_from() -> None:
    assert labels.taken_from("摘自:溪口时报") == "溪口时报"
    assert labels.taken_from("据溪口时报讯，老桥已经修缮完工") is None


# --- editor -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "editor"),
    [
        ("责任编辑:李溪桥", "李溪桥"),
        ("责任编辑：李溪桥", "李溪桥"),
        ("【编辑:李溪桥】", "李溪桥"),
        ("【责任编辑：李溪桥】", "李溪桥"),
        ("责任编辑：【李溪桥】", "李溪桥"),
        ("編輯：李溪橋", "李溪橋"),
        ("責任編輯：李溪橋", "李溪橋"),
        ("责编：李溪桥", "李溪桥"),
        ("本文编辑：李溪桥", "李溪桥"),
        ("编 辑：欧阳  雪", "欧阳 雪"),
        ("责任编辑：阿不都·热合曼", "阿不都·热合曼"),
        ("责任编辑：张三 李四", "张三 李四"),
        ("责任编辑：张三、李四", "张三、李四"),
        ("责任编辑：张三 来源：中新网", "张三"),
        ("责任编辑：张三　校对：李四", "张三"),
        ("雨停了。(完). 责任编辑：黄强.", "黄强"),
        ("责任编辑：", None),
        ("【编辑:】", None),
        ("责任编辑：${editor}", None),
        ("责任编辑：null", None),
        ("编辑部电话：0371-00000000", None),
        ("编辑出版：溪口人民出版社", None),
        # The head of a newspaper is no editor of this page.
        ("总编辑：王五", None),
        ("副总编辑：王五", None),
    ],
)
def test_an_editor_stands_behind_a_label(printed: str, editor: str | None) -> None:
    assert labels.find_editor(printed) == editor


@pytest.mark.parametrize(
    ("paragraph", "kept"),
    [
        ("雨停了。(完). 责任编辑：黄强.", "雨停了。(完)"),
        ("雨停了。（完）【编辑:张三】", "雨停了。（完）"),
        ("雨停了。(责任编辑：张三)", "雨停了。"),
        ("【编辑:张三】", ""),
        ("责任编辑：张三", ""),
        ("雨停了。", "雨停了。"),
        # Prose about editors stays whole.
        ("他做了三十年编辑：从铅字到屏幕。", "他做了三十年编辑：从铅字到屏幕。"),
        ("会议由副总编辑：王五主持", "会议由副总编辑：王五主持"),
    ],
)
def test_an_editor_line_typed_behind_a_paragraph_is_taken_off(paragraph: str, kept: str) -> None:
    assert labels.without_editor(paragraph) == kept


# --- people -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paragraph", "authors"),
    [
        # Datelines.
        ("中新网溪口11月4日电 (陈静 周晓蕾)记者4日获悉，", ("陈静", "周晓蕾")),
        ("中新网河南新闻5月12日电 (周麦 林一苇)停开了六年的", ("周麦", "林一苇")),
        ("中新社溪口10月21日电 （记者 张明）溪口县", ("张明",)),
        ("新华社溪口8月25日电(记者刘阳 孙丁)溪口县", ("刘阳", "孙丁")),
        ("中新网4月24日电 (记者 张三、李四)溪口县", ("张三", "李四")),
        ("中新网4月24日电 (记者 张三 通讯员 李四 王五)溪口县", ("张三", "李四", "王五")),
        ("导报讯 （记者 黄柳 通讯员 吉瑞）溪口县", ("黄柳", "吉瑞")),
        ("中新网溪口7月20日电(记者 阿不都·热合曼)溪口县", ("阿不都·热合曼",)),
        ("中新网河南新闻4月24日电 (通讯员 孙 悦)溪口县", ("孙悦",)),
        ("中新网4月24日电 （张三 李四 摄影报道）溪口县", ("张三", "李四")),
        # Brackets at the end of a story; one was never closed.
        ("文末。(本报记者 赵晖 阚力/文)", ("赵晖", "阚力")),
        ("文末。(本报记者 赵晖 阚力/文", ("赵晖", "阚力")),
        ("文末。(本报记者 赵晖/文 郝北川/图)", ("赵晖",)),
        ("文末。(溪口导报记者 张向阳 朱黄 摄影报道)", ("张向阳", "朱黄")),
        ("文末。(首席记者 张三 见习记者 李四)", ("张三", "李四")),
        ("文末。(记者 张三 文/图)", ("张三",)),
        ("文末。(编译/张三)", ("张三",)),
        ("文末。(文/张三 图/李四)", ("张三",)),
        ("文末。(张三 李四)", ("张三", "李四")),
        # Lines of their own.
        ("作者：刘溪", ("刘溪",)),
        ("来源：溪口报；作者：刘溪", ("刘溪",)),
        ("记者 王五 文/图", ("王五",)),
        ("□ 本报记者 王五", ("王五",)),
        ("□记者 王五 通讯员 赵六", ("王五", "赵六")),
        ("撰文：张三 摄影：李四", ("张三",)),
        ("实习生 魏晋", ("魏晋",)),
        ("文/张三 图/李四", ("张三",)),
        # Seen on real pages (2007 to 2015), the paper's name before the writer's.
        ("溪报记者 万力", ("万力",)),
        ("华溪都市报记者闫雯编译", ("闫雯",)),
        ("文末。(溪口导报 蔡力 陈昂)", ("蔡力", "陈昂")),
    ],
)
def test_writers_are_named(paragraph: str, authors: tuple[str, ...]) -> None:
    assert people.find_authors(["开头一段，讲的是麦子。", paragraph]) == authors


@pytest.mark.parametrize(
    "paragraph",
    [
        "他叫小景(化名)。",
        "(文中当事人系化名)",
        "雨停了。(完)",
        "(中共某省委统战部供稿)",
        "(下转第三版)",
        "(原标题：张三回乡记)",
        "(责任编辑：张三)",
        "(综合溪口日报、溪口晚报报道)",
        "(作者系溪口中学教师)",
        "(张三系某大学教授)",
        "（资料图）",
        "(视频截图)",
        "(通讯员供图)",
        "中新网4月24日电 题：老桥(上)",
        "中新网7月20日电 (见图)溪口县",
        "中新网4月24日电 (组图)溪口县",
        "中新网4月24日电 据报道，(张三)说",
        "记者：您怎么看？",
        "记者 从县里获悉",
        "记者 4日获悉",
        "据记者 了解",
        "作者：",
        "作者：${作者}",
        "作者：溪口日报",
        "作者：佚名",
        "(记者手记)",
        "(记者调查)",
        # A sub-heading or a line that ends in a bracket.
        "老窑址(宋代)",
        "产量(万元)",
        "主产区(山东)",
    ],
)
def test_what_stands_where_a_name_might_is_no_writer(paragraph: str) -> None:
    assert people.find_authors(["开头一段，讲的是麦子。", paragraph]) == ()


@pytest.mark.parametrize(
    ("paragraph", "authors"),
    [
        ("(张三 摄)", ()),
        ("(图/张三)", ()),
        ("(记者俞姝/摄影)", ()),
        ("中新社记者 张三 摄", ()),
        ("(记者 张三 文 李四 图)", ("张三",)),
        ("(记者 张三 摄影 李四)", ("张三",)),
    ],
)
def test_who_only_took_the_picture_is_no_writer(paragraph: str, authors: tuple[str, ...]) -> None:
    assert people.find_authors(["开头一段，讲的是麦子。", paragraph]) == authors


@pytest.mark.parametrize("paragraph", ["(总台记者 张三)", "(央视记者 张三)", "(溪口日报客户端记者 张三)"])
def test_a_medium_before_a_role_is_no_writer(paragraph: str) -> None:
    assert people.find_authors([paragraph]) == ("张三",)


def test_a_writer_is_named_once_and_as_printed() -> None:
    paragraphs = ["中新網溪口7月20日電 (記者 張三 李四)溪口縣", "(張三 李四)"]

    assert people.find_authors(paragraphs) == ("張三", "李四")


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("2026年03月10日 08:55 来源：渭原融媒 作者：权景", ("权景",)),
        ("作者：权景 责任编辑：张三", ("权景",)),
        ("作者：${中新记者姓名} 责任编辑：", ()),
        ("作者： 责任编辑：张三", ()),
    ],
)
def test_a_writer_may_stand_beside_the_date(line: str, authors: tuple[str, ...]) -> None:
    assert people.find_labelled_authors(line) == authors


@pytest.mark.parametrize(
    ("paragraph", "contributors"),
    [
        ("工作再上台阶。(中共某省委统战部供稿)", ("中共某省委统战部",)),
        ("（汝阴市第二人民医院 供稿）", ("汝阴市第二人民医院",)),
        ("(中共某市委宣传部、某市文化局供稿)", ("中共某市委宣传部、某市文化局",)),
        ("(中共某省委统战部供稿", ("中共某省委统战部",)),
        ("供稿：汝阴市融媒体中心", ("汝阴市融媒体中心",)),
        ("(某某局供图)", ()),
        ("欢迎供稿。", ()),
        ("他向报社供稿三十年。(完)", ()),
    ],
)
def test_organisations_that_supplied_the_text_are_named(paragraph: str, contributors: tuple[str, ...]) -> None:
    assert people.find_contributors([paragraph]) == contributors


@pytest.mark.parametrize("word", ["赵晖", "欧阳雪", "诸葛长青", "凯特琳·詹纳", "阿不都·热合曼", "𠮷田明"])
def test_a_name_can_be_a_name(word: str) -> None:
    assert names.is_name(word)


@pytest.mark.parametrize(
    "word", ["化名", "图片", "本报", "溪口日报", "中共河南省委", "Tom", "王", "张三李四王五", "A某"]
)
def test_a_word_that_is_none_is_no_name(word: str) -> None:
    assert not names.is_name(word)


# --- captions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("图为黄河大堤。 杨大勇 摄", "杨大勇 摄"),
        ("图为黄河大堤。杨大勇 摄", "杨大勇 摄"),
        ("图为黄河大堤。(杨大勇 摄)", "杨大勇 摄"),
        ("图为黄河大堤 杨大勇摄", "杨大勇摄"),
        ("全景 杨大勇 摄", "杨大勇 摄"),
        ("2024年 张三 摄", "张三 摄"),
        ("会场一角。中新社记者 张三 摄", "中新社记者 张三 摄"),
        ("会场一角。 中新社发 张三 摄", "中新社发 张三 摄"),
        ("会场一角。溪口日报记者 张三 摄", "溪口日报记者 张三 摄"),
        ("会场一角。张三、李四 摄", "张三、李四 摄"),
        ("会场一角。阿不都·热合曼 摄", "阿不都·热合曼 摄"),
        ("會場一角。中新社記者 張三 攝", "中新社記者 張三 攝"),
        ("会场一角。记者 张三 摄影", "记者 张三 摄影"),
        ("老桥全景。 溪口大学附属医院供图", "溪口大学附属医院供图"),
        ("老桥全景。受访者供图", "受访者供图"),
        ("老桥全景。(受访者供图)", "受访者供图"),
        ("老桥。 溪口镇政府提供", "溪口镇政府提供"),
        ("老桥。照片由溪口镇政府提供", "照片由溪口镇政府提供"),
        ("老桥。摄影：张三", "摄影：张三"),
        ("老桥。图/张三", "图/张三"),
        ("老桥。图片来源：溪口发布", "图片来源：溪口发布"),
        ("老桥。图片来源：溪口发布 版权作品 请勿转载", "图片来源：溪口发布"),
        ("老桥。来源：溪口《晨报》", "来源：溪口《晨报》"),
        ("消防员在现场。(视频截图)", "视频截图"),
        ("老桥旧影。(资料图)", "资料图"),
        ("老桥旧影。资料图片", "资料图片"),
    ],
)
def test_a_caption_says_who_made_or_supplied_the_picture(caption: str, credit: str) -> None:
    assert captions.find_credit(caption) == credit
    assert credit in caption


@pytest.mark.parametrize(
    "caption",
    [
        "",
        "孩子们在读书。",
        "影片正在紧张拍摄",
        "游客在老桥上拍摄",
        "一名游客在桥头摄影",
        "她爱摄影",
        "图为摄影展现场。",
        "孩子们在画画",
        "资料图：老桥旧影。",
        "镇里提供资料",
        "这批种子由农科院提供",
    ],
)
def test_a_caption_without_a_credit_has_none(caption: str) -> None:
    assert captions.find_credit(caption) is None


@pytest.mark.parametrize(
    "text", ["图为老桥。", "图：老桥", "图1：老桥", "▲老桥", "资料图：老桥", "左图为老桥", "（资料图）老桥"]
)
def test_a_caption_is_known_by_its_opening(text: str) -> None:
    assert captions.opens_caption(text)


@pytest.mark.parametrize("text", ["图书馆开馆", "图纸由设计院完成", "如图", "图们市", "画中人"])
def test_prose_that_opens_with_a_picture_word_is_no_caption(text: str) -> None:
    assert not captions.opens_caption(text)


# --- breadcrumbs and titles ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("breadcrumb", "channel"),
    [
        ("首页 > 头条 > 正文 >", "头条"),
        ("首页 > 财经 > 产业经济 > 正文", "产业经济"),
        ("当前位置：首页 >> 要闻 >> 正文", "要闻"),
        ("您的位置：中新网河南 > 健康 > 正文", "健康"),
        ("■ 本页位置：首页 → 新闻中心 → 社会新闻", "社会新闻"),
        ("首页 → 社会新闻", "社会新闻"),
        ("中新网 • 国际 • 正文", "国际"),
        ("上海分社 • 正文", "上海分社"),
        ("首页»要闻»正文", "要闻"),
        # 2001: the channel's link stands twice.
        ("首页>>网络热点网络热点>>新闻报道", "网络热点"),
        ("中新网 • 正文", None),
        ("位置：中国新闻网江苏>财经>正文投稿邮箱：jsxw@js.invalid", "财经"),
        ("首页 > 正文", None),
        ("首页", None),
        ("中新网首页|安徽|北京|重庆", None),
        ("水温>30度", None),
    ],
)
def test_a_breadcrumb_ends_in_the_channel(breadcrumb: str, channel: str | None) -> None:
    assert channel_of(breadcrumb) == channel


@pytest.mark.parametrize(
    "suffix",
    [
        "——中新网",
        "-中新网",
        "-中国新闻网",
        "_中国新闻网",
        "-中新网视频",
        "-中新网河南",
        "-中新网·新疆",
        "- 中新网 - 云南",
        " - 湖南- 中国新闻网",
        " - 广东新闻",
        "-中新社上海",
        "|辽宁新闻网",
        "(2)-中新网",
    ],
)
def test_a_title_is_printed_without_the_site(suffix: str) -> None:
    assert labels.without_suffix(f"溪口老桥修缮完工(图){suffix}") == "溪口老桥修缮完工(图)"


@pytest.mark.parametrize(
    "title", ["老桥-新桥之间", "COVID-19", "苏通-沪苏", "郑州—西安高铁", "徐州-连云港", "(图)", ""]
)
def test_a_dash_within_a_title_stays(title: str) -> None:
    assert labels.without_suffix(title) == title


def test_a_page_number_is_no_part_of_a_title() -> None:
    assert labels.without_page_number("老桥(2)") == "老桥"
    assert labels.without_page_number("老桥（2/8）") == "老桥"
    assert labels.without_page_number("老桥(图)") == "老桥(图)"
    assert labels.without_page_number("老桥(2021)") == "老桥(2021)"


# --- chrome ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "分享到：",
        "分享",
        "参与互动(0)",
        "评论(0)",
        "字号：大 中 小",
        "【字体：↑大 ↓小】",
        "点击查看其它图片",
        "更多精彩内容请进入法治频道",
        "进入国际频道",
        "手机登陆中新网 随时随地知天下",
        "微信扫一扫",
        "扫描下方二维码",
        "注：请在转载文章内容时务必注明出处!",
        "版权声明:凡注有“cnsphoto”字样的图片版权均属中国新闻网",
        "标签：老桥 溪口",
        "[1] [2] [下一页]",
        "1 2 3 下一页",
        "首页",
        "|",
        "广告",
        "关于我们 | About us | 联系我们",
        "京ICP证040655号",
        "本网站所刊载信息，不代表中新社和中新网观点。",
        "Copyright ©1999-2024 chinanews.com. All Rights Reserved",
        "← →翻页",
        "Loaded: 0%",
    ],
)
def test_furniture_is_known(line: str) -> None:
    assert chrome.is_chrome(line)


@pytest.mark.parametrize(
    "line",
    [
        "评论认为，这是好事。",
        "广告牌被风刮倒，无人受伤。",
        "扫描仪修复了族谱",
        "共同的记忆",
        "标签背后的故事",
        # Prose and sub-headings that open or speak like furniture.
        "分享丰收的喜悦",
        "关闭小煤窑，还河道清水。",
        "打开微信，老人们就能看到孙子的照片。",
        "更多老人开始关注微信上的健康知识。",
        "扫一扫石碑上的二维码，就能听到老桥的故事。",
        "点击鼠标就看到全县麦田。",
        "字体设计展开幕",
        "责任校对是一份细活",
        "他拿到了营业许可证(3年)。",
        "他担任村里的法律顾问：不收一分钱。",
    ],
)
def test_prose_that_sounds_like_furniture_is_prose(line: str) -> None:
    assert not chrome.is_chrome(line)


@pytest.mark.parametrize(
    "line",
    ["相关新闻", "相关新闻：", "■相关报道", "【延伸阅读】", "推荐阅读", "社会新闻精选：", "网友评论", "[每 日 更 新]"],
)
def test_what_follows_an_article_is_known_by_its_head(line: str) -> None:
    assert chrome.opens_afterwards(line)


@pytest.mark.parametrize(
    "line", ["相关部门已经介入。", "推荐一处去处", "相关新闻发布会将于下月在溪口县文化馆报告厅如期举行。"]
)
def test_prose_does_not_open_what_follows(line: str) -> None:
    assert not chrome.opens_afterwards(line)


def test_only_a_legal_notice_is_a_rights_notice() -> None:
    assert chrome.is_rights_notice("刊用本网站稿件，务经书面授权。")
    assert not chrome.is_rights_notice("他们签了书面授权。")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("老桥" + "." * 28 + "第3版", id="dots, as in a table of contents"),
        pytest.param("." * 28 + "第3版", id="dots"),
        pytest.param("1" * 26 + "号", id="digits"),
        pytest.param("(记者 " + "文图" * 16 + "张)", id="roles"),
        pytest.param("-" * 100 + "。", id="dashes"),
        pytest.param("> " * 100 + "。", id="brackets"),
    ],
)
def test_a_monotonous_line_is_judged_in_no_time(line: str) -> None:
    with seconds(1):
        assert not chrome.is_chrome(line)
        people.find_authors([line])
        channel_of(line)
        labels.without_suffix(line)
        captions.find_credit(line)


@pytest.mark.parametrize(
    ("beside", "source"),
    [
        ("<span>白鹭洲发布</span>", "白鹭洲发布"),
        ("<span>溪口融媒</span> <a>收藏本文</a>", "溪口融媒"),
        ("<a>收藏本文</a>", None),
        ("<span>发布者</span>", None),
    ],
)
def test_a_source_beside_the_time_is_told_from_buttons_and_labels(beside: str, source: str | None) -> None:
    page = page_of(f"<p>{PROSE}</p><p>{MORE_PROSE}</p>", meta=f"<span>2024-05-06 09:30</span> {beside}")

    assert extract_article(page, all_sites()["ha"], URL, layouts=False).source == source


def test_an_editor_line_without_a_name_is_no_text() -> None:
    page = page_of(f"<p>{PROSE}</p><p>{MORE_PROSE}</p><p>编辑丨</p>")

    assert "编辑" not in extract_article(page, all_sites()["ha"], URL, layouts=False).body

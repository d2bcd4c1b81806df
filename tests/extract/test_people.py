"""Who wrote a story, however its byline is printed; and what looks like a byline and is none."""

import pytest

from scraper.extract.people import find_authors, find_contributors

BYLINES = {
    "中新网成都4月24日电 (记者 王鹏 通讯员 李雪)今天": ("王鹏", "李雪"),
    "中新网兰州1月1日电 (冯志军 杨娜)记者获悉": ("冯志军", "杨娜"),
    "文末。(本报记者 赵晖 阚力/文": ("赵晖", "阚力"),
    "文末。(记者 张三 周口报道)": ("张三",),
    "文末。(胡若溪 新华社特稿)": ("胡若溪",),
    "文末。(王五 新华社供本报特稿)": ("王五",),
    "文末。(经济日报·中国经济网记者 林紫晓)": ("林紫晓",),
    "文末。(欧阳春山)": ("欧阳春山",),
    "“来看看吧。”她说。 记者 丹娜": ("丹娜",),
    "(作者：方敏北京大学经济学院教授)": ("方敏",),
    "文末。(作者：张三 北京大学教授)": ("张三",),
    "京华时报记者迟名发自重庆万州": ("迟名",),
    "记者 张三 成都报道": ("张三",),
    "文/图 王小五": ("王小五",),
    "图/文 李小四 王明": ("李小四", "王明"),
    "文/张三 图/李四": ("张三",),
    "记者 覃小路 桂西边城报道": ("覃小路",),
    "本报讯（记者 杨 柳 通讯员 高小云 王  磊）新修的步道": ("杨柳", "高小云", "王磊"),
    "□ 本报记者 罗 斌 新修的半山步道3日正式对市民开放，全长7.8公里，串起四座老社区。": ("罗斌",),
    "中新社溪州3月4日电 题：半山步道的变迁 中新社记者 刘相琳 新修的半山步道3日开放，全长7.8公里。": ("刘相琳",),
    "中新网溪州3月4日电 题：半山步道“慢生活” 作者 刘相琳 新修的半山步道3日正式开放，全长7.8公里。": ("刘相琳",),
    "撰稿：张三 审核：李四": ("张三",),
    "采写：张三 摄影：李四": ("张三",),
    "中新网呼和浩特3月1日电 （记者 张玮 通讯员 乌云毕力格）": ("张玮", "乌云毕力格"),
}


@pytest.mark.parametrize("printed", BYLINES)
def test_a_byline_names_its_writers(printed: str) -> None:
    assert find_authors([printed]) == BYLINES[printed]


@pytest.mark.parametrize(
    "printed",
    [
        "记者目击",
        "“好！”(全场大笑)",
        "(作者单位：北京大学)",
        "(作者系北京大学教授)",
        "（据新华社电）",
        "作者：${中新记者姓名}",
        "中新网1月1日电 综合报道",
        "图为施工现场。 贺晓川 摄",
    ],
)
def test_what_names_no_writer_gives_none(printed: str) -> None:
    assert find_authors([printed]) == ()


def test_a_bracket_above_a_sub_heading_closes_a_story() -> None:
    paragraphs = ["第一则。(张小山 李小水)", "链接", "第二则说的是另一件事。(王小五)"]

    assert find_authors(paragraphs) == ("张小山", "李小水", "王小五")


def test_a_bracket_in_the_middle_of_a_story_does_not() -> None:
    assert (
        find_authors(["说到这里，他停下来想起了远在边疆的老友。(常青)", "第二天，他又去了那座桥，桥上没有人。"]) == ()
    )


def test_organisations_are_contributors() -> None:
    assert find_contributors(["统战工作再上台阶。(溪口县委统战部供稿)"]) == ("溪口县委统战部",)
    assert find_contributors(["（槐店乡人民政府供稿 撰稿：祝小雨 摄影：田野）"]) == ("槐店乡人民政府",)
    assert find_contributors(["（溪口融媒体中心 供稿 通讯员 汪思思）"]) == ("溪口融媒体中心",)
    assert find_contributors(["供稿单位：溪口县城市管理局"]) == ("溪口县城市管理局",)
    assert find_contributors(["他长期为报刊供稿。"]) == ()

"""Any template a CMS might use: two hundred drawn markups, one record."""

import os

import pytest

from scraper.extract.article import extract_article
from scraper.sites import all_sites
from tests.markups import Picture, Story, render

URL = "https://www.ha.chinanews.com.cn/news/hnxw/2022/0720/40001.shtml"
SEEDS = range(int(os.environ.get("SCRAPER_MARKUPS", "200")))

STORY = Story(
    title="“两个健康”在行动 五地晒出民企服务成绩单",
    date="2022年07月20日 09:50",
    source="嵩阳商报",
    editor="穆青禾",
    channel="头条",
    paragraphs=(
        "运行态势良好 发展后劲十足",
        "今年以来，嵩阳县把服务民营企业摆在突出位置，选派126名干部担任“首席服务员”，为企业解决用工、物流等难题380余件，全县规模以上工业增加值同比增长7.2%。",
        "“以前办事要跑四五个窗口，现在一张表就够了。”当地一家面粉企业的负责人说，新生产线投产后，日加工小麦达到1200吨，产品销往20多个省份……",
        "(嵩阳县工商联供稿)",
        "搭建平台助企纾困",
        "记者在洛水高新区看到，由政府牵头搭建的“企业家会客厅”每周三下午准时开放，银行、法院、税务等部门轮流坐诊。半年来共举办活动26场，促成融资4.6亿元。",
        "依托C919配套项目，区内3家企业拿到了AS9100D认证，GDP增速连续两个季度高于全市平均水平，研发投入占比达到3.8%。",
        "(本报记者 贺晓川 陶然/文",
        "“青”尽全力 让人才留得下",
        "年轻人愿不愿意来，来了能不能留下，是汝河新区今年思考最多的问题。新区推出人才公寓2000套，配套建设了书店、篮球场和共享厨房，入住率达到九成以上。",
        "入夏后，新区又启动了“夜校计划”，木工、声乐、短视频剪辑等12门课程上线不到一天就报满。24岁的工程师石小满说：“下班有地方去，心就安了。”(完)",
    ),
    headings=frozenset({0, 4, 8}),
    pictures=(
        Picture("./W020220720.jpg", "图为嵩阳县一家面粉企业的生产车间。 杜川 摄", 2),
        Picture("/simg/2022/0720/U12P34T5D67.jpg", "汝河新区青年夜校的木工课堂。 新区管委会供图", 9),
    ),
)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_markup_gives_the_same_record(seed: int) -> None:
    page, choices = render(STORY, seed)

    record = extract_article(page.encode("gb18030"), all_sites()["ha"], URL, content_type="text/html; charset=gb2312")

    assert record.title == STORY.title, choices
    assert record.published_at == "2022-07-20T09:50+08:00", choices
    assert (record.source, record.editor, record.channel) == (STORY.source, STORY.editor, STORY.channel), choices
    assert record.body.split("\n\n") == list(STORY.paragraphs), choices
    assert [image.caption for image in record.images] == [picture.caption for picture in STORY.pictures], choices
    assert [image.position for image in record.images] == [picture.after for picture in STORY.pictures], choices
    assert [image.credit for image in record.images] == ["杜川 摄", "新区管委会供图"], choices
    assert record.authors == ("贺晓川", "陶然"), choices
    assert record.contributors == ("嵩阳县工商联",), choices
    assert [section.start for section in record.sections] == sorted(STORY.headings), choices

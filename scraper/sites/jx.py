"""江西 (www.jx.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="jx",
    name="江西",
    hosts=("www.jx.chinanews.com.cn", "www.jx.chinanews.com"),
    listings=(
        Listing("/bgt/", "曝光台", "V 2020-03"),
        Listing("/caishui/", "财税", "V 2020-03"),
        Listing("/chanxiu/", "禅修", "V 2020-03"),
        Listing("/edu/", "教育", "V 2020-03"),
        Listing("/faizhi/", "法治", "V 2020-03"),
        Listing("/finance/", "财经", "V 2020-03"),
        Listing("/gdft/", "高端访谈", "V 2020-03"),
        Listing("/gongyi/", "公益", "V 2020-03"),
        Listing("/guonei/", "国内", "V 2020-03"),
        Listing("/guoqi/", "国企", "V 2020-03"),
        Listing("/house/", "房产", "V 2020-03"),
        Listing("/jianxi/", "江西新闻", "V 2020-03"),
        Listing("/life/", "生活", "V 2020-03"),
        Listing("/mil/", "军事", "V 2020-03"),
        Listing("/minsheng/", "民生", "V 2020-03"),
        Listing("/qiaowu/", "侨务", "V 2020-03"),
        Listing("/rsrm/", "人事任免", "V 2020-03"),
        Listing("/society/", "社会", "V 2020-03"),
        Listing("/travel/", "旅游", "V 2020-03"),
        Listing("/wenhua/", "文化", "V 2020-03"),
        Listing("/world/", "国际", "V 2020-03"),
    ),
    article_path=(re.compile(r"/news/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.s?html?"),),
    layouts=(
        Layout(
            name="jx-article",
            title=".article-content-title",
            meta=".article-infos",
            body=".article-detail-inner, .article-detail",
            evidence="V 2020-03",
        ),
    ),
    evidence="V 2020-03",
)

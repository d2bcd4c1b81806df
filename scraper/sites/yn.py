"""云南 (www.yn.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="yn",
    name="云南",
    hosts=("www.yn.chinanews.com.cn", "www.yn.chinanews.com"),
    listings=(
        Listing("/car/index.shtml", "汽车", "V 2020-03"),
        Listing("/cj/index.shtml", "财经", "V 2020-03"),
        Listing("/dmny/index.shtml", "东盟南亚", "V 2020-03"),
        Listing("/edu/index.shtml", "教育", "V 2020-03"),
        Listing("/fc/index.shtml", "房产", "V 2020-03"),
        Listing("/fszx/index.shtml", "辐射中心", "V 2020-03"),
        Listing("/gn/index.shtml", "国内", "V 2020-03"),
        Listing("/gyts/index.shtml", "高原特色", "V 2020-03"),
        Listing("/ly/index.shtml", "旅游", "V 2020-03"),
        Listing("/mztj/index.shtml", "民族团结", "V 2020-03"),
        Listing("/qw/index.shtml", "侨务", "V 2020-03"),
        Listing("/qyzx/index.shtml", "企业资讯", "V 2020-03"),
        Listing("/stwm/index.shtml", "生态文明", "V 2020-03"),
        Listing("/yl/index.shtml", "娱乐", "V 2020-03"),
        Listing("/zsdt/index.shtml", "州市动态", "V 2020-03"),
        Listing("/zxsd/index.shtml", "中新速递", "V 2020-03"),
    ),
    article_path=(re.compile(r"/news/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.s?html?"),),
    layouts=(
        Layout(name="yn-news-text", title="#newsTitle", meta="#newsInfo", body="#newsText", evidence="V 2020-03"),
    ),
    evidence="V 2020-03; addresses seen 2024",
)

"""宁夏 (www.nx.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="nx",
    name="宁夏",
    hosts=("www.nx.chinanews.com.cn", "www.nx.chinanews.com"),
    listings=(
        Listing("/cj/", "财经", "V 2020-03"),
        Listing("/hrzx/", "华人资讯", "V 2020-03"),
        Listing("/kjws/", "科教卫生", "V 2020-03"),
        Listing("/ly/", "旅游", "V 2020-03"),
        Listing("/news/", "要闻", "V 2020-03"),
        Listing("/nxwx/", "宁夏万象", "V 2020-03"),
        Listing("/qw/", "权威发布", "V 2020-03"),
        Listing("/sz/", "时政", "V 2020-03"),
        Listing("/tpgj/", "脱贫攻坚", "V 2020-03"),
        Listing("/tywh/", "体育文化", "V 2020-03"),
        Listing("/wine/", "葡萄酒", "V 2020-03"),
        Listing("/wm/", "外媒看宁夏", "V 2020-03"),
    ),
    article_path=(
        re.compile(r"/news/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.s?html?"),
        re.compile(r"/(?P<channel>[\w-]+)/(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)/(?P<id>[\w-]+)\.s?html?"),
    ),
    layouts=(Layout(name="nx-conzw", title=".title", meta=".pubtime", body=".conzw", evidence="V 2020-03"),),
    evidence="V 2020-03; article addresses a guess",
)

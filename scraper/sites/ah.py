"""安徽 (www.ah.chinanews.com.cn)."""

import re

from scraper.models import Listing, Site
from scraper.sites._layouts import BRANCH

SITE = Site(
    code="ah",
    name="安徽",
    hosts=("www.ah.chinanews.com.cn", "www.ah.chinanews.com"),
    listings=(
        Listing("/focus/3.html", "安徽要闻", "V 2020-03"),
        Listing("/focus/4.html", "中新记者看安徽", "V 2020-03"),
        Listing("/focus/5.html", "高端动态", "V 2020-03"),
        Listing("/focus/6.html", "社会民生", "V 2020-03"),
        Listing("/focus/7.html", "科技教育", "V 2020-03"),
        Listing("/focus/8.html", "财经时讯", "V 2020-03"),
        Listing("/focus/9.html", "旅游大观", "V 2020-03"),
    ),
    article_path=(
        re.compile(r"/news/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.s?html?"),
        re.compile(r"/article-(?P<id>\d+)-\d+\.html"),
    ),
    layouts=(BRANCH,),
    evidence="V 2020-03",
)

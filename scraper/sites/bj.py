"""北京 (www.bj.chinanews.com.cn)."""

import re

from scraper.models import Listing, Site
from scraper.sites._layouts import BRANCH

SITE = Site(
    code="bj",
    name="北京",
    hosts=("www.bj.chinanews.com.cn", "www.bj.chinanews.com"),
    listings=(
        Listing("/focus/1.html", "聚焦", "V 2020-03"),
        Listing("/focus/10.html", "科教", "V 2020-03"),
        Listing("/focus/11.html", "怀旧", "V 2020-03"),
        Listing("/focus/2.html", "话题", "V 2020-03"),
        Listing("/focus/3.html", "季风", "V 2020-03"),
        Listing("/focus/4.html", "政文", "V 2020-03"),
        Listing("/focus/5.html", "经济", "V 2020-03"),
        Listing("/focus/6.html", "社会", "V 2020-03"),
        Listing("/focus/7.html", "法警", "V 2020-03"),
        Listing("/focus/8.html", "休闲", "V 2020-03"),
        Listing("/focus/9.html", "健康", "V 2020-03"),
    ),
    article_path=(
        re.compile(r"/news/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.s?html?"),
        re.compile(r"/news/\d{4}/(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)/\d/(?P<id>\d+)\.html"),
    ),
    layouts=(BRANCH,),
    evidence="V 2020-03; addresses seen to 2026-05",
)

"""江苏 (www.js.chinanews.com.cn)."""

import re

from scraper.models import Listing, Site
from scraper.sites._layouts import CONT_TXT

SITE = Site(
    code="js",
    name="江苏",
    hosts=("www.js.chinanews.com.cn", "www.js.chinanews.com"),
    listings=(
        Listing("/business/", "财经新闻", "V 2020-03"),
        Listing("/citynews/", "社会新闻", "V 2020-03"),
        Listing("/highlights/", "江苏要闻", "V 2020-03"),
        Listing("/nomocracy/", "法治", "V 2020-03"),
        Listing("/overseas/", "港澳台侨", "V 2020-03"),
        Listing("/science/", "科教动态", "V 2020-03"),
        Listing("/sports/", "文化体育", "V 2020-03"),
    ),
    article_path=(
        re.compile(r"/news/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.s?html?"),
        re.compile(r"/photo/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.html"),
    ),
    layouts=(CONT_TXT,),
    evidence="V 2020-03; addresses seen to 2026",
)

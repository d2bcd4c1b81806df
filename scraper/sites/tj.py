"""天津 (www.tj.chinanews.com.cn)."""

import re

from scraper.models import Listing, Site

SITE = Site(
    code="tj",
    name="天津",
    hosts=("www.tj.chinanews.com.cn", "www.tj.chinanews.com"),
    listings=(Listing("/index.shtml", "首页", "GUESS"),),
    article_path=(
        re.compile(r"/news/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.s?html?"),
        re.compile(r"/(?P<channel>[\w-]+)/(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)/(?P<id>[\w-]+)\.s?html?"),
    ),
    evidence="no template known: label reader",
)

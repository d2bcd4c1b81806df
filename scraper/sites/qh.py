"""青海 (www.qh.chinanews.com.cn)."""

import re

from scraper.models import Listing, Site
from scraper.sites._layouts import CONT_TXT

SITE = Site(
    code="qh",
    name="青海",
    hosts=("www.qh.chinanews.com.cn", "www.qh.chinanews.com"),
    listings=(
        Listing("/bwzt/index.shtml", "本网专题", "V 2020-03"),
        Listing("/cj/index.shtml", "产经", "V 2020-03"),
        Listing("/dj/index.shtml", "党建", "V 2020-03"),
        Listing("/hwkqh/index.shtml", "海外刊青海", "V 2020-03"),
        Listing("/kj/index.shtml", "科教", "V 2020-03"),
        Listing("/qhgd/index.shtml", "青海各地", "V 2020-03"),
        Listing("/sh/index.shtml", "社会", "V 2020-03"),
        Listing("/st/index.shtml", "生态", "V 2020-03"),
        Listing("/ty/index.shtml", "体育", "V 2020-03"),
        Listing("/wy/index.shtml", "文娱", "V 2020-03"),
        Listing("/xmt/index.shtml", "新媒体", "V 2020-03"),
        Listing("/yw/index.shtml", "要闻", "V 2020-03"),
        Listing("/zq/index.shtml", "企业", "V 2020-03"),
        Listing("/zxjzzqh/index.shtml", "中新记者在青海", "V 2020-03"),
    ),
    article_path=(
        re.compile(r"/news/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.s?html?"),
        re.compile(r"/(?P<channel>[\w-]+)/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.s?html?"),
    ),
    layouts=(CONT_TXT,),
    evidence="V 2020-03; article addresses a guess",
)

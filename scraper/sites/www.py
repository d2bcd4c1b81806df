"""总网 (www.chinanews.com.cn), whose templates several editions use or have used."""

import re

from scraper.models import Listing, Site
from scraper.sites._layouts import (
    MAIN_2008,
    MAIN_2009,
    MAIN_2012,
    MAIN_2023,
    MAIN_M_2014,
    MAIN_M_2015,
    MAIN_WAP,
)

SITE = Site(
    code="www",
    name="总网",
    hosts=("www.chinanews.com.cn", "www.chinanews.com", "chinanews.com.cn", "chinanews.com"),
    extra_hosts=("m.chinanews.com.cn", "m.chinanews.com", "wap.chinanews.com.cn", "wap.chinanews.com"),
    mobile_prefix="/m",
    listings=(
        # CODE: public scrapers; N runs from 1 to 10.
        Listing("/scroll-news/news1.html", "滚动", "CODE"),
        Listing("/photo/index.shtml", "图片", "GUESS"),
    ),
    article_path=(
        # 2011 and later: /gj/2012/04-25/3845828.shtml, /tp/hd2011/2012/05-30/105231.shtml;
        # 2006 to 2010 with /news before the year: /jk/ysbb/news/2009/01-13/1525998.shtml.
        re.compile(
            r"(?:/m)?/(?P<channel>[\w-]+)(?:/[\w-]+){0,4}"
            r"/(?P<year>\d{4})/(?P<month>\d\d)-(?P<day>\d\d)/(?:news)?(?P<id>\d+)(?:_\d+)?\.shtml"
        ),
        # 2001 to 2005: /2001-10-31/26/134917.html, /n/2003-09-10/26/344928.html,
        # /news/2004year/2004-05-18/26/437753.shtml.
        re.compile(
            r"(?:/[\w-]+){0,3}/(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)/(?P<channel>\d+)/(?P<id>\d+)\.s?html"
        ),
        re.compile(r"/wap/detail/(?P<channel>\w+)/\w+/(?P<id>\d+)\.shtml"),
    ),
    layouts=(MAIN_2023, MAIN_2012, MAIN_2009, MAIN_2008, MAIN_M_2015, MAIN_M_2014, MAIN_WAP),
    evidence="REAL 2001-2023",
)

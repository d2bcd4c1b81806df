"""山东 (www.sd.chinanews.com.cn)."""

import re

from scraper.models import Listing, Site
from scraper.sites._layouts import BIAOTI

SITE = Site(
    code="sd",
    name="山东",
    hosts=("www.sd.chinanews.com.cn", "www.sd.chinanews.com"),
    listings=(
        Listing("/more/news/1.html", "头条", "V 2020-03"),
        Listing("/more/news/10.html", "社会", "V 2020-03"),
        Listing("/more/news/11.html", "文化", "V 2020-03"),
        Listing("/more/news/12.html", "娱乐", "V 2020-03"),
        Listing("/more/news/14.html", "专题", "V 2020-03"),
        Listing("/more/news/17.html", "博物", "V 2020-03"),
        Listing("/more/news/18.html", "养生", "V 2020-03"),
        Listing("/more/news/19.html", "地方", "V 2020-03"),
        Listing("/more/news/20.html", "旅游", "V 2020-03"),
        Listing("/more/news/22.html", "演艺", "V 2020-03"),
        Listing("/more/news/23.html", "教育", "V 2020-03"),
        Listing("/more/news/24.html", "IT", "V 2020-03"),
        Listing("/more/news/25.html", "焦点图片", "V 2020-03"),
        Listing("/more/news/26.html", "经济", "V 2020-03"),
        Listing("/more/news/35.html", "2020年山东两会", "V 2020-03"),
        Listing("/more/news/4.html", "山东新闻", "V 2020-03"),
        Listing("/more/news/5.html", "国内新闻", "V 2020-03"),
        Listing("/more/news/6.html", "国际新闻", "V 2020-03"),
        Listing("/more/news/7.html", "中新社记者看山东", "V 2020-03"),
        Listing("/more/news/8.html", "焦点新闻", "V 2020-03"),
        Listing("/more/news/9.html", "政治", "V 2020-03"),
    ),
    article_path=(re.compile(r"/(?P<channel>\d+)/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.html"),),
    layouts=(BIAOTI,),
    evidence="V 2020-03; addresses seen 2026-09",
)

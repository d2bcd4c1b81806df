"""黑龙江 (www.hlj.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="hlj",
    name="黑龙江",
    hosts=("www.hlj.chinanews.com.cn", "www.hlj.chinanews.com"),
    listings=(
        Listing("/focus/cjqy.html", "财经企业", "V 2020-03"),
        Listing("/focus/gjxw.html", "国际新闻", "V 2020-03"),
        Listing("/focus/gnxw.html", "国内新闻", "V 2020-03"),
        Listing("/focus/rdjj.html", "热点聚焦", "V 2020-03"),
        Listing("/focus/whly.html", "文化旅游", "V 2020-03"),
        Listing("/focus/ycyl.html", "原创", "V 2020-03"),
        Listing("/focus/zfjw.html", "政法警务", "V 2020-03"),
    ),
    article_path=(re.compile(r"/(?P<channel>[\w-]+)/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.html"),),
    layouts=(
        Layout(name="hlj-news", title=".news_title", meta=".news_info", body=".news_content", evidence="V 2020-03"),
    ),
    evidence="V 2020-03; addresses seen 2019, 2024",
)

"""福建 (www.fj.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="fj",
    name="福建",
    hosts=("www.fj.chinanews.com.cn", "www.fj.chinanews.com"),
    listings=(
        Listing("/fjnews/fjzzs/list.html", "福建正在说", "V 2020-03"),
        Listing("/fjnews/jsxw/list.html", "即时新闻", "V 2020-03"),
        Listing("/fjnews/qlxdb/list.html", "侨领行动榜", "V 2020-03"),
        Listing("/fjnews/sjkfj/list.html", "世界看福建", "V 2020-03"),
        Listing("/fjnews/ttgz/list.html", "头条关注", "V 2020-03"),
        Listing("/fjnews/wz/list.html", "问政", "V 2020-03"),
        Listing("/fjnews/zbgat/list.html", "直播港澳台", "V 2020-03"),
        Listing("/fjnews/zt/list.html", "专题", "V 2020-03"),
        Listing("/fjnews/zxmmt/list.html", "中新闽媒体", "V 2020-03"),
        Listing("/fjnews/zxsp/list.html", "中新时评", "V 2020-03"),
        Listing("/fjnews/zxyc/list.html", "中新原创", "V 2020-03"),
    ),
    article_path=(re.compile(r"/news/\d{4}/(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)/(?P<id>\d+)\.html"),),
    layouts=(
        Layout(
            name="fj-article",
            title=".article > .article-title",
            meta=".article-source",
            body=".article-content",
            evidence="V 2020-03",
        ),
    ),
    evidence="V 2020-03; addresses seen to 2026",
)

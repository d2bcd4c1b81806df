"""内蒙古 (www.nmg.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="nmg",
    name="内蒙古",
    hosts=("www.nmg.chinanews.com.cn", "www.nmg.chinanews.com"),
    listings=(
        Listing("/kjww/index.html", "科教文卫", "V 2020-03"),
        Listing("/msdt/index.html", "盟市动态", "V 2020-03"),
        Listing("/nmgjy/index.html", "人物专访", "V 2020-03"),
        Listing("/nmgxw/index.html", "内蒙古新闻", "V 2020-03"),
        Listing("/qyxw/index.html", "产经新闻", "V 2020-03"),
        Listing("/shjd/index.html", "社会民生", "V 2020-03"),
        Listing("/zxsp/index.html", "中新视频", "V 2020-03"),
        Listing("/zxxw/index.html", "中新新闻", "V 2020-03"),
    ),
    article_path=(
        re.compile(r"/news/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.s?html?"),
        re.compile(r"/(?P<channel>[\w-]+)/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.s?html?"),
        re.compile(r"/(?P<channel>[\w-]+)/(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)/(?P<id>[\w-]+)\.s?html?"),
    ),
    layouts=(
        Layout(
            name="nmg-news-content",
            title=".news_content_title > h1",
            meta=".news_content_title > span",
            body=".news_content_content",
            evidence="V 2020-03",
        ),
    ),
    evidence="V 2020-03; article addresses a guess",
)

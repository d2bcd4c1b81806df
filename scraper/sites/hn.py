"""湖南 (www.hn.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="hn",
    name="湖南",
    hosts=("www.hn.chinanews.com.cn", "www.hn.chinanews.com"),
    listings=(
        Listing("/news/cjxx/", "财经信息", "V 2020-03"),
        Listing("/news/cnsdc/", "热点追踪", "V 2020-03"),
        Listing("/news/fcxw/", "房产新闻", "V 2020-03"),
        Listing("/news/gatq/", "港澳台侨", "V 2020-03"),
        Listing("/news/gngj/", "国内国际", "V 2020-03"),
        Listing("/news/gnxw/", "国内新闻", "V 2020-03"),
        Listing("/news/hnyw/", "湖南要闻", "V 2020-03"),
        Listing("/news/kjww/", "科教文卫", "V 2020-03"),
        Listing("/news/lyxw/", "旅游新闻", "V 2020-03"),
        Listing("/news/shsh/", "社会生活", "V 2020-03"),
        Listing("/news/sxdt/", "市县动态", "V 2020-03"),
        Listing("/news/szws/", "时政外事", "V 2020-03"),
        Listing("/news/ylty/", "娱乐体育", "V 2020-03"),
    ),
    article_path=(
        re.compile(r"/news/(?P<channel>[\w-]+)/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.html"),
        re.compile(r"/news/(?P<month>\d\d)(?P<day>\d\d)/(?P<year>\d{4})/(?P<id>\d+)\.html"),
    ),
    layouts=(
        Layout(
            name="hn-zoom",
            title=".newbiaoti",
            meta="#anthor",
            body="#zoom",
            evidence="V 2020-03; anthor is the page's own spelling",
        ),
    ),
    evidence="V 2020-03; addresses seen to 2026",
)

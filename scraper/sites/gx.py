"""广西 (www.gx.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="gx",
    name="广西",
    hosts=("www.gx.chinanews.com.cn", "www.gx.chinanews.com"),
    listings=(
        Listing("/cj/", "财经", "V 2020-03"),
        Listing("/dmjj/", "东盟经济", "V 2020-03"),
        Listing("/dmsh/", "东盟社会", "V 2020-03"),
        Listing("/dmsz/", "东盟时政", "V 2020-03"),
        Listing("/dmwt/", "东盟文体", "V 2020-03"),
        Listing("/fc/", "房地产", "V 2020-03"),
        Listing("/gatq/", "港澳台侨", "V 2020-03"),
        Listing("/jqzh/", "节庆展会", "V 2020-03"),
        Listing("/jr/", "金融", "V 2020-03"),
        Listing("/kjwt/", "科教文体", "V 2020-03"),
        Listing("/ly/", "旅游", "V 2020-03"),
        Listing("/mt/", "媒体看广西", "V 2020-03"),
        Listing("/qc/", "汽车", "V 2020-03"),
        Listing("/sh/", "社会", "V 2020-03"),
        Listing("/sz/", "时政外事", "V 2020-03"),
        Listing("/top/", "新闻头条", "V 2020-03"),
        Listing("/xfwq/", "消费维权", "V 2020-03"),
    ),
    article_path=(
        re.compile(
            r"(?:/[\w-]+)?/(?P<channel>[\w-]+)/(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)/detail-(?P<id>\w+)\.shtml"
        ),
    ),
    layouts=(
        Layout(
            name="gx-article-cnt", title=".wryh", meta=".headline > dd > span", body="#ArticleCnt", evidence="V 2020-03"
        ),
    ),
    evidence="V 2020-03",
)

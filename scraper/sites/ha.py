"""河南 (www.ha.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="ha",
    name="河南",
    hosts=("www.ha.chinanews.com.cn", "www.ha.chinanews.com"),
    listings=(
        Listing("/news/hnxw/index.shtml", "要闻", "V 2020-03"),
        Listing("/news/zx/index.shtml", "资讯", "URL 2026-08"),
        Listing("/news/dszx/index.shtml", "中新河南", "V 2020-03"),
        Listing("/news/khn/index.shtml", "微视河南", "V 2020-03"),
        Listing("/news/xxsd/index.shtml", "学习新时代", "V 2020-03"),
        Listing("/news/zgxwb/index.shtml", "健康中国", "V 2020-03"),
        Listing("/news/zkqs/index.shtml", "河南统战", "V 2020-03"),
    ),
    article_path=(
        re.compile(
            r"/news/(?P<channel>[\w-]+)/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)(?:_\d+)?\.shtml"
        ),
    ),
    layouts=(
        Layout(
            name="ha-neiron",
            title=".neiron_title",
            meta=".neiron_hh",
            body=".neiron_kong",
            evidence="CODE 2018-2020, three scrapers agree",
        ),
    ),
    evidence="CODE 2018-2020; addresses seen to 2026-08",
)

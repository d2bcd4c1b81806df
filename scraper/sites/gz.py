"""贵州 (www.gz.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="gz",
    name="贵州",
    hosts=("www.gz.chinanews.com.cn", "www.gz.chinanews.com"),
    listings=(
        Listing("/jjgz/index.shtml", "贵州要闻", "V 2020-03"),
        Listing("/jjgz/zwrs/index.shtml", "政务", "V 2020-03"),
        Listing("/shzx/index.shtml", "社会民生", "V 2020-03"),
        Listing("/szfc/index.shtml", "市州之窗", "V 2020-03"),
        Listing("/yjzy/index.shtml", "文化旅游", "V 2020-03"),
    ),
    article_path=(
        re.compile(r"/(?P<channel>[\w-]+)/(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)/doc-(?P<id>\w+)\.shtml"),
        re.compile(r"/content/(?P<year>\d{4})/(?P<month>\d\d)-(?P<day>\d\d)/(?P<id>\d+)\.shtml"),
        re.compile(r"/tupian/content/(?P<id>\d+)\.shtml"),
    ),
    layouts=(
        Layout(
            name="gz-h4c",
            title=".title .h4c",
            meta=".meta",
            date=".meta .pubtime",
            editor=".bianji",
            body=".article",
            evidence="CODE 2023",
        ),
        Layout(name="gz-info", title=".title", meta=".info", editor=".bianji", body=".article", evidence="V 2020-03"),
    ),
    evidence="REAL home 2015; V 2020-03; CODE 2023",
)

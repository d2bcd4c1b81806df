"""上海 (www.sh.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="sh",
    name="上海",
    hosts=("www.sh.chinanews.com.cn", "www.sh.chinanews.com"),
    listings=(
        Listing("/bdrd/index.shtml", "本地热点", "V 2020-03"),
        Listing("/chanjing/index.shtml", "产经", "V 2020-03"),
        Listing("/ckzx/index.shtml", "创客", "V 2020-03"),
        Listing("/fzzx/index.shtml", "法制资讯", "V 2020-03"),
        Listing("/gatq/index.shtml", "港澳台侨", "V 2020-03"),
        Listing("/hgjj/index.shtml", "宏观经济", "V 2020-03"),
        Listing("/jinrong/index.shtml", "金融", "V 2020-03"),
        Listing("/kjjy/index.shtml", "科技教育", "V 2020-03"),
        Listing("/loushi/index.shtml", "楼市", "V 2020-03"),
        Listing("/qxdt/index.shtml", "区镇动态", "V 2020-03"),
        Listing("/shishang/index.shtml", "时尚", "V 2020-03"),
        Listing("/shms/index.shtml", "社会民生", "V 2020-03"),
        Listing("/swzx/index.shtml", "商企资讯", "V 2020-03"),
        Listing("/tiyu/index.shtml", "体育", "V 2020-03"),
        Listing("/wenhua/index.shtml", "文化", "V 2020-03"),
        Listing("/yljk/index.shtml", "医疗健康", "V 2020-03"),
        Listing("/yule/index.shtml", "娱乐", "V 2020-03"),
    ),
    article_path=(
        re.compile(r"/(?P<channel>[\w-]+)/(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)/(?P<id>\d+)\.shtml"),
        re.compile(r"/news/(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.html"),
        re.compile(r"/news/(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)/\d/(?P<id>\d+)\.html"),
    ),
    layouts=(
        Layout(
            name="sh-cms",
            title="div.cms-news-article-title > span",
            meta=".cms-news-article-title-source",
            body=".cms-news-article-content-blocknew, .cms-news-article-content-block",
            evidence="REAL 2021 (one page)",
        ),
    ),
    evidence="REAL 2021; addresses seen to 2026-09",
)

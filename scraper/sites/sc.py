"""四川 (www.sc.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="sc",
    name="四川",
    hosts=("www.sc.chinanews.com.cn", "www.sc.chinanews.com"),
    listings=(
        Listing("/bwbd/index.shtml", "本网报道", "V 2020-03"),
        Listing("/cjbd/index.shtml", "财经报道", "V 2020-03"),
        Listing("/gatq/index.shtml", "港澳台侨", "V 2020-03"),
        Listing("/glgj/index.shtml", "国内国际", "V 2020-03"),
        Listing("/hwmtksc/index.shtml", "海外媒体刊四川", "V 2020-03"),
        Listing("/kjws/index.shtml", "科教卫生", "V 2020-03"),
        Listing("/lyxw/index.shtml", "旅游新闻", "V 2020-03"),
        Listing("/scxw/index.shtml", "四川新闻", "V 2020-03"),
        Listing("/shfw/index.shtml", "生活服务", "V 2020-03"),
        Listing("/shms/index.shtml", "社会民生", "V 2020-03"),
        Listing("/szbd/index.shtml", "时政报道", "V 2020-03"),
        Listing("/szjj/index.shtml", "市州聚焦", "V 2020-03"),
        Listing("/whty/index.shtml", "文化体育", "V 2020-03"),
        Listing("/ylss/index.shtml", "娱乐时尚", "V 2020-03"),
        Listing("/zxjzzsc/index.shtml", "中新记者在四川", "V 2020-03"),
    ),
    article_path=(re.compile(r"/(?P<channel>[\w-]+)/(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)/(?P<id>\d+)\.html"),),
    layouts=(
        Layout(
            name="sc-incont", title=".incont_t > h2", meta=".incont_t > p", body=".incont_txt", evidence="V 2020-03"
        ),
    ),
    evidence="V 2020-03; a repost of 2026-04",
)

"""辽宁 (www.ln.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="ln",
    name="辽宁",
    hosts=("www.ln.chinanews.com.cn", "www.ln.chinanews.com"),
    listings=(
        Listing("/liaoning/index.shtml", "辽宁", "V 2020-03"),
        Listing("/caijing/index.shtml", "财经", "V 2020-03"),
        Listing("/fangchan/index.shtml", "房产", "V 2020-03"),
        Listing("/guoji/index.shtml", "国际", "V 2020-03"),
        Listing("/guonei/index.shtml", "国内", "V 2020-03"),
        Listing("/jiankang/index.shtml", "健康", "V 2020-03"),
        Listing("/jiaoyu/index.shtml", "教育", "V 2020-03"),
        Listing("/keji/index.shtml", "科技", "V 2020-03"),
        Listing("/lvyou/index.shtml", "旅游", "V 2020-03"),
        Listing("/nongye/index.shtml", "农业", "V 2020-03"),
        Listing("/shangye/index.shtml", "商业", "V 2020-03"),
        Listing("/shehui/index.shtml", "社会", "V 2020-03"),
        Listing("/shenghuo/index.shtml", "生活", "V 2020-03"),
        Listing("/shishang/index.shtml", "时尚", "V 2020-03"),
        Listing("/tiyu/index.shtml", "体育", "V 2020-03"),
        Listing("/wenhua/index.shtml", "文化", "V 2020-03"),
        Listing("/yule/index.shtml", "娱乐", "V 2020-03"),
    ),
    article_path=(re.compile(r"/news/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.s?html?"),),
    layouts=(Layout(name="ln-art-con", title=".title > h1", meta=".tit-bar", body=".art-con", evidence="V 2020-03"),),
    evidence="V 2020-03; addresses seen 2024",
)

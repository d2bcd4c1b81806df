"""湖北 (www.hb.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="hb",
    name="湖北",
    hosts=("www.hb.chinanews.com.cn", "www.hb.chinanews.com"),
    listings=(
        Listing("/cjxw.html", "财经新闻", "V 2020-03"),
        Listing("/dsxw.html", "荆楚各地", "V 2020-03"),
        Listing("/fc.html", "房产", "V 2020-03"),
        Listing("/gatq.html", "统一战线", "V 2020-03"),
        Listing("/gjxw.html", "国际新闻", "V 2020-03"),
        Listing("/gnxw.html", "国内新闻", "V 2020-03"),
        Listing("/hbxw.html", "湖北要闻", "V 2020-03"),
        Listing("/jk.html", "健康新闻", "V 2020-03"),
        Listing("/jzyx.html", "记者一线", "V 2020-03"),
        Listing("/kj.html", "科技", "V 2020-03"),
        Listing("/kjww.html", "科教文化", "V 2020-03"),
        Listing("/qc.html", "汽车", "V 2020-03"),
        Listing("/shxw.html", "社会新闻", "V 2020-03"),
        Listing("/travel.html", "旅游", "V 2020-03"),
        Listing("/ty.html", "体育", "V 2020-03"),
        Listing("/wbhb.html", "外报湖北", "V 2020-03"),
        Listing("/yl.html", "娱乐", "V 2020-03"),
    ),
    article_path=(re.compile(r"/news/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.s?html?"),),
    layouts=(
        Layout(
            name="hb-content-text",
            title="#content_text > h1",
            meta="#content_text > .p1",
            body="#content_text",
            evidence="V 2020-03: the body element holds title and date too",
        ),
    ),
    evidence="V 2020-03; addresses seen to 2025",
)

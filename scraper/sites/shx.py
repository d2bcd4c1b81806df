"""陕西 (www.shx.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="shx",
    name="陕西",
    hosts=("www.shx.chinanews.com.cn", "www.shx.chinanews.com"),
    listings=(
        Listing("/dswy.html", "理论·文苑", "V 2020-03"),
        Listing("/jcca.html", "精彩长安", "V 2020-03"),
        Listing("/jzyx.html", "记者一线", "V 2020-03"),
        Listing("/kjww.html", "科教文卫", "V 2020-03"),
        Listing("/mtsp.html", "媒体时评", "V 2020-03"),
        Listing("/shfz.html", "社会法制", "V 2020-03"),
        Listing("/sssh.html", "时尚生活", "V 2020-03"),
        Listing("/sxxw.html", "市县新闻", "V 2020-03"),
        Listing("/szjj.html", "时政经济", "V 2020-03"),
        Listing("/wmksx.html", "外媒刊陕西", "V 2020-03"),
        Listing("/ylty.html", "娱乐体育", "V 2020-03"),
        Listing("/zltx.html", "纵览天下", "V 2020-03"),
    ),
    article_path=(re.compile(r"/news/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.s?html?"),),
    layouts=(
        Layout(
            name="shx-window",
            title="#window > .window1 > .h6, #window .h6",
            meta="#time",
            body=".window25",
            evidence="V 2020-03",
        ),
    ),
    evidence="V 2020-03; addresses seen to 2026",
)

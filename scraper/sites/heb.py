"""河北 (www.heb.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="heb",
    name="河北",
    hosts=("www.heb.chinanews.com.cn", "www.heb.chinanews.com"),
    listings=(
        Listing("/cjzx/329.shtml", "财经", "V 2020-03"),
        Listing("/fazhi/490.shtml", "法治", "V 2020-03"),
        Listing("/fc/495.shtml", "房产", "V 2020-03"),
        Listing("/hbzy/334.shtml", "河北要闻", "V 2020-03"),
        Listing("/jiankang/492.shtml", "健康", "V 2020-03"),
        Listing("/jjjjj/445.shtml", "聚焦京津冀", "V 2020-03"),
        Listing("/jkqg/355.shtml", "旅游", "V 2020-03"),
        Listing("/kjww/331.shtml", "科教", "V 2020-03"),
        Listing("/shenghuo/491.shtml", "生活", "V 2020-03"),
        Listing("/shfz/327.shtml", "社会", "V 2020-03"),
        Listing("/xaxq/469.shtml", "雄安新区", "V 2020-03"),
        Listing("/ylxc/493.shtml", "文体", "V 2020-03"),
        Listing("/zxjzkhb/321.shtml", "中新社记者看河北", "V 2020-03"),
    ),
    article_path=(
        re.compile(r"/(?P<channel>[\w-]+)/(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?P<id>\d{4,8})\.shtml"),
    ),
    layouts=(
        Layout(
            name="heb-article13",
            title="h1#tit",
            meta=".left-time .left-t",
            body=".article13hui15",
            evidence="V 2020-03, two more scrapers",
        ),
    ),
    evidence="V 2020-03; addresses seen to 2025-09",
)

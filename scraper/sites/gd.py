"""广东 (www.gd.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="gd",
    name="广东",
    hosts=("www.gd.chinanews.com.cn", "www.gd.chinanews.com"),
    listings=(
        Listing("/index/cnstv.html", "CNSTV", "V 2020-03"),
        Listing("/index/cstt.html", "潮汕听涛", "V 2020-03"),
        Listing("/index/gdjj.html", "广东经济", "V 2020-03"),
        Listing("/index/gdsz.html", "广东时政", "V 2020-03"),
        Listing("/index/kjgd.html", "科技广东", "V 2020-03"),
        Listing("/index/lnrw.html", "岭南人物", "V 2020-03"),
        Listing("/index/qcsh.html", "汽车生活", "V 2020-03"),
        Listing("/index/qxlf.html", "侨乡来风", "V 2020-03"),
        Listing("/index/shyx.html", "社会粤象", "V 2020-03"),
        Listing("/index/whjy.html", "文化教育", "V 2020-03"),
        Listing("/index/ztgot.html", "直通港澳台", "V 2020-03"),
    ),
    article_path=(re.compile(r"/\d{4}/(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)/(?P<id>\d+)\.shtml"),),
    mobile_prefix="/wap",
    layouts=(
        Layout(
            name="gd-thi",
            title=".thi_left_1 > h2",
            meta="dl > dt",
            body="#TT, dl > dd",
            evidence="V 2020-03, confirmed by another scraper 2026-08",
        ),
    ),
    evidence="CODE 2020, 2023, 2026-08",
)

"""吉林 (www.jl.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="jl",
    name="吉林",
    hosts=("www.jl.chinanews.com.cn", "www.jl.chinanews.com"),
    listings=(
        Listing("/bwrs/index.shtml", "百味人生", "V 2020-03"),
        Listing("/cjbd/index.shtml", "财经报道", "V 2020-03"),
        Listing("/dcls/index.shtml", "地产楼市", "V 2020-03"),
        Listing("/gatq/index.shtml", "港澳台侨", "V 2020-03"),
        Listing("/gclt/index.shtml", "高层论坛", "V 2020-03"),
        Listing("/gnyw/index.shtml", "国内要闻", "V 2020-03"),
        Listing("/hqrd/index.shtml", "环球热点", "V 2020-03"),
        Listing("/hyhc/index.shtml", "行业荟萃", "V 2020-03"),
        Listing("/jkzx/index.shtml", "健康在线", "V 2020-03"),
        Listing("/jlly/index.shtml", "吉林旅游", "V 2020-03"),
        Listing("/jlyw/index.shtml", "吉林要闻", "V 2020-03"),
        Listing("/kjww/index.shtml", "科教文卫", "V 2020-03"),
        Listing("/mqtj/index.shtml", "名企推荐", "V 2020-03"),
        Listing("/msfq/index.shtml", "民俗风情", "V 2020-03"),
        Listing("/qccy/index.shtml", "汽车产业", "V 2020-03"),
        Listing("/rdzt/index.shtml", "热点专题", "V 2020-03"),
        Listing("/rsbd/index.shtml", "人事变动", "V 2020-03"),
        Listing("/rszl/index.shtml", "人参专栏", "V 2020-03"),
        Listing("/sdgc/index.shtml", "深度观察", "V 2020-03"),
        Listing("/shidian/index.shtml", "时点", "V 2020-03"),
        Listing("/shms/index.shtml", "社会民生", "V 2020-03"),
        Listing("/szjj/index.shtml", "时政聚焦", "V 2020-03"),
        Listing("/tbgz/index.shtml", "特别关注", "V 2020-03"),
        Listing("/tsjl/index.shtml", "图说吉林", "V 2020-03"),
        Listing("/wcjl/index.shtml", "文萃交流", "V 2020-03"),
    ),
    article_path=(
        re.compile(r"/news/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.s?html?"),
        re.compile(r"/(?P<channel>[\w-]+)/(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)/(?P<id>[\w-]+)\.s?html?"),
    ),
    layouts=(
        Layout(
            name="jl-black",
            title=".black_titnews",
            meta="#time",
            body=".black_link_news[align='left']",
            evidence="V 2020-03",
        ),
    ),
    evidence="V 2020-03; article addresses a guess",
)

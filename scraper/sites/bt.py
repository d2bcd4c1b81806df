"""兵团 (www.bt.chinanews.com.cn)."""

import re

from scraper.models import Listing, Site

SITE = Site(
    code="bt",
    name="兵团",
    hosts=("www.bt.chinanews.com.cn", "www.bt.chinanews.com"),
    listings=(
        Listing("/shituan/index.shtml", "师团", "B 2018-12"),
        Listing("/zhongya/index.shtml", "中亚", "B 2018-12"),
        Listing("/", "兵团新闻网_首页", "B 2018-12"),
        Listing("/bingtuan/index.shtml", "兵团要闻", "B 2018-12"),
        Listing("/fazhi/index.shtml", "法制新闻", "B 2018-12"),
        Listing("/gongsi/index.shtml", "公司动态", "B 2018-12"),
        Listing("/jingji/index.shtml", "经济新闻", "B 2018-12"),
        Listing("/kejiao/index.shtml", "科教文卫", "B 2018-12"),
        Listing("/liandui/index.shtml", "连队新闻", "B 2018-12"),
        Listing("/lvyou/index.shtml", "娱乐旅游", "B 2018-12"),
        Listing("/shehui/index.shtml", "社会民生", "B 2018-12"),
        Listing("/shipin/index.shtml", "视频新闻", "B 2018-12"),
        Listing("/xinjiang/index.shtml", "中新网兵团_新疆新闻", "B 2018-12"),
        Listing("/yuanjiang/index.shtml", "援疆信息", "B 2018-12"),
        Listing("/zhuangao/index.shtml", "图文专稿", "B 2018-12"),
    ),
    article_path=(
        re.compile(r"/(?P<channel>[\w-]+)/(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)/doc-(?P<id>\w+)\.shtml"),
    ),
    evidence="no template known: label reader; addresses seen 2024-10",
)

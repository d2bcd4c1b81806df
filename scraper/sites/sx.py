"""山西 (www.sx.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site

SITE = Site(
    code="sx",
    name="山西",
    hosts=("www.sx.chinanews.com.cn", "www.sx.chinanews.com"),
    listings=(
        Listing("/health/list/8.html", "健康资讯", "V 2020-03"),
        Listing("/list/bank.html", "银行", "V 2020-03"),
        Listing("/list/chengshi.html", "城市新闻", "V 2020-03"),
        Listing("/list/guanzhu.html", "中新关注", "V 2020-03"),
        Listing("/list/jiaoyu.html", "教育新闻", "V 2020-03"),
        Listing("/list/jujiao.html", "聚焦", "V 2020-03"),
        Listing("/list/lvyou.html", "旅游新闻", "V 2020-03"),
        Listing("/list/shanxi.html", "中新记者看山西", "V 2020-03"),
        Listing("/list/shehui.html", "社会新闻", "V 2020-03"),
        Listing("/list/shizheng.html", "山西时政", "V 2020-03"),
        Listing("/list/sxbaoxian.html", "山西保险", "V 2020-03"),
        Listing("/list/tiyu.html", "体育新闻", "V 2020-03"),
        Listing("/list/wenhua.html", "文化新闻", "V 2020-03"),
        Listing("/list/xingxian.html", "红色兴县", "V 2020-03"),
        Listing("/list/xtm.html", "新同煤", "V 2020-03"),
        Listing("/list/yaodu.html", "今日尧都", "V 2020-03"),
        Listing("/list/yaowen.html", "山西要闻", "V 2020-03"),
    ),
    article_path=(re.compile(r"/news/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.s?html?"),),
    layouts=(
        Layout(
            name="sx-article",
            title=".article-title",
            meta=".article-source",
            body=".article-content",
            evidence="V 2020-03",
        ),
    ),
    evidence="V 2020-03; addresses seen to 2025",
)

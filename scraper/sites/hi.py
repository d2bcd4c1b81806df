"""海南 (www.hi.chinanews.com.cn)."""

import re

from scraper.models import Listing, Site
from scraper.sites._layouts import BIAOTI

SITE = Site(
    code="hi",
    name="海南",
    hosts=("www.hi.chinanews.com.cn", "www.hi.chinanews.com"),
    listings=(
        Listing("/gundong/guoji.html", "国际新闻", "V 2020-03"),
        Listing("/gundong/guonei.html", "国内新闻", "V 2020-03"),
        Listing("/gundong/jjxw.html", "经济", "V 2020-03"),
        Listing("/gundong/jyxw.html", "教育", "V 2020-03"),
        Listing("/gundong/qdfl.html", "琼岛评论", "V 2020-03"),
        Listing("/gundong/shxw.html", "社会新闻", "V 2020-03"),
        Listing("/gundong/szxw.html", "时政新闻", "V 2020-03"),
        Listing("/gundong/tiyu.html", "体育", "V 2020-03"),
        Listing("/gundong/wbhn.html", "外报海南", "V 2020-03"),
        Listing("/gundong/wenshi.html", "文化历史", "V 2020-03"),
        Listing("/gundong/yliao.html", "科卫", "V 2020-03"),
        Listing("/gundong/yule.html", "娱乐新闻", "V 2020-03"),
        Listing("/gundong/zhbb.html", "综合播报", "V 2020-03"),
        Listing("/jrtt.html", "头条", "V 2020-03"),
        Listing("/zixun/more/64.html", "资讯", "V 2020-03"),
        Listing("/zixun/more/79.html", "生活资讯", "V 2020-03"),
    ),
    article_path=(
        re.compile(r"/(?P<channel>[\w-]+)/(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)/(?:4_)?(?P<id>\d+)\.html"),
        re.compile(r"/travel/content/(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)/(?P<id>\d+)\.html"),
        re.compile(r"/zt/\d+/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/(?P<id>\d+)\.html"),
        re.compile(r"/photo/\d+/\d+/(?P<id>\d+)\.html"),
    ),
    layouts=(BIAOTI,),
    evidence="REAL home 2019-10; articles V 2020-03",
)

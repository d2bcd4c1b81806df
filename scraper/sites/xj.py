"""新疆 (www.xj.chinanews.com.cn)."""

import re

from scraper.models import Layout, Listing, Site
from scraper.sites._layouts import MAIN_2012

SITE = Site(
    code="xj",
    name="新疆",
    hosts=("www.xj.chinanews.com.cn", "www.xj.chinanews.com"),
    listings=(
        Listing("/dizhou/", "地州", "CODE 2026"),
        Listing("/xinjiang/xjyw.d.html?nid=63&p=1", "新疆要闻", "V 2020-03"),
        Listing("/xinjiang/xjyw.d.html?nid=64&p=1", "国内新闻", "V 2020-03"),
        Listing("/xinjiang/xjyw.d.html?nid=65&p=1", "经济新闻", "V 2020-03"),
        Listing("/xinjiang/xjyw.d.html?nid=66&p=1", "社会民生", "V 2020-03"),
        Listing("/xinjiang/xjyw.d.html?nid=67&p=1", "科教体育", "V 2020-03"),
        Listing("/xinjiang/xjyw.d.html?nid=68&p=1", "华文报摘", "V 2020-03"),
        Listing("/xinjiang/xjyw.d.html?nid=69&p=1", "援疆信息", "V 2020-03"),
        Listing("/xinjiang/xjyw.d.html?nid=70&p=1", "旅游文化", "V 2020-03"),
        Listing("/xinjiang/xjyw.d.html?nid=71&p=1", "资源开发", "V 2020-03"),
        Listing("/xinjiang/xjyw.d.html?nid=72&p=1", "一带一路", "V 2020-03"),
        Listing("/xinjiang/xjyw.d.html?nid=74&p=1", "兵团", "V 2020-03"),
        Listing("/xinjiang/xjyw.d.html?nid=75&p=1", "地州", "V 2020-03"),
    ),
    article_path=(
        re.compile(r"/(?P<channel>[\w-]+)/(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)/detail-(?P<id>\w+)\.shtml"),
    ),
    layouts=(
        MAIN_2012,
        Layout(name="xj-mycontent", title="#xw_title > h2", meta="#xw_xinxi", body="#MyContent", evidence="V 2020-03"),
    ),
    evidence="CODE 2026; V 2020-03",
)

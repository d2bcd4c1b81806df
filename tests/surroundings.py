"""What regional editions print around a story, drawn at random: rankings, teasers, pagers, codes, votes, addresses."""

from tests.markups import Markup

HEADLINES = (
    "全省夏粮收购进度过半",
    "高校毕业生就业服务月启动",
    "市图书馆新馆月底开放",
    "高铁北站改造完成",
    "沿江步道夜景灯亮起",
    "冬小麦长势总体良好",
    "环湖自行车赛报名开始",
    "社区食堂推出银龄套餐",
    "“一条鱼”游出亿元产业",
    "老旧小区加装电梯提速：今年再添百部",
    "跨越八百里，他们把一座图书馆搬到了雪山脚下的牧民定居点",
)
HEADS = (
    "热点新闻 图片新闻 24小时热点 推荐阅读 视频 精彩图片 本地要闻 专题 阅读排行 热门文章 溪州发布 今日看点 文旅 最新资讯 "
    "一周热榜 编辑推荐 直播 大家都在看 原创 热词 点击榜 视界 县区动态 权威发布 相关新闻 延伸阅读 猜你喜欢"
).split()


def navigation(markup: Markup) -> str:
    names = ("首页", "时政", "财经", "社会", "文化", "图片")
    links = [f'<a href="/{index}/">{name}</a>' for index, name in enumerate(names)]
    return markup.draw.choice(
        (
            f"<div{markup.attr()}>{'|'.join(links)}</div>",
            f"<ul{markup.attr()}>{''.join(f'<li>{link}</li>' for link in links)}</ul>",
            f"<table><tr>{''.join(f'<td>{link}</td>' for link in links)}</tr></table>",
        )
    ) + '<div><img src="/images/logo.png"></div>'  # fmt: skip


def list_of_links(markup: Markup) -> str:
    draw = markup.draw
    headlines = draw.sample(HEADLINES, draw.choice((1, 2, 3, 4, 6, 8)))
    day = draw.choice(("", "<span>2026-08-0{}</span>", "<em>08-0{} 09:30</em>", "<i>[2026-08-0{} 10:00]</i>", "({}/8)"))
    links = [f'<a href="/x/{n}.shtml">{text}</a>' + day.format(draw.randint(1, 9)) for n, text in enumerate(headlines)]
    shape = markup.pick(
        "list",
        "ul",
        "p",
        "br",
        "table",
        "pictures",
        "ranked",
        "dl",
        "alts",
        "teaser",
        "day cells",
        "two columns",
        "topics",
    )
    head = draw.choice(_HEADS).format(draw.choice(HEADS))
    return f"<div{markup.attr()}>{head}{_links_as(shape, links, headlines)}</div>"


_HEADS = (
    "<h3>{}</h3>",
    "<div><b>{}</b></div>",
    "<p>{}</p>",
    "<span>{}</span>",
    '<div>{}<a href="/more/">更多>></a></div>',
    '<div><a href="/more/">{}</a></div>',
    "<h2><span>{}</span></h2>",
    "<div>■ {}</div>",
)


def _links_as(shape: str, links: list[str], headlines: list[str]) -> str:
    if shape == "ul":
        return "<ul>" + "".join(f"<li>{link}</li>" for link in links) + "</ul>"
    if shape == "p":
        return "".join(f"<p>{link}</p>" for link in links)
    if shape == "br":
        return "<br>".join("·" + link for link in links)
    if shape == "table":
        return "<table>" + "".join(f"<tr><td>{link}</td></tr>" for link in links) + "</table>"
    if shape == "ranked":
        return "<ol>" + "".join(f"<li><em>{n}</em>{link}</li>" for n, link in enumerate(links, 1)) + "</ol>"
    if shape == "day cells":
        return (
            "<table>"
            + "".join(f"<tr><td>{link}</td><td>08-0{len(link) % 9 + 1}</td></tr>" for link in links)
            + "</table>"
        )
    if shape == "two columns":
        rows = (links[at : at + 2] for at in range(0, len(links), 2))
        return (
            "<table>"
            + "".join("<tr>" + "".join(f"<td>·{link}</td>" for link in row) + "</tr>" for row in rows)
            + "</table>"
        )
    if shape == "topics":
        return "<ul>" + "".join(f'<li>[<a href="/sh/">社会</a>] {link}</li>' for link in links) + "</ul>"
    if shape == "dl":
        return "<dl>" + "".join(f"<dd>{link}</dd>" for link in links) + "</dl>"
    pictures = [
        f'<a href="/p/{n}.shtml"><img src="/up/2026/0801/{n}.jpg" alt="{text}"></a>' for n, text in enumerate(headlines)
    ]
    if shape == "alts":
        return "<ul>" + "".join(f"<li>{picture}</li>" for picture in pictures) + "</ul>"
    if shape == "teaser":
        teaser = f'{pictures[0]}<p>一把镊子守住一条弄堂的时间，三平方米的铺子里挂着三十多只钟。<a href="/p/0.shtml">[详细]</a></p>'
        return f"<div>{teaser}</div><ul>" + "".join(f"<li>{link}</li>" for link in links) + "</ul>"
    named = zip(pictures, headlines, strict=True)
    return "".join(
        f'<div>{picture}<p><a href="/p/{n}.shtml">{text}</a></p></div>' for n, (picture, text) in enumerate(named)
    )


def after(markup: Markup) -> str:
    shape = markup.pick(
        "after", "pager", "pager list", "share", "print", "code", "related", "statement", "comments", "votes", "tags",
        "rights", "none left", "hot", "corrections",
    )  # fmt: skip
    one, two = HEADLINES[4], HEADLINES[5]
    return {
        "pager": f'<div>上一篇：<a href="/1.shtml">{one}</a> 下一篇：<a href="/2.shtml">{two}</a></div>',
        "pager list": f'<ul><li>上一篇：<a href="/1.shtml">{one}</a></li><li>下一篇：<a href="/2.shtml">{two}</a></li></ul>',
        "share": "<div>分享到：<a>微信</a><a>微博</a><a>QQ空间</a></div>",
        "print": '<div>【<a href="#">打印</a>】【<a href="#">关闭</a>】【<a href="#">返回顶部</a>】</div>',
        "code": '<div><img src="/images/ewm.png"><p>扫一扫，手机看新闻</p></div>',
        "related": f'<div>相关新闻：<p><a href="/1.shtml">{one}</a></p><p><a href="/2.shtml">{two}</a></p></div>',
        "statement": "<p>声明：转载此文是出于传递更多信息之目的，若有来源标注错误或侵犯了您的合法权益，请与本网联系。</p>",
        "comments": "<div>我要评论 <a>查看评论(0)</a><textarea></textarea></div>",
        "votes": "<div>您看完此新闻的感觉是</div><ul><li>感动 0</li><li>高兴 0</li><li>难过 0</li></ul>",
        "tags": '<div>标签：<a href="/t/1">古镇</a> <a href="/t/2">文旅</a></div>',
        "rights": "<p>凡本网注明“来源：中新网溪州”的所有作品，版权均属于本网，未经授权不得转载。</p>",
        "none left": f'<div>上一篇：没有了</div><div>下一篇：<a href="/2.shtml">{two}</a></div>',
        "hot": list_of_links(markup),
        "corrections": '<div>【<a href="#">纠错</a>】 【<a href="#">我要投稿</a>】</div>',
    }[shape]


def footer(markup: Markup) -> str:
    return markup.draw.choice(
        (
            "<div>关于我们 | About us | 联系我们 | 广告服务 | 法律声明 | 招聘信息 | 网站地图 | 留言反馈<br>"
            "本网站所刊载信息，不代表中新社和中新网观点。 刊用本网站稿件，务经书面授权。<br>"
            "[网上传播视听节目许可证（0106168)] [京ICP证040655号] [京公网安备:110102003042]</div>",
            "<table><tr><td>中国新闻社溪州分社版权所有 未经授权禁止复制或建立镜像<br>"
            "地址：溪州市解放路88号 电话：0000-8888888 投稿邮箱：news@example.com</td></tr></table>",
            "<footer><p>Copyright ©1999-2026 chinanews.com.cn. All Rights Reserved</p><p>京ICP备05004340号-1</p></footer>",
            "<div><p>主办：中国新闻社溪州分社 技术支持：溪州网络</p><p>通讯地址：溪州市解放路88号　邮编：000000</p>"
            "<p>新闻热线：0000-8888888　传真：0000-8888889</p></div>",
            "<div>Copyright 2012-2026 溪州新闻网 版权所有</div><div>溪ICP备12345678号</div>",
        )
    )

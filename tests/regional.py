"""Pages of invented regional editions: text, template and trouble all drawn at random, the record known.

Where `tests.markups` prints one story in many markups, here the story is drawn
as well: one sentence or nine paragraphs, pictures from any folder with any
kind of caption, a date line above or below, and around it what regional
editions print (rankings, teasers, QR codes, pagers, addresses), in the
story's own box, too.
"""

import random
from dataclasses import dataclass, field
from typing import Any

from tests.markups import Markup
from tests.surroundings import HEADLINES, after, footer, list_of_links, navigation

TITLES = (
    "溪州：百年老码头变身城市会客厅",
    "“一站式”调解让邻里纠纷止于门前",
    "全省首条氢能公交专线投入试运行",
    "暴雨过后 3小时抢通进山路",
    "四代人守护一座古桥 桥头石狮摸得发亮",
    "槐店乡：巧手绣出致富花",
)
SENTENCES = (
    "清晨六点，码头边的早餐铺已经排起长队。",
    "项目总投资4.6亿元，分三期建设。",
    "“老房子修好了，心也踏实了。”72岁的居民章福来说。",
    "据统计，前十个月该县接待游客86.5万人次，同比增长12.3%。",
    "专家组实地查看后认为，修缮方案保留了原有的青砖与木构。",
    "当地还建立“街长制”，每周三集中解决居民反映的问题。",
    "下一步，将推动沿线五个街区连片更新。",
    "在村里的电商服务站，工作人员正忙着打包发货。",
    "“以前靠天吃饭，现在靠技术吃饭。”合作社负责人贺长青笑着说。",
    "记者看到，新铺的沥青路一直通到茶山脚下。",
    "夜色渐浓，广场上的皮影戏刚刚开场，孩子们挤在最前排。",
    "截至目前，已有27所学校、1.3万名学生受益！",
    "这条路修了整整两年，最难的一段只有八百米。",
    "驻村第一书记告诉记者，下一季的订单已经排到年底。",
)
NOTICES = (
    "溪州市公交集团30日发布公告，自12月5日起，101路、207路部分班次调整首末班时间，请市民留意站牌信息。",
    "槐店乡敬老院新食堂3日启用，可供120位老人同时就餐。",
)
HEADINGS = ("从“管”到“治”", "一张蓝图绘到底", "老手艺 新生意", "一、家门口的岗位", "夜校里的年轻人")
NAMES = ("骆云", "沈秋圃", "田一麦", "欧阳晓", "贺晓川")
CAPTIONS = (
    "图为江城市民在码头散步",
    "村民在油菜花田里劳作",
    "工人正在检修设备",
    "8月1日，游客在溪州古镇参观游览",
    "航拍镜头下的半山步道",
)
CREDITS = (
    "。　骆云 摄",
    "。 中新社记者 骆云 摄",
    "。（受访者供图）",
    "。 南山县委宣传部供图",
    "。",
    "。骆云摄",
    "。通讯员 沈秋圃 摄影",
    "(资料图)",
    "　骆云/摄",
    "。 (视频截图)",
)
FOLDERS = (
    "../../img/",
    "/pic/",
    "/uploadfile/2026/0801/",
    "",
    "/images/2026/",
    "/images/",
    "/static/img/",
    "./W0202608/",
)


@dataclass(frozen=True)
class Gold:
    """What the page says."""

    title: str
    published_at: str
    source: str
    editor: str
    authors: tuple[str, ...]
    contributors: tuple[str, ...]
    paragraphs: tuple[str, ...]
    headings: tuple[str, ...]
    captions: tuple[str, ...]


@dataclass
class Drawn:
    markup: Markup
    paragraphs: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    crew: list[str] = field(default_factory=list)
    authors: tuple[str, ...] = ()
    contributors: tuple[str, ...] = ()

    @property
    def draw(self) -> random.Random:
        return self.markup.draw


def regional_page(seed: int) -> tuple[str, Gold, dict[str, str]]:
    """The page, its record, and the choices that made it."""
    drawn = Drawn(Markup(random.Random(seed)))
    markup, draw = drawn.markup, drawn.draw
    title, editor = draw.choice(TITLES), draw.choice(("何敏", "周 凡", "李娜", "欧阳晓", "韦一鸣"))
    source = draw.choice(("中国新闻网", "中新网溪州", "溪州晚报", "新华社", "南山县融媒体中心"))
    date, iso = _date(markup)
    _text(drawn)
    meta_at = markup.pick("meta_at", "below title", "below title", "below title", "above title", "below body")
    editor_at = markup.pick("editor_at", "meta", "own box", "last p", "bracket")
    named = _editor(markup, editor)
    writer = drawn.authors[0] if markup.choices.get("byline") == "meta" else ""
    meta = _meta(markup, date, source, named if editor_at == "meta" else "", writer)
    body = _body(drawn, named, editor_at)
    tail = {"own box": f"<div{markup.attr()}>{named}</div>"}.get(editor_at, "")
    below = "".join(after(markup) for _ in range(draw.randint(0, 3)))
    head = {"above title": meta + _title(markup, title), "below body": _title(markup, title)}.get(
        meta_at, _title(markup, title) + meta
    )
    tail = (meta if meta_at == "below body" else "") + tail
    story = f"{_crumbs(markup)}{head}{body}{tail}{below}"
    page = (
        f"<!DOCTYPE html><html><head><title>{title}{draw.choice(_SUFFIXES)}</title></head><body>"
        f"{navigation(markup)}{_frame(markup, story)}{footer(markup)}</body></html>"
    )
    gold = Gold(
        title, iso, source, editor, drawn.authors, drawn.contributors,
        tuple(drawn.paragraphs), tuple(drawn.headings), tuple(drawn.captions),
    )  # fmt: skip
    return page, gold, markup.choices


_SUFFIXES = ("-中新网", "--溪州新闻--中国新闻网", "_中国新闻网", "——中新网溪州", "")


# --- head --------------------------------------------------------------------------


def _date(markup: Markup) -> tuple[str, str]:
    draw = markup.draw
    y, mo, d = draw.randint(2012, 2026), draw.randint(1, 12), draw.randint(1, 28)
    h, mi, s = draw.randint(0, 23), draw.randint(0, 59), draw.randint(0, 59)
    shape = markup.pick("date", "年月日", "dashes", "short", "slashes", "dots", "wide", "tight", "weekday", "bracket")
    printed = {
        "年月日": f"{y}年{mo:02}月{d:02}日 {h:02}:{mi:02}",
        "dashes": f"{y}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02}",
        "short": f"{y}年{mo}月{d}日 {h}:{mi:02}:{s:02}",
        "slashes": f"{y}/{mo:02}/{d:02} {h:02}:{mi:02}",
        "dots": f"{y}.{mo:02}.{d:02} {h:02}:{mi:02}",
        "wide": f"{y}年{mo:02}月{d:02}日　{h:02}：{mi:02}",
        "tight": f"{y}年{mo:02}月{d:02}日{h:02}:{mi:02}",
        "weekday": f"{y}-{mo:02}-{d:02} 星期三 {h:02}:{mi:02}",
        "bracket": f"[{y}-{mo}-{d} {h:02}:{mi:02}]",
    }[shape]
    seconds = f":{s:02}" if shape in ("dashes", "short") else ""
    return printed, f"{y}-{mo:02}-{d:02}T{h:02}:{mi:02}{seconds}+08:00"


def _title(markup: Markup, title: str) -> str:
    return {
        "h1": f"<h1>{title}</h1>",
        "h2": f'<h2 class="x">{title}</h2>',
        "div": f"<div{markup.attr()}>{title}</div>",
        "font": f"<div align=center><strong><font size=5>{title}</font></strong></div>",
        "td": f"<table><tr><td{markup.attr()}><b>{title}</b></td></tr></table>",
    }[markup.pick("title", "h1", "h2", "div", "font", "td")]


def _editor(markup: Markup, editor: str) -> str:
    shape = markup.pick(
        "editor", "责任编辑：{}", "编辑：{}", "责编：{}", "【编辑:{}】", "责任编辑:{}", "编辑：{} 审核：党晓"
    )
    return shape.format(editor)


def _meta(markup: Markup, date: str, source: str, editor: str, writer: str) -> str:
    draw = markup.draw
    parts = [draw.choice(("", "时间：", "发布时间：", "发表时间：")) + date]
    label = draw.choice(("来源：", "来源:", "稿源：", "来源： ", "文章来源："))
    parts.append(label + draw.choice(("{}", "<a href='#'>{}</a>", "<b>{}</b>")).format(source))
    if markup.pick("order", "date first", "source first") == "source first":
        parts.reverse()
    parts += [f"作者：{writer}"] if writer else []
    parts += [editor] if editor else []
    parts += [
        draw.choice(("浏览：1024次", "点击数：88", "字号：<a>大</a><a>中</a><a>小</a>", "作者：", "阅读量：3521", ""))
    ]
    shape = markup.pick("meta", "line", "spans", "list", "cell", "lines")
    if shape == "spans":
        return f"<div{markup.attr()}>" + "".join(f"<span>{part}</span>" for part in parts) + "</div>"
    if shape == "list":
        return "<ul>" + "".join(f"<li>{part}</li>" for part in parts) + "</ul>"
    if shape == "lines":
        return "".join(f"<div>{part}</div>" for part in parts)
    line = draw.choice(("&nbsp;&nbsp;", "　", " | ", "  ")).join(filter(None, parts))
    return f"<table><tr><td>{line}</td></tr></table>" if shape == "cell" else f"<p{markup.attr()}>{line}</p>"


def _crumbs(markup: Markup) -> str:
    home = '<a href="/">首页</a> &gt; <a href="/sh/">社会</a>'
    return markup.draw.choice(("", f"<div>当前位置：{home} &gt; 正文</div>", f"<div>{home} &gt; 正文</div>"))


# --- text --------------------------------------------------------------------------


def _text(drawn: Drawn) -> None:
    draw, markup = drawn.draw, drawn.markup
    if markup.pick("length", "story", "story", "story", "story", "notice") == "notice":
        drawn.paragraphs = [draw.choice(NOTICES)]
        return
    sentences = draw.sample(SENTENCES, len(SENTENCES))
    paragraphs: list[str] = []
    while sentences and len(paragraphs) < 9:
        size = draw.randint(1, 3)
        paragraphs.append("".join(sentences[:size]))
        del sentences[:size]
    paragraphs = paragraphs[: draw.randint(2, 9)]
    _byline(drawn, paragraphs)
    if len(paragraphs) > 3 and draw.random() < 0.4:
        at = draw.randint(1, len(paragraphs) - 2)
        drawn.headings = [draw.choice(HEADINGS)]
        paragraphs.insert(at, drawn.headings[0])
    drawn.paragraphs = paragraphs


def _byline(drawn: Drawn, paragraphs: list[str]) -> None:
    one, two = drawn.draw.sample(NAMES, 2)
    where = drawn.markup.pick(
        "byline",
        "none",
        "reporter",
        "dateline",
        "newspaper",
        "closing",
        "own line",
        "contributor",
        "writer",
        "square",
        "meta",
        "topic",
    )
    first = {
        "reporter": f"中新网溪州8月1日电 (记者 {one})",
        "dateline": f"中新网溪州8月1日电 ({one} {two})",
        "newspaper": f"本报讯（记者 {one} 通讯员 {two}）",
        "square": f"□ 本报记者 {one} ",
        "topic": f"中新社溪州8月1日电 题：山城步道“慢生活” 中新社记者 {one} ",
    }.get(where, "")
    last = {
        "closing": f"（本报记者 {one}）",
        "own line": f"记者 {one} 溪州报道",
        "contributor": "（槐店乡人民政府供稿）",
    }.get(where)
    # A line that names crew and does nothing else is no text.
    drawn.crew = [f"撰稿：{one} 摄影：{two}"] if where == "writer" else []
    paragraphs[0] = first + paragraphs[0]
    paragraphs += [last] if last else []
    drawn.contributors = ("槐店乡人民政府",) if where == "contributor" else ()
    both = where in ("dateline", "newspaper")
    drawn.authors = () if where in ("none", "contributor") else (one, two) if both else (one,)


def _body(drawn: Drawn, editor: str, editor_at: str) -> str:
    markup, draw = drawn.markup, drawn.draw
    style = markup.pick("body", "p", "p", "br", "div", "word", "section", "spaced", "span")
    indent = markup.pick("indent", "　　", "　　", "&emsp;&emsp;", "&nbsp;&nbsp;&nbsp;&nbsp;", "")
    blocks = [_paragraph(text, style, indent, text in drawn.headings) for text in (*drawn.paragraphs, *drawn.crew)]
    places = sorted(draw.sample(range(len(blocks)), min(len(blocks), draw.choice((0, 1, 1, 2)))))
    shown = [(place, _pictures(drawn)) for place in places]
    for place, picture in reversed(shown):
        blocks.insert(place, picture)
    if draw.random() < 0.3:
        blocks.insert(draw.randint(0, len(blocks)), _inside(markup)) if len(drawn.paragraphs) > 1 else None
    closing = {"last p": f"<p>{editor}</p>", "bracket": f"<p align=right>[{editor.strip('【】')}]</p>"}.get(
        editor_at, ""
    )
    return f"<div{markup.attr()}>{''.join(blocks)}{closing}</div>"


def _paragraph(text: str, style: str, indent: str, is_heading: bool) -> str:
    if is_heading:
        text = f"<strong>{text}</strong>"
    return {
        "p": f"<p>{indent}{text}</p>",
        "br": f"{indent or '　　'}{text}<br><br>",
        "div": f"<div>{indent}{text}</div>",
        "word": f'<p class="MsoNormal"><span style="font-size:16px">{indent}{text}</span><o:p></o:p></p>',
        "section": f'<section><p style="text-indent:2em">{text}</p></section>',
        "spaced": f"<p>{indent}{text}</p><p>&nbsp;</p>",
        "span": f'<p><span style="color:#333">{indent}{text}</span></p>',
    }[style]


def _inside(markup: Markup) -> str:
    """What stands between paragraphs and is no part of the story."""
    return {
        "ad": '<div><a href="http://ad.example.com/"><img src="/gg/1.jpg"></a></div>',
        "marked ad": '<div><img src="/ad/300.jpg" alt="广告"><span>广告</span></div>',
        "related": f'<p>相关新闻：</p><p><a href="/1.shtml">{HEADLINES[0]}</a></p><p><a href="/2.shtml">{HEADLINES[1]}</a></p>',
        "more": f'<p><a href="/1.shtml">{HEADLINES[2]}</a></p><p><a href="/2.shtml">{HEADLINES[3]}</a></p>',
        "promotion": '<p>扫码关注“溪州发布”微信公众号</p><p><img src="/qr.png" alt="二维码"></p>',
        "indented": f'<p>　　相关链接：</p><p>　　<a href="/1.shtml">{HEADLINES[4]}</a></p><p>　　<a href="/2.shtml">{HEADLINES[5]}</a></p>',
        "one": f'<p>延伸阅读：<a href="/1.shtml">{HEADLINES[6]}</a></p>',
        "icon": '<img src="/images/icon_share.png" width="16">',
    }[markup.pick("inside", "ad", "marked ad", "related", "more", "promotion", "icon", "indented", "one")]


# --- pictures ----------------------------------------------------------------------


def _pictures(drawn: Drawn) -> str:
    markup, draw = drawn.markup, drawn.draw
    many = markup.pick("pictures", "one", "one", "one", "two", "two cells", "pair above pair")
    images = [_image(draw) for _ in range(1 if many == "one" else 2)]
    texts = [draw.choice(CAPTIONS) + draw.choice(CREDITS) for _ in images]
    if len(texts) == 2 and texts[0][:6] == texts[1][:6]:
        texts[1] = "溪州古镇一角。 田一麦 摄"
    if many == "two cells":
        rows = ("".join(f"<td>{cell}</td>" for cell in cells) for cells in (images, texts))
        drawn.captions += texts
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
    if many == "pair above pair":
        drawn.captions += texts
        return "".join(f'<p style="text-align:center">{each}</p>' for each in (*images, *texts))
    return "".join(_picture(drawn, image, text) for image, text in zip(images, texts, strict=True))


def _image(draw: random.Random) -> str:
    name = draw.choice(FOLDERS) + f"{draw.randint(100, 999999)}{draw.choice(('.jpg', '.png', '.jpeg', '.JPG'))}"
    return f'<img src="{name}"{draw.choice(("", " alt=" + chr(34) * 2, " width=600", " border=0"))}>'


def _picture(drawn: Drawn, image: str, caption: str) -> str:
    markup = drawn.markup
    if markup.pick("said", "said", "said", "said", "said", "unsaid") == "unsaid":
        return f'<p style="text-align:center">{image}</p>'
    shape = markup.pick(
        "caption", "p", "centre", "figure", "figure span", "font", "table", "span", "arrow", "dl", "bold", "inline",
        "box", "small", "em", "above", "blue", "flat", "lazy", "article",
    )  # fmt: skip
    if shape == "above" and not caption.endswith(("。", "摄", "）")):
        shape = "p"
    printed = f"▲{caption}" if shape == "arrow" else caption
    if shape in ("blue", "flat") and not markup.choices["indent"]:
        shape = "p"  # nothing but its colour would tell such a caption from a paragraph
    drawn.captions.append(printed)
    lazy = image.replace("src=", 'src="/images/grey.gif" data-original=')
    return {
        "p": f'<p style="text-align:center">{image}</p><p style="text-align:center">{caption}</p>',
        "centre": f"<center>{image}<br>{caption}</center>",
        "figure": f"<figure>{image}<figcaption>{caption}</figcaption></figure>",
        "figure span": f"<figure>{image}<figcaption><span>{caption[:8]}</span><span>{caption[8:]}</span></figcaption></figure>",
        "font": f'<div align="center">{image}</div><div align=center><font color=blue>{caption}</font></div>',
        "table": f"<table align=center><tr><td>{image}</td></tr><tr><td>{caption}</td></tr></table>",
        "span": f'<p align="center">{image}<br/><span style="color:#666">{caption}</span></p>',
        "arrow": f'<p style="text-align: center;">{image}</p><p>{printed}</p>',
        "dl": f"<dl><dt>{image}</dt><dd>{caption}</dd></dl>",
        "bold": f'<p align="center">{image}</p><p align="center"><strong>{caption}</strong></p>',
        "inline": f'<p style="text-align:center">{image}<span>{caption}</span></p>',
        "box": f"<div{markup.attr()}><div>{image}</div><div>{caption}</div></div>",
        "small": f'<p style="text-align:center">{image}</p><p style="text-align:center"><small>{caption}</small></p>',
        "em": f'<p align="center">{image}</p><p align="center"><em>{caption}</em></p>',
        "blue": f'<p>{image}</p><p><font color="#0000ff">{caption}</font></p>',
        "flat": f"<br>{image}<br>{caption}<br>",
        "lazy": f'<p align="center">{lazy}</p><p align="center">{caption}</p>',
        "article": f"<div><p>{image}</p><p><small>{caption}</small></p></div>",
        "above": f'<p style="text-align:center;color:#666">{caption}</p><p style="text-align:center">{image}</p>',
    }[shape]


# --- around the story --------------------------------------------------------------


def _frame(markup: Markup, story: str) -> str:
    rail = "".join(list_of_links(markup) for _ in range(markup.draw.randint(0, 3)))
    return {
        "behind": f"<div{markup.attr()}>{story}</div><div{markup.attr()}>{rail}</div>",
        "before": f"<div{markup.attr()}>{rail}</div><div{markup.attr()}>{story}</div>",
        "cells": f"<table><tr><td valign=top>{story}</td><td>{rail}</td></tr></table>",
        "one box": f"<div{markup.attr()}>{story}{rail}</div>",
        "flat": f"{story}{rail}",
    }[markup.pick("frame", "behind", "before", "cells", "one box", "flat")]


def record_of(article: Any) -> Gold:
    """The same fields of what was read."""
    return Gold(
        article.title, article.published_at, article.source, article.editor, article.authors, article.contributors,
        tuple(article.body.split("\n\n")), tuple(section.title for section in article.sections),
        tuple(image.caption for image in article.images if image.caption),
    )  # fmt: skip

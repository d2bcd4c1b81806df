"""One article in many markups: templates made up at random around a text whose record is known.

Class names are random, the chrome is real in kind, and every choice a
regional CMS makes (paragraph markup, indents, where the date line stands, how
a picture gets its caption, where the editor is named) is drawn. What a reader
makes of them must be the same record every time.
"""

import html
import random
from dataclasses import dataclass, field

EDITIONS = (
    "安徽 北京 重庆 福建 甘肃 贵州 广东 广西 海南 河北 河南 湖北 湖南 黑龙江 江苏 江西 吉林 辽宁 内蒙古 宁夏".split()
)
FOOTER = (
    "关于我们 | About us | 联系我们 | 广告服务 | 法律声明 | 招聘信息 | 留言反馈",
    "本网站所刊载信息,不代表中新社和中新网观点。 刊用本网站稿件,务经书面授权。",
    "未经授权禁止转载、摘编、复制及建立镜像,违者将依法追究法律责任。",
    "[网上传播视听节目许可证(0106168)] [京ICP证040655号] [京公网安备:110102003042] 违法和不良信息举报电话：010-87826688",
)
HEADLINES = (
    "环城水系添新绿 市民家门口看白鹭",
    "乡村教师自制教具三百件 孩子们爱上物理课",
    "老茶馆里开讲评书 年轻听众占一半",
    "大棚草莓提前上市 果农直播忙",
    "非遗剪纸走进社区 老少同剪一窗花",
    "雨后山城云海如画 摄影爱好者守候日出",
)


@dataclass(frozen=True)
class Picture:
    src: str
    caption: str
    after: int
    """Index of the paragraph it follows, -1 above the first."""


@dataclass(frozen=True)
class Story:
    title: str
    date: str
    source: str
    editor: str
    channel: str
    paragraphs: tuple[str, ...]
    headings: frozenset[int] = frozenset()
    pictures: tuple[Picture, ...] = ()


@dataclass
class Markup:
    """One drawn template."""

    draw: random.Random
    choices: dict[str, str] = field(default_factory=dict)

    def pick(self, name: str, *options: str) -> str:
        self.choices[name] = self.draw.choice(options)
        return self.choices[name]

    def attr(self, extra: str = "") -> str:
        name = "".join(self.draw.choice("abcdefghijkmnopqrstuvwxyz") for _ in range(6))
        kind = self.draw.choice(("class", "id"))
        return f' {kind}="{name}"{extra}'


def render(story: Story, seed: int) -> tuple[str, dict[str, str]]:
    """The page and the choices that made it."""
    markup = Markup(random.Random(seed))
    suffix = markup.pick(
        "suffix", "-中新网河南", "-中国新闻网河南新闻", "——中新网", "_中新网", " - 河南- 中国新闻网", ""
    )
    doctype = markup.pick("doctype", "<!DOCTYPE html>", "")
    page = [
        doctype,
        f"<html><head><title>{html.escape(story.title)}{suffix}</title></head><body>",
        _chrome_above(markup),
        _article(story, markup),
        _rail(markup),
        _footer(markup),
        "</body></html>",
    ]
    return "\n".join(page), markup.choices


def _chrome_above(markup: Markup) -> str:
    bar = "|".join(f'<a href="//www.x.cn/{n}/">{name}</a>' for n, name in enumerate(["中新网首页", *EDITIONS]))
    nav = "".join(
        f'<li><a href="/news/{n}/">{name}</a></li>' for n, name in enumerate("要闻 时政 财经 文化 旅游 健康".split())
    )
    return (
        f"<div{markup.attr()}>{bar}</div><div{markup.attr()}>中国新闻网河南新闻</div>"
        f'<form><input type="text"><input type="submit" value="搜 索"></form>'
        f"<div{markup.attr()}>投稿邮箱：news@example.cn 新闻热线：0371-00000000</div><ul>{nav}</ul>"
    )


def _article(story: Story, markup: Markup) -> str:
    crumbs = f'<a href="/">首页</a> &gt; <a href="/tt/">{story.channel}</a> &gt; 正文 &gt;'
    head = f"<div{markup.attr()}>{crumbs}</div>{_title(story, markup)}{_meta(story, markup)}"
    share = f'<div{markup.attr()}>分享到：<a href="#">微博</a> <a href="#">微信</a></div>'
    head += share if markup.pick("share", "yes", "no") == "yes" else ""
    body = _body(story, markup)
    below = ""
    if markup.choices["editor"] == "below":
        below = f"<div{markup.attr()}>【编辑:{story.editor}】</div>"
    inside = markup.pick("related", "below", "inside")
    related = "".join(f'<li><a href="/news/{n}.shtml">{text}</a></li>' for n, text in enumerate(HEADLINES[:3]))
    related = f"<h4>相关新闻：</h4><ul>{related}</ul>"
    if inside == "inside":
        body = body.removesuffix("</div>") + related + "</div>"
    else:
        below += related
    below += (
        f"<div{markup.attr()}>更多精彩内容请进入河南频道</div>" if markup.pick("more", "yes", "no") == "yes" else ""
    )
    if markup.pick("frame", "div", "table") == "table":
        return f"<table><tr><td>{head}</td></tr><tr><td>{body}{below}</td></tr></table>"
    return f"<div{markup.attr()}>{head}{body}{below}</div>"


def _title(story: Story, markup: Markup) -> str:
    title = html.escape(story.title)
    return {
        "h1": f"<h1{markup.attr()}>{title}</h1>",
        "div": f"<div{markup.attr()}>{title}</div>",
        "span": f"<div><span{markup.attr()}>{title}</span></div>",
        "font": f'<center><b><font size="5">{title}</font></b></center><hr>',
    }[markup.pick("title", "h1", "div", "span", "font")]


def _meta(story: Story, markup: Markup) -> str:
    where = markup.pick("editor", "meta", "below", "inside")
    editor = f"责任编辑:{story.editor}" if where == "meta" else ""
    return {
        "list": f"<ul{markup.attr()}><li>{story.date}</li><li>来源:{story.source}</li>"
        + (f"<li>{editor}</li>" if editor else "")
        + "</ul>",
        "line": f"<div{markup.attr()}>{story.date}&nbsp;&nbsp; 来源：{story.source}&nbsp;&nbsp;{editor}</div>",
        "link": f'<p{markup.attr()}>{story.date}　来源：<a href="/">{story.source}</a>　<a href="#">参与互动(0)</a> {editor}</p>',
        "spans": f"<div><span>发布时间：{story.date}</span><span>来源：{story.source}</span><span>{editor}</span></div>",
    }[markup.pick("meta", "list", "line", "link", "spans")]


def _body(story: Story, markup: Markup) -> str:
    style = markup.pick("body", "p", "p-nbsp", "p-plain", "br", "div", "word", "section", "one-br")
    caption = markup.pick(
        "caption",
        "alt-and-text",
        "centred-div",
        "p-centre",
        "same-p",
        "twice-as-text",
        "before-and-after",
        "figure",
        "div-below",
        "alt-only",
        "linked",
        "table",
    )
    heading = markup.pick("heading", "bold", "plain", "centre")
    parts = [_picture(picture, caption, markup) for picture in story.pictures if picture.after < 0]
    for index, paragraph in enumerate(story.paragraphs):
        parts.append(_paragraph(paragraph, index in story.headings, style, heading))
        parts += [_picture(picture, caption, markup) for picture in story.pictures if picture.after == index]
    if markup.choices["editor"] == "inside":
        parts.append(_paragraph(f"【责任编辑：{story.editor}】", False, style, heading))
    if markup.pick("copyright", "yes", "no") == "yes":
        parts.append("<p>注：请在转载文章内容时务必注明出处!&nbsp;&nbsp;</p>")
    return f"<div{markup.attr()}>{''.join(parts)}</div>"


def _paragraph(text: str, is_heading: bool, style: str, heading: str) -> str:
    shown = html.escape(text, quote=False)
    if is_heading and heading == "bold":
        shown = f"<strong>{shown}</strong>"
    centre = ' style="text-align:center"' if is_heading and heading == "centre" else ""
    lead = "" if centre else "　　"
    return {
        "p": f"<p{centre}>{lead}{shown}</p>\n",
        "p-nbsp": f"<p{centre}>{'' if centre else '&nbsp;&nbsp;&nbsp;&nbsp;'}{shown}</p>\n",
        "p-plain": f"<p{centre}>{shown}</p>\n",
        "br": f"{'　　'}{shown}<br><br>\n",
        "one-br": f"{'　　'}{shown}<br/>\n",
        "div": f"<div{centre}>{lead}{shown}</div>\n",
        "word": f'<p class="MsoNormal"{centre}><span style="font-size:16px"><span>{lead}</span>{shown}</span><o:p></o:p></p>\n',
        "section": f"<section{centre}><p>{lead}{shown}</p></section>\n",
    }[style]


def _picture(picture: Picture, style: str, markup: Markup) -> str:
    caption = html.escape(picture.caption, quote=False)
    image = f'<img src="{picture.src}">'
    named = f'<img src="{picture.src}" alt="{html.escape(picture.caption)}">'
    return {
        "alt-and-text": f"<p>　　{named}</p><p>{caption}</p>",
        "centred-div": f'<div{markup.attr()}>{image}</div><div style="text-align:center">{caption}</div>',
        "p-centre": f'<p align="center">{image}</p><p align="center">{caption}</p>',
        "same-p": f'<p style="text-align:center">{image}<br>{caption}</p>',
        "twice-as-text": f"<p>{image}</p><p>　　{caption}</p><p>{caption}</p>",
        "figure": f"<figure>{image}<figcaption>{caption}</figcaption></figure>",
        "div-below": f"<div{markup.attr()}>{image}</div><div{markup.attr()}>{caption}</div>",
        "alt-only": f'<p align="center">{named}</p>',
        "linked": f'<p align="center"><a href="/tp/hd2011/2022/07-20/1.shtml">{named}</a></p><p align="center">{caption}</p>',
        "table": f'<table align="center"><tr><td>{image}</td></tr><tr><td align="center">{caption}</td></tr></table>',
        "before-and-after": f"<p>　　{caption}</p><p>{named}</p><p>{caption}</p>",
    }[style]


def _rail(markup: Markup) -> str:
    links = "".join(f'<li><a href="/news/{n}.shtml">{text}</a></li>' for n, text in enumerate(HEADLINES))
    teaser = "　　一把镊子守住一条弄堂的时间，三平方米的铺子里挂着三十多只钟。"
    photo = '<a href="/tp/1.shtml"><img src="/U580P939T4D130073F15DT20241104143514.jpg" alt="进博会布展工作已完成"></a>'
    return (
        f"<div{markup.attr()}><div>热点视频</div>{photo}<p>{teaser}</p><ul>{links}</ul>"
        f"<div>图片报道</div><ul>{links}</ul></div>"
    )


def _footer(markup: Markup) -> str:
    return f"<div{markup.attr()}>" + "".join(f"<p>{line}</p>" for line in FOOTER) + "</div>"

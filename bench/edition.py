"""Pages of an edition that never was: for measuring how much an archive of it takes.

The templates have the shape of regional editions' pages (measured on the real
ones beside the repository: 30 to 60 KB, 100 to 200 links, a third of it script
and style, a quarter of it Chinese); the words are drawn at random, with the
frequencies of a language, so they compress no better than real ones: 1,000
characters of a body take 1.3 to 1.4 bytes each under zstd, as real bodies do.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from scraper.models import Capture

_CHARACTERS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行"
    "学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然"
    "前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无"
    "系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组"
    "见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增"
    "争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八"
    "离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验"
    "连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯"
    "院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严龙飞"
)
_EDITION = ("要闻", "经济", "社会", "文化", "教育", "旅游", "健康", "科技", "体育", "图片", "视频", "专题")


@dataclass(frozen=True, slots=True)
class _Template:
    seed: int
    scripts: int
    """Characters of scripts and styles."""
    links: int
    """Links in the sidebars."""
    fresh: int
    """How many of them changed since the page before."""


TEMPLATES = (
    _Template(seed=1, scripts=20_000, links=90, fresh=2),
    _Template(seed=2, scripts=28_000, links=120, fresh=4),
    _Template(seed=3, scripts=36_000, links=150, fresh=3),
    _Template(seed=4, scripts=15_000, links=80, fresh=6),
)


class Words:
    """A vocabulary and a hand that draws from it as a language does: few words often, many rarely."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        size = 6_000
        self.words = ["".join(rng.choices(_CHARACTERS, k=rng.choice((1, 2, 2, 2, 3, 4)))) for _ in range(size)]
        self.weights = [1 / (rank + 8) for rank in range(size)]
        self.topic: list[str] = []

    def new_topic(self) -> None:
        """An article says its own words again and again."""
        self.topic = self.rng.choices(self.words[60:], k=14)

    def line(self, least: int, most: int) -> str:
        length = self.rng.randint(least, most)
        drawn = ""
        while len(drawn) < length:
            if self.topic and self.rng.random() < 0.27:
                place = self.rng.randrange(len(self.topic))
                drawn += "".join(self.topic[place : place + self.rng.choice((1, 2, 3))])
            else:
                drawn += "".join(self.rng.choices(self.words, self.weights, k=2))
        return drawn[:length]

    def paragraph(self) -> str:
        return "，".join(self.line(6, 18) for _ in range(self.rng.randint(3, 8))) + "。"


class Edition:
    """An edition's articles, one after the other, as its server would answer them."""

    def __init__(self, host: str = "www.tj.chinanews.com.cn", *, seed: int = 0) -> None:
        self.host = host
        self.rng = random.Random(seed)
        self.words = Words(random.Random(seed + 1))
        self.frames = [_frame(template, random.Random(template.seed + seed), self.words) for template in TEMPLATES]
        self.sidebars = [[self._headline() for _ in range(template.links)] for template in TEMPLATES]
        self.now = datetime.fromisoformat("2024-01-01T00:00:00+00:00")
        self.number = 10_000

    def _headline(self) -> str:
        path = f"/news/2024/{self.rng.randint(101, 1231):04d}/{self.rng.randint(10_000, 99_999)}.shtml"
        return f'<li><a href="{path}" target="_blank">{self.words.line(11, 24)}</a></li>\n'

    def capture(self) -> Capture:
        """The next article: its sidebar is that of its template's last page but for a few headlines."""
        self.now += timedelta(minutes=self.rng.randint(5, 50))
        self.number += self.rng.randint(1, 9)
        which = self.rng.choices(range(len(TEMPLATES)), (5, 3, 2, 1))[0]
        sidebar = self.sidebars[which]
        for _ in range(TEMPLATES[which].fresh):
            sidebar.insert(self.rng.randrange(12), self._headline())
            sidebar.pop()
        url = f"https://{self.host}/news/{self.now:%Y/%m%d}/{self.number}.shtml"
        body = self._page(which, url)
        headers = (
            ("Server", "nginx/1.20.1"),
            ("Date", f"{self.now:%a, %d %b %Y %H:%M:%S} GMT"),
            ("Content-Type", "text/html"),
            ("Last-Modified", f"{self.now:%a, %d %b %Y %H:%M:%S} GMT"),
            ("Connection", "keep-alive"),
            ("Vary", "Accept-Encoding"),
            ("ETag", f'W/"{self.rng.getrandbits(32):08x}-{len(body):x}"'),
            ("X-Via", f"1.1 node{self.rng.randint(10, 99)}:{self.rng.randint(1, 9)} (Cdn Cache Server V2.0)"),
            ("Content-Encoding", "gzip"),
        )
        asked = (
            ("Host", self.host),
            ("User-Agent", "scraper/0.1 (+mailto:archive@example.org)"),
            ("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"),
            ("Accept-Encoding", "gzip"),
        )
        return Capture(url, url, 200, headers, body, len(body) // 4, self.now, 0.173, asked, (), "203.0.113.80:443")

    def _page(self, which: int, url: str) -> bytes:
        self.words.new_topic()
        title = self.words.line(14, 26)
        paragraphs = "\n".join(f"<p>　　{self.words.paragraph()}</p>" for _ in range(self.rng.randint(6, 18)))
        if self.rng.random() < 0.6:
            source = f"{url.rpartition('/')[0]}/{self.rng.getrandbits(60):x}.jpg"
            caption = self.words.line(12, 30)
            paragraphs = (
                f'<p style="text-align:center"><img src="{source}" alt="{caption}"></p>\n<p>图为{caption}。</p>\n'
                + paragraphs
            )
        day = self.now + timedelta(hours=8)
        filled = {
            "TITLE": title,
            "DATE": f"{day:%Y年%m月%d日 %H:%M}",
            "BODY": paragraphs,
            "EDITOR": self.words.line(2, 3),
            "SIDEBAR1": "".join(self.sidebars[which][: len(self.sidebars[which]) // 2]),
            "SIDEBAR2": "".join(self.sidebars[which][len(self.sidebars[which]) // 2 :]),
            "URL": url,
            "NUMBER": str(self.number),
        }
        page = self.frames[which]
        for name, text in filled.items():
            page = page.replace(f"@{name}@", text)
        self.words.topic = []
        return page.encode("gb18030")


def _frame(template: _Template, rng: random.Random, words: Words) -> str:
    menu = "".join(
        f'<li class="nav{n}"><a href="/{rng.getrandbits(24):x}/index.shtml">{name}</a></li>\n'
        for n, name in enumerate(_EDITION)
    )
    partners = "".join(
        f'<a href="http://www.{rng.getrandbits(30):x}.cn/" target="_blank">{words.line(3, 8)}</a> |\n'
        for _ in range(40)
    )
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312" />
<title>@TITLE@-中新网天津</title>
<meta name="keywords" content="@TITLE@" />
<meta name="description" content="@TITLE@" />
<link href="/part/css/style{template.seed}.css" rel="stylesheet" type="text/css" />
{_code(template.scripts // 2, rng)}
</head>
<body id="page{template.seed}">
<div class="top"><div class="logo"><a href="/"><img src="/images/logo{template.seed}.gif" alt="中国新闻网天津" /></a></div><ul>
{menu}</ul></div>
<div class="path">您的位置：<a href="/">首页</a> → <a href="/news/">要闻</a> → 正文</div>
<div class="left" id="left_zw{template.seed}">
<h1>@TITLE@</h1>
<div class="info">@DATE@　来源：中新网天津　责任编辑：@EDITOR@</div>
<div class="content" id="cont_@NUMBER@">
@BODY@
</div>
<div class="editor">【编辑:@EDITOR@】</div>
<div class="share" data-url="@URL@" data-title="@TITLE@"></div>
</div>
<div class="right"><h3>热点新闻</h3><ul>
@SIDEBAR1@</ul>
{_code(template.scripts // 2, rng)}
<h3>图片报道</h3><ul>
@SIDEBAR2@</ul></div>
<div class="links">{partners}</div>
<div class="foot">本网站所刊载信息，不代表中新社和中新网观点。 刊用本网站稿件，务经书面授权。</div>
</body>
</html>
"""


def _code(size: int, rng: random.Random) -> str:
    lines, length = [], 0
    while length < size:
        name = f"{rng.choice(('init', 'get', 'set', 'load', 'show'))}{rng.getrandbits(20):x}"
        line = f'  var {name} = document.getElementById("{rng.getrandbits(28):x}"); if ({name}) {{ {name}.className = "c{rng.getrandbits(12)}"; }}'
        lines.append(line)
        length += len(line)
    return '<script type="text/javascript">\n' + "\n".join(lines) + "\n</script>"

"""Text of the archive as HTML a person reads: marks, dates, links. Nothing here trusts the text."""

import re
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from scraper.archive.marks import Snippet

_BEIJING = timezone(timedelta(hours=8))
_PRINTED = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d(?::\d\d)?))?")
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f-\x9f\\]")


def marked(snippet: Snippet) -> Markup:
    """The text escaped, its hits in `<mark>`.

    >>> str(marked(Snippet("<b>黄河</b>", ((3, 5),))))
    '&lt;b&gt;<mark>黄河</mark>&lt;/b&gt;'
    """
    parts: list[Markup] = []
    last = 0
    for start, end in snippet.hits:
        parts += [escape(snippet.text[last:start]), Markup("<mark>{}</mark>").format(snippet.text[start:end])]
        last = end
    return Markup("").join([*parts, escape(snippet.text[last:])])


def day(printed: str) -> str:
    """The day a page prints.

    >>> day("2022-07-20T09:50+08:00")
    '2022年7月20日'
    """
    found = _PRINTED.match(printed)
    if not found:
        return printed
    year, month, of_month, _ = found.groups()
    return f"{year}年{int(month)}月{int(of_month)}日"


def moment(printed: str) -> str:
    """The time a page prints; midnight stands for a page that prints the day alone.

    >>> moment("2021-11-04T13:39:12+08:00"), moment("2012-05-30T00:00+08:00")
    ('2021年11月4日 13:39:12', '2012年5月30日')
    """
    found = _PRINTED.match(printed)
    clock = found.group(4) if found else None
    return f"{day(printed)} {clock}" if clock and clock != "00:00" else day(printed)


def minute(printed: str) -> str:
    """As `moment`, without the seconds that some templates print.

    >>> minute("2021-11-04T13:39:12+08:00")
    '2021年11月4日 13:39'
    """
    found, whole = _PRINTED.match(printed), moment(printed)
    return whole[:-3] if found and len(found.group(4) or "") == 8 and whole.endswith(found.group(4)) else whole


def period(start: str) -> str:
    """A year, month or day by how it begins.

    >>> period("2022"), period("2022-07"), period("2022-07-2")
    ('2022年', '2022年7月', '2022-07-2')
    """
    if re.fullmatch(r"\d{4}", start):
        return f"{start}年"
    if re.fullmatch(r"\d{4}-\d\d", start):
        return f"{start[:4]}年{int(start[5:])}月"
    return day(start)


def beijing(moment_utc: str) -> str:
    """One of our own times, kept in UTC, on the clock of the pages.

    >>> beijing("2026-11-22T20:05:09.120+00:00")
    '2026年11月23日 04:05'
    """
    try:
        local = datetime.fromisoformat(moment_utc).astimezone(_BEIJING)
    except ValueError:
        return moment_utc
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def link(url: str | None) -> str | None:
    """The address if a browser would only ever fetch it, else None.

    >>> link("https://www.chinanews.com.cn/a.shtml"), link("javascript:alert(1)")
    ('https://www.chinanews.com.cn/a.shtml', None)
    """
    if not url or _UNSAFE_IN_URL.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def iso(shown: str) -> str:
    """A day or moment as above, for those who read no Chinese.

    >>> iso("2021年11月4日 13:39"), iso("2012年5月30日"), iso("昨天")
    ('2021-11-04 13:39', '2012-05-30', '昨天')
    """
    return re.sub(
        r"^(\d{4})年(\d\d?)月(\d\d?)日", lambda found: f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}", shown
    )

"""How an article is cited: GB/T 7714—2015 for a text on the web, and BibTeX."""

import re
from dataclasses import dataclass

PUBLISHER = "中国新闻网"
_NAMED = 3
"""GB/T 7714 names three authors, then 等."""
_SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {
    sign: f"\\{sign}" for sign in "{}$&#%_"
}


@dataclass(frozen=True, slots=True)
class Cited:
    """What a citation is made of."""

    site: str
    number: int
    """In this archive."""
    title: str
    authors: tuple[str, ...]
    source: str
    published: str
    """`2022-07-20`, as printed."""
    fetched: str
    """`2026-11-23`: the day the page looked as it is kept."""
    url: str


def gb7714(cited: Cited) -> str:
    """GB/T 7714—2015, 电子资源: 责任者. 题名[EB/OL]. 出版者, (发表日期)[引用日期]. 获取路径.

    The day of the citation is the one of the capture: what is cited is what was seen then.

    >>> gb7714(Cited("ha", 1, "老桥修缮完工", ("张三", "李四"), "溪口日报", "2026-10-01", "2026-11-21", "https://a.cn/1"))
    '张三, 李四. 老桥修缮完工[EB/OL]. 溪口日报, (2026-10-01)[2026-11-21]. https://a.cn/1.'
    """
    names = ", ".join(cited.authors[:_NAMED]) + (", 等" if len(cited.authors) > _NAMED else "")
    whose = f"{names}. " if names else ""
    return (
        f"{whose}{cited.title}[EB/OL]. {cited.source or PUBLISHER}, ({cited.published})[{cited.fetched}]. {cited.url}."
    )


def bibtex(cited: Cited) -> str:
    """A BibTeX entry that old and new styles print; braces keep Chinese names whole.

    >>> print(bibtex(Cited("ha", 7, "50% 的桥", (), "", "2026-10-01", "2026-11-21", "https://a.cn/1")))
    @misc{chinanews-ha-7,
      title = {{50\\% 的桥}},
      howpublished = {中国新闻网},
      year = {2026},
      month = {10},
      day = {1},
      url = {https://a.cn/1},
      urldate = {2026-11-21},
      language = {chinese}
    }
    """
    year, month, day = ([*cited.published.split("-"), "", ""])[:3]
    fields = {
        "author": " and ".join(f"{{{_escaped(name)}}}" for name in cited.authors),
        "title": f"{{{_escaped(cited.title)}}}",
        "howpublished": _escaped(cited.source or PUBLISHER),
        "year": year,
        "month": month.lstrip("0"),
        "day": day.lstrip("0"),
        "url": re.sub(r"[{}\s\\]", "", cited.url),
        "urldate": cited.fetched,
        "language": "chinese",
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{chinanews-{cited.site}-{cited.number},\n{lines}\n}}"


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(sign, sign) for sign in text)

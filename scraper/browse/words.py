"""The interface in the language that a visitor reads, Chinese or English.

What it says stands in browse/sentences.py. Text of the articles is never
translated.
"""

import re
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from scraper.browse import typography
from scraper.browse.sentences import EDITIONS, REASONS, TEXTS

LANGUAGES = ("zh", "en")
COOKIE = "chinanews_language"


@dataclass(frozen=True, slots=True)
class Words:
    """The interface in one language: `t("search")` in a template."""

    language: str

    def __call__(self, key: str, **values: Any) -> str:
        text = TEXTS[key][LANGUAGES.index(self.language)]
        return text.format(**values) if values else text

    @property
    def tag(self) -> str:
        """For `<html lang>`."""
        return "zh-CN" if self.language == "zh" else "en"

    @property
    def joint(self) -> str:
        return "，" if self.language == "zh" else ", "

    @property
    def other(self) -> str:
        return "en" if self.language == "zh" else "zh"

    def edition(self, code: str, name: str) -> str:
        """An edition's name: as it is, or in English.

        >>> Words("en").edition("nmg", "内蒙古"), Words("zh").edition("nmg", "内蒙古")
        ('Inner Mongolia', '内蒙古')
        """
        return EDITIONS.get(code, name).replace("_", " ") if self.language == "en" else name

    def articles(self, count: int) -> str:
        return self("one_article") if count == 1 else self("count_articles", count=f"{count:,}")

    def stories(self, count: int) -> str:
        return self("one_story") if count == 1 else self("count_stories", count=f"{count:,}")

    def editions(self, regional: int, *, main: bool) -> str:
        """How many editions; the main site is none of a region.

        >>> Words("zh").editions(32, main=True), Words("en").editions(1, main=False)
        ('总网和 32 个地方版', '1 regional edition')
        """
        said = self("one_regional") if regional == 1 else self("count_regional", count=regional)
        if not main:
            return said
        return self("main_and_regional", main=self("main_site"), regional=said) if regional else self("main_site")

    def short(self, count: int) -> str:
        """A count where there is little room.

        >>> Words("zh").short(1731), Words("zh").short(25_300), Words("en").short(25_300)
        ('1731', '2.5万', '25k')
        """
        if count < 10_000:
            return str(count)
        return f"{count / 10_000:.1f}万" if self.language == "zh" else f"{count / 1000:.0f}k"

    def apart(self, minutes: int) -> str:
        """How much later something was printed, in its two largest units.

        >>> Words("zh").apart(185), Words("en").apart(-1500), Words("zh").apart(0)
        ('晚 3 小时 5 分', '1 d 1 h earlier', '同时')
        """
        if not minutes:
            return self("same_time")
        days, rest = divmod(abs(minutes), 24 * 60)
        units = (("days", days), ("hours", rest // 60), ("minutes", rest % 60))
        shown = [self(name, count=count) for name, count in units if count][:2]
        return self("later_by" if minutes > 0 else "earlier_by", time=" ".join(shown))

    def listed(self, names: list[str]) -> str:
        return ("、" if self.language == "zh" else ", ").join(names)

    def reason(self, kept: str) -> str:
        """Why a link was passed over."""
        return self(REASONS[kept]) if kept in REASONS else kept

    def field(self, name: str) -> str:
        """A field of the record, by its name in the interface where it has one."""
        key = {"body": "text", "rights": "rights_sentence"}.get(name, name)
        return self(key) if key in TEXTS else name

    def day(self, printed: str) -> str:
        return typography.day(printed) if self.language == "zh" else printed[:10]

    def moment(self, printed: str) -> str:
        """A time as a page prints it; midnight stands for a page that prints the day alone."""
        return typography.moment(printed) if self.language == "zh" else typography.iso(typography.moment(printed))

    def minute(self, printed: str) -> str:
        return typography.minute(printed) if self.language == "zh" else typography.iso(typography.minute(printed))

    def period(self, start: str) -> str:
        return typography.period(start) if self.language == "zh" else start

    def beijing(self, moment_utc: str | None) -> str:
        """One of our own times, kept in UTC, on the clock of the pages."""
        if not moment_utc:
            return "—"
        local = typography.beijing(moment_utc)
        return local if self.language == "zh" else typography.iso(local)


def chosen(cookies: dict[str, str], accepted: str) -> Words:
    """The visitor's choice, else what the browser prefers, else Chinese.

    >>> chosen({}, "en-GB,en;q=0.9,zh;q=0.1").language, chosen({}, "fr, zh-TW;q=0.5").language
    ('en', 'zh')
    >>> chosen({COOKIE: "en"}, "zh").language, chosen({}, "").language
    ('en', 'zh')
    """
    wanted = cookies.get(COOKIE, "")
    return Words(wanted if wanted in LANGUAGES else _preferred(accepted))


def _preferred(accepted: str) -> str:
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted[:200].split(",")):
        found = re.fullmatch(r"\s*([a-zA-Z]{1,8})(?:-[\w-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?", part)
        if found and found.group(1).lower() in LANGUAGES:
            ranked.append((-float(found.group(2) or 1), place, found.group(1).lower()))
    return min(ranked)[2] if ranked else "zh"


_current: ContextVar[Words | None] = ContextVar("chinanews_words", default=None)


def remember(t: Words) -> None:
    """For the rest of this request: Datasette renders its page of an error without the request."""
    _current.set(t)


def current() -> Words:
    return _current.get() or Words("zh")


def of(request: Any) -> Words:
    """The words for a request; Chinese where there is none."""
    if request is None:
        return Words("zh")
    return chosen(request.cookies, request.headers.get("accept-language", ""))

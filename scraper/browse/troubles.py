"""Outcomes, failures and reasons in the visitor's language: the crawler keeps slugs and English sentences. DATA."""

import re

from scraper.browse.words import LANGUAGES, Words

_OUTCOMES = {
    "ok": ("正常", "all well"),
    "many failures": ("失败较多", "many pages failed"),
    "drift": ("版式变化", "a site changed"),
    "nothing reachable": ("全都连不上", "no site could be reached"),
    "interrupted": ("中断", "stopped before its end"),
    "disk full": ("磁盘已满", "the disk is full"),
}
_SLUGS = {
    "gone": ("原网站已撤", "removed from the site"),
    "soft-404": ("页面只说没有", "a page that says there is none"),
    "robots": ("robots.txt 不许", "robots.txt says no"),
    "refused": ("地址不在允许之列", "address not allowed"),
    "not-an-article": ("不是文章", "no article"),
    "undecodable": ("无法解码", "can't be decoded"),
    "hostile": ("页面异常，不读", "not safe to read"),
    "nothing-listed": ("版面上没有文章", "a listing without articles"),
    "page": ("页面读不懂", "can't be read"),
    "incomplete": ("缺后页", "a later page is missing"),
    "timeout": ("超时", "timed out"),
    "slow": ("太慢", "too slow"),
    "broken": ("连接中断", "the connection broke off"),
    "connect": ("连不上", "no connection"),
    "temporary": ("暂时失败", "failed for now"),
    "fetch": ("抓取失败", "could not be fetched"),
    "bad-status": ("回应异常", "odd status"),
    "bad-body": ("内容异常", "odd content"),
    "bug": ("程序出错", "an error of the program"),
}
_PATTERNS = (
    (re.compile(r"http-(\d+)"), ("网站回应 {}", "the site answers {}")),
    (re.compile(r"failed: (\w+)"), ("出错 {}", "failed: {}")),
)
_SENTENCES = tuple(
    (re.compile(english, re.DOTALL), chinese)
    for english, chinese in (
        (r"the site answers 200 with a page that says there is none", "网站回应 200，页面却说没有"),
        (r"the site answers (\d+)", r"网站回应 \1"),
        (r"the site leads to (.*) instead", r"网站转到 \1"),
        (r"the page is not an article: .*", "不是文章，而是列表、错误页或框架"),
        (r"the page is empty", "页面是空的"),
        (r"the server did not answer in time", "服务器没有及时回应"),
        (r"no whole answer within (\S+) s", r"\1 秒之内没有收完"),
        (r"slower than (\d+) bytes a second", r"每秒不到 \1 字节"),
        (r"the connection broke off", "连接中断"),
        (r"the answer broke off or was no HTTP: (.*)", r"回应中断或不是 HTTP：\1"),
        (r"no connection: (.*)", r"连不上：\1"),
        (r"a later page could not be had", "后页没有取到"),
        (r"robots\.txt of (\S+) disallows (.*) \(line (.*)\)", r"\1 的 robots.txt 不许抓取 \2（\3）"),
        (r"robots\.txt of (\S+) answers (\d+), so .*", r"\1 的 robots.txt 回应 \2，暂不抓取"),
        (r"robots\.txt of (\S+) can't be reached(?: \((.*)\))?, so .*", r"\1 的 robots.txt 取不到，暂不抓取"),
        (r"robots\.txt of (\S+) asks for (\d+) s between .*", r"\1 的 robots.txt 要求间隔 \2 秒，太久，整个主机不抓取"),
        (r"rests until (.*), after (\d+) failures in a row", r"连续失败 \2 次，休息至 \1"),
        (r"rests until (.*), as it asked", r"应网站要求，休息至 \1"),
        (r"(.*) is not a host of any edition", r"\1 不是任何地方版的主机"),
        (r"stopped", "中途停下"),
    )
)


def named(kept: str, t: Words) -> str:
    """An outcome or a slug in words; empty where there are none.

    >>> named("ok", Words("zh")), named("http-503", Words("zh")), named("missing-body", Words("en"))
    ('正常', '网站回应 503', 'no text')
    """
    at = LANGUAGES.index(t.language)
    if kept in _OUTCOMES or kept in _SLUGS:
        return (_OUTCOMES.get(kept) or _SLUGS[kept])[at]
    if kept.startswith("missing-"):
        return t("field_missing", field=_inside(t.field(kept.removeprefix("missing-")), t))
    for pattern, words in _PATTERNS:
        if found := pattern.fullmatch(kept):
            return words[at].format(found[1])
    return ""


def _inside(name: str, t: Words) -> str:
    return name.lower() if t.language == "en" else name


def told(sentence: str | None, t: Words) -> str:
    """A sentence of the crawler; as it was kept where nobody put it into the visitor's language.

    >>> told("the site answers 404", Words("zh")), told("the site answers 404", Words("en"))
    ('网站回应 404', 'the site answers 404')
    """
    said = sentence or ""
    if t.language == "en":
        return said
    if found := re.fullmatch(r"the page has no (\w+)", said):
        return t("field_missing", field=t.field(found[1]))
    return next((found.expand(chinese) for english, chinese in _SENTENCES if (found := english.fullmatch(said))), said)

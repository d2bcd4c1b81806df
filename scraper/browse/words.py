"""What the interface says, in Chinese and in English, and which of the two a visitor reads.

Every sentence of the pages stands in one table; a test holds that templates
use no other and that none is left over. Text of the articles is never
translated.
"""

import re
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from scraper.browse import typography

LANGUAGES = ("zh", "en")
COOKIE = "chinanews_language"

TEXTS: dict[str, tuple[str, str]] = {
    # the frame of every page
    "name": ("中新网地方新闻存档", "China News Regional Archive"),
    "skip": ("跳到正文", "Skip to content"),
    "home": ("首页", "Home"),
    "all_articles": ("全部文章", "All articles"),
    "health": ("运行状况", "Health"),
    "pages": ("主要页面", "Main pages"),
    "other_language": ("English", "中文"),
    "rights": (
        "文章版权属原刊发单位，此处存档以备查考，内容以原文为准。",
        "The texts belong to their publishers and are kept here for reference; the original is authoritative.",
    ),
    "shown_by": ("由 Datasette 展示", "Shown by Datasette"),
    # search
    "search": ("检索", "Search"),
    "search_for": ("检索文章", "Search articles"),
    "search_example": ("如 黄河 洛阳", "for example 黄河 洛阳"),
    "syntax": (
        "词与词以空格隔开，须同时出现；“整句”加引号；OR 任取其一；-词 不含；title:词 只查标题",
        "All words must occur; put a “phrase” in quotes, OR between alternatives, - before a word to leave out; title:word looks in headlines only",
    ),
    "results": ("检索结果", "Results"),
    "best_only": (
        "按相关只列出最前的一些，要看全部请选“最新在前”。",
        "Ranking lists the best only; choose “Newest first” for all.",
    ),
    "articles": ("文章", "Articles"),
    "count_articles": ("{count} 篇文章", "{count} articles"),
    "one_article": ("1 篇文章", "1 article"),
    "by_relevance": ("按相关", "By relevance"),
    "newest_first": ("最新在前", "Newest first"),
    "oldest_first": ("最早在前", "Oldest first"),
    "ordered_by": ("按 {column} 排列", "Ordered by {column}"),
    "order": ("排序", "Order"),
    "each_story_once": ("同稿只列一篇", "Each story once"),
    "every_copy": ("列出全部同稿", "Show every copy"),
    "copies": ("另有同稿 {count} 篇：", "{count} more of the same story:"),
    "count_stories": ("{count} 篇稿件", "{count} stories"),
    "one_story": ("1 篇稿件", "1 story"),
    "chosen": ("已选", "Chosen"),
    "remove": ("去掉", "Remove"),
    "clear": ("全部去掉", "Clear"),
    "first_page": ("回到第一页", "First page"),
    "filter": ("筛选", "Filter"),
    "next_page": ("下一页", "Next page"),
    "previous_page": ("上一页", "Previous page"),
    "page_number": ("第 {page} 页", "Page {page}"),
    "more_values": ("另外 {count} 项", "{count} more"),
    "many_more": ("另外 {count} 项以上", "More than {count} more"),
    "not_counted": ("未及统计", "Not counted in time"),
    "nothing_to_find": (
        "这里没有可检索的字。请输入词语，例如 黄河。",
        "There is no letter or character to look for; type a word, for example 黄河.",
    ),
    "nothing_found": (
        "没有找到文章。可以少用一个词，或去掉上面的筛选。",
        "No article found. Use fewer words, or remove a filter above.",
    ),
    "instead": ("可以改查", "Try instead"),
    "too_slow": (
        "这次检索太慢，已经停下。请多写一个字，或缩小日期范围。",
        "This took too long and was stopped. Add a character, or narrow the dates.",
    ),
    "no_such_day": (
        "“{value}”不是日期，未用。日期请写作 2022、2022-07 或 2022-07-20。",
        "“{value}” is no date and was left out. Write a date as 2022, 2022-07 or 2022-07-20.",
    ),
    "no_such_value": (
        "{name} 没有“{value}”这个值，未用。可以用：{known}。",
        "{name} can't be “{value}”; it was left out. It can be: {known}.",
    ),
    "no_such_page": ("“{value}”不是页码，未用。页码从 1 起。", "“{value}” is no page number and was left out. Pages count from 1."),
    "behind_last_page": ("没有第 {page} 页。", "There is no page {page}."),
    "last_page": ("末页是第 {page} 页", "The last page is {page}"),
    "many_articles": ("很多文章", "Many articles"),
    "more_than": ("{count} 篇以上", "More than {count} articles"),
    "since": ("自", "From"),
    "until": ("至", "To"),
    "dates": ("日期", "Dates"),
    "apply": ("确定", "Apply"),
    "feed": ("订阅 Atom", "Atom feed"),
    "as_table": ("表格", "Table"),
    "gone": ("原文已撤", "Removed from the site"),
    "edited": ("有改动", "Edited"),
    "gallery": ("组图", "Pictures"),
    "video": ("视频", "Video"),
    "untitled": ("（无标题）", "(untitled)"),
    # fields
    "site": ("地方版", "Edition"),
    "edition": ("地方版", "Edition"),
    "region": ("地方版", "Edition"),
    "year": ("年份", "Year"),
    "month": ("月份", "Month"),
    "channel": ("栏目", "Channel"),
    "source": ("来源", "Source"),
    "editor": ("编辑", "Editor"),
    "author": ("作者", "Author"),
    "authors": ("作者", "Authors"),
    "contributors": ("供稿", "Contributors"),
    "kind": ("类型", "Kind"),
    "published_at": ("时间", "Time"),
    "title": ("标题", "Headline"),
    "editions": ("地方版", "Editions"),
    "channels": ("栏目", "Channels"),
    "sources": ("来源", "Sources"),
    "editors": ("编辑", "Editors"),
    # home
    "lead": (
        "{count} 篇文章，来自{editions}，{first}至{last}",
        "{count} articles from {editions}, {first} to {last}",
    ),
    "main_site": ("总网", "the main site"),
    "count_regional": (" {count} 个地方版", "{count} regional editions"),
    "one_regional": (" 1 个地方版", "1 regional edition"),
    "main_and_regional": ("{main}和{regional}", "{main} and {regional}"),
    "empty": (
        "存档还是空的，运行 scraper crawl 开始抓取。",
        "The archive is empty; scraper crawl fills it.",
    ),
    "last_crawl": ("上次抓取 {time}", "Last crawl {time}"),
    "running_crawl": ("抓取中，始于 {time}", "A crawl began {time} and has not ended"),
    "no_crawl": ("还没有抓取过", "No crawl yet"),
    "all_well": ("一切正常", "all well"),
    "drifting": ("{count} 处版式变化待看", "{count} signs of drift"),
    "failing": ("{count} 个页面读取失败", "{count} pages failing"),
    "map": ("按地方进入", "Enter by region"),
    "map_about": ("位置为示意。圆点表示最近一次读到版面的时间。", "Positions are schematic; the dot tells when its listings were last read."),
    "fresh": ("一天之内", "within a day"),
    "recent": ("一周之内", "within a week"),
    "stale": ("更早", "longer ago"),
    "never": ("尚未", "never"),
    "last_read": ("最近读到", "Last read"),
    "newest": ("最新", "Newest"),
    "recently_edited": ("最近改动", "Lately edited"),
    "recently_gone": ("最近撤下", "Lately removed"),
    "nothing_lately": ("近来没有。", "None lately."),
    "by_month": ("各月文章", "Articles by month"),
    "by_year": ("各年文章", "Articles by year"),
    "by_edition": ("各地方版文章", "Articles by edition"),
    "chart_about": ("{first}至{last}，最多的是{top}，{count} 篇。", "{first} to {last}; most in {top}: {count}."),
    "as_numbers": ("数字", "Numbers"),
    "count": ("篇数", "Articles"),
    "data": ("数据", "Data"),
    "captions": ("图片说明", "Captions"),
    "everything": ("全部表", "All tables"),
    "other_databases": ("其他数据库", "Other databases"),
    # one article
    "published": ("发布", "Published"),
    "was_gone": (
        "原网站已不再提供此文（{time} 起），这里是最后一次抓取的内容。",
        "The site has not had this article since {time}; this is the last copy.",
    ),
    "withheld": (
        "网页声明不许存档或挖掘，这里只存标题、时间等，正文未存。",
        "The page asks not to be archived or mined: its headline and particulars are kept, its text is not.",
    ),
    "reserved": ("权利声明", "Reserved"),
    "says_noarchive": ("网页注明 noarchive", "the page says noarchive"),
    "says_tdm": ("保留文本与数据挖掘的权利", "text and data mining is reserved"),
    "picture": ("图片原址", "Show picture"),
    "picture_sign": ("图", "图"),
    "no_text": ("此文没有文字。", "This article has no text."),
    "original": ("阅读原文", "Original"),
    "original_next": ("原文下一页", "Next page of the original"),
    "provenance": ("档案信息", "Provenance"),
    "fetched": ("抓取", "Fetched"),
    "beijing_time": ("北京时间", "Beijing time"),
    "elsewhere": ("同稿他处 {count}", "Same story elsewhere {count}"),
    "first_printed": ("首发", "first"),
    "same_time": ("同时", "at the same time"),
    "later_by": ("晚 {time}", "{time} later"),
    "earlier_by": ("早 {time}", "{time} earlier"),
    "days": ("{count} 天", "{count} d"),
    "hours": ("{count} 小时", "{count} h"),
    "minutes": ("{count} 分", "{count} min"),
    "picture_of": ("图片：{title}", "Picture: {title}"),
    "disagreement": ("另一说", "Also says"),
    "stands_in": ("见于 {place}", "in {place}"),
    "response": ("第 {id} 次响应，状态 {status}", "response {id}, status {status}"),
    "bytes_digest": ("原始字节 SHA-256", "SHA-256 of the bytes"),
    "content_digest": ("内容指纹", "Digest of the content"),
    "read_by": ("识别", "Read by"),
    "by_labels": ("通用识别", "the label reader"),
    "by_layout": ("模板 {name}", "layout {name}"),
    "readers_agree": ("两种读法吻合 {share}", "both readings agree {share}"),
    "one_reader": ("只有一种读法", "one reading only"),
    "joined_pages": ("由 {count} 页合成", "joined from {count} pages"),
    "page_count": ("页数", "Pages"),
    "encoding": ("编码", "Encoding"),
    "undecoded": ("{count} 个字符无法识别", "{count} characters undecoded"),
    "number": ("编号", "Number"),
    "revisions": ("版本", "Revisions"),
    "version_first": ("初次收录", "first archived"),
    "version_page": ("网页有改动", "the page changed"),
    "version_reading": ("网页未变，重新识别", "the same page, read anew"),
    "version_gone": ("原网站撤下", "removed from the site"),
    "version_gone_status": ("原网站撤下（状态 {how}）", "removed from the site (status {how})"),
    "version_gone_soft": ("原网站撤下（页面只说没有）", "removed from the site (the page only says so)"),
    "version_returned": ("原网站重新刊出", "back on the site"),
    "version_damaged": ("这个版本的记录已损坏，scraper verify 会指出在哪里。", "The record of this version is damaged; scraper verify names it."),
    "record_damaged": ("这条记录已损坏，scraper verify 会指出在哪里。", "This record is damaged; scraper verify names it."),
    "no_such_version": ("没有这个版本，此文共有 {count} 个版本。", "There is no such version; this article has {count}."),
    "one_version": ("没有可以对照的版本。", "There is no other version to compare with."),
    "nothing_changed": ("这两个版本读者看到的内容相同。", "A reader sees the same in both versions."),
    "compared_versions": ("版本对照", "Versions compared"),
    "compare": ("对照", "Compare"),
    "after": ("后来", "After"),
    "text": ("正文", "Text"),
    "rights_sentence": ("版权声明", "Rights"),
    "unchanged": ("{count} 段未变", "{count} paragraphs unchanged"),
    "back_to_article": ("回到文章", "Back to the article"),
    # what changed, across editions
    "changes": ("改动与撤下", "Edited and removed"),
    "changes_short": ("改动", "Changes"),
    "changes_about": (
        "收录之后，原网站改动、撤下和重新刊出的文章。日期是本存档看到的时间。",
        "What the sites edited, removed and put back after it was archived; days are when this archive saw it.",
    ),
    "count_changes": ("共 {count} 次", "{count} changes"),
    "kind_edited": ("改动", "Edited"),
    "kind_gone": ("撤下", "Removed"),
    "kind_returned": ("重新刊出", "Put back"),
    "dates_seen": ("看到的日期", "Seen"),
    "all_changes": ("全部改动", "All changes"),
    "outdated_title": ("存档版本较旧", "An older archive"),
    "outdated": (
        "这份存档由旧版程序建立，请运行一次 scraper index --db 文件名，即会更新。",
        "This archive was made by an older version; run scraper index --db FILE once, which brings it up to date.",
    ),
    "cite": ("引用", "Cite"),
    "copy": ("复制", "Copy"),
    "copied": ("已复制", "Copied"),
    "newer": ("较新", "Newer"),
    "older": ("较早", "Older"),
    "same_channel": ("同栏目", "Same channel"),
    # people, sources, channels, editions
    "span": ("{first}至{last}", "{first} to {last}"),
    "search_within": ("在其中检索", "Search within"),
    "see_all": ("查看全部 {count} 篇", "See all {count}"),
    # health
    "health_about": ("给看管存档的人：抓取是否正常，哪里读不到，何时再取。", "For the keeper: how the crawls went, what could not be read, what is due."),
    "runs": ("抓取记录", "Crawls"),
    "run": ("次", "Run"),
    "started": ("开始", "Started"),
    "took": ("用时", "Took"),
    "outcome": ("结果", "Outcome"),
    "not_ended": ("未结束", "not ended"),
    "new": ("新增", "New"),
    "changed": ("改动", "Changed"),
    "failed": ("失败", "Failed"),
    "left_out": ("禁止抓取", "Not allowed"),
    "requests": ("请求", "Requests"),
    "waited": ("等候", "Waited"),
    "stopped_early": ("提前停下的地方版", "Editions that stopped early"),
    "listings": ("版面", "Listings"),
    "bytes": ("流量", "Bytes"),
    "drift": ("版式变化", "Drift"),
    "drift_about": ("某个地方版的某个字段忽然读不到了，多半是改版。", "A field of an edition that can no longer be read as before: the site has probably changed."),
    "field": ("字段", "Field"),
    "field_missing": ("读不到{field}", "no {field}"),
    "date": ("日期", "Date"),
    "before": ("从前", "Before"),
    "now": ("现在", "Now"),
    "since_when": ("起始", "Since"),
    "resolved": ("解决", "Resolved"),
    "still_open": ("未解决", "open"),
    "no_drift": ("没有版式变化。", "No drift."),
    "failures": ("读取失败的页面", "Failures"),
    "reason": ("原因", "Reason"),
    "pages_counted": ("页面", "Pages"),
    "last_seen": ("最近一次", "Last seen"),
    "example": ("例子", "Example"),
    "no_failures": ("没有读取失败的页面。", "No page failed."),
    "skipped": ("不再抓取", "Left alone"),
    "skipped_about": (
        "原网站已不再提供，或 robots.txt 不许，或地址不在允许的主机上，或页面不是文章。",
        "The site no longer has it, robots.txt said no, the address leaves the allowed hosts, or the page is no article.",
    ),
    "nothing_skipped": ("没有这样的页面。", "No such page."),
    "problems": ("近三十日的失败", "Failed visits of thirty days"),
    "problems_about": ("每一次失败都记在这里，后来取到的也在内。", "Every failed visit, those of pages that were read later, too."),
    "times": ("次数", "Times"),
    "links_left": ("版面上没有当作文章的链接", "Links not taken as articles"),
    "links_left_about": ("如果这里有文章，请看 scraper why 网址。", "If there is an article among them, ask scraper why URL."),
    "links": ("链接", "Links"),
    "how_many_links": ("{count} 条", "{count} links"),
    "reason_host": ("别的主机", "another host"),
    "reason_edition": ("别的地方版", "another edition"),
    "reason_no_article": ("不是文章地址", "no article"),
    "reason_page": ("版面的后页", "later page"),
    "reason_address": ("不是有效网址", "no address"),
    "disagreements": ("同一页上的两种说法", "Pages that say two things"),
    "disagreements_about": ("最新的两千篇里，网页在别处另有说法的字段。", "Fields of the newest 2,000 articles of which their pages say something else elsewhere."),
    "strain": ("间隔", "Pauses"),
    "due": ("下次抓取", "Due next"),
    "due_now": ("现在到期", "Due now"),
    "due_later": ("以后到期", "Due later"),
    "next_due": ("最早", "Next"),
    "removed_count": ("撤下", "Removed"),
    "host": ("主机", "Host"),
    "hosts_resting": ("休息或放慢的主机", "Hosts at rest or slowed"),
    "rests_until": ("至", "Until"),
    "failures_in_row": ("连续失败", "Failures in a row"),
    "no_rest": ("没有主机在休息。", "No host is at rest."),
    # nothing there
    "missing": ("没有这一页", "Not found"),
    "sql_refused": (
        "这里不接受自写的 SQL。请用检索，或数据库页上现成的查询；要自写 SQL，请在本机用 sqlite3 打开存档文件。",
        "SQL of your own is not run here. Search, or use the queries on the page of the database; to write SQL, open the archive file with sqlite3 on your machine.",
    ),
    "refused_title": ("不能这样问", "Not possible"),
    "failed_title": ("出了差错", "Something went wrong"),
    "missing_about": (
        "这里没有这个地址的内容。可以从首页重新检索。",
        "Nothing is kept under this address. Search again from the first page.",
    ),
}  # fmt: skip

REASONS = {
    "another host": "reason_host",
    "another edition": "reason_edition",
    "no article": "reason_no_article",
    "later page": "reason_page",
    "no address": "reason_address",
}

# English names of the editions; the pages keep the Chinese ones beside them.
EDITIONS = dict(
    pair.split(":")
    for pair in (
        "ah:Anhui bj:Beijing bt:Bingtuan cq:Chongqing fj:Fujian gd:Guangdong gs:Gansu gx:Guangxi gz:Guizhou ha:Henan"
        " hb:Hubei heb:Hebei hi:Hainan hk:Hong_Kong hlj:Heilongjiang hn:Hunan jl:Jilin js:Jiangsu jx:Jiangxi"
        " ln:Liaoning nmg:Inner_Mongolia nx:Ningxia qh:Qinghai sc:Sichuan sd:Shandong sh:Shanghai shx:Shaanxi"
        " sx:Shanxi tj:Tianjin xj:Xinjiang yn:Yunnan zj:Zhejiang www:Main_site"
    ).split()
)


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

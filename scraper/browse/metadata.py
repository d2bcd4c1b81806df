"""What Datasette is told about an archive: titles, descriptions, facets, and which tables are plumbing."""

from typing import Any

TITLE = "中新网地方新闻存档 China News regional archive"
ABOUT = (
    "中国新闻网各地分网的新闻，按版面抓取、识别并存入一个 SQLite 文件。"
    " Regional news of China News Service: crawled, read and kept in one SQLite file."
)

FACETS: tuple[str | dict[str, str], ...] = (
    "site",
    "channel",
    "source",
    "editor",
    {"year": "published_at"},
    {"month": "published_at"},
)
FACET_SIZE = 40
"""Room for all 33 editions."""

# How an archive works, not what it holds; `?_show_hidden=1` lists them.
PLUMBING = (
    "_sqlite_migrations",
    "aliases",
    "articles_fts",
    "articles_fts_queue",
    "articles_fts_version",
    "bodies",
    "capture_headers",
    "captures",
    "dictionaries",
    "header_sets",
    "fingerprints",
    "forgotten",
    "forgotten_captures",
    "hosts",
    "media",
    "media_sources",
    "pages",
    "revisions",
    "run_sites",
    "problems",
    "skips",
    "runs",
    "stories",
    "story_members",
    "watches",
)

_ARTICLE_COLUMNS = {
    "id": "编号 Number in this archive",
    "url": "原文地址 Canonical address of the original",
    "site": "地方版代码 Code of the edition: ha, sh, www",
    "region": "地方版 Name of the edition: 河南, 上海, 总网",
    "kind": "类型 article, gallery (the pictures are the story) or video",
    "layout": "模板 Template that read the page; `labels` is the reader that needs none",
    "agreement": "吻合度 How far both readers agree, 0 to 1; empty where only one read the page",
    "channel": "栏目 Channel, as printed",
    "title": "标题 Headline without the site's suffix",
    "published_at": "发布时间 Time as printed, +08:00; midnight where only a day is printed",
    "source": "来源 Source, as printed",
    "editor": "编辑 Editor, as printed",
    "authors": "作者 People named as writers, JSON list",
    "contributors": "供稿单位 Organisations credited with the text, JSON list",
    "body": "正文 Paragraphs and sub-headings, a blank line between",
    "captions": "图片说明 Captions of its pictures, one a line",
    "sections": "小标题 Sub-headings: title and index of its paragraph, JSON",
    "next_page": "下一页 Address of the next page of a story in several pages",
    "rights": "版权声明 The notice that the page prints about reuse",
    "pages": "页数 How many pages were joined into it",
    "disagreements": "另有说法 What another place of the page says of a field, JSON list of field, value, read_from",
    "charset": "编码 Encoding the page was decoded from",
    "replaced": "缺字 Characters that could not be decoded",
    "digest": "指纹 SHA-256 of title, body, captions, source, editor and time",
    "page": "页面 Row in pages",
    "capture": "抓取 Row in captures: the response it was read from",
    "first_seen": "首次收录 When it was first archived, UTC",
    "changed_at": "内容时间 When this content was first seen, UTC",
    "gone_at": "原文消失 When the site no longer had it, UTC",
    "noarchive": "禁止存档 1 where the page says noarchive",
    "tdm_reservation": "文本挖掘保留 1 where text and data mining is reserved, empty where the page does not say",
    "tdm_policy": "挖掘许可说明 Address of the publisher's mining policy",
    "withheld": "未存正文 Why the text was not kept: noarchive",
}
_IMAGE_COLUMNS = {
    "article": "文章 Article it belongs to",
    "number": "序号 Order on the page, from 0",
    "src": "图片地址 Address of the picture; the picture itself is not kept",
    "alt": "替代文字 Alternative text, as printed",
    "caption": "图片说明 Caption, credit included",
    "credit": "图片署名 Who made or supplied the picture",
    "position": "位置 Index of the paragraph it follows; -1 above the first",
    "media": "存图 SHA-256 of the kept picture, where it was kept",
}
_SITE_COLUMNS = {
    "code": "代码 Code of the edition",
    "name": "名称 Name",
    "host": "主机 Canonical host",
    "evidence": "依据 What its rules rest on",
}
_DRIFT_COLUMNS = {
    "site": "地方版代码 Code of the edition",
    "field": "字段 Field of the record, or layout, agreement, reading, listing",
    "since": "起始 When it was first seen, UTC",
    "run": "抓取 Crawl that saw it",
    "expected": "从前 Share of good pages before",
    "seen": "现在 Share of good pages now",
    "example": "例子 Address of a page that shows it",
    "resolved_at": "解决 When it was over; empty while it is open",
}
_FAILURE_COLUMNS = {
    "site": "地方版代码 Code of the edition",
    "error": "原因 Slug of the failure",
    "pages": "页数 How many pages fail so",
    "last_seen": "最近一次 When last",
    "example": "例子 An address",
}


def table_metadata() -> dict[str, dict[str, Any]]:
    """Titles and descriptions by table, made anew: Datasette writes into what it is given."""
    latest = ("id", "published_at", "region", "channel", "title", "source", "editor", "url")
    return {
        "articles": {
            "title": "文章 Articles",
            "description": "每篇文章一行，最新的在前。 One row for each article, newest first.",
            "columns": dict(_ARTICLE_COLUMNS),
        },
        "images": {
            "title": "图片 Pictures",
            "description": "文章图片的地址、说明与署名；图片本身不存。"
            " Addresses, captions and credits of pictures; the pictures themselves are not kept.",
            "columns": dict(_IMAGE_COLUMNS),
        },
        "sites": {
            "title": "地方版 Editions",
            "description": "中国新闻网的总网与各地方版。 The main site and the regional editions.",
            "columns": dict(_SITE_COLUMNS),
        },
        "drift": {
            "title": "版式变化 Drift",
            "description": "网站改版的迹象：某个字段忽然读不到了。"
            " Signs that a site changed: a field that can no longer be read as before.",
            "columns": dict(_DRIFT_COLUMNS),
        },
        "latest": {
            "title": "最新 Latest",
            "description": "按时间排列的文章。 Articles by time, short.",
            "columns": {name: _ARTICLE_COLUMNS[name] for name in latest},
        },
        "failures": {
            "title": "失败 Failures",
            "description": "抓取或识别失败的页面，按地方版与原因。"
            " Pages that could not be fetched or read, by edition and reason.",
            "columns": dict(_FAILURE_COLUMNS),
        },
    }


def table_settings() -> dict[str, dict[str, Any]]:
    """How the tables behave: order, facets, labels, and which are hidden."""
    return {
        **{name: {"hidden": True} for name in PLUMBING},
        "articles": {
            "label_column": "title",
            "sort_desc": "published_at",
            "facets": [dict(facet) if isinstance(facet, dict) else facet for facet in FACETS],
            "facet_size": FACET_SIZE,
        },
        "sites": {"label_column": "name"},
    }


def metadata_of(archives: list[str]) -> dict[str, Any]:
    """Everything about these databases, as Datasette 0.65 wants it."""
    if not archives:
        return {}
    return {"title": TITLE, "databases": {name: _database_metadata() for name in archives}}


def _database_metadata() -> dict[str, Any]:
    described, settings = table_metadata(), table_settings()
    tables = {name: {**described.get(name, {}), **settings.get(name, {})} for name in {**described, **settings}}
    return {"title": TITLE, "description": ABOUT, "tables": tables}


async def tell(datasette: Any, archives: list[str]) -> None:
    """The same for Datasette 1.0, where metadata is stored and settings are configuration. What is set stays."""
    if archives and "title" not in await datasette.get_instance_metadata():
        await datasette.set_instance_metadata("title", TITLE)
    for database in archives:
        await _tell_about(datasette, database)
        # No hook offers configuration, so it goes where Datasette reads it from.
        configured = datasette.config.setdefault("databases", {}).setdefault(database, {}).setdefault("tables", {})
        for table, settings in table_settings().items():
            configured[table] = {**settings, **configured.get(table, {})}


async def _tell_about(datasette: Any, database: str) -> None:
    known = await datasette.get_database_metadata(database)
    for key, value in (("title", TITLE), ("description", ABOUT)):
        if key not in known:
            await datasette.set_database_metadata(database, key, value)
    for table, described in table_metadata().items():
        known = await datasette.get_resource_metadata(database, table)
        for key in ("title", "description"):
            if key not in known:
                await datasette.set_resource_metadata(database, table, key, described[key])
        for column, description in described["columns"].items():
            if "description" not in await datasette.get_column_metadata(database, table, column):
                await datasette.set_column_metadata(database, table, column, "description", description)

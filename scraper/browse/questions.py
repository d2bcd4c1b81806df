"""Common questions as stored queries: answered without letting anybody type SQL. DATA."""

from typing import Any

from scraper.browse import matching

QUESTIONS: dict[str, dict[str, str]] = {
    "find": {
        "title": "检索 Find words",
        "description": "词语同 scraper search，最新的在前。 Words as in scraper search, newest first.",
        "sql": (
            "SELECT published_at, region, channel, title, source, editor, url FROM articles"
            " WHERE id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH escape_fts(:words))"
            f" AND {matching.HOLDS}(:words, {matching.TEXTS}) ORDER BY published_at DESC LIMIT 200"
        ),
    },
    "by_month": {
        "title": "某地方版各月篇数 Articles of an edition by month",
        "description": "地方版代码如 ha。 The code of an edition, such as ha.",
        "sql": (
            "SELECT substr(published_at, 1, 7) AS month, count(*) AS articles FROM articles"
            " WHERE site = :site GROUP BY 1 ORDER BY 1 DESC"
        ),
    },
    "by_editor": {
        "title": "某编辑的文章 Articles of an editor",
        "description": "姓名照原文。 The name as printed.",
        "sql": (
            "SELECT published_at, region, channel, title, source, url FROM articles"
            " WHERE editor = :editor ORDER BY published_at DESC LIMIT 500"
        ),
    },
    "by_source": {
        "title": "某来源的文章 Articles from a source",
        "description": "来源照原文。 The source as printed.",
        "sql": (
            "SELECT published_at, region, channel, title, editor, url FROM articles"
            " WHERE source = :source ORDER BY published_at DESC LIMIT 500"
        ),
    },
    "edited": {
        "title": "改动过的文章 Articles that were edited",
        "description": "收录之后网页改动过，最近的在前。 Whose page changed after it was archived, the latest first.",
        "sql": (
            "SELECT a.id, a.title, a.region, count(*) AS changes, max(r.seen_at) AS last_change, a.url"
            " FROM revisions r JOIN articles a ON a.id = r.article WHERE r.cause = 'page'"
            " GROUP BY a.id ORDER BY last_change DESC LIMIT 200"
        ),
    },
    "removed": {
        "title": "已撤下的文章 Articles that the site removed",
        "description": "最近撤下的在前。 The latest first.",
        "sql": (
            "SELECT id, title, region, published_at, gone_at, url FROM articles"
            " WHERE gone_at IS NOT NULL ORDER BY gone_at DESC LIMIT 200"
        ),
    },
    "disagreements": {
        "title": "两种读法不合的文章 Articles on which the two readers disagree",
        "description": "先看吻合度最低的。 The lowest agreement first.",
        "sql": (
            "SELECT id, title, region, layout, agreement, url FROM articles"
            " WHERE agreement < 1 ORDER BY agreement, id DESC LIMIT 200"
        ),
    },
}


def canned() -> dict[str, dict[str, Any]]:
    """As Datasette 0.65 wants them, made anew."""
    return {name: dict(question) for name, question in QUESTIONS.items()}


async def store(datasette: Any, database: str) -> None:
    """The same for Datasette 1.0, which keeps them; what its owner stored under the same name stays."""
    for name, question in QUESTIONS.items():
        if await datasette.get_query(database, name) is None:
            await datasette.add_query(
                database,
                name,
                question["sql"],
                title=question["title"],
                description=question["description"],
                is_trusted=True,  # ours, and reading only: nobody needs the right to type SQL
            )

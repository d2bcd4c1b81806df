"""Everything the archive knows of one address: where it was found, what came of it, when it is next."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from scraper.archive.database import Database
from scraper.archive.tombstones import tombstone


@dataclass(frozen=True, slots=True)
class Visit:
    """One response."""

    fetched_at: str
    status: int
    run: int | None
    url: str
    size: int | None
    """Bytes of the body; None for a 304."""


@dataclass(frozen=True, slots=True)
class Known:
    url: str
    page: dict[str, Any] | None = None
    """Its row in `pages`."""
    aliases: tuple[str, ...] = ()
    visits: tuple[Visit, ...] = ()
    """The latest first, at most `VISITS`."""
    article: dict[str, Any] | None = None
    """id, title, layout, agreement, first_seen, changed_at, gone_at of its record."""
    host: dict[str, Any] | None = None
    """Its host's row in `hosts`, less the text of robots.txt."""
    problems: tuple[dict[str, Any], ...] = ()
    """Failed visits, the latest first: at, slug, text, status, robots_rule."""
    skipped: dict[str, Any] | None = None
    """Why a link to it was not taken: reason, found_on, seen_at."""
    forgotten: dict[str, str] | None = None
    """When and why it was removed for good: forgotten_at, reason."""


VISITS = 20
_ARTICLE = "id, title, kind, layout, agreement, first_seen, changed_at, gone_at"


def known_of(db: Database, url: str, host: str) -> Known:
    """What is known of a canonical address (or of one it was linked under) and of its host."""
    page = _row(
        db,
        "SELECT * FROM pages WHERE url = :url OR id = (SELECT page FROM aliases WHERE url = :url) ORDER BY url = :url DESC",
        {"url": url},
    )
    clock = _row(db, "SELECT * FROM hosts WHERE host = :host", {"host": host})
    clock = {name: value for name, value in clock.items() if name != "robots"} if clock else None
    article = _row(db, f"SELECT {_ARTICLE} FROM articles WHERE url = :url", {"url": page["url"] if page else url})
    buried = tombstone(db, url)
    skipped = _row(db, "SELECT reason, found_on, seen_at FROM skips WHERE url = :url", {"url": url})
    known = Known(url, article=article, host=clock, skipped=skipped, forgotten=asdict(buried) if buried else None)
    if page is None:
        return known
    return replace(
        known,
        url=page["url"],
        page=page,
        aliases=_aliases(db, page["id"]),
        visits=_visits(db, page["id"]),
        problems=_problems(db, page["id"]),
    )


def _row(db: Database, sql: str, parameters: dict[str, Any]) -> dict[str, Any] | None:
    return next(iter(db.query(sql, parameters)), None)


def _aliases(db: Database, page: int) -> tuple[str, ...]:
    rows = db.execute("SELECT url FROM aliases WHERE page = ? ORDER BY url", [page]).fetchall()
    return tuple(url for (url,) in rows)


def _visits(db: Database, page: int) -> tuple[Visit, ...]:
    rows = db.execute(
        "SELECT c.fetched_at, c.status, c.run, c.final_url, b.size FROM captures c"
        " LEFT JOIN bodies b ON b.sha256 = c.sha256 WHERE c.page = ? ORDER BY c.id DESC LIMIT ?",
        [page, VISITS],
    ).fetchall()
    return tuple(Visit(*row) for row in rows)


def _problems(db: Database, page: int) -> tuple[dict[str, Any], ...]:
    sql = "SELECT at, slug, text, status, robots_rule FROM problems WHERE page = ? ORDER BY id DESC LIMIT ?"
    return tuple(db.query(sql, [page, VISITS]))

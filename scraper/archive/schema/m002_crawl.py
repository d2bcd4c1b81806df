"""What a crawl knows of every address: why it was passed over, when it failed, which host shares a server."""

import re

from scraper.archive.database import Database
from scraper.archive.schema.statements import run

_SCRIPT = """
ALTER TABLE pages ADD COLUMN robots_rule TEXT /* line of robots.txt that keeps us out, number first; with error 'robots' */;
ALTER TABLE pages ADD COLUMN lease_until TEXT /* UTC; while leased: when whoever holds it is no longer believed alive */;
ALTER TABLE pages ADD COLUMN part INTEGER NOT NULL DEFAULT 1 /* of a listing: 2 for its second page, or for a sitemap named by another */;
ALTER TABLE pages ADD COLUMN dated TEXT /* YYYY-MM-DD as its address says */;
ALTER TABLE pages ADD COLUMN whole_at TEXT /* UTC; last time the site sent it whole and not a 304 */;
CREATE INDEX captures_run ON captures(run, id);
CREATE INDEX pages_new ON pages(site, kind, id) WHERE last_visit IS NULL;

CREATE TABLE problems (
  -- Every failed visit; `pages` holds the last one only.
  id INTEGER PRIMARY KEY,
  page INTEGER NOT NULL REFERENCES pages(id),
  run INTEGER REFERENCES runs(id),
  at TEXT NOT NULL,                      -- UTC
  slug TEXT NOT NULL,
  text TEXT NOT NULL,
  status INTEGER,                        -- NULL when there was no answer
  robots_rule TEXT
) STRICT;
CREATE INDEX problems_page ON problems(page, at);

CREATE TABLE skips (
  -- Links seen on listings and not taken as articles, by the first place they were seen.
  url TEXT PRIMARY KEY,                  -- as far as it could be made whole
  site TEXT NOT NULL REFERENCES sites(code),
  reason TEXT NOT NULL CHECK (reason IN ('another host', 'another edition', 'no article', 'later page', 'no address')),
  found_on TEXT NOT NULL,
  seen_at TEXT NOT NULL                  -- UTC
) STRICT, WITHOUT ROWID;

ALTER TABLE hosts ADD COLUMN address TEXT /* the host's address as last resolved; hosts that share one share its turn and its pause */;
ALTER TABLE hosts ADD COLUMN strain REAL NOT NULL DEFAULT 1 /* by how much its pause is longer after errors */;
ALTER TABLE hosts ADD COLUMN crawl_delay REAL /* seconds that robots.txt asks for */;

ALTER TABLE runs ADD COLUMN exit_code INTEGER /* NULL while running or when it was killed */;

ALTER TABLE run_sites ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0 /* refused by robots.txt, not asked for */;
ALTER TABLE run_sites ADD COLUMN requests INTEGER NOT NULL DEFAULT 0 /* sent, redirects and robots.txt included */;
ALTER TABLE run_sites ADD COLUMN started_at TEXT /* UTC */;
ALTER TABLE run_sites ADD COLUMN ended_at TEXT /* UTC; NULL while running or when it was killed */;
ALTER TABLE run_sites ADD COLUMN waited REAL NOT NULL DEFAULT 0 /* seconds of polite pauses */;
ALTER TABLE run_sites ADD COLUMN note TEXT /* why the edition stopped before it was through */;
"""

_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/]?(0[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01])(?!\d)")


def apply(db: Database) -> None:
    run(db, _SCRIPT)
    for identity, url in db.execute("SELECT id, url FROM pages WHERE kind = 'article'").fetchall():
        found = _DATE.search(url)
        if found:
            db.execute("UPDATE pages SET dated = ? WHERE id = ?", ["-".join(found.groups()), identity])

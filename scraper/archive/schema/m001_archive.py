"""The archive as the first version made it."""

from scraper.archive.database import Database
from scraper.archive.schema.statements import run

_TABLES = """
CREATE TABLE sites (
  -- The editions, as the program that last opened this archive knew them.
  code TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  host TEXT NOT NULL,
  evidence TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
  -- One row for every crawl.
  id INTEGER PRIMARY KEY,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT,                     -- NULL while running or when it was killed
  version TEXT NOT NULL,
  pid INTEGER NOT NULL,
  arguments TEXT NOT NULL           -- JSON
) STRICT;

CREATE TABLE run_sites (
  -- What one crawl did for one edition.
  run INTEGER NOT NULL REFERENCES runs(id),
  site TEXT NOT NULL REFERENCES sites(code),
  listings INTEGER NOT NULL DEFAULT 0,   -- listings read
  found INTEGER NOT NULL DEFAULT 0,      -- article addresses not seen before
  archived INTEGER NOT NULL DEFAULT 0,   -- articles stored for the first time
  changed INTEGER NOT NULL DEFAULT 0,    -- articles stored again because the page changed
  unchanged INTEGER NOT NULL DEFAULT 0,  -- fetched and the same, or 304
  gone INTEGER NOT NULL DEFAULT 0,       -- 404 or 410
  failed INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,      -- over the wire
  PRIMARY KEY (run, site)
) STRICT;

CREATE TABLE pages (
  -- The frontier: every address seen, and what is next for it.
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,              -- canonical
  site TEXT NOT NULL REFERENCES sites(code),
  kind TEXT NOT NULL CHECK (kind IN ('listing', 'article')),
  state TEXT NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'leased', 'done', 'failed', 'gone')),
  discovered_at TEXT NOT NULL,
  discovered_on TEXT,                    -- address of the listing it was found on
  link_text TEXT,
  next_visit TEXT,                       -- UTC; NULL means at rest
  lease_run INTEGER REFERENCES runs(id),
  attempts INTEGER NOT NULL DEFAULT 0,   -- failures in a row
  visits INTEGER NOT NULL DEFAULT 0,     -- times fetched unchanged since it last changed
  last_visit TEXT,
  last_status INTEGER,
  error TEXT,                            -- slug of the last failure
  error_text TEXT,
  etag TEXT,
  last_modified TEXT,
  links INTEGER                          -- of a listing: article links when it last had any
) STRICT;
CREATE INDEX pages_due ON pages(site, kind, next_visit) WHERE next_visit IS NOT NULL;
CREATE INDEX pages_error ON pages(site, error) WHERE error IS NOT NULL;

CREATE TABLE aliases (
  -- Other addresses under which a page was linked: .com twins, http, tracking queries.
  url TEXT PRIMARY KEY,
  page INTEGER NOT NULL REFERENCES pages(id)
) STRICT, WITHOUT ROWID;

CREATE TABLE hosts (
  -- Manners towards each host, kept so that a restart forgets nothing.
  host TEXT PRIMARY KEY,
  robots TEXT,                           -- robots.txt as last read
  robots_status INTEGER,
  robots_at TEXT,
  next_at TEXT,                          -- not before this moment (delay after the last request)
  backoff_until TEXT,                    -- Retry-After or errors
  failures INTEGER NOT NULL DEFAULT 0    -- in a row
) STRICT;

CREATE TABLE bodies (
  -- Every distinct response body once, zstd-compressed.
  sha256 TEXT PRIMARY KEY,               -- of the bytes before compression
  size INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;

CREATE TABLE captures (
  -- Every response: when, from where, with which headers; its bytes are in `bodies`.
  id INTEGER PRIMARY KEY,
  page INTEGER NOT NULL REFERENCES pages(id),
  run INTEGER REFERENCES runs(id),
  url TEXT NOT NULL,
  final_url TEXT NOT NULL,
  status INTEGER NOT NULL,
  content_type TEXT NOT NULL,
  headers TEXT NOT NULL,                 -- JSON; the view capture_headers has them whole, as received
  request_headers TEXT NOT NULL,         -- and those that were sent
  redirects TEXT NOT NULL,               -- JSON list of addresses
  peer TEXT NOT NULL,                    -- address that answered
  fetched_at TEXT NOT NULL,              -- UTC
  elapsed REAL NOT NULL,                 -- seconds
  wire_size INTEGER NOT NULL,            -- bytes
  sha256 TEXT REFERENCES bodies(sha256)  -- NULL for a 304
) STRICT;
CREATE INDEX captures_page ON captures(page, fetched_at);

CREATE TABLE articles (
  -- The record of each article as last read; fields as in docs/record.md.
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  site TEXT NOT NULL REFERENCES sites(code),
  region TEXT NOT NULL,
  kind TEXT NOT NULL,
  layout TEXT NOT NULL,
  agreement REAL,
  channel TEXT,
  title TEXT NOT NULL,
  published_at TEXT NOT NULL,
  source TEXT,
  editor TEXT,
  authors TEXT NOT NULL DEFAULT '[]',       -- JSON
  contributors TEXT NOT NULL DEFAULT '[]',  -- JSON
  body TEXT NOT NULL,
  captions TEXT NOT NULL DEFAULT '',        -- of its images, one a line
  sections TEXT NOT NULL DEFAULT '[]',      -- JSON
  next_page TEXT,
  rights TEXT,
  pages INTEGER NOT NULL DEFAULT 1,         -- how many were joined
  charset TEXT NOT NULL DEFAULT '',
  replaced INTEGER NOT NULL DEFAULT 0,
  digest TEXT NOT NULL,                     -- sha256 of title, body, captions, source, editor and time
  page INTEGER REFERENCES pages(id),
  capture INTEGER REFERENCES captures(id),
  first_seen TEXT NOT NULL,                 -- UTC
  changed_at TEXT NOT NULL,                 -- UTC; when this content was first seen
  gone_at TEXT                              -- UTC; when the site no longer had it
) STRICT;
CREATE INDEX articles_published ON articles(published_at);
CREATE INDEX articles_site ON articles(site, published_at);
CREATE INDEX articles_source ON articles(source);
CREATE INDEX articles_editor ON articles(editor);
CREATE INDEX articles_channel ON articles(channel);

CREATE TABLE images (
  article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,               -- order on the page, from 0
  src TEXT NOT NULL,
  alt TEXT NOT NULL,
  caption TEXT,
  credit TEXT,
  position INTEGER NOT NULL,             -- index of the paragraph it follows, -1 above the first
  PRIMARY KEY (article, number)
) STRICT;

CREATE TABLE drift (
  -- Where an edition's pages and our reading of them have parted; open while resolved_at is NULL.
  id INTEGER PRIMARY KEY,
  site TEXT NOT NULL REFERENCES sites(code),
  field TEXT NOT NULL,                   -- a field of the record, 'layout', 'agreement', 'reading' or 'listing'
  since TEXT NOT NULL,                   -- UTC; when it was first seen
  run INTEGER NOT NULL REFERENCES runs(id),
  expected REAL NOT NULL,                -- share of good pages before
  seen REAL NOT NULL,                    -- and now
  example TEXT NOT NULL,                 -- address of a page that shows it
  resolved_at TEXT
) STRICT;
CREATE UNIQUE INDEX drift_open ON drift(site, field) WHERE resolved_at IS NULL;

CREATE TABLE revisions (
  -- Every distinct content an article has had, the first included.
  id INTEGER PRIMARY KEY,
  article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
  seen_at TEXT NOT NULL,
  capture INTEGER REFERENCES captures(id),
  digest TEXT NOT NULL,
  record TEXT NOT NULL                   -- JSON, the whole record
) STRICT;
CREATE INDEX revisions_article ON revisions(article, seen_at);
"""

# The index (search design: docs/search.md). `content="articles"` in the comment is how
# Datasette and sqlite-utils recognise which table a contentless index belongs to. Every
# ASCII mark is a token character, so nothing a person types can become a phrase, which
# detail=none would refuse.
_INDEX = """
CREATE VIRTUAL TABLE articles_fts USING fts5(
  tokens, content='', /* content="articles" */ detail=none,
  tokenize="ascii tokenchars '!#$%&()*+,-./:;<=>?@[\\]^_`{|}~'' '"
);

CREATE TABLE articles_fts_queue (
  -- Articles whose index entry is out of date, with their text as it was indexed.
  -- Any tool may write articles; the program empties this queue before it searches.
  seq INTEGER PRIMARY KEY,
  id INTEGER NOT NULL,
  title TEXT, body TEXT, captions TEXT, site TEXT, published_at TEXT
) STRICT;

CREATE TABLE articles_fts_version (version INTEGER NOT NULL) STRICT;
"""

_VIEWS = """
CREATE VIEW latest AS
  SELECT id, published_at, region, channel, title, source, editor, url
  FROM articles ORDER BY published_at DESC;

CREATE VIEW failures AS
  SELECT site, error, count(*) AS pages, max(last_visit) AS last_seen, min(url) AS example
  FROM pages WHERE error IS NOT NULL GROUP BY site, error ORDER BY pages DESC;
"""


def apply(db: Database) -> None:
    for script in (_TABLES, _INDEX, _VIEWS):
        run(db, script)

"""Same story, media and rights: what links articles, the pictures kept, and what the pages say may be kept."""

from scraper.archive.database import Database
from scraper.archive.schema.statements import run

BANDS = 16

_BAND_COLUMNS = "".join(f",\n  b{number} INTEGER" for number in range(BANDS))
_BAND_INDEXES = "".join(
    f"CREATE INDEX fingerprints_b{number} ON fingerprints(b{number}) WHERE b{number} IS NOT NULL;\n"
    for number in range(BANDS)
)

_STORIES = f"""
CREATE TABLE fingerprints (
  -- What an article's text looks like from afar, to find its copies by; made from `articles`, never by hand.
  article INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
  digest BLOB,                           -- of the normalised text; NULL where it is too short to tell
  length INTEGER NOT NULL                -- characters of the normalised text
  -- b0 to b15: minhash of the text's runs of characters, one band each; three in common make a candidate
  {_BAND_COLUMNS}
) STRICT;
CREATE INDEX fingerprints_digest ON fingerprints(digest) WHERE digest IS NOT NULL;
{_BAND_INDEXES}
CREATE TABLE stories (
  -- One text that several editions (or addresses) printed.
  id INTEGER PRIMARY KEY,
  first INTEGER REFERENCES articles(id) ON DELETE SET NULL, -- the member published first
  publisher TEXT NOT NULL,               -- edition of that article
  published_at TEXT NOT NULL             -- and its time
) STRICT;
CREATE INDEX stories_published ON stories(published_at);
CREATE INDEX stories_first ON stories(first);

CREATE TABLE story_members (
  -- Which articles print which story; an article with a text of its own is not here.
  article INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
  story INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
  how TEXT NOT NULL CHECK (how IN ('first', 'exact', 'near')), -- its text beside the first one's
  likeness REAL NOT NULL                 -- share of the text in common with the first one's, 0 to 1
) STRICT;
CREATE INDEX story_members_story ON story_members(story);

-- A story that loses a member (an article was removed for good) has another first one, or ends.
CREATE TRIGGER story_members_ad AFTER DELETE ON story_members BEGIN
  UPDATE stories SET first = a.id, publisher = a.site, published_at = a.published_at
  FROM (SELECT id, site, published_at FROM articles JOIN story_members ON article = id
        WHERE story = old.story ORDER BY published_at, id LIMIT 1) AS a
  WHERE stories.id = old.story;
  DELETE FROM stories WHERE id = old.story AND (SELECT count(*) FROM story_members WHERE story = old.story) < 2;
END;
"""

_MEDIA = """
CREATE TABLE media (
  -- Every distinct picture once, its bytes as received; only with `crawl --media`.
  sha256 TEXT PRIMARY KEY,
  type TEXT NOT NULL CHECK (type IN ('image/jpeg', 'image/png', 'image/gif', 'image/webp')), -- by its bytes
  size INTEGER NOT NULL,                 -- bytes
  width INTEGER NOT NULL,                -- pixels
  height INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;

CREATE TABLE media_sources (
  -- Every picture's address that was asked for, and what came of it.
  url TEXT PRIMARY KEY,                  -- as in images.src
  media TEXT REFERENCES media(sha256) ON DELETE SET NULL, -- NULL when it could not be had
  fetched_at TEXT NOT NULL,              -- UTC; the last attempt
  status INTEGER,                        -- of the answer, NULL without one
  content_type TEXT,                     -- as the server said
  attempts INTEGER NOT NULL DEFAULT 0,   -- failures in a row
  error TEXT,                            -- slug of the last failure
  error_text TEXT
) STRICT;
CREATE INDEX media_sources_media ON media_sources(media);

-- The kept picture of an article's image; NULL while there is none.
ALTER TABLE images ADD COLUMN media TEXT REFERENCES media(sha256) ON DELETE SET NULL;
CREATE INDEX images_src ON images(src);
CREATE INDEX images_media ON images(media) WHERE media IS NOT NULL;

-- An article that changed gets its images anew; the pictures kept of them stay theirs.
CREATE TRIGGER images_media_ai AFTER INSERT ON images BEGIN
  UPDATE images SET media = (SELECT media FROM media_sources WHERE url = new.src)
  WHERE article = new.article AND number = new.number;
END;
CREATE TRIGGER media_sources_ai AFTER INSERT ON media_sources BEGIN
  UPDATE images SET media = new.media WHERE src = new.url;
END;
CREATE TRIGGER media_sources_au AFTER UPDATE OF media ON media_sources BEGIN
  UPDATE images SET media = new.media WHERE src = new.url;
END;
"""

_RIGHTS = """
-- What the answer said about keeping it (meta robots, X-Robots-Tag) and about mining it (TDM reservation protocol).
ALTER TABLE captures ADD COLUMN noarchive INTEGER NOT NULL DEFAULT 0;
-- 1 reserved, 0 expressly not, NULL where it does not say
ALTER TABLE captures ADD COLUMN tdm_reservation INTEGER;
ALTER TABLE captures ADD COLUMN tdm_policy TEXT;
-- Why its bytes were not kept ('noarchive'); NULL where they were
ALTER TABLE captures ADD COLUMN withheld TEXT;

-- The same of the page an article was last read from.
ALTER TABLE articles ADD COLUMN noarchive INTEGER NOT NULL DEFAULT 0;
ALTER TABLE articles ADD COLUMN tdm_reservation INTEGER;
ALTER TABLE articles ADD COLUMN tdm_policy TEXT;
-- Why its text was not kept ('noarchive'); NULL where it was
ALTER TABLE articles ADD COLUMN withheld TEXT;
"""


def apply(db: Database) -> None:
    for script in (_STORIES, _MEDIA, _RIGHTS):
        run(db, script)

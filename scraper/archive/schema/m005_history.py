"""Dictionaries, chained captures, revisions with a cause and a proof, tombstones."""

import hashlib
import json
from typing import Any

from scraper.archive import headers, proof
from scraper.archive.compression import compress
from scraper.archive.database import Database
from scraper.archive.schema.statements import run

# A set's holes are filled with the values in their order; what makes no set ([] or a list of lists) stands whole.
_WHOLE = """iif(json_type(c.NAME, '$[0]') = 'integer',
      (SELECT json_group_array(json_array(name, coalesce(value, json_extract(c.NAME, '$[' || hole || ']'))))
       FROM (SELECT key, pair.value ->> 0 AS name, pair.value ->> 1 AS value,
                    sum(pair.value ->> 1 IS NULL) OVER (ORDER BY key) AS hole
             FROM header_sets s, json_each(s.template) pair WHERE s.id = json_extract(c.NAME, '$[0]') ORDER BY key)),
      c.NAME)"""

_TABLES = """
CREATE TABLE dictionaries (
  -- What the pages of an edition have in common, for zstd; a row never changes, a new template gets a new row.
  id INTEGER PRIMARY KEY,
  site TEXT NOT NULL REFERENCES sites(code),
  sha256 TEXT NOT NULL UNIQUE,           -- of the dictionary before compression
  size INTEGER NOT NULL,                 -- bytes, before compression
  made_at TEXT NOT NULL,                 -- UTC
  data BLOB NOT NULL                     -- zstd-compressed: zstd -d gives a file for zstd -D
) STRICT;
CREATE INDEX dictionaries_site ON dictionaries(site, id);

ALTER TABLE bodies ADD COLUMN dictionary INTEGER /* id of the one it is compressed with, NULL for none */
  REFERENCES dictionaries(id);
CREATE INDEX bodies_dictionary ON bodies(dictionary) WHERE dictionary IS NOT NULL;
CREATE INDEX captures_sha256 ON captures(sha256) WHERE sha256 IS NOT NULL;

ALTER TABLE captures ADD COLUMN chain TEXT /* sha256 of the chain before it in its run and of this row's content */
  NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN chain TEXT /* of the run's last capture: nothing can be taken away or added unseen */;

CREATE TABLE history (
  -- Every distinct content an article has had, the first included, and when it was gone and back.
  id INTEGER PRIMARY KEY,
  article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,               -- 1, 2, … within the article
  seen_at TEXT NOT NULL,                 -- UTC
  cause TEXT NOT NULL CHECK (cause IN ('first', 'page', 'reading', 'gone', 'returned')),
                                         -- page: the page changed; reading: our rules did
  how TEXT,                              -- of gone: the status, 404 or 410, or 'soft' for a page that only says so
                                         -- of first: since when it is known, where that is before seen_at
  capture INTEGER REFERENCES captures(id),
  digest TEXT NOT NULL,                  -- as in articles
  sha256 TEXT NOT NULL,                  -- of the whole record as JSON, keys sorted, without blanks
  record BLOB,                           -- that JSON, zstd-compressed; NULL: it is what `articles` holds, or no content
  chain TEXT NOT NULL,                   -- sha256 of the chain before it in its article and of this row
  UNIQUE (article, number)
) STRICT;

CREATE TABLE forgotten (
  -- Addresses that were removed for good; never fetched or imported again.
  url_sha256 TEXT PRIMARY KEY,           -- of the address: the table does not say what it was
  site TEXT NOT NULL,
  forgotten_at TEXT NOT NULL,            -- UTC
  reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE forgotten_captures (
  -- What is left of a forgotten capture: the link that keeps its run's chain whole.
  capture INTEGER PRIMARY KEY,
  run INTEGER REFERENCES runs(id),
  link TEXT NOT NULL,                    -- sha256 of its content
  chain TEXT NOT NULL                    -- as it stood in captures
) STRICT;
"""

_HEADERS = """
CREATE TABLE header_sets (
  -- Headers as servers (and we) send them again and again, each set once: what differs is null here
  -- and stands in captures.headers, a JSON list of this id and the values that belong in those places.
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,           -- of the template
  template TEXT NOT NULL                 -- JSON list of [name, value or null]
) STRICT;

CREATE VIEW capture_headers AS
  -- The headers of every capture whole, as JSON lists of [name, value].
  SELECT c.id AS capture,
    {headers} AS headers,
    {request_headers} AS request_headers
  FROM captures c;
"""

_AFTER = """
DROP TABLE revisions;
ALTER TABLE history RENAME TO revisions;
CREATE INDEX revisions_seen ON revisions(seen_at);
"""


def apply(db: Database) -> None:
    run(db, _TABLES)
    run(db, _HEADERS.format(**{name: _WHOLE.replace("NAME", name) for name in ("headers", "request_headers")}))
    _chain_captures(db)
    _carry_revisions(db)
    run(db, _AFTER)


def _chain_captures(db: Database) -> None:
    chains: dict[int | None, str] = {}
    columns = ", ".join(proof.CAPTURE_COLUMNS)
    for identity, run_id, *values in db.execute(f"SELECT id, run, {columns} FROM captures ORDER BY id").fetchall():
        link = proof.capture_link(dict(zip(proof.CAPTURE_COLUMNS, values, strict=True)))
        chains[run_id] = proof.chained(chains.get(run_id, ""), link)
        packed = [
            headers.pack(db, values[proof.CAPTURE_COLUMNS.index(name)]) for name in ("headers", "request_headers")
        ]
        db.execute(
            "UPDATE captures SET chain = ?, headers = ?, request_headers = ? WHERE id = ?",
            [chains[run_id], *packed, identity],
        )
    for run_id, chain in chains.items():
        db.execute("UPDATE runs SET chain = ? WHERE id = ?", [chain, run_id])


def _carry_revisions(db: Database) -> None:
    """The record of each article's last revision is what `articles` holds, so it is not kept twice."""
    last = {row[0] for row in db.execute("SELECT max(id) FROM revisions GROUP BY article")}
    state: dict[int, tuple[int, str, str, str]] = {}  # article → its last number, chain, digest and sha256
    rows = db.execute("SELECT id, article, seen_at, capture, digest FROM revisions ORDER BY id").fetchall()
    for identity, article, seen_at, capture, digest in rows:
        number, chain, *_ = state.get(article, (0, "", "", ""))
        number += 1
        if identity in last:
            text, record = proof.present_record(db, article), None
        else:
            (kept,) = db.execute("SELECT record FROM revisions WHERE id = ?", [identity]).fetchone()
            text = proof.canonical(json.loads(kept))
            record = compress(text)
        row = {
            "article": article,
            "number": number,
            "seen_at": seen_at,
            "cause": "first" if number == 1 else "page",
            "how": None,
            "capture": capture,
            "digest": digest,
            "sha256": hashlib.sha256(text).hexdigest(),
        }
        chain = proof.chained(chain, proof.revision_link(row))
        _insert(db, row | {"id": identity, "record": record, "chain": chain})
        state[article] = (number, chain, digest, str(row["sha256"]))
    _note_gone(db, state)


def _note_gone(db: Database, state: dict[int, tuple[int, str, str, str]]) -> None:
    gone = db.execute(
        "SELECT a.id, a.gone_at, a.capture, p.last_status FROM articles a LEFT JOIN pages p ON p.id = a.page"
        " WHERE a.gone_at IS NOT NULL ORDER BY a.id"
    ).fetchall()
    for article, gone_at, capture, status in gone:
        if article not in state:
            continue
        number, chain, digest, sha256 = state[article]
        row = {
            "article": article,
            "number": number + 1,
            "seen_at": gone_at,
            "cause": "gone",
            "how": str(status) if status in (404, 410) else None,
            "capture": capture,
            "digest": digest,
            "sha256": sha256,
        }
        _insert(db, row | {"record": None, "chain": proof.chained(chain, proof.revision_link(row))})


def _insert(db: Database, row: dict[str, Any]) -> None:
    holes = ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO history ({', '.join(row)}) VALUES ({holes})", row)

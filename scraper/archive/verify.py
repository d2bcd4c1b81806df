"""Is everything in archive.db what was put there? Re-hashes all of it and names each row that is not.

Damage stays where it is: a row that can't be read costs that row, and the
check goes on behind it.
"""

import hashlib
import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from scraper.archive import captures, dictionaries, headers, proof, tokens
from scraper.archive.compression import decompress
from scraper.archive.database import Database
from scraper.archive.history import CONTENT
from scraper.archive.schema.triggers import has_triggers
from scraper.archive.texts import TEXT_COLUMNS
from scraper.errors import ArchiveDamaged

_MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class Damage:
    """A row that is not what was stored."""

    what: str
    """database, dictionary, body, capture, run, article, revision or index."""
    url: str
    """The address it belongs to; of several the first, `""` where it has none."""
    text: str


@dataclass(slots=True)
class Verdict:
    bodies: int = 0
    captures: int = 0
    articles: int = 0
    revisions: int = 0
    dictionaries: int = 0
    damages: list[Damage] = field(default_factory=list)
    is_older: bool = False
    """Made before there were proofs: only its structure could be checked."""
    seal: str = ""
    """One digest over the chains of all runs. Noted down elsewhere, it proves that no run was rewritten."""

    @property
    def is_whole(self) -> bool:
        return not self.damages


Report = Callable[[str], None]


def verify(db: Database, *, sample: int | None = None, report: Report = lambda _: None) -> Verdict:
    """Check everything, or with `sample` that many bodies at random and no index.

    It sees the archive as it stands when it begins, whatever a crawl writes meanwhile.
    """
    if db.conn.in_transaction:
        return _verified(db, sample, report)
    db.conn.execute("BEGIN")
    try:
        return _verified(db, sample, report)
    finally:
        db.conn.rollback()


def _verified(db: Database, sample: int | None, report: Report) -> Verdict:
    check = _Check(db, report)
    dictionaries.forget_loaded()
    if not db.has_table("dictionaries"):
        check.verdict.is_older = True
        check.database()
        return check.verdict
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("the database", check.database),
        ("dictionaries", check.dictionaries),
        ("bodies", lambda: check.bodies(sample)),
        ("captures", check.captures),
        ("articles", check.articles),
        ("revisions", check.revisions),
        *((("the index", check.index),) if sample is None else ()),
    )
    for name, step in steps:
        report(name)
        try:
            step()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            check.note("database", "", f"{name} can't be read whole: {error}")
    return check.verdict


class _Check:
    def __init__(self, db: Database, report: Report) -> None:
        self.db = db
        self.report = report
        self.verdict = Verdict()

    def note(self, what: str, url: str, text: str) -> None:
        self.verdict.damages.append(Damage(what, url, text))

    # --- the file -------------------------------------------------------------------------------

    def database(self) -> None:
        try:
            lines = [row[0] for row in self.db.execute(f"PRAGMA integrity_check({_MOST_LINES})").fetchall()]
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            lines = [str(error)]
        for line in lines:
            if line != "ok":
                self.note("database", "", str(line))
        for table, identity, parent, _ in self.db.execute("PRAGMA foreign_key_check").fetchmany(_MOST_LINES):
            self.note("database", "", f"row {identity} of {table} points to a row of {parent} that is not there")

    def rows(self, table: str, columns: str) -> Iterator[tuple[Any, ...]]:
        """Every row with its id, one by one where the table can't be read in one go."""
        try:
            identities = [row[0] for row in self.db.execute(f"SELECT id FROM {table} ORDER BY id").fetchall()]
        except sqlite3.DatabaseError as error:
            self.note("database", "", f"{table} can't be listed: {error}")
            (last,) = self.db.execute(f"SELECT max(id) FROM {table}").fetchone()
            identities = list(range(1, (last or 0) + 1))
        for identity in identities:
            try:
                row = self.db.execute(f"SELECT id, {columns} FROM {table} WHERE id = ?", [identity]).fetchone()
            except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
                self.note("database", "", f"row {identity} of {table} can't be read: {error}")
                continue
            if row is not None:
                yield row

    # --- bytes ----------------------------------------------------------------------------------

    def dictionaries(self) -> None:
        for identity, site, size in self.rows("dictionaries", "site, size"):
            self.verdict.dictionaries += 1
            try:
                content = dictionaries.load_dictionary(self.db, identity)
            except ArchiveDamaged as error:
                self.note("dictionary", "", f"dictionary {identity} of {site}: {error}")
                continue
            if len(content) != size:
                self.note("dictionary", "", f"dictionary {identity} of {site} has another size")

    def bodies(self, sample: int | None) -> None:
        digests = self.digests()
        if sample is not None and sample < len(digests):
            digests = random.sample(digests, sample)
        for number, digest in enumerate(digests):
            self.verdict.bodies += 1
            if number % 500 == 499:
                self.report(f"bodies: {number + 1} of {len(digests)}")
            problem = self.problem_of_body(digest)
            if problem:
                self.note("body", *self.addressed(digest, problem))

    def digests(self) -> list[str]:
        """What the captures need and what is there: each is read twice, from different trees of the file."""
        found: dict[str, None] = {}
        for query in (
            "SELECT DISTINCT sha256 FROM captures WHERE sha256 IS NOT NULL ORDER BY id",
            "SELECT sha256 FROM bodies",
            "SELECT sha256 FROM bodies NOT INDEXED",
        ):
            try:
                found |= dict.fromkeys(str(row[0]) for row in self.db.execute(query).fetchall())
            except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
                self.note("database", "", f"bodies can't be listed: {error}")
        return list(found)

    def problem_of_body(self, digest: str) -> str:
        try:
            row = self.db.execute("SELECT size FROM bodies WHERE sha256 = ?", [digest]).fetchone()
            if row is None:
                return "the bytes are missing"
            body = captures.load_body(self.db, digest)
        except (ArchiveDamaged, sqlite3.DatabaseError, UnicodeDecodeError) as error:
            return str(error)
        if hashlib.sha256(body).hexdigest() != digest:
            return "the bytes are not those that came"
        return "" if len(body) == row[0] else "the size is not that of the bytes"

    def addressed(self, digest: str, problem: str) -> tuple[str, str]:
        try:
            urls = [
                row[0]
                for row in self.db.execute(
                    "SELECT DISTINCT url FROM captures WHERE sha256 = ? ORDER BY id", [digest]
                ).fetchall()
            ]
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            urls = []
        more = f" (also at {len(urls) - 1} other addresses)" if len(urls) > 1 else ""
        return (urls[0] if urls else ""), f"body {digest[:16]}…: {problem}{more}"

    # --- chains ---------------------------------------------------------------------------------

    def captures(self) -> None:
        links: dict[int | None, list[tuple[int, str, str, str]]] = {}
        for identity, run, chain, *values in self.rows("captures", "run, chain, " + ", ".join(proof.CAPTURE_COLUMNS)):
            self.verdict.captures += 1
            row = dict(zip(proof.CAPTURE_COLUMNS, values, strict=True))
            try:
                link = proof.capture_link(headers.whole(self.db, row))
            except (ArchiveDamaged, ValueError, TypeError) as error:
                link = ""
                self.note("capture", row["url"], f"capture {identity}: {error}")
            links.setdefault(run, []).append((identity, link, chain, row["url"]))
        forgotten = self.db.execute("SELECT capture, run, link, chain FROM forgotten_captures").fetchall()
        for identity, run, link, chain in forgotten:
            links.setdefault(run, []).append((identity, link, chain, ""))
        ends = {run: self.chain_of(sorted(of_run)) for run, of_run in links.items()}
        seals = []
        for run, chain in self.db.execute("SELECT id, chain FROM runs ORDER BY id").fetchall():
            seals.append(chain or "")
            if (chain or "") != ends.get(run, ""):
                self.note("run", "", f"the captures of run {run} do not end as they did: some are missing or changed")
        self.verdict.seal = hashlib.sha256("".join(seals).encode()).hexdigest()

    def chain_of(self, links: list[tuple[int, str, str, str]]) -> str:
        """The end of a run's chain. Each link is held against the one stored before it, so damage is named where it is."""
        before = ""
        for identity, link, stored, url in links:
            if stored != proof.chained(before, link):
                self.note("capture", url, f"capture {identity} or one before it is not what was stored, or is missing")
            before = stored
        return before

    # --- texts ----------------------------------------------------------------------------------

    def articles(self) -> None:
        columns = "url, title, body, captions, source, editor, published_at, digest, page, capture, first_seen, changed_at, gone_at"
        names = columns.split(", ")
        for identity, *values in self.rows("articles", columns):
            self.verdict.articles += 1
            row = dict(zip(names, values, strict=True))
            for problem in self.problems_of_article(identity, row):
                self.note("article", row["url"], f"article {identity}: {problem}")

    def problems_of_article(self, identity: int, row: dict[str, Any]) -> Iterator[str]:
        if proof.content_digest(row) != row["digest"]:
            yield "its text is not what was stored"
        try:
            text = proof.present_record(self.db, identity)
        except (ValueError, sqlite3.DatabaseError) as error:
            yield f"its record can't be read: {error}"
            return
        captions = dict.fromkeys(image["caption"] for image in json.loads(text)["images"] if image["caption"])
        if "\n".join(captions) != row["captions"]:
            yield "its captions are not those of its images"
        revisions = self.db.execute(
            "SELECT cause, seen_at, capture, digest, sha256, how FROM revisions WHERE article = ? ORDER BY number",
            [identity],
        ).fetchall()
        contents = [revision for revision in revisions if revision[0] in CONTENT]
        if not contents:
            yield "it has no revision"
            return
        _, seen_at, capture, digest, sha256, _ = contents[-1]
        if hashlib.sha256(text).hexdigest() != sha256:
            yield "its record is not that of its last revision"
        if (seen_at, capture, digest) != (row["changed_at"], row["capture"], row["digest"]):
            yield "time, capture or digest are not those of its last revision"
        known_since = revisions[0][5] if revisions[0][0] == "first" and revisions[0][5] else revisions[0][1]
        if row["first_seen"] != known_since:
            yield "it was not first seen when its first revision was"
        absence = [revision[1] for revision in revisions if revision[0] in ("gone", "returned")][-1:]
        is_gone = [revision[0] for revision in revisions if revision[0] in ("gone", "returned")][-1:] == ["gone"]
        if row["gone_at"] != (absence[0] if is_gone else None):
            yield "it is marked gone or present, and its last revision says otherwise"
        found = self.db.execute("SELECT page FROM captures WHERE id = ?", [row["capture"]]).fetchone()
        if found is not None and found[0] != row["page"]:
            yield "its page is not that of its capture"

    def revisions(self) -> None:
        chains: dict[int, tuple[int, str]] = {}
        newest = dict(
            self.db.execute(
                f"SELECT article, max(number) FROM revisions WHERE cause IN {CONTENT} GROUP BY article"
            ).fetchall()
        )
        urls = dict(self.db.execute("SELECT id, url FROM articles").fetchall())
        for identity, record, chain, *values in self.rows(
            "revisions", "record, chain, " + ", ".join(proof.REVISION_COLUMNS)
        ):
            self.verdict.revisions += 1
            row = dict(zip(proof.REVISION_COLUMNS, values, strict=True))
            number, before = chains.get(row["article"], (0, ""))
            chains[row["article"]] = (row["number"], chain)
            has_record = row["cause"] in CONTENT and row["number"] != newest.get(row["article"])
            problem = self.problem_of_record(record, row["sha256"]) if record is not None else ""
            if has_record != (record is not None):
                problem = "its record is missing" if has_record else "it has a record that is not its own"
            if chain != proof.chained(before, proof.revision_link(row)) or row["number"] != number + 1:
                problem = "it or the one before it is not what was stored, or is missing"
            if problem:
                self.note("revision", urls.get(row["article"], ""), f"revision {identity}: {problem}")

    def problem_of_record(self, record: bytes, sha256: str) -> str:
        try:
            whole = hashlib.sha256(decompress(record)).hexdigest() == sha256
        except ArchiveDamaged as error:
            return str(error)
        return "" if whole else "its record is not what was stored"

    # --- the index --------------------------------------------------------------------------------

    def index(self) -> None:
        """Every entry against the words of its article, where both are of one version and nothing waits."""
        version = self.db.execute("SELECT version FROM articles_fts_version").fetchone()
        if not has_triggers(self.db) or version is None or version[0] != tokens.VERSION:
            return  # nobody believes this index: the next search or crawl makes it anew
        waiting = {row[0] for row in self.db.execute("SELECT id FROM articles_fts_queue").fetchall()}
        noted = {row[0] for row in self.db.execute("SELECT id FROM articles_fts_docsize").fetchall()}
        indexed: dict[int, int] = {}
        self.db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.entries USING fts5vocab(main, articles_fts, instance)")
        for term, identity in self.db.execute("SELECT term, doc FROM temp.entries"):
            indexed[identity] = indexed.get(identity, 0) + hash(term)
        self.db.execute("DROP TABLE temp.entries")
        for identity, url, *text in self.rows("articles", "url, " + ", ".join(TEXT_COLUMNS)):
            words = {_lowered(word) for word in tokens.tokens_of(*text).split("\n") if word}
            found = indexed.pop(identity, 0)
            is_right = identity in noted and found == sum(hash(word) for word in words)
            if identity not in waiting and not is_right:
                self.note("index", url, f"article {identity}: its index entry is not what its words give")
        for identity in indexed.keys() - waiting:
            self.note("index", "", f"the index has an entry for article {identity}, which is not there")


def _lowered(word: str) -> str:
    """As FTS5's ascii tokenizer does."""
    return word.translate(_LOWER)


_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}

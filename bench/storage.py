"""How much an archive takes: `python -m bench.storage`.

Articles of three editions (or of those named), rendered from four templates each, are stored as a
crawl stores them (capture, record, revision, index), compressed as the end of
a crawl does, and measured against the same pages raw, in a `.warc.gz` (a
response and a request record for each page, a gzip member each, as WARC 1.1
wants), and in zstd without a dictionary.
"""

import argparse
import gzip
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bench.edition import Edition
from scraper.archive import captures, compaction, frontier, index, runs, store
from scraper.archive.compression import compress
from scraper.archive.connect import open_for_writing, writing
from scraper.archive.database import Database
from scraper.crawl.urls import canonical
from scraper.extract.article import extract_article
from scraper.models import Capture
from scraper.sites import all_sites

EDITIONS = ("tj", "ha", "sh")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000, help="of each edition")
    parser.add_argument("--editions", nargs="+", default=EDITIONS, metavar="SITE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        raw = warc = plain = 0
        began = time.process_time()
        with closing(open_for_writing(path).conn) as connection:
            db = Database(connection)
            run = _begin(db)
            for code in options.editions:
                edition = Edition(all_sites()[code].hosts[0], seed=len(code) + ord(code[0]))
                for _ in range(options.pages):
                    capture = edition.capture()
                    _store(db, run, code, capture)
                    raw += len(capture.body)
                    warc += _warc_size(capture)
                    plain += len(compress(capture.body, level=19))
            for code in options.editions:
                compaction.compact(db, code, datetime.now(UTC))
            with writing(db):
                compaction.merge_index(db)
            compaction.wipe(db)
            seconds = time.process_time() - began
            _print(db, path, raw, warc, plain, options.pages * len(options.editions), seconds)


def _begin(db: Database) -> int:
    index.catch_up(db)
    with writing(db):
        runs.save_sites(db, all_sites().values())
        return runs.begin_run(db, "bench", "{}", datetime.now(UTC))


def _store(db: Database, run: int, code: str, capture: Capture) -> None:
    """As a crawl does, in one transaction."""
    address = canonical(capture.url)
    article = extract_article(capture.body, address.site, capture.url, content_type=capture.header("content-type"))
    now = frontier.stamp(capture.fetched_at)
    with writing(db):
        frontier.add_article(
            db,
            capture.url,
            code,
            found_on=f"https://{address.site.hosts[0]}/",
            text=article.title,
            now=capture.fetched_at,
        )
        (page,) = db.execute("SELECT id FROM pages WHERE url = ?", [capture.url]).fetchone()
        identity = captures.save_capture(db, page, run, capture)
        store.save_article(db, article, page=page, capture=identity, now=now)
        index.flush(db)


def _warc_size(capture: Capture) -> int:
    head = "".join(f"{name}: {value}\r\n" for name, value in capture.headers)
    response = f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + capture.body
    asked = "".join(f"{name}: {value}\r\n" for name, value in capture.request_headers)
    request = f"GET {capture.url.partition('.cn')[2]} HTTP/1.1\r\n{asked}\r\n".encode()
    return _record("response", capture, response) + _record("request", capture, request)


def _record(kind: str, capture: Capture, block: bytes) -> int:
    """Bytes of one record, compressed by itself."""
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:6f1c0d7a-58c2-4f0e-9a55-{len(block):012x}>\r\n"
        f"WARC-Target-URI: {capture.url}\r\nWARC-Date: {capture.fetched_at:%Y-%m-%dT%H:%M:%SZ}\r\n"
        f"WARC-IP-Address: 203.0.113.80\r\nContent-Type: application/http; msgtype={kind}\r\n"
        "WARC-Payload-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ\r\n"
        "WARC-Block-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    ).encode()
    return len(gzip.compress(head + block + b"\r\n\r\n", 9))


def _print(db: Database, path: Path, raw: int, warc: int, plain: int, pages: int, seconds: float) -> None:
    (editions,) = db.execute("SELECT count(DISTINCT site) FROM articles").fetchone()
    (bodies,) = db.execute("SELECT sum(length(data)) FROM bodies").fetchone()
    (shared,) = db.execute("SELECT coalesce(sum(length(data)), 0) FROM dictionaries").fetchone()
    size = path.stat().st_size
    print(f"{pages} article pages of {editions} editions, {raw / pages / 1000:.1f} kB each; {seconds:.0f} s of CPU\n")
    print("| | MB | bytes a page | of raw |\n|---|---:|---:|---:|")
    for name, size_of in (
        ("raw pages", raw),
        (".warc.gz", warc),
        ("zstd -19, no dictionary", plain),
        ("bodies in archive.db", bodies),
        ("bodies with their dictionaries", bodies + shared),
        ("**archive.db, whole**", size),
    ):
        print(f"| {name} | {size_of / 1e6:.2f} | {size_of / pages:.0f} | 1/{raw / size_of:.1f} |")
    print("\n| in archive.db | bytes a page |\n|---|---:|")
    rows = db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 16").fetchall()
    for name, taken in rows:
        print(f"| {name} | {taken / pages:.0f} |")


if __name__ == "__main__":
    main()

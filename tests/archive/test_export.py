"""The archive in other people's formats: what goes out, what does not, and that files appear whole or not at all."""

import csv
import errno
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from scraper.archive import captures, frontier, index, media, rights, store
from scraper.archive.database import Database
from scraper.archive.export import files
from scraper.archive.export.selection import NOTICE, Selection
from scraper.archive.export.wacz import surt
from scraper.archive.export.write import export
from scraper.archive.rights import Signals
from scraper.errors import DiskFull, UsageError
from scraper.models import Article, Capture
from tests.archive import pictures as sample
from tests.archive.samples import ARTICLE, NOW, new_archive, numbered

FULL = Selection(full_text=True)
PAGE = b"<html>\xc0\xcf\xc7\xc5</html>"
HEADERS = (("content-type", "text/html; charset=gb2312"), ("content-encoding", "gzip"), ("content-length", "39"))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    archive = new_archive(tmp_path / "archive.db")
    yield archive
    archive.close()


def capture(url: str, *, body: bytes = PAGE, status: int = 200, minutes: int = 0) -> Capture:
    moment = NOW + timedelta(minutes=minutes)
    asked = (("host", "www.tj.chinanews.com.cn"), ("user-agent", "test"))
    return Capture(url, url, status, HEADERS, body, 39, moment, 0.25, asked, (), "203.0.113.9")


def put(db: Database, article: Article, *found: Capture) -> None:
    """Store an article with the captures of its page."""
    with db.atomic():
        frontier.add_article(db, article.url, article.site, found_on="", text="", now=NOW)
        (page,) = db.execute("SELECT id FROM pages WHERE url = ?", [article.url]).fetchone()
        ids = [captures.save_capture(db, page, None, one) for one in found or (capture(article.url),)]
        store.save_article(db, article, page=page, capture=ids[0], now=frontier.stamp(NOW))
        index.flush(db)


def written(db: Database, kind: str, chosen: Selection, **options: Any) -> bytes:
    out = io.BytesIO()
    export(db, kind, out, chosen, archive=Path("nowhere.db"), **options)
    return out.getvalue()


def lines(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]


# --- text ------------------------------------------------------------------------------------


def test_without_full_text_only_metadata_and_a_snippet_go_out(db: Database) -> None:
    long = numbered(2, body="甲" * 500)
    put(db, long)

    (record,) = lines(written(db, "jsonl", Selection()))

    assert record["title"] == ARTICLE.title
    assert record["snippet"] == "甲" * 120
    assert not {"body", "images", "sections"} & set(record)


def test_every_record_carries_the_pages_sentence_and_the_notice(db: Database) -> None:
    put(db, ARTICLE)

    (record,) = lines(written(db, "jsonl", FULL))

    assert (record["rights"], record["notice"], record["url"]) == (ARTICLE.rights, NOTICE, ARTICLE.url)
    assert record["body"] == ARTICLE.body


def test_a_selection_is_by_edition_day_and_words(db: Database) -> None:
    put(db, numbered(1, published_at="2024-05-06T09:30+08:00", title="老桥"))
    put(db, numbered(2, published_at="2024-06-01T09:30+08:00", title="新桥"))

    def found(chosen: Selection) -> list[str]:
        return [record["title"] for record in lines(written(db, "jsonl", chosen))]

    assert found(Selection(since="2024-06")) == ["新桥"]
    assert found(Selection(until="2024-05")) == ["老桥"]
    assert found(Selection(query="新桥")) == ["新桥"]
    assert found(Selection(sites=("ha",))) == []


def test_texts_with_reserved_mining_go_out_on_demand_only(db: Database) -> None:
    put(db, ARTICLE)
    with db.atomic():
        rights.note_article(db, ARTICLE.url, Signals(tdm_reservation=True), False)

    (kept_back,) = lines(written(db, "jsonl", FULL))
    (asked_for,) = lines(written(db, "jsonl", replace(FULL, reserved=True)))

    assert "body" not in kept_back and kept_back["withheld"] == "tdm-reservation"
    assert asked_for["body"] == ARTICLE.body


def test_csv_opens_in_excel_and_runs_nothing(db: Database) -> None:
    put(db, numbered(1, title='=HYPERLINK("http://evil.example")', source="+1", editor="＝cmd"))

    data = written(db, "csv", Selection())

    assert data.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert (row["title"], row["source"], row["editor"]) == ('\'=HYPERLINK("http://evil.example")', "'+1", "'＝cmd")
    assert (row["authors"], row["notice"]) == ("李四、王五", NOTICE)


def test_raw_csv_is_as_stored(db: Database) -> None:
    put(db, numbered(1, title="=1+1"))

    data = written(db, "csv", Selection(), raw=True)

    assert next(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))["title"] == "=1+1"


def test_parquet_is_partitioned_by_site_and_year(db: Database, tmp_path: Path) -> None:
    import pyarrow.parquet as parquet

    put(db, numbered(1, published_at="2023-05-06T09:30+08:00"))
    put(db, numbered(2))
    out = tmp_path / "out"

    export(db, "parquet", out, FULL, archive=tmp_path / "archive.db")

    table = parquet.read_table(out)
    assert {path.parent.relative_to(out).as_posix() for path in out.rglob("*.parquet")} == {
        "site=tj/year=2023",
        "site=tj/year=2024",
    }
    assert sorted(table.column("year").to_pylist()) == [2023, 2024]
    assert table.column("body")[0].as_py() == ARTICLE.body
    one = next(out.rglob("*.parquet"))
    assert parquet.read_schema(one).metadata[b"notice"].decode() == NOTICE


# --- pages -----------------------------------------------------------------------------------


def records(path: Path) -> list[Any]:
    found = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            record.payload = record.raw_stream.read()
            found.append(record)
    return found


def test_a_warc_needs_full_text(db: Database, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--full-text"):
        export(db, "warc", tmp_path / "a.warc.gz", Selection(), archive=tmp_path / "archive.db")


def several(db: Database) -> None:
    """One page fetched three times: new, 304, unchanged in whole."""
    not_modified = capture(ARTICLE.url, body=b"", status=304, minutes=60)
    put(db, ARTICLE, capture(ARTICLE.url), not_modified, capture(ARTICLE.url, minutes=120))


def test_a_warc_has_requests_responses_and_both_kinds_of_revisit(db: Database, tmp_path: Path) -> None:
    several(db)
    out = tmp_path / "a.warc.gz"

    done = export(db, "warc", out, FULL, archive=tmp_path / "archive.db")

    found = records(out)
    assert done.count == 3
    assert [record.rec_type for record in found] == ["warcinfo"] + [
        kind for answer in ("response", "revisit", "revisit") for kind in (answer, "request", "metadata")
    ]
    assert NOTICE.encode() in found[0].payload
    response, not_modified, same = found[1], found[4], found[7]
    assert response.payload == PAGE
    assert response.rec_headers.get_header("WARC-IP-Address") == "203.0.113.9"
    assert response.http_headers.get_header("content-encoding") is None
    assert response.http_headers.get_header("x-archive-orig-content-encoding") == "gzip"
    assert not_modified.rec_headers.get_header("WARC-Profile").endswith("/1.1/revisit/server-not-modified")
    assert same.rec_headers.get_header("WARC-Profile").endswith("/1.1/revisit/identical-payload-digest")
    for revisit in (not_modified, same):
        for name in ("WARC-Payload-Digest", "WARC-Refers-To-Date", "WARC-Refers-To-Target-URI"):
            wanted = {"WARC-Refers-To-Date": "WARC-Date", "WARC-Refers-To-Target-URI": "WARC-Target-URI"}.get(
                name, name
            )
            assert revisit.rec_headers.get_header(name) == response.rec_headers.get_header(wanted)


def test_warcio_finds_nothing_wrong(db: Database, tmp_path: Path) -> None:
    several(db)
    out = tmp_path / "a.warc.gz"
    export(db, "warc", out, FULL, archive=tmp_path / "archive.db")

    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", str(out)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout
    assert done.stdout.count("digest pass") == 8


def test_what_may_not_be_kept_is_left_out_of_a_warc_and_counted(db: Database, tmp_path: Path) -> None:
    put(db, ARTICLE)
    put(db, numbered(2))
    with db.atomic():
        rights.note_capture(db, 1, Signals(noarchive=True), True)
        rights.note_capture(db, 2, Signals(tdm_reservation=True), False)

    default = export(db, "warc", tmp_path / "a.warc.gz", FULL, archive=tmp_path / "archive.db")
    all_of_it = export(
        db, "warc", tmp_path / "b.warc.gz", replace(FULL, reserved=True), archive=tmp_path / "archive.db"
    )

    assert (default.count, default.left_out) == (0, 2)
    assert (all_of_it.count, all_of_it.left_out) == (1, 1)


def test_a_wacz_is_a_zip_whose_package_names_and_hashes_its_files(db: Database, tmp_path: Path) -> None:
    several(db)
    out = tmp_path / "a.wacz"

    export(db, "wacz", out, FULL, archive=tmp_path / "archive.db")

    with zipfile.ZipFile(out) as bundle:
        names = bundle.namelist()
        package = json.loads(bundle.read("datapackage.json"))
        digest = json.loads(bundle.read("datapackage-digest.json"))
        index_lines = bundle.read("indexes/index.cdxj").splitlines()
        pages = lines(bundle.read("pages/pages.jsonl"))
        warc = bundle.read("archive/data.warc.gz")
        assert bundle.getinfo("archive/data.warc.gz").compress_type == zipfile.ZIP_STORED
        for resource in package["resources"]:
            data = bundle.read(resource["path"])
            assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
            assert resource["bytes"] == len(data)
        assert digest["hash"] == f"sha256:{hashlib.sha256(bundle.read('datapackage.json')).hexdigest()}"
    assert set(names) == {resource["path"] for resource in package["resources"]} | {
        "datapackage.json",
        "datapackage-digest.json",
    }
    assert package["profile"] == "data-package" and NOTICE in package["description"]
    assert pages[0]["format"] == "json-pages-1.0" and pages[1]["title"] == ARTICLE.title
    assert index_lines == sorted(index_lines) and len(index_lines) == 3
    for line in index_lines:
        key, _, entry = line.decode().split(" ", 2)
        place = json.loads(entry)
        piece = warc[int(place["offset"]) : int(place["offset"]) + int(place["length"])]
        (record,) = ArchiveIterator(io.BytesIO(piece))
        assert record.rec_headers.get_header("WARC-Target-URI") == place["url"]
        assert key == surt(place["url"])


def test_pictures_are_named_by_their_content(db: Database, tmp_path: Path) -> None:
    put(db, ARTICLE)
    data = sample.png(3, 4)
    picture = media.inspect(data)
    assert picture is not None
    with db.atomic():
        media.save_picture(db, ARTICLE.images[0].src, picture, data, status=200, content_type="x", now="2024")

    done = export(db, "pictures", tmp_path / "out", FULL, archive=tmp_path / "archive.db")

    (line,) = lines((tmp_path / "out" / "manifest.jsonl").read_bytes())
    assert done.count == 1
    assert line["file"] == f"{hashlib.sha256(data).hexdigest()}.png"
    assert (tmp_path / "out" / line["file"]).read_bytes() == data
    assert (line["url"], line["width"], line["notice"]) == (ARTICLE.url, 3, NOTICE)


# --- files -----------------------------------------------------------------------------------


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    out.write_text("before")

    with pytest.raises(DiskFull), files.whole_file(out) as file:
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    assert out.read_text() == "before"
    assert list(tmp_path.iterdir()) == [out]


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "out"

    with pytest.raises(DiskFull), files.whole_folder(out) as folder:
        (folder / "half").write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")

    with pytest.raises(UsageError, match="not empty"), files.whole_folder(tmp_path):
        pass


@pytest.mark.parametrize("name", ["archive.db", "archive.db-wal", "nowhere/a.jsonl"])
def test_the_archive_itself_is_never_written_over(db: Database, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        export(db, "jsonl", tmp_path / name, FULL, archive=tmp_path / "archive.db")


def test_the_same_archive_gives_the_same_bytes(db: Database, tmp_path: Path) -> None:
    several(db)
    for kind in ("warc", "wacz"):
        for name in ("one", "two"):
            export(db, kind, tmp_path / name, FULL, archive=tmp_path / "archive.db")

        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()

"""Parquet for data frames, partitioned by site and year: `site=ha/year=2022/articles.parquet`."""

from collections.abc import Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from scraper.archive.database import Database
from scraper.archive.export.selection import METADATA, NOTICE, Selection, articles
from scraper.errors import ConfigError

_BATCH = 1000
_TYPES = {
    "agreement": "float64",
    "pages": "int64",
    "replaced": "int64",
    "noarchive": "int64",
    "tdm_reservation": "int64",
}


def write_parquet(db: Database, chosen: Selection, folder: Path) -> int:
    """Fill a folder with the chosen articles; returns how many.

    Raises `ConfigError` where pyarrow is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise ConfigError('Parquet needs pyarrow: pip install "chinanews-scraper[parquet]"') from error
    schema = _schema(pyarrow, chosen)
    # The underscore keeps dataset readers from taking it for data.
    (folder / "_NOTICE.txt").write_text(NOTICE + "\n", "utf-8")
    count = 0
    for (site, year), records in groupby(articles(db, chosen, by_site=True), _partition):
        place = folder / f"site={site}" / f"year={year}"
        place.mkdir(parents=True)
        with parquet.ParquetWriter(place / "articles.parquet", schema, compression="zstd") as writer:
            while batch := list(islice(records, _BATCH)):
                rows = [{name: record.get(name) for name in schema.names} for record in batch]
                writer.write_table(pyarrow.Table.from_pylist(rows, schema=schema))
                count += len(batch)
    return count


def _partition(record: dict[str, Any]) -> tuple[str, str]:
    return record["site"], record["published_at"][:4]


def _schema(pyarrow: Any, chosen: Selection) -> Any:
    """Every column but `site`, which the folder's name says."""
    return pyarrow.schema(list(_fields(pyarrow, chosen)), metadata={"notice": NOTICE})


def _fields(pyarrow: Any, chosen: Selection) -> Iterator[tuple[str, Any]]:
    for name in METADATA:
        if name in ("authors", "contributors"):
            yield name, pyarrow.list_(pyarrow.string())
        elif name != "site":
            yield name, getattr(pyarrow, _TYPES.get(name, "string"))()
    if not chosen.full_text:
        yield "snippet", pyarrow.string()
        return
    yield "body", pyarrow.string()
    yield (
        "images",
        pyarrow.list_(
            pyarrow.struct(
                [(name, pyarrow.string()) for name in ("src", "alt", "caption", "credit", "media")]
                + [("position", pyarrow.int64())]
            )
        ),
    )
    yield "sections", pyarrow.list_(pyarrow.struct([("title", pyarrow.string()), ("start", pyarrow.int64())]))
    yield "charset", pyarrow.string()
    yield "replaced", pyarrow.int64()

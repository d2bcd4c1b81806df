"""What a listing usually links to, to see when it all but stops."""

from scraper.archive.database import Database


def apply(db: Database) -> None:
    db.execute(
        "ALTER TABLE pages ADD COLUMN links_usually REAL /* of a listing: running mean of links, without drift's */"
    )
    db.execute("UPDATE pages SET links_usually = links")

"""香港 (www.hkcna.hk): a separate system of its own."""

import re

from scraper.models import Listing, Site

SITE = Site(
    code="hk",
    name="香港",
    hosts=("www.hkcna.hk", "hkcna.hk"),
    listings=(Listing("/index.shtml", "首页", "GUESS"),),
    article_path=(re.compile(r"(?:/[\w-]+)*/docDetail\.jsp"),),
    query_is_identity=True,
    evidence="no template known: label reader; only an address was seen",
)

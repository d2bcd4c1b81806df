"""A listing page: every link in it, with the text a reader sees."""

from selectolax.lexbor import LexborHTMLParser

from scraper.extract.decode import decode
from scraper.extract.guard import refuse_absurd
from scraper.models import Link
from scraper.text import fold, squeeze


def links_of(raw: bytes, *, content_type: str = "") -> list[Link]:
    """The links of a page as written, in page order; of several to one address, the longest text.

    Raises `UndecodablePage` or `HostilePage`.
    """
    decoded = decode(raw, content_type)
    refuse_absurd(decoded.text)
    found: dict[str, str] = {}
    for node in LexborHTMLParser(decoded.text).css("a[href]"):
        href = (node.attributes.get("href") or "").strip()
        text = fold(node.attributes.get("title") or "") if not squeeze(node.text()) else fold(node.text())
        if href and len(text) >= len(found.get(href, "")):
            found[href] = text
    return [Link(href, text) for href, text in found.items()]

"""Picture galleries that stand in a script: the main site's `picsJson`, and any list of pictures with their texts."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scraper.extract import captions
from scraper.extract.page import Page
from scraper.extract.pictures import resolve
from scraper.models import Image
from scraper.text import fold, squeeze

_GALLERY = re.compile(r"picsJson\s*=\s*\{")
_GALLERY_END = re.compile(r"\]\s{0,40}\}\s{0,40};")
_ENTRY = re.compile(r"\{([^{}]*)\}", re.S)
# Single-quoted pseudo-JSON, read pair by pair; nothing in it is evaluated.
_PAIR = re.compile(r"""['"](\w+)['"]\s*:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")""", re.S)
_SIZE_PREFIX = re.compile(r"(?<=/)\d{2,4}x\d{2,4}_(?=[^/]+$)")
_TAG = re.compile(r"<[^<>]*>")


def gallery_images(page: Page, shown: tuple[Image, ...]) -> tuple[Image, ...]:
    """All pictures of the gallery with their captions; `()` where the page holds no gallery data.

    The script names the thumbnails. Where the picture that the page itself
    shows is its thumbnail's address less the size prefix, the same holds for
    the others.
    """
    for script in page.scripts:
        found = _GALLERY.search(script)
        end = _GALLERY_END.search(script, found.end()) if found else None
        if found and end:
            entries = [_pairs(entry) for entry in _ENTRY.findall(script, found.end(), end.start())]
            return _images(
                page, [entry for entry in entries if entry.get("bigPicUrl") or entry.get("thumbPicUrl")], shown
            )
    return ()


_SCRIPT = re.compile(r"<script\b[^<>]{0,400}>", re.I)
_LIST = re.compile(r"\[\s{0,40}\{")
_LIST_END = re.compile(r"\}\s{0,40},?\s{0,40}\]")
_LOOSE_PAIR = re.compile(r"""['"]?\b(\w+)['"]?\s*:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")""", re.S)
_MOST_LISTS = 12
_LONGEST_ENTRY = 20_000
_PICTURE = re.compile(r"\.(?:jpe?g|png|webp|bmp)(?:[?!].*)?$", re.I)
_SMALL = re.compile(r"thumb|small|mini|icon|cover|s_?pic", re.I)
_SAYS = (
    "note",
    "caption",
    "desc",
    "description",
    "intro",
    "text",
    "content",
    "summary",
    "articleTitle",
    "alt",
    "title",
)


def script_gallery(page: Page) -> tuple[Image, ...]:
    """The pictures of the first list in a script whose entries are pictures with texts; for pages that show none."""
    decoder = json.JSONDecoder()
    for script in _scripts(page.html):
        for start in [found.start() for found in _LIST.finditer(script)][:_MOST_LISTS]:
            entries = _entries(decoder, script, start)
            images = tuple(filter(None, (_entry_image(page, entry) for entry in entries)))
            if len(images) >= 2:
                return images
    return ()


_SMALL_SUFFIX = re.compile(r"(?:[_-](?:s|m|small|thumb|mini|\d{2,4}x\d{2,4}))?\.\w{3,4}$", re.I)


def picture_name(src: str) -> str:
    """The file name of a picture, the same for its thumbnail.

    >>> picture_name("/a/200x133_b1.jpg"), picture_name("/s/b1_s.jpg"), picture_name("b1.jpg")
    ('b1', 'b1', 'b1')
    """
    return _SMALL_SUFFIX.sub("", _SIZE_PREFIX.sub("", f"/{src.rsplit('/', 1)[-1]}"))[1:]


_COUNTER = re.compile(r"[(（【\[]?\s*(\d{1,3})\s*/\s*(\d{1,3})\s*[)）】\]]?[\s.、:：]*(?=\S)")


# One picture a page; 1/3的石料 has no blank.
_COUNTER_ALONE = re.compile(r"[(（【\[]?\s*\d{1,3}\s*/\s*\d{1,3}(?:\s*[)）】\]]\s*|\s+)(?=\S)")


def without_counters(images: tuple[Image, ...], *, alone: bool) -> tuple[Image, ...]:
    """The pictures without the 2/5 that a gallery prints before the caption of its second of five.

    `alone`: also where it is the only picture, as in a gallery of one a page.
    """
    if alone and len(images) == 1 and (counter := _COUNTER_ALONE.match(images[0].caption or "")):
        return (replace(images[0], caption=(images[0].caption or "")[counter.end() :]),)
    counters = [_COUNTER.match(image.caption or "") for image in images]
    numbered = [
        found is not None and (int(found.group(1)), int(found.group(2))) == (number, len(images))
        for number, found in enumerate(counters, 1)
    ]
    if len(images) < 2 or not all(numbered):
        return images
    return tuple(
        replace(image, caption=(image.caption or "")[found.end() :] if found else image.caption)
        for image, found in zip(images, counters, strict=True)
    )


def _scripts(html: str) -> Iterator[str]:
    """What stands between each <script> and the next end tag, in one pass however many are left open."""
    at = 0
    while (tag := _SCRIPT.search(html, at)) and (end := html.find("</", tag.end())) >= 0:
        while end >= 0 and html[end : end + 8].lower() != "</script":
            end = html.find("</", end + 2)
        if end < 0:
            return
        yield html[tag.end() : end]
        at = end


def _entries(decoder: json.JSONDecoder, script: str, start: int) -> list[Any]:
    """A list of JSON objects, or of objects as JavaScript writes them: keys bare, quotes single."""
    try:
        entries, _ = decoder.raw_decode(script, start)
    except (ValueError, RecursionError):
        end = _LIST_END.search(script, start)
        found = _ENTRY.findall(script, start, end.end() if end else len(script))
        return [dict(_loose_pairs(entry)) for entry in found if len(entry) <= _LONGEST_ENTRY]
    return entries if isinstance(entries, list) else []


def _loose_pairs(entry: str) -> list[tuple[str, str]]:
    return [(key, re.sub(r"\\(.)", r"\1", single or double)) for key, single, double in _LOOSE_PAIR.findall(entry)]


def _entry_image(page: Page, entry: Any) -> Image | None:
    if not isinstance(entry, dict):
        return None
    texts = {key: value for key, value in entry.items() if isinstance(value, str)}
    addresses = [key for key, value in texts.items() if _PICTURE.search(value) and len(value) < 1000]
    addresses.sort(key=lambda key: _SMALL.search(key) is not None)
    said = next((texts[key] for key in _SAYS if squeeze(texts.get(key, ""))), "")
    if not addresses or not said:
        return None
    caption = fold(_TAG.sub(" ", said))
    return Image(resolve(page.url, texts[addresses[0]]), caption=caption, credit=captions.find_credit(caption))


_POSTER = re.compile(r"""["']?vsimg["']?\s*[,:=]\s*["']([^"']+)["']""")


def video_poster(page: Page) -> tuple[Image, ...]:
    """The still that the video player of the main site shows; it stands only in the player's script."""
    for script in page.scripts:
        found = _POSTER.search(script)
        if found:
            return (Image(resolve(page.url, found.group(1))),)
    return ()


def _pairs(entry: str) -> dict[str, str]:
    return {key: re.sub(r"\\(.)", r"\1", single or double) for key, single, double in _PAIR.findall(entry)}


def _images(page: Page, entries: list[dict[str, str]], shown: tuple[Image, ...]) -> tuple[Image, ...]:
    names = {image.src.rsplit("/", 1)[-1] for image in shown}
    addresses = [resolve(page.url, entry.get("bigPicUrl") or entry["thumbPicUrl"]) for entry in entries]
    full = any(_SIZE_PREFIX.sub("", address).rsplit("/", 1)[-1] in names for address in addresses)
    images = []
    for entry, address in zip(entries, addresses, strict=True):
        caption = fold(_TAG.sub(" ", entry.get("articleTitle", "")))
        alt = fold(_TAG.sub(" ", entry.get("alt", "")))
        images.append(
            Image(
                src=_SIZE_PREFIX.sub("", address) if full else address,
                alt=alt,
                caption=caption or None,
                credit=captions.find_credit(caption) if squeeze(caption) else None,
            )
        )
    return tuple(images)

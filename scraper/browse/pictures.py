"""Pictures that the archive keeps, as a browser may have them: by their digest, of four types, and nothing else.

The bytes are a stranger's. Their type is what they begin with, never what was
said of them, so that nothing among them can be read as a page.
"""

from dataclasses import dataclass
from typing import Any

from scraper.archive.database import Database
from scraper.archive.media import EXTENSIONS, inspect
from scraper.browse import asking, visit

# The answer is bytes for an <img>; opened by itself it may do nothing either.
_HEADERS = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture of an article that can be shown without asking anybody else for it."""

    href: str
    width: int
    height: int


def kept(here: visit.Visit, image: Any) -> Kept | None:
    """The kept picture of a row of `images` joined with `media`, None where there is none."""
    if not image["media"] or image["type"] not in EXTENSIONS:
        return None
    href = here.path(f"/-/media/{image['media']}.{EXTENSIONS[image['type']]}")
    return Kept(href, image["width"], image["height"])


async def answer(datasette: Any, request: Any) -> Any:
    """`/-/media/DIGEST.jpg`: the bytes of one picture."""
    from datasette.utils.asgi import NotFound, Response

    here = await visit.arrived(datasette, request)
    try:
        data = await here.ask(lambda db: _bytes(db, here.variables["digest"]))
    except asking.Outdated:
        data = None
    picture = inspect(data) if data else None
    if data is None or picture is None or EXTENSIONS[picture.type] != here.variables["extension"]:
        raise NotFound("no such picture")
    return Response(data, headers=dict(_HEADERS), content_type=picture.type)


def _bytes(db: Database, digest: str) -> bytes | None:
    row = db.execute("SELECT data FROM media WHERE sha256 = ?", [digest]).fetchone()
    return bytes(row[0]) if row else None

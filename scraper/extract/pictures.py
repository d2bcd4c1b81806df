"""Which pictures are the story's, and where they are: no icons, spacers, buttons or advertisements."""

import re
from urllib.parse import urljoin, urlsplit

from scraper.extract.page import Picture

_ASSET = re.compile(
    r"(?:^|[/_.-])(?:icon|logo|blank|grey|gray|spacer|space|dot|arrow|arr|btn|button|qr|qrcode|ewm|erweima|weixin|wx|"
    r"share|gg|zwimg|kpimg|gjimg|banner|ad|ads|loading|line|bg|videosp|tips|print|close)(?:[/_.\d-]|$)",
    re.I,
)
_UPLOAD = re.compile(r"U\d+P\d+T\d+|\d{8}|[0-9a-f]{24}|/(?:19|20)\d\d[/-]?\d\d", re.I)
_OWN_HOST = re.compile(r"(?:^|\.)(?:chinanews\.com(?:\.cn)?|hkcna\.hk|ecns\.cn|cnsphoto\.com)$")


def is_story_picture(picture: Picture, url: str) -> bool:
    """Whether a picture can be a photo of the story: no icon, spacer, button or advertisement."""
    src = picture.src
    if not src or src.startswith(("data:", "about:", "javascript:")) or 0 < picture.width < 80:
        return False
    path = path_of(src)
    uploaded = _UPLOAD.search(path) is not None
    if _ASSET.search(path) and not re.search(r"U\d+P\d+T\d+|/(?:19|20)\d\d[/-]?\d\d", path):
        return False
    if path.lower().endswith(".gif") and not uploaded:
        return False
    if not uploaded and re.search(
        r"/(?:images?|img|pic|skin|style|css|static|template)s?/[^/\d]*\d{0,3}\.\w+$", path, re.I
    ):
        return False
    return not _leads_away(picture.href, url)


def _leads_away(href: str, url: str) -> bool:
    try:
        host = urlsplit(urljoin(url, href)).hostname or ""
    except ValueError:
        return True
    return bool(href) and not href.startswith(("#", "javascript:")) and not _OWN_HOST.search(host)


def path_of(url: str) -> str:
    """The path of an address; `""` for what is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def resolve(base: str, href: str) -> str:
    """An absolute address; as it stands where it can't be resolved."""
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return href.strip()

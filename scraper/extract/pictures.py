"""Which pictures are the story's, and where they are: no icons, spacers, buttons or advertisements."""

import re
from urllib.parse import urljoin, urlsplit

from scraper.extract import captions, chrome, labels
from scraper.extract.asides import set_aside
from scraper.extract.page import Line, Page, Picture

_ASSET = re.compile(
    r"(?:^|[/_.-])(?:icon|logo|blank|grey|gray|spacer|space|dot|arrow|arr|btn|button|(?P<code>qr|qrcode|ewm|erweima)|weixin|wx|"
    r"share|gg|zwimg|kpimg|gjimg|banner|ad|ads|loading|line|bg|videosp|tips|print|close|thumbs?)(?:[/_.\d-]|$)",
    re.I,
)
_UPLOAD = re.compile(r"U\d+P\d+T\d+|\d{8}|[0-9a-f]{24}|/(?:19|20)\d\d[/-]?\d\d", re.I)
_OWN_HOST = re.compile(r"(?:^|\.)(?:chinanews\.com(?:\.cn)?|hkcna\.hk|ecns\.cn|cnsphoto\.com)$")


# The site's own folders: what stands in them is mostly furniture.
_FURNITURE_FOLDER = re.compile(r"/(?:images?|img|pic|skin|style|css|static|template)s?/[^/\d]*\d{0,3}\.\w+$", re.I)
_FURNITURE_ALT = re.compile(r"二维码|扫码|扫一扫|广告|logo|公众号|客户端|图标|分享|打印|返回", re.I)


# Items that are looked at: a hostile page can hold a hundred thousand pictures.
_AROUND = 400
_BESIDE = 40
_LONGEST_CREDITED = 220


def is_story_picture(page: Page, index: int) -> bool:
    """Whether a picture can be a photo of the story: no icon, spacer, button or advertisement."""
    picture = page.items[index]
    if not isinstance(picture, Picture) or _is_teaser_or_spacer(page, index, picture):
        return False
    path = path_of(picture.src)
    uploaded = _UPLOAD.search(path) is not None
    asset = _ASSET.search(path)
    if asset and not re.search(r"U\d+P\d+T\d+|/(?:19|20)\d\d[/-]?\d\d", path):
        # A story about QR codes has pictures of them, and says who took them.
        return asset["code"] is not None and _is_credited(page, index, picture)
    if path.lower().endswith(".gif") and not uploaded:
        return False
    if not uploaded and _FURNITURE_FOLDER.search(path) and not _stands_in_text(page, index, picture):
        return False
    return not _leads_away(picture.href, page.url)


def _is_teaser_or_spacer(page: Page, index: int, picture: Picture) -> bool:
    src = picture.src
    if not src or src.startswith(("data:", "about:", "javascript:")) or 0 < picture.width < 80:
        return True
    if index in set_aside(page) or picture.alt == "广告":
        return True
    return "二维码" in picture.alt and not _is_credited(page, index, picture)


def _is_credited(page: Page, index: int, picture: Picture) -> bool:
    """Whether the alt or the line below names a photographer or a supplier, as no code to scan does."""
    below = page.items[index + 1] if index + 1 < len(page.items) else None
    said = [picture.alt, below.text if isinstance(below, Line) and below.size <= _LONGEST_CREDITED else ""]
    return any(captions.find_credit(text) for text in said)


def _stands_in_text(page: Page, index: int, picture: Picture) -> bool:
    """Whether it stands once, unlinked, among sentences or with a caption of its own."""
    if picture.href or _FURNITURE_ALT.search(picture.alt):
        return False
    around = page.items[max(0, index - _AROUND) : index + _AROUND]
    if sum(isinstance(item, Picture) and item.src == picture.src for item in around) > 1:
        return False
    below = next(
        (item for item in page.items[index + 1 : index + _BESIDE] if isinstance(item, Line) and not item.hidden), None
    )
    above = next(
        (
            item
            for item in page.items[max(0, index - _BESIDE) : index][::-1]
            if isinstance(item, Line) and not item.hidden
        ),
        None,
    )
    if below is None or chrome.is_chrome(below.text):
        return False
    return _is_said(below) or (above is not None and _is_caption_like(above))


def _is_said(line: Line) -> bool:
    if line.is_mostly_link or chrome.is_editor_line(line.text):
        return False
    return line.indent >= 2 or line.size >= 20 or line.element.tag == "figcaption" or _is_caption_like(line)


def _is_caption_like(line: Line) -> bool:
    if captions.opens_caption(line.text) or captions.find_credit(line.text):
        return True
    return labels.ends_sentence(line.text) and not line.is_mostly_link


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

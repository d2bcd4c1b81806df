"""scraper: the archive of China News Service's regional news."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scraper.extract.article import extract_article
    from scraper.models import Article, Capture, Site

__version__ = "0.1.0"
__all__ = ["Article", "Capture", "Site", "__version__", "extract_article"]

_AT = dict.fromkeys(("Article", "Capture", "Site"), "scraper.models") | {"extract_article": "scraper.extract.article"}


def __getattr__(name: str) -> object:
    """The public names, imported when they are asked for: `scraper --version` needs no reader of pages."""
    if name not in _AT:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_AT[name]), name)

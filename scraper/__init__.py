"""scraper: the archive of China News Service's regional news."""

__version__ = "0.1.0"

from scraper.extract.article import extract_article
from scraper.models import Article, Capture, Site

__all__ = ["Article", "Capture", "Site", "__version__", "extract_article"]

"""The text of one article as a search reads it: folded only when it must be."""

from functools import cached_property

from scraper.archive.folding import BOUNDARY, is_plain, units, written
from scraper.archive.tokens import strings

COLUMNS = "articles.id, title, body, captions, site, published_at, source, editor, authors, channel"
"""Columns of `articles`, in the order that `Document` takes them."""


class Document:
    """An article's columns, its units worked out when they are first asked for, and once."""

    def __init__(
        self,
        identity: int,
        title: str,
        body: str,
        captions: str,
        site: str = "",
        published_at: str = "",
        source: str | None = None,
        editor: str | None = None,
        authors: str = "[]",
        channel: str | None = None,
    ) -> None:
        self.id = identity
        self.title, self.body, self.captions = title or "", body or "", captions or ""
        self.site, self.published_at = site or "", published_at or ""
        self.source, self.editor, self.channel = source or "", editor or "", channel or ""
        self.authors = authors or ""

    @cached_property
    def texts(self) -> tuple[str, str, str]:
        return units(self.title), units(self.body), units(self.captions)

    def has(self, term: str, field: str = "", typed: str = "") -> bool:
        """Whether the units of a term, `typed` so, stand in a field, or anywhere in title, text and captions."""
        if field == "title":
            return term in self.texts[0]
        if field == "caption":
            return any(term in units(caption) for caption in self.captions.split("\n"))
        if field == "author":
            return any(term in units(name) for name in strings(self.authors))
        if field:
            return term in units(getattr(self, field))
        # Letter by letter, as most do, is a hundred times cheaper than to fold; lower case ten times.
        if any(self._stands(literal) for literal in (typed, "" if BOUNDARY in term else term)):
            return True
        if BOUNDARY not in term and any("a" <= unit <= "z" for unit in term) and term in self._lower:
            return True
        return self._may_hold(term) and any(term in text for text in self.texts)

    def _may_hold(self, term: str) -> bool:
        # To fold a text that has no such word takes ten times as long as to see that it has none.
        found = written(term).search
        return not self._is_plain or any(map(found, (self.body, self.title, self.captions)))

    @cached_property
    def _is_plain(self) -> bool:
        return is_plain(self.body) and is_plain(self.title) and is_plain(self.captions)

    def _stands(self, literal: str) -> bool:
        return bool(literal) and (literal in self.body or literal in self.title or literal in self.captions)

    @cached_property
    def _lower(self) -> str:
        return f"{self.title}\n,{self.body}\n,{self.captions}".lower()

    def is_whole(self, field: str, value: str) -> bool:
        """Whether a field is this value, letter by letter; of authors, whether one is."""
        return value in strings(self.authors) if field == "author" else bool(getattr(self, field) == value)

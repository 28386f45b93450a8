"""Sitemaps (sitemaps.org) with Google's news extension: addresses, titles and dates of articles.

XML with a document type declaration is refused, so that there are no entities to expand.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from index.errors import FeedError

_ROOT = re.compile(rb"<([\w.-]+:)?(urlset|sitemapindex)[\s>]")

_NEWS = "news"
_FIELDS = {
    ("", "loc"): "url",
    ("", "lastmod"): "updated",
    (_NEWS, "title"): "title",
    (_NEWS, "publication_date"): "date",
    (_NEWS, "name"): "source",
    (_NEWS, "language"): "lang",
    (_NEWS, "keywords"): "keywords",
}
_OTHERS = ("image", "video", "mobile", "xhtml", "geo")
"""Extensions whose elements have the names of a sitemap's own."""


@dataclass(frozen=True, slots=True)
class SitemapPage:
    """One page of a sitemap."""

    url: str
    fields: Mapping[str, Any] = field(hash=False)


def is_sitemap(start: bytes) -> bool:
    """Whether a document with this beginning is a sitemap."""
    return _ROOT.search(start) is not None


def read_sitemap(data: bytes) -> list[SitemapPage]:
    """The pages that have a news title. Raises FeedError, also for a sitemap index."""
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except (
        expat.ExpatError,
        LookupError,
        ValueError,
    ) as error:  # unreadable encodings raise the last two
        raise FeedError(f"this sitemap is damaged ({error})") from error
    if reader.children:
        listed = ", ".join(reader.children[:10])
        raise FeedError(f"this is a sitemap index; add the sitemaps with news instead: {listed}")
    return [
        SitemapPage(page.pop("url"), page)
        for page in reader.pages
        if page.get("url") and page.get("title")
    ]


class _Reader:
    def __init__(self) -> None:
        self.pages: list[dict[str, str]] = []
        self.children: list[str] = []
        self._page: dict[str, str] = {}
        self._text: list[str] = []
        self._uris: dict[str, str] = {}
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append

    def _refuse(self, *_declaration: object) -> None:
        raise FeedError("this sitemap has a document type declaration, which is not allowed")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._text.clear()
        for key, uri in attributes.items():
            prefix, _, declared = key.partition(":")
            if prefix == "xmlns":
                self._uris[declared] = uri
        if self._kind(name) == ("", "url"):
            self._page = {}

    def _end(self, name: str) -> None:
        text = "".join(self._text).strip()
        self._text.clear()
        kind = self._kind(name)
        if kind in _FIELDS and text:
            self._page[_FIELDS[kind]] = text
        if kind == ("", "url"):
            self.pages.append(self._page)
        elif kind == ("", "sitemap"):
            self.children.append(self._page.pop("url", ""))

    def _kind(self, name: str) -> tuple[str, str]:
        """The extension, `news` or none, and the local name of an element.

        Namespaces are written in many ways (https, 0.84, not declared at all): an extension is
        known by the namespace or else by the prefix.
        """
        prefix, _, local = name.rpartition(":")
        uri = self._uris.get(prefix, prefix).lower()
        if "sitemap-news" in uri or uri == _NEWS:
            return _NEWS, local
        others = [one for one in _OTHERS if one in uri]
        return (others[0] if others else ""), local

"""Sitemaps (sitemaps.org) with Google's news extension: addresses, titles and dates of articles.

XML with a document type declaration is refused, so that there are no entities to expand.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from index.errors import FeedError

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
_ROOT = re.compile(rb"<(\w+:)?(urlset|sitemapindex)[\s>]")

_FIELDS = {
    f"{_SITEMAP} loc": "url",
    f"{_SITEMAP} lastmod": "updated",
    f"{_NEWS} title": "title",
    f"{_NEWS} publication_date": "date",
    f"{_NEWS} name": "source",
    f"{_NEWS} language": "lang",
    f"{_NEWS} keywords": "keywords",
}


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
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append

    def _refuse(self, *_declaration: object) -> None:
        raise FeedError("this sitemap has a document type declaration, which is not allowed")

    def _start(self, name: str, _attributes: object) -> None:
        self._text.clear()
        if name == f"{_SITEMAP} url":
            self._page = {}

    def _end(self, name: str) -> None:
        text = "".join(self._text).strip()
        self._text.clear()
        if name in _FIELDS and text:
            self._page[_FIELDS[name]] = text
        if name == f"{_SITEMAP} url":
            self.pages.append(self._page)
        elif name == f"{_SITEMAP} sitemap":
            self.children.append(self._page.pop("url", ""))

"""Feeds in files: RSS, RDF, Atom, JSON Feed; and sitemaps, which contain no texts."""

import re
from collections.abc import Iterator

from index.errors import FeedError, RecordError
from index.feeds.document import read_document
from index.feeds.sitemap import is_sitemap
from index.readers.format import Format, Record
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.safe_xml import root_name
from index.readers.source import InputFile

MAX_FILE_BYTES = 64 * 1024 * 1024
_JSON_FEED = re.compile(rb"\A\s*\{.{0,2000}https?://jsonfeed\.org/version/", re.DOTALL)


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article of every entry that has a text. Raises RecordError if it is not a feed."""
    data = source.read_all(MAX_FILE_BYTES)
    if any("<!ENTITY".encode(one) in data for one in ("ascii", "utf-16-le", "utf-16-be")):
        raise RecordError(source.place, "it defines XML entities, which are not allowed")
    lost: list[str] = []
    try:
        document = read_document(data, "", fallback_encoding=options.fallback_encoding, notes=lost)
    except FeedError as error:
        raise RecordError(source.place, str(error)) from error
    if not document.entries:
        raise RecordError(source.place, "it has no entries")
    for entry in document.entries:
        place = f"{source.place}#{entry.guid}"
        notes = [*lost, *([entry.identity_note] if entry.identity_note else [])]
        lost = []
        yield article_or_error({"id": entry.guid, **entry.fields}, place, options, notes)


def read_sitemap(source: InputFile, _options: ReadOptions) -> Iterator[Record]:
    """Yields no articles, only a RecordError that says how many pages there are and how to fetch
    them.
    """
    data = source.read_all(MAX_FILE_BYTES)
    try:
        pages = len(read_document(data, "").entries)
    except FeedError as error:
        raise RecordError(source.place, str(error)) from error
    yield RecordError(
        source.place,
        f"it lists {pages:,} news pages without their texts; 'newsearch feeds add' with the "
        "sitemap's address fetches them",
    )


_FEED_FIELDS = (
    ("id", "`guid`, `id`, else the address"),
    ("title", "`title`"),
    ("text", "the longest of content and summary"),
    ("date", "`pubDate`, `published`, `date_published`; else the date it was updated"),
    ("updated", "`updated` or `date_modified`, unless it is the only date"),
    ("authors", "`author`, `dc:creator`, `authors`"),
    ("source", "the entry's `source`, else the feed's title"),
    ("lang", "the entry's, else the feed's language"),
    ("url", "the link"),
    ("metadata.categories", "`category`, `tags`"),
)
FEED = Format(
    name="feed",
    about="RSS, RDF and Atom",
    suffixes=(".rss", ".atom", ".rdf"),
    recognised_by="its root `rss`, `feed` or `RDF`",
    read_articles=read_articles,
    recognises=lambda head: root_name(head) in ("rss", "feed", "rdf"),
    fields=_FEED_FIELDS,
)
JSON_FEED = Format(
    name="jsonfeed",
    about="JSON Feed 1.0 and 1.1",
    suffixes=(),
    recognised_by="its version, `https://jsonfeed.org/version/…`",
    read_articles=read_articles,
    recognises=lambda head: _JSON_FEED.match(head) is not None,
    fields=_FEED_FIELDS,
)
SITEMAP = Format(
    name="sitemap",
    about="sitemaps with the news extension: reported, because they contain no texts",
    suffixes=(),
    recognised_by="its root `urlset` or `sitemapindex`",
    read_articles=read_sitemap,
    recognises=lambda head: (
        root_name(head) in ("urlset", "sitemapindex") and is_sitemap(head[:8192])
    ),
)

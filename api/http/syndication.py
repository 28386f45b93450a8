"""Articles as RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1.

Entries are the same in all three, in the order given. Ids depend only on article ids, so that a
feed reader recognises an article whatever the URL, the query or the format. A document is a
function of its articles: nothing in it depends on when it is requested.
"""

import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from html import escape
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from index.domain import NewsDate, StoredArticle

_NAMESPACE = uuid.UUID("3f1f3a3e-6d0c-5c58-9f0e-6a6f2f2d9a51")
"""Never change this: the ids of all feeds depend on it."""

_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


class FeedFormat(StrEnum):
    """The formats by the suffix of their URLs."""

    RSS = "rss"
    ATOM = "atom"
    JSON = "jsonfeed"

    @property
    def media_type(self) -> str:
        """The content type."""
        return {
            FeedFormat.RSS: "application/rss+xml",
            FeedFormat.ATOM: "application/atom+xml",
            FeedFormat.JSON: "application/feed+json",
        }[self]


@dataclass(frozen=True, slots=True)
class Entry:
    """An article with its URL and the passage to show."""

    stored: StoredArticle
    url: str
    summary: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed at `self_url` of what `home_url` shows people. Its id is made from `name`."""

    name: str
    title: str
    home_url: str
    self_url: str
    entries: Sequence[Entry]
    zone: ZoneInfo

    @property
    def id(self) -> str:
        """Return a URN that never changes."""
        return _urn(f"feed {self.name}")

    @property
    def updated(self) -> datetime:
        """Return when its newest article arrived or changed; the epoch if there are none."""
        return max((_ingested(entry) for entry in self.entries), default=_BEFORE_ALL)


def document(feed: Feed, kind: FeedFormat) -> bytes:
    """Return a feed as UTF-8."""
    match kind:
        case FeedFormat.RSS:
            return _rss(feed)
        case FeedFormat.ATOM:
            return _atom(feed)
        case FeedFormat.JSON:
            return _json(feed)


def _urn(name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, name)}"


def entry_id(article_id: str) -> str:
    """Return the id of an article in every feed."""
    return _urn(f"article {article_id}")


def _ingested(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.stored.ingested_at).astimezone(UTC).replace(microsecond=0)


def _published(date: NewsDate | None, zone: ZoneInfo) -> datetime | None:
    """Return the first instant of a date; a date without a time zone is in `zone`."""
    if date is None:
        return None
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=date.start_s)
        return moment if date.is_zoned else moment.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return None  # the first and last hours of the calendar do not exist in other zones


def _text(text: str) -> str:
    """Return `text` without the characters that XML 1.0 does not allow."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _child(
    parent: ElementTree.Element, name: str, text: str = "", **attributes: str
) -> ElementTree.Element:
    made = ElementTree.SubElement(
        parent, name, {key: _text(value) for key, value in attributes.items()}
    )
    made.text = _text(text) or None
    return made


def _serialised(root: ElementTree.Element) -> bytes:
    ElementTree.indent(root)
    content: bytes = ElementTree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + content


def _rss(feed: Feed) -> bytes:
    root = ElementTree.Element("rss", {"version": "2.0", "xmlns:atom": _ATOM, "xmlns:dc": _DC})
    channel = _child(root, "channel")
    _child(channel, "title", feed.title)
    _child(channel, "link", feed.home_url)
    _child(channel, "description", feed.title)
    _child(channel, "lastBuildDate", format_datetime(feed.updated, usegmt=True))
    _child(
        channel, "atom:link", rel="self", href=feed.self_url, type=FeedFormat.RSS.media_type
    )  # fmt: skip
    for entry in feed.entries:
        article = entry.stored.article
        item = _child(channel, "item")
        _child(item, "title", article.title)
        _child(item, "link", entry.url)
        _child(item, "description", escape(entry.summary))  # readers take it for HTML
        for author in article.authors:
            _child(item, "dc:creator", author)
        if article.source:
            _child(item, "dc:publisher", article.source)
        _child(item, "dc:language", article.language)
        if article.section:
            _child(item, "category", article.section)
        if published := _published(article.date, feed.zone):
            _child(item, "pubDate", format_datetime(published, usegmt=True))
        _child(item, "guid", entry_id(article.id), isPermaLink="false")
    return _serialised(root)


def _atom(feed: Feed) -> bytes:
    root = ElementTree.Element("feed", {"xmlns": _ATOM})
    _child(root, "id", feed.id)
    _child(root, "title", feed.title)
    _child(root, "updated", _rfc_3339(feed.updated))
    _child(root, "link", rel="self", href=feed.self_url, type=FeedFormat.ATOM.media_type)
    _child(root, "link", rel="alternate", href=feed.home_url, type="text/html")
    _child(_child(root, "author"), "name", "newsearch")
    _child(root, "generator", "newsearch")
    for entry in feed.entries:
        article = entry.stored.article
        item = _child(root, "entry")
        item.set("xml:lang", article.language)
        _child(item, "id", entry_id(article.id))
        _child(item, "title", article.title)
        _child(item, "updated", _rfc_3339(_ingested(entry)))
        if published := _published(article.date, feed.zone):
            _child(item, "published", _rfc_3339(published))
        for author in article.authors or ((article.source,) if article.source else ()):
            _child(_child(item, "author"), "name", author)
        if article.section:
            _child(item, "category", term=article.section)
        _child(item, "link", rel="alternate", href=entry.url)
        _child(item, "summary", entry.summary)
    return _serialised(root)


def _json(feed: Feed) -> bytes:
    body: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home_url,
        "feed_url": feed.self_url,
        "items": [_json_item(entry, feed.zone) for entry in feed.entries],
    }
    return json.dumps(body, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _json_item(entry: Entry, zone: ZoneInfo) -> dict[str, object]:
    article = entry.stored.article
    published = _published(article.date, zone)
    item: dict[str, object] = {
        "id": entry_id(article.id),
        "url": entry.url,
        "title": article.title,
        "content_text": entry.summary or article.title,
        "date_published": _rfc_3339(published) if published else None,
        "date_modified": _rfc_3339(_ingested(entry)),
        "language": article.language,
        "authors": [{"name": author} for author in article.authors],
        "tags": [article.section] if article.section else [],
        "_newsearch": {"id": article.id, "source": article.source},
    }
    return {name: value for name, value in item.items() if value not in (None, [])}


def _rfc_3339(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment.year > 999 else moment.isoformat()

"""From the bytes of a feed to its entries: RSS, RDF, Atom (feedparser), JSON Feed, news sitemaps.

An entry's `fields` are those of a record, as `index.records.normalise` reads them. Owns the
feedparser adapter; feedparser is given a stream, never a string, which it might take for a path or
an address.
"""

import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urljoin

from index.errors import FeedError
from index.feeds import sitemap, wordpress
from index.feeds.dates import written_date
from index.feeds.markup import feed_links, has_tags, text_of
from index.records.home_pages import is_home_page
from index.records.pictures import image
from index.text.decoding import NotText, decode_declared, decode_xml

MAX_ENTRIES = 50_000
"""The number of addresses that the sitemap protocol allows."""

MAX_UNZIPPED_BYTES = 64 * 1024 * 1024
"""More than the 50 MB that the sitemap protocol allows."""

_SNIFFED_BYTES = 4096
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_NAME_BEHIND_ADDRESS = re.compile(r"\(([^()@]+)\)")
_AROUND_NAMES = " \t,;:<>()-"
_AUTHOR = re.compile(
    rb"<(?:[\w-]{1,20}:)?(?:author|creator|name|email)\b[^<>]{0,500}>[^<>]{1,500}<"
)
_LONG_DOMAIN = re.compile(rb"(@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{4})[A-Za-z]{1,59}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `guid` identifies it within its feed, `url` is the page it links to.

    `is_page_its_own` is false if other entries link to that page, too, or if it is a home page.
    `identity_note` says what else identifies the entry, and why, if not its own guid and page.
    """

    guid: str
    url: str | None
    fields: Mapping[str, Any] = field(hash=False)
    is_page_its_own: bool = True
    identity_note: str | None = None

    @property
    def digest(self) -> str:
        """A digest that changes whenever the entry does."""
        content = json.dumps(dict(self.fields), sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Document:
    """A feed as fetched; entries are usually newest first."""

    title: str | None
    entries: tuple[Entry, ...]


def read_document(
    data: bytes,
    url: str,
    content_type: str = "",
    *,
    fallback_encoding: str | None = None,
    notes: list[str] | None = None,
) -> Document:
    """The entries of a feed fetched from `url`, perhaps in a gzip file.

    `notes` receives which bytes were lost. Raises FeedError if it is not a feed, or its encoding is
    unknown.
    """
    data = _unzipped(data)
    start = data[:_SNIFFED_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    charset = _CHARSET.search(content_type)
    label = charset[1] if charset else None
    try:
        if start.startswith(b"{"):
            return _json_feed(decode_declared(data, label, fallback_encoding, notes), url)
        data = decode_xml(data, label=label, fallback_encoding=fallback_encoding, notes=notes)
    except NotText as error:
        raise FeedError(_no_feed("it is binary")) from error
    except ValueError as error:
        raise FeedError(str(error)) from error
    return _sitemap(data) if sitemap.is_sitemap(data[:_SNIFFED_BYTES]) else _xml_feed(data, url)


def _unzipped(data: bytes) -> bytes:
    if not data.startswith(b"\x1f\x8b\x08"):
        return data
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacker.decompress(data, MAX_UNZIPPED_BYTES + 1)
    except zlib.error as error:
        raise FeedError(f"its gzip data is damaged ({error})") from error
    if len(unpacked) > MAX_UNZIPPED_BYTES:
        raise FeedError(f"it unpacks to more than {MAX_UNZIPPED_BYTES:,} bytes")
    if not unpacker.eof:
        raise FeedError("its gzip data ends too early")
    return unpacked


def _xml_feed(data: bytes, url: str) -> Document:
    import feedparser

    # The encoding is settled: feedparser would guess, and take what is not UTF-8 for Windows-1252.
    headers = {"content-location": url, "content-type": "application/xml; charset=utf-8"}
    try:
        parsed = feedparser.parse(
            io.BytesIO(_with_short_domains(data)), response_headers=headers, sanitize_html=False
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise FeedError(f"this feed is too damaged to read ({error})") from error
    if not parsed.get("version") and not parsed.entries:
        raise FeedError(_why_no_feed(data, url, parsed.get("bozo_exception")))
    feed = parsed.feed
    shared = {"source": _line(feed.get("title")), "lang": _language(feed.get("language"))}
    prefix = wordpress.prefix(parsed.get("namespaces", {}))
    entries = [
        _parsed_entry(entry, shared, wordpress.usage(entry, prefix))
        for entry in parsed.entries[:MAX_ENTRIES]
        if wordpress.is_article(entry, prefix)
    ]
    return Document(shared["source"], _identified(entries))


def _why_no_feed(data: bytes, url: str, error: object) -> str:
    page = data.decode("utf-8", "replace")
    if "<html" in page[:_SNIFFED_BYTES].lower():
        links = ", ".join(urljoin(url, link) for link in feed_links(page))
        hint = f"it links to these feeds: {links}" if links else "it links to no feeds"
        return f"this is a web page, not a feed; {hint}"
    return _no_feed(str(error or "it is empty"))


def _no_feed(why: str) -> str:
    return f"this is not an RSS, Atom or JSON feed or a news sitemap ({why})"


def _parsed_entry(entry: Any, shared: Mapping[str, str | None], usage: str | None) -> Entry:
    captions = _captions(entry)
    details = [*entry.get("content", ()), entry.get("summary_detail") or {}]
    texts = [_text(detail) for detail in details if detail not in captions]
    link = entry.get("link") or None
    language = _language(entry.get("language")) or shared["lang"]
    published, updated = (_date(entry, name, language) for name in ("published", "updated"))
    return _entry(
        entry.get("id"),
        link,
        {
            **shared,
            "title": _text(entry.get("title_detail") or {}) or None,
            "text": max(texts, key=len, default=""),
            "date": published or updated,
            "updated": updated if published else None,
            "authors": list(_authors(entry)),
            "source": _line(entry.get("source", {}).get("title")) or shared["source"],
            "lang": language,
            "categories": [tag.get("term") for tag in entry.get("tags", ()) if tag.get("term")],
            "usage": usage,
            "image": _image(entry, link, captions),
        },
    )


def _captions(entry: Any) -> list[Any]:
    """What `media:description` says, which feedparser takes for a content of the entry."""
    has_media = entry.get("media_content") and str(entry.get("summary") or "").strip()
    contents = entry.get("content", ()) if has_media else ()
    return [one for one in contents if one.get("type") == "text/plain"]


def _image(entry: Any, base: str | None, captions: Sequence[Any]) -> dict[str, str] | None:
    """The first picture of an entry: `media:content`, an enclosure, else `media:thumbnail`."""
    media = [one for one in entry.get("media_content", ()) if _is_picture(one)]
    media += [one for one in entry.get("enclosures", ()) if _is_picture(one)]
    media += entry.get("media_thumbnail", ())
    caption = next((one.get("value") for one in captions), None)
    credit = next((one.get("content") for one in entry.get("media_credit", ())), None)
    found = (image(one.get("url") or one.get("href"), caption, credit, base=base) for one in media)
    return next((one for one in found if one), None)


def _is_picture(one: Mapping[str, Any]) -> bool:
    kind = f"{one.get('type') or ''} {one.get('medium') or ''}"
    address = str(one.get("url") or one.get("href") or "").lower().partition("?")[0]
    return "image" in kind or (not kind.strip() and address.endswith(_PICTURES))


def _text(detail: Mapping[str, Any]) -> str:
    """A text construct; what Atom declares as plain text is one."""
    value = str(detail.get("value") or "")
    is_plain = detail.get("type") == "text/plain" and not has_tags(value)
    return value.strip() if is_plain else text_of(value)


def _date(entry: Any, name: str, language: str | None) -> str | None:
    if name not in entry:  # if `updated` is missing, feedparser falls back to `published`
        return None
    return written_date(_line(entry.get(name)), language)


def _authors(entry: Any) -> Iterator[str]:
    """Names of authors; from RSS's `ada@paper.example (Ada Quill)` the address is dropped."""
    written = entry.get("author") or ""
    found = _NAME_BEHIND_ADDRESS.findall(written) if "@" in written else []
    found += [_line(author.get("name")) or "" for author in entry.get("authors", ())]
    names = (name.strip(_AROUND_NAMES) for name in found if "@" not in name)
    yield from dict.fromkeys(name for name in names if name)


def _with_short_domains(data: bytes) -> bytes:
    """A feed whose addresses of authors have top-level domains of at most four letters.

    feedparser takes the fifth letter and those that follow for a name.
    """
    return _AUTHOR.sub(lambda author: _LONG_DOMAIN.sub(rb"\1", author[0]), data)


def _entry(guid: object, url: str | None, fields: Mapping[str, Any]) -> Entry:
    known = {name: value for name, value in {**fields, "url": url}.items() if value}
    return Entry(str(guid) if guid else url or _content_digest(known), url, known)


def _content_digest(fields: Mapping[str, Any]) -> str:
    content = json.dumps([fields.get("title"), fields.get("text")])
    return hashlib.sha256(content.encode()).hexdigest()


def _identified(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries, each with what identifies it.

    A guid that entries with different titles have identifies none of them: each has its address
    instead or, where that is shared, too, a digest of its content.
    """
    titles: dict[str, set[object]] = {}
    pages: dict[str | None, set[object]] = {}
    for entry in entries:
        titles.setdefault(entry.guid, set()).add(entry.fields.get("title"))
        pages.setdefault(entry.url, set()).add((entry.guid, entry.fields.get("title")))
    found = []
    for entry in entries:
        is_own = len(pages[entry.url]) == 1 and not is_home_page(entry.url or "")
        guid, note = entry.guid, None
        if len(titles[guid]) > 1:
            guid = entry.url if is_own and entry.url else _content_digest(entry.fields)
            what = "its address" if is_own and entry.url else "its content"
            note = f"several entries have its guid, so {what} identifies it"
        found.append(replace(entry, guid=guid, is_page_its_own=is_own, identity_note=note))
    return tuple(found)


def _json_feed(data: str, url: str) -> Document:
    """JSON Feed 1.0 and 1.1."""
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FeedError(f"this is not valid JSON ({error})") from error
    version = feed.get("version")
    items = feed.get("items")
    if not isinstance(version, str) or "jsonfeed.org/version/" not in version:
        raise FeedError("this is JSON but not a JSON Feed: it has no version")
    if not isinstance(items, list):
        raise FeedError("this JSON Feed has no list of items")
    shared = {"source": _line(feed.get("title")), "lang": _language(feed.get("language"))}
    entries = (_json_entry(item, shared, url) for item in items[:MAX_ENTRIES])
    return Document(shared["source"], _identified([entry for entry in entries if entry]))


def _json_entry(item: object, shared: Mapping[str, str | None], url: str) -> Entry | None:
    if not isinstance(item, dict):
        return None
    link = item.get("url") or item.get("external_url")
    text = item.get("content_text") or text_of(str(item.get("content_html") or ""))
    return _entry(
        item.get("id"),
        urljoin(url, link) if isinstance(link, str) else None,
        {
            **shared,
            "title": item.get("title"),
            "text": text or item.get("summary"),
            "date": item.get("date_published") or item.get("date_modified"),
            "updated": item.get("date_modified"),
            "authors": list(_json_authors(item)),
            "lang": _language(item.get("language")) or shared["lang"],
            "categories": item.get("tags"),
            "image": image(item.get("image") or item.get("banner_image"), base=url),
        },
    )


def _json_authors(item: Mapping[str, Any]) -> Iterator[str]:
    """Version 1.0 has a single author, version 1.1 a list."""
    authors = item.get("authors") or [item.get("author")]
    for author in authors if isinstance(authors, list) else ():
        if isinstance(author, dict) and (name := _line(author.get("name"))):
            yield name


def _sitemap(data: bytes) -> Document:
    entries = tuple(
        _entry(page.url, page.url, page.fields) for page in sitemap.read_sitemap(data)[:MAX_ENTRIES]
    )
    return Document(None, entries)


def _line(value: object) -> str | None:
    return " ".join(text_of(value).split()) or None if isinstance(value, str) else None


def _language(value: object) -> str | None:
    """A language tag, or None; feeds also write `en_US`, or words that are not language tags."""
    if not isinstance(value, str):
        return None
    tag = value.strip().replace("_", "-")
    primary = tag.partition("-")[0]
    is_tag = primary.isascii() and primary.isalpha() and len(primary) in (2, 3)
    return tag if is_tag else None

"""When a page was published, from its tags or else its address, with the origin of the date."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from index.dates.dates import parse_date
from index.dates.written_dates import read_date
from index.domain import DateOrigin, NewsDate

_PUBLISHED = (
    "article:published_time", "datepublished", "og:published_time", "date.issued", "dc.date.issued",
    "dcterms.issued", "dc.date", "dcterms.created", "publishdate", "pubdate", "publish-date",
    "sailthru.date", "parsely-pub-date", "article.published", "date",
)  # fmt: skip
_UPDATED = (
    "article:modified_time", "datemodified", "og:updated_time", "dcterms.modified", "last-modified",
    "lastmod",
)  # fmt: skip
_IN_URL = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])(?:[/-](0?[1-9]|[12]\d|3[01]))?(?=[/_.-]|$)"
)
_MAX_JSON_CHARS = 500_000
_MAX_NODES = 2_000


def published(tree: Any, url: str | None) -> NewsDate | None:
    """When the page was published; None if neither tags nor address say."""
    found = _from_tags(tree, "datePublished", _PUBLISHED)
    return found or _from_url(url or _canonical(tree))


def updated(tree: Any) -> NewsDate | None:
    """When the page was last changed, according to its tags."""
    return _from_tags(tree, "dateModified", _UPDATED)


def _from_tags(tree: Any, property_name: str, meta_names: tuple[str, ...]) -> NewsDate | None:
    language = tree.get("lang") or ""
    written = [
        *_linked_data(tree, property_name),
        *_meta(tree, meta_names),
        *_times(tree, property_name),
    ]
    for text in written:
        try:
            date = read_date(text, language)
        except ValueError:
            continue  # this tag is unusable; try the next
        return replace(date, origin=DateOrigin.META)
    return None


def _linked_data(tree: Any, name: str) -> Iterator[str]:
    for script in tree.iter("script"):
        text = script.text or ""
        if script.get("type") == "application/ld+json" and name in text[:_MAX_JSON_CHARS]:
            try:
                body = json.loads(text[:_MAX_JSON_CHARS])
            except (ValueError, RecursionError):
                continue
            yield from _values(body, name)


def _values(body: Any, name: str) -> Iterator[str]:
    """The values of a property anywhere in a JSON value, outermost first."""
    level = [body]
    seen = 0
    while level and seen < _MAX_NODES:
        deeper: list[Any] = []
        for node in level:
            seen += 1
            if isinstance(node, Mapping):
                value = node.get(name)
                if isinstance(value, str):
                    yield value
                deeper += node.values()
            elif isinstance(node, list):
                deeper += node
        level = deeper


def _meta(tree: Any, names: tuple[str, ...]) -> Iterator[str]:
    found: dict[str, str] = {}
    for tag in tree.iter("meta"):
        name = tag.get("property") or tag.get("name") or tag.get("itemprop") or ""
        if content := tag.get("content"):
            found.setdefault(name.lower(), content)
    return (found[name] for name in names if name in found)


def _times(tree: Any, property_name: str) -> Iterable[str]:
    for tag in tree.iter("time"):
        is_marked = tag.get("itemprop") == property_name or tag.get("pubdate") is not None
        if tag.get("datetime") and is_marked:
            yield tag.get("datetime")


def _canonical(tree: Any) -> str:
    links = (tag.get("href") for tag in tree.iter("link") if tag.get("rel") == "canonical")
    return next((link for link in links if link), "")


def _from_url(url: str) -> NewsDate | None:
    match = _IN_URL.search(url)
    if match is None:
        return None
    year, month, day = match.groups()
    try:
        date = parse_date(f"{year}-{month:0>2}" + (f"-{day:0>2}" if day else ""))
    except ValueError:
        return None
    return replace(date, origin=DateOrigin.URL)

"""When a page was published: from its tags, its address or what it prints, with the date's origin.

Every date is read by `index.dates`; what that refuses is not guessed. Dates of other things that a
page names (the site, lists of other articles, cited works, comments) are passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from index.dates.dates import parse_date
from index.dates.shapes import NoDate
from index.dates.written_dates import MAX_CHARS, read_date
from index.dates.zone_names import UncertainZone
from index.domain import DateOrigin, NewsDate
from index.readers import json_ld

_PUBLISHED = (
    "article:published_time", "datepublished", "og:published_time", "og:article:published_time",
    "date.issued", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.created", "dcterms.date",
    "publishdate", "pubdate", "publish-date", "publish_date", "published_time", "published-date",
    "sailthru.date", "parsely-pub-date", "article.published", "cxenseparse:recs:publishtime",
    "citation_publication_date", "citation_date", "rnews:datepublished", "date",
)  # fmt: skip
_UPDATED = (
    "article:modified_time", "datemodified", "og:updated_time", "dcterms.modified", "last-modified",
    "lastmod",
)  # fmt: skip
_IN_URL = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])(?:[/-](0?[1-9]|[12]\d|3[01]))?(?=[/_.-]|$)"
)
_OTHERS = frozenset({"aside", "nav", "footer", "li", "blockquote", "figure", "form", "table"})
_OTHER_CLASSES = re.compile(
    r"related|teaser|sidebar|recommend|more-|most-|popular|trending|comment|widget|promo|footer"
    r"|archive|latest|read-?next|newsletter|copyright|breadcrumb|carousel|card|also",
    re.IGNORECASE,
)
_DATE_CLASSES = re.compile(
    r"date|time|publi|posted|datum|fecha|stand\b|byline|dateline|meta|data-|author|info",
    re.IGNORECASE,
)
_ARTICLE_TYPES = re.compile(r"schema\.org/(?:\w*Article|BlogPosting|Report|\w*WebPage)$")
_SEPARATORS = re.compile(r"\s+[|•·–—/]\s+|\n|\s{3,}")
_BYLINE = re.compile(
    r"^(?:by|von|por|par|di|door|av|af|od|от|автор)\s+[^\d]{2,60}?[,.]?\s+(?=\S*\d)", re.I
)
_LONG_PARAGRAPH_CHARS = 160
_PRINTED_ELEMENTS = 400


@dataclass(frozen=True, slots=True)
class PageDates:
    """The dates of a page.

    A date that the settings of its source may decide (its zone, the order of day and month) is
    given as written.
    """

    published: NewsDate | str | None
    updated: NewsDate | str | None


def page_dates(tree: Any, url: str | None) -> PageDates:
    """When a page was published and last changed, if it says so."""
    page = _Page(tree, url)
    tagged = page.from_tags("datePublished", _PUBLISHED)
    published = tagged or page.from_address() or page.printed() or page.doubtful
    page.doubtful = None
    return PageDates(published, page.from_tags("dateModified", _UPDATED) or page.doubtful)


class _Page:
    def __init__(self, tree: Any, url: str | None) -> None:
        self._tree = tree
        self._language = tree.get("lang") or ""
        self._heading = next(
            (one for one in tree.iter("h1") if not _is_of_others(one, {"header"})), None
        )
        self._address = url or _canonical(tree)
        self.doubtful: str | None = None
        """The first date that could not be read for certain."""

        found = json_ld.articles(json_ld.linked_nodes(tree))
        titles = {json_ld.folded(title) for title in self._titles()} - {""}
        self._nodes = json_ld.own(found, address=self._address, titles=titles)

    def _titles(self) -> Iterator[str | None]:
        yield "".join(self._heading.itertext()) if self._heading is not None else None
        for tag in self._tree.iter("title"):
            yield tag.text
        for tag in self._tree.iter("meta"):
            if tag.get("property") == "og:title":
                yield tag.get("content")

    def from_tags(self, name: str, meta_names: tuple[str, ...]) -> NewsDate | str | None:
        """The first date in JSON-LD, meta tags, microdata and `<time>` that can be read; else one
        whose zone is uncertain.
        """
        uncertain = None
        for written in (self._linked(name), self._meta(meta_names), self._times(name)):
            for text in written:
                try:
                    date = read_date(text.strip(), self._language)
                except UncertainZone:
                    uncertain = uncertain or text
                except ValueError as error:
                    if not isinstance(error, NoDate):
                        self.doubtful = self.doubtful or text
                else:
                    return replace(date, origin=DateOrigin.META)
        return uncertain

    def from_address(self) -> NewsDate | None:
        match = _IN_URL.search(self._address)
        if match is None:
            return None
        year, month, day = match.groups()
        try:
            date = parse_date(f"{year}-{month:0>2}" + (f"-{day:0>2}" if day else ""))
        except ValueError:
            return None
        return replace(date, origin=DateOrigin.URL)

    def printed(self) -> NewsDate | str | None:
        """A date printed near the headline: in an element of its own, or before the first long
        paragraph.
        """
        for text in self._lines():
            for part in (text, *_SEPARATORS.split(text)):
                part = _BYLINE.sub("", " ".join(part.split())).strip(" ,;|·•–—-()[]")
                # A number alone or a year is no date that a reader is told.
                if not 6 <= len(part) <= MAX_CHARS or part.isdigit():
                    continue
                try:
                    date = read_date(part, self._language)
                except UncertainZone:
                    return part
                except ValueError:
                    continue
                return replace(date, origin=DateOrigin.TEXT)
        return None

    def _lines(self) -> Iterator[str]:
        """The short texts from the headline to the first long paragraph, then those before it."""
        elements = [one for one in self._tree.iter() if isinstance(one.tag, str)]
        start = elements.index(self._heading) if self._heading is not None else 0
        for element in elements[start : start + _PRINTED_ELEMENTS]:
            text = _start_of(element)
            if len(text) > _LONG_PARAGRAPH_CHARS and element.tag == "p":
                break
            if 0 < len(text) <= MAX_CHARS and not _is_of_others(element):
                yield text
        beside = [] if self._heading is None else list(self._heading.itersiblings(preceding=True))
        for element in elements[:start]:
            marks = f"{element.get('class') or ''} {element.get('id') or ''}"
            marks += " date" if element in beside[:3] else ""
            text = _start_of(element)
            is_dated = _DATE_CLASSES.search(marks) and 0 < len(text) <= MAX_CHARS
            if is_dated and not _is_of_others(element):
                yield text

    def _linked(self, name: str) -> list[str]:
        """The dates of the article in JSON-LD; none if there are several that are not the same."""
        dates = [node[name] for node in self._nodes if isinstance(node.get(name), str)]
        return dates[:1] if len({date[:10] for date in dates}) == 1 else []

    def _meta(self, names: tuple[str, ...]) -> Iterator[str]:
        found: dict[str, str] = {}
        for tag in self._tree.iter("meta"):
            name = tag.get("property") or tag.get("name") or ""
            if not name and tag.get("itemprop") and self._is_own_property(tag):
                name = tag.get("itemprop")
            if content := tag.get("content"):
                found.setdefault(name.lower(), content)
        return (found[name] for name in names if name in found)

    def _times(self, name: str) -> Iterator[str]:
        """Dates in `<time>` and microdata: marked ones, else the first after the headline."""
        plain = []
        for tag in self._tree.iter("time", "span", "div", "p", "abbr"):
            written = tag.get("datetime") or tag.get("content")
            if tag.tag == "time":
                written = written or "".join(tag.itertext())
            if tag.get("itemprop") == name and self._is_own_property(tag):
                yield written or "".join(tag.itertext())
            elif tag.tag == "time" and written and not _is_of_others(tag):
                if tag.get("pubdate") is not None and name == "datePublished":
                    yield written
                elif not tag.get("itemprop") and not _is_update(tag):
                    plain.append(tag)
        if name == "datePublished" and plain:
            order = {one: at for at, one in enumerate(self._tree.iter())}
            start = order.get(self._heading, 0)
            first = next((tag for tag in plain if order[tag] > start), plain[0])
            yield first.get("datetime") or "".join(first.itertext())

    def _is_own_property(self, tag: Any) -> bool:
        """Whether a property is the article's: of its scope, not of one within it."""
        if _is_of_others(tag):
            return False
        scopes = [one for one in tag.iterancestors() if one.get("itemscope") is not None]
        if not scopes:
            return True
        kind = scopes[0].get("itemtype") or ""
        return bool(_ARTICLE_TYPES.search(kind) or not kind)


def _is_of_others(element: Any, apart_from: frozenset[str] | set[str] = frozenset()) -> bool:
    """Whether an element stands in a list, a sidebar, a teaser, or another part of its own."""
    for one in (element, *element.iterancestors()):
        if not isinstance(one.tag, str) or one.tag in ("body", "html", "main"):
            continue
        if one.tag in _OTHERS - apart_from:
            return True
        marks = f"{one.get('class') or ''} {one.get('id') or ''}"
        if _OTHER_CLASSES.search(marks) and one.tag != "article":
            return True
    return False


def _start_of(element: Any) -> str:
    """The text of an element, as far as it matters whether it is short."""
    text = ""
    for part in element.itertext():
        text += part
        if len(text) > 2 * _LONG_PARAGRAPH_CHARS:
            break
    return text.strip()


def _is_update(tag: Any) -> bool:
    marks = " ".join((tag.get("class") or "", tag.get("id") or "", tag.get("data-type") or ""))
    return re.search(r"update|modif|edit|aktualis", marks, re.IGNORECASE) is not None


def _canonical(tree: Any) -> str:
    links = (tag.get("href") for tag in tree.iter("link") if tag.get("rel") == "canonical")
    return next((link for link in links if link), "")

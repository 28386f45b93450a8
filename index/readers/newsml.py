"""NewsML-G2: a `newsItem`, or a `newsMessage` or `itemSet` of them. Other items are skipped."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from index.errors import RecordError
from index.feeds.markup import text_of
from index.readers.format import Format, Record
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.safe_xml import (
    MAX_FILE_BYTES,
    Element,
    line_of,
    paragraphs,
    parse_xml,
    root_name,
)
from index.readers.source import InputFile
from index.records.pictures import image, media_kind

_NO_ARTICLES = frozenset(
    {"packageitem", "conceptitem", "knowledgeitem", "planningitem", "catalogitem"}
)
_ROOTS = _NO_ARTICLES | {"newsitem", "newsmessage", "itemset"}
_MEMBERS_SHOWN = 10


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """Every news item. Raises RecordError if the file cannot be read."""
    notes: list[str] = []
    root = parse_xml(source.read_all(MAX_FILE_BYTES), source.place, notes)
    items = list(root.iter("newsItem"))
    if not items:
        raise RecordError(source.place, f"it contains no newsItem, only {_contents(root)}")
    others = _others(root)
    if others:
        notes.append(f"besides its articles it contains {others}, which are not articles")
    for item in items:
        guid = item.get("guid") or "newsItem"
        place = source.place if len(items) == 1 else f"{source.place}#{guid}"
        yield article_or_error(_fields(item), place, options, notes)
        notes = []


def _contents(root: Element) -> str:
    """What a file without news items contains; for a package, the items that it consists of."""
    members = dict.fromkeys(
        address
        for package in root.iter("packageItem")
        for one in package.iter("itemRef")
        if (address := one.get("residref") or one.get("href"))
    )
    listed = ", ".join(list(members)[:_MEMBERS_SHOWN])
    more = f" and {len(members) - _MEMBERS_SHOWN:,} more" if len(members) > _MEMBERS_SHOWN else ""
    content = _others(root) or root.tag
    return f"{content} of {listed}{more}, which are in other files" if members else content


def _others(root: Element) -> str:
    """The items that are not articles, by kind: `2 conceptItem, 1 packageItem`."""
    kinds = Counter(one.tag for one in root.iter() if str(one.tag).lower() in _NO_ARTICLES)
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))


def _fields(item: Element) -> dict[str, Any]:
    find = item.find
    return {
        "id": item.get("guid"),
        "version": item.get("version"),
        "title": line_of(find("contentMeta/headline")) or line_of(find("itemMeta/title")),
        "text": _text(item),
        "lang": _attribute(find("contentMeta/language"), "tag"),
        "date": line_of(find("contentMeta/contentCreated"))
        or line_of(find("itemMeta/firstCreated"))
        or line_of(find("itemMeta/versionCreated")),
        "created": line_of(find("itemMeta/firstCreated")),
        "updated": line_of(find("itemMeta/versionCreated")),
        "embargo": line_of(find("itemMeta/embargoed")),
        "usage": _usage(item),
        "provider": _named(find("itemMeta/provider")),
        "source": _named(find("contentMeta/infoSource")) or line_of(find("contentMeta/creditline")),
        "urgency": line_of(find("contentMeta/urgency")),
        "slugline": line_of(find("contentMeta/slugline")),
        "byline": line_of(find("contentMeta/by")),
        "dateline": line_of(find("contentMeta/dateline")),
        "place": _named(find("contentMeta/located")),
        "authors": [name for one in item.iterfind("contentMeta/creator") if (name := _named(one))],
        "subjects": [
            {"code": _code(subject), "name": line_of(subject.find("name"))}
            for subject in item.iterfind("contentMeta/subject")
        ],
        "metadata": _metadata(item),
    }


def _usage(item: Element) -> str | None:
    """The status; an item under an embargo whose end is not stated is withheld."""
    status = item.find("itemMeta/pubStatus")
    usage = None if status is None else _code(status)
    embargo = item.find("itemMeta/embargoed")
    is_usable = usage is None or usage.lower().endswith("usable")
    if is_usable and embargo is not None and line_of(embargo) is None:
        return "withheld"
    return usage


def _text(item: Element) -> str:
    for name in ("inlineXML", "inlineData"):
        for content in item.iterfind(f"contentSet/{name}"):
            body = next(content.iter("body.content", "body"), content)
            if name == "inlineData" or not len(content):
                text = "".join(content.itertext()).strip()
                is_html = "html" in (content.get("contenttype") or "").lower()
                text = text_of(text) if is_html else text
            else:
                text = paragraphs(body)
            if text:
                return text
    return line_of(item.find("contentMeta/description")) or ""


def _metadata(item: Element) -> dict[str, Any]:
    kind = media_kind(_attribute(item.find("itemMeta/itemClass"), "qcode"))
    found = {
        "kind": kind,
        "image": _image(item) if kind == "picture" else None,
        "keywords": [line_of(one) for one in item.iterfind("contentMeta/keyword") if line_of(one)],
        "ednote": line_of(item.find("itemMeta/edNote")),
        "genre": _attribute(item.find("contentMeta/genre"), "qcode"),
    }
    return {name: value for name, value in found.items() if value}


def _image(item: Element) -> dict[str, str] | None:
    """The picture of a picture item: the first rendition with an address."""
    caption = line_of(item.find("contentMeta/description"))
    credit = line_of(item.find("contentMeta/creditline"))
    contents = item.iterfind("contentSet/remoteContent")
    found = (image(one.get("href"), caption, credit) for one in contents)
    return next((one for one in found if one), None)


def _attribute(element: Element | None, name: str) -> str | None:
    return None if element is None else element.get(name)


def _named(element: Element | None) -> str | None:
    """The name of a party or place, or else its code."""
    if element is None:
        return None
    return line_of(element.find("name")) or element.get("literal") or _code(element)


def _code(element: Element) -> str | None:
    codes = (element.get(name) for name in ("qcode", "uri", "literal"))
    return next((str(code) for code in codes if code), None)


FORMAT = Format(
    name="newsml-g2",
    about="NewsML-G2, the exchange format of the IPTC",
    suffixes=(),
    recognised_by="its root `newsItem`, `newsMessage` or `itemSet`",
    read_articles=read_articles,
    recognises=lambda head: root_name(head) in _ROOTS,
    fields=(
        ("id", "`@guid`"),
        ("version", "`@version`"),
        ("title", "`contentMeta/headline`, else `itemMeta/title`"),
        ("text", "`contentSet/inlineXML`, else `inlineData`, else `contentMeta/description`"),
        ("lang", "`contentMeta/language/@tag`"),
        ("date", "`contentCreated`, else `firstCreated`, else `versionCreated`"),
        ("created", "`itemMeta/firstCreated`"),
        ("updated", "`itemMeta/versionCreated`"),
        ("embargo", "`itemMeta/embargoed`"),
        ("usage", "`itemMeta/pubStatus`: qcode or uri; an empty `embargoed` is withheld"),
        ("provider", "`itemMeta/provider`"),
        ("source", "`contentMeta/infoSource`, else `creditline`"),
        ("urgency", "`contentMeta/urgency`"),
        ("slugline", "`contentMeta/slugline`"),
        ("byline", "`contentMeta/by`"),
        ("dateline", "`contentMeta/dateline`"),
        ("place", "`contentMeta/located`"),
        ("metadata.kind", "`picture` or `video`, from `itemClass`; the caption is the text"),
        ("metadata.image", "of a picture: the first `remoteContent` with an address"),
        ("authors", "`contentMeta/creator`"),
        ("subjects", "`contentMeta/subject`: qcode or uri, and name"),
        ("metadata.keywords", "`contentMeta/keyword`"),
        ("metadata.ednote", "`itemMeta/edNote`"),
        ("metadata.genre", "`contentMeta/genre/@qcode`"),
    ),
)

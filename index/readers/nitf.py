"""NITF, the News Industry Text Format: one article."""

from collections.abc import Iterator
from typing import Any

from index.errors import RecordError
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


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article. Raises RecordError if the file cannot be read."""
    notes: list[str] = []
    root = parse_xml(source.read_all(MAX_FILE_BYTES), source.place, notes)
    if root.tag != "nitf":
        raise RecordError(source.place, f"its root is {root.tag}, not nitf")
    yield article_or_error(_fields(root), source.place, options, notes)


def _fields(root: Element) -> dict[str, Any]:
    def attribute(path: str, name: str) -> str | None:
        element = root.find(path)
        return None if element is None else element.get(name)

    def line(path: str) -> str | None:
        return line_of(root.find(path))

    issued = attribute("head/docdata/date.issue", "norm")
    published = attribute("head/pubdata", "date.publication")
    released = attribute("head/docdata/date.release", "norm")
    return {
        "id": attribute("head/docdata/doc-id", "id-string"),
        "version": attribute("head/docdata/du-key", "version"),
        "title": line("body/body.head/hedline/hl1") or line("head/title"),
        "text": paragraphs(root.find("body/body.content")) or line("body/body.head/abstract"),
        "lang": root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        "date": published or issued or attribute("body/body.head/dateline/story.date", "norm"),
        "created": issued,
        "updated": attribute("head/revision-history[last()]", "norm"),
        "embargo": released,
        "usage": attribute("head/docdata", "management-status"),
        "provider": line("body/body.head/distributor")
        or attribute("head/docdata/doc-id", "regsrc"),
        "source": attribute("head/pubdata", "name"),
        "section": attribute("head/pubdata", "position.section"),
        "urgency": attribute("head/docdata/urgency", "ed-urg"),
        "slugline": attribute("head/docdata/du-key", "key")
        or attribute("head/docdata/fixture", "fix-id"),
        "byline": _spaced(root.find("body/body.head/byline")),
        "authors": [
            name
            for one in root.iterfind("body/body.head/byline/person")
            if (name := line_of(one))
        ],
        "dateline": line("body/body.head/dateline"),
        "place": line("body/body.head/dateline/location"),
        "subjects": [
            {"code": one.get("tobject.subject.refnum"), "name": _subject_name(one)}
            for one in root.iterfind("head/tobject/tobject.subject")
        ],
        "metadata": _metadata(root),
    }  # fmt: skip


def _spaced(element: Element | None) -> str | None:
    """The text of adjacent elements, with a space where none separates them."""
    return None if element is None else " ".join(" ".join(element.itertext()).split()) or None


def _subject_name(subject: Element) -> str | None:
    names = ("tobject.subject.detail", "tobject.subject.matter", "tobject.subject.type")
    return next((subject.get(name) for name in names if subject.get(name)), None)


def _metadata(root: Element) -> dict[str, Any]:
    keywords = [one.get("key") for one in root.iterfind("head/docdata/key-list/keyword")]
    found = {
        "keywords": [word for word in keywords if word],
        "copyright": line_of(root.find("body/body.head/rights")),
        "note": line_of(root.find("body/body.head/note")),
    }
    return {name: value for name, value in found.items() if value}


FORMAT = Format(
    name="nitf",
    about="NITF, the News Industry Text Format",
    suffixes=(".nitf",),
    recognised_by="its root `nitf`",
    read_articles=read_articles,
    recognises=lambda head: root_name(head) == "nitf",
    fields=(
        ("id", "`docdata/doc-id/@id-string`"),
        ("version", "`docdata/du-key/@version`"),
        ("title", "`hedline/hl1`, else `head/title`"),
        ("text", "`body.content`, else `abstract`"),
        ("lang", "`@xml:lang`"),
        ("date", "`pubdata/@date.publication`, else `date.issue`, else `story.date`"),
        ("created", "`docdata/date.issue`"),
        ("updated", "the last `revision-history/@norm`"),
        ("embargo", "`docdata/date.release`"),
        ("usage", "`docdata/@management-status`; embargoed without a date is withheld"),
        ("provider", "`distributor`, else `doc-id/@regsrc`"),
        ("source", "`pubdata/@name`"),
        ("section", "`pubdata/@position.section`"),
        ("urgency", "`docdata/urgency/@ed-urg`"),
        ("slugline", "`du-key/@key`, else `fixture/@fix-id`"),
        ("byline", "`body.head/byline`"),
        ("authors", "`byline/person`"),
        ("dateline", "`body.head/dateline`"),
        ("place", "`dateline/location`"),
        ("subjects", "`tobject.subject`: refnum, and detail, matter or type"),
        ("metadata.keywords", "`key-list/keyword/@key`"),
        ("metadata.copyright", "`body.head/rights`"),
        ("metadata.note", "`body.head/note`"),
    ),
)

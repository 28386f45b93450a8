"""OpenDocument texts (`.odt`, ISO/IEC 26300): one article. Comments and deletions are not text."""

from collections.abc import Iterator

from index.errors import RecordError
from index.readers.format import Format, Record
from index.readers.office_file import (
    PROTECTED,
    Blocks,
    document_fields,
    opened_package,
    own,
)
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.safe_xml import Element
from index.readers.source import InputFile

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_LEFT_OUT = frozenset(
    {"tracked-changes", "annotation", "annotation-end", "table-of-content", "sequence-decls",
     "variable-decls", "note", "ruby-text", "forms"}
)  # fmt: skip
_MAX_SPACES = 100


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article. Raises RecordError if the file cannot be read."""
    with opened_package(source) as package:
        manifest = package.part("META-INF/manifest.xml")
        if manifest is not None and any(True for _ in manifest.iter("encryption-data")):
            raise RecordError(source.place, PROTECTED)
        content = package.part("content.xml")
        body = None if content is None else content.find("body/text")
        if content is None or body is None:
            raise RecordError(source.place, "this document is damaged (it has no text part)")
        reader = _Reader(Blocks(), _title_styles(content))
        reader.add_blocks(body)
        fields = document_fields(reader.blocks, package.part("meta.xml"), source.place)
    yield article_or_error({"id": source.id_hint, **fields}, source.place, options)


def _title_styles(content: Element) -> frozenset[str]:
    """The style `Title`, and those of this document that are derived from it."""
    derived = (
        style.get(f"{_STYLE}name")
        for style in content.iterfind("automatic-styles/style")
        if style.get(f"{_STYLE}parent-style-name") == "Title"
    )
    return frozenset({"Title", *derived})


class _Reader:
    def __init__(self, blocks: Blocks, title_styles: frozenset[str]) -> None:
        self.blocks = blocks
        self._title_styles = title_styles

    def add_blocks(self, parent: Element) -> None:
        for child in parent:
            if child.tag in ("p", "h"):
                style = child.get(f"{_TEXT}style-name")
                self.blocks.add_paragraph(self._text(child), is_title=style in self._title_styles)
                self._add_inside(child)
            elif child.tag == "table":
                self.blocks.add_table(
                    [
                        [" ".join(map(self._text, cell.iter("p", "h"))) for cell in row]
                        for row in own(child, "table-row")
                    ]
                )
            elif child.tag not in _LEFT_OUT:
                self.add_blocks(child)

    def _add_inside(self, paragraph: Element) -> None:
        """The notes and the boxes that are anchored in a paragraph."""
        for note in paragraph.iter("note"):
            citation = "".join(one.text or "" for one in note.iter("note-citation"))
            text = " ".join(self._text(one) for one in note.iterfind("note-body/p"))
            self.blocks.notes.append(f"[{citation}] {' '.join(text.split())}")
        for box in paragraph.iter("text-box"):
            self.add_blocks(box)

    def _text(self, element: Element) -> str:
        parts = [element.text or ""]
        for child in element:
            if child.tag == "s":
                number = child.get(f"{_TEXT}c") or "1"
                parts.append(" " * min(int(number) if number.isdigit() else 1, _MAX_SPACES))
            elif child.tag == "tab":
                parts.append(" ")
            elif child.tag == "line-break":
                parts.append("\n")
            elif child.tag == "note":
                parts += (f" [{one.text}]" for one in child.iter("note-citation"))
            elif child.tag not in _LEFT_OUT and child.tag != "text-box":
                parts.append(self._text(child))
            parts.append(child.tail or "")
        return "".join(parts)


FORMAT = Format(
    name="odt",
    about="OpenDocument texts, as LibreOffice writes them",
    suffixes=(".odt", ".ott"),
    recognised_by="a zip with the type of an OpenDocument at the beginning",
    read_articles=read_articles,
    recognises=lambda head: (
        head.startswith(b"PK\x03\x04") and b"application/vnd.oasis.opendocument" in head[:128]
    ),
    fields=(
        ("id", "the file's name"),
        ("title", "a paragraph of the style `Title` at the top, else the property `title`"),
        ("text", "paragraphs, lists, a row of a table per line, boxes, footnotes"),
        ("authors", "the property `initial-creator`, else `creator`"),
        ("date, created", "the property `creation-date`"),
        ("updated", "the property `date`"),
        ("lang", "the property `language`"),
        ("metadata.keywords", "the property `keyword`"),
    ),
    is_one_article=True,
)

"""Word documents (`.docx`, ECMA-376): one article. What was deleted with tracking is not text."""

from collections.abc import Iterator

from index.errors import RecordError
from index.readers.format import Format, Record
from index.readers.office_file import Blocks, Package, document_fields, opened_package, own
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.safe_xml import Element
from index.readers.source import InputFile

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_DOCUMENT = "word/document.xml"
_LEFT_OUT = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "rPr", "pPr"})
_OTHERS = {
    "xl/workbook.xml": "a spreadsheet; save its sheets as CSV",
    "ppt/presentation.xml": "a presentation; save its text, or export it as PDF",
}
_TITLE_STYLES = frozenset({"title", "titel", "titre", "ttulo", "titolo"})
_OWN_NOTES = ("separator", "continuationSeparator", "continuationNotice")


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article. Raises RecordError if the file cannot be read."""
    with opened_package(source) as package:
        document = package.part(_document_name(package))
        body = None if document is None else document.find("body")
        if body is None:
            raise RecordError(source.place, _why_no_document(package))
        blocks = Blocks()
        _add_blocks(body, blocks)
        for part in ("word/footnotes.xml", "word/endnotes.xml"):
            _add_notes(package.part(part), blocks)
        fields = document_fields(blocks, package.part("docProps/core.xml"), source.place)
    yield article_or_error({"id": source.id_hint, **fields}, source.place, options)


def _document_name(package: Package) -> str:
    """The name of the main part, which other programs than Word may choose."""
    relations = package.part("_rels/.rels")
    for one in relations if relations is not None else ():
        if str(one.get("Type")).endswith("/officeDocument"):
            return str(one.get("Target")).lstrip("/")
    return _DOCUMENT


def _why_no_document(package: Package) -> str:
    names = set(package.names())
    other = next((what for part, what in _OTHERS.items() if part in names), None)
    return f"it is {other}" if other else "this document is damaged (it has no text part)"


def _add_blocks(parent: Element, blocks: Blocks) -> None:
    for child in parent:
        if child.tag == "p":
            blocks.add_paragraph(_text(child), is_title=_style(child) in _TITLE_STYLES)
            for box in child.iter("txbxContent"):
                if not any(one.tag == "Fallback" for one in box.iterancestors()):
                    _add_blocks(box, blocks)
        elif child.tag == "tbl":
            rows = [[_cell(cell) for cell in own(row, "tc")] for row in own(child, "tr")]
            blocks.add_table(rows)
        elif child.tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            _add_blocks(child, blocks)


def _cell(cell: Element) -> str:
    return " ".join(_text(one) for one in cell.iter("p"))


def _add_notes(notes: Element | None, blocks: Blocks) -> None:
    for note in notes if notes is not None else ():
        text = " ".join(_text(one) for one in note.iter("p")).strip()
        if text and _attribute(note, "type") not in _OWN_NOTES:
            blocks.notes.append(f"[{_attribute(note, 'id')}] {text}")


def _text(parent: Element) -> str:
    """The visible text of a paragraph, without that of the boxes in it."""
    parts = []
    for child in parent:
        if child.tag == "t":
            parts.append(child.text or "")
        elif child.tag in ("br", "cr"):
            parts.append("\n")
        elif child.tag in ("tab", "ptab"):
            parts.append(" ")
        elif child.tag == "noBreakHyphen":
            parts.append("-")
        elif child.tag in ("footnoteReference", "endnoteReference"):
            parts.append(f" [{_attribute(child, 'id')}]")
        elif child.tag != "txbxContent" and child.tag not in _LEFT_OUT:
            parts.append(_text(child))
    return "".join(parts)


def _style(paragraph: Element) -> str:
    style = paragraph.find("pPr/pStyle")
    return "" if style is None else (_attribute(style, "val") or "").lower()


def _attribute(element: Element, name: str) -> str | None:
    value = element.get(_W + name) or element.get(_STRICT + name)
    return None if value is None else str(value)


FORMAT = Format(
    name="docx",
    about="Word documents; headings and tables as text, footnotes at the end",
    suffixes=(".docx", ".docm"),
    recognised_by="a zip with the parts of an office document",
    read_articles=read_articles,
    recognises=lambda head: head.startswith(b"PK\x03\x04") and b"opendocument" not in head[:128],
    fields=(
        ("id", "the file's name"),
        ("title", "a paragraph of the style `Title` at the top, else the property `title`"),
        ("text", "paragraphs, lists, a row of a table per line, boxes, footnotes"),
        ("authors", "the property `creator`"),
        ("date, created", "the property `created`"),
        ("updated", "the property `modified`"),
        ("section", "the property `category`"),
        ("metadata.keywords", "the property `keywords`"),
    ),
    is_one_article=True,
)

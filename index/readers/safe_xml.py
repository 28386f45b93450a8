"""XML from untrusted sources: no entities, no DTD, no network.

Owns lxml for the XML formats. Namespaces are dropped: the formats are recognised by their root and
do not mix names.
"""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from index.errors import RecordError
from index.readers.source import InputFile
from index.text.decoding import decode_xml

Element: TypeAlias = Any
"""An `lxml.etree._Element`; lxml has no types."""

MAX_FILE_BYTES = 64 * 1024 * 1024
_ENTITIES = "it defines XML entities, which are not allowed"
_SPACES = re.compile(r"\s+")
_ROOT = re.compile(
    rb"\A\s*(?:<\?xml[^>]*\?>\s*)?(?:(?><!--.*?-->)\s*|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?\s*>\s*"
    rb"|<\?[^>]*\?>\s*)*<(?:[\w.-]+:)?([\w.-]+)[\s/>]",
    re.DOTALL | re.IGNORECASE,
)
"""A comment is an atomic group: each possible end is tried once, not in all combinations."""


def root_name(head: bytes) -> str:
    """The name of the root element of a document with this beginning, in lower case; empty if it is
    not XML.
    """
    match = _ROOT.match(_as_ascii(head))
    return match[1].decode("ascii", "replace").lower() if match else ""


def is_declared_xml(head: bytes) -> bool:
    """Whether a document with this beginning says that it is XML."""
    return _as_ascii(head).lstrip()[:6].lower() == b"<?xml "


def _as_ascii(head: bytes) -> bytes:
    """The ASCII characters of UTF-8 or UTF-16, enough to search for names."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[2:].replace(b"\0", b"")
    return head.removeprefix(b"\xef\xbb\xbf")


def parse_xml(data: bytes, place: str, notes: list[str] | None = None) -> Element:
    """The root element; `notes` receives which bytes were lost.

    Raises RecordError if the document is damaged or defines entities. libxml2 always expands
    entities in attributes (within its own limits), and an encoding can hide them in the bytes, so
    it is the parsed declarations that are checked.
    """
    from lxml import etree

    try:
        data = decode_xml(data, notes=notes)
    except ValueError as error:
        raise RecordError(place, str(error)) from error
    if b"<!ENTITY" in data:
        raise RecordError(place, _ENTITIES)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise RecordError(place, f"not valid XML: {error}") from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise RecordError(place, _ENTITIES)
    for element in root.iter(etree.Entity):
        raise RecordError(place, f"it uses the XML entity {element.text}, which is not allowed")
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    return root


def parse_html(data: bytes, place: str) -> Element:
    """The root of an HTML document, however it is closed. Raises RecordError."""
    from lxml import etree, html

    try:
        return html.document_fromstring(data, parser=html.HTMLParser(no_network=True))
    except (etree.LxmlError, ValueError, LookupError) as error:
        raise RecordError(place, f"not valid HTML: {error}") from error


def elements_of(source: InputFile, parent: str, names: tuple[str, ...]) -> Iterator[Element]:
    """The elements of these names in `parent`, one after the other, each cleared after its turn.

    Damage is skipped as far as libxml2 can. Raises RecordError if the document defines entities,
    and at the end if it was damaged.
    """
    from lxml import etree

    if b"<!ENTITY" in _as_ascii(source.peek()):
        raise RecordError(source.place, _ENTITIES)
    steps = etree.iterparse(
        _Readable(source), events=("end",), tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=True, remove_pis=True, recover=True,
    )  # fmt: skip
    try:
        for _, element in steps:
            around = element.getparent()
            if around is None or etree.QName(around).localname != parent:
                continue
            for one in element.iter(etree.Element):
                one.tag = etree.QName(one).localname
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise RecordError(source.place, f"not valid XML: {error}") from error
    if len(steps.error_log):
        first = steps.error_log[0]
        raise RecordError(
            source.place,
            f"not valid XML at line {first.line}: {first.message}; what could be read was",
        )


class _Readable:
    """A file as libxml2 reads it."""

    def __init__(self, source: InputFile) -> None:
        self._source = source

    def read(self, size: int) -> bytes:
        """The next bytes."""
        return self._source.read(size)


def line_of(element: Element | None) -> str | None:
    """All text in an element, on one line."""
    if element is None:
        return None
    return _SPACES.sub(" ", "".join(element.itertext())).strip() or None


def paragraphs(element: Element | None) -> str:
    """The text of an element: a blank line between blocks, a row of a table on a line with tabs
    between its cells.

    What stands in no block is text, too; headers, footers and menus are not, nor what describes a
    picture for machines.
    """
    if element is None:
        return ""
    return _laid_out(element, _NOT_TEXT | _AROUND) or _laid_out(element, _NOT_TEXT)


_BLOCKS = frozenset({
    "p", "hl1", "hl2", "li", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "bq", "div",
    "section", "article", "aside", "table", "nitf-table", "ul", "ol", "dl", "dt", "dd", "block",
    "media", "media-caption", "figure", "figcaption", "caption", "fn", "body", "hr", "credit",
    "datasource", "address", "main",
})  # fmt: skip
_NOT_TEXT = frozenset({
    "head", "script", "style", "template", "noscript", "media-object", "media-metadata",
    "media-reference", "nitf-table-metadata", "svg", "object",
})  # fmt: skip
_AROUND = frozenset({"header", "footer", "nav", "media-producer", "body.head", "body.end"})
_MAX_DEPTH = 200
_BLANK_LINES = re.compile(r"\n\s*\n\s*")


def _laid_out(element: Element, left_out: frozenset[str]) -> str:
    parts: list[str] = []
    _add(element, left_out, parts, 0)
    lines = (_spaced(line) for line in "".join(parts).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _spaced(line: str) -> str:
    """A line without needless blanks; tabs separate cells."""
    cells = [" ".join(cell.split()) for cell in line.split("\t")]
    return "\t".join(cells).rstrip()


def _add(element: Element, left_out: frozenset[str], parts: list[str], depth: int) -> None:
    if element.tag == "tr":
        cells = [line_of(cell) or "" for cell in element if cell.tag in ("td", "th")]
        parts.append("\n" + "\t".join(cells) if cells else "")
        return
    if element.tag == "pre":
        parts.append("\n\n" + "".join(element.itertext()).replace("\t", " ") + "\n\n")
        return
    is_block = element.tag in _BLOCKS
    parts.append("\n\n" if is_block else "\n" if element.tag == "br" else "")
    parts.append(_on_one_line(element.text))
    for child in element:
        if child.tag not in left_out:
            if depth < _MAX_DEPTH:
                _add(child, left_out, parts, depth + 1)
            else:
                parts.append(line_of(child) or "")
        parts.append(_on_one_line(child.tail))
    parts.append("\n\n" if is_block else "")


def _on_one_line(text: str | None) -> str:
    return _SPACES.sub(" ", text or "")

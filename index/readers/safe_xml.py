"""XML that may come from anybody: no entities, no DTD, no network. Owns lxml for the XML formats.

Names lose their namespaces: the formats are told apart by their root, and do not mix names.
"""

import re
from typing import Any, TypeAlias

from index.errors import RecordError

Element: TypeAlias = Any
"""An `lxml.etree._Element`; lxml has no types."""

MAX_FILE_BYTES = 64 * 1024 * 1024
_ENTITIES = "it defines XML entities, which are not read"
_SPACES = re.compile(r"\s+")
_ROOT = re.compile(
    rb"\A\s*(?:<\?xml[^>]*\?>\s*)?(?:(?><!--.*?-->)\s*|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?\s*>\s*"
    rb"|<\?[^>]*\?>\s*)*<(?:[\w.-]+:)?([\w.-]+)[\s/>]",
    re.DOTALL | re.IGNORECASE,
)
"""A comment is atomic: where one could end is tried once, not in all combinations."""


def root_name(head: bytes) -> str:
    """The name of the root element of what begins like this, lower case; empty for no XML."""
    match = _ROOT.match(_as_ascii(head[:8192]))
    return match[1].decode("ascii", "replace").lower() if match else ""


def _as_ascii(head: bytes) -> bytes:
    """ASCII characters of UTF-8 or UTF-16, enough to look for names."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[2:].replace(b"\0", b"")
    return head.removeprefix(b"\xef\xbb\xbf")


def parse_xml(data: bytes, place: str) -> Element:
    """The root element. Raises RecordError for what is damaged, or defines entities.

    In an attribute, libxml2 expands entities whatever it is told (within its own limits), and an
    encoding may hide them from a look at the bytes: so the declarations that were parsed count.
    """
    from lxml import etree

    if b"<!ENTITY" in _as_ascii(data):
        raise RecordError(place, _ENTITIES)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise RecordError(place, f"no valid XML: {error}") from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise RecordError(place, _ENTITIES)
    for element in root.iter(etree.Entity):
        raise RecordError(place, f"it uses the XML entity {element.text}, which is not read")
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    return root


def line_of(element: Element | None) -> str | None:
    """All text in an element on one line."""
    if element is None:
        return None
    return _SPACES.sub(" ", "".join(element.itertext())).strip() or None


def paragraphs(element: Element | None, blocks: tuple[str, ...] = ("p", "hl2", "li", "pre")) -> str:
    """The text of an element, a blank line between its blocks."""
    if element is None:
        return ""
    found = [
        child
        for child in element.iter(*blocks)
        if not any(parent.tag in blocks for parent in child.iterancestors(*blocks))
    ]
    lines = [line for child in found if (line := line_of(child))]
    return "\n\n".join(lines) if lines else line_of(element) or ""

"""ALTO, the recognised text of a scanned page: the words of a page, or an article for one alone."""

from collections.abc import Iterator

from index.readers.format import Format, Record
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.safe_xml import MAX_FILE_BYTES, Element, parse_xml, root_name
from index.readers.scanned_page import Box, ScannedPage, ScannedText, ScannedWord, pixels, share
from index.readers.source import InputFile

_BLOCKS = ("TextBlock", "ComposedBlock", "PrintSpace", "Page")


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """An article for every page with text. Raises RecordError if the file cannot be read."""
    root = parse_xml(source.read_all(MAX_FILE_BYTES), source.place)
    elements = list(root.iter("Page"))
    for element in elements:
        page = page_of(element)
        text = ScannedText()
        text.add(page, [(0, len(page.words))])
        is_only = len(elements) == 1
        page_id = source.id_hint if is_only else f"{source.id_hint}/{page.name}"
        place = source.place if is_only else f"{source.place}#page {page.name}"
        yield article_or_error({"id": page_id, **text.fields()}, place, options)


def page_of(element: Element) -> ScannedPage:
    """The words of the element `Page`, or of the root of a document with one page."""
    element = next(element.iter("Page"), element)
    page = ScannedPage(element.get("PRINTED_IMG_NR") or element.get("PHYSICAL_IMG_NR"))
    line = 0
    for block in element.iter("TextBlock"):
        page.blocks.append(_box(block))
        block_first = len(page.words)
        for text_line in block.iterchildren("TextLine"):
            line += 1
            line_first = len(page.words)
            for string in text_line.iterchildren("String"):
                page.words.append(_word(string, line, len(page.blocks)))
                _set_span(page, string, len(page.words) - 1)
            _set_span(page, text_line, line_first)
        _set_span(page, block, block_first)
    for composed in element.iter("ComposedBlock"):
        inside = [page.spans[one.get("ID")] for one in composed.iter("TextBlock")
                  if one.get("ID") in page.spans]  # fmt: skip
        if inside and composed.get("ID"):
            page.spans[composed.get("ID")] = (inside[0][0], inside[-1][1])
    return page


def _set_span(page: ScannedPage, element: Element, first: int) -> None:
    if element.get("ID"):
        page.spans[element.get("ID")] = (first, len(page.words))


def _word(string: Element, line: int, block: int) -> ScannedWord:
    kind, whole = string.get("SUBS_TYPE"), string.get("SUBS_CONTENT")
    text = string.get("CONTENT") or ""
    known: str | None = None
    if whole and kind in ("HypPart1", "HypPart2"):
        known = whole if kind == "HypPart1" else ""
    return ScannedWord(text, line, block, _box(string), share(string.get("WC")), known)


def _box(element: Element) -> Box:
    left, top, width, height = (
        pixels(element.get(name)) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT")
    )
    return left, top, width, height


FIELDS = (
    ("text", "the words in reading order; broken words are whole again"),
    ("locators", "of each line its page, column, box and confidence"),
    ("metadata.ocr_confidence", "the mean confidence of the words, from 0 to 1"),
)
FORMAT = Format(
    name="alto",
    about="scanned pages in ALTO, if no METS of their folder has them; an article a page",
    suffixes=(),
    recognised_by="its root `alto`",
    read_articles=read_articles,
    recognises=lambda head: root_name(head) == "alto",
    fields=(("id", "the file's name"), *FIELDS),
)

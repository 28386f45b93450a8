"""hOCR, the recognised text of scanned pages in HTML, as Tesseract writes it: an article a page."""

import re
from collections.abc import Iterator

from index.errors import RecordError
from index.readers.alto import FIELDS
from index.readers.format import Format, Record
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.safe_xml import MAX_FILE_BYTES, Element, line_of, parse_html
from index.readers.scanned_page import Box, ScannedPage, ScannedText, ScannedWord, pixels, share
from index.readers.source import InputFile

_BEGINS = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype|html)\b", re.IGNORECASE
)
_PAGE = re.compile(rb"\bclass\s{0,9}=\s{0,9}[\"']ocr_page\b", re.IGNORECASE)
_BOX = re.compile(r"\bbbox\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)")
_NUMBER = re.compile(r"\bppageno\s+(\d+)")
_CONFIDENCE = re.compile(r"\bx_w?confs?\s+(\d+(?:\.\d+)?)")
_BLOCKS = ("ocr_carea", "ocrx_block", "ocr_column")
_PARAGRAPHS = ("ocr_par",)
_LINES = ("ocr_line", "ocr_textfloat", "ocr_header", "ocr_caption", "ocrx_line")


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article of every page with text. Raises RecordError if the file cannot be read."""
    root = parse_html(source.read_all(MAX_FILE_BYTES), source.place)
    elements = _of_class(root, ("ocr_page",))
    language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    empty = 0
    for number, element in enumerate(elements, start=1):
        page = page_of(element, number)
        text = ScannedText()
        text.add(page, [(0, len(page.words))])
        is_only = len(elements) == 1
        if not page.words and not is_only:
            empty += 1
            continue
        page_id = source.id_hint if is_only else f"{source.id_hint}/page-{number}"
        place = source.place if is_only else f"{source.place}#page {number}"
        fields = {"id": page_id, "lang": language, **text.fields()}
        yield article_or_error(fields, place, options)
    if empty == len(elements):
        raise RecordError(source.place, "its pages have no text")


def page_of(element: Element, number: int) -> ScannedPage:
    """The words of a page; of a line without words, the line as one."""
    printed = _NUMBER.search(element.get("title") or "")
    page = ScannedPage(str(int(printed[1]) + 1) if printed else str(number))
    page.blocks = [_box(one) for one in _of_class(element, _BLOCKS)]
    blocks: dict[Element | None, int] = {}
    for line, one in enumerate(_of_class(element, _LINES)):
        around = next((up for up in one.iterancestors() if _is_of(up, _PARAGRAPHS + _BLOCKS)), None)
        block = blocks.setdefault(around, len(blocks))
        for word in _of_class(one, ("ocrx_word", "ocr_word")) or [one]:
            if text := line_of(word):
                found = _CONFIDENCE.search(word.get("title") or "")
                confidence = share(found[1], of=100) if found else None
                page.words.append(ScannedWord(text, line, block, _box(word), confidence))
    return page


def _of_class(parent: Element, names: tuple[str, ...]) -> list[Element]:
    return [one for one in parent.iterdescendants() if _is_of(one, names)]


def _is_of(element: Element, names: tuple[str, ...]) -> bool:
    return any(one in names for one in (element.get("class") or "").split())


def _box(element: Element) -> Box:
    found = _BOX.search(element.get("title") or "")
    if not found:
        return 0, 0, 0, 0
    left, top, right, bottom = (pixels(one) for one in found.groups())
    return left, top, max(right - left, 0), max(bottom - top, 0)


FORMAT = Format(
    name="hocr",
    about="scanned pages in hOCR; an article a page",
    suffixes=(".hocr",),
    recognised_by="HTML with an element of the class `ocr_page`",
    read_articles=read_articles,
    recognises=lambda head: (
        _BEGINS.match(head) is not None and _PAGE.search(head) is not None
    ),
    fields=(("id", "the file's name, of several pages with their number"),
            ("lang", "`<html lang>`, else detected"), *FIELDS),
)  # fmt: skip

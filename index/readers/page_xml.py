"""PAGE XML, as Transkribus, eScriptorium and OCR-D write it: an article for each page."""

from collections.abc import Iterator

from index.errors import RecordError
from index.readers.alto import FIELDS
from index.readers.format import Format, Record
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.safe_xml import MAX_FILE_BYTES, Element, parse_xml, root_name
from index.readers.scanned_page import Box, ScannedPage, ScannedText, ScannedWord, pixels, share
from index.readers.source import InputFile


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article of the page. Raises RecordError if the file cannot be read."""
    root = parse_xml(source.read_all(MAX_FILE_BYTES), source.place)
    element = root.find("Page")
    if element is None:
        raise RecordError(source.place, "it has no element Page")
    page = page_of(element)
    text = ScannedText()
    text.add(page, [(0, len(page.words))])
    yield article_or_error({"id": source.id_hint, **text.fields()}, source.place, options)


def page_of(element: Element) -> ScannedPage:
    """The words of the element `Page`, or of its document; of a line without words the line."""
    element = next(element.iter("Page"), element)
    page = ScannedPage(element.get("imageNumber") or element.get("physicalPageNumber"))
    line = 0
    for region in _in_reading_order(element):
        page.blocks.append(_box(region))
        for text_line in region.iterchildren("TextLine"):
            line += 1
            words = [one for one in text_line.iterchildren("Word") if _text(one)[0]]
            for one in words or [text_line]:
                text, confidence = _text(one)
                if text:
                    page.words.append(
                        ScannedWord(text, line, len(page.blocks), _box(one), confidence)
                    )
    return page


def _in_reading_order(page: Element) -> list[Element]:
    """The regions of text, in the order that the page gives; those without a place in it last."""
    indexed = page.iter("RegionRefIndexed", "RegionRef")
    order = {one.get("regionRef"): place for place, one in enumerate(indexed)}
    regions = list(page.iter("TextRegion"))
    return sorted(regions, key=lambda region: order.get(region.get("id"), len(order)))


def _text(element: Element) -> tuple[str, float | None]:
    """The text of a line or a word, of several readings the first, and its confidence."""
    found = list(element.iterchildren("TextEquiv"))
    if not found:
        return "", None
    best = min(found, key=lambda one: pixels(one.get("index") or 0))
    text = " ".join((best.findtext("Unicode") or best.findtext("PlainText") or "").split())
    return text, share(best.get("conf"))


def _box(element: Element) -> Box:
    """The rectangle around its outline; `points` is `x,y x,y …`."""
    coords = element.find("Coords")
    pairs = [] if coords is None else (coords.get("points") or "").split()
    points = [one.partition(",") for one in pairs]
    if not points:
        return 0, 0, 0, 0
    across, down = [pixels(x) for x, _, _ in points], [pixels(y) for _, _, y in points]
    return min(across), min(down), max(across) - min(across), max(down) - min(down)


FORMAT = Format(
    name="page-xml",
    about="scanned or handwritten pages in PAGE XML; an article a page",
    suffixes=(),
    recognised_by="its root `PcGts`",
    read_articles=read_articles,
    recognises=lambda head: root_name(head) == "pcgts",
    fields=(("id", "the file's name"), *FIELDS),
    is_one_article=True,
)

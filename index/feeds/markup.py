"""From HTML to text: paragraphs separated by blank lines, without anything invisible."""

import html
import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure"}
    | {"footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol"}
    | {"p", "pre", "section", "table", "td", "th", "tr", "ul"}
)
_HIDDEN = frozenset(["script", "style", "template", "noscript", "iframe", "object", "svg"])
_CELLS = frozenset({"td", "th"})
_KNOWN = _BLOCKS | _HIDDEN | {
    "a", "abbr", "b", "big", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q",
    "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
    "body", "html", "tbody", "thead", "tfoot", "caption", "picture", "video", "audio",
    "form", "center",
}  # fmt: skip
_ALONE = frozenset({"br", "hr", "img", "p", "li", "tr", "td", "wbr", "input"})
"""Elements that HTML writes without an end."""

_START_TAG = re.compile(
    r"<([a-zA-Z][a-zA-Z0-9]*)((?:[\s/](?:[^<>\"']|\"[^\"]{0,2000}\"|'[^']{0,2000}')*)?)>"
)
_END_TAG = re.compile(r"</([a-zA-Z][a-zA-Z0-9]*)\s*>")
_BROKEN_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_REFERENCE = re.compile(r"&(?:[a-zA-Z][a-zA-Z0-9]{1,30}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_NO_MARKS = {1: None, 2: None}
_ROW, _CELL = "\x01", "\x02"
_ROW_TEXT = re.compile(f"{_ROW}([^{_ROW}]*)")
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")


def text_of(markup: str) -> str:
    """The text of an HTML fragment, a row of a table a line with tabs between its cells.

    A text without markup is returned unchanged, also one with angle brackets that are no tags.
    """
    if not has_tags(markup):
        return html.unescape(markup).strip() if _REFERENCE.search(markup) else markup.strip()
    reader = _Reader()
    reader.feed(markup)
    # Not `close`: on a truncated rest it would search for an end from every `<`.
    reader.handle_data(html.unescape(_BROKEN_TAG.sub(" ", reader.rawdata)))
    text = _BREAKS.sub("\n", _SPACES.sub(" ", "".join(reader.parts)))
    if _ROW in text:
        text = _ROW_TEXT.sub(_row, text)
    return _BLANK_LINES.sub("\n\n", text).strip()


def plain_field(text: str) -> str:
    """A field of a record as text, if it is HTML; markup that was escaped once more is HTML too."""
    found = text_of(text)
    if found != text.strip() and not has_tags(text) and has_tags(found):
        return text_of(found)
    return found


def has_tags(text: str) -> bool:
    """Whether a text is HTML: a known tag that ends, needs no end, or has attributes.

    `<script>` alone is a word about HTML. Linear in the length of the text.
    """
    if "<" not in text:
        return False
    starts = set()
    for match in _START_TAG.finditer(text):
        name = match[1].lower()
        if name in _ALONE or (name in _KNOWN and "=" in match[2]):
            return True
        starts.add(name)
    starts &= _KNOWN
    return bool(starts) and any(end.lower() in starts for end in _END_TAG.findall(text))


def _row(match: re.Match[str]) -> str:
    """A row as a line; the cells of a table that only lays out a page as blocks."""
    first, *cells = match[1].split(_CELL)
    cells = [cell.strip() for cell in cells]
    if any("\n" in cell for cell in cells):
        return first + "\n\n".join(["", *cells, ""])
    return f"{first}\n" + "\t".join(cells) if cells else first


def feed_links(page: str) -> list[str]:
    """The feeds that an HTML page links to, as written there."""
    reader = _Links()
    reader.feed(page)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden.append(tag)
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "tr":
            self.parts.append(_ROW)
        elif tag in _CELLS:
            self.parts.append(_CELL)
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _HIDDEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        elif tag == "tr":
            self.parts.append(_ROW)
        elif tag in _BLOCKS - _CELLS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(_SPACES.sub(" ", data.replace("\n", " ").translate(_NO_MARKS)))


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        link = dict(attrs)
        kind = (link.get("type") or "").lower()
        is_feed = kind.endswith(("rss+xml", "atom+xml", "feed+json"))
        if tag == "link" and is_feed and "alternate" in (link.get("rel") or "").lower():
            self.found.append(link.get("href") or "")

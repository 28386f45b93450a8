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
_TAG_BEGINS = re.compile(r"<[a-zA-Z/!]")
_BROKEN_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_REFERENCE = re.compile(r"&#?\w+;")
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")


def text_of(markup: str) -> str:
    """The text of an HTML fragment; a text without markup is returned unchanged."""
    if not _has_markup(markup):
        return markup.strip()
    reader = _Reader()
    reader.feed(markup)
    # Not `close`: on a truncated rest it would search for an end from every `<`.
    reader.handle_data(html.unescape(_BROKEN_TAG.sub(" ", reader.rawdata)))
    text = _BREAKS.sub("\n", _SPACES.sub(" ", "".join(reader.parts)))
    return _BLANK_LINES.sub("\n\n", text).strip()


def _has_markup(text: str) -> bool:
    """Whether there is a tag or a character reference; linear in the length of the text."""
    tag = _TAG_BEGINS.search(text)
    is_closed = tag is not None and text.find(">", tag.end()) >= 0
    return is_closed or _REFERENCE.search(text) is not None


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
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _HIDDEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(_SPACES.sub(" ", data.replace("\n", " ")))


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

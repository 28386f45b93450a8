"""From HTML to text: paragraphs with blank lines between, without what no reader sees."""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure"}
    | {"footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol"}
    | {"p", "pre", "section", "table", "td", "th", "tr", "ul"}
)
_HIDDEN = frozenset(["script", "style", "template", "noscript", "iframe", "object", "svg"])
_MARKUP = re.compile(r"<[a-zA-Z/!][^>]*>|&#?\w+;")
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")


def text_of(markup: str) -> str:
    """The text of a piece of HTML; a text without markup stays as it is."""
    if not _MARKUP.search(markup):
        return markup.strip()
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    text = _BREAKS.sub("\n", _SPACES.sub(" ", "".join(reader.parts)))
    return _BLANK_LINES.sub("\n\n", text).strip()


def feed_links(page: str) -> list[str]:
    """The feeds that an HTML page announces, as they stand in it."""
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

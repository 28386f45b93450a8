"""Marked text: text from an article, escaped, with the words a query found in `<mark>`."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from search.request import Passage


def marked(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    """Return `text` as HTML with its spans (ascending, not overlapping) marked."""
    parts, done = [], 0
    for start, end in spans:
        parts += [escape(text[done:start]), Markup("<mark>"), escape(text[start:end])]
        parts.append(Markup("</mark>"))
        done = end
    return Markup("").join([*parts, escape(text[done:])])


def marked_passage(passage: Passage) -> Markup:
    """Return a passage with its highlights."""
    spans = ((start - passage.start, end - passage.start) for start, end in passage.highlights)
    return marked(passage.text, spans)

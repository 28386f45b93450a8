"""An article as its page prints it: paragraphs with marks, details, and onward links."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from api.web.interface import Interface
from api.web.marking import marked
from api.web.views import (
    CopyView,
    DateView,
    LinkView,
    article_address,
    byline,
    copy_views,
    coverage_link,
    date_view,
    results_address,
)
from search.results.article_view import ReadArticle, SimilarArticle, Spans

_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)
_PARAGRAPH = re.compile(r"\n\s*\n|\n")


@dataclass(frozen=True, slots=True)
class CardView:
    """Another article, in brief."""

    address: str
    title: str
    language: str
    language_name: str
    source: str | None
    date: DateView | None


@dataclass(frozen=True, slots=True)
class ArticleView:
    """A complete article."""

    id: str
    title: Markup
    name: str
    language: str
    language_name: str
    paragraphs: tuple[Markup, ...]
    kicker: tuple[LinkView, ...]
    byline: str
    date: DateView | None
    place: str | None
    agency: str | None
    origin: str | None
    image: "ImageView | None"
    copies: tuple[CopyView, ...]
    copies_label: str
    coverage: LinkView | None
    similar: tuple[CardView, ...]


def article_view(
    read: ReadArticle,
    similar: Sequence[SimilarArticle],
    words: Interface,
    quoted: tuple[int, int] | None = None,
) -> ArticleView:
    """Return what the page of an article prints; a quotation is marked instead of single words."""
    article = read.stored.article
    kicker = [("source", article.source), ("section", article.section)]
    copies = read.coverage.copies
    return ArticleView(
        id=article.id,
        title=marked(article.title, read.title_highlights),
        name=article.title,
        language=article.language,
        language_name=words.language_name(article.language),
        paragraphs=tuple(
            quotation(article.text, quoted)
            if quoted
            else paragraphs(article.text, read.text_highlights)
        ),
        kicker=tuple(
            LinkView(value, results_address(**{name: value})) for name, value in kicker if value
        ),
        byline=byline(article, words),
        date=date_view(article.date, words),
        place=article.place,
        agency=article.agency,
        origin=web_address(article.url),
        image=image_view(article.metadata.get("image")),
        copies=copy_views(read.coverage, "", words),
        copies_label=words.counted("copies.all", len(copies)),
        coverage=coverage_link(read.coverage, words),
        similar=tuple(card(one, words) for one in similar),
    )


@dataclass(frozen=True, slots=True)
class ImageView:
    """The picture of an article: linked, because the page loads nothing from other sites."""

    address: str
    caption: str
    credit: str


def image_view(image: object) -> ImageView | None:
    """Return the picture that is kept in the metadata: an address, or one with a caption."""
    parts = image if isinstance(image, dict) else {"url": image}
    url, caption, credit = (parts.get(name) for name in ("url", "caption", "credit"))
    address = web_address(url) if isinstance(url, str) else None
    if address is None:
        return None
    texts = (text if isinstance(text, str) else "" for text in (caption, credit))
    return ImageView(address, *texts)


def card(one: SimilarArticle, words: Interface) -> CardView:
    """Return another article, in brief."""
    article = one.stored.article
    return CardView(
        article_address(article.id),
        article.title,
        article.language,
        words.language_name(article.language),
        article.source,
        date_view(article.date, words),
    )


def paragraphs(text: str, spans: Spans) -> Iterator[Markup]:
    """Return the text in paragraphs, each with its own marks."""
    for start, end in _bounds(text):
        inside = [(a - start, b - start) for a, b in spans if start <= a and b <= end]
        yield marked(text[start:end], inside)


def quoted_span(value: str) -> tuple[int, int] | None:
    """Return the offsets in `120-240`; None for anything else."""
    match = _SPAN.fullmatch(value)
    return (int(match[1]), int(match[2])) if match else None


def quotation(text: str, span: tuple[int, int]) -> Iterator[Markup]:
    """Return the text in paragraphs with one quotation marked, to which `#quote` leads."""
    is_first = True
    for start, end in _bounds(text):
        first, last = max(start, span[0]), min(end, span[1])
        if first >= last:
            yield escape(text[start:end])
            continue
        name = Markup(' id="quote"') if is_first else ""
        is_first = False
        yield Markup("{}<mark{}>{}</mark>{}").format(
            text[start:first], name, text[first:last], text[last:end]
        )


def _bounds(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _PARAGRAPH.finditer(text):
        if text[start : gap.start()].strip():
            yield start, gap.start()
        start = gap.end()
    if text[start:].strip():
        yield start, len(text)


def web_address(url: str | None) -> str | None:
    """Return a URL that a browser may follow: http or https, never a script."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None

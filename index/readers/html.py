"""HTML pages: one article each. Owns the trafilatura adapter for files and WARC records.

The encoding comes from a byte order mark, the page's own declaration or HTTP, else it is UTF-8;
labels mean what they mean to browsers, and none is guessed. `index.readers.html_dates` finds the
date.
"""

import re
from collections.abc import Iterator
from typing import Any

from index.domain import DateOrigin
from index.readers import html_dates
from index.readers.format import Format, Record
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.source import InputFile
from index.readers.unknown_encodings import refused
from index.records.home_pages import is_home_page
from index.records.pictures import given, image
from index.text.decoding import decode_html

MAX_FILE_BYTES = 16 * 1024 * 1024

_TAG = re.compile(r"[A-Za-z]{2,3}([-_]\w+)*")
_BEGINS = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:(?><!--.{0,2000}?-->)\s*)*<(?:!doctype\s+html|html|head|body)[\s>]",
    re.DOTALL | re.IGNORECASE,
)  # fmt: skip
_HOME_PAGE = "the canonical address it names is a home page, so its file's name identifies it"


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article on a page. Raises RecordError if there is none."""
    data = source.read_all(MAX_FILE_BYTES)
    notes: list[str] = []
    try:
        fields = page_fields(data, fallback_encoding=options.fallback_encoding, notes=notes)
    except ValueError as error:
        raise refused(source.place, error) from error
    if not fields.get("url"):
        fields = {"id": source.id_hint, **fields}
    yield article_or_error(fields, source.place, options, notes)


def page_fields(
    data: bytes,
    *,
    url: str | None = None,
    charset: str | None = None,
    fallback_encoding: str | None = None,
    notes: list[str] | None = None,
) -> dict[str, Any]:
    """The fields of the article on a page; what was left out is added to `notes`.

    Raises ValueError if there is no article.
    """
    import trafilatura
    from lxml.etree import LxmlError
    from trafilatura.settings import Document

    text = decode_html(data, charset, fallback_encoding, notes)
    try:
        tree = trafilatura.load_html(text)
        if tree is None:
            raise ValueError("it is not an HTML page")
        dates = html_dates.page_dates(tree, url)
        language = tree.get("lang")
        picture = _picture(tree, url)
        found = trafilatura.bare_extraction(
            tree, url=url, with_metadata=True, include_comments=False, include_tables=True
        )
    # Broken markup raises these, deep inside lxml and trafilatura.
    except (LxmlError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise ValueError(f"this page cannot be read ({type(error).__name__}: {error})") from error
    if not isinstance(found, Document) or not (found.text or "").strip():
        raise ValueError("it contains no article: no text was found besides menus and notices")
    own_address = _own_address(found.url)
    if notes is not None and not url and found.url and not own_address:
        notes.append(_HOME_PAGE)
    return {
        "title": found.title,
        "text": _without_title(found.text or "", found.title or ""),
        "authors": [name.strip() for name in (found.author or "").split(";") if name.strip()],
        "date": dates.published,
        "date_origin": getattr(dates.published, "origin", DateOrigin.META),
        "updated": dates.updated,
        "source": found.sitename or found.hostname,
        "url": url or own_address,
        "lang": language if _is_tag(language) else None,
        "section": found.categories[0] if found.categories else None,
        "metadata": given(tags=list(found.tags or ()), image=picture),
    }


def _picture(tree: Any, url: str | None) -> dict[str, str] | None:
    """The picture that the page names for itself, else that of its first figure, with the caption
    of that figure.
    """
    named = {
        tag.get("property") or tag.get("name"): tag.get("content") for tag in tree.iter("meta")
    }
    figure = next(
        (one for one in tree.iter("figure") if next(one.iter("img"), None) is not None), None
    )
    shown = caption = credit = None
    if figure is not None:
        tag = next(figure.iter("img"))
        shown = tag.get("src") or tag.get("data-src")
        text = next(figure.iter("figcaption"), None)
        if text is not None:
            credits = [one for one in text.iter() if "credit" in (one.get("class") or "").lower()]
            credit = "".join(credits[0].itertext()) if credits else None
            caption = "".join(text.itertext()).replace(credit or "\0", "")
    address = named.get("og:image") or named.get("twitter:image") or shown
    return image(address, caption or named.get("og:image:alt"), credit, base=url)


def _own_address(canonical: str | None) -> str | None:
    """The canonical address, unless every page of the site has it: the home page's."""
    return None if is_home_page(canonical or "") else canonical


def _without_title(text: str, title: str) -> str:
    """The text without its own headline at the beginning."""
    first, _, rest = text.partition("\n")
    return rest if rest and " ".join(first.split()) == " ".join(title.split()) else text


def _is_tag(language: object) -> bool:
    return (
        isinstance(language, str) and re.fullmatch(r"[A-Za-z]{2,3}([-_]\w+)*", language) is not None
    )


FORMAT = Format(
    name="html",
    about="web pages; menus, adverts and comments are left out",
    suffixes=(".html", ".htm", ".xhtml"),
    recognised_by="`<!doctype html>` or `<html>` at the beginning",
    read_articles=read_articles,
    recognises=lambda head: _BEGINS.match(head) is not None,
    fields=(
        ("id", "the canonical address, if it is not a home page; else the file name"),
        ("title", "JSON-LD, OpenGraph, headings (trafilatura)"),
        ("text", "the main text (trafilatura)"),
        ("authors", "JSON-LD, meta tags, bylines (trafilatura)"),
        ("date", "JSON-LD, meta tags, `<time>`; else the address; else a line near the headline"),
        ("updated", "JSON-LD, meta tags"),
        ("source", "the site's name, else its host"),
        ("url", "the canonical address, if it is not a home page"),
        ("lang", "`<html lang>`, else detected"),
        ("section", "the first category"),
        ("metadata.tags", "tags and keywords (trafilatura)"),
        ("metadata.image", "`og:image`, else the first `<figure>`, with caption and credit"),
    ),
    is_one_article=True,
)

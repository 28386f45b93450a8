"""`/`: a search form and its results as one plain page, without scripts, for a first look.

Everything from articles and queries is escaped; the policy lets the page load nothing at all.
"""

import base64
import hashlib
from collections.abc import Iterable
from html import escape
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from api.parameters import MAX_QUERY_CHARS
from api.problems import kind_of
from api.routes.dependencies import TheService
from index.errors import NewsearchError, QueryError
from search.request import Hit, Page, Passage, SearchRequest

router = APIRouter(include_in_schema=False)

_STYLE = (
    "body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}"
    "input{width:70%;font:inherit;padding:.3rem}button{font:inherit;padding:.3rem 1rem}"
    "h2{font-size:1.1rem;margin:1.5rem 0 0}small{opacity:.7}p{margin:.3rem 0}"
    ":root{color-scheme:light dark}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}


@router.get("/", response_class=HTMLResponse)
def get_page(
    service: TheService, q: Annotated[str, Query(max_length=MAX_QUERY_CHARS)] = ""
) -> HTMLResponse:
    """The form, and below it what `q` finds."""
    status, found = 200, ""
    if q.strip():
        try:
            found = _results(service.search(SearchRequest(q)))
        except NewsearchError as error:
            kind = kind_of(error)
            status, shown = kind.status, str(error) if kind.detail is None else kind.detail
            element = "pre" if isinstance(error, QueryError) else "p"
            found = f"<{element}>{escape(shown)}</{element}>"
    return HTMLResponse(_document(q, found), status, headers=_HEADERS)


def _document(query: str, found: str) -> str:
    title = f"{escape(query)} – newsearch" if query else "newsearch"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><h1>newsearch</h1>"
        '<form action="/" role="search"><input type="search" name="q" aria-label="Search" '
        f'value="{escape(query)}" autofocus> <button>Search</button></form>'
        f'<main>{found}</main><p><small><a href="/docs">The HTTP API</a></small></p></body></html>'
    )


def _results(page: Page) -> str:
    if not page.hits:
        return "<p>No article was found.</p>"
    count = f"{len(page.hits)} of {page.total:,} in {page.took_ms:.0f} ms"
    return f"<p><small>{count}</small></p>{''.join(_hit(hit) for hit in page.hits)}"


def _hit(hit: Hit) -> str:
    article = hit.stored.article
    title = _marked(article.title, hit.title_highlights)
    date = article.date.value if article.date else None
    known = (article.source, date, article.language)
    particulars = " · ".join(escape(part) for part in known if part)
    passages = "".join(f"<p>{_passage(passage)}</p>" for passage in hit.passages)
    language = escape(article.language)
    return (
        f'<article lang="{language}" dir="auto"><h2>{title}</h2><small>{particulars}</small>'
        f"{passages}</article>"
    )


def _passage(passage: Passage) -> str:
    spans = ((start - passage.start, end - passage.start) for start, end in passage.highlights)
    return _marked(passage.text, spans)


def _marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """`text` as HTML, its spans (ascending, not overlapping) marked."""
    parts, done = [], 0
    for start, end in spans:
        parts += [escape(text[done:start]), f"<mark>{escape(text[start:end])}</mark>"]
        done = end
    return "".join([*parts, escape(text[done:])])

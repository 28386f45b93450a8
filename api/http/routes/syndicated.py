"""`GET /v1/search.rss`, `.atom` and `.jsonfeed`: a search as a feed, newest first."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response

from api.http.problem_responses import documented
from api.http.routes.conditional import is_known
from api.http.routes.dependencies import TheRoom
from api.http.routes.search import QueryParameters
from api.http.syndication import (
    Entry,
    Feed,
    FeedFormat,
    document,
)
from api.schemas.parameters import SEARCH_NAMES
from index.domain import StoredArticle
from search.request import Hit, Order

router = APIRouter(prefix="/v1", tags=["search"], responses=documented(400, 503))

MOST_ENTRIES = 50
"""The number of entries in a feed, unless the request says otherwise."""

_IGNORED = ("cursor", "explain", "facets", "facet_limit", "by", "zoom", "normalise", "sort")


def _route(kind: FeedFormat) -> None:
    @router.get(
        f"/search.{kind}",
        summary=f"A search as {kind.name}",
        name=f"get_search_{kind}",
        response_class=Response,
        responses={200: {"content": {kind.media_type: {}}}},
    )
    def get_feed(request: Request, parameters: QueryParameters, room: TheRoom) -> Response:
        """The newest articles that the search finds."""
        limit = parameters.limit if "limit" in parameters.model_fields_set else MOST_ENTRIES
        asked = replace(
            parameters.to_request(), order=Order.NEWEST, limit=limit, cursor=None, facets=None
        )
        page = room.search(asked)
        kept = [
            (name, value)
            for name, value in request.query_params.multi_items()
            if name not in _IGNORED
        ]
        feed = Feed(
            name=urlencode(sorted(kept)),
            title=f"{asked.query} – newsearch",
            home_url=f"{base_url(request)}/?{urlencode(kept)}",
            self_url=str(request.url),
            entries=[hit_entry(hit, base_url(request)) for hit in page.hits],
            zone=room.zone,
        )
        return feed_response(request, feed, kind)


for _kind in FeedFormat:
    _route(_kind)


def base_url(request: Request) -> str:
    """Return this server's URL as the client knows it, without a trailing slash."""
    return str(request.base_url).rstrip("/")


def article_url(stored: StoredArticle, base: str) -> str:
    """Return where an article can be read: where it was published, otherwise here."""
    article = stored.article
    if article.url and article.url.startswith(("http://", "https://")):
        return article.url
    return f"{base}/v1/articles/{quote(article.id)}"


def hit_entry(hit: Hit, base: str) -> Entry:
    """Return a hit as a feed entry with its passages as the summary."""
    summary = " … ".join(passage.text.strip() for passage in hit.passages)
    return Entry(hit.stored, article_url(hit.stored, base), summary)


def feed_links(parameters: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return media type and URL of each feed, for `<link rel="alternate">` on a results page."""
    known = (pair for pair in parameters if pair[0] in SEARCH_NAMES and pair[0] not in _IGNORED)
    kept = urlencode(list(known))
    return [(kind.media_type, f"/v1/search.{kind}?{kept}") for kind in FeedFormat]


def feed_response(request: Request, feed: Feed, kind: FeedFormat) -> Response:
    """Return the document, or 304 if the client already has it."""
    content = document(feed, kind)
    headers = {
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "Last-Modified": format_datetime(feed.updated, usegmt=True),
        "Cache-Control": "max-age=60",
    }
    if _is_known(request, headers["ETag"], feed.updated):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(content, media_type=f"{kind.media_type}; charset=utf-8", headers=headers)


def _is_known(request: Request, etag: str, updated: datetime) -> bool:
    """Return whether the client has this version (RFC 9110, 13.2.2: an ETag decides alone)."""
    if "if-none-match" in request.headers:
        return is_known(request, etag)
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return since.tzinfo is not None and updated <= since

"""Errors as HTTP answers: one table from error class to status, one JSON shape (RFC 9457).

A body never holds a path of this machine or a stack trace: messages that may name a path are
replaced by a fixed text and logged instead. An unexpected error is answered with the id under
which it was logged.
"""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api.logging import request_id
from api.schemas.parameters import SEARCH_NAMES
from api.settings.nearest import did_you_mean, nearest
from index.errors import (
    AddressRefused,
    AlertNotFound,
    ArchiveError,
    ArticleNotFound,
    CursorError,
    DeadlineExceeded,
    EncoderError,
    EncoderMismatch,
    FeedError,
    FilterError,
    IndexCorrupt,
    IndexLocked,
    IndexMissing,
    IndexUnreachable,
    JobConflict,
    JobNotFound,
    KeyNotFound,
    NewsearchError,
    OutboundError,
    Overloaded,
    QueryError,
    RecordError,
    SnapshotGone,
    StoreError,
    StoryNotFound,
    Unsupported,
)

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:problem-type:newsearch:"
RETRY_AFTER_S = "1"
MOST_TOLD = 20
"""Invalid parameters that are told one by one; a request may have any number of them."""

_LONGEST_NAME = 100
_LOG = logging.getLogger("newsearch.http")


class Problem(BaseModel):
    """Problem details (RFC 9457); further members depend on the type."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str | None = None
    """Under which the log of the server has what it tells of the request."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one class of errors is answered; `detail` None: its own message is fit to be sent."""

    name: str
    status: HTTPStatus
    title: str
    detail: str | None = None


KINDS: Mapping[type[NewsearchError], Kind] = {
    QueryError: Kind("bad-query", HTTPStatus.BAD_REQUEST, "The query cannot be read"),
    FilterError: Kind("bad-filter", HTTPStatus.BAD_REQUEST, "A filter cannot be read"),
    CursorError: Kind("bad-cursor", HTTPStatus.BAD_REQUEST, "The cursor cannot be used"),
    RecordError: Kind("bad-article", HTTPStatus.BAD_REQUEST, "The article cannot be read"),
    Unsupported: Kind("unsupported", HTTPStatus.BAD_REQUEST, "This index cannot answer that"),
    AddressRefused: Kind(
        "address-refused",
        HTTPStatus.BAD_REQUEST,
        "That address may not be asked from here",
        "The address is private, or no web address; the setting private_hosts may allow it.",
    ),
    OutboundError: Kind(
        "no-answer-from-there",
        HTTPStatus.BAD_GATEWAY,
        "Another server gave no usable answer",
        "The other server gave no answer that can be used; the log of the server says why.",
    ),
    AlertNotFound: Kind("no-alert", HTTPStatus.NOT_FOUND, "There is no such alert"),
    FeedError: Kind("bad-feed", HTTPStatus.BAD_REQUEST, "The feed cannot be used"),
    ArticleNotFound: Kind("no-article", HTTPStatus.NOT_FOUND, "There is no such article"),
    StoryNotFound: Kind("no-story", HTTPStatus.NOT_FOUND, "There is no such story"),
    JobNotFound: Kind("no-job", HTTPStatus.NOT_FOUND, "There is no such job"),
    KeyNotFound: Kind("no-key", HTTPStatus.NOT_FOUND, "There is no such key"),
    JobConflict: Kind("job-has-ended", HTTPStatus.CONFLICT, "The job has ended already"),
    SnapshotGone: Kind(
        "snapshot-gone",
        HTTPStatus.GONE,
        "The cursor is too old",
        "The state of the index that this cursor belongs to is no longer kept. Search again "
        "without the cursor.",
    ),
    IndexMissing: Kind(
        "no-index",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "There is no index yet",
        "Nothing has been indexed yet. Post articles to /v1/articles or run 'newsearch index'.",
    ),
    IndexLocked: Kind(
        "index-busy",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Another process is writing to the index",
        "Another process is writing to the index. Try again when it has ended.",
    ),
    IndexCorrupt: Kind(
        "index-damaged",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The index is damaged",
        "A file of the index is damaged or missing; the log of the server names it. "
        "'newsearch repair' makes it anew from the archive.",
    ),
    IndexUnreachable: Kind(
        "index-unreachable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The server of the index does not answer",
        "The server that holds the index does not answer. Try again in a moment.",
    ),
    EncoderMismatch: Kind(
        "encoder-mismatch",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The index was built with another encoder",
        "The index was built with another encoder than the one configured. 'newsearch reindex' "
        "rebuilds it.",
    ),
    StoreError: Kind(
        "index-unusable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The index cannot be used",
        "The index cannot be used; the log of the server says why.",
    ),
    ArchiveError: Kind(
        "archive-unusable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The archive cannot be used",
        "The archive cannot be opened, read or written; the log of the server says why.",
    ),
    EncoderError: Kind(
        "encoder-unusable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The encoder cannot be used",
        "The encoder cannot be loaded; the log of the server says why. Keyword searches "
        "(mode=keyword) still work.",
    ),
    Overloaded: Kind(
        "overloaded",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The server has too much to do",
        "More requests are waiting than this server takes. Try again in a moment.",
    ),
    DeadlineExceeded: Kind(
        "took-too-long",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The request took too long",
        "The request took longer than this server allows and was stopped. Ask for less at once: "
        "fewer words with wildcards, fewer facets, a filter; or try again when less is going on.",
    ),
    NewsearchError: Kind(
        "unusable",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "The request failed",
        "The request failed; the log of the server says why.",
    ),
}
"""The one table from error to status; a class that is missing is answered as its parent is."""


def kind_of(error: NewsearchError) -> Kind:
    """How an error is answered."""
    return next(KINDS[parent] for parent in type(error).__mro__ if parent in KINDS)


def told(error: NewsearchError) -> str:
    """What may be told of an error to whoever asks from elsewhere: never a path of this machine."""
    return kind_of(error).detail or str(error)


def problem(
    status: int, name: str, title: str, detail: str, *, headers: Mapping[str, str] | None = None,
    **members: Any,
) -> JSONResponse:  # fmt: skip
    """A problem as a response."""
    body = {"type": TYPE_PREFIX + name, "title": title, "status": status, "detail": detail}
    if asked := request_id.current():
        body["request_id"] = asked
    return JSONResponse(body | members, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every error of an app as a problem."""
    app.add_exception_handler(NewsearchError, _on_newsearch_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_unexpected_error)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's description of the problems that a route may answer with."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {
            "model": Problem,
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status in statuses
    }


def _on_newsearch_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, NewsearchError)
    return answer_to(error)


def answer_to(error: NewsearchError) -> JSONResponse:
    """An error as a response; what may name a path is logged instead of told."""
    kind = kind_of(error)
    if kind.detail is not None:
        # Health checks ask a server without an index again and again.
        level = logging.DEBUG if isinstance(error, IndexMissing) else logging.WARNING
        _LOG.log(level, "answered %d %s: %s", kind.status, kind.name, error)
    headers = (
        {"Retry-After": RETRY_AFTER_S} if kind.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    )
    detail = told(error)
    members = {}
    if isinstance(error, QueryError):
        detail = error.why
        members = {
            "query": error.query,
            "column": error.column,
            "expected": error.expected,
            "suggestion": error.suggestion,
            "shown": str(error),
        }
    return problem(kind.status, kind.name, kind.title, detail, headers=headers, **members)


def _on_invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    entries = [_invalid(entry) for entry in found[:MOST_TOLD]]
    told = [f"{entry['name']}: {entry['message']}" for entry in entries]
    if len(found) > MOST_TOLD:
        told.append(f"and {len(found) - MOST_TOLD} more like these")
    return problem(
        HTTPStatus.BAD_REQUEST,
        "bad-request",
        "The request cannot be read",
        "; ".join(told),
        errors=entries,
    )


def _invalid(entry: Mapping[str, Any]) -> dict[str, Any]:
    """One invalid parameter, as `{in, name, message, suggestion}`; never its value's innards."""
    place, *path = entry["loc"]
    name = (".".join(str(part) for part in path) or str(place))[:_LONGEST_NAME]
    message, suggestion = str(entry["msg"]), None
    if entry["type"] == "extra_forbidden":
        message, suggestion = (
            f"unknown parameter; {did_you_mean(name, SEARCH_NAMES)}",
            nearest(name, SEARCH_NAMES),
        )
    elif entry["type"] == "json_invalid":
        name = "body"
        message = f"this is not JSON: {entry.get('ctx', {}).get('error', 'it cannot be parsed')}"
    return {"in": str(place), "name": name, "message": message, "suggestion": suggestion}


def _on_http_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return answer_to_http_error(error)


def answer_to_http_error(error: HTTPException) -> JSONResponse:
    """An error of the protocol as a response."""
    status = HTTPStatus(error.status_code)
    name = status.name.lower().replace("_", "-")
    detail = _DETAILS.get(status) or str(error.detail)
    return problem(status, name, status.phrase, detail, headers=error.headers)


_DETAILS = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address. /docs lists what there is.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take that method; see the Allow header.",
}


def _on_unexpected_error(request: Request, error: Exception) -> JSONResponse:
    return answer_to_unexpected(request, error)


def answer_to_unexpected(request: Request, error: Exception) -> JSONResponse:
    """A bug as a response, and in the log under the id that the response names."""
    error_id = request_id.current() or uuid.uuid4().hex
    _LOG.error("error %s at %s %s", error_id, request.method, request.url.path, exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal-error",
        "Something went wrong inside newsearch",
        "This is a bug, or a file of the index is damaged: 'newsearch verify' tells which. The log "
        f"of the server holds the details under the id {error_id}.",
        id=error_id,
    )

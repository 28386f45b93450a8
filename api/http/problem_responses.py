"""Errors as HTTP answers in one JSON form (RFC 9457); `api.problems` has their statuses.

A body never contains a stack trace; the answer to an unexpected error has the id under which it was
logged.
"""

import logging
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api.logging import request_id
from api.problems import kind_of, told
from api.schemas.parameters import SEARCH_NAMES
from api.settings.nearest import did_you_mean, nearest
from index.errors import IndexMissing, NewsearchError, QueryError

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:problem-type:newsearch:"
RETRY_AFTER_S = "1"
MOST_TOLD = 20
"""How many invalid parameters are listed; a request may have any number."""

_LONGEST_NAME = 100
_LOG = logging.getLogger("newsearch.http")


class Problem(BaseModel):
    """Problem details (RFC 9457); further members depend on the type."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str | None = None
    """The id under which the server's log has the details of this request."""


def problem(
    status: int, name: str, title: str, detail: str, *, headers: Mapping[str, str] | None = None,
    **members: Any,
) -> JSONResponse:  # fmt: skip
    """Return a problem as a response."""
    body = {"type": TYPE_PREFIX + name, "title": title, "status": status, "detail": detail}
    if asked := request_id.current():
        body["request_id"] = asked
    return JSONResponse(body | members, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make an app answer every error as a problem."""
    app.add_exception_handler(NewsearchError, _on_newsearch_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_unexpected_error)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return OpenAPI's description of the problems a route may answer with."""
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
    """Return an error as a response; details that may contain a path are logged instead."""
    kind = kind_of(error)
    if kind.detail is not None:
        # Health checks query a server without an index again and again.
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
    """Return one invalid parameter as `{in, name, message, suggestion}`, without its value."""
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


def _on_http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    answer = answer_to_http_error(error)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        # Starlette names the methods of the first route only.
        answer.headers["Allow"] = ", ".join(request.app.state.rules.methods(request.url.path))
    return answer


def answer_to_http_error(error: HTTPException) -> JSONResponse:
    """Return an HTTP protocol error as a response."""
    status = HTTPStatus(error.status_code)
    name = status.name.lower().replace("_", "-")
    detail = _DETAILS.get(status) or str(error.detail)
    return problem(status, name, status.phrase, detail, headers=error.headers)


_DETAILS = {
    HTTPStatus.NOT_FOUND: "There is nothing at this URL. /docs lists what there is.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This URL does not accept that method; see the Allow header.",
}


def _on_unexpected_error(request: Request, error: Exception) -> JSONResponse:
    return answer_to_unexpected(request, error)


def answer_to_unexpected(request: Request, error: Exception) -> JSONResponse:
    """Return a bug as a response, and log it under the id given in the response."""
    error_id = request_id.current() or uuid.uuid4().hex
    _LOG.error("error %s at %s %s", error_id, request.method, request.url.path, exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal-error",
        "Something went wrong inside newsearch",
        "This is a bug or a damaged file of the index; 'newsearch verify' shows which. The log "
        f"of the server has the details under the id {error_id}.",
        id=error_id,
    )

"""Errors as pages: what went wrong, in the reader's language, and what to do next.

The status is that of the same error in the API (`api.problems`). Text without a translation is
marked as English.
"""

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import ValidationError

from api.http.problem_responses import MOST_TOLD, RETRY_AFTER_S
from api.problems import kind_of
from api.web.rendering import render, spoken
from api.web.state import PageState
from index.errors import FilterError, IndexMissing, NewsearchError, QueryError, Unsupported

_LOG = logging.getLogger("newsearch.http")
_LONGEST_NAME = 100
_CARET_LINES = 3
"""A query error's text: message, query, caret; the rest is shown separately."""


@dataclass(frozen=True, slots=True)
class FailureView:
    """What a page says about an error: `title` and `way` are message keys, `detail` is English."""

    title: str
    way: str | None = None
    detail: str | None = None
    shown: str | None = None
    expected: str | None = None
    suggestion: str | None = None
    suggested: str | None = None


class PageRoute(APIRoute):
    """A route whose errors are answered as pages."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the route's handler with its errors turned into pages."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except NewsearchError as error:
                return failure_page(request, error)
            except (ValidationError, RequestValidationError) as error:
                return bad_request_page(request, error)

        return handled


def failure_page(request: Request, error: NewsearchError, status: int | None = None) -> Response:
    """Return the page for an error raised on purpose, with its status or another."""
    kind = kind_of(error)
    if kind.detail is not None and not isinstance(error, IndexMissing):
        _LOG.warning("answered %d %s: %s", kind.status, kind.name, error)
    key = f"problem.{kind.name}"
    failure = FailureView(key, way=f"{key}.way")
    if isinstance(error, QueryError):
        failure = _query_failure(request, error)
    elif isinstance(error, FilterError | Unsupported):
        failure = FailureView(key, detail=str(error))
    elif key not in spoken(request).messages:
        failure = FailureView("problem.unusable", detail=kind.detail or str(error))
    page = _page(request, failure, status or kind.status)
    if page.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        page.headers["Retry-After"] = RETRY_AFTER_S
    return page


def _query_failure(request: Request, error: QueryError) -> FailureView:
    state = PageState.read(request.query_params.multi_items())
    return FailureView(
        "problem.bad-query",
        detail=error.why,
        shown="\n".join(str(error).split("\n")[1:_CARET_LINES]),
        expected=error.expected,
        suggestion=error.suggestion,
        suggested=state.address(q=error.suggestion) if error.suggestion else None,
    )


def bad_request_page(request: Request, error: ValidationError | RequestValidationError) -> Response:
    """Return the page for a URL whose parameters cannot be read."""
    told = "; ".join(
        f"{'.'.join(str(part) for part in entry['loc'])[:_LONGEST_NAME]}: {entry['msg']}"
        for entry in error.errors()[:MOST_TOLD]
    )
    return _page(request, FailureView("problem.bad-request", detail=told), HTTPStatus.BAD_REQUEST)


def _page(request: Request, failure: FailureView, status: int) -> Response:
    query = request.query_params.get("q", "")
    return render(request, "failure.html", {"query": query, "failure": failure}, status)

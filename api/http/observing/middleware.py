"""The middleware around each request: its id, its log line, its metrics and its span."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Protocol

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.access.rules import Rules
from api.http.observing.metrics import Metrics
from api.http.problem_responses import answer_to_unexpected
from api.logging import request_id
from api.logging.logs import ACCESS
from search.stages import Stage, watched

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

ELSEWHERE = "elsewhere"
"""The route for all unknown paths."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""The methods in metrics; every method a client makes up would create a series of its own."""


class Traces(Protocol):
    """What `Observed` needs of a tracer provider."""

    def get_tracer(self, name: str, /) -> "Tracer":
        """A tracer."""
        ...


class Observed:
    """Also answers unexpected errors, so that these answers have an id and are counted too."""

    def __init__(self, app: ASGIApp, rules: Rules, metrics: Metrics, traces: Traces | None) -> None:
        self.app = app
        self._rules = rules
        self._metrics = metrics
        self._tracer = traces.get_tracer("newsearch") if traces else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and observe it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked = request_id.begin(headers.get(request_id.HEADER))
        begun_s = time.perf_counter()
        status = 0

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[request_id.HEADER] = asked
            await send(message)

        with self._span(scope, headers) as end, watched(self._watch):
            try:
                await self.app(scope, receive, sent)
            except Exception as error:  # the outermost edge: nothing outside it could answer
                if status:
                    raise  # in the middle of an answer, which only closing the connection can end
                answer = answer_to_unexpected(Request(scope), error)
                await answer(scope, receive, sent)
            finally:
                self._told(scope, status, time.perf_counter() - begun_s)
                end(status)

    def _told(self, scope: Scope, status: int, took_s: float) -> None:
        """Record the request; `status` 0: the client disconnected before there was an answer."""
        method = scope["method"] if scope["method"] in METHODS else ELSEWHERE
        self._metrics.answered(method, route_of(scope), status, took_s)
        level = logging.ERROR if status >= 500 and status != 503 else logging.INFO
        if self._rules.of(scope["method"], scope["path"]).is_quiet:
            level = logging.DEBUG
        fields = {
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "took_ms": round(took_s * 1000, 1),
            "client": scope["client"][0] if scope.get("client") else None,
        }
        ACCESS.log(
            level,
            "%(method)s %(path)s %(status)d in %(took_ms).1f ms",
            fields,
            extra={"fields": fields},
        )

    @contextmanager
    def _watch(self, stage: Stage) -> Iterator[None]:
        begun_s = time.perf_counter()
        span: AbstractContextManager[object] = nullcontext()
        if self._tracer is not None:
            span = self._tracer.start_as_current_span(f"search {stage}")
        try:
            with span:
                yield
        finally:
            self._metrics.stage_took(stage, time.perf_counter() - begun_s)

    @contextmanager
    def _span(self, scope: Scope, headers: Headers) -> Iterator[Callable[[int], None]]:
        """Start the request's span, in the client's trace if it sent one; call the result at the
        end.
        """
        if self._tracer is None:
            yield lambda _status: None
            return
        from opentelemetry.propagate import extract
        from opentelemetry.trace import SpanKind, Status, StatusCode

        span: Span
        with self._tracer.start_as_current_span(
            scope["method"], context=extract(dict(headers)), kind=SpanKind.SERVER
        ) as span:

            def end(status: int) -> None:
                route = route_of(scope)
                span.update_name(f"{scope['method']} {route}")
                span.set_attribute("http.request.method", scope["method"])
                span.set_attribute("http.route", route)
                span.set_attribute("http.response.status_code", status)
                span.set_attribute("newsearch.request_id", request_id.current() or "")
                if status >= 500:
                    span.set_status(Status(StatusCode.ERROR))

            yield end


def route_of(scope: Scope) -> str:
    """Return the pattern that a request's path matched: there are few, whatever the path."""
    route = scope.get("route")
    path = getattr(route, "path", None)
    return ELSEWHERE if path is None else str(path)

"""The middleware that gives each request its place in a lane, and its deadline.

Questions and writes have a lane each, so that neither keeps the other waiting. A request takes a
place when its body is there, and gives it back when its answer begins, so that slow clients hold
none. Health checks, files of the page, metrics, and streams of events need no place.
"""

import math
import re
import time
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.access.rules import rule_for
from api.http.admission.concurrency import ConcurrencyLimit
from api.http.admission.queue import RequestQueue
from api.http.admission.request_body import arrived, has_body, timely
from api.http.routes.posted_articles import is_for_later
from api.problems import answer_to, answer_to_http_error
from api.stores.keys import Scope as Allowed
from api.web.failures import failure_page
from index.errors import Overloaded
from index.runtime import deadline

_FREE = re.compile(r"/health/.*|/static/.*|/metrics|/v1/jobs/[^/]*/events", re.DOTALL)
_LEAST_THREADS = 40
_SPARE_THREADS = 16
_PAGES = re.compile(r"/|/(help|status|trends|stories|articles)(/.*)?", re.DOTALL)


class Admission:
    """`questions` have a deadline, waiting included; writes wait as long, and are never cut off.

    `deadline_s` 0: none. `turns` None: all questions that have a place are answered at once.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        questions: RequestQueue,
        writes: RequestQueue,
        deadline_s: float,
        max_body_bytes: int,
        turns: ConcurrencyLimit | None = None,
    ) -> None:
        self.app = app
        self._turns = turns
        self._questions = questions
        self._writes = writes
        self._deadline_s = deadline_s
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request in its turn, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if has_body(scope):
            receive = timely(receive)
        lane = self._lane(scope)
        if lane is None:
            await self.app(scope, receive, send)
            return
        try:
            if has_body(scope):
                receive = await arrived(receive, self._max_body_bytes)
            ends_at_s = time.monotonic() + (self._deadline_s or math.inf)
            await lane.enter(self._deadline_s or None)
        except HTTPException as error:
            await answer_to_http_error(error)(scope, receive, send)
        except Overloaded as error:
            await _refusal(scope, error)(scope, receive, send)
        else:
            if lane is self._questions:
                with deadline.until(ends_at_s):
                    await self._answered(lane, scope, receive, send)
            else:
                await self._answered(lane, scope, receive, send)

    def _lane(self, scope: Scope) -> RequestQueue | None:
        method, path = scope["method"], scope["path"]
        if _FREE.fullmatch(path):
            return None
        if has_body(scope) and is_for_later(Headers(scope=scope), self._max_body_bytes):
            return None  # it is kept in a file, however long it takes; a job reads it
        is_question = rule_for(method, path).scope is Allowed.SEARCH
        return self._questions if is_question else self._writes

    async def _answered(
        self, lane: RequestQueue, scope: Scope, receive: Receive, send: Send
    ) -> None:
        has_left = False
        end_turn: Callable[[], None] = lambda: None  # noqa: E731

        def leave() -> None:
            nonlocal has_left
            end_turn()
            if not has_left:
                has_left = True
                lane.leave()

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                leave()
            await send(message)

        try:
            if self._turns is not None and lane is self._questions:
                end_turn = await self._turns.begin()
            await self.app(scope, receive, sent)
        finally:
            leave()


def _refusal(scope: Scope, error: Overloaded) -> Response:
    if scope["method"] == "GET" and _PAGES.fullmatch(scope["path"]):
        return failure_page(Request(scope), error)
    return answer_to(error)


def threads(places: int) -> int:
    """How many threads a server needs so that nobody who has a place in a lane waits for one."""
    return max(_LEAST_THREADS, 2 * places + _SPARE_THREADS)

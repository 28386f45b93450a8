"""The middleware that gives each request its place in a queue and its deadline.

Reads and writes have a queue each, so that neither keeps the other waiting. A request takes a place
when its body has arrived and gives it back when its answer begins, so that slow clients hold none.
Health checks, the page's files, metrics and event streams need no place.
"""

import asyncio
import math
import time
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.access.rules import Needs, Rules
from api.http.admission.concurrency import ConcurrencyLimit
from api.http.admission.queue import RequestQueue
from api.http.admission.request_body import arrived, has_body, timely
from api.http.problem_responses import answer_to, answer_to_http_error
from api.http.routes.posted_articles import is_for_later
from api.stores.keys import Scope as Allowed
from index.errors import DeadlineExceeded, NewsearchError, Overloaded
from index.runtime import deadline

_LEAST_THREADS = 40
_SPARE_THREADS = 16


class Admission:
    """`questions` (reads) have a deadline, waiting included; writes wait as long and are never cut
    off. `deadline_s` 0: none. `concurrency` None: all reads with a place are processed at once.
    `refused_page` is the page for people who get no place.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        rules: Rules,
        refused_page: Callable[[Request, NewsearchError], Response],
        questions: RequestQueue,
        writes: RequestQueue,
        deadline_s: float,
        max_body_bytes: int,
        concurrency: ConcurrencyLimit | None,
    ) -> None:
        self.app = app
        self._rules = rules
        self._refused_page = refused_page
        self._concurrency = concurrency
        self._questions = questions
        self._writes = writes
        self._deadline_s = deadline_s
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request once it has a place, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if has_body(scope):
            receive = timely(receive)
        needed = self._rules.of(scope["method"], scope["path"])
        queue = self._queue(needed, scope)
        if queue is None:
            await self.app(scope, receive, send)
            return
        try:
            if has_body(scope):
                receive = await arrived(receive, self._max_body_bytes)
            ends_at_s = time.monotonic() + (self._deadline_s or math.inf)
            await queue.enter(self._deadline_s or None)
        except HTTPException as error:
            await answer_to_http_error(error)(scope, receive, send)
        except Overloaded as error:
            await self._refusal(needed, scope, error)(scope, receive, send)
        else:
            if queue is self._questions:
                with deadline.until(ends_at_s):
                    await self._answered(queue, needed, scope, receive, send)
            else:
                await self._answered(queue, needed, scope, receive, send)

    def _refusal(self, needed: Needs, scope: Scope, error: NewsearchError) -> Response:
        return self._refused_page(Request(scope), error) if needed.is_page else answer_to(error)

    def _queue(self, needed: Needs, scope: Scope) -> RequestQueue | None:
        if not needed.is_queued:
            return None
        if has_body(scope) and is_for_later(Headers(scope=scope), self._max_body_bytes):
            return None  # it is saved in a file, however long that takes; a job reads it
        return self._questions if needed.scope is Allowed.SEARCH else self._writes

    async def _answered(
        self, queue: RequestQueue, needed: Needs, scope: Scope, receive: Receive, send: Send
    ) -> None:
        has_left = False
        end_work: Callable[[], None] = lambda: None  # noqa: E731

        def leave() -> None:
            nonlocal has_left
            end_work()
            if not has_left:
                has_left = True
                queue.leave()

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                leave()
            await send(message)

        try:
            if self._concurrency is not None and queue is self._questions:
                end_work = await _begun(self._concurrency)
        except DeadlineExceeded as error:
            leave()
            await self._refusal(needed, scope, error)(scope, receive, send)
            return
        try:
            await self.app(scope, receive, sent)
        finally:
            leave()


async def _begun(concurrency: ConcurrencyLimit) -> Callable[[], None]:
    """Wait for a slot, but not past the deadline. Raises DeadlineExceeded."""
    left_s = deadline.left_s()
    try:
        async with asyncio.timeout(left_s if math.isfinite(left_s) else None):
            return await concurrency.begin()
    except TimeoutError as error:
        raise DeadlineExceeded("no core became free before the deadline") from error


def threads(places: int) -> int:
    """Return how many threads a server needs so that no admitted request waits for one."""
    return max(_LEAST_THREADS, 2 * places + _SPARE_THREADS)

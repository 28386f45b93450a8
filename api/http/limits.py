"""The limits on heads and bodies of requests, and the headers of every answer."""

from collections.abc import Callable, Mapping, MutableMapping
from http import HTTPStatus
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problem_responses import problem

QUESTION_BYTES = 2**20
"""The largest body of a request other than articles."""

MAX_HEAD_BYTES = 64 * 2**10
"""The longest URL and headers of a request, together."""

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}

POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For every answer without a policy of its own: it is data, and nothing in it is run or loaded."""


class BodyLimit:
    """Refuses bodies above `max_bytes`: at once if the length is declared, else while reading.

    An endpoint that reads too much gets an HTTPException, which the app answers like any other.
    `larger` has the limits of endpoints, by (method, path), that accept more.
    """

    def __init__(
        self,
        app: ASGIApp,
        max_bytes: int,
        larger: Mapping[tuple[str, str], int] | None = None,
    ) -> None:
        self.app = app
        self._max_bytes = max_bytes
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting the bytes of its body."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        max_bytes = self._larger.get((scope["method"], scope["path"]), self._max_bytes)
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > max_bytes:
            answer = problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "body-too-large",
                "The body is too large",
                _detail(max_bytes),
                # The rest of the body is not read, so the connection cannot be reused.
                headers={"Connection": "close"},
            )
            await answer(scope, receive, send)
            return
        read_bytes = 0

        async def counted() -> Message:
            nonlocal read_bytes
            message = await receive()
            read_bytes += len(message.get("body", b""))
            if read_bytes > max_bytes:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _detail(max_bytes))
            return message

        await self.app(scope, counted, send)


def head_too_large() -> tuple[str, str]:
    """Return the title and the detail of a problem: the head of a request is too long."""
    return (
        "The URL and headers are too long",
        f"The URL and headers of a request may have up to {MAX_HEAD_BYTES} bytes together.",
    )


def _head_bytes(scope: Scope) -> int:
    target = len(scope.get("raw_path") or b"") + len(scope.get("query_string") or b"")
    return target + sum(len(name) + len(value) + 4 for name, value in scope["headers"])


def _detail(max_bytes: int) -> str:
    return (
        f"A body may have up to {max_bytes} bytes here. Articles may be sent in several smaller "
        "ones; the setting max_bulk_bytes says how large a body of articles may be."
    )


class HeadLimit:
    """Refuses requests whose URL and headers are too long, however they arrived."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if its head is not too long."""
        if scope["type"] == "http" and _head_bytes(scope) > MAX_HEAD_BYTES:
            answer = problem(
                HTTPStatus.BAD_REQUEST,
                "head-too-large",
                *head_too_large(),
                headers={"Connection": "close"},
            )
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)


class FixedHeaders:
    """Adds headers that keep browsers from misinterpreting an answer.

    While `is_stopping`, answers tell clients not to use their connection again.
    """

    def __init__(self, app: ASGIApp, is_stopping: Callable[[], bool]) -> None:
        self.app = app
        self._is_stopping = is_stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add headers to the answer."""

        async def with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if self._is_stopping():
                    headers["Connection"] = "close"
                headers.setdefault("Content-Security-Policy", POLICY)
            await send(message)

        await self.app(scope, receive, with_headers)

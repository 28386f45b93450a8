"""Bodies that nobody reads: an answer before the end of a request's body closes the connection.

What is left of the body would otherwise be read on and on, to be thrown away. A short rest is read
before the answer, so that the connection can be used again. After an answer, a client that is still
sending gets `LINGER_S` to notice: closing at once would make some systems discard the answer.
"""

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.admission.request_body import has_body

LINGER_S = 1.0
REST_BYTES = 64 * 2**10
"""The longest body that is read although nobody wants it."""

LINGER_BYTES = 2**20


class UnreadBodies:
    """Closes connections whose request was answered before it ended."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and close the connection after the answer if need be."""
        if scope["type"] != "http" or not has_body(scope):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        length = headers.get("content-length", "")
        is_short = length.isdecimal() and int(length) <= REST_BYTES and "expect" not in headers
        body = _Body(receive)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start" and not body.has_ended:
                if is_short:
                    await body.discard(REST_BYTES)
                if not body.has_ended:
                    MutableHeaders(scope=message)["Connection"] = "close"
            elif not body.has_ended and not message.get("more_body", False):
                await send({**message, "more_body": True})
                await body.discard(LINGER_BYTES)
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        await self.app(scope, body.receive, sent)


class _Body:
    """A request's body; `has_ended` once nothing more of it is to come."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.has_ended = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            self.has_ended = True
        return message

    async def discard(self, max_bytes: int) -> None:
        """Read on until the end, or for `LINGER_S`, or until this much has come."""
        try:
            async with asyncio.timeout(LINGER_S):
                while not self.has_ended and max_bytes > 0:
                    max_bytes -= len((await self.receive()).get("body", b""))
        except TimeoutError:
            return

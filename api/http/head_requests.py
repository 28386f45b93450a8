"""HEAD where there is GET: the same answer without its body.

The application sees a GET. What runs as long as somebody listens, such as a stream of events, is
told that the client has gone once the head of its answer is sent.
"""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadRequests:
    """Answers HEAD with the head of the answer to GET."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, as a GET if it is a HEAD."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        has_begun = asyncio.Event()

        async def received() -> Message:
            if not has_begun.is_set():
                begun = asyncio.ensure_future(has_begun.wait())
                asked = asyncio.ensure_future(receive())
                done, waiting = await asyncio.wait(
                    (begun, asked), return_when=asyncio.FIRST_COMPLETED
                )
                for one in waiting:
                    one.cancel()
                if asked in done:
                    return asked.result()
            return {"type": "http.disconnect"}

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                has_begun.set()

        # The same dictionary goes on, because others read from it which route was found.
        scope["method"] = "GET"
        try:
            await self.app(scope, received, sent)
        finally:
            scope["method"] = "HEAD"

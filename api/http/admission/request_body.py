"""How a body comes in before its request takes a place: whole, and without long silences.

Who sends slowly holds a connection and some memory, and keeps no one else waiting.
"""

import asyncio
from collections import deque
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

SILENCE_S = 30.0
"""A sender who is silent for longer in the middle of a body is given up."""


def has_body(scope: Scope) -> bool:
    """Whether a request says that a body follows."""
    headers = Headers(scope=scope)
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def timely(receive: Receive) -> Receive:
    """`receive` that raises HTTPException (408) where a body falls silent."""
    is_complete = False

    async def received() -> Message:
        nonlocal is_complete
        if is_complete:
            return await receive()  # that the client goes away, which may take any time
        try:
            async with asyncio.timeout(SILENCE_S):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(
                HTTPStatus.REQUEST_TIMEOUT,
                f"Nothing more of the body came in for {SILENCE_S:g} seconds.",
                headers={"Connection": "close"},
            ) from error
        is_complete = not message.get("more_body", False)
        return message

    return received


async def arrived(receive: Receive, max_bytes: int) -> Receive:
    """Wait for a whole body, or for more than `max_bytes` of it; gives it again from the start."""
    kept: deque[Message] = deque()
    size_bytes = 0
    while size_bytes <= max_bytes:
        message = await receive()
        kept.append(message)
        size_bytes += len(message.get("body", b""))
        if not message.get("more_body", False):
            break

    async def again() -> Message:
        return kept.popleft() if kept else await receive()

    return again

"""Receive a body before its request takes a place: complete, and without long silences.

A slow sender holds a connection and some memory but keeps no one else waiting.
"""

import asyncio
from collections import deque
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

SILENCE_S = 30.0
"""A sender silent for longer within a body is given up."""


def has_body(scope: Scope) -> bool:
    """Return whether a request announces a body."""
    headers = Headers(scope=scope)
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def timely(receive: Receive) -> Receive:
    """Return a `receive` that raises HTTPException (408) if a body stalls."""
    is_complete = False

    async def received() -> Message:
        nonlocal is_complete
        if is_complete:
            return await receive()  # waiting for the client to disconnect, which may take any time
        try:
            async with asyncio.timeout(SILENCE_S):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(
                HTTPStatus.REQUEST_TIMEOUT,
                f"No more of the body arrived for {SILENCE_S:g} seconds.",
                headers={"Connection": "close"},
            ) from error
        is_complete = not message.get("more_body", False)
        return message

    return received


async def arrived(receive: Receive, max_bytes: int) -> Receive:
    """Wait for a complete body, or for more than `max_bytes` of it; replay it from the start."""
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

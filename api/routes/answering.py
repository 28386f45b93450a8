"""Routes whose bodies become JSON in the thread that made them.

FastAPI hands a body that an endpoint returns to a thread once more, to validate it, and writes its
JSON in the event loop, which every other request waits for. Here a `Body` was validated when it was
made, so the endpoint's own thread writes it. The description of the API stays as declared.
"""

import functools
import inspect
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import Response
from fastapi.routing import APIRoute

from api.body import Body

JSON = "application/json"


class BodyRoute(APIRoute):
    """For endpoints that are plain functions; what is not a `Body` goes FastAPI's own way."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if inspect.iscoroutinefunction(endpoint):
            raise TypeError(f"{endpoint.__name__} runs in the event loop, which must not wait")
        status = options.get("status_code") or HTTPStatus.OK

        @functools.wraps(endpoint)
        def answered(**given: Any) -> Any:
            made = endpoint(**given)
            if not isinstance(made, Body):
                return made
            return Response(made.to_json_bytes(), status, media_type=JSON)

        super().__init__(path, answered, **options)

"""Routes that leave little work to the event loop, which every other request waits for.

FastAPI passes the body an endpoint returns to another thread for validation and writes its JSON in
the event loop. Here a `Body` was validated when it was created, so the endpoint's own thread writes
it. What only reads, and is asked by its address alone, is also handed its parameters and its room
without FastAPI's search for what an endpoint depends on. The description of the API is made from
the endpoints as they are declared, as ever.
"""

import functools
import inspect
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, get_args, get_type_hints

from fastapi import Request, Response
from fastapi.params import Query
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.http.routes.conditional import entity_tag, is_conditional, is_known
from api.http.routes.dependencies import TheRoom, room_of
from api.http.routes.query_parameters import reader
from api.schemas.body import Body
from api.service.reading_room import ReadingRoom

JSON = "application/json"


class BodyRoute(APIRoute):
    """For endpoints that are plain functions; answers other than a `Body` are left to FastAPI.

    Declare dependencies on the router or the endpoint: those of `include_router` may not be run.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if inspect.iscoroutinefunction(endpoint):
            raise TypeError(f"{endpoint.__name__} would run in the event loop, which must not wait")
        status = options.get("status_code") or HTTPStatus.OK

        @functools.wraps(endpoint)
        def answered(**given: Any) -> Any:
            made = endpoint(**given)
            if not isinstance(made, Body):
                return made
            return Response(made.to_json_bytes(), status, media_type=JSON)

        super().__init__(path, answered, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's handler, unless the endpoint takes only a query model and the room."""
        model = None if self.dependencies else _query_model(self.endpoint)
        if model is None:
            return super().get_route_handler()
        read = reader(model)

        answered = self._conditional if is_conditional(self.endpoint) else self._answered

        async def handled(request: Request) -> Response:
            room = await room_of(request)
            parameters = read(request.query_params)
            return await run_in_threadpool(answered, request, parameters, room)

        return handled

    def _answered(self, _request: Request, parameters: BaseModel, room: ReadingRoom) -> Response:
        answer: Response = self.endpoint(parameters=parameters, room=room)
        return answer

    def _conditional(self, request: Request, parameters: BaseModel, room: ReadingRoom) -> Response:
        """Answer, or say that the client's answer is still the current one."""
        headers = {
            "ETag": entity_tag(room, parameters),
            "Cache-Control": "private, no-cache",
            "Vary": "Authorization",
        }
        if is_known(request, headers["ETag"]):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        answer = self._answered(request, parameters, room)
        answer.headers.update(headers)
        return answer


def _query_model(endpoint: Callable[..., Any]) -> type[BaseModel] | None:
    """Return the model of an endpoint `(parameters.

    Annotated[model, Query()], room: TheRoom) -> Body`.
    """
    hints = get_type_hints(endpoint, include_extras=True)
    made = hints.pop("return", None)
    if not (isinstance(made, type) and issubclass(made, Body)):
        return None
    if hints.keys() != {"parameters", "room"} or hints["room"] != TheRoom:
        return None
    model, *notes = get_args(hints["parameters"])
    is_query = len(notes) == 1 and type(notes[0]) is Query
    return model if is_query and issubclass(model, BaseModel) else None

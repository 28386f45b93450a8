"""What the routes are handed: the caller's reading room, the service, no unknown parameters.

What reads articles takes the room, which knows what the caller may see; the service sees all.
"""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError

from api.access.gate import Caller
from api.indexer import BackgroundIndexer
from api.reading_room import ReadingRoom
from api.service import Service


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _room(request: Request) -> ReadingRoom:
    """What answers the caller. Without one, which the gate sees to, this is an error."""
    caller: Caller = request.state.caller
    return _service(request).room(caller.sources)


def _indexer(request: Request) -> BackgroundIndexer:
    indexer: BackgroundIndexer = request.app.state.indexer
    return indexer


def no_parameters(request: Request) -> None:
    """Refuse any query parameter, as a route that takes none must."""
    if request.query_params:
        raise RequestValidationError(
            [
                {"type": "unexpected", "loc": ("query", name), "msg": "this takes no parameters"}
                for name in sorted(request.query_params.keys())
            ]
        )


TheService = Annotated[Service, Depends(_service)]
TheRoom = Annotated[ReadingRoom, Depends(_room)]
TheIndexer = Annotated[BackgroundIndexer, Depends(_indexer)]
NoParameters = Depends(no_parameters)

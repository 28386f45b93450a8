"""What routes depend on: the caller's reading room, the service, no unknown parameters.

Whatever reads articles takes the room, which knows what the caller may see; the service sees
everything. All are coroutines: FastAPI runs a plain function in a thread, which costs more than the
function itself.
"""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool

from api.background.indexer import BackgroundIndexer
from api.http.access.gate import Caller
from api.service.reading_room import ReadingRoom
from api.service.rooms import KEPT_ROOMS
from api.service.service import Service
from index.permitted_sources import PermittedSources
from index.runtime.lru import LruCache


class Rooms:
    """The rooms of a service that already exist, for use in the event loop only.

    The first request for a room waits for it in a thread: creating it may open the archive.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._made: LruCache[PermittedSources | None, ReadingRoom] = LruCache(KEPT_ROOMS)

    async def of(self, sources: PermittedSources | None) -> ReadingRoom:
        """Return the room for readers of some sources. Raises ArchiveError."""
        room = self._made.peek(sources)
        if room is None:
            room = await run_in_threadpool(self._service.rooms.of, sources)
            self._made.put(sources, room)
        return room


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


async def room_of(request: Request) -> ReadingRoom:
    """Return the caller's room. The gate makes sure that there is a caller."""
    caller: Caller = request.state.caller
    rooms: Rooms = request.app.state.rooms
    return await rooms.of(caller.sources)


async def _indexer(request: Request) -> BackgroundIndexer:
    indexer: BackgroundIndexer = request.app.state.indexer
    return indexer


async def no_parameters(request: Request) -> None:
    """Refuse any query parameter, as a route that takes none must."""
    if request.query_params:
        raise RequestValidationError(
            [
                {
                    "type": "unexpected",
                    "loc": ("query", name),
                    "msg": "this endpoint takes no parameters",
                }
                for name in sorted(request.query_params.keys())
            ]
        )


TheService = Annotated[Service, Depends(_service)]
TheCaller = Annotated[Caller, Depends(_caller)]
TheRoom = Annotated[ReadingRoom, Depends(room_of)]
TheIndexer = Annotated[BackgroundIndexer, Depends(_indexer)]
NoParameters = Depends(no_parameters)

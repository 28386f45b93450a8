"""`RequestQueue`: a fixed number of requests at once, a fixed number waiting, and no more."""

import asyncio

from index.errors import Overloaded


class RequestQueue:
    """Places for requests, first come, first served, in one event loop."""

    def __init__(self, name: str, places: int, waiting_places: int) -> None:
        self.name = name
        self.places = places
        self._waiting_places = waiting_places
        self._free = asyncio.Semaphore(places)
        self.waiting = 0
        self.working = 0
        self.refused = 0

    async def enter(self, patience_s: float | None) -> None:
        """Take a place, waiting up to this long (None: no limit).

        Raises Overloaded; whoever enters must `leave`.
        """
        if self._free.locked():
            if self.waiting >= self._waiting_places:
                self._refuse(f"{self.waiting} requests are already waiting")
            await self._wait(patience_s)
        else:
            await self._free.acquire()
        self.working += 1

    async def _wait(self, patience_s: float | None) -> None:
        self.waiting += 1
        try:
            async with asyncio.timeout(patience_s):
                await self._free.acquire()
        except TimeoutError:
            self._refuse(f"no place became free within {patience_s:g} s")
        finally:
            self.waiting -= 1

    def _refuse(self, why: str) -> None:
        self.refused += 1
        raise Overloaded(f"{self.name}: {why}")

    def leave(self) -> None:
        """Give the place to the next request."""
        self.working -= 1
        self._free.release()

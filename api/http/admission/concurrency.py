"""How many admitted requests are processed at the same time: as many as there are cores.

Threads that run side by side compete for the interpreter's lock and the caches: on two cores, eight
at once use a third more CPU time for the same answers. A slot is released after `SLOT_S` even if
its request is still running, so that short requests never wait for long ones to finish.
"""

import asyncio
from collections.abc import Callable

from index.runtime.cores import cores

SLOT_S = 0.25
_LEAST = 2
"""While one waits for a disk or computes without the interpreter, another can run."""


class ConcurrencyLimit:
    """First come, first served, in one event loop."""

    def __init__(self, at_once: int, slot_s: float = SLOT_S) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._slot_s = slot_s

    @property
    def has_free(self) -> bool:
        """Return whether a slot is free."""
        return not self._free.locked()

    async def begin(self) -> Callable[[], None]:
        """Wait for a slot; return a function that releases it, which may be called repeatedly."""
        await self._free.acquire()
        has_ended = False

        def end() -> None:
            nonlocal has_ended
            if not has_ended:
                has_ended = True
                lapse.cancel()
                self._free.release()

        lapse = asyncio.get_running_loop().call_later(self._slot_s, end)
        return end


def at_once() -> int:
    """Return how many requests have a slot at the same time."""
    return max(_LEAST, cores())

"""How many admitted questions are worked on at the same moment: as many as there are cores.

Threads that answer side by side take the interpreter's lock and the caches from each other: on two
cores, eight at once use a third more processor for the same answers. A slot is given up after
`SLOT_S` even though its question goes on, so that short questions never wait for long ones to end.
"""

import asyncio
from collections.abc import Callable

from index.runtime.cores import cores

SLOT_S = 0.25
_LEAST = 2
"""While one waits for a disk, or computes without the interpreter, another goes on."""


class ConcurrencyLimit:
    """First come, first served. Of one event loop."""

    def __init__(self, at_once: int, slot_s: float = SLOT_S) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._slot_s = slot_s

    @property
    def has_free(self) -> bool:
        """Whether a slot is free."""
        return not self._free.locked()

    async def begin(self) -> Callable[[], None]:
        """Wait for a slot; returns what gives it up, which may be called more than once."""
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
    """How many questions have a slot at the same time."""
    return max(_LEAST, cores())

"""Waiting for what only one may hold at a time."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

from index.errors import IndexLocked

Held = TypeVar("Held")

Pause = Callable[[float], object]
"""Waits for so many seconds; may raise to give up."""

LOCKED_RETRY_S = 0.1


@contextmanager
def wait_for_lock(
    hold: Callable[[], AbstractContextManager[Held]],
    pause: Pause,
    retry_s: float = LOCKED_RETRY_S,
) -> Iterator[Held]:
    """Hold what `hold` gives once it no longer raises IndexLocked, which is tried again and again.

    Raises what `pause` raises, and whatever else `hold` does.
    """
    with ExitStack() as held:
        while True:
            try:
                got = held.enter_context(hold())
                break
            except IndexLocked:
                pause(retry_s)
        yield got

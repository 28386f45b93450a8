"""Waiting for a lock that only one process can hold."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

from index.errors import IndexLocked

Held = TypeVar("Held")

Pause = Callable[[float], object]
"""Waits for the given seconds; may raise to give up."""

LOCKED_RETRY_S = 0.1


@contextmanager
def wait_for_lock(
    hold: Callable[[], AbstractContextManager[Held]],
    pause: Pause,
    retry_s: float = LOCKED_RETRY_S,
) -> Iterator[Held]:
    """Hold the result of `hold`, retrying as long as it raises IndexLocked.

    Raises what `pause` raises, and anything else that `hold` raises.
    """
    with ExitStack() as held:
        while True:
            try:
                got = held.enter_context(hold())
                break
            except IndexLocked:
                pause(retry_s)
        yield got

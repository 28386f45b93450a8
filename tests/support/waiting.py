"""Waiting for what is to come, with one patience for all tests."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

PATIENCE_S = 120.0
"""How long an event is waited for before it counts as never. A busy machine is slow, not this slow:
whether a test passes does not depend on this number."""

_LOOK_AGAIN_S = 0.05  # a server allows 50 requests a second


def wait_until(look: Callable[[], Found], what: str = "it") -> Found:
    """What `look` returns, once that is true in the sense of `if`."""
    gives_up_at_s = time.monotonic() + PATIENCE_S
    while not (found := look()):
        assert time.monotonic() < gives_up_at_s, f"{what} did not happen; last seen: {found!r}"
        time.sleep(_LOOK_AGAIN_S)
    return found

"""The deadline of the current work, for every loop.

Whoever serves people sets it with `until`; loops whose length depends on the query or the archive
call `check`, which raises once the deadline has passed. It is stored in a context variable, which
threads that serve a request inherit and background threads do not: without one, work never ends
early. What is worked out once and kept for everybody (numbered values, lengths, a loaded model) is
not interrupted: it would begin anew with every request, and never end.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from index.errors import DeadlineExceeded

_ENDS_AT_S: ContextVar[float] = ContextVar("newsearch_deadline", default=math.inf)


@contextmanager
def until(ends_at_s: float) -> Iterator[None]:
    """The block must finish by this instant of `time.monotonic`."""
    token = _ENDS_AT_S.set(ends_at_s)
    try:
        yield
    finally:
        _ENDS_AT_S.reset(token)


def check() -> None:
    """Raise DeadlineExceeded if the deadline has passed."""
    if time.monotonic() >= _ENDS_AT_S.get():
        raise DeadlineExceeded("this request has exceeded its deadline")


def left_s() -> float:
    """The seconds left: infinite without a deadline, never less than 0."""
    return max(0.0, _ENDS_AT_S.get() - time.monotonic())

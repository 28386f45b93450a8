"""`RepeatedProblems`: the same problem, again and again, must not fill the disk with its lines."""

import logging
import re
import threading
import time
from collections.abc import Callable

from index.runtime.lru import LruCache

AT_ONCE = 20
"""Lines about one problem in `EVERY_S`; the first line after that says how many were left out."""

EVERY_S = 60.0
_KINDS = 1000
_VARIES = re.compile(r"[0-9a-f]{6,}|\d+")


class RepeatedProblems(logging.Filter):
    """Drops warnings and errors that say what many lines before them said, but for numbers.

    Tracebacks are the same if they end at the same line of code.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()
        self._told: LruCache[tuple[object, ...], list[float]] = LruCache(_KINDS)

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to write a record; one that follows dropped ones says so."""
        if record.levelno < logging.WARNING:
            return True
        with self._lock:
            began_s, count = self._told.get(_kind(record), lambda: [self._clock(), 0])
            now_s = self._clock()
            if now_s - began_s >= EVERY_S:
                dropped = max(0, int(count) - AT_ONCE)
                self._told.put(_kind(record), [now_s, 1])
                if dropped:
                    record.msg = f"{record.getMessage()} ({dropped} more like this were left out)"
                    record.args = None
                return True
            self._told.put(_kind(record), [began_s, count + 1])
            return count < AT_ONCE


def _kind(record: logging.LogRecord) -> tuple[object, ...]:
    """Return what is the same of all records about one problem."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return record.name, _VARIES.sub("#", record.getMessage())
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = (trace.tb_frame.f_code.co_filename, trace.tb_lineno) if trace else None
    return record.name, type(error), place

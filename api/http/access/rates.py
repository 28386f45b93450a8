"""How often a caller may send requests: a token bucket each, in the memory of one server."""

import threading
import time
from collections.abc import Callable

_MOST_BUCKETS = 50_000


class Rates:
    """`per_s` requests a second, after a burst of `burst`. Safe to share between threads.

    Buckets that have filled up again are dropped, which changes no answer.
    """

    def __init__(
        self, per_s: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_s = per_s
        self._burst = burst
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait_s(self, who: str) -> float:
        """Take one request from a caller's bucket: 0, or how long until one is available."""
        if not self._per_s:
            return 0.0
        with self._lock:
            now = self._clock()
            left, seen = self._buckets.get(who, (float(self._burst), now))
            left = min(float(self._burst), left + (now - seen) * self._per_s)
            if left < 1:
                self._buckets[who] = left, now
                return (1 - left) / self._per_s
            if len(self._buckets) >= _MOST_BUCKETS:
                self._forget_full(now)
            self._buckets[who] = left - 1, now
            return 0.0

    def _forget_full(self, now: float) -> None:
        self._buckets = {
            who: (left, seen)
            for who, (left, seen) in self._buckets.items()
            if left + (now - seen) * self._per_s < self._burst
        }

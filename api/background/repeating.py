"""`Repeating`: a background thread that does one thing again and again.

No error ends it: errors are logged and the step is tried again after growing pauses.
"""

import logging
import threading
from collections.abc import Callable

FIRST_BACKOFF_S = 1.0
LONGEST_BACKOFF_S = 60.0

_LOG = logging.getLogger("newsearch.background")


class Stopping(Exception):
    """Ends a piece of work midway because the server is stopping."""


class Repeating:
    """Calls `step` every `every_s` seconds, or sooner after `wake`, between `start` and `stop`.

    `step` may call `pause` to wait, and `check` where it can be interrupted; both raise Stopping
    when it is time to stop.
    """

    def __init__(self, name: str, step: Callable[["Repeating"], object], every_s: float) -> None:
        self._step = step
        self._every_s = every_s
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"newsearch-{name}", daemon=True)

    def start(self) -> None:
        """Start; returns at once."""
        self._thread.start()

    def begin_stop(self) -> None:
        """Begin to stop; returns at once."""
        self._stopping.set()
        self._wake.set()

    def stop(self, timeout_s: float) -> None:
        """Stop, waiting at most this long for the current step."""
        self.begin_stop()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    @property
    def is_stopping(self) -> bool:
        """Return whether it is time to stop."""
        return self._stopping.is_set()

    def wake(self) -> None:
        """Do the next step now."""
        self._wake.set()

    def check(self) -> None:
        """Raise Stopping if it is time to stop."""
        if self._stopping.is_set():
            raise Stopping

    def pause(self, seconds: float) -> None:
        """Wait. Raises Stopping as soon as it is time to stop."""
        if self._stopping.wait(seconds):
            raise Stopping

    def _run(self) -> None:
        backoff_s = FIRST_BACKOFF_S
        while not self._stopping.is_set():
            wait_s = self._every_s
            try:
                self._step(self)
                backoff_s = FIRST_BACKOFF_S
            except Stopping:
                return
            except Exception:  # noqa: BLE001 - the edge of the thread, which must outlive any error
                _LOG.exception("%s failed; next try in %.0f s", self._thread.name, backoff_s)
                wait_s, backoff_s = backoff_s, min(2 * backoff_s, LONGEST_BACKOFF_S)
            self._wake.wait(wait_s)
            self._wake.clear()

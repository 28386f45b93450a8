"""`Election`: of several worker processes, one at a time does the background work.

Whoever holds the lock file of the data folder is elected. The operating system releases it when the
process ends, however it ends, and another one takes over within `LOOK_S`.
"""

import logging
import os
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from api.background.repeating import Repeating

LOOK_S = 0.5
LOCK_FILE = "background.lock"

_LOG = logging.getLogger("newsearch.background")


class Election(Repeating):
    """Starts the threads in `members` once this process is elected, which lasts until it ends."""

    def __init__(self, folder: Path, members: Sequence[Repeating]) -> None:
        super().__init__("election", lambda _self: self._stand(), LOOK_S)
        self._lock = FileLock(folder / LOCK_FILE, thread_local=False)
        self._members = members

    @property
    def is_elected(self) -> bool:
        """Return whether this process does the background work."""
        return bool(self._lock.is_locked)

    def begin_stop(self) -> None:
        """Begin to stop the members too; returns at once."""
        super().begin_stop()
        for member in self._members:
            member.begin_stop()

    def stop(self, timeout_s: float) -> None:
        """Stop, waiting at most this long for each member; only then another may be elected."""
        super().stop(timeout_s)
        for member in self._members:
            member.stop(timeout_s)
        self._lock.release()

    def _stand(self) -> None:
        if self.is_elected:
            return
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return
        _LOG.info("elected: process %d indexes and does the other background work", os.getpid())
        for member in self._members:
            member.start()

"""The indexer of a server: a thread that brings the index up to date whenever it lags.

It wakes when articles are posted or deleted here, and polls the archive for changes by other
processes. Only one process writes an index at a time: while another holds the lock, this one waits.
Polling also opens snapshots committed by other processes, outside the path of requests.
"""

import logging
import threading
import time
from typing import Protocol

from api.background.repeating import Repeating
from index.errors import IndexLocked, NewsearchError
from index.protocols import ProgressListener

POLL_S = 0.5
NOTICE_S = 0.05
"""How soon those who wait for a commit notice it: the work continues after the commit."""

LOCKED_RETRY_S = 0.5

_LOG = logging.getLogger("newsearch.indexer")


class Indexable(Protocol):
    """What the indexer needs of a service."""

    def is_behind(self) -> bool:
        """Return whether the index, or what is derived from it, lags behind the archive."""
        ...

    def indexed_revision(self) -> int:
        """Return the archive revision covered by the newest snapshot."""
        ...

    def keep_up(self, on_progress: ProgressListener | None = None) -> object:
        """Bring the index up to date, leaving what can wait. Raises IndexLocked."""
        ...


class BackgroundIndexer(Repeating):
    """Runs between `start` and `stop`, which drops the current batch; the next run repeats it.

    `poll_s` is how often it checks the archive.
    """

    def __init__(self, service: Indexable, poll_s: float = POLL_S) -> None:
        super().__init__("indexer", lambda _self: self._look(), poll_s)
        self._service = service
        self._progressed = threading.Condition()

    def begin_stop(self) -> None:
        """Begin to stop and release those who wait for it; returns at once."""
        super().begin_stop()
        with self._progressed:
            self._progressed.notify_all()

    def wait_until_searchable(self, revision: int, timeout_s: float) -> bool:
        """Wait up to `timeout_s`; return whether the index is complete up to `revision`."""
        deadline_s = time.monotonic() + timeout_s
        self.wake()
        with self._progressed:
            while not self._is_indexed(revision):
                left_s = deadline_s - time.monotonic()
                if left_s <= 0 or self.is_stopping:
                    return False
                self._progressed.wait(min(left_s, NOTICE_S))
            return True

    def _is_indexed(self, revision: int) -> bool:
        try:
            return self._service.indexed_revision() >= revision
        except NewsearchError:
            return False

    def _look(self) -> None:
        try:
            if self._service.is_behind():
                self._service.keep_up(lambda _progress: self.check())
        except IndexLocked as error:
            _LOG.debug("waiting: %s", error)
            self.pause(LOCKED_RETRY_S)
            self.wake()
        finally:
            with self._progressed:
                self._progressed.notify_all()

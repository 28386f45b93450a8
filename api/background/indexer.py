"""The indexer of a server: a thread that brings the index up to the archive whenever it lags.

It wakes when articles were posted or deleted here, and looks at the archive now and then for what
other processes wrote. Only one process writes an index at a time: while another holds the lock,
this one waits for its turn. No error ends the thread; it is logged, and the work tried again, later
each time. Looking also opens snapshots that other processes committed, off the path of requests.
"""

import logging
import threading
import time
from typing import Protocol

from index.domain import Progress
from index.errors import IndexLocked, NewsearchError
from index.protocols import ProgressListener

THREAD_NAME = "newsearch-indexer"
POLL_S = 0.5
NOTICE_S = 0.05
"""How soon those who wait for a commit notice it: the work goes on after the commit."""

LOCKED_RETRY_S = 0.5
FIRST_BACKOFF_S = 1.0
LONGEST_BACKOFF_S = 60.0

_LOG = logging.getLogger("newsearch.indexer")


class Indexable(Protocol):
    """What the indexer asks of a service."""

    def is_behind(self) -> bool:
        """Whether the index, or what is derived from it, lacks something of the archive."""
        ...

    def indexed_revision(self) -> int:
        """The archive revision up to which the newest snapshot is complete."""
        ...

    def keep_up(self, on_progress: ProgressListener | None = None) -> object:
        """Bring the index up to the archive, and leave what may wait. Raises IndexLocked."""
        ...


class Stopping(Exception):
    """Ends a run in the middle of a batch, which a later run does again."""


class BackgroundIndexer:
    """Runs between `start` and `stop`."""

    def __init__(self, service: Indexable, poll_s: float = POLL_S) -> None:
        self._service = service
        self._poll_s = poll_s
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._progressed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=THREAD_NAME, daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def begin_stop(self) -> None:
        """Wind up, and let those who wait for it go; returns at once."""
        self._stopping.set()
        self._wake.set()
        with self._progressed:
            self._progressed.notify_all()

    def stop(self, timeout_s: float) -> None:
        """End; a batch that is under way is dropped, and done again by the next run."""
        self.begin_stop()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def wake(self) -> None:
        """Something was written; look now."""
        self._wake.set()

    def wait_until_searchable(self, revision: int, timeout_s: float) -> bool:
        """Whether the index answers with everything up to `revision` within `timeout_s`."""
        deadline_s = time.monotonic() + timeout_s
        self.wake()
        with self._progressed:
            while not self._is_indexed(revision):
                left_s = deadline_s - time.monotonic()
                if left_s <= 0 or self._stopping.is_set():
                    return False
                self._progressed.wait(min(left_s, NOTICE_S))
            return True

    def _is_indexed(self, revision: int) -> bool:
        try:
            return self._service.indexed_revision() >= revision
        except NewsearchError:
            return False

    def _check(self, _progress: Progress) -> None:
        if self._stopping.is_set():
            raise Stopping

    def _run(self) -> None:
        backoff_s = FIRST_BACKOFF_S
        while not self._stopping.is_set():
            wait_s = self._poll_s
            try:
                if self._service.is_behind():
                    self._service.keep_up(self._check)
                backoff_s = FIRST_BACKOFF_S
            except Stopping:
                return
            except IndexLocked as error:
                _LOG.debug("waiting: %s", error)
                wait_s = LOCKED_RETRY_S
            except Exception:  # noqa: BLE001 - the edge of the thread, which must outlive any error
                _LOG.exception("indexing failed; trying again in %.0f s", backoff_s)
                wait_s, backoff_s = backoff_s, min(2 * backoff_s, LONGEST_BACKOFF_S)
            with self._progressed:
                self._progressed.notify_all()
            self._wake.wait(wait_s)
            self._wake.clear()

"""`JobRunner`: a server thread that does queued jobs of some kinds, one after the other.

A job that is paused, or whose server stops, keeps its checkpoint and continues from there. A job
whose process was killed is taken over by another once it has been silent for its lease; a thread
sends signs of life during the work, however long a step takes.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from api.background.repeating import Repeating, Stopping
from api.problems import told
from api.stores.jobs import (
    Job,
    JobKind,
    JobState,
    JobStore,
    TakenOver,
    Wanted,
)
from index.domain import Progress
from index.errors import NewsearchError

POLL_S = 1.0
TELL_EVERY_S = 0.25
SIGNS_A_LEASE = 4
UNEXPECTED = "a bug or a damaged file; 'newsearch verify' tells which, and the log has details"

_LOG = logging.getLogger("newsearch.jobs")


class Interrupted(Exception):
    """The job was asked to pause or to stop."""

    def __init__(self, wanted: Wanted) -> None:
        super().__init__(wanted)
        self.wanted = wanted


class Control:
    """What a piece of work is given: it reports its progress here and learns when to stop."""

    def __init__(self, store: JobStore, job: Job, thread: Repeating) -> None:
        self._store = store
        self._job_id = job.id
        self._thread = thread
        self._told = Progress(job.phase, job.done, job.total)
        self._told_at_s = 0.0

    def tell(self, progress: Progress) -> None:
        """An `index.protocols.ProgressListener`. Raises Interrupted, Stopping or TakenOver."""
        self._thread.check()
        is_new_phase = progress.phase != self._told.phase
        if not is_new_phase and time.monotonic() - self._told_at_s < TELL_EVERY_S:
            return
        self._told, self._told_at_s = progress, time.monotonic()
        wanted = self._store.tell(self._job_id, progress)
        if wanted is not Wanted.GO_ON:
            raise Interrupted(wanted)

    def wait(self, seconds: float) -> None:
        """Wait. Raises Interrupted, Stopping or TakenOver."""
        self._thread.pause(seconds)
        self.tell(self._told)

    def save(self, checkpoint: Mapping[str, Any]) -> None:
        """Set where to continue after an interruption. Raises TakenOver."""
        self._store.save(self._job_id, checkpoint)


class Work(Protocol):
    """The work of one kind of job."""

    def run(self, job: Job, control: Control) -> Mapping[str, Any]:
        """Do the work, starting at the job's checkpoint; return the result."""
        ...

    def clean_up(self, job: Job) -> None:
        """Clean up after the job has ended, however it ended."""
        ...


class JobRunner(Repeating):
    """Does jobs of the kinds in `works`, between `start` and `stop`.

    Call `wake` when a job was added. `sweep` is called once, before the first job, to remove what a
    crash left behind.
    """

    def __init__(
        self,
        store: Callable[[], JobStore],
        works: Mapping[JobKind, Work],
        sweep: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__("-and-".join(sorted(works)), lambda _self: self._run_all(), POLL_S)
        self._store = store
        self._works = works
        self._sweep = sweep
        self._is_swept = False

    def _run_all(self) -> None:
        if not self._is_swept:
            self._sweep()
            self._is_swept = True
        while (job := self._store().claim(self._works)) is not None:
            self._run_one(job)

    def _run_one(self, job: Job) -> None:
        store, work = self._store(), self._works[job.kind]
        try:
            with _signs_of_life(store, job):
                has_ended = self._work(store, work, job)
        except TakenOver:
            _LOG.warning("job %s (%s) was taken over by another process", job.id, job.kind)
            return
        if has_ended:
            work.clean_up(job)

    def _work(self, store: JobStore, work: Work, job: Job) -> bool:
        """Do a job and record the outcome; return whether it has ended. Raises TakenOver."""
        try:
            result = work.run(job, Control(store, job, self))
        except TakenOver:
            raise
        except Stopping:
            store.leave(job.id, JobState.QUEUED)
            raise
        except Interrupted as interrupted:
            if interrupted.wanted is Wanted.PAUSE:
                store.leave(job.id, JobState.PAUSED)
                return False
            store.finish(job.id, JobState.CANCELLED)
        except NewsearchError as error:
            _LOG.warning("job %s (%s) failed: %s", job.id, job.kind, error)
            store.finish(job.id, JobState.FAILED, problem=told(error))
        except Exception:
            store.finish(job.id, JobState.FAILED, problem=UNEXPECTED)
            raise
        else:
            store.finish(job.id, JobState.DONE, result=result)
        return True


@dataclass(frozen=True, slots=True)
class JobRunners:
    """All runners of a server."""

    each: tuple[JobRunner, ...]

    def wake(self) -> None:
        """Wake the runners: a job was added or changed."""
        for runner in self.each:
            runner.wake()

    @property
    def is_stopping(self) -> bool:
        """Return whether it is time to stop."""
        return any(runner.is_stopping for runner in self.each)


@contextmanager
def _signs_of_life(store: JobStore, job: Job) -> Iterator[None]:
    """Keep the lease of a job while the block runs."""
    ended = threading.Event()

    def keep_alive() -> None:
        while not ended.wait(store.lease_s / SIGNS_A_LEASE):
            try:
                store.alive(job.id)
            except TakenOver:
                return  # the work learns of it at its next report
            except NewsearchError as error:
                _LOG.warning(
                    "job %s (%s): the lease could not be renewed: %s", job.id, job.kind, error
                )

    thread = threading.Thread(target=keep_alive, name="newsearch-job-alive", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()

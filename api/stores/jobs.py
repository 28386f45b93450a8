"""`JobStore`: jobs in the archive's database, visible to every process and never lost."""

import json
import time
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from index.archive import Database
from index.domain import Progress
from index.errors import JobConflict, JobNotFound

KEPT_JOBS = 200
"""Finished jobs beyond this number are deleted, oldest first."""


class JobKind(StrEnum):
    """The kinds of job."""

    REINDEX = "reindex"
    IMPORT = "import"


class TakenOver(Exception):
    """The job belongs to another process now: this one was silent for longer than its lease."""


class JobState(StrEnum):
    """The state of a job. The last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Wanted(StrEnum):
    """What a running job has been asked to do."""

    GO_ON = ""
    PAUSE = "pause"
    CANCEL = "cancel"


FINAL = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is now: `done` of `total` (None while unknown) in `phase`."""

    id: str
    kind: JobKind
    state: JobState
    wanted: Wanted
    phase: str
    done: int
    total: int | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    checkpoint: Mapping[str, Any] = field(hash=False)
    result: Mapping[str, Any] | None = field(hash=False)
    problem: str | None

    @property
    def is_final(self) -> bool:
        """Whether the job has ended and will not change."""
        return self.state in FINAL


_COLUMNS = (
    "id, kind, state, wanted, phase, done, total, created_at, started_at, finished_at, checkpoint, "
    "result, problem"
)


class JobStore:
    """Table `jobs` of the archive's database. Every method raises ArchiveError.

    A claimed job belongs to this store until `leave` or `finish`, as long as `alive` or `tell` is
    called at least every `lease_s` seconds; otherwise its process is considered dead. Methods for
    the owner raise TakenOver.
    """

    def __init__(self, database: Database, lease_s: float) -> None:
        self._database = database
        self.lease_s = lease_s
        self._owner = uuid.uuid4().hex

    def add(self, kind: JobKind, checkpoint: Mapping[str, Any] | None = None) -> Job:
        """Queue a job; its input is its first checkpoint."""
        job_id = uuid.uuid4().hex[:12]
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO jobs (id, kind, state, created_at, checkpoint) VALUES (?, ?, ?, ?, ?)",
                (job_id, kind, JobState.QUEUED, _now(), json.dumps(dict(checkpoint or {}))),
            )
            connection.execute(
                "DELETE FROM jobs WHERE state IN (?, ?, ?) AND number <= "
                "(SELECT max(number) FROM jobs) - ?",
                (*FINAL, KEPT_JOBS),
            )
        return self.get(job_id)

    def get(self, job_id: str) -> Job:
        """Return a job. Raises JobNotFound."""
        with self._database.connection() as connection:
            row = connection.execute(
                f"SELECT {_COLUMNS} FROM jobs WHERE id = ?",  # noqa: S608 - constants only
                (job_id,),
            ).fetchone()
        if row is None:
            raise JobNotFound(job_id)
        return _job(row)

    def all(self) -> list[Job]:
        """Return all jobs, newest first."""
        with self._database.connection() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM jobs ORDER BY number DESC"  # noqa: S608 - constants only
            ).fetchall()
        return [_job(row) for row in rows]

    def unfinished(self, kind: JobKind) -> Job | None:
        """Return the oldest job of a kind that has not ended."""
        jobs = [job for job in self.all() if job.kind is kind and not job.is_final]
        return jobs[-1] if jobs else None

    def claim(
        self, kinds: Collection[JobKind] = tuple(JobKind), now_s: float | None = None
    ) -> Job | None:
        """Claim the oldest job that is queued or whose process is gone; it is then running."""
        now_s = time.time() if now_s is None else now_s
        marks = ", ".join("?" * len(kinds))
        with self._database.transaction() as connection:
            row = connection.execute(
                "UPDATE jobs SET state = ?, owner = ?, seen_at_s = ?, "  # noqa: S608 - constants only
                "started_at = coalesce(started_at, ?) WHERE number = (SELECT number FROM jobs "
                f"WHERE kind IN ({marks}) AND (state = ? OR (state = ? AND seen_at_s < ?)) "
                f"ORDER BY number LIMIT 1) RETURNING {_COLUMNS}",
                (JobState.RUNNING, self._owner, now_s, _now(), *kinds, JobState.QUEUED,
                 JobState.RUNNING, now_s - self.lease_s),
            ).fetchone()  # fmt: skip
        return _job(row) if row else None

    def tell(self, job_id: str, progress: Progress) -> Wanted:
        """Renew the lease and record progress; return what the job has been asked to do."""
        return self._update_own(
            job_id,
            phase=progress.phase,
            done=progress.done,
            total=progress.total,
            seen_at_s=time.time(),
        )

    def alive(self, job_id: str) -> None:
        """Renew the lease of a running job."""
        self._update_own(job_id, seen_at_s=time.time())

    def save(self, job_id: str, checkpoint: Mapping[str, Any]) -> None:
        """Record where a job continues if it is interrupted now."""
        self._update_own(job_id, checkpoint=json.dumps(checkpoint))

    def leave(self, job_id: str, state: JobState) -> None:
        """Stop running a job that is to continue later: queued or paused."""
        self._update_own(job_id, state=state, wanted=Wanted.GO_ON, owner="")

    def finish(
        self,
        job_id: str,
        state: JobState,
        *,
        result: Mapping[str, Any] | None = None,
        problem: str | None = None,
    ) -> None:
        """Record the end of a job."""
        self._update_own(
            job_id,
            state=state,
            wanted=Wanted.GO_ON,
            finished_at=_now(),
            result=None if result is None else json.dumps(result),
            problem=problem,
        )

    def pause(self, job_id: str) -> Job:
        """Pause a job. Raises JobNotFound, JobConflict if it has ended."""
        return self._ask(job_id, Wanted.PAUSE, JobState.PAUSED)

    def resume(self, job_id: str) -> Job:
        """Resume a paused job. Raises JobNotFound, JobConflict if it has ended."""
        return self._ask(job_id, Wanted.GO_ON, JobState.QUEUED)

    def cancel(self, job_id: str) -> Job:
        """Cancel a job. Raises JobNotFound, JobConflict if it has ended."""
        return self._ask(job_id, Wanted.CANCEL, JobState.CANCELLED)

    def _ask(self, job_id: str, wanted: Wanted, state: JobState) -> Job:
        """Ask a running job to change; one that is not running enters `state` at once."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE jobs SET wanted = ? WHERE id = ? AND state = ?",
                (wanted, job_id, JobState.RUNNING),
            )
            connection.execute(
                "UPDATE jobs SET state = ?, wanted = '', "
                "finished_at = CASE WHEN ? THEN ? ELSE NULL END WHERE id = ? AND state IN (?, ?)",
                (state, state in FINAL, _now(), job_id, JobState.QUEUED, JobState.PAUSED),
            )
        job = self.get(job_id)
        if job.is_final and job.state is not state:
            raise JobConflict(f"the job {job_id} has already ended: it is {job.state}")
        return job

    def _update_own(self, job_id: str, **columns: object) -> Wanted:
        """Change a job that this store has claimed. Raises TakenOver."""
        changes = ", ".join(f"{name} = ?" for name in columns)
        with self._database.transaction() as connection:
            row = connection.execute(
                f"UPDATE jobs SET {changes} "  # noqa: S608 - names from above
                "WHERE id = ? AND owner = ? AND state = ? RETURNING wanted",
                (*columns.values(), job_id, self._owner, JobState.RUNNING),
            ).fetchone()
        if row is None:
            raise TakenOver(job_id)
        return Wanted(row[0])


def _job(row: tuple[Any, ...]) -> Job:
    job = Job(*row)
    return replace(
        job,
        kind=JobKind(job.kind),
        state=JobState(job.state),
        wanted=Wanted(job.wanted),
        checkpoint=json.loads(row[10]),
        result=None if row[11] is None else json.loads(row[11]),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")

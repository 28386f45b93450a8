"""Jobs as JSON, over HTTP and from `--json`."""

from typing import Any

from pydantic import Field

from api.schemas.body import Body
from api.stores.jobs import Job, JobKind, JobState


class JobBody(Body):
    """A background job and its progress."""

    id: str
    kind: JobKind
    state: JobState
    phase: str = Field(description="The current step, in a word.")
    done: int
    total: int | None = Field(description="Null while unknown.")
    created_at: str
    started_at: str | None
    finished_at: str | None
    result: dict[str, Any] | None = Field(description="The result, once the job is done.")
    problem: str | None = Field(description="Why the job failed, if it did.")


class JobsBody(Body):
    """All jobs, newest first."""

    jobs: list[JobBody]


def job_body(job: Job) -> JobBody:
    """Return a job as JSON."""
    return JobBody.model_validate(job)

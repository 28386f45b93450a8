"""The shape of a job in JSON, over HTTP and from `--json`."""

from typing import Any

from pydantic import Field

from api.schemas.body import Body
from api.stores.jobs import Job, JobKind, JobState


class JobBody(Body):
    """A piece of long work, and how far it is."""

    id: str
    kind: JobKind
    state: JobState
    phase: str = Field(description="What is being done now, in a word.")
    done: int
    total: int | None = Field(description="Null while it is not known.")
    created_at: str
    started_at: str | None
    finished_at: str | None
    result: dict[str, Any] | None = Field(description="What came of it, once it is done.")
    problem: str | None = Field(description="Why it failed, if it did.")


class JobsBody(Body):
    """All jobs, the newest first."""

    jobs: list[JobBody]


def job_body(job: Job) -> JobBody:
    """A job as it is sent and printed."""
    return JobBody.model_validate(job)

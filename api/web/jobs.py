"""Background jobs as the status page prints them; a script then follows their events."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from api.stores.jobs import Job, JobKind, JobState
from api.web.interface import Interface

SHOWN_JOBS = 10
FOLLOWED_JOBS = 3
"""A browser has few connections to a server, and each job that is followed takes one."""

PHASES = ("reading", "indexing", "calibrating", "grouping")


@dataclass(frozen=True, slots=True)
class JobView:
    """A job. `events` is the URL of its progress, None if it no longer changes.

    `problem` is in English.
    """

    id: str
    kind: str
    state: str
    done: int
    total: int | None
    progress: str
    problem: str | None
    created_at: str
    events: str | None


@dataclass(frozen=True, slots=True)
class JobsView:
    """The newest jobs. `states` and `phases` are JSON for the script."""

    jobs: tuple[JobView, ...]
    states: str
    phases: str


def jobs_view(jobs: Sequence[Job], words: Interface) -> JobsView:
    """Return what the page prints of jobs, newest first."""
    going_on = [job.id for job in jobs if not job.is_final][-FOLLOWED_JOBS:]
    states = {str(state): words.text(f"status.state.{state}") for state in JobState}
    phases = {phase: words.text(f"status.phase.{phase}") for phase in PHASES}
    kinds = {kind: words.text(f"status.kind.{kind}") for kind in JobKind}
    shown = [job for job in jobs if job.id in going_on or job in jobs[:SHOWN_JOBS]]
    return JobsView(
        tuple(
            JobView(
                id=job.id,
                kind=kinds[job.kind],
                state=states[job.state],
                done=job.done,
                total=job.total,
                progress=_progress(job, phases, words),
                problem=job.problem,
                created_at=job.created_at,
                events=f"/v1/jobs/{job.id}/events" if job.id in going_on else None,
            )
            for job in shown
        ),
        json.dumps(states, ensure_ascii=False),
        json.dumps(phases, ensure_ascii=False),
    )


def _progress(job: Job, phases: dict[str, str], words: Interface) -> str:
    """Return progress as the script prints it: `512 / 700, reading`."""
    done = words.number(job.done)
    share = done if job.total is None else f"{done} / {words.number(job.total)}"
    phase = phases.get(job.phase, job.phase)
    return f"{share}, {phase}" if phase else share

"""`/v1/jobs`: watch and control background jobs; `/v1/reindex` starts one."""

from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from typing import Annotated

import anyio
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.background.jobs.runner import JobRunners
from api.http.access.rules import FOLLOW, WRITE, needs
from api.http.problem_responses import documented
from api.http.routes.dependencies import NoParameters, TheService
from api.schemas.jobs import JobBody, JobsBody, job_body
from api.stores.jobs import Job, JobKind, JobStore

EVENT_EVERY_S = 0.3
ALIVE_EVERY = 50
"""Rounds without news after which a comment keeps proxies from closing the stream."""

router = APIRouter(tags=["jobs"], dependencies=[NoParameters])


def _jobs(service: TheService) -> JobStore:
    return service.jobs


def _runners(request: Request) -> JobRunners:
    runners: JobRunners = request.app.state.runners
    return runners


TheJobs = Annotated[JobStore, Depends(_jobs)]
TheRunners = Annotated[JobRunners, Depends(_runners)]


def accepted(job: Job) -> JSONResponse:
    """Answer 202 with the URL of the job's progress."""
    headers = {"Location": f"/v1/jobs/{job.id}"}
    return JSONResponse(job_body(job).to_json(), HTTPStatus.ACCEPTED, headers=headers)


@router.post(
    "/v1/reindex",
    status_code=HTTPStatus.ACCEPTED,
    response_model=JobBody,
    summary="Rebuild the index from the archive",
    responses=documented(403, 503),
)
def post_reindex(jobs: TheJobs, runners: TheRunners) -> JSONResponse:
    """The old index answers until the new one is complete.

    If a rebuild is already running or waiting, that job is returned.
    """
    job = jobs.unfinished(JobKind.REINDEX) or jobs.add(JobKind.REINDEX)
    runners.wake()
    return accepted(job)


@router.get("/v1/jobs", summary="List all jobs, newest first", responses=documented(503))
@needs(WRITE)
def get_jobs(jobs: TheJobs) -> JobsBody:
    """The most recent finished jobs are kept."""
    return JobsBody(jobs=[job_body(job) for job in jobs.all()])


@router.get("/v1/jobs/{job_id}", summary="Read a job", responses=documented(404, 503))
@needs(WRITE)
def get_job(job_id: str, jobs: TheJobs) -> JobBody:
    """Its state and progress, and its result once it is done."""
    return job_body(jobs.get(job_id))


def _steering(name: str, summary: str, steer: Callable[[JobStore, str], Job]) -> None:
    @router.post(
        f"/v1/jobs/{{job_id}}/{name}",
        summary=summary,
        name=f"{name}_job",
        responses=documented(403, 404, 409, 503),
    )
    def post(job_id: str, jobs: TheJobs, runners: TheRunners) -> JobBody:
        """Takes effect at the next step of the work, usually within a second."""
        job = steer(jobs, job_id)
        runners.wake()
        return job_body(job)


_steering("pause", "Pause a job", JobStore.pause)
_steering("resume", "Resume a paused job", JobStore.resume)
_steering("cancel", "Cancel a job", JobStore.cancel)


@router.get(
    "/v1/jobs/{job_id}/events",
    summary="Follow the progress of a job",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}, **documented(404, 503)},
)
@needs(FOLLOW)
def get_job_events(job_id: str, jobs: TheJobs, runners: TheRunners) -> StreamingResponse:
    """Server-sent events: `progress` with the job at each change, `end` with the final state."""
    jobs.get(job_id)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _events(job_id, jobs, runners), media_type="text/event-stream", headers=headers
    )


async def _events(job_id: str, jobs: JobStore, runners: JobRunners) -> AsyncIterator[str]:
    last, silent = "", 0
    while not runners.is_stopping:
        job = await run_in_threadpool(jobs.get, job_id)
        data = job_body(job).model_dump_json()
        silent = 0 if data != last else silent + 1
        if data != last:
            yield f"event: {'end' if job.is_final else 'progress'}\ndata: {data}\n\n"
        elif silent % ALIVE_EVERY == 0:
            yield ": still here\n\n"
        if job.is_final:
            return
        last = data
        await anyio.sleep(EVENT_EVERY_S)

"""`/v1/stats`, and the two health checks for orchestrators."""

from http import HTTPStatus

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.http.problem_responses import RETRY_AFTER_S, documented, problem
from api.http.readiness import Readiness
from api.http.routes.answering import BodyRoute
from api.http.routes.dependencies import NoParameters, TheService
from api.schemas.health import LiveBody, ReadyBody
from api.schemas.stats import StatsBody

router = APIRouter(route_class=BodyRoute, dependencies=[NoParameters])
health = APIRouter(dependencies=[NoParameters])
"""Answered in the event loop, and in threads that no other request can take."""

_THREADS = CapacityLimiter(2)


@router.get(
    "/v1/stats",
    tags=["status"],
    summary="Read the contents of the archive and the index",
    responses=documented(HTTPStatus.SERVICE_UNAVAILABLE),
)
def get_stats(service: TheService) -> StatsBody:
    """Counts, languages, sizes, the encoder, and the learnt fusion weights."""
    return service.stats()


@health.get("/health/live", tags=["status"], summary="Check that the process answers")
async def get_live() -> LiveBody:
    """Always 200. A server that does not answer should be restarted."""
    return LiveBody()


@health.get(
    "/health/ready",
    tags=["status"],
    summary="Check that searches can be answered",
    response_model=ReadyBody,
    responses=documented(HTTPStatus.SERVICE_UNAVAILABLE),
)
async def get_ready(request: Request, service: TheService) -> ReadyBody | JSONResponse:
    """200 once an index is open and its encoder loaded; until then 503 with the reason.

    Also 503 before the server stops.
    """
    readiness: Readiness = request.app.state.readiness
    if readiness.is_draining:
        return _not_ready("draining", "The server is about to stop")
    snapshot = await to_thread.run_sync(service.snapshot_id, limiter=_THREADS)
    if readiness.is_loading:
        return _not_ready("loading", "The encoder is being loaded")
    return ReadyBody(snapshot=snapshot)


def _not_ready(name: str, title: str) -> JSONResponse:
    headers = {"Retry-After": RETRY_AFTER_S}
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        name,
        title,
        "Use another server, or try again later.",
        headers=headers,
    )

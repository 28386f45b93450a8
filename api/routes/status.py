"""`/v1/stats`, and the two health checks that orchestrators ask for."""

from http import HTTPStatus

from fastapi import APIRouter

from api.bodies import LiveBody, ReadyBody, StatsBody
from api.problems import documented
from api.routes.dependencies import NoParameters, TheService

router = APIRouter(dependencies=[NoParameters])


@router.get(
    "/v1/stats",
    tags=["status"],
    summary="What the archive and the index hold",
    responses=documented(HTTPStatus.SERVICE_UNAVAILABLE),
)
def get_stats(service: TheService) -> StatsBody:
    """Counts, languages, sizes, the encoder, and the fusion weights that were learnt."""
    return service.stats()


@router.get("/health/live", tags=["status"], summary="Whether the process answers")
def get_live() -> LiveBody:
    """Always 200: a server that does not answer this should be restarted."""
    return LiveBody()


@router.get(
    "/health/ready",
    tags=["status"],
    summary="Whether searches can be answered",
    responses=documented(HTTPStatus.SERVICE_UNAVAILABLE),
)
def get_ready(service: TheService) -> ReadyBody:
    """200 once an index is open; 503 with the reason until then."""
    return ReadyBody(snapshot=service.snapshot_id())

"""`/metrics`, for Prometheus. Once there are keys, it needs one with the scope `admin`."""

from fastapi import APIRouter, Request, Response

from api.http.observing.metrics import MEDIA_TYPE, Metrics
from api.http.routes.dependencies import NoParameters

router = APIRouter(dependencies=[NoParameters], include_in_schema=False)


@router.get("/metrics")
def get_metrics(request: Request) -> Response:
    """Counters since the start and current values."""
    metrics: Metrics = request.app.state.metrics
    return Response(metrics.exposition(), media_type=MEDIA_TYPE)

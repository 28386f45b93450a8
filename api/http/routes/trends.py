"""`GET /v1/trends`: several queries over time."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.http.problem_responses import documented
from api.http.routes.answering import BodyRoute
from api.http.routes.dependencies import TheRoom
from api.schemas.parameters import TrendParameters
from api.schemas.trends import TrendsBody, trends_body

router = APIRouter(
    route_class=BodyRoute, prefix="/v1/trends", tags=["search"], responses=documented(400, 503)
)


@router.get("", summary="Count queries over time")
def get_trends(parameters: Annotated[TrendParameters, Query()], room: TheRoom) -> TrendsBody:
    """The number of articles that match each query in each step, all on one scale."""
    found = room.trends(parameters.to_requests(), parameters.by)
    return trends_body(found, is_normalised=parameters.normalise)

"""`GET /v1/suggest`."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.http.problem_responses import documented
from api.http.routes.answering import BodyRoute
from api.http.routes.dependencies import TheRoom
from api.schemas.parameters import SuggestParameters
from api.schemas.suggestions import SuggestBody, suggest_body

router = APIRouter(
    route_class=BodyRoute, prefix="/v1/suggest", tags=["search"], responses=documented(400, 503)
)


@router.get("", summary="Complete a query as it is typed")
def get_suggestions(
    parameters: Annotated[SuggestParameters, Query()], room: TheRoom
) -> SuggestBody:
    """Words that complete the last letters, and headlines that contain everything typed."""
    return suggest_body(room.suggest(parameters.q, parameters.limit))

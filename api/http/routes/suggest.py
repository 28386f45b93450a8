"""`GET /v1/suggest`."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.http.routes.answering import BodyRoute
from api.http.routes.dependencies import TheRoom
from api.problems import documented
from api.schemas.bodies import SuggestBody
from api.schemas.parameters import Text
from api.schemas.wire import suggest_body
from search.results.suggest import DEFAULT_SUGGESTIONS, MAX_SUGGESTIONS

router = APIRouter(
    route_class=BodyRoute, prefix="/v1/suggest", tags=["search"], responses=documented(400, 503)
)


class SuggestParameters(BaseModel):
    """What was typed so far."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: Text = Field(description="What was typed so far.", examples=["night fer"])
    limit: int = Field(
        DEFAULT_SUGGESTIONS,
        ge=1,
        le=MAX_SUGGESTIONS,
        description="The most words, and the most headlines.",
    )


@router.get("", summary="Complete what is being typed")
def get_suggestions(
    parameters: Annotated[SuggestParameters, Query()], room: TheRoom
) -> SuggestBody:
    """Words that go on from the last letters, and headlines that hold all that was typed."""
    return suggest_body(room.suggest(parameters.q, parameters.limit))

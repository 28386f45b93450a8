"""`GET /v1/similar/{id}`: articles like an article.

Not under `/v1/articles`, where an id may hold slashes, so that nothing can follow it.
"""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.http.routes.answering import BodyRoute
from api.http.routes.articles import ArticleId
from api.http.routes.dependencies import TheRoom
from api.problems import documented
from api.schemas.similar import SimilarBody, similar_body
from search.results.similar import MAX_SIMILAR

router = APIRouter(
    route_class=BodyRoute,
    prefix="/v1/similar",
    tags=["articles"],
    responses=documented(400, 404, 503),
)


class SimilarParameters(BaseModel):
    """How many."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(5, ge=1, le=MAX_SIMILAR, description="The most articles.")


@router.get("/{article_id:path}", summary="Find articles like one")
def get_similar(
    article_id: ArticleId, parameters: Annotated[SimilarParameters, Query()], room: TheRoom
) -> SimilarBody:
    """By its most telling words and by its meaning, the most alike first; copies are left out."""
    return similar_body(article_id, room.reader.similar(article_id, parameters.limit))

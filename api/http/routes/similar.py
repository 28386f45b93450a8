"""`GET /v1/similar/{id}`: articles like an article.

Not under `/v1/articles`, where an id may hold slashes, so that nothing can follow it.
"""

from typing import Annotated

from fastapi import APIRouter, Query

from api.http.problem_responses import documented
from api.http.routes.answering import BodyRoute
from api.http.routes.articles import ArticleId
from api.http.routes.dependencies import TheRoom
from api.schemas.parameters import SimilarParameters
from api.schemas.similar import SimilarBody, similar_body

router = APIRouter(
    route_class=BodyRoute,
    prefix="/v1/similar",
    tags=["articles"],
    responses=documented(400, 404, 503),
)


@router.get("/{article_id:path}", summary="Find articles like one")
def get_similar(
    article_id: ArticleId, parameters: Annotated[SimilarParameters, Query()], room: TheRoom
) -> SimilarBody:
    """By its most telling words and by its meaning, the most alike first; copies are left out."""
    return similar_body(article_id, room.reader.similar(article_id, parameters.limit))

"""`GET /v1/similar/{id}`: articles similar to an article.

Not under `/v1/articles`, where an id may contain slashes and so nothing can follow it.
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


@router.get("/{article_id:path}", summary="Find similar articles")
def get_similar(
    article_id: ArticleId, parameters: Annotated[SimilarParameters, Query()], room: TheRoom
) -> SimilarBody:
    """By its most distinctive words and its meaning, most similar first, without copies."""
    return similar_body(article_id, room.reader.similar(article_id, parameters.limit))

"""`GET /v1/copies/{id}`: all other articles with the text of an article.

Not under `/v1/articles`, where an id may contain slashes and so nothing can follow it.
"""

from fastapi import APIRouter

from api.http.problem_responses import documented
from api.http.routes.answering import BodyRoute
from api.http.routes.articles import ArticleId
from api.http.routes.dependencies import NoParameters, TheRoom
from api.schemas.hits import CopiesBody, copy_bodies

router = APIRouter(
    route_class=BodyRoute,
    prefix="/v1/copies",
    tags=["articles"],
    dependencies=[NoParameters],
    responses=documented(400, 404, 503),
)


@router.get("/{article_id:path}", summary="List the copies of an article")
def get_copies(article_id: ArticleId, room: TheRoom) -> CopiesBody:
    """The original first, then by time; a page of hits names only the first few of them."""
    return CopiesBody(id=article_id, copies=copy_bodies(room.reader.article(article_id).coverage))

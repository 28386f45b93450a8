"""`/articles/{id}`: one article to read, with a query's words marked, and others like it."""

from fastapi import APIRouter, Request, Response

from api.http.routes.articles import ArticleId
from api.http.routes.dependencies import TheRoom
from api.web.article import article_view, quoted_span
from api.web.failures import PageRoute
from api.web.rendering import render, spoken
from api.web.views import results_address

router = APIRouter(route_class=PageRoute, include_in_schema=False)

SIMILAR = 5


@router.get("/articles/{article_id:path}")
def get_article(article_id: ArticleId, request: Request, room: TheRoom) -> Response:
    """Show the article.

    `q` marks the words of a query and links back to its results; `quote=start-end` a quotation.
    """
    query = request.query_params.get("q", "")
    words = spoken(request)
    read = room.reader.article(article_id, query)
    quoted = quoted_span(request.query_params.get("quote", ""))
    found = room.reader.similar(article_id, SIMILAR)
    context = {
        "query": query,
        "article": article_view(read, found, words, quoted),
        "back": results_address(query) if query.strip() else None,
    }
    return render(request, "article.html", context)

"""Similar articles as JSON."""

from collections.abc import Sequence

from api.schemas.body import Body
from api.schemas.suggestions import HeadlineBody
from search.results.article_view import SimilarArticle


class SimilarHitBody(HeadlineBody):
    """An article and its similarity, at most 1."""

    source: str | None
    score: float


class SimilarBody(Body):
    """Similar articles, most similar first."""

    id: str
    similar: list[SimilarHitBody]


def similar_body(article_id: str, found: Sequence[SimilarArticle]) -> SimilarBody:
    """Return similar articles as JSON."""
    return SimilarBody(id=article_id, similar=[_hit(one) for one in found])


def _hit(one: SimilarArticle) -> SimilarHitBody:
    article = one.stored.article
    return SimilarHitBody(
        id=article.id,
        title=article.title,
        language=article.language,
        date=article.date.value if article.date else None,
        source=article.source,
        score=one.score,
    )

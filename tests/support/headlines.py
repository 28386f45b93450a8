"""Headlines as an archive makes them."""

from index.domain import Headline, StoredArticle


def headline_of(stored: StoredArticle) -> Headline:
    """The headline of an article."""
    article = stored.article
    return Headline(
        stored.revision,
        article.id,
        article.title,
        article.language,
        article.date,
        article.source,
        article.news,
    )

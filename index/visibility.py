"""Whether an article may be shown: usable, its embargo over, and to whom."""

from collections.abc import Callable, Iterable
from datetime import datetime

from index.domain import Article, Headline, StoredArticle, Usage
from index.permitted_sources import PermittedSources
from index.protocols import Articles

_WEST_OF_ALL_S = 12 * 3600
"""No clock on earth is further behind UTC than this."""


def embargo_end_s(article: Article | Headline) -> int | None:
    """The instant from which an article may be shown, in seconds since the epoch.

    An embargo without a zone ends when its time has come everywhere.
    """
    embargo = article.news.embargo
    if embargo is None:
        return None
    return embargo.start_s if embargo.is_zoned else embargo.start_s + _WEST_OF_ALL_S


def is_shown(article: Article | Headline, at_s: float) -> bool:
    """Whether an article may be shown at an instant."""
    end_s = embargo_end_s(article)
    return article.news.usage is Usage.USABLE and (end_s is None or end_s <= at_s)


class ShownArticles:
    """`index.protocols.Articles` without those that may not be shown yet, or not to this reader.

    Snapshots leave them out as well; this is for keys from elsewhere.
    """

    def __init__(
        self,
        articles: Articles,
        clock: Callable[[], datetime],
        sources: PermittedSources | None,
    ) -> None:
        self._articles = articles
        self._clock = clock
        self._sources = sources

    def revisions(self, revisions: Iterable[int]) -> dict[int, StoredArticle]:
        """Like `Archive.revisions`, but only the articles that may be shown now."""
        found = self._articles.revisions(revisions)
        return {key: stored for key, stored in found.items() if self.shows(stored.article)}

    def headlines(self, revisions: Iterable[int]) -> dict[int, Headline]:
        """Like `Archive.headlines`, but only of the articles that may be shown now."""
        found = self._articles.headlines(revisions)
        return {key: headline for key, headline in found.items() if self.shows(headline)}

    def shows(self, article: Article | Headline) -> bool:
        """Whether an article may be shown now."""
        if self._sources is not None and not self._sources.allow(article.source):
            return False
        return is_shown(article, self._clock().timestamp())

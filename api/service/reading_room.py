"""`ReadingRoom`: all that answers one reader, over HTTP, to agents, and on the command line.

What a reader is limited to is fixed when their room is made: no method takes it, and nothing in a
room knows an article of another source.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from index.domain import StoredArticle
from index.errors import ArticleNotFound
from index.protocols import Archive
from search.engine import Engine
from search.facet_types import DateStep
from search.reader_view import ReaderView
from search.request import Mode, Page, SearchRequest
from search.results.article_view import ArticleReader
from search.results.stories import Stories
from search.results.suggest import Suggestions
from search.results.trends import Trends


@dataclass(frozen=True, slots=True)
class ReadingRoom:
    """Safe to share between threads. `zone` is the time zone whose days date filters mean."""

    archive: Archive
    reader_view: ReaderView
    engine: Engine
    zone: ZoneInfo

    @property
    def reader(self) -> ArticleReader:
        """One article to read, and those like it."""
        return ArticleReader(self.reader_view, self.article, self.zone)

    @property
    def stories(self) -> Stories:
        """Stories to browse."""
        return Stories(self.reader_view, self.zone)

    def search(self, request: SearchRequest) -> Page:
        """A page of hits. Raises what `Engine.search` does."""
        return self.engine.search(request)

    def matching(self, query: str, mode: Mode = Mode.HYBRID) -> Iterator[StoredArticle]:
        """Every article that a search finds. Raises what `Engine.search` does."""
        return self.engine.matching(SearchRequest(query, mode=mode))

    def trends(self, requests: Sequence[SearchRequest], step: DateStep | None) -> Trends:
        """Queries over time. Raises what `Engine.trends` does."""
        return self.engine.trends(requests, step)

    def suggest(self, typed: str, limit: int) -> Suggestions:
        """Words and headlines that go on from what was typed. Raises what `Engine.suggest` does."""
        return self.engine.suggest(typed, limit)

    def article(self, article_id: str) -> StoredArticle:
        """An article that may be shown, indexed or not. Raises ArticleNotFound, ArchiveError."""
        stored = self.archive.get(article_id)
        if not self.reader_view.articles.shows(stored.article):
            raise ArticleNotFound(article_id)
        return stored

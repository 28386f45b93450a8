"""`ReadingRoom`: everything that answers a reader, over HTTP, for agents and on the command line.

A reader's limits are fixed when the room is created: no method takes them, and nothing in a room
can see an article of another source.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from index.domain import StoredArticle
from index.errors import ArticleNotFound
from index.protocols import Archive
from search.asking.answer import Answer, AskRequest
from search.engine import Engine
from search.facet_types import DateStep
from search.reader_view import ReaderView
from search.request import Mode, Page, SearchRequest
from search.results.article_view import ArticleReader
from search.results.stories import Stories
from search.results.suggest import Suggestions
from search.results.trends import Trends

FAULTS = (LookupError, ValueError, TypeError, MemoryError)
"""What a flipped bit in an array can lead to; newsearch raises none of these on purpose."""


@dataclass(frozen=True, slots=True)
class ReadingRoom:
    """Safe to share between threads. `zone` is the time zone of the days in date filters.

    `find_damage` checks the index and returns how much damage is new.
    """

    archive: Archive
    reader_view: ReaderView
    engine: Engine
    zone: ZoneInfo
    find_damage: Callable[[], int] = lambda: 0

    @property
    def reader(self) -> ArticleReader:
        """Return the view of single articles and similar ones."""
        return ArticleReader(self.reader_view, self.article, self.zone)

    @property
    def stories(self) -> Stories:
        """Return the view of stories."""
        return Stories(self.reader_view, self.zone)

    def search(self, request: SearchRequest) -> Page:
        """Return a page of hits. Raises what `Engine.search` raises.

        If reading the index fails, its files are checked, and what is damaged is left out.
        """
        try:
            return self.engine.search(request)
        except FAULTS:
            if not self.find_damage():
                raise  # a bug
            return self.engine.search(request)

    def edition(self) -> str:
        """Identify what a search would see now: equal editions, equal answers to a question.

        It changes with every commit, every change of the archive, of the copies and stories, and
        with the minute, since embargoes end and ages grow. Raises IndexMissing, IndexCorrupt.
        """
        view = self.reader_view
        snapshot = view.newest()
        seen = (
            snapshot.id,
            snapshot.stats().committed_at_s,
            self.archive.last_revision(),
            view.groups(snapshot).newest().version,
            view.now_s() // 60,
            None if view.sources is None else sorted(view.sources.folded),
        )
        return repr(seen)

    def is_empty(self) -> bool:
        """Return whether the index is empty, whatever the reader may see of it."""
        return self.reader_view.store.snapshot().stats().articles == 0

    def ask(self, request: AskRequest) -> Answer:
        """Return the sentences that answer a question. Raises what `Engine.ask` raises."""
        return self.engine.ask(request)

    def matching(self, query: str, mode: Mode = Mode.HYBRID) -> Iterator[StoredArticle]:
        """Yield every article that a search finds. Raises what `Engine.search` raises."""
        return self.engine.matching(SearchRequest(query, mode=mode))

    def trends(self, requests: Sequence[SearchRequest], step: DateStep | None) -> Trends:
        """Return counts of queries over time. Raises what `Engine.trends` raises."""
        return self.engine.trends(requests, step)

    def suggest(self, typed: str, limit: int) -> Suggestions:
        """Return words and headlines that complete a text. Raises what `Engine.suggest` raises."""
        return self.engine.suggest(typed, limit)

    def article(self, article_id: str) -> StoredArticle:
        """Return an article that may be shown, indexed or not.

        Raises ArticleNotFound, ArchiveError.
        """
        stored = self.archive.get(article_id)
        if not self.reader_view.articles.shows(stored.article):
            raise ArticleNotFound(article_id)
        return stored

"""One article for reading: with query words marked, its copies, its story, and similar articles."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from index.domain import StoredArticle
from index.errors import IndexMissing, QueryError
from index.groups.domain import GroupsView
from index.protocols import Snapshot
from index.query import Node
from search.parse import parse
from search.reader_view import ReaderView
from search.related import NONE, Coverage, surroundings
from search.results import similar
from search.results.snippets import title_highlights
from search.retrieval.story_query import with_stories

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article with the words of a query marked: offsets into title and text, ascending."""

    stored: StoredArticle
    title_highlights: Spans
    text_highlights: Spans
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class SimilarArticle:
    """An article that is similar to another."""

    stored: StoredArticle
    score: float


class ArticleReader:
    """Read articles. Safe to share between threads.

    An archived article that is not indexed yet has no copies, story or similar articles.
    `article_of` returns an article by its id, if it may be shown.
    """

    def __init__(
        self, reader_view: ReaderView, article_of: Callable[[str], StoredArticle], zone: ZoneInfo
    ) -> None:
        self._reader_view = reader_view
        self._article_of = article_of
        self._zone = zone

    def article(self, article_id: str, query: str = "") -> ReadArticle:
        """Return an article with the words of `query` marked; an unreadable query marks nothing.

        Raises ArticleNotFound, ArchiveError, IndexCorrupt.
        """
        stored = self._article_of(article_id)
        snapshot = self._snapshot()
        if snapshot is None:
            return ReadArticle(stored, (), (), NONE)
        keys = np.array([stored.revision], np.int64)
        view = self._reader_view.groups(snapshot).newest()
        around = surroundings(view, keys)
        named = self._reader_view.articles.headlines(sorted(around.keys)) if around.keys else {}
        covered = around.coverage(stored.revision, stored.article.date, named)
        node = self._asked(query, view)
        if node is None:
            return ReadArticle(stored, (), (), covered)
        article = stored.article
        in_title = snapshot.matching_words(node, article.language, article.title)
        in_text = snapshot.matching_words(node, article.language, article.text)
        return ReadArticle(stored, title_highlights(in_title), title_highlights(in_text), covered)

    def similar(self, article_id: str, limit: int) -> list[SimilarArticle]:
        """Return up to `limit` articles similar to an article, without copies, most similar first.

        Raises ArticleNotFound, ArchiveError, IndexCorrupt.
        """
        stored = self._article_of(article_id)
        snapshot = self._snapshot()
        if snapshot is None:
            return []
        wanted = max(1, min(limit, similar.MAX_SIMILAR))
        view = self._reader_view.groups(snapshot).newest()
        found = similar.similar(snapshot, self._reader_view.articles, view, stored, wanted)
        return [SimilarArticle(other, score) for other, score in found]

    def _snapshot(self) -> Snapshot | None:
        try:
            return self._reader_view.newest()
        except IndexMissing:
            return None

    def _asked(self, query: str, view: GroupsView) -> Node | None:
        if not query.strip():
            return None
        try:
            parsed = parse(
                query, now=self._reader_view.now().astimezone(self._zone), zone=self._zone
            )
        except QueryError:
            return None
        return with_stories(parsed, view).node

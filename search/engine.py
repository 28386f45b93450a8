"""The search engine: it takes a request and returns a page, all on a single snapshot."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from index.domain import Calibration, Keys, StoredArticle
from index.protocols import Snapshot
from index.query import ReadingNote, whole_words
from index.text.messages import Message
from search.asking.answer import Answer, AskRequest
from search.asking.asker import Asker
from search.facet_types import DateStep
from search.paging import cursor
from search.parse import render
from search.question import Question, QuestionReader
from search.ranking.collapse import Collapsed, collapse
from search.ranking.ranker import EncoderSource, Ranker, by_date
from search.ranking.ranking import rank_hybrid
from search.ranking.recency import RecencyRule
from search.ranking.rerank import Reranking
from search.reader_view import ReaderView
from search.request import (
    MAX_LIMIT,
    Duplicates,
    FusionMethod,
    Hit,
    Match,
    Order,
    Page,
    SearchRequest,
    TotalRelation,
)
from search.results.page import PageBuilder
from search.results.suggest import Suggestions, suggest
from search.results.trends import Trends, trends
from search.retrieval import filters
from search.retrieval.candidates import complete
from search.retrieval.half_life import half_life_s
from search.retrieval.percolate import percolate
from search.retrieval.word_match import all_words
from search.stages import Stage, stage

_READ_AT_ONCE = 500


class Engine:
    """Answer requests. Safe to share between threads.

    `reader_view` decides what the reader may see; an answer contains nothing else. Its clock
    decides about embargoes and relative dates; later pages keep the time of the first. `zone` is
    the time zone that date filters refer to.
    """

    def __init__(
        self,
        reader_view: ReaderView,
        encoder: EncoderSource,
        zone: ZoneInfo,
        reranking: Reranking | None = None,
    ) -> None:
        self._reader_view = reader_view
        self._archive = reader_view.articles
        self._zone = zone
        self._reader = QuestionReader(self._reader_view, zone)
        self._ranker = Ranker(self._archive, encoder, reranking)
        self._recency = RecencyRule()
        self._asker = Asker(self._reader_view, self._reader, self._ranker, self._recency, zone)
        self._pages = PageBuilder(self._archive, self._reader, self._ranker, zone)

    def search(self, request: SearchRequest) -> Page:
        """Return a page of hits.

        Raises QueryError, FilterError, CursorError, SnapshotGone, IndexMissing, IndexCorrupt,
        EncoderError.
        """
        started = time.perf_counter()
        with stage(Stage.READ):
            snapshot, asked = self._reader.asked(request)
            question = self._reader.widened(snapshot, asked)
        ranking, vector = self._ranker.rank(snapshot, question)
        if request.order is Order.RELEVANCE:
            ranking = self._recency.weigh(snapshot, question, ranking)
        else:
            with stage(Stage.WORDS):
                ranking = by_date(snapshot, question, ranking, is_by_meaning=vector is not None)
        ranking = self._ranker.reranked(snapshot, question, ranking, vector)
        shown = Collapsed.nothing_of(ranking)
        if request.duplicates is Duplicates.COLLAPSE:
            shown = collapse(ranking, asked.view)
        limit = max(1, min(request.limit, MAX_LIMIT))
        with stage(Stage.HITS):
            hits = self._pages.hits(snapshot, question, shown, vector, limit)
        end = asked.offset + limit
        has_more = end < len(shown.ranking.keys)
        facets = self._pages.facets(snapshot, question, ranking, is_by_meaning=vector is not None)
        correction = self._pages.correction(snapshot, asked)
        related: tuple[Hit, ...] = ()
        if request.related and not has_more and ranking.beyond is not None:
            beyond = Collapsed.nothing_of(ranking.beyond)
            first = replace(question, offset=0)
            related = self._pages.hits(snapshot, first, beyond, vector, request.related)
        notes = ranking.notes
        if snapshot.missing:
            notes += (_incomplete(snapshot.missing),)
        if not snapshot.is_analysis_current:
            notes += (_OLDER_ANALYSIS,)
        if not has_more and ranking.total > len(shown.whole.keys):
            notes += (_list_ends(len(shown.whole.keys), ranking.total),)
        return Page(
            query=request.query,
            mode=request.mode,
            hits=hits,
            total=ranking.total,
            total_relation=TotalRelation.EXACT if ranking.is_exact else TotalRelation.LOWER_BOUND,
            took_ms=(time.perf_counter() - started) * 1000,
            snapshot=snapshot.id,
            cursor=self._cursor(snapshot, asked, end) if has_more else None,
            previous=self._cursor(snapshot, asked, asked.offset - limit) if asked.offset else None,
            warnings=(*asked.parsed.warnings, *notes),
            query_read_as=render(asked.typed.node),
            correction=correction,
            collapsed=shown.count,
            facets=facets,
            related=related,
            recency=None if ranking.ages is None else ranking.ages.applied,
        )

    def ask(self, request: AskRequest) -> Answer:
        """Return the sentences that answer a question. Raises what `search` raises."""
        return self._asker.ask(request)

    def matching(self, request: SearchRequest) -> Iterator[StoredArticle]:
        """Iterate over all articles that a search finds, unranked, by ascending revision.

        Raises what `search` raises, at the first step.
        """
        snapshot, asked = self._reader.asked(request)
        node = self._ranker.found_node(snapshot, asked) or whole_words(asked.parsed.node)
        selection = snapshot.select(node).narrowed(asked.restriction)
        keys = selection.keys().tolist()
        for start in range(0, len(keys), _READ_AT_ONCE):
            batch = keys[start : start + _READ_AT_ONCE]
            found = self._archive.revisions(batch)
            yield from (found[key] for key in batch if key in found)

    def suggest(self, typed: str, limit: int) -> Suggestions:
        """Return completions of the text typed so far.

        Raises IndexMissing, IndexCorrupt, ArchiveError.
        """
        return suggest(self._reader_view.newest(), self._archive, typed, limit)

    def ranked_ids(self, request: SearchRequest) -> list[tuple[str, float]]:
        """Return all candidates, found or not, as (article id, score), best first.

        Copies are not collapsed. If a reranker set the order, scores count ranks from the end.
        """
        request = replace(request, match=Match.ALL)
        snapshot, asked = self._reader.asked(request)
        question = self._reader.widened(snapshot, asked)
        ranking, vector = self._ranker.rank(snapshot, question)
        ranking = self._recency.weigh(snapshot, question, ranking)
        ranking = self._ranker.reranked(snapshot, question, ranking, vector)
        ids = snapshot.article_ids(ranking.keys)
        scores = ranking.scores.tolist()
        if ranking.rerank is not None:
            scores = [float(place) for place in range(len(ids), 0, -1)]
        return list(zip(ids, scores, strict=True))

    def check(self, request: SearchRequest) -> None:
        """Check that a request can be read. Raises QueryError, FilterError."""
        self._reader.parse(request.query, self._reader_view.now_s())
        filters.filters(request, self._zone, self._reader_view.all_groups.newest())
        half_life_s(request)

    def percolate(
        self, snapshot: Snapshot, request: SearchRequest, keys: Keys, least_cosine: float | None
    ) -> Keys:
        """Return which of some articles a saved search finds and the reader may see.

        If `least_cosine` is given, it replaces the evidence as the test of meaning (`percolate`).
        Raises QueryError, FilterError, EncoderError.
        """
        at_s = self._reader_view.now_s()
        shown = self._reader_view.of(snapshot, at_s)
        view = self._reader_view.groups(shown).newest()
        question = self._reader.question(request, view, at_s)
        if not len(keys):
            return keys
        if least_cosine is None or not question.parsed.meaning.strip():
            return self._ranker.found_among(shown, question, keys)
        return percolate(
            shown,
            question.parsed,
            keys,
            restriction=question.restriction,
            vector=self._ranker.query_vector(snapshot, question.parsed.meaning),
            least_cosine=least_cosine,
        )

    def trends(self, requests: Sequence[SearchRequest], step: DateStep | None) -> Trends:
        """Count queries over time with the filters of the first. Raises QueryError, FilterError."""
        at_s, snapshot = self._reader_view.now_s(), self._reader_view.newest()
        view = self._reader_view.groups(snapshot).newest()
        questions = [
            self._reader.question(one, view, at_s, answered_by=snapshot) for one in requests
        ]
        counted = [
            (
                one.typed,
                self._ranker.found_node(snapshot, one) or all_words(one.parsed, snapshot),
                one.restriction,
            )
            for one in questions
        ]
        return trends(snapshot, counted, step, self._zone)

    @property
    def calibration(self) -> Calibration:
        """The fusion weights of the newest snapshot."""
        return self._reader_view.store.snapshot().calibration

    def ranked_by_weight(
        self, request: SearchRequest, weights: Sequence[float], depth: int
    ) -> list[list[tuple[str, float]]]:
        """Return the first `depth` results at each semantic weight, as `ranked_ids` gives them.

        Both searches run once for all weights. A query without words to compare by meaning has the
        same ranking at each weight.
        """
        snapshot, asked = self._reader.asked(request)
        parsed = asked.parsed
        if not parsed.meaning.strip():
            return [self.ranked_ids(request)[:depth]] * len(weights)
        candidates = complete(
            snapshot,
            parsed.node,
            self._ranker.query_vector(snapshot, parsed.meaning),
            constraint=parsed.constraint,
            restriction=asked.restriction,
        )
        rankings = []
        for weight in weights:
            ranking = rank_hybrid(snapshot, candidates, FusionMethod.CONVEX, weight)
            ids = snapshot.article_ids(ranking.keys[:depth])
            rankings.append(list(zip(ids, ranking.scores[:depth].tolist(), strict=True)))
        return rankings

    def _cursor(self, snapshot: Snapshot, question: Question, offset: int) -> str:
        mark = cursor.fingerprint(question.request, self._reader_view.sources)
        at = cursor.Cursor(snapshot.id, question.view.version, max(0, offset), mark, question.at_s)
        return at.encode(self._reader_view.seal)


_OLDER_ANALYSIS = ReadingNote(
    Message(
        "the index was made by an earlier version of newsearch, and some words may not match; "
        "'newsearch reindex' rebuilds it"
    ),
    0,
)


def _incomplete(missing: int) -> ReadingNote:
    """Return a note that damaged files are left out."""
    return ReadingNote(
        Message(
            "this answer is incomplete: files of the index with {0} articles are damaged; "
            "'newsearch repair' rebuilds them",
            missing,
        ),
        0,
    )


def _list_ends(listed: int, total: int) -> ReadingNote:
    """Return a note that the list ends before all results have been shown."""
    return ReadingNote(
        Message(
            "the list ends after {0} of {1} articles; use narrower words, dates or filters to "
            "reach the others",
            listed,
            total,
        ),
        0,
    )

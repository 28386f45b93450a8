"""The engine: a request in, a page out, all of it on one snapshot."""

import functools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from index.domain import Calibration, EncoderIdentity, Keys, StoredArticle, Vector
from index.groups.domain import NO_GROUPS, Groups, GroupsView
from index.permitted_sources import PermittedSources
from index.protocols import Articles, Encoder, IndexStore, Snapshot
from index.query import Among, Everything, Node, ParsedQuery, ReadingNote, is_filter
from index.runtime import deadline
from index.selection import Selection
from index.text.messages import Message
from search.facet_types import (
    Basis,
    DateStep,
    Facet,
    FacetName,
)
from search.paging import cursor
from search.paging.seal import UNSEALED, Seal
from search.parse import parse, render
from search.ranking.collapse import Collapsed, Hidden, collapse
from search.ranking.ranking import (
    Ranking,
    rank_hybrid,
    rank_newest,
    rank_single,
)
from search.ranking.rerank import Reranking
from search.reader_view import ReaderView
from search.related import Coverage, surroundings
from search.request import (
    MAX_LIMIT,
    CollapsedCopy,
    Duplicates,
    Explanation,
    FusionMethod,
    Hit,
    Mode,
    Order,
    Page,
    SearchRequest,
    TotalRelation,
)
from search.results import snippets, spelling
from search.results.facets import FacetCounter
from search.results.suggest import Suggestions, suggest
from search.results.trends import Trends, trends
from search.retrieval import feedback, filters
from search.retrieval.candidates import SINGLE_DEPTH, both, complete
from search.retrieval.percolate import percolate
from search.retrieval.story_query import with_stories
from search.stages import Stage, stage

EncoderSource = Callable[[EncoderIdentity], Encoder]
"""Gives the encoder of an identity, loaded when it is first asked for."""

NOTHING_TO_EMBED = Message(
    "the query has no words to compare by meaning; it was answered by words alone"
)

_EVERYTHING = ParsedQuery("", Everything(), None, "")

_READ_AT_ONCE = 500
_RERANKED_CHARACTERS = 2000
"""What a reranker reads of a text whose best chunk is not known; its own limit is mostly less."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A request as read: what to match, what every hit must satisfy, where the page begins.

    `typed` is the query before stories took the place of their ids. `limits` hold beside the
    filters, and no facet leaves them aside. `view` is the state of the copies and stories that all
    its pages see, `at_s` the instant as of which they are answered.
    """

    request: SearchRequest
    typed: ParsedQuery
    parsed: ParsedQuery
    filters: Mapping[FacetName, Node]
    limits: Node | None
    offset: int
    view: GroupsView
    at_s: int

    @property
    def restriction(self) -> Node | None:
        """What every hit must satisfy besides the query."""
        return self.restriction_but(None)

    def restriction_but(self, name: FacetName | None) -> Node | None:
        """The same without one of the filters."""
        return both(filters.all_of(self.filters, but=name), self.limits)


class Engine:
    """Answers requests. Safe to share between threads.

    `zone` is the time zone whose days and months date filters mean. `clock` tells the time, which
    decides about embargoes and relative dates; later pages keep that of the first. Limited to
    `sources`, nothing that it answers knows articles of others.
    """

    def __init__(
        self,
        store: IndexStore,
        archive: Articles,
        encoder: EncoderSource,
        zone: ZoneInfo,
        reranking: Reranking | None = None,
        groups: Groups = NO_GROUPS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sources: PermittedSources | None = None,
        seal: Seal = UNSEALED,
    ) -> None:
        self._reader_view = ReaderView(store, archive, groups, clock, sources, seal)
        self._store = store
        self._archive = self._reader_view.articles
        self._encoder = encoder
        self._zone = zone
        self._reranking = reranking
        self._groups = groups

    def search(self, request: SearchRequest) -> Page:
        """A page of hits.

        Raises QueryError, FilterError, CursorError, SnapshotGone, IndexMissing, IndexCorrupt,
        EncoderError.
        """
        started = time.perf_counter()
        with stage(Stage.READ):
            snapshot, asked = self._asked(request)
            question = self._widened(snapshot, asked)
        ranking, vector = self._rank(snapshot, question)
        if request.order is Order.NEWEST:
            with stage(Stage.WORDS):
                ranking = _newest_first(
                    snapshot, question, ranking, is_by_meaning=vector is not None
                )
        ranking = self._reranked(snapshot, question, ranking, vector)
        shown = Collapsed.nothing_of(ranking)
        if request.duplicates is Duplicates.COLLAPSE:
            shown = collapse(ranking, asked.view)
        limit = max(1, min(request.limit, MAX_LIMIT))
        with stage(Stage.HITS):
            hits = self._hits(snapshot, question, shown, vector, limit)
        end = asked.offset + limit
        has_more = end < len(shown.ranking.keys)
        facets = self._facets(snapshot, question, ranking, is_by_meaning=vector is not None)
        correction = self._correction(snapshot, asked)
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
            warnings=(*asked.parsed.warnings, *ranking.notes),
            query_read_as=render(asked.typed.node),
            correction=correction,
            collapsed=shown.count,
            facets=facets,
        )

    def matching(self, request: SearchRequest) -> Iterator[StoredArticle]:
        """Every article that a keyword search would find, by ascending revision, unranked.

        Raises what `search` does, at the first step.
        """
        snapshot, asked = self._asked(request)
        selection = snapshot.select(asked.parsed.node).narrowed(asked.restriction)
        keys = selection.keys().tolist()
        for start in range(0, len(keys), _READ_AT_ONCE):
            batch = keys[start : start + _READ_AT_ONCE]
            found = self._archive.revisions(batch)
            yield from (found[key] for key in batch if key in found)

    def suggest(self, typed: str, limit: int) -> Suggestions:
        """What goes on from what was typed. Raises IndexMissing, IndexCorrupt, ArchiveError."""
        return suggest(self._reader_view.newest(), self._archive, typed, limit)

    def ranked_ids(self, request: SearchRequest) -> list[tuple[str, float]]:
        """The whole ranking as (article id, score), best first, copies each for itself.

        Where a reranker made the order, scores count places from the last.
        """
        snapshot, asked = self._asked(request)
        question = self._widened(snapshot, asked)
        ranking = self._reranked(snapshot, question, *self._rank(snapshot, question))
        ids = snapshot.article_ids(ranking.keys)
        scores = ranking.scores.tolist()
        if ranking.rerank is not None:
            scores = [float(place) for place in range(len(ids), 0, -1)]
        return list(zip(ids, scores, strict=True))

    def check(self, request: SearchRequest) -> None:
        """Whether a request can be read. Raises QueryError, FilterError."""
        self._parse(request.query, self._reader_view.now_s())
        filters.filters(request, self._zone, self._groups.newest())

    def percolate(
        self, snapshot: Snapshot, request: SearchRequest, keys: Keys, least_cosine: float | None
    ) -> Keys:
        """Those of some articles that a saved search means (`percolate`), and may be shown.

        With `least_cosine` also by meaning. Raises QueryError, FilterError, EncoderError.
        """
        at_s = self._reader_view.now_s()
        shown = self._reader_view.of(snapshot, at_s)
        view = self._reader_view.groups(shown).newest()
        parsed = with_stories(self._parse(request.query, at_s), view)
        vector = None
        if least_cosine is not None and parsed.meaning.strip():
            vector = self._encoder(snapshot.encoder).encode_query(parsed.meaning)
        return percolate(
            shown,
            parsed,
            keys,
            restriction=filters.all_of(filters.filters(request, self._zone, view)),
            vector=vector,
            least_cosine=least_cosine or 0.0,
        )

    def trends(self, requests: Sequence[SearchRequest], step: DateStep | None) -> Trends:
        """Queries over time; the filters are those of the first. Raises QueryError, FilterError."""
        at_s, snapshot = self._reader_view.now_s(), self._reader_view.newest()
        view = self._reader_view.groups(snapshot).newest()
        queries = [self._parse(one.query, at_s) for one in requests]
        restriction = filters.all_of(filters.filters(requests[0], self._zone, view))
        return trends(snapshot, queries, view, restriction, step, self._zone)

    @property
    def calibration(self) -> Calibration:
        """The fusion weights of the newest snapshot."""
        return self._store.snapshot().calibration

    def ranked_by_weight(
        self, request: SearchRequest, weights: Sequence[float], depth: int
    ) -> list[list[tuple[str, float]]]:
        """The first `depth` of the ranking at each semantic weight, as `ranked_ids` gives them.

        Both legs are searched once for all weights. A query without words to compare by meaning
        has the same ranking at each.
        """
        snapshot, asked = self._asked(request)
        parsed = asked.parsed
        if not parsed.meaning.strip():
            return [self.ranked_ids(request)[:depth]] * len(weights)
        candidates = complete(
            snapshot,
            parsed.node,
            self._encoder(snapshot.encoder).encode_query(parsed.meaning),
            constraint=parsed.constraint,
            restriction=asked.restriction,
        )
        rankings = []
        for weight in weights:
            ranking = rank_hybrid(snapshot, candidates, FusionMethod.CONVEX, weight)
            ids = snapshot.article_ids(ranking.keys[:depth])
            rankings.append(list(zip(ids, ranking.scores[:depth].tolist(), strict=True)))
        return rankings

    def _parse(self, query: str, at_s: int) -> ParsedQuery:
        """The query as its language has it; nothing at all asks for everything."""
        if not query.strip():
            return _EVERYTHING
        return parse(query, now=datetime.fromtimestamp(at_s, self._zone), zone=self._zone)

    def _asked(self, request: SearchRequest) -> tuple[Snapshot, _Question]:
        """The question, and the snapshot that answers it: the cursor's, else the newest."""
        reader_view, at_s = self._reader_view, self._reader_view.now_s()
        parsed = self._parse(request.query, at_s)
        if request.cursor is None:
            snapshot = reader_view.newest()
            view, offset = reader_view.groups(snapshot).newest(), 0
        else:
            at = cursor.decode(request.cursor, request, reader_view.seal, reader_view.sources)
            # No later than now: a cursor made by hand must not lift an embargo.
            offset, at_s = at.offset, min(at.at_s, at_s)
            snapshot = reader_view.pinned(at.snapshot, at_s)
            view = reader_view.groups(snapshot).pinned(at.groups)
            parsed = self._parse(request.query, at_s)
        found = filters.filters(request, self._zone, view)
        limits = None
        if request.duplicates is Duplicates.ONLY:
            limits = Among(tuple(view.duplicated().tolist()))
        read = with_stories(parsed, view)
        return snapshot, _Question(request, parsed, read, found, limits, offset, view, at_s)

    def _widened(self, snapshot: Snapshot, question: _Question) -> _Question:
        """The question with the words of its best articles, where the request wants feedback."""
        request, parsed = question.request, question.parsed
        if not request.feedback or request.mode is Mode.SEMANTIC or is_filter(parsed.node):
            return question
        # What the query requires, the added words must not soften.
        limits = both(parsed.constraint, question.restriction)
        found = snapshot.match(parsed.node, feedback.STANDARD.articles, limits)
        node = feedback.expanded(snapshot, self._archive, parsed.node, parsed.meaning, found)
        limits = both(parsed.constraint, question.limits)
        return replace(question, parsed=replace(parsed, node=node), limits=limits)

    def _correction(self, snapshot: Snapshot, question: _Question) -> str | None:
        """The query as it was probably meant; told on the first page."""
        if question.offset or is_filter(question.parsed.node):
            return None
        with stage(Stage.CORRECT):
            return spelling.correction(
                snapshot,
                question.request.query,
                lambda text: with_stories(self._parse(text, question.at_s), question.view),
                question.restriction,
            )

    def _rank(self, snapshot: Snapshot, question: _Question) -> tuple[Ranking, Vector | None]:
        """The whole ranking of a question, and the query's vector where one was needed."""
        mode, parsed = question.request.mode, question.parsed
        vector = None
        if self._needs_meaning(snapshot, question):
            with stage(Stage.ENCODE):
                vector = self._encoder(snapshot.encoder).encode_query(parsed.meaning)
        if mode is Mode.HYBRID and vector is not None:
            candidates = complete(
                snapshot,
                parsed.node,
                vector,
                constraint=parsed.constraint,
                restriction=question.restriction,
            )
            request = question.request
            ranking = rank_hybrid(snapshot, candidates, request.fusion, request.semantic_weight)
            return ranking, vector
        if mode is Mode.SEMANTIC and vector is not None:
            limits = both(parsed.constraint, question.restriction)
            with stage(Stage.MEANING):
                found = snapshot.nearest(vector, SINGLE_DEPTH, limits)
            return rank_single(snapshot, found, is_semantic=True), vector
        if is_filter(parsed.node):
            with stage(Stage.WORDS):
                newest = snapshot.newest(parsed.node, SINGLE_DEPTH, question.restriction)
            return rank_newest(newest), None
        with stage(Stage.WORDS):
            found = snapshot.match(parsed.node, SINGLE_DEPTH, question.restriction)
        ranking = rank_single(snapshot, found, is_semantic=False)
        if mode is Mode.SEMANTIC:
            ranking = replace(ranking, notes=(ReadingNote(NOTHING_TO_EMBED, 0),))
        return ranking, None

    def _facets(
        self, snapshot: Snapshot, question: _Question, ranking: Ranking, *, is_by_meaning: bool
    ) -> tuple[Facet, ...]:
        """The facets that the request wants, counted over what answers it.

        Where words say which articles match, over all of them. Meaning matches by degree, so
        without words that every hit must hold, over the candidates.
        """
        wanted = question.request.facets
        if wanted is None:
            return ()
        node = _deciding_words(question.parsed, is_by_meaning=is_by_meaning)
        words = None if node is None else snapshot.select(node)

        @functools.cache
        def matched(restriction: Node | None) -> Selection:
            assert words is not None
            return words.narrowed(restriction)

        def matching(name: FacetName | None) -> Selection:
            if words is not None:
                return matched(question.restriction_but(name))
            if name not in question.filters:
                return snapshot.select(ranking.keys)
            others = {key: one for key, one in question.filters.items() if key is not name}
            found, _ = self._rank(snapshot, replace(question, filters=others))
            return snapshot.select(found.keys)

        def archived(name: FacetName | None) -> Selection:
            return snapshot.select(Everything()).narrowed(question.restriction_but(name))

        counter = FacetCounter(
            request=question.request,
            wanted=wanted,
            basis=Basis.CANDIDATES if words is None else Basis.EXACT,
            matching=matching,
            archived=archived,
            zone=self._zone,
            view=question.view,
            archive=self._archive,
        )
        with stage(Stage.FACETS):
            return counter.count()

    def _reranked(
        self, snapshot: Snapshot, question: _Question, ranking: Ranking, vector: Vector | None
    ) -> Ranking:
        """The ranking with its first hits in a reranker's order, or with a note why not."""
        is_ordered = question.request.order is Order.NEWEST or is_filter(question.parsed.node)
        if self._reranking is None or len(ranking.keys) < 2 or is_ordered:
            return ranking
        keys = ranking.keys[: self._reranking.top]
        with stage(Stage.RERANK):
            decision = self._reranking.decide(
                (snapshot.id, cursor.fingerprint(question.request), *keys.tolist()),
                question.parsed.meaning or question.request.query,
                lambda: self._passages(snapshot, keys, vector),
            )
        if decision.scores is None:
            return replace(ranking, notes=(*ranking.notes, ReadingNote(decision.why_not, 0)))
        return ranking.reranked(decision.scores)

    def _passages(self, snapshot: Snapshot, keys: Keys, vector: Vector | None) -> list[str]:
        """What a reranker reads of each article: its title and its best chunk, else its text.

        Of an article that was deleted since the snapshot, nothing.
        """
        found = self._archive.revisions(keys.tolist())
        chunks: Sequence[tuple[int, int] | None] = [None] * len(keys)
        if vector is not None:
            chunks = snapshot.best_chunks(vector, keys)
        texts = []
        for key, chunk in zip(keys.tolist(), chunks, strict=True):
            article = found[key].article if key in found else None
            start, end = chunk or (0, _RERANKED_CHARACTERS)
            texts.append(f"{article.title}\n{article.text[start:end]}" if article else "")
        return texts

    def _needs_meaning(self, snapshot: Snapshot, question: _Question) -> bool:
        """Whether the semantic leg takes part: not where every language gives it weight 0."""
        mode = question.request.mode
        if mode is Mode.KEYWORD or not question.parsed.meaning.strip():
            return False
        if mode is Mode.SEMANTIC or question.request.fusion is FusionMethod.RRF:
            return True
        if question.request.semantic_weight is not None:
            return question.request.semantic_weight > 0
        asked = tuple(map(filters.language, question.request.languages))
        languages = asked or tuple(snapshot.stats().languages)
        return any(snapshot.calibration.weight(language).semantic > 0 for language in languages)

    def _hits(
        self,
        snapshot: Snapshot,
        question: _Question,
        shown: Collapsed,
        vector: Vector | None,
        limit: int,
    ) -> tuple[Hit, ...]:
        """The page's hits; an article that was deleted since the snapshot is left out."""
        keys = shown.ranking.keys[question.offset : question.offset + limit]
        around = surroundings(question.view, keys)
        found = self._archive.revisions(sorted(around.keys.union(keys.tolist())))
        chunks: Sequence[tuple[int, int] | None] = [None] * len(keys)
        if vector is not None:
            chunks = snapshot.best_chunks(vector, keys)
        return tuple(
            self._hit(
                snapshot, question, shown, place, found[key], chunk, around.coverage(key, found)
            )
            for place, (key, chunk) in enumerate(
                zip(keys.tolist(), chunks, strict=True), start=question.offset
            )
            if key in found
        )

    def _hit(
        self,
        snapshot: Snapshot,
        question: _Question,
        shown: Collapsed,
        place: int,
        stored: StoredArticle,
        chunk: tuple[int, int] | None,
        coverage: Coverage,
    ) -> Hit:
        deadline.check()
        article, node = stored.article, question.parsed.node
        words = snapshot.matching_words(node, article.language, article.text)
        title_words = snapshot.matching_words(node, article.language, article.title)
        passages = snippets.passages(article, words, chunk)
        explanation = None
        if question.request.explain:
            best = None if chunk is None else snippets.whole(article, chunk)
            explanation = Explanation(
                tuple(snapshot.explain(node, stored.revision)),
                best,
                _collapsed(snapshot, shown.hidden(stored.revision)),
            )
        return Hit(
            rank=place + 1,
            score=float(shown.ranking.scores[place]),
            stored=stored,
            parts=shown.ranking.parts(place),
            passages=passages,
            title_highlights=snippets.title_highlights(title_words),
            explanation=explanation,
            coverage=coverage,
        )

    def _cursor(self, snapshot: Snapshot, question: _Question, offset: int) -> str:
        mark = cursor.fingerprint(question.request, self._reader_view.sources)
        at = cursor.Cursor(snapshot.id, question.view.version, max(0, offset), mark, question.at_s)
        return at.encode(self._reader_view.seal)


def _deciding_words(parsed: ParsedQuery, *, is_by_meaning: bool) -> Node | None:
    """What says by words which articles match; None where meaning decides, by degree."""
    if not is_by_meaning:
        return parsed.node
    constraint = parsed.constraint
    return None if constraint is None or is_filter(constraint) else constraint


def _newest_first(
    snapshot: Snapshot, question: _Question, ranking: Ranking, *, is_by_meaning: bool
) -> Ranking:
    """All that matches by words, or the candidates, by date; nothing scores."""
    node = _deciding_words(question.parsed, is_by_meaning=is_by_meaning)
    if node is not None:
        return rank_newest(snapshot.newest(node, SINGLE_DEPTH, question.restriction))
    candidates = Among(tuple(np.sort(ranking.keys).tolist()))
    newest = rank_newest(snapshot.newest(candidates, SINGLE_DEPTH))
    return replace(newest, total=ranking.total, is_exact=ranking.is_exact, notes=ranking.notes)


def _collapsed(snapshot: Snapshot, hidden: Sequence[Hidden]) -> tuple[CollapsedCopy, ...]:
    ids = snapshot.article_ids(np.array([copy.key for copy in hidden], np.int64))
    return tuple(
        CollapsedCopy(article_id, copy.rank, copy.score)
        for article_id, copy in zip(ids, hidden, strict=True)
    )

"""The whole ranking of a question: by words, by meaning or by both, by date, or reranked."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from index.domain import EncoderIdentity, Keys, Vector
from index.protocols import Articles, Encoder, Snapshot
from index.query import Among, ReadingNote, is_filter
from index.text.messages import Message
from search.paging import cursor
from search.question import Question, deciding_words
from search.ranking.ranking import Ranking, rank_hybrid, rank_newest, rank_single
from search.ranking.rerank import Reranking
from search.request import FusionMethod, Mode, Order
from search.retrieval import filters, word_match
from search.retrieval.candidates import SINGLE_DEPTH, both, complete
from search.stages import Stage, stage

EncoderSource = Callable[[EncoderIdentity], Encoder]
"""Gives the encoder of an identity, loaded when it is first asked for."""

NOTHING_TO_EMBED = Message(
    "the query has no words to compare by meaning; it was answered by words alone"
)

_RERANKED_CHARACTERS = 2000
"""What a reranker reads of a text whose best chunk is not known; its own limit is mostly less."""


class Ranker:
    """Ranks every candidate of a question. Safe to share between threads."""

    def __init__(
        self, archive: Articles, encoder: EncoderSource, reranking: Reranking | None
    ) -> None:
        self._archive = archive
        self._encoder = encoder
        self._reranking = reranking

    def query_vector(self, snapshot: Snapshot, meaning: str) -> Vector:
        """The vector of a query in the snapshot's encoder. Raises EncoderError."""
        return self._encoder(snapshot.encoder).encode_query(meaning)

    def rank(self, snapshot: Snapshot, question: Question) -> tuple[Ranking, Vector | None]:
        """The whole ranking of a question, and the query's vector where one was needed."""
        mode, parsed = question.request.mode, question.parsed
        vector = None
        if self._needs_meaning(snapshot, question):
            with stage(Stage.ENCODE):
                vector = self.query_vector(snapshot, parsed.meaning)
        if mode is Mode.HYBRID and vector is not None:
            candidates = complete(
                snapshot,
                parsed.node,
                vector,
                constraint=parsed.constraint,
                restriction=question.restriction,
            )
            request = question.request
            foreign = _foreign_language(snapshot, question)
            ranking = rank_hybrid(
                snapshot, candidates, request.fusion, request.semantic_weight, foreign
            )
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
            limits = both(word_match.deciding(parsed.node, snapshot), question.restriction)
            found = snapshot.match(parsed.node, SINGLE_DEPTH, limits)
        ranking = rank_single(snapshot, found, is_semantic=False)
        if mode is Mode.SEMANTIC:
            ranking = replace(ranking, notes=(ReadingNote(NOTHING_TO_EMBED, 0),))
        return ranking, None

    def reranked(
        self, snapshot: Snapshot, question: Question, ranking: Ranking, vector: Vector | None
    ) -> Ranking:
        """The ranking with its first hits in a reranker's order, or with a note why not."""
        is_by_date = question.request.order is not Order.RELEVANCE
        is_ordered = is_by_date or is_filter(question.parsed.node)
        if self._reranking is None or len(ranking.keys) < 2 or is_ordered:
            return ranking
        keys = ranking.keys[: self._reranking.top]
        with stage(Stage.RERANK):
            decision = self._reranking.decide(
                (snapshot.id, cursor.fingerprint(question.request, None), *keys.tolist()),
                question.parsed.meaning or question.request.query,
                lambda: self._passages(snapshot, keys, vector),
            )
        if decision.scores is None:
            return replace(ranking, notes=(*ranking.notes, ReadingNote(decision.why_not, 0)))
        return ranking.reranked(decision.scores)

    def _needs_meaning(self, snapshot: Snapshot, question: Question) -> bool:
        """Whether the semantic leg takes part: not where every language gives it weight 0."""
        mode = question.request.mode
        if mode is Mode.KEYWORD or not question.parsed.meaning.strip():
            return False
        if mode is Mode.SEMANTIC or question.request.fusion is FusionMethod.RRF:
            return True
        if question.request.semantic_weight is not None:
            return question.request.semantic_weight > 0
        languages = _languages(snapshot, question)
        return any(snapshot.calibration.weight(language).semantic > 0 for language in languages)

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


def _languages(snapshot: Snapshot, question: Question) -> tuple[str, ...]:
    """The languages that hits may be in."""
    asked = tuple(map(filters.language, question.request.languages))
    return asked or tuple(snapshot.stats().languages)


def _foreign_language(snapshot: Snapshot, question: Question) -> str | None:
    """The question's language, where that is clear and no hit can be in it."""
    return None if question.language in _languages(snapshot, question) else question.language


def by_date(
    snapshot: Snapshot, question: Question, ranking: Ranking, *, is_by_meaning: bool
) -> Ranking:
    """All that matches by words, or the candidates, newest or oldest first; nothing scores."""
    is_oldest = question.request.order is Order.OLDEST
    ordered = snapshot.oldest if is_oldest else snapshot.newest
    node = deciding_words(question.parsed, is_by_meaning=is_by_meaning)
    if node is not None:
        return rank_newest(ordered(node, SINGLE_DEPTH, question.restriction))
    candidates = Among(tuple(np.sort(ranking.keys).tolist()))
    found = rank_newest(ordered(candidates, SINGLE_DEPTH))
    return replace(found, total=ranking.total, is_exact=ranking.is_exact, notes=ranking.notes)

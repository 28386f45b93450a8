"""Rank everything for a question: by words, by meaning or by both, by date, or reranked."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from index.domain import Candidates, EncoderIdentity, Keys, Vector
from index.protocols import Articles, Encoder, Snapshot
from index.query import Among, Node, ParsedQuery, ReadingNote, is_filter
from index.text.messages import Message
from search.paging import cursor
from search.question import Question, deciding_words
from search.ranking.evidence import Background, Backgrounds
from search.ranking.found import Found, find
from search.ranking.query_shape import is_prose
from search.ranking.ranking import Ranking, rank_hybrid, rank_newest, rank_single
from search.ranking.rerank import Reranking
from search.request import FusionMethod, Match, Mode, Order
from search.retrieval import filters, word_match
from search.retrieval.candidates import (
    LEG_DEPTH,
    SINGLE_DEPTH,
    CompleteCandidates,
    both,
    complete,
)
from search.retrieval.story_query import with_stories
from search.stages import Stage, stage

EncoderSource = Callable[[EncoderIdentity], Encoder]
"""Returns the encoder with an identity, loaded on first use."""

NOTHING_TO_EMBED = Message(
    "the query has no words to compare by meaning; it was answered by words alone"
)

_RERANKED_CHARACTERS = 2000
"""The length to rerank if a text's best chunk is unknown; a reranker's limit is usually lower.
"""


class Ranker:
    """Rank every candidate of a question. Safe to share between threads."""

    def __init__(
        self, archive: Articles, encoder: EncoderSource, reranking: Reranking | None
    ) -> None:
        self._archive = archive
        self._encoder = encoder
        self._reranking = reranking
        self._backgrounds = Backgrounds(encoder)

    def encoder(self, snapshot: Snapshot) -> Encoder:
        """Return the encoder of a snapshot. Raises EncoderError."""
        return self._encoder(snapshot.encoder)

    def background(self, snapshot: Snapshot) -> Background:
        """Return what the cosines of a snapshot are compared to."""
        return self._backgrounds.of(snapshot)

    def query_vector(self, snapshot: Snapshot, meaning: str) -> Vector:
        """Return the vector of a query in the snapshot's encoder. Raises EncoderError."""
        return self.encoder(snapshot).encode_query(meaning)

    def rank(self, snapshot: Snapshot, question: Question) -> tuple[Ranking, Vector | None]:
        """Return the complete ranking of a question, and the query's vector if one was needed."""
        mode, parsed = question.request.mode, question.parsed
        vector = None
        if self._needs_meaning(snapshot, question):
            with stage(Stage.ENCODE):
                vector = self.query_vector(snapshot, parsed.meaning)
        if vector is not None:
            return self._by_meaning(snapshot, question, vector), vector
        if is_filter(parsed.node):
            with stage(Stage.WORDS):
                newest = snapshot.newest(parsed.node, SINGLE_DEPTH, question.restriction)
            return rank_newest(newest), None
        with stage(Stage.WORDS):
            limits = both(word_match.deciding(parsed.node, snapshot), question.restriction)
            found = snapshot.match(parsed.node, SINGLE_DEPTH, limits)
        ranking = rank_single(snapshot, found, is_semantic=False)
        if mode is Mode.SEMANTIC and not parsed.meaning.strip():
            ranking = replace(ranking, notes=(ReadingNote(NOTHING_TO_EMBED, 0),))
        return ranking, None

    def _by_meaning(self, snapshot: Snapshot, question: Question, vector: Vector) -> Ranking:
        """Return the ranking with a vector: what is found, or with `Match.ALL` every candidate."""
        request, parsed = question.request, question.parsed
        legs = self._candidates(snapshot, parsed, vector, question.restriction, LEG_DEPTH)
        found = self._find(snapshot, question, legs, vector, question.restriction)
        if request.match is Match.FOUND:
            legs = found.candidates
        if request.mode is Mode.HYBRID:
            foreign = _foreign_language(snapshot, question)
            ranking = rank_hybrid(
                snapshot,
                legs,
                request.fusion,
                request.semantic_weight,
                foreign,
                is_prose=is_prose(question.typed.meaning, snapshot),
                reachable=_languages(snapshot, question),
            )
        else:
            near = Candidates(legs.keys, legs.semantic, len(legs.keys))
            if request.match is Match.ALL:
                limits = both(parsed.constraint, question.restriction)
                with stage(Stage.MEANING):
                    near = snapshot.nearest(vector, SINGLE_DEPTH, limits)
            ranking = rank_single(snapshot, near, is_semantic=True)
        if request.match is Match.FOUND:
            return ranking.of_found(found, SINGLE_DEPTH)
        return replace(ranking, found=found)

    def found_node(self, snapshot: Snapshot, question: Question) -> Node | None:
        """Return a node for all that a question finds under its filters; None if words decide."""
        if not self._needs_meaning(snapshot, question):
            return None
        vector = self.query_vector(snapshot, question.parsed.meaning)
        limits = question.restriction
        legs = self._candidates(snapshot, question.parsed, vector, limits, LEG_DEPTH)
        return self._find(snapshot, question, legs, vector, limits).node

    def found_among(self, snapshot: Snapshot, question: Question, keys: Keys) -> Keys:
        """Return those of some articles that a question finds, ascending."""
        among = both(Among(tuple(np.sort(keys).tolist())), question.restriction)
        if not self._needs_meaning(snapshot, question):
            all_words = word_match.all_words(question.parsed, snapshot)
            return snapshot.select(all_words).narrowed(among).keys()
        vector = self.query_vector(snapshot, question.parsed.meaning)
        legs = self._candidates(snapshot, question.parsed, vector, among, len(keys))
        found = self._find(snapshot, question, legs, vector, among)
        return found.candidates.keys[found.is_found]

    def reranked(
        self, snapshot: Snapshot, question: Question, ranking: Ranking, vector: Vector | None
    ) -> Ranking:
        """Return the ranking with its first hits reranked, or with a note saying why not."""
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

    @staticmethod
    def _candidates(
        snapshot: Snapshot,
        parsed: ParsedQuery,
        vector: Vector,
        restriction: Node | None,
        depth: int,
    ) -> CompleteCandidates:
        return complete(
            snapshot,
            parsed.node,
            vector,
            constraint=parsed.constraint,
            restriction=restriction,
            depth=depth,
        )

    def _find(
        self,
        snapshot: Snapshot,
        question: Question,
        legs: CompleteCandidates,
        vector: Vector,
        restriction: Node | None,
    ) -> Found:
        asked = question.parsed
        if question.request.feedback:  # the added words are not evidence
            asked = with_stories(question.typed, question.view)
        with stage(Stage.FOUND):
            return find(
                snapshot,
                self._backgrounds.of(snapshot),
                asked,
                legs,
                vector,
                restriction,
                lambda depth: self._candidates(snapshot, question.parsed, vector, None, depth),
                # Not by the languages asked for: filters only ever hide what is found.
                is_foreign=question.language not in (None, *snapshot.stats().languages),
            )

    def _needs_meaning(self, snapshot: Snapshot, question: Question) -> bool:
        """Return whether to search by meaning: not if every language gives it weight 0.

        Nothing is encoded to search among no articles.
        """
        mode = question.request.mode
        if mode is Mode.KEYWORD or not question.parsed.meaning.strip():
            return False
        if not snapshot.stats().articles:
            return False
        if mode is Mode.SEMANTIC or question.request.fusion is FusionMethod.RRF:
            return True
        if question.request.semantic_weight is not None:
            return question.request.semantic_weight > 0
        languages = _languages(snapshot, question)
        weights = (snapshot.calibration.weight(language) for language in languages)
        return any(weight.semantic > 0 or (weight.prose or 0) > 0 for weight in weights)

    def _passages(self, snapshot: Snapshot, keys: Keys, vector: Vector | None) -> list[str]:
        """Return what to rerank of each article: its title and its best chunk, or else its text.

        Articles deleted since the snapshot give an empty text.
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
    """Return the languages that hits may be in."""
    asked = tuple(map(filters.language, question.request.languages))
    return asked or tuple(snapshot.stats().languages)


def _foreign_language(snapshot: Snapshot, question: Question) -> str | None:
    """Return the question's language if it is clear and no hit can be in it."""
    return None if question.language in _languages(snapshot, question) else question.language


def by_date(
    snapshot: Snapshot, question: Question, ranking: Ranking, *, is_by_meaning: bool
) -> Ranking:
    """Rank by date, newest or oldest first, what is found or the candidates, without scores."""
    is_oldest = question.request.order is Order.OLDEST
    ordered = snapshot.oldest if is_oldest else snapshot.newest
    found = ranking.found
    if found is not None and ranking.beyond is not None:
        dated = rank_newest(ordered(found.node, SINGLE_DEPTH, question.restriction))
        return replace(dated, is_exact=ranking.is_exact, found=found, beyond=ranking.beyond)
    node = deciding_words(question.parsed, is_by_meaning=is_by_meaning)
    if node is not None:
        dated = rank_newest(ordered(node, SINGLE_DEPTH, question.restriction))
        return replace(dated, found=found)
    candidates = Among(tuple(np.sort(ranking.keys).tolist()))
    dated = rank_newest(ordered(candidates, SINGLE_DEPTH))
    return replace(
        dated,
        total=ranking.total,
        is_exact=ranking.is_exact,
        notes=ranking.notes,
        found=found,
    )

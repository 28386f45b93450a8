"""Scoring chosen articles on Milvus by words."""

from collections.abc import Sequence

import numpy as np

from index.domain import Article, Keys, Scores, StoredArticle
from index.lexical.explain import evidence
from index.milvus import expressions
from index.milvus.expressions import both
from index.milvus.linear_plans import is_bag, linear_weights
from index.milvus.texts import part_of, verified
from index.milvus.view_reader import ViewReader, aligned
from index.protocols import TermEvidence
from index.query import Node, whole_words


class MilvusScoring(ViewReader):
    """`index.protocols.WordScoring` on Milvus."""

    def matches_by_parts(self, node: Node) -> bool:
        """Whether a part of a word alone would match `node`; never true for `whole_words(node)`."""
        return self._plans(node) != self._plans(whole_words(node))

    def score_words(self, node: Node, keys: Keys) -> Scores:
        """Each article's score for `node` as in `match`; 0 if it does not match."""
        plans = self._plans(node)
        weights = self._numbered(
            {language: linear_weights(plan) for language, plan in plans.items()}
        )
        if not len(keys) or not plans:
            return np.zeros(len(keys), np.float32)
        if weights is None or not all(map(is_bag, plans.values())):
            found, scores = self._verified(self._shown(keys), node, None)
            return aligned(keys, dict(zip(found.tolist(), scores.tolist(), strict=True)))
        where = both(self._view.where, expressions.one_of("key", keys.tolist()))
        found, scores = self._collection.by_words(weights, where, len(keys))
        return aligned(keys, dict(zip(found.tolist(), scores.tolist(), strict=True)))

    def score_unindexed(self, node: Node, articles: Sequence[Article]) -> Scores:
        """The scores that unindexed articles would get, by this snapshot's statistics."""
        stored = [StoredArticle(at, "", "", article) for at, article in enumerate(articles)]
        found, scores = verified(
            stored,
            self._plans(node),
            None,
            self._opened.analyzer_for,
            self._opened.parameters,
        )
        known = dict(zip(found.tolist(), scores.tolist(), strict=True))
        return aligned(np.arange(len(articles)), known)

    def explain(self, node: Node, key: int) -> Sequence[TermEvidence]:
        """The contributions of each term to an article's lexical score; they add up to it."""
        stored = self._opened.texts_of(self._shown(np.array([key]))).get(key)
        if stored is None or stored.article.language not in self._statistics.planners:
            return ()
        part = part_of([stored], self._opened.analyzer_for, self._opened.parameters)
        return evidence(
            self._statistics.planners[stored.article.language].plan_query(node), part, 0
        )

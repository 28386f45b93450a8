"""`ViewReader`: queries as conditions and their results, shared by the parts of a snapshot.

Milvus filters and scores whatever it can. Queries that need positions or exact frequencies per
field return a superset, which is verified on the texts of at most `MOST_VERIFIED` candidates, the
best first; only beyond that is a total too small.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from index.domain import Candidates, Keys, Scores
from index.ledger.manifest import ServerManifest
from index.lexical.explain import wanted_terms
from index.lexical.plan import Plan
from index.milvus import expressions
from index.milvus.expressions import Expression, both
from index.milvus.statistics import OpenedManifest, ViewStatistics
from index.milvus.texts import verified
from index.milvus.view import View
from index.query import Node

MOST_VERIFIED = 5_000
"""Candidates whose texts are read for one query."""


class ViewReader:
    """Reads the rows of one view.

    `statistics` may be those of the view from which this one was released, which count articles
    under embargo too.
    """

    def __init__(
        self, opened: OpenedManifest, view: View, statistics: ViewStatistics | None = None
    ) -> None:
        self._opened = opened
        self._view = view
        self._collection = opened.collection
        self._statistics = statistics or ViewStatistics(opened, view)

    @property
    def manifest(self) -> ServerManifest:
        """The opened manifest."""
        return self._opened.manifest

    def _plans(self, node: Node) -> dict[str, Plan]:
        return self._statistics.plans(node)

    def _expression(self, plans: Mapping[str, Plan]) -> Expression:
        """The condition for articles that match the plan of their language."""
        by_language = {
            language: expressions.of_plan(plan, self._statistics.vocabularies[language].number)
            for language, plan in plans.items()
        }
        texts = {each.text for each in by_language.values()}
        is_exact = all(each.is_exact for each in by_language.values())
        if len(texts) == 1:
            return Expression(texts.pop(), is_exact)
        return Expression(
            expressions.either(
                [
                    both(f"lang == {expressions.quoted(language)}", each.text)
                    for language, each in by_language.items()
                    if each.text != expressions.NOTHING
                ]
            ),
            is_exact,
        )

    def _restricted(self, restriction: Node | None) -> Expression:
        if restriction is None:
            return Expression(self._view.where)
        limits = self._expression(self._plans(restriction))
        return Expression(both(self._view.where, limits.text), limits.is_exact)

    def _likely(self, plans: Mapping[str, Plan], where: str, limit: int) -> list[int]:
        """Articles that may match, those with most of the wanted terms first."""
        worth = self._numbered({language: wanted_terms(plan) for language, plan in plans.items()})
        found: list[int] = self._collection.by_words(worth or {}, where, limit)[0].tolist()
        if len(found) < limit:
            known = set(found)
            rows = self._collection.articles(where, [], limit)
            found += sorted(row["key"] for row in rows if row["key"] not in known)
        return found[:limit]

    def _numbered(
        self, weights: Mapping[str, Mapping[str, float] | None]
    ) -> dict[int, float] | None:
        """Weights by term number, over all languages; None if those of any language are None."""
        numbered: dict[int, float] = {}
        for language, of_language in weights.items():
            if of_language is None:
                return None
            for term, weight in of_language.items():
                number = self._statistics.vocabularies[language].number(term)
                if number is not None and weight > 0:
                    numbered[number] = weight
        return numbered

    def _verified(
        self, keys: Sequence[int], node: Node, restriction: Node | None
    ) -> tuple[Keys, Scores]:
        return verified(
            self._opened.texts_of(keys).values(),
            self._plans(node),
            None if restriction is None else self._plans(restriction),
            self._opened.analyzer_for,
            self._opened.parameters,
        )

    def _shown(self, keys: Keys) -> list[int]:
        """The ones of the given keys that the view shows."""
        held = self._collection.articles_of(keys.tolist(), [], self._view.where)
        return [key for key in keys.tolist() if key in held]


def aligned(keys: Keys, scores: Mapping[int, float]) -> Scores:
    """Each key's score; 0 if it has none."""
    return np.array([scores.get(key, 0.0) for key in keys.tolist()], np.float32)


def best_candidates(
    keys: Keys | Sequence[int], scores: Scores | Sequence[float], k: int, total: int
) -> Candidates:
    """The k best, by score descending, then key ascending."""
    all_keys, all_scores = np.asarray(keys, np.int64), np.asarray(scores, np.float32)
    order = np.lexsort((all_keys, -all_scores))[: max(0, k)]
    return Candidates(all_keys[order], all_scores[order], total)

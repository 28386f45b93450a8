"""Finding articles on Milvus by words, date or vector, or selecting them for counting."""

from collections.abc import Mapping

import numpy as np

from index.domain import Candidates, Keys, Vector
from index.errors import Unsupported
from index.lexical.plan import Plan
from index.milvus import expressions, selection
from index.milvus.collections import MOST_ROWS, UNDATED
from index.milvus.expressions import both
from index.milvus.linear_plans import is_bag, linear_weights, needs_a_term
from index.milvus.selection import MilvusSelection
from index.milvus.view_reader import MOST_VERIFIED, ViewReader, best_candidates
from index.query import Everything, Node

TIES = 64
"""Rows requested beyond k, so that equal scores at the end are ordered by key, not by chance."""

CHUNKS_PER_ARTICLE = 3
"""Chunks requested at first for each article wanted."""


class MilvusSearch(ViewReader):
    """`index.protocols.ArticleSearch` on Milvus."""

    def match(self, node: Node, k: int, restriction: Node | None = None) -> Candidates:
        """The k best articles that match `node` (and `restriction`, which does not score)."""
        plans = self._plans(node)
        if not plans or k <= 0:
            return best_candidates([], [], k, 0)
        limits, wanted = self._restricted(restriction), self._expression(plans)
        where = both(limits.text, wanted.text)
        if where == expressions.NOTHING or wanted.text == expressions.NOTHING:
            return best_candidates([], [], k, 0)
        weights = self._numbered(
            {language: linear_weights(plan) for language, plan in plans.items()}
        )
        if weights is None or not (limits.is_exact and wanted.is_exact):
            return self._match_verified(node, plans, k, restriction, where)
        implied = all(is_bag(plan) for plan in plans.values())
        keys, scores = self._collection.by_words(
            weights, limits.text if implied else where, min(k + TIES, MOST_ROWS)
        )
        total = self._collection.count_articles(where)
        if k > MOST_ROWS and total > MOST_ROWS:
            raise Unsupported(
                f"Milvus ranks at most {MOST_ROWS:,} articles; {k:,} of {total:,} were requested"
            )
        if len(keys) < min(k, total) and not all(map(needs_a_term, plans.values())):
            more = [row["key"] for row in self._collection.articles(where, [])]
            rest = np.setdiff1d(np.array(more, np.int64), keys)
            keys = np.append(keys, rest)
            scores = np.append(scores, np.zeros(len(rest), np.float32))
        return best_candidates(keys, scores, k, total)

    def _match_verified(
        self,
        node: Node,
        plans: Mapping[str, Plan],
        k: int,
        restriction: Node | None,
        where: str,
    ) -> Candidates:
        likely = self._likely(plans, where, MOST_VERIFIED)
        keys, scores = self._verified(likely, node, restriction)
        return best_candidates(keys, scores, k, len(keys))

    def newest(self, node: Node, k: int, restriction: Node | None = None) -> Candidates:
        """The k newest articles that match, by date descending, then key; undated ones last."""
        return self._by_date(node, k, restriction, sign=-1)

    def oldest(self, node: Node, k: int, restriction: Node | None = None) -> Candidates:
        """The k oldest articles that match, by date, then key; undated ones last, scores 0."""
        return self._by_date(node, k, restriction, sign=1)

    def _by_date(self, node: Node, k: int, restriction: Node | None, *, sign: int) -> Candidates:
        """The k first matches by date times `sign`, ascending."""
        limits, wanted = (
            self._restricted(restriction),
            self._expression(self._plans(node)),
        )
        where = both(limits.text, wanted.text)
        total = self._collection.count_articles(where)
        rows = self._collection.articles(
            self._first_part(where, k, total, sign), ["date_start", "date_kind"]
        )
        if not (limits.is_exact and wanted.is_exact):
            kept = set(self._verified([row["key"] for row in rows], node, restriction)[0].tolist())
            rows = [row for row in rows if row["key"] in kept]
        ordered = sorted(
            rows,
            key=lambda row: (row["date_kind"] == UNDATED, sign * row["date_start"], row["key"]),
        )
        keys = np.array([row["key"] for row in ordered[:k]], np.int64)
        return Candidates(keys, np.zeros(len(keys), np.float32), total)

    def _first_part(self, where: str, k: int, total: int, sign: int) -> str:
        """A condition for the first k of `total` rows that matches no more than fit in one answer.

        The date is found by bisection on counts, since Milvus does not sort.
        """
        if total <= MOST_ROWS:
            return where
        low, high = -(2**40), 2**40  # up to low there are fewer than k rows, up to high at least k
        while high - low > 1:
            middle = (low + high) // 2
            part = both(where, _up_to(middle, sign))
            held = self._collection.count_articles(part)
            if k <= held <= MOST_ROWS:
                return part
            low, high = (middle, high) if held < k else (low, middle)
        return both(where, _up_to(high, sign))

    def nearest(self, vector: Vector, k: int, restriction: Node | None = None) -> Candidates:
        """The k articles whose best chunk is nearest to `vector`; scores are cosines."""
        if k <= 0 or not self._statistics.planners:
            return best_candidates([], [], k, 0)
        limits = self._restricted(restriction)
        wanted = CHUNKS_PER_ARTICLE * k
        while True:
            found, cosines = self._collection.by_meaning(vector, limits.text, wanted)
            keys, first = np.unique(found, return_index=True)
            scores = cosines[first]
            if restriction is not None and not limits.is_exact:
                passed = self._verified(keys.tolist(), Everything(), restriction)[0]
                kept = np.isin(keys, passed)
                keys, scores = keys[kept], scores[kept]
            if len(keys) >= k or len(found) < wanted or wanted >= MOST_ROWS:
                return best_candidates(
                    keys, scores, k, self._collection.count_articles(limits.text)
                )
            wanted = min(4 * wanted, MOST_ROWS)

    def select(self, what: Node | Keys) -> MilvusSelection:
        """The articles that match a query, or those with given keys, for counting."""
        if isinstance(what, np.ndarray):
            return self._selection(selection.of_keys(self._view.where, what))
        return self._selection(self._narrowed(self._view.where, what))

    def _selection(self, where: str) -> MilvusSelection:
        return MilvusSelection(self._collection, where, self._narrowed)

    def _narrowed(self, where: str, node: Node) -> str:
        """The condition for articles that match both."""
        plans = self._plans(node)
        wanted = self._expression(plans)
        if wanted.is_exact:
            return both(where, wanted.text)
        likely = self._likely(plans, both(where, wanted.text), MOST_VERIFIED)
        return selection.of_keys(where, self._verified(likely, node, None)[0])


def _up_to(bound: int, sign: int) -> str:
    """Rows whose date times `sign` is at most `bound`."""
    limit = f"date_start >= {-bound}" if sign < 0 else f"date_start <= {bound}"
    return both(f"date_kind != {UNDATED}", limit)

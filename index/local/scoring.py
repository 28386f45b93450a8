"""Scoring chosen articles of segments by words."""

from collections.abc import Sequence

import numpy as np

from index.domain import Article, Keys, Scores
from index.lexical import evaluate
from index.lexical.explain import evidence
from index.lexical.single import single_article
from index.local.segments_reader import SegmentsReader
from index.protocols import TermEvidence
from index.query import Node, whole_words
from index.segment.sorted_arrays import distinct


class LocalScoring(SegmentsReader):
    """`index.protocols.WordScoring` over segments."""

    def matches_by_parts(self, node: Node) -> bool:
        """Whether a part of a word alone would match `node`; never true for `whole_words(node)`."""
        return self.plans(node) != self.plans(whole_words(node))

    def score_words(self, node: Node, keys: Keys) -> Scores:
        """Each article's score for `node` as in `match`; 0 if it does not match."""
        plans = self.plans(node)
        scores = np.zeros(len(keys), np.float32)
        for live, at, ordinals in self._located(keys):
            domain = distinct(ordinals)
            for language, part in live.parts.items():
                own = domain[evaluate.members(domain, part.universe)]
                matches = part.evaluate(plans[language], own)
                scores[at] += evaluate.scores_at(matches, ordinals)
        return scores

    def score_unindexed(self, node: Node, articles: Sequence[Article]) -> Scores:
        """The scores that unindexed articles would get, by this snapshot's statistics."""
        scores = np.zeros(len(articles), np.float32)
        plans = self.plans(node)
        for at, article in enumerate(articles):
            plan = plans.get(article.language)
            if plan is not None:
                part = single_article(article, self._analyzer_for, self._parameters)
                matches = part.evaluate(plan)
                scores[at] = matches.scores[0] if len(matches) else 0
        return scores

    def explain(self, node: Node, key: int) -> Sequence[TermEvidence]:
        """The contributions of each term to an article's lexical score; they add up to it."""
        for live, _, ordinals in self._located(np.array([key])):
            for language, part in live.parts.items():
                if ordinals[0] in part.universe:
                    return evidence(
                        self._planners[language].plan_query(node), part, int(ordinals[0])
                    )
        return ()
